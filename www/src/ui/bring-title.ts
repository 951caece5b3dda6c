/** Brings the title in `root` into view and the keyboard's focus to it. */
export function bringTitle(root: ParentNode): void {
  const title = root.querySelector<HTMLElement>("#title");
  title?.scrollIntoView({
    behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    block: "start",
  });
  title?.focus({ preventScroll: true });
}
