// Damaged files through the engines, as Node runs them: an error for each, and an engine that goes on.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { addData, app, ROOT } from "./support/package.mjs";

/** Readers of the package. */
const READERS = 27;

test("engines refuse damaged files by errors with a remedy, and read whole files afterwards", async () => {
  const folder = app("damaged", []);
  addData(folder);
  const sequences = join(ROOT, "models/basenji-attention-two-sided-simulated.safetensors");
  cpSync(sequences, join(folder, "data/sequences.safetensors"));
  cpSync(join(ROOT, "models/examples/sequence.sites.tsv"), join(folder, "data/sequence.sites.tsv"));
  cpSync(join(ROOT, "fuzz/corpus"), join(folder, "data/corpus"), { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL("apps/damaged.mjs", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["regulens"],
    outfile: join(folder, "damaged.mjs"),
    logLevel: "error",
  });
  const { tried, said } = JSON.parse(
    execFileSync(process.execPath, ["damaged.mjs"], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  assert.deepEqual(said, []);
  for (const [reader, { files, refused, held, time }] of Object.entries(tried)) {
    assert.ok(refused > 0, `${reader}: no damaged file is refused`);
    console.log(
      `engine_${reader}: ${files} files, ${(held / 1e6).toFixed(1)} MB held at most, ${(time / 1e3).toFixed(3)} s at most`,
    );
  }
  if (!process.env.REGULENS_FUZZ_ONLY) assert.equal(Object.keys(tried).length, READERS);
});
