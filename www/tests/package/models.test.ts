import assert from "node:assert/strict";
import { test } from "node:test";
import { type Task, taskOf } from "../../../pkg/src/card";
import type { CardReader } from "../../../pkg/src/engine/engine";
import { Table } from "../../../pkg/src/io/table";
import { engineOf, openModel, taskIn } from "../../../pkg/src/models/open";
import { fakeSequences } from "../fakes/sequences";
import { fakeChangeCpu, type FakeCpu, fakeCpu, FakePlatform, fakeTable } from "../fakes/engine";

const FILE = [new Uint8Array([1]), "m.safetensors"] as const;

/** Opens a file of a task. */
async function open<Of extends Task>(task: Of, engine: FakeCpu = fakeCpu) {
  const platform = new FakePlatform({ reason: "none" });
  platform.engine = engine;
  return openModel(platform, task, await platform.cpu(engineOf(task)), ...FILE, {});
}

test("a file of any task is opened as a model of that task, whose results can be cloned", async () => {
  const onOff = await open("on-off");
  assert.equal(onOff.task, "on-off");
  const genes = await onOff.predict(new Table(fakeCpu, fakeTable(3)));
  assert.deepEqual(structuredClone(genes), genes);

  const change = await open("change", fakeChangeCpu);
  assert.equal(change.task, "change");
  const table = new Table(fakeChangeCpu, fakeTable(3));
  const changes = await change.predict(table, table);
  assert.deepEqual(structuredClone(changes), changes);

  const tracks = await open("tracks");
  assert.equal(tracks.task, "tracks");
  const sequences = await fakeSequences(`>one\n${"ACGGTA".repeat(20)}\n`);
  for (const found of [await tracks.predict(sequences, 0), await tracks.attention(sequences, 0, 2)])
    assert.deepEqual(structuredClone(found), found);
});

test("a model of any task correlates two series, also once it is given back", async () => {
  for (const model of [await open("on-off"), await open("change", fakeChangeCpu), await open("tracks")]) {
    model.free();
    assert.equal(model.pearson(Float32Array.of(1, 2), Float32Array.of(2, 1)), 0.5, "the engine's");
    assert.throws(() => model.pearson(new Float32Array(2), new Float32Array(3)), {
      name: "InputError",
      code: "value-count",
    });
  }
});

test("a file of another task than the wanted is refused by name, with what it does", () => {
  const engine: CardReader = { modelTask: () => "tracks" };
  assert.throws(() => taskIn(engine, ...FILE, "on-off"), {
    name: "InputError",
    code: "another-task",
    message:
      "m.safetensors predicts tracks along a sequence; expected a model that predicts which genes are on, from a " +
      "table of histone marks.",
  });
  assert.deepEqual([taskIn(engine, ...FILE, "tracks"), taskIn(engine, ...FILE, undefined)], ["tracks", "tracks"]);
});

test("a task that is not known here is none", () => {
  assert.deepEqual(
    [taskOf({ task: "tracks" }), taskOf({ task: "level" }), taskOf({ task: "motifs" }), taskOf({})],
    ["tracks", "level", undefined, undefined],
  );
});

/** A model file of this card, without tensors. */
function fileOf(card: object): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ __metadata__: { "regulens.card": JSON.stringify(card) } }));
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return file;
}

test("a file of several members, or calibrated, is for the full engine", () => {
  const card = { task: "on-off", name: "members and calibration", notes: ["members"] };
  assert.equal(engineOf("on-off", fileOf(card)), "tables");
  assert.equal(engineOf("on-off", fileOf({ ...card, conformal: { scores: [] } })), "tables");
  assert.equal(engineOf("on-off", fileOf({ ...card, members: [{ variant: "lstm" }] })), "full");
  assert.equal(engineOf("on-off", fileOf({ ...card, calibration: { method: "platt" } })), "full");
  assert.equal(engineOf("change", fileOf(card)), "full");
});
