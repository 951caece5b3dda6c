/** Files damaged at random, from a seed: what is wrong with one is wrong with it again. */

/** Whole numbers below `below`, as a seed gives them (mulberry32). */
export function dice(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Texts that readers have been wrong about. */
const WORDS = [
  "\n",
  "\t",
  ",",
  '"',
  "\0",
  "-1",
  "1e999",
  "NaN",
  "4294967296",
  "18446744073709551616",
  "\u202e",
  "é",
  "<",
];

/** Bytes with one to eight places changed, left out, repeated or copied from elsewhere. */
export function damagedBytes(bytes, roll) {
  let whole = bytes;
  for (let times = 1 + roll(8); times > 0; times--) {
    const at = roll(whole.length + 1);
    const end = Math.min(whole.length, at + (roll(3) === 0 ? roll(2_000) : roll(8)));
    const from = roll(whole.length + 1);
    const put = [
      () => [],
      () => [...whole.subarray(at, end), ...whole.subarray(at, end)],
      () => whole.subarray(from, from + roll(64)),
      () => [0, 1, 0x7f, 0x80, 0xff].slice(roll(5)),
      () => new TextEncoder().encode(WORDS[roll(WORDS.length)]),
      () => Uint8Array.from({ length: end - at }, () => roll(256)),
    ][roll(6)]();
    whole = Uint8Array.from([...whole.subarray(0, at), ...put, ...whole.subarray(end)]);
  }
  return whole;
}
