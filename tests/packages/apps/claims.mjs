// Gives files that claim much to the engines, and uses what they could read; prints for each by how much the engines'
// memory has grown since the first, and whether it was refused.

import { readFileSync } from "node:fs";
import { Regulens, RegulensError } from "regulens";
import * as parsers from "regulens/parsers";
import {
  bamOfEmptyNames,
  bigWigsWithOverlappingNodes,
  modelOfNoNumbers,
  modelWith,
  motifsOnBackground,
  vcfOfAlternatives,
} from "../support/claims.mjs";

/** Memories of the engines that were started. */
const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate.apply(WebAssembly, given);
  memories.push((made.instance ?? made).exports.memory);
  return made;
};
const held = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

const blob = (bytes) => new Blob([bytes]);
const model = new Uint8Array(readFileSync("data/model.safetensors"));
const options = { device: "cpu", workers: 0 };
const tracks = await Regulens.load("data/sequences.safetensors", options);
const BASES = "ACGTACGTAC".repeat(8_000);
const sequences = await tracks.readSequences(blob(`>chr1\n${BASES}\n`));
const BED = blob("chr1\t300\t301\ta\t0\t+\n");
const sound = await parsers.writeBigWig(
  { chromosome: "chr1", length: 100_000, start: 0, binSize: 100 },
  Float32Array.from({ length: 1000 }, (_, i) => i % 7),
);

async function signal(file) {
  const annotation = await parsers.readAnnotation(BED);
  const signal = await parsers.openSignal(file);
  const prepared = await parsers.prepareTable(annotation, { M: signal }, { bins: 10 });
  for (const each of [prepared, signal, annotation]) each.free();
  const measured = await parsers.readMeasured(file);
  measured.bins(measured.chromosomes[0].name, 0, 64, 30, "mean");
  measured.free();
}

async function variants(file) {
  const rows = await tracks.readVariants(file);
  await tracks.checkVariants(sequences, rows);
  // No more of them: each is a prediction.
  await tracks.scoreVariants(sequences, rows.slice(0, 1));
}

async function motifs(file) {
  const set = await tracks.readMotifs(file);
  const variant = { position: 40_000, reference: "A", alternative: "C" };
  await tracks.variantMotifs(sequences, 0, variant, set);
  set.free();
}

async function predict(file) {
  const loaded = await Regulens.load(file, options);
  const table = await loaded.readTable(readFileSync("data/table.csv.gz"), { name: "table.csv.gz" });
  await loaded.predict(table);
  table.free();
  loaded.free();
}

/** Model files whose header claims to be long, whose first tensor claims another shape or place, or has no numbers. */
const first = /"shape":\[[^\]]*\],"data_offsets":\[\d+,\d+\]/;
const claimed = (shape, end) => (header) => header.replace(first, `"shape":[${shape}],"data_offsets":[0,${end}]`);
const DAMAGED = [
  modelWith(model, (header) => header, 2 ** 52),
  modelWith(model, claimed("1048576,1048576", 2 ** 40)),
  modelWith(model, claimed("4294967295,4294967297", 64)),
  modelOfNoNumbers(model),
];

const claims = [
  ["sound bigWig", sound, signal],
  ...bigWigsWithOverlappingNodes(sound, 600).map((file) => ["bigWig of 600 nodes", file, signal]),
  ...bigWigsWithOverlappingNodes(sound, 4_000).map((file) => ["bigWig of 4,000 nodes", file, signal]),
  ["BAM of empty names", bamOfEmptyNames(2_000_000), signal],
  ["VCF of one reference", vcfOfAlternatives(BASES.slice(0, 60_000), 3_000), variants],
  ["sound motifs", motifsOnBackground("0.1", 60), motifs],
  ...["1e-310", "1e-300", "1e-5"].map((least) => [`background of ${least}`, motifsOnBackground(least, 60), motifs]),
  ["sound model", model, predict],
  ...DAMAGED.map((file, i) => [`damaged weights ${i + 1}`, file, predict]),
];

// All engines are there, and as large as sound files make them.
for (const [name, file, use] of claims) if (name.startsWith("sound")) await use(blob(file));
const resident = held();
const tried = [];
for (const [name, file, use] of claims) {
  const began = performance.now();
  let refused;
  try {
    await use(blob(file));
  } catch (thrown) {
    if (!(thrown instanceof RegulensError) || thrown.code === "engine-stopped")
      throw new Error(`${name}: ${thrown?.stack ?? thrown}`, { cause: thrown });
    refused = thrown.message;
  }
  tried.push({ name, size: file.length, grown: held() - resident, refused, time: performance.now() - began });
}
console.log(JSON.stringify(tried));
