// A reload brings back the work done in the tab, and not only the files given to it.

import { expect, test } from "../support/fixtures.ts";
import { stored } from "../support/kept.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { bases, file } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const isBack = (page: Page) =>
  expect(page.getByText("Restored what was open before the reload").first()).toBeVisible({
    timeout: 240_000,
  });

test("genes: kept runs with the gene that was looked at, and the changed signal of all genes", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(file("mine.csv", table({ genes: 12 })), 12);
  await app.tab("What if");
  const perturb = page.locator("regulens-perturb");
  await perturb.getByLabel("Mark").selectOption("H3K4me3");
  await perturb.getByRole("button", { name: "Set to zero" }).click();
  await perturb.getByRole("button", { name: "Apply to all 12 genes" }).click();
  const everywhere = page.locator("regulens-everywhere");
  await expect(everywhere.getByRole("heading")).toContainText("in all 12 genes");
  await test.step("what was asked for comes into view, and is not told of beside it", async () => {
    await expect(everywhere.getByRole("heading")).toBeInViewport();
    await expect(page.getByRole("region", { name: "Messages" })).toHaveCount(0);
  });
  const most = await everywhere.getByRole("listitem").allInnerTexts();
  await app.compareWith(/^Compare with LSTM *, *K562/);
  const shared = page.getByRole("grid", { name: "Shared genes" });
  await expect(shared).toBeVisible({ timeout: 120_000 });
  await shared.getByRole("gridcell", { name: "GENE7", exact: true }).click();
  await expect(page.getByRole("heading", { name: "GENE7 in each run" })).toBeVisible();
  await page.getByRole("button", { name: "Remove run A" }).click();
  await page.getByRole("button", { name: "Keep this run to compare" }).click();
  await expect(page.getByRole("button", { name: "Kept as C" })).toBeVisible();
  await shared.getByRole("gridcell", { name: "GENE7", exact: true }).click();
  await expect(page.getByRole("heading", { name: "GENE7 in each run" })).toBeVisible();
  await expect
    .poll(() => stored(page))
    .toMatchObject({
      kept: [{ letter: "B", gene: "GENE7" }, { letter: "C" }],
      view: { everywhere: [{ mark: expect.any(Number) }] },
    });
  await page.reload();
  await isBack(page);
  await app.tab("Compare");
  await expect(page.getByRole("heading", { name: "GENE7 in each run" })).toBeVisible();
  const kept = page.getByRole("list", { name: "Kept runs" }).getByRole("listitem");
  await expect(kept).toHaveCount(2);
  await expect(kept.first()).toContainText("Run B: AttentiveChrome LSTM, K562");
  await expect(kept.nth(1)).toContainText("Run C: ");
  // It was known before: nothing tells of it anew.
  await expect(page.getByRole("region", { name: "Messages" }).getByText(/in all 12 genes/)).toHaveCount(0);
  await app.tab("What if");
  await expect(everywhere.getByRole("heading")).toContainText("in all 12 genes");
  expect(await everywhere.getByRole("listitem").allInnerTexts()).toEqual(most);
  await expect(app.grid.getByRole("columnheader", { name: /^Δ P\(on\)/ })).toBeVisible();
});

test("tracks: scores of variants without scoring them again, another model's tracks, records that were run", async ({
  page,
}) => {
  const app = await new AppPage(page).open("?device=cpu&model=basenji-attention-two-sided-simulated");
  const variants = Array.from({ length: 6 }, (_, i) => `one\t${4000 + 100 * i}\t.\tN\t.\t.\t.\t.`);
  const one = bases(20_000, 2);
  const rows = variants.map((row) => {
    const cells = row.split("\t");
    const reference = one[Number(cells[1]) - 1]!;
    return [...cells.slice(0, 3), reference, reference === "A" ? "C" : "A", ...cells.slice(5)].join("\t");
  });
  const vcf = ["##fileformat=VCFv4.2", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO", ...rows].join("\n");
  await page.locator("regulens-sequence-data input[type=file]").setInputFiles(
    [file("two.fa", `>one\n${one}\n>two\n${bases(18_000, 3)}\n`), file("mine.vcf", `${vcf}\n`)].map((each) => ({
      ...each,
      mimeType: "application/octet-stream",
    })),
  );
  await page.getByRole("button", { name: "Run on one" }).click();
  const all = page.locator("regulens-all-records");
  await all.getByRole("button", { name: "Run all 2 records" }).click();
  await expect(all).toContainText("2 of 2 records done");
  await app.tab("Variants");
  await page.getByRole("button", { name: "Score all 6 variants" }).click();
  const region = page.getByRole("region", { name: /^Variants of / });
  const scored = region.getByText("6 variants are scored.", { exact: true });
  await expect(scored).toBeVisible();
  const names = page
    .getByRole("grid", { name: /^Variants of / })
    .getByRole("row")
    .locator(".name");
  const ranked = await names.allInnerTexts();
  await app.compareWith(/^Compare with .* on yeast MNase and Pol II/);
  const both = page.getByRole("img", { name: /in two models/ });
  await expect(both).toBeVisible({ timeout: 240_000 });
  const compare = page.locator("regulens-compare-tracks");
  // The second of the other model's tracks: by itself the page lays the first over this one.
  const theirs = compare.getByRole("combobox", { name: /^B, / });
  await theirs.selectOption({ index: 1 });
  await expect(theirs).toHaveValue("1");
  await expect
    .poll(() => stored(page), { timeout: 20_000 })
    .toMatchObject({ view: { compared: { track: 0, against: 1 }, all: ["one", "two"], scores: expect.any(Number) } });
  await page.reload();
  await isBack(page);
  await expect(all).toContainText("2 of 2 records done", { timeout: 120_000 });
  await app.tab("Variants");
  await expect(scored).toBeVisible();
  await expect(page.getByRole("button", { name: /^Score / })).toHaveCount(0);
  expect(await names.allInnerTexts()).toEqual(ranked);
  await app.tab("Compare");
  await expect(both).toBeVisible({ timeout: 120_000 });
  await expect(theirs).toHaveValue("1");
});
