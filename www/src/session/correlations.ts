/** Pearson's correlations in figures: computed by the engine, cached by the page. */

import type { Model } from "../../../pkg/src/index";
import { call, type Caller, type Declared } from "../rpc/rpc";
import { Observable } from "../rpc/working";

/**
 * Handles requests for correlations.
 *
 * @param runnerOf Returns any loaded model.
 */
export function correlationHandlers(runnerOf: () => Pick<Model, "pearson">) {
  return {
    /** Pearson's r over the pairs with two finite values; undefined if it does not exist. */
    correlation: call({}, async ({ x, y }: { readonly x: Float32Array; readonly y: Float32Array }) =>
      runnerOf().pearson(x, y),
    ),
  };
}

/** Request and reply of this call. */
export type CorrelationCalls = Declared<ReturnType<typeof correlationHandlers>>;

/** Known correlations of two arrays. */
interface Pair {
  /** Correlations by stretch. */
  readonly found: Map<string, number | undefined>;
  isAsked: boolean;
}

/** Caches correlations from the engine, and notifies listeners after each answer. */
export class Correlations extends Observable<{ readonly answers: number }> {
  readonly #pairs = new WeakMap<Float32Array, WeakMap<Float32Array, Pair>>();

  constructor(private readonly worker: Caller<CorrelationCalls>) {
    super({ answers: 0 });
  }

  /**
   * Pearson's r of `x` and `y` from `from` to `to` (excluded), over pairs of finite values; NaN if it does not exist.
   * Undefined until it is known: listeners then ask again, for their view at that time.
   */
  of(x: Float32Array, y: Float32Array, from = 0, to = Math.min(x.length, y.length)): number | undefined {
    const pair = this.#pair(x, y);
    const stretch = `${from}-${to}`;
    // One at a time: otherwise, while a view is dragged, a busy worker would accumulate copies of every view.
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
      // Only a label: a figure without it needs no error message, and a retry would fail again.
    }
    pair.found.set(stretch, r);
    pair.isAsked = false;
    this.set({ answers: this.state.answers + 1 });
  }
}
