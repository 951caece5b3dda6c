/** Regulens' engine alone, called as the peers are: a sequence in, the prediction out, in the page's own thread. */

/**
 * @param {{ model: string, engine: string, wasm: string, device: "cpu" | "webgpu" }} options where the engine's two
 * files lie
 */
export async function open({ model, engine, wasm, device }) {
  const bytes = fetch(model).then((response) => response.arrayBuffer());
  const module = await import(new URL(engine, document.baseURI));
  await module.default({ module_or_path: fetch(new URL(wasm, document.baseURI)) });
  if (device === "webgpu") await module.startDevice((message) => console.error(message));
  const loaded = new module.TrackModel(new Uint8Array(await bytes), model.split("/").at(-1));
  return {
    facts: () => ({}),
    async prepare(codes) {
      return async () => (await loaded.predict(codes, false)).prediction;
    },
  };
}
