import assert from "node:assert/strict";
import { test } from "node:test";

import { inStages, markdown, ofProgram } from "../sequence/stages-report.mjs";

const SAID = `A model on cpu, 1 thread

predict 131072 bases   2600.000 ms
  tower             2000.500 ms
  dilated blocks     300.000 ms
  last block         100.000 ms
  tracks             200.000 ms
`;

test("stages are read from what the program says, and a missing one is an error", () => {
  assert.deepEqual(ofProgram(SAID), { tower: 2000.5, "dilated blocks": 300, "last block": 100, tracks: 200 });
  assert.throws(() => ofProgram("predict 131072 bases 1.0 ms\n"), /no tower, last block, tracks/);
});

test("steps of a page are summed up: towers first, the last block and the tracks at the end", () => {
  const steps = { towers: 2, ms: [10, 20, 1, 2, 3, 40, 50] };
  assert.deepEqual(inStages("basenji", steps), { tower: 30, "dilated blocks": 6, "last block": 40, tracks: 50 });
  assert.equal(inStages("attention-two-sided", steps)["context stage"], 6);
});

test("a row has the median of each stage and its share of all", () => {
  const pass = (tower) => ({ tower, "context stage": 500, "last block": 250, tracks: 250 });
  const text = markdown({
    date: "2026-01-02T03:04:05.678Z",
    command: "node benches/stages.mjs",
    commit: "0123abc",
    machine: { processor: "A processor", cores: 2, memory: 8 * 2 ** 30, system: "linux x64" },
    chromium: "1.2.3",
    passes: 3,
    load: 0.1,
    runs: [{ variant: "attention-two-sided", where: "native", passes: [pass(900), pass(1000), pass(4000)] }],
  });
  assert.ok(
    text.includes(
      "| attention-two-sided | native | 2.00 | 1.00 (50 %) | – | 0.50 (25 %) | 0.25 (13 %) | 0.25 (13 %) |",
    ),
    text,
  );
});
