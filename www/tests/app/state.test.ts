import assert from "node:assert/strict";
import { test } from "node:test";
import type { Deviation, Understanding } from "../../../pkg/src/index";
import { binAxis } from "../../src/plots";
import { ON_OFF_LISTS } from "../../src/tasks/genes/on-off/table";
import { type Listing, lookedAt, nextSort } from "../../src/tasks/genes/order";
import { identify } from "../../src/session/files";
import {
  listed,
  obstacle,
  offScale,
  preparationInWords,
  preparationOf,
  samePreparation,
} from "../../src/session/preparation";
import { provenance, runRecord } from "../../src/tasks/genes/saved/record";
import { HIGHEST, laidOut, scrollTopFor, scrollToRow, topAt, visibleRows } from "../../src/ui/grid";
import { bytes, duration, percent, progressInWords } from "../../src/ui/words";
import type { FinishedRun } from "../../src/tasks/genes/result";
import { DESCRIPTION } from "../fakes/descriptions";
import { card, SHA256 } from "../fakes/engine";

const run = {
  model: { card, file: "k562.safetensors", sha256: SHA256, verified: true, description: DESCRIPTION },
  tables: [
    {
      file: "my.csv",
      layout: "headed",
      genes: ["B10", "a2", "b9", "C"],
      marks: card.marks,
      bins: 4,
      notes: [],
      labels: Uint8Array.of(1, 0, 1, 0),
    },
  ],
  preparations: [{}],
  genes: ["B10", "a2", "b9", "C"],
  device: { kind: "cpu", software: false, reason: "" },
  genesOnGpu: 0,
  seconds: 1.23456,
  date: "2026-01-02T03:04:05.000Z",
  program: "Regulens 0.1.0",
  marks: card.marks,
  rows: card.marks,
  bins: 4,
  probability: Float32Array.of(0.9, 0.1, 0.4, 0.7),
  logit: Float32Array.of(2, -2, -0.4, 0.8),
  beta: Float32Array.of(0.1, 0.9, 0.5, 0.5, 0.7, 0.3, 0.5, 0.5),
  topBin: Uint16Array.of(3, 2, 1, 0),
  topAlpha: Float32Array.of(1, 1, 1, 1),
  topRow: Uint8Array.of(1, 0, 0, 0),
  genesOn: 2,
  summary: { on: undefined, off: undefined, genesOn: 2, genesOff: 2 },
  auroc: 0.75,
} satisfies FinishedRun;

const list = (listing: Partial<Listing>) => [
  ...ON_OFF_LISTS.list(run, { sort: undefined, filter: "all", search: "", ...listing }),
];

test("genes are listed by what is sure, and sorted by it", () => {
  const sets = { coverage: 0.9, of: ["on", "off", "on|off", "on"] as const };
  const listed = (listing: Partial<Listing>) => [
    ...ON_OFF_LISTS.list(run, { sort: undefined, filter: "all", search: "", ...listing }, { sets }),
  ];
  assert.deepEqual(listed({ filter: "sure" }), [0, 1, 3]);
  assert.deepEqual(listed({ filter: "unsure" }), [2]);
  assert.deepEqual(listed({ sort: { key: "sure", descending: true } }), [0, 1, 3, 2]);
});

test("genes sort by the size of the mark that contributes most, those that are not explained last", () => {
  const of = (...values: number[]) => values.map((value, i) => ({ mark: `m${i}`, value }));
  const shares = new Map([
    [0, of(0.5, -0.1)],
    [1, of(0.2, -3)],
    [3, of(1, 0)],
  ]);
  const listed = (descending: boolean) => [
    ...ON_OFF_LISTS.list(run, { sort: { key: "shares", descending }, filter: "all", search: "" }, { shares }),
  ];
  assert.deepEqual(
    [listed(true), listed(false)],
    [
      [1, 3, 0, 2],
      [0, 3, 1, 2],
    ],
  );
  assert.deepEqual(nextSort(undefined, "shares"), { key: "shares", descending: true });
  assert.equal(
    ON_OFF_LISTS.rule({ sort: { key: "shares", descending: true }, filter: "on", search: "" }, [], false),
    "those whose strongest mark contributes most, of those predicted on",
  );
});

test("without a sort genes are listed as in the table", () => assert.deepEqual(list({}), [0, 1, 2, 3]));

test("genes sort by each column, and equal ones keep the table's order", () => {
  assert.deepEqual(list({ sort: { key: "probability", descending: true } }), [0, 3, 2, 1]);
  assert.deepEqual(
    list({ sort: { key: "gene", descending: false } }),
    [1, 2, 0, 3],
    "as a person sorts: b9 before B10",
  );
  assert.deepEqual(list({ sort: { key: "beta:0", descending: true } }), [2, 1, 3, 0]);
  assert.deepEqual(list({ sort: { key: "beta:0", descending: false } }), [0, 1, 3, 2]);
  assert.deepEqual(list({ sort: { key: "top", descending: false } }), [3, 2, 1, 0]);
  assert.deepEqual(list({ sort: { key: "label", descending: true } }), [0, 2, 1, 3]);
});

test("where attention is even no place is told, and such genes are listed after all others", () => {
  const axis = binAxis(4, 100, { anchor: "TSS", upstream: 200, downstream: 200 });
  const even = { ...run, topAlpha: Float32Array.of(0.25, 0.9, 0.26, 0.8) };
  assert.deepEqual(
    [0, 1, 2, 3].map((gene) => lookedAt(even, axis, gene)),
    ["even", "+50 bp", "even", "−150 bp"],
  );
  const top = (descending: boolean) => [
    ...ON_OFF_LISTS.list(even, { sort: { key: "top", descending }, filter: "all", search: "" }),
  ];
  assert.deepEqual(top(false), [3, 1, 0, 2]);
});

test("genes are filtered by prediction and by disagreement with their label, and searched in any case", () => {
  assert.deepEqual(list({ filter: "on" }), [0, 3]);
  assert.deepEqual(list({ filter: "off" }), [1, 2]);
  assert.deepEqual(list({ filter: "missed" }), [2, 3]);
  assert.deepEqual(list({ search: " b" }), [0, 2]);
  assert.deepEqual(list({ search: "zz" }), []);
});

test("a column's head sorts the useful way first, then the other, then not at all", () => {
  const first = nextSort(undefined, "probability");
  const second = nextSort(first, "probability");
  assert.deepEqual(
    [first, second, nextSort(second, "probability")],
    [{ key: "probability", descending: true }, { key: "probability", descending: false }, undefined],
  );
  assert.deepEqual(nextSort(first, "gene"), { key: "gene", descending: false });
});

test("only rows in view and some around them are drawn", () => {
  assert.deepEqual(visibleRows(0, 360, 36, 20000), { first: 0, last: 18 });
  assert.deepEqual(visibleRows(36 * 1000, 360, 36, 20000), { first: 992, last: 1018 });
  assert.deepEqual(visibleRows(36 * 20000, 360, 36, 20000).last, 20000);
  assert.deepEqual(visibleRows(5000, 360, 36, 3), { first: 3, last: 3 });
  assert.deepEqual(visibleRows(0, 360, 36, 0), { first: 0, last: 0 });
});

test("a row is scrolled to only as far as needed", () => {
  assert.equal(scrollToRow(5, 0, 360, 36), 0);
  assert.equal(scrollToRow(10, 0, 360, 36), 36);
  assert.equal(scrollToRow(2, 360, 360, 36), 72);
});

test("every row of a list that is too high to be laid out can be scrolled to", () => {
  const [view, rowHeight] = [360, 36];
  for (const count of [10, 222_222, 222_223, 1_000_000, 50_000_000]) {
    const height = count * rowHeight;
    const most = laidOut(height) - view;
    assert(laidOut(height) <= HIGHEST);
    // Dragging reaches both ends, and nothing beyond.
    assert.equal(topAt(0, view, height), 0);
    assert.equal(visibleRows(topAt(most, view, height), view, rowHeight, count).last, count);
    if (height > HIGHEST) assert.equal(topAt(most + 100, view, height), height - view);
    for (const row of [0, 1, count >> 1, count - 2, count - 1]) {
      const top = scrollToRow(row, 0, view, rowHeight);
      const scrollTop = scrollTopFor(top, view, height);
      assert(scrollTop >= 0 && scrollTop <= most, `${count}, ${row}: ${scrollTop}`);
      assert(Math.abs(topAt(scrollTop, view, height) - top) < 0.01, `${count}, ${row}`);
      const { first, last } = visibleRows(top, view, rowHeight, count);
      assert(first <= row && row < last, `${count}, ${row}`);
    }
  }
  // Nothing changes for one that is not too high.
  assert.deepEqual([topAt(71.5, view, HIGHEST), scrollTopFor(71.5, view, HIGHEST)], [71.5, 71.5]);
});

const fit: Understanding = {
  genes: 2,
  marks: [
    { mark: "H3K4me3", column: 1 },
    { mark: "H3K27me3", column: 2 },
  ],
  extraMarks: [],
  bins: { table: 100, model: 100, selectable: null },
  layout: "headed",
  notes: [],
  deviations: [],
  distribution: [],
  runs: true,
};

test("a missing mark is an obstacle that names both sides", () => {
  const found = obstacle(
    { ...fit, marks: [fit.marks[0], { mark: "H3K27me3", column: null }] },
    { selectBins: false, rescale: new Set() },
  );
  assert.match(found?.what ?? "", /no column for H3K27me3/);
  assert.match(found?.remedy ?? "", /H3K4me3 and H3K27me3/);
});

test("fewer bins than the model takes cannot be accepted away", () => {
  const found = obstacle(
    { ...fit, bins: { table: 50, model: 100, selectable: null } },
    { selectBins: true, rescale: new Set() },
  );
  assert.match(found?.remedy ?? "", /100 bins/);
});

test("accepted factors multiply, and one for all marks reaches each", () => {
  const deviations: Deviation[] = [
    { code: "depth", mark: null, message: "", factor: 3 },
    { code: "doubled", mark: "H3K4me3", message: "", factor: 0.5 },
    { code: "no-signal", mark: "H3K27me3", message: "", factor: null },
  ];
  const of = (...rescale: number[]) =>
    preparationOf({ ...fit, deviations }, { selectBins: false, rescale: new Set(rescale) });
  assert.deepEqual(of(), {});
  assert.deepEqual(of(0, 1, 2), { scale: { H3K4me3: 1.5, H3K27me3: 3 } });
  assert(samePreparation(of(0, 1), of(1, 0)));
  assert(!samePreparation(of(0), of(1)));
  assert.deepEqual(preparationInWords({ selectBins: [51, 150], scale: { H3K4me3: 0.5 } }), [
    "bins 51–150 of each gene",
    "H3K4me3 × 0.5",
  ]);
});

test("a difference from training is told until it is undone, and not of what stands in for a mark", () => {
  const note = "H3K27me3: not measured; 0.43 stands in for it in all bins: its mean";
  const deviations: Deviation[] = [
    { code: "depth", mark: null, message: "all marks are twice as large", factor: 0.5 },
    { code: "mark-scale", mark: "H3K27me3", message: "H3K27me3: another scale", factor: 0.1 },
  ];
  const found = { ...fit, deviations };
  assert.deepEqual(offScale(found, {}), ["all marks are twice as large", "H3K27me3: another scale"]);
  assert.deepEqual(offScale(found, { scale: { H3K4me3: 0.5, H3K27me3: 0.5 } }), []);
  assert.deepEqual(offScale({ ...found, notes: [note] }, {}), ["all marks are twice as large"]);
  assert.deepEqual(offScale({ ...found, notes: [note] }, { scale: { H3K4me3: 0.5 } }), []);
});

test("values that are far too large are not called means", () => {
  const means = "fractions, where the model was trained on counts: these may be means instead of counts";
  const of = (factor: number | null): string[] =>
    offScale({ ...fit, deviations: [{ code: "not-counts", mark: null, message: means, factor }] }, {});
  assert.deepEqual(of(1.8), [means]);
  assert.deepEqual(of(null), [means]);
  assert.deepEqual(of(0.04), [
    "fractions, about 25 times as large as the counts that the model was trained on: these may be normalised, or " +
      "multiplied",
  ]);
});

test("what was done to the table is written into saved figures and the run's record", () => {
  const rescaled: FinishedRun = { ...run, preparations: [{ scale: { H3K4me3: 0.5 } }] };
  assert.equal(provenance(rescaled).table, "my.csv (H3K4me3 × 0.5)");
  assert.equal(provenance(run).table, "my.csv");
  const record = JSON.parse(runRecord(rescaled));
  assert.deepEqual(record.preparation, { select_bins: null, scale: { H3K4me3: 0.5 } });
  assert.deepEqual([record.model.sha256, record.table.file, record.auroc], [SHA256, "my.csv", 0.75]);
});

test("numbers are said as a person says them", () => {
  assert.deepEqual(
    [bytes(999), bytes(111_000), bytes(2_300_000), bytes(2e9)],
    ["999 bytes", "111 kB", "2.3 MB", "2.0 GB"],
  );
  assert.deepEqual([duration(0.84), duration(12.4), duration(200)], ["0.8 s", "12 s", "3 min 20 s"]);
  assert.deepEqual([percent(0.341), percent(0.004), percent(0)], ["34 %", "0.4 %", "0 %"]);
  assert.equal(listed(["A", "B", "C"]), "A, B and C");
});

test("progress of a run says how fast it is and how long it will take", () => {
  const activity = {
    name: "my.csv",
    began: 0,
    progress: { stage: "predict", file: "my.csv", done: 1000, total: 3000, unit: "genes" } as const,
  };
  assert.deepEqual(progressInWords(activity, 2000), {
    text: "Running on my.csv",
    detail: "1,000 of 3,000 genes, 500 genes a second, about 4 s left",
    share: 1 / 3,
  });
  assert.equal(progressInWords({ name: "x", began: 0 }, 0).share, undefined);
});

test("a safetensors file is known by its first bytes, a table by not having them", async () => {
  const isModel = async (file: Blob) => (await identify(file)) === "model";
  const start = (...bytes: number[]) => isModel(new Blob([Uint8Array.from(bytes)]));
  assert(await start(120, 9, 0, 0, 0, 0, 0, 0, 0x7b));
  assert(!(await start(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0)));
  assert(!(await isModel(new Blob(["gene,bin,H3K4me3"]))));
  assert(!(await isModel(new Blob([]))));
});
