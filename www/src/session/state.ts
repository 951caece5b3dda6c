/** State of the page, for any task. Never changed in place: each change is a new object. */

import type { Catalogue, DeviceChoice, DeviceReport } from "../../../pkg/src/index";
import type { Weights } from "../model/weights";
import type { View } from "./address";
import type { Intake } from "./intake";
import { askedForm, type OpenedModel } from "./opened";
import type { Activities } from "../rpc/working";

/** The open model, and its origin. */
export interface CurrentModel extends OpenedModel {
  /** Its id in the catalogue; absent for the user's own file. */
  readonly id?: string | undefined;
  /** The kind of weights in its file; absent for the user's own file. */
  readonly weights?: Weights | undefined;
}

/** Activities: opening a model, preparing a device. */
export type Part = "model" | "device";

/** Places for problems. The catalogue's are shown for the site. */
export type Place = Part | "site";

/** State of the page at one moment. */
export interface State extends Activities<Part, Place> {
  readonly catalogue?: Catalogue | undefined;
  readonly model?: CurrentModel | undefined;
  /** True during a run, when models and devices must not change. */
  readonly isRunning: boolean;
  readonly choice: DeviceChoice;
  /** Preferred kind of weights, if the catalogue has several. */
  readonly weights: Weights;
  readonly device?: DeviceReport | undefined;
  /** The user's notes beside the results. */
  readonly notes: string;
  /** View requested by an address or a workspace. */
  readonly brought?: { readonly view: View } | undefined;
  /** A workspace that was dropped or chosen. */
  readonly workspaceFile?: File | undefined;
  /** Weights trained elsewhere, to be converted to a model. */
  readonly foreign?: readonly File[] | undefined;
  /** Parts of an address that could not be opened, one sentence each. */
  readonly missing: readonly string[];
  /** Account of the files opened last. */
  readonly intake?: Intake | undefined;
  /** Number of files being identified. */
  readonly lookedAt: number;
  /** The latest event, for screen readers. */
  readonly announcement: string;
}

/** The initial state. */
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

/** Name of a model: "LSTM-α,β, K562", with the weights if they are int8, and the form if it is not the card's. */
export function modelName(model: OpenedModel): string {
  const { card, file } = model;
  const asked = askedForm(model);
  const form = asked === undefined ? "" : asked ? " (symmetric form)" : " (published form)";
  return `${card.name || file}${card.dtype === "i8" ? " (int8)" : ""}${form}`;
}

/** Reason why nothing can run now, in a sentence; undefined if there is none. */
export function whyNotYet({ doing, lookedAt }: State): string | undefined {
  if (doing.model) return "The model is being opened.";
  // It would be run on what the file may replace.
  return lookedAt > 0 ? "The file is being looked at." : undefined;
}

/**
 * Returns true if a run would wait for the device, i.e. one chosen by name. While `auto` measures, the CPU computes.
 */
export function waitsForDevice({ doing, choice }: State): boolean {
  return doing.device !== undefined && choice !== "auto";
}
