/**
 * Runtimes that are timed: Regulens in its forms, and its peers, each as its documentation says is fastest.
 * benches/README.md gives the reasons.
 */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { SHIPPED } from "./prepare.mjs";

/**
 * @typedef {object} Runtime
 * @property {string} id
 * @property {string} name
 * @property {boolean} peer
 * @property {"cpu" | "webgpu"} device
 * @property {number} threads
 * @property {string} page the module under pages/ that opens it
 * @property {string} [driver] the module that the page starts with, beside which `page` lies; by default
 * pages/driver.mjs
 * @property {object} options what that module gets
 * @property {string[]} scripts classic scripts that its page loads, in their order
 * @property {string[]} modules scripts of its library that a page which loads it from cold names in its head
 * @property {(number | undefined)[]} pieces how all genes are given: so many at a time, or undefined for all in one
 * call
 * @property {string[]} stages those that it takes part in: "time", "cold", "memory"
 * @property {RegExp} [needs] a file that it must have loaded to be what its name says
 * @property {boolean} [needsWorkers] whether it must have started workers to be what its name says
 */

const TF = "tf/tfjs";
const TF_CORE = `${TF}-core/dist/tf-core.es2017.min.js`;
const TF_WHOLE = `${TF}/dist/tf.es2017.min.js`;
const TF_WASM = `${TF}-backend-wasm/dist/tf-backend-wasm.es2017.min.js`;
const TF_WEBGPU = `${TF}-backend-webgpu/dist/tf-backend-webgpu.es2017.min.js`;

const ALL_STAGES = ["time", "cold", "memory"];

/**
 * @param {{ site: string, threads: number }} options `site` is the folder of the built package
 * @returns {Runtime[]}
 */
export function runtimes({ site, threads }) {
  return [...regulens(site, threads), ...onnxruntime(threads), ...tensorflow(threads)];
}

/** Folders of the CPU engine's forms in the package, and what they are called. */
const ENGINES = { cpu: "plain SIMD", "cpu-relaxed": "relaxed SIMD" };

function regulens(site, threads) {
  const common = { peer: false, scripts: [], modules: [], pieces: [undefined], stages: ALL_STAGES };
  const ours = {
    ...common,
    page: "regulens",
    // As the guide for pages has it (docs/guides/javascript.md).
    modules: ["regulens/dist/index.js", "regulens/dist/shared.js"],
    options: { model: "models/model.safetensors" },
  };
  const cpu = (workers) => ({
    ...ours,
    device: "cpu",
    threads: workers,
    options: { ...ours.options, device: "cpu", workers, simd: "auto" },
  });
  const engines = Object.entries(ENGINES).flatMap(([folder, simd]) => {
    const files = engineFiles(site, folder);
    if (!files) return [];
    const options = { model: "models/model.safetensors", ...files };
    return [
      {
        ...common,
        id: `regulens-${folder}`,
        name: `Regulens, ${simd}, values in`,
        device: "cpu",
        threads: 1,
        page: "regulens-engine",
        modules: [files.engine],
        options,
      },
    ];
  });
  return [
    ...engines,
    { ...cpu(1), id: "regulens-1", name: "Regulens, table in, 1 worker" },
    ...(threads > 1
      ? [{ ...cpu(threads), id: "regulens-n", name: `Regulens, table in, ${threads} workers`, needsWorkers: true }]
      : []),
    {
      ...ours,
      id: "regulens-page",
      name: "Regulens, as a page loads it",
      device: "cpu",
      threads,
      options: { ...ours.options, device: "cpu" },
      stages: ["cold"],
    },
    {
      ...ours,
      id: "regulens-shipped",
      name: "Regulens, as a page loads it, the float16 model that ships",
      device: "cpu",
      threads,
      options: { model: `models/${SHIPPED}`, device: "cpu" },
      stages: ["cold"],
    },
    {
      ...ours,
      id: "regulens-webgpu",
      name: "Regulens WebGPU, table in",
      device: "webgpu",
      threads: 1,
      options: { ...ours.options, device: "webgpu" },
      needs: /webgpu/,
    },
  ];
}

/** The addresses of an engine's two files below a visit; undefined where this build has no such engine. */
export function engineFiles(site, folder) {
  const place = join(site, "wasm", folder);
  const files = existsSync(place) ? readdirSync(place) : [];
  const named = (end) => files.find((file) => file.endsWith(end));
  const [engine, wasm] = [named(".js"), named("_bg.wasm")];
  return engine && wasm
    ? { engine: `regulens/wasm/${folder}/${engine}`, wasm: `regulens/wasm/${folder}/${wasm}` }
    : undefined;
}

function onnxruntime(threads) {
  // In one call, as its documentation has it, and a few genes at a time, which needs far less memory and can be faster.
  const common = { peer: true, page: "onnxruntime", scripts: [], pieces: [undefined, 64], stages: ALL_STAGES };
  const form = (id, name, device, bundle, count) => ({
    ...common,
    id,
    name: `onnxruntime-web ${name}`,
    device,
    threads: count,
    modules: [`ort/${bundle}.bundle.min.mjs`],
    options: {
      model: "models/model.onnx",
      bundle: `ort/${bundle}.bundle.min.mjs`,
      provider: device === "cpu" ? "wasm" : "webgpu",
      threads: count,
    },
  });
  return [
    form("ort-1", "wasm, 1 thread", "cpu", "ort.wasm", 1),
    ...(threads > 1 ? [form("ort-n", `wasm, ${threads} threads`, "cpu", "ort.wasm", threads)] : []),
    form("ort-webgpu", "WebGPU (native, JSPI)", "webgpu", "ort.jspi", 1),
    // Its LSTMs run on the CPU.
    form("ort-jsep", "WebGPU (JSEP)", "webgpu", "ort", threads),
  ];
}

function tensorflow(threads) {
  const common = { peer: true, page: "tensorflow", modules: [] };
  const wasm = (count) => ({
    ...common,
    device: "cpu",
    threads: count,
    // 1,024 at a time: all at once do not fit into its memory, and fewer are slower.
    pieces: [1024],
    options: {
      model: "models/weights.safetensors",
      backend: "wasm",
      threads: count,
      wasm: `${TF}-backend-wasm/dist/`,
      layersFrom: 64,
    },
  });
  const webgpu = {
    ...common,
    device: "webgpu",
    threads: 1,
    pieces: [512],
    options: { model: "models/weights.safetensors", backend: "webgpu" },
  };
  return [
    // `tf.layers` works only in the whole library; for one gene, by hand, the core is enough, and loads sooner.
    {
      ...wasm(1),
      id: "tf-1",
      name: "TensorFlow.js wasm, 1 thread",
      scripts: [TF_WHOLE, TF_WASM],
      stages: ["time", "memory"],
    },
    ...(threads > 1
      ? [
          {
            ...wasm(threads),
            id: "tf-n",
            name: `TensorFlow.js wasm, ${threads} threads`,
            scripts: [TF_WHOLE, TF_WASM],
            stages: ["time", "memory"],
          },
        ]
      : []),
    {
      ...wasm(1),
      id: "tf-core",
      name: "TensorFlow.js wasm, 1 thread, core only",
      scripts: [TF_CORE, TF_WASM],
      stages: ["cold"],
    },
    {
      ...wasm(1),
      id: "tf-whole",
      name: "TensorFlow.js wasm, 1 thread, whole library",
      scripts: [TF_WHOLE, TF_WASM],
      stages: ["cold"],
    },
    { ...webgpu, id: "tf-webgpu", name: "TensorFlow.js WebGPU", scripts: [TF_CORE, TF_WEBGPU], stages: ALL_STAGES },
  ];
}

/** The cases of a runtime: one gene, 64, and all of them in each way that it takes them. */
export function casesOf(runtime, genes) {
  const sizes = [1, 64].filter((count) => count < genes).map((count) => ({ genes: count }));
  return [...sizes, ...runtime.pieces.map((piece) => ({ genes, ...(piece && piece < genes ? { piece } : {}) }))];
}

/** A name of a case that is the same in every round. */
export function keyOf({ genes, piece }) {
  return piece ? `${genes}/${piece}` : String(genes);
}
