/** Messages between the calling thread and the workers that compute for it. */

import type {
  AttributionMethod,
  Contrast,
  EngineAttributions,
  EngineDeletion,
  EngineDeletionOptions,
  Reads,
} from "../engine/engine.js";
import type { EngineAttentionSpread } from "../engine/members.js";
import type { Outputs } from "../engine/trust.js";
import type { Sums } from "../io/model-bytes.js";

/** Kit of a worker: the compiled engine and the model's file. */
export interface Kit {
  readonly module: WebAssembly.Module;
  /** A file is read by the worker itself, slice by slice; of models of tracks alone. */
  readonly bytes: Uint8Array | Blob;
  /** Check sums of what was read of a file. */
  readonly sums?: Sums | undefined;
  readonly file: string;
  /** Which kind of model it is. */
  readonly reads: Reads;
  /** The form of a change, where another than the card's default was asked for. */
  readonly symmetric: boolean | undefined;
}

/** A batch of genes. */
export interface GeneBatch {
  readonly kind: "batch";
  /** [N, T, columns] */
  readonly values: Float32Array;
  /** N. */
  readonly genes: number;
}

/** One window of a sequence. */
export interface CodedWindow {
  readonly kind: "window";
  readonly codes: Uint8Array;
  readonly attention: boolean;
  /** True if the attention alone is wanted: then a prediction may be empty. */
  readonly alone?: boolean | undefined;
}

/** A window, and the member of an ensemble whose prediction is wanted. */
export interface MemberRequest {
  readonly kind: "member";
  readonly codes: Uint8Array;
  readonly attention: boolean;
  /** Its place among the members, from 0. */
  readonly member: number;
}

/** A stretch of a window's bins, for which the blocks before the dilated ones are wanted. */
export interface TowerRequest {
  readonly kind: "tower";
  /** The window. */
  readonly codes: Uint8Array;
  /** The first bin, and the one behind the last. */
  readonly first: number;
  readonly end: number;
}

/** Input of a layer of the context stage, some bins of which are wanted. */
export interface RowsRequest {
  readonly kind: "rows";
  /** Values of all bins, [bins, channels]. */
  readonly values: Float32Array;
  readonly layer: number;
  /** The first bin, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  readonly attention: boolean;
  /** True if the attention alone is wanted. */
  readonly alone: boolean;
}

/** Output of the context stage for some bins, whose tracks are wanted. */
export interface TracksRequest {
  readonly kind: "tracks";
  /** [bins, channels] */
  readonly values: Float32Array;
  readonly bins: number;
}

/** A window, or a part of one. */
export type WindowRequest = CodedWindow | MemberRequest | TowerRequest | RowsRequest | TracksRequest;

/** Genes whose scores' slopes are asked for. */
export interface SaliencyBatch {
  readonly kind: "saliency";
  /** [N, T, M] */
  readonly values: Float32Array;
  readonly genes: number;
}

/** Genes whose scores are shared out among their values. */
export interface AttributionBatch {
  readonly kind: "attribution";
  /** [N, T, columns] */
  readonly values: Float32Array;
  readonly genes: number;
  readonly method: AttributionMethod;
  /** A contrast, or the values [T, columns] of a gene. */
  readonly baseline: Contrast | Float32Array;
}

/** Genes whose attention is compared between the members of an ensemble. */
export interface AttentionSpreadBatch {
  readonly kind: "attention-spread";
  /** [N, T, columns] */
  readonly values: Float32Array;
  readonly genes: number;
}

/** Genes whose bins are removed. */
export interface DeletionBatch {
  readonly kind: "deletion";
  /** [N, T, columns] */
  readonly values: Float32Array;
  /** By which random orders are drawn, [N]. */
  readonly names: readonly string[];
  /** Truth planted in them, [N, T, columns]; where that is known. */
  readonly planted?: Uint8Array | undefined;
  readonly options: EngineDeletionOptions;
}

/** Requests for explanations of genes, and their results. */
export interface Explaining {
  readonly saliency: { readonly request: SaliencyBatch; readonly found: { readonly values: Float32Array } };
  readonly attribution: { readonly request: AttributionBatch; readonly found: EngineAttributions };
  readonly "attention-spread": { readonly request: AttentionSpreadBatch; readonly found: EngineAttentionSpread };
  readonly deletion: { readonly request: DeletionBatch; readonly found: EngineDeletion };
}

/** Genes to explain. */
export type ExplainRequest = Explaining[keyof Explaining]["request"];

/** Request to a worker. */
export type Request = GeneBatch | WindowRequest | ExplainRequest;

/** Result of a request. */
export type Answer = Outputs | Explaining[keyof Explaining]["found"];

/** Computes what is asked of a model; `wanted` throws once nobody waits for it. */
export type Compute = (request: Request, wanted: () => void) => Promise<Answer>;

/** To a worker; `start` comes first, and once. `stop` cancels all earlier requests: they get no answer. */
export type ToWorker =
  ({ readonly kind: "start" } & Kit) | (Request & { readonly id: number }) | { readonly kind: "stop" };

/**
 * From a worker. `alive` names the lock that it holds until its end; `refused` is of a prediction that is no number,
 * with what its error has beside the message; `failed` is its last message.
 */
export type FromWorker =
  | { readonly kind: "alive"; readonly lock: string }
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly outputs: Answer }
  | { readonly kind: "refused"; readonly id: number; readonly message: string; readonly details: object }
  | { readonly kind: "failed"; readonly message: string };

/** The parts of a `Worker` that are used; tests provide their own. */
export interface WorkerPort {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}
