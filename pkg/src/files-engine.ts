/// <reference path="./wasm-modules.d.ts" />
/** The engine for files, started on first use and shared by all readers of files. */

import { compile, notThere, started } from "./engine/compile.js";
import type { WasmModule } from "./cpu-modules.js";
import { placed, wasmPath } from "./engine/place.js";
import type { PrepareEngine } from "./engine/prepare-engine.js";
import type { WorkOptions } from "./progress.js";
import { Shared } from "./engine/shared.js";

const engine = new Shared<PrepareEngine>(start, "Loading the engine of files");

async function start(options: WorkOptions): Promise<PrepareEngine> {
  const file = "engine of files";
  const from = placed(wasmPath("files"), new URL("../wasm/files/regulens_files_bg.wasm", import.meta.url));
  const [engine, module] = await Promise.all([
    (import("../wasm/files/regulens_files.js") as Promise<unknown> as Promise<PrepareEngine & WasmModule>).catch(
      notThere(file, from),
    ),
    compile(from, { ...options, stage: "engine", file }),
  ]);
  return started({ engine, module, from });
}

/** Starts or returns the engine for files. @throws DownloadError, EngineError, CancelledError. */
export function filesEngine(options: WorkOptions): Promise<PrepareEngine> {
  return engine.get(options);
}
