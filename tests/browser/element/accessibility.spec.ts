// Automated checks of the element's accessibility, in each view and state.

import { violations } from "../support/axe.ts";
import { GENE, host, K562, until, VIEWS } from "../support/element-page.ts";
import { expect, test } from "../support/fixtures.ts";

// axe is put into the page, which its content security policy would forbid.
test.use({ bypassCSP: true });

test("no rule of accessibility is broken by any view in light and dark colours", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("./embed.html");
  for (const id of VIEWS) {
    await page.locator(`#${id}`).scrollIntoViewIfNeeded();
    await until(page, "ready", `#${id}`);
  }
  await page.getByRole("button", { name: "Set to zero" }).first().click();
  expect(await violations(page)).toEqual([]);
});

test("no rule is broken while it loads and where it fails, in light and dark colours", async ({ page, watched }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  watched.expectError(/Failed to load|aborted/i);
  await page.route(`**/${K562}`, () => {});
  await host(page, GENE);
  await until(page, "loading");
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Cancel" }).click();
  await until(page, "error");
  expect(await violations(page)).toEqual([]);
});

test("the keyboard alone reaches every control of a gene's view, and each shows that it has the focus", async ({
  page,
}) => {
  await host(page, GENE);
  await until(page, "ready");
  const reached: string[] = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    const found = await page.evaluate(() => {
      let active: Element | null = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      if (!active || active === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(active);
      return {
        name: active.getAttribute("aria-label") ?? active.textContent?.trim() ?? "",
        role: active.getAttribute("role") ?? active.localName,
        isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) > 0,
      };
    });
    if (!found) break;
    expect(found.isSeen, `${found.role} ${found.name}`).toBe(true);
    reached.push(`${found.role} ${found.name}`);
  }
  for (const wanted of [
    /^input/,
    /^button The next gene/,
    /^slider signal and attention/,
    /^button Save signal and attention of SIM000001$/,
    /^select/,
    /^button Set to zero/,
    /^input Scale by/,
  ]) {
    expect(
      reached.some((each) => wanted.test(each)),
      `${wanted} among ${reached.join("; ")}`,
    ).toBe(true);
  }
});
