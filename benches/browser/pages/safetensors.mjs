/** Reads the tensors of a safetensors file in float32: name to `{ shape, values }`. */
export function readTensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const tensors = new Map();
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    if (entry.dtype !== "F32") throw new Error(`${name} is stored as ${entry.dtype}; expected F32`);
    const [start, end] = entry.data_offsets;
    // Copied, as the file's tensors need not be aligned.
    tensors.set(name, {
      shape: entry.shape,
      values: new Float32Array(buffer.slice(8 + length + start, 8 + length + end)),
    });
  }
  return tensors;
}
