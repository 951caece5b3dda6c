// Tracks along a sequence: the example, one record and many, places of a genome, variants of a VCF.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppPage, type TestFile } from "../support/app-page.ts";
import { bases, file, give } from "../support/sequence-page.ts";
import { compareWith, finishedTracks, openTab, visit } from "./view.ts";
import type { Page } from "@playwright/test";

const EXAMPLES = join(import.meta.dirname, "../../../models/examples");
const shipped = (name: string): TestFile => ({ name, buffer: readFileSync(join(EXAMPLES, name)) });
const [FASTA, VCF] = [shipped("sequence.fa.gz"), shipped("sequence.vcf")];

/** Gives the page files for its model of tracks. */
const choose = (page: Page, ...files: TestFile[]) =>
  page
    .locator("regulens-sequence-data input[type=file]")
    .setInputFiles(files.map((each) => ({ ...each, mimeType: "application/octet-stream" })));

const started = (page: Page) => new AppPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");

/** Waits for the tracks, which on a phone may be a screen behind a list. */
const predicted = (page: Page, along: RegExp) => page.getByLabel(along).first().waitFor({ state: "attached" });

/** Runs the first record. */
async function run(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Run on / }).click();
  await predicted(page, /^Predicted tracks along/);
}

visit("tracks", async (page, look) => {
  await finishedTracks(page);
  await look("tracks, results");
  for (const name of ["Why", "Test", "What if", "Compare", "Notes"]) {
    await openTab(page, name);
    await look(`tracks, tab ${name}`);
  }
  await compareWith(page, /^Compare with .* on yeast ATAC/);
  await page.getByRole("img", { name: /in two models/ }).waitFor();
  await look("tracks, tab Compare, full");
});

visit("one record", async (page, look) => {
  const app = await started(page);
  await choose(page, file("protein.fa", ">p\nMKVLAAGIVGLCAKEFILPQ\n"));
  await app.alert().first().waitFor();
  await look("tracks, error");
  await choose(page, file("locus.fa", `>locus\n${bases(40_960)}\n`));
  await page.getByRole("button", { name: /^Run on / }).waitFor();
  await look("tracks, sequence read");
  await run(page);
  await look("tracks, one record");
  await give(page, file("other.bedgraph", "chr7\t0\t4000\t3\n"));
  await app.alert().first().waitFor();
  await look("tracks, a measured track that does not fit");
});

visit("many records", async (page, look) => {
  await started(page);
  const records = Array.from({ length: 12 }, (_, i) => `>scaffold_${i + 1} made up\n${bases(18_000 + 700 * i, i)}\n`);
  await choose(page, file("many.fa", records.join("")));
  await run(page);
  await look("tracks, many records");
});

visit("variants", async (page, look) => {
  await started(page);
  await choose(page, FASTA, VCF);
  await run(page);
  await look("tracks, variants");
  await page.getByRole("button", { name: /^Score all / }).click();
  await page.getByText(/^[\d,]+ variants are scored\.$/).waitFor();
  await look("tracks, variants, scored");
  await page
    .getByRole("grid", { name: /^Variants of / })
    .getByRole("row")
    .nth(1)
    .click();
  await page.getByRole("img", { name: /^Effect of / }).waitFor();
  await look("tracks, variants, one open");
});

visit("variants of another assembly", async (page, look) => {
  const next: Record<string, string> = { A: "C", C: "G", G: "T", T: "A" };
  const other = VCF.buffer
    .toString("utf8")
    .replace(/^([^#\t]+\t\d+\t[^\t]*\t)([ACGT]+)/gm, (_, place: string, reference: string) =>
      place.concat(reference.replace(/./g, (base) => next[base] ?? base)),
    );
  const app = await started(page);
  await choose(page, FASTA, file("hg19.vcf", other));
  await run(page);
  await page.getByRole("button", { name: /^Score all / }).click();
  await app.alert().first().waitFor();
  await look("tracks, variants, another assembly");
});

visit("places of a genome", async (page, look) => {
  await started(page);
  const header = ">chrIV\n";
  const index = `chrIV\t60000\t${header.length}\t60000\t60001\n`;
  await choose(page, file("g.fa", `${header}${bases(60_000, 2)}\n`), file("g.fa.fai", index));
  const place = page.getByLabel("Region", { exact: true });
  await place.waitFor();
  await look("tracks, genome read");
  await place.fill("chrIV:20,001-30,000");
  await place.press("Enter");
  await predicted(page, /^Predicted tracks along/);
  const bed = "chrIV\t100\t900\tfirst\nIV\t40000\t42000\tsecond\nchrIX\t5\t90\tnone\n";
  await page.getByLabel("Choose regions (BED)…").setInputFiles({ ...file("r.bed", bed), mimeType: "text/plain" });
  await page.locator("regulens-place-list").getByRole("row").filter({ hasText: "second" }).click();
  await predicted(page, /chrIV:(39,[89]|40,0)\d\d–42,\d{3}/);
  await look("tracks, places");
});
