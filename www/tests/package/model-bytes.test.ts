// Model files that are read slice by slice, by the full engine under Node.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { FullEngine } from "../../../pkg/src/engine/engine";
import type { ModelBytes } from "../../../pkg/src/io/model-bytes";
import { bytesOf, LEAST_SLICED, SlicedFile, wholeOf } from "../../../pkg/src/io/model-bytes";
import { openModel, taskIn } from "../../../pkg/src/models/open";
import { TracksModel } from "../../../pkg/src/models/tracks";
import { servedTracks } from "../../../pkg/src/run/tracks-served";
import type { Kit, Request } from "../../../pkg/src/run/worker-port";
import { diligent, FakePlatform, HARDWARE } from "../fakes/engine";
import { given, virtual } from "../fakes/read-in-place";
import { fakeSequences } from "../fakes/sequences";
import { FakeTrackModel } from "../fakes/tracks";

const NAME = "basenji-attention-two-sided-simulated.safetensors";
const BYTES = readFileSync(resolve("../models", NAME));

const engine = (async () => {
  const folder = resolve("../pkg/wasm/full");
  const module = (await import(pathToFileURL(`${folder}/regulens_full.js`).href)) as FullEngine & {
    default(from: { module_or_path: unknown }): Promise<unknown>;
  };
  await module.default({ module_or_path: readFileSync(`${folder}/regulens_full_bg.wasm`) });
  return module;
})();

/** The file, of which nothing can be read any more once it is `gone`. */
function onDisk(bytes = BYTES) {
  const state = { gone: false, largest: 0 };
  const blob = virtual(new File([], NAME), bytes.length, (from, size) => {
    state.largest = Math.max(state.largest, size);
    if (state.gone) throw new DOMException("The requested file could not be read.", "NotReadableError");
    return bytes.subarray(from, from + size);
  });
  return { state, blob, file: new SlicedFile(blob, NAME) };
}

/** A copy as the pool sends it to a worker, which empties it. */
function held(bytes: Uint8Array): Uint8Array {
  const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
  const copy = new Uint8Array(new Resizable(bytes.length, { maxByteLength: bytes.length }));
  copy.set(bytes);
  return copy;
}

/** Opens the file with the real engine, in one thread. */
async function open(bytes: ModelBytes) {
  const platform = new FakePlatform({ reason: "none" });
  const running = { ...(await platform.cpu("full")), engine: await engine };
  return TracksModel.open(platform, running, bytes, NAME, { workers: 1 });
}

const GONE = {
  ...{ name: "WeightsError", code: "file-changed", file: NAME, remedy: "Load the model again." },
  message: `${NAME} can no longer be read: it has been changed, moved or deleted.`,
};

test("a large file is read in slices where a thread can, and all others as a whole", async () => {
  const large = new File([new Uint8Array(LEAST_SLICED)], "large");
  const found = await bytesOf(large, "large");
  assert(found instanceof SlicedFile && found.blob === large && found.length === LEAST_SLICED);
  assert.deepEqual(await bytesOf(new Blob([Uint8Array.of(1, 2)]), "small"), Uint8Array.of(1, 2));
  const scope = globalThis as { FileReaderSync?: unknown };
  const reader = scope.FileReaderSync;
  delete scope.FileReaderSync;
  try {
    assert((await bytesOf(large, "large")) instanceof Uint8Array);
  } finally {
    scope.FileReaderSync = reader;
  }
});

test("the engine reads a model file slice by slice to the same hash, card and prediction", async () => {
  const { state, file } = onDisk();
  assert.equal(taskIn(await engine, file, NAME, undefined), "tracks");
  const [whole, sliced] = [await open(BYTES), await open(file)];
  assert.equal(sliced.sha256, whole.sha256);
  assert.deepEqual(sliced.card, whole.card);
  const sequences = await fakeSequences(`>one\n${"ACGGTAC".repeat(whole.shape.length).slice(0, whole.shape.length)}\n`);
  assert.deepEqual((await sliced.predict(sequences, 0)).values, (await whole.predict(sequences, 0)).values);
  assert(state.largest <= 1 << 20, `${state.largest} bytes at once`);
  assert.deepEqual(Buffer.from(sliced.bytes), BYTES, "as a page of one file saves them");
});

test("a file that was changed or deleted meanwhile is an error that says so, and never a result", async () => {
  const { state, blob, file } = onDisk();
  state.gone = true;
  const reader = await engine;
  assert.throws(() => taskIn(reader, file, NAME, undefined), GONE);
  await assert.rejects(open(new SlicedFile(blob, NAME)), GONE);
  assert.throws(() => wholeOf(file), GONE);
  state.gone = false;
  // Its weights are read once they are needed.
  const model = await open(new SlicedFile(blob, NAME));
  const sequences = await fakeSequences(`>one\n${"ACGGTAC".repeat(model.shape.length).slice(0, model.shape.length)}\n`);
  state.gone = true;
  await assert.rejects(model.predict(sequences, 0), GONE);
  assert.throws(() => model.bytes, GONE);
  // The engine has no weights now, whatever comes back.
  state.gone = false;
  await assert.rejects(model.predict(sequences, 0), GONE);
});

test("a file that has become shorter is one that was changed", () => {
  const file = new SlicedFile(given("short", "abc"), "short");
  Object.defineProperty(file, "length", { value: 5 });
  assert.throws(() => wholeOf(file), { code: "file-changed" });
});

test("a file that was changed in place is noticed by whoever reads it again, also where a browser reads on", async () => {
  const bytes = Buffer.from(BYTES);
  const { blob } = onDisk(bytes);
  const [one, other, file] = [1, 2, 3].map(() => new SlicedFile(blob, NAME));
  const [model, lost] = [await open(one!), await open(other!)];
  await open(file!);
  // A finite number of a tensor is another, which no check of the engine refuses.
  bytes[(bytes.length >> 2) * 2]! ^= 1;
  const kit = { bytes: blob, file: NAME, sums: file!.sums } as unknown as Kit;
  const served = await engine;
  assert.throws(() => servedTracks(served, kit), GONE);
  assert.throws(() => lost.bytes, GONE);
  const sequences = await fakeSequences(`>one\n${"ACGGTAC".repeat(model.shape.length).slice(0, model.shape.length)}\n`);
  await assert.rejects(model.predict(sequences, 0), GONE);
});

test("workers and a GPU are given the file itself, and what they miss of it is told", async () => {
  const { state, blob, file } = onDisk();
  const platform = new FakePlatform(HARDWARE);
  platform.workerBehaviours = [diligent, diligent];
  const running = await platform.cpu("full");
  const loaded = TracksModel.open(platform, running, file, NAME, { workers: 2 });
  await loaded.predict(await fakeSequences(`>one\n${"ACGGTA".repeat(500)}\n`), 0);
  const [start] = platform.workers[0]!.heard;
  assert(start?.kind === "start" && start.bytes === blob && start.sums === file.sums);

  const kit = {
    bytes: blob,
    file: NAME,
    reads: "sequences",
    module: undefined,
    symmetric: undefined,
  } as unknown as Kit;
  const whole = servedTracks(await engine, { ...kit, bytes: held(BYTES) });
  const codes = Uint8Array.from({ length: (await open(BYTES)).shape.length }, (_, i) => (i * i) % 4);
  const window = { kind: "window", codes, attention: false } as const;
  const wanted = (): void => {};
  assert.deepEqual(await servedTracks(await engine, kit)(window, wanted), await whole(window, wanted));
  state.gone = true;
  const served = await engine;
  assert.throws(() => servedTracks(served, kit), GONE);
});

test("the engines of tables get a file as a whole", async () => {
  const platform = new FakePlatform({ reason: "none" });
  const { file } = onDisk();
  const model = openModel(platform, "on-off", await platform.cpu("tables"), file, NAME, {});
  assert.deepEqual(Buffer.from(model.bytes), BYTES);
});

test("where the attention alone is wanted, workers keep the prediction to themselves", async () => {
  const served = { ...(await engine), TrackModel: FakeTrackModel } as unknown as FullEngine;
  const compute = servedTracks(served, { bytes: held(Uint8Array.of(1)), file: NAME } as Kit);
  const ask = async (request: object) => (await compute(request as Request, () => {})) as Record<string, Float32Array>;
  const codes = new Uint8Array(64);
  const rows = { kind: "rows", values: new Float32Array(64), layer: 0, first: 0, end: 4, attention: true };
  const [all, alone] = [await ask({ ...rows, alone: false }), await ask({ ...rows, alone: true })];
  assert.deepEqual([all["rows"]!.length > 0, alone["rows"]!.length], [true, 0]);
  assert.deepEqual(alone["attention"], all["attention"]);
  const window = { kind: "window", codes, attention: true };
  const [both, one] = [await ask(window), await ask({ ...window, alone: true })];
  assert.deepEqual([both["prediction"]!.length > 0, one["prediction"]!.length], [true, 0]);
  assert.deepEqual(one["attention.0"], both["attention.0"]);
});

test("slices that were read are due for collection once an engine has read them", async () => {
  const { file } = onDisk();
  const real = globalThis.ArrayBuffer;
  let asked = 0;
  globalThis.ArrayBuffer = class extends real {
    constructor(length: number) {
      super(Math.min(length, 1e6));
      asked += length;
    }
  } as ArrayBufferConstructor;
  try {
    await open(BYTES);
    assert(asked < 64e6, "in memory, there are none");
    await open(file);
    assert(asked >= 256e6, `${asked} bytes`);
  } finally {
    globalThis.ArrayBuffer = real;
  }
});
