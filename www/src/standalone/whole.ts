/** The run that the genes of a page are a part of: its predictions, as text and back. */

import { identityOf } from "../session/identity";
import { decimal } from "./data";
import type { Exported, WholeRun } from "./format";
import { ExportError, wholeRunOf } from "./read";

/** The block of the predictions of a whole run. */
export const WHOLE_BLOCK = "run";

/** Facts about a whole run. N genes. */
export interface Whole {
  readonly said: WholeRun;
  /** The model: its file and its form. */
  readonly model: string;
  /** Predictions, [N]. */
  readonly predicted: Float32Array;
  /** Labels, 1 = on, [N]; undefined for a table without labels. */
  readonly labels: Uint8Array | undefined;
}

/** One row per gene: its prediction, and its label if there is one. */
export function wholeText(column: string, predicted: Float32Array, labels?: ArrayLike<number>): string {
  const rows = Array.from(predicted, (value, gene) => {
    const number = Number.isFinite(value) ? decimal(value) : String(value);
    return `${number}${labels ? `,${labels[gene] === 1 ? 1 : 0}` : ""}\n`;
  });
  return `${column}${labels ? ",label" : ""}\n${rows.join("")}`;
}

/** Returns the whole run of a page; undefined for a page with all genes, or of an earlier version. */
export function wholeIn(file: string, { manifest, blocks }: Exported): Whole | undefined {
  const { run, model } = manifest;
  if (!run) return undefined;
  const whole = wholeFrom(run, identityOf(model), new TextDecoder().decode(blocks.get(run.block)));
  if (whole) return whole;
  throw new ExportError(
    `${file}: found a damaged file (of the whole run it has not the ${run.genes} rows that it states); expected it as ` +
      "it was saved.",
    "damaged-export",
    "Get the file again from where it came; nothing of it was opened.",
  );
}

function wholeFrom(said: WholeRun, model: string, text: string): Whole | undefined {
  const [header = "", ...rows] = text.trimEnd().split("\n");
  const cells = rows.map((row) => row.split(","));
  const isLabelled = header.endsWith(",label");
  const isRow = (row: string[]): boolean => row.length === (isLabelled ? 2 : 1) && row[0]!.trim() !== "";
  if (rows.length !== said.genes || !cells.every(isRow)) return undefined;
  return {
    ...{ said, model },
    predicted: Float32Array.from(cells, ([value]) => Number(value)),
    labels: isLabelled ? Uint8Array.from(cells, ([, label]) => (label === "1" ? 1 : 0)) : undefined,
  };
}

/** Serialises it for a workspace. */
export function storedWhole({ said, model, predicted, labels }: Whole): Blob {
  return new Blob([JSON.stringify({ said, model, rows: wholeText("predicted", predicted, labels) })]);
}

/** Parses it from a workspace; undefined if it is damaged. */
export async function readStoredWhole(stored: Blob): Promise<Whole | undefined> {
  try {
    const { said, model, rows } = JSON.parse(await stored.text()) as Record<string, unknown>;
    if (typeof model !== "string" || typeof rows !== "string") return undefined;
    return wholeFrom(wholeRunOf(said), model, rows);
  } catch {
    return undefined;
  }
}
