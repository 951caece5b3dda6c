/// <reference path="../../../pkg/src/wasm-modules.d.ts" />
/**
 * Loads the engines of a single-file page from its blocks. Replaces the package's `engine-files`.
 */

import * as full from "../../../pkg/wasm/full/regulens_full.js";
import * as tables from "../../../pkg/wasm/tables/regulens_tables.js";
import type { EngineFiles } from "../../../pkg/src/engine-files";
import type { EngineParts } from "../../../pkg/src/engine/compile";
import type { GpuEngine } from "../../../pkg/src/engine/engine";
import { EngineError } from "../../../pkg/src/errors";

/** True if the script includes WebGPU's JavaScript; defined by the bundler. */
declare const WITH_WEBGPU: boolean;

/** The WebAssembly that the page contains. */
export interface GivenEngines {
  /** WebAssembly of the full CPU engine, or of its part for tables, which suffices for their models. */
  readonly cpu: Uint8Array;
  readonly webgpu?: Uint8Array | undefined;
}

let give: (engines: GivenEngines) => void;
const given = new Promise<GivenEngines>((resolve) => (give = resolve));

/** Provides the engines. Earlier requests wait for this call. */
export function giveEngines(engines: GivenEngines): void {
  give(engines);
}

async function parts<Engine>(js: unknown, wasm: Uint8Array): Promise<EngineParts<Engine>> {
  return { engine: js as EngineParts<Engine>["engine"], module: await WebAssembly.compile(wasm as BufferSource) };
}

/** Engines that the page contains. */
export const engineFiles: EngineFiles = {
  // The one of the two builds that every browser can run.
  simd: () => "plain",

  fullAlone: true,

  async cpu<Engine>() {
    const { engine, module } = await parts<Engine>(full, (await given).cpu);
    const hasSequences = WebAssembly.Module.exports(module).some(({ name }) => name === "trackmodel_new");
    return { engine: hasSequences ? engine : (tables as unknown as typeof engine), module };
  },

  async gpu() {
    const { webgpu } = await given;
    // Written this way so that a bundle without WebGPU excludes its JavaScript.
    const js = WITH_WEBGPU ? await import("../../../pkg/wasm/webgpu/regulens_webgpu.js") : undefined;
    if (!js || !webgpu) throw new EngineError("this file was saved without WebGPU", { code: "engine-missing" });
    return parts<GpuEngine>(js, webgpu);
  },

  startWorker() {
    throw new EngineError("there are no further workers in a page of one file", { code: "engine-missing" });
  },

  // A single file has few genes: one worker finishes them before a second has started.
  mostWorkers: 1,
};
