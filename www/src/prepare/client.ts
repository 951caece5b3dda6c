/**
 * The page's side of the worker that makes tables. It is started with the first call; cancelled work that does not end
 * is ended with it.
 */

import type { CallOptions } from "../rpc/client";
import type { FromPrepare, PrepareCall, PrepareCalls, ToPrepare } from "./protocol";
import type { PlainError } from "../worker/protocol";
import { UNEXPECTED, WorkerError } from "../rpc/worker-error";

/** The parts of a `Worker` that are used; a test has its own. */
export interface PrepareWorker {
  postMessage(message: ToPrepare): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromPrepare>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Who makes tables, as the session sees it. */
export interface Preparer {
  call<Name extends PrepareCall>(
    name: Name,
    request: PrepareCalls[Name]["request"],
    options?: CallOptions,
  ): Promise<PrepareCalls[Name]["reply"]>;
}

/**
 * Milliseconds that cancelled work has to end: it looks up between windows, but not while it reads a file without an
 * index.
 */
const PATIENCE = 400;

const CANCELLED: PlainError = { name: "AbortError", code: "cancelled", message: "Making the table was cancelled." };

interface Waiting {
  resolve(reply: never): void;
  reject(error: WorkerError): void;
  onProgress: CallOptions["onProgress"];
  readonly send: () => void;
  cancelled: boolean;
}

/** Calls the worker. */
export class PrepareClient implements Preparer {
  #worker: PrepareWorker | undefined;
  #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor(private readonly start: () => PrepareWorker) {}

  /** Calls the worker. Rejects with a {@link WorkerError}. */
  call<Name extends PrepareCall>(
    name: Name,
    request: PrepareCalls[Name]["request"],
    { onProgress, signal }: CallOptions = {},
  ): Promise<PrepareCalls[Name]["reply"]> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.#cancel(id);
      const settled = (): void => {
        this.#waiting.delete(id);
        signal?.removeEventListener("abort", cancel);
      };
      const send = (): void => this.#port().postMessage({ kind: "call", id, name, request } as ToPrepare);
      this.#waiting.set(id, {
        resolve: (reply) => (settled(), resolve(reply)),
        reject: (error) => (settled(), reject(error)),
        onProgress,
        send,
        cancelled: false,
      });
      send();
      if (signal?.aborted) cancel();
      else signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  #port(): PrepareWorker {
    if (this.#worker) return this.#worker;
    const worker = this.start();
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = (event) => this.#die(event.message);
    return (this.#worker = worker);
  }

  #hear(message: FromPrepare): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if (message.kind === "progress") waiting.onProgress?.(message.progress);
    else if (message.kind === "reply") waiting.resolve(message.reply as never);
    else {
      waiting.reject(new WorkerError(message.error));
      // After a trap, out of memory for one, the engine cannot be used again.
      if (message.error.code === "engine-stopped") this.#restart();
    }
  }

  #cancel(id: number): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    waiting.cancelled = true;
    this.#worker?.postMessage({ kind: "cancel", id });
    setTimeout(() => this.#waiting.get(id) === waiting && this.#restart(), PATIENCE);
  }

  /** Ends the worker; what was cancelled is over, and what was not is asked again of a new one. */
  #restart(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.cancelled) waiting.reject(new WorkerError(CANCELLED));
      else waiting.send();
    }
  }

  /** The worker's script could not be loaded, or failed outside of any call. The next call starts another. */
  #die(message: string | undefined): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    const error = new WorkerError({
      name: "Error",
      code: UNEXPECTED,
      message: `What reads signal files stopped${message ? `: ${message}` : ""}.`,
      remedy: "Try again. If it happens again, check that the whole site is served, wasm files included.",
    });
    for (const waiting of [...this.#waiting.values()]) waiting.reject(error);
  }
}
