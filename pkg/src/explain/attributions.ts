/**
 * How much of a score each value of a gene's signal accounts for. N genes, T bins, columns: the marks in the model's
 * order, of a change A's and then B's; arrays are row-major. All of it is computed on the CPU.
 */

import type {
  AttributionBaseline,
  AttributionMethod,
  CpuModel,
  EngineAttributions,
  EnginePrepared,
} from "../engine/engine.js";
import { chosenGenes, type GeneChoice, inBatches, valuesOf } from "./explanations.js";

/** Genes in a batch, between two of which a cancel takes effect. */
const AT_ONCE = 4;

/** How to attribute. */
export interface AttributionOptions extends GeneChoice {
  /** Default: `integrated-gradients`. */
  method?: AttributionMethod | undefined;
  /** Default: `gene-mean`, which is what the deletion test puts in. */
  baseline?: AttributionBaseline | undefined;
}

/** Attributions of genes, and whether they add up. */
export interface Attributions extends EngineAttributions {
  /** Positions of the genes, [N]. */
  genes: readonly number[];
  marks: readonly string[];
  /** T. */
  bins: number;
  method: AttributionMethod;
  baseline: AttributionBaseline;
}

/** Attributions of the chosen genes. */
export async function attributions(
  model: CpuModel,
  prepared: EnginePrepared,
  bins: number,
  file: string,
  options: AttributionOptions,
): Promise<Attributions> {
  const { method = "integrated-gradients", baseline = "gene-mean" } = options;
  const genes = chosenGenes(options, prepared, file);
  const parts: EngineAttributions[] = [];
  await inBatches(genes, AT_ONCE, "The attributions", file, options, async (batch) => {
    parts.push(await model.attribute(valuesOf(prepared, batch), batch.length, method, baseline));
  });
  const joined = (of: (part: EngineAttributions) => Float32Array): Float32Array => {
    const whole = new Float32Array(parts.reduce((sum, part) => sum + of(part).length, 0));
    parts.reduce((at, part) => (whole.set(of(part), at), at + of(part).length), 0);
    return whole;
  };
  return {
    ...{ genes, marks: model.card.marks, bins, method, baseline },
    values: joined(({ values }) => values),
    score: joined(({ score }) => score),
    baselineScore: joined(({ baselineScore }) => baselineScore),
    completeness: joined(({ completeness }) => completeness),
    complete: Uint8Array.from(parts.flatMap(({ complete }) => [...complete])),
  };
}
