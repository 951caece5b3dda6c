// Arrays as files for Python: each is read again by a reader of its own format.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Attributions } from "../../../pkg/src/index";
import { arraysFile, inPython, type NamedArray } from "../../src/export/arrays";
import { ArrayHandlers, MOST_EXPLAINED, present, signalArray } from "../../src/tasks/genes/worker/arrays";

const ARRAYS: readonly NamedArray[] = [
  { name: "signal", shape: [2, 3, 1], values: Float32Array.of(1, 2.5, -3, 0, NaN, 1e9) },
  { name: "probability", shape: [2], values: Float32Array.of(0.25, 0.75) },
  { name: "genes", shape: [2], values: ["GENE1", "β-globin 𝛼"] },
  { name: "start", shape: [2], values: Int32Array.of(230_000_001, -1) },
];

/** Content of a file as `np.load` finds it: by name its header, and its bytes. */
async function readNpz(blob: Blob): Promise<Map<string, { header: string; data: DataView }>> {
  const view = new DataView(await blob.arrayBuffer());
  const end = view.byteLength - 22;
  assert.equal(view.getUint32(end, true), 0x06054b50);
  const found = new Map<string, { header: string; data: DataView }>();
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    assert.equal(view.getUint32(at, true), 0x02014b50);
    const [crc, size, length] = [
      view.getUint32(at + 16, true),
      view.getUint32(at + 24, true),
      view.getUint16(at + 28, true),
    ];
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, length));
    const local = view.getUint32(at + 42, true);
    assert.equal(view.getUint32(local, true), 0x04034b50);
    const start = local + 30 + view.getUint16(local + 26, true);
    const bytes = new Uint8Array(view.buffer, start, size);
    assert.equal(crc, checksum(bytes), name);
    assert.deepEqual([...bytes.subarray(0, 8)], [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
    const head = new DataView(view.buffer, start).getUint16(8, true);
    assert.equal((10 + head) % 64, 0);
    found.set(name, {
      header: new TextDecoder().decode(bytes.subarray(10, 10 + head)),
      data: new DataView(view.buffer, start + 10 + head, size - 10 - head),
    });
    at += 46 + length;
  }
  return found;
}

function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

test("a .npz has each array with its shape, names as texts, and checksums that hold", async () => {
  const found = await readNpz(arraysFile(ARRAYS, "npz"));
  assert.deepEqual([...found.keys()], ["signal.npy", "probability.npy", "genes.npy", "start.npy"]);
  assert.equal(
    found.get("signal.npy")!.header.trim(),
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 1), }",
  );
  assert.match(found.get("probability.npy")!.header, /'shape': \(2,\), \} *\n$/);
  const values = Array.from({ length: 6 }, (_, i) => found.get("signal.npy")!.data.getFloat32(4 * i, true));
  assert.deepEqual(values, [1, 2.5, -3, 0, NaN, 1e9]);
  assert.match(found.get("genes.npy")!.header, /'<U10'/);
  const letters = Array.from({ length: 20 }, (_, i) => found.get("genes.npy")!.data.getUint32(4 * i, true));
  const text = String.fromCodePoint(...letters)
    .split("\0")
    .filter((each) => each !== "");
  assert.deepEqual(text, ["GENE1", "β-globin 𝛼"]);
  assert.match(found.get("start.npy")!.header, /'<i4'/);
  assert.equal(found.get("start.npy")!.data.getInt32(0, true), 230_000_001, "float32 has no such number");
});

test("a safetensors file has the same arrays, and texts in its metadata", async () => {
  const view = new DataView(await arraysFile(ARRAYS, "safetensors").arrayBuffer());
  const length = Number(view.getBigUint64(0, true));
  assert.equal(length % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(view.buffer, 8, length))) as Record<
    string,
    unknown
  >;
  assert.deepEqual(header["__metadata__"], { genes: JSON.stringify(["GENE1", "β-globin 𝛼"]) });
  assert.deepEqual(header["signal"], { dtype: "F32", shape: [2, 3, 1], data_offsets: [0, 24] });
  assert.deepEqual(header["probability"], { dtype: "F32", shape: [2], data_offsets: [24, 32] });
  assert.equal(view.getFloat32(8 + length + 28, true), 0.75);
  assert.deepEqual(header["start"], { dtype: "I32", shape: [2], data_offsets: [32, 40] });
  assert.equal(view.getInt32(8 + length + 36, true), -1);
  assert.equal(view.byteLength, 8 + length + 40);
});

test("arrays of a run have contributions of as many genes as can be waited for", async () => {
  const names = async (genes: number): Promise<string[]> => {
    const held = {
      explained: { genes: Array.from({ length: genes }, (_, i) => `G${i}`) },
      arrays: () => [signalArray({ genes, bins: 2, columns: 1 }, (gene) => Float32Array.of(gene, 1))],
    };
    const found = { values: new Float32Array(genes * 2), bins: 2, score: new Float32Array(genes), baseline: "zero" };
    const contributions = async () => ({ ...found, baselineScore: new Float32Array(genes) }) as unknown as Attributions;
    const { arraysOfRun } = new ArrayHandlers(
      () => held,
      contributions,
      async () => undefined,
    );
    return [...(await readNpz(await arraysOfRun.run({ format: "npz" }, {}))).keys()];
  };
  const [one, score] = ["contributions.npy", "score.npy"];
  assert.deepEqual(await names(3), ["signal.npy", one, score, "baseline_score.npy", "baseline.npy"]);
  assert.deepEqual(await names(MOST_EXPLAINED + 1), ["signal.npy"]);
  assert.deepEqual(present([{ name: "alpha", shape: [3, 0, 2], values: new Float32Array() }]), [], "no α, no array");
});

test("three lines of Python open either", () => {
  assert.match(inPython("a.arrays.npz", "npz"), /^import numpy as np\narrays = np\.load\("a\.arrays\.npz"\)\n.+$/);
  assert.equal(inPython("a.safetensors", "safetensors").split("\n").length, 3);
});
