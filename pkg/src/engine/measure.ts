/** Measures the speed of a device by running the self-test for a few milliseconds. */

import type { SelfTest } from "./engine.js";
import { yieldToOthers } from "../progress.js";

/** Milliseconds that suffice to measure a rate. */
const ENOUGH = 10;

/** Growth factor for a batch that was too quick to measure. */
const GROWTH = 4;

/** Shortest measurable time in milliseconds: browsers deliberately coarsen clocks. */
const RESOLUTION = 0.1;

/** N threads reach at least N times this fraction of one thread's speed, as measured in Chromium. */
const SHARED = 0.8;

/**
 * Measures genes per second.
 *
 * The self-test's input is repeated to larger batches until one takes {@link ENOUGH}, or the device's limit is reached.
 * Each batch runs twice and the faster run counts, since the first may compile a kernel.
 *
 * @param most Maximum batch size of the device, in genes.
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

/** Estimated rate of `threads` threads, from the measured rate of one. */
export function together(rate: number, threads: number): number {
  return threads > 1 ? rate * threads * SHARED : rate;
}

/** The self-test's input, repeated to [genes, T, M]. */
function repeated({ values, genes: known }: SelfTest, genes: number): Float32Array {
  const size = values.length / known;
  return Float32Array.from({ length: genes * size }, (_, i) => values[i % values.length]!);
}

/** A rate rounded to two digits for display: "2,500". */
export function rateInWords(rate: number): string {
  return Math.round(Number(rate.toPrecision(2))).toLocaleString("en-US");
}
