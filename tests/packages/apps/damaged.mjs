// Gives damaged files to every reader of the package, through its engines; prints what was tried of each, how many were
// refused, and what engines said.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { Regulens, RegulensError } from "regulens";
import * as parsers from "regulens/parsers";
import { bam, bgzf, unpackedBam } from "../../browser/support/bam.ts";
import { writeTwoBit } from "../../browser/support/two-bit.mjs";
import { damagedBytes, dice } from "../support/damage.mjs";

/** Damaged files of each reader. */
const FILES = 300;
/** Bytes that an engine may grow by, and eight times the file. */
const HELD = 64 << 20;
/** Milliseconds that a reader may take where files are tried for a time: beside ordinary tests others may run. */
const MOST = 1_000;
/** For how many seconds `cargo xtask fuzz` tries new files instead of the same ones, and of which readers. */
const { REGULENS_FUZZ_SECONDS: seconds, REGULENS_FUZZ_ONLY: only = "" } = process.env;

// Engines that panic say so here.
const said = [];
console.error = (text) => said.push(text);

/** Memories of the engines that were started. */
const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate.apply(WebAssembly, given);
  memories.push((made.instance ?? made).exports.memory);
  return made;
};
const grown = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

const file = (name) => new Uint8Array(readFileSync("data/" + name));
const text = (...lines) => new TextEncoder().encode(lines.join("\n") + "\n");
const blob = (...parts) => new Blob(parts);
const packed = (bytes) => new Uint8Array(gzipSync(bytes));
const model = file("model.safetensors");
const loaded = await Regulens.load(blob(model), { device: "cpu" });
const tracks = await Regulens.load("data/sequences.safetensors", { device: "cpu" });

const CHROMOSOMES = [
  { name: "chr1", length: 100_000 },
  { name: "chr2", length: 9_000 },
];
const GTF = text(
  'chr1\tx\tgene\t3000\t9000\t.\t+\t.\tgene_id "g1"; gene_name "A";',
  'chr1\tx\texon\t3000\t4000\t.\t+\t.\tgene_id "g1"; transcript_id "t1";',
);
const GFF3 = text(
  "##gff-version 3",
  "chr1\tx\tgene\t3000\t9000\t.\t+\t.\tID=gene:g1;Name=A;biotype=protein_coding",
  "chr1\tx\tmRNA\t3000\t9000\t.\t+\t.\tID=transcript:t1;Parent=gene:g1",
  "chr1\tx\texon\t3000\t4000\t.\t+\t.\tParent=transcript:t1",
);
const BED = text("chr1\t30000\t30001\ta\t0\t+", "chr1\t60000\t60001\tb\t0\t-");
const bigWig = await parsers.writeBigWig(
  { chromosome: "chr1", length: 100_000, start: 0, binSize: 100 },
  Float32Array.from({ length: 1000 }, (_, i) => i % 7),
);
const reads = Array.from({ length: 60 }, (_, i) => ({
  ...{ chromosome: 0, start: 29_000 + 30 * i, length: 36, mapq: 30, flags: 0 },
}));
const inside = new Uint8Array(unpackedBam(CHROMOSOMES, reads));
const alignments = new Uint8Array(bam(CHROMOSOMES, reads));

/** The index of those: all in one chunk of the second bin of 16 kb, from behind the header to the last block. */
function bai() {
  const numbers = (...given) => Buffer.from(Uint32Array.from(given).buffer);
  const offsets = (...given) => Buffer.from(BigUint64Array.from(given, BigInt).buffer);
  const begin = unpackedBam(CHROMOSOMES, []).length;
  const end = (alignments.length - bgzf(new Uint8Array()).length) * 2 ** 16;
  const chunk = [numbers(1, 4682, 1), offsets(begin, end)];
  const places = [numbers(2), offsets(begin, begin)];
  return new Uint8Array(Buffer.concat([Buffer.from("BAI\x01"), numbers(2), ...chunk, ...places, numbers(0, 0)]));
}

const BASES = "ACGTNNNNacgtACGTTTTTGACCA".repeat(4);
const FASTA = text(">chr1", "ACGTACGTnn", "ACGT", ">chr2", ...BASES.match(/.{1,10}/g));
const FAI = text("chr1\t14\t6\t10\t11", "chr2\t100\t28\t10\t11");
const GZI = new Uint8Array(8);
writeTwoBit("data/genome.2bit", [
  { name: "chr1", bases: "ACGTACGTNNACGT" },
  { name: "chr2", bases: BASES.toUpperCase() },
]);

/** Reads the ends of a genome's sequences. */
async function bases(source, options) {
  const sequences = await parsers.readSequences(source, options);
  try {
    sequences.records.slice(0, 3).forEach(({ length }, i) => {
      sequences.codes(i, 0, Math.min(length, 40));
      sequences.codes(i, Math.max(0, length - 40), length);
    });
  } finally {
    sequences.free();
  }
}

/** Reads values of a file as a track, and as the signal of a window. */
async function signal(source, index) {
  if (index === undefined) {
    const measured = await parsers.readMeasured(source);
    try {
      for (const { name } of measured.chromosomes.slice(0, 3)) measured.bins(name, -50, 64, 30, "mean");
    } finally {
      measured.free();
    }
  }
  await counted(source, index);
}

/** The signal of windows. */
async function counted(source, index) {
  const annotation = await parsers.readAnnotation(blob(BED));
  const signal = await parsers.openSignal(source, { index }).catch((thrown) => {
    annotation.free();
    throw thrown;
  });
  try {
    (await parsers.prepareTable(annotation, { M: signal }, { bins: 10 })).free();
  } finally {
    annotation.free();
    signal.free();
  }
}

const freed = async (reading) => void (await reading).free();
const genes = async (file) => {
  await freed(parsers.readAnnotation(file));
  await freed(parsers.readGenes(file));
};
const motifs = text(
  "MEME version 4",
  "",
  "ALPHABET= ACGT",
  "",
  "MOTIF M1 GCN4",
  "letter-probability matrix: alength= 4 w= 2",
  "0.1 0.2 0.3 0.4",
  "1 0 0 0",
);
const matrix = text(
  '@{"sample_labels":["M"],"group_labels":["genes"],"sample_boundaries":[0,4],"group_boundaries":[0,2],' +
    '"bin size":[100],"upstream":[200],"downstream":[200],"body":[0],"ref point":["TSS"],"unscaled 5 prime":[0],' +
    '"unscaled 3 prime":[0]}',
  "chr1\t100\t200\tg1\t.\t+\t1\t2\t3\t4",
  "chr1\t300\t400\tg2\t.\t-\t4\t3\tnan\t1",
);
// A header and two genes of 100 bins.
const cut = text(
  ...new TextDecoder()
    .decode(gunzipSync(file("table.csv.gz")))
    .split("\n")
    .slice(0, 201),
);

const table = await loaded.readTable(blob(cut));
const truth = text(
  "gene\tlabel\tmark\tfirst_bin\tlast_bin",
  ...table.genes.map((gene, i) => `${gene}\t1\tH3K4me3\t${i + 40}\t${i + 60}`),
);

/** A whole file of each reader, how it is read, and what is done to a damaged one so that it is looked into. */
const readers = {
  table: { whole: cut, read: (file) => freed(parsers.readTable(file)), kept: "table" },
  table_in_gzip: { whole: packed(cut), read: (file) => freed(parsers.readTable(file)) },
  compute_matrix: { whole: matrix, read: (file) => freed(parsers.readTable(file)), wrap: packed },
  table_of_a_model: { whole: cut, read: (file) => freed(loaded.readTable(file)) },
  expression: { whole: text("gene,count", "g1,3", "g2,0.5"), read: (file) => freed(loaded.readCounts(file)) },
  fasta: { whole: text(">a one", "ACGTNNacgt", "ACG", ">b", "TTT"), read: (file) => bases(file) },
  two_bit: { whole: file("genome.2bit"), read: (file) => bases(file) },
  indexed_fasta: { whole: FASTA, read: (file) => bases(file, { fai: blob(FAI) }) },
  fai: { whole: FAI, read: (fai) => bases(blob(FASTA), { fai }) },
  blocked_fasta: {
    whole: new Uint8Array(bgzf(FASTA)),
    read: (file) => bases(file, { fai: blob(FAI), gzi: blob(GZI) }),
  },
  inside_blocks: { whole: FASTA, read: (file) => bases(file, { fai: blob(FAI) }), wrap: bgzf },
  gzi: { whole: GZI, read: (gzi) => bases(blob(bgzf(FASTA)), { fai: blob(FAI), gzi }) },
  gtf: { whole: GTF, read: genes },
  gff3: { whole: GFF3, read: genes, wrap: packed },
  bed: { whole: BED, read: genes },
  regions: { whole: text("chr1\t10\t20\ta", "chr2\t30\t40"), read: (file) => parsers.readRegions(file) },
  vcf: { whole: file("sequence.vcf"), read: (file) => parsers.readVariants(file) },
  bigwig: { whole: bigWig, read: (file) => signal(file), kept: "bigwig" },
  bed_graph: { whole: text("chr1\t0\t30000\t1.5", "chr1\t30000\t90000\t2"), read: (file) => signal(file) },
  reads: {
    whole: text("chr1\t30010\t30046\tr1\t30\t+", "chr1\t60020\t60056\tr2\t3\t-"),
    read: (file) => counted(file),
  },
  bam_outside: { whole: alignments, read: (file) => counted(file, blob(bai())) },
  bam_inside: { whole: inside, read: (file) => counted(file), wrap: bgzf },
  bai: { whole: bai(), read: (index) => counted(blob(alignments), index) },
  planted_truth: { whole: truth, read: (file) => loaded.readPlanted(table, file) },
  planted_sites: { whole: file("sequence.sites.tsv"), read: (file) => Regulens.readPlantedSites(file) },
  motifs: { whole: motifs, read: (file) => freed(tracks.readMotifs(file)) },
  // The card and the list of tensors are at the beginning.
  model: { whole: model, read: (file) => freed(Regulens.load(file, { device: "cpu" })), upTo: 12000 },
};

const tried = {};
for (const [name, { whole, read, wrap = (bytes) => bytes, upTo, kept }] of Object.entries(readers)) {
  if (!`engine_${name}`.includes(only)) continue;
  await read(blob(wrap(whole)));
  const before = grown();
  const [head, tail] = [whole.subarray(0, upTo), upTo ? whole.subarray(upTo) : new Uint8Array()];
  const counts = { files: 0, refused: 0, time: 0 };
  let largest = 0;
  const one = async (bytes, what) => {
    const fails = (why) =>
      new Error(`engine_${name}, ${what}: ${why}; the file, in base64: ${Buffer.from(bytes).toString("base64")}`);
    const began = performance.now();
    try {
      await read(blob(bytes));
    } catch (thrown) {
      counts.refused++;
      if (!(thrown instanceof RegulensError) || !thrown.remedy || thrown.message.length > 2000)
        throw fails(String(thrown?.stack ?? thrown).slice(0, 2000));
    }
    counts.time = Math.max(counts.time, performance.now() - began);
    if (seconds && counts.time > MOST) throw fails(`it takes ${counts.time} ms`);
    counts.files++;
    largest = Math.max(largest, bytes.length);
    // An engine keeps the memory that it has taken: this is the most that it has held.
    if (grown() - before > HELD + 8 * largest) throw fails(`the engines have grown by ${grown() - before} bytes`);
  };
  const corpus = `data/corpus/${kept}`;
  for (const each of kept && existsSync(corpus) ? readdirSync(corpus).sort() : [])
    await one(readFileSync(`${corpus}/${each}`), each);
  const end = performance.now() + 1_000 * Number(seconds);
  const first = seconds ? Date.now() : 0;
  for (let seed = first; seconds ? performance.now() < end : seed < FILES; seed++)
    await one(Buffer.concat([wrap(damagedBytes(head, dice(seed))), tail]), `seed ${seed}`);
  // An engine that panicked would read nothing more.
  await read(blob(wrap(whole)));
  tried[name] = { ...counts, held: grown() - before };
}
console.log(JSON.stringify({ tried, said }));
