import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelCard } from "../../../pkg/src/index";
import { calibrationInWords, membersInWords } from "../../src/tasks/shared/confidence";
import { transferInWords } from "../../src/tasks/shared/transfer";
import { card } from "../fakes/engine";

test("a card says which seeds were joined, and nothing of a single model", () => {
  const member = (seed: number | undefined, variant = "lstm") => ({ variant, hyperparameters: {}, seed });
  assert.equal(membersInWords(card), undefined);
  assert.equal(membersInWords({ ...card, members: [member(1), member(4)] }), "The mean of 2 seeds: 1, 4.");
  assert.equal(membersInWords({ ...card, members: [member(undefined), member(undefined)] }), "The mean of 2 seeds.");
  assert.equal(
    membersInWords({ ...card, members: [member(1), member(2, "cnn-attn"), member(undefined)] }),
    "The mean of 3 models: lstm, seed 1; cnn-attn, seed 2; lstm.",
  );
});

test("a card says how its probabilities were calibrated, and how that did on test genes", () => {
  assert.deepEqual(calibrationInWords(card), []);
  const calibration = {
    method: "temperature",
    slope: 0.5,
    offset: 0,
    genes: 1200,
    on: 0.474,
    data: "genes of valid.csv",
  };
  const of = (test?: object): ModelCard => ({ ...card, calibration: { ...calibration, test } }) as ModelCard;
  const fitted =
    "P(on) is calibrated by one temperature on 1,200 genes: genes of valid.csv. 47 % of them are on, which the " +
    "probabilities assume.";
  const names = "In tables, probability is calibrated and probability_raw is not.";
  assert.deepEqual(calibrationInWords(of()), [fitted, names]);
  const figures = { n: 200, brier: 0.0712, brier_raw: 0.08, calibration_error: 0.04, calibration_error_raw: 0.0781 };
  assert.deepEqual(calibrationInWords(of(figures)), [
    fitted,
    names,
    "On 200 test genes the Brier score is 0.071, before the calibration 0.080; the expected calibration error is " +
      "0.040, before 0.078.",
  ]);
});

test("a card says what another cell type cost beside its own, and nothing where that was not measured", () => {
  const of = (cell_type: string, auroc: number, called_on: number) => ({
    cell_type,
    data: `test genes of ${cell_type}`,
    genes: 200,
    on: 123,
    called_on,
    auroc,
    brier: 0.1,
    calibration_error: 0.05,
  });
  const own = of("K562", 0.9454, 110);
  const k562 = { ...card, cell_type: { id: "E123", name: "K562" } };
  assert.deepEqual(transferInWords(card), []);
  assert.deepEqual(transferInWords({ ...k562, transfer: [own] }), []);
  const others = [of("H1", 0.825, 141), own, of("GM12878", 0.9, 120)];
  assert.deepEqual(transferInWords({ ...k562, transfer: others }), [
    "On 200 test genes of H1 this model has AUROC 0.825 (K562 0.945), Brier score 0.100 (K562 0.100) and calibration " +
      "error 0.050 (K562 0.050); it calls 141 on, where 123 are.",
    "On 200 test genes of GM12878 this model has AUROC 0.900 (K562 0.945), Brier score 0.100 (K562 0.100) and " +
      "calibration error 0.050 (K562 0.050); it calls 120 on, where 123 are.",
  ]);
  // The page's engines do not check this part of a card.
  for (const transfer of ["H1", [null, "H1", { ...own, cell_type: "H1", auroc: "0.9" }]])
    assert.deepEqual(transferInWords({ ...k562, transfer } as unknown as ModelCard), []);
  // A card without its own figures compares nothing.
  assert.deepEqual(transferInWords({ ...k562, transfer: [of("H1", 0.825, 141)] }), [
    "On 200 test genes of H1 this model has AUROC 0.825, Brier score 0.100 and calibration error 0.050; it calls 141 " +
      "on, where 123 are.",
  ]);
});
