/** The page as its tasks see it. */

import type { CatalogueExample, CatalogueModel, DeviceReport } from "../../../pkg/src/index";
import type { Weights } from "./weights";
import type { PageWorker } from "../worker/calls";
import type { Correlations } from "./correlations";
import type { FileKind } from "./files";
import type { Filed } from "./intake";
import type { ModelRequest, OpenedModel } from "./opened";
import type { Part, State } from "./state";

/** Where an open model is from. */
export interface ModelOrigin {
  readonly request: ModelRequest;
  /** Its name in the catalogue, and which of its files it is; absent for the user's own file. */
  readonly id?: string | undefined;
  readonly weights?: Weights | undefined;
}

/** The page as its tasks see it. */
export interface Page {
  readonly state: State;
  readonly worker: PageWorker;
  /** Pearson's correlations of what is shown. */
  readonly correlations: Correlations;
  /** Says what happened, for a screen reader. */
  announce(announcement: string): void;
  /** Hears of the device: from the worker, or of a run. */
  hearDevice(device: DeviceReport): void;
  /** Says that results of a task were replaced: those of others that read the same are of no use any more. */
  replaceResults(by: { readonly reads: FileKind }): void;
  /** The file of a model of the catalogue that is taken. */
  fileOf(model: CatalogueModel): { request: ModelRequest; weights: Weights };
  /** Opens the file of the open model with these weights; they are remembered for the next visit, or not. */
  chooseWeights(weights: Weights, isRemembered?: boolean): Promise<void>;
  /** Opens a model again that was open before, by its hash. */
  reopen(sha256: string): Promise<void>;
  /** Where a model that was opened is from. */
  originOf(model: OpenedModel): ModelOrigin | undefined;
  /** Notes where a model is from that a task opened beside the open one. */
  noteOrigin(model: OpenedModel, origin: ModelOrigin): void;
  /** The address of a file of the site, by its path beside the catalogue. */
  siteFile(path: string): { readonly url: string; readonly file: string };
  /** Opens what was dropped or chosen, told apart by content. */
  openFiles(files: readonly File[], cell?: "a" | "b"): Promise<void>;
  /** Says what became of files that were given. */
  say(files: readonly Filed[]): void;
  /** Opens what the user pasted. */
  openText(text: string): Promise<void>;
  /** Reads an example and runs it. */
  tryExample(example: CatalogueExample): Promise<void>;
  /** Takes a problem away. */
  dismiss(part: Part): void;
}
