/// <reference path="./wasm-modules.d.ts" />
/**
 * The full CPU engine within the script: replaces `engine-files` in the entry `regulens/inline`, for bundlers that do
 * not follow `new URL("…", import.meta.url)`. It has no WebGPU, and computes on one thread.
 */

import * as js from "../wasm/full/regulens_full.js";
import packed from "packed:full";
import type { EngineFiles } from "./engine-files.js";
import type { EngineParts } from "./engine/compile.js";
import { EngineError } from "./errors.js";

const REMEDY = "Import `regulens` in place of `regulens/inline`, and serve its files.";

/** Engine files contained in the script. */
export const engineFiles: EngineFiles = {
  // The one of the two builds that every browser can run.
  simd: () => "plain",

  fullAlone: true,

  async cpu<Engine>() {
    const wasm = new Response(new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip")));
    return {
      engine: js as unknown as EngineParts<Engine>["engine"],
      module: await WebAssembly.compile(await wasm.arrayBuffer()),
    };
  },

  async gpu() {
    throw new EngineError("The WebGPU engine is not in this script.", { code: "engine-missing", remedy: REMEDY });
  },

  startWorker() {
    throw new EngineError("The scripts of workers are not in this script.", { code: "engine-missing", remedy: REMEDY });
  },

  mostWorkers: 1,
};
