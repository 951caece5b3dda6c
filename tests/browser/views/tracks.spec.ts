// Tracks along a sequence: the example, one record and many, places of a genome, variants of a VCF.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LensPage, type TestFile } from "../support/lens-page.ts";
import { bases, file, give } from "../support/sequence-page.ts";
import { compareWith, finishedTracks, openTab, view } from "./view.ts";
import type { Page } from "@playwright/test";

const EXAMPLES = join(import.meta.dirname, "../../../models/examples");
const shipped = (name: string): TestFile => ({ name, buffer: readFileSync(join(EXAMPLES, name)) });

/** The page with a model of tracks and these files. */
async function given(page: Page, ...files: TestFile[]): Promise<LensPage> {
  const lens = await new LensPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
  await page
    .locator("regulens-sequence-data input[type=file]")
    .setInputFiles(files.map((each) => ({ ...each, mimeType: "application/octet-stream" })));
  return lens;
}

/** The same after a run of the first record. */
async function ran(page: Page, ...files: TestFile[]): Promise<LensPage> {
  const lens = await given(page, ...files);
  await page.getByRole("button", { name: /^Run on / }).click();
  await page.getByRole("img", { name: /^Predicted tracks along/ }).waitFor();
  return lens;
}

view("tracks, results", async (page) => {
  await finishedTracks(page);
});

for (const name of ["Why", "What if", "Compare", "Notes"])
  view(`tracks, tab ${name}`, async (page) => {
    await finishedTracks(page);
    await openTab(page, name);
  });

view("tracks, tab Compare, full", async (page) => {
  await finishedTracks(page);
  await compareWith(page, /^Compare with .* on yeast ATAC/);
  await page.getByRole("img", { name: /in two models/ }).waitFor();
});

view("tracks, error", async (page) => {
  const lens = await given(page, file("protein.fa", ">p\nMKVLAAGIVGLCAKEFILPQ\n"));
  await lens.alert().first().waitFor();
});

view("tracks, sequence read", async (page) => {
  await given(page, shipped("sequence.fa.gz"));
  await page.getByRole("button", { name: /^Run on / }).waitFor();
});

view("tracks, one record", async (page) => {
  await ran(page, file("locus.fa", `>locus\n${bases(40_960)}\n`));
});

view("tracks, many records", async (page) => {
  const records = Array.from({ length: 12 }, (_, i) => `>scaffold_${i + 1} made up\n${bases(18_000 + 700 * i, i)}\n`);
  await ran(page, file("many.fa", records.join("")));
});

view("tracks, variants", async (page) => {
  await ran(page, shipped("sequence.fa.gz"), shipped("sequence.vcf"));
  await openTab(page, "What if");
});

view("tracks, variants, scored", async (page) => {
  await ran(page, shipped("sequence.fa.gz"), shipped("sequence.vcf"));
  await openTab(page, "What if");
  await page.getByRole("button", { name: /^Score all / }).click();
  await page.getByText(/^[\d,]+ variants are scored\.$/).waitFor();
  const rows = page.getByRole("grid", { name: /^Variants of / }).getByRole("row");
  await rows.nth(1).click();
  await page.getByRole("img", { name: /^What .* changes/ }).waitFor();
});

view("tracks, variants, another assembly", async (page) => {
  const next: Record<string, string> = { A: "C", C: "G", G: "T", T: "A" };
  const other = shipped("sequence.vcf")
    .buffer.toString("utf8")
    .replace(/^([^#\t]+\t\d+\t[^\t]*\t)([ACGT]+)/gm, (_, place: string, reference: string) =>
      place.concat(reference.replace(/./g, (base) => next[base] ?? base)),
    );
  const lens = await ran(page, shipped("sequence.fa.gz"), file("hg19.vcf", other));
  await openTab(page, "What if");
  await page.getByRole("button", { name: /^Score all / }).click();
  await lens.alert().first().waitFor();
});

/** A genome of which only the places are read that are gone to. */
async function genome(page: Page): Promise<void> {
  const header = ">chrIV\n";
  const index = `chrIV\t60000\t${header.length}\t60000\t60001\n`;
  await given(page, file("g.fa", `${header}${bases(60_000, 2)}\n`), file("g.fa.fai", index));
  await page.getByLabel("Place", { exact: true }).waitFor();
}

view("tracks, genome read", async (page) => {
  await genome(page);
});

view("tracks, places", async (page) => {
  await genome(page);
  const place = page.getByLabel("Place", { exact: true });
  await place.fill("chrIV:20,001-30,000");
  await place.press("Enter");
  await page.getByRole("img", { name: /^Predicted tracks along/ }).waitFor();
  const bed = "chrIV\t100\t900\tfirst\nIV\t40000\t42000\tsecond\nchrIX\t5\t90\tnone\n";
  await page.getByLabel("Choose regions (BED)…").setInputFiles({ ...file("r.bed", bed), mimeType: "text/plain" });
  await page.locator("regulens-place-list").getByRole("row").filter({ hasText: "second" }).click();
  await page.getByRole("img", { name: /chrIV:(39,[89]|40,0)\d\d–42,\d{3}/ }).waitFor();
});

view("tracks, a measured track that does not fit", async (page) => {
  const lens = await ran(page, file("locus.fa", `>locus\n${bases(40_960)}\n`));
  await give(page, file("other.bedgraph", "chr7\t0\t4000\t3\n"));
  await lens.alert().first().waitFor();
});
