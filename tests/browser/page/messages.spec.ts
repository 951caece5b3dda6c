// Messages that come where the reader does not look.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { PreparePage } from "../support/prepare-page.ts";
import { bases, file, give } from "../support/sequence-page.ts";
import { genesGtf, signalFile } from "../support/signal-files.ts";
import type { Page } from "@playwright/test";

const messages = (page: Page) => page.getByRole("region", { name: "Messages" });

/** The page with the results of the example, scrolled to its notes, far below the data. */
async function below(page: Page): Promise<AppPage> {
  const app = await new AppPage(page).open(QUICK);
  await app.tryExample();
  await app.finished(400);
  await app.openOverview();
  await toFoot(page);
  return app;
}

async function toFoot(page: Page): Promise<void> {
  await page.locator("footer").scrollIntoViewIfNeeded();
  await expect(page.locator("regulens-data-step")).not.toBeInViewport();
}

test("files that are read or refused far above are told of in view", async ({ page }) => {
  const app = await below(page);
  await test.step("a message is closed by the keyboard, and the focus stays where it was", async () => {
    await app.chooseTable({ name: "bad.csv", buffer: Buffer.from("gene,bin,H3K4me3\nG1,1,x\n") });
    await expect(messages(page)).toBeVisible();
    await app.grid.focus();
    await page.keyboard.press("Escape");
    await expect(messages(page)).toHaveCount(0);
    await expect(app.grid).toBeFocused();
  });
  await test.step("a bad file is told of in view, wherever the reader is, until it is read or closed", async () => {
    await toFoot(page);
    await app.chooseTable({ name: "bad.csv", buffer: Buffer.from("gene,bin,H3K4me3\nG1,1,x\n") });
    await expect(messages(page)).toBeInViewport({ ratio: 1 });
    await expect(messages(page)).toContainText("bad.csv");
    await expect(messages(page)).toContainText("What to do");
    // It is the message of its place: who goes there has read it.
    await messages(page).getByRole("button", { name: "Go to it" }).click();
    await expect(app.alert()).toBeInViewport();
    await expect(app.alert().locator("[role=alert]")).toBeFocused();
    await expect(messages(page)).toHaveCount(0);
  });
  await test.step("a second table is told of in view, and that the results are not of it", async () => {
    await toFoot(page);
    const rows = Array.from({ length: 100 }, (_, bin) => `G1,${bin + 1},1,1,1,1,1`);
    const text = ["gene,bin,H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3", ...rows].join("\n");
    await app.chooseTable({ name: "second.csv", buffer: Buffer.from(`${text}\n`) });
    await expect(messages(page)).toContainText("second.csv was read: 1 gene");
    await expect(messages(page)).toContainText("until it is run");
    await messages(page).getByRole("button", { name: "Go to it" }).click();
    await expect(page.locator("regulens-data-step").getByText("second.csv").first()).toBeInViewport();
    await expect(messages(page)).toHaveCount(0);
  });
  await test.step("a message that warns of nothing leaves the results by itself", async () => {
    await toFoot(page);
    const rows = Array.from({ length: 100 }, (_, bin) => `G2,${bin + 1},1,1,1,1,1`);
    const text = ["gene,bin,H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3", ...rows].join("\n");
    await app.chooseTable({ name: "third.csv", buffer: Buffer.from(`${text}\n`) });
    const told = messages(page).getByText("third.csv was read: 1 gene");
    await expect(told).toBeVisible();
    // One that the pointer is on stays.
    await page.mouse.move(2, 2);
    await expect(told).toHaveCount(0);
  });
});

test("variants that were given lead to their list", async ({ page }) => {
  await new AppPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
  await give(page, file("one.fa", `>chrIV\n${bases(16_384, 2)}\n`));
  await page.getByRole("button", { name: "Run on chrIV" }).click();
  await expect(page.getByRole("img", { name: /^Predicted tracks along chrIV/ })).toBeInViewport();
  await new AppPage(page).tab("Test");
  await give(
    page,
    file(
      "some.vcf",
      "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchrIV\t8000\trs1\tA\tG\t.\t.\t.\n",
    ),
  );
  // Their tab opens by itself, and so nothing is told elsewhere.
  await expect(page.getByRole("region", { name: "Variants of some.vcf" })).toBeInViewport();
  await expect(messages(page)).toHaveCount(0);
});

test("what is told in view is the text of its place alone, and follows it", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 600 });
  const prepare = await new PreparePage(page).open();
  await prepare.add(file("genes.gtf", genesGtf()), { name: "H3K4me3.bw", buffer: signalFile(1) });
  await page.evaluate(() => scrollTo(0, 0));
  await prepare.add({ name: "H3K9me3.bw", buffer: signalFile(2) });
  await expect(messages(page).getByRole("heading")).toHaveText("No file for H3K4me1, H3K27me3 and H3K36me3");
  await expect(messages(page).getByRole("listitem")).toContainText(
    /^\s*No file for [^.?$]*\s*The model needs all of its marks/,
  );
});
