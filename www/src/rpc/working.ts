/**
 * Observable states, and long tasks: each shows its progress, can be cancelled, and has its own place for errors.
 */

import type { Progress, WorkOptions } from "../../../pkg/src";
import { isCancelled, type PlainError, plainOf } from "./errors";

/**
 * Holds a state and notifies listeners of changes. The state is never changed in place: each change is a new object.
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

  /** Calls `listener` after each change; returns a function that unsubscribes. */
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

/** An activity in progress. */
export interface Activity {
  /** Name of its file or subject. */
  readonly name: string;
  /** Time of its start, by `performance.now()`. */
  readonly began: number;
  readonly progress?: Progress | undefined;
}

/** Parts of a state that take time, and the places where their problems are shown. */
export interface Activities<Part extends string, Place extends string = Part> {
  readonly doing: { readonly [Name in Part]?: Activity | undefined };
  readonly problems: { readonly [Name in Place]?: PlainError | undefined };
}

/**
 * A state whose parts take time. Later work on a part cancels earlier work; its errors are shown in a place. A state
 * that is not {@link Activities} overrides `doing` and `problem` to store both.
 */
export abstract class Working<Part, State extends object, Place = Part> extends Observable<State> {
  readonly #working = new Map<Part, AbortController>();

  /** Place where problems of a part are shown. */
  protected placeOf(part: Part): Place {
    return part as unknown as Place;
  }

  /** The change of state that shows the activity of a part, or that there is none. */
  protected doing(part: Part, activity: Activity | undefined): Partial<State> {
    const { doing } = this.state as unknown as Activities<string>;
    return { doing: { ...doing, [part as string]: activity } } as unknown as Partial<State>;
  }

  /** The change of state that shows the problem in a place, or that there is none. */
  protected problem(place: Place, problem: PlainError | undefined): Partial<State> {
    const { problems } = this.state as unknown as Activities<string>;
    return { problems: { ...problems, [place as string]: problem } } as unknown as Partial<State>;
  }

  /** The change of the state when work on a part was cancelled. */
  protected cancelled(_place: Place): Partial<State> {
    return {};
  }

  /** Runs work on a part. Undefined if that failed, was cancelled, or has been superseded. */
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

  /** Shows an error in its place, unless it is a cancellation. */
  fail(place: Place, thrown: unknown): void {
    this.set(isCancelled(thrown) ? this.cancelled(place) : this.problem(place, plainOf(thrown)));
  }

  /** Cancels the activity of a part. */
  cancel(part: Part): void {
    this.#working.get(part)?.abort();
  }

  /** Cancels all activities. */
  protected cancelAll(): void {
    for (const controller of this.#working.values()) controller.abort();
  }

  /** Cancels all activities and removes them from the state. */
  protected forgetAll(): void {
    this.cancelAll();
    this.#working.clear();
  }

  /** Removes a problem. */
  dismiss(place: Place): void {
    this.set(this.problem(place, undefined));
  }
}
