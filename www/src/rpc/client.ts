/** The page's side of calls that a worker answers: promises, with progress and cancellation. */

import type { WorkOptions } from "../../../pkg/src/index";
import { whenEnded } from "../../../pkg/src/run/lifetime";
import { type PlainError, STOPPED, UNEXPECTED, WorkerError } from "./errors";
import type { Caller, FromWorker, Named, ToWorker } from "./rpc";

/** The parts of a `Worker` that are used; a test has its own. */
export interface WorkerPort<Calls extends Named<Calls>> {
  postMessage(message: ToWorker<Calls>): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Options of a worker's client. */
export interface ClientOptions<Notice> {
  /** Name of the worker where it fails as a whole: "The page's worker". */
  readonly what: string;
  /** Called with notices, which the worker sends unasked. */
  readonly onNotice?: (notice: Notice) => void;
  /**
   * Milliseconds in which cancelled work must end; after that the worker is ended. A worker with such a limit is
   * started with the first call, and again after it has failed; one without is started at once.
   */
  readonly patience?: number;
  /**
   * Called when a worker without such a limit has stopped, with why: all that was pending has failed, what the worker
   * had is gone, and the next call starts another. Without it the worker is started only once.
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
  /** True once the worker has answered: its script is there. */
  #hasAnswered = false;

  constructor(
    private readonly start: () => WorkerPort<Calls>,
    private readonly options: ClientOptions<Notice>,
  ) {
    if (options.patience === undefined) this.#started();
  }

  /** Returns true if a call is pending, apart from those named `but`. */
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
      // After a trap, out of memory for one, the engine cannot be used again.
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

  /** Ends a worker that has nothing to do; the next call starts another. */
  end(): void {
    if (this.#waiting.size === 0) this.#end();
  }

  #end(): void {
    this.#noLongerWait();
    if (this.#port) this.#port.onmessage = this.#port.onerror = null;
    this.#port?.terminate();
    this.#port = undefined;
  }

  /** The browser ended the worker, or had to: what is pending would wait for ever. */
  #ended(): void {
    const { what, patience, onStopped } = this.options;
    if (patience === undefined && !onStopped) return this.#fail("the browser ended it");
    this.#stopped({
      ...{ name: "EngineError", code: STOPPED, message: `${what} stopped: the browser ended it.` },
      remedy: "Try again; if it happens again, use less data: the browser may have run out of memory.",
    });
  }

  /** Ends the worker, and what is pending with it. */
  #stopped(problem: PlainError): void {
    this.#end();
    for (const waiting of [...this.#waiting.values()]) waiting.reject(new WorkerError(problem));
    this.options.onStopped?.(problem);
  }

  /** Ends the worker. Cancelled calls are over; the others are sent again to a new worker. */
  #restart(): void {
    this.#end();
    for (const waiting of [...this.#waiting.values()]) {
      if (waiting.cancelled)
        waiting.reject(new WorkerError({ name: "AbortError", code: "cancelled", message: "This was cancelled." }));
      else waiting.send();
    }
  }

  /** The worker's script could not be loaded, or failed outside of any call. */
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
