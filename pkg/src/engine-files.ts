/// <reference path="./wasm-modules.d.ts" />
/**
 * Location of the engines: files beside this module. Single-file builds replace this module with one of their own.
 *
 * Paths to the wasm files are the same from `src/` and from the bundle in `dist/`.
 */

import { compile, type EngineParts, notThere } from "./engine/compile.js";
import { cpuModule, cpuWasm, cpuWorker, type WasmModule } from "./cpu-modules.js";
import { mostWorkers, placed, wasmPath } from "./engine/place.js";
import type { CpuEngines, CpuName, GpuEngine } from "./engine/engine.js";
import type { WorkerPort } from "./run/worker-port.js";
import type { WorkOptions } from "./progress.js";
import { resolveSimd, type Simd, type SimdChoice } from "./engine/simd.js";

/** Source of the engines. */
export interface EngineFiles {
  /** The SIMD instructions that `choice` selects on this platform. */
  simd(choice: SimdChoice | undefined): Simd;
  /** True if only the full CPU engine exists; it then stands in for the tables engine too. */
  readonly fullAlone: boolean;
  cpu<Name extends CpuName>(name: Name, simd: Simd, options: WorkOptions): Promise<EngineParts<CpuEngines[Name]>>;
  gpu(options: WorkOptions): Promise<EngineParts<GpuEngine>>;
  /** Starts a worker with a CPU engine for these instructions; throws if workers are unavailable. */
  startWorker(name: CpuName, simd: Simd): WorkerPort;
  /** Largest number of workers. */
  readonly mostWorkers: number;
}

/** The files beside this module. */
export const engineFiles: EngineFiles = {
  simd: resolveSimd,

  fullAlone: false,

  async cpu(name, simd, options) {
    const file = name === "full" ? "full CPU engine" : "CPU engine";
    const js = cpuModule(name, simd);
    // If both fail, the error is that of the larger file.
    js.catch(() => {});
    const from = cpuWasm(name, simd);
    const module = await compile(from, { ...options, stage: "engine", file });
    return { engine: await js.catch(notThere(file, from)), module, from };
  },

  async gpu(options) {
    const file = "WebGPU engine";
    const from = placed(wasmPath("webgpu"), new URL("../wasm/webgpu/regulens_webgpu_bg.wasm", import.meta.url));
    const [engine, module] = await Promise.all([
      (import("../wasm/webgpu/regulens_webgpu.js") as Promise<unknown> as Promise<GpuEngine & WasmModule>).catch(
        notThere(file, from),
      ),
      compile(from, { ...options, stage: "engine", file }),
    ]);
    return { engine, module, from };
  },

  startWorker(name, simd) {
    const elsewhere = cpuWorker(name, simd);
    if (elsewhere) return new Worker(elsewhere, { type: "module" });
    // Each path is spelled out so that bundlers find it.
    if (name === "full") {
      if (simd === "relaxed")
        return new Worker(new URL("./full-relaxed-worker.js", import.meta.url), { type: "module" });
      return new Worker(new URL("./full-worker.js", import.meta.url), { type: "module" });
    }
    if (simd === "relaxed") return new Worker(new URL("./cpu-relaxed-worker.js", import.meta.url), { type: "module" });
    return new Worker(new URL("./cpu-worker.js", import.meta.url), { type: "module" });
  },

  mostWorkers: mostWorkers(),
};
