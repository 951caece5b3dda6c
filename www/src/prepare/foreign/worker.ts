/** The worker that makes model files from weights trained elsewhere. */

import { serve } from "../../rpc/serve";
import { type ForeignCalls, type ForeignEngine, ForeignHandlers } from "./calls";

let engine: Promise<ForeignEngine> | undefined;

async function start(): Promise<ForeignEngine> {
  const module = (await import("../../../../pkg/wasm/foreign/regulens_foreign.js")) as unknown as ForeignEngine & {
    default(): Promise<unknown>;
  };
  await module.default();
  return module;
}

serve<ForeignCalls>(() => new ForeignHandlers(() => (engine ??= start())));
