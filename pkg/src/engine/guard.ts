/**
 * Waits for a GPU without trusting it to answer.
 *
 * A lost device, or a trap inside an asynchronous wasm call, can leave a promise that never settles. Every wait on the
 * GPU is therefore a race between the work, the news of a loss, the caller's signal and a time limit.
 */

import { CancelledError, EngineError } from "../errors.js";

/** Watches one GPU device. */
export class Guard {
  #lost: EngineError | undefined;
  #waiting = new Set<(reason: Error) => void>();

  /** Why the device is gone; undefined while it is there. */
  get lost(): EngineError | undefined {
    return this.#lost;
  }

  /** Reports that the device is lost: all waits end, and no new one begins. */
  readonly lose = (message: string): void => {
    if (this.#lost) return;
    this.#lost = new EngineError(`the WebGPU device was lost (${message})`, { code: "device-lost" });
    for (const reject of this.#waiting) reject(this.#lost);
    this.#waiting.clear();
  };

  /**
   * Waits for `work`.
   *
   * @param limit Milliseconds after which the device is taken to be hung, and is lost from then on.
   * @throws EngineError `device-lost` or `device-hung`; CancelledError; whatever `work` throws.
   */
  async wait<T>(work: () => Promise<T>, limit: number, signal?: AbortSignal): Promise<T> {
    if (this.#lost) throw this.#lost;
    if (signal?.aborted) throw new CancelledError("The run");
    let stop = (): void => {};
    const interruption = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => {
        reject(
          new EngineError(`the WebGPU device did not answer within ${Math.round(limit / 1000)} seconds`, {
            code: "device-hung",
          }),
        );
        this.lose("it stopped answering");
      }, limit);
      const cancel = (): void => reject(new CancelledError("The run"));
      this.#waiting.add(reject);
      signal?.addEventListener("abort", cancel, { once: true });
      stop = () => {
        clearTimeout(timer);
        this.#waiting.delete(reject);
        signal?.removeEventListener("abort", cancel);
      };
    });
    try {
      return await Promise.race([work(), interruption]);
    } finally {
      stop();
    }
  }
}

/** Milliseconds that a GPU may take for `genes` genes: generous enough for a software adapter on a busy machine. */
export function timeLimit(genes: number): number {
  return 60_000 + 500 * genes;
}
