/** Made-up genes for the pictures: the same numbers on every machine, shaped like histone marks around a TSS. */

import type { AverageAttentionOptions, GeneTracksOptions } from "../../src/plots/core/options";
import { light } from "../../src/plots/core/colour";

/** The published marks, in AttentiveChrome's order. */
export const FIVE = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"];

/** Uniform numbers in [0, 1): a linear congruential generator (Numerical Recipes' constants). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A bump of height 1 around bin `centre` that falls off over `spread` bins; without exp, whose last digit may differ
 * between engines.
 */
function bump(bin: number, centre: number, spread: number): number {
  const distance = (bin - centre) / spread;
  return 1 / (1 + distance * distance) ** 2;
}

/** Where each mark lies on an active gene, bin by bin of 100. */
const SHAPES: Readonly<Record<string, (bin: number) => number>> = {
  H3K27me3: () => 0.8,
  H3K36me3: (bin) => 1.2 + 9 * bump(bin, 92, 22),
  H3K4me1: (bin) => 1.5 + 11 * bump(bin, 33, 7) + 9 * bump(bin, 71, 6),
  H3K4me3: (bin) => 0.6 + 58 * bump(bin, 46, 3.2) + 83 * bump(bin, 55, 4.2),
  H3K9me3: () => 0.7,
};

/** Attention, not yet normalised, of each mark's encoder. */
const GAZES: Readonly<Record<string, (bin: number) => number>> = {
  H3K27me3: (bin) => 1 + 0.25 * bump(bin, 20, 9),
  H3K36me3: (bin) => 0.6 + 2.4 * bump(bin, 88, 14),
  H3K4me1: (bin) => 0.5 + 3.2 * bump(bin, 34, 6) + 2 * bump(bin, 70, 6),
  H3K4me3: (bin) => 0.15 + 6 * bump(bin, 54, 4.5) + 2.6 * bump(bin, 45, 3),
  H3K9me3: (bin) => 1 + 0.15 * bump(bin, 66, 12),
};

const flat = (): number => 1;

/** Rows [M, T] scaled so that each sums to 1. */
function normalise(rows: readonly number[][]): Float32Array {
  return Float32Array.from(
    rows.flatMap((row) => {
      const sum = row.reduce((total, value) => total + value, 0);
      return row.map((value) => value / sum);
    }),
  );
}

/** Signal [T, M] and α [M, T] of one active gene; bins are numbered as if there were 100, however many there are. */
export function activeGene(
  marks: readonly string[],
  bins: number,
  seed = 1,
): { signal: Float32Array; alpha: Float32Array } {
  const random = generator(seed);
  const at = (bin: number): number => ((bin + 0.5) / bins) * 100 + 0.5;
  const signal = new Float32Array(bins * marks.length);
  for (let bin = 0; bin < bins; bin++) {
    marks.forEach((mark, row) => {
      const mean = (SHAPES[mark] ?? flat)(at(bin));
      signal[bin * marks.length + row] = Math.floor(mean * (0.35 + 1.3 * random()) + random());
    });
  }
  const alpha = normalise(
    marks.map((mark) =>
      Array.from({ length: bins }, (_, bin) => (GAZES[mark] ?? flat)(at(bin)) * (0.9 + 0.2 * random())),
    ),
  );
  return { signal, alpha };
}

/** An active gene with the five marks in 100 bins. */
export function geneOptions(overrides: Partial<GeneTracksOptions> = {}): GeneTracksOptions {
  return {
    gene: "ENSG00000156508",
    marks: FIVE,
    binSize: 100,
    ...activeGene(FIVE, 100),
    probability: 0.9314,
    label: true,
    width: 1000,
    theme: light,
    window: { anchor: "TSS", upstream: 5000, downstream: 5000, strand: "genomic" },
    ...overrides,
  };
}

/**
 * Mean α [M, T] over genes predicted off: the repressors' encoders look around the TSS, the others' nowhere in
 * particular.
 */
function gazesOff(marks: readonly string[], bins: number): Float32Array {
  const random = generator(9);
  const repressor = (mark: string): boolean => mark === "H3K27me3" || mark === "H3K9me3";
  return normalise(
    marks.map((mark) =>
      Array.from({ length: bins }, (_, bin) => {
        const around = bump(((bin + 0.5) / bins) * 100 + 0.5, mark === "H3K9me3" ? 58 : 49, 12);
        return 1 + (repressor(mark) ? 0.9 : 0.08) * around + 0.04 * random();
      }),
    ),
  );
}

/** A set of 6,600 genes. */
export function averageOptions(overrides: Partial<AverageAttentionOptions> = {}): AverageAttentionOptions {
  return {
    marks: FIVE,
    binSize: 100,
    on: activeGene(FIVE, 100, 5).alpha,
    off: gazesOff(FIVE, 100),
    genesOn: 3201,
    genesOff: 3399,
    width: 1000,
    theme: light,
    ...overrides,
  };
}

/** Probabilities and labels of `genes` genes: most near 0 or 1, labels mostly right. */
export function predictions(genes: number, seed = 3): { probability: Float32Array; labels: Uint8Array } {
  const random = generator(seed);
  const probability = new Float32Array(genes);
  const labels = new Uint8Array(genes);
  for (let i = 0; i < genes; i++) {
    const middle = random();
    const on = random() < 0.49;
    const distance = middle * middle * (0.35 + 0.65 * random());
    probability[i] = on ? 1 - 0.04 - 0.9 * distance : 0.03 + 0.85 * distance;
    labels[i] = (random() < 0.9 ? on : !on) ? 1 : 0;
  }
  return { probability, labels };
}
