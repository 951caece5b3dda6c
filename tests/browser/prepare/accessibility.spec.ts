// Automated checks of the view that makes tables, in light and dark, wide and narrow; it also has to fit a narrow
// window.

import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { PreparePage } from "../support/prepare-page.ts";
import { genesGtf, signalFile } from "../support/signal-files.ts";

// axe is put into the page, which its content security policy would forbid.
test.use({ bypassCSP: true });

test("making a table is accessible, 1280 and 360 pixels wide in light and dark colours", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const prepare = await new PreparePage(page).open();
  const state = async (name: string) => {
    for (const width of [360, 1280]) {
      await test.step(`${name}, ${width} pixels wide`, async () => {
        await page.setViewportSize({ width, height: 800 });
        expect(await violations(page)).toEqual([]);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth),
          "nothing is wider than the window",
        ).toBeLessThanOrEqual(width);
      });
    }
  };
  await state("no file");
  const signal = signalFile(1);
  await prepare.add(
    { name: "H3K4me3.bw", buffer: signal },
    { name: "a-long-name-that-tells-nothing-of-its-mark.rep1.rep2.merged.bw", buffer: signal },
    { name: "H3K9me3.bw", buffer: signal.subarray(0, 9000) },
    { name: "genes.gtf", buffer: Buffer.from(genesGtf()) },
  );
  await state("a mark not known, a file that is damaged, marks that are missing");
  await prepare.view.getByRole("button", { name: "Remove H3K9me3.bw" }).click();
  await prepare.view.getByRole("button", { name: /^Remove a-long-name/ }).click();
  for (const box of await prepare.view.getByRole("checkbox").all()) await box.check();
  await prepare.make.click();
  await expect(prepare.made).toBeVisible();
  await expect(prepare.app.run).toBeEnabled();
  await state("a table that was made");
  await prepare.app.run.click();
  await prepare.app.finished(61);
  await state("its results");
});
