import assert from "node:assert/strict";
import { test } from "node:test";

import { alternating, bestOf, ratios, spread } from "../statistics.mjs";

test("a spread is the least, the middle and the greatest, in whatever order values come", () => {
  assert.deepEqual(spread([3, 1, 2]), { minimum: 1, median: 2, maximum: 3, rounds: 3 });
});

test("the middle of an even number of values is the mean of two", () => {
  assert.equal(spread([10, 1, 2, 3]).median, 2.5);
});

test("a spread of numbers sorts them as numbers", () => {
  assert.deepEqual(spread([10, 9, 100]), { minimum: 9, median: 10, maximum: 100, rounds: 3 });
});

test("a spread of nothing is an error", () => {
  assert.throws(() => spread([]), RangeError);
});

test("a ratio is taken round by round, so that a slow round cancels out", () => {
  assert.deepEqual(ratios([20, 200], [10, 100]), [2, 2]);
});

test("rounds in which one of two was not run give no ratio", () => {
  assert.deepEqual(ratios([20, undefined, 30], [10, 10, undefined]), [2]);
  assert.deepEqual(ratios([20], []), []);
});

test("the best of several is chosen anew in each round, among those that ran", () => {
  assert.deepEqual(
    bestOf([
      [5, 1, undefined],
      [2, 3, undefined],
      [9, 9],
    ]),
    [2, 1, undefined],
  );
  assert.deepEqual(bestOf([]), []);
});

test("every second round goes backwards", () => {
  const items = ["a", "b", "c"];
  assert.deepEqual(alternating(items, 0), ["a", "b", "c"]);
  assert.deepEqual(alternating(items, 1), ["c", "b", "a"]);
  assert.deepEqual(items, ["a", "b", "c"]);
});
