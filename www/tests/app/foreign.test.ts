// Weights that were trained elsewhere: told by their bytes, kept together, and described by what the user says.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fit } from "../../../pkg/src/engine/engine-types";
import type { ForeignFile } from "../../src/prepare/foreign/calls";
import { fitsInWords } from "../../src/prepare/foreign/panel";
import { settingsOf, textsOf } from "../../src/prepare/foreign/session";
import { identify, type Identified } from "../../src/session/files";
import { sorted } from "../../src/session/intake";

const HISTONES = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"];
const fit = (id: string, more: Partial<Fit> = {}): Fit => ({
  family: { id: "attentive-chrome", title: "AttentiveChrome" },
  variant: { id, title: id },
  task: "on-off",
  marks: 5,
  settings: { marks: HISTONES, bins: 100 },
  ...more,
});
const opened = (more: Partial<ForeignFile> = {}): ForeignFile => ({
  ...{ name: "E003.pt", tensors: 3, fits: [], known: [] },
  ...more,
});

const safetensors = (header: object): Uint8Array<ArrayBuffer> => {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + 4);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  return bytes;
};
const TENSOR = { a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } };

test("weights are told from models and data by their bytes", async () => {
  const kinds: Record<string, [string, BlobPart]> = {
    archive: ["m.pt", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0)],
    "archive by what is in it": ["m.bin", "PK\x03\x04\x00\x00archive/data.pkl"],
    pickle: ["old.pth", Uint8Array.of(0x80, 2, 0x8a)],
    index: ["model.tf.index", Uint8Array.of(0, 1)],
    part: ["model.tf.data-00000-of-00001", Uint8Array.of(0, 1)],
    "state dict": ["w.safetensors", safetensors(TENSOR)],
  };
  for (const [what, [name, bytes]] of Object.entries(kinds))
    assert.equal(await identify(new File([bytes], name)), "weights", what);
  const model = safetensors({ __metadata__: { "regulens.card": "{}" }, ...TENSOR });
  assert.equal(await identify(new File([model], "m.safetensors")), "model");
  assert.equal(await identify(new File(["no safetensors"], "m.safetensors")), "model", "its reader says what is wrong");
  assert.equal(await identify(new File(["PK\x03\x04 a spreadsheet"], "t.xlsx")), "other");
});

test("files of one checkpoint are kept together, a second model is not, and data wait", () => {
  const file = (name: string, kind: Identified["kind"]): Identified => ({ file: new Blob(), name, kind });
  const parts = ["m.index", "m.data-00000-of-00002", "m.data-00001-of-00002"].map((name) => file(name, "weights"));
  const found = sorted([parts[1]!, file("t.csv", "table"), parts[0]!, file("E003.pt", "weights"), parts[2]!]);
  assert.deepEqual(
    found.foreign.map(({ name }) => name),
    ["m.data-00000-of-00002", "m.index", "m.data-00001-of-00002"],
  );
  assert.deepEqual(
    found.data.map(({ name }) => name),
    ["t.csv"],
  );
  assert.deepEqual(
    found.left.map(({ name, as }) => `${name}: ${as}`),
    ["E003.pt: one model is open at a time"],
  );
  const graph = sorted([parts[1]!, parts[0]!, file("m.meta", "other"), file("checkpoint", "other")]);
  for (const { name, as } of graph.left) assert.match(as, /^of the checkpoint, but without weights/, name);
  assert.equal(graph.left.length, 2);
  const another = sorted([parts[1]!, parts[0]!, file("n.meta", "other"), file("notes", "other")]);
  for (const { name, as } of another.left) assert.match(as, /^not a table/, name);
  const beside = sorted([file("mine.safetensors", "model"), file("E003.pt", "weights")]);
  assert.equal(beside.opens?.name, "mine.safetensors");
  assert.deepEqual(beside.foreign, []);
});

test("what the user says becomes settings, with the published values where nothing else is said", () => {
  const one = fit("lstm-alpha-beta");
  const texts = textsOf(one);
  assert.deepEqual(texts, { marks: HISTONES.join(", "), bins: "100" });
  const cellType = { id: "E003", name: "H1" };
  assert.deepEqual(settingsOf({ fit: one, texts, cell: "H1", log1p: false }, opened({ cellType })), {
    ...{ marks: HISTONES, bins: 100 },
    cellType,
  });
  const said = settingsOf({ fit: one, texts: { marks: "a; b\tc", bins: "20" }, cell: " Mine ", log1p: true }, opened());
  assert.deepEqual(said, {
    ...{ marks: ["a", "b", "c"], bins: 20 },
    transform: { kind: "log1p" },
    cellType: { id: "Mine", name: "Mine" },
  });
});

test("settings of a model of sequences are a JSON object, and other text is refused", () => {
  const dna = fit("basenji", { task: "tracks", marks: 0, settings: { length: 131072 } });
  assert.deepEqual(JSON.parse(textsOf(dna)["settings"]!), { length: 131072 });
  const settings = (text: string) =>
    settingsOf({ fit: dna, texts: { settings: text }, cell: "", log1p: false }, opened());
  assert.deepEqual(settings('{"length": 4096}'), { length: 4096 });
  for (const text of ["", "length 4096", "[1]", "null"])
    assert.throws(() => settings(text), { name: "InputError", message: /expected a JSON object/ }, text);
});

test("the variants that have such tensors are named", () => {
  assert.equal(fitsInWords(12, [fit("a")]), "12 tensors, matching AttentiveChrome, a.");
  assert.match(fitsInWords(12, [fit("a"), fit("b")]), /matching AttentiveChrome, a and AttentiveChrome, b: choose/);
  assert.match(fitsInWords(1, []), /^1 tensor, matching no known variant/);
});
