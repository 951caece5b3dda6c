/** In a page: the files lie beside it. */
export const MODEL = "data/model.safetensors";

export async function table() {
  return new Uint8Array(await (await fetch("data/table.csv.gz")).arrayBuffer());
}
