/** The types of the model card. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import test from "node:test";
import { KNOWN_TASKS, taskOf } from "../../../pkg/src/card";

test("the types of the card are those that its schema makes", () => {
  // Tests run in the folder www.
  const made = execFileSync(process.execPath, ["write-card-types.mjs"], { encoding: "utf8" });
  assert.equal(readFileSync("../pkg/src/card-types.ts", "utf8"), made, "run npm run card-types in www");
});

test("the tasks that are known are those of the card's schema", () => {
  const { $defs } = JSON.parse(readFileSync("../models/card.schema.json", "utf8"));
  const tasks = $defs.Task.oneOf.map((task: { const: string }) => task.const);
  assert.deepEqual([...KNOWN_TASKS].sort(), tasks.sort());
  assert.equal(taskOf({ task: "onoff" }), undefined);
});
