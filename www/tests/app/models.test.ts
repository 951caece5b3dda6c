import assert from "node:assert/strict";
import { test } from "node:test";
import { type Task, taskOf } from "../../../pkg/src/card";
import type { CpuEngine } from "../../../pkg/src/engine/engine";
import { isOfChange, isOfTracks, Lens, TrackLens } from "../../../pkg/src/deprecated";
import { Table } from "../../../pkg/src/io/table";
import { openModel } from "../../../pkg/src/models/open";
import { fakeSequences } from "./fake-sequences";
import { fakeChangeCpu, fakeCpu, FakePlatform, fakeTable } from "./fake-engine";

/** What opens a file of a task. */
function opener(engine: CpuEngine, task: Task) {
  const platform = new FakePlatform({ reason: "none" });
  platform.engine = { ...engine, modelTask: () => task };
  const running = { engine: platform.engine, simd: "plain", module: {} as WebAssembly.Module } as const;
  return { platform, running, bytes: new Uint8Array([1]), file: "m.safetensors", engine: platform.engine };
}

test("a file of any task is opened as a model of that task, whose results can be cloned", async () => {
  const a = opener(fakeCpu, "on-off");
  const onOff = openModel(a.platform, a.running, a.bytes, a.file, {});
  assert(onOff.task === "on-off");
  const genes = await onOff.predict(new Table(a.engine, fakeTable(3)));
  assert.deepEqual(structuredClone(genes), genes);

  const b = opener(fakeChangeCpu, "change");
  const change = openModel(b.platform, b.running, b.bytes, b.file, {});
  assert(change.task === "change");
  const table = new Table(b.engine, fakeTable(3));
  const changes = await change.predict(table, table);
  assert.deepEqual(structuredClone(changes), changes);

  const c = opener(fakeCpu, "tracks");
  const tracks = openModel(c.platform, c.running, c.bytes, c.file, {});
  assert(tracks.task === "tracks");
  const sequences = await fakeSequences(`>one\n${"ACGGTA".repeat(20)}\n`);
  for (const found of [await tracks.predict(sequences, 0), await tracks.attention(sequences, 0, 2)])
    assert.deepEqual(structuredClone(found), found);
});

test("a file of another task than the wanted is refused by name, with what it does", () => {
  const { platform, running, bytes, file } = opener(fakeCpu, "tracks");
  assert.throws(() => openModel(platform, running, bytes, file, { task: "on-off" }), {
    name: "InputError",
    code: "another-task",
    message:
      "m.safetensors predicts tracks along a sequence; expected a model that says which genes are on, from a " +
      "table of histone marks.",
  });
  assert.equal(openModel(platform, running, bytes, file, { task: "tracks" }).task, "tracks");
});

test("a task that is not known here is none", () => {
  assert.deepEqual(
    [taskOf({ task: "tracks" }), taskOf({ task: "level" }), taskOf({})],
    ["tracks", undefined, undefined],
  );
});

test("deprecated names are those of the models", async () => {
  const { platform, running, bytes, file } = opener(fakeChangeCpu, "change");
  const change: Lens = openModel(platform, running, bytes, file, { task: "change" });
  assert(change instanceof Lens && !(change instanceof TrackLens));
  assert(change.task === "change");
  const table = new Table(running.engine, fakeTable(2));
  assert.deepEqual((await change.predictPair(table, table)).genes, (await change.predict(table, table)).genes);
  const tracks = opener(fakeCpu, "tracks");
  const lens: TrackLens = openModel(tracks.platform, tracks.running, tracks.bytes, tracks.file, { task: "tracks" });
  assert(lens instanceof TrackLens);
  assert.deepEqual([isOfChange(change.card), isOfTracks(change.card), isOfTracks(lens.card)], [true, false, true]);
});
