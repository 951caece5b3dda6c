/** Tables in a page of one file. */

import type { Preparation } from "../../../session/opened";
import { preparationInWords } from "../../../session/preparation";
import type { Exported } from "../../../standalone/format";
import type { AboutGenes, ExportedInput, Role } from "../../../standalone/format";
import { wholeIn } from "../../../standalone/whole";
import { type Symbols, symbolsIn, symbolsOf } from "../genes/names";
import type { CurrentTable, Tables } from "./tables";
import type { Cell } from "../cells";
import { partIn, partNote, withoutPart } from "./part";
import { notesOf } from "./signal";

/** Views of genes that a page may show first. */
export const GENE_VIEWS = [
  { view: "set", label: "All results" },
  { view: "gene", label: "One gene, beside the table" },
] as const;

/** A table as an input of a page. */
export function tableInput<Name extends Role>(role: Name, table: CurrentTable, preparation: Preparation) {
  const prepared = preparationInWords(preparation);
  const notes = withoutPart(notesOf(table, preparation));
  return {
    ...{ role, block: role, file: table.file, of: partIn(table)?.of ?? table.genes.length },
    ...(prepared.length > 0 ? { prepared } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(table.simulated ? { simulated: true } : {}),
  };
}

/** The symbols of chosen genes, as a page has them. */
export function symbolsOfChosen(
  genes: readonly string[],
  symbols: Symbols | undefined,
  chosen: readonly number[],
): Pick<AboutGenes, "symbols"> {
  const pairs =
    symbols &&
    symbolsIn(
      chosen.map((gene) => genes[gene]!),
      symbols,
    );
  return pairs && pairs.length > 0 ? { symbols: pairs } : {};
}

/** Measured values of chosen genes; JSON has no NaN. */
export function valuesOfChosen(values: Float32Array, chosen: readonly number[]): (number | null)[] {
  return chosen.map((gene) => (Number.isFinite(values[gene]) ? values[gene]! : null));
}

/** Takes the symbols that a page has of its genes. */
export function openSymbols(tables: Tables, { manifest }: Exported): void {
  if (manifest.symbols) tables.takeSymbols(symbolsOf(manifest.symbols));
}

/** Reads the table of a role, where the page holds one. */
export async function openTable(tables: Tables, exported: Exported, role: Role, cell: Cell): Promise<void> {
  const input = exported.manifest.inputs.find((each) => each.role === role);
  if (!input) return;
  const { run } = exported.manifest;
  const { notes = [], items, of = run?.genes, file, simulated = false } = input;
  const isPart = items !== undefined && of !== undefined && items < of;
  const part = isPart ? [partNote(items, { of: run?.genes ?? of, chosen: run?.chosen ?? "" })] : [];
  // The block holds values alone; with its notes before it the table says again what they are.
  const table = new Blob([...[...notes, ...part].map((note) => `# ${note}\n`), blobOf(exported, input)]);
  await tables.read({ blob: table, file }, { simulated, whole: wholeIn(file, exported) }, cell);
}

/** Content of an input of a page. */
export function blobOf({ blocks }: Exported, { block }: ExportedInput): Blob {
  const bytes = blocks.get(block);
  return new Blob(bytes ? [bytes.slice()] : []);
}
