/** The worker that makes tables from signal files. It receives files, never their bytes. */

import type { PrepareEngine } from "../../../pkg/src/engine/prepare-engine";
import { serve } from "../rpc/serve";
import { type PrepareCalls, PrepareHandlers } from "./calls";

let engine: Promise<PrepareEngine> | undefined;

async function start(): Promise<PrepareEngine> {
  const module = (await import("../../../pkg/wasm/files/regulens_files.js")) as unknown as PrepareEngine & {
    default(): Promise<unknown>;
  };
  await module.default();
  return module;
}

serve<PrepareCalls>(() => new PrepareHandlers(() => (engine ??= start())));
