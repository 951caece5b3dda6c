// Names that a page, an object, a file system or a spreadsheet could take for something else, and what must not come of
// them.

import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";

export const MARKUP = "</title></script></svg><img src=x onerror=alert(1)><svg onload=alert(2)>&amp;";
export const NAMES = [
  MARKUP,
  "__proto__",
  "constructor",
  "../../../etc/passwd",
  "\u202egnp.exe\u202c",
  "=HYPERLINK(0)",
  "x".repeat(5_000),
];

/** A name of 64 kB: of a megabyte, each drawing of the page takes seconds. */
export const LONG = "y".repeat(1 << 16);

/** Fails where a name runs: none of these pages opens a dialog, but that of leaving what is a reader's own. */
export function expectNoDialog(page: Page): void {
  page.on("dialog", async (dialog) => {
    expect(dialog.type(), dialog.message()).toBe("beforeunload");
    await dialog.accept();
  });
}

/** Fails where a name became an element; the page's fixtures fail where it asks for anything or complains. */
export async function expectOnlyText(page: Page): Promise<void> {
  expect(await page.locator("img, [onerror], [onload]").count()).toBe(0);
}

/** Fails where a name that turns the direction of text stands in one run of text with another's: cells and what is set
 * apart in a sentence end what it begins. */
export async function expectTurnedAlone(page: Page): Promise<void> {
  const around = await page.evaluate(() => {
    const found: string[] = [];
    const walk = (root: Document | ShadowRoot | Element) => {
      for (const node of root.childNodes) {
        if (node instanceof Text && node.data.includes("\u202e") && node.parentElement?.checkVisibility()) {
          const { unicodeBidi, display } = getComputedStyle(node.parentElement);
          found.push(`${node.parentElement.localName}: ${display === "inline" ? unicodeBidi : "a block"}`);
        }
        if (!(node instanceof Element)) continue;
        walk(node);
        if (node.shadowRoot) walk(node.shadowRoot);
      }
    };
    walk(document);
    return found;
  });
  expect(around.length).toBeGreaterThan(0);
  expect(around.filter((each) => !/: (a block|isolate)$/.test(each))).toEqual([]);
}

/** Fails where a saved picture is no XML, or has anything but its drawing. */
export async function expectOnlyDrawing(page: Page, svg: string): Promise<void> {
  // In a page of its own: this one lets no text become elements.
  const reader = await page.context().newPage();
  const foreign = await reader.evaluate((text) => {
    const elements = [...new DOMParser().parseFromString(text, "image/svg+xml").querySelectorAll("*")];
    return elements
      .filter(
        ({ localName, attributes }) =>
          /^(parsererror|img|script|foreignObject)$/.test(localName) ||
          [...attributes].some(({ name }) => name.startsWith("on")),
      )
      .map(({ localName }) => localName);
  }, svg);
  await reader.close();
  expect(foreign).toEqual([]);
}
