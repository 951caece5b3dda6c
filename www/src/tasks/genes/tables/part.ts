/** Tables with a part of the genes that a run was of: how that is marked, and what is known of the whole run. */

import { formatCount } from "../../../plots/core/format";
import { identityOf } from "../../../session/identity";
import type { OpenedModel, Preparation, ReadTable, TableRequest } from "../../../session/opened";
import { preparationInWords } from "../../../session/preparation";
import type { Whole } from "../../../standalone/whole";
import { counted } from "../../../ui/words";
import { blobOf } from "../../../standalone/blocks";
import type { Exported, ExportedInput } from "../../../standalone/format";

/** Genes that are a part of those that a run was of. */
export interface Part {
  /** Number of genes that the run had. */
  readonly of: number;
  /** Which of them are here: "those with the highest P(on)"; empty where nobody said. */
  readonly chosen: string;
}

const NOTE = /^part of a run: \d+ of (\d+) genes(?:, (.+))?$/;

/** A note before the header of a table: it stays with the table, wherever that goes. */
export function partNote(genes: number, { of, chosen }: Part): string {
  return `part of a run: ${genes} of ${of} genes${chosen ? `, ${chosen}` : ""}`;
}

/** Part that a table's notes describe; undefined for a table that is whole. */
export function partIn({ notes }: Pick<ReadTable, "notes">): Part | undefined {
  for (const note of notes) {
    const [, of, chosen = ""] = NOTE.exec(note) ?? [];
    if (of !== undefined) return { of: Number(of), chosen };
  }
  return undefined;
}

/** The notes without what they say of a part. */
export function withoutPart(notes: readonly string[]): string[] {
  return notes.filter((note) => !NOTE.test(note));
}

/** "100 of 400 genes, those with the highest P(on)" */
export function partInWords(genes: number, { of, chosen }: Part): string {
  return `${formatCount(genes)} of ${counted(of, "gene")}${chosen ? `, ${chosen}` : ""}`;
}

/** "100-of-400-genes", for the name of a file of them; undefined for all. */
export function partInName(table: Pick<ReadTable, "notes">, genes: number): string | undefined {
  const part = partIn(table);
  return part && `${genes}-of-${part.of}-genes`;
}

/** Properties of a run that tell whether it is a part. */
export interface RunOfPart {
  readonly model: Pick<OpenedModel, "sha256" | "symmetric">;
  /** Its table, or A's and B's. */
  readonly tables: readonly Pick<ReadTable, "whole">[];
  readonly preparations: readonly Preparation[];
}

/** The whole run that a run repeats a part of: of the same model, on the values as they were saved. */
export function wholeOf({ model, tables, preparations }: RunOfPart): Whole | undefined {
  const whole = tables[0]?.whole;
  const isSame =
    whole?.model === identityOf(model) && preparations.every((each) => preparationInWords(each).length === 0);
  return isSame ? whole : undefined;
}

/**
 * Where a table of a page is from. Where it has some genes of a run, it says so: those of the whole run, or for another
 * sample than the open one those that are `chosen`.
 */
export function savedTable(exported: Exported, input: ExportedInput, chosen?: string): TableRequest {
  const { run } = exported.manifest;
  const { notes = [], items, of = run?.genes, file } = input;
  const whole = chosen === undefined ? run : undefined;
  const isPart = items !== undefined && of !== undefined && items < of;
  const part = isPart ? [partNote(items, { of: whole?.genes ?? of, chosen: chosen ?? whole?.chosen ?? "" })] : [];
  // The block holds values alone; with its notes before it the table says again what they are.
  return { blob: new Blob([...[...notes, ...part].map((note) => `# ${note}\n`), blobOf(exported, input)]), file };
}

/** Roles of tables among the files of a workspace, A's first. */
export const ROLES = ["table", "table-b"] as const;
