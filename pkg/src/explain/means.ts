/**
 * Mean explanations of genes: maps are added up batch by batch and forgotten. N genes, T bins, columns: the marks in
 * the model's order, of a change A's and then B's; arrays are row-major. All of it is computed on the CPU.
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

/** Quantity of which a mean is taken: the gradient of the score, or what each value adds to the score. */
export type MeanMethod = "saliency" | Exclude<AttributionMethod, "shapley">;

const METHODS: readonly MeanMethod[] = [
  ...(["saliency", "gradient-x-input", "integrated-gradients", "occlusion", "occlusion-of-bins"] as const),
];

/** Options of mean explanations. */
export interface MeansOptions extends GeneChoice {
  /** Prediction for each gene of the table, which tells two classes apart: P(on), or the log2 fold change, [N]. */
  predicted: Float32Array;
  /** Default: `integrated-gradients`. */
  method?: MeanMethod | undefined;
  /** Baseline of attributions. Default: that of the model. */
  baseline?: Contrast | undefined;
}

/** Means over the genes of one class. */
export interface MeansOfClass {
  /** Genes that they are taken over. */
  genes: number;
  /** Mean values, signed, [T, columns], by occlusion of bins [T, cell types]; absent where there are no genes. */
  mean: Float32Array | undefined;
  /** Mean sizes, whatever the sign, of the same shape; absent where there are no genes. */
  size: Float32Array | undefined;
}

/** Agreement of the genes' summed attributions with their scores. */
export interface Completeness {
  /** The largest error, whatever its sign: by how much a gene's sum misses its score less its baseline's. */
  largest: number;
  /** The position of the gene that has it; absent where there are no genes. */
  gene: number | undefined;
  /** Number of genes whose errors are more than negligible. */
  incomplete: number;
}

/** Mean explanations of genes. */
export interface ExplanationMeans {
  method: MeanMethod;
  /** Baseline with which genes were compared; absent for saliency. */
  baseline: Attributions["baseline"] | undefined;
  marks: readonly string[];
  /** T. */
  bins: number;
  /** Number of neighbouring bins that were explained at once, and have one value. */
  window: number;
  /** Number of genes that were explained. */
  genes: number;
  /** Genes predicted on, or to rise; and the others. */
  high: MeansOfClass;
  low: MeansOfClass;
  /** Absent for saliency, which need not add up. */
  completeness: Completeness | undefined;
}

/** Sums of maps: no map is kept. */
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

/** The means over the chosen genes. `threshold` is what a gene of the class `high` has predicted at least. */
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
    throw new InputError(
      `${file}: found predictions for ${predicted?.length ?? 0} genes; expected ${prepared.genes}.`,
      {
        ...{ code: "value-count", file, remedy: "Give the model's predictions for this table." },
      },
    );
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
