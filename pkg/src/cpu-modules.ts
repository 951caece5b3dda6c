/// <reference path="./wasm-modules.d.ts" />
/** Where the CPU engines lie: paths that are the same from `src/` and from the bundles in `dist/`. */

import type { CpuEngine } from "./engine/engine.js";
import type { Simd } from "./engine/simd.js";

/** A module that wasm-bindgen made for the target `web`. */
export interface WasmModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}

/** The JavaScript of the CPU engine. Each path is spelled out, so that bundlers find it. */
export function cpuModule(simd: Simd): Promise<CpuEngine & WasmModule> {
  const module =
    simd === "relaxed" ? import("../wasm/cpu-relaxed/regulens_cpu-relaxed.js") : import("../wasm/cpu/regulens_cpu.js");
  return module as Promise<unknown> as Promise<CpuEngine & WasmModule>;
}

/** The address of its WebAssembly. */
export function cpuWasm(simd: Simd): URL {
  return simd === "relaxed"
    ? new URL("../wasm/cpu-relaxed/regulens_cpu-relaxed_bg.wasm", import.meta.url)
    : new URL("../wasm/cpu/regulens_cpu_bg.wasm", import.meta.url);
}
