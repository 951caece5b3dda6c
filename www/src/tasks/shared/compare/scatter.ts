/** The numbers of two runs against each other, one pair a shared gene. */

import { type Comparison, valueIn } from "./comparison";

/** Two runs, by their positions among the kept ones: across, and upwards. */
export type Pair = readonly [across: number, up: number];

/** The numbers of all shared genes in each run of a comparison, as far as they were asked for. */
const numbers = new WeakMap<Comparison, Map<number, Float32Array>>();

/** The numbers of all shared genes in one run; of one comparison always the same array. */
export function valuesIn(comparison: Comparison, run: number): Float32Array {
  const known = numbers.get(comparison) ?? new Map<number, Float32Array>();
  numbers.set(comparison, known);
  const values = known.get(run) ?? Float32Array.from(comparison.genes, (_, gene) => valueIn(comparison, run, gene));
  known.set(run, values);
  return values;
}
