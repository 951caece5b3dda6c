import assert from "node:assert/strict";
import { test } from "node:test";
import {
  binAt,
  binAtPixel,
  binAxis,
  binCentre,
  binRange,
  geneTracks,
  geneTracksLayout,
  readBin,
} from "../../src/plots";
import { positionTicks } from "../../src/plots/core/axis";
import { geneOptions } from "./inputs";

const published = binAxis(100, 100, { anchor: "TSS", upstream: 5000, downstream: 5000 });

test("the TSS lies between the two middle bins of the published window", () => {
  assert.deepEqual(binRange(published, 50), [-100, 0]);
  assert.deepEqual(binRange(published, 51), [0, 100]);
  assert.equal(binCentre(published, 50), -50);
  assert.equal(binCentre(published, 54), 350);
});

test("bin i of T has its centre at (i - T/2 - 0.5) bins", () => {
  for (const [bins, size] of [
    [100, 100],
    [200, 100],
    [40, 25],
    [2, 128],
  ] as const) {
    const axis = binAxis(bins, size);
    for (let bin = 1; bin <= bins; bin++) assert.equal(binCentre(axis, bin), (bin - bins / 2 - 0.5) * size);
  }
});

test("an odd number of bins lies where its window says", () => {
  const uneven = binAxis(33, 100, { anchor: "TSS", upstream: 1600, downstream: 1700 });
  assert.deepEqual(binRange(uneven, 16), [-100, 0]);
  assert.deepEqual(binRange(uneven, 33), [1600, 1700]);
  const centred = binAxis(33, 100, { anchor: "TSS", upstream: 1650, downstream: 1650 });
  assert.equal(binCentre(centred, 17), 0);
});

test("a window of another length than the bins' is not used", () => {
  assert.deepEqual(binAxis(50, 100, { anchor: "TSS", upstream: 5000, downstream: 5000 }).start, -2500);
});

test("the order of the bins is stated, and is genomic unless the window says otherwise", () => {
  assert.match(published.order, /genomic order, not strand-flipped/);
  assert.match(
    binAxis(10, 100, { anchor: "TSS", upstream: 500, downstream: 500, strand: "transcription" }).order,
    /direction of transcription/,
  );
});

test("every bin is found again at its centre and at its left end", () => {
  for (let bin = 1; bin <= 100; bin++) {
    assert.equal(binAt(published, binCentre(published, bin)), bin);
    assert.equal(binAt(published, binRange(published, bin)[0]), bin);
  }
});

test("the window's right end belongs to the last bin, and beyond it there is none", () => {
  assert.equal(binAt(published, 5000), 100);
  assert.equal(binAt(published, 5000.5), undefined);
  assert.equal(binAt(published, -5001), undefined);
  assert.equal(binAt(published, Number.NaN), undefined);
  assert.equal(binAt(binAxis(0, 100), 0), undefined);
});

test("ticks reach both ends where a round step does", () => {
  assert.deepEqual(
    positionTicks(published, 900, 64),
    [-5000, -4000, -3000, -2000, -1000, 0, 1000, 2000, 3000, 4000, 5000],
  );
  assert.deepEqual(positionTicks(published, 270, 64), [-5000, -2500, 0, 2500, 5000]);
  assert.deepEqual(positionTicks(published, 150, 64), [-5000, 0, 5000]);
});

test("ticks hold the anchor and keep their distance in any window", () => {
  for (const [bins, size] of [
    [33, 100],
    [1, 100],
    [7, 128],
    [200, 100],
    [1000, 10],
  ] as const) {
    const axis = binAxis(bins, size);
    for (const pixels of [150, 270, 600, 1100]) {
      const ticks = positionTicks(axis, pixels, 64);
      assert.ok(ticks.includes(0), `${bins} bins of ${size} bp in ${pixels} px: ${ticks.join()}`);
      ticks.slice(1).forEach((tick, i) => assert.ok(((tick - ticks[i]) / (bins * size)) * pixels >= 64));
    }
  }
});

test("the pixel under the pointer gives the bin that is drawn there", () => {
  for (const width of [320, 340, 777, 1200]) {
    const layout = geneTracksLayout(geneOptions({ width }));
    for (let bin = 1; bin <= 100; bin++) {
      const reading = readBin(layout, bin);
      assert.ok(reading);
      assert.equal(binAtPixel(layout, reading.middle)?.bin, bin);
      assert.ok(reading.left < reading.middle && reading.middle < reading.right);
    }
    assert.equal(binAtPixel(layout, layout.left - 1), undefined);
    assert.equal(binAtPixel(layout, layout.right + 1), undefined);
  }
});

test("a bin is read out with its number and its base pairs", () => {
  assert.equal(readBin(geneTracksLayout(geneOptions()), 54)?.text, "bin 54 of 100, +300 bp to +400 bp from the TSS");
  assert.equal(readBin(geneTracksLayout(geneOptions()), 1)?.text, "bin 1 of 100, −5,000 bp to −4,900 bp from the TSS");
  for (const none of [0, 101, 1.5, Number.NaN]) assert.equal(readBin(geneTracksLayout(geneOptions()), none), undefined);
});

test("the layout is the one that is drawn", () => {
  const options = geneOptions({ width: 500 });
  const { height } = geneTracksLayout(options);
  assert.match(geneTracks(options), new RegExp(`viewBox="0 0 500 ${height}"`));
});
