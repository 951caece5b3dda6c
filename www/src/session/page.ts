/** Interface of the page for its tasks. */

import type { CatalogueExample, CatalogueModel, DeviceReport } from "../../../pkg/src/index";
import type { Weights } from "../model/weights";
import type { PageWorker } from "../worker/calls";
import type { Correlations } from "./correlations";
import type { FileKind } from "./files";
import type { Filed } from "./intake";
import type { ModelRequest, OpenedModel } from "./opened";
import type { Part, State } from "./state";

/** Origin of an open model. */
export interface ModelOrigin {
  readonly request: ModelRequest;
  /** Its id in the catalogue, and its file there; absent for the user's own file. */
  readonly id?: string | undefined;
  readonly weights?: Weights | undefined;
}

/** Interface of the page for its tasks. */
export interface Page {
  readonly state: State;
  readonly worker: PageWorker;
  /** Pearson's correlations of displayed values. */
  readonly correlations: Correlations;
  /** Announces an event to screen readers. */
  announce(announcement: string): void;
  /** Updates the device, as reported by the worker or by a run. */
  hearDevice(device: DeviceReport): void;
  /** Reports that results of a task were replaced, which discards results of other tasks with the same input. */
  replaceResults(by: { readonly reads: FileKind }): void;
  /** The preferred file of a model in the catalogue. */
  fileOf(model: CatalogueModel): { request: ModelRequest; weights: Weights };
  /** Opens the file of the open model with these weights, and stores the preference if requested. */
  chooseWeights(weights: Weights, isRemembered?: boolean): Promise<void>;
  /** Reopens an earlier model, by its hash. */
  reopen(sha256: string): Promise<void>;
  /** The origin of a model that was opened. */
  originOf(model: OpenedModel): ModelOrigin | undefined;
  /** Records the origin of a model that a task opened in addition to the open one. */
  noteOrigin(model: OpenedModel, origin: ModelOrigin): void;
  /** The address of a site file, by its path relative to the catalogue. */
  siteFile(path: string): { readonly url: string; readonly file: string };
  /** Opens dropped or chosen files, by their content. */
  openFiles(files: readonly File[], cell?: "a" | "b"): Promise<void>;
  /** Shows the account of opened files. */
  say(files: readonly Filed[]): void;
  /** Opens pasted text. */
  openText(text: string): Promise<void>;
  /** Reads an example and runs it. */
  tryExample(example: CatalogueExample): Promise<void>;
  /** Removes a problem. */
  dismiss(part: Part): void;
}
