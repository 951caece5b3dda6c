// The actions of a reader, as the page itself meets them: a drop, a press, a key and an entry are one each.

import type { Page } from "@playwright/test";

/**
 * Begins to count, and gives what counts what was done since. A test may act by any means: what reaches the page is
 * counted there. Keys within a field are one entry, whatever their number.
 */
export async function countActions(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const counted = { actions: 0, field: undefined as EventTarget | undefined };
    Object.assign(globalThis, { counted });
    const isField = (target: EventTarget | undefined): boolean =>
      target instanceof Element &&
      target.matches("select, textarea, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
    const act = (field?: EventTarget): void => {
      counted.actions += 1;
      counted.field = field;
    };
    /** A field is entered by a press, by keys or by a script: once, until something else is done. */
    const enter = (field: EventTarget | undefined): void => {
      if (field !== counted.field) act(field);
    };
    const onEvent = (event: Event): void => {
      const [target] = event.composedPath();
      if (event.type === "drop") return act();
      if (isField(target)) return enter(target);
      if (event.type !== "input" && event.isTrusted) act();
    };
    for (const type of ["drop", "pointerdown", "keydown", "input"])
      addEventListener(type, onEvent, { capture: true, passive: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { counted: { actions: number } }).counted.actions);
}
