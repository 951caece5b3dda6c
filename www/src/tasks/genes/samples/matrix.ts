/** Genes by samples: what one model predicts of each. Pure. N genes, S samples. */

import { isOn } from "../on-off/on";
import { type GeneNames, searchOf } from "../../shared/genes/names";
import { leafOrder } from "./cluster";

/** Predictions of one sample. */
export interface PredictedSample {
  readonly genes: readonly string[];
  /** P(on) of these genes. */
  readonly probability: Float32Array;
  /** Their log-odds, before a calibration. */
  readonly logit: Float32Array;
}

/** Genes by samples. A gene that a sample lacks has NaN there. */
export interface SampleMatrix {
  /** Names of the samples, [S]. */
  readonly samples: readonly string[];
  /** All genes: those of the first sample, then what others add, [N]. */
  readonly genes: readonly string[];
  /** P(on), [N, S]. */
  readonly probability: Float32Array;
  /** Log-odds, before a calibration, [N, S]. */
  readonly logit: Float32Array;
  /** P(on) of the sample where it is highest less that where it is lowest, [N]. */
  readonly range: Float32Array;
}

/** Two samples by their positions: the difference is the second less the first. */
export type Pair = readonly [from: number, to: number];

/** Matches genes by name; of a name that a sample has twice the first counts. */
export function matrixOf(samples: readonly { readonly name: string; readonly of: PredictedSample }[]): SampleMatrix {
  const rows = new Map<string, number>();
  for (const { of } of samples) for (const gene of of.genes) if (!rows.has(gene)) rows.set(gene, rows.size);
  const [N, S] = [rows.size, samples.length];
  const probability = new Float32Array(N * S).fill(NaN);
  const logit = new Float32Array(N * S).fill(NaN);
  samples.forEach(({ of }, sample) =>
    of.genes.forEach((gene, i) => {
      const at = rows.get(gene)! * S + sample;
      if (!Number.isNaN(probability[at])) return;
      probability[at] = of.probability[i]!;
      logit[at] = of.logit[i]!;
    }),
  );
  const range = new Float32Array(N);
  for (let gene = 0; gene < N; gene++) {
    const known = probability.subarray(gene * S, (gene + 1) * S).filter((value) => !Number.isNaN(value));
    range[gene] = Math.max(...known) - Math.min(...known);
  }
  return { samples: samples.map(({ name }) => name), genes: [...rows.keys()], probability, logit, range };
}

/** P(on) of a gene in a sample. */
export function probabilityIn({ probability, samples }: SampleMatrix, gene: number, sample: number): number {
  return probability[gene * samples.length + sample]!;
}

/** Difference of a gene's log-odds, the second sample's less the first's; NaN where either lacks the gene. */
export function differenceIn({ logit, samples }: SampleMatrix, gene: number, [from, to]: Pair): number {
  return logit[gene * samples.length + to]! - logit[gene * samples.length + from]!;
}

/** Sort key: `sample:1` is P(on) in the second sample, `cluster` puts genes that are alike beside each other. */
export type SampleKey = "gene" | "difference" | "range" | "cluster" | `sample:${number}`;

/** Which genes are listed: `differ` are on in one sample and off in another, `up` and `down` are of the pair. */
export type SampleFilter = "all" | "differ" | "up" | "down" | "on" | "off";

/** The list, and the two samples that the difference is of. */
export interface SampleListing {
  readonly sort: { readonly key: SampleKey; readonly descending: boolean };
  readonly filter: SampleFilter;
  /** Part of a gene's name, or a list of names. */
  readonly search: string;
  readonly pair: Pair;
  /** True if samples stand as they cluster, not as they were given. */
  readonly isClustered: boolean;
}

/** From the largest difference of the first two samples. */
export const FIRST_SAMPLES: SampleListing = {
  sort: { key: "difference", descending: true },
  filter: "all",
  search: "",
  pair: [0, 1],
  isClustered: false,
};

/** Most genes that are clustered: the time and memory grow with the square. */
export const MOST_CLUSTERED = 1000;

/** Positions of the listed genes in order; those without the value that sorts come last. */
export function listSamples(matrix: SampleMatrix, listing: SampleListing, { keys, texts }: GeneNames): Uint32Array {
  const { filter, search, pair, sort } = listing;
  const S = matrix.samples.length;
  const isWanted = searchOf(search);
  const isCalled = (gene: number, on: boolean): boolean => {
    for (let sample = 0; sample < S; sample++) {
      const value = probabilityIn(matrix, gene, sample);
      if (!Number.isNaN(value) && isOn(value) === on) return true;
    }
    return false;
  };
  const passes: Record<SampleFilter, (gene: number) => boolean> = {
    all: () => true,
    differ: (gene) => isCalled(gene, true) && isCalled(gene, false),
    up: (gene) => differenceIn(matrix, gene, pair) > 0,
    down: (gene) => differenceIn(matrix, gene, pair) < 0,
    on: (gene) => !isCalled(gene, false),
    off: (gene) => !isCalled(gene, true),
  };
  const listed = Uint32Array.from(matrix.genes.keys()).filter(
    (gene) => passes[filter](gene) && (!isWanted || isWanted(texts[gene]!)),
  );
  const { key, descending } = sort;
  if (key === "cluster")
    return listed.length > MOST_CLUSTERED
      ? listed
      : Uint32Array.from(
          leafOrder(listed.length, (a, b) => geneDistance(matrix, listed[a]!, listed[b]!)),
          (at) => listed[at]!,
        );
  if (key === "gene") {
    const byName = (a: number, b: number): number => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0);
    return listed.sort(descending ? (a, b) => byName(b, a) || a - b : (a, b) => byName(a, b) || a - b);
  }
  const values = Float64Array.from(matrix.genes, (_, gene) =>
    key === "range"
      ? matrix.range[gene]!
      : key === "difference"
        ? Math.abs(differenceIn(matrix, gene, pair))
        : probabilityIn(matrix, gene, Number(key.slice("sample:".length))),
  );
  return listed.sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    const [isNone, isNoneToo] = [Number.isNaN(x), Number.isNaN(y)];
    if (isNone || isNoneToo) return Number(isNone) - Number(isNoneToo) || a - b;
    return (descending ? y - x : x - y) || a - b;
  });
}

/** Positions of the samples as they stand: as given, or by how alike the listed genes are in them. */
export function orderSamples(
  matrix: SampleMatrix,
  { isClustered }: SampleListing,
  listed: Uint32Array,
): readonly number[] {
  const S = matrix.samples.length;
  if (!isClustered) return Array.from({ length: S }, (_, sample) => sample);
  return leafOrder(S, (a, b) =>
    meanDistance(listed.length, (i) => [probabilityIn(matrix, listed[i]!, a), probabilityIn(matrix, listed[i]!, b)]),
  );
}

function geneDistance(matrix: SampleMatrix, a: number, b: number): number {
  return meanDistance(matrix.samples.length, (sample) => [
    probabilityIn(matrix, a, sample),
    probabilityIn(matrix, b, sample),
  ]);
}

/** Root of the mean squared difference, of what both have; 1, the largest, where they share nothing. */
function meanDistance(count: number, valuesAt: (i: number) => readonly [number, number]): number {
  let [sum, shared] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = valuesAt(i);
    const square = (x - y) ** 2;
    if (Number.isNaN(square)) continue;
    sum += square;
    shared += 1;
  }
  return shared === 0 ? 1 : Math.sqrt(sum / shared);
}
