/** One gene's prediction from changed signal. */

import type { ChangeModel, OnOffModel } from "../../../pkg/src/index";
import { call, type Declared } from "../rpc/rpc";

/** What a model makes of one gene's signal. */
export interface GenePrediction {
  readonly probability: number | undefined;
  readonly foldChange: number | undefined;
  /** log2(count + 1) in A and B; empty where it is not predicted. */
  readonly expression: Float32Array;
  readonly alpha: Float32Array;
  readonly beta: Float32Array;
  readonly auxiliaryAlpha: Float32Array;
  readonly auxiliaryBeta: Float32Array;
  /** What the prediction took. */
  readonly milliseconds: number;
}

/** What a model makes of one gene's values [T, columns], on the CPU. */
async function genePrediction(lens: OnOffModel | ChangeModel, values: Float32Array): Promise<GenePrediction> {
  const began = performance.now();
  const { probability, foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta } =
    await lens.predictValues(values);
  return {
    probability: probability[0],
    foldChange: foldChange[0],
    expression,
    alpha,
    beta,
    auxiliaryAlpha,
    auxiliaryBeta,
    milliseconds: performance.now() - began,
  };
}

/**
 * Does what the views that change a signal call for.
 *
 * @param lensOf The open model, which must be that of `sha256`.
 */
export function predictGeneHandlers(lensOf: (sha256: string) => OnOffModel | ChangeModel) {
  return {
    /** Runs the model of `sha256` on one gene's values [T, columns], on the CPU. */
    predictGene: call(
      { needs: ["model"] },
      async ({ sha256, values }: { readonly sha256: string; readonly values: Float32Array }) =>
        genePrediction(lensOf(sha256), values),
    ),
  };
}

/** What goes to this call and comes back. */
export type PredictGeneCalls = Declared<ReturnType<typeof predictGeneHandlers>>;
