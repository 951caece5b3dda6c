/// <reference path="./wasm-modules.d.ts" />
/**
 * The CPU engines within the script: replaces `engine-files` in the entry `regulens/inline`, for bundlers that do not
 * follow `new URL("…", import.meta.url)`, and for pages of one file. There is no WebGPU in it, and one thread computes.
 */

import * as cpu from "../wasm/cpu/regulens_cpu.js";
import * as sequences from "../wasm/sequences/regulens_sequences.js";
import packedCpu from "packed:cpu";
import packedSequences from "packed:sequences";
import type { Reads } from "./engine/engine.js";
import type { EngineFiles, EngineParts } from "./engine-files.js";
import { EngineError } from "./errors.js";

const REMEDY = "Import `regulens` in place of `regulens/inline`, and serve its files.";

const ENGINES: Readonly<Record<Reads, { js: unknown; packed: Uint8Array }>> = {
  tables: { js: cpu, packed: packedCpu },
  sequences: { js: sequences, packed: packedSequences },
};

/** What the script holds. */
export const engineFiles: EngineFiles = {
  // One of the two builds: the one that every browser can run.
  simd: () => "plain",

  async cpu<Engine>(reads: Reads) {
    const { js, packed } = ENGINES[reads];
    const wasm = new Response(new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip")));
    return {
      engine: js as EngineParts<Engine>["engine"],
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
