/** Memory of arrays that nobody reads any more. */

/** Gives the memory of an array's buffer back at once, where the browser can: a collector may leave it for long. */
export function release({ buffer }: Float32Array | Uint8Array): void {
  if (buffer.byteLength > 0) (buffer as { transfer?(length: number): unknown }).transfer?.(0);
}
