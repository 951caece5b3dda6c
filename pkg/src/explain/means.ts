/**
 * Mean explanations over genes: each map is added and discarded. N genes, T bins; columns: the marks in the model's
 * order, for a change A's and then B's; arrays are row-major. Everything is computed on the CPU.
 */

import { oneOfOr } from "../arguments.js";
import { CPU_BATCH } from "../engine/device.js";
import type {
  AttributionMethod,
  Contrast,
  EngineAttentionSummary,
  EngineAttributions,
  EnginePrepared,
  TablesEngine,
} from "../engine/engine.js";
import { InputError } from "../errors.js";
import { type Attributions, eachBatch } from "./attributions.js";
import { chosenGenes, type GeneChoice, valuesOf } from "./explanations.js";
import { type Explainer, explainShared } from "./sharing.js";

/** Quantity to average: the gradient of the score, or the attribution of each value. */
export type MeanMethod = "saliency" | Exclude<AttributionMethod, "shapley">;

const METHODS: readonly MeanMethod[] = [
  ...(["saliency", "gradient-x-input", "integrated-gradients", "occlusion", "occlusion-of-bins"] as const),
];

/** Options of mean explanations. */
export interface MeansOptions extends GeneChoice {
  /** Prediction for each gene of the table, [N], which separates two classes: P(on), or the log2 fold change. */
  predicted: Float32Array;
  /** Default: `integrated-gradients`. */
  method?: MeanMethod | undefined;
  /** Baseline of attributions. Default: the model's. */
  baseline?: Contrast | undefined;
}

/** Means over the genes of one class. */
export interface MeansOfClass {
  /** Number of genes averaged. */
  genes: number;
  /** Mean values, signed, [T, columns], or [T, cell types] for occlusion of bins; undefined if there are no genes. */
  mean: Float32Array | undefined;
  /** Mean absolute values, of the same shape; undefined if there are no genes. */
  size: Float32Array | undefined;
}

/** Agreement between the sum of each gene's attributions and its score. */
export interface Completeness {
  /** Largest absolute error over genes: sum of attributions less (score − baseline score). */
  largest: number;
  /** Index of the gene with that error; undefined if there are no genes. */
  gene: number | undefined;
  /** Number of genes with a non-negligible error. */
  incomplete: number;
}

/** Mean explanations over genes. */
export interface ExplanationMeans {
  method: MeanMethod;
  /** Baseline of the attributions; undefined for saliency. */
  baseline: Attributions["baseline"] | undefined;
  marks: readonly string[];
  /** Number of bins, T. */
  bins: number;
  /** Number of neighbouring bins occluded together, which share one value. */
  window: number;
  /** Number of genes explained. */
  genes: number;
  /** Means over genes predicted on, or to rise; `low` has those over the other genes. */
  high: MeansOfClass;
  low: MeansOfClass;
  /** Undefined for saliency, which need not sum to the score. */
  completeness: Completeness | undefined;
}

/** Running sums of maps: no single map is kept. */
class Sums {
  readonly #signed: EngineAttentionSummary;
  readonly #sizes: EngineAttentionSummary;

  constructor(
    { AttentionSummary }: Pick<TablesEngine, "AttentionSummary">,
    columns: number,
    bins: number,
    threshold: number,
    private readonly predicted: Float32Array,
  ) {
    this.#signed = new AttentionSummary(columns, bins, threshold);
    this.#sizes = new AttentionSummary(columns, bins, threshold);
  }

  /** Adds the maps of these genes. */
  add(values: Float32Array, batch: readonly number[]): void {
    const predicted = Float32Array.from(batch, (gene) => this.predicted[gene]!);
    this.#signed.add(predicted, values);
    this.#sizes.add(predicted, values.map(Math.abs));
  }

  means(): { high: MeansOfClass; low: MeansOfClass } {
    const [signed, sizes] = [this.#signed.finish(), this.#sizes.finish()];
    return {
      high: { genes: signed.genesOn, mean: signed.on, size: sizes.on },
      low: { genes: signed.genesOff, mean: signed.off, size: sizes.off },
    };
  }

  free(): void {
    this.#signed.free();
    this.#sizes.free();
  }
}

/** Computes the means over the chosen genes. Genes predicted at or above `threshold` belong to the class `high`. */
export async function explanationMeans(
  explainer: Explainer,
  engine: Pick<TablesEngine, "AttentionSummary">,
  prepared: EnginePrepared,
  { bins, columns, file, threshold }: { bins: number; columns: number; file: string; threshold: number },
  options: MeansOptions,
): Promise<ExplanationMeans> {
  const method = oneOfOr("method", options.method, METHODS, "no-such-method") ?? "integrated-gradients";
  const { predicted } = options;
  if (predicted?.length !== prepared.genes)
    throw new InputError(`${file}: found predictions of ${predicted?.length ?? 0} genes; expected ${prepared.genes}.`, {
      ...{ code: "value-count", file, remedy: "Give what the model predicted of this table." },
    });
  const { marks } = explainer.model.card;
  const inBin = method === "occlusion-of-bins" ? columns / marks.length : columns;
  const sums = new Sums(engine, inBin, bins, threshold, predicted);
  try {
    if (method === "saliency") {
      const genes = chosenGenes(options, prepared, file);
      await explainShared<"saliency">(explainer, {
        ...{ genes, names: prepared.names, file, atOnce: CPU_BATCH, what: "The saliency" },
        ...{ signal: options.signal, onProgress: options.onProgress },
        request: (batch) => ({ kind: "saliency", values: valuesOf(prepared, batch), genes: batch.length }),
        put: ({ values }, batch) => sums.add(values, batch),
      });
      return {
        ...{ method, baseline: undefined, marks, bins, window: 1, genes: genes.length, ...sums.means() },
        completeness: undefined,
      };
    }
    const completeness: Completeness = { largest: 0, gene: undefined, incomplete: 0 };
    let window = 1;
    const { genes, baseline } = await eachBatch(explainer, prepared, file, { ...options, method }, (found, batch) => {
      ({ window } = found);
      sums.add(found.values, batch);
      note(completeness, found, batch);
    });
    return { method, baseline, marks, bins, window, genes: genes.length, ...sums.means(), completeness };
  } finally {
    sums.free();
  }
}

function note(of: Completeness, { completeness, complete }: EngineAttributions, batch: readonly number[]): void {
  batch.forEach((gene, i) => {
    const error = Math.abs(completeness[i]!);
    if (of.gene === undefined || error > of.largest) [of.largest, of.gene] = [error, gene];
    if (complete[i] !== 1) of.incomplete++;
  });
}
