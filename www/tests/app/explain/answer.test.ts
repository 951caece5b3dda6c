// The answer of a gene in a line: its call, and the marks that make it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerInWords, sharesOf } from "../../../src/explain/answer-words";
import { marksSentence } from "../../../src/explain/contributions";
import type { Contributions } from "../../../src/explain/result";

const MARKS = ["H3K27me3", "H3K36me3", "H3K4me3", "H3K9me3"];

test("a gene's answer names its call and the two marks that contribute most, with their signs and baseline", () => {
  const shares = sharesOf(MARKS, { marks: Float32Array.of(-0.4, 1.5, 2.4, 0.01), values: new Float32Array() });
  assert.equal(
    answerInWords("On", ["P 0.930", "sure"], shares, "zero"),
    "On (P 0.930, sure): H3K4me3 +2.4 and H3K36me3 +1.5, against a gene without signal.",
  );
  assert.equal(answerInWords("Off", ["P 0.041", undefined]), "Off (P 0.041).", "before its contributions are known");
  assert.equal(answerInWords("Off", [], sharesOf(["a"], { values: new Float32Array(3) }), "zero"), "Off.");
  const one = sharesOf(["a", "b"], { marks: Float32Array.of(3, 0.1), values: new Float32Array() });
  assert.equal(answerInWords("On", [], one, "zero"), "On: a +3, against a gene without signal.");
});

test("without whole marks their bins are summed, and the numbers are those of the sentence below", () => {
  const shares = sharesOf(["a", "b"], { values: Float32Array.of(1, -2, 0.5, 0.25) });
  assert.deepEqual(shares, [
    { mark: "a", value: 1.5 },
    { mark: "b", value: -1.75 },
  ]);
  const marks = Float32Array.of(-0.437, 1.526, 2.4, 0.01);
  const said = marksSentence({ marks } as Contributions, MARKS);
  const line = answerInWords("On", [], sharesOf(MARKS, { marks, values: new Float32Array() }), "zero");
  for (const [number] of line.matchAll(/[+−][\d.]*\d/g)) assert(said.includes(number), `${number} in ${said}`);
});
