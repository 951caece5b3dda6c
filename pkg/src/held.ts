/**
 * Lifetime of objects in an engine's memory: they are freed once, after their last user. Use after that is reported as
 * an error of the caller, where the engine itself would trap.
 */

import { DisposedError } from "./errors.js";

declare global {
  // As in TypeScript's own `esnext.disposable`, which projects that use these types may not have enabled.
  interface SymbolConstructor {
    readonly dispose: unique symbol;
    readonly asyncDispose: unique symbol;
  }
}

/** `Symbol.dispose`, or in browsers without it the symbol that bundlers substitute. */
export const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");
/** The same for `Symbol.asyncDispose`. */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** An object in an engine's memory, which `using` and {@link free} release. */
export abstract class Freeable {
  /** Releases the memory; calling it again does nothing. Later use throws an error with the code `disposed`. */
  abstract free(): void;

  /** Releases the memory, for `using`. */
  [DISPOSE](): void {
    this.free();
  }
}

/** A handle that may be freed twice; later use throws an error with the code `disposed`. */
export type Held<Handle> = Handle & { [DISPOSE](): void };

/**
 * Wraps an engine's handle so that it may be freed twice.
 *
 * @param what Its name in errors.
 */
export function held<Handle extends { free(): void }>(handle: Handle, what: string): Held<Handle> {
  let freed = false;
  const free = (): void => {
    if (freed) return;
    freed = true;
    handle.free();
  };
  // An engine reads a handle's address as a property too.
  return new Proxy(handle, {
    get(target, key) {
      if (key === "free" || key === DISPOSE) return free;
      if (freed) throw new DisposedError(what);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  }) as Held<Handle>;
}

/** Lifetime of a model: ending it cancels running work, and then releases the memory. */
export class Life {
  readonly #end = new AbortController();
  #running = 0;
  #release: (() => void) | undefined;
  #told: (() => void)[] = [];

  constructor(private readonly what: string) {}

  /** Fires when the model is freed. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** @throws DisposedError after its end. */
  require(): void {
    if (this.signal.aborted) throw new DisposedError(this.what);
  }

  /** Runs work that needs the memory. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.require();
    this.#running++;
    try {
      return await work();
    } finally {
      if (--this.#running === 0) this.#over();
    }
  }

  /** Ends the lifetime; `release` is called once nothing runs. */
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
      // An engine that stopped has no memory to release.
    }
    for (const resolve of this.#told.splice(0)) resolve();
  }
}
