// Tables made of signal files by the engine `files` under Node: what is read of them, and what is refused.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Progress, WorkOptions } from "../../../../pkg/src/progress";
import { sparseBigWig } from "../../../../tests/browser/support/bigwig";
import { bedGraph, genesGtf, signalFile, simulatedSignal } from "../../../../tests/browser/support/signal-files";
import type { PrepareEngine } from "../../../../pkg/src/engine/prepare-engine";
import { PrepareHandlers } from "../../../src/prepare/calls";
import { given, virtual } from "../../fakes/read-in-place";
import type { MadeTable, OpenedAnnotation, TableWish } from "../../../src/prepare/result";

// Built by `cargo xtask build`; unit tests run in the folder of the page.
const folder = resolve("../pkg/wasm/files");
const engine = (async () => {
  const module = (await import(pathToFileURL(`${folder}/regulens_files.js`).href)) as PrepareEngine & {
    default(from: { module_or_path: unknown }): Promise<unknown>;
  };
  await module.default({ module_or_path: readFileSync(`${folder}/regulens_files_bg.wasm`) });
  return module;
})();

const handlers = (): PrepareHandlers => new PrepareHandlers(() => engine);

const makeTable = (wish: TableWish, options: WorkOptions = {}, by = handlers()): Promise<MadeTable> =>
  by.makeTable.run(wish, options);

const openAnnotation = (file: File, by = handlers()): Promise<OpenedAnnotation> => by.openAnnotation.run({ file }, {});

const wish = (annotation: File, files: Record<string, File>, change: Partial<TableWish> = {}): TableWish => ({
  name: "made.csv",
  annotation,
  ...{ upstream: 5_000, downstream: 5_000, binSize: 100, strandFlip: false },
  values: "mean",
  marks: Object.entries(files).map(([mark, file]) => ({ mark, file })),
  standIns: [],
  ...change,
});

async function rows(file: Blob): Promise<string[]> {
  return Buffer.from(await file.arrayBuffer())
    .toString("utf8")
    .trimEnd()
    .split("\n");
}

test("a table has the mean of each bin's bases, worked out here base by base", async () => {
  const annotation = given("genes.gtf.gz", gzipSync(genesGtf(20)));
  const made = await makeTable(wish(annotation, { H3K4me3: given("a.bw", signalFile(1)) }));
  const [, header, ...values] = await rows(made.file);
  assert.equal(header, "gene,bin,H3K4me3");
  assert.equal(made.genes, 21);
  assert.equal(values.length, 21 * 100);
  const of = new Map(values.map((row) => [row.split(",").slice(0, 2).join(","), Number(row.split(",")[2])]));
  const signal = simulatedSignal(1);
  for (const line of genesGtf(20)
    .split("\n")
    .filter((each) => each.includes("\tgene\t") && !each.startsWith("X"))) {
    const columns = line.split("\t");
    const id = /gene_id "(\w+)"/.exec(line)![1];
    const tss = Number(columns[6] === "-" ? columns[4] : columns[3]);
    const { items } = signal.find(({ name }) => name === `chr${columns[0]}`)!;
    for (const bin of [1, 37, 50, 51, 100]) {
      const start = tss - 5_000 + (bin - 1) * 100;
      const sum = items.reduce(
        (total, [from, to, value]) => total + value * Math.max(0, Math.min(to, start + 100) - Math.max(from, start, 0)),
        0,
      );
      assert.ok(
        Math.abs((of.get(`${id},${bin}`) ?? NaN) - sum / 100) <= 1e-6 * (1 + sum / 100),
        `${id}, bin ${bin}: ${of.get(`${id},${bin}`)} for ${sum / 100}`,
      );
    }
  }
});

test("a window that is not centred and follows the strand is made as a card says it", async () => {
  const annotation = given("genes.gtf.gz", gzipSync(genesGtf(20)));
  const window = { upstream: 1_000, downstream: 3_000, binSize: 500, strandFlip: true };
  const made = await makeTable(wish(annotation, { H3K4me3: given("a.bw", signalFile(1)) }, window));
  const [first, , ...values] = await rows(made.file);
  assert.match(first!, /8 bins of 500 bp, 1000 bp before and 3000 bp behind the TSS, from upstream to downstream$/);
  assert.equal(values.length, made.genes * 8);
});

test("bedGraph gives the numbers that bigWig gives", async () => {
  const annotation = given("genes.gtf", genesGtf(10));
  const of = async (file: File): Promise<string[]> => rows((await makeTable(wish(annotation, { H3K4me3: file }))).file);
  assert.deepEqual(await of(given("a.bedGraph.gz", gzipSync(bedGraph(3)))), await of(given("a.bw", signalFile(3))));
});

test("of a bigWig of 2 GB only the header, the index and the blocks that the windows need are read", async () => {
  const chromosomes = simulatedSignal(5);
  const { size, pieces } = sparseBigWig(chromosomes, 170_000_000);
  assert.ok(size > 1.8e9, `${size}`);
  let [read, most] = [0, 0];
  const big = virtual(new File([], "big.bw"), size, (offset, length) => {
    read += length;
    most = Math.max(most, length);
    const bytes = new Uint8Array(length);
    for (const piece of pieces) {
      const from = Math.max(offset, piece.offset);
      const to = Math.min(offset + length, piece.offset + piece.bytes.length);
      if (from < to) bytes.set(piece.bytes.subarray(from - piece.offset, to - piece.offset), from - offset);
    }
    return bytes;
  });
  const annotation = given("genes.gtf", genesGtf(40));
  const made = await makeTable(wish(annotation, { H3K4me3: big }));
  const small = await makeTable(wish(annotation, { H3K4me3: given("big.bw", signalFile(5)) }));
  assert.deepEqual(await rows(made.file), await rows(small.file));
  assert.ok(read < 8e6, `${read} bytes were read`);
  assert.ok(most <= 1 << 20, `${most} bytes at once`);
});

test("a value that stands in for a mark is in every bin, and the file says so", async () => {
  const annotation = given("genes.gtf", genesGtf(5));
  const made = await makeTable(
    wish(
      annotation,
      { H3K4me3: given("a.bw", signalFile(1)) },
      {
        standIns: [{ mark: "H3K9me3", value: Math.fround(0.43), what: "the mark's mean in the model's training data" }],
      },
    ),
  );
  assert.deepEqual(made.marks, ["H3K4me3", "H3K9me3"]);
  const text = await rows(made.file);
  assert.ok(text[0]?.startsWith("# H3K4me3: mean signal; 100 bins of 100 bp"), text[0]);
  assert.equal(
    text[1],
    "# H3K9me3: not measured; 0.43 stands in for it in all bins: the mark's mean in the model's training data",
  );
  assert.equal(text[2], "gene,bin,H3K4me3,H3K9me3");
  for (const row of text.slice(3)) assert.equal(row.split(",")[3], "0.43");
});

test("progress counts windows of all marks, and cancelling between windows stops it", async () => {
  const annotation = given("genes.gtf", genesGtf(30));
  const files = { H3K4me3: given("a.bw", signalFile(1)), H3K9me3: given("b.bw", signalFile(2)) };
  const seen: Progress[] = [];
  await makeTable(wish(annotation, files), { onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(seen.at(-1)?.stage, "write");
  const windows = seen.filter(({ unit }) => unit === "windows");
  assert.deepEqual(windows.at(-1), { stage: "prepare", file: "b.bw", done: 64, total: 64, unit: "windows" });
  assert.ok(windows.every(({ done }, i) => done >= (windows[i - 1]?.done ?? 0)));
  const controller = new AbortController();
  const onProgress = ({ unit, done }: Progress): void => {
    if (unit === "windows" && done > 0) controller.abort();
  };
  await assert.rejects(makeTable(wish(annotation, files), { onProgress, signal: controller.signal }), {
    code: "cancelled",
  });
});

test("one kind of genes can be chosen, and what became of genes is told", async () => {
  const reader = handlers();
  const annotation = given("genes.gtf", genesGtf(20, { comments: "#!genome-build GRCh38.p14\n" }));
  const opened = await openAnnotation(annotation, reader);
  const { format, genes, transcripts, chromosomes, biotypes, assembly } = opened;
  assert.deepEqual(
    { format, genes, transcripts, assembly },
    { format: "GTF", genes: 22, transcripts: 22, assembly: "hg38" },
  );
  assert.deepEqual(
    chromosomes.map(({ name }) => name),
    ["1", "2", "X"],
  );
  assert.deepEqual(biotypes, [
    { name: "protein_coding", genes: 20 },
    { name: "lncRNA", genes: 2 },
  ]);
  const made = await makeTable(
    wish(annotation, { H3K4me3: given("a.bw", signalFile(1)) }, { biotype: "protein_coding" }),
    {},
    reader,
  );
  assert.equal(made.genes, 19);
  assert.deepEqual(made.summary, [
    "1 gene left out: no such chromosome in H3K4me3 (on X)",
    "1 gene kept: extend beyond their chromosome, where the signal is 0 (on 1)",
  ]);
  assert.match(await made.geneNotes!.text(), /^gene\tchromosome\t.*\nEDGE\t1\t.*padded.*\nNOWHERE\tX\t.*no-chromosome/);
});

test("files that cannot be used are refused by name, with the place and a remedy", async () => {
  const good = signalFile(1);
  const annotation = given("genes.gtf", genesGtf(5));
  const refused = async (work: Promise<unknown>, code: string, ...words: RegExp[]): Promise<void> => {
    await assert.rejects(work, (error: Error & { code?: string; remedy?: string }) => {
      assert.equal(error.code, code, error.message);
      assert.ok(error.remedy);
      for (const word of [...words, /found/, /expected/]) assert.match(error.message, word);
      return true;
    });
  };
  const open = (name: string, bytes: Buffer | string): Promise<unknown> =>
    handlers().openSignal.run({ file: given(name, bytes) }, {});
  await refused(open("short.bw", good.subarray(0, good.length / 2)), "bigwig-damaged", /short\.bw/, /byte \d+/);
  // A file that opens has its index; its end may still be missing.
  const shorter = given("shorter.bw", good.subarray(0, good.length - 20));
  await refused(makeTable(wish(annotation, { H3K4me3: shorter })), "bigwig-damaged", /shorter\.bw/, /byte \d+/);
  await refused(open("page.bw", "<!doctype html><title>Not found</title>\n"), "format", /page\.bw/, /a web page/);
  await refused(open("empty.bw", ""), "empty", /empty\.bw/);
  await refused(openAnnotation(given("none.gtf", "#!genome-build GRCh38\n")), "empty", /none\.gtf/);
  await refused(
    openAnnotation(given("cds.gtf", '1\tx\tCDS\t1\t2\t.\t+\t0\tgene_id "A";\n')),
    "no-genes",
    /cds\.gtf/,
    /1 rows/,
  );
  await refused(
    openAnnotation(given("bad.bed", "chr1\t1\t20\tA\t0\t+\nchr1\t9\tmany\tB\t0\t+\n")),
    "row",
    /bad\.bed, line 2/,
  );
  await refused(
    openAnnotation(given("short.gtf.gz", gzipSync(genesGtf(50)).subarray(0, 400))),
    "gzip-truncated",
    /short\.gtf\.gz/,
  );
  const elsewhere = given("other.bw", signalFile(1, [{ name: "scaffold_1", length: 100_000 }]));
  await refused(
    makeTable(wish(annotation, { H3K4me3: elsewhere })),
    "no-common-chromosome",
    /other\.bw/,
    /scaffold_1/,
    /1, 2, X/,
  );
  const bare = given("bare.bed", "chr2\t399000\t399001\tA\t0\t+\n");
  const far = given("far.bw", signalFile(1, [{ name: "chr2", length: 50_000 }]));
  await refused(
    makeTable(
      wish(given("far.bed", "chr2\t30000\t30001\tA\t0\t+\n"), {
        H3K4me3: given("gap.bw", signalFile(1, [{ name: "chr2", length: 400 }])),
      }),
    ),
    "none-left",
    /genes/,
  );
  await refused(makeTable(wish(bare, { H3K4me3: far })), "none-left");
});

test("no signal near any TSS is refused, not taken for zeros", async () => {
  const { size: _, pieces } = sparseBigWig([{ name: "chr1", length: 900_000, items: [[800_000, 800_100, 2]] }], 0);
  const lonely = given("lonely.bw", Buffer.concat(pieces.map(({ bytes }) => bytes)));
  const annotation = given("tss.bed", "chr1\t30000\t30001\tA\t0\t+\n");
  await assert.rejects(makeTable(wish(annotation, { H3K4me3: lonely })), {
    code: "no-signal-near-tss",
    message: /lonely\.bw: found no signal within 5000 bp of any of the 1 TSS of tss\.bed/,
  });
});
