/** Predictions for one gene from an edited signal. */

import type { Batch, TableModel } from "../../../pkg/src/index";
import { call, type Declared } from "../rpc/rpc";

/** Prediction from one gene's signal. */
export interface GenePrediction extends Omit<Batch, "probability" | "logit" | "foldChange" | "level"> {
  /** P(on), the level, or the log2 fold change. */
  readonly predicted: number;
  /** Duration of the prediction. */
  readonly milliseconds: number;
}

/** Predicts one gene from its values [T, columns], on the CPU. */
async function genePrediction(runner: TableModel, values: Float32Array): Promise<GenePrediction> {
  const began = performance.now();
  const batch = await runner.predictValues(values);
  return { ...batch, predicted: runner.predicted(batch)[0]!, milliseconds: performance.now() - began };
}

/**
 * Handles the calls of views that edit a signal.
 *
 * @param runnerOf Returns the open model, which must have the file `sha256` and the requested form.
 */
export function predictGeneHandlers(runnerOf: (sha256: string) => TableModel) {
  return {
    /** Runs the model of `sha256` on one gene's values [T, columns], on the CPU. */
    predictGene: call(
      { needs: ["model"] },
      async ({ sha256, values }: { readonly sha256: string; readonly values: Float32Array }) =>
        genePrediction(runnerOf(sha256), values),
    ),
  };
}

/** Request and answer of this call. */
export type PredictGeneCalls = Declared<ReturnType<typeof predictGeneHandlers>>;
