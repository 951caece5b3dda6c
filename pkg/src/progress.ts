/** Progress of a long piece of work. */
export interface Progress {
  /**
   * Stage of the work: `engine` fetches the wasm engine, `weights` fetches a model file, `check` compares GPU and CPU
   * in a self-test, `read` reads a file, `index` builds an index of a genome, `predict` runs the model, `explain`
   * computes explanations, `optimise` runs class optimisation, `mutate` substitutes bases, `prepare` makes a table of
   * measured tracks, `write` writes a file.
   */
  stage:
    | "engine"
    | "weights"
    | "check"
    | "read"
    | "index"
    | "predict"
    | "explain"
    | "optimise"
    | "mutate"
    | "prepare"
    | "write";
  /** Name of the file, if the work concerns one. */
  file?: string;
  /** Amount done, in `unit`. */
  done: number;
  /** Total amount, in `unit`; 0 if unknown. */
  total: number;
  /** Unit of `done` and `total`. */
  unit: "bytes" | "genes" | "steps" | "windows" | "bases" | "variants";
}

/** Receives each update of progress. It must not throw. */
export type OnProgress = (progress: Progress) => void;

/** Options of every long call. */
export interface WorkOptions {
  /** Called repeatedly during the work. */
  onProgress?: OnProgress | undefined;
  /** Cancels the work; the call then rejects with a `CancelledError`. */
  signal?: AbortSignal | undefined;
}

/**
 * Lets other tasks run: messages, timers, and therefore cancellations that arrive by them.
 *
 * It uses a message channel because browsers delay nested timers by 4 ms or more.
 */
export function yieldToOthers(): Promise<void> {
  const immediate = (globalThis as { setImmediate?: (callback: () => void) => unknown }).setImmediate;
  if (immediate) return new Promise((resolve) => void immediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Milliseconds that a thread computes before it lets other tasks run. */
const PACE = 50;

/**
 * Returns the function that an engine calls between two steps of its work: it lets other tasks run from time to time,
 * and stops the work by throwing the error of `check`. `check` receives the fraction done, if the engine reports it.
 */
export function pacing(check: (share: number) => void): (done?: number, total?: number) => Promise<void> {
  let since = performance.now();
  return async (done = 0, total = 1) => {
    if (performance.now() - since > PACE) {
      await yieldToOthers();
      since = performance.now();
    }
    check(done / total);
  };
}
