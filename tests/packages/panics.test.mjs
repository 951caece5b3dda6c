// Under Node: every engine that panics says why on the console.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ROOT } from "./support/package.mjs";

// More attention than genes have probabilities.
const SUMMARY = {
  panic: `new engine.AttentionSummary(2, 3, 0.5).add(new Float32Array(1), new Float32Array(5))`,
  place: /summary\.rs:\d+:\d+:\n/,
};

/** A call that makes each engine panic, and the place that its message names. */
const ENGINES = {
  cpu: SUMMARY,
  "cpu-relaxed": SUMMARY,
  tables: SUMMARY,
  full: SUMMARY,
  "full-relaxed": SUMMARY,
  // More windows than have room in any memory.
  files: { panic: `engine.windowsOf("a.fa", "chr1", 0xffffffff, 1, 1, 0)`, place: /capacity overflow/ },
  // Node has no GPU, which wgpu takes for a mistake of whoever asks for one.
  webgpu: { panic: `engine.startDevice((why) => told.push(why))`, place: /webgpu\.rs:\d+:\d+:\n/ },
};

/** Engines of which no call is known that makes them panic: they refuse files that they do not know. */
const NEVER = ["foreign"];

const place = (engine, ending) => join(ROOT, "pkg/wasm", engine, `regulens_${engine}${ending}`);

test("there are no other engines", () => {
  const list = /pub const ALL: \[Engine; (\d+)\]/.exec(readFileSync(join(ROOT, "xtask/src/engines.rs"), "utf8"));
  assert.equal(Object.keys(ENGINES).length + NEVER.length, Number(list[1]));
});

for (const [engine, { panic, place: where }] of Object.entries(ENGINES))
  test(`an engine that panics says why on the console: ${engine}`, () => {
    const wasm = place(engine, "_bg.wasm");
    const script = `
    import { readFileSync } from "node:fs";
    const [said, told] = [[], []];
    console.error = (text) => said.push(text);
    const end = (thrown) => {
      process.stdout.write(JSON.stringify({ isTrap: thrown instanceof WebAssembly.RuntimeError, said, told }));
      process.exit(0);
    };
    // A panic between two turns of the event loop rejects nothing.
    process.on("uncaughtException", end);
    const engine = await import(${JSON.stringify(pathToFileURL(place(engine, ".js")).href)});
    engine.initSync({ module: readFileSync(${JSON.stringify(wasm)}) });
    try { await ${panic}; } catch (error) { end(error); }
    end(undefined);`;
    // Node 20 has relaxed SIMD behind a flag, which later ones do not know.
    const flags = WebAssembly.validate(readFileSync(wasm)) ? [] : ["--experimental-wasm-relaxed-simd"];
    const answer = execFileSync(process.execPath, [...flags, "--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    const { isTrap, said, told } = JSON.parse(answer);
    assert.ok(isTrap, "it did not stop");
    assert.equal(said.length, 1);
    assert.match(said[0], /^A Regulens engine stopped: panicked at /);
    assert.match(said[0], where);
    if (engine === "webgpu") assert.match(told[0], /^the WebGPU engine stopped: panicked at /);
  });
