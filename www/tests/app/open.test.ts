// Memory of tables and models that are open in the worker: whose is given back, and when.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Open } from "../../src/tasks/shared/open";
import { readFake } from "../fakes/engine";

/** A table that says when its memory is given back. */
function table(name: string, freed: string[]) {
  return readFake(2, { file: name, free: () => void freed.push(name) });
}

test("a table is given back once another is in its place, unless a run needs it", () => {
  const freed: string[] = [];
  const open = new Open(() => {});
  const [first, second, third] = ["first", "second", "third"].map((name) => table(name, freed));
  open.take(first!);
  open.hold(first!);
  open.take(second!);
  assert.deepEqual(freed, [], "a run holds the first");
  open.take(third!);
  assert.deepEqual(freed, ["second"]);
  open.release(first!);
  assert.deepEqual(freed, ["second", "first"]);
  assert.equal(open.table(), third);
});

test("tables of two cell types are swapped, and an error names what is missing of them", () => {
  const freed: string[] = [];
  const open = new Open(() => {});
  assert.throws(() => open.table("a"), { code: "missing", message: /needs a table/ });
  const [a, b] = [table("a", freed), table("b", freed)];
  open.take(a, "a");
  assert.throws(() => open.table("b"), { code: "missing", message: /the second cell type/ });
  open.take(b, "b");
  open.swap();
  assert.deepEqual([open.table("a"), open.table("b"), freed], [b, a, []]);
});

test("tables that were put aside take their places together, or are given back", () => {
  const freed: string[] = [];
  const open = new Open(() => {});
  open.take(table("old a", freed), "a");
  open.putAside(1, table("earlier", freed), "a");
  open.putAside(2, table("new a", freed), "a");
  open.endAside(1, false);
  assert.deepEqual([open.table("a").file, freed], ["old a", ["earlier"]]);
  open.putAside(2, table("new b", freed), "b");
  open.endAside(2, true);
  open.endAside(2, true);
  assert.deepEqual([open.table("a").file, open.table("b").file], ["new a", "new b"]);
  assert.deepEqual(freed, ["earlier", "old a"]);
});

test("what works on the open model is ended, each in its turn, before another takes its place", async () => {
  const ended: string[] = [];
  const open = new Open(() => {});
  open.beforeNext(async () => {
    await Promise.resolve();
    ended.push("explanations");
  });
  open.beforeNext(() => void ended.push("attention"));
  await open.next();
  assert.deepEqual(ended, ["explanations", "attention"]);
  assert.throws(() => open.any(), { code: "missing", message: /needs a model/ });
});
