/**
 * Waits for a GPU that may never answer.
 *
 * A lost device, or a trap inside an asynchronous wasm call, can leave a promise that never settles. Every wait on the
 * GPU therefore races the work against a device loss, the caller's signal and a time limit.
 */

import { CancelledError, EngineError } from "../errors.js";

/** Watches one GPU device. */
export class Guard {
  #lost: EngineError | undefined;
  #waiting = new Set<(reason: Error) => void>();

  /** Reason for the loss of the device; undefined while it works. */
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
   * @param limit Milliseconds after which the device counts as hung, and is treated as lost from then on.
   * @throws EngineError `device-lost` or `device-hung`; CancelledError; any error of `work`.
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

/** Time limit in milliseconds for `genes` genes on a GPU: generous enough for a software adapter on a busy machine. */
export function timeLimit(genes: number): number {
  return 60_000 + 500 * genes;
}
