/** Pearson's correlations that figures name: the engine computes them, and the page keeps them. */

import type { Model } from "../../../pkg/src/index";
import { call, type Caller, type Declared } from "../rpc/rpc";
import { Observable } from "../rpc/async-state";

/**
 * Answers what figures ask.
 *
 * @param runnerOf A loaded model, whichever.
 */
export function correlationHandlers(runnerOf: () => Pick<Model, "pearson">) {
  return {
    /** Pearson's r of as many numbers, where both are finite; undefined where there is none. */
    correlation: call({}, async ({ x, y }: { readonly x: Float32Array; readonly y: Float32Array }) =>
      runnerOf().pearson(x, y),
    ),
  };
}

/** Request and reply of this call. */
export type CorrelationCalls = Declared<ReturnType<typeof correlationHandlers>>;

/** Known correlations of two arrays. */
interface Pair {
  /** By their stretches. */
  readonly found: Map<string, number | undefined>;
  isAsked: boolean;
}

/** Knows correlations once the engine has answered, and tells who listens after each answer. */
export class Correlations extends Observable<{ readonly answers: number }> {
  readonly #pairs = new WeakMap<Float32Array, WeakMap<Float32Array, Pair>>();

  constructor(private readonly worker: Caller<CorrelationCalls>) {
    super({ answers: 0 });
  }

  /**
   * Pearson's r of `x` and `y` from `from` up to but not including `to`, where both are finite; NaN where there is
   * none. Undefined while it is not known: whoever listens then asks again, for what it shows by that time.
   */
  of(x: Float32Array, y: Float32Array, from = 0, to = Math.min(x.length, y.length)): number | undefined {
    const pair = this.#pair(x, y);
    const stretch = `${from}-${to}`;
    // One at a time: while a view is dragged, a worker that has other work would get copies of all that was in view.
    if (!pair.isAsked && !pair.found.has(stretch)) void this.#ask(pair, stretch, x.slice(from, to), y.slice(from, to));
    return pair.found.get(stretch);
  }

  #pair(x: Float32Array, y: Float32Array): Pair {
    const ofX = this.#pairs.get(x) ?? new WeakMap<Float32Array, Pair>();
    this.#pairs.set(x, ofX);
    const pair = ofX.get(y) ?? { found: new Map(), isAsked: false };
    ofX.set(y, pair);
    return pair;
  }

  async #ask(pair: Pair, stretch: string, x: Float32Array, y: Float32Array): Promise<void> {
    pair.isAsked = true;
    let r: number | undefined;
    try {
      r = (await this.worker.call("correlation", { x, y })) ?? Number.NaN;
    } catch {
      // It is a label: a figure without it is no failure to tell of, and asking again would fail again.
    }
    pair.found.set(stretch, r);
    pair.isAsked = false;
    this.set({ answers: this.state.answers + 1 });
  }
}
