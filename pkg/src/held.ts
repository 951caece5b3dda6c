/**
 * Life of what lies in an engine's memory: it ends once, after what still uses it, and a use after its end is an error
 * of the caller, where the engine itself would stop.
 */

import { DisposedError } from "./errors.js";

declare global {
  // As in TypeScript's own `esnext.disposable`, which not every project that reads these types has.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
}

/** Browsers without `Symbol.dispose` get the symbol that bundlers put in its place. */
export const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
/** The same of `Symbol.asyncDispose`. */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** Something in an engine's memory, which `using` and {@link free} release. */
export abstract class Freeable {
  /** Releases the memory; a second time does nothing. A use after this is an error with the code `disposed`. */
  abstract free(): void;

  /** The same, for `using`. */
  [DISPOSE](): void {
    this.free();
  }
}

/** A handle that may be freed twice, and whose use after that is an error with the code `disposed`. */
export type Held<Handle> = Handle & { [DISPOSE](): void };

/**
 * An engine's handle that may be freed twice.
 *
 * @param what Names it in errors.
 */
export function held<Handle extends { free(): void }>(handle: Handle, what: string): Held<Handle> {
  let freed = false;
  const free = (): void => {
    if (freed) return;
    freed = true;
    handle.free();
  };
  // An engine reads a handle's address as a property, too.
  return new Proxy(handle, {
    get(target, key) {
      if (key === "free" || key === DISPOSE) return free;
      if (freed) throw new DisposedError(what);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  }) as Held<Handle>;
}

/** The life of a model: its end cancels what runs, and memory is released after that. */
export class Life {
  readonly #end = new AbortController();
  #running = 0;
  #release: (() => void) | undefined;
  #told: (() => void)[] = [];

  constructor(private readonly what: string) {}

  /** Fires at its end. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** @throws DisposedError after its end. */
  require(): void {
    if (this.signal.aborted) throw new DisposedError(this.what);
  }

  /** Does work that needs the memory. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.require();
    this.#running++;
    try {
      return await work();
    } finally {
      if (--this.#running === 0) this.#over();
    }
  }

  /** Ends it; `release` is called once nothing runs. */
  end(release: () => void): void {
    if (this.signal.aborted) return;
    this.#release = release;
    this.#end.abort(new DisposedError(this.what));
    if (this.#running === 0) this.#over();
  }

  /** Resolves when the memory has been released. */
  async ended(): Promise<void> {
    if (this.#release) await new Promise<void>((resolve) => this.#told.push(resolve));
  }

  #over(): void {
    const release = this.#release;
    this.#release = undefined;
    try {
      release?.();
    } catch {
      // An engine that stopped has no memory to give back.
    }
    for (const resolve of this.#told.splice(0)) resolve();
  }
}
