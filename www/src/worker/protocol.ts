/**
 * What the page and its worker say to each other.
 *
 * The page calls by name and gets progress, then a reply or a failure. Big arrays are moved, not copied. Tables, models
 * and attention maps stay in the worker; the page gets what it shows.
 */

import type { RegulensProblem } from "../../../pkg/src/element";
import type {
  AttentionMeans,
  Attends,
  Catalogue,
  DeviceChoice,
  DeviceReport,
  ModelCard,
  Progress,
  TableLayout,
  TrackShape,
  Understanding,
} from "../../../pkg/src/index";
import type { Cell, ChangeCalls } from "../tasks/change/protocol";
import type { ExplainCalls } from "../explain/protocol";
import type { ExportCalls } from "../standalone/protocol";
import type { TrackCalls } from "../tasks/tracks/protocol";

/** A model to open: one of the catalogue, whose hash is known, or the user's own file. */
export type ModelRequest =
  | { readonly url: string; readonly file: string; readonly sha256: string }
  | { readonly blob: Blob; readonly file: string; readonly sha256?: string | undefined };

/** A table to read: the user's own file or text, or one of the catalogue. */
export type TableRequest =
  { readonly blob: Blob; readonly file: string } | { readonly url: string; readonly file: string };

/** A model that was opened. */
export interface OpenedModel {
  readonly card: ModelCard;
  readonly file: string;
  readonly sha256: string;
  /** Whether the hash is the one in the catalogue. */
  readonly verified: boolean;
  /** What its variant attends to; nothing that tables have for a model of tracks. */
  readonly attends: Attends;
  /** Sizes of a model of tracks along a sequence. */
  readonly shape?: TrackShape | undefined;
}

/** A table that was read. */
export interface ReadTable {
  readonly file: string;
  readonly layout: TableLayout;
  /** [N] */
  readonly genes: readonly string[];
  readonly marks: readonly string[];
  readonly bins: number;
  readonly notes: readonly string[];
  /** 1 = on, [N]. */
  readonly labels: Uint8Array | undefined;
}

/** What is done to a table before the model sees it. */
export interface Preparation {
  /** Bins to keep, from 1, inclusive. */
  readonly selectBins?: readonly [number, number] | undefined;
  /** Factor by mark. */
  readonly scale?: Readonly<Record<string, number>> | undefined;
}

/** A finished run. N genes, M marks in the model's order, T bins. */
export interface FinishedRun {
  readonly model: OpenedModel;
  readonly table: ReadTable;
  readonly preparation: Preparation;
  readonly device: DeviceReport;
  /** How many genes WebGPU ran; the CPU ran the others. */
  readonly genesOnGpu: number;
  readonly seconds: number;
  /** When it was finished, ISO 8601. */
  readonly date: string;
  /** What ran it, with its version. */
  readonly program: string;
  readonly marks: readonly string[];
  /** What each row of α is about: the marks, "all marks" alone, or nothing. */
  readonly rows: readonly string[];
  readonly bins: number;
  /** [N] */
  readonly probability: Float32Array;
  /** [N] */
  readonly logit: Float32Array;
  /** [N, M]; empty where there is no β. */
  readonly beta: Float32Array;
  /** The bin, from 0, with the highest α of the mark with the highest β, [N]; empty where there is no α. */
  readonly topBin: Uint16Array;
  /** The position of that mark among `rows`, [N]; empty where there is no α. */
  readonly topRow: Uint8Array;
  /** How many genes are predicted on. */
  readonly genesOn: number;
  /** Absent where there is no α. */
  readonly summary: AttentionMeans | undefined;
  /** Area under the ROC curve; absent where the table has no labels, or only one kind of them. */
  readonly auroc: number | undefined;
}

/** A run that the worker keeps to compare it with others. */
export interface Kept {
  /** What the run is called in later calls. */
  readonly id: number;
  /** Bytes that all kept runs hold in the worker: their attention and their tables. */
  readonly memory: number;
}

/** A model that was run on the table of the finished run, and kept. */
export interface ComparedRun extends Kept {
  readonly run: FinishedRun;
  /** How the table's values differ from those that this model was trained on, for a user. */
  readonly deviations: readonly string[];
}

/** What is shown of one gene of a run. */
export interface GeneDetail {
  readonly index: number;
  /** What the model saw, [T, M]: as in the table, with bins selected and values scaled. */
  readonly signal: Float32Array;
  /** [rows, T] */
  readonly alpha: Float32Array;
}

/** An error in a form that survives the way between worker and page. */
export type PlainError = RegulensProblem;

/** What can be called, with what, and what comes back. */
export interface Calls extends ExplainCalls, ChangeCalls, TrackCalls, ExportCalls {
  /** Fetches the catalogue. */
  catalogue: { request: { readonly url: string }; reply: Catalogue };
  /** Opens a model in place of the one before. */
  openModel: { request: { readonly model: ModelRequest }; reply: OpenedModel };
  /** Readies a device for the model. */
  useDevice: { request: { readonly choice: DeviceChoice }; reply: DeviceReport };
  /** Reads a table in place of the one before; of a second cell type, for a model of a change, where `cell` says so. */
  readTable: { request: { readonly table: TableRequest; readonly cell?: Cell }; reply: ReadTable };
  /** What the model makes of the table, or of that of the second cell type. */
  understand: { request: { readonly cell?: Cell }; reply: Understanding };
  /** Runs the model on the table. */
  predict: { request: { readonly preparation: Preparation }; reply: FinishedRun };
  /** One gene of the last finished run, or of a kept one. */
  gene: { request: { readonly index: number; readonly kept?: number }; reply: GeneDetail };
  /** Keeps the last finished run. */
  keep: { request: Record<string, never>; reply: Kept };
  /** Forgets a kept run. */
  release: { request: { readonly id: number }; reply: Omit<Kept, "id"> };
  /**
   * Runs another model on the table of the last finished run, prepared as it was, and keeps what came of it; the opened
   * model stays.
   */
  compareWith: { request: { readonly model: ModelRequest; readonly device: DeviceReport["kind"] }; reply: ComparedRun };
  /** The predictions of the last finished run as a file. */
  predictionsFile: { request: Record<string, never>; reply: Blob };
}

/** Bytes that kept runs may hold together: what a tab of a machine with little memory can spare. */
export const KEPT_LIMIT = 400e6;

/** A name of {@link Calls}. */
export type CallName = keyof Calls;

/** From the page to the worker. */
export type ToWorker =
  | {
      [Name in CallName]: {
        readonly kind: "call";
        readonly id: number;
        readonly name: Name;
        readonly request: Calls[Name]["request"];
      };
    }[CallName]
  | { readonly kind: "cancel"; readonly id: number };

/** From the worker to the page. */
export type FromWorker =
  | { readonly kind: "reply"; readonly id: number; readonly reply: Calls[CallName]["reply"] }
  | { readonly kind: "failure"; readonly id: number; readonly error: PlainError }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | { readonly kind: "device"; readonly device: DeviceReport };
