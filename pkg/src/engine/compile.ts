/** Fetches and starts an engine; errors name the address. */

import { type DownloadOptions, failed, open } from "../io/download.js";
import type { WasmModule } from "../cpu-modules.js";
import { EngineError } from "../errors.js";

const REMEDY =
  "Serve the folder `wasm` of the package beside `dist`, or say where it lies with `Regulens.configure({ base })`; " +
  'in Vite, add `optimizeDeps: { exclude: ["regulens"] }`, and for a linked package `server.fs.allow`.';

/** Fetches and compiles at the same time. */
export async function compile(url: URL, given: DownloadOptions): Promise<WebAssembly.Module> {
  const options = { ...given, from: url, remedy: REMEDY };
  const { body, headers } = await open(url, options);
  // Development servers answer an unknown address with the app's page.
  if (headers.get("content-type")?.startsWith("text/html")) {
    body?.cancel().catch(() => {});
    throw failed(options, new Error("the server answered with an HTML page"));
  }
  // The MIME type is set here so that compilation streams whatever type the server sends.
  const typed = new Response(body, { headers: { "content-type": "application/wasm" } });
  try {
    return await WebAssembly.compileStreaming(typed);
  } catch (cause) {
    throw failed(options, cause);
  }
}

/** Makes the handler for an engine's JavaScript, beside `wasm`, that could not be imported. */
export function notThere(engine: string, wasm: URL): (cause: unknown) => never {
  return (cause) => {
    throw new EngineError(
      `The ${engine} at ${wasm} could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { code: "engine-missing", remedy: REMEDY, cause },
    );
  };
}

/** An engine's JavaScript and its compiled WebAssembly, not started yet. */
export interface EngineParts<Engine> {
  readonly engine: Engine & WasmModule;
  readonly module: WebAssembly.Module;
  /** Address of the WebAssembly; absent if the script contains it. */
  readonly from?: URL;
}

/** Starts an engine; the error says if its script and its code are from different builds. */
export async function started<Engine>({ engine, module, from }: EngineParts<Engine>): Promise<Engine> {
  try {
    await engine.default({ module_or_path: module });
    return engine;
  } catch (cause) {
    if (!(cause instanceof WebAssembly.LinkError || cause instanceof TypeError)) throw cause;
    throw new EngineError(`The engine${from ? ` at ${from}` : ""} does not belong to its script: ${cause.message}`, {
      code: "engine-mismatch",
      remedy: "Serve `dist` and `wasm` of one version; a browser or a server may have kept an older file.",
      cause,
    });
  }
}
