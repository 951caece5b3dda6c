// The ways through the page that readers go most, counted: a drop, a press, a choice and an entry are an action each.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.ts";
import { countActions } from "../support/actions.ts";
import { formatProbability } from "../../../www/src/plots/core/format.ts";
import { AppPage, dropFiles, pick, QUICK } from "../support/app-page.ts";
import { planted } from "../support/change-page.ts";
import { type LoadedArray, readNpz } from "../support/npz.ts";
import { bases, file, GENES_OF_EXAMPLE } from "../support/sequence-page.ts";
import { bedGraph, genesGtf } from "../support/signal-files.ts";
import { manifestOf } from "../support/standalone-page.ts";
import { MARKS, table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const EXAMPLES = join(import.meta.dirname, "../../../models/examples");

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

/** Copies a figure, and holds that its picture is on the clipboard. */
async function copied(page: Page, figure: RegExp): Promise<void> {
  await page.getByRole("button", { name: figure }).click();
  await expect(page.getByRole("status").filter({ hasText: /^Copied$/ })).toBeVisible();
  const size = page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return (await item?.getType("image/png"))?.size;
  });
  expect(await size).toBeGreaterThan(5000);
}

test("what a reader does is counted where it reaches the page, by any means", async ({ page }) => {
  await page.setContent(
    "<label>Tick <input type=checkbox></label><input name=typed><select><option>a<option>b</select>" +
      "<input type=file><button type=button>Press</button>",
  );
  const actions = await countActions(page);
  const acts: [what: string, does: () => Promise<unknown>][] = [
    ["a press", () => page.getByRole("button", { name: "Press" }).click()],
    ["a press on a label", () => page.getByText("Tick").click()],
    ["a key", () => page.getByRole("checkbox").press("Space")],
    ["an entry by keys", () => page.locator("[name=typed]").pressSequentially("abc")],
    ["a choice", () => page.getByRole("combobox").selectOption("b")],
    ["another entry", () => page.locator("[name=typed]").fill("abcd")],
    ["a file", () => page.locator("[type=file]").setInputFiles([{ ...file("a.txt", "a"), mimeType: "text/plain" }])],
    ["a drop", () => dropFiles(page, [file("a.txt", "a"), file("b.txt", "b")])],
  ];
  for (const [i, [what, does]] of acts.entries()) {
    await does();
    expect(await actions(), what).toBe(i + 1);
  }
});

test("from a file to a saved figure in four actions", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu");
  const actions = await countActions(page);
  await dropFiles(page, [file("genes.csv", table({ genes: 12 }))]);
  await app.run.click();
  const saves = page.getByRole("button", { name: /^Save contributions to the score of GENE\d+$/ });
  await expect(saves).toBeVisible();
  const answered = await actions();
  await test.step("a gene's answer and its picture on the clipboard in three actions", async () => {
    await expect(app.grid.getByRole("row", { selected: true })).toContainText(/GENE\d+/);
    await copied(page, /^Copy contributions to the score of GENE\d+$/);
    expect(await actions()).toBeLessThanOrEqual(3);
  });
  const before = await actions();
  await saves.click();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Save contributions to the score of GENE\d+ as SVG$/ }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.svg$/);
  expect(answered + (await actions()) - before).toBeLessThanOrEqual(4);
  await page.keyboard.press("Escape");
  const opens = page.locator("regulens-bar-menu").locator("summary").and(page.getByLabel("Export"));
  await test.step("a supplement, a page of one file with its caption, in three actions", async () => {
    const actions = await countActions(page);
    await opens.click();
    await page.getByRole("button", { name: "Save as one file…" }).click();
    const saved = page.waitForEvent("download");
    await page
      .getByRole("dialog", { name: "Save as one file" })
      .getByRole("button", { name: "Save", exact: true })
      .click();
    const text = await readFile(await (await saved).path(), "utf8");
    expect(await actions()).toBeLessThanOrEqual(3);
    const { inputs, caption } = manifestOf(text);
    expect(inputs[0]?.file).toBe("genes.csv");
    expect(caption).toContain("genes.csv");
  });
  await page.keyboard.press("Escape");
  await test.step("arrays in Python in two actions and three lines", async () => {
    const actions = await countActions(page);
    await opens.click();
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "NumPy (.npz)" }).click();
    expect((await saved).suggestedFilename()).toMatch(/\.npz$/);
    expect(await actions()).toBeLessThanOrEqual(2);
    const lines = (await page.getByLabel("Lines of Python that open it").innerText()).trim().split("\n");
    expect(lines.length).toBeLessThanOrEqual(3);
    await page.keyboard.press("Escape");
    await areThoseOfThePage(app, readNpz(await readFile(await (await saved).path())));
  });
});

/** Holds that arrays have the numbers of the list, of the saved table, and of the figure of the gene in view. */
async function areThoseOfThePage(app: AppPage, arrays: Map<string, LoadedArray>): Promise<void> {
  const of = (name: string) => arrays.get(name)!;
  const row = (await app.grid.getByRole("row", { selected: true }).getByRole("gridcell").allTextContents()).join(" ");
  const name = /GENE\d+/.exec(row)![0];
  const gene = of("genes").values.indexOf(name);
  expect(row).toContain(formatProbability(of("probability").values[gene] as number));
  const table = await app.predictions();
  expect([...table.keys()]).toEqual(of("genes").values);
  for (const column of ["probability", "logit"])
    expect(
      [...table.values()].map((cells) => Math.fround(cells[column]!)),
      column,
    ).toEqual(of(column).values);
  const [head = [], ...bins] = (await app.save(new RegExp(`Save contributions to the score of ${name} as TSV`))).bytes
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  const { shape, values } = of("contributions");
  expect([shape[1], of("marks").values]).toEqual([bins.length, head.filter((each) => each.startsWith("H3"))]);
  for (const [bin, cells] of bins.entries())
    for (const [mark, column] of of("marks").values.entries())
      expect(values[(gene * shape[1]! + bin) * shape[2]! + mark], `${column}, bin ${bin + 1}`).toBeCloseTo(
        Number(cells[head.indexOf(String(column))]),
        4,
      );
}

test("from a FASTA to its tracks in two actions", async ({ page }) => {
  await new AppPage(page).open("?device=cpu");
  const actions = await countActions(page);
  await dropFiles(page, [file("locus.fa", `>locus\n${bases(40_960)}\n`)]);
  await page.getByRole("button", { name: "Run on locus", exact: true }).click();
  await expect(page.getByRole("img", { name: /^Predicted tracks along locus/ })).toBeVisible({ timeout: 240_000 });
  expect(await actions()).toBeLessThanOrEqual(2);
});

test("from variants, a genome and genes to a ranked table in two actions, to a figure in two more", async ({
  page,
}) => {
  await new AppPage(page).open("?device=cpu");
  const lines = readFileSync(join(EXAMPLES, "sequence.vcf"), "utf8").split("\n");
  const few = lines.slice(0, lines.findIndex((line) => !line.startsWith("#")) + 6);
  const actions = await countActions(page);
  await dropFiles(page, [
    file("mine.vcf", `${few.join("\n")}\n`),
    { name: "genome.fa.gz", buffer: readFileSync(join(EXAMPLES, "sequence.fa.gz")) },
    file("made.gtf", GENES_OF_EXAMPLE),
  ]);
  await page.getByRole("button", { name: "Score 6 variants" }).click();
  await expect(page.getByText("6 variants are scored.", { exact: true })).toBeVisible();
  const grid = page.getByRole("grid", { name: /^Variants of / });
  await expect(grid.getByRole("columnheader", { name: "Percentile" })).toHaveAttribute("aria-sort", "descending");
  await expect(grid).toContainText(/REB1/);
  expect(await actions()).toBeLessThanOrEqual(2);
  await grid.getByRole("row").nth(1).click();
  await expect(page.getByRole("img", { name: /^Effect of sim1:[\d,]+/ })).toBeVisible();
  await copied(page, /^Copy effect of sim1:[\d,]+/);
  expect(await actions()).toBeLessThanOrEqual(4);
});

test("from two samples to their differences in three actions: tables, tables of a change, signal", async ({ page }) => {
  const app = new AppPage(page);
  const isThere = async (grid: string, column: string | RegExp, genes: number): Promise<void> => {
    const list = page.getByRole("grid", { name: grid });
    await expect(list).toHaveAttribute("aria-rowcount", String(genes + 1), { timeout: 120_000 });
    await expect(list.getByRole("columnheader", { name: column })).toBeVisible();
  };
  await test.step("tables", async () => {
    await app.open("?device=cpu");
    const actions = await countActions(page);
    const other = table({ genes: 12 }).replace(/^(GENE1,\d+).*/gm, "$1,0,0,0,0,0");
    await dropFiles(page, [file("liver.csv", table({ genes: 12 })), file("heart.csv", other)]);
    await page.getByRole("button", { name: "Run on 2 samples" }).click();
    await isThere("Predictions by sample", "Δ", 12);
    expect(await actions()).toBeLessThanOrEqual(3);
  });
  await test.step("tables that a model of a change reads", async () => {
    await app.open(QUICK);
    const actions = await countActions(page);
    await dropFiles(page, planted(8));
    await app.run.click();
    await isThere("Genes", /^Predicted log2 fold change/, 8);
    expect(await actions()).toBeLessThanOrEqual(3);
  });
  await test.step("signal, told apart by the names of the files", async () => {
    await app.open(QUICK);
    const actions = await countActions(page);
    const signal = ["liver", "heart"].flatMap((sample, i) =>
      MARKS.map((mark, j) => file(`${sample}_${mark}.bedGraph`, bedGraph(5 * i + j))),
    );
    await dropFiles(page, [...signal, file("genes.gtf", genesGtf(6))]);
    const make = page.getByRole("button", { name: /^Make / });
    await expect(make).toBeEnabled();
    await test.step("before the run they have the reader’s names, and another pair than the model’s is said", async () => {
      await expect(page.locator("regulens-prepare h4")).toHaveText(["A: liver", "B: heart"]);
      await expect(page.getByRole("combobox", { name: "Cell type of heart_H3K4me3.bedGraph" })).toContainText("liver");
      await expect(page.locator("regulens-run-bar")).toContainText("A: liver and B: heart");
      await expect(page.locator("main > .setup")).not.toContainText(/[AB]: (K562|H1)/);
      await expect(page.locator("[data-unlike]")).toContainText(/from liver to heart was not measured/);
    });
    await make.click();
    await app.run.click();
    await isThere("Genes", /^Predicted log2 fold change/, 7);
    expect(await actions()).toBeLessThanOrEqual(3);
    // The files that the tables were made of ask for nothing any more: the results are in view, not below them.
    await expect(page.locator("main > .setup")).toBeHidden();
    await app.openSetup();
    await expect(page.getByRole("heading", { name: "A table from signal files" })).toBeVisible();
  });
});

/** Compares the run in view with another model, in three actions. */
async function compared(page: Page, other: RegExp, rows: RegExp): Promise<void> {
  const actions = await countActions(page);
  await page.getByRole("tab", { name: "Compare" }).click();
  await page.getByText("Compare with…", { exact: true }).click();
  await page.getByRole("button", { name: other }).first().click();
  const shared = page.getByRole("grid", { name: "Shared genes" });
  await expect(shared).toHaveAttribute("aria-rowcount", rows, { timeout: 240_000 });
  expect(await actions()).toBeLessThanOrEqual(3);
  // Both runs of the gene that was looked at stand beside each other.
  const [gene] = await shared.getByRole("row", { selected: true }).getByRole("gridcell").allInnerTexts();
  await expect(page.getByRole("heading", { name: `${gene} in each run` })).toBeVisible();
  const runs = page.locator("regulens-compare");
  await expect(runs.locator("regulens-answer")).toHaveCount(2);
  await pick(runs.getByRole("radio", { name: /^Attention/ }).first());
  await expect(runs.getByRole("img", { name: new RegExp(`^Signal and attention along ${gene}`) })).toHaveCount(2);
}

test("genes on or off: a question about all of them, and two models compared", async ({ page }) => {
  const app = new AppPage(page);
  await page.goto(`./${QUICK}&example=simulated`);
  await app.finished(400);
  await test.step("a question about all genes in three actions", async () => {
    const actions = await countActions(page);
    const changes = page.locator("regulens-perturb");
    await page.getByRole("tab", { name: "What if" }).click();
    await changes.getByLabel("Mark").selectOption("H3K27me3");
    await page.getByRole("button", { name: "Remove it from all 400 genes", exact: true }).click();
    await expect(page.locator("regulens-everywhere").getByRole("heading")).toContainText("in all 400 genes");
    expect(await actions()).toBeLessThanOrEqual(3);
  });
  await test.step("two models compared in three actions", () => compared(page, /^Compare with .*, H1 /, /^401$/));
});

test("a change: two models compared in three actions", async ({ page }) => {
  await page.goto("./?model=deep-diff-raw-d-k562-h1&example=simulated-change&device=cpu");
  await new AppPage(page).finished();
  await compared(page, /^Compare with .*, K562 → H1, Pearson’s r 0\.\d+/, /\d{3}/);
});

test("tracks: two models compared in three actions", async ({ page }) => {
  await page.goto("./?example=simulated-sequence&device=cpu");
  await expect(page.getByRole("img", { name: /^Predicted tracks along/ })).toBeVisible({ timeout: 240_000 });
  const actions = await countActions(page);
  await page.getByRole("tab", { name: "Compare" }).click();
  await page.getByText("Compare with…", { exact: true }).click();
  await page
    .getByRole("button", { name: /^Compare with .* on yeast MNase and Pol II/ })
    .first()
    .click();
  const both = page.getByRole("img", { name: /in two models/ });
  await expect(both).toBeVisible({ timeout: 240_000 });
  expect(await actions()).toBeLessThanOrEqual(3);
  await test.step("tracks of one name lie over each other, others where they are chosen", async () => {
    const compare = page.locator("regulens-compare-tracks");
    await expect(both).toContainText(/more in B/);
    await compare.getByRole("combobox", { name: /^A, / }).selectOption({ label: "MNase" });
    await expect(both).toContainText(/A: .*MNase/);
    await compare.getByRole("button", { name: "Remove" }).click();
    await expect(both).toHaveCount(0);
  });
});
