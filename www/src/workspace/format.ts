/** Contents of a workspace. */

import type { DeviceChoice } from "../../../pkg/src/index";
import type { Weights } from "../model/weights";
import type { View } from "../session/address";
import type { Preparation } from "../session/opened";

/** Version of the files that this page writes, and the newest that it reads. */
export const FORMAT_VERSION = 1;

/** A file by what is in it. */
export interface WorkspaceFile {
  readonly name: string;
  readonly bytes: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

/** A model by what is in its file. */
export interface WorkspaceModel extends WorkspaceFile {
  /** Its name on its card. */
  readonly title: string;
  /** Its name in the catalogue; absent for the user's own file. */
  readonly id?: string | undefined;
  readonly weights?: Weights | undefined;
  /** True or false where the form of a change was asked for, and the card does not decide. */
  readonly symmetric?: boolean | undefined;
}

/** Input of the model. */
export interface WorkspaceInput extends WorkspaceFile {
  /** Its role, as its task names it. */
  readonly role: string;
  /** The example of the catalogue that it belongs to; absent for the user's own file. */
  readonly example?: string | undefined;
  /** Pasted text. */
  readonly text?: string | undefined;
  /** Content that is in no file and is not text, in base64. */
  readonly base64?: string | undefined;
  /** True if its values are simulated, where it is no example. */
  readonly simulated?: boolean | undefined;
}

/** State of the page. */
export interface Workspace {
  /** The program that wrote it, with its version. */
  readonly program: string;
  /** When, ISO 8601. */
  readonly date: string;
  readonly device: DeviceChoice;
  readonly weights: Weights;
  readonly models: readonly WorkspaceModel[];
  readonly inputs: readonly WorkspaceInput[];
  /** The model that is open, by its place among the models. */
  readonly model?: number | undefined;
  /** The state of the results, as the model's task stores it. */
  readonly view: Stored;
  /** The part of the results that was looked at last, where that is known. */
  readonly part?: View | undefined;
  readonly kept: readonly StoredRun[];
  readonly notes: string;
}

/** The `view` of a workspace: `kind` names the task, which knows the rest. */
export interface Stored {
  readonly kind: string;
}

/** A kept run. Files are numbered by their place. */
export interface StoredRun {
  readonly model: number;
  readonly table: number;
  readonly preparation: Preparation;
  /** Its letter beside the others; absent in files of earlier versions, as is the gene. */
  readonly letter?: string | undefined;
  /** The gene that is looked at in all kept runs. */
  readonly gene?: string | undefined;
  /** The table of the second cell type, where the model reads two. */
  readonly b?: { readonly table: number; readonly preparation: Preparation } | undefined;
}
