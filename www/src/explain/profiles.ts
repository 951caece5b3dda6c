/**
 * Profiles along the window, averaged over genes, and how alike two of them are. Pure functions; T bins, M marks,
 * row-major arrays.
 */

/** Adds up rows of equal length to their mean. */
export class MeanOf {
  #sums: Float64Array;
  #count = 0;

  constructor(readonly length: number) {
    this.#sums = new Float64Array(length);
  }

  get count(): number {
    return this.#count;
  }

  add(values: ArrayLike<number>, start = 0, change: (value: number) => number = (value) => value): void {
    for (let i = 0; i < this.length; i++) this.#sums[i] += change(values[start + i]);
    this.#count++;
  }

  /** All 0 where nothing was added. */
  mean(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / Math.max(1, this.#count));
  }
}

/** Pearson's r; undefined where one of the two is the same everywhere, since it is then no number. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  const n = a.length;
  let [meanA, meanB] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanA += a[i] / n;
    meanB += b[i] / n;
  }
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i] - meanA, b[i] - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  // What is left of equal numbers is rounding, not a profile.
  const flat = (squares: number, mean: number): boolean => squares <= n * (1e-7 * mean) ** 2;
  if (n === 0 || flat(aa, meanA) || flat(bb, meanB)) return undefined;
  return ab / Math.sqrt(aa * bb);
}

/** Column `mark` of a profile [T, M]. */
export function columnOf(values: ArrayLike<number>, mark: number, marks: number): Float32Array {
  return Float32Array.from({ length: values.length / marks }, (_, bin) => values[bin * marks + mark]);
}

/** −|distance of the bin from the middle of the window|, [T]: what nearness to the TSS alone would say. */
export function nearness(bins: number): Float32Array {
  return Float32Array.from({ length: bins }, (_, bin) => -Math.abs(bin - (bins - 1) / 2));
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

/** Mean of `values`, and half its 95 % confidence interval (normal approximation; absent for fewer than two). */
export function meanWithError(values: ArrayLike<number>): { mean: number; error: number | undefined } {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i];
  const mean = n === 0 ? 0 : sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i] - mean) ** 2;
  return { mean, error: n < 2 ? undefined : 1.96 * Math.sqrt(squares / (n - 1) / n) };
}
