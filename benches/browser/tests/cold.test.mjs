import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { cut, json, joined, withoutDetails, withSection } from "../cold-files.mjs";
import { forms, headsOf } from "../cold-forms.mjs";
import { markdown } from "../cold-report.mjs";

/** The smallest module. */
const EMPTY = Buffer.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

test("two files in one are taken apart as they come, wherever the stream breaks them", async () => {
  const [first, second] = [EMPTY, Buffer.from("weights")];
  const whole = joined(first, second);
  for (let size = 1; size <= whole.length; size++) {
    const chunks = Array.from(
      { length: Math.ceil(whole.length / size) },
      (_, at) => new Uint8Array(whole.subarray(at * size, (at + 1) * size)),
    );
    const parts = cut(new Blob(chunks).stream(), first.length);
    const read = async (response) => Buffer.from(await response.arrayBuffer());
    assert.deepEqual(await Promise.all(parts.map(read)), [first, second]);
  }
});

test("weights in a section of a module leave it as it was", () => {
  for (const length of [1, 127, 128, 20_000]) {
    const bytes = Buffer.alloc(length, 7);
    const module = new WebAssembly.Module(withSection(EMPTY, "weights", bytes));
    assert.deepEqual(Buffer.from(WebAssembly.Module.customSections(module, "weights")[0]), bytes);
  }
});

test("a card without details keeps the weights and what a model needs", () => {
  const card = { format_version: 1, name: "m", metrics: { auroc: 0.8 }, notes: ["long"] };
  const header = JSON.stringify({ __metadata__: { "regulens.card": JSON.stringify(card) } });
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  const short = withoutDetails(Buffer.concat([size, Buffer.from(header), Buffer.from("weights")]));
  const length = Number(short.readBigUInt64LE(0));
  assert.equal(length % 8, 0);
  const read = JSON.parse(JSON.parse(short.subarray(8, 8 + length)).__metadata__["regulens.card"]);
  assert.deepEqual(read, { format_version: 1, name: "m", notes: [], input_distribution: [] });
  assert.equal(short.subarray(8 + length).toString(), "weights");
});

test("an engine's script reads the card by `JSON.parse`", async () => {
  const script = json("class A{}const b=()=>{};export{A as Model,b as modelTask};");
  const { Model, modelTask } = await import(`data:text/javascript,${encodeURIComponent(script)}`);
  const text = JSON.stringify({ __metadata__: { "regulens.card": JSON.stringify({ task: "on-off" }) } });
  assert.equal(modelTask(Buffer.concat([Buffer.alloc(8), Buffer.from(text)])), "on-off");
  assert.deepEqual(new Model().card, { task: "on-off" });
  assert.throws(() => json("export{};"), /exports no modelTask/);
});

test("the page of the guide asks for its scripts and its model, and for the engine that the package will take", () => {
  const guide = readFileSync(new URL("../../../docs/guides/javascript.md", import.meta.url), "utf8");
  const { page, early } = headsOf(guide, "models/m.safetensors");
  assert.deepEqual(
    [...page.matchAll(/href="([^"]+)"/g)].map(([, address]) => address),
    ["regulens/dist/index.js", "regulens/dist/shared.js", "models/m.safetensors"],
  );
  const own = readFileSync(new URL("../../../pkg/src/engine/simd.ts", import.meta.url), "utf8");
  const [, bytes] = /RELAXED_MADD = Uint8Array\.of\(([^;]+)\);/.exec(own);
  const tested = [...bytes.matchAll(/0x[\da-f]{2}/g)].map(Number);
  const [madd, magic] = [/madd = \[([^\]]+)\]/, /Uint8Array\.of\(([\d, ]+), \.\.\.madd/].map((each) =>
    each.exec(early)[1].split(", ").map(Number),
  );
  assert.deepEqual([...magic, ...madd], tested);
});

test("the report takes ratios in each round, and compares with the peer that has the same hints", () => {
  const all = forms(false);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  const peerOf = (id) => all.find((form) => form.id === id).peer;
  assert.deepEqual(["guide", "hints", "early", "fetched"].map(peerOf), ["tf-core", "tf-hints", "tf-hints", "tf-core"]);
  const form = (id, ms, peer = "tf-core") => ({
    ...{ id, says: `says ${id}`, than: "guide", peer, ms, cpu: [70, 80] },
    ...{ steps: ms.map((each) => [{ file: "index.js", asked: 1, came: each / 2 }]), files: [{ gzipped: 448_000 }] },
  });
  const text = markdown({
    ...{ date: "2026-01-02T03:04:05.678Z", command: "node benches/cold_start.mjs", commit: "0123abc" },
    machine: { processor: "A processor", cores: 2, memory: 8 * 2 ** 30, system: "linux x64" },
    ...{ chromium: "1.2.3", rounds: 2 },
    runs: [
      {
        ...{ latency: 40, loads: [1, 2] },
        forms: [form("guide", [200, 100]), form("hints", [100, 100], "tf-hints"), form("tf-core", [400, 100])],
      },
    ],
  });
  assert.ok(
    text.includes("| `guide` | says guide | 100 | 150 | 200 | 75 | |  |  |  | 1.00 | 1.50 | 2.00 | 0.448 |"),
    text,
  );
  assert.ok(
    text.includes("| `hints` | says hints | 100 | 100 | 100 | 75 | guide | 1.00 | 1.50 | 2.00 | |  |  | 0.448 |"),
  );
  assert.ok(text.includes("every answer 40 ms later") && text.includes("index.js 1 to 100;"), text);
});
