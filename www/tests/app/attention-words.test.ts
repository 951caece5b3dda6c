/** Sentences about attention weights in the page, the package and the guides. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ALPHA, BETA, noEffect } from "../../src/tasks/shared/explanation-choice";

const ROOT = join(process.cwd(), "..");

function texts(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return /^(?:node_modules|dist|wasm)$/.test(entry.name) ? [] : texts(path);
    return /\.(?:ts|md|html|rs)$/.test(entry.name) ? [path] : [];
  });
}

test("β is the weight that attention gives a mark, and no text makes an effect of it", () => {
  assert.match(BETA, /weight .* attention gives each mark/);
  assert.match(ALPHA, /weight .* attention gives each bin/);
  assert.match(noEffect(true, "a gene on"), /^Neither shows how much the prediction changes .* deletion test/);
  const paths = ["www/src", "pkg/src", "docs", "src/weights/architecture"].flatMap(texts);
  const claims =
    /(?:[αβ]|<\/strong>|alpha|beta)\W+(?:says?|tells?|shows?|measures?) how (?:much|important)|used to predict|how much each mark count|mark (?:weighs|counted) most/;
  for (const path of [...paths, "README.md", "pkg/README.md", "models/README.md"])
    assert.doesNotMatch(readFileSync(join(ROOT, path), "utf8").replaceAll(/\s+/g, " ").slice(0, 2e6), claims, path);
});
