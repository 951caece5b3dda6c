import assert from "node:assert/strict";
import { test } from "node:test";
import * as plots from "../../src/plots/all";
import { levelScatter as pageScatter } from "../../src/plots/genes/level";
import { geneTracks as pageTracks, tracksScale } from "../../src/plots/genes/gene-tracks";

const gene = {
  gene: "TP53",
  marks: ["H3K4me3", "H3K27me3"],
  binSize: 100,
  signal: Float32Array.from({ length: 8 }, (_, i) => i),
  alpha: new Float32Array(8).fill(0.25),
  beta: Float32Array.of(0.6, 0.4),
  probability: 0.8,
};

test("published plots have a width and a theme where none is given", () => {
  const svg = plots.geneTracks(gene);
  assert.equal(svg, pageTracks({ ...gene, width: 640, theme: plots.light }));
  assert.notEqual(plots.geneTracks({ ...gene, theme: plots.dark }), svg);
  assert.match(plots.geneTracks({ ...gene, width: 400 }), /width="400"/);
  const other = { ...gene, gene: "PAX5", signal: gene.signal.map((value) => 3 * value) };
  assert.deepEqual(plots.commonScale([gene, other]), tracksScale(other));
  assert.deepEqual(plots.commonScale([gene]), tracksScale(gene));
  assert.match(plots.levelHistogram({ level: [2, 5] }), /^<svg[^>]+width="640"/);
  const names = { title: "Level", xName: "measured", yName: "predicted" };
  const pairs = { ...names, x: [1, 2], y: [2, 1] };
  assert.equal(plots.levelScatter(pairs), pageScatter({ ...pairs, width: 640, theme: plots.light }));
  assert.match(plots.probabilityHistogram({ probability: [0.2, 0.9] }), /^<svg[^>]+width="640"/);
});

test("a short array of attention, a width or a theme that is none is an error with what is wanted", () => {
  const short = { ...gene, alpha: gene.alpha.subarray(0, 4) };
  for (const draw of [() => plots.geneTracks(short), () => plots.commonScale([gene, short])])
    assert.throws(draw, { name: "RangeError", message: /found 4 values in `alpha`; expected 8, of 2 rows of 4 bins/ });
  assert.throws(() => plots.geneTracks({ ...gene, alpha: [] }), RangeError, "rows are the marks by default");
  assert.doesNotThrow(() => plots.geneTracks({ ...gene, alpha: [], rows: [] }));
  assert.throws(() => plots.geneTracks({ ...gene, beta: [1] }), /found 1 values in `beta`; expected 2/);
  assert.throws(() => plots.markAttention({ marks: gene.marks, beta: [1] }), /expected 2/);
  assert.throws(() => plots.geneTracks({ ...gene, width: Number.NaN }), /found the width NaN/);
  assert.throws(() => plots.geneTracks({ ...gene, theme: "dark" as never }), { name: "TypeError", message: /`dark`/ });
  const means = { marks: gene.marks, binSize: 100, on: gene.alpha, off: [1], genesOn: 1, genesOff: 1 };
  assert.throws(() => plots.averageAttention(means), /`off`; expected 8/);
  const change = {
    ...{ gene: "TP53", marks: gene.marks, cells: ["A", "B"] as const, binSize: 100, verdict: "up" },
    ...{ values: new Float32Array(16), rows: ["A_H3K4me3"], alpha: [1], auxiliary: [], auxiliaryAlpha: [] },
  };
  assert.throws(() => plots.changeTracks(change), /found 1 values in `alpha`; expected 4, of 1 rows of 4 bins/);
});
