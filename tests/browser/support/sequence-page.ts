// The page with a model of tracks along a sequence, and sequences, tracks and variants for it.

import { readFile } from "node:fs/promises";
import { expect, goldenCase } from "./fixtures.ts";
import { AppPage, type TestFile } from "./app-page.ts";
import { withCard } from "./safetensors.ts";
import type { Page } from "@playwright/test";

/** Names for the seven tracks of the reference cases. */
export const TRACKS = ["CAGE", "CAGE", "DNase", "DNase", "ATAC", "ChIP", "ChIP"].map((assay, i) => ({
  name: `track ${"abcdefg"[i]}`,
  assay,
  description: `made up, ${i}`,
  unit: "coverage",
}));

/** Bases that the reference models look at. */
export const LENGTH = 4096;

/** A small model with attention; undefined without the reference data. */
export async function trackModel(name = "attention-two-sided"): Promise<TestFile | undefined> {
  const golden = goldenCase(name);
  if (!golden) return undefined;
  return {
    name: "tracks.safetensors",
    buffer: withCard(await readFile(golden.model), { name: `Small ${name}`, tracks: TRACKS }),
  };
}

/** Bases that look random and are always the same. */
export function bases(length: number, seed = 1): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return "ACGT"[state >>> 30];
  }).join("");
}

/** Two genes along the sequence of the example. */
export const GENES_OF_EXAMPLE = `${[
  ["gene", 2901, 4000, "+", 'gene_id "G1"; gene_name "ABF1";'],
  ["exon", 2901, 3100, "+", 'gene_id "G1"; transcript_id "T1";'],
  ["exon", 3901, 4000, "+", 'gene_id "G1"; transcript_id "T1";'],
  ["gene", 7001, 7700, "-", 'gene_id "G2"; gene_name "REB1";'],
  ["exon", 7001, 7400, "-", 'gene_id "G2"; transcript_id "T2";'],
  ["exon", 7690, 7700, "-", 'gene_id "G2"; transcript_id "T2";'],
]
  .map(([kind, start, end, strand, more]) => ["sim1", "made", kind, start, end, ".", strand, ".", more].join("\t"))
  .join("\n")}\n`;

export const file = (name: string, text: string): TestFile => ({ name, buffer: Buffer.from(text) });

/** A FASTA file of three records: longer than a window, as long, shorter. */
export function fasta(): string {
  const lines = (text: string): string => text.replace(/(.{60})/g, "$1\n");
  const short = `${bases(900, 4).toLowerCase()}NNNNRY${bases(94, 5)}`;
  return `>chrI the first\n${lines(bases(9000, 2))}\n>chrII\n${lines(bases(LENGTH, 3))}\n>short\n${lines(short)}\n`;
}

/** The page with a model of tracks open. */
export async function openTracks(page: Page, name?: string, query = "?device=cpu"): Promise<AppPage | undefined> {
  const model = await trackModel(name);
  if (!model) return undefined;
  const app = await new AppPage(page).open(query);
  await app.chooseModel(model);
  await expect(page.locator("regulens-sequence-data")).toContainText("Drop a sequence");
  return app;
}

/** Gives the page a file for what it is. */
export const give = (page: Page, given: TestFile) =>
  page
    .locator("regulens-sequence-data input[type=file]")
    .setInputFiles({ ...given, mimeType: "application/octet-stream" });

/** Runs the chosen record, and waits for its tracks and for where the heads looked. */
export async function runRecord(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^Run (again )?on ${name}$`) }).click();
  await expect(page.getByRole("img", { name: new RegExp(`^Predicted tracks along ${name}:`) })).toBeVisible();
}
