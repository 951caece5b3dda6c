/** Releases the memory of arrays that are no longer read. */

/** Frees an array's buffer at once, if the browser supports it: garbage collection may take long. */
export function release({ buffer }: Float32Array | Uint8Array): void {
  if (buffer.byteLength > 0) (buffer as { transfer?(length: number): unknown }).transfer?.(0);
}
