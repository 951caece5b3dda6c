/** Contributions of bases to a track, as the package and the page compute and show them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TracksModel } from "../../../../pkg/src/models/tracks";
import type { Progress } from "../../../../pkg/src/progress";
import {
  contributionsDrawing,
  contributionsSentence,
  MOST_BASES,
  stretchInView,
  strongestInWords,
  viewOfContributions,
  worthInWords,
} from "../../../src/tasks/tracks/explained/contributions";
import { methodsOfTracks } from "../../../src/tasks/tracks/methods";
import type { TrackRun } from "../../../src/tasks/tracks/result";
import { EMPTY } from "../../../src/tasks/tracks/session-state";
import { trackContext } from "../../../src/tasks/tracks/words";
import { FakePlatform } from "../../fakes/engine";
import { fakeSequences } from "../../fakes/sequences";
import { TRACK_SHAPE } from "../../fakes/tracks";

async function open(): Promise<TracksModel> {
  const platform = new FakePlatform({ reason: "none" });
  return TracksModel.open(platform, await platform.cpu("full"), new Uint8Array([1]), "fake.safetensors", {});
}

const fasta = (bases: number) => fakeSequences(`>one\n${"ACGT".repeat(bases / 4)}\n`);

test("windows of a record add up, base by base and over their bins, with progress", async () => {
  const heard: Progress[] = [];
  const bases = 3 * TRACK_SHAPE.length;
  const sequences = await fasta(bases);
  const found = await (await open()).contributions(sequences, 0, 1, { onProgress: (each) => heard.push(each) });
  const windows = sequences.windows(0, TRACK_SHAPE);
  assert(windows.length > 1);
  assert.deepEqual([found.start, found.end, found.contributions.length], [0, bases, bases]);
  for (const base of [0, 5, bases / 2, bases - 1]) {
    const over = windows.filter(({ start }) => base >= start && base < start + TRACK_SHAPE.length).length;
    assert.equal(found.contributions[base], over * 2 * ((base % 4) - 1.5), `base ${base}`);
  }
  assert.deepEqual([found.score, found.baselineScore], [10 * windows.length, 4 * windows.length]);
  assert(Math.abs(found.remainder! - 0.004) < 1e-12);
  assert.deepEqual(
    heard.map(({ done }) => Math.round(2 * done) / 2),
    [0, ...windows.flatMap((_, i) => [i + 0.5, i + 1])],
  );
});

test("one gradient has no baseline, and a cancel ends it between two steps", async () => {
  const loaded = await open();
  const sequences = await fasta(TRACK_SHAPE.length);
  const found = await loaded.contributions(sequences, 0, 0, { method: "gradient" });
  assert.deepEqual([found.baselineScore, found.remainder, found.shuffles], [undefined, undefined, 0]);
  const controller = new AbortController();
  const onProgress = ({ done }: Progress): void => void (done > 0 && controller.abort());
  await assert.rejects(loaded.contributions(sequences, 0, 0, { signal: controller.signal, onProgress }), {
    code: "cancelled",
  });
  await assert.rejects(loaded.contributions(sequences, 0, 0, { region: { start: 5, end: 5 } }), {
    code: "beyond-sequence",
  });
});

test("the bases in view are asked for, of too many those in the middle; what is known follows the view", () => {
  const run = { origin: -64, bin: 128, record: { name: "one", length: 400_000 } } as TrackRun;
  assert.deepEqual(stretchInView({ view: [0, 2] }, run), { start: 0, end: 192 });
  const { start, end } = stretchInView({ view: [0, 3126] }, run);
  assert.equal(end - start, MOST_BASES);
  assert(Math.abs((start + end) / 2 - 200_000) <= 1);
  const known = { start: 1000, end: 2000 };
  // The axis is that of the tracks, beyond what is known too.
  assert.deepEqual(viewOfContributions(known, run, { view: [10, 70] }), [1216, 8896]);
  assert.deepEqual(viewOfContributions(known, run, { view: [40, 70] }), [1000, 2000]);
});

test("a sentence tells whether contributions add up", async () => {
  const found = await (await open()).contributions(await fasta(TRACK_SHAPE.length), 0, 0);
  assert.match(
    contributionsSentence(found),
    /account for the difference, after a remainder of 0\.40 % of their size was spread over them/,
  );
  assert.match(contributionsSentence({ ...found, remainder: 0.2, isConverged: false }), /20 % .*: not converged\./);
  assert.match(
    contributionsSentence({ ...found, baselineScore: undefined, remainder: undefined }),
    /a rough guide that does not add up\./,
  );
  assert.match(worthInWords(found), /add up to the difference from shuffles; 0\.40 % was spread over them\./);
  assert.match(worthInWords({ ...found, remainder: 0.2, isConverged: false }), /^Not converged: 20 % had to be/);
  assert.match(worthInWords({ remainder: undefined, isConverged: true }), /a rough guide that does not add up\./);
});

test("a line says first which bases in view a track rests on most", () => {
  const found = { start: 30_000, codes: Uint8Array.of(3, 0, 1), contributions: Float32Array.of(0.5, 0, -0.25) };
  const apart = { start: 0, codes: new Uint8Array(60), contributions: new Float32Array(60) };
  apart.contributions.set([0.5], 1);
  apart.contributions.set([-0.75], 50);
  assert.equal(strongestInWords(apart, [0, 60], "MNase"), "MNase, top bases: A at 51 (−0.75), A at 2 (+0.5).");
  assert.equal(strongestInWords(found, [29_000, 31_000], "ATAC"), "ATAC, top bases: T at 30,001 (+0.5).");
  assert.equal(strongestInWords(found, [30_001, 30_002], "ATAC"), "No base in view contributes to ATAC.");
});

test("the figure and the methods name what contributions are by, of which unit, and against what", () => {
  const tracks = [{ name: "ATAC", unit: "signal, summed over 128 bp" }];
  const model = {
    card: { tracks },
    file: "m.safetensors",
    sha256: "ab",
    description: { works: [], family: {}, variant: {} },
  };
  const run = {
    ...{ model, record: { name: "one", length: 900 }, file: "s.fa", windows: [{ start: 0 }], padded: 0, peaks: [1] },
    ...{
      origin: 0,
      bin: 128,
      bins: 7,
      device: { kind: "cpu", reason: "" },
      windowsOnGpu: 0,
      program: "R",
      date: "2026",
    },
  } as unknown as TrackRun;
  const found = {
    ...{ method: "integrated-gradients", shuffles: 2, track: 0, record: "one", start: 0, end: 4 },
    ...{ bins: [128, 640], codes: Uint8Array.of(0, 1, 2, 3), contributions: Float32Array.of(1, 0, 0, 0), score: 1 },
  } as unknown as Parameters<typeof contributionsDrawing>[1];
  const fact =
    "contributions by integrated gradients, in the unit of ATAC (signal, summed over 128 bp), against 2 shuffles that " +
    "keep neighbouring pairs";
  assert.deepEqual(contributionsDrawing(run, found, [0, 4]).facts, [fact]);
  const { text } = methodsOfTracks(run, trackContext({ ...EMPTY, contributions: found }, run, false));
  const sentence = `Explanations of bases are ${fact}, to the sum over bases 129 to 640, as the mean of both strands.`;
  assert(text.includes(sentence), text);
  const rough = { ...found, method: "gradient" as const, shuffles: 0 };
  assert.match(contributionsDrawing(run, rough, [0, 4]).facts![0]!, /one gradient, .*, without a baseline$/);
  assert(!methodsOfTracks(run, trackContext(EMPTY, run, false)).text.includes("Explanations"));
});
