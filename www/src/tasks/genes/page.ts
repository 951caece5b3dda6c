/** Results of models of genes, as a page of one file. */

import type { Preparation } from "../../session/opened";
import { preparationInWords } from "../../session/preparation";
import type { Exported } from "../../standalone/format";
import { blobOf, textBlock } from "../../standalone/blocks";
import type { AboutGenes, MeasuredValues, Role, WholeOfPart, WholeRun } from "../../standalone/format";
import { WHOLE_BLOCK, wholeIn, wholeText } from "../../standalone/whole";
import type { AnyWork, Current as CurrentGenes } from "./session";
import { together } from "./together";
import { ROLES } from "./workspace";
import { type Symbols, symbolsIn, symbolsOf } from "../shared/genes/names";
import type { CurrentTable, Tables } from "../shared/tables/tables";
import type { Cell } from "../shared/cells";
import { partIn, partNote, withoutPart } from "../shared/tables/part";
import { notesOf } from "../shared/tables/signal";

/** Views of genes that a page may show first. */
const GENE_VIEWS = [
  { view: "set", label: "All results" },
  { view: "gene", label: "One gene, beside the table" },
] as const;

/** A table as an input of a page. */
function tableInput(role: "table" | "table-b", table: CurrentTable, preparation: Preparation) {
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

/** Parts of a run that are saved, whatever it predicts. */
export function exportableGenes({ model, genes, tables, preparations }: CurrentGenes, chosen: number | undefined) {
  return {
    ...{ model, names: genes, many: "genes" as const, chosen, views: GENE_VIEWS, measured: [] },
    inputs: (tables as readonly CurrentTable[]).map((table, i) => tableInput(ROLES[i]!, table, preparations[i]!)),
  } as const;
}

/** Figures of the whole run, where `chosen` is a part of it; `found` are those of its own. */
export async function wholeOfPart(
  run: CurrentGenes,
  chosen: readonly number[],
  rule: string,
  column: "probability" | "fold_change",
  found: () => Promise<Omit<WholeRun, "genes" | "chosen" | "block">>,
  labels?: Uint8Array,
): Promise<WholeOfPart | undefined> {
  const { genes, predicted, part, isWhole } = together(run);
  // Nothing can be said of a part of which the whole is not known.
  if (chosen.length === genes || !isWhole) return undefined;
  const earlier = part && run.tables.map(partIn).find((each) => each !== undefined)?.chosen;
  return {
    run: {
      ...{ genes, chosen: [rule, earlier].filter(Boolean).join(" of "), block: WHOLE_BLOCK },
      ...(await found()),
    },
    block: await textBlock(WHOLE_BLOCK, wholeText(column, predicted, labels)),
  };
}

/** Opens what a page holds, runs it, and looks at what was looked at; `measure` takes what was measured. */
export async function openGenes(
  work: AnyWork,
  exported: Exported,
  measure: (each: MeasuredValues, genes: readonly string[]) => Promise<void>,
): Promise<void> {
  for (const [i, cell] of work.cells.entries()) await openTable(work.tables, exported, ROLES[i]!, cell);
  openSymbols(work.tables, exported);
  await work.run();
  const { selected, measured = [] } = exported.manifest;
  const { genes = [] } = work.state.run ?? {};
  for (const each of measured) await measure(each, genes);
  const index = selected === undefined ? -1 : genes.indexOf(selected);
  if (index >= 0) await work.selectGene(index);
}

/** Measured values of chosen genes; JSON has no NaN. */
export function valuesOfChosen(values: Float32Array, chosen: readonly number[]): (number | null)[] {
  return chosen.map((gene) => (Number.isFinite(values[gene]) ? values[gene]! : null));
}

/** Takes the symbols that a page has of its genes. */
function openSymbols(tables: Tables, { manifest }: Exported): void {
  if (manifest.symbols) tables.takeSymbols(symbolsOf(manifest.symbols));
}

/** Reads the table of a role, where the page holds one. */
async function openTable(tables: Tables, exported: Exported, role: Role, cell: Cell): Promise<void> {
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
