/** Fetches an engine; errors name the address. */

import { type DownloadOptions, failed, open } from "../io/download.js";
import { EngineError } from "../errors.js";

/** Fetches and compiles at the same time. */
export async function compile(url: URL, options: DownloadOptions): Promise<WebAssembly.Module> {
  const { body } = await open(url, options);
  // Given its MIME type here, so that it compiles while it downloads, whatever type the server sends.
  const typed = new Response(body, { headers: { "content-type": "application/wasm" } });
  try {
    return await WebAssembly.compileStreaming(typed);
  } catch (cause) {
    throw failed(options, cause);
  }
}

/** For an engine whose JavaScript could not be imported. */
export function notThere(engine: string): (cause: unknown) => never {
  return (cause) => {
    throw new EngineError(
      `The ${engine} engine could not be loaded: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        code: "engine-missing",
        remedy: "Serve the folder `wasm` beside `dist`, as it is in the package.",
        cause,
      },
    );
  };
}
