/** Which explanation is shown first, by the model's card, and how the page says why. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExplanationChoice, ModelCard } from "../../../../pkg/src/index";
import { firstOf, worthInWords } from "../../../src/tasks/shared/explanation-choice";
import { card } from "../../fakes/engine";

const area = (explanation: string, of: number, ahead = 0) => ({ explanation, of, ahead });

const AREAS = [
  area("attention", 0.18, -0.06),
  area("saliency", 0.25, 0.01),
  area("gradient-x-input", 0.33, 0.09),
  area("integrated-gradients", 0.312, 0.072),
  area("occlusion", 0.4, 0.16),
  area("signal", 0.24),
];

function chosen(best: string, areas: readonly ReturnType<typeof area>[] = AREAS): ModelCard {
  const explanation: ExplanationChoice = {
    best,
    genes: 200,
    data: "validation genes of K562",
    seed: 1,
    tested: areas.map((each) => each.explanation),
    areas: areas.map((each) => each.of),
    ahead_of_signal: areas.map((each) => each.ahead),
    standard_errors: areas.map((each) => (each.explanation === "signal" ? 0 : 0.01)),
  };
  return { ...card, explanation } as ModelCard;
}

const ALL = ["alpha", "integrated-gradients", "saliency"] as const;

test("the winner is shown first, and attention where the card does not say", () => {
  assert.equal(firstOf(card, ALL), "alpha");
  assert.equal(firstOf({ ...card, explanation: null } as ModelCard, ALL), "alpha");
  assert.equal(firstOf(chosen("integrated-gradients"), ALL), "integrated-gradients");
  assert.equal(firstOf(chosen("saliency"), ALL), "saliency");
  assert.equal(firstOf(chosen("attention"), ALL), "alpha");
});

test("a winner that the page does not draw there, or does not know, changes nothing", () => {
  assert.equal(firstOf(chosen("saliency"), ["alpha", "integrated-gradients"]), "alpha");
  assert.equal(firstOf(chosen("of-a-later-version"), ALL), "alpha");
  assert.equal(firstOf(chosen("attention"), ["integrated-gradients", "saliency"]), "integrated-gradients");
});

test("the view of the winner says why it is shown: where, on how many genes, and against what", () => {
  assert.equal(
    worthInWords(chosen("integrated-gradients"), "integrated-gradients"),
    "Chosen because it won the deletion test on 200 validation genes of K562: area 0.31 against 0.24 of signal " +
      "(+0.072 ± 0.020).",
  );
});

test("another view says what it is worth beside the winner", () => {
  const model = chosen("integrated-gradients");
  assert.equal(
    worthInWords(model, "alpha"),
    "Deletion test on 200 validation genes of K562: no better than ranking bins by signal, area 0.18 against 0.24 of " +
      "signal (−0.060 ± 0.020). Integrated gradients has 0.31.",
  );
  // Ahead of signal by one standard error: that is nothing.
  assert.match(
    worthInWords(model, "saliency") ?? "",
    /: no better than ranking bins by signal, area 0\.25 .*\(\+0\.010/,
  );
});

test("where nothing beats signal beyond its 95 % interval that is said plainly", () => {
  const close = chosen("saliency", [area("attention", 0.1, -0.1), area("saliency", 0.25, 0.019), area("signal", 0.24)]);
  assert.match(
    worthInWords(close, "saliency") ?? "",
    /the largest of those that can be shown, yet none of these beats signal beyond its 95 % interval: area 0\.25/,
  );
});

test("a winner whose area is not above 0 is said to leave the model as sure", () => {
  const none = chosen("saliency", [area("saliency", -0.0002, 0.05), area("signal", -0.05)]);
  assert.match(worthInWords(none, "saliency") ?? "", /^Chosen because it won .*\. No available ranking lowers this/);
  assert.doesNotMatch(worthInWords(chosen("saliency"), "saliency") ?? "", /No available ranking/);
});

test("nothing is said without the card’s word, or of what was not tested", () => {
  assert.equal(worthInWords(card, "alpha"), undefined);
  assert.equal(worthInWords(chosen("integrated-gradients"), "class-optimisation"), undefined);
  assert.equal(worthInWords(chosen("saliency", [area("saliency", 0.2, 0.1)]), "saliency"), undefined);
});
