/** The page's side of calls to a worker: promises, with progress and cancellation. */

import type { WorkOptions } from "../../../pkg/src/index";
import { whenEnded } from "../../../pkg/src/run/lifetime";
import { type PlainError, STOPPED, UNEXPECTED, WorkerError } from "./errors";
import type { Caller, FromWorker, Named, ToWorker } from "./rpc";

/** The parts of a `Worker` that are used; a test provides its own. */
export interface WorkerPort<Calls extends Named<Calls>> {
  postMessage(message: ToWorker<Calls>): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Options of a worker's client. */
export interface ClientOptions<Notice> {
  /** Name of the worker for messages about its failure: "The page's worker". */
  readonly what: string;
  /** Receives notices, which the worker sends on its own initiative. */
  readonly onNotice?: (notice: Notice) => void;
  /**
   * Milliseconds that cancelled work has to stop, before the worker is terminated. A worker with this limit starts on
   * the first call, and restarts after a failure; one without it starts at once.
   */
  readonly patience?: number;
  /**
   * Called with the reason when a worker without this limit has stopped: pending calls have failed, the worker's state
   * is lost, and the next call starts a new worker. Without this callback the worker starts only once.
   */
  readonly onStopped?: (problem: PlainError) => void;
}

interface Waiting<Name> {
  readonly name: Name;
  readonly onProgress: WorkOptions["onProgress"];
  readonly send: () => void;
  resolve(reply: unknown): void;
  reject(error: WorkerError): void;
  cancelled: boolean;
}

/** The page's side of a worker. */
export class WorkerClient<Calls extends Named<Calls>, Notice = never> implements Caller<Calls> {
  readonly #waiting = new Map<number, Waiting<keyof Calls>>();
  #nextId = 1;
  #port: WorkerPort<Calls> | undefined;
  #noLongerWait = (): void => {};
  #dead: WorkerError | undefined;
  /** True once the worker has answered, so that its script has loaded. */
  #hasAnswered = false;

  constructor(
    private readonly start: () => WorkerPort<Calls>,
    private readonly options: ClientOptions<Notice>,
  ) {
    if (options.patience === undefined) this.#started();
  }

  /** Returns true if any call is pending, except those named in `but`. */
  busy(but: keyof Calls): boolean {
    return [...this.#waiting.values()].some(({ name }) => name !== but);
  }

  call<Name extends keyof Calls>(
    name: Name,
    request: Calls[Name]["request"],
    { onProgress, signal }: WorkOptions = {},
  ): Promise<Calls[Name]["reply"]> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.#cancel(id);
      const settled = (): void => {
        this.#waiting.delete(id);
        signal?.removeEventListener("abort", cancel);
      };
      const send = (): void => this.#started().postMessage({ kind: "call", id, name, request });
      this.#waiting.set(id, {
        ...{ name, onProgress, send, cancelled: false },
        resolve: (reply) => (settled(), resolve(reply as Calls[Name]["reply"])),
        reject: (error) => (settled(), reject(error)),
      });
      send();
      if (signal?.aborted) cancel();
      else signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  #started(): WorkerPort<Calls> {
    if (this.#port) return this.#port;
    const port = this.start();
    port.onmessage = ({ data }) => this.#hear(data);
    port.onerror = ({ message }) => this.#fail(message);
    return (this.#port = port);
  }

  #hear(message: FromWorker): void {
    this.#hasAnswered = true;
    if (message.kind === "alive") {
      this.#noLongerWait = whenEnded(message.lock, () => this.#ended());
      return;
    }
    if (message.kind === "notice") return this.options.onNotice?.(message.notice as Notice);
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if (message.kind === "progress") waiting.onProgress?.(message.progress);
    else if (message.kind === "reply") waiting.resolve(message.reply);
    else {
      waiting.reject(new WorkerError(message.error));
      // After a trap, such as out of memory, the engine cannot be used again.
      if (message.error.code !== STOPPED) return;
      if (this.options.patience !== undefined) this.#restart();
      else if (this.options.onStopped) this.#stopped(message.error);
    }
  }

  #cancel(id: number): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    waiting.cancelled = true;
    this.#port?.postMessage({ kind: "cancel", id });
    const { patience } = this.options;
    if (patience !== undefined) setTimeout(() => this.#waiting.get(id) === waiting && this.#restart(), patience);
  }

  /** Terminates an idle worker; the next call starts a new one. */
  end(): void {
    if (this.#waiting.size === 0) this.#end();
  }

  #end(): void {
    this.#noLongerWait();
    if (this.#port) this.#port.onmessage = this.#port.onerror = null;
    this.#port?.terminate();
    this.#port = undefined;
  }

  /** The worker was killed, by the browser or for lack of an answer: pending calls would wait for ever. */
  #ended(): void {
    const { what, patience, onStopped } = this.options;
    if (patience === undefined && !onStopped) return this.#fail("the browser ended it");
    this.#stopped({
      ...{ name: "EngineError", code: STOPPED, message: `${what} stopped: the browser ended it.` },
      remedy: "Try it again, with less data if it happens again: the browser may have had no memory for it.",
    });
  }

  /** Terminates the worker and rejects pending calls. */
  #stopped(problem: PlainError): void {
    this.#end();
    for (const waiting of [...this.#waiting.values()]) waiting.reject(new WorkerError(problem));
    this.options.onStopped?.(problem);
  }

  /** Terminates the worker. Cancelled calls end; the others are sent again to a new worker. */
  #restart(): void {
    this.#end();
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.cancelled)
        waiting.reject(new WorkerError({ name: "AbortError", code: "cancelled", message: "This was cancelled." }));
      else waiting.send();
    }
  }

  /** The worker's script failed to load, or failed outside of any call. */
  #fail(message: string | undefined): void {
    const { what, patience, onStopped } = this.options;
    if (patience === undefined && onStopped && this.#hasAnswered)
      return this.#stopped({
        ...{ name: "EngineError", code: STOPPED },
        message: `${what} stopped${message ? `: ${message}` : ""}.`,
      });
    const error = new WorkerError({
      name: "Error",
      code: UNEXPECTED,
      message: `${what} stopped${message ? `: ${message}` : ""}.`,
      remedy:
        `${patience === undefined ? "Reload the page" : "Try again"}. If it happens again, check that the whole ` +
        "site is served, wasm files included.",
    });
    if (patience === undefined) this.#dead = error;
    else this.#end();
    for (const waiting of [...this.#waiting.values()]) waiting.reject(error);
  }
}
