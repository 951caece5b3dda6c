import assert from "node:assert/strict";
import { test } from "node:test";
import { besideContributions, carriedBy } from "../../../src/tasks/genes/on-off/carried";
import type { Contributions } from "../../../src/explain/result";
import first from "../../../src/tasks/genes/on-off/first-gene.json";

const said = (predicted: number, without: Readonly<Record<string, number>>): string => {
  const story = carriedBy(
    predicted,
    Object.entries(without).map(([mark, probability]) => ({ mark, probability })),
  );
  return story ? `${story.heading} ${story.text}` : "";
};

test("a mark without which a gene is predicted otherwise carries the prediction, on or off", () => {
  assert.equal(
    said(0.895, { H3K27me3: 0.93, H3K4me3: 0.31, H3K36me3: 0.712 }),
    "H3K4me3 carries this prediction. Without it P(on) falls from 0.895 to 0.310; " +
      "without any other mark it stays at 0.712 or more.",
  );
  assert.equal(
    said(0.2, { H3K27me3: 0.71, H3K4me3: 0.1 }),
    "H3K27me3 carries this prediction. Without it P(on) rises from 0.200 to 0.710; " +
      "without any other mark it stays at 0.100 or less.",
  );
  assert.equal(said(0.9, { A: 0.1 }), "A carries this prediction. Without it P(on) falls from 0.900 to 0.100.");
  assert.match(
    said(0.9999, { A: 0.1, B: 0.9998 }),
    /from > 0\.999 to 0\.100; without any other mark it stays above 0\.999\.$/,
  );
  assert.match(
    said(0.0001, { A: 0.6, B: 0.0002 }),
    /from < 0\.001 to 0\.600; without any other mark it stays below 0\.001\.$/,
  );
});

test("several marks carry a prediction that none of them may be missing from", () => {
  assert.equal(
    said(0.6, { A: 0.4, B: 0.3, C: 0.55 }),
    "A and B each carry this prediction. Without A P(on) falls from 0.600 to 0.400, without B to 0.300; " +
      "without any other mark it stays at 0.550 or more.",
  );
  assert.match(said(0.6, { A: 0.4, B: 0.3, C: 0.2 }), /^A, B and C each carry .* without C to 0\.200\.$/);
});

test("a prediction that stands without any one mark is said to, with the mark that moves it most", () => {
  assert.equal(
    said(0.97, { A: 0.98, B: 0.81 }),
    "No single mark carries this prediction. P(on) is 0.970; without B, which moves it most, it is 0.810, still on.",
  );
  assert.match(said(0.1, { A: 0.05, B: 0.11 }), /without A, which moves it most, it is 0\.050, still off\.$/);
});

test("nothing is said of what is not known", () => {
  assert.equal(said(0.9, {}), "");
  assert.equal(said(Number.NaN, { A: 0.1 }), "");
  assert.equal(said(0.9, { A: Number.NaN }), "");
});

test("the story of the first screen is told of its numbers", () => {
  const { mark, probability, without, others } = first;
  const story = said(probability, { [mark]: without.probability, other: others });
  const [p, less, least] = [probability, without.probability, others].map((each) => each.toFixed(3));
  assert.equal(
    story,
    `${mark} carries this prediction. Without it P(on) falls from ${p} to ${less}; without any other mark it ` +
      `stays at ${least} or more.`,
  );
});

test("marks that are removed against what they contribute act together, and another contrast is named", () => {
  const contributions: Contributions = {
    ...{ baseline: "zero", values: new Float32Array(0), marks: Float32Array.of(2, -0.5, 0.01) },
    ...{ score: 1, baselineScore: -1, error: 0, isComplete: true, isOutside: false, isBaselineOutside: true },
  };
  const beside = (without: Readonly<Record<string, number>>, of: Partial<Contributions> = {}) =>
    besideContributions(
      0.7,
      Object.entries(without).map(([mark, probability]) => ({ mark, probability })),
      { ...contributions, ...of },
      ["A", "B", "C"],
    );
  assert.equal(beside({ A: 0.3, B: 0.8, C: 0.9 }), "", "the share of C is too small for a sign");
  assert.match(beside({ A: 0.3, B: 0.5 }), /^Marks interact: removed alone, B moves the score/);
  assert.match(beside({ A: 0.9, B: 0.5 }), /, A and B move the score in the opposite direction/);
  assert.equal(
    beside({ A: 0.9 }, { baseline: "gene-mean" }),
    "Here the signal of a mark is removed. The figure compares with each mark’s mean over the gene.",
  );
});
