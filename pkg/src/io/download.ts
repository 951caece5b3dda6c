/** Fetches files, with progress, a size limit and cancellation. */

import { CancelledError, DownloadError, throwIfCancelled } from "../errors.js";
import type { Progress, WorkOptions } from "../progress.js";

/** Purpose of a download, and its limits. */
export interface DownloadOptions extends WorkOptions {
  /** The stage reported in progress. */
  stage: Progress["stage"];
  /** The file's name in progress and messages. */
  file: string;
  /** Maximum number of bytes. */
  limit?: number;
  /** The file's address, for error messages. */
  from?: URL;
  /** Remedy if the server's response is not the file. */
  remedy?: string;
  /** Request headers. */
  headers?: Record<string, string>;
}

/** Returns true in Node, where `file:` addresses are read from disk. */
export function inNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return typeof process?.versions?.node === "string";
}

/** Imports a module of Node; its name is a variable so that bundlers for the browser ignore it. */
export function nodeModule<Module>(name: string): Promise<Module> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name) as Promise<Module>;
}

/** The last part of an address, for messages. */
export function fileName(url: string | URL): string {
  const path = String(url).split(/[?#]/, 1)[0] ?? "";
  const name = path.slice(path.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(name) || String(url);
  } catch {
    // A `%` that starts no valid escape.
    return name;
  }
}

/** A number of bytes for a reader, in decimal units: "4.2 MB". */
export function inWords(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  if (bytes >= 1e3) return `${(bytes / 1e3).toFixed(0)} kB`;
  return `${bytes} bytes`;
}

/** Throws if `bytes` exceeds `limit`, naming both. */
export function refuseOverLimit(file: string, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  throw new DownloadError(
    `${file} has ${bytes === Infinity ? "more than the limit" : inWords(bytes)}; files of at most ` +
      `${inWords(limit)} are taken here.`,
    {
      code: "too-large",
      file,
      remedy: "Check that this is the file you meant.",
    },
  );
}

/**
 * Opens `url` and returns a response whose body reports progress as it is read.
 *
 * In Node, `file:` addresses are read from disk.
 */
export async function open(url: string | URL, options: DownloadOptions): Promise<Response> {
  const { file, signal, limit = Infinity } = options;
  throwIfCancelled(signal, `Loading ${file}`);
  const response = await request(url, options);
  const encoded = response.headers.has("content-encoding");
  const length = Number(response.headers.get("content-length") ?? 0);
  if (!encoded) refuseOverLimit(file, length, limit);
  const body = response.body;
  if (!body) return response;
  const headers = new Headers({
    "content-type": response.headers.get("content-type") ?? "",
    ...(encoded ? {} : { "content-length": String(length) }),
  });
  return new Response(counted(body, encoded ? 0 : length, options), { headers, status: response.status });
}

/** Fetches `url` completely. */
export async function download(url: string | URL, options: DownloadOptions): Promise<Uint8Array> {
  const response = await open(url, options);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw failed(options, cause);
  }
}

async function request(url: string | URL, options: DownloadOptions): Promise<Response> {
  try {
    if (inNode() && String(url).startsWith("file:")) {
      const { readFile } = await nodeModule<{ readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> }>(
        "node:fs/promises",
      );
      const bytes = await readFile(new URL(url));
      return new Response(bytes, { headers: { "content-length": String(bytes.length), "content-type": typeOf(url) } });
    }
    const { signal, headers } = options;
    const response = await fetch(url, { signal, headers });
    // Caught below, where the error gets the file's name.
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    return response;
  } catch (cause) {
    throw failed(options, cause);
  }
}

function typeOf(url: string | URL): string {
  return String(url).endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
}

/** Passes bytes through, reports progress, stops at the limit, and names the file if the stream breaks. */
function counted(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  total: number,
  options: DownloadOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { stage, file, onProgress, limit = Infinity } = options;
  const reader = body.getReader();
  let done = 0;
  onProgress?.({ stage, file, done, total, unit: "bytes" });
  return new ReadableStream({
    async pull(controller) {
      try {
        const chunk = await reader.read();
        if (chunk.done) return controller.close();
        done += chunk.value.length;
        if (done > limit) refuseOverLimit(file, Infinity, limit);
        onProgress?.({ stage, file, done, total, unit: "bytes" });
        controller.enqueue(chunk.value);
      } catch (cause) {
        controller.error(failed(options, cause));
        await reader.cancel(cause).catch(() => {});
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** The error for a file that did not arrive, or not completely. */
export function failed(options: DownloadOptions, cause: unknown): Error {
  if (options.signal?.aborted) return new CancelledError(`Loading ${options.file}`);
  if (cause instanceof DownloadError) return cause;
  const { navigator } = globalThis as { navigator?: { onLine?: boolean } };
  if (navigator?.onLine === false) {
    return new DownloadError(`${options.file} is not kept on this machine, and there is no network.`, {
      code: "offline",
      file: options.file,
      remedy: "Take one that is kept, or try again with a network.",
      cause,
    });
  }
  return new DownloadError(
    `${options.file} could not be loaded${options.from ? ` from ${options.from}` : ""}: ` +
      `${cause instanceof Error ? cause.message : String(cause)}.`,
    {
      code: "download-failed",
      file: options.file,
      remedy:
        (cause instanceof TypeError ? undefined : options.remedy) ??
        "Check the address and the connection, then try again.",
      cause,
    },
  );
}
