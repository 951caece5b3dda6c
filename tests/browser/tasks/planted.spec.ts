// Planted marks of simulated genes stand beside the deletion test of a gene and of a set, with the program's numbers.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "@playwright/test";
import { violations } from "../support/axe.ts";
import { expect, PROGRAM, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";

const MODEL = join(import.meta.dirname, "../../../models/cnn-alpha-beta-k562.safetensors");

/** A simulated table, the truth planted in it, and what the program says of both. */
function simulated() {
  const folder = mkdtempSync(join(tmpdir(), "regulens-planted-"));
  try {
    const regulens = (...command: string[]) => execFileSync(PROGRAM, command, { cwd: folder, stdio: "pipe" });
    regulens("simulate", "hm", "--genes", "8", "--seed", "6", "--out", "sim.csv");
    const files = ["--model", MODEL, "--input", "sim.csv", "--truth", "sim.truth.tsv", "--out", "areas.tsv"];
    const tested = ["attention", "saliency", "integrated-gradients", "occlusion", "signal"];
    regulens("interpret", "deletion", ...files, "--explanations", tested.join(","));
    const [head = [], ...rows] = readFileSync(join(folder, "areas.tsv"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    const all = rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ""])));
    const file = (name: string) => ({ name, buffer: readFileSync(join(folder, name)) });
    return { table: file("sim.csv"), truth: file("sim.truth.tsv"), json: file("sim.truth.json"), all };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const NAMES: Readonly<Record<string, string>> = {
  attention: "attention α",
  saliency: "saliency",
  "integrated-gradients": "integrated gradients",
  occlusion: "occlusion",
  signal: "signal strength",
};

/** Cells of a row of a table of shares. */
async function shares(planted: Locator, name: string): Promise<string[]> {
  const row = planted.getByRole("row").filter({ has: planted.page().getByRole("rowheader", { name, exact: true }) });
  return row.getByRole("cell").allTextContents();
}

test("what was planted is dropped on the page, and each explanation says how much of it it finds", async ({ page }) => {
  const { table, truth, json, all } = simulated();
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(table, 8);
  await app.tab("Test");
  const [ofGene, ofSet] = [page.locator("regulens-gene-test"), page.locator("regulens-set-test")];
  await expect(ofGene.locator(".verdict")).toBeVisible();
  await expect(ofGene.getByRole("table")).toHaveCount(0);

  await test.step("a file that is no truth is refused, and nothing is lost", async () => {
    const chooser = ofSet.locator("input[type=file]");
    await chooser.setInputFiles({ name: "x.truth.tsv", mimeType: "text/plain", buffer: otherGenes(truth.buffer) });
    const said = page.getByRole("listitem").filter({ hasText: "x.truth.tsv: found none of the genes of the table" });
    await expect(said).toBeVisible();
    await expect(ofGene.locator(".verdict")).toBeVisible();
  });

  await test.step("of the gene in view it stands below the test", async () => {
    await ofSet.locator("input[type=file]").setInputFiles({ ...truth, mimeType: "text/plain" });
    await expect(ofGene.getByRole("table", { name: /^Planted signal found in SIM/ })).toBeVisible();
    await expect(ofGene.getByRole("rowheader")).toHaveText([...Object.values(NAMES), "by chance"]);
    expect((await shares(ofGene, "by chance"))[1]).toMatch(/^\d+ %$/);
    await expect(ofSet).toContainText("sim.truth.tsv has the ground truth of 8 of 8 genes");
  });

  await test.step("over the genes it is what the program says", async () => {
    await ofSet.getByRole("button", { name: "Test 8 genes" }).click();
    await expect(ofSet.getByRole("table", { name: /^Planted signal found in \d genes/ })).toBeVisible({
      timeout: 120_000,
    });
    for (const [explanation, name] of Object.entries(NAMES)) {
      const expected = all.find((row) => row.explanation === explanation && row.group === "all");
      const [bins, places] = await shares(ofSet, name);
      expect(said(bins), `bins by ${name}`).toEqual(percents(expected, "recovery_bins"));
      expect(said(places), `marks in bins by ${name}`).toEqual(percents(expected, "recovery_marks_x_bins"));
    }
    const saved = (await app.save(/Save deletion test over genes as TSV/)).bytes.toString("utf8");
    expect(saved).toMatch(/\nplanted_bins\t0\.\d+.*\nplanted_marks_in_bins\t0\.\d+/);
    expect(await violations(page)).toEqual([]);
  });

  await test.step("JSON says the same, and a run of another model is held against it again", async () => {
    const before = await shares(ofSet, "signal strength");
    await ofSet.getByRole("button", { name: "Test 8 genes" }).waitFor();
    await app.chooseTable(json);
    await expect(ofGene.getByText(/From sim\.truth\.json/)).toBeVisible();
    expect(await shares(ofSet, "signal strength")).toEqual(before);
  });
});

test("an example brings what was planted in its genes, of a change too", async ({ page }) => {
  const app = await new AppPage(page).open(`${QUICK}&example=simulated`);
  await app.finished(400);
  await app.tab("Test");
  await expect(page.locator("regulens-gene-test").getByText(/From simulated\.truth\.tsv/)).toBeVisible();
  await new AppPage(page).open("?device=cpu&model=deep-diff-aux-siamese-k562-h1&example=simulated-change");
  await app.tab("Test");
  const planted = page.locator("regulens-explained-gene regulens-planted");
  await expect(planted.getByRole("table", { name: /^Planted signal found in SIM/ })).toBeVisible({
    timeout: 60_000,
  });
  await expect(planted).toContainText("From change.truth.tsv");
});

/** The same truth of genes of other names. */
function otherGenes(truth: Buffer): Buffer {
  return Buffer.from(truth.toString("utf8").replaceAll("SIM", "OTHER"));
}

/** "64 ± 12 %" as numbers, of which the half interval may be rounded away. */
function said(cell: string | undefined): number[] {
  return (cell ?? "").match(/\d+/g)?.map(Number) ?? [];
}

function percents(row: Record<string, string> | undefined, name: string): number[] {
  const [mean, error] = [Number(row?.[name]), 1.96 * Number(row?.[`${name}_standard_error`])];
  return [mean, error].map((value) => Math.round(100 * value));
}
