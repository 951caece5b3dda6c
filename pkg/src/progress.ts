/** Progress of a long piece of work. */
export interface Progress {
  /**
   * Stage of the work: `engine` fetches the wasm engine, `weights` fetches a model file, `check` compares GPU and CPU
   * in a self-test, `read` reads a file, `index` finds where the sequences of a genome are, `predict` runs the model,
   * `explain` asks what its predictions depend on, `optimise` looks for the input that it is most sure of, `mutate`
   * replaces bases, `prepare` makes a table of measured tracks, `write` writes a file.
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
  /** The file concerned, where there is one. */
  file?: string;
  /** Amount that is done, in `unit`. */
  done: number;
  /** Total amount, in `unit`; 0 where that is not known. */
  total: number;
  /** Unit that `done` and `total` count. */
  unit: "bytes" | "genes" | "steps" | "windows" | "bases" | "variants";
}

/** Called at each step of progress. It must not throw. */
export type OnProgress = (progress: Progress) => void;

/** Options that every long call takes. */
export interface WorkOptions {
  /** Called as the work goes on. */
  onProgress?: OnProgress | undefined;
  /** Cancels the work; the call then rejects with a `CancelledError`. */
  signal?: AbortSignal | undefined;
}

/**
 * Lets other tasks run: messages, timers, and so the cancellation that arrives by them.
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

/** Milliseconds that a thread computes before it lets others run. */
const PACE = 50;

/**
 * Returns the function that an engine calls between two steps of its work: it lets other tasks run now and then, and
 * ends the work by throwing what `check` throws. `check` hears how much is done, of 1, where the engine says so.
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
