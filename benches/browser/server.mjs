/**
 * The local server of the pages: every file gzipped at level 9, cross-origin isolated so that WebAssembly can have
 * threads, nothing cached, and every file that a visit loads is counted.
 *
 * A visit is an address of its own, `/visit/ID/`, with everything below it:
 *
 *     regulens/  ort/  tf/PACKAGE/     what is timed, as it is published
 *     models/  data/                   weights in each runtime's form; signal and exact outputs
 *     pages/                           the harness's own scripts
 *     expected                         what the first runtime gave, once it was put there
 */

import { createServer } from "node:http";
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";
import { gzipSync } from "node:zlib";

/** Content types of the files that pages load, by their endings. */
export const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** Addresses that a visitor of a page would not load. */
const HARNESS = /^(pages|data)\/|^expected$|^$/;

export class Server {
  #folders;
  #server;
  #visits = new Map();
  #packed = new Map();
  #expected;

  /** @param {Record<string, string>} folders by the first part of their address */
  constructor(folders) {
    this.#folders = folders;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start() {
    await new Promise((ready) => this.#server.listen(0, "127.0.0.1", ready));
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /**
   * A new visit: the address of its page, and what it loads.
   *
   * @param {string} html the page
   */
  visit(html) {
    const id = String(this.#visits.size + 1);
    const files = [];
    this.#visits.set(id, { html, files });
    return { url: `http://127.0.0.1:${this.#server.address().port}/visit/${id}/`, files };
  }

  async #answer(request, response) {
    const url = new URL(request.url, "http://localhost");
    const [, id, path] = /^\/visit\/(\d+)\/(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    const visit = this.#visits.get(id);
    if (visit && request.method === "PUT" && path === "expected") {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      this.#expected = pack(Buffer.concat(chunks));
      response.writeHead(204).end();
      return;
    }
    const body = visit && this.#body(visit, path, url);
    if (!body) {
      response.writeHead(404, { "cache-control": "no-store" }).end();
      return;
    }
    if (!HARNESS.test(path)) visit.files.push({ path, bytes: body.raw, gzipped: body.gzipped.length });
    response.writeHead(200, {
      "content-type": TYPES[path === "" ? ".html" : extname(path)] ?? "application/octet-stream",
      "content-encoding": "gzip",
      "content-length": body.gzipped.length,
      "cache-control": "no-store",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
    });
    response.end(body.gzipped);
  }

  #body(visit, path, url) {
    if (path === "") return pack(Buffer.from(visit.html));
    if (path === "expected") return this.#expected;
    if (path === "pages/watched-worker.mjs") {
      return pack(Buffer.from(`import "./memory.js";\nimport ${JSON.stringify(url.searchParams.get("script"))};\n`));
    }
    const [first] = path.split("/", 1);
    const folder = this.#folders[first];
    const file = folder && join(folder, normalize(path.slice(first.length)));
    if (!file || !file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) return undefined;
    if (!this.#packed.has(file)) this.#packed.set(file, pack(readFileSync(file)));
    return this.#packed.get(file);
  }
}

function pack(bytes) {
  return { raw: bytes.length, gzipped: gzipSync(bytes, { level: 9 }) };
}
