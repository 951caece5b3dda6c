/** All arrays of a finished run as one file: signal, predictions, α, β and contributions. */

import type { Attributions, EngineAttentionSpread, MembersSpread, WorkOptions } from "../../../../../pkg/src/index";
import { type ArrayFormat, arraysFile, type NamedArray } from "../../../export/arrays";
import { call, type Declared } from "../../../rpc/rpc";
import { SPREAD, type SpreadToWrite } from "../sure/spread";

/** Maximum number of genes whose contributions are included: each takes some hundred gradients. */
export const MOST_EXPLAINED = 2000;

/** A run that has arrays. */
export interface WithArrays {
  readonly explained: { readonly genes: readonly string[] };
  readonly arrays: () => readonly NamedArray[];
}

/** Answers the page's calls. */
export class ArrayHandlers {
  readonly #run: () => WithArrays;
  readonly #contributions: (options: WorkOptions) => Promise<Attributions>;
  readonly #spread: (options: WorkOptions) => Promise<EngineAttentionSpread | undefined>;

  /**
   * @param contributions Attributes the predictions of all genes to their bins.
   * @param spread Computes the spread of α and β over ensemble members for all genes.
   */
  constructor(
    run: () => WithArrays,
    contributions: (options: WorkOptions) => Promise<Attributions>,
    spread: (options: WorkOptions) => Promise<EngineAttentionSpread | undefined>,
  ) {
    this.#run = run;
    this.#contributions = contributions;
    this.#spread = spread;
  }

  /** The file, with contributions relative to the default contrast for up to {@link MOST_EXPLAINED} genes. */
  readonly arraysOfRun = call(
    { needs: ["model"] },
    async ({ format }: { readonly format: ArrayFormat }, options): Promise<Blob> => {
      const held = this.#run();
      const { genes } = held.explained;
      const found = genes.length <= MOST_EXPLAINED ? await this.#contributions(options) : undefined;
      const spread = await this.#spread(options);
      const arrays = held.arrays().flatMap((array) => {
        const of = array.name === "alpha" || array.name === "beta" ? spread?.[array.name] : undefined;
        return [array, ...spreadArrays(array, of)];
      });
      return arraysFile([...arrays, ...(found ? contributionsAs(found, genes.length) : [])], format);
    },
  );
}

/** Calls that answer for arrays. */
export type ArrayCalls = Declared<ArrayHandlers>;

/** Signal of all genes as the model read it, [N, T, columns]. */
export function signalArray(
  { genes, bins, columns }: { readonly genes: number; readonly bins: number; readonly columns: number },
  of: (gene: number) => Float32Array,
): NamedArray {
  const values = new Float32Array(genes * bins * columns);
  for (let gene = 0; gene < genes; gene++) values.set(of(gene), gene * bins * columns);
  return { name: "signal", shape: [genes, bins, columns], values };
}

/** Arrays that have values. */
export function present(arrays: readonly NamedArray[]): NamedArray[] {
  return arrays.filter(({ values }) => values.length > 0);
}

function contributionsAs(of: Attributions, genes: number): NamedArray[] {
  const { values, bins, score, baselineScore, baseline, spread } = of;
  const contributions = { name: "contributions", shape: [genes, bins, values.length / (genes * bins)], values };
  return [
    contributions,
    ...spreadArrays(contributions, spread),
    { name: "score", shape: [genes], values: score },
    { name: "baseline_score", shape: [genes], values: baselineScore },
    { name: "baseline", shape: [1], values: [baseline] },
  ];
}

/** `alpha_sd`, `alpha_low` and `alpha_high` for the array `alpha`, in its shape; empty without a spread. */
export function spreadArrays(
  { name, shape }: Pick<NamedArray, "name" | "shape">,
  spread: MembersSpread | SpreadToWrite | undefined,
): NamedArray[] {
  return SPREAD.flatMap((end) => {
    const values = spread?.[end] as Float32Array | undefined;
    return values && values.length > 0 ? [{ name: `${name}_${end}`, shape, values }] : [];
  });
}
