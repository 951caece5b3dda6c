/** The run that the genes of a page are a part of: its predictions as text, and back. */

import { decimal } from "./data";
import type { Exported, WholeRun } from "./format";
import { ExportError } from "./read";

/** The block of the predictions of a whole run. */
export const WHOLE_BLOCK = "run";

/** What is known of a whole run. N genes. */
export interface Whole {
  readonly said: WholeRun;
  /** Of the model's file. */
  readonly sha256: string;
  /** What was predicted, [N]. */
  readonly predicted: Float32Array;
  /** 1 = on, [N]; absent for a table without labels. */
  readonly labels: Uint8Array | undefined;
}

/** A row for each gene: its prediction, and its label where there are any. */
export function wholeText(column: string, predicted: Float32Array, labels?: ArrayLike<number>): string {
  const rows = Array.from(predicted, (value, gene) => {
    const number = Number.isFinite(value) ? decimal(value) : String(value);
    return `${number}${labels ? `,${labels[gene] === 1 ? 1 : 0}` : ""}\n`;
  });
  return `${column}${labels ? ",label" : ""}\n${rows.join("")}`;
}

/** What a page has of the whole run; undefined for one of all genes, or of an earlier version. */
export function wholeIn(file: string, { manifest, blocks }: Exported): Whole | undefined {
  const { run, model } = manifest;
  if (!run) return undefined;
  const [header = "", ...rows] = new TextDecoder().decode(blocks.get(run.block)).trimEnd().split("\n");
  const cells = rows.map((row) => row.split(","));
  const isLabelled = header.endsWith(",label");
  if (rows.length !== run.genes || cells.some((row) => row.length !== (isLabelled ? 2 : 1) || row[0]!.trim() === ""))
    throw new ExportError(
      `${file}: found a damaged file (of the whole run it has ${rows.length} rows, expected ${run.genes}); expected ` +
        "it as it was saved.",
      "damaged-export",
      "Get the file again from where it came; nothing of it was opened.",
    );
  return {
    ...{ said: run, sha256: model.sha256 },
    predicted: Float32Array.from(cells, ([value]) => Number(value)),
    labels: isLabelled ? Uint8Array.from(cells, ([, label]) => (label === "1" ? 1 : 0)) : undefined,
  };
}
