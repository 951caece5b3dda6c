/** Runtimes timed on a sequence: Regulens' engines, and its peers, each as its documentation says is fastest. */

import { engineFiles } from "../runtimes.mjs";

const TF = "tf/tfjs";

/** Pools and dilations of the model, as peers/sequence_model.py has them. */
const SHAPE = { pools: [8, 4, 4], dilations: [2, 4, 8, 16, 32, 64] };

/** The names of results, of folders and of runtimes. */
const ENGINES = [
  ["cpu", "full", "Regulens wasm, plain SIMD", "cpu"],
  ["cpu-relaxed", "full-relaxed", "Regulens wasm, relaxed SIMD", "cpu"],
  ["webgpu", "webgpu", "Regulens WebGPU", "webgpu"],
];

/**
 * @param {{ site: string, threads: number }} options `site` is the folder of the built package
 * @returns {import("../runtimes.mjs").Runtime[]}
 */
export function runtimes({ site, threads }) {
  const form = (runtime) => ({ scripts: [], driver: "pages/sequence/driver.mjs", ...runtime });
  const ours = ENGINES.flatMap(([id, folder, name, device]) => {
    const files = engineFiles(site, folder);
    return files
      ? [
          form({
            id: `regulens-${id}`,
            name,
            peer: false,
            device,
            threads: 1,
            page: "regulens",
            options: { model: "models/model.safetensors", device, ...files },
          }),
        ]
      : [];
  });
  const workers = (count) =>
    form({
      id: `workers-${count}`,
      name: `Regulens, the package, ${count === 1 ? "1 worker" : `${count} workers`}`,
      peer: false,
      device: "cpu",
      threads: count,
      page: "package",
      options: { model: "models/model.safetensors", entry: "regulens/dist/index.js", workers: count },
    });
  const ort = (id, name, device, bundle, count) =>
    form({
      id,
      name: `onnxruntime-web ${name}`,
      peer: true,
      device,
      threads: count,
      page: "onnxruntime",
      options: {
        model: "models/model.onnx",
        bundle: `ort/${bundle}.bundle.min.mjs`,
        provider: device === "cpu" ? "wasm" : "webgpu",
        threads: count,
      },
    });
  const tf = (id, name, device, count) => {
    const backend = device === "cpu" ? "wasm" : "webgpu";
    return form({
      id,
      name: `TensorFlow.js ${name}`,
      peer: true,
      device,
      threads: count,
      page: "tensorflow",
      scripts: [
        `${TF}-core/dist/tf-core.es2017.min.js`,
        `${TF}-backend-${backend}/dist/tf-backend-${backend}.es2017.min.js`,
      ],
      options: {
        model: "models/folded.safetensors",
        backend,
        threads: count,
        wasm: `${TF}-backend-wasm/dist/`,
        ...SHAPE,
      },
    });
  };
  return [
    ...ours,
    workers(1),
    ...(threads > 1 ? [workers(threads)] : []),
    ort("ort-1", "wasm, 1 thread", "cpu", "ort.wasm", 1),
    tf("tf-1", "wasm, 1 thread", "cpu", 1),
    ...(threads > 1
      ? [
          ort("ort-n", `wasm, ${threads} threads`, "cpu", "ort.wasm", threads),
          tf("tf-n", `wasm, ${threads} threads`, "cpu", threads),
        ]
      : []),
    ort("ort-webgpu", "WebGPU (native, JSPI)", "webgpu", "ort.jspi", 1),
    ort("ort-jsep", "WebGPU (JSEP)", "webgpu", "ort", threads),
    tf("tf-webgpu", "WebGPU", "webgpu", 1),
  ];
}
