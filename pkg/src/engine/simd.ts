/** Detects the SIMD instructions of this browser or Node. */

/**
 * SIMD instructions of a CPU engine build: 128-bit SIMD, or additionally relaxed SIMD, which can multiply and add in
 * one instruction.
 */
export type Simd = "plain" | "relaxed";

/** The instructions that a caller requests. `auto` uses relaxed SIMD if available. */
export type SimdChoice = "auto" | Simd;

/**
 * A module with one function that is `f32x4.relaxed_madd`. Inlined: `wasm-feature-detect` tests the same bytes, but
 * asynchronously, and would be this package's only dependency.
 */
const RELAXED_MADD = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b], // one type: three v128 to one
  ...[0x03, 0x02, 0x01, 0x00], // one function, of that type
  // Returns its first two arguments multiplied, plus the third.
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

/** Returns true if relaxed SIMD is available. */
function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED_MADD);
}

/** The instructions that `choice` selects here. */
export function resolveSimd(choice: SimdChoice = "auto"): Simd {
  if (choice !== "auto") return choice;
  return hasRelaxedSimd() ? "relaxed" : "plain";
}
