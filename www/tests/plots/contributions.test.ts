/** Text and drawing of the plot of base contributions. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { light } from "../../src/plots";
import {
  baseContributions,
  headAttentionLayout,
  sequenceTracksLayout,
  type ContributionsOptions,
  type NamedStretch,
  otherStrand,
  type PatternLogo,
  patternLogos,
} from "../../src/plots/sequences";
import { slotAtPixel } from "../../src/plots/core/hover";
import { consensusOf, contributionsLayout, patternLogosLayout, placeNames } from "../../src/plots/tracks/contributions";
import { informationOf } from "../../src/plots/marks/letters";

const CODES = Uint8Array.from({ length: 2000 }, (_, i) => i % 5);

function options(change: Partial<ContributionsOptions> = {}): ContributionsOptions {
  const contributions = new Float32Array(2000);
  // A motif, one base that lowers the track, and a gap.
  for (let i = 500; i < 507; i++) contributions[i] = 4 - Math.abs(503 - i);
  contributions[900] = -3;
  contributions.fill(Number.NaN, 1500, 1600);
  return {
    ...{ width: 700, theme: light, record: "chrI", track: "ATAC", method: "integrated gradients from 2 shuffles" },
    ...{ start: 10_000, codes: CODES, contributions, view: [10_000, 12_000] },
    ...change,
  };
}

const summary = (plot: string): string => /<desc>([^<]*)<\/desc>/.exec(plot)?.[1] ?? "";

test("a long stretch is bars under each pixel, and the strongest bases are named, one of a motif", () => {
  const plot = baseContributions(options());
  assert.match(plot, /<title>ATAC: contributions in chrI:10,001–12,000</);
  assert.match(
    summary(plot),
    /by integrated gradients from 2 shuffles\. Most: T at 10,504 \(\+4\), A at 10,901 \(−3\)\./,
  );
  assert.match(plot, /raises the track/);
  assert(!plot.includes("NaN"));
});

test("a short stretch is letters: as high as what they account for, upside down below the line", () => {
  const plot = baseContributions(options({ view: [10_495, 10_515] }));
  // One of the seven bases of the motif is unknown, and has no letter.
  assert.equal(plot.match(/<path /g)?.length, 6);
  assert.match(summary(plot), /Most: T at 10,504/);
  assert(!plot.includes("raises the track"));
  const below = baseContributions(options({ view: [10_895, 10_905] }));
  assert.equal(below.match(/<path /g)?.length, 1);
});

test("an axis that reaches beyond what was explained says so, and its bars stand where they did", () => {
  const [all, wider] = [options({ view: [10_000, 12_000] }), options({ view: [8000, 12_000] })];
  assert(!baseContributions(all).includes("not explained"));
  const plot = baseContributions(wider);
  assert.match(plot, /not explained/);
  assert(!plot.includes("NaN"));
  const { left, right } = contributionsLayout(wider);
  assert.equal(slotAtPixel({ left, right }, wider.view, (left + right) / 2 + 0.1), 10_000);
});

test("tracks, contributions and attention have their axis at the same place at any width", () => {
  for (const width of [340, 700, 1100]) {
    const along = { width, theme: light, record: "chrI", origin: 0, binSize: 128, view: [0, 8] } as const;
    const heads = { layer: 0, layers: 1, bin: 0, bins: 8, weights: new Float32Array(8), crop: 0, heads: [0] };
    const sides = [
      contributionsLayout(options({ width })),
      sequenceTracksLayout({ ...along, tracks: [] }),
      headAttentionLayout({ ...along, ...heads }),
    ].map(({ left, right }) => [left, right]);
    assert.deepEqual(sides, [sides[0], sides[0], sides[0]]);
  }
});

test("nothing in view, and nothing that is known, are said", () => {
  for (const view of [
    [10_000, 10_050],
    [11_510, 11_560],
  ] as const) {
    const plot = baseContributions(options({ view }));
    assert.match(summary(plot), /No base in view contributes\./);
    assert(!plot.includes("NaN"));
  }
});

test("a pixel is that of a base, and none beside them", () => {
  const shown = options({ view: [10_495, 10_515] });
  const { left, right } = contributionsLayout(shown);
  assert.deepEqual(
    [left - 2, left + 1, (left + right) / 2 + 1, right - 1].map((pixel) =>
      slotAtPixel({ left, right }, shown.view, pixel),
    ),
    [undefined, 10_495, 10_505, 10_514],
  );
});

const SURE = [
  [1, 0, 0, 0],
  [0, 0.5, 0.5, 0],
  [0.25, 0.25, 0.25, 0.25],
];

function named(start: number, change: Partial<NamedStretch> = {}): NamedStretch {
  return { name: "Reb1", start, end: start + 3, strand: "+", rows: SURE, ...change };
}

test("the names of stretches in view are said and drawn, and the picture is as much taller", () => {
  const names = [named(10_500), named(10_900, { name: "Rap1", strand: "-" }), named(20_000, { name: "away" })];
  const plot = baseContributions(options({ names }));
  assert.match(summary(plot), / Named: Reb1 at 10,501–10,503 \(\+\), Rap1 at 10,901–10,903 \(−\)\.$/);
  assert.match(plot, />Reb1 \(\+\)<\/text>/);
  assert(!plot.includes("away") && !plot.includes("NaN"));
  const [with_, without] = [contributionsLayout(options({ names })), contributionsLayout(options())];
  assert(with_.height > without.height + 15);
  assert.equal(with_.bottom, without.bottom);
  // A plot with no name in view is as it was.
  assert.equal(baseContributions(options({ names: [named(20_000)] })), baseContributions(options()));
});

test("names do not overlap: those that matter less stand lower, and many have a mark alone", () => {
  const names = Array.from({ length: 40 }, (_, i) => named(10_990 + i));
  const across = { view: [10_000, 12_000], left: 76, right: 684, isLetters: false } as const;
  const { placed, lines } = placeNames(names, across);
  assert.equal(lines, 4);
  assert.deepEqual(
    placed.slice(0, 6).map(({ line }) => line),
    [0, 1, 2, 3, undefined, undefined],
  );
  for (const a of placed)
    for (const b of placed)
      if (a !== b && a.line !== undefined && a.line === b.line) assert(Math.abs(a.middle - b.middle) >= 40);
  const plot = baseContributions(options({ names }));
  assert.equal(plot.match(/>Reb1 \(\+\)</g)?.length, 4);
  assert.match(summary(plot), /, and 34 more\.$/);
});

test("among letters stands the logo that matched, as high as its places tell, on the record's strand", () => {
  const view = [10_600, 10_620] as const;
  const plot = baseContributions(options({ view, names: [named(10_605)] }));
  // One sure letter and two halves; the third place tells nothing, and no base in view contributes.
  const letters = [...plot.matchAll(/<path d="([^"]*)"/g)].map(([, d]) =>
    [...d.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const),
  );
  const tall = letters.map((places) => {
    const ys = places.map(([, y]) => y);
    return Math.round(Math.max(...ys) - Math.min(...ys));
  });
  assert.deepEqual(tall, [40, 10, 10]);
  assert.match(plot, />2 bits</);
  assert.deepEqual([informationOf([1, 0, 0, 0]), informationOf([0.5, 0.5, 0, 0])], [2, 1]);
  assert.deepEqual(
    otherStrand([
      [1, 0, 0, 0],
      [0, 0.75, 0.25, 0],
    ]),
    [
      [0, 0.25, 0.75, 0],
      [0, 0, 0, 1],
    ],
  );
  // A stretch at the edge is drawn as far as it is in view.
  const cut = baseContributions(options({ view, names: [named(10_599)] }));
  assert.equal(cut.match(/<path /g)?.length, 2);
  // Stretches that overlap stand below each other.
  const two = contributionsLayout(options({ view, names: [named(10_605), named(10_606)] }));
  assert(two.height > contributionsLayout(options({ view, names: [named(10_605)] })).height + 40);
});

test("each pattern is its logo with its count and its name, and all are said", () => {
  const patterns: readonly PatternLogo[] = [
    { rows: SURE, stretches: 1234, lowers: false, name: { motif: "Reb1", count: 12 } },
    { rows: SURE.toReversed(), stretches: 4, lowers: true },
  ];
  const plot = patternLogos({ width: 700, theme: light, track: "ATAC", place: "chrI:1–9", patterns });
  assert.match(plot, /<title>ATAC: recurring patterns</);
  assert.equal(
    summary(plot),
    "Similar stretches in chrI:1–9; letter height is information content. " +
      "1,234 stretches, like ANN: 12 match Reb1. " +
      "4 stretches that lower the track, like NNA: no significant motif match.",
  );
  assert.match(plot, />1,234 stretches<.*>12 match Reb1</s);
  assert.match(plot, />4 stretches that lower the track<.*>no significant motif match</s);
  // One sure letter and two halves of each; the place that tells nothing is empty.
  assert.equal(plot.match(/<path /g)?.length, 6);
  assert.equal(consensusOf([[0.2, 0.6, 0.1, 0.1], ...SURE]), "CANN");
});

test("patterns stand side by side where there is room, and no logo is wider than its place", () => {
  const rows = Array.from({ length: 21 }, () => [1, 0, 0, 0]);
  const patterns = Array.from({ length: 5 }, () => ({ rows, stretches: 4, lowers: false }));
  const across = [320, 700, 1200].map((width) => patternLogosLayout({ width, place: "chrI", patterns }).across);
  assert.deepEqual(across, [1, 3, 5]);
  for (const width of [320, 700, 1200]) {
    const { wide, column, height, top } = patternLogosLayout({ width, place: "chrI", patterns });
    assert(21 * column <= wide + 1e-9);
    const plot = patternLogos({ width, theme: light, track: "ATAC", place: "chrI", patterns });
    const corners = [...plot.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
    assert(corners.every(([x, y]) => x <= width && y >= top && y <= height));
  }
});
