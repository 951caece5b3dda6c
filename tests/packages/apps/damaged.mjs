// Gives damaged files to every reader of the package; prints how many of each were refused, and what engines said.

import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { Regulens, RegulensError } from "regulens";
import * as parsers from "regulens/parsers";
import { damagedBytes, dice } from "./damage.mjs";
/** Damaged files of each reader. */
const FILES = 300;

// Engines that panic say so here.
const said = [];
console.error = (text) => said.push(text);
const file = (name) => readFileSync("data/" + name);
const text = (...lines) => new TextEncoder().encode(lines.join("\n") + "\n");
const blob = (bytes) => new Blob([bytes]);
const model = file("model.safetensors");
const lens = await Regulens.load(blob(model), { device: "cpu" });
const tracks = await Regulens.load("data/sequences.safetensors", { device: "cpu" });
const signal = await parsers.writeBigWig(
  { chromosome: "chr1", length: 100000, start: 0, size: 100 },
  Float32Array.from({ length: 1000 }, (_, i) => i % 7),
);
// A header and two genes of 100 bins.
const lines = new TextDecoder().decode(gunzipSync(file("table.csv.gz"))).split("\n");
const cut = text(...lines.slice(0, 201));
const motif = text(
  "MEME version 4",
  "",
  "ALPHABET= ACGT",
  "",
  "MOTIF M1 GCN4",
  "letter-probability matrix: alength= 4 w= 2",
  "0.1 0.2 0.3 0.4",
  "1 0 0 0",
);
const genes = text(
  'chr1\tx\tgene\t3000\t9000\t.\t+\t.\tgene_id "g1"; gene_name "A";',
  'chr1\tx\texon\t3000\t4000\t.\t+\t.\tgene_id "g1"; transcript_id "t1";',
);
const readers = {
  table: [cut, (file) => parsers.readTable(file)],
  "table, packed": [new Uint8Array(gzipSync(cut)), (file) => parsers.readTable(file)],
  "a model's table": [cut, (file) => lens.readTable(file)],
  sequences: [text(">a one", "ACGTNNacgt", "ACG", ">b", "TTT"), (file) => parsers.readSequences(file)],
  genes: [genes, async (file) => (await parsers.readGenes(file)).free()],
  annotation: [
    text("chr1\t30000\t30001\ta\t0\t+", "chr1\t60000\t60001\tb\t0\t-"),
    async (file) => (await parsers.readAnnotation(file)).free(),
  ],
  regions: [text("chr1\t10\t20\ta", "chr2\t30\t40"), (file) => parsers.readRegions(file)],
  variants: [new Uint8Array(file("sequence.vcf")), (file) => parsers.readVariants(file)],
  measured: [signal, (file) => parsers.readMeasured(file)],
  "signal, bigWig": [signal, (file) => parsers.openSignal(file)],
  "signal, bedGraph": [text("chr1\t0\t100\t1.5", "chr1\t100\t200\t2"), (file) => parsers.openSignal(file)],
  motifs: [motif, (file) => tracks.readMotifs(file)],
  // The card and the list of tensors are at the beginning.
  model: [new Uint8Array(model), (file) => Regulens.load(file, { device: "cpu" }), 12000],
};
const tried = {};
for (const [name, [whole, read, upTo]] of Object.entries(readers)) {
  await read(blob(whole));
  const [head, tail] = [whole.subarray(0, upTo), upTo ? whole.subarray(upTo) : new Uint8Array()];
  let refused = 0;
  for (let seed = 0; seed < FILES; seed++) {
    const damaged = damagedBytes(head, dice(seed));
    try {
      await read(new Blob([damaged, tail]));
    } catch (thrown) {
      refused++;
      if (!(thrown instanceof RegulensError) || !thrown.remedy || thrown.message.length > 2000)
        throw new Error(name + ", seed " + seed + ": " + String(thrown?.stack ?? thrown).slice(0, 2000));
    }
  }
  // An engine that panicked would read nothing more.
  await read(blob(whole));
  tried[name] = refused;
}
console.log(JSON.stringify({ refused: tried, said }));
