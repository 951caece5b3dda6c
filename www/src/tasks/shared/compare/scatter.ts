/** Readout of a figure of two runs against each other: a place is a shared gene. */

import type { PlotFrame } from "../../../plots";
import type { Drawing } from "../../../ui/drawing";
import { headingOf, type Symbols } from "../genes/names";
import { type Comparison, valueIn } from "./comparison";
import type { KeptRun } from "./comparing";

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

/** The places; `at` finds the gene near a pixel, and `across` the pixel of a number, where a gene has one. */
export function scatterPlaces(
  kept: readonly Pick<KeptRun, "letter">[],
  comparison: Comparison,
  pair: Pair,
  how: {
    readonly asked: string;
    readonly symbols?: Symbols | undefined;
    format(value: number): string;
    at(frame: PlotFrame, x: number, y: number): number | undefined;
    across(frame: PlotFrame, value: number): number;
  },
): NonNullable<Drawing["places"]> {
  return {
    count: comparison.genes.length,
    name: "gene",
    at: (frame, x, y) => {
      const found = how.at(frame, x, y);
      return found === undefined ? undefined : found + 1;
    },
    read: (frame, place) => {
      const middle = how.across(frame, valueIn(comparison, pair[0], place - 1));
      if (!Number.isFinite(middle)) return undefined;
      return {
        left: middle - 2,
        right: middle + 2,
        title: headingOf(comparison.genes[place - 1], how.symbols),
        columns: ["Run", how.asked],
        rows: pair.map((run) => ({
          name: kept[run].letter,
          isMark: false,
          values: [how.format(valueIn(comparison, run, place - 1))],
        })),
      };
    },
  };
}
