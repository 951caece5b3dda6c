// The variants of a VCF: all of them scored, ranked and filtered, opened one after another, saved.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, pick, type TestFile } from "../support/app-page.ts";
import { formatSigned } from "../../../www/src/plots/core/format.ts";
import { OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { withCard } from "../support/safetensors.ts";
import { bases, file, GENES_OF_EXAMPLE, give } from "../support/sequence-page.ts";
import type { Page } from "@playwright/test";

const MODELS = join(import.meta.dirname, "../../../models");
const MODEL = "Attention-Basenji, two-sided on simulated ATAC and MNase";
/** Simulated: a sequence, and variants of it with planted effects. */
const FASTA = { name: "sequence.fa.gz", buffer: readFileSync(join(MODELS, "examples/sequence.fa.gz")) };
const VCF = readFileSync(join(MODELS, "examples/sequence.vcf"), "utf8").trimEnd().split("\n");
const ROWS = VCF.filter((line) => !line.startsWith("#"));
const HEAD = VCF.slice(0, VCF.length - ROWS.length);

const vcf = (name: string, rows: readonly string[]): TestFile => file(name, `${[...HEAD, ...rows].join("\n")}\n`);
const region = (page: Page) => page.getByRole("region", { name: /^Variants of / });
const grid = (page: Page) => page.getByRole("grid", { name: /^Variants of / });
const names = (page: Page) => grid(page).getByRole("row").locator(".name");

/** A model of simulated sequences of which single bases, by chance, change next to nothing of ATAC. */
function model(): TestFile {
  const of = {
    ...{ track: "ATAC", activity: [0, 1e9], indels: [] },
    bases: [{ up_to: 1e9, count: 1000, effects: Array.from({ length: 32 }, (_, i) => i * 1e-12) }],
  };
  const variant_null = {
    ...{ genome: "made.2bit", drawn: "as this test says", seed: 1, around: 2, strands: "both", shifts: [0] },
    tracks: [of],
  };
  const shipped = readFileSync(join(MODELS, "basenji-attention-two-sided-simulated.safetensors"));
  return { name: "rated.safetensors", buffer: withCard(shipped, { variant_null }) };
}

/** The page with this model, and files that were dropped together. */
async function dropped(page: Page, ...files: TestFile[]): Promise<AppPage> {
  const app = await new AppPage(page).open("?device=cpu");
  await app.chooseModel(model());
  await expect(app.model).toContainText(MODEL);
  const given = files.map((each) => ({ ...each, mimeType: "application/octet-stream" }));
  await page.locator("regulens-sequence-data input[type=file]").setInputFiles(given);
  return app;
}

/** The same after a run, where the variants are listed. */
async function listed(page: Page, ...files: TestFile[]): Promise<AppPage> {
  const app = await dropped(page, ...files);
  await page.getByRole("button", { name: /^Run on / }).click();
  await expect(region(page)).toBeVisible();
  return app;
}

/** Number of rows that are seen whole, in the table and in the window. */
function wholeRows(page: Page): Promise<number> {
  return grid(page).evaluate((element) => {
    scrollTo(0, 0);
    const end = Math.min(innerHeight, element.getBoundingClientRect().bottom);
    const rows = [...element.querySelectorAll(".body [role=row]")].map((row) => row.getBoundingClientRect());
    return rows.filter(({ bottom }) => bottom <= end).length;
  });
}

/** A saved file. */
async function saved(page: Page, format: "TSV" | "VCF"): Promise<{ name: string; lines: string[] }> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: `Save scores as ${format}` }).click();
  const given = await download;
  const text = await readFile(await given.path(), "utf8");
  return { name: given.suggestedFilename(), lines: text.trimEnd().split("\n") };
}

/** `sim1:2,439 G>C` of a row of a VCF. */
function placeOf(row: string): string {
  const [sequence, position, , reference, alternative] = row.split("\t");
  return `${sequence}:${Number(position).toLocaleString("en-US")} ${reference}>${alternative}`;
}

test("a whole VCF is ranked by one button after dropping it, filtered, and saved as the program writes it", async ({
  page,
}) => {
  const [first = "", second = "", third = ""] = ROWS;
  const cells = first.split("\t");
  const other = ["A", "C", "G", "T"].find((base) => base !== cells[3]);
  const odd = [
    ["chr9", ...cells.slice(1)],
    [...cells.slice(0, 3), other, cells[3], ...cells.slice(5)],
    [...cells.slice(0, 4), "<DEL>", ...cells.slice(5)],
    [cells[0], "999999", ...cells.slice(2)],
  ].map((row) => row.join("\t"));
  const app = await dropped(page, FASTA, vcf("mine.vcf", [...ROWS, ...odd]));
  await page.getByRole("button", { name: `Score ${ROWS.length + 4} variants` }).click();
  await expect(region(page).getByText(`${ROWS.length} variants are scored.`, { exact: true })).toBeVisible();

  const tsv = await saved(page, "TSV");
  expect(tsv.name).toBe("mine.scores.tsv");
  const [header = "", ...rows] = tsv.lines;
  expect(header).toMatch(
    /^sequence\tposition\tid\treference\talternative\ttrack\treference_sum\talternative_sum\tsad\ttotal\tlog2\t/,
  );
  expect(rows).toHaveLength(2 * ROWS.length);
  await test.step("the table takes the wide place: twelve rows and every column at 1366 by 768", async () => {
    await page.setViewportSize({ width: 1366, height: 768 });
    expect(await grid(page).evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await expect.poll(() => wholeRows(page)).toBeGreaterThanOrEqual(12);
  });
  await test.step("the highest percentile of the chosen track comes first, then the largest change", async () => {
    for (const track of ["ATAC", "MNase"]) {
      await page.getByLabel(/^Scores of/).selectOption(track);
      const percentile = (row: readonly string[]): number => (row[12] ? Number(row[12]) : -1);
      const ranked = rows
        .map((row) => row.split("\t"))
        .filter((row) => row[5] === track)
        .sort((a, b) => percentile(b) - percentile(a) || Math.abs(Number(b[8])) - Math.abs(Number(a[8])));
      const [sequence, position, , reference, alternative] = ranked[0]!;
      await expect(names(page).first()).toHaveText(
        placeOf([sequence, position, "", reference, alternative].join("\t")),
      );
    }
    await expect(region(page)).toContainText(`by ${MODEL}`);
  });
  await test.step("a score is held against random variants of its kind, where there are any", async () => {
    await page.getByLabel(/^Scores of/).selectOption("ATAC");
    await expect(region(page)).toContainText("among random variants of the same kind in made.2bit");
    await expect(region(page)).toContainText(
      /\d+ of \d+ variants above the 95th percentile of random variants; [\d.]+ expected by chance/,
    );
    await expect(region(page)).toContainText("One-sided binomial test, p");
    // The list draws only what is in view: the strongest ones stand on top.
    const ranked = await names(page).allInnerTexts();
    const place = ranked.find((name) => /\d [ACGT]>[ACGT]$/.test(name))!;
    const beyond = grid(page).getByRole("row", { name: place }).getByText("> 99.6");
    await expect(beyond).toHaveAttribute("title", "beyond all random variants (above 99.6)");
    const indel = placeOf(ROWS.find((row) => row.split("\t")[3]!.length > 1)!);
    await page.getByPlaceholder("Find a variant").fill(indel.split(" ")[0]!);
    await expect(grid(page).getByRole("row", { name: indel })).not.toContainText("99.6");
    await page.getByPlaceholder("Find a variant").fill("");
    await page.getByLabel("Minimum percentile").fill("99");
    await page.getByLabel("Minimum percentile").press("Enter");
    await expect(names(page).filter({ hasText: place })).toHaveCount(1);
    await expect(names(page).filter({ hasText: indel })).toHaveCount(0);
    await page.getByLabel("Minimum percentile").fill("");
    await page.getByLabel("Minimum percentile").press("Enter");
    await page.getByLabel(/^Scores of/).selectOption("MNase");
  });
  await test.step("what has no score is counted by its reason", async () => {
    for (const said of [
      "1 variant lies on sequences that sequence.fa.gz does not have: chr9.",
      "1 variant has another reference than sequence.fa.gz has",
      "1 variant has a symbolic allele (<DEL>).",
      "1 variant lies beyond the end of its sequence",
    ])
      await expect(region(page)).toContainText(said);
    await region(page).getByLabel("Kinds listed").selectOption("Without a score");
    await expect(names(page)).toHaveCount(4);
    await region(page).getByLabel("Kinds listed").selectOption("All kinds");
  });
  await test.step("the table is searched, filtered and put in other orders", async () => {
    await page.getByPlaceholder("Find a variant").fill(second.split("\t")[2]!);
    await expect(names(page).filter({ hasText: placeOf(second) })).toHaveCount(1);
    await page.getByPlaceholder("Find a variant").fill("");
    await region(page).getByLabel("Order").selectOption("By position");
    await expect(names(page).nth(1)).toHaveText(/^chr9|^sim1:2,439/);
    const sizes = rows.filter((row) => row.includes("\tMNase\t")).map((row) => Math.abs(Number(row.split("\t")[8])));
    const least = [...sizes].sort((a, b) => b - a)[2]!;
    await page.getByLabel("Minimum SAD").fill(String(least));
    await page.getByLabel("Minimum SAD").press("Enter");
    await expect(names(page)).toHaveCount(3);
    await expect(region(page)).toContainText(`3 of ${ROWS.length + 4} variants`);
    expect(await violations(page)).toEqual([]);
  });
  await test.step("the VCF is the one that was given, with the scores in INFO", async () => {
    const { name, lines } = await saved(page, "VCF");
    expect(name).toBe("mine.scores.vcf");
    const written = lines.filter((line) => !line.startsWith("#"));
    expect(written).toHaveLength(ROWS.length + 4);
    expect(written[2]).toMatch(new RegExp(`^${third.split("\t").slice(0, 7).join("\t")}\t.*;RG_SAD_ATAC=[-.0-9]+;`));
    expect(written.slice(-4)).toEqual(odd);
    expect(lines.find((line) => line.startsWith("##regulens_model="))).toContain(MODEL);
    const score = rows.find((row) => row.includes(`\t${third.split("\t")[2]}\t`) && row.includes("\tATAC\t"))!;
    expect(written[2]).toContain(`RG_SAD_ATAC=${score.split("\t")[8]};`);
  });
  await test.step("another model leaves the scores as those of the one before", async () => {
    await app.openSetup();
    await app.chooseModel({
      name: "yeast.safetensors",
      buffer: await readFile(join(MODELS, "basenji-yeast-atac.safetensors")),
    });
    await expect(region(page)).toContainText(`These scores are from ${MODEL}, not from`);
    await expect(region(page).getByRole("button", { name: /^Score all/ })).toBeEnabled();
  });
});

test("variants are opened one by one, scored with a pause, and not scored where they are of another assembly", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  const app = await listed(page, FASTA, vcf("mine.vcf", ROWS));
  await test.step("a row opens its place by mouse and by keyboard, with both alleles and the attention that changed", async () => {
    const shown = (row: string) => page.getByRole("img", { name: new RegExp(`^Effect of ${placeOf(row)}`) });
    const [first = "", second = ""] = ROWS;
    await grid(page)
      .getByRole("row", { name: placeOf(first) })
      .click();
    await expect(shown(first)).toBeInViewport();
    await expect(grid(page).locator('[aria-current="true"]')).toContainText(placeOf(first));
    await expect(grid(page)).toBeFocused();
    await pick(page.getByRole("radio", { name: "Bases", exact: true }));
    const effect = page.locator("regulens-variant-effect");
    await effect.getByLabel("Method").selectOption({ label: "one gradient (fast, rough)" });
    await effect.getByRole("button", { name: /^Explain [\d,]+ bases$/ }).click();
    await expect(effect.getByRole("img", { name: /contributions in/ })).toBeVisible();
    for (const part of ["Bases", "Heads", "Scores", "Map"]) {
      await pick(page.getByRole("radio", { name: part, exact: true }));
      const height = () => page.evaluate(() => document.documentElement.scrollHeight);
      await expect.poll(height, part).toBeLessThanOrEqual(1.5 * 768);
    }
    await expect(page.getByRole("img", { name: /alternative minus reference/ })).toBeVisible();
    await pick(page.getByRole("radio", { name: "Tracks", exact: true }));
    await grid(page).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(shown(second)).toBeInViewport();
    await expect(grid(page).locator('[aria-current="true"]')).toBeInViewport();
    await page.goBack();
    await expect(shown(first)).toBeVisible();
    await expect(page.locator("regulens-bar")).toContainText("Up to date");
  });
  await test.step("what is done stays where scoring is cancelled, and goes on from there", async () => {
    const many = Array.from({ length: 3 }, () => ROWS).flat();
    await give(page, vcf("many.vcf", many));
    await region(page)
      .getByRole("button", { name: /^Score all/ })
      .click();
    const progress = region(page).getByRole("progressbar");
    await expect.poll(async () => Number(await progress.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
    await region(page).getByRole("button", { name: "Cancel" }).click();
    const done = region(page).getByText(new RegExp(`^[1-9]\\d* of ${many.length} variants are scored\\.$`));
    await expect(done).toBeVisible();
    await expect(region(page).getByRole("button", { name: "Save scores as TSV" })).toBeVisible();
    await region(page)
      .getByRole("button", { name: /^Continue, \d+ left$/ })
      .click();
    await expect(region(page).getByText(`${many.length} variants are scored.`, { exact: true })).toBeVisible();
  });
  await test.step("a VCF of another assembly is said, and not scored", async () => {
    const next: Record<string, string> = { A: "C", C: "G", G: "T", T: "A" };
    const rows = ROWS.map((row) => {
      const cells = row.split("\t");
      return [...cells.slice(0, 3), cells[3]!.replace(/./g, (base) => next[base]!), ...cells.slice(4)].join("\t");
    });
    await give(page, vcf("hg19.vcf", rows));
    await region(page)
      .getByRole("button", { name: /^Score all/ })
      .click();
    await expect(app.alert()).toContainText(
      `hg19.vcf: found other reference bases than sequence.fa.gz has in ${ROWS.length} of ${ROWS.length} variants`,
    );
    await expect(app.alert()).toContainText("another assembly");
    await expect(region(page).getByRole("button", { name: /^Save scores/ })).toHaveCount(0);
  });
});

test("with genes each row says which it lies in or is nearest to, and an opened variant has them under it", async ({
  page,
}) => {
  const app = await listed(page, FASTA, vcf("mine.vcf", ROWS.slice(0, 8)), file("made.gtf", GENES_OF_EXAMPLE));
  const of = (text: string) => grid(page).getByRole("row").filter({ hasText: text });
  await expect(of("sim1:2,439 ")).toContainText("promoter, −462 bp");
  await expect(of("sim1:3,022 ")).toContainText("exon");
  await expect(of("sim1:7,616 ")).toContainText("intron");
  await expect(of("sim1:10,420 ")).toContainText("intergenic, −2,720 bp");

  await page.getByPlaceholder("Find a variant").fill("reb1");
  await expect(names(page)).toHaveCount(6);
  await page.getByPlaceholder("Find a variant").fill("");
  await region(page).getByLabel("Position relative to genes").selectOption("In an exon");
  await expect(names(page)).toHaveText([/^sim1:3,022/, /^sim1:7,381/]);
  await region(page).getByLabel("Position relative to genes").selectOption("In and between genes");
  await page.getByLabel("Most bases to a TSS").fill("150");
  await page.getByLabel("Most bases to a TSS").press("Enter");
  await expect(names(page)).toHaveText([/^sim1:3,022/, /^sim1:7,616/]);
  await page.getByLabel("Most bases to a TSS").fill("");
  await page.getByLabel("Most bases to a TSS").press("Enter");
  await region(page).getByLabel("Order").selectOption("Nearest to a TSS first");
  await expect(names(page).first()).toHaveText(/^sim1:7,616/);
  expect(await violations(page)).toEqual([]);

  await of("sim1:7,616 ").click();
  const effect = page.getByRole("img", { name: /^Effect of sim1:7,616 A>G/ });
  await expect(effect.locator('[data-gene="REB1"]')).toHaveCount(1);
  await expect(effect).toHaveAttribute("aria-label", /Genes in view: ABF1 \(\+\), REB1 \(−\)\./);

  await page.getByRole("button", { name: "Score all 8 variants" }).click();
  await expect(region(page).getByText("8 variants are scored.", { exact: true })).toBeVisible();
  const { lines } = await saved(page, "TSV");
  expect(lines[0]).toMatch(/\tgene\tgene_distance\tin_gene\tin_gene_part$/);
  expect(lines.find((line) => line.startsWith("sim1\t2439\t"))).toMatch(/\tABF1\t-462\t\t$/);
  expect(lines.find((line) => line.startsWith("sim1\t7616\t"))).toMatch(/\tREB1\t84\tREB1\tintron$/);

  await app.tab("Why");
  await page.getByRole("button", { name: "Remove the genes" }).click();
  await app.tab("Variants");
  await expect(of("sim1:3,022 ")).not.toContainText("ABF1");
  await expect(effect.locator('[data-gene="REB1"]')).toHaveCount(0);
});

test("twelve rows of variants are in the window of a laptop with genes beside them, and every column", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  await dropped(page, FASTA, vcf("mine.vcf", ROWS), file("made.gtf", GENES_OF_EXAMPLE));
  await page.getByRole("button", { name: `Score ${ROWS.length} variants` }).click();
  await expect(region(page).getByText(`${ROWS.length} variants are scored.`, { exact: true })).toBeVisible();
  await expect(region(page)).toContainText("One-sided binomial test, p");
  await expect(page.getByLabel("Most bases to a TSS")).toBeVisible();
  expect(await grid(page).evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  await expect.poll(() => wholeRows(page)).toBeGreaterThanOrEqual(12);
});

/** The cells of each listed variant by the heads of their columns. */
async function tableOf(page: Page): Promise<Map<string, Record<string, string>>> {
  const clean = (texts: readonly string[]) => texts.map((text) => text.replace(/[▼▲]/g, "").trim());
  const heads = clean(await grid(page).getByRole("columnheader").allTextContents());
  const found = new Map<string, Record<string, string>>();
  for (const row of await grid(page).locator(".body [role=row]").all()) {
    const cells = clean(await row.getByRole("gridcell").allTextContents());
    found.set(cells[0]!, Object.fromEntries(heads.map((head, i) => [head, cells[i]!])));
  }
  return found;
}

test("a variant's numbers are the same in table, headline, opened row, saved files, on paper and in one file", async ({
  page,
}, info) => {
  const app = await dropped(page, FASTA, vcf("mine.vcf", ROWS.slice(0, 8)));
  await page.getByRole("button", { name: "Score 8 variants" }).click();
  await expect(region(page).getByText("8 variants are scored.", { exact: true })).toBeVisible();
  await page.getByLabel(/^Scores of/).selectOption("ATAC");
  const shown = await tableOf(page);
  expect(shown.size).toBe(8);
  const [header = "", ...lines] = (await saved(page, "TSV")).lines;
  const rows = lines
    .map((line) => Object.fromEntries(line.split("\t").map((cell, i) => [header.split("\t")[i]!, cell])))
    .filter(({ track }) => track === "ATAC");
  const nameOf = (row: Record<string, string>) =>
    placeOf([row["sequence"], row["position"], "", row["reference"], row["alternative"]].join("\t"));
  const percentileOf = (row: Record<string, string>) =>
    row["percentile"] === ""
      ? "–"
      : Number(row["percentile_high"]) >= 100
        ? `> ${Number(row["percentile_low"]).toFixed(1)}`
        : Number(row["percentile"]).toFixed(1);
  await test.step("the saved table has them in full, and the headline counts them", async () => {
    for (const row of rows) {
      const cells = shown.get(nameOf(row))!;
      for (const [head, column] of [
        ["SAD", "sad"],
        ["log2", "log2"],
        ["Total", "total"],
      ] as const)
        expect(cells[head], `${nameOf(row)}, ${head}`).toBe(formatSigned(Number(row[column])));
      expect(cells["Percentile"], nameOf(row)).toBe(percentileOf(row));
      const [change, reference] = [Number(row["sad"]), Number(row["reference_sum"])];
      const share = Number(/[\d.]+(?= %)/.exec(cells["Effect"]!)?.[0] ?? NaN);
      expect(cells["Effect"]).toMatch(change > 0 ? /^raises/ : /^lowers/);
      // It is shown with two digits at least.
      if (!cells["Effect"]!.includes("<"))
        expect(Math.abs(share - (100 * Math.abs(change)) / reference)).toBeLessThanOrEqual(share < 9.95 ? 0.051 : 0.51);
    }
    const rated = rows.filter((row) => row["percentile"] !== "");
    const above = rated.filter((row) => Number(row["percentile"]) > 95);
    await expect(region(page).locator(".headline")).toContainText(
      `${above.length} of ${rated.length} variants above the 95th percentile`,
    );
  });
  await test.step("the VCF has those of the saved table", async () => {
    const { lines: written } = await saved(page, "VCF");
    for (const row of rows) {
      const line = written.find((each) => each.startsWith(`${row["sequence"]}\t${row["position"]}\t${row["id"]}\t`))!;
      expect(line).toContain(`RG_SAD_ATAC=${row["sad"]};`);
    }
  });
  await test.step("paper has those of the screen", async () => {
    await page.emulateMedia({ media: "print" });
    const printed = await tableOf(page);
    for (const [name, cells] of printed) expect(cells).toEqual(shown.get(name));
    expect(printed.size).toBeGreaterThan(0);
    await page.emulateMedia({ media: "screen" });
  });
  const [first, cells] = [...shown].find(([, { Percentile }]) => Percentile !== "–")!;
  const line = `ATAC: ${cells["Effect"]} (percentile ${cells["Percentile"]!.replace(/^> /, "above ")})`;
  await test.step("the line of an opened row has them", async () => {
    await grid(page).getByRole("row", { name: first }).click();
    await expect(page.locator("regulens-variant-effect .line").first()).toContainText(line);
    await pick(page.getByRole("radio", { name: "Scores", exact: true }));
    const scored = page.getByRole("region", { name: "Change by track" }).getByRole("row", { name: /^ATAC/ });
    for (const head of ["SAD", "log2"]) await expect(scored).toContainText(cells[head]!);
  });
  await test.step("Methods count those that were scored, and name the one that is open", async () => {
    await app.openBarMenu("Export");
    await page.getByRole("button", { name: "Methods", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Methods and citations" });
    await expect(dialog).toContainText("8 variants of mine.vcf were scored");
    await expect(dialog).toContainText(`The effect of ${first.replaceAll(",", "")} is the prediction`);
    await page.keyboard.press("Escape");
  });
  await test.step("a page of one file has them", async () => {
    const { path } = await saveAsOneFile(page, info.outputPath("variants.html"), { genes: 8 });
    const one = await OneFile.open(page, path);
    await expect(grid(one.page)).toBeVisible({ timeout: 120_000 });
    await one.page.getByLabel(/^Scores of/).selectOption("ATAC");
    const there = await tableOf(one.page);
    for (const [name, each] of there) expect(each).toEqual(shown.get(name));
    expect(there.size).toBeGreaterThan(0);
    await one.close();
  });
});

test("of more variants than a browser can lay out every one is reached, by keys, wheel and dragging", async ({
  page,
}) => {
  const many = 230_000;
  const text = bases(many + 10_000, 2);
  const rows = Array.from({ length: many }, (_, i) => {
    const base = text[i + 5000]!;
    return ["one", i + 5001, `rs${i + 1}`, base, base === "A" ? "G" : "A", ".", ".", "."].join("\t");
  });
  await listed(page, file("one.fa", `>one\n${text}\n`), vcf("many.vcf", rows));
  await expect(grid(page)).toHaveAttribute("aria-rowcount", String(many + 1), { timeout: 60_000 });
  await expect(region(page).getByRole("button", { name: "Score all 230,000 variants" })).toBeEnabled();
  const of = (row: number) => names(page).filter({ hasText: placeOf(rows[row]!) });
  /** The first and the last row in view, counted from 0. */
  const inView = () =>
    grid(page).evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      const head = element.querySelector(".head")!.getBoundingClientRect().height;
      const rows = [...element.querySelectorAll(".body .row")].filter((row) => {
        const place = row.getBoundingClientRect();
        return place.bottom > top + head && place.top < bottom;
      });
      const indices = rows.map((row) => Number(row.getAttribute("aria-rowindex")) - 2);
      return [Math.min(...indices), Math.max(...indices)] as const;
    });
  const drag = (share: number) =>
    grid(page).evaluate((element, share) => (element.scrollTop = share * element.scrollHeight), share);

  await test.step("those in view are drawn, however far the list is scrolled, and one is found by its name", async () => {
    expect(await names(page).count()).toBeLessThan(60);
    await grid(page).hover();
    for (let turn = 0; turn < 60; turn++) {
      await page.mouse.wheel(0, 1500);
      if (turn % 10 === 0) expect(await names(page).count()).toBeLessThan(60);
    }
    await expect(of(0)).toHaveCount(0);
    await page.getByPlaceholder("Find a variant").fill("rs99999");
    await expect(names(page)).toHaveText([placeOf(rows[99_998]!)]);
    await page.getByPlaceholder("Find a variant").fill("");
  });
  await grid(page).focus();
  await page.keyboard.press("End");
  await expect(of(many - 1)).toBeInViewport({ ratio: 0.9 });
  expect(await names(page).count()).toBeLessThan(60);
  await grid(page).hover();
  for (let turn = 0; turn < 10; turn++) {
    const [before] = await inView();
    await page.mouse.wheel(0, -200);
    await expect.poll(async () => (await inView())[0]).toBeLessThan(before);
    // No row is passed over.
    expect((await inView())[1]).toBeGreaterThanOrEqual(before - 1);
  }
  await page.keyboard.press("Home");
  await expect(of(0)).toBeInViewport({ ratio: 0.9 });
  const [, last] = await inView();
  await page.keyboard.press("PageDown");
  await page.keyboard.press("PageDown");
  await expect.poll(async () => (await inView())[1]).toBeGreaterThan(last);
  expect((await inView())[0]).toBeLessThan(2 * last);
  await drag(0.5);
  await expect.poll(async () => Math.abs((await inView())[0] / many - 0.5)).toBeLessThan(0.001);
  await drag(1);
  await expect(of(many - 1)).toBeInViewport({ ratio: 0.9 });
  await drag(0);
  await expect(of(0)).toBeInViewport({ ratio: 0.9 });
});
