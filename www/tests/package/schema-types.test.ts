/**
 * Types that are made from a JSON Schema: those of the model card, of the plain objects that engines give, of one-file
 * pages, and of workspaces.
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import { KNOWN_TASKS, taskOf } from "../../../pkg/src/card";

for (const [of, file, what] of [
  ["card", "../pkg/src/card-types.ts", "the model card"],
  ["engine", "../pkg/src/engine/engine-types.ts", "an engine's objects"],
  ["page", "src/standalone/manifest-types.ts", "a one-file page"],
  ["workspace", "src/session/workspace-types.ts", "a workspace"],
] as const) {
  test(`the types of ${what} are those that their schema makes`, () => {
    // Tests run in the folder www.
    const made = execFileSync(process.execPath, ["write-types.mjs", of], { encoding: "utf8" });
    assert.equal(readFileSync(file, "utf8"), made, "run npm run schema-types in www");
  });
}

test("the tasks that are known are those of the card's schema", () => {
  const { $defs } = JSON.parse(readFileSync("../models/card.schema.json", "utf8"));
  const tasks = $defs.Task.oneOf.map((task: { const: string }) => task.const);
  assert.deepEqual([...KNOWN_TASKS].sort(), tasks.sort());
  assert.equal(taskOf({ task: "onoff" }), undefined);
});
