// Runs side by side: kept, compared on the genes they share, removed and brought back.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, pick, QUICK } from "../support/app-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const file = (name: string, text: string) => ({ name, buffer: Buffer.from(text) });
const keep = (page: Page) => page.getByRole("button", { name: "Keep this run to compare" });
const shared = (page: Page) => page.getByRole("grid", { name: "Shared genes" });
const compare = (page: Page) => page.locator("regulens-compare");

/** A finished run of the first model on a small table. */
async function finishedRun(page: Page, genes: number): Promise<AppPage> {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(file("genes.csv", table({ genes })), genes);
  return app;
}

/** P(on) by gene as a saved comparison has it. */
async function savedComparison(app: AppPage): Promise<Map<string, number[]>> {
  const { bytes } = await app.save("Shared genes (TSV)");
  const rows = bytes
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("#"));
  return new Map(rows.slice(1).map((row) => [row.split("\t")[0] ?? "", row.split("\t").slice(1).map(Number)]));
}

test("another model is run on the same table and compared, gene by gene", async ({ page }) => {
  const app = await finishedRun(page, 30);
  const first = await app.predictions();
  await app.compareWith(/^Compare with CNN-α,β *, *H1/);
  await expect(page.getByRole("heading", { name: "Compare", exact: true })).toBeFocused();
  await expect(shared(page)).toHaveAttribute("aria-rowcount", "31");
  await expect(page.getByRole("list", { name: "Kept runs" }).getByRole("listitem")).toHaveCount(2);
  await test.step("one list, one selection, and each run answers as the gene's own view does", async () => {
    await expect(page.getByRole("grid")).toHaveCount(1);
    const [one, other] = await compare(page).locator("regulens-answer").all();
    const inRuns = (answer = one) => answer!.getByRole("listitem").allInnerTexts();
    await expect.poll(() => inRuns()).toHaveLength(5);
    expect(await inRuns(other)).not.toEqual(await inRuns());
    const bars = await inRuns();
    const chosen = await shared(page).getByRole("row", { selected: true }).getByRole("gridcell").first().innerText();
    await app.tab("Why");
    await expect(app.grid.getByRole("row", { selected: true })).toContainText(chosen);
    await expect.poll(() => inRuns(page.locator("regulens-explained regulens-answer"))).toEqual(bars);
    await app.tab("Compare");
  });
  // The same numbers as the run alone, and as the other model alone; the largest difference first.
  const saved = await savedComparison(app);
  await app.chooseCellType("H1");
  await page.getByRole("button", { name: "Run again on 30 genes" }).click();
  await expect(page.getByText("Up to date", { exact: true })).toBeVisible();
  const second = await app.predictions();
  expect([...saved.keys()]).toEqual([...first.keys()]);
  for (const [gene, [one, other, difference]] of saved) {
    expect(one).toBe(first.get(gene)?.probability);
    expect(other).toBe(second.get(gene)?.probability);
    expect(difference).toBeCloseTo(Math.abs((one ?? NaN) - (other ?? NaN)), 6);
  }
  const largest = [...saved].sort(([, a], [, b]) => (b[2] ?? 0) - (a[2] ?? 0))[0]?.[0];
  await expect(shared(page).locator(".body [role=row]").first().getByRole("gridcell").first()).toHaveText(
    largest ?? "",
  );
});

test("runs on two tables are compared on the genes they share; the others are told and saved", async ({ page }) => {
  const app = await finishedRun(page, 5);
  await app.tab("Compare");
  await keep(page).click();
  await expect(page.getByRole("button", { name: "Kept as A" })).toBeDisabled();
  // Genes 2 to 7 of another cell type: GENE1 is not there, GENE6 and GENE7 are new.
  const others = table({ genes: 7 })
    .split("\n")
    .filter((line) => !line.startsWith("GENE1,"));
  await app.runTable(file("others.csv", others.join("\n")), 6);
  await keep(page).click();
  await expect(compare(page)).toContainText("4 genes are in all runs, matched by name; not in all: 1 of A and 2 of B.");
  await expect(shared(page)).toHaveAttribute("aria-rowcount", "5");
  const { name, bytes } = await app.save("Genes not in all (TSV)");
  expect(name).toBe("genes.not-shared.tsv");
  expect(bytes.toString("utf8").trimEnd().split("\n").slice(2)).toEqual([
    "gene\tin_1\tin_2",
    "GENE1\t1\t0",
    "GENE6\t0\t1",
    "GENE7\t0\t1",
  ]);
  // The kept run's table is still there when another was read.
  await page.getByRole("searchbox", { name: "Find a shared gene by name" }).fill("GENE3");
  await shared(page).locator(".body [role=row]").first().click();
  await expect(page.getByRole("heading", { name: "GENE3 in each run" })).toBeVisible();
  await pick(page.getByRole("radio", { name: "Attention", exact: true }));
  await expect(compare(page).getByRole("img", { name: /^Signal and attention along GENE3/ })).toHaveCount(2);
});

test("a comparison is cancelled, made, read in all its runs, saved, and has its runs removed and brought back", async ({
  page,
}) => {
  const app = await finishedRun(page, 8);
  await test.step("a run to compare with is cancelled, and the page goes on", async () => {
    await page.route("**/models/*h1*.safetensors", () => {});
    await app.compareWith(/^Compare with CNN-α,β *, *H1/);
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByText("Compare with…", { exact: true })).toBeVisible();
    await expect(page.locator("regulens-notice[tone=danger]")).toHaveCount(0);
    await expect(page.getByRole("list", { name: "Kept runs" }).getByRole("listitem")).toHaveCount(1);
    await page.unroute("**/models/*h1*.safetensors");
  });
  await test.step("a gene is chosen by keyboard, and its tracks are read in all runs at once", async () => {
    await app.compareWith(/^Compare with CNN-α,β *, *H1/);
    await expect(shared(page)).toBeVisible();
    await shared(page).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const active = shared(page).locator(`#${await shared(page).getAttribute("aria-activedescendant")}`);
    const gene = (await active.getByRole("gridcell").first().innerText()).trim();
    await expect(page.getByRole("heading", { name: `${gene} in each run` })).toBeVisible();
    await expect(
      page.getByRole("img", { name: new RegExp(`^Attention over marks for ${gene} in 2 runs`) }),
    ).toBeVisible();
    await pick(page.getByRole("radio", { name: "Attention", exact: true }));
    const tracks = compare(page).getByRole("slider", { name: /^signal and attention of/ });
    await expect(tracks).toHaveCount(2);
    // A figure that is drawn anew, once more of it is known, forgets a key that came before.
    await expect(async () => {
      await tracks.first().press("Home");
      for (const each of await tracks.all())
        await expect(each).toHaveAttribute("aria-valuetext", /^bin 1 of 100/, { timeout: 2_000 });
    }).toPass();
    await pick(page.getByRole("radio", { name: "All genes", exact: true }));
    await expect(page.getByRole("img", { name: /^P\(on\) of 8 genes in two runs.*Pearson's r is/ })).toBeVisible();
  });
  await test.step("a run is removed and brought back, and figures are saved", async () => {
    const svg = await app.save(/^Save β of GENE\d in each run as SVG/);
    expect(svg.name).toMatch(/^genes\.GENE\d\.beta-heat-map\.svg$/);
    expect(svg.bytes.toString("utf8")).toMatch(/<metadata>[\s\S]*A: [0-9a-f]{64}; B: [0-9a-f]{64}/);
    const png = await app.save(/^Save P\(on\) in two runs as PNG/);
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
    await page.getByRole("button", { name: "Remove run B" }).click();
    await expect(shared(page)).toHaveCount(0);
    // The gene's own view has an undo of its own, for its changed signal.
    await page.locator("regulens-kept-runs").getByRole("button", { name: "Undo" }).click();
    await expect(shared(page)).toHaveAttribute("aria-rowcount", "9");
    await expect(compare(page)).toContainText(/2 kept runs and their tables hold \d+ kB of at most 400 MB/);
  });
  await test.step("at 360 pixels the comparison stays within the page", async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    // On a narrow page the list comes first.
    await app.grid.getByRole("row").nth(1).click();
    await app.tab("Compare");
    await expect(shared(page)).toBeVisible();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});
