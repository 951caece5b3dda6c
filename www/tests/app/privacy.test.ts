import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

/** Tests run in the page's folder. */
const ROOT = join(process.cwd(), "..");

/** Files that a reader sees, or that say what one sees. */
function* texts(): Generator<readonly [file: string, text: string]> {
  const files = ["www/src", "pkg/src", "docs", "www/index.html", "README.md", "pkg/README.md", "SECURITY.md"];
  for (const each of files) {
    const isFile = /\.(md|html)$/.test(each);
    const found = isFile
      ? [each]
      : readdirSync(join(ROOT, each), { recursive: true, encoding: "utf8" })
          .filter((path) => /\.(ts|md|html)$/.test(path))
          .map((path) => join(each, path));
    // Lines are broken anywhere.
    for (const file of found) yield [file, readFileSync(join(ROOT, file), "utf8").replace(/\s+/g, " ")];
  }
}

test("no sentence says that a reader's data are never stored, or do not leave the tab", () => {
  const all = [...texts()];
  assert.ok(all.length > 100, `only ${all.length} files were read`);
  const false_ = /\bnever (be )?(stored|kept)\b|\bleaves? (this|the|your) tab\b|in this browser while the tab is open/i;
  assert.deepEqual(
    all.filter(([file, text]) => file !== "docs/mended.md" && false_.test(text)).map(([file]) => file),
    [],
  );
});

test("the page says that data stand in the browser's store, until when, and what deletes them", () => {
  const text = [...texts()].find(([file]) => file.endsWith("offline/panel.ts"))?.[1] ?? "";
  for (const part of [
    "this browser also stores its contents on this computer",
    "deleted after the tab is closed",
    "Until then they may remain on",
    "Forget my data now",
    "may store it again",
  ])
    assert.ok(text.includes(part), part);
});
