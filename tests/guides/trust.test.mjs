// Tests that docs/trust.md names for a promise exist.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const text = readFileSync(join(root, "docs/trust.md"), "utf8");

/** Folders that a shorter name is of: several tests of one folder stand in a row, and workflows go by their names. */
const FOLDERS = ["", "tests/browser", "tests/browser/page", "tests/packages", "www/tests", ".github/workflows", "docs"];

test("every file and folder that docs/trust.md names is there", () => {
  const named = [
    ...text.matchAll(/`([\w.<>-]+\/[\w./-]*|[\w.-]+\.(?:yml|toml|rs|ts|mjs|md))`|\]\((?!http|#)([^)#]+)/g),
  ];
  const missing = named
    .map(([, path, link]) => (link === undefined ? path : join("docs", link)))
    .filter((path) => !path.startsWith(".tools/") && !path.includes("TARGET"))
    .filter((path) => !FOLDERS.some((folder) => existsSync(join(root, folder, path))));
  assert(named.length > 50, `${named.length} names`);
  assert.deepEqual(missing, []);
});

test("every suite and project that docs/trust.md runs is there", () => {
  const suites = readFileSync(join(root, "xtask/src/suites.rs"), "utf8");
  for (const [, suite] of text.matchAll(/cargo xtask test --only (\w+)/g))
    assert(suites.includes(`("${suite}", Suite::`), `there is no suite ${suite}`);
  const projects = readFileSync(join(root, "tests/browser/playwright.config.ts"), "utf8");
  for (const [, project] of text.matchAll(/--project ([\w-]+)/g))
    assert(projects.includes(`"${project}"`), `there is no project ${project}`);
  const filters = [...text.matchAll(/--test cli (\S+)/g)].map(([, filter]) => filter);
  const [fetch, faults] = ["fetch", "faults"].map((name) =>
    readFileSync(join(root, `training/tests/cli/${name}.rs`), "utf8"),
  );
  assert(filters.length > 0);
  for (const filter of filters) {
    const [module, name = ""] = filter.split("::");
    assert({ fetch, faults }[module]?.includes(`fn ${name}`), `no test begins with ${filter}`);
  }
});
