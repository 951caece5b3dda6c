/** What a model makes of a batch of genes, output by output. */

import type { Batch } from "../engine/engine.js";

/** The outputs of a batch, by name; each has its genes first, and is empty for a model without it. */
export const OUTPUTS = [
  "probability",
  "logit",
  "foldChange",
  "expression",
  "alpha",
  "beta",
  "auxiliaryAlpha",
  "auxiliaryBeta",
] as const;

/** A batch made output by output. */
export function batchOf(make: (output: (typeof OUTPUTS)[number]) => Float32Array): Batch {
  return Object.fromEntries(OUTPUTS.map((output) => [output, make(output)])) as unknown as Batch;
}

/** N: a model predicts either whether a gene is on, or how it changes. */
export function genesOf({ logit, foldChange }: Batch): number {
  return Math.max(logit.length, foldChange.length);
}

/** The outputs of the last gene of a batch. */
export function lastGene(batch: Batch, genes: number): Batch {
  return batchOf((output) => batch[output].subarray(batch[output].length - batch[output].length / genes));
}

/** The memory of a batch, to be moved with it. */
export function buffersOf(batch: Batch): ArrayBuffer[] {
  return OUTPUTS.map((output) => batch[output].buffer as ArrayBuffer);
}
