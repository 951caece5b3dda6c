/** @internal Concatenates arrays into `whole`; by default into a new float32 array. */
export function joined<Of extends Float32Array | Uint8Array = Float32Array>(
  parts: readonly Of[],
  whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0)) as Of,
): Of {
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}
