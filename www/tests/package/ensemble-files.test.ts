// Files of tracks that an ensemble predicts: bigWig and bedGraph of mean and spread, by the full engine in Node.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { halved, together } from "../../../tests/browser/support/safetensors";
import type { FullEngine } from "../../../pkg/src/engine/engine";
import { decode } from "../../../pkg/src/models/bases";
import { TracksModel } from "../../../pkg/src/models/tracks";
import { TrackHandlers, type TrackPackage } from "../../src/tasks/tracks/calls";
import { FakePlatform } from "../fakes/engine";
import { fakeSequences } from "../fakes/sequences";

const NAME = "basenji-attention-two-sided-simulated.safetensors";
const ONE = readFileSync(resolve("../models", NAME));
const OTHER = halved(ONE, "final/dense/kernel");
const [TRACK, PARTS] = [1, ["sd", "low", "high"] as const];

const engine = (async () => {
  const folder = resolve("../pkg/wasm/full");
  const module = (await import(pathToFileURL(`${folder}/regulens_full.js`).href)) as FullEngine & {
    default(from: { module_or_path: unknown }): Promise<unknown>;
  };
  await module.default({ module_or_path: readFileSync(`${folder}/regulens_full_bg.wasm`) });
  return module;
})();

async function open(bytes: Uint8Array): Promise<TracksModel> {
  const platform = new FakePlatform({ reason: "none" });
  const running = { ...(await platform.cpu("full")), engine: await engine };
  return TracksModel.open(platform, running, bytes, NAME, { workers: 1 });
}

/** A record of two windows. */
const record = (length: number) =>
  fakeSequences(`>one\n${Array.from({ length }, (_, i) => "ACGGTA"[(i * i + (i >> 3)) % 6]).join("")}\n`);

/** Predictions of a track by each model and by both together, and the record. */
const predicted = (async () => {
  const [one, other, both] = [await open(ONE), await open(OTHER), await open(together([ONE, OTHER]))];
  const sequences = await record(one.shape.length + 4000);
  const found = async (model: TracksModel) => model.predict(sequences, 0);
  const [a, b, mean] = [await found(one), await found(other), await found(both)];
  const count = both.shape.tracks;
  const of = (values: Float32Array) => values.filter((_, i) => i % count === TRACK);
  const spread = mean.spread!;
  const parts = { sd: of(spread.sd), low: of(spread.low), high: of(spread.high) };
  return {
    both,
    sequences,
    tracks: mean,
    members: [of(a.values), of(b.values)] as const,
    mean: of(mean.values),
    parts,
  };
})();

/** Values of the bins of a prediction in a file of tracks, as the package reads them. */
async function read(bytes: Uint8Array | string, name: string): Promise<number[]> {
  const { both, tracks } = await predicted;
  const measured = await both.readMeasured(typeof bytes === "string" ? bytes : new Blob([bytes as BlobPart]), { name });
  const values = measured.bins(tracks.record, tracks.origin, tracks.bins, tracks.binSize, "mean");
  measured.free();
  return [...values];
}

function assertClose(found: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  assert.equal(found.length, expected.length, what);
  for (let i = 0; i < found.length; i++) {
    const most = 1e-5 * Math.max(1e-3, Math.abs(expected[i]!));
    assert(Math.abs(found[i]! - expected[i]!) <= most, `${what}, bin ${i}: ${found[i]}, expected ${expected[i]}`);
  }
}

test("an ensemble's tracks are the mean of its members, and lie between them", async () => {
  const { both, mean, members, parts } = await predicted;
  assert.equal(both.card.members!.length, 2);
  const [a, b] = members;
  assert(
    a.some((value, i) => Math.abs(value - b[i]!) > 0.01 * value),
    "the members differ",
  );
  const of = (value: (a: number, b: number) => number) => a.map((each, i) => value(each, b[i]!));
  assertClose(
    mean,
    of((a, b) => (a + b) / 2),
    "mean",
  );
  assertClose(parts.low, of(Math.min), "lowest");
  assertClose(parts.high, of(Math.max), "highest");
  assertClose(
    parts.sd,
    of((a, b) => Math.abs(a - b) / Math.SQRT2),
    "standard deviation",
  );
});

test("the bigWig of the mean, and of each part of the spread, has its values where they were predicted", async () => {
  const { both, tracks, mean, parts } = await predicted;
  const { record: chromosome, length, origin, bins, binSize } = tracks;
  // Bins beyond the record have no place in a file.
  const first = Math.max(0, Math.ceil(-origin / binSize));
  const place = { chromosome, length, start: origin + first * binSize };
  for (const [name, values] of Object.entries({ mean, ...parts })) {
    const file = await both.writeBigWig(place, values.slice(first));
    const found = (await read(file, `${name}.bw`)).slice(first, bins);
    assertClose(found, values.slice(first), name);
  }
});

test("the page saves them as such bigWigs, and all in one bedGraph", async () => {
  const { both, sequences, mean, parts } = await predicted;
  const model = { card: both.card, file: NAME, sha256: both.sha256, shape: both.shape };
  const kit = {
    Regulens: { readSequences: async () => sequences },
    ...{ InputError: Error, decode, VERSION: "0" },
  } as unknown as TrackPackage;
  const handlers = new TrackHandlers(() => ({ runner: both, model }) as never, kit);
  await handlers.readSequences.run({ source: { blob: new Blob([]), file: "one.fa" } } as never, {});
  const { id: run } = await handlers.predictTracks.run({ index: 0 } as never, {});
  const saved = async (format: "bigwig" | "bedgraph", part?: (typeof PARTS)[number]) =>
    handlers.tracksFile.run({ run, format, tracks: [TRACK], part }, {});
  const bed = await (await saved("bedgraph")).text();
  const tracks = bed.split(/^(?=track )/m);
  const { name } = both.card.tracks![TRACK]!;
  assert.deepEqual(
    tracks.map((text) => /name="([^"]*)"/.exec(text)![1]),
    [name, ...PARTS.map((part) => `${name}.${part}`)],
  );
  for (const [i, values] of [mean, ...PARTS.map((part) => parts[part])].entries()) {
    const bytes = new Uint8Array(await (await saved("bigwig", i > 0 ? PARTS[i - 1] : undefined)).arrayBuffer());
    assertClose(await read(bytes, "saved.bw"), values, `bigWig ${i}`);
    assertClose(await read(tracks[i]!, "saved.bedGraph"), values, `bedGraph ${i}`);
  }
});
