/**
 * Checks that the results of a GPU can be trusted.
 *
 * On the web an invalid shader can be skipped silently, which leaves zeros or old data as the result. Therefore a
 * self-test is compared with the CPU, and every batch is checked for properties that hold for any input.
 */

import { TOLERANCE } from "../constants.js";
import { EngineError } from "../errors.js";

/** Outputs of a model by name, for a batch of genes or a window of a sequence. */
export type Outputs = Readonly<Record<string, Float32Array>>;

const NONE = new Float32Array(0);

/** Maximum deviation from 1 of a sum of float32 attention weights. */
export const SUM_TOLERANCE = 1e-3;

/**
 * The largest difference between the outputs of two devices: absolute for values in [−1, 1], otherwise relative to the
 * larger value. NaN if either output contains NaN, or if sizes differ.
 */
export function largestDifference(a: Outputs, b: Outputs): number {
  let largest = 0;
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    // One engine may omit an output that another returns empty.
    const { [name]: x = NONE } = a;
    const { [name]: y = NONE } = b;
    if (x.length !== y.length) return NaN;
    for (let i = 0; i < x.length; i++) {
      const difference = Math.abs(x[i]! - y[i]!) / Math.max(1, Math.abs(x[i]!), Math.abs(y[i]!));
      // NaN compares false with everything, hence the test for agreement, not for disagreement.
      if (!(difference <= largest)) {
        if (Number.isNaN(difference)) return NaN;
        largest = difference;
      }
    }
  }
  return largest;
}

/** Throws an `EngineError` unless two devices agree within {@link TOLERANCE}. Returns the largest difference. */
export function requireAgreement(gpu: Outputs, cpu: Outputs, what: string): number {
  const difference = largestDifference(gpu, cpu);
  if (difference <= TOLERANCE) return difference;
  const found = Number.isNaN(difference)
    ? "values that are not numbers, or another number of them"
    : `a difference of ${difference.toPrecision(2)}`;
  throw new EngineError(`GPU and CPU disagree on ${what} (${found}; at most ${TOLERANCE} is accepted)`, {
    code: "gpu-disagrees",
  });
}

/** Throws an `EngineError` unless each run of `width` values sums to 1, as attention does. */
export function requireSums(values: Float32Array, width: number, what: string): void {
  for (let start = 0; start < values.length; start += width) {
    let sum = 0;
    for (let i = start; i < start + width; i++) sum += values[i]!;
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
      throw unsound(`${what} that sums to ${Number(sum.toPrecision(4))} instead of 1`);
  }
}

/** Throws an `EngineError` unless all values are numbers. */
export function requireFinite(values: Float32Array, what: string): void {
  if (!values.every(Number.isFinite)) throw unsound(`${what} that is not a number`);
}

/** The error for an output that no input can produce. */
export function unsound(found: string): EngineError {
  return new EngineError(`the GPU returned ${found}`, { code: "gpu-unsound" });
}
