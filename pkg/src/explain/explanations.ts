/**
 * Explanations of a prediction, and tests of their faithfulness. N genes, T bins, M marks in the model's order; arrays
 * are row-major.
 *
 * All of it runs on the CPU engine, even if a GPU predicts: only the CPU engine computes gradients.
 */

import { joined } from "../joined.js";
import { genePositions, given, numberOr, oneOfOr, seedOr, someOf, wholeNumber, wholeNumberOr } from "../arguments.js";
import { CPU_BATCH } from "../engine/device.js";
import type { PlantedShares } from "../engine/deletion.js";
import type {
  ClassName,
  Contrast,
  DeletionCurves,
  EngineDeletionOptions,
  EnginePrepared,
  ExplainingModel,
  Explanation,
} from "../engine/engine.js";
import { CLASS_OPTIMISATION } from "../constants.js";
import { InputError, throwIfCancelled } from "../errors.js";
import { yieldToOthers, type WorkOptions } from "../progress.js";
import { contrastOf, CONTRASTS } from "./contrast.js";
import type { PlantedTruth } from "./planted.js";
import { type Explainer, explainShared } from "./sharing.js";

/** The genes to explain. */
export interface GeneChoice extends WorkOptions {
  /** Indices of the genes in the table, from 0; default: all genes. */
  genes?: readonly number[] | undefined;
  /** Keep these bins of each gene, from 1, inclusive; use the settings of the run being explained. */
  selectBins?: readonly [number, number] | undefined;
  /** Multiply each value of a mark by this factor; use the settings of the run being explained. */
  scale?: Readonly<Record<string, number>> | undefined;
}

/** Gradient of the score with respect to the signal. */
export interface Saliency {
  /** Indices of the genes in the table, [N]. */
  genes: readonly number[];
  marks: readonly string[];
  /** Number of bins, T. */
  bins: number;
  /**
   * ∂ score(on) / ∂ x for each gene, signed, [N, T, M], with respect to the values in the table: the derivative
   * includes the card's transform. The score is the logit; for DeepChrome, that of "on" before log-softmax.
   */
  values: Float32Array;
}

/** Class whose score the input maximises. */
export type GeneClass = "on" | "off";

/** Class of a change: `up` for genes higher in B, `down` for genes higher in A. */
export type ChangeClass = "up" | "down";

/** Settings of class optimisation; the defaults are DeepChrome's. */
export interface ClassOptimisationOptions<Class extends ClassName = GeneClass> extends WorkOptions {
  /** Default: `on`, or `up` for a change. */
  class?: Class | undefined;
  /** λ, the weight of ‖X‖² in the loss; default 0.009. */
  lambda?: number | undefined;
  /** Steps of RMSprop; default 1,000. */
  steps?: number | undefined;
  /** Seed of the random start; default 1. */
  seed?: number | undefined;
}

/**
 * The input that maximises the score of a class, or moves a fold change furthest towards it; it belongs to no gene.
 */
export interface ClassMap<Class extends ClassName = GeneClass> {
  class: Class;
  lambda: number;
  seed: number;
  marks: readonly string[];
  /** Number of bins, T. */
  bins: number;
  /**
   * The input, clamped to 0 … 1 and divided by its maximum, [T, M]; for a change [T, 2M], A's marks and then B's. All 0
   * if no value is above 0.
   */
  map: Float32Array;
  /** Loss before each step: −log P(class | X) + λ‖X‖²; for a change −Δ + λ‖X‖² (`up`) or Δ + λ‖X‖² (`down`). */
  losses: Float32Array;
}

/** Options for removing bins. */
export interface DeletionOptions<Class extends ClassName = GeneClass> extends GeneChoice {
  /**
   * Explanations to test. Default: all that the model has; `alpha` only if it attends to bins, `class-optimisation`
   * only with `maps`.
   */
  explanations?: readonly Explanation[] | undefined;
  /** Results of class optimisation. Each gene is tested with the map of its predicted class. */
  maps?: Readonly<Record<Class, ClassMap<Class>>> | undefined;
  /**
   * Numbers of removed bins, rising from 0. Default: about a dozen numbers up to all bins, densest where explanations
   * differ most.
   */
  steps?: readonly number[] | undefined;
  /** Contrast whose values replace removed bins, and baseline of attributions. Default: {@link contrastOf} the card. */
  contrast?: Contrast | undefined;
  /** Number of random orders averaged per gene; default 1. */
  randomOrders?: number | undefined;
  /** Seed of the random orders; default 1. */
  seed?: number | undefined;
  /** Truth planted in simulated genes; the result then has the fractions of it that are removed first. */
  truth?: PlantedTruth | undefined;
}

/** A deletion test: does the prediction depend on the bins that an explanation ranks first? */
export interface Deletion {
  /** Indices of the genes in the table, [N]. */
  genes: readonly number[];
  /** Number of bins, T. */
  bins: number;
  /** Numbers of removed bins. */
  steps: readonly number[];
  contrast: Contrast;
  randomOrders: number;
  /** P(on) before removal, [N]. */
  probability: Float32Array;
  /** Fractions of planted marks that a random order removes first; only if `truth` was given. */
  chance?: PlantedShares | undefined;
  curves: DeletionCurves[];
}

const EXPLANATIONS: readonly Explanation[] = [
  ...(["alpha", "saliency", "gradient-x-input", "integrated-gradients", "occlusion"] as const),
  ...(["class-optimisation", "signal", "random"] as const),
];

/**
 * Genes per batch. With integrated gradients a gene takes most of a second, batched or not, and a cancel takes effect
 * between batches.
 */
const DELETION_BATCH = 1;

/** Steps of class optimisation between two checks for a cancel. */
const STEPS_AT_ONCE = 20;

/** The chosen indices. @throws InputError if there is no such gene. */
export function chosenGenes({ genes }: GeneChoice, prepared: EnginePrepared, file: string): readonly number[] {
  if (genes === undefined) return Array.from({ length: prepared.genes }, (_, gene) => gene);
  return genePositions("genes", genes, prepared.genes, file);
}

/** Goes through genes in batches; reports progress and checks for a cancel between them. */
export async function inBatches(
  genes: readonly number[],
  size: number,
  what: string,
  file: string,
  { signal, onProgress }: WorkOptions,
  work: (batch: readonly number[], start: number) => Promise<void> | void,
): Promise<void> {
  const tell = (done: number): void =>
    onProgress?.({ stage: "explain", file, done, total: genes.length, unit: "genes" });
  throwIfCancelled(signal, what);
  tell(0);
  for (let start = 0; start < genes.length; start += size) {
    const batch = genes.slice(start, start + size);
    await work(batch, start);
    tell(start + batch.length);
    await yieldToOthers();
    throwIfCancelled(signal, what);
  }
}

/** {@link Saliency} of the chosen genes. */
export async function saliency(
  explainer: Explainer,
  prepared: EnginePrepared,
  bins: number,
  file: string,
  options: GeneChoice,
): Promise<Saliency> {
  const genes = chosenGenes(options, prepared, file);
  const { marks } = explainer.model.card;
  const size = bins * marks.length;
  const values = new Float32Array(genes.length * size);
  await explainShared<"saliency">(explainer, {
    ...{ genes, names: prepared.names, file, atOnce: CPU_BATCH, what: "The saliency" },
    ...{ signal: options.signal, onProgress: options.onProgress },
    request: (batch) => ({ kind: "saliency", values: valuesOf(prepared, batch), genes: batch.length }),
    put: (found, _, start) => values.set(found.values, start * size),
  });
  return { genes, marks, bins, values };
}

/** Finds the input that maximises the score of a class, or moves the prediction furthest towards it. */
export async function classOptimisation<Class extends ClassName>(
  model: ExplainingModel,
  of: Class,
  options: Omit<ClassOptimisationOptions, "class">,
): Promise<ClassMap<Class>> {
  const { signal, onProgress } = options;
  const lambda = numberOr("λ", options.lambda, 0, Infinity, "bad-lambda") ?? CLASS_OPTIMISATION.lambda;
  const steps = wholeNumberOr("number of steps", options.steps, 1, 1e6, "bad-steps") ?? CLASS_OPTIMISATION.steps;
  const seed = seedOr(options.seed) ?? CLASS_OPTIMISATION.seed;
  const what = "The class optimisation";
  const { marks, bins } = model.card;
  const tell = (done: number): void =>
    onProgress?.({ stage: "optimise", file: `class ${of}`, done, total: steps, unit: "steps" });
  throwIfCancelled(signal, what);
  const descent = model.classOptimisation(of, lambda, steps, seed);
  try {
    const losses = new Float32Array(steps);
    tell(0);
    for (let step = 0; step < steps; step += STEPS_AT_ONCE) {
      losses.set(descent.step(Math.min(STEPS_AT_ONCE, steps - step)), step);
      tell(Math.min(steps, step + STEPS_AT_ONCE));
      await yieldToOthers();
      throwIfCancelled(signal, what);
    }
    return { class: of, lambda, seed, marks, bins, map: descent.map(), losses };
  } finally {
    descent.free();
  }
}

/** The maps of both classes, as an engine takes them. */
export function mapsOf<Class extends ClassName>(
  maps: Readonly<Record<Class, ClassMap<Class>>> | undefined,
  high: Class,
  low: Class,
): readonly [Float32Array, Float32Array] | undefined {
  return maps && [maps[high].map, maps[low].map];
}

/** Runs the deletion test of the chosen genes; `maps` are those of the high class and of the low. */
export async function deletion(
  explainer: Explainer,
  prepared: EnginePrepared,
  bins: number,
  file: string,
  options: Omit<DeletionOptions, "maps">,
  maps?: readonly [high: Float32Array, low: Float32Array],
): Promise<Deletion> {
  const { truth } = options;
  const contrast =
    oneOfOr("contrast", options.contrast, CONTRASTS, "no-such-contrast") ?? contrastOf(explainer.model.card);
  const orders = wholeNumberOr("number of random orders", options.randomOrders, 1, 1e6, "bad-orders");
  const randomOrders = orders ?? 1;
  const seed = seedOr(options.seed);
  const explanations = someOf("explanation", options.explanations, EXPLANATIONS, "no-such-explanation");
  const steps = options.steps?.map((step) => wholeNumber("step", step, 0, bins, "bad-steps"));
  const genes = chosenGenes(options, prepared, file);
  if (truth && truth.genes !== prepared.genes)
    throw new InputError(
      `${truth.file}: found what was planted in ${truth.genes} genes; expected the ${prepared.genes} of ${file}.`,
      { code: "another-truth", file: truth.file, remedy: "Read it for the same table with `model.readPlanted`." },
    );
  const how: EngineDeletionOptions = {
    ...given({ explanations, maps: maps && { high: maps[0], low: maps[1] }, steps, seed }),
    contrast,
    randomOrders,
  };
  const { names } = prepared;
  const test = explainer.model.deletionTest(how);
  try {
    await explainShared<"deletion">(explainer, {
      ...{ genes, names, file, atOnce: DELETION_BATCH, what: "The deletion test" },
      ...{ signal: options.signal, onProgress: options.onProgress },
      request: (batch) => ({
        kind: "deletion",
        values: valuesOf(prepared, batch),
        names: batch.map((gene) => names[gene]!),
        planted: truth && plantedIn(truth, batch),
        options: how,
      }),
      put: (found) => test.append(found),
    });
    return { genes, bins, contrast, randomOrders, ...test.finish() };
  } finally {
    test.free();
  }
}

/** Values of these genes, [genes, T, M]. */
export function valuesOf(prepared: EnginePrepared, genes: readonly number[]): Float32Array {
  return joined(genes.map((gene) => prepared.values(gene, gene + 1)));
}

/** Returns the planted marks of these genes, [genes, T, M]. */
function plantedIn({ places, genes: of }: PlantedTruth, genes: readonly number[]): Uint8Array {
  const size = places.length / of;
  return joined(
    genes.map((gene) => places.subarray(gene * size, (gene + 1) * size)),
    new Uint8Array(genes.length * size),
  );
}
