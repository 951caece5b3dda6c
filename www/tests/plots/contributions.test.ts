/** What the plot of base contributions says and draws. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { light } from "../../src/plots";
import { baseContributions, baseOfContributions, type ContributionsOptions } from "../../src/plots/sequences";
import { contributionsLayout } from "../../src/plots/tracks/contributions";

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
  assert.match(plot, /<title>ATAC: what it rests on in chrI:10,001–12,000</);
  assert.match(
    summary(plot),
    /by integrated gradients from 2 shuffles\. Most: T at 10,504 \(\+4\), A at 10,901 \(−3\)\./,
  );
  assert.match(plot, /raises the track/);
  assert(!plot.includes("NaN"));
});

test("a short stretch is letters: as high as what they account for, upside down below the line", () => {
  const plot = baseContributions(options({ view: [10_495, 10_515] }));
  // Of the seven bases of the motif one is unknown, and has no letter.
  assert.equal(plot.match(/<path /g)?.length, 6);
  assert.match(summary(plot), /Most: T at 10,504/);
  assert(!plot.includes("raises the track"));
  const below = baseContributions(options({ view: [10_895, 10_905] }));
  assert.equal(below.match(/<path /g)?.length, 1);
});

test("nothing in view, and nothing that is known, are said", () => {
  for (const view of [
    [10_000, 10_050],
    [11_510, 11_560],
  ] as const) {
    const plot = baseContributions(options({ view }));
    assert.match(summary(plot), /No base in view accounts for any of it\./);
    assert(!plot.includes("NaN"));
  }
});

test("a pixel is that of a base, and none beside them", () => {
  const shown = options({ view: [10_495, 10_515] });
  const { left, right } = contributionsLayout(shown);
  assert.deepEqual(
    [left - 2, left + 1, (left + right) / 2 + 1, right - 1].map((pixel) => baseOfContributions(shown, pixel)),
    [undefined, 10_495, 10_505, 10_514],
  );
});
