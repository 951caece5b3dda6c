import assert from "node:assert/strict";
import { test } from "node:test";

import { markdown } from "../sequence/page-report.mjs";

const MIB = 2 ** 20;

test("a row tells the most of loading, of running and of looking, together and by process", () => {
  const text = markdown({
    date: "2026-01-02T03:04:05.678Z",
    command: "node benches/page.mjs",
    commit: "0123abc",
    machine: { processor: "A processor", cores: 2, memory: 8 * 2 ** 30, system: "linux x64" },
    chromium: "1.2.3",
    adapter: { name: "a GPU", software: true },
    runs: [
      {
        variant: "basenji",
        computedOn: "WebGPU · a GPU",
        loading: { sum: 300 * MIB, renderer: 200 * MIB, gpu: 100 * MIB },
        running: { sum: 500 * MIB, renderer: 260 * MIB, gpu: 240 * MIB },
        looking: { sum: 400 * MIB, renderer: 210 * MIB, gpu: 190 * MIB },
      },
    ],
  });
  assert.match(text, /^# Memory of the page .*, 2026-01-02$/m);
  assert.match(text, /a GPU \(software\)/);
  assert.ok(text.includes("| basenji | WebGPU · a GPU | 300 | 200 | 100 | 500 | 260 | 240 | 400 | 210 | 190 |"), text);
});
