// An ensemble of models of tracks: its windows go to the workers member by member, and spreads follow their means.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TracksModel } from "../../../pkg/src/models/tracks";
import { batchOf, byName, Windows } from "../../../pkg/src/run/tracks";
import { diligent, FakePlatform, HARDWARE, type WorkerBehaviour } from "../fakes/engine";
import { fakeSequences } from "../fakes/sequences";
import {
  diligentMember,
  FakeCalibratedEnsemble,
  FakeTrackEnsemble,
  spreadAround,
  trackEnsembleCard,
} from "../fakes/track-ensemble";
import { FakeCalibratedTracks, FakeTrackModel, TRACK_SHAPE } from "../fakes/tracks";

const sequence = (length: number): string =>
  Array.from({ length }, (_, i) => "ACGGTA"[(i * i + (i >> 3)) % 6]).join("");
const fasta = (length: number) => fakeSequences(`>one\n${sequence(length)}\n`);

async function opened(TrackModel: typeof FakeTrackModel, ...behaviours: WorkerBehaviour[]) {
  const platform = new FakePlatform({ reason: "none" });
  platform.workerBehaviours = behaviours;
  const running = await platform.cpu("full");
  const engine = { ...running.engine, TrackModel };
  const [bytes, file] = [new Uint8Array([1]), "fake.safetensors"];
  const workers = Math.max(1, behaviours.length);
  return { platform, loaded: TracksModel.open(platform, { ...running, engine }, bytes, file, { workers }) };
}

for (const length of [30, 64, 200, 300]) {
  test(`the spread of a record of ${length} bases is that of each of its bins, from every window`, async () => {
    const { loaded } = await opened(FakeTrackEnsemble);
    const { loaded: single } = await opened(FakeTrackModel);
    const sequences = await fasta(length);
    for (const region of [undefined, { start: 4, end: 20 }]) {
      const { values, spread } = await loaded.predict(sequences, 0, { region });
      const one = await single.predict(sequences, 0, { region });
      assert.deepEqual(values, one.values);
      assert.deepEqual(spread, spreadAround(values));
      assert.equal("spread" in one, false);
    }
  });
}

test("a window is split among workers, a member each, and what comes of it is what one thread predicts", async () => {
  FakeTrackEnsemble.computed = [];
  const { loaded, platform } = await opened(FakeTrackEnsemble, diligentMember, diligentMember, diligentMember);
  const sequences = await fasta(64);
  const { values, spread } = await loaded.predict(sequences, 0);
  assert.deepEqual(spread, spreadAround(values));
  assert.deepEqual(values, (await (await opened(FakeTrackModel)).loaded.predict(sequences, 0)).values);
  const heard = platform.workers.flatMap(({ heard }) => heard);
  const asked = heard.flatMap((message) => (message.kind === "member" ? [message.member] : []));
  assert(asked.length > 0, "workers have a part");
  assert(new Set([...asked, ...FakeTrackEnsemble.computed]).size === 3, "each member is computed");
  assert.equal(heard.filter(({ kind }) => kind === "window").length, 0);
});

test("a run of members ends where it is cancelled, between two steps of one", async () => {
  FakeTrackEnsemble.computed = [];
  const { loaded } = await opened(
    FakeTrackEnsemble,
    () => {},
    () => {},
  );
  const controller = new AbortController();
  const onProgress = (): void => controller.abort();
  const run = loaded.predict(await fasta(64), 0, { signal: controller.signal, onProgress });
  await assert.rejects(run, { code: "cancelled" });
  assert.deepEqual(FakeTrackEnsemble.computed, [0]);
});

test("members together have the attention of a window too", async () => {
  const { loaded } = await opened(FakeTrackEnsemble, diligentMember, diligentMember);
  const { loaded: single } = await opened(FakeTrackModel);
  const sequences = await fasta(200);
  for (const bin of [0, 9])
    assert.deepEqual(
      (await loaded.attention(sequences, 0, bin)).layers,
      (await single.attention(sequences, 0, bin)).layers,
    );
});

test("windows of a long record go to workers as they are", async () => {
  const both: WorkerBehaviour = (message, worker) => {
    if (message.kind !== "window") return diligent(message, worker);
    void new FakeTrackEnsemble().predict(message.codes, message.attention).then((batch) => {
      worker.say({ kind: "done", id: message.id, outputs: byName(batch) });
    });
  };
  const { loaded, platform } = await opened(FakeTrackEnsemble, both, both);
  const { values, spread } = await loaded.predict(await fasta(3000), 0);
  assert.deepEqual(spread, spreadAround(values));
  const kinds = platform.workers.flatMap(({ heard }) => heard.map(({ kind }) => kind));
  assert.deepEqual([...new Set(kinds)].sort(), ["start", "window"]);
});

test("a spread has a name in the outputs, and comes back from them", async () => {
  const model = new FakeTrackEnsemble();
  const batch = await model.predict(new Uint8Array(TRACK_SHAPE.length), true);
  const outputs = byName(batch);
  assert.deepEqual(Object.keys(outputs), [
    ...["prediction", "attention.0", "prediction.sd", "prediction.low", "prediction.high"],
  ]);
  assert.deepEqual(batchOf(outputs), batch);
  const one = await new FakeTrackModel().predict(new Uint8Array(TRACK_SHAPE.length), false);
  assert.deepEqual(Object.keys(byName(one)), ["prediction"]);
  assert.equal("spread" in batchOf(byName(one)), false);
});

test("a GPU's spread that is no number, or of another length, is not believed", async () => {
  const model = new FakeTrackEnsemble();
  const windows = new Windows(model, new Uint8Array(1), "f", () => 0);
  const window = { kind: "window", codes: new Uint8Array(TRACK_SHAPE.length), attention: false } as const;
  const outputs = byName(await model.predict(window.codes, false));
  windows.requireSound(outputs, window);
  const changed = (values: Float32Array) => ({ ...outputs, "prediction.low": values });
  assert.throws(
    () => windows.requireSound(changed(new Float32Array(12).fill(NaN)), window),
    /a predicted value that is not/,
  );
  assert.throws(() => windows.requireSound(changed(new Float32Array(11)), window), /wrong number of values/);
});

test("a GPU gives an ensemble's spread as the CPU does", async () => {
  const platform = new FakePlatform(HARDWARE);
  platform.trackBehaviour = (_, codes, attention) => new FakeTrackEnsemble().predict(codes, attention);
  const running = await platform.cpu("full");
  const engine = { ...running.engine, TrackModel: FakeTrackEnsemble };
  const loaded = TracksModel.open(platform, { ...running, engine }, new Uint8Array([1]), "fake.safetensors", {});
  assert.equal((await loaded.useDevice("webgpu")).kind, "webgpu");
  const { values, spread, windowsOnGpu } = await loaded.predict(await fasta(200), 0);
  assert.equal(windowsOnGpu, 4);
  assert.deepEqual(spread, spreadAround(values));
});

test("a variant has the spread of both alleles and of its score in each track", async () => {
  const { loaded } = await opened(FakeTrackEnsemble);
  const sequences = await fasta(64);
  const position = sequence(64).indexOf("A", 30);
  const variant = { position, reference: "A", alternative: "G" };
  const { reference, alternative, spread, scores } = await loaded.variant(sequences, 0, variant);
  assert.deepEqual(spread, { reference: spreadAround(reference), alternative: spreadAround(alternative) });
  assert.deepEqual(
    scores.map(({ sad, sad_sd, sad_low, sad_high }) => [sad, sad_sd, sad_low, sad_high]),
    [
      [-1, 1, -2, 0],
      [1, 1, 0, 2],
    ],
  );
  const [row] = await loaded.scoreVariants(sequences, [variant]);
  assert.deepEqual([row!.sad_low, row!.sad_high], [-2, 0]);
  const { loaded: single } = await opened(FakeTrackModel);
  const one = await single.variant(sequences, 0, variant);
  assert.deepEqual(["spread" in one, "sad_sd" in one.scores[0]!], [false, false]);
});

test("contributions of bases have the spread of those that are shown", async () => {
  const { loaded } = await opened(FakeTrackEnsemble);
  // A window reaches beyond the record on both sides.
  const { contributions, spread } = await loaded.contributions(await fasta(32), 0, 0);
  assert.equal(contributions.length, 32);
  assert.deepEqual(spread, spreadAround(contributions));
  assert.equal(loaded.card.members, trackEnsembleCard.members);
  const { loaded: single } = await opened(FakeTrackModel);
  assert.equal("spread" in (await single.contributions(await fasta(32), 0, 0)), false);
});

test("intervals of tracks are as wide as coverage and prediction ask, of an ensemble as its spread", async () => {
  const sequences = await fasta(200);
  const { loaded: single } = await opened(FakeCalibratedTracks);
  const one = await single.predict(sequences, 0);
  const { low, high } = await single.intervals(one, { coverage: 0.5 });
  const half = (value: number): number => Math.fround(0.5 * (1 + Math.sqrt(value)));
  assert.deepEqual(
    high,
    one.values.map((value) => value + half(value)),
  );
  assert.deepEqual(
    low,
    one.values.map((value) => Math.max(0, value - half(value))),
  );
  const wide = await single.intervals(one);
  assert.ok(
    wide.high.every((value, i) => value > high[i]!),
    "nine tenths are asked for without a word",
  );
  const { loaded } = await opened(FakeCalibratedEnsemble);
  const result = await loaded.predict(sequences, 0);
  const apart = await loaded.intervals(result, { coverage: 0.5 });
  assert.deepEqual(
    apart.high,
    result.values.map((value, i) => value + Math.fround(0.5 * (1 + result.spread!.sd[i]!))),
  );
});

test("intervals of many predictions are those of each of their parts", async () => {
  const asked: number[] = [];
  class Heard extends FakeCalibratedEnsemble {
    override intervals(...all: Parameters<FakeCalibratedEnsemble["intervals"]>) {
      assert.equal(all[0].length, all[1].length);
      asked.push(all[0].length);
      return super.intervals(...all);
    }
  }
  const { loaded } = await opened(Heard);
  const values = new Float32Array(8_000_002).map((_, i) => i % 7);
  const { low, high } = await loaded.intervals({ values, spread: spreadAround(values) }, { coverage: 0.5 });
  assert.deepEqual(asked, [4_000_000, 4_000_000, 2]);
  const whole = new FakeCalibratedEnsemble().intervals(values, spreadAround(values).sd, 0.5, 0);
  const same = (a: Float32Array, b: Float32Array): boolean => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
  assert.ok(same(low, whole.low) && same(high, whole.high));
});

test("a padded prediction has no interval", async () => {
  const { loaded } = await opened(FakeCalibratedEnsemble);
  const values = Float32Array.of(1, 2);
  const { low, high } = await loaded.intervals({ values, spread: spreadAround(values), padded: 3 }, { coverage: 0.5 });
  assert.ok([...low, ...high].every(Number.isNaN) && low.length === 2);
});

test("intervals that cannot be had are refused with what is wrong", async () => {
  const { loaded } = await opened(FakeCalibratedEnsemble);
  const values = Float32Array.of(1, 2);
  const spread = spreadAround(values);
  const refused = (given: object, coverage: number, code: string) =>
    assert.rejects(loaded.intervals({ values, spread, ...given }, { coverage }), { code });
  for (const coverage of [0, 1, Number.NaN]) await refused({}, coverage, "bad-coverage");
  await refused({}, 0.95, "no-guarantee");
  await refused({ values: Float32Array.of(1) }, 0.5, "value-count");
  await refused({ values: undefined }, 0.5, "value-count");
  await refused({ spread: undefined }, 0.5, "value-count");
  await refused({ spread: spreadAround(Float32Array.of(1, 2, 3, 4)) }, 0.5, "value-count");
  const { loaded: single } = await opened(FakeTrackModel);
  await assert.rejects(single.intervals({ values }), { code: "no-guarantee" });
  const ended = { signal: AbortSignal.abort(), coverage: 0.5 };
  await assert.rejects(loaded.intervals({ values, spread }, ended), { code: "cancelled" });
});
