// The keys of a box that offers options.

import assert from "node:assert/strict";
import { test } from "node:test";
import { afterKey } from "../../src/ui/combobox-keys";

const closed = { count: 3, isOpen: false, active: undefined };
const open = { ...closed, isOpen: true };

test("arrows open the list and step through it and the text in turn", () => {
  assert.deepEqual(afterKey("ArrowDown", false, closed), { isOpen: true, active: 0 });
  assert.deepEqual(afterKey("ArrowUp", false, closed), { isOpen: true, active: 2 });
  const walked = [];
  for (let active: number | undefined, i = 0; i < 5; i++) {
    const after = afterKey("ArrowDown", false, { ...open, active });
    assert(after && after !== "take");
    walked.push((active = after.active));
  }
  assert.deepEqual(walked, [0, 1, 2, undefined, 0]);
  assert.deepEqual(afterKey("ArrowUp", false, { ...open, active: 0 }), { isOpen: true, active: undefined });
  for (const key of ["ArrowDown", "ArrowUp"]) assert.equal(afterKey(key, false, { ...closed, count: 0 }), undefined);
});

test("Alt opens and closes the list without choosing", () => {
  assert.deepEqual(afterKey("ArrowDown", true, closed), { isOpen: true, active: undefined });
  assert.deepEqual(afterKey("ArrowUp", true, { ...open, active: 1 }), { isOpen: false, active: undefined });
  assert.equal(afterKey("ArrowUp", true, closed), undefined);
});

test("Enter takes the active option, and without one is the box's own, as letters are; Escape closes an open list", () => {
  assert.equal(afterKey("Enter", false, { ...open, active: 1 }), "take");
  assert.equal(afterKey("Enter", false, open), undefined);
  assert.equal(afterKey("Enter", false, { ...closed, active: 1 }), undefined);
  assert.deepEqual(afterKey("Escape", false, { ...open, active: 1 }), { isOpen: false, active: undefined });
  for (const key of ["Escape", "a", "ArrowLeft", "Home", "Tab"]) assert.equal(afterKey(key, false, closed), undefined);
});
