/** How much each bin counts by an explanation, in whose order a deletion test removes bins. N genes, T bins, M marks, row-major. */

/**
 * A way to say which bins a prediction depends on. `signal` and `random` explain nothing: an explanation that means something must do
 * better than the size of the signal itself, and than chance.
 */
export type Explanation = "alpha" | "saliency" | "class-optimisation" | "signal" | "random";

interface Sizes {
  genes: number;
  bins: number;
  marks: number;
}

/** α of each bin, [N, T]: weighted by β over the marks where there is β, else the mean of the rows of `alpha` [N, rows, T]. */
export function alphaImportance(alpha: Float32Array, beta: Float32Array, { genes, bins }: Omit<Sizes, "marks">): Float32Array {
  const rows = alpha.length / (genes * bins);
  const weighs = beta.length === genes * rows;
  return fill(genes, bins, (gene, bin) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += (weighs ? beta[gene * rows + row]! : 1 / rows) * alpha[(gene * rows + row) * bins + bin]!;
    return sum;
  });
}

/** |saliency| of each bin summed over the marks, [N, T], of saliency [N, T, M]. */
export function saliencyImportance(saliency: Float32Array, { genes, bins, marks }: Sizes): Float32Array {
  return fill(genes, bins, (gene, bin) => overMarks(marks, (mark) => Math.abs(saliency[(gene * bins + bin) * marks + mark]!)));
}

/** A class map [T, M] summed over the marks, [T]. */
export function classMapImportance(map: Float32Array, { bins, marks }: Omit<Sizes, "genes">): Float32Array {
  return fill(1, bins, (_, bin) => overMarks(marks, (mark) => map[bin * marks + mark]!));
}

/** Signal of each bin summed over the marks, [N, T], each mark in units of `means` [M], of values [N, T, M]. A mark whose mean is 0 counts nothing. */
export function signalImportance(values: Float32Array, means: Float32Array): Float32Array {
  const marks = means.length;
  return fill(1, values.length / marks, (_, bin) => overMarks(marks, (mark) => (means[mark]! > 0 ? values[bin * marks + mark]! / means[mark]! : 0)));
}

/** Uniform numbers, [T], that `seeds` settle. */
export function randomImportance(bins: number, seeds: readonly number[]): Float32Array {
  let state = seeds.reduce((hash, seed) => Math.imul(hash ^ seed, 0x01000193) >>> 0, 0x811c9dc5);
  return Float32Array.from({ length: bins }, () => {
    // Mulberry32 (Ettinger 2017).
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  });
}

function fill(rows: number, columns: number, value: (row: number, column: number) => number): Float32Array {
  const filled = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) filled[row * columns + column] = value(row, column);
  return filled;
}

function overMarks(marks: number, value: (mark: number) => number): number {
  let sum = 0;
  for (let mark = 0; mark < marks; mark++) sum += value(mark);
  return sum;
}
