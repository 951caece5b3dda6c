/// <reference path="./wasm-modules.d.ts" />
/**
 * Where the engines come from: files beside this module. What is made into one file puts a module of its own in this
 * one's place.
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

/** Where the engines come from. */
export interface EngineFiles {
  /** The instructions that `choice` means here. */
  simd(choice: SimdChoice | undefined): Simd;
  /** True if there is none but the full CPU engine, which then stands for the other too. */
  readonly fullAlone: boolean;
  cpu<Name extends CpuName>(name: Name, simd: Simd, options: WorkOptions): Promise<EngineParts<CpuEngines[Name]>>;
  gpu(options: WorkOptions): Promise<EngineParts<GpuEngine>>;
  /** A new worker with a CPU engine of these instructions; throws where workers cannot be had. */
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
    // If neither comes, the error is that of the larger file.
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
    // Spelled out, each for itself, so that bundlers find them.
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
