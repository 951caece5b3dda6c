/** Results on tables, written to workspaces and read back. */

import type { Understanding } from "../../../../../pkg/src/index";
import { identityOf } from "../../../session/identity";
import type { Preparation, TableRequest } from "../../../session/opened";
import {
  type Accepted,
  canRescale,
  NOTHING_ACCEPTED,
  preparationInWords,
  preparationOf,
  samePreparation,
} from "../../../session/preparation";
import type { InputRole, StoredPerturbation } from "../../../session/workspace-types";
import type { Files, Restoring } from "../../../session/restoring";
import { readStoredWhole, storedWhole, type Whole } from "../../../standalone/whole";
import type { Cell } from "../../shared/cells";
import type { Perturbation } from "../../../explain/perturbation";
import { type Symbols, symbolsIn, symbolsOf } from "../../shared/genes/names";
import type { CurrentTable, Tables } from "./tables";

/** Changes of one gene's signal, to be written. */
export function storedPerturbation(perturbation: Perturbation | undefined): StoredPerturbation | undefined {
  return perturbation && perturbation.changes.length > 0
    ? { gene: perturbation.gene, changes: perturbation.changes }
    : undefined;
}

/** The place of a table among a workspace's files. */
export function placeOf(
  files: Files,
  tables: Tables,
  table: CurrentTable | undefined,
  role: InputRole,
): number | undefined {
  return table && files.input(tables.sourceOf(table), role, table.example, table.simulated);
}

/** The place of what was planted in the genes among a workspace's files; an example brings its own. */
export function placeOfTruth(files: Files, { truth }: Tables): number | undefined {
  return truth && "blob" in truth ? files.input(truth, "truth") : undefined;
}

/** Brings it back, for the run to come. */
export function restoreTruth(restoring: Restoring, tables: Tables, stored: number | undefined): void {
  const truth = stored === undefined ? undefined : restoring.source(stored);
  if (truth) tables.truth = truth;
}

/** Files that hold the symbols of the genes of some tables: the annotation that gave them need not be given again. */
const named = new WeakMap<Symbols, { readonly of: readonly unknown[]; readonly source: TableRequest }>();

/** The place of the symbols of the genes of all tables, those of `kept` runs too, among a workspace's files. */
export function placeOfSymbols(
  files: Files,
  { state }: Tables,
  kept: readonly { readonly genes: readonly string[] }[],
): number | undefined {
  const { symbols, a, b } = state;
  if (!symbols) return undefined;
  const of = [a.table, b.table, ...kept];
  let known = named.get(symbols);
  if (known?.of.length !== of.length || !known.of.every((each, i) => each === of[i])) {
    const genes = new Set(of.flatMap((table) => table?.genes ?? []));
    const pairs = symbolsIn([...genes], symbols);
    known = { of, source: { blob: new Blob([JSON.stringify(pairs)]), file: "symbols.json" } };
    named.set(symbols, known);
  }
  return files.input(known.source, "symbols");
}

/** Takes the symbols of a workspace. */
export async function readSymbols(restoring: Restoring, tables: Tables, at: number | undefined): Promise<void> {
  const made = restoring.made(at);
  if (!made) return;
  try {
    const pairs: unknown = JSON.parse(await made.text());
    const isPair = (each: unknown): each is [string, string] =>
      Array.isArray(each) && each.length === 2 && each.every((text) => typeof text === "string");
    if (!Array.isArray(pairs) || !pairs.every(isPair)) throw new TypeError("no pairs of an id and a symbol");
    tables.takeSymbols(symbolsOf(pairs));
  } catch {
    restoring.missing.push("The genes' symbols could not be read: drop their annotation again.");
  }
}

/** Whole runs as files, by what is known of them. */
const wholes = new WeakMap<Whole, TableRequest>();

/** The place of what is known of the run that a table is a part of, among a workspace's files. */
export function placeOfWhole(files: Files, { whole }: Pick<CurrentTable, "whole"> = {}): number | undefined {
  if (!whole) return undefined;
  const source = wholes.get(whole) ?? { blob: storedWhole(whole), file: "whole-run.json" };
  wholes.set(whole, source);
  return files.input(source, "whole");
}

/** Current preparation of a table, as far as a model has looked at it. */
export function preparationNow(tables: Tables, cell: Cell): Preparation {
  const { understanding, accepted } = tables.state[cell];
  return understanding ? preparationOf(understanding, accepted) : {};
}

/** Reads a table of a workspace; says whether it could be read. */
export async function readStored(
  restoring: Restoring,
  tables: Tables,
  at: number,
  cell: Cell,
  wholeAt?: number,
): Promise<boolean> {
  const source = restoring.source(at);
  if (!source) return false;
  const { table } = tables.state[cell];
  // A table that kept runs share with the results is read once.
  if (table && tables.sourceOf(table) === source) return true;
  const { example, simulated } = restoring.input(at);
  const entry = restoring.page.state.catalogue?.examples.find(({ id }) => id === example);
  const made = restoring.made(wholeAt);
  const whole = made && (await readStoredWhole(made));
  if (made && !whole)
    restoring.missing.push("The figures of the whole run could not be read: open the one-file page again.");
  const isRead = await tables.read(source, entry ?? { simulated, whole }, cell);
  if (!isRead) restoring.missing.push(`${source.file} could not be read.`);
  return isRead;
}

/** Accepts what makes the preparation; says whether that is possible. */
export function acceptStored(restoring: Restoring, tables: Tables, preparation: Preparation, cell: Cell): boolean {
  const { understanding } = tables.state[cell];
  const accepted = understanding && acceptedFor(understanding, preparation);
  if (accepted) tables.accept(accepted, cell);
  else
    restoring.missing.push(
      `The table ${cell === "a" ? "" : "of B "}is not prepared as it was ` +
        `(${preparationInWords(preparation).join("; ") || "as it is"}): this version offers something else.`,
    );
  return accepted !== undefined;
}

/** Changes made to the signal, for the model that is open. */
export function perturbationFor({ page }: Restoring, stored: StoredPerturbation | undefined): Perturbation | undefined {
  const { model } = page.state;
  return stored && model && { ...stored, sha256: identityOf(model) };
}

/** Choices to accept so that a table is prepared in this way; undefined where no offer does that. */
export function acceptedFor(understanding: Understanding, preparation: Preparation): Accepted | undefined {
  const offered = understanding.deviations.flatMap((deviation, i) => (canRescale(deviation) ? [i] : []));
  // With more than these, all subsets would be too many to try.
  const most = 2 ** Math.min(offered.length, 12);
  for (let subset = 0; subset < most; subset++) {
    const accepted = {
      ...NOTHING_ACCEPTED,
      selectBins: preparation.selectBins !== undefined,
      rescale: new Set(offered.filter((_, i) => (subset >> i) & 1)),
    };
    if (samePreparation(preparationOf(understanding, accepted), preparation)) return accepted;
  }
  return undefined;
}
