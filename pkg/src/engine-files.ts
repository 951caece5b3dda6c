/// <reference path="./wasm-modules.d.ts" />
/**
 * Where the engines come from: files beside this module. What is made into one file puts a module of its own in this
 * one's place.
 *
 * Paths to the wasm files are the same from `src/` and from the bundle in `dist/`.
 */

import { compile, notThere } from "./engine/compile.js";
import { cpuModule, cpuWasm, type WasmModule } from "./cpu-modules.js";
import { inNode } from "./io/download.js";
import type { CpuEngine, GpuEngine } from "./engine/engine.js";
import type { WorkerPort } from "./run/worker-port.js";
import type { WorkOptions } from "./progress.js";
import { resolveSimd, type Simd, type SimdChoice } from "./engine/simd.js";

/** The JavaScript of an engine, and its compiled WebAssembly, not started yet. */
export interface EngineParts<Engine> {
  readonly engine: Engine & WasmModule;
  readonly module: WebAssembly.Module;
}

/** Where the engines come from. */
export interface EngineFiles {
  /** The instructions that `choice` means here. */
  simd(choice: SimdChoice | undefined): Simd;
  cpu(simd: Simd, options: WorkOptions): Promise<EngineParts<CpuEngine>>;
  gpu(options: WorkOptions): Promise<EngineParts<GpuEngine>>;
  /** A new worker with the CPU engine of these instructions; throws where workers cannot be had. */
  startWorker(simd: Simd): WorkerPort;
  /** How many workers there are at most. */
  readonly mostWorkers: number;
}

/** Workers beyond this add more memory than speed to a run of seconds. */
const MOST = 8;

/** The files beside this module. */
export const engineFiles: EngineFiles = {
  simd: resolveSimd,

  async cpu(simd, options) {
    const [engine, module] = await Promise.all([
      cpuModule(simd).catch(notThere("CPU")),
      compile(cpuWasm(simd), { ...options, stage: "engine", file: "CPU engine" }),
    ]);
    return { engine, module };
  },

  async gpu(options) {
    const [engine, module] = await Promise.all([
      (import("../wasm/webgpu/regulens_webgpu.js") as Promise<unknown> as Promise<GpuEngine & WasmModule>).catch(
        notThere("WebGPU"),
      ),
      compile(new URL("../wasm/webgpu/regulens_webgpu_bg.wasm", import.meta.url), {
        ...options,
        stage: "engine",
        file: "WebGPU engine",
      }),
    ]);
    return { engine, module };
  },

  startWorker(simd) {
    // Spelled out, each for itself, so that bundlers find them.
    if (simd === "relaxed") return new Worker(new URL("./cpu-relaxed-worker.js", import.meta.url), { type: "module" });
    return new Worker(new URL("./cpu-worker.js", import.meta.url), { type: "module" });
  },

  // Node has none of the browser's workers.
  mostWorkers: inNode() ? 1 : MOST,
};
