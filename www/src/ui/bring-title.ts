import { reveal } from "./reveal";

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
