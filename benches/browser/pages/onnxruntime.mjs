/** onnxruntime-web. */

import { BINS, inPieces, MARKS, OUTPUTS, VALUES } from "./outputs.mjs";

/**
 * @param {{ model: string, bundle: string, provider: "wasm" | "webgpu", threads: number, capture?: boolean }} options `bundle` is the file
 *   of the distribution that holds the provider; with `capture` the GPU's commands are recorded once for each number of genes
 */
export async function open({ model, bundle, provider, threads, capture = false }) {
  const fetched = fetch(model).then((response) => response.arrayBuffer());
  const ort = await import(new URL(bundle, document.baseURI));
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = threads;
  const settings = { executionProviders: [provider], graphOptimizationLevel: "all" };
  const bytes = new Uint8Array(await fetched);
  const run = capture ? captured(ort, bytes, settings) : uncaptured(ort, await ort.InferenceSession.create(bytes, settings));
  return {
    facts: () => ({ version: ort.env.versions.web, threads: ort.env.wasm.numThreads }),
    async prepare({ values, genes, piece }) {
      return () => inPieces(values, genes, piece ?? genes, run);
    },
  };
}

function uncaptured(ort, session) {
  return async (values, genes) => {
    const results = await session.run({ signal: new ort.Tensor("float32", values, [genes, BINS, MARKS.length]) });
    return Object.fromEntries(OUTPUTS.map((name) => [name, results[name].data]));
  };
}

/** What is recorded holds for one shape, and for one buffer of input: a session for each number of genes. */
function captured(ort, bytes, settings) {
  const made = new Map();
  const make = async (genes) => {
    const session = await ort.InferenceSession.create(bytes, {
      ...settings,
      enableGraphCapture: true,
      freeDimensionOverrides: { genes },
      preferredOutputLocation: "gpu-buffer",
    });
    const device = await ort.env.webgpu.device;
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    const buffer = device.createBuffer({ size: 4 * genes * VALUES, usage: STORAGE | COPY_DST | COPY_SRC });
    return { session, device, buffer, signal: ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims: [genes, BINS, MARKS.length] }) };
  };
  return async (values, genes) => {
    if (!made.has(genes)) made.set(genes, await make(genes));
    const { session, device, buffer, signal } = made.get(genes);
    device.queue.writeBuffer(buffer, 0, values);
    const results = await session.run({ signal });
    const read = await Promise.all(OUTPUTS.map((name) => results[name].getData()));
    return Object.fromEntries(OUTPUTS.map((name, index) => [name, read[index]]));
  };
}
