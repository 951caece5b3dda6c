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

/** Everything a worker needs: the compiled engine and the model's file. */
export interface Kit {
  readonly module: WebAssembly.Module;
  /** The worker itself reads a file slice by slice; only for models of tracks. */
  readonly bytes: Uint8Array | Blob;
  /** Checksums of the slices read so far. */
  readonly sums?: Sums | undefined;
  readonly file: string;
  /** Input of the model. */
  readonly reads: Reads;
  /** The form of a change, if it differs from the card's default. */
  readonly symmetric: boolean | undefined;
}

/** A batch of genes. */
export interface GeneBatch {
  readonly kind: "batch";
  /** [N, T, columns] */
  readonly values: Float32Array;
  /** Number of genes, N. */
  readonly genes: number;
}

/** One window of a sequence. */
export interface CodedWindow {
  readonly kind: "window";
  readonly codes: Uint8Array;
  readonly attention: boolean;
  /** True if only the attention is needed: the prediction may then be empty. */
  readonly alone?: boolean | undefined;
}

/** A window, and the ensemble member that predicts it. */
export interface MemberRequest {
  readonly kind: "member";
  readonly codes: Uint8Array;
  readonly attention: boolean;
  /** Index of the member, from 0. */
  readonly member: number;
}

/** A stretch of a window's bins, for the blocks before the dilated ones. */
export interface TowerRequest {
  readonly kind: "tower";
  /** The window. */
  readonly codes: Uint8Array;
  /** First bin, and end (excluded). */
  readonly first: number;
  readonly end: number;
}

/** Input of a layer of the context stage, for some of its bins. */
export interface RowsRequest {
  readonly kind: "rows";
  /** Values of all bins, [bins, channels]. */
  readonly values: Float32Array;
  readonly layer: number;
  /** First bin, and end (excluded). */
  readonly first: number;
  readonly end: number;
  readonly attention: boolean;
  /** True if only the attention is needed. */
  readonly alone: boolean;
}

/** Output of the context stage for some bins, from which tracks are predicted. */
export interface TracksRequest {
  readonly kind: "tracks";
  /** [bins, channels] */
  readonly values: Float32Array;
  readonly bins: number;
}

/** A window or a part of one. */
export type WindowRequest = CodedWindow | MemberRequest | TowerRequest | RowsRequest | TracksRequest;

/** Genes whose saliency is requested. */
export interface SaliencyBatch {
  readonly kind: "saliency";
  /** [N, T, M] */
  readonly values: Float32Array;
  readonly genes: number;
}

/** Genes whose scores are attributed to their values. */
export interface AttributionBatch {
  readonly kind: "attribution";
  /** [N, T, columns] */
  readonly values: Float32Array;
  readonly genes: number;
  readonly method: AttributionMethod;
  /** A contrast, or the values [T, columns] of a gene. */
  readonly baseline: Contrast | Float32Array;
}

/** Genes whose attention is compared between ensemble members. */
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
  /** Gene names, which seed the random orders, [N]. */
  readonly names: readonly string[];
  /** Planted marks, [N, T, columns], if known. */
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

/** Computes the answer to a request; `wanted` throws once the request is cancelled. */
export type Compute = (request: Request, wanted: () => void) => Promise<Answer>;

/** Messages to a worker; `start` comes first, and once. `stop` cancels all earlier requests, which get no answer. */
export type ToWorker =
  ({ readonly kind: "start" } & Kit) | (Request & { readonly id: number }) | { readonly kind: "stop" };

/**
 * Messages from a worker. `alive` names the lock that it holds until its end; `refused` reports a prediction that is
 * not a number, with the properties of its error; `failed` is the last message.
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
