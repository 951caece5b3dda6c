// Damaged files through the engines, as Node runs them: an error for each, and an engine that goes on.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { addData, app, ROOT } from "./support/package.mjs";

test("engines refuse damaged files by errors with a remedy, and read whole files afterwards", () => {
  const folder = app("damaged", ["damaged.mjs"]);
  addData(folder);
  const sequences = join(ROOT, "models/basenji-attention-two-sided-simulated.safetensors");
  cpSync(sequences, join(folder, "data/sequences.safetensors"));
  cpSync(fileURLToPath(new URL("support/damage.mjs", import.meta.url)), join(folder, "damage.mjs"));
  const { refused, said } = JSON.parse(
    execFileSync(process.execPath, ["damaged.mjs"], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
  assert.deepEqual(said, []);
  assert.equal(Object.keys(refused).length, 13);
  for (const [reader, files] of Object.entries(refused)) assert.ok(files > 0, `${reader}: no damaged file is refused`);
});
