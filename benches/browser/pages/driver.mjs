/** Functions that the command calls in a page: opens one runtime, checks it, and times it. */

import { joined, largestDifference, OUTPUTS, parted, VALUES, WIDTH } from "./outputs.mjs";

const calls = new Map();
let runtime;
let signal;

globalThis.bench = {
  /** Loads the runtime of `page`, with `options`, and the signal that all get. */
  async open({ page, options }) {
    signal = new Float32Array(await (await fetch("data/signal.f32")).arrayBuffer());
    runtime = await (await import(`./${page}.mjs`)).open(options);
    return runtime.facts();
  },

  /** Facts that the runtime states of itself, which can change. */
  facts: () => runtime.facts(),

  /** Runs a case and stores what it gave, as that which the others are compared with. */
  async store(each) {
    const outputs = joined(await (await callOf(each))());
    await fetch("expected", { method: "PUT", body: outputs });
  },

  /**
   * The largest differences of a case's outputs from those stored, and from the same in float64, of which there are
   * `exact` genes.
   */
  async check(each, stored, exact) {
    const call = await callOf(each);
    // State of a first call must not spoil the second.
    if (each.genes <= 64) await call();
    const outputs = await call();
    const read = async (url, genes) => parted(new Float32Array(await (await fetch(url)).arrayBuffer()), genes);
    const first = Math.min(each.genes, exact);
    const head = Object.fromEntries(OUTPUTS.map((name) => [name, outputs[name].subarray(0, first * WIDTH[name])]));
    return {
      difference: largestDifference(outputs, await read("expected", stored)),
      error: largestDifference(head, await read("data/exact.f32", exact)),
    };
  },

  /** Calls a case for at least `atLeast` milliseconds, and at least once. Gives milliseconds a call. */
  async time(each, atLeast) {
    const call = await callOf(each);
    let count = 0;
    let elapsed;
    const start = performance.now();
    do {
      await call();
      count++;
      elapsed = performance.now() - start;
    } while (elapsed < atLeast);
    return { ms: elapsed / count, calls: count };
  },

  /** Forgets what was prepared. */
  clear: () => calls.clear(),
};

/** The prepared call of a case: `genes` genes, given to the runtime `piece` at a time, or all at once. */
async function callOf({ genes, piece }) {
  const key = `${genes}/${piece ?? ""}`;
  if (!calls.has(key)) calls.set(key, await runtime.prepare({ values: signal.slice(0, genes * VALUES), genes, piece }));
  return calls.get(key);
}
