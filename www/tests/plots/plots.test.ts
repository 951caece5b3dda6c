/** Text of the plots; pictures.test.ts tests how they look. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as constants from "../../../pkg/src/constants";
import {
  averageAttention,
  averageAttentionLayout,
  betaHeatMap,
  greatestScale,
  geneTracks,
  light,
  markAttention,
  probabilityBars,
  probabilityHistogram,
  probabilityHistogramLayout,
  probabilityScatter,
  readAverage,
  readTracks,
  tracksScale,
} from "../../src/plots";
import { spreadLabels } from "../../src/plots/genes/average-attention";
import { formatAttention, formatPosition, formatProbability, formatValue } from "../../src/plots/core/format";
import { slotAtPixel } from "../../src/plots/core/hover";
import { roundTop } from "../../src/plots/core/scale";
import { escapeXml, fit, num, textWidth, unescapeXml, wrap } from "../../src/plots/core/svg";
import { THRESHOLD } from "../../src/plots/core/scale";
import { averageOptions, FIVE, geneOptions, predictions } from "./inputs";

const description = (plot: string): string => /<desc>([^<]*)<\/desc>/.exec(plot)?.[1] ?? "";

test("a gene's picture says where each mark's attention peaks", () => {
  const alpha = new Float32Array(500).fill(0.88 / 99);
  alpha[3 * 100 + 53] = 0.12;
  const said = description(geneTracks(geneOptions({ alpha })));
  assert.match(said, /H3K4me3 attention peaks at \+350 bp, α = 0\.12;/);
  assert.match(said, /H3K27me3 attention is the same in every bin/);
  assert.match(said, /predicted on, P\(on\) = 0\.931, labelled on/);
  assert.match(said, /counted from the TSS; bins in genomic order, not strand-flipped/);
});

test("attention that hardly favours any bin is not said to peak", () => {
  const alpha = Float32Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? 0.0098 : 0.0102));
  assert.match(description(geneTracks(geneOptions({ alpha }))), /H3K4me3 attention is spread evenly, α at most 0\.010/);
});

test("signal [T, M] and attention [M, T] are read in their own orders", () => {
  const marks = ["a", "b", "c"];
  const signal = [1, 2, 3, 4, 5, 6];
  const alpha = [0.1, 0.9, 0.2, 0.8, 0.3, 0.7];
  assert.deepEqual(readTracks(geneOptions({ marks, signal, alpha }), 2), [
    { mark: "a", signal: 4, alpha: 0.9 },
    { mark: "b", signal: 5, alpha: 0.8 },
    { mark: "c", signal: 6, alpha: 0.7 },
  ]);
});

test("one α for all marks is read beside the signals, and none is not made up", () => {
  const [marks, signal] = [
    ["a", "b"],
    [1, 2, 3, 4],
  ];
  assert.deepEqual(readTracks(geneOptions({ marks, signal, rows: ["all marks"], alpha: [0.2, 0.8] }), 2), [
    { mark: "a", signal: 3, alpha: undefined },
    { mark: "b", signal: 4, alpha: undefined },
    { mark: "all marks", signal: undefined, alpha: 0.8 },
  ]);
  assert.deepEqual(
    readTracks(geneOptions({ marks, signal, rows: [], alpha: [] }), 1).map(({ alpha }) => alpha),
    [undefined, undefined],
  );
  const without = geneTracks(geneOptions({ rows: [], alpha: [] }));
  assert.doesNotMatch(without, /attention|α/);
  assert.match(description(without), /H3K4me3 signal is at most/);
});

test("pictures of one gene in several runs take the larger of their scales, mark by mark", () => {
  const [low, high] = [
    geneOptions(),
    geneOptions({ signal: Float32Array.from(geneOptions().signal, (value) => 2 * value) }),
  ];
  const common = greatestScale([tracksScale(low), tracksScale(high)]);
  assert.deepEqual(common, { signal: tracksScale(high).signal, alpha: tracksScale(low).alpha });
  assert.equal(geneTracks({ ...high, scale: common }), geneTracks(high));
  assert.notEqual(geneTracks({ ...low, scale: common }), geneTracks(low));
});

test("a probability is said, but not its label, where none is known", () => {
  assert.doesNotMatch(geneTracks(geneOptions({ label: undefined })), /labelled/);
  assert.match(geneTracks(geneOptions({ probability: 0.4999 })), /predicted off/);
  assert.match(geneTracks(geneOptions({ probability: 0.5 })), /predicted on/);
});

test("a gene without marks or bins is drawn without harm", () => {
  for (const marks of [[], FIVE]) {
    assert.doesNotMatch(geneTracks(geneOptions({ marks, signal: [], alpha: [] })), /NaN|undefined|Infinity/);
  }
});

test("β is said as weights of attention, the highest first", () => {
  const said = description(markAttention({ marks: FIVE, beta: [0.1, 0.2, 0.1, 0.5, 0.1], width: 400, theme: light }));
  assert.equal(
    said,
    "H3K4me3 has the highest attention weight, β = 0.50. H3K27me3 0.10, H3K36me3 0.20, H3K4me1 0.10, H3K4me3 0.50, H3K9me3 0.10. The " +
      "weights sum to 1.",
  );
});

test("a heat map says β of each run, and which variants have none", () => {
  const beta = { a: 0.75, b: 0.25 };
  const runs = [
    { letter: "A", name: "one", probability: 0.9, beta },
    { letter: "B", name: "two", probability: 0.2, beta: undefined },
    { letter: "C", name: "three", probability: 0.5, beta: { a: 1 } },
  ];
  const said = description(betaHeatMap({ gene: "PAX5", marks: ["a", "b"], runs, width: 400, theme: light }));
  assert.equal(
    said,
    "A, one, P(on) = 0.900: a 0.75, b 0.25. B, two, P(on) = 0.200: this variant has no β. C, three, P(on) = " +
      "0.500: a 1, b not read.",
  );
});

test("a scatter of two runs says how many genes they call alike, and how they correlate where that is known", () => {
  const plot = (r: number | undefined) =>
    probabilityScatter({
      x: [0.9, 0.2, 0.6],
      y: [0.8, 0.1, 0.4],
      xName: "A: one",
      yName: "B: two",
      r,
      selected: { index: 2, name: "PAX5" },
      width: 400,
      theme: light,
    });
  assert.doesNotMatch(plot(undefined), /Pearson|r = /);
  assert.equal(
    description(plot(0.98616)),
    "x-axis: A: one. y-axis: B: two. Same call: 2 genes; called on in one run only: 1. Pearson's r is 0.986. " +
      "PAX5: 0.600 and 0.400.",
  );
});

test("average attention says how many genes each panel is about", () => {
  const said = description(averageAttention(averageOptions()));
  assert.match(said, /^Over 3,201 genes predicted on: .*H3K4me3 peaks at \+350 bp/);
  assert.match(said, /Over 3,399 genes predicted off: H3K27me3 peaks at −150 bp/);
  assert.match(
    description(averageAttention(averageOptions({ on: undefined, genesOn: 0 }))),
    /^No gene is predicted on\. Over 3,399/,
  );
});

test("average attention is read out for both sets, or for the one there is", () => {
  const { on, off } = averageOptions();
  assert.equal(readAverage(averageOptions(), 54)[3].on, on?.[353]);
  assert.equal(readAverage(averageOptions(), 54)[3].off, off?.[353]);
  assert.equal(readAverage(averageOptions({ on: undefined }), 54)[3].on, undefined);
});

test("the window of a set without genes is known from the options", () => {
  const window = { anchor: "TSS", upstream: 5000, downstream: 5000 };
  assert.equal(averageAttentionLayout(averageOptions({ on: undefined, off: undefined, window })).axis.bins, 100);
});

test("names beside lines keep their distance, their order and the panel", () => {
  assert.deepEqual(spreadLabels([10, 50], 0, 100), [10, 50]);
  assert.deepEqual(spreadLabels([50, 50, 50], 0, 100), [37, 50, 63]);
  assert.deepEqual(spreadLabels([100, 99], 0, 100), [100, 87]);
  const places = spreadLabels([90, 95, 95, 40, 96, 100], 0, 100);
  const sorted = [...places].sort((a, b) => a - b);
  sorted.slice(1).forEach((place, i) => assert.ok(place - sorted[i] >= 13));
  assert.ok(sorted[0] >= 0 && sorted[5] <= 100);
  assert.deepEqual(spreadLabels([], 0, 100), []);
});

test("every gene is in one bar, the ends included", () => {
  const bars = probabilityBars([0, 0.049, 0.05, 0.5, 1, Number.NaN], 20, [0, 1, 1, 0, 1, 1]);
  assert.equal(bars.length, 20);
  assert.deepEqual(bars[0], { from: 0, to: 0.05, genes: 2, labelledOn: 1 });
  assert.equal(bars[1].genes, 1);
  assert.equal(bars[10].genes, 1);
  assert.deepEqual(bars[19], { from: 0.95, to: 1, genes: 1, labelledOn: 1 });
});

test("the histogram says how many genes are predicted on and off", () => {
  const { probability, labels } = predictions(6600);
  const on = probability.filter((p) => p >= 0.5).length.toLocaleString("en");
  const said = description(probabilityHistogram({ probability, labels, width: 400, theme: light }));
  assert.ok(said.startsWith(`Of 6,600 genes, ${on} are predicted on`), said);
  assert.match(said, /are labelled on and [\d,]+ off\.$/);
});

test("the bar under the pointer is the one that is drawn there", () => {
  const layout = probabilityHistogramLayout({ ...predictions(100), width: 400, theme: light });
  const barAt = (pixel: number) => layout.bars[slotAtPixel(layout, [0, layout.bars.length], pixel) ?? -1];
  assert.equal(barAt(layout.left)?.from, 0);
  assert.equal(barAt(layout.right)?.to, 1);
  assert.equal(barAt(layout.right + 1), undefined);
});

test("the top of a scale is round and not far above the greatest value", () => {
  for (const [max, top] of [
    [0, 1],
    [Number.NaN, 1],
    [1, 1],
    [2.1, 2.5],
    [45, 50],
    [0.0123, 0.015],
    [0.087, 0.1],
    [1e6, 1e6],
    [1234567, 1.5e6],
  ]) {
    assert.equal(roundTop(max), top);
  }
  for (let max = 1e-9; max < 1e9; max *= 1.37)
    assert.ok(roundTop(max) >= max * (1 - 1e-6) && roundTop(max) <= 1.5 * max);
});

test("numbers are written for a reader", () => {
  assert.deepEqual([0, 0.5, 45, 1250, 12345, 1e6, 3.4e38, 0.0001].map(formatValue), [
    "0",
    "0.5",
    "45",
    "1,250",
    "12.3k",
    "1M",
    "3.4e+38",
    "1e-4",
  ]);
  assert.deepEqual([0, 1, 0.12, 0.0101, 0.00567, 0.00001].map(formatAttention), [
    "0",
    "1",
    "0.12",
    "0.010",
    "0.0057",
    "< 0.0001",
  ]);
  assert.deepEqual([0.93142, 1, 0, 0.5, Number.NaN].map(formatProbability), [
    "0.931",
    "> 0.999",
    "< 0.001",
    "0.500",
    "unknown",
  ]);
  assert.deepEqual([350, -4950, 0].map(formatPosition), ["+350 bp", "−4,950 bp", "0 bp"]);
});

test("plots, which import nothing of the package, call a gene on from the same probability on as the package", () => {
  assert.equal(THRESHOLD, constants.THRESHOLD);
});

test("coordinates have two decimals and no negative zero", () => {
  assert.deepEqual([1, 1 / 3, -0.001, 2.675, 1e6].map(num), ["1", "0.33", "0", "2.68", "1000000"]);
});

test("names are written so that XML can hold them", () => {
  const name = `<b> & "c" '`;
  assert.equal(escapeXml(name), "&lt;b&gt; &amp; &quot;c&quot; '");
  assert.equal(unescapeXml(escapeXml(name)), name);
  assert.equal(escapeXml("a\u0000b\ud800c\u{1f9ec}"), "a\ufffdb\ufffdc\u{1f9ec}");
});

test("text is measured from above, and cut or broken to fit", () => {
  assert.ok(textWidth("H3K4me3", 12) > 40 && textWidth("H3K4me3", 12) < 70);
  assert.ok(textWidth("H3K4me3", 12, "bold") > textWidth("H3K4me3", 12));
  assert.equal(fit("short", 100, 12), "short");
  const cut = fit("a name that is too long", 60, 12);
  assert.ok(cut.endsWith("…") && textWidth(cut, 12) <= 60);
  assert.deepEqual(wrap("one two", 1000, 12), ["one two"]);
  assert.deepEqual(wrap("one two", 20, 12), ["one", "two"]);
});
