/**
 * States that components follow, and long tasks: each shows its progress, can be cancelled, and has its own place for
 * errors.
 */

import type { Progress, WorkOptions } from "../../../pkg/src";
import { isCancelled, type PlainError, plainOf } from "./errors";

/**
 * Holds a state and tells who listens when it is another. The state is never changed in place: each change is a new
 * object.
 */
export abstract class Observable<State extends object> {
  #state: State;
  readonly #listeners = new Set<(state: State) => void>();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  /** Calls `listener` after each change; returns what ends that. */
  subscribe(listener: (state: State) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes a part of the state. */
  set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** Something that is going on. */
export interface Activity {
  /** The file or thing it is about. */
  readonly name: string;
  /** When it began, by `performance.now()`. */
  readonly began: number;
  readonly progress?: Progress | undefined;
}

/** Parts of a state that take time, and the places where their problems are shown. */
export interface Activities<Part extends string, Place extends string = Part> {
  readonly doing: { readonly [Name in Part]?: Activity | undefined };
  readonly problems: { readonly [Name in Place]?: PlainError | undefined };
}

/**
 * A state of which parts take time. A later piece of work on a part ends the earlier; what goes wrong with it is shown
 * in a place. A state that is no {@link Activities} says in `doing` and `problem` where it has both.
 */
export abstract class AsyncState<Part, State extends object, Place = Part> extends Observable<State> {
  readonly #working = new Map<Part, AbortController>();

  /** Where problems of a part are shown. */
  protected placeOf(part: Part): Place {
    return part as unknown as Place;
  }

  /** The change of the state that shows what goes on with a part, or that nothing does. */
  protected doing(part: Part, activity: Activity | undefined): Partial<State> {
    const { doing } = this.state as unknown as Activities<string>;
    return { doing: { ...doing, [part as string]: activity } } as unknown as Partial<State>;
  }

  /** The change of the state that shows what is wrong in a place, or that nothing is. */
  protected problem(place: Place, problem: PlainError | undefined): Partial<State> {
    const { problems } = this.state as unknown as Activities<string>;
    return { problems: { ...problems, [place as string]: problem } } as unknown as Partial<State>;
  }

  /** The change of the state when work on a part was cancelled. */
  protected cancelled(_place: Place): Partial<State> {
    return {};
  }

  /** Works on a part. Undefined where that failed, was cancelled, or came too late. */
  async do<T>(part: Part, name: string, work: (options: WorkOptions) => Promise<T>): Promise<T | undefined> {
    this.cancel(part);
    const place = this.placeOf(part);
    const controller = new AbortController();
    this.#working.set(part, controller);
    const isLatest = (): boolean => this.#working.get(part) === controller;
    const activity: Activity = { name, began: performance.now() };
    this.dismiss(place);
    this.set(this.doing(part, activity));
    try {
      const onProgress = (progress: Progress): void =>
        void (isLatest() && this.set(this.doing(part, { ...activity, progress })));
      const result = await work({ signal: controller.signal, onProgress });
      return isLatest() ? result : undefined;
    } catch (thrown) {
      if (isLatest()) this.fail(place, thrown);
      return undefined;
    } finally {
      if (isLatest()) {
        this.#working.delete(part);
        this.set(this.doing(part, undefined));
      }
    }
  }

  /** Shows what was thrown where it belongs, unless somebody cancelled. */
  fail(place: Place, thrown: unknown): void {
    this.set(isCancelled(thrown) ? this.cancelled(place) : this.problem(place, plainOf(thrown)));
  }

  /** Cancels what goes on with a part. */
  cancel(part: Part): void {
    this.#working.get(part)?.abort();
  }

  /** Cancels all that goes on. */
  protected cancelAll(): void {
    for (const controller of this.#working.values()) controller.abort();
  }

  /** Cancels all that goes on, of which nothing is shown any more. */
  protected forgetAll(): void {
    this.cancelAll();
    this.#working.clear();
  }

  /** Takes a problem away. */
  dismiss(place: Place): void {
    this.set(this.problem(place, undefined));
  }
}
