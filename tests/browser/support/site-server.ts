// A static server that a test can stop, start again, and give another folder: the host of a site, through the years.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const www = fileURLToPath(new URL("../../../www/", import.meta.url));

/** The built site. */
export const SITE = join(www, "dist");

/**
 * A copy of the built site in a folder of its own, with files exchanged or taken away, listed as the build lists them.
 */
export function anotherBuild(changes: Record<string, (text: string) => string>): {
  folder: string;
  build: string;
  remove(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), "regulens-site-"));
  cpSync(SITE, folder, { recursive: true });
  for (const [path, change] of Object.entries(changes))
    writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));
  const listed = spawnSync(process.execPath, [join(www, "list-site.mjs"), folder], { encoding: "utf8" });
  if (listed.status !== 0) throw new Error(listed.stderr);
  return { folder, build: listed.stdout.trim(), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A static server for this machine. */
export class SiteServer {
  /** Paths that were asked for, below the base, with their queries. */
  readonly asked: string[] = [];
  /** From which byte on, where not from the first. */
  readonly ranges: number[] = [];
  folder = SITE;
  /** Files that the folder does not have, by their paths. */
  readonly made = new Map<string, Buffer>();
  /** The server's content type of a wasm file; some know no such type. */
  wasmType = "application/wasm";
  /** Paths whose answers do not come until `release`, as from a slow host. */
  held: RegExp | undefined;
  /** After how many bytes of an answer the connection is cut; undefined for one that comes whole. */
  cut: ((path: string, bytes: number) => number | undefined) | undefined;
  #waiting: (() => void)[] = [];
  #server: Server | undefined;
  #port = 0;

  constructor(readonly base = "/a/sub/path/") {}

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.base}`;
  }

  /** Listens; at the same port as before. */
  async start(): Promise<this> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve, reject) =>
      this.#server?.once("error", reject).listen(this.#port, "127.0.0.1", resolve),
    );
    const address = this.#server.address();
    if (address && typeof address === "object") this.#port = address.port;
    return this;
  }

  /** Gives the answers that were held. */
  release(): void {
    this.held = undefined;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Is gone, with every open connection. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async #answer({ url = "", headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(url.split("?", 1)[0] ?? "");
    const asked = url.startsWith(this.base) ? url.slice(this.base.length) : url;
    this.asked.push(asked);
    const below = normalize(path.startsWith(this.base) ? path.slice(this.base.length) : "../");
    const file = join(this.folder, below === "." || below === "./" ? "index.html" : below);
    const made = this.made.get(below);
    if (this.held?.test(below)) await new Promise<void>((go) => this.#waiting.push(go));
    if (below.startsWith("..") || (!made && !existsSync(file)))
      return void response.writeHead(404, { "content-type": "text/plain" }).end("not here");
    const type = extname(file) === ".wasm" ? this.wasmType : (TYPES[extname(file)] ?? "application/octet-stream");
    const whole = made ?? (await readFile(file));
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    if (from > 0) this.ranges.push(from);
    if (from > 0 && from >= whole.length) return void response.writeHead(416).end();
    const body = whole.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      ...{ "content-type": type, "cache-control": "no-store", "content-length": body.length },
      ...(from > 0 ? { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` } : {}),
    });
    const cut = this.cut?.(asked, body.length);
    if (cut === undefined) return void response.end(body);
    // The bytes that were written have left by then.
    const end = (): void => void setTimeout(() => response.destroy(), 20);
    response.flushHeaders();
    if (cut > 0) response.write(body.subarray(0, cut), end);
    else end();
    // A browser that takes no more for now is cut as well.
    setTimeout(() => response.destroy(), 5_000).unref();
  }
}
