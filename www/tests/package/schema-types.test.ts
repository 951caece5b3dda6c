/** Types that are made from a JSON Schema: those of the model card, and of the plain objects that engines give. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import { KNOWN_TASKS, taskOf } from "../../../pkg/src/card";

for (const [of, file] of [
  ["card", "card-types.ts"],
  ["engine", "engine/engine-types.ts"],
] as const) {
  test(`the types of ${of === "card" ? "the model card" : "an engine's objects"} are those that their schema makes`, () => {
    // Tests run in the folder www.
    const made = execFileSync(process.execPath, ["write-types.mjs", of], { encoding: "utf8" });
    assert.equal(readFileSync(`../pkg/src/${file}`, "utf8"), made, "run npm run schema-types in www");
  });
}

test("the tasks that are known are those of the card's schema", () => {
  const { $defs } = JSON.parse(readFileSync("../models/card.schema.json", "utf8"));
  const tasks = $defs.Task.oneOf.map((task: { const: string }) => task.const);
  assert.deepEqual([...KNOWN_TASKS].sort(), tasks.sort());
  assert.equal(taskOf({ task: "onoff" }), undefined);
});
