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
import type { CpuEngines, GpuEngine, Reads } from "./engine/engine.js";
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
  cpu<Read extends Reads>(reads: Read, simd: Simd, options: WorkOptions): Promise<EngineParts<CpuEngines[Read]>>;
  gpu(options: WorkOptions): Promise<EngineParts<GpuEngine>>;
  /** A new worker with a CPU engine of these instructions; throws where workers cannot be had. */
  startWorker(reads: Reads, simd: Simd): WorkerPort;
  /** How many workers there are at most. */
  readonly mostWorkers: number;
}

/** Workers beyond this add more memory than speed to a run of seconds. */
const MOST = 8;

/** The files beside this module. */
export const engineFiles: EngineFiles = {
  simd: resolveSimd,

  async cpu(reads, simd, options) {
    const [engine, module] = await Promise.all([
      cpuModule(reads, simd).catch(notThere("CPU")),
      compile(cpuWasm(reads, simd), { ...options, stage: "engine", file: "CPU engine" }),
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

  startWorker(reads, simd) {
    // Spelled out, each for itself, so that bundlers find them.
    if (reads === "sequences") {
      if (simd === "relaxed")
        return new Worker(new URL("./sequences-relaxed-worker.js", import.meta.url), { type: "module" });
      return new Worker(new URL("./sequences-worker.js", import.meta.url), { type: "module" });
    }
    if (simd === "relaxed") return new Worker(new URL("./cpu-relaxed-worker.js", import.meta.url), { type: "module" });
    return new Worker(new URL("./cpu-worker.js", import.meta.url), { type: "module" });
  },

  // Node has none of the browser's workers.
  mostWorkers: inNode() ? 1 : MOST,
};
