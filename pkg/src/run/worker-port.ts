/** Messages between the calling thread and the workers that compute for it. */

import type { Outputs } from "../engine/trust.js";

/** What a worker needs: the compiled engine and the model's file. */
export interface Kit {
  readonly module: WebAssembly.Module;
  readonly bytes: Uint8Array;
  readonly file: string;
  /** Which kind of model it is. */
  readonly reads: "tables" | "sequences";
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
}

/** What a worker is to compute. */
export type Request = GeneBatch | CodedWindow;

/** To a worker; `start` comes first, and once. `stop` cancels all earlier requests: they get no answer. */
export type ToWorker =
  ({ readonly kind: "start" } & Kit) | (Request & { readonly id: number }) | { readonly kind: "stop" };

/** From a worker. `failed` is its last message. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly outputs: Outputs }
  | { readonly kind: "failed"; readonly message: string };

/** The parts of a `Worker` that are used; tests provide their own. */
export interface WorkerPort {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}
