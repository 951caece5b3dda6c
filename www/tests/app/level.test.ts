// Levels of genes' expression in the page: lists, words, files and figures, without classes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { light } from "../../src/plots";
import { levelBars } from "../../src/plots/genes/level";
import { knownPairs } from "../../src/plots/marks/dots";
import { written } from "../fakes/written";
import { levelCard, MARKS, SHA256 } from "../fakes/engine";
import { LEVEL_DESCRIPTION } from "../fakes/descriptions";
import { LEVEL_ANSWER } from "../../src/tasks/genes/level/answer";
import {
  contributionsDrawing,
  histogramDrawing,
  scatterDrawing,
  tracksDrawing,
} from "../../src/tasks/genes/level/drawings";
import { formatLevel, levelInWords } from "../../src/tasks/genes/what-if";
import { agreementInWords, levelsOf, measuredLevels, ranks } from "../../src/tasks/genes/level/measured";
import { type CurrentLevels, LEVEL, type LevelState } from "../../src/tasks/genes/level/outcome";
import { SAMPLED as SAMPLES, type Sampled } from "../../src/tasks/genes/samples/sampled";
import { LEVEL_LISTS, type LevelListing } from "../../src/tasks/genes/level/table";
import { methodsOfLevel } from "../../src/tasks/genes/saved/methods";
import { levelsTsv } from "../../src/tasks/genes/saved/tsv";
import { geneNames } from "../../src/tasks/shared/genes/names";
import { partNote } from "../../src/tasks/genes/tables/part";
import { confidenceInWords } from "../../src/tasks/genes/sure/confidence";
import { countsInWords, findSets, promiseInWords, type Sets } from "../../src/tasks/genes/sure/sets";

const table = {
  ...{ file: "mine.csv", layout: "headed", genes: ["a", "b", "c"], marks: MARKS, bins: 4, notes: [] },
  labels: undefined,
} as const;

const run = {
  ...{ model: { card: levelCard, file: "l.safetensors", sha256: SHA256, verified: false } },
  ...{ program: "Regulens 0.2.0", date: "2026-11-21T01:02:03Z", seconds: 1, genesOnGpu: 0 },
  device: { kind: "cpu", software: false, reason: "" },
  ...{ tables: [table], preparations: [{}], offScale: [[]] },
  ...{ genes: table.genes, marks: MARKS, rows: MARKS, bins: 4 },
  level: Float32Array.of(2, 8, 5),
  beta: Float32Array.of(0.5, 0.5, 0.25, 0.75, 1, 0),
  topBin: Uint16Array.of(3, 1, 0),
  topAlpha: Float32Array.of(0.9, 0.9, 0.25),
  topRow: Uint8Array.of(0, 0, 0),
} as unknown as CurrentLevels;
Object.assign(run.model, { description: LEVEL_DESCRIPTION });

const intervals = { low: Float32Array.of(1, 4, 4), high: Float32Array.of(3, 12, 6) };
const SETS: Sets = { coverage: 0.9, of: [], intervals };
const measured = measuredLevels("counts.csv", levelsOf(Float32Array.of(3, 15, Number.NaN)), run.level, () => 0.5);
const state = (change: Partial<LevelState> = {}): LevelState =>
  ({ listing: LEVEL_LISTS.first, doing: {}, problems: {}, announcement: "", ...change }) as LevelState;

function listed(listing: Partial<LevelListing>, change: Partial<LevelState> = {}): number[] {
  const of = { ...LEVEL_LISTS.first, ...listing } as LevelListing;
  return [...LEVEL.list(run, state({ listing: of, ...change }), geneNames(run.genes, undefined))];
}

const by = (key: NonNullable<LevelListing["sort"]>["key"], descending = true) => ({ sort: { key, descending } });

test("genes are listed from the highest level to the lowest, and by what is known of them", () => {
  assert.deepEqual(listed({}), [1, 2, 0]);
  assert.deepEqual(listed(by("interval"), { sets: SETS }), [1, 0, 2]);
  // 2 against 2, 8 against 4, 5 against nothing.
  assert.deepEqual(listed(by("error"), { measured }), [1, 0, 2]);
  assert.deepEqual(listed(by("beta:1")), [1, 0, 2]);
  assert.deepEqual(listed(by("top", false)), [1, 0, 2], "attention that is even comes last");
  assert.deepEqual(listed({ search: "b" }), [1]);
  assert.equal(LEVEL.ruleInWords(run, LEVEL_LISTS.first as LevelListing, false), "those with the highest level");
  assert.match(
    LEVEL.ruleInWords(run, { ...LEVEL_LISTS.first, ...by("beta:1") } as LevelListing, false),
    /β of H3K27me3/,
  );
});

test("no word on a run of levels is of a class, and what a page of one file says is of the whole run", async () => {
  const { text } = await LEVEL.methods(run, state({ measured, sets: SETS }), "zero");
  const found = LEVEL.foundInWords(run, "the ", "here ");
  for (const each of [text, found]) assert.doesNotMatch(each, /P\(on\)|predicted on|log-odds|“on”/, each);
  assert.equal(found, "The level of the 3 genes here was predicted, 5.00 on average.");
  assert.match(text, /Split-conformal intervals hold the measured level of a share of 0\.9 of genes/);
  assert.match(text, /Against measured counts \(counts\.csv; 2 genes\), as log2\(count \+ 1\)/);
  assert.equal(methodsOfLevel(run).works.length > 0, true);
  const words = (of: CurrentLevels, known = measured) =>
    LEVEL.page.caption(of, state({ measured: known }), "zero").filter(Boolean);
  assert.deepEqual(words(run), [
    "Level of gene expression, log2(count + 1), predicted from histone marks",
    "The mean of all 3 genes of the run is 5.00; Pearson’s r 0.500 against counts.csv",
    "Explanations are contributions by integrated gradients, in log2(count + 1), against a gene without signal",
  ]);
  assert.deepEqual(LEVEL.page.measuredOf(state({ measured }), [2, 1]), [
    { of: "levels", file: "counts.csv", values: [null, 4] },
  ]);
  const levels = { n: 9, pearson: 0.25, spearman: 0.2, r2: 0.1, mse: 2 };
  const said = { genes: 4, chosen: "those with the highest level", block: "run", levels };
  const whole = { said, model: SHA256, predicted: Float32Array.of(2, 8, 5, 1), labels: undefined };
  const part = { ...run, tables: [{ ...table, whole, notes: [partNote(3, { of: 4, chosen: "" })] }] };
  const repeated = part as unknown as CurrentLevels;
  assert.equal(words(repeated)[1], "The mean of all 4 genes of the run is 4.00", "of another file nothing is known");
  assert.match(
    words(repeated, { ...measured, isSaved: true })[1]!,
    /is 4\.00; Pearson’s r 0\.250 against counts\.csv$/,
  );
  const methods = await LEVEL.methods(repeated, state({ measured: { ...measured, isSaved: true } }), "zero");
  assert.match(methods.text, /\(counts\.csv; 9 genes\), as log2\(count \+ 1\): Pearson’s r 0\.250/);
  assert.doesNotMatch(scatterDrawing(repeated, measured, 1).draw({ width: 720, theme: light }), /r = /);
  assert.equal(LEVEL.isHigh(100), false);
});

test("the record of a run has the unit, the agreement with counts and the coverage of intervals", () => {
  const record = JSON.parse(LEVEL.record(run, state({ measured, sets: SETS }), ["ab"]));
  assert.equal(record.prediction, "log2(count + 1)");
  assert.deepEqual(record.intervals, { coverage: 0.9 });
  assert.equal(record.measured.genes, 2);
  assert.equal(record.measured.pearson, 0.5);
  assert.ok(!("predicted_on" in record) && !("auroc" in record));
});

test("the table of levels has the columns of the program", () => {
  const spread = { sd: Float32Array.of(1, 1, 1), low: Float32Array.of(1, 7, 4), high: Float32Array.of(3, 9, 6) };
  const tsv = levelsTsv({ ...run, ...spread, intervals, notes: [] }).split("\n");
  assert.equal(
    tsv[0],
    "gene\tlevel\tlevel_sd\tlevel_low\tlevel_high\tinterval_low\tinterval_high\tbeta_H3K4me3\tbeta_H3K27me3",
  );
  assert.equal(tsv[2], "b\t8\t1\t7\t9\t4\t12\t0.25\t0.75");
  assert.equal(levelsTsv({ ...run, beta: new Float32Array(0), notes: [] }).split("\n")[1], "a\t2");
});

test("intervals of levels promise the measured level, and leave nothing to be sure of", async () => {
  const model = { task: "level", intervals: async () => intervals } as unknown as Parameters<typeof findSets>[0];
  assert.deepEqual(await findSets(model, { level: run.level }, { coverage: 0.9 }), SETS);
  assert.equal(countsInWords(SETS), "± 2.00 on average");
  assert.match(promiseInWords(SETS, levelCard), /^About 90 % of the intervals hold the measured level\. This holds/);
  assert.equal(confidenceInWords(run, 1, { sets: SETS }, formatLevel), "90 % interval 4.00 to 12.00");
});

// Residuals 1, 2, 3 around a target of which the squares around its mean are 4 + 0 + 4, as the crate's test has them.
test("levels agree with counts as the crate scores them, over the genes that have a count", () => {
  const counts = levelsOf(Float32Array.of(3, 15, 63, Number.NaN));
  const found = measuredLevels("c.csv", counts, Float32Array.of(1, 2, 3, 9), (x, y) => (x.length === y.length ? 1 : 0));
  assert.deepEqual([...found.values].slice(0, 3), [2, 4, 6]);
  assert.deepEqual([...found.known], [0, 1, 2]);
  assert.ok(Math.abs(found.score!.mse - 14 / 3) < 1e-12 && Math.abs(found.score!.r2 + 0.75) < 1e-12);
  assert.equal(measuredLevels("c.csv", counts, counts, () => undefined).score, undefined);
  assert.deepEqual([...ranks(Float32Array.of(5, 1, 5, 0))], [3.5, 2, 3.5, 1]);
  assert.match(agreementInWords(found.score!), /R² −0\.750, mean squared error 4\.667/);
});

test("figures of a gene and of all genes say levels and no P(on)", () => {
  const frame = { width: 720, theme: light };
  const gene = { index: 1, signal: new Float32Array(8).fill(1), alpha: new Float32Array(8).fill(0.25) };
  const tracks = tracksDrawing(run, gene, undefined, undefined, undefined, { sets: SETS }).draw(frame);
  assert.match(tracks, /predicted level 8\.00 \(90 % interval 4\.00 to 12\.00\)/);
  assert.doesNotMatch(tracks, /P\(on\)|predicted o/);
  assert.match(histogramDrawing(run).tsv!(), /^from\tto\tgenes\n/);
  assert.deepEqual(
    levelBars(run.level).reduce((sum, { genes }) => sum + genes, 0),
    3,
  );
  assert.deepEqual(levelBars(new Float32Array(0)), []);
  const near = levelBars(Float32Array.of(8.51, 8.58));
  assert.deepEqual([near[0]!.from, near.at(-1)!.to, near.length], [8, 9, 20], "levels that hardly differ");
  const scatter = scatterDrawing(run, measured, 1);
  assert.equal(scatter.tsv!(), "gene\tmeasured_level\tpredicted_level\na\t2\t2\nb\t4\t8\n");
  assert.match(scatter.draw(frame), /r = 0\.50/);
  assert.deepEqual(knownPairs({ x: measured.values, y: run.level }), [0, 1]);
  const contributions = contributionsDrawing(run, gene, undefined).draw(frame);
  assert.doesNotMatch(contributions, /log-odds/);
});

test("the answer of a gene and the effect of changed signal are in levels", () => {
  const shares = { values: [{ mark: "H3K4me3", value: 3 }], baseline: "zero" } as const;
  assert.match(
    written(LEVEL_ANSWER.answerOf(run, 1, shares)),
    /Level 8\.00 \(log2\(count \+ 1\)\): H3K4me3 \+3, against a gene without signal\./,
  );
  const now = { predicted: 6.5 } as Parameters<typeof levelInWords>[0];
  assert.match(written(levelInWords(now, 8)).replace(/\s+/g, " "), /changed from 8\.00 to .*6\.50.*, by −1\.50\./);
  assert.equal(formatLevel(-0.001), "0.00");
});

test("samples of levels have no calls, and colours from 0 to what most genes reach", () => {
  const SAMPLED: Sampled = SAMPLES.level;
  assert.deepEqual([SAMPLED.high, SAMPLED.low, SAMPLED.call(9)], [undefined, undefined, 0]);
  const scale = SAMPLED.scale(Float32Array.of(0.5, 11.2, Number.NaN));
  assert.deepEqual([scale.low, scale.high], [0, 12]);
  assert.equal(SAMPLED.share(6, scale), 0.5);
});
