/** Long work of the worker that must end before what it reads is given back. */

import type { WorkOptions } from "../../../pkg/src/index";

/** Work that goes on. */
export class Ongoing {
  readonly #working = new Map<AbortController, Promise<unknown>>();

  /** Ends all of it. */
  async stop(): Promise<void> {
    for (const controller of this.#working.keys()) controller.abort();
    await Promise.allSettled(this.#working.values());
  }

  /** Does work that {@link stop} can end. */
  async during<T>({ signal, onProgress }: WorkOptions, work: (options: WorkOptions) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const cancel = (): void => controller.abort();
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const done = work({ signal: controller.signal, onProgress });
    this.#working.set(controller, done);
    try {
      return await done;
    } finally {
      this.#working.delete(controller);
      signal?.removeEventListener("abort", cancel);
    }
  }
}
