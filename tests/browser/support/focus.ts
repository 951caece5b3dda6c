// Where the keyboard's focus is, through all shadows.

import { expect } from "./fixtures.ts";
import type { Page } from "@playwright/test";

/** The focused element: its role or tag, and its name as a screen reader would say it. */
export interface Focused {
  readonly tag: string;
  readonly role: string;
  readonly name: string;
}

/** Returns the element that has the focus now. */
export function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const label = (element as HTMLInputElement | null)?.labels?.[0]?.textContent ?? "";
    const name = element?.getAttribute("aria-label") ?? (label || (element?.textContent ?? ""));
    return {
      tag: element?.localName ?? "",
      role: element?.getAttribute("role") ?? element?.getAttribute("type") ?? "",
      name: name.replace(/\s+/g, " ").trim(),
    };
  });
}

/** Presses Tab until what is looked for has the focus; fails where it cannot be reached. Gives what it passed. */
export async function tabTo(
  page: Page,
  is: (at: Focused) => boolean,
  what: string,
  key: "Tab" | "Shift+Tab" = "Tab",
): Promise<Focused> {
  const passed: string[] = [];
  for (let press = 0; press < 150; press++) {
    await page.keyboard.press(key);
    const at = await focused(page);
    if (is(at)) return at;
    passed.push(`${at.tag} ${at.name.slice(0, 40)}`);
  }
  expect(passed, `${what} was not reached by ${key}`).toEqual([]);
  throw new Error("unreachable");
}

/** Expects the focused element, or its parent, to show the focus by an outline or a shadow. */
export async function expectShown(page: Page): Promise<void> {
  const isShown = await page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    // A hidden input shows its focus on the label around it.
    for (let at: Element | null = element; at && at !== element?.parentElement?.parentElement; at = at.parentElement) {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
      if ((outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none") return true;
    }
    return false;
  });
  expect(isShown, "the focus is visible").toBe(true);
}
