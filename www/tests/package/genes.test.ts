// Genes, read by the engine `files` under Node: by name, by place, and by the beginning of a name.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Progress } from "../../../pkg/src/index";
import type { PrepareEngine } from "../../../pkg/src/engine/prepare-engine";
import { readGenes } from "../../../pkg/src/io/genes";

// Built by `cargo xtask build`; unit tests run in the folder of the page.
const folder = resolve("../pkg/wasm/files");
const engine = (async () => {
  const module = (await import(pathToFileURL(`${folder}/regulens_files.js`).href)) as PrepareEngine & {
    default(from: { module_or_path: unknown }): Promise<unknown>;
  };
  await module.default({ module_or_path: readFileSync(`${folder}/regulens_files_bg.wasm`) });
  return module;
})();

const row = (chromosome: string, kind: string, first: number, last: number, strand: string, attributes: string) =>
  `${chromosome}\tmade\t${kind}\t${first}\t${last}\t.\t${strand}\t.\t${attributes}\n`;

const GTF = [
  row("I", "gene", 1001, 2000, "+", 'gene_id "ENSG00000000001.3"; gene_name "ABC1"; gene_biotype "protein_coding";'),
  row("I", "exon", 1001, 1200, "+", 'gene_id "ENSG00000000001.3"; transcript_id "T1";'),
  row("I", "exon", 1101, 1400, "+", 'gene_id "ENSG00000000001.3"; transcript_id "T2";'),
  row("I", "exon", 1901, 2000, "+", 'gene_id "ENSG00000000001.3"; transcript_id "T1";'),
  row("I", "gene", 3001, 3300, "-", 'gene_id "E2"; gene_name "ABC2";'),
  row("II", "gene", 501, 700, "-", 'gene_id "E3"; gene_name "XYZ";'),
  row("II", "gene", 901, 950, "-", 'gene_id "E4"; gene_name "TWICE";'),
  row("I", "gene", 901, 950, "-", 'gene_id "E5"; gene_name "TWICE";'),
  row("IX", "gene", 901, 950, "-", 'gene_id "E6"; gene_name "FAR";'),
].join("");

const open = async (text: string | Blob, options = {}) =>
  readGenes(await engine, text, { name: "genes.gtf", ...options });

test("the package finds genes by name, by place and by the beginning of a name", async () => {
  const genes = await open(new Blob([gzipSync(GTF)]));
  assert.deepEqual([genes.format, genes.count, genes.chromosomes], ["GTF", 6, ["I", "II", "IX"]]);
  const { exons: _, ...gene } = genes.within("chrI", 1200, 1201)!.genes[0]!;
  assert.deepEqual(gene, {
    ...{ id: "ENSG00000000001.3", name: "ABC1", biotype: "protein_coding", chromosome: "I", strand: "+" },
    ...{ start: 1000, end: 2000, tss: 1000 },
  });
  for (const name of ["ABC1", "ENSG00000000001.3", "ENSG00000000001"]) assert.equal(genes.find(name).start, 1000);
  assert.equal(genes.find("ABC2").tss, 3299);
  const exons = genes.within("I", 0, 5000)!.genes.map(({ exons }) => [...exons]);
  assert.deepEqual(exons, [
    [900, 950],
    [1000, 1400, 1900, 2000],
    [3000, 3300],
  ]);
  assert.equal(genes.within("III", 0, 5000), undefined);
  const { genes: longest, more } = genes.within("I", -10, 1e12, 2)!;
  assert.deepEqual([longest.map(({ name }) => name), more], [["ABC1", "ABC2"], 1]);
  assert.deepEqual(
    genes.complete("ab").map(({ name, gene }) => [name, gene.id]),
    [
      ["ABC1", "ENSG00000000001.3"],
      ["ABC2", "E2"],
    ],
  );
  assert.deepEqual(
    genes.complete("twi").map(({ name }) => name),
    ["E4", "E5"],
  );
  assert.throws(() => genes.find("ABD1"), { name: "InputError", code: "no-gene", message: /such as ABC1/ });
  assert.throws(() => genes.find("TWICE"), { code: "several-genes", message: /E4 at II:901-950/ });
  genes.free();
});

test("reading tells how far it is and ends where it is cancelled; what is wrong has its line", async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => row("I", "gene", i + 1, i + 9, "+", `gene_id "G${i}";`)).join(
    "",
  );
  const heard: Progress[] = [];
  (await open(many, { onProgress: (progress: Progress) => heard.push(progress) })).free();
  const [first, second] = heard.filter(({ total }) => total === many.length);
  assert(first?.done === 0 && heard.length > 2, `${heard.length}`);
  assert.deepEqual([second?.stage, second?.unit], ["read", "bytes"]);
  const controller = new AbortController();
  let steps = 0;
  const cancelling = open(many, {
    signal: controller.signal,
    onProgress: ({ total }: Progress) => {
      if (total !== many.length || ++steps < 2) return;
      controller.abort();
    },
  });
  await assert.rejects(cancelling, { code: "cancelled" });
  const bed = "chr1\t100\t900\tA\t0\t-\t100\t900\t0\t2\t50\t0,700\n";
  await assert.rejects(open(`chr1\t1\t2\n${bed}`, { name: "a.bed" }), { code: "row", file: "a.bed", line: 2 });
});
