/**
 * Engines that are not part of the script or of a bundler's build: all load from the address set with
 * `Regulens.configure({ base })`. Replaces `engine-files` in the entry `regulens/hosted`.
 */

import { compile, type EngineParts, notThere } from "../engine/compile.js";
import type { WasmModule } from "../cpu-modules.js";
import type { EngineFiles } from "../engine-files.js";
import { cpuFolder, mostWorkers, placed, wasmPath, workerPath } from "../engine/place.js";
import { nodeModule } from "../io/download.js";
import type { WorkOptions } from "../progress.js";
import { resolveSimd } from "../engine/simd.js";

/** Loads an engine by the name of its folder. */
export async function hosted<Engine>(
  folder: string,
  title: string,
  options: WorkOptions,
): Promise<EngineParts<Engine>> {
  const wasm = placed(wasmPath(folder));
  const js = nodeModule<Engine & WasmModule>(wasm.href.replace("_bg.wasm", ".js"));
  // If both fail, the error is that of the larger file.
  js.catch(() => {});
  const module = await compile(wasm, { ...options, stage: "engine", file: title });
  return { engine: await js.catch(notThere(title, wasm)), module, from: wasm };
}

/** Engine files at an address. */
export const engineFiles: EngineFiles = {
  simd: resolveSimd,

  fullAlone: false,

  cpu: (name, simd, options) =>
    hosted(cpuFolder(name, simd), name === "full" ? "full CPU engine" : "CPU engine", options),

  gpu: (options) => hosted("webgpu", "WebGPU engine", options),

  startWorker: (name, simd) => new Worker(placed(workerPath(cpuFolder(name, simd))), { type: "module" }),

  mostWorkers: mostWorkers(),
};
