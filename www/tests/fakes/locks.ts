/** The locks of a browser, as far as workers need them: whoever asks for a lock gets it when its holder is gone. */

export class FakeLocks {
  readonly #held = new Set<string>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** Puts these in the place of the browser's; what is returned takes them away again. */
  install(): () => void {
    const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
    Object.defineProperty(globalThis, "navigator", { value: { locks: this }, configurable: true });
    return () => {
      if (before) Object.defineProperty(globalThis, "navigator", before);
      else Reflect.deleteProperty(globalThis, "navigator");
    };
  }

  get names(): readonly string[] {
    return [...this.#held];
  }

  async request(name: string, { signal }: { readonly signal?: AbortSignal }, held: () => unknown): Promise<unknown> {
    // As between threads, no answer comes before whoever asked has gone on.
    await undefined;
    while (this.#held.has(name))
      await new Promise<void>((go, refuse) => {
        this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), go]);
        signal?.addEventListener("abort", () => refuse(signal.reason), { once: true });
      });
    this.#held.add(name);
    return Promise.resolve(held()).finally(() => this.end(name));
  }

  /** The thread that holds a lock is killed. */
  end(name: string): void {
    this.#held.delete(name);
    for (const go of this.#waiting.get(name)?.splice(0) ?? []) go();
  }
}
