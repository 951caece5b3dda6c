/** State of the page at one moment, whatever its models do. Never changed in place: each change is a new object. */

import type { Catalogue, DeviceChoice, DeviceReport } from "../../../pkg/src/index";
import type { Weights } from "./weights";
import type { View } from "./address";
import type { Intake } from "./intake";
import { askedForm, type OpenedModel } from "./opened";
import type { Activities } from "../rpc/async-state";

/** The opened model, and where it is from. */
export interface CurrentModel extends OpenedModel {
  /** Its name in the catalogue; absent for the user's own file. */
  readonly id?: string | undefined;
  /** Which of its files it is; absent for the user's own file. */
  readonly weights?: Weights | undefined;
}

/** Work that can go on: a model being opened, a device readied. */
export type Part = "model" | "device";

/** Where a problem is shown. The catalogue is the site's. */
export type Place = Part | "site";

/** State of the page at one moment. */
export interface State extends Activities<Part, Place> {
  readonly catalogue?: Catalogue | undefined;
  readonly model?: CurrentModel | undefined;
  /** True while a run is going on: models and devices stay as they are meanwhile. */
  readonly isRunning: boolean;
  readonly choice: DeviceChoice;
  /** Which files are taken where the catalogue has a choice. */
  readonly weights: Weights;
  readonly device?: DeviceReport | undefined;
  /** The user's notes beside the results. */
  readonly notes: string;
  /** View that an address, or a workspace, brought. */
  readonly brought?: { readonly view: View } | undefined;
  /** A workspace that was dropped or chosen. */
  readonly workspaceFile?: File | undefined;
  /** Weights that were trained elsewhere, of which a model is to be made. */
  readonly foreign?: readonly File[] | undefined;
  /** Requests of an address that could not be met, one sentence each. */
  readonly missing: readonly string[];
  /** Outcome of the files that were given last. */
  readonly intake?: Intake | undefined;
  /** Number of files that are being looked at to tell their kinds. */
  readonly lookedAt: number;
  /** The last thing that happened, for a screen reader. */
  readonly announcement: string;
}

/** Before anything. */
export const INITIAL: State = {
  isRunning: false,
  choice: "auto",
  weights: "float16",
  notes: "",
  missing: [],
  lookedAt: 0,
  doing: {},
  problems: {},
  announcement: "",
};

/** "LSTM-α,β, K562", the weights where they are int8, the form where it is not the card's: a model for a person. */
export function modelName(model: OpenedModel): string {
  const { card, file } = model;
  const asked = askedForm(model);
  const form = asked === undefined ? "" : asked ? " (symmetric form)" : " (published form)";
  return `${card.name || file}${card.dtype === "i8" ? " (int8)" : ""}${form}`;
}

/** Why nothing can be run now, whatever is to be run, in a sentence; undefined where nothing is in the way. */
export function whyNotYet({ doing, lookedAt }: State): string | undefined {
  if (doing.model) return "The model is being opened.";
  // It would be run on what the file may replace.
  return lookedAt > 0 ? "The file is being checked." : undefined;
}

/**
 * Returns true if a run would wait for the device: one that was chosen by name. While the fastest is looked for, the
 * CPU computes.
 */
export function waitsForDevice({ doing, choice }: State): boolean {
  return doing.device !== undefined && choice !== "auto";
}
