/** Something that is started once and shared by all callers. */

import { CancelledError, throwIfCancelled } from "../errors.js";
import type { OnProgress, WorkOptions } from "../progress.js";

/** Work that several callers wait for. Each may cancel its own wait; the work stops when no caller is left. */
export class Shared<T> {
  #work: Promise<T> | undefined;
  #stop = new AbortController();
  readonly #waiting = new Set<{ onProgress: OnProgress | undefined }>();

  /**
   * @param start Does the work. After a failure, the next caller starts it again.
   * @param what Name of the work in messages.
   */
  constructor(
    private readonly start: (options: WorkOptions) => Promise<T>,
    private readonly what: string,
  ) {}

  /** The result of the work; starts it if necessary. */
  async get({ signal, onProgress }: WorkOptions): Promise<T> {
    throwIfCancelled(signal, this.what);
    if (!this.#work || this.#stop.signal.aborted) this.#begin();
    const waiting = { onProgress };
    this.#waiting.add(waiting);
    let cancel = (): void => {};
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => reject(new CancelledError(this.what));
      signal?.addEventListener("abort", cancel, { once: true });
    });
    try {
      return await Promise.race([this.#work!, cancelled]);
    } finally {
      signal?.removeEventListener("abort", cancel);
      this.#waiting.delete(waiting);
      if (signal?.aborted && this.#waiting.size === 0) this.#stop.abort();
    }
  }

  #begin(): void {
    this.#stop = new AbortController();
    const options: WorkOptions = {
      signal: this.#stop.signal,
      onProgress: (progress) => {
        for (const { onProgress } of this.#waiting) onProgress?.(progress);
      },
    };
    // Work that finished before it could stop still counts.
    const work = this.#work?.catch(() => this.start(options)) ?? this.start(options);
    this.#work = work;
    work.catch(() => {
      if (this.#work === work) this.#work = undefined;
    });
  }
}
