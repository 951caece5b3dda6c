/** onnxruntime-web. */

import { BINS, inPieces, MARKS, OUTPUTS } from "./outputs.mjs";

/**
 * @param {{ model: string, bundle: string, provider: "wasm" | "webgpu", threads: number }} options `bundle` is the file
 * of the distribution that holds the provider
 */
export async function open({ model, bundle, provider, threads }) {
  const bytes = fetch(model).then((response) => response.arrayBuffer());
  const ort = await import(new URL(bundle, document.baseURI));
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = threads;
  const session = await ort.InferenceSession.create(new Uint8Array(await bytes), {
    executionProviders: [provider],
    graphOptimizationLevel: "all",
  });
  const run = async (values, genes) => {
    const results = await session.run({ signal: new ort.Tensor("float32", values, [genes, BINS, MARKS.length]) });
    return Object.fromEntries(OUTPUTS.map((name) => [name, results[name].data]));
  };
  return {
    facts: () => ({ version: ort.env.versions.web, threads: ort.env.wasm.numThreads }),
    async prepare({ values, genes, piece }) {
      return () => inPieces(values, genes, piece ?? genes, run);
    },
  };
}
