/** Results of models of genes in workspaces: writing and reading. */

import type { GeneResults, KeptRun, Results } from "../../../workspace/format";
import type { Files, Restoring } from "../../../workspace/reading";
import { CELLS } from "../../shared/cells";
import {
  acceptStored,
  perturbationFor,
  placeOf,
  placeOfSymbols,
  placeOfTruth,
  placeOfWhole,
  preparationNow,
  readStored,
  readSymbols,
  restoreTruth,
  storedPerturbation,
} from "../../shared/tables/workspace";
import type { CurrentTable } from "../../shared/tables/tables";
import type { AnyListing } from "../order";
import type { AnyWork } from "../session";
import { show } from "../links";
import { acceptAlike } from "../samples/alike";
import { restoreSamples, storedSamples } from "../samples/stored";
import { ROLES } from "./roles";

/** Captures the state of the page. */
export function capture(work: AnyWork, files: Files): GeneResults {
  const { tables, state, comparing, task } = work;
  const { run, perturbation, everywhere, cell, listing } = state;
  const slots = work.cells.map((cell) => tables.state[cell]);
  const stored = {
    task,
    tables: work.cells.map((cell, i) => ({
      table: placeOf(files, tables, slots[i]!.table, ROLES[i]!),
      preparation: preparationNow(tables, cell),
      measured: files.input(work.measuredFrom(cell), task === "change" ? `counts-${cell}` : "expression"),
    })),
    ...work.own.chosen,
    samples: work.samples && storedSamples(work.samples, files),
    listing,
    ran: run !== undefined && slots.every(({ table }, i) => run.tables[i] === table),
    perturbation: storedPerturbation(perturbation),
    everywhere: everywhere?.changes,
    ...{ cell, species: tables.state.species },
    truth: placeOfTruth(files, tables),
    whole: placeOfWhole(files, tables.state.a.table),
    symbols: placeOfSymbols(
      files,
      tables,
      comparing.state.kept.flatMap(({ run }) => run.tables),
    ),
  };
  // Its listing belongs to the outcome of the task.
  return stored as GeneResults;
}

/** Restores it. */
export async function restore(work: AnyWork, stored: Results, restoring: Restoring): Promise<void> {
  const { tables, cells } = work;
  if (stored.task === "tracks" || stored.task !== work.task) return;
  const listing: AnyListing = { sort: undefined, ...stored.listing };
  work.own.choose(stored);
  work.set({ listing });
  const first = stored.samples && (await restoreSamples(work, stored.samples, restoring));
  const opened = cells.map((_, i) => stored.tables[i] ?? { preparation: {} });
  // If the open sample is unavailable, another one is opened.
  const isAnother = first !== undefined && !opened.every(({ table }) => table !== undefined && restoring.has(table));
  const isRead: boolean[] = [];
  for (const [i, cell] of cells.entries()) {
    const place = isAnother ? first[i] : opened[i]!.table;
    const whole = i === 0 ? stored.whole : undefined;
    isRead.push(place !== undefined && (await readStored(restoring, tables, place, cell, whole)));
  }
  if (!isRead.some(Boolean)) return;
  await readSymbols(restoring, tables, stored.symbols);
  restoreTruth(restoring, tables, stored.truth);
  tables.saySpecies(stored.species);
  const isPrepared = cells.map((cell, i) => {
    const { understanding } = tables.state[cell];
    const alike = isAnother ? stored.samples?.alike?.[i] : undefined;
    if (!alike || !understanding) return isRead[i] && acceptStored(restoring, tables, opened[i]!.preparation, cell);
    tables.accept(acceptAlike(understanding, alike), cell);
    return true;
  });
  if (!stored.ran || !isRead.every(Boolean)) return;
  await work.run(isPrepared.every(Boolean) ? undefined : opened.map(({ preparation }) => preparation));
  const { run } = work.state;
  if (!run)
    return void restoring.missing.push(
      `The model could not be run on the ${cells.length === 1 ? "table" : "tables"} again.`,
    );
  if (stored.cell) await work.sayCell(stored.cell);
  for (const [i, cell] of cells.entries()) await readMeasured(work, restoring, opened[i]!.measured, cell);
  restoring.missing.push(...(await show(work, restoring.workspace.looked, undefined, "workspace")));
  const perturbation = perturbationFor(restoring, stored.perturbation);
  if (perturbation) work.set({ perturbation });
  if (stored.everywhere) {
    await work.changeAll(stored.everywhere, true);
    // Editing all genes sorts the list by change.
    work.set({ listing });
  }
}

/** Reads a file of measured values. */
async function readMeasured(
  work: AnyWork,
  restoring: Restoring,
  at: number | undefined,
  cell: "a" | "b",
): Promise<void> {
  const source = at === undefined ? undefined : restoring.source(at);
  if (!source) return;
  await work.readMeasured(source, cell).catch((thrown: unknown) => {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const what = work.task === "on-off" ? "expression" : "counts";
    restoring.missing.push(`The ${what} ${source.file} could not be read: ${why}`);
  });
}

/** Serialises stored runs. */
export function captureKept({ comparing, tables }: AnyWork, files: Files): KeptRun[] {
  return comparing.state.kept.flatMap((kept) => {
    const { run } = kept;
    const model = files.model(run.model);
    const stored = (run.tables as readonly CurrentTable[]).flatMap((each, i) => {
      const table = placeOf(files, tables, each, ROLES[i]!);
      return table === undefined ? [] : [{ table, preparation: run.preparations[i]! }];
    });
    if (model === undefined || stored.length < run.tables.length) return [];
    return [{ model, tables: stored, ...comparing.stored(kept) }];
  });
}

/** Reruns one and stores its result; returns true if that was possible. */
export async function restoreKept(work: AnyWork, stored: KeptRun, restoring: Restoring): Promise<boolean> {
  const given = stored.tables;
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
