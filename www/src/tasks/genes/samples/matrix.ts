/** Genes by samples: the predictions of one model. Pure. N genes, S samples. */

import type { SampleFilter } from "../../../workspace/format";
import { type GeneNames, searchOf } from "../../shared/genes/names";

/** A cluster: its members in the order of the leaves. */
interface Cluster {
  readonly leaves: readonly number[];
  readonly size: number;
}

/**
 * The leaf order of average-linkage clustering. Of two merged clusters, the one with the earlier first member comes
 * first; ties merge the first. Nearest-neighbour chains give the same tree as repeatedly merging the closest pair
 * (Murtagh 1983), in n² steps with n² distances in memory.
 *
 * @param distance Distance of two of the `count` items; symmetric, at least 0.
 */
export function leafOrder(count: number, distance: (a: number, b: number) => number): readonly number[] {
  if (count < 3) return Array.from({ length: count }, (_, i) => i);
  const apart = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < a; b++) apart[a * count + b] = apart[b * count + a] = distance(a, b);
  const clusters: (Cluster | undefined)[] = Array.from({ length: count }, (_, i) => ({ leaves: [i], size: 1 }));
  const chain: number[] = [];
  for (let left = count; left > 1; left--) {
    if (chain.length === 0) chain.push(clusters.findIndex((each) => each !== undefined));
    for (;;) {
      const at = chain.at(-1)!;
      const before = chain.at(-2);
      // Ties go to the preceding item, so that the chain ends.
      let [nearest, least] = before === undefined ? [-1, Infinity] : [before, apart[at * count + before]!];
      for (let other = 0; other < count; other++)
        if (other !== at && clusters[other] && apart[at * count + other]! < least)
          [nearest, least] = [other, apart[at * count + other]!];
      if (nearest === before) break;
      chain.push(nearest);
    }
    const [a, b] = [chain.pop()!, chain.pop()!].sort((x, y) => x - y) as [number, number];
    join(clusters, apart, a, b);
  }
  return clusters.find((each) => each !== undefined)!.leaves;
}

/** Merges two clusters, in place of the first. */
function join(clusters: (Cluster | undefined)[], apart: Float64Array, a: number, b: number): void {
  const [one, other] = [clusters[a]!, clusters[b]!];
  const size = one.size + other.size;
  const count = clusters.length;
  for (let each = 0; each < count; each++) {
    if (each === a || each === b || !clusters[each]) continue;
    const mean = (one.size * apart[a * count + each]! + other.size * apart[b * count + each]!) / size;
    apart[a * count + each] = apart[each * count + a] = mean;
  }
  const isFirst = Math.min(...one.leaves) <= Math.min(...other.leaves);
  clusters[a] = { leaves: isFirst ? [...one.leaves, ...other.leaves] : [...other.leaves, ...one.leaves], size };
  clusters[b] = undefined;
}

/** Predictions of one sample. */
export interface PredictedSample {
  readonly genes: readonly string[];
  /** Predictions for these genes, in the outcome's unit. */
  readonly values: Float32Array;
  /** Scores from which differences between samples are computed. */
  readonly scores: Float32Array;
}

/** Call of a predicted value: 1 is high, −1 low, 0 neither. */
export type Call = (value: number) => 1 | 0 | -1;

/** Genes by samples. NaN if a sample lacks a gene. */
export interface SampleMatrix {
  /** Names of the samples, [S]. */
  readonly samples: readonly string[];
  /** All genes: those of the first sample, then further genes of the others, [N]. */
  readonly genes: readonly string[];
  /** Predicted values, [N, S]. */
  readonly values: Float32Array;
  /** Scores from which differences are computed, [N, S]. */
  readonly scores: Float32Array;
  /** Highest value over samples less the lowest, [N]. */
  readonly range: Float32Array;
}

/** Two samples by index: the difference is the second less the first. */
export type Pair = readonly [from: number, to: number];

/** Matches genes by name; if a sample has a name twice, the first counts. */
export function matrixOf(samples: readonly { readonly name: string; readonly of: PredictedSample }[]): SampleMatrix {
  const rows = new Map<string, number>();
  for (const { of } of samples) for (const gene of of.genes) if (!rows.has(gene)) rows.set(gene, rows.size);
  const [N, S] = [rows.size, samples.length];
  const values = new Float32Array(N * S).fill(NaN);
  const scores = new Float32Array(N * S).fill(NaN);
  samples.forEach(({ of }, sample) =>
    of.genes.forEach((gene, i) => {
      const at = rows.get(gene)! * S + sample;
      if (!Number.isNaN(values[at])) return;
      values[at] = of.values[i]!;
      scores[at] = of.scores[i]!;
    }),
  );
  const range = new Float32Array(N);
  for (let gene = 0; gene < N; gene++) {
    const known = values.subarray(gene * S, (gene + 1) * S).filter((value) => !Number.isNaN(value));
    range[gene] = Math.max(...known) - Math.min(...known);
  }
  return { samples: samples.map(({ name }) => name), genes: [...rows.keys()], values, scores, range };
}

/** The predicted value of a gene in a sample. */
export function valueIn({ values, samples }: SampleMatrix, gene: number, sample: number): number {
  return values[gene * samples.length + sample]!;
}

/** Difference of a gene's scores, second sample less first; NaN if either lacks the gene. */
export function differenceIn({ scores, samples }: SampleMatrix, gene: number, [from, to]: Pair): number {
  return scores[gene * samples.length + to]! - scores[gene * samples.length + from]!;
}

/** Sort key: `sample:1` is the value in the second sample, `cluster` places similar genes together. */
export type SampleKey = "gene" | "difference" | "range" | "cluster" | `sample:${number}`;

export type { SampleFilter };

/** The list, and the two samples of the difference. */
export interface SampleListing {
  readonly sort: { readonly key: SampleKey; readonly descending: boolean };
  readonly filter: SampleFilter;
  /** Part of a gene's name, or a list of names. */
  readonly search: string;
  readonly pair: Pair;
  /** True if samples are in the order of clusters, not of input. */
  readonly isClustered: boolean;
}

/** Sorted by the difference of the first two samples, largest first. */
export const FIRST_SAMPLES: SampleListing = {
  sort: { key: "difference", descending: true },
  filter: "all",
  search: "",
  pair: [0, 1],
  isClustered: false,
};

/** Maximum number of genes to cluster: time and memory grow with the square. */
export const MOST_CLUSTERED = 1000;

/** Indices of the listed genes in order; genes without the sorted value come last. */
export function listSamples(
  matrix: SampleMatrix,
  listing: SampleListing,
  { keys, texts }: GeneNames,
  callOf: Call,
): Uint32Array {
  const { filter, search, pair, sort } = listing;
  const S = matrix.samples.length;
  const isWanted = searchOf(search);
  const calls = (gene: number): ReadonlySet<number> =>
    new Set(
      [...matrix.values.subarray(gene * S, (gene + 1) * S)].flatMap((value) =>
        Number.isNaN(value) ? [] : [callOf(value)],
      ),
    );
  const isEach = (found: ReadonlySet<number>, call: number): boolean => found.size === 1 && found.has(call);
  const passes: Record<SampleFilter, (gene: number) => boolean> = {
    all: () => true,
    differ: (gene) => calls(gene).has(1) && calls(gene).has(-1),
    up: (gene) => differenceIn(matrix, gene, pair) > 0,
    down: (gene) => differenceIn(matrix, gene, pair) < 0,
    high: (gene) => isEach(calls(gene), 1),
    low: (gene) => isEach(calls(gene), -1),
  };
  const listed = Uint32Array.from(matrix.genes.keys()).filter(
    (gene) => passes[filter](gene) && (!isWanted || isWanted(texts[gene]!)),
  );
  const { key, descending } = sort;
  if (key === "cluster") {
    if (listed.length > MOST_CLUSTERED) return listed;
    const apart = spanOf(matrix);
    const order = leafOrder(listed.length, (a, b) =>
      meanDistance(S, apart, (sample) => [valueIn(matrix, listed[a]!, sample), valueIn(matrix, listed[b]!, sample)]),
    );
    return Uint32Array.from(order, (at) => listed[at]!);
  }
  if (key === "gene") {
    const byName = (a: number, b: number): number => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0);
    return listed.sort(descending ? (a, b) => byName(b, a) || a - b : (a, b) => byName(a, b) || a - b);
  }
  const values = Float64Array.from(matrix.genes, (_, gene) =>
    key === "range"
      ? matrix.range[gene]!
      : key === "difference"
        ? Math.abs(differenceIn(matrix, gene, pair))
        : valueIn(matrix, gene, sampleOfKey(key)!),
  );
  return listed.sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    const [isNone, isNoneToo] = [Number.isNaN(x), Number.isNaN(y)];
    if (isNone || isNoneToo) return Number(isNone) - Number(isNoneToo) || a - b;
    return (descending ? y - x : x - y) || a - b;
  });
}

/** Indices of the samples in display order: as given, or clustered by the listed genes. */
export function orderSamples(
  matrix: SampleMatrix,
  { isClustered }: SampleListing,
  listed: Uint32Array,
): readonly number[] {
  const S = matrix.samples.length;
  if (!isClustered) return Array.from({ length: S }, (_, sample) => sample);
  const apart = spanOf(matrix);
  return leafOrder(S, (a, b) =>
    meanDistance(listed.length, apart, (i) => [valueIn(matrix, listed[i]!, a), valueIn(matrix, listed[i]!, b)]),
  );
}

/** Index of the sample whose values are the sort key; undefined for another key. */
export function sampleOfKey(key: SampleKey): number | undefined {
  return key.startsWith("sample:") ? Number(key.slice("sample:".length)) : undefined;
}

/** Maximum value less minimum: an upper bound of all distances. */
function spanOf({ values }: SampleMatrix): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return Math.max(0, high - low);
}

/** Root mean squared difference over shared items; `apart` if none are shared. */
function meanDistance(count: number, apart: number, valuesAt: (i: number) => readonly [number, number]): number {
  let [sum, shared] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = valuesAt(i);
    const square = (x - y) ** 2;
    if (Number.isNaN(square)) continue;
    sum += square;
    shared += 1;
  }
  return shared === 0 ? apart : Math.sqrt(sum / shared);
}
