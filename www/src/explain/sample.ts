/** A random choice of genes. */

import type { Sample, SetRequest } from "./result";

/** The requested genes of so many, by their positions, and how they were sampled. */
export function drawn(of: number, { sample, seed }: SetRequest): { readonly genes: number[]; readonly said: Sample } {
  const genes = sampleOf(of, sample ?? of, seed);
  return { genes, said: { genes: genes.length, of, seed: genes.length < of ? seed : undefined } };
}

/**
 * `count` of `total` positions, drawn without replacement from `seed`, in rising order; all of them where there are no
 * more.
 */
export function sampleOf(total: number, count: number, seed: number): number[] {
  const all = Array.from({ length: total }, (_, i) => i);
  if (count >= total) return all;
  let state = seed >>> 0;
  const random = (): number => {
    // Mulberry32 (Ettinger 2017).
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Fisher and Yates, as far as it is needed.
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (total - i));
    [all[i], all[other]] = [all[other], all[i]];
  }
  return all.slice(0, count).sort((a, b) => a - b);
}
