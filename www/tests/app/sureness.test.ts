// Genes that a model is sure of, by class and by sign of the change, and reasons that withdraw that.

import assert from "node:assert/strict";
import { test } from "node:test";
import { confidenceInWords } from "../../src/tasks/genes/sure/confidence";
import { judgedRun } from "../../src/tasks/genes/sure/judged";
import { shareFact } from "../../src/tasks/genes/on-off/share";
import { sureFact } from "../../src/tasks/genes/sure/fact";
import {
  countsInWords,
  findSets,
  hasSets,
  isLeftOut,
  promiseInWords,
  type Sets,
  signsOf,
  whyWithdrawn,
  withoutSets,
} from "../../src/tasks/genes/sure/sets";
import { light } from "../../src/plots";
import { tracksDrawing as changeTracks } from "../../src/tasks/genes/change/drawings";
import type { ChangeRun, FinishedRun } from "../../src/tasks/genes/result";
import { tracksDrawing as onOffTracks } from "../../src/tasks/genes/on-off/drawings";
import { calibratedCard, card, changeCard } from "../fakes/engine";
import { written } from "../fakes/written";

const CONFORMAL = { scores: [-1, 1], floor: 0, genes: 400, data: "genes" };
const K562 = { id: "E123", name: "K562" };

const RUN = {
  model: { card: { ...card, conformal: CONFORMAL } },
  tables: [{ notes: [] as string[], simulated: false }],
  offScale: [[] as string[]],
};

const SIMULATED = [{ notes: [], simulated: true }];

const members = [1, 2].map((seed) => ({ variant: "lstm", hyperparameters: {}, seed }));
const CLASSES: Sets = { coverage: 0.9, of: ["on", "off", "on|off"] };
const intervals = { low: Float32Array.of(0.5, -3, -1, 0), high: Float32Array.of(2, -0.25, 1, 4) };
const SIGNS: Sets = { coverage: 0.95, of: signsOf(intervals), intervals };

test("sets are given where nothing speaks against it, and withdrawn with the reason where something does", () => {
  assert.equal(hasSets(card), false);
  assert.equal(hasSets(RUN.model.card), true);
  assert.equal(whyWithdrawn(RUN), undefined);
  assert.match(whyWithdrawn({ ...RUN, offScale: [["ten times as deep"]] })!, /unlike the training data/);
  assert.match(whyWithdrawn({ ...RUN, tables: SIMULATED })!, /the genes are simulated/);
  assert.match(whyWithdrawn({ ...RUN, shareOn: 0.6 })!, /only for the calibration’s share of genes on/);
  const simulated = { card: { ...RUN.model.card, simulated: true } };
  assert.equal(whyWithdrawn({ ...RUN, model: simulated, tables: SIMULATED }), undefined);
});

test("intervals of a change are withdrawn for what either table lacks, and for other cell types than both", () => {
  const run = { ...RUN, model: { card: { ...changeCard, conformal: CONFORMAL } } };
  const absent = { notes: ["H3K9me3: not measured; 1.375 stands in for it in all bins: its mean in training"] };
  assert.equal(whyWithdrawn({ ...run, tables: [{ notes: [] }, absent] }), "H3K9me3 was not measured");
  assert.equal(whyWithdrawn({ ...run, tables: [absent, absent] }), "H3K9me3 was not measured");
  assert.match(whyWithdrawn({ ...run, tables: [{ notes: [] }, ...SIMULATED] })!, /the genes are simulated/);
  assert.match(whyWithdrawn({ ...run, offScale: [[], ["ten times as deep"]] })!, /the values are unlike/);
  assert.match(whyWithdrawn(run, "another")!, /^the model was trained on K562 and H1, and your genes/);
});

test("a gene is sure where one class is left, or where its interval leaves out 0", async () => {
  assert.deepEqual(SIGNS.of, ["up", "down", "up|down", "up|down"]);
  assert.equal(countsInWords(CLASSES), "2 confident, 1 uncertain");
  assert.equal(countsInWords(SIGNS), "2 with a confident sign, 2 uncertain");
  assert.deepEqual(
    [0, 1, 2, 3].filter((gene) => !isLeftOut("unsure", SIGNS, gene)),
    [2, 3],
  );
  assert.deepEqual(
    [0, 1, 2].filter((gene) => isLeftOut("sure", CLASSES, gene)),
    [2],
  );
  assert.deepEqual([isLeftOut("up", SIGNS, 2), isLeftOut("sure", undefined, 2)], [false, false]);
  const change = { task: "change", intervals: async () => intervals } as unknown as Parameters<typeof findSets>[0];
  assert.deepEqual(await findSets(change, { foldChange: new Float32Array(4) }, { coverage: 0.95 }), SIGNS);
});

test("an element's run has sets at its coverage, and a note where they are withdrawn or too much is asked", async () => {
  const asked: number[] = [];
  const runner = {
    task: "on-off",
    sets: async (_: object, { coverage }: { coverage: number }) => {
      asked.push(coverage);
      if (coverage === 0.99) throw new Error("0.99 takes 99 scores");
      return ["on"];
    },
  } as unknown as Parameters<typeof judgedRun>[0];
  const signal = new AbortController().signal;
  const of = (run: object, coverage?: number, unlike: Parameters<typeof judgedRun>[3] = []) =>
    judgedRun(
      runner,
      { ...RUN, logit: Float32Array.of(3), ...run } as unknown as FinishedRun,
      { coverage, signal },
      unlike,
    );
  assert.deepEqual(await of({}), { sets: { coverage: 0.9, of: ["on"] }, notes: [] });
  assert.deepEqual((await of({}, 0.95)).sets?.coverage, 0.95);
  const { sets, notes } = await of({}, 0.95, [{ heading: "Values", text: "ten times as deep" }]);
  assert.deepEqual([sets, notes.length], [undefined, 1]);
  assert.match(notes[0]!.text, /unlike the training data/);
  await assert.rejects(of({}, 0.99), /takes 99 scores/);
  assert.deepEqual(await of({ model: { card } }), { notes: [] });
  assert.deepEqual(asked, [0.9, 0.95, 0.99], "nothing is asked of a model without scores, nor where they do not hold");
});

test("what a coverage promises is said with the genes that it holds for", () => {
  const of = { ...card, conformal: CONFORMAL, cell_type: K562 };
  const said = promiseInWords(CLASSES, of);
  assert.match(said, /^About 90 % of the sets hold the measured class\./);
  assert.match(said, /genes of K562 like the 400 used for calibration, not for another cell type\.$/);
  assert.match(promiseInWords(CLASSES, of, "same"), /like the 400 used for calibration\.$/);
  assert.match(
    promiseInWords(SIGNS, { ...changeCard, conformal: CONFORMAL }),
    /^About 95 % of the intervals .* the interval excludes 0\. This holds for genes of K562 and H1/,
  );
});

test("a gene's line says whether it is sure, its interval, and the spread or that it is one of several seeds", () => {
  const two = (value: number): string => value.toFixed(2);
  const one = { model: { card: {} } };
  const ensemble = { low: [0.1, 0.2, -1], high: [0.3, 0.4, 1], model: { card: { members } } };
  assert.equal(confidenceInWords(one, 0, {}, two), undefined);
  assert.equal(confidenceInWords(one, 0, { seeds: 5 }, two), "one of 5 seeds");
  assert.equal(confidenceInWords(ensemble, 2, { sets: CLASSES, seeds: 5 }, two), "uncertain, -1.00–1.00 in 2 seeds");
  assert.equal(confidenceInWords(one, 0, { sets: SIGNS }, two), "confident sign, 95 % interval 0.50 to 2.00");
  assert.match(confidenceInWords(one, 2, { sets: SIGNS }, two)!, /^uncertain sign, 95 % interval -1\.00 to 1\.00$/);
});

const FRAME = { width: 720, theme: light };
const table = { file: "t.csv", layout: "headed", marks: ["x"], notes: [], genes: ["g"], labels: undefined };
const shared = {
  ...{
    genes: ["g"],
    marks: ["x"],
    bins: 2,
    beta: new Float32Array(),
    preparations: [{}, {}],
    columns: [],
    auxiliary: [],
  },
  ...{ low: [0.25], high: [0.75], model: { card: { ...card, members } } },
};

test("a gene's figure has the range of an ensemble as an error bar, and none of a single model or of changed signal", () => {
  const run = { ...shared, rows: [], tables: [table], probability: Float32Array.of(0.5) } as unknown as FinishedRun;
  const gene = { index: 0, signal: Float32Array.of(1, 2), alpha: new Float32Array() };
  const drawn = onOffTracks(run, gene, undefined, undefined, undefined, { sets: { coverage: 0.9, of: ["on|off"] } });
  const picture = drawn.draw(FRAME);
  assert.match(picture, /data-error-bars[^]*lowest to highest/);
  assert.match(picture, /P\(on\) = 0\.500 \(uncertain, 0\.25–0\.75 in 2 seeds\)/);
  assert.doesNotMatch(onOffTracks({ ...run, low: undefined, high: undefined }, gene).draw(FRAME), /data-error-bars/);
  const labelled = { ...run, tables: [{ ...table, labels: Uint8Array.of(1) }] } as unknown as FinishedRun;
  const narrow = onOffTracks(labelled, gene, undefined, undefined, undefined, {
    sets: { coverage: 0.9, of: ["on|off"] },
  }).draw({ width: 310, theme: light });
  assert.match(narrow, /P\(on\) = 0\.500 \(uncertain, 0\.25–0\.75 in 2 seeds\)</, "the label gives way");
  const changed = { predicted: 0.1, beta: new Float32Array() };
  assert.doesNotMatch(onOffTracks(run, gene, undefined, changed).draw(FRAME), /data-error-bars/);
});

test("a change's figure has its interval beside the range, on an axis that holds both", () => {
  const run = {
    ...{ ...shared, rows: [], tables: [table, table], foldChange: Float32Array.of(0.5) },
    model: { card: { ...changeCard, members } },
  } as unknown as ChangeRun;
  const gene = { index: 0, values: new Float32Array(4), alpha: new Float32Array(), auxiliaryAlpha: new Float32Array() };
  const interval = { low: Float32Array.of(-3), high: Float32Array.of(4) };
  const sets = { coverage: 0.9, of: signsOf(interval), intervals: interval };
  const picture = changeTracks(run, gene, undefined, undefined, undefined, { sets }).draw(FRAME);
  assert.match(picture, /data-error-bars[^]*>−4<[^]*>\+4<[^]*90 % interval[^]*lowest to highest/);
  assert.match(picture, /\(uncertain sign, 90 % interval −3\.00 to \+4\.00, \+0\.25 to \+0\.75 in 2 seeds\)/);
});

test("a listing by sets is that of a new run where they are withdrawn", () => {
  const first = { sort: { key: "change", descending: true }, filter: "all", search: "" };
  const listing = { sort: { key: "sure", descending: false }, filter: "unsure", search: "TP" };
  assert.deepEqual(withoutSets(listing, first), { ...first, search: "TP" });
  assert.deepEqual(withoutSets({ ...first, filter: "up" }, first), { ...first, filter: "up" });
});

test("the line of figures counts sure genes, names the reason where none are said, and offers several seeds", () => {
  const of = (state: object, seeds?: number): string => {
    const calls = { cover: assert.fail, sayCell: assert.fail, useAllSeeds: assert.fail };
    const work = { state, outcome: { confidence: "Confidence" }, isCurrent: true, ...calls };
    const found = sureFact(work as unknown as Parameters<typeof sureFact>[0], seeds);
    return written(found).replace(/\s+/g, " ");
  };
  const run = { ...RUN, model: { card: { ...RUN.model.card, cell_type: K562 } } };
  assert.match(of({ run, sets: CLASSES }), /Confidence, at .*2 confident, 1 uncertain.*Your genes are from/);
  assert.match(of({ run, sets: SIGNS }), /2 with a confident sign, 2 uncertain/);
  assert.match(of({ run: { ...run, tables: SIMULATED } }), /not available: <small>the genes are simulated/);
  assert.doesNotMatch(of({ run: { ...run, tables: SIMULATED } }), /Your genes/);
  assert.match(of({ run, cell: "another" }), /not available: .*trained on K562.*Your genes are from/);
  assert.match(of({ run, unsaid: "0.99 takes 99 scores" }), /not available: <small>0\.99 takes 99 scores/);
  const single = { ...RUN, model: { card } };
  assert.match(of({ run: single }, 5), /not available from one of 5 seeds.*Predict with 5 seeds/);
  assert.equal(of({ run: single }), "");
  assert.equal(of({ run: { ...single, tables: SIMULATED } }, 5), "");
});

test("the share that probabilities assume is shown for a calibrated model, and is the calibration’s until it is changed", () => {
  const run = { ...RUN, model: { card: calibratedCard }, genes: ["a"], probability: Float32Array.of(0.5) };
  const of = (state: object, work: object = { isCurrent: true }): string => {
    const found = shareFact({ state, assume: assert.fail, ...work } as unknown as Parameters<typeof shareFact>[0]);
    return written(found).replace(/\s+/g, " ");
  };
  const first = of({ run });
  assert.match(first, /Share of genes that are on in your data.*that of the calibration/);
  assert.doesNotMatch(first, /Use 0\.5/);
  assert.match(of({ run: { ...run, shareOn: 0.615 } }), /the calibration’s is 0\.5 .*Use 0\.5/);
  assert.equal(of({ run: { ...run, model: { card } } }), "", "without a calibration there is no share");
  assert.equal(of({ run, samples: { samples: [] } }), "", "samples may have shares of their own");
});
