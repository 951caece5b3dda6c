/** What the page knows at one moment. Never changed in place: each change is a new object. */

import type { Catalogue, DeviceChoice, DeviceReport, Progress, Understanding } from "../../../pkg/src/index";
import type { FinishedRun, GeneDetail, OpenedModel, PlainError, ReadTable } from "../worker/protocol";
import { type Accepted, NOTHING_ACCEPTED, obstacle, preparationOf, samePreparation } from "./preparation";

/** Something that is going on. */
export interface Activity {
  /** The file or thing it is about. */
  readonly name: string;
  /** When it began, by `performance.now()`. */
  readonly began: number;
  readonly progress?: Progress | undefined;
}

/** The opened model, and where it is from. */
export interface CurrentModel extends OpenedModel {
  /** Its name in the catalogue; absent for the user's own file. */
  readonly id?: string | undefined;
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

/** Where a problem is shown. */
export type Place = "site" | "model" | "data" | "run";

/** What the page knows at one moment. */
export interface State {
  readonly catalogue?: Catalogue | undefined;
  readonly model?: CurrentModel | undefined;
  readonly table?: CurrentTable | undefined;
  readonly understanding?: Understanding | undefined;
  readonly accepted: Accepted;
  readonly choice: DeviceChoice;
  readonly device?: DeviceReport | undefined;
  readonly run?: CurrentRun | undefined;
  /** The gene that is looked at, by its position in the run. */
  readonly selected?: number | undefined;
  readonly gene?: GeneDetail | undefined;
  /** What is going on: a model being opened, a device readied, a table read, a run. */
  readonly opening?: Activity | undefined;
  readonly readying?: Activity | undefined;
  readonly reading?: Activity | undefined;
  readonly running?: Activity | undefined;
  readonly problems: { readonly [Where in Place]?: PlainError };
  /** The last thing that happened, for a screen reader. */
  readonly announcement: string;
}

/** Before anything. */
export const INITIAL: State = { accepted: NOTHING_ACCEPTED, choice: "auto", problems: {}, announcement: "" };

/** Why nothing can be run now, in a sentence; undefined if it can. */
export function whyNot(state: State): string | undefined {
  const { model, table, understanding, accepted, opening, reading } = state;
  if (opening) return "The model is being opened.";
  if (reading) return "The table is being read.";
  if (!model) return "Choose a model first.";
  if (!table) return "Give it a table, or try the example.";
  if (!understanding) return "The table does not fit the model.";
  return obstacle(understanding, accepted)?.what;
}

/** Whether a run would wait for the device: one that was chosen by name. While the fastest is looked for, the CPU computes. */
export function waitsForDevice({ readying, choice }: State): boolean {
  return readying !== undefined && choice !== "auto";
}

/** Whether the finished run is of the model, the table and the preparation that are chosen now. */
export function isCurrent({ run, model, table, understanding, accepted }: State): boolean {
  if (!run || !model || !table || !understanding) return false;
  return (
    run.model.sha256 === model.sha256 &&
    run.table === table &&
    samePreparation(run.preparation, preparationOf(understanding, accepted))
  );
}
