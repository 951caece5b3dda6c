// The members of an ensemble at one gene: bands and lines in its figures, columns, arrays, and signs not shared.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attributions, MembersSpread } from "../../../pkg/src/index";
import { answerInWords, sharesOf, signedWith, spreadInWords } from "../../src/explain/answer-words";
import { type ExplainedRun, sharesOfSome } from "../../src/explain/calls";
import { contributionsDrawing } from "../../src/explain/drawings";
import { contributionsOf, type GeneExplanation } from "../../src/explain/result";
import { geneTracks, light, markAttention } from "../../src/plots";
import { betaGroups } from "../../src/plots/changing";
import { contributionsDrawing as changeContributions } from "../../src/tasks/genes/change/answer";
import { tracksDrawing as changeTracks, weightsDrawing } from "../../src/tasks/genes/change/drawings";
import { weightsDrawing as weightsOfTable } from "../../src/tasks/genes/attention-drawings";
import { tracksDrawing } from "../../src/tasks/genes/on-off/drawings";
import type { ChangeRun, FinishedRun } from "../../src/tasks/genes/result";
import { spreadShown } from "../../src/tasks/genes/sure/judged";
import { behindMean, membersOf, spreadIn } from "../../src/tasks/genes/sure/spread";
import { ArrayHandlers } from "../../src/tasks/genes/worker/arrays";
import { CHANGE_DESCRIPTION, DESCRIPTION } from "../fakes/descriptions";
import { card, changeCard, ensembleCard } from "../fakes/engine";

const FRAME = { width: 720, theme: light };
const [BINS, MARKS] = [2, ["x", "y"]];
const changed = { ...changeCard, members: ensembleCard.members };

/** A spread of as many values. */
const around = (values: Float32Array, by = 0.125): MembersSpread => ({
  sd: values.map(() => by),
  low: values.map((value) => value - by),
  high: values.map((value) => value + by),
});

const table = { file: "t.csv", layout: "headed", marks: MARKS, notes: [], genes: ["g"], labels: undefined };
const alpha = Float32Array.of(0.25, 0.75, 0.5, 0.5);
const beta = Float32Array.of(0.75, 0.25);
const spread = { index: 0, alpha: around(alpha), beta: around(beta) };
const onOff = (of = ensembleCard) =>
  ({
    ...{ genes: ["g"], marks: MARKS, rows: MARKS, bins: BINS, beta, tables: [table], preparations: [{}] },
    ...{ probability: Float32Array.of(0.5), model: { card: of, description: DESCRIPTION } },
  }) as unknown as FinishedRun;
const gene = { index: 0, signal: Float32Array.of(1, 2, 3, 4), alpha };

const first = (tsv: string): string[] => tsv.split("\n")[1]!.split("\t");

test("α of an ensemble has a band, which the legend, the readout and the columns say", () => {
  const drawing = tracksDrawing(onOff(), gene, undefined, undefined, undefined, { spread });
  const picture = drawing.draw(FRAME);
  assert.equal(picture.match(/data-members/g)?.length, 2, "one of each mark");
  assert.match(picture, /attention α, mean of 2 seeds[^]*lowest to highest of 2 seeds/);
  assert.equal(drawing.places!.read(FRAME, 2)!.rows[0]!.values[1], "0.75 (0.63–0.88)");
  const [header] = drawing.tsv!().split("\n");
  assert.match(header!, /\talpha_y\talpha_sd_x\talpha_low_x\talpha_high_x\talpha_sd_y\talpha_low_y\talpha_high_y$/);
  assert.deepEqual(first(drawing.tsv!()).slice(-6, -3), ["0.125", "0.125", "0.375"]);
});

test("a single model and a changed signal have neither band nor columns of it", () => {
  const what = { predicted: 0.1, beta };
  for (const drawing of [
    tracksDrawing(onOff(card), gene, undefined, undefined, undefined, { spread }),
    tracksDrawing(onOff(), gene, undefined, what, undefined, { spread }),
    tracksDrawing(onOff(), gene),
  ]) {
    assert.doesNotMatch(drawing.draw(FRAME), /data-members|seeds/);
    assert.doesNotMatch(drawing.tsv!(), /alpha_sd/);
  }
  assert.doesNotMatch(weightsOfTable(onOff(card), 0, { spread })!.tsv!(), /beta_sd/);
});

test("β of an ensemble has lines over its bars", () => {
  const drawing = weightsOfTable(onOff(), 0, { spread })!;
  assert.match(drawing.draw(FRAME), />mean of 2 seeds; lines: lowest to highest</);
  assert.equal(drawing.tsv!().split("\n")[0], "mark\tbeta\tbeta_sd\tbeta_low\tbeta_high");
  assert.deepEqual(first(drawing.tsv!()), ["x", "0.75", "0.125", "0.625", "0.875"]);
});

test("bands of another length than the plot's arrays are refused by name", () => {
  const band = { low: [0.1], high: [0.2, 0.3], of: "2 seeds" };
  const options = { gene: "g", marks: ["x"], binSize: 100, probability: 0.5, signal: [1, 2], alpha: [0.5, 0.5] };
  assert.throws(() => geneTracks({ ...options, alphaBand: band }), /1 values in `alphaBand\.low`; expected 2/);
  assert.throws(() => markAttention({ marks: ["x", "y"], beta: [0.5, 0.5], band }), /`band\.low`; expected 2/);
});

/** Attributions of one gene. */
const found = (values: Float32Array, by?: number) =>
  ({
    ...{ values, spread: by === undefined ? undefined : around(values, by), baseline: "zero" },
    ...Object.fromEntries(
      ["score", "baselineScore", "completeness", "complete", "outside", "baselineOutside"].map((of) => [of, [0]]),
    ),
  }) as unknown as Attributions;

test("contributions of an ensemble have lines over their bars, and say in how many bins signs differ", () => {
  const contributions = contributionsOf(found(Float32Array.of(1, -2, 0.25, 0), 0.5));
  const drawing = contributionsDrawing(onOff(), gene, { index: 0, contributions } as GeneExplanation);
  const picture = drawing.draw(FRAME);
  assert.match(picture, /mean of 2 seeds; line: lowest to highest/);
  assert.match(picture, /In 2 of 4 bins the sign differs between the 2 seeds\./);
  assert.equal(picture.match(/data-members/g)?.length, 2);
  const read = drawing.places!.read(FRAME, 2)!.rows[0]!.values[1];
  assert.equal(read, "+0.25 (−0.25 to +0.75, sign differs)");
  assert.equal(drawing.tsv!().split("\n")[0], "bin\tx\tx_sd\tx_low\tx_high\ty\ty_sd\ty_low\ty_high");
  assert.deepEqual(first(drawing.tsv!()).slice(0, 5), ["1", "1", "0.5", "0.5", "1.5"]);
  const single = { index: 0, contributions: contributionsOf(found(Float32Array.of(1, -2, 0.25, 0))) };
  const alone = contributionsDrawing(onOff(card), gene, single as GeneExplanation);
  assert.doesNotMatch(alone.draw(FRAME) + alone.tsv!(), /seeds|data-members|x_sd/);
});

test("an answer says what its lines are, and the marks whose sign is not the same in all seeds", () => {
  const values = new Float32Array(4);
  const shares = sharesOf(MARKS, contributionsOf(found(values, 0), found(Float32Array.of(2, -0.25), 0.5)));
  assert.deepEqual(shares[1], { mark: "y", value: -0.25, range: [-0.75, 0.25] });
  assert.equal(
    spreadInWords(shares, "5 seeds"),
    "Bars: mean of 5 seeds; lines: lowest to highest. The sign of y differs between them.",
  );
  assert.match(spreadInWords(shares.slice(0, 1), "5 seeds")!, /Signs agree in all 5 seeds\.$/);
  assert.equal(spreadInWords(sharesOf(MARKS, { values }), "5 seeds"), undefined, "of one model there is none");
  assert.equal(spreadInWords(shares, undefined), undefined);
  assert.equal(signedWith(2, undefined), "+2");
  assert.match(answerInWords("On", [], shares, "zero"), /^On: x \+2 and y −0\.25, against/);
});

test("marks of genes beside each other have the range of the members too, each its own", async () => {
  const attributions = async () => ({ ...found(Float32Array.of(1, 2, 3, 4), 0.5), marks: MARKS });
  const run = { runner: { task: "on-off", attributions }, tables: [table], preparations: [{}] };
  const [, second] = await sharesOfSome(run as unknown as ExplainedRun, [0, 1], "zero", {});
  assert.deepEqual(second, [
    { value: 3, range: [2.5, 3.5] },
    { value: 4, range: [3.5, 4.5] },
  ]);
});

test("marks of both cell types have the range of the sums of their bins in each member", async () => {
  const sums = Float32Array.of(4, -0.25, 8, 1);
  const attributions = async () => ({
    ...{ ...found(Float32Array.of(1, 0, 3, -0.25, 3, 1, 5, 0), 0.5), sumSpread: around(sums, 0.5), marks: ["x"] },
  });
  const run = {
    runner: { task: "change", attributions },
    tables: [table, table],
    preparations: [{}, {}],
    prepared: {},
  };
  assert.deepEqual(await sharesOfSome(run as unknown as ExplainedRun, [0, 1], "zero", {}), [
    [
      { value: 4, range: [3.5, 4.5] },
      { value: -0.25, range: [-0.75, 0.25] },
    ],
    [
      { value: 8, range: [7.5, 8.5] },
      { value: 1, range: [0.5, 1.5] },
    ],
  ]);
  const one = { ...found(Float32Array.of(1, 0, 3, -0.25), 0.5), sumSpread: around(sums.slice(0, 2), 0.5) };
  const shares = sharesOf(["x, A", "x, B"], contributionsOf(one));
  assert.deepEqual(
    shares.map(({ range }) => range),
    [
      [3.5, 4.5],
      [-0.75, 0.25],
    ],
  );
  assert.match(spreadInWords(shares, "2 seeds")!, /The sign of x, B differs between them\.$/);
});

const pair = () =>
  ({
    ...{ genes: ["g"], marks: ["x"], rows: ["A_x", "B_x"], columns: ["A_x", "B_x"], auxiliary: [], bins: BINS, beta },
    ...{ auxiliaryBeta: new Float32Array(), tables: [table, table], preparations: [{}, {}] },
    ...{ foldChange: Float32Array.of(0.5), model: { card: changed, description: CHANGE_DESCRIPTION } },
  }) as unknown as ChangeRun;

test("a change has the same: bands along A and B, lines over β and contributions", () => {
  const of = { index: 0, values: gene.signal, alpha, auxiliaryAlpha: new Float32Array() };
  const tracks = changeTracks(pair(), of, undefined, undefined, undefined, { spread });
  assert.equal(tracks.draw(FRAME).match(/data-members/g)?.length, 2);
  assert.match(tracks.tsv!().split("\n")[0]!, /alpha_sd_A_x\talpha_low_A_x\talpha_high_A_x\talpha_sd_B_x/);
  const weights = weightsDrawing(pair(), 0, undefined, { spread })!;
  assert.match(weights.draw(FRAME), /Bars: mean of 2 seeds; lines: lowest to highest\./);
  assert.deepEqual(first(weights.tsv!()), ["A_x", "0.75", "0.125", "0.625", "0.875"]);
  const contributions = changeContributions(pair(), of, contributionsOf(found(Float32Array.of(1, -2, 0.25, 0), 0.5)));
  assert.equal(contributions.draw(FRAME).match(/data-members/g)?.length, 2);
  assert.equal(
    contributions.tsv!().split("\n")[0],
    "bin\tA_x\tB_x\tA_x_sd\tA_x_low\tA_x_high\tB_x_sd\tB_x_low\tB_x_high",
  );
  const reach = (high: number): string =>
    betaGroups({
      ...{ heading: "h", notes: [], columns: ["A_x"], cells: ["K562", "H1"], sumsOver: 1 },
      series: [{ name: "β", colour: "mark", bars: [{ value: 0.5, range: [0.25, high] }] }],
    });
  assert.notEqual(reach(0.75), reach(1), "whiskers end at the members");
});

test("saved arrays have the spread of α, β and contributions, of their shapes", async () => {
  const held = {
    explained: { genes: ["g"] },
    arrays: () => [
      { name: "alpha", shape: [1, 2, 2], values: alpha },
      { name: "beta", shape: [1, 2], values: beta },
      { name: "genes", shape: [1], values: ["g"] },
    ],
  };
  const explained = async () => ({ ...found(Float32Array.of(1, 2, 3, 4), 0.5), bins: 2 });
  const { arraysOfRun } = new ArrayHandlers(
    () => held,
    explained,
    async () => spread,
  );
  const view = new DataView(await (await arraysOfRun.run({ format: "safetensors" }, {})).arrayBuffer());
  const text = new TextDecoder().decode(new Uint8Array(view.buffer, 8, Number(view.getBigUint64(0, true))));
  const header = JSON.parse(text) as Record<string, { shape: number[] }>;
  const ends = (name: string) => ["sd", "low", "high"].map((end) => header[`${name}_${end}`]?.shape);
  assert.deepEqual(
    ends("alpha"),
    [1, 2, 3].map(() => [1, 2, 2]),
  );
  assert.deepEqual(
    ends("beta"),
    [1, 2, 3].map(() => [1, 2]),
  );
  assert.deepEqual(
    ends("contributions"),
    [1, 2, 3].map(() => [1, 2, 2]),
  );
});

test("an element asks ensembles alone for a spread, and shows the gene where that does not come", async () => {
  const asked: number[] = [];
  const find = async () => (asked.push(1), { genes: [7], alpha: spread.alpha, beta: spread.beta });
  assert.deepEqual(await spreadShown(ensembleCard, find, 0), spread);
  assert.equal(await spreadShown(card, find, 0), undefined);
  assert.deepEqual(asked, [1]);
  assert.equal(await spreadShown(ensembleCard, () => Promise.reject(new Error("no network")), 0), undefined);
});

test("a spread is of one gene, and a range is written behind its mean", () => {
  assert.equal(spreadIn(spread, 1), undefined);
  assert.equal(spreadIn(spread, 0), spread);
  assert.equal(membersOf(card), undefined);
  assert.equal(membersOf({ members: [...ensembleCard.members!, { variant: "cnn", hyperparameters: {} }] }), "3 models");
  assert.equal(
    behindMean([-1, 2], (value) => (value < 0 ? `−${-value}` : `+${value}`)),
    " (−1 to +2)",
  );
  assert.equal(behindMean(undefined, String), "");
});
