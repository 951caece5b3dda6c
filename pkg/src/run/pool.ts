/**
 * Workers that compute for the calling thread, each with its own CPU engine. They share no memory, so that the host
 * needs no special headers.
 *
 * The engine is compiled once and sent to each worker. A worker holds one batch in progress and one in its queue, so
 * that it never idles while the calling thread is busy.
 */

import { engineFiles } from "../engine-files.js";
import { whenEnded } from "./lifetime.js";
import type { FromWorker, Kit, Request, WorkerPort } from "./worker-port.js";

/** A batch or a window to predict or explain. */
export interface Task<Output> {
  /** Milliseconds after which its worker counts as hung. */
  readonly limit: number;
  /** Makes the message to a worker, with copies to transfer. */
  request(): Request;
  /** Receives the result. */
  done(output: Output): void;
  /** Called if the task failed in a way that any other worker would too. */
  refuse(cause: unknown): void;
  /** Called if another worker must take over the task. */
  giveBack(): void;
}

/** Milliseconds of grace for an answer that has arrived: after a machine has slept, the time limit fires first. */
const HEARING = 1000;

/** Milliseconds that the calling thread waits for a worker to start. */
const PATIENCE = 10_000;

/** Batches per worker: one in progress, and one queued. */
const HELD = 2;

/** Default number of threads on the CPU: the number of cores, up to a limit. */
export function defaultThreads(): number {
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return Math.min(navigator?.hardwareConcurrency ?? 1, engineFiles.mostWorkers);
}

/** Workers of one model, started on first use. */
export class Pool<Output> {
  readonly #workers: PooledWorker<Output>[] = [];
  #freed = false;
  #lost = 0;
  #trouble = "";
  #news: (() => void)[] = [];

  /** @param size Number of workers. */
  constructor(
    private readonly start: () => WorkerPort,
    private readonly kit: Kit,
    private readonly size: number,
  ) {}

  /**
   * Number of threads that compute, or will once they are needed: the calling thread replaces one worker that was lost.
   */
  get threads(): number {
    return Math.min(this.size, this.size - this.#lost + 1);
  }

  /** Reason why workers failed to start or stopped, in a sentence; empty if there is none. */
  get trouble(): string {
    if (this.#lost === 0) return "";
    const whom = this.#lost < this.size ? `${this.#lost} of ${this.size} workers` : "The workers";
    return `${whom} could not be used (${this.#trouble}).`;
  }

  /** True if all workers are ready, so that the calling thread need not compute. */
  get complete(): boolean {
    return this.#workers.filter(({ ready }) => ready).length === this.size;
  }

  /** True if a worker is about to be ready. */
  get starting(): boolean {
    return this.#workers.some(({ starting }) => starting);
  }

  /** True if a worker is idle. */
  get idle(): boolean {
    return this.#workers.some(({ ready, held }) => ready && held === 0);
  }

  /** Starts workers until there are `useful` ones, or the pool is full. */
  wake(useful: number): void {
    while (!this.#freed && this.#workers.length < Math.min(useful, this.size))
      this.#workers.push(new PooledWorker(this.start, this.kit, this.#hear));
  }

  /** Waits for a worker, if one is starting. */
  async ready(): Promise<void> {
    this.wake(1);
    while (this.starting) await this.news();
  }

  /** Ends the workers and frees their memory, unless one is busy; they start again when needed. */
  rest(): void {
    if (this.#workers.every(({ ready, held }) => ready && held === 0))
      for (const worker of this.#workers.splice(0)) worker.end();
  }

  /** Gives `task` to the worker with the fewest batches; returns false if none can take more. */
  take(task: Task<Output>): boolean {
    const [worker] = this.#workers.filter(({ ready, held }) => ready && held < HELD).sort((a, b) => a.held - b.held);
    return worker?.take(task) ?? false;
  }

  /** Takes back one of `tasks` that is queued behind another batch; undefined if there is none. */
  takeBack(tasks: ReadonlySet<Task<Output>>): Task<Output> | undefined {
    for (const worker of this.#workers) {
      const task = worker.takeBack(tasks);
      if (task) return task;
    }
    return undefined;
  }

  /** Cancels `tasks`: workers that compute their windows stop. */
  abandon(tasks: ReadonlySet<Task<Output>>): void {
    for (const worker of this.#workers) worker.abandon(tasks);
  }

  /** Resolves when a worker becomes ready, finishes a batch, or is lost. */
  news(): Promise<void> {
    return new Promise((resolve) => this.#news.push(resolve));
  }

  /** Ends the workers and returns their tasks. */
  free(): void {
    this.#freed = true;
    for (const worker of this.#workers) worker.end();
    this.#hear();
  }

  #hear = (trouble?: string): void => {
    if (trouble !== undefined) {
      this.#lost++;
      this.#trouble ||= trouble;
    }
    for (const resolve of this.#news.splice(0)) resolve();
  };
}

/** A copy whose memory the worker can release, if the browser supports that: garbage collection may take long. */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
  const copy = new Uint8Array(new Resizable(bytes.length, { maxByteLength: bytes.length }));
  copy.set(bytes);
  return copy;
}

/** One worker, and the tasks it holds. */
class PooledWorker<Output> {
  ready = false;
  /** True until it is ready. */
  starting = true;
  #ended = false;
  readonly #port: WorkerPort | undefined;
  readonly #tasks = new Map<number, Task<Output>>();
  #next = 0;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #noLongerWait = (): void => {};

  /** @param hear Called on every change, with the reason if the worker is lost. */
  constructor(
    start: () => WorkerPort,
    kit: Kit,
    private readonly hear: (trouble?: string) => void,
  ) {
    try {
      const port = (this.#port = start());
      port.onmessage = ({ data }) => this.#receive(data);
      port.onerror = (event) => {
        event.preventDefault?.();
        this.#lose(event.message || "its script could not be loaded");
      };
      port.onmessageerror = () => this.#lose("it could not read a message");
      this.#watch = setTimeout(() => {
        this.starting = false;
        this.hear();
      }, PATIENCE);
      const bytes = kit.bytes instanceof Blob ? kit.bytes : copyOf(kit.bytes);
      port.postMessage({ kind: "start", ...kit, bytes }, bytes instanceof Blob ? [] : [bytes.buffer]);
    } catch (cause) {
      this.#lose(cause instanceof Error ? cause.message : String(cause));
    }
  }

  /** Number of tasks that it holds. */
  get held(): number {
    return this.#tasks.size;
  }

  take(task: Task<Output>): boolean {
    const id = this.#next++;
    const request = task.request();
    this.#tasks.set(id, task);
    this.#port?.postMessage({ ...request, id }, [("codes" in request ? request.codes : request.values).buffer]);
    this.#expectAnswer(task);
    return true;
  }

  /** The last of `tasks` that it holds, unless that one is in progress. Its answer will be ignored. */
  takeBack(tasks: ReadonlySet<Task<Output>>): Task<Output> | undefined {
    if (this.#tasks.size < 2) return undefined;
    const [id, task] = [...this.#tasks].at(-1)!;
    if (!tasks.has(task)) return undefined;
    this.#tasks.delete(id);
    return task;
  }

  /**
   * Stops the worker if it holds only `tasks`. Otherwise it continues, and answers to cancelled tasks are ignored.
   */
  abandon(tasks: ReadonlySet<Task<Output>>): void {
    const held = [...this.#tasks];
    const ours = held.filter(([, task]) => tasks.has(task));
    if (ours.length === 0) return;
    for (const [id] of ours) this.#tasks.delete(id);
    if (ours.length === held.length) this.#port?.postMessage({ kind: "stop" });
    this.#expectAnswer(this.#tasks.values().next().value);
  }

  /** Ends the worker, and gives back its tasks. */
  end(): void {
    clearTimeout(this.#watch);
    this.#noLongerWait();
    this.#ended = true;
    this.ready = this.starting = false;
    this.#port?.terminate();
    const tasks = [...this.#tasks.values()];
    this.#tasks.clear();
    // In reverse, so that the first of them is the next to run.
    for (const task of tasks.reverse()) task.giveBack();
  }

  #receive(message: FromWorker): void {
    if (this.#ended) return;
    if (message.kind === "failed") return this.#lose(message.message);
    if (message.kind === "alive") {
      this.#noLongerWait = whenEnded(message.lock, () => this.#lose("the browser ended it"));
      return;
    }
    if (message.kind === "ready") {
      clearTimeout(this.#watch);
      this.ready = true;
      this.starting = false;
    } else {
      const task = this.#tasks.get(message.id);
      this.#tasks.delete(message.id);
      this.#expectAnswer(this.#tasks.values().next().value);
      // The output has the type that the task requested.
      if (message.kind === "done") task?.done(message.outputs as Output);
      else task?.refuse(Object.assign(new Error(message.message), message.details));
    }
    this.hear();
  }

  /** Starts the time limit: a worker that hangs sends nothing, nor may one that the browser ended. */
  #expectAnswer(task: Task<Output> | undefined): void {
    clearTimeout(this.#watch);
    const giveUp = (): void => this.#lose("it stopped answering");
    if (task) this.#watch = setTimeout(() => (this.#watch = setTimeout(giveUp, HEARING)), task.limit);
  }

  #lose(why: string): void {
    if (this.#ended) return;
    this.end();
    this.hear(why.replace(/\.$/, ""));
  }
}
