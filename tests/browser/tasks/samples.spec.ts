// Several samples: a table each, one model; genes by samples, the difference of two, and a gene in either.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, dropFiles, pick, QUICK, type TestFile } from "../support/app-page.ts";
import { stored } from "../support/kept.ts";
import { manifestOf, OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";

const file = (name: string, text: string): TestFile => ({ name, buffer: Buffer.from(text) });
const LIVER = table({ genes: 12 });
/** The same, in which one gene has no signal, and another one has that of a gene that is on. */
const HEART = [
  ...LIVER.split("\n").filter((line) => !/^GENE[34],/.test(line)),
  ...LIVER.split("\n")
    .filter((line) => line.startsWith("GENE3,"))
    .flatMap((line) => [line.replace(/^(GENE3,\d+).*/, "$1,0,0,0,0,0"), line.replace("GENE3,", "GENE4,")])
    .toSorted((a, b) => Number(a.startsWith("GENE4")) - Number(b.startsWith("GENE4"))),
]
  .filter((line) => line !== "")
  .join("\n");

test("tables that are dropped together are samples, whose differences are two actions away", async ({ page }, info) => {
  const app = await new AppPage(page).open(QUICK);
  await dropFiles(page, [
    file("liver_signal.csv", LIVER),
    file("heart_signal.csv", HEART),
    file("damaged_signal.csv", "gene,bin,H3K4me3\na,1\n"),
  ]);
  await expect(page.locator("[data-intake]")).toContainText("a sample, predicted separately");
  await page.getByRole("button", { name: "Run on 3 samples" }).click();
  const grid = page.getByRole("grid", { name: "Predictions by sample" });
  await expect(grid).toHaveAttribute("aria-rowcount", "13", { timeout: 60_000 });
  await app.finished();
  await expect(app.alert()).toContainText("damaged is left out");
  await expect(app.alert()).toContainText("damaged_signal.csv, line 2: found 2 columns");
  // Planted differences are first, each with its sign; genes that are the same have none.
  const cells = (row: number) => grid.locator(".body [role=row]").nth(row).getByRole("gridcell");
  const found = new Map<string, string>();
  for (const row of [0, 1, 2]) found.set(await cells(row).nth(0).innerText(), await cells(row).nth(1).innerText());
  expect([...found.keys()].slice(0, 2).toSorted()).toEqual(["GENE3", "GENE4"]);
  expect(found.get("GENE3")).toMatch(/^−/);
  expect(found.get("GENE4")).toMatch(/^\+/);
  expect(Number([...found.values()][2])).toBe(0);
  // A gene is opened in the sample that is chosen beside the list, with the number that list, map and file have.
  await page.getByLabel("Gene in").selectOption("heart");
  await expect(page.locator("regulens-summary")).toContainText("heart_signal.csv");
  await grid.getByText("GENE4", { exact: true }).click();
  await expect(page.locator("regulens-item")).toHaveJSProperty("name", "Gene GENE4");
  const { name, bytes } = await app.save("Genes by samples (TSV)");
  expect(name).toBe("liver_signal.samples.tsv");
  const rows = bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t"));
  expect(rows[0]).toEqual(["gene", "liver", "heart", "range", "log_odds_difference heart - liver"]);
  const opened = await app.predictions();
  for (const [gene = "", , heart] of rows.slice(1)) expect(Number(heart)).toBe(opened.get(gene)?.probability);
  await pick(page.getByRole("radio", { name: "Map", exact: true }));
  const map = page.getByRole("slider", { name: "P(on) by gene and sample, read by cell" });
  await map.focus();
  await map.press("Home");
  await expect(map).toHaveAttribute("aria-valuetext", /GENE[34].*liver/);
  await pick(page.getByRole("radio", { name: "All samples", exact: true }));
  await test.step("paper has their heading, the map and the list, whichever is on the screen", async () => {
    const result = await page.locator("regulens-samples [data-result]").innerText();
    for (const part of ["heart alone", "All samples"]) {
      await pick(page.getByRole("radio", { name: part, exact: true }));
      await page.emulateMedia({ media: "print" });
      await expect(page.getByRole("heading", { name: "3 samples" })).toBeVisible();
      await expect(page.getByText(result, { exact: true })).toBeVisible();
      await expect(page.getByRole("img", { name: /^P\(on\) of 12 genes in 2 samples/ })).toBeVisible();
      await expect(grid.getByText("GENE3", { exact: true })).toBeVisible();
      const [drawn, listed] = [
        (await page.locator("regulens-samples regulens-figure").boundingBox())!,
        await grid.boundingBox(),
      ];
      expect(drawn.height).toBeGreaterThan(150);
      expect(listed!.y).toBeGreaterThanOrEqual(drawn.y + drawn.height);
      await expect(page.getByRole("button", { name: "Close the samples" })).toBeHidden();
      await page.emulateMedia({ media: "screen" });
    }
  });
  await test.step("a page of one file has the same samples and numbers, and opens their genes", async () => {
    const saved = await saveAsOneFile(page, info.outputPath("page.html"));
    expect(saved.bytes).toBeLessThan(2e6);
    const { inputs, samples } = manifestOf(saved.text);
    expect(inputs.map(({ file, sample }) => [file, sample])).toEqual([
      ["heart_signal.csv", undefined],
      ["liver_signal.csv", 0],
    ]);
    expect(saved.text).toContain("These are of heart, beside the same genes in 2 samples: liver and heart.");
    expect(samples).toMatchObject({ list: [{ name: "liver" }, { name: "heart" }], open: 1, pair: [0, 1] });
    const one = await OneFile.open(page, saved.path);
    const there = one.page.getByRole("grid", { name: "Predictions by sample" });
    await expect(there).toHaveAttribute("aria-rowcount", "13", { timeout: 60_000 });
    await pick(one.page.getByRole("radio", { name: "Map", exact: true }));
    await expect(one.page.getByRole("slider", { name: "P(on) by gene and sample, read by cell" })).toBeVisible();
    await pick(one.page.getByRole("radio", { name: "All samples", exact: true }));
    const found = await one.save("Genes by samples (TSV)");
    const lines = found.bytes.toString("utf8").split("\n");
    const cellsOf = new Map(lines.map((line) => [line.split("\t")[0], line.split("\t")]));
    expect(cellsOf.get("gene")).toEqual(rows[0]);
    for (const [gene = "", ...numbers] of rows.slice(1))
      for (const [i, number] of numbers.entries())
        expect(Number(cellsOf.get(gene)?.[i + 1]), `${gene}, ${rows[0]![i + 1]}`).toBeCloseTo(Number(number), 4);
    await one.page.getByLabel("Gene in").selectOption("liver");
    await expect(one.page.locator("regulens-summary")).toContainText("liver_signal.csv", { timeout: 60_000 });
    await there.getByText("GENE3", { exact: true }).click();
    await expect(one.page.locator("regulens-item")).toHaveJSProperty("name", "Gene GENE3");
    // On paper (A4 at 96 dots an inch) the gene's figure is on the first page, before the samples.
    await one.page.setViewportSize({ width: 794, height: 1123 });
    await one.page.emulateMedia({ media: "print" });
    const end = async (part: string) => {
      const { y, height } = (await one.page.locator(part).filter({ visible: true }).first().boundingBox())!;
      return y + height;
    };
    await expect.poll(() => end("regulens-figure[label^='contributions to the score']")).toBeLessThan(1123);
    expect(await end("regulens-samples")).toBeGreaterThan(await end("regulens-item"));
    await one.page.emulateMedia({ media: "screen" });
    const opened = await one.predictions();
    for (const [gene = "", liver] of rows.slice(1)) expect(opened.get(gene)?.probability).toBeCloseTo(Number(liver), 5);
    await one.close();
  });
  await test.step("a reload brings back all samples, what is listed, and the one that is open", async () => {
    await page.getByLabel(/^\s*minus/).selectOption("heart");
    await page.getByLabel("Difference of").selectOption("liver");
    await grid.getByRole("columnheader", { name: "P(on) in heart" }).click();
    const names = await cells(0).allInnerTexts();
    await expect
      .poll(() => stored(page))
      .toMatchObject({
        looked: { gene: "GENE4" },
        view: { samples: { listing: { pair: [1, 0], sort: { key: "sample:1" } } } },
      });
    await page.reload();
    await expect(page.locator("regulens-summary")).toContainText("heart_signal.csv", { timeout: 120_000 });
    await expect(grid).toHaveAttribute("aria-rowcount", "13", { timeout: 60_000 });
    await expect(app.alert()).toContainText("damaged is left out");
    expect(await cells(0).allInnerTexts()).toEqual(names);
    await expect(page.getByLabel("Difference of")).toHaveValue("0");
    await expect(page.locator("regulens-item")).toHaveJSProperty("name", "Gene GENE4");
  });
});

test("samples and a gene of one are 1.5 screens high: a part at a time, below the result in a line", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  const app = await new AppPage(page).open("?device=cpu");
  const labelled = table({ genes: 30, labels: true });
  const unlike = labelled.replace(/^(GENE3,\d+),.*(,\d)$/gm, "$1,0,99,0,99,0$2");
  await dropFiles(page, [file("liver.csv", labelled), file("heart.csv", unlike), file("brain.csv", labelled)]);
  await page.getByRole("button", { name: "Run on 3 samples" }).click();
  const grid = page.getByRole("grid", { name: "Predictions by sample" });
  await expect(grid).toHaveAttribute("aria-rowcount", "31", { timeout: 120_000 });
  await expect(page.getByRole("img", { name: /^Contributions along / })).toBeVisible({ timeout: 120_000 });
  await expect(page.locator("regulens-summary")).toContainText("Brier score");
  await expect(page.locator("regulens-samples [data-result]")).toHaveText(
    /^\d+ of 30 genes are on in heart alone, \d+ in liver alone; GENE3 differs most, by [−+]\d+\.\d\d \(log-odds\)\.$/,
  );
  // One list of genes at a time: that of all samples, their map, or the open sample's own.
  for (const part of ["Map", "liver alone", "All samples"]) {
    await pick(page.getByRole("radio", { name: part, exact: true }));
    await expect(grid).toBeVisible({ visible: part === "All samples" });
    await expect(page.getByRole("slider", { name: /^P\(on\) by gene and sample/ })).toBeVisible({
      visible: part === "Map",
    });
    await expect(app.grid).toBeVisible({ visible: part === "liver alone" });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollHeight), part)
      .toBeLessThanOrEqual(1.5 * 768);
  }
});
