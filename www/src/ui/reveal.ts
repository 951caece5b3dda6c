/** Reveals elements that are folded, or on another tab or screen: each part that hides elements listens. */

declare global {
  interface HTMLElementEventMap {
    /** From an element to reveal, to all its ancestors; one that can reveal it prevents the default. */
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

/** Makes every ancestor that hides an element reveal it. */
export async function reveal(element: Element): Promise<void> {
  // A revealed element is drawn in the next frame.
  if (ask(element, false)) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Returns true if an ancestor hides an element and can reveal it. */
export function canReveal(element: Element): boolean {
  return ask(element, true);
}

/** Scrolls the title in `root` into view and moves the keyboard focus to it. */
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

/** Runs already brought into view; the element may have been replaced since. */
const brought = new WeakSet<object>();

/** Brings results into view and moves the keyboard focus to them, if their run has never been in view. */
export function bringNew(run: object | undefined, root: ParentNode): void {
  if (!run || brought.has(run)) return;
  brought.add(run);
  void bringTitle(root);
}
