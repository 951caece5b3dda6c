/** Predictions for the genes of a page in several samples, as text and back. N genes, S samples. */

import { decimal } from "./data";
import type { Exported, ExportedSamples } from "./format";
import { damaged } from "./read";

/** The block of the predictions. */
export const SAMPLES_BLOCK = "samples";

/** Predictions in one sample; NaN if it lacks a gene. */
export interface SampleColumns {
  /** In the unit of the outcome, [N]. */
  readonly values: Float32Array;
  /** Scores from which differences are computed, [N]. */
  readonly scores: Float32Array;
}

const cellOf = (value: number): string =>
  Number.isNaN(value) ? "" : Number.isFinite(value) ? decimal(value) : String(value);

/** One row per gene, `COLUMN_1,score_1,COLUMN_2,…`; without scores if they equal the values. */
export function samplesText(column: string, genes: number, samples: readonly SampleColumns[]): string {
  const areSame = samples.every(({ values, scores }) => values.every((value, i) => Object.is(value, scores[i])));
  const columns = samples.flatMap(({ values, scores }, i) => [
    { name: `${column}_${i + 1}`, values },
    ...(areSame ? [] : [{ name: `score_${i + 1}`, values: scores }]),
  ]);
  const rows = Array.from({ length: genes }, (_, gene) => columns.map(({ values }) => cellOf(values[gene]!)).join());
  return [columns.map(({ name }) => name).join(), ...rows].map((row) => `${row}\n`).join("");
}

/** Predictions in each sample of a page, [S]; undefined for a single sample, or if they are damaged. */
export function samplesIn({ manifest, blocks }: Exported): readonly SampleColumns[] | undefined {
  const { samples, inputs } = manifest;
  return (
    samples &&
    samplesFrom(
      samples,
      inputs.find(({ role, sample }) => role === "table" && sample === undefined)?.items,
      new TextDecoder().decode(blocks.get(samples.block)),
    )
  );
}

function samplesFrom(
  { list }: ExportedSamples,
  genes: number | undefined,
  text: string,
): readonly SampleColumns[] | undefined {
  const [header = "", ...rows] = text.replace(/\n$/, "").split("\n");
  const hasScores = header.includes(",score_") || header.startsWith("score_");
  const each = hasScores ? 2 : 1;
  const cells = rows.map((row) => row.split(","));
  const isCell = (cell: string): boolean => cell === "" || !Number.isNaN(Number(cell.trim() || "none"));
  if (header.split(",").length !== each * list.length || rows.length !== genes) return undefined;
  if (!cells.every((row) => row.length === each * list.length && row.every(isCell))) return undefined;
  const column = (at: number): Float32Array =>
    Float32Array.from(cells, (row) => (row[at] === "" ? NaN : Number(row[at])));
  return list.map((_, i) => {
    const values = column(each * i);
    return { values, scores: hasScores ? column(2 * i + 1) : values };
  });
}

/** Throws if the predictions for a page's samples are unreadable, with a message for the user. */
export function requireSamples(file: string, exported: Exported): void {
  const { samples } = exported.manifest;
  if (samples && !samplesIn(exported))
    throw damaged(file, `of its ${samples.list.length} samples it has not the rows of all genes`);
}
