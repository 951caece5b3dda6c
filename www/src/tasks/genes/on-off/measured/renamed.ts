/** A model file under another name. */

/** Key of the model card among the metadata of a model file. */
const CARD = "regulens.card";
/** Tensors begin at a multiple of it. */
const ALIGNED = 8;

/** The same model with another name in its card: a safetensors file, whose tensors stay as they are. */
export function renamed(weights: Uint8Array, name: string): Uint8Array {
  const view = new DataView(weights.buffer, weights.byteOffset, weights.byteLength);
  const end = ALIGNED + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(weights.subarray(ALIGNED, end))) as {
    __metadata__: Record<string, string>;
  };
  const card = JSON.parse(header.__metadata__[CARD]!) as object;
  header.__metadata__[CARD] = JSON.stringify({ ...card, name });
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / ALIGNED) * ALIGNED;
  const made = new Uint8Array(ALIGNED + length + weights.length - end).fill(0x20);
  new DataView(made.buffer).setBigUint64(0, BigInt(length), true);
  made.set(text, ALIGNED);
  made.set(weights.subarray(end), ALIGNED + length);
  return made;
}
