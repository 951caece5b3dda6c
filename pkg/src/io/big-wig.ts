/** Writes bigWig: values of one chromosome's bins. */

import { wholeNumber } from "../arguments.js";
import { fromEngine, InputError } from "../errors.js";
import type { SequenceParts } from "../engine/track-engine.js";

/** Positions of the bins on a chromosome. */
export interface BinsOfChromosome {
  chromosome: string;
  /** Length of the chromosome in bases. */
  length: number;
  /** First base of the first bin, from 0. */
  start: number;
  /** Bases per bin. */
  binSize: number;
}

/** @internal Those in words. */
export const BINS_WANTED = "where the bins lie, as `{ chromosome, length, start, binSize }`";

/** @internal The file. NaN stands for no value. @throws InputError; RangeError for what a bigWig cannot hold. */
export function bigWigOf(
  engine: Pick<SequenceParts, "writeBigWig">,
  { chromosome, length, start, binSize, ...others }: BinsOfChromosome,
  values: Float32Array,
): Uint8Array {
  const [other] = Object.keys(others);
  if (other !== undefined || typeof chromosome !== "string")
    throw new InputError(`found ${other === undefined ? "no chromosome" : `\`${other}\``}; expected ${BINS_WANTED}.`, {
      code: "no-such-option",
      remedy: "Give these four.",
    });
  wholeNumber("number of bases", length, 1, Number.MAX_SAFE_INTEGER, "bad-bins");
  wholeNumber("first base", start, 0, Number.MAX_SAFE_INTEGER, "bad-bins");
  wholeNumber("binSize", binSize, 0, Number.MAX_SAFE_INTEGER, "bad-bins");
  try {
    return engine.writeBigWig(chromosome, length, start, binSize, values);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown;
    throw fromEngine(thrown, InputError);
  }
}
