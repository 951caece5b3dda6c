/** Work that a caller waits for, so that background work can stay out of its way. */

/** Runs and reads that a caller waits for. */
export class Activity {
  #going = 0;
  #begun = 0;
  #idle: (() => void)[] = [];

  /** Number of pieces of work begun so far: if it is unchanged, nothing ran in between. */
  get begun(): number {
    return this.#begun;
  }

  /** Runs work that a caller waits for. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#going++;
    this.#begun++;
    try {
      return await work();
    } finally {
      if (--this.#going === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /**
   * Resolves when nothing has run for a while.
   *
   * @param pause Waits for that while.
   */
  async quiet(pause: () => Promise<void>): Promise<void> {
    for (;;) {
      while (this.#going > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
      const begun = this.#begun;
      await pause();
      if (this.#begun === begun) return;
    }
  }
}
