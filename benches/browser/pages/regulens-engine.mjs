/** Regulens' CPU engine alone, called as the peers are: values in, outputs out, in the page's own thread. */

import { inPieces } from "./outputs.mjs";

/** Genes at once: as many as the package gives it. */
const PIECE = 64;

/** @param {{ model: string, engine: string, wasm: string }} options where the engine's two files lie */
export async function open({ model, engine, wasm }) {
  const bytes = fetch(model).then((response) => response.arrayBuffer());
  const module = await import(new URL(engine, document.baseURI));
  await module.default({ module_or_path: fetch(wasm) });
  const loaded = new module.Model(new Uint8Array(await bytes), "model.safetensors");
  return {
    facts: () => ({}),
    async prepare({ values, genes }) {
      return () => inPieces(values, genes, PIECE, (part, count) => loaded.predict(part, count));
    },
  };
}
