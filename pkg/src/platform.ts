/// <reference path="./wasm-modules.d.ts" />
/**
 * Where the engines come from.
 *
 * Paths to the wasm files are relative to this module, and are the same from `src/` and from the bundle in `dist/`.
 */

import { findAdapter, type AdapterSurvey } from "./device.js";
import { open, type DownloadOptions } from "./download.js";
import type { CpuEngine, GpuEngine, GpuInfo } from "./engine.js";
import { EngineError } from "./errors.js";
import { Guard } from "./guard.js";
import type { WorkOptions } from "./progress.js";
import { resolveSimd, type Simd, type SimdChoice } from "./simd.js";

/** A started GPU: its engine, what its device says, and what watches it. */
export interface RunningGpu {
  engine: GpuEngine;
  info: GpuInfo;
  guard: Guard;
}

/** A started CPU engine. */
export interface RunningCpu {
  engine: CpuEngine;
  simd: Simd;
}

/** What a lens needs from where it runs. */
export interface Platform {
  /** The CPU engine of these instructions, started once. */
  cpu(simd: SimdChoice | undefined, options: WorkOptions): Promise<RunningCpu>;
  /** Looks for a WebGPU adapter without starting anything. */
  findAdapter(): Promise<AdapterSurvey>;
  /** The WebGPU engine with its device, started once. Rejects for good once the device is lost. */
  gpu(options: WorkOptions): Promise<RunningGpu>;
}

/** A module that wasm-bindgen made for the target `web`. */
interface WasmModule {
  default(input: { module_or_path: Response }): Promise<unknown>;
}

/** Milliseconds within which a device must have started. */
const START_LIMIT = 60_000;

class HostPlatform implements Platform {
  #cpu = new Map<Simd, Promise<RunningCpu>>();
  #gpu: Promise<RunningGpu> | undefined;

  readonly findAdapter = findAdapter;

  cpu(choice: SimdChoice | undefined, options: WorkOptions): Promise<RunningCpu> {
    const simd = resolveSimd(choice);
    let running = this.#cpu.get(simd);
    if (!running) {
      running = startCpu(simd, options).catch((error: unknown) => {
        this.#cpu.delete(simd);
        throw error;
      });
      this.#cpu.set(simd, running);
    }
    return running;
  }

  async gpu(options: WorkOptions): Promise<RunningGpu> {
    this.#gpu ??= startGpu(options).catch((error: unknown) => {
      this.#gpu = undefined;
      throw error;
    });
    const gpu = await this.#gpu;
    const { lost } = gpu.guard;
    // A lost device leaves the engine in an unknown state, and a module is instantiated once.
    if (lost) throw new EngineError(`${lost.message}; reload the page to try WebGPU again`, { code: lost.code, cause: lost });
    return gpu;
  }
}

/** The engines of this page, worker or Node process. */
export const host: Platform = new HostPlatform();

/** Where the CPU engines lie. Spelled out, each for itself, so that bundlers find them. */
const CPU = {
  plain: {
    module: () => import("../wasm/cpu/regulens_cpu.js"),
    wasm: () => new URL("../wasm/cpu/regulens_cpu_bg.wasm", import.meta.url),
  },
  relaxed: {
    module: () => import("../wasm/cpu-relaxed/regulens_cpu-relaxed.js"),
    wasm: () => new URL("../wasm/cpu-relaxed/regulens_cpu-relaxed_bg.wasm", import.meta.url),
  },
};

async function startCpu(simd: Simd, options: WorkOptions): Promise<RunningCpu> {
  const engine = (await CPU[simd].module().catch(notThere("CPU"))) as unknown as CpuEngine & WasmModule;
  await instantiate(engine, CPU[simd].wasm(), { ...options, stage: "engine", file: "CPU engine" });
  return { engine, simd };
}

async function startGpu(options: WorkOptions): Promise<RunningGpu> {
  const module = (await import("../wasm/webgpu/regulens_webgpu.js").catch(notThere("WebGPU"))) as unknown as GpuEngine & WasmModule;
  await instantiate(module, new URL("../wasm/webgpu/regulens_webgpu_bg.wasm", import.meta.url), { ...options, stage: "engine", file: "WebGPU engine" });
  const guard = new Guard();
  const info = await guard.wait(() => module.startDevice(guard.lose), START_LIMIT, options.signal);
  return { engine: module, info, guard };
}

async function instantiate(module: WasmModule, url: URL, options: DownloadOptions): Promise<void> {
  const { body } = await open(url, options);
  // Named as what it is, so that it compiles while it arrives whatever the server calls it.
  await module.default({ module_or_path: new Response(body, { headers: { "content-type": "application/wasm" } }) });
}

function notThere(engine: string): (cause: unknown) => never {
  return (cause) => {
    throw new EngineError(`The ${engine} engine could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      code: "engine-missing",
      remedy: "Serve the folder `wasm` beside `dist`, as it is in the package.",
      cause,
    });
  };
}
