/** Results of models of genes, written to workspaces and read back. */

import { SHOWN } from "../../../explain/explanations";
import type { Stored, StoredRun } from "../../../workspace/format";
import type { Fields, Files, Reading, Restoring } from "../../../workspace/reading";
import { factsOfTask } from "../../known";
import { CELLS } from "../../shared/cells";
import {
  acceptStored,
  findStored,
  perturbationFor,
  placeOf,
  placeOfSymbols,
  placeOfTruth,
  placeOfWhole,
  preparationNow,
  readEverywhere,
  readListing,
  readPerturbation,
  readStored,
  readSymbols,
  restoreTruth,
  storedPerturbation,
} from "../../shared/tables/workspace";
import type { CurrentTable } from "../../shared/tables/tables";
import { type ChangeKey, CHANGE_FILTERS as CHANGES, FILTERS, SHOWN as ALONG, type SortKey } from "../order";
import type { LevelKey } from "../level/order";
import type { AnyWork } from "../session";
import { acceptAlike } from "../samples/alike";
import { readSamples, restoreSamples, storedSamples } from "../samples/stored";
import { ROLES } from "./roles";
import type { ChangesView, GenesStored, GenesView, LevelsView, StoredGenes } from "./stored";
import { COVERAGES } from "../sure/sets";

const isKey = (key: string): key is SortKey =>
  /^(gene|probability|sure|moved|label|measured|shares|top|beta:\d+)$/.test(key);

const isKeyOfLevel = (key: string): key is LevelKey =>
  /^(gene|level|interval|moved|measured|error|shares|top|beta:\d+)$/.test(key);

const isKeyOfChange = (key: string): key is ChangeKey =>
  /^(gene|change|moved|measured|error|sure|shares|a|b|top)$/.test(key);

/** Reads results of one table from a file. */
export function readGenes(fields: Fields, reading: Reading, inputs: number): GenesView {
  return {
    kind: "genes",
    ...readAny(fields, reading, inputs),
    table: reading.maybe(fields.table, "view.table", inputs),
    expression: reading.maybe(fields.expression, "view.expression", inputs),
    preparation: reading.preparation(fields.preparation, "view.preparation"),
    shown: reading.one(fields.shown, "view.shown", SHOWN),
    listing: readListing(reading, fields.listing, isKey, FILTERS),
  };
}

/** Reads results of levels from a file. */
export function readLevels(fields: Fields, reading: Reading, inputs: number): LevelsView {
  return {
    kind: "levels",
    ...readAny(fields, reading, inputs),
    table: reading.maybe(fields.table, "view.table", inputs),
    expression: reading.maybe(fields.expression, "view.expression", inputs),
    preparation: reading.preparation(fields.preparation, "view.preparation"),
    shown: fields.shown === undefined ? undefined : reading.one(fields.shown, "view.shown", ALONG),
    listing: readListing(reading, fields.listing, isKeyOfLevel, ["all"] as const),
  };
}

/** Reads results of two tables from a file. */
export function readChanges(fields: Fields, reading: Reading, inputs: number): ChangesView {
  const at = (name: string): number | undefined => reading.maybe(fields[name], `view.${name}`, inputs);
  const [a, b, ...others] = reading.list(fields.preparations, "view.preparations", (each, where) =>
    reading.preparation(each, where),
  );
  if (!a || !b || others.length > 0)
    return reading.damaged("view.preparations", "two preparations", fields.preparations);
  return {
    kind: "changes",
    ...readAny(fields, reading, inputs),
    ...{ a: at("a"), b: at("b"), countsA: at("countsA"), countsB: at("countsB"), preparations: [a, b] },
    shown: fields.shown === undefined ? undefined : reading.one(fields.shown, "view.shown", ALONG),
    listing: readListing(reading, fields.listing, isKeyOfChange, CHANGES),
    threshold: fields.threshold === undefined ? undefined : reading.number(fields.threshold, "view.threshold"),
  };
}

function readAny(fields: Fields, reading: Reading, inputs: number): Omit<StoredGenes, "kind"> {
  return {
    ran: reading.boolean(fields.ran, "view.ran"),
    gene: fields.gene === undefined ? undefined : reading.text(fields.gene, "view.gene"),
    perturbation: readPerturbation(reading, fields),
    everywhere: readEverywhere(reading, fields),
    truth: reading.maybe(fields.truth, "view.truth", inputs),
    species: fields.species === undefined ? undefined : reading.text(fields.species, "view.species"),
    symbols: reading.maybe(fields.symbols, "view.symbols", inputs),
    whole: reading.maybe(fields.whole, "view.whole", inputs),
    samples: fields.samples === undefined ? undefined : readSamples(reading, fields.samples, inputs),
    ...(fields.coverage === undefined ? {} : { coverage: reading.one(fields.coverage, "view.coverage", COVERAGES) }),
    ...(fields.cell === undefined ? {} : { cell: reading.one(fields.cell, "view.cell", ["same", "another"] as const) }),
  };
}

/** Captures the state of the page. */
export function capture(work: AnyWork, files: Files): GenesStored {
  const { tables, state, comparing, cells } = work;
  const { run, selected, perturbation, everywhere, sets, cell, listing } = state;
  const slots = cells.map((cell) => tables.state[cell]);
  const [a, b] = slots.map(({ table }, i) => placeOf(files, tables, table, ROLES[i]!));
  const measured = (cell: "a" | "b", role: string) => files.input(work.measuredFrom(cell), role);
  const own =
    work.cells.length === 1
      ? {
          ...{ kind: factsOfTask(work.task).stored.kind, table: a, expression: measured("a", "expression") },
          preparation: preparationNow(tables, "a"),
        }
      : {
          ...{ kind: "changes", a, b, countsA: measured("a", "counts-a"), countsB: measured("b", "counts-b") },
          preparations: [preparationNow(tables, "a"), preparationNow(tables, "b")],
        };
  const stored = {
    ...own,
    ...work.own.chosen,
    samples: work.samples && storedSamples(work.samples, files),
    listing,
    ran: run !== undefined && slots.every(({ table }, i) => run.tables[i] === table),
    gene: run && selected !== undefined ? run.genes[selected] : undefined,
    perturbation: storedPerturbation(perturbation),
    everywhere: everywhere?.changes,
    ...{ coverage: sets?.coverage, cell, species: tables.state.species },
    truth: placeOfTruth(files, tables),
    whole: placeOfWhole(files, tables.state.a.table),
    symbols: placeOfSymbols(
      files,
      tables,
      comparing.state.kept.flatMap(({ run }) => run.tables),
    ),
  };
  // Its parts are of one outcome, which the work's task names.
  return stored as unknown as GenesStored;
}

/** Places of tables and of measured values in a workspace, and preparations, A first. */
function placesIn(stored: GenesStored) {
  return stored.kind === "changes"
    ? { at: [stored.a, stored.b], preparations: stored.preparations, measured: [stored.countsA, stored.countsB] }
    : { at: [stored.table], preparations: [stored.preparation], measured: [stored.expression] };
}

/** Brings it back. */
export async function restore(work: AnyWork, any: Stored, restoring: Restoring): Promise<void> {
  const { tables, cells } = work;
  if (any.kind !== factsOfTask(work.task).stored.kind) return;
  const stored = any as GenesStored;
  const { listing } = stored;
  const { at: opened, preparations, measured } = placesIn(stored);
  work.own.choose(stored);
  work.set({ listing });
  const first = stored.samples && (await restoreSamples(work, stored.samples, restoring));
  // Where the open sample was not given, another one is opened.
  const isAnother = first !== undefined && !opened.every((place) => place !== undefined && restoring.has(place));
  const at = isAnother ? first : opened;
  const isRead: boolean[] = [];
  for (const [i, cell] of cells.entries()) {
    const place = at[i];
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
    if (!alike || !understanding) return isRead[i] && acceptStored(restoring, tables, preparations[i]!, cell);
    tables.accept(acceptAlike(understanding, alike), cell);
    return true;
  });
  if (!stored.ran || !isRead.every(Boolean)) return;
  await work.run(isPrepared.every(Boolean) ? undefined : preparations);
  const { run } = work.state;
  if (!run)
    return void restoring.missing.push(
      `The model could not be run on the ${cells.length === 1 ? "table" : "tables"} again.`,
    );
  if (stored.cell) await work.sayCell(stored.cell);
  if (stored.coverage !== undefined) await work.cover(stored.coverage);
  for (const [i, cell] of cells.entries()) await readMeasured(work, restoring, measured[i], cell);
  const gene = findStored(restoring, run.genes, stored.gene);
  if (gene !== undefined) await work.selectGene(gene);
  const perturbation = perturbationFor(restoring, stored.perturbation);
  if (perturbation) work.set({ perturbation });
  if (stored.everywhere) {
    await work.changeAll(stored.everywhere, true);
    // Changing all genes sorts the list by what moved.
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
