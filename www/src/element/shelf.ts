/** Things that several elements use at once: made once, and given back when the last of them goes. */

import type { OnProgress, Progress } from "../../../pkg/src/index";

/** How a thing is made. */
export interface Making {
  /** Aborts when nobody waits for it any more. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** A thing, taken by one user. */
export interface Taken<T> {
  readonly value: Promise<T>;
  release(): void;
}

interface Entry {
  readonly value: Promise<unknown>;
  readonly abort: AbortController;
  readonly listeners: Set<OnProgress>;
  users: number;
}

/** Things by key. */
export class Shelf {
  readonly #entries = new Map<string, Entry>();

  /** How many things stand there. */
  get size(): number {
    return this.#entries.size;
  }

  /** Takes what has the key; where nothing has, it is made. What failed is made again by the next who asks. */
  take<T>(
    key: string,
    make: (making: Making) => Promise<T> | T,
    free: (value: T) => void = () => {},
    onProgress?: OnProgress,
  ): Taken<T> {
    const entry = this.#entries.get(key) ?? this.#put(key, make);
    entry.users++;
    if (onProgress) entry.listeners.add(onProgress);
    let isHeld = true;
    return {
      value: entry.value as Promise<T>,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
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

/** The things that one view holds. */
export class Held {
  readonly #taken: Taken<unknown>[] = [];
  #isOver = false;

  constructor(
    private readonly shelf: Shelf,
    private readonly onProgress: OnProgress,
  ) {}

  /** Takes a thing, and holds it until all are released. */
  take<T>(key: string, make: (making: Making) => Promise<T> | T, free?: (value: T) => void): Promise<T> {
    const taken = this.shelf.take(key, make, free, this.onProgress);
    // Who was cancelled goes on to its next step, and takes nothing any more.
    if (this.#isOver) taken.release();
    else this.#taken.push(taken);
    return taken.value;
  }

  /** Gives all back, the last first: a run before its model. */
  release(): void {
    this.#isOver = true;
    for (let taken = this.#taken.pop(); taken; taken = this.#taken.pop()) taken.release();
  }
}
