/**
 * Parts of results that the page shows, computed where the big arrays are. Pure functions. N genes, M marks, T bins,
 * row-major arrays.
 */

import type { Preparation } from "../../../session/opened";

/**
 * For each gene the row of α with the highest β, the bin with the highest α of that row, and that α; nothing where
 * there is no α.
 *
 * Where a variant has no β, the highest α of all rows decides; of equal values the first counts.
 *
 * @param alpha [N, rows, T], or empty
 * @param beta [N, M], or empty
 */
export function attended(
  genes: number,
  bins: number,
  alpha: Float32Array,
  beta: Float32Array,
): { topRow: Uint8Array; topBin: Uint16Array; topAlpha: Float32Array } {
  if (alpha.length === 0)
    return { topRow: new Uint8Array(0), topBin: new Uint16Array(0), topAlpha: new Float32Array(0) };
  const rows = alpha.length / (genes * bins);
  const topRow = new Uint8Array(genes);
  const topBin = new Uint16Array(genes);
  const topAlpha = new Float32Array(genes);
  for (let gene = 0; gene < genes; gene++) {
    const start = gene * rows * bins;
    const best = beta.length > 0 && rows > 1 ? highest(beta, gene * rows, (gene + 1) * rows) : undefined;
    const position =
      best === undefined
        ? highest(alpha, start, start + rows * bins)
        : best * bins + highest(alpha, start + best * bins, start + (best + 1) * bins);
    topRow[gene] = Math.floor(position / bins);
    topBin[gene] = position % bins;
    topAlpha[gene] = alpha[start + position];
  }
  return { topRow, topBin, topAlpha };
}

/** The position of the highest of `values` from `start` up to but not including `end`, counted from `start`. */
function highest(values: Float32Array, start: number, end: number): number {
  let best = start;
  for (let i = start + 1; i < end; i++) if (values[i] > values[best]) best = i;
  return best - start;
}

/**
 * One gene's signal as the model saw it, [T, M].
 *
 * @param raw The gene's values as in the table, [table bins, columns].
 * @param columns For each of the model's marks, its column in the table, [M].
 * @param marks The model's marks, [M].
 */
export function geneSignal(
  raw: Float32Array,
  tableColumns: number,
  columns: readonly number[],
  marks: readonly string[],
  preparation: Preparation,
): Float32Array {
  const [first, last] = preparation.selectBins ?? [1, raw.length / tableColumns];
  const bins = last - first + 1;
  const factors = marks.map((mark) => preparation.scale?.[mark] ?? 1);
  const signal = new Float32Array(bins * marks.length);
  for (let bin = 0; bin < bins; bin++) {
    for (let mark = 0; mark < marks.length; mark++) {
      signal[bin * marks.length + mark] = raw[(first - 1 + bin) * tableColumns + columns[mark]] * factors[mark];
    }
  }
  return signal;
}
