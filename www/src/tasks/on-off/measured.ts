/** Measured expression of a run's genes, and which of them are on by it. Pure. N genes. */

/** The label of a gene of which nothing was measured. */
const UNKNOWN = 255;

/** What was measured, beside what was predicted. */
export interface MeasuredGenes {
  /** The file's name. */
  readonly file: string;
  /** Of each gene, NaN where there is none, [N]. */
  readonly values: Float32Array;
  /** 1 where the gene is on by it, 0 where it is off, 255 where nothing was measured, [N]. */
  readonly labels: Uint8Array;
  /** The genes of which something was measured, and how many of them are on. */
  readonly known: Uint32Array;
  readonly on: number;
  /** The median of these genes, at or above which a gene is on; absent where the file says which are on, by 0 and 1. */
  readonly median: number | undefined;
  /** Area under the ROC curve of the probabilities; absent where all of these genes are on, or all are off. */
  readonly auroc: number | undefined;
}

/** Which genes are on by what was measured, and how well that was predicted. */
export function measuredGenes(file: string, values: Float32Array, probability: Float32Array): MeasuredGenes {
  const known = Uint32Array.from(values.keys()).filter((gene) => !Number.isNaN(values[gene]));
  const sorted = Float32Array.from(known, (gene) => values[gene]).sort();
  const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  const median = sorted.every((value) => value === 0 || value === 1) ? undefined : middle;
  const labels = new Uint8Array(values.length).fill(UNKNOWN);
  for (const gene of known) labels[gene] = values[gene] >= (median ?? 1) ? 1 : 0;
  const on = known.reduce((sum, gene) => sum + labels[gene], 0);
  return { file, values, labels, known, on, median, auroc: aurocOf(known, labels, probability) };
}

/** Of a pair of genes, one on and one off, how often the first has the higher probability; ties count half. */
function aurocOf(known: Uint32Array, labels: Uint8Array, probability: Float32Array): number | undefined {
  const ranked = known.slice().sort((a, b) => probability[a] - probability[b]);
  let [off, won] = [0, 0];
  for (let start = 0; start < ranked.length;) {
    let end = start;
    let onHere = 0;
    while (end < ranked.length && probability[ranked[end]] === probability[ranked[start]])
      onHere += labels[ranked[end++]];
    const offHere = end - start - onHere;
    won += onHere * (off + offHere / 2);
    off += offHere;
    start = end;
  }
  const on = known.length - off;
  return on > 0 && off > 0 ? won / (on * off) : undefined;
}

/** "on at or above 4.2, the median" */
export function rule({ median }: Pick<MeasuredGenes, "median">, format: (value: number) => string): string {
  return median === undefined ? "on and off as the file says" : `on at or above ${format(median)}, the median of these`;
}

/** Whether a gene was predicted otherwise than it was labelled or measured, which goes before labels of the table. */
export function isMissed(
  gene: number,
  probability: Float32Array,
  labels: ArrayLike<number> | undefined,
  measured: Pick<MeasuredGenes, "labels"> | undefined,
): boolean {
  const label = measured ? measured.labels[gene] : labels?.[gene];
  return label !== undefined && label !== UNKNOWN && (label === 1) !== probability[gene] >= 0.5;
}
