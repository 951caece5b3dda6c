/** Descriptions of a table's values in figures and tables, by its own notes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { weightsDrawing } from "../../src/tasks/genes/attention-drawings";
import { tracksDrawing, averageDrawing } from "../../src/tasks/genes/on-off/drawings";
import { light } from "../../src/plots";
import { isMeasured } from "../../src/tasks/genes/change/drawings";
import type { FinishedRun } from "../../src/tasks/genes/result";
import { mixesUnits, notesOf, signalOf, unitsInWords } from "../../src/tasks/shared/signal";

const BIGWIG =
  "H3K4me3, H3K9me3: mean signal; 100 bins of 100 bp, 5000 bp before and 5000 bp behind the TSS, in genomic order";
const MIXED = "H3K4me3: mean signal; H3K9me3: counts of reads; 100 bins of 100 bp, in genomic order";
const STAND_IN =
  "H3K27me3: not measured; 1.105 stands in for it in all bins: the mark's mean in the model's training data";
const MARKS = ["H3K4me3", "H3K9me3", "H3K27me3"];
const table = (notes: readonly string[], layout: "headed" | "attentive-chrome" = "headed") => ({
  layout,
  notes,
  marks: MARKS,
});

test("a table made of bigWigs holds mean signal, and one of alignments reads", () => {
  assert.equal(signalOf(table([BIGWIG]), {}, MARKS.slice(0, 2)).signalName, "mean signal");
  assert.equal(
    signalOf(table(["H3K4me3, H3K9me3, H3K27me3: counts of reads; 100 bins"]), {}, MARKS).signalName,
    "reads per bin",
  );
});

test("a table that does not say what its values are is not said to hold reads", () => {
  assert.equal(signalOf(table([]), {}, MARKS).signalName, "as in the table");
  assert.equal(signalOf(table([], "attentive-chrome"), {}, MARKS).signalName, "reads per bin", "published counts");
  assert.equal(signalOf({ ...table([]), simulated: true }, {}, MARKS).signalName, "reads per bin", "as simulated");
});

test("rescaled and changed values are said to be so", () => {
  const scale = { H3K4me3: 2, H3K9me3: 2 };
  assert.equal(signalOf(table([BIGWIG]), { scale }, MARKS.slice(0, 2)).signalName, "mean signal, rescaled");
  assert.equal(signalOf(table([BIGWIG]), {}, MARKS.slice(0, 2), true).signalName, "mean signal, changed");
});

test("means and counts in one table are told apart, mark by mark", () => {
  assert(mixesUnits(table([MIXED])) && !mixesUnits(table([BIGWIG])));
  assert.equal(unitsInWords(table([MIXED])), "H3K4me3: mean signal; H3K9me3: reads per bin");
  const { signalName, units, standIns } = signalOf(table([MIXED, STAND_IN]), {}, MARKS);
  assert.deepEqual(
    [signalName, units, standIns],
    [undefined, { H3K4me3: "mean signal", H3K9me3: "reads per bin" }, { H3K27me3: "1.105" }],
  );
});

test("what is written anew says the same of its values", () => {
  const scale = { H3K4me3: 2 };
  for (const was of [table([BIGWIG, STAND_IN]), table([MIXED]), table([], "attentive-chrome"), table([])]) {
    for (const preparation of [{}, { scale }]) {
      const again = { layout: "headed" as const, marks: MARKS, notes: notesOf(was, preparation) };
      assert.deepEqual(signalOf(again, {}, MARKS), signalOf(was, preparation, MARKS));
    }
  }
});

/** A gene of a run whose third mark was not measured, and has the highest β. */
const run = {
  tables: [{ ...table([BIGWIG, STAND_IN]), genes: ["GENE1"], labels: undefined, file: "mine.csv", bins: 2 }],
  preparations: [{}],
  genes: ["GENE1"],
  marks: MARKS,
  rows: MARKS,
  bins: 2,
  beta: Float32Array.of(0.1, 0.1, 0.8),
  probability: Float32Array.of(0.9),
  summary: { on: new Float32Array(6).fill(0.5), off: undefined, genesOn: 1, genesOff: 0 },
  model: { card: { bin_size: 100, window: { anchor: "TSS", upstream: 100, downstream: 100 } } },
} as unknown as FinishedRun;
const detail = { index: 0, signal: Float32Array.of(1, 2, 1.105, 3, 4, 1.105), alpha: new Float32Array(6).fill(0.5) };

test("tables of a figure's numbers have none of a mark that was not measured", () => {
  assert.equal(
    tracksDrawing(run, detail).tsv?.(),
    "bin\tsignal_H3K4me3\tsignal_H3K9me3\tsignal_H3K27me3_not_measured\talpha_H3K4me3\talpha_H3K9me3\t" +
      "alpha_H3K27me3_not_measured\n1\t1\t2\tNaN\t0.5\t0.5\tNaN\n2\t3\t4\tNaN\t0.5\t0.5\tNaN\n",
  );
  assert.equal(
    weightsDrawing(run, 0, {})?.tsv?.(),
    "mark\tbeta\tmeasured\nH3K4me3\t0.1\tyes\nH3K9me3\t0.1\tyes\nH3K27me3\tNaN\tno, 1.105 stands in\n",
  );
  assert.match(averageDrawing(run)?.tsv?.() ?? "", /mean_alpha_on_H3K27me3_not_measured\n1\t0\.5\t0\.5\tNaN\n/);
});

test("the figure of a gene from bigWigs says mean signal, and what was not measured", () => {
  const plot = tracksDrawing(run, detail).draw({ width: 720, theme: light });
  assert.match(plot, />mean signal</);
  assert.match(plot, />not measured, 1\.105 stands in</);
  assert.doesNotMatch(plot, /reads per bin/);
});

test("figures of a gene are headed by its symbol and its id, and saved by its id", () => {
  const symbols = new Map([["GENE1", "GATA1"]]);
  const frame = { width: 720, theme: light };
  const tracks = tracksDrawing(run, detail, undefined, undefined, symbols);
  assert.match(tracks.draw(frame), />GATA1 GENE1</);
  assert.match(weightsDrawing(run, 0, { symbols })?.draw(frame) ?? "", /GATA1 GENE1/);
  assert.equal(tracks.gene, "GENE1");
  assert.match(tracksDrawing(run, detail).draw(frame), />GENE1</);
});

test("in a change a column is measured where its cell types were, and a difference where both were", () => {
  const tables = [table([BIGWIG]), table([BIGWIG, STAND_IN])] as never;
  const of = (column: string): boolean => isMeasured({ tables }, column);
  assert.deepEqual(["A_H3K27me3", "B_H3K27me3", "diff_H3K27me3", "auxA_H3K27me3", "auxB_H3K27me3"].map(of), [
    true,
    false,
    false,
    true,
    false,
  ]);
  assert(of("B_H3K4me3") && of("diff_H3K4me3"));
});
