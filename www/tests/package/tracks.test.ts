import assert from "node:assert/strict";
import { test } from "node:test";
import { readMeasured } from "../../../pkg/src/io/sequences";
import { decode, encode, TracksModel } from "../../../pkg/src/models/tracks";
import { windowCodes } from "../../../pkg/src/models/bases";
import type { Progress } from "../../../pkg/src/progress";
import { fakeSequences } from "../fakes/sequences";
import { diligent, FakePlatform, HARDWARE, type TrackBehaviour, type WorkerBehaviour } from "../fakes/engine";
import { computeRows, computeTracks, FakeTrackModel, fakeTracks, steps, TRACK_SHAPE, trackCard } from "../fakes/tracks";

async function opened(
  survey: ConstructorParameters<typeof FakePlatform>[0] = { reason: "none" },
  behaviour?: TrackBehaviour,
): Promise<TracksModel> {
  const platform = new FakePlatform(survey);
  if (behaviour) platform.trackBehaviour = behaviour;
  return TracksModel.open(platform, await platform.cpu("full"), new Uint8Array([1]), "fake.safetensors", {});
}

const sequence = (length: number): string =>
  Array.from({ length }, (_, i) => "ACGGTA"[(i * i + (i >> 3)) % 6]).join("");
const fasta = (...lengths: number[]) =>
  fakeSequences(lengths.map((length, i) => `>${["one", "two", "three"][i]}\n${sequence(length)}\n`).join(""));

/** The count of a letter in a bin of a text. */
const count = (text: string, letter: string, start: number): number =>
  [...text.slice(Math.max(0, start), start + 8)].filter((base) => base === letter).length;

for (const length of [64, 100, 200, 64 + 48, 30]) {
  test(`a record of ${length} bases is predicted as a whole, each bin once and in its place`, async () => {
    const loaded = await opened();
    const sequences = await fasta(length);
    const { values, origin, bins, padded, windows } = await loaded.predict(sequences, 0);
    const text = sequence(length);
    assert.equal(padded, Math.max(0, 64 - length));
    if (length >= 64) assert.equal(origin, 8);
    assert(windows.length === 1 || length > 64);
    for (let bin = 0; bin < bins; bin++) {
      assert.equal(values[2 * bin], count(text, "A", origin + 8 * bin), `As of bin ${bin}`);
      assert.equal(values[2 * bin + 1], count(text, "G", origin + 8 * bin), `Gs of bin ${bin}`);
    }
  });
}

test("a run tells how many windows are done, and ends where it is cancelled", async () => {
  const loaded = await opened();
  const sequences = await fasta(200);
  const heard: Progress[] = [];
  const { windows } = await loaded.predict(sequences, 0, { onProgress: (progress) => heard.push(progress) });
  assert.deepEqual(heard.at(-1), {
    stage: "predict",
    file: "one",
    done: windows.length,
    total: windows.length,
    unit: "windows",
  });
  const controller = new AbortController();
  await assert.rejects(
    loaded.predict(sequences, 0, {
      signal: controller.signal,
      onProgress: ({ done }) => done === 1 && controller.abort(),
    }),
    { code: "cancelled" },
  );
});

test("a window whose prediction is no number is told by its record and its place", async (t) => {
  t.after(() => (steps.heard = undefined));
  const loaded = await opened();
  const refuse = (): never => {
    throw Object.assign(new Error("a window: its track ATAC is NaN"), { code: "prediction", place: 0 });
  };
  const sequences = await fasta(64, 200);
  steps.heard = (step) => step === 1 && refuse();
  await assert.rejects(loaded.predict(sequences, 1), {
    code: "prediction",
    message: "two, the window at 0: its track ATAC is NaN",
  });
  // The second of its windows.
  let windows = 0;
  steps.heard = (step) => step === 1 && ++windows === 2 && refuse();
  await assert.rejects(loaded.predict(sequences, 1), { message: /^two, the window at (?!0:)\d+: its track/ });
  steps.heard = () => refuse();
  await assert.rejects(loaded.attention(sequences, 0, 0), { message: "one, the window at 0: its track ATAC is NaN" });
  const reference = decode(sequences.codes(0, 4, 5));
  const variant = { position: 4, reference, alternative: reference === "A" ? "C" : "A" };
  await assert.rejects(loaded.variant(sequences, 0, variant), {
    message: `one:5 ${reference}>${variant.alternative}: its track ATAC is NaN`,
  });
});

test("a cancel is heard between two steps of a window, and ends it there", async (t) => {
  t.after(() => (steps.heard = undefined));
  const loaded = await opened();
  const controller = new AbortController();
  steps.heard = (step) => step === 2 && controller.abort();
  for (const work of [
    async () => loaded.predict(await fasta(64), 0, { signal: controller.signal }),
    async () => loaded.attention(await fasta(64), 0, 0, { signal: controller.signal }),
  ]) {
    const before = steps.done;
    await assert.rejects(work, { code: "cancelled" });
    assert(steps.done - before <= 2, `${steps.done - before} steps`);
  }
});

/** A loaded with a worker for each behaviour. */
async function withWorkers(...behaviours: WorkerBehaviour[]) {
  return ofModel(FakeTrackModel, ...behaviours);
}

/** The same of another model. */
async function ofModel(TrackModel: typeof FakeTrackModel, ...behaviours: WorkerBehaviour[]) {
  const platform = new FakePlatform({ reason: "none" });
  platform.workerBehaviours = behaviours;
  const running = await platform.cpu("full");
  const engine = { ...running.engine, TrackModel };
  return {
    platform,
    loaded: TracksModel.open(platform, { ...running, engine }, new Uint8Array([1]), "fake.safetensors", {
      workers: behaviours.length,
    }),
  };
}

/** Model whose window goes in four stretches. */
class Stretched extends FakeTrackModel {
  override readonly stretches = Uint32Array.of(2, 4, 6, 8);
}

/** Gets ready, and never answers. */
const silent: WorkerBehaviour = (message, worker) => message.kind === "start" && diligent(message, worker);

test("workers share the windows of a long record, and the result is that of one thread", async () => {
  const { loaded, platform } = await withWorkers(diligent, diligent);
  const sequences = await fasta(3000);
  const heard: number[] = [];
  const tracks = await loaded.predict(sequences, 0, { onProgress: ({ done }) => heard.push(done) });
  assert.deepEqual(tracks.values, (await (await opened()).predict(sequences, 0)).values);
  assert.deepEqual(
    heard,
    Array.from({ length: tracks.windows.length + 1 }, (_, i) => i),
  );
  for (const { heard } of platform.workers) {
    const [start, ...windows] = heard;
    assert(start?.kind === "start" && start.reads === "sequences");
    assert(
      windows.length > 1 && windows.length < tracks.windows.length && windows.every(({ kind }) => kind === "window"),
    );
  }
  assert.equal(loaded.device.workers, 2);
});

test("a record of one window starts no worker", async () => {
  const { loaded, platform } = await withWorkers(diligent, diligent);
  await loaded.predict(await fasta(64), 0);
  assert.equal(platform.workers.length, 0);
});

test("workers share the stages of one window, and the result is that of one thread", async () => {
  const { loaded, platform } = await ofModel(Stretched, diligent, diligent);
  const sequences = await fasta(64);
  const alone = await opened();
  const { values } = await alone.predict(sequences, 0);
  const { layers } = await alone.attention(sequences, 0, 2);
  // The calling thread begins; once the workers are there, they do all of it.
  for (let run = 0; run < 2; run++) {
    assert.deepEqual((await loaded.predict(sequences, 0)).values, values);
    assert.deepEqual((await loaded.attention(sequences, 0, 2)).layers, layers);
  }
  const kinds = platform.workers.flatMap(({ heard }) => heard.map(({ kind }) => kind));
  assert(kinds.filter((kind) => kind === "tower").length >= 4, kinds.join());
  assert(kinds.filter((kind) => kind === "rows").length >= 4, kinds.join());
  // The tracks of a bin that is looked at are those of the run.
  const rows = platform.workers.flatMap(({ heard }) => heard.filter((message) => message.kind === "rows"));
  assert(rows.length > 0 && rows.every(({ attention, alone }) => alone === attention));
  // Who has the last layer's rows goes on to their tracks.
  assert(!kinds.includes("tracks") && !kinds.includes("window"), kinds.join());
  for (const { heard } of platform.workers) assert(heard.some(({ kind }) => kind === "tower"));
});

test("parts of a window are given back once they are joined, and the whole is as before", async (t) => {
  const scope = ArrayBuffer.prototype as { transfer?: unknown };
  const { transfer } = scope;
  t.after(() => (transfer ? (scope.transfer = transfer) : delete scope.transfer));
  const sequences = await fasta(64);
  const alone = await opened();
  const [{ values }, { layers }] = [await alone.predict(sequences, 0), await alone.attention(sequences, 0, 2)];
  let given = 0;
  scope.transfer = function (this: ArrayBuffer) {
    given += this.byteLength;
    structuredClone(this, { transfer: [this] });
  };
  const { loaded } = await ofModel(Stretched, diligent, diligent);
  assert.deepEqual((await loaded.predict(sequences, 0)).values, values);
  assert.deepEqual((await loaded.attention(sequences, 0, 2)).layers, layers);
  assert(given > 0 && given >= values.byteLength + layers[0]!.byteLength, `${given} bytes`);
});

test("dilated blocks are one worker's", async () => {
  class Dilated extends Stretched {
    override readonly shape = { ...TRACK_SHAPE, contextLayers: 0 };
  }
  const dilated: WorkerBehaviour = (message, worker) => {
    if (message.kind !== "rows") return diligent(message, worker);
    const { id, values, first, end, attention } = message;
    worker.say({ kind: "done", id, outputs: computeRows(values, first, end, attention) });
  };
  const { loaded, platform } = await ofModel(Dilated, dilated, dilated);
  const sequences = await fasta(64);
  const expected = (await (await opened()).predict(sequences, 0)).values;
  for (let run = 0; run < 2; run++) assert.deepEqual((await loaded.predict(sequences, 0)).values, expected);
  const kinds = platform.workers.flatMap(({ heard }) => heard.map(({ kind }) => kind));
  // There were two runs, in the first of which the calling thread may have done them.
  assert(kinds.filter((kind) => kind === "rows").length <= 2, kinds.join());
  assert(kinds.filter((kind) => kind === "tracks").length >= 4, kinds.join());
});

test("a worker that fails at a stretch leaves it to the others, and a cancel ends the wait for one", async () => {
  const failing: WorkerBehaviour = (message, worker) =>
    message.kind === "tower" ? worker.fail("out of memory") : diligent(message, worker);
  const sequences = await fasta(64);
  const { loaded } = await ofModel(Stretched, failing, diligent);
  const expected = (await (await opened()).predict(sequences, 0)).values;
  for (let run = 0; run < 2; run++) assert.deepEqual((await loaded.predict(sequences, 0)).values, expected);
  assert.match(loaded.device.reason, /1 of 2 workers could not be used/);
  const waiting = await ofModel(Stretched, silent, silent);
  const controller = new AbortController();
  const run = waiting.loaded.predict(sequences, 0, { signal: controller.signal });
  for (let i = 0; i < 100; i++) await new Promise(setImmediate);
  controller.abort();
  await assert.rejects(run, { code: "cancelled" });
});

test("where there are as many windows as workers, each takes whole ones", async () => {
  const { loaded, platform } = await ofModel(Stretched, diligent, diligent);
  await loaded.predict(await fasta(1000), 0);
  const kinds = platform.workers.flatMap(({ heard }) => heard.map(({ kind }) => kind));
  assert(kinds.includes("window") && !kinds.includes("tower"), kinds.join());
});

test("workers whose windows nobody waits for any more are told to stop, and work again", async () => {
  let answers = false;
  const sometimes: WorkerBehaviour = (message, worker) => (answers ? diligent : silent)(message, worker);
  const { loaded, platform } = await withWorkers(sometimes, sometimes);
  const controller = new AbortController();
  const sequences = await fasta(1000);
  const run = loaded.predict(sequences, 0, { signal: controller.signal });
  for (let i = 0; i < 100; i++) await new Promise(setImmediate);
  controller.abort();
  await assert.rejects(run, { code: "cancelled" });
  assert.deepEqual(
    platform.workers.map(({ heard }) => heard.at(-1)?.kind),
    ["stop", "stop"],
  );
  answers = true;
  assert.deepEqual((await loaded.predict(sequences, 0)).values, (await (await opened()).predict(sequences, 0)).values);
});

test("a model whose weights leave memory for one engine only has no workers", async () => {
  class Largest extends FakeTrackModel {
    override readonly card = { ...trackCard, parameters: 60e6 };
  }
  const { loaded, platform } = await ofModel(Largest, diligent, diligent);
  await loaded.predict(await fasta(1000), 0);
  assert.equal(platform.workers.length, 0);
});

/** Large enough that the calling thread leaves it to workers; counts what it is asked for there. */
class Large extends Stretched {
  static asked = 0;
  override readonly card = { ...trackCard, parameters: 15e6 };
  override predict(...given: Parameters<FakeTrackModel["predict"]>) {
    Large.asked++;
    return super.predict(...given);
  }
  override tower(...given: Parameters<FakeTrackModel["tower"]>) {
    Large.asked++;
    return super.tower(...given);
  }
}

test("workers alone compute a large model's windows, from the first on", async () => {
  Large.asked = 0;
  const { loaded, platform } = await ofModel(Large, diligent, diligent);
  for (const length of [64, 3000]) {
    const sequences = await fasta(length);
    const alone = await opened();
    assert.deepEqual((await loaded.predict(sequences, 0)).values, (await alone.predict(sequences, 0)).values);
    assert.deepEqual((await loaded.attention(sequences, 0, 2)).layers, (await alone.attention(sequences, 0, 2)).layers);
  }
  assert.equal(Large.asked, 0);
  assert.equal(platform.workers.length, 2);
});

test("where no worker starts within ten seconds, the calling thread computes a large model's windows", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  Large.asked = 0;
  const { loaded } = await ofModel(
    Large,
    () => {},
    () => {},
  );
  const sequences = await fasta(64);
  const run = loaded.predict(sequences, 0);
  for (let i = 0; i < 100; i++) await new Promise(setImmediate);
  assert.equal(Large.asked, 0);
  t.mock.timers.tick(10_000);
  assert.deepEqual((await run).values, (await (await opened()).predict(sequences, 0)).values);
  assert.equal(Large.asked, 4);
});

test("a GPU's answer for a large model is compared with that of a worker, which then ends", async () => {
  Large.asked = 0;
  const platform = new FakePlatform(HARDWARE);
  platform.workerBehaviours = [diligent];
  const running = await platform.cpu("full");
  const engine = { ...running.engine, TrackModel: Large };
  const loaded = TracksModel.open(platform, { ...running, engine }, new Uint8Array([1]), "fake.safetensors", {
    workers: 2,
  });
  const { kind, check } = await loaded.useDevice("webgpu");
  assert.deepEqual([kind, check?.maxDifference], ["webgpu", 0]);
  assert.equal(Large.asked, 0);
  assert.deepEqual(
    platform.workers.map(({ heard, terminated }) => [heard.map(({ kind }) => kind).join(), terminated]),
    [["start,window", true]],
  );
  const { windowsOnGpu } = await loaded.predict(await fasta(1000), 0);
  assert(windowsOnGpu > 0);
});

test("a GPU that agrees computes windows, and one that does not is not used", async () => {
  const loaded = await opened(HARDWARE);
  const report = await loaded.useDevice("webgpu");
  assert.equal(report.kind, "webgpu");
  assert.equal((await loaded.predict(await fasta(200), 0)).windowsOnGpu, 4);
  const wrong = await opened(HARDWARE, async (_, codes, attention) => {
    const batch = computeTracks(codes, attention);
    batch.prediction[3]! += 0.01;
    return batch;
  });
  const refused = await wrong.useDevice("webgpu");
  assert.equal(refused.kind, "cpu");
  assert.match(refused.reason, /disagree on the self-test/);
});

test("the CPU takes over from a GPU whose windows are not sound, and runs all of them again from there", async () => {
  const loaded = await opened(HARDWARE, async (call, codes, attention) => {
    const batch = computeTracks(codes, attention);
    if (call > 2) batch.prediction.fill(NaN);
    return batch;
  });
  await loaded.useDevice("webgpu");
  const tracks = await loaded.predict(await fasta(200), 0);
  assert.equal(tracks.windowsOnGpu, 1);
  assert.equal(tracks.device.kind, "cpu");
  assert.deepEqual(tracks.values, (await (await opened()).predict(await fasta(200), 0)).values);
});

test("attention that does not sum to 1 is not believed", async () => {
  const loaded = await opened(HARDWARE, async (call, codes, attention) => {
    const batch = computeTracks(codes, attention);
    if (call > 1) batch.attention[0]?.fill(0);
    return batch;
  });
  await loaded.useDevice("webgpu");
  const sequences = await fasta(64);
  const { layers } = await loaded.attention(sequences, 0, 2);
  assert.equal(loaded.device.kind, "cpu");
  assert.deepEqual(layers, (await (await opened()).attention(sequences, 0, 2)).layers);
});

test("attention is of the window that predicts a bin", async () => {
  const loaded = await opened();
  const sequences = await fasta(200);
  assert.deepEqual(
    await Promise.all([0, 5, 6, 22].map(async (bin) => (await loaded.attention(sequences, 0, bin)).start)),
    [0, 0, 48, 136],
  );
});

test("a variant changes what it should, and nothing else", async () => {
  const loaded = await opened();
  const sequences = await fasta(64);
  const text = sequence(64);
  const position = text.indexOf("A", 30);
  const { reference, alternative, origin, attention } = await loaded.variant(sequences, 0, {
    position,
    reference: "A",
    alternative: "g",
  });
  const changed = reference.map((value, i) => alternative[i]! - value);
  const bin = Math.floor((position - origin) / 8);
  assert.deepEqual(
    [...changed].flatMap((value, i) => (value === 0 ? [] : [[i, value]])),
    [
      [2 * bin, -1],
      [2 * bin + 1, 1],
    ],
  );
  assert.equal(attention.alternative.length, 1);
});

test("a variant lies in the middle of its window, which is told where it begins in the record", async () => {
  const loaded = await opened();
  const sequences = await fasta(400);
  const text = sequence(400);
  const position = 210;
  const variant = { position, reference: text.slice(210, 214), alternative: text[210]! };
  const { reference, alternative, start, origin } = await loaded.variant(sequences, 0, variant);
  assert.deepEqual([start, origin], [position - 32, position - 24]);
  const edited = text.slice(0, 211) + text.slice(214);
  for (let bin = 0; bin < 6; bin++) {
    assert.equal(reference[2 * bin], count(text, "A", origin + 8 * bin), `bin ${bin}`);
    assert.equal(alternative[2 * bin], count(edited, "A", origin + 8 * bin), `bin ${bin}`);
  }
});

test("scores of variants are rows of the program's table, and what says no bases or is too long has none", async () => {
  const loaded = await opened();
  const sequences = await fasta(100, 200);
  const text = sequence(200);
  const heard: Progress[] = [];
  const position = text.indexOf("A", 90);
  const of = { chromosome: "two", position, reference: "A" };
  const rows = await loaded.scoreVariants(
    sequences,
    [
      { ...of, id: "rs1", alternative: "G" },
      { ...of, alternative: "<DEL>" },
      { ...of, alternative: "A".repeat(25) },
      { ...of, alternative: "C" },
    ],
    { onProgress: (progress) => heard.push(progress) },
  );
  assert.deepEqual(
    rows.map(({ sequence, position, id, alternative, track, sad }) => [
      sequence,
      position,
      id,
      alternative,
      track,
      sad,
    ]),
    [
      ["two", position + 1, "rs1", "G", "As", -1],
      ["two", position + 1, "rs1", "G", "Gs", 1],
      ["two", position + 1, ".", "C", "As", -1],
      ["two", position + 1, ".", "C", "Gs", 0],
    ],
  );
  assert.deepEqual(heard.at(-1), { stage: "predict", file: sequences.file, done: 4, total: 4, unit: "variants" });
  await assert.rejects(
    loaded.scoreVariants(sequences, [{ ...of, chromosome: "chr9", alternative: "G", source: "v.vcf, line 3" }]),
    {
      code: "no-such-record",
      message: /^v\.vcf, line 3: found the sequence chr9; .* has one, two\./,
    },
  );
  await assert.rejects(loaded.scoreVariants(sequences, [{ ...of, alternative: "G" }], { around: -1 }), {
    code: "bad-around",
  });
  await assert.rejects(loaded.variant(sequences, 1, { ...of, alternative: "A".repeat(25) }), {
    code: "allele-too-long",
  });
});

test("each variant is handed over as it is done, with its place in the list", async () => {
  const loaded = await opened();
  const position = sequence(200).indexOf("A", 90);
  const of = { position, reference: "A" };
  const heard: [number, readonly string[]][] = [];
  const rows = await loaded.scoreVariants(
    await fasta(200),
    ["G", "<DEL>", "A".repeat(25), "C"].map((alternative) => ({ ...of, alternative })),
    { onScored: (variant, rows) => heard.push([variant, rows.map(({ track }) => track)]) },
  );
  assert.deepEqual(heard, [
    [0, ["As", "Gs"]],
    [1, []],
    [2, []],
    [3, ["As", "Gs"]],
  ]);
  assert.equal(rows.length, 4);
});

test("variants that cannot be scored are told apart before, by the rules of the program", async () => {
  const loaded = await opened();
  const sequences = await fakeSequences(">one\nACGTNACGT\n>two\nGGGG\n");
  const heard: Progress[] = [];
  const found = await loaded.checkVariants(
    sequences,
    [
      { chromosome: "two", position: 3, reference: "G", alternative: "A" },
      { chromosome: "one", position: 1, reference: "c", alternative: "T" },
      { chromosome: "two", position: 3, reference: "GG", alternative: "A" },
      { chromosome: "three", position: 0, reference: "A", alternative: "G" },
      { chromosome: "one", position: 0, reference: "ACT", alternative: "A" },
      { chromosome: "one", position: 0, reference: "A", alternative: "<DEL>" },
      { chromosome: "one", position: 0, reference: "C", alternative: "*" },
      // An unknown base in the sequence may be any base.
      { chromosome: "one", position: 4, reference: "T", alternative: "G" },
      { position: 0, reference: "A", alternative: "G" },
    ],
    { onProgress: (progress) => heard.push(progress) },
  );
  assert.deepEqual(
    found.map((fault) => fault && (fault.found === undefined ? fault.code : [fault.code, fault.found])),
    [
      ...[undefined, undefined, "outside", "no-such-record", ["reference-differs", "ACG"], "no-bases"],
      ...[["reference-differs", "A"], undefined, "no-such-record"],
    ],
  );
  assert.deepEqual(heard.at(-1), { stage: "read", file: sequences.file, done: 9, total: 9, unit: "variants" });
  // A variant that was found sound is scored.
  const sound = { chromosome: "one", position: 4, reference: "T", alternative: "G" };
  assert.equal((await loaded.scoreVariants(sequences, [sound])).length, 2);
  await assert.rejects(loaded.checkVariants(sequences, [sound], { signal: AbortSignal.abort() }), {
    code: "cancelled",
  });
});

test("of two names that would both mean a record, the closer one has it", async () => {
  const loaded = await opened();
  const sequences = await fakeSequences(">chrX\nACGTNACGT\n>chr2\nGGGG\n");
  const at = (chromosome: string) => ({ chromosome, position: 1, reference: "C", alternative: "T" });
  const codes = async (...names: string[]) =>
    (await loaded.checkVariants(sequences, names.map(at))).map((fault) => fault?.code);
  assert.deepEqual(await codes("chrX"), [undefined]);
  assert.deepEqual(await codes("X"), [undefined]);
  assert.deepEqual(await codes("X", "chrX", "X"), ["no-such-record", undefined, "no-such-record"]);
});

test("the first variant of a GPU is computed on the CPU too, which takes over where they differ", async () => {
  const loaded = await opened(HARDWARE, async (call, codes, attention) => {
    const batch = computeTracks(codes, attention);
    if (call > 1) batch.prediction[3]! += 0.01;
    return batch;
  });
  await loaded.useDevice("webgpu");
  const sequences = await fasta(64);
  const position = sequence(64).indexOf("A", 30);
  const variant = { position, reference: "A", alternative: "G" };
  const { reference } = await loaded.variant(sequences, 0, variant);
  assert.equal(loaded.device.kind, "cpu");
  assert.match(loaded.device.reason, /disagree on a window/);
  assert.deepEqual(reference, (await (await opened()).variant(await fasta(64), 0, variant)).reference);
});

test("a variant whose reference base is another than the sequence's names both", async () => {
  const loaded = await opened();
  const sequences = await fasta(64);
  const position = sequence(64).indexOf("C");
  await assert.rejects(loaded.variant(sequences, 0, { position, reference: "T", alternative: "A" }), {
    code: "reference-differs",
    message: new RegExp(`one:${position + 1} T>A: found the reference T in the variant, but C in pasted sequence`),
  });
  await assert.rejects(
    loaded.variant(sequences, 0, { position, reference: "T", alternative: "A", source: "v.vcf, line 3" }),
    { message: /^v\.vcf, line 3: one:/ },
  );
  await assert.rejects(loaded.variant(sequences, 0, { position: 64, reference: "T", alternative: "A" }), {
    code: "outside",
  });
  await assert.rejects(loaded.variant(sequences, 0, { position, reference: "C", alternative: "<DEL>" }), {
    code: "bad-variant",
  });
});

test("mutagenesis says what every other base changes, and what each base contributes", async () => {
  const loaded = await opened();
  const text = sequence(300);
  const found = await loaded.mutagenesis(await fasta(300), 0, 124, 130, { around: 1 });
  const { change, codes, bins, contribution } = found;
  assert.deepEqual([found.start, found.end], [124, 130]);
  assert.equal(decode(codes), text.slice(124, 130));
  assert.deepEqual(bins, [1, 4]);
  for (let i = 0; i < 6; i++) {
    const present = text[124 + i];
    for (const [code, base] of [..."ACGT"].entries())
      assert.equal(change[(i * 4 + code) * 2], Number(base === "A") - Number(present === "A"), `${present} to ${base}`);
    assert(Math.abs(contribution[i * 2]! - (present === "A" ? 1 : -1 / 3)) < 1e-6);
  }
});

test("mutagenesis counts its changes, and ends where it is cancelled", async () => {
  const loaded = await opened();
  const sequences = await fasta(64);
  const controller = new AbortController();
  const heard: Progress[] = [];
  const run = loaded.mutagenesis(sequences, 0, 24, 30, {
    signal: controller.signal,
    onProgress: (progress) => (heard.push(progress), progress.done === 3 && controller.abort()),
  });
  await assert.rejects(run, { code: "cancelled" });
  assert.deepEqual(heard.at(-1), { stage: "mutate", file: "one", done: 3, total: 18, unit: "bases" });
  await assert.rejects(loaded.mutagenesis(sequences, 0, 24, 24), { code: "bad-stretch" });
  await assert.rejects(loaded.mutagenesis(sequences, 0, 60, 65), { code: "bad-stretch" });
});

test("letters that stand for several bases are unknown bases", async () => {
  const { records } = await fakeSequences(">x\nACNNRGT\n");
  assert.deepEqual(
    records.map(({ unknown, iupac }) => [unknown, iupac]),
    [[3, { N: 2, R: 1 }]],
  );
});

test("a file of sequences that cannot be read says so with its remedy", async () => {
  await assert.rejects(fakeSequences("", { name: "empty.fa" }), {
    name: "InputError",
    code: "empty",
    file: "empty.fa",
    remedy: "Give it bases.",
  });
});

test("measured values of a chromosome that is not there name both sides", async () => {
  const measured = await readMeasured(fakeTracks, "one\t0\t1\t2", { name: "a.bedgraph" });
  assert.throws(() => measured.bins("chrI", 0, 1, 8, "sum"), { code: "no-such-chromosome", file: "a.bedgraph" });
});

test("a region of a record is predicted from a window with it in its middle", async () => {
  const loaded = await opened();
  const sequences = await fasta(200);
  const region = { start: 90, end: 107 };
  const { values, origin, bins, windows } = await loaded.predict(sequences, 0, { region });
  const text = sequence(200);
  assert.deepEqual([windows[0]!.start, origin % 8, bins], [66, 66 % 8, 3]);
  for (let bin = 0; bin < bins; bin++) assert.equal(values[2 * bin], count(text, "A", origin + 8 * bin));
  assert.equal((await loaded.attention(sequences, 0, 1, { region })).start, 66);
  const beyond = { start: 190, end: 201 };
  await assert.rejects(loaded.predict(sequences, 0, { region: beyond }), {
    name: "InputError",
    code: "beyond-sequence",
  });
});

test("bases beyond a record are unknown, and codes read back", async () => {
  const sequences = await fakeSequences(">x\nACGT\n");
  assert.deepEqual([...windowCodes(sequences, 0, -1, 6)], [4, 0, 1, 2, 3, 4]);
  assert.deepEqual([...windowCodes(sequences, 0, 6, 2)], [4, 4]);
  assert.equal(decode(encode("acgRt")), "ACGNT");
});
