/** Saving to and restoring from workspaces of results that tell the change between two cell types. */

import type { Change } from "../../explain/perturbation";
import type { Preparation } from "../../session/opened";
import type { Files } from "../../workspace/gathered";
import type { Fields, Reading } from "../../workspace/reading";
import type { Restoring } from "../../workspace/restoring";
import {
  acceptStored,
  findStored,
  perturbationFor,
  placeOf,
  placeOfTruth,
  preparationNow,
  readListing,
  placeOfSymbols,
  placeOfWhole,
  readEverywhere,
  readPerturbation,
  readSymbols,
  readStored as readTable,
  restoreTruth,
  storedPerturbation,
  type StoredPerturbation,
} from "../shared/tables/workspace";
import { CELLS } from "../shared/cells";
import type { Stored, StoredRun } from "../../workspace/format";
import type { ChangeKey, ChangeListing } from "./genes/order";
import type { ChangeWork } from "./session";
import { SHOWN, type Shown } from "./genes/shown";

/** Results in a workspace. Files are numbered by their place among the inputs. */
export interface ChangesView extends Stored {
  readonly kind: "changes";
  readonly a?: number | undefined;
  readonly b?: number | undefined;
  readonly preparations: readonly [Preparation, Preparation];
  /** True if it had been run. */
  readonly ran: boolean;
  readonly gene?: string | undefined;
  /** View shown along a gene; absent where nothing was chosen. */
  readonly shown?: Shown | undefined;
  readonly listing: ChangeListing;
  readonly threshold?: number | undefined;
  readonly countsA?: number | undefined;
  readonly countsB?: number | undefined;
  readonly perturbation?: StoredPerturbation | undefined;
  /** Changes made to the signal of all genes. */
  readonly everywhere?: readonly Change[] | undefined;
  /** Truth planted in the genes, where it does not come with an example. */
  readonly truth?: number | undefined;
  /** The genes' symbols. */
  readonly symbols?: number | undefined;
  /** Known statistics of the run that the genes are a part of. */
  readonly whole?: number | undefined;
}

function isMine(stored: Stored): stored is ChangesView {
  return stored.kind === "changes";
}

function isKey(key: string): key is ChangeKey {
  return /^(gene|change|moved|measured|error|a|b|top)$/.test(key);
}

/** Reads it from a file. */
export function readStored(fields: Fields, reading: Reading, inputs: number): ChangesView {
  const at = (name: string): number | undefined => reading.maybe(fields[name], `view.${name}`, inputs);
  const [a, b, ...others] = reading.list(fields.preparations, "view.preparations", (each, where) =>
    reading.preparation(each, where),
  );
  if (!a || !b || others.length > 0)
    return reading.damaged("view.preparations", "two preparations", fields.preparations);
  return {
    kind: "changes",
    ran: reading.boolean(fields.ran, "view.ran"),
    a: at("a"),
    b: at("b"),
    countsA: at("countsA"),
    countsB: at("countsB"),
    gene: fields.gene === undefined ? undefined : reading.text(fields.gene, "view.gene"),
    preparations: [a, b],
    shown: fields.shown === undefined ? undefined : reading.one(fields.shown, "view.shown", SHOWN),
    listing: readListing(reading, fields.listing, isKey, ["all", "up", "down", "little", "missed"] as const),
    threshold: fields.threshold === undefined ? undefined : reading.number(fields.threshold, "view.threshold"),
    perturbation: readPerturbation(reading, fields),
    everywhere: readEverywhere(reading, fields),
    truth: reading.maybe(fields.truth, "view.truth", inputs),
    symbols: reading.maybe(fields.symbols, "view.symbols", inputs),
    whole: reading.maybe(fields.whole, "view.whole", inputs),
  };
}

/** Captures the state of the page. */
export function capture(work: ChangeWork, files: Files): ChangesView {
  const { tables } = work;
  const { a, b } = tables.state;
  const { run, selected, shown, listing, threshold, perturbation, everywhere } = work.state;
  return {
    kind: "changes",
    a: placeOf(files, tables, a.table, "table"),
    b: placeOf(files, tables, b.table, "table-b"),
    ran: run !== undefined && run.tables[0] === a.table && run.tables[1] === b.table,
    preparations: [preparationNow(tables, "a"), preparationNow(tables, "b")],
    gene: run && selected !== undefined ? run.genes[selected] : undefined,
    shown,
    listing,
    threshold,
    countsA: files.input(work.countsOf("a"), "counts-a"),
    countsB: files.input(work.countsOf("b"), "counts-b"),
    perturbation: storedPerturbation(perturbation),
    everywhere: everywhere?.changes,
    truth: placeOfTruth(files, tables),
    whole: placeOfWhole(files, a.table),
    symbols: placeOfSymbols(
      files,
      tables,
      work.comparing.state.kept.flatMap(({ run }) => run.tables),
    ),
  };
}

/** Brings it back. */
export async function restore(work: ChangeWork, stored: Stored, restoring: Restoring): Promise<void> {
  if (!isMine(stored)) return;
  const { tables } = work;
  work.view({ shown: stored.shown, listing: stored.listing, threshold: stored.threshold });
  const isRead = [
    stored.a !== undefined && (await readTable(restoring, tables, stored.a, "a", stored.whole)),
    stored.b !== undefined && (await readTable(restoring, tables, stored.b, "b")),
  ];
  await readSymbols(restoring, tables, stored.symbols);
  restoreTruth(restoring, tables, stored.truth);
  if (isRead[0]) acceptStored(restoring, tables, stored.preparations[0], "a");
  if (isRead[1]) acceptStored(restoring, tables, stored.preparations[1], "b");
  if (!stored.ran || !isRead.every(Boolean)) return;
  await work.run();
  const { run } = work.state;
  if (!run) return void restoring.missing.push("The model could not be run on the tables again.");
  for (const [cell, at] of [
    ["a", stored.countsA],
    ["b", stored.countsB],
  ] as const) {
    const source = at === undefined ? undefined : restoring.source(at);
    if (source)
      await work
        .readCounts(source, cell)
        .catch((thrown: unknown) =>
          restoring.missing.push(
            `The counts ${source.file} could not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
          ),
        );
  }
  const gene = findStored(restoring, run.genes, stored.gene);
  if (gene !== undefined) work.selectGene(gene);
  const perturbation = perturbationFor(restoring, stored.perturbation);
  if (perturbation) work.view({ perturbation });
  if (stored.everywhere) {
    await work.changeAll(stored.everywhere, true);
    // Changing all genes sorts the list by what moved.
    work.view({ listing: stored.listing });
  }
}

/** Runs that are kept. */
export function captureKept({ comparing, tables }: ChangeWork, files: Files): StoredRun[] {
  return comparing.state.kept.flatMap((kept) => {
    const { run } = kept;
    const model = files.model(run.model);
    const [table, b] = [
      placeOf(files, tables, run.tables[0], "table"),
      placeOf(files, tables, run.tables[1], "table-b"),
    ];
    if (model === undefined || table === undefined || b === undefined) return [];
    const [preparation, ofB] = run.preparations;
    return [{ model, table, preparation, b: { table: b, preparation: ofB }, ...comparing.stored(kept) }];
  });
}

/** Runs one again and keeps it; says whether that was possible. */
export async function restoreKept(work: ChangeWork, run: StoredRun, restoring: Restoring): Promise<boolean> {
  const { tables } = work;
  if (!run.b || !(await readTable(restoring, tables, run.table, "a"))) return false;
  if (!(await readTable(restoring, tables, run.b.table, "b"))) return false;
  const before = work.state.run;
  await work.run([run.preparation, run.b.preparation]);
  return work.state.run !== before && work.comparing.keepRun({ ...run, deviations: differencesOf(work) });
}

/** Differences between the values of both tables and those that the model was trained on. */
function differencesOf({ state }: ChangeWork): string[] {
  const { offScale } = state.run ?? {};
  return CELLS.flatMap((cell, i) => offScale?.[i]?.map((text) => `${cell.toUpperCase()}: ${text}`) ?? []);
}
