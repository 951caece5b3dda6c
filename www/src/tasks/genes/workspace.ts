/** Results of models of genes, written to workspaces and read back. */

import type { Change } from "../../explain/perturbation";
import type { Preparation, TableRequest } from "../../session/opened";
import type { Stored, StoredRun } from "../../workspace/format";
import type { Files } from "../../workspace/gathered";
import type { Fields, Reading } from "../../workspace/reading";
import type { Restoring } from "../../workspace/restoring";
import { CELLS } from "../shared/cells";
import {
  acceptStored,
  findStored,
  perturbationFor,
  placeOf,
  placeOfSymbols,
  placeOfTruth,
  placeOfWhole,
  readEverywhere,
  readPerturbation,
  readStored,
  readSymbols,
  restoreTruth,
  storedPerturbation,
  type StoredPerturbation,
} from "../shared/tables/workspace";
import type { CurrentTable } from "../shared/tables/tables";
import type { AnyListing, AnyWork } from "./session";
import { COVERAGES, type SaidCell } from "./sureness";

/** Fields of results of either task. Files are numbered by their place among the inputs. */
export interface StoredGenes extends Stored {
  /** True if it had been run. */
  readonly ran: boolean;
  readonly gene?: string | undefined;
  readonly listing: AnyListing;
  readonly perturbation?: StoredPerturbation | undefined;
  /** Changes made to the signal of all genes. */
  readonly everywhere?: readonly Change[] | undefined;
  /** File of what was planted in the genes, where it does not come with an example. */
  readonly truth?: number | undefined;
  /** The genes' symbols. */
  readonly symbols?: number | undefined;
  /** File of the known figures of the run that the genes are a part of. */
  readonly whole?: number | undefined;
  /** Coverage of the sets or intervals that are shown; absent where there are none. */
  readonly coverage?: number | undefined;
  /** The user's word on the cell type of the data. */
  readonly cell?: SaidCell;
}

/** Tables and their preparations in a workspace, A first. */
interface StoredTables {
  readonly at: readonly (number | undefined)[];
  readonly preparations: readonly Preparation[];
}

/** Places of tables among a workspace's files by their names there. */
export const ROLES = ["table", "table-b"] as const;

/** Reads them from a file, but for the listing. */
export function readGenes(fields: Fields, reading: Reading, inputs: number): Omit<StoredGenes, "kind" | "listing"> {
  return {
    ran: reading.boolean(fields.ran, "view.ran"),
    gene: fields.gene === undefined ? undefined : reading.text(fields.gene, "view.gene"),
    perturbation: readPerturbation(reading, fields),
    everywhere: readEverywhere(reading, fields),
    truth: reading.maybe(fields.truth, "view.truth", inputs),
    symbols: reading.maybe(fields.symbols, "view.symbols", inputs),
    whole: reading.maybe(fields.whole, "view.whole", inputs),
    ...(fields.coverage === undefined ? {} : { coverage: reading.one(fields.coverage, "view.coverage", COVERAGES) }),
    ...(fields.cell === undefined ? {} : { cell: reading.one(fields.cell, "view.cell", ["same", "another"] as const) }),
  };
}

/** Captures their state on the page, and the places of the tables. */
export function captureGenes({ tables, state, comparing, cells }: AnyWork, files: Files) {
  const { run, selected, perturbation, everywhere, sets, cell } = state;
  const slots = cells.map((cell) => tables.state[cell]);
  const fields: Omit<StoredGenes, "kind" | "listing"> = {
    ran: run !== undefined && slots.every(({ table }, i) => run.tables[i] === table),
    gene: run && selected !== undefined ? run.genes[selected] : undefined,
    perturbation: storedPerturbation(perturbation),
    everywhere: everywhere?.changes,
    ...{ coverage: sets?.coverage, cell },
    truth: placeOfTruth(files, tables),
    whole: placeOfWhole(files, tables.state.a.table),
    symbols: placeOfSymbols(
      files,
      tables,
      comparing.state.kept.flatMap(({ run }) => run.tables),
    ),
  };
  return { fields, at: slots.map(({ table }, i) => placeOf(files, tables, table, ROLES[i]!)) };
}

/** Brings them back; `measure` reads what was measured, once there is a run. */
export async function restoreGenes(
  work: AnyWork,
  stored: StoredGenes,
  { at, preparations }: StoredTables,
  restoring: Restoring,
  measure: () => Promise<void>,
): Promise<void> {
  const { tables, cells } = work;
  const { listing, coverage, cell } = stored;
  work.view({ listing });
  const isRead: boolean[] = [];
  for (const [i, cell] of cells.entries()) {
    const place = at[i];
    const whole = i === 0 ? stored.whole : undefined;
    isRead.push(place !== undefined && (await readStored(restoring, tables, place, cell, whole)));
  }
  if (!isRead.some(Boolean)) return;
  await readSymbols(restoring, tables, stored.symbols);
  restoreTruth(restoring, tables, stored.truth);
  const isPrepared = cells.map((cell, i) => isRead[i] && acceptStored(restoring, tables, preparations[i]!, cell));
  if (!stored.ran || !isRead.every(Boolean)) return;
  await work.run(isPrepared.every(Boolean) ? undefined : preparations);
  const { run } = work.state;
  if (!run)
    return void restoring.missing.push(
      `The model could not be run on the ${cells.length === 1 ? "table" : "tables"} again.`,
    );
  if (cell) await work.sayCell(cell);
  if (coverage !== undefined) await work.cover(coverage);
  await measure();
  const gene = findStored(restoring, run.genes, stored.gene);
  if (gene !== undefined) await work.selectGene(gene);
  const perturbation = perturbationFor(restoring, stored.perturbation);
  if (perturbation) work.view({ perturbation });
  if (stored.everywhere) {
    await work.changeAll(stored.everywhere, true);
    // Changing all genes sorts the list by what moved.
    work.view({ listing });
  }
}

/** Reads a file of measured values. */
export async function readMeasured(
  restoring: Restoring,
  at: number | undefined,
  what: string,
  read: (source: TableRequest) => Promise<void>,
): Promise<void> {
  const source = at === undefined ? undefined : restoring.source(at);
  if (!source) return;
  await read(source).catch((thrown: unknown) => {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    restoring.missing.push(`The ${what} ${source.file} could not be read: ${why}`);
  });
}

/** Runs that are kept. */
export function captureKept({ comparing, tables }: AnyWork, files: Files): StoredRun[] {
  return comparing.state.kept.flatMap((kept) => {
    const { run } = kept;
    const model = files.model(run.model);
    const [table, b] = (run.tables as readonly CurrentTable[]).map((each, i) =>
      placeOf(files, tables, each, ROLES[i]!),
    );
    if (model === undefined || table === undefined || (run.tables.length > 1 && b === undefined)) return [];
    const [preparation, ofB] = run.preparations;
    const second = b === undefined || !ofB ? {} : { b: { table: b, preparation: ofB } };
    return [{ model, table, preparation, ...second, ...comparing.stored(kept) }];
  });
}

/** Runs one again and keeps it; says whether that was possible. */
export async function restoreKept(work: AnyWork, stored: StoredRun, restoring: Restoring): Promise<boolean> {
  const given = [stored, ...(stored.b ? [stored.b] : [])];
  if (given.length !== work.cells.length) return false;
  for (const [i, { table }] of given.entries())
    if (!(await readStored(restoring, work.tables, table, CELLS[i]!))) return false;
  const before = work.state.run;
  await work.run(given.map(({ preparation }) => preparation));
  const { run } = work.state;
  const deviations = run?.offScale?.flatMap((texts, i) =>
    given.length === 1 ? texts : texts.map((text) => `${CELLS[i]!.toUpperCase()}: ${text}`),
  );
  return run !== before && work.comparing.keepRun({ ...stored, deviations });
}
