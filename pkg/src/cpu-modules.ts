/// <reference path="./wasm-modules.d.ts" />
/** Where the CPU engines lie: paths that are the same from `src/` and from the bundles in `dist/`. */

import type { CpuEngines, CpuName } from "./engine/engine.js";
import { cpuFolder, packageFolder, placed, wasmPath, workerPath } from "./engine/place.js";
import type { Simd } from "./engine/simd.js";

/** A module that wasm-bindgen made for the target `web`. */
export interface WasmModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}

/** Where one engine is: its JavaScript, and its WebAssembly. */
interface Files {
  readonly module: () => Promise<unknown>;
  readonly wasm: () => URL;
}

/** Each path is spelled out, so that bundlers find it. */
const FILES: Readonly<Record<CpuName, Readonly<Record<Simd, Files>>>> = {
  tables: {
    plain: {
      module: () => import("../wasm/cpu/regulens_cpu.js"),
      wasm: () => new URL("../wasm/cpu/regulens_cpu_bg.wasm", import.meta.url),
    },
    relaxed: {
      module: () => import("../wasm/cpu-relaxed/regulens_cpu-relaxed.js"),
      wasm: () => new URL("../wasm/cpu-relaxed/regulens_cpu-relaxed_bg.wasm", import.meta.url),
    },
  },
  full: {
    plain: {
      module: () => import("../wasm/full/regulens_full.js"),
      wasm: () => new URL("../wasm/full/regulens_full_bg.wasm", import.meta.url),
    },
    relaxed: {
      module: () => import("../wasm/full-relaxed/regulens_full-relaxed.js"),
      wasm: () => new URL("../wasm/full-relaxed/regulens_full-relaxed_bg.wasm", import.meta.url),
    },
  },
};

/** The JavaScript of a CPU engine. */
export function cpuModule<Name extends CpuName>(name: Name, simd: Simd): Promise<CpuEngines[Name] & WasmModule> {
  return FILES[name][simd].module() as Promise<CpuEngines[Name] & WasmModule>;
}

/** The address of its WebAssembly. */
export function cpuWasm(name: CpuName, simd: Simd): URL {
  return placed(wasmPath(cpuFolder(name, simd)), FILES[name][simd].wasm());
}

/** The address of the script of its workers, where that is not beside this one. */
export function cpuWorker(name: CpuName, simd: Simd): URL | undefined {
  const folder = packageFolder(FILES[name][simd].wasm());
  return folder && new URL(workerPath(cpuFolder(name, simd)), folder);
}
