/** Samples of an outcome: what is shown of each gene, its unit and colours, and what is said of it. */

import type { Call } from "./matrix";

/** Values at the ends of the colours; the middle is pale. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** The ends in words. */
  readonly ends: readonly [low: string, high: string];
}

/** Parts that an outcome has of its own. */
export interface Sampled {
  /** The predicted value: "P(on)". */
  readonly value: string;
  /** The call of a value, and what a high and a low one are called: "on", "off"; no names where none is called. */
  readonly call: Call;
  readonly high?: string | undefined;
  readonly low?: string | undefined;
  format(value: number): string;
  scale(values: Float32Array): Scale;
  /** Length of a bar in a cell of a table, 0 to 1. */
  share(value: number, scale: Scale): number;
  /** The number whose difference is taken: "log-odds". */
  readonly score: string;
  /** A difference in a sentence. */
  difference(from: string, to: string, isCalibrated: boolean): string;
  /** Column of the difference in a saved table, and a line about it. */
  readonly column: { readonly name: string; readonly note: string };
}
