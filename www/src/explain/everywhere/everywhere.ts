/** The same edit applied to the signal of all genes: their new predictions, and the shifts. */

import { CancelledError, type TableModel, type WorkOptions } from "../../../../pkg/src/index";
import type { Change } from "../perturbation";

/** Genes per batch: a cancelled run ends after its current batch. */
const BATCH = 32;

/** Predictions of all genes after the same edit. */
export interface Everywhere {
  readonly changes: readonly Change[];
  /** P(on), level, or log2 fold change for the edited signal, [N]. */
  readonly predicted: Float32Array;
  /** Prediction for the edited signal less that for the measured one, [N]. */
  readonly moved: Float32Array;
}

/** Predicts each gene from its values [T, columns], on the CPU: P(on), the level, or the log2 fold change, [N]. */
export async function predictEach(
  runner: TableModel,
  genes: number,
  valuesOf: (gene: number) => Float32Array,
  { signal, onProgress }: WorkOptions,
): Promise<Float32Array> {
  const predicted = new Float32Array(genes);
  for (let first = 0; first < genes; first += BATCH) {
    const count = Math.min(BATCH, genes - first);
    const each = Array.from({ length: count }, (_, i) => valuesOf(first + i));
    const values = new Float32Array(each.reduce((sum, { length }) => sum + length, 0));
    each.forEach((of, i) => values.set(of, i * of.length));
    predicted.set(runner.predicted(await runner.predictValues(values, count)), first);
    onProgress?.({ stage: "predict", done: first + count, total: genes, unit: "genes" });
    // Messages that cancel arrive between two batches.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted) throw new CancelledError("The run");
  }
  return predicted;
}

/** Computes the shift of each prediction. */
export function movedFrom(before: Float32Array, changes: readonly Change[], predicted: Float32Array): Everywhere {
  return { changes, predicted, moved: predicted.map((value, gene) => value - before[gene]!) };
}

/** A difference with its sign and `digits` decimals: "+0.120", "−0.003". */
export function formatSigned(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  return `${Number(size) === 0 ? "" : value < 0 ? "−" : "+"}${size}`;
}

/** Indices of the genes whose predictions moved most, up or down, in that order. */
export function movedMost(moved: Float32Array, count: number): number[] {
  return Array.from(moved.keys())
    .filter((gene) => moved[gene] !== 0)
    .sort((a, b) => Math.abs(moved[b]!) - Math.abs(moved[a]!) || a - b)
    .slice(0, count);
}
