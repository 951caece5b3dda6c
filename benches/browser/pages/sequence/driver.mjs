/** Called by `sequences.mjs` in a page: opens one runtime, checks what it gives for the sequence, and times it. */

let codes;
let run;
let runtime;
let last;

globalThis.bench = {
  /** Loads the runtime of `page`, with `options`, and prepares a call of the sequence that all get. */
  async open({ page, options }) {
    codes = new Uint8Array(await (await fetch("data/codes.u8")).arrayBuffer());
    runtime = await (await import(`./${page}.mjs`)).open(options);
    run = await runtime.prepare(codes);
  },

  facts: () => runtime.facts(),

  /** The largest difference of the prediction from the same in float64; NaN where there is a NaN. */
  async check() {
    // State of a first call must not spoil the second.
    await run();
    last = await run();
    const exact = new Float32Array(await (await fetch("data/exact.f32")).arrayBuffer());
    if (last.length !== exact.length) throw new Error(`found ${last.length} values; expected ${exact.length}`);
    return last.reduce((largest, value, at) => {
      const difference = Math.abs(value - exact[at]);
      return difference <= largest ? largest : difference;
    }, 0);
  },

  /** Number of values that one call gives, all of them finite. */
  async once() {
    const start = performance.now();
    last = await run();
    return { ms: performance.now() - start, values: last.length, finite: last.every(Number.isFinite) };
  },

  /** Calls for at least `atLeast` milliseconds, and at least once. Gives milliseconds a call. */
  async time(atLeast) {
    let count = 0;
    let elapsed;
    const start = performance.now();
    do {
      last = await run();
      count++;
      elapsed = performance.now() - start;
    } while (elapsed < atLeast);
    return elapsed / count;
  },
};
