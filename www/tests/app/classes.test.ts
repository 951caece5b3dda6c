// Classes: no one needs to be read with more than two others of ours that it extends.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

/** Those of the browser and of Lit. */
const THEIRS = ["Error", "HTMLElement", "LitElement"];

/** Each class of a folder that extends another, with that one; an expression has no name. */
function extended(folder: string): [string, string | undefined][] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  return files.flatMap((path) => {
    const text = readFileSync(`${folder}/${path}`, "utf8");
    const found = text.matchAll(/\bclass\s+(\w+)\s*(?:<[^{]*?>)?\s+extends\s+(\w+)?/g);
    return [...found].map(([, name, base]): [string, string | undefined] => [name!, base]);
  });
}

/** A class with those that it extends, up to the first that is not ours. */
function chain(classes: ReadonlyMap<string, string | undefined>, name: string): string[] {
  const base = classes.get(name);
  return base === undefined || THEIRS.includes(base) ? [name] : [name, ...chain(classes, base)];
}

test("no class of the page or the package has more than two ancestors of ours", () => {
  const all = [...extended("src"), ...extended("../pkg/src")];
  assert(all.length > 100, "classes are found");
  assert.deepEqual(
    all.filter(([, base]) => base === undefined),
    [],
    "a class extends one that has a name",
  );
  const classes = new Map(all);
  assert.equal(classes.size, all.length, "two classes that extend others have no name in common");
  const long = [...classes.keys()].map((name) => chain(classes, name)).filter(({ length }) => length > 3);
  assert.deepEqual(long, []);
});
