/** onnxruntime-web. */

import { channels } from "./channels.mjs";

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
  return {
    facts: () => ({ version: ort.env.versions.web, threads: ort.env.wasm.numThreads }),
    async prepare(codes) {
      const values = channels(codes, true);
      return async () =>
        (await session.run({ sequence: new ort.Tensor("float32", values, [1, 4, codes.length]) })).prediction.data;
    },
  };
}
