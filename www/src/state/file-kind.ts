/** Telling model files from tables, by content. */

/**
 * Whether a file is a safetensors file: it begins with the length of its header, 8 bytes little-endian, and the header is a JSON object.
 * A table is text or gzip; neither has an opening brace as its ninth byte after seven bytes of which the last are zeros.
 */
export async function looksLikeModel(file: Blob): Promise<boolean> {
  if (/\.safetensors$/i.test((file as Partial<File>).name ?? "")) return true;
  const start = new Uint8Array(await file.slice(0, 9).arrayBuffer());
  return start.length === 9 && start[8] === 0x7b && start[5] === 0 && start[6] === 0 && start[7] === 0;
}
