/** Measures the speed of a device with a few milliseconds of the self-test. */

import type { SelfTest } from "./engine.js";
import { yieldToOthers } from "../progress.js";

/** Milliseconds that are enough to measure a rate. */
const ENOUGH = 10;

/** Factor by which a batch grows that was too quick to measure. */
const GROWTH = 4;

/** The shortest time that counts, in milliseconds: clocks in browsers are coarse on purpose. */
const RESOLUTION = 0.1;

/** N threads reach at least N times this speed, as measured in Chromium. */
const SHARED = 0.8;

/**
 * Genes a second.
 *
 * The self-test is repeated to larger batches until one takes {@link ENOUGH}, or the device takes no more at once.
 * Each batch runs twice and the faster counts, since a kernel may be compiled for the first.
 *
 * @param most Genes that the device takes at once.
 * @param now A clock in milliseconds.
 */
export async function genesPerSecond(
  predict: (values: Float32Array, genes: number) => Promise<unknown>,
  known: SelfTest,
  most: number,
  now: () => number,
): Promise<number> {
  for (let genes = Math.min(known.genes, most); ; genes = Math.min(genes * GROWTH, most)) {
    const values = repeated(known, genes);
    let fastest = Infinity;
    for (let time = 0; time < 2; time++) {
      const began = now();
      await predict(values, genes);
      fastest = Math.min(fastest, now() - began);
      await yieldToOthers();
    }
    if (fastest >= ENOUGH || genes === most) return (1000 * genes) / Math.max(fastest, RESOLUTION);
  }
}

/** The estimated rate of `threads` together, from the measured rate of one. */
export function together(rate: number, threads: number): number {
  return threads > 1 ? rate * threads * SHARED : rate;
}

/** The self-test's input, repeated, [genes, T, M]. */
function repeated({ values, genes: known }: SelfTest, genes: number): Float32Array {
  const size = values.length / known;
  return Float32Array.from({ length: genes * size }, (_, i) => values[i % values.length]!);
}

/** "2,500": a rate for a reader, to two digits. */
export function rateInWords(rate: number): string {
  return Math.round(Number(rate.toPrecision(2))).toLocaleString("en-US");
}
