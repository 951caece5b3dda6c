/**
 * Bundles every `tests/**\/*.test.ts` and runs it with Node's own test runner; arguments name the files to run instead.
 */

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(root, "node_modules/.cache/unit");

const chosen = process.argv.slice(2);
const tests =
  chosen.length > 0
    ? chosen
    : readdirSync(join(root, "tests"), { recursive: true })
        .filter((path) => path.endsWith(".test.ts"))
        .map((path) => join("tests", path))
        .sort();

rmSync(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: tests,
  outdir: out,
  outbase: root,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});

const bundles = tests.map((test) => join(out, relative(root, join(root, test)).replace(/\.ts$/, ".mjs")));
// Stored pictures are found from the package's folder.
const run = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--test", `--test-concurrency=${availableParallelism()}`, ...bundles],
  {
    cwd: root,
    stdio: "inherit",
  },
);
process.exit(run.status ?? 1);
