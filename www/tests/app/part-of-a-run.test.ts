// A page of one file has some genes of a run: what is said of all of them is of the whole run, or is not said.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnInWords } from "../../src/explain/set/means-words";
import type { Exported, WholeRun } from "../../src/standalone/format";
import { ExportError } from "../../src/standalone/read";
import { readStoredWhole, storedWhole, wholeIn, wholeText } from "../../src/standalone/whole";
import { partsInWords } from "../../src/standalone/page";
import { methodsOfChange, methodsOfRun } from "../../src/tasks/genes/saved/methods";
import type { ChangeRun, FinishedRun } from "../../src/tasks/genes/result";
import {
  factsOfAll,
  factsOfPart,
  measuredTogether,
  onTogether,
  together,
  weightsOfWhole,
} from "../../src/tasks/genes/together";
import { CHANGE_LISTS } from "../../src/tasks/genes/change/table";
import { ON_OFF_LISTS } from "../../src/tasks/genes/on-off/table";
import { histogramDrawing, overviewDrawings } from "../../src/tasks/genes/on-off/drawings";
import { provenance, runRecord } from "../../src/tasks/genes/saved/record";
import { partIn, partInName, partNote, withoutPart } from "../../src/tasks/genes/tables/part";
import type { Drawing } from "../../src/ui/drawing";
import { CHANGE_DESCRIPTION, DESCRIPTION } from "../fakes/descriptions";
import { card, changeCard, MARKS, SHA256 } from "../fakes/engine";

const PREDICTED = Float32Array.of(0.9, 0.8, 0.7, 0.2, 0.1, 0.05);
const SAID: WholeRun = {
  ...{ genes: 6, chosen: "those with the highest P(on)", block: "run", auroc: 0.948 },
  attention: { on: new Array(4 * MARKS.length).fill(0.25), genes_on: 3, genes_off: 3 },
  measured: { file: "tpm.tsv", genes: 5, on: 2, auroc: 0.9 },
};

function exported(run: WholeRun | undefined, text = wholeText("probability", PREDICTED, [1, 1, 0, 0, 0, 1])): Exported {
  const manifest = { model: { sha256: SHA256 }, ...(run && { run }) } as Exported["manifest"];
  return { manifest, blocks: new Map([["run", new TextEncoder().encode(text)]]) };
}

/** The two genes with the highest P(on) of six, as a page of one file runs them. */
function part(change: Partial<FinishedRun> = {}, isKnown = true): FinishedRun {
  const notes = [partNote(2, { of: 6, chosen: SAID.chosen })];
  const table = {
    ...{ file: "mine.csv", layout: "headed" as const, genes: ["a", "b"], marks: MARKS, bins: 4, notes },
    ...{ labels: Uint8Array.of(1, 0), whole: isKnown ? wholeIn("page.html", exported(SAID)) : undefined },
  };
  return {
    ...{ date: "2026-11-21T01:02:03Z", program: "Regulens 0.1.0", seconds: 1, genesOnGpu: 0, genesOn: 2, auroc: 0.629 },
    device: { kind: "cpu", software: false, reason: "", simd: "relaxed", workers: 2 },
    model: { card, file: "m.safetensors", sha256: SHA256, verified: true, description: DESCRIPTION },
    ...{ tables: [table], preparations: [{}], genes: ["a", "b"], marks: MARKS, rows: MARKS, bins: 4 },
    ...{
      probability: Float32Array.of(0.9, 0.8),
      logit: Float32Array.of(2, 1),
      beta: new Float32Array(2 * MARKS.length),
    },
    ...{ topBin: new Uint16Array(2), topAlpha: new Float32Array(2), topRow: new Uint8Array(2) },
    summary: { on: new Float32Array(4 * MARKS.length), off: undefined, genesOn: 2, genesOff: 0 },
    ...change,
  } as FinishedRun;
}

test("what is said of all genes of a part is of the whole run, and the part is marked", () => {
  const run = part();
  const { part: words, isWhole } = together(run);
  const { genes, on, auroc, summary } = onTogether(run);
  assert.deepEqual([genes, on, auroc, isWhole], [6, 3, 0.948, true]);
  assert.equal(words, "2 of 6 genes, those with the highest P(on)");
  assert.deepEqual([summary?.on?.[0], summary?.off, summary?.genesOff], [0.25, undefined, 3]);
  const record = JSON.parse(runRecord(run));
  assert.deepEqual(
    [record.auroc, record.predicted_on, record.predicted_off, record.part, record.statistics_of],
    [0.948, 3, 3, "2 of 6 genes, those with the highest P(on)", "all 6 genes of the run"],
  );
  const { text } = methodsOfRun(run);
  assert.match(text, /3 of 6 genes\. Shown are 2 of 6 genes, those with the highest P\(on\); numbers of genes, scores/);
  assert.match(text, /labels is 0\.948/);
  const bars = ({ tsv }: Drawing): number =>
    String(tsv?.())
      .trim()
      .split("\n")
      .slice(1)
      .reduce((sum, row) => sum + Number(row.split("\t")[2]), 0);
  assert.equal(bars(overviewDrawings(run).histogram), 6);
  assert.equal(bars(histogramDrawing(run)), 2);
  assert.deepEqual(provenance(run, factsOfAll(run)).facts?.at(-1), "all 6 genes of the run");
  assert.deepEqual(provenance(run, factsOfPart(run)).facts?.at(-1), "2 of 6 genes, those with the highest P(on)");
});

test("what is known of a whole run is kept in a workspace, and nothing of it where that is damaged", async () => {
  const whole = wholeIn("page.html", exported(SAID))!;
  assert.deepEqual(await readStoredWhole(storedWhole(whole)), whole);
  const fields = JSON.parse(await storedWhole(whole).text()) as Record<string, unknown>;
  for (const damaged of [
    "{",
    "{}",
    JSON.stringify({ ...fields, rows: "predicted\n0.5\n" }),
    JSON.stringify({ ...fields, said: { ...SAID, auroc: "0.9" } }),
  ])
    assert.equal(await readStoredWhole(new Blob([damaged])), undefined);
});

test("of a part whose whole run is not known no score is given", () => {
  for (const run of [
    part({}, false),
    // Another model, and values that were changed, are another run.
    part({ model: { ...part().model, sha256: "0".repeat(64) } }),
    part({ preparations: [{ scale: { [MARKS[0]!]: 2 } }] }),
  ]) {
    const { isWhole, part: words } = together(run);
    const { genes, on, auroc } = onTogether(run);
    assert.deepEqual([genes, on, auroc, isWhole], [2, 2, undefined, false]);
    assert.equal(words, "2 of 6 genes, those with the highest P(on)");
    assert.equal(JSON.parse(runRecord(run)).auroc, null);
    assert.doesNotMatch(methodsOfRun(run).text, /ROC/);
    assert.deepEqual(factsOfAll(run), [words]);
  }
  const whole = part({ tables: [{ ...part().tables[0], notes: [], whole: undefined }] });
  assert.deepEqual([onTogether(whole).auroc, together(whole).part, factsOfAll(whole)], [0.629, undefined, []]);
});

test("measured expression was predicted as well as in the whole run, and of another file nothing is known", () => {
  const measured = { known: Uint32Array.of(0, 1), on: 1, auroc: 0.5 };
  assert.equal(measuredTogether(part(), { ...measured, file: "tpm.tsv" }).auroc, 0.9);
  assert.equal(measuredTogether(part(), { ...measured, file: "other.tsv" }).auroc, undefined);
});

test("a change of some genes says of the whole run how many go up and down, its correlation and its weights", () => {
  const weights = { by_measured: false, threshold: 2, up: 1, down: 2, columns: [{ up: { mean: 0.5 } }] };
  const said: WholeRun = { genes: 4, chosen: "those with the highest log2 fold change", block: "run", weights };
  const text = wholeText("fold_change", Float32Array.of(3, 2, -2, -3));
  const whole = wholeIn("page.html", exported({ ...said, pearson: 0.7 }, text));
  const table = { file: "a.csv", layout: "headed", genes: ["x"], marks: MARKS, bins: 4, labels: undefined };
  const notes = [partNote(1, { of: 4, chosen: said.chosen })];
  const run = {
    ...{ date: "2026-11-21T01:02:03Z", program: "Regulens 0.1.0", seconds: 1, genesOnGpu: 0, genes: ["x"] },
    device: { kind: "cpu", software: false, reason: "", simd: "relaxed", workers: 2 },
    model: { card: changeCard, file: "m", sha256: SHA256, verified: true, description: CHANGE_DESCRIPTION },
    tables: [
      { ...table, notes, whole },
      { ...table, notes },
    ],
    ...{ preparations: [{}, {}], unmatched: [[], []], marks: MARKS, columns: ["A_K4"], rows: [], bins: 4 },
    foldChange: Float32Array.of(3),
  } as unknown as ChangeRun;
  const found = together(run);
  assert.deepEqual([found.genes, [...found.predicted], found.whole?.said.pearson], [4, [3, 2, -2, -3], 0.7]);
  assert.deepEqual(weightsOfWhole(run)?.found.columns, [{ up: { mean: 0.5 } }]);
  assert.equal(JSON.parse(runRecord(run)).predicted_higher_in_b, 2);
  assert.match(methodsOfChange(run).text, /Shown are 1 of 4 genes, those with the highest log2 fold change; numbers/);
});

test("a table says in its notes that it is a part, and files of it in their names", () => {
  const notes = ["A: counts of reads", partNote(100, { of: 400, chosen: "those with the highest P(on)" })];
  assert.deepEqual(partIn({ notes }), { of: 400, chosen: "those with the highest P(on)" });
  assert.deepEqual(partIn({ notes: [partNote(3, { of: 9, chosen: "" })] }), { of: 9, chosen: "" });
  assert.deepEqual([partIn({ notes: [notes[0]!] }), withoutPart(notes)], [undefined, [notes[0]]]);
  assert.equal(partInName({ notes }, 100), "100-of-400-genes");
});

test("which genes a page takes is said as they are listed", () => {
  assert.equal(ON_OFF_LISTS.rule(ON_OFF_LISTS.first, MARKS, false), "those with the highest P(on)");
  const listing = { sort: { key: "beta:1", descending: false }, filter: "off", search: "TP" } as const;
  assert.equal(
    ON_OFF_LISTS.rule(listing, MARKS, false),
    `those with the lowest β of ${MARKS[1]}, of those predicted off, with “TP” in their names`,
  );
  assert.equal(ON_OFF_LISTS.rule({ ...listing, search: "" }, MARKS, true), "those predicted off");
  const changes = { sort: { key: "change", descending: true }, filter: "all", search: "" } as const;
  assert.equal(CHANGE_LISTS.rule(changes, MARKS, false), "those with the highest log2 fold change");
});

test("a deletion test and averages over a part say that they are of a part", () => {
  const sample = { genes: 100, of: 100, seed: undefined };
  assert.equal(drawnInWords(sample), "All 100 genes");
  assert.equal(drawnInWords(sample, "100 of 400 genes"), "All 100 genes of a part of the run (100 of 400 genes)");
});

test("a page says which part it has, and a whole run that lacks rows is refused", () => {
  const inputs = [{ role: "table", block: "table", file: "t.csv", items: 2, of: 6 }] as const;
  assert.equal(partsInWords({ inputs, run: SAID }), "It has 2 of the 6 genes of t.csv: those with the highest P(on).");
  assert.equal(wholeIn("page.html", exported(undefined)), undefined);
  for (const text of ["probability\n0.5\n", "probability,label\n0.5\n0.5\n0.5\n0.5\n0.5\n0.5\n"])
    assert.throws(() => wholeIn("page.html", exported(SAID, text)), ExportError);
  // As Rust writes it.
  assert.equal(wholeText("probability", Float32Array.of(0.5, 1e-5), [1, 0]), "probability,label\n0.5,1\n0.00001,0\n");
});
