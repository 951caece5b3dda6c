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
