/**
 * Every plot, compared with its stored picture. `npm run test:pictures:update` draws them anew; then look at the
 * difference.
 */

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  averageAttention,
  betaHeatMap,
  dark,
  geneTracks,
  light,
  markAttention,
  probabilityHistogram,
  probabilityScatter,
} from "../../src/plots";
import { levelHistogram, levelScatter } from "../../src/plots/genes/level";
import { sampleMap, type SampleMapOptions } from "../../src/plots/genes/sample-map";
import { reliability } from "../../src/plots/training/card";
import { CHANGE_PICTURES } from "./change-pictures";
import { EXPLANATION_PICTURES } from "./explanation-pictures";
import { SEQUENCE_PICTURES } from "./sequence-pictures";
import { activeGene, averageOptions, FIVE, geneOptions, predictions } from "./inputs";

const FOLDER = join(process.cwd(), "tests/plots/pictures");
const UPDATE = process.env["UPDATE_PICTURES"] === "1";

const SEVEN = [...FIVE, "H3K27ac", "H2A.Z"];
const equalAlpha = (marks: number, bins: number): Float32Array => new Float32Array(marks * bins).fill(1 / bins);
/** One in the first of 100 bins, nothing in the others. */
const first = Float32Array.from({ length: 100 }, (_, i) => (i === 0 ? 1 : 0));
const gene = activeGene(FIVE, 100);
const beta = [0.118, 0.163, 0.201, 0.402, 0.116];
const set = predictions(6600);
/** A gene in three runs: it falls and rises, and one variant does not weigh marks. */
const betaRuns = [
  {
    letter: "A",
    name: "LSTM-α,β, H1 on PAX5.csv",
    probability: 0.12,
    beta: Object.fromEntries(FIVE.map((mark, i) => [mark, [0.52, 0.1, 0.12, 0.16, 0.1][i]])),
  },
  {
    letter: "B",
    name: "LSTM-α,β, GM12878, with a name that no picture of a telephone has room for",
    probability: 0.97,
    beta: Object.fromEntries(FIVE.map((mark, i) => [mark, beta[i]])),
  },
  { letter: "C", name: "LSTM-Attn, K562", probability: 0.4, beta: undefined },
];
const two = {
  x: predictions(300).probability,
  y: predictions(300, 4).probability.map((p, i) => (2 * p + predictions(300).probability[i]) / 3),
  xName: "A: LSTM-α,β, K562",
  yName: "B: LSTM-α,β, H1",
};
/** Genes in samples that differ more and more; the last sample lacks every ninth gene. */
function samplesOf(count: number, samples: readonly string[], frame: Partial<SampleMapOptions> = {}): string {
  const { probability } = predictions(count);
  return sampleMap({
    samples,
    genes: Array.from(probability, (_, gene) => `ENSG${String(156508 + 7 * gene).padStart(11, "0")}`),
    ...{ value: "P(on)", scale: { low: 0, high: 1, ends: ["0", "1"] }, high: "on", isHigh: (value) => value >= 0.5 },
    values: Array.from({ length: count * samples.length }, (_, i) => {
      const [gene, sample] = [Math.floor(i / samples.length), i % samples.length];
      if (sample > 1 && sample === samples.length - 1 && gene % 9 === 4) return NaN;
      return (1 - sample / 6) * probability[gene] + (sample / 6) * (1 - probability[gene]);
    }),
    width: 720,
    theme: light,
    ...frame,
  });
}
const ENSEMBLE = { low: 0.72, high: 0.985, range: "sure, 0.72–0.98 in 5 seeds" };
/** 400 genes in tenths of P(on), one of which holds too few that are on. */
const RELIABILITY = [
  { n: 160, mean: 0.04, on: 0.06, low: 0.033, high: 0.109 },
  { n: 40, mean: 0.23, on: 0.2, low: 0.105, high: 0.348 },
  { n: 20, mean: 0.52, on: 0.55, low: 0.342, high: 0.742 },
  { n: 60, mean: 0.77, on: 0.55, low: 0.425, high: 0.669 },
  { n: 120, mean: 0.95, on: 0.933, low: 0.874, high: 0.966 },
];
/** One α for all marks together. */
const together = { rows: ["all marks"], alpha: gene.alpha.slice(300, 400) };
const allMarks = { marks: ["all marks"], on: gene.alpha.slice(300, 400), off: equalAlpha(1, 100) };

/** Name of the stored file, and how the picture is drawn. */
/** Predicted levels of some genes, and measured ones, of which one in seven is not known. */
const LEVELS = Array.from({ length: 300 }, (_, gene) => 7 + 4 * Math.sin(gene) + ((gene * 37) % 11) / 4);
const COUNTS = LEVELS.map((level, gene) => (gene % 7 === 6 ? Number.NaN : level + 2 * Math.cos(3 * gene)));

const ofLevels = (x: readonly number[]) => ({
  ...{ x, y: LEVELS.slice(0, x.length), title: "Measured and predicted level" },
  ...{ xName: "measured log2(count + 1)", yName: "predicted log2(count + 1)" },
});

const PICTURES: Readonly<Record<string, () => string>> = {
  "gene-tracks-light-wide": () => geneTracks(geneOptions()),
  "gene-tracks-dark-wide": () => geneTracks(geneOptions({ theme: dark })),
  "gene-tracks-light-narrow": () => geneTracks(geneOptions({ width: 340 })),
  "gene-tracks-dark-narrow": () => geneTracks(geneOptions({ theme: dark, width: 340 })),
  "gene-tracks-seven-marks-33-bins": () =>
    geneTracks(
      geneOptions({
        marks: SEVEN,
        ...activeGene(SEVEN, 33),
        window: { anchor: "TSS", upstream: 1600, downstream: 1700 },
        width: 720,
      }),
    ),
  "gene-tracks-equal-attention": () =>
    geneTracks(geneOptions({ alpha: equalAlpha(5, 100), probability: 0.5, label: undefined, width: 720 })),
  "gene-tracks-not-measured": () =>
    geneTracks(geneOptions({ standIns: { H3K27me3: "1.105" }, signalName: "mean signal", width: 720 })),
  "gene-tracks-two-units-narrow": () =>
    geneTracks(
      geneOptions({
        standIns: { H3K9me3: "0.43" },
        units: { H3K27me3: "mean signal", H3K36me3: "mean signal", H3K4me1: "reads per bin", H3K4me3: "reads per bin" },
        width: 340,
      }),
    ),
  "mark-attention-not-measured": () =>
    markAttention({ marks: FIVE, beta, gene: "GENE1", standIns: { H3K4me3: "1.105" }, width: 480, theme: light }),
  "average-attention-not-measured": () =>
    averageAttention(averageOptions({ standIns: { H3K4me3: "1.105" }, width: 720 })),
  "gene-tracks-no-signal": () =>
    geneTracks(
      geneOptions({
        gene: "silent",
        signal: new Float32Array(500),
        alpha: equalAlpha(5, 100),
        probability: 0.0002,
        label: false,
        width: 720,
      }),
    ),
  "gene-tracks-values-of-a-million": () =>
    geneTracks(geneOptions({ signal: gene.signal.map((value) => value * 12345.678), width: 340 })),
  "gene-tracks-all-attention-on-one-bin": () =>
    geneTracks(geneOptions({ marks: ["H3K4me3"], signal: first.map((value) => 3 * value), alpha: first, width: 500 })),
  "gene-tracks-long-names": () =>
    geneTracks(
      geneOptions({
        gene: 'a gene & its "very" <long> name, longer than any screen of a telephone',
        marks: ["an unknown mark with a name that is long", "?"],
        signal: gene.signal.slice(0, 80),
        alpha: equalAlpha(2, 40),
        binSize: 25,
        window: undefined,
        width: 320,
      }),
    ),
  "gene-tracks-one-alpha-for-all-marks-light-wide": () => geneTracks(geneOptions(together)),
  "gene-tracks-one-alpha-for-all-marks-dark-narrow": () =>
    geneTracks(geneOptions({ ...together, theme: dark, width: 340 })),
  "gene-tracks-ensemble-light-wide": () => geneTracks(geneOptions(ENSEMBLE)),
  "gene-tracks-ensemble-dark-narrow": () => geneTracks(geneOptions({ ...ENSEMBLE, theme: dark, width: 340 })),
  "gene-tracks-without-alpha-light-wide": () => geneTracks(geneOptions({ rows: [], alpha: [] })),
  "gene-tracks-without-alpha-dark-narrow": () =>
    geneTracks(geneOptions({ rows: [], alpha: [], theme: dark, width: 340 })),
  "average-attention-all-marks-light-wide": () => averageAttention(averageOptions(allMarks)),
  "average-attention-all-marks-dark-narrow": () =>
    averageAttention(averageOptions({ ...allMarks, theme: dark, width: 340 })),
  "mark-attention-light-wide": () =>
    markAttention({ marks: FIVE, beta, width: 1000, theme: light, gene: "ENSG00000156508" }),
  "mark-attention-dark-narrow": () =>
    markAttention({ marks: FIVE, beta, width: 340, theme: dark, gene: "ENSG00000156508" }),
  "mark-attention-light-narrow": () => markAttention({ marks: FIVE, beta, width: 340, theme: light }),
  "mark-attention-equal": () => markAttention({ marks: SEVEN, beta: SEVEN.map(() => 1 / 7), width: 480, theme: light }),
  "mark-attention-one-mark-takes-all": () =>
    markAttention({ marks: FIVE, beta: [0, 0, 0, 1, 0], width: 480, theme: dark }),
  "average-attention-light-wide": () => averageAttention(averageOptions()),
  "average-attention-dark-wide": () => averageAttention(averageOptions({ theme: dark })),
  "average-attention-light-narrow": () => averageAttention(averageOptions({ width: 340 })),
  "average-attention-dark-narrow": () => averageAttention(averageOptions({ theme: dark, width: 340 })),
  "average-attention-one-gene": () =>
    averageAttention(averageOptions({ on: gene.alpha, off: undefined, genesOn: 1, genesOff: 0, width: 720 })),
  "average-attention-none-on": () => averageAttention(averageOptions({ on: undefined, genesOn: 0, width: 720 })),
  "average-attention-equal": () =>
    averageAttention(averageOptions({ on: equalAlpha(5, 100), off: equalAlpha(5, 100), width: 720 })),
  "average-attention-seven-marks-33-bins": () =>
    averageAttention(
      averageOptions({ marks: SEVEN, on: activeGene(SEVEN, 33).alpha, off: equalAlpha(7, 33), width: 720 }),
    ),
  "average-attention-empty-set": () =>
    averageAttention(averageOptions({ on: undefined, off: undefined, genesOn: 0, genesOff: 0, width: 720 })),
  "beta-heat-map-light-wide": () =>
    betaHeatMap({ gene: "PAX5", marks: FIVE, runs: betaRuns, width: 1000, theme: light }),
  "beta-heat-map-dark-narrow": () =>
    betaHeatMap({ gene: "PAX5", marks: FIVE, runs: betaRuns, width: 340, theme: dark }),
  "beta-heat-map-eight-runs": () =>
    betaHeatMap({
      gene: "a gene with a name that is as long as a line",
      marks: SEVEN,
      runs: [..."ABCDEFGH"].map((letter) => ({ ...betaRuns[0], letter })),
      width: 480,
      theme: light,
    }),
  "beta-heat-map-no-runs": () => betaHeatMap({ gene: "PAX5", marks: FIVE, runs: [], width: 480, theme: light }),
  "probability-scatter-light-wide": () =>
    probabilityScatter({ ...two, r: 0.492, selected: { index: 3, name: "ENSG00000156508" }, width: 720, theme: light }),
  "probability-scatter-dark-narrow": () => probabilityScatter({ ...two, r: 0.492, width: 340, theme: dark }),
  "probability-scatter-one-gene": () =>
    probabilityScatter({
      ...two,
      x: [0.9],
      y: [0.1],
      selected: { index: 0, name: "a <gene>" },
      width: 480,
      theme: light,
    }),
  "probability-scatter-same-run": () => probabilityScatter({ ...two, y: two.x, r: 1, width: 480, theme: light }),
  "reliability-light-narrow": () => reliability({ bins: RELIABILITY, width: 360, theme: light }),
  "reliability-dark-narrow": () => reliability({ bins: RELIABILITY, width: 360, theme: dark }),
  "reliability-empty-set": () => reliability({ bins: [], width: 360, theme: light }),
  "probability-histogram-light-wide": () => probabilityHistogram({ ...set, width: 1000, theme: light }),
  "probability-histogram-dark-wide": () => probabilityHistogram({ ...set, width: 1000, theme: dark }),
  "probability-histogram-light-narrow": () => probabilityHistogram({ ...set, width: 340, theme: light }),
  "probability-histogram-dark-narrow": () =>
    probabilityHistogram({ probability: set.probability, width: 340, theme: dark }),
  "probability-histogram-no-labels": () =>
    probabilityHistogram({ probability: set.probability, width: 720, theme: light }),
  "probability-histogram-one-gene": () =>
    probabilityHistogram({ probability: [0.9314], labels: [true], width: 480, theme: light }),
  "probability-histogram-empty-set": () => probabilityHistogram({ probability: [], width: 480, theme: light }),
  "level-histogram-light-wide": () => levelHistogram({ level: LEVELS, width: 1000, theme: light }),
  "level-histogram-dark-narrow": () => levelHistogram({ level: LEVELS, width: 340, theme: dark }),
  "level-histogram-empty-set": () => levelHistogram({ level: [], width: 480, theme: light }),
  "level-scatter-light-wide": () => levelScatter({ ...ofLevels(COUNTS), r: 0.812, width: 1000, theme: light }),
  "level-scatter-dark-narrow": () =>
    levelScatter({ ...ofLevels(COUNTS), selected: { index: 3, name: "a <gene>" }, width: 340, theme: dark }),
  "level-scatter-empty-set": () => levelScatter({ ...ofLevels([]), width: 480, theme: light }),
  "sample-map-light-wide": () => samplesOf(24, ["liver", "heart", "brain"]),
  "sample-map-dark-wide": () => samplesOf(24, ["liver", "heart", "brain"], { theme: dark }),
  "sample-map-light-narrow": () =>
    samplesOf(8, ["liver_day_1", "liver_day_2", "heart_day_1", "heart_day_2_after_treatment", "brain"], { width: 340 }),
  "sample-map-many-genes": () => samplesOf(6600, ["liver", "heart", "brain"]),
  "sample-map-one-row-a-gene": () => samplesOf(90, ["liver", "heart"]),
  "sample-map-empty-set": () => samplesOf(0, ["liver", "heart"], { width: 480 }),
  ...EXPLANATION_PICTURES,
  ...CHANGE_PICTURES,
  ...SEQUENCE_PICTURES,
};

if (UPDATE) mkdirSync(FOLDER, { recursive: true });

for (const [name, draw] of Object.entries(PICTURES)) {
  test(`${name} is as stored`, () => {
    const file = join(FOLDER, `${name}.svg`);
    const drawn = `${draw()}\n`;
    if (UPDATE) writeFileSync(file, drawn);
    assert.equal(drawn, readFileSync(file, "utf8"));
  });

  test(`${name} is the same when it is drawn again`, () => {
    assert.equal(draw(), draw());
  });

  test(`${name} holds only numbers, and nothing that a strict content security policy refuses`, () => {
    const drawn = draw();
    assert.doesNotMatch(drawn, /NaN|Infinity|undefined|null/);
    assert.doesNotMatch(drawn, / style=|<style|<script|href=| id=| on[a-z]+=/);
    const shapes = drawn.replace(/aria-label="[^"]*"/, "").replace(/>[^<]*</g, "><");
    assert.doesNotMatch(shapes, /\.\d{3}/, "a coordinate has more than two decimals");
  });

  test(`${name} reads from left to right in a page that does not`, () => {
    const [root] = /^<svg [^>]*>/.exec(draw())!;
    assert.match(root, / direction="ltr"/);
  });

  test(`${name} has a name and a description, or is hidden from screen readers`, () => {
    const drawn = draw();
    if (drawn.includes('aria-hidden="true"')) return;
    assert.match(drawn, /^<svg [^>]*role="img" aria-label="[^"]{20,}"/);
    assert.match(drawn, /<title>[^<]+<\/title>\n<desc>[^<]{20,}<\/desc>/);
  });
}

test("no picture is stored that nothing draws", () => {
  const known = new Set(Object.keys(PICTURES).map((name) => `${name}.svg`));
  const left = readdirSync(FOLDER).filter((file) => !known.has(file));
  if (UPDATE) for (const file of left) rmSync(join(FOLDER, file));
  else assert.deepEqual(left, []);
});
