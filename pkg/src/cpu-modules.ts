/// <reference path="./wasm-modules.d.ts" />
/** Where the CPU engines lie: paths that are the same from `src/` and from the bundles in `dist/`. */

import type { CpuEngines, Reads } from "./engine/engine.js";
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
const FILES: Readonly<Record<Reads, Readonly<Record<Simd, Files>>>> = {
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
  sequences: {
    plain: {
      module: () => import("../wasm/sequences/regulens_sequences.js"),
      wasm: () => new URL("../wasm/sequences/regulens_sequences_bg.wasm", import.meta.url),
    },
    relaxed: {
      module: () => import("../wasm/sequences-relaxed/regulens_sequences-relaxed.js"),
      wasm: () => new URL("../wasm/sequences-relaxed/regulens_sequences-relaxed_bg.wasm", import.meta.url),
    },
  },
};

/** The JavaScript of a CPU engine. */
export function cpuModule<Read extends Reads>(reads: Read, simd: Simd): Promise<CpuEngines[Read] & WasmModule> {
  return FILES[reads][simd].module() as Promise<CpuEngines[Read] & WasmModule>;
}

/** The address of its WebAssembly. */
export function cpuWasm(reads: Reads, simd: Simd): URL {
  return FILES[reads][simd].wasm();
}
