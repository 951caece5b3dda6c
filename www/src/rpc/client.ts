/** The page's side of the worker: calls that return promises, with progress and cancellation. */

import type { DeviceReport, Progress } from "../../../pkg/src/index";
import type { CallName, Calls, FromWorker, ToWorker } from "../worker/protocol";
import { UNEXPECTED, WorkerError } from "./worker-error";

/** How a call reports and is cancelled. */
export interface CallOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The parts of a `Worker` that are used; a test has its own. */
export interface WorkerPort {
  postMessage(message: ToWorker): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

interface Waiting {
  readonly name: CallName;
  resolve(reply: never): void;
  reject(error: WorkerError): void;
  onProgress: CallOptions["onProgress"];
}

/** Calls the worker. */
export class WorkerClient {
  #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #dead: WorkerError | undefined;

  constructor(
    private readonly port: WorkerPort,
    private readonly onDevice: (device: DeviceReport) => void,
  ) {
    port.onmessage = ({ data }) => this.#hear(data);
    port.onerror = (event) => this.#die(event.message);
  }

  /** Whether the user waits for something; looking for the fastest device goes on beside everything else. */
  get busy(): boolean {
    return [...this.#waiting.values()].some(({ name }) => name !== "useDevice");
  }

  /** Calls the worker. Rejects with a {@link WorkerError}. */
  call<Name extends CallName>(
    name: Name,
    request: Calls[Name]["request"],
    { onProgress, signal }: CallOptions = {},
  ): Promise<Calls[Name]["reply"]> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.port.postMessage({ kind: "cancel", id });
      const settled = (): void => {
        this.#waiting.delete(id);
        signal?.removeEventListener("abort", cancel);
      };
      this.#waiting.set(id, {
        name,
        resolve: (reply) => (settled(), resolve(reply)),
        reject: (error) => (settled(), reject(error)),
        onProgress,
      });
      this.port.postMessage({ kind: "call", id, name, request } as ToWorker);
      if (signal?.aborted) cancel();
      else signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  #hear(message: FromWorker): void {
    if (message.kind === "device") return this.onDevice(message.device);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if (message.kind === "progress") waiting.onProgress?.(message.progress);
    else if (message.kind === "reply") waiting.resolve(message.reply as never);
    else waiting.reject(new WorkerError(message.error));
  }

  /** The worker's script could not be loaded, or failed outside of any call: nothing more will come. */
  #die(message: string | undefined): void {
    this.#dead = new WorkerError({
      name: "Error",
      code: UNEXPECTED,
      message: `The page's worker stopped${message ? `: ${message}` : ""}.`,
      remedy: "Reload the page. If it happens again, check that the whole site is served, wasm files included.",
    });
    for (const waiting of [...this.#waiting.values()]) waiting.reject(this.#dead);
  }
}
