/**
 * Whether what a GPU computed can be shown.
 *
 * On the web an invalid shader can be skipped silently, and what comes back is zeros or what lay there before. So a
 * known case is compared with the CPU, and every batch must obey what holds for any input.
 */

import { genesOf, OUTPUTS } from "../run/batch.js";
import type { Batch } from "./engine.js";
import { EngineError } from "../errors.js";

/** Largest difference between GPU and CPU, in any output, that is still agreement. */
export const TOLERANCE = 1e-4;

/** How far a sum of float32 attention weights may be from 1. */
const SUM_TOLERANCE = 1e-3;

/**
 * The largest difference between two batches in any output: absolute for what lies in [−1, 1], relative to the larger
 * of the two beyond. NaN where either has one, or where sizes differ.
 */
export function largestDifference(a: Batch, b: Batch): number {
  let largest = 0;
  for (const output of OUTPUTS) {
    const x = a[output];
    const y = b[output];
    if (x.length !== y.length) return NaN;
    for (let i = 0; i < x.length; i++) {
      const difference = Math.abs(x[i]! - y[i]!) / Math.max(1, Math.abs(x[i]!), Math.abs(y[i]!));
      // A NaN compares false with everything, so ask for agreement rather than for disagreement.
      if (!(difference <= largest)) {
        if (Number.isNaN(difference)) return NaN;
        largest = difference;
      }
    }
  }
  return largest;
}

/** Throws an `EngineError` unless two batches agree within {@link TOLERANCE}. Returns the largest difference. */
export function requireAgreement(gpu: Batch, cpu: Batch, what: string): number {
  const difference = largestDifference(gpu, cpu);
  if (difference <= TOLERANCE) return difference;
  const found = Number.isNaN(difference)
    ? "values that are not numbers"
    : `a difference of ${difference.toPrecision(2)}`;
  throw new EngineError(`GPU and CPU disagree on ${what} (${found}; at most ${TOLERANCE} is accepted)`, {
    code: "gpu-disagrees",
  });
}

/** What sums to 1 in the outputs of a model. */
export interface Sums {
  /** T, over which each row of α sums to 1. */
  readonly bins: number;
  /**
   * How many softmaxes β is made of: 2 where a model weighs the marks of each cell type by themselves; 1 if nothing is
   * said.
   */
  readonly weighings?: number;
}

/**
 * Throws an `EngineError` unless a batch obeys what holds for any input: right sizes, finite numbers, probabilities
 * that are the sigmoid of the logits, and attention that sums to 1.
 *
 * @param genes Number of genes of the batch.
 */
export function requireSound(batch: Batch, genes: number, { bins, weighings = 1 }: Sums): void {
  const { probability, logit, foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta } = batch;
  const whole = [alpha, auxiliaryAlpha].every((rows) => Number.isInteger(rows.length / (genes * bins)));
  if (genesOf(batch) !== genes || probability.length !== logit.length || !whole)
    throw unsound("the wrong number of values");
  for (let gene = 0; gene < logit.length; gene++) {
    const expected = 1 / (1 + Math.exp(-logit[gene]!));
    if (!(Math.abs(probability[gene]! - expected) <= SUM_TOLERANCE))
      throw unsound("a probability that does not belong to its logit");
  }
  if (!foldChange.every(Number.isFinite) || !expression.every(Number.isFinite))
    throw unsound("a predicted change that is not a number");
  requireSums(alpha, bins, "α over the bins of a mark");
  requireSums(auxiliaryAlpha, bins, "auxiliary α over the bins of a mark");
  if (beta.length > 0) requireSums(beta, beta.length / genes / weighings, "β over the marks of a gene");
  // The auxiliary tasks are two, one of each cell type.
  if (auxiliaryBeta.length > 0)
    requireSums(auxiliaryBeta, auxiliaryBeta.length / genes / 2, "auxiliary β over the marks of a gene");
}

function requireSums(values: Float32Array, width: number, what: string): void {
  for (let start = 0; start < values.length; start += width) {
    let sum = 0;
    for (let i = start; i < start + width; i++) sum += values[i]!;
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
      throw unsound(`${what} that sums to ${Number(sum.toPrecision(4))} instead of 1`);
  }
}

function unsound(found: string): EngineError {
  return new EngineError(`the GPU returned ${found}`, { code: "gpu-unsound" });
}
