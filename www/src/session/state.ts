/** What the page knows at one moment. Never changed in place: each change is a new object. */

import type { Catalogue, DeviceChoice, DeviceReport, Understanding } from "../../../pkg/src/index";
import type { ChangeRun, Measured } from "../tasks/change/result";
import type { FinishedRun, GeneDetail } from "../tasks/on-off/result";
import type { OpenedModel, ReadTable } from "./opened";
import type { PlainError } from "../rpc/errors";
import type { View } from "./address";
import { cellName } from "../tasks/shared/cells";
import { isOfChange, isOfTracks } from "../../../pkg/src/card";
import type { Comparison } from "../compare/comparison";
import type { PrepareSession } from "../prepare/session";
import { type ChangeListing, FIRST_CHANGES } from "../tasks/change/order";
import { FIRST_LISTING, type Listing } from "../tasks/on-off/gene-order";
import type { Change } from "../explain/perturbation";
import { type Accepted, NOTHING_ACCEPTED, obstacle, preparationOf, samePreparation } from "./preparation";
import type { Activity } from "./working";
import type { Weights } from "../model/weights";

/** The opened model, and where it is from. */
export interface CurrentModel extends OpenedModel {
  /** Its name in the catalogue; absent for the user's own file. */
  readonly id?: string | undefined;
  /** Which of its files it is; absent for the user's own file. */
  readonly weights?: Weights | undefined;
}

/** The table that was read, and where it is from. */
export interface CurrentTable extends ReadTable {
  /** The example's name in the catalogue; absent for the user's own table. */
  readonly example?: string | undefined;
  /** Whether its values are simulated. */
  readonly simulated: boolean;
}

/** A finished run, and where its table is from. */
export interface CurrentRun extends FinishedRun {
  readonly table: CurrentTable;
}

/** A finished run of a model of a change, and where its tables are from. */
export interface CurrentChange extends ChangeRun {
  readonly tables: readonly [CurrentTable, CurrentTable];
}

/** A run that is kept to be compared. */
export interface KeptRun {
  /** What the worker calls it. */
  readonly id: number;
  /** What it is called in the comparison: "A". */
  readonly letter: string;
  readonly run: CurrentRun;
  /** How the table's values differ from those that its model was trained on, where nobody has seen that yet. */
  readonly deviations: readonly string[];
}

/** The gene that is looked at in the kept runs. */
export interface ComparedGene {
  /** Its position among the shared genes. */
  readonly index: number;
  /** What each kept run has of it, in their order; absent until the worker has answered. */
  readonly details?: readonly GeneDetail[] | undefined;
}

/** Changes of one gene's signal, as far as they were made. */
export interface Perturbation {
  readonly gene: string;
  /** Of the model that predicts what comes of them. */
  readonly sha256: string;
  readonly changes: readonly Change[];
}

/** Where a problem is shown. */
export type Place = "site" | "model" | "data" | "dataB" | "run" | "compare";

/** What the page knows at one moment. */
export interface State {
  readonly catalogue?: Catalogue | undefined;
  readonly model?: CurrentModel | undefined;
  readonly table?: CurrentTable | undefined;
  readonly understanding?: Understanding | undefined;
  readonly accepted: Accepted;
  /**
   * The table of the second cell type, for a model of a change, and what goes with it; that of the first is `table`.
   */
  readonly tableB?: CurrentTable | undefined;
  readonly understandingB?: Understanding | undefined;
  readonly acceptedB: Accepted;
  readonly choice: DeviceChoice;
  /** Which files are taken where the catalogue has a choice. */
  readonly weights: Weights;
  readonly device?: DeviceReport | undefined;
  /** The last finished run; it is either of these. */
  readonly run?: CurrentRun | undefined;
  readonly change?: CurrentChange | undefined;
  /** The gene that is looked at, by its position in the run. */
  readonly selected?: number | undefined;
  readonly gene?: GeneDetail | undefined;
  /** What the tables of genes, and of genes that change, list. */
  readonly listing: Listing;
  readonly changes: ChangeListing;
  /** |log2 fold change| above which genes are grouped by direction. */
  readonly threshold: number;
  /** Measured counts of the genes of a run of a model of a change. */
  readonly measured?: Measured | undefined;
  readonly perturbation?: Perturbation | undefined;
  /** What the user writes beside all this. */
  readonly notes: string;
  /** What an address, or a workspace, brought into view. */
  readonly brought?: { readonly view: View } | undefined;
  /** A workspace that was dropped or chosen. */
  readonly workspaceFile?: File | undefined;
  /** What an address asked for and could not be had, one sentence each. */
  readonly unmet: readonly string[];
  /** Runs kept to be compared. */
  readonly kept: readonly KeptRun[];
  /** Bytes that they hold in the worker. */
  readonly keptMemory: number;
  /** The last one that was removed, and its place: it can be put back. */
  readonly removed?: { readonly kept: KeptRun; readonly at: number } | undefined;
  /** The kept runs on the genes they share; absent for fewer than two. */
  readonly comparison?: Comparison | undefined;
  readonly comparedGene?: ComparedGene | undefined;
  /** Where a table is being made of signal files; it has a state of its own. */
  readonly preparing?: PrepareSession | undefined;
  /** What is going on: a model being opened, a device readied, a table read, a run, a run to compare with. */
  readonly opening?: Activity | undefined;
  readonly readying?: Activity | undefined;
  readonly reading?: Activity | undefined;
  readonly readingB?: Activity | undefined;
  readonly running?: Activity | undefined;
  readonly comparing?: Activity | undefined;
  /** How many files are looked at to tell what they are. */
  readonly lookedAt: number;
  readonly problems: { readonly [Where in Place]?: PlainError };
  /** The last thing that happened, for a screen reader. */
  readonly announcement: string;
}

/** As in figure 5 of Sekhon et al. 2018. */
export const PUBLISHED_THRESHOLD = 8;

/** Before anything. */
export const INITIAL: State = {
  accepted: NOTHING_ACCEPTED,
  acceptedB: NOTHING_ACCEPTED,
  choice: "auto",
  weights: "float16",
  listing: FIRST_LISTING,
  changes: FIRST_CHANGES,
  threshold: PUBLISHED_THRESHOLD,
  notes: "",
  unmet: [],
  kept: [],
  keptMemory: 0,
  lookedAt: 0,
  problems: {},
  announcement: "",
};

/** The most runs that are kept: a letter each, and a picture each side by side. */
export const MOST_KEPT = 8;

/** Whether the finished run is kept already. */
export function isKept({ run, kept }: State): boolean {
  return kept.some((each) => each.run === run);
}

/** "LSTM-α,β, K562", and the weights where they are int8: a model for a person. */
export function modelName({ card, file }: OpenedModel): string {
  return `${card.name || file}${card.dtype === "i8" ? " (int8)" : ""}`;
}

/** "LSTM-α,β, K562 on my.csv": a kept run for a person. */
export function runName({ model, table }: FinishedRun): string {
  return `${modelName(model)} on ${table.file}`;
}

/** Why nothing is run while files are told apart: it would be run on what they may replace. */
export const LOOKED_AT = "The file is being looked at.";

/** Why nothing can be run now, in a sentence; undefined if it can. */
export function whyNot(state: State): string | undefined {
  const { model, table, understanding, accepted, opening, reading, readingB, lookedAt } = state;
  if (opening) return "The model is being opened.";
  if (reading || readingB) return "The table is being read.";
  if (lookedAt > 0) return LOOKED_AT;
  if (!model) return "Choose a model first.";
  if (isOfTracks(model.card)) return "This model reads a sequence.";
  if (isOfChange(model.card)) return whyNotBoth(state, model.card);
  if (!table) return "Give it a table, or try the example.";
  if (!understanding) return "The table does not fit the model.";
  return obstacle(understanding, accepted)?.what;
}

/** The same of a model of a change, which takes two tables. */
function whyNotBoth(
  { table, tableB, understanding, understandingB, accepted, acceptedB }: State,
  card: CurrentModel["card"],
): string | undefined {
  if (!table && !tableB)
    return `Give it the tables of both cell types, ${cellName(card, "a")} and ${cellName(card, "b")}.`;
  if (!table || !tableB)
    return `Give it the table of ${cellName(card, table ? "b" : "a")} too: this model predicts the change from one cell type to the other.`;
  if (!understanding || !understandingB) return "The tables do not fit the model.";
  const [a, b] = [obstacle(understanding, accepted), obstacle(understandingB, acceptedB)];
  return a ? `A: ${a.what}` : b && `B: ${b.what}`;
}

/**
 * Whether a run would wait for the device: one that was chosen by name. While the fastest is looked for, the CPU
 * computes.
 */
export function waitsForDevice({ readying, choice }: State): boolean {
  return readying !== undefined && choice !== "auto";
}

/** Whether the finished run is of the model, the table and the preparation that are chosen now. */
export function isCurrent(state: State): boolean {
  const { run, model, table, understanding, accepted } = state;
  if (model && isOfChange(model.card)) return isCurrentChange(state);
  if (!run || !model || !table || !understanding) return false;
  return (
    run.model.sha256 === model.sha256 &&
    run.table === table &&
    samePreparation(run.preparation, preparationOf(understanding, accepted))
  );
}

function isCurrentChange({
  change,
  model,
  table,
  tableB,
  understanding,
  understandingB,
  accepted,
  acceptedB,
}: State): boolean {
  if (!change || !understanding || !understandingB) return false;
  const [a, b] = change.preparations;
  return (
    change.model.sha256 === model?.sha256 &&
    change.tables[0] === table &&
    change.tables[1] === tableB &&
    samePreparation(a, preparationOf(understanding, accepted)) &&
    samePreparation(b, preparationOf(understandingB, acceptedB))
  );
}
