// The truth planted in simulated genes is told by its content, and stands beside the deletion test.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlantedTruth } from "../../../../pkg/src/index";
import { OnOffModel } from "../../../../pkg/src/models/on-off";
import { ExplainHandlers } from "../../../src/explain/calls";
import { deletionDrawing, setDeletion } from "../../../src/explain/drawings";
import { identify } from "../../../src/session/files";
import { BINS, FakePlatform, MARKS, readFake } from "../../fakes/engine";

const kindOf = (text: string): Promise<string> => identify(new Blob([text]));

test("what was planted is told from values of genes and from tables", async () => {
  const tsv =
    "gene\tstrand\ton\tlabel\texpression\tmark\tfirst_bin\tlast_bin\teffect\nG1\t+\t1\t1\t90\tH3K4me3\t2\t3\t1.5\n";
  assert.equal(await kindOf(tsv), "truth");
  assert.equal(await kindOf(`# simulated\r\n${tsv.replaceAll("\n", "\r\n")}`), "truth");
  assert.equal(await kindOf('{\n "simulated": true,\n "genes": [{"gene": "G1", "planted": []}]}'), "truth");
  assert.equal(await kindOf("gene\tcount\nG1\t90\n"), "expression");
  assert.equal(await kindOf("gene\tbin\tH3K4me3\nG1\t1\t90\n"), "table");
  assert.notEqual(await kindOf('{"genes": [1]}'), "truth");
});

/** A model and a table, in whose genes the first bin of the first mark is planted, but for the second gene. */
async function open() {
  const platform = new FakePlatform({ reason: "none" });
  const runner = OnOffModel.open(platform, await platform.cpu("tables"), new Uint8Array([1]), "fake.safetensors", {});
  const table = readFake(4);
  const size = BINS * MARKS.length;
  const places = Uint8Array.from({ length: 4 * size }, (_, i) => (i % size === 0 && i !== size ? 1 : 0));
  const truth: PlantedTruth = { file: "t.tsv", genes: 4, known: 3, places };
  return { runner, table, truth };
}

test("a test is held against a truth of its own genes alone", async () => {
  const { runner, table, truth } = await open();
  const { chance, curves } = await runner.deletion(table, { truth, genes: [0, 1] });
  assert.equal(chance?.mean.genes, 1, "in the second gene nothing is planted");
  assert(curves.every(({ planted }) => planted !== undefined));
  await assert.rejects(runner.deletion(readFake(3), { truth }), { code: "another-truth" });
  const without = await runner.deletion(table, { genes: [0, 1] });
  assert.deepEqual([without.chance, without.curves[0]!.planted], [undefined, undefined]);
});

test("the page keeps it for the run that it was read for, and saves what each explanation finds", async () => {
  const { runner, table, truth } = await open();
  Object.assign(runner, { readPlanted: async () => truth });
  let predicted = Float32Array.of(1, 0, 1, 0);
  const of = { runner, tables: [table], preparations: [{}], genes: table.genes } as const;
  const handlers = new ExplainHandlers(() => ({ ...of, predicted }));
  const all = { sample: undefined, seed: 1 };
  assert.equal((await handlers.testDeletion.run(all, {})).chance, undefined);
  const source = { blob: new Blob(["truth"]), file: "t.tsv" };
  assert.deepEqual(await handlers.readPlanted.run({ source }, {}), { file: "t.tsv", genes: 4, known: 3 });
  const tested = await handlers.testDeletion.run(all, {});
  assert.equal(tested.chance?.genes, 3);
  const tsv = deletionDrawing(setDeletion(tested, { replacement: "its mean" })).tsv?.() ?? "";
  const [bins, places] = tsv.trimEnd().split("\n").slice(-2);
  assert.match(bins!, /^planted_bins(\t0\.\d+)+$/);
  assert.match(places!, /^planted_marks_in_bins(\t0\.\d+)+$/);
  predicted = predicted.slice();
  assert.equal((await handlers.testDeletion.run(all, {})).chance, undefined, "another run");
});
