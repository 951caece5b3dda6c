/** Results that tell whether genes are on, written to workspaces and read back. */

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
import type { Stored, StoredRun } from "../../workspace/format";
import type { Listing, SortKey } from "./genes/order";
import { SHOWN, type Shown } from "../../explain/explanations";
import type { OnOffWork } from "./session";

/** Results in a workspace. Files are numbered by their place among the inputs. */
export interface GenesView extends Stored {
  readonly kind: "genes";
  readonly table?: number | undefined;
  /** Measured expression. */
  readonly expression?: number | undefined;
  readonly preparation: Preparation;
  /** True if it had been run. */
  readonly ran: boolean;
  readonly gene?: string | undefined;
  /** Explanation shown along a gene. */
  readonly shown: Shown;
  readonly listing: Listing;
  readonly perturbation?: StoredPerturbation | undefined;
  /** Changes made to the signal of all genes. */
  readonly everywhere?: readonly Change[] | undefined;
  /** File of what was planted in the genes, where it does not come with an example. */
  readonly truth?: number | undefined;
  /** The genes' symbols. */
  readonly symbols?: number | undefined;
  /** File of the known figures of the run that the genes are a part of. */
  readonly whole?: number | undefined;
}

function isMine(stored: Stored): stored is GenesView {
  return stored.kind === "genes";
}

function isKey(key: string): key is SortKey {
  return /^(gene|probability|moved|label|measured|top|beta:\d+)$/.test(key);
}

/** Reads it from a file. */
export function readStored(fields: Fields, reading: Reading, inputs: number): GenesView {
  return {
    kind: "genes",
    ran: reading.boolean(fields.ran, "view.ran"),
    table: reading.maybe(fields.table, "view.table", inputs),
    expression: reading.maybe(fields.expression, "view.expression", inputs),
    gene: fields.gene === undefined ? undefined : reading.text(fields.gene, "view.gene"),
    preparation: reading.preparation(fields.preparation, "view.preparation"),
    perturbation: readPerturbation(reading, fields),
    everywhere: readEverywhere(reading, fields),
    truth: reading.maybe(fields.truth, "view.truth", inputs),
    symbols: reading.maybe(fields.symbols, "view.symbols", inputs),
    whole: reading.maybe(fields.whole, "view.whole", inputs),
    shown: reading.one(fields.shown, "view.shown", SHOWN),
    listing: readListing(reading, fields.listing, isKey, ["all", "on", "off", "missed"] as const),
  };
}

/** Captures the state of the page. */
export function capture(work: OnOffWork, files: Files): GenesView {
  const { tables, state, explanations } = work;
  const { table } = tables.state.a;
  const { run, selected, listing, perturbation, everywhere } = state;
  return {
    kind: "genes",
    table: placeOf(files, tables, table, "table"),
    expression: files.input(work.expression, "expression"),
    preparation: preparationNow(tables, "a"),
    ran: run !== undefined && run.tables[0] === table,
    listing,
    gene: run && selected !== undefined ? run.genes[selected] : undefined,
    shown: explanations.state.shown,
    perturbation: storedPerturbation(perturbation),
    everywhere: everywhere?.changes,
    truth: placeOfTruth(files, tables),
    whole: placeOfWhole(files, table),
    symbols: placeOfSymbols(
      files,
      tables,
      work.comparing.state.kept.map(({ run }) => run.tables[0]),
    ),
  };
}

/** Brings it back. */
export async function restore(work: OnOffWork, stored: Stored, restoring: Restoring): Promise<void> {
  if (!isMine(stored)) return;
  const { tables } = work;
  work.view({ listing: stored.listing });
  work.explanations.show(stored.shown);
  if (stored.table === undefined || !(await readTable(restoring, tables, stored.table, "a", stored.whole))) return;
  await readSymbols(restoring, tables, stored.symbols);
  restoreTruth(restoring, tables, stored.truth);
  const isPrepared = acceptStored(restoring, tables, stored.preparation, "a");
  if (!stored.ran) return;
  await work.run(isPrepared ? undefined : [stored.preparation]);
  const { run } = work.state;
  if (!run) return void restoring.missing.push("The model could not be run on the table again.");
  const expression = stored.expression === undefined ? undefined : restoring.source(stored.expression);
  if (expression)
    await work
      .readExpression(expression)
      .catch((thrown: unknown) =>
        restoring.missing.push(
          `The expression ${expression.file} could not be read: ` +
            `${thrown instanceof Error ? thrown.message : String(thrown)}`,
        ),
      );
  const gene = findStored(restoring, run.genes, stored.gene);
  if (gene !== undefined) await work.selectGene(gene);
  const perturbation = perturbationFor(restoring, stored.perturbation);
  if (perturbation) work.view({ perturbation });
  if (stored.everywhere) {
    await work.changeAll(stored.everywhere, true);
    // Changing all genes sorts the list by what moved.
    work.view({ listing: stored.listing });
  }
}

/** Runs that are kept. */
export function captureKept({ comparing, tables }: OnOffWork, files: Files): StoredRun[] {
  return comparing.state.kept.flatMap((kept) => {
    const { run } = kept;
    const [model, table] = [files.model(run.model), placeOf(files, tables, run.tables[0], "table")];
    if (model === undefined || table === undefined) return [];
    return [{ model, table, preparation: run.preparations[0], ...comparing.stored(kept) }];
  });
}

/** Runs one again and keeps it; says whether that was possible. */
export async function restoreKept(work: OnOffWork, run: StoredRun, restoring: Restoring): Promise<boolean> {
  if (run.b || !(await readTable(restoring, work.tables, run.table, "a"))) return false;
  const before = work.state.run;
  await work.run([run.preparation]);
  return work.state.run !== before && work.comparing.keepRun({ ...run, deviations: work.state.run?.offScale?.[0] });
}
