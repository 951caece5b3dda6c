/** Reveals elements that are folded away, or stand on another tab or screen: each part that folds them listens. */

declare global {
  interface HTMLElementEventMap {
    /** From an element that is to be seen, to all that is around it; one that can show it prevents the default. */
    "regulens-reveal": CustomEvent<{ readonly isOnlyAsked: boolean }>;
  }
}

function ask(element: Element, isOnlyAsked: boolean): boolean {
  const event = new CustomEvent("regulens-reveal", {
    detail: { isOnlyAsked },
    bubbles: true,
    composed: true,
    cancelable: true,
  });
  return !element.dispatchEvent(event);
}

/** Has all that folds an element away show it. */
export async function reveal(element: Element): Promise<void> {
  // An unfolded element is drawn with the next frame.
  if (ask(element, false)) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Returns true if something folds an element away that can show it. */
export function canReveal(element: Element): boolean {
  return ask(element, true);
}

/** Brings the title in `root` into view and the keyboard's focus to it. */
export async function bringTitle(root: ParentNode): Promise<void> {
  const title = root.querySelector<HTMLElement>("#title");
  if (!title) return;
  await reveal(title);
  title.scrollIntoView({
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    block: "start",
  });
  title.focus({ preventScroll: true });
}

/** Runs that came into view already; an element may be another one by then. */
const brought = new WeakSet<object>();

/** Brings results into view and the keyboard's focus to them, where they are of a run that never was in view. */
export function bringNew(run: object | undefined, root: ParentNode): void {
  if (!run || brought.has(run)) return;
  brought.add(run);
  void bringTitle(root);
}
