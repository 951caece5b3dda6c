/** The signal of all genes, changed alike: what is predicted of each then, and how much that moved. */

import { CancelledError, type TableModel, type WorkOptions } from "../../../../pkg/src/index";
import type { Change } from "../perturbation";
import { predictedFrom } from "../predict-gene";

/** Genes that are predicted at once: a cancelled run ends after them. */
const BATCH = 32;

/** Predictions of all genes whose signal is changed alike. */
export interface Everywhere {
  readonly changes: readonly Change[];
  /** P(on), the level, or the log2 fold change, of the changed signal, [N]. */
  readonly predicted: Float32Array;
  /** The same less what is predicted of the signal as it was measured, [N]. */
  readonly moved: Float32Array;
}

/** Predicts each gene from its values [T, columns], on the CPU: P(on), the level, or the log2 fold change, [N]. */
export async function predictEach(
  runner: TableModel,
  genes: number,
  valuesOf: (gene: number) => Float32Array,
  { signal, onProgress, shareOn }: WorkOptions & { readonly shareOn?: number | undefined },
): Promise<Float32Array> {
  const predicted = new Float32Array(genes);
  for (let first = 0; first < genes; first += BATCH) {
    const count = Math.min(BATCH, genes - first);
    const each = Array.from({ length: count }, (_, i) => valuesOf(first + i));
    const values = new Float32Array(each.reduce((sum, { length }) => sum + length, 0));
    each.forEach((of, i) => values.set(of, i * of.length));
    predicted.set(runner.predicted(await predictedFrom(runner, values, count, shareOn)), first);
    onProgress?.({ stage: "predict", done: first + count, total: genes, unit: "genes" });
    // A message that cancels is heard between two batches.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted) throw new CancelledError("The run");
  }
  return predicted;
}

/** Computes the shift of each prediction. */
export function movedFrom(before: Float32Array, changes: readonly Change[], predicted: Float32Array): Everywhere {
  return { changes, predicted, moved: predicted.map((value, gene) => value - before[gene]!) };
}

/** "+0.120", "−0.003": a difference, with `digits` decimals. */
export function formatSigned(value: number, digits: number): string {
  const size = Math.abs(value).toFixed(digits);
  return `${Number(size) === 0 ? "" : value < 0 ? "−" : "+"}${size}`;
}

/** Genes whose predictions moved most, up or down, in that order. */
export function movedMost(moved: Float32Array, count: number): number[] {
  return Array.from(moved.keys())
    .filter((gene) => moved[gene] !== 0)
    .sort((a, b) => Math.abs(moved[b]!) - Math.abs(moved[a]!) || a - b)
    .slice(0, count);
}
