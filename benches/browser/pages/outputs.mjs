/**
 * Outputs of every runtime for N genes: logit [N], probability [N], alpha [N, M, T], beta [N, M], each a Float32Array.
 */

export const OUTPUTS = ["logit", "probability", "alpha", "beta"];

/** M and T of the model that is timed. */
export const MARKS = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"];
export const BINS = 100;

/** Values of an output for one gene. */
export const WIDTH = { logit: 1, probability: 1, alpha: MARKS.length * BINS, beta: MARKS.length };

/** Values of the input for one gene. */
export const VALUES = BINS * MARKS.length;

/**
 * Runs genes a few at a time, and puts the results together as one call would have given them.
 *
 * @param {Float32Array} values [genes, T, M]
 * @param {(values: Float32Array, genes: number) => Promise<Record<string, Float32Array>>} run
 */
export async function inPieces(values, genes, piece, run) {
  if (genes <= piece) return run(values, genes);
  const whole = Object.fromEntries(OUTPUTS.map((name) => [name, new Float32Array(genes * WIDTH[name])]));
  for (let start = 0; start < genes; start += piece) {
    const end = Math.min(start + piece, genes);
    const part = await run(values.subarray(start * VALUES, end * VALUES), end - start);
    for (const name of OUTPUTS) whole[name].set(part[name], start * WIDTH[name]);
  }
  return whole;
}

/** All outputs in one array, one after the other. */
export function joined(outputs) {
  const parts = OUTPUTS.map((name) => outputs[name]);
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Parts of the array that {@link joined} put together for `genes` genes. */
export function parted(all, genes) {
  const outputs = {};
  let at = 0;
  for (const name of OUTPUTS) {
    outputs[name] = all.subarray(at, at + genes * WIDTH[name]);
    at += genes * WIDTH[name];
  }
  if (at !== all.length) throw new Error(`found ${all.length} values; expected ${at}, which ${genes} genes have`);
  return outputs;
}

/**
 * The largest absolute difference of any output from those expected, of which more genes may be given; NaN where there
 * is a NaN.
 */
export function largestDifference(outputs, expected) {
  let largest = 0;
  for (const name of OUTPUTS) {
    const [found, wanted] = [outputs[name], expected[name]];
    if (found.length > wanted.length || found.length % WIDTH[name] !== 0)
      throw new Error(`${name} has ${found.length} values; at most ${wanted.length} were expected`);
    for (let i = 0; i < found.length; i++) {
      const difference = Math.abs(found[i] - wanted[i]);
      if (!(difference <= largest)) {
        if (Number.isNaN(difference)) return NaN;
        largest = difference;
      }
    }
  }
  return largest;
}
