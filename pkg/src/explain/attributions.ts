/**
 * Attribution of a score to each value of a gene's signal. N genes, T bins; columns: the marks in the model's order,
 * for a change A's and then B's; arrays are row-major. Everything is computed on the CPU.
 */

import { oneOfOr } from "../arguments.js";
import { CPU_BATCH } from "../engine/device.js";
import type { AttributionMethod, Contrast, EngineAttributions, EnginePrepared } from "../engine/engine.js";
import { InputError } from "../errors.js";
import { joined } from "../joined.js";
import { joinedSpread } from "./attention-spread.js";
import { contrastOf, CONTRASTS } from "./contrast.js";
import { chosenGenes, type GeneChoice, valuesOf } from "./explanations.js";
import { type Explainer, explainShared } from "./sharing.js";

/** Genes per batch; a cancel takes effect between batches, so slow methods take few genes. */
const AT_ONCE: Readonly<Record<AttributionMethod, number>> = {
  "gradient-x-input": CPU_BATCH,
  "integrated-gradients": 4,
  occlusion: 4,
  "occlusion-of-bins": 8,
  shapley: 4,
};

const METHODS = Object.keys(AT_ONCE) as AttributionMethod[];

/** Options for attribution. */
export interface AttributionOptions extends GeneChoice {
  /** Default: `integrated-gradients`. */
  method?: AttributionMethod | undefined;
  /** A contrast, or another gene of the table by its id as `{ gene }`. Default: {@link contrastOf} the model's card. */
  baseline?: Contrast | OtherGene | undefined;
}

/** A gene to compare others with. */
export interface OtherGene {
  /** Its id. */
  readonly gene: string;
}

/** Attributions of genes, with the check of their sums. */
export interface Attributions extends EngineAttributions {
  /** Indices of the genes, [N]. */
  genes: readonly number[];
  marks: readonly string[];
  /** Number of bins, T. */
  bins: number;
  method: AttributionMethod;
  /** The contrast, or `gene:` followed by the id of the other gene. */
  baseline: string;
}

/** Computes attributions of the chosen genes. */
export async function attributions(
  explainer: Explainer,
  prepared: EnginePrepared,
  bins: number,
  file: string,
  options: AttributionOptions,
): Promise<Attributions> {
  const parts: EngineAttributions[] = [];
  const { genes, method, baseline } = await eachBatch(explainer, prepared, file, options, (found) => parts.push(found));
  const spreads = parts.flatMap(({ spread }) => spread ?? []);
  const sumSpreads = parts.flatMap(({ sumSpread }) => sumSpread ?? []);
  const numbers = (of: (part: EngineAttributions) => Float32Array): Float32Array => joined(parts.map(of));
  const flags = (of: (part: EngineAttributions) => Uint8Array): Uint8Array =>
    joined(parts.map(of), new Uint8Array(genes.length));
  return {
    ...{ genes, marks: explainer.model.card.marks, bins, method, baseline },
    values: numbers(({ values }) => values),
    score: numbers(({ score }) => score),
    baselineScore: numbers(({ baselineScore }) => baselineScore),
    completeness: numbers(({ completeness }) => completeness),
    complete: flags(({ complete }) => complete),
    outside: flags(({ outside }) => outside),
    baselineOutside: flags(({ baselineOutside }) => baselineOutside),
    window: parts[0]?.window ?? 1,
    ...(spreads.length > 0 && { spread: joinedSpread(spreads) }),
    ...(sumSpreads.length > 0 && { sumSpread: joinedSpread(sumSpreads) }),
  };
}

/** Attributes the chosen genes; `put` receives the batches in order. */
export async function eachBatch(
  explainer: Explainer,
  prepared: EnginePrepared,
  file: string,
  options: AttributionOptions,
  put: (found: EngineAttributions, batch: readonly number[]) => void,
): Promise<Pick<Attributions, "genes" | "method" | "baseline">> {
  const method = oneOfOr("method", options.method, METHODS, "no-such-method") ?? "integrated-gradients";
  const { gene } = typeof options.baseline === "object" ? options.baseline : {};
  const other = gene === undefined ? undefined : valuesOfGene(gene, prepared, file);
  const named = gene === undefined ? (options.baseline as Contrast | undefined) : undefined;
  const baseline = oneOfOr("baseline", named, CONTRASTS, "no-such-baseline") ?? contrastOf(explainer.model.card);
  const genes = chosenGenes(options, prepared, file);
  await explainShared<"attribution">(explainer, {
    ...{ genes, names: prepared.names, file, atOnce: AT_ONCE[method], what: "The attributions", put },
    ...{ signal: options.signal, onProgress: options.onProgress },
    request: (batch) => ({
      ...{ kind: "attribution", values: valuesOf(prepared, batch), genes: batch.length, method },
      // A copy: buffers sent to a worker are transferred.
      baseline: other?.slice() ?? baseline,
    }),
  });
  return { genes, method, baseline: gene === undefined ? baseline : `gene:${gene}` };
}

/** The values of the gene that others are compared with. */
function valuesOfGene(gene: string, prepared: EnginePrepared, file: string): Float32Array {
  const { names } = prepared;
  const place = names.indexOf(gene);
  if (place >= 0) return prepared.values(place, place + 1);
  throw new InputError(`${file}: found no gene ${gene}; expected an id of the table, such as ${names[0]}.`, {
    ...{ code: "no-such-gene", file, remedy: "Name a gene of the same table." },
  });
}
