/**
 * Computes what the first screen shows of an example gene: `node build-first-gene.mjs` writes
 * `src/tasks/genes/on-off/first-gene.json`. To be run again when the first model or the example changes; a browser test
 * compares it with what the page computes.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { Regulens } from "../pkg/dist/index.js";

/** A gene that is predicted on with one of its marks, and off without it; without any other one mark it stays on. */
const GENE = "SIM000176";
/** The marks that are drawn of it. */
const SHOWN = ["H3K4me3", "H3K27me3"];

const www = dirname(fileURLToPath(import.meta.url));
const models = join(www, "../models");
const { models: listed, examples } = JSON.parse(readFileSync(join(models, "catalogue.json"), "utf8"));
const [entry] = listed;
const [example] = examples;
const model = await Regulens.load(readFileSync(join(models, entry.file)), { device: "cpu" });

const [header, ...rows] = gunzipSync(readFileSync(join(models, example.file)))
  .toString()
  .split("\n");
const names = header.split(",");
const own = rows.filter((row) => row.startsWith(`${GENE},`)).map((row) => row.split(","));

/** Prediction of the gene, with one mark set to zero. */
async function predicted(without) {
  const zeroed = own.map((row) => row.map((cell, i) => (names[i] === without ? "0" : cell)).join(","));
  const table = await Regulens.readTable(new Blob([[header, ...zeroed].join("\n")]), { name: "gene.csv" });
  const { probability, alpha, beta, marks, labels } = await model.predict(table);
  const bins = alpha.length / marks.length;
  const shown = SHOWN.map((mark) => marks.indexOf(mark));
  return {
    probability: probability[0],
    label: labels[0] === 1,
    alpha: shown.flatMap((row) => [...alpha.subarray(row * bins, (row + 1) * bins)].map(short)),
    top: marks[beta.indexOf(Math.max(...beta))],
  };
}

const short = (value) => Number(value.toPrecision(3));
const measured = await predicted();
const mark = measured.top;
const taken = await predicted(mark);
const others = await Promise.all(
  names
    .slice(2, 7)
    .filter((name) => name !== mark)
    .map(predicted),
);
const { card } = model;
const found = {
  example: example.id,
  model: entry.id,
  gene: GENE,
  marks: SHOWN,
  binSize: card.bin_size,
  window: { anchor: card.window.anchor, upstream: card.window.upstream, downstream: card.window.downstream },
  label: measured.label,
  signal: own.flatMap((row) => SHOWN.map((name) => Number(row[names.indexOf(name)]))),
  probability: measured.probability,
  alpha: measured.alpha,
  // Without the mark that counts most.
  mark,
  without: { probability: taken.probability, alpha: taken.alpha },
  // The lowest without any other one mark.
  others: Math.min(...others.map(({ probability }) => probability)),
};
writeFileSync(join(www, "src/tasks/genes/on-off/first-gene.json"), `${JSON.stringify(found)}\n`);
console.log(`${GENE}: ${found.probability}; without ${mark} ${taken.probability}, without another ${found.others}`);
