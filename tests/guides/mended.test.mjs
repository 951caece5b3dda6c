// Every test that docs/mended.md names is there, under that name.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The text of all files below a folder that may hold tests. */
function sources(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sources(path);
    return /\.(rs|ts|mjs)$/.test(entry.name) ? [readFileSync(join(root, path), "utf8")] : [];
  });
}

const folders = ["src", "training", "tests", "www/tests"];

test("every fault of the page that is said to be mended has a test of that name", () => {
  const rows = readFileSync(join(root, "docs/mended.md"), "utf8")
    .split("\n")
    .filter((line) => /^\| \d+ \|/.test(line))
    .map((line) => line.split(" | "));
  const [, said] = /as it once was in (\d+) places/.exec(readFileSync(join(root, "docs/trust.md"), "utf8")) ?? [];
  assert.deepEqual(
    rows.map(([number]) => Number(number.replace("| ", ""))),
    Array.from({ length: Number(said) }, (_, i) => i + 1),
    "rows are counted through, and are as many as docs/trust.md says",
  );
  const all = folders.flatMap(sources).join("\n");
  for (const [number, fault, tests] of rows) {
    const named = [...tests.matchAll(/"([^"]+)"|`([a-z0-9_]+)`/g)];
    assert(named.length > 0, `${number}: ${fault}`);
    for (const [, title, name] of named) {
      const found = name
        ? all.includes(`fn ${name}()`)
        : all.includes(`test("${title}"`) || all.includes(`\`${title}\``);
      assert(found || all.includes(JSON.stringify(title)), `${number} names ${title ?? name}, which is not there`);
    }
  }
});
