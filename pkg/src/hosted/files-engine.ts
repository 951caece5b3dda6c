/** The engine for files, from the configured address; replaces `files-engine` in the entry `regulens/hosted`. */

import { started } from "../engine/compile.js";
import { hosted } from "./engine-files.js";
import type { PrepareEngine } from "../engine/prepare-engine.js";
import type { WorkOptions } from "../progress.js";
import { Shared } from "../engine/shared.js";

const engine = new Shared<PrepareEngine>(
  async (options) => started(await hosted<PrepareEngine>("files", "engine of files", options)),
  "Loading the engine of files",
);

/** Starts or returns the engine for files. @throws DownloadError, EngineError, CancelledError. */
export function filesEngine(options: WorkOptions): Promise<PrepareEngine> {
  return engine.get(options);
}
