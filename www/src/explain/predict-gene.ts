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

/** Values of one gene, [T, columns]. */
interface GeneValues {
  readonly values: Float32Array;
  /** The share of genes that probabilities assume to be on, where that is not the calibration's. */
  readonly shareOn?: number | undefined;
}

/** Predicts genes from their values, on the CPU; probabilities assume the share `shareOn` of genes on. */
export async function predictedFrom(
  runner: TableModel,
  values: Float32Array,
  genes: number,
  shareOn: number | undefined,
): Promise<Batch> {
  const batch = await runner.predictValues(values, genes);
  return shareOn === undefined ? batch : runner.assumed(batch, shareOn);
}

/** Predicts one gene from its values [T, columns], on the CPU. */
async function genePrediction(runner: TableModel, { values, shareOn }: GeneValues): Promise<GenePrediction> {
  const began = performance.now();
  const batch = await predictedFrom(runner, values, 1, shareOn);
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
    predictGene: call({ needs: ["model"] }, async ({ sha256, ...values }: GeneValues & { readonly sha256: string }) =>
      genePrediction(runnerOf(sha256), values),
    ),
  };
}

/** Request and answer of this call. */
export type PredictGeneCalls = Declared<ReturnType<typeof predictGeneHandlers>>;
