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

/** The package with its data, and the program `NAME.mjs` of `apps` bundled into it; the answer of that. */
async function answered(name) {
  const folder = app(name, []);
  addData(folder);
  const sequences = join(ROOT, "models/basenji-attention-two-sided-simulated.safetensors");
  cpSync(sequences, join(folder, "data/sequences.safetensors"));
  cpSync(join(ROOT, "models/examples/sequence.sites.tsv"), join(folder, "data/sequence.sites.tsv"));
  cpSync(join(ROOT, "fuzz/corpus"), join(folder, "data/corpus"), { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL(`apps/${name}.mjs`, import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["regulens"],
    outfile: join(folder, `${name}.mjs`),
    logLevel: "error",
  });
  return JSON.parse(
    execFileSync(process.execPath, [`${name}.mjs`], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

test("engines refuse damaged files by errors with a remedy, and read whole files afterwards", async () => {
  const { tried, said } = await answered("damaged");
  assert.deepEqual(said, []);
  for (const [reader, { files, refused, held, time }] of Object.entries(tried)) {
    assert.ok(refused > 0, `${reader}: no damaged file is refused`);
    console.log(
      `engine_${reader}: ${files} files, ${(held / 1e6).toFixed(1)} MB held at most, ${(time / 1e3).toFixed(3)} s at most`,
    );
  }
  if (!process.env.REGULENS_FUZZ_ONLY) assert.equal(Object.keys(tried).length, READERS);
});

/** Bytes that an engine may grow by, and eight times the file: `docs/trust.md`. */
const HELD = 64 << 20;
/** Milliseconds for one of them, at most. */
const MOST = 5_000;

test("files that claim much make the engines hold no more than is promised, and what can be read of them is used", async () => {
  const tried = await answered("claims");
  for (const { name, size, grown, refused, time } of tried) {
    console.log(
      `${name}: ${size} bytes, ${(grown / 1e6).toFixed(1)} MB held, ${(time / 1e3).toFixed(3)} s, ${refused ?? "used"}`,
    );
    assert.ok(grown <= HELD + 8 * size, `${name}: the engines have grown by ${grown} bytes`);
    assert.ok(time < MOST, `${name}: ${time} ms`);
    assert.ok(!name.startsWith("sound") || !refused, `${name}: ${refused}`);
  }
  const refused = tried.filter((each) => each.refused).map(({ name }) => name);
  for (const claim of ["bigWig of 600 nodes", "bigWig of 4,000 nodes", "background of 1e-310", "background of 1e-300"])
    assert.ok(refused.includes(claim), `${claim} is refused`);
  for (let weights = 1; weights <= 4; weights++)
    assert.ok(refused.includes(`damaged weights ${weights}`), `damaged weights ${weights} are refused`);
});
