import assert from "node:assert/strict";
import { test } from "node:test";
import { everywhereDrawing } from "../../../src/explain/everywhere/drawing";
import { type Change, inWords, make, perturbed, takeBack, UNCHANGED, undo } from "../../../src/explain/perturbation";
import { light } from "../../../src/plots";

/** Two bins of two marks in A and B: 1 to 8. */
const PAIR = Float32Array.from({ length: 8 }, (_, i) => i + 1);
const pair = (...changes: Change[]) => [...perturbed(PAIR, { marks: 2, cells: 2 }, changes)];
const all: Change = { mark: undefined, cell: undefined, bins: [1, 2], to: { kind: "zero" } };

test("a mark of one cell type is set to zero in the chosen bins, and nothing else changes", () => {
  assert.deepEqual(pair({ ...all, mark: 1, cell: 0, bins: [2, 2] }), [1, 2, 3, 4, 5, 0, 7, 8]);
  assert.deepEqual(pair({ ...all, mark: 0 }), [0, 2, 0, 4, 0, 6, 0, 8]);
  assert.deepEqual(pair({ ...all, cell: 1 }), [1, 2, 0, 0, 5, 6, 0, 0]);
  assert.deepEqual([...PAIR], [1, 2, 3, 4, 5, 6, 7, 8], "the measured signal stays");
});

test("a mark is set to that of the other cell type, and both are swapped", () => {
  assert.deepEqual(pair({ ...all, mark: 0, cell: 0, to: { kind: "other" } }), [3, 2, 3, 4, 7, 6, 7, 8]);
  assert.deepEqual(pair({ ...all, mark: 1, to: { kind: "other" } }), [1, 4, 3, 2, 5, 8, 7, 6]);
  assert.deepEqual(
    pair({ ...all, cell: 0 }, { ...all, cell: 1, to: { kind: "other" } }),
    [0, 0, 1, 2, 0, 0, 5, 6],
    "what was measured, not what was made of it",
  );
});

test("both cell types are set to the middle of the two, which is the contrast of a change", () => {
  assert.deepEqual(pair({ ...all, mark: 0, to: { kind: "middle" } }), [2, 2, 2, 4, 6, 6, 6, 8]);
  assert.deepEqual(pair({ ...all, cell: 1, bins: [1, 1], to: { kind: "middle" } }), [1, 2, 2, 3, 5, 6, 7, 8]);
  assert.equal(
    inWords({ ...all, mark: 0, to: { kind: "middle" } }, ["H3K4me3", "H3K27me3"], 2, ["A", "B"]),
    "H3K4me3 of both: set to the midpoint of A and B",
  );
});

test("a mark is scaled, and bins beyond the window do not count", () => {
  assert.deepEqual(
    pair({ mark: 1, cell: 1, bins: [2, 9], to: { kind: "scale", factor: 0.5 } }),
    [1, 2, 3, 4, 5, 6, 7, 4],
  );
});

test("one cell type has no other, so that nothing is taken from there", () => {
  const values = perturbed(Float32Array.of(1, 2, 3, 4), { marks: 2, cells: 1 }, [
    { ...all, to: { kind: "other" } },
    { ...all, mark: 1, bins: [1, 1] },
  ]);
  assert.deepEqual([...values], [1, 0, 3, 4]);
});

test("a change of the same mark, cell type and bins replaces the one before; a scale of 1 undoes it", () => {
  const zero: Change = { ...all, mark: 0 };
  const scaled = make(make(UNCHANGED, zero), { ...zero, to: { kind: "scale", factor: 2 } });
  assert.deepEqual(
    scaled.changes.map(({ to }) => to),
    [{ kind: "scale", factor: 2 }],
  );
  assert.deepEqual(make(scaled, { ...zero, mark: 1 }).changes.length, 2);
  assert.deepEqual(make(scaled, { ...zero, to: { kind: "scale", factor: 1 } }).changes, []);
});

test("undo goes back step by step, and the way of a slider is one step", () => {
  const zero: Change = { ...all, mark: 0 };
  const slide = (factor: number): Change => ({ ...all, mark: 1, to: { kind: "scale", factor } });
  const slid = [0.9, 0.5, 0.1].reduce((history, factor) => make(history, slide(factor)), make(UNCHANGED, zero));
  assert.deepEqual(slid.changes, [zero, slide(0.1)]);
  assert.deepEqual(undo(slid).changes, [zero]);
  assert.deepEqual(undo(undo(slid)), UNCHANGED);
  assert.deepEqual(undo(UNCHANGED), UNCHANGED);
  const taken = takeBack(slid, slid.changes[0]);
  assert.deepEqual([taken.changes, undo(taken).changes], [[slide(0.1)], [zero, slide(0.1)]]);
});

test("a change is told in words", () => {
  const marks = ["H3K4me3", "H3K27me3"];
  const cells = ["A, K562", "B, H1"];
  assert.equal(
    inWords({ ...all, mark: 0, cell: 0, bins: [90, 110] }, marks, 200, cells),
    "H3K4me3 of A, K562, bins 90–110: set to zero",
  );
  assert.equal(
    inWords({ ...all, bins: [1, 200], to: { kind: "other" } }, marks, 200, cells),
    "All marks of both: swapped with each other",
  );
  assert.equal(
    inWords({ ...all, mark: 1, cell: 1, bins: [7, 7], to: { kind: "other" } }, marks, 200, cells),
    "H3K27me3 of B, H1, bin 7: set to that of A, K562",
  );
  assert.equal(
    inWords({ ...all, mark: 1, bins: [1, 100], to: { kind: "scale", factor: 0.5 } }, marks, 100, []),
    "H3K27me3: × 0.5",
  );
});

test("the axes of genes before and after name P(on) once", () => {
  const genes = { genes: ["a", "b", "c"], before: Float32Array.of(0.9, 0.2, 0.6), r: () => -0.25 };
  const drawn = everywhereDrawing({ ...genes, after: Float32Array.of(0.1, 0.4, 0.3) }, "H3K4me3: set to zero").draw({
    width: 480,
    theme: light,
  });
  const texts = [...drawn.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
  assert(texts.includes("P(on), signal as measured"), texts.join("; "));
  assert(texts.includes("P(on), H3K4me3: set to zero"), texts.join("; "));
  assert(
    texts.some((text) => text?.endsWith("r = −0.250")),
    texts.join("; "),
  );
});
