/** Measured levels of a run's genes, and their agreement with predictions. Pure. N genes. */

/** Agreement of predicted with measured levels, as the crate defines it. */
export interface LevelAgreement {
  readonly pearson: number;
  readonly spearman: number;
  /** 1 - residual sum of squares / total sum of squares. */
  readonly r2: number;
  /** Mean squared error. */
  readonly mse: number;
}

/** Measured levels, to compare with predictions. */
export interface MeasuredLevels {
  /** Name of the file of counts. */
  readonly file: string;
  /** log2(count + 1), [N]; NaN without a count. */
  readonly values: Float32Array;
  /** Indices of the genes with a count. */
  readonly known: Uint32Array;
  /** Undefined for fewer than two genes, or if either side is constant. */
  readonly score: LevelAgreement | undefined;
  /** True if they came with a single-file page, and cover its whole run. */
  readonly isSaved?: boolean;
}

/** Levels of counts. */
export function levelsOf(counts: Float32Array): Float32Array {
  return counts.map((count) => Math.log2(count + 1));
}

/** Measured levels [N], and their agreement with predictions [N]. */
export function measuredLevels(
  file: string,
  values: Float32Array,
  predicted: Float32Array,
  pearson: (x: Float32Array, y: Float32Array) => number | undefined,
): MeasuredLevels {
  const known = Uint32Array.from(values.keys()).filter((gene) => Number.isFinite(values[gene]!));
  const of = (all: Float32Array): Float32Array => Float32Array.from(known, (gene) => all[gene]!);
  return { file, values, known, score: agreement(of(predicted), of(values), pearson) };
}

function agreement(
  predicted: Float32Array,
  measured: Float32Array,
  pearson: (x: Float32Array, y: Float32Array) => number | undefined,
): LevelAgreement | undefined {
  const n = measured.length;
  const r = pearson(predicted, measured);
  const rho = pearson(ranks(predicted), ranks(measured));
  if (n < 2 || r === undefined || rho === undefined) return undefined;
  const mean = measured.reduce((sum, value) => sum + value, 0) / n;
  const sumOf = (square: (gene: number) => number): number =>
    measured.reduce((sum, _, gene) => sum + square(gene) ** 2, 0);
  const residual = sumOf((gene) => predicted[gene]! - measured[gene]!);
  const total = sumOf((gene) => measured[gene]! - mean);
  return { pearson: r, spearman: rho, r2: 1 - residual / total, mse: residual / n };
}

/** Ranks from 1; ties get their mean rank. */
export function ranks(values: Float32Array): Float32Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const found = new Float32Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    // The mean of the ranks start + 1 to end.
    for (let i = start; i < end; i++) found[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return found;
}

/** A score: "0.667", "−0.012". */
export function formatScore(value: number): string {
  return value.toFixed(3).replace("-", "−");
}

/** Agreement in words: "Pearson’s r 0.667, Spearman’s ρ 0.627, R² 0.002, mean squared error 16.574". */
export function agreementInWords({ pearson, spearman, r2, mse }: LevelAgreement): string {
  const [r, rho, share, error] = [pearson, spearman, r2, mse].map(formatScore);
  return `Pearson’s r ${r}, Spearman’s ρ ${rho}, R² ${share}, mean squared error ${error}`;
}
