/**
 * Number of float32 multiply-adds that one core does a second in this browser's WebAssembly SIMD.
 *
 * The inner loop of a matrix product with everything it needs in registers or the first-level cache: vectors of weights
 * are loaded, each is multiplied by a few vectors that stay, and added to sums that stay. No program of this kind can
 * do more; a kernel's share of it is the share of the machine's arithmetic that it uses. Several shapes are tried, as
 * the best one depends on how many registers there are and how long an addition takes, and the fastest counts.
 */

/** Weight vectors by standing vectors: the sums are as many as their product. */
const SHAPES = [
  [4, 2],
  [5, 2],
  [6, 2],
  [3, 3],
  [3, 4],
];

/** Times the shape is written out in the loop. */
const UNROLL = 4;

/** Bytes of weights that are walked through: they stay in the first-level cache. */
const WEIGHTS = 4096;

/** Milliseconds of one measurement. */
const BLOCK = 40;

const I32 = 0x7f;
const V128 = 0x7b;

/**
 * Multiply-adds a millisecond, of the best shape, with `relaxed` as one instruction; undefined where the browser has
 * none.
 */
export function peak(relaxed) {
  const rates = [];
  for (const [weights, standing] of SHAPES) {
    const bytes = assemble(weights, standing, relaxed);
    if (!WebAssembly.validate(bytes)) return undefined;
    const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
    // Neither zeros nor anything that the sums could overflow by.
    new Float32Array(memory.buffer).fill(1e-3);
    const products = UNROLL * weights * standing * 4;
    let steps = 1000;
    let rate = 0;
    // The first calls also let the browser compile it in its better compiler.
    for (let call = 0; call < 12; call++) {
      const start = performance.now();
      run(steps);
      const ms = performance.now() - start;
      rate = Math.max(rate, (steps * products) / Math.max(ms, 0.01));
      steps = Math.round(steps * Math.min(20, BLOCK / Math.max(ms, 0.01)));
    }
    rates.push(rate);
  }
  return Math.max(...rates);
}

/** A module with `run(steps: i32)` and its memory. */
export function assemble(weights, standing, relaxed) {
  const sums = weights * standing;
  const STEPS = 0;
  const POINTER = 1;
  const WEIGHT = 2;
  const standingAt = (index) => 3 + index;
  const sumAt = (index) => 3 + standing + index;
  const get = (local) => [0x20, ...leb(local)];
  const set = (local) => [0x21, ...leb(local)];
  const constant = (value) => [0x41, ...signed(value)];
  const load = (offset) => [0xfd, 0x00, 0x04, ...leb(offset)];
  const store = (offset) => [0xfd, 0x0b, 0x04, ...leb(offset)];
  const multiply = [0xfd, ...leb(0xe6)];
  const add = [0xfd, ...leb(0xe4)];
  const multiplyAdd = [0xfd, ...leb(0x105)];

  const step = [];
  for (let copy = 0; copy < UNROLL; copy++) {
    for (let weight = 0; weight < weights; weight++) {
      step.push(...get(POINTER), ...load(16 * (copy * weights + weight)), ...set(WEIGHT));
      for (let index = 0; index < standing; index++) {
        const sum = sumAt(weight * standing + index);
        const operands = [...get(WEIGHT), ...get(standingAt(index))];
        step.push(
          ...(relaxed ? [...operands, ...get(sum), ...multiplyAdd] : [...get(sum), ...operands, ...multiply, ...add]),
          ...set(sum),
        );
      }
    }
  }
  // The next weights, and round again after the last.
  const advance = [
    ...get(POINTER),
    ...constant(16 * UNROLL * weights),
    0x6a,
    ...constant(WEIGHTS - 1),
    0x71,
    ...set(POINTER),
  ];
  const countDown = [...get(STEPS), ...constant(1), 0x6b, 0x22, ...leb(STEPS), 0x0d, 0x00];
  const range = (count) => Array.from({ length: count }, (_, index) => index);
  const body = [
    ...range(standing).flatMap((index) => [...constant(16 * index), ...load(0), ...set(standingAt(index))]),
    0x03,
    0x40,
    ...step,
    ...advance,
    ...countDown,
    0x0b,
    ...range(sums).flatMap((index) => [...constant(32768 + 16 * index), ...get(sumAt(index)), ...store(0)]),
    0x0b,
  ];
  const locals = [2, 1, I32, ...leb(1 + standing + sums), V128];
  const code = [...locals, ...body];
  const section = (id, content) => [id, ...leb(content.length), ...content];
  const name = (text) => [text.length, ...new TextEncoder().encode(text)];
  return Uint8Array.of(
    0x00,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, [1, 0x60, 1, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(7, [2, ...name("memory"), 2, 0, ...name("run"), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  );
}

/** An unsigned number in LEB128. */
function leb(value) {
  const bytes = [];
  do {
    bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value > 0);
  return bytes;
}

/** A signed number in LEB128. */
function signed(value) {
  const bytes = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    if ((value === 0 && (low & 0x40) === 0) || (value === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
