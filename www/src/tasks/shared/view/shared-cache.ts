/** Resources that several elements share: created once, and released when the last user leaves. */

import type { OnProgress, Progress } from "../../../../../pkg/src/index";

/** Options for making a resource. */
export interface Making {
  /** Aborts when no user is left. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** A resource in use by one user. */
export interface Lease<T> {
  readonly value: Promise<T>;
  release(): void;
}

interface Entry {
  readonly value: Promise<unknown>;
  readonly abort: AbortController;
  readonly listeners: Set<OnProgress>;
  users: number;
}

/** Resources by key. */
export class SharedCache {
  readonly #entries = new Map<string, Entry>();

  /** Number of resources in it. */
  get size(): number {
    return this.#entries.size;
  }

  /** Takes the resource of this key; creates it if there is none. A failed one is created again at the next call. */
  take<T>(
    key: string,
    make: (making: Making) => Promise<T> | T,
    free: (value: T) => void = () => {},
    onProgress?: OnProgress,
  ): Lease<T> {
    const entry = this.#entries.get(key) ?? this.#put(key, make);
    entry.users++;
    if (onProgress) entry.listeners.add(onProgress);
    let isTaken = true;
    return {
      value: entry.value as Promise<T>,
      release: () => {
        if (!isTaken) return;
        isTaken = false;
        if (onProgress) entry.listeners.delete(onProgress);
        if (--entry.users > 0) return;
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
        entry.abort.abort();
        (entry.value as Promise<T>).then(free, () => {});
      },
    };
  }

  #put<T>(key: string, make: (making: Making) => Promise<T> | T): Entry {
    const listeners = new Set<OnProgress>();
    const abort = new AbortController();
    const onProgress = (progress: Progress): void => listeners.forEach((listener) => listener(progress));
    const value = Promise.resolve().then(() => make({ signal: abort.signal, onProgress }));
    const entry: Entry = { value, abort, listeners, users: 0 };
    this.#entries.set(key, entry);
    value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry;
  }
}

/** The resources that one view holds. */
export class Leases {
  readonly #leases: Lease<unknown>[] = [];
  readonly #once = new Map<string, Promise<unknown>>();
  #isOver = false;

  constructor(
    private readonly cache: SharedCache,
    private readonly onProgress: OnProgress,
  ) {}

  /** Takes a resource and holds it until all are released. */
  take<T>(key: string, make: (making: Making) => Promise<T> | T, free?: (value: T) => void): Promise<T> {
    const lease = this.cache.take(key, make, free, this.onProgress);
    // A cancelled view still reaches its next step, but takes nothing more.
    if (this.#isOver) lease.release();
    else this.#leases.push(lease);
    return lease.value;
  }

  /** The same, asked for only once: what was begun ahead and failed has failed. */
  once<T>(key: string, make: (making: Making) => Promise<T> | T, free?: (value: T) => void): Promise<T> {
    const begun = this.#once.get(key) ?? this.take(key, make, free);
    this.#once.set(key, begun);
    return begun as Promise<T>;
  }

  /** Releases all, the last first: a run before its model. */
  release(): void {
    this.#isOver = true;
    for (let lease = this.#leases.pop(); lease; lease = this.#leases.pop()) lease.release();
  }
}
