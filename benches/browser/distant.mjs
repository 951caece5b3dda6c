/** A static host at some distance, as readers have it: latency, a line of limited width, everything gzipped. */

import { createServer } from "node:http";
import { existsSync, readFileSync, statSync } from "node:fs";
import { extname, join, normalize, sep } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { gzipSync } from "node:zlib";

import { TYPES } from "./server.mjs";

/** Milliseconds of a slice of time, in which each answer gets its share of the line. */
const SLICE = 8;

export class DistantHost {
  /** HTML to answer with instead of the folder's index. */
  page;
  /** Files that were answered since the last look: their paths and gzipped bytes. */
  answers = [];
  /** Bytes sent since the last look. */
  sent = 0;
  #packed = new Map();
  #waiting = [];
  #server = createServer((request, response) => void this.#answer(request, response));

  /**
   * @param {string} folder the files
   * @param {number} latency milliseconds before an answer begins
   * @param {number} rate bytes that the line carries in a millisecond
   */
  constructor(folder, latency, rate = Infinity) {
    Object.assign(this, { folder, latency, rate });
  }

  async start() {
    await new Promise((ready) => this.#server.listen(0, "127.0.0.1", ready));
    if (this.rate < Infinity) void this.#carry();
    this.url = `http://127.0.0.1:${this.#server.address().port}/`;
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const file = join(this.folder, normalize(path).replace(/\/$/, `${sep}index.html`));
    const body = path === "/" && this.page ? gzipSync(this.page, { level: 9 }) : this.#file(file);
    await after(this.latency);
    if (!body) return void response.writeHead(404).end();
    this.answers.push({ path, bytes: body.length });
    response.writeHead(200, {
      "content-type": TYPES[path === "/" ? ".html" : extname(file)] ?? "application/octet-stream",
      "content-encoding": "gzip",
      "content-length": body.length,
      "cache-control": "max-age=600",
    });
    if (this.rate < Infinity) return void this.#waiting.push({ response, body, at: 0 });
    this.sent += body.length;
    response.end(body);
  }

  #file(file) {
    if (!existsSync(file) || !statSync(file).isFile()) return undefined;
    if (!this.#packed.has(file)) this.#packed.set(file, gzipSync(readFileSync(file), { level: 9 }));
    return this.#packed.get(file);
  }

  /** In each slice of time a share of the line for each answer that is under way. */
  async #carry() {
    let last = performance.now();
    while (this.#server.listening) {
      await after(SLICE);
      const now = performance.now();
      // Timers come late on a busy machine: what the line would have carried meanwhile is not lost.
      let left = Math.min(4 * SLICE, now - last) * this.rate;
      last = now;
      while (left > 0 && this.#waiting.length > 0) {
        const each = Math.max(1, Math.floor(left / this.#waiting.length));
        for (const answer of this.#waiting) {
          const part = answer.body.subarray(answer.at, answer.at + each);
          answer.response.write(part);
          answer.at += part.length;
          left -= part.length;
          this.sent += part.length;
        }
        for (const { response } of this.#waiting.filter(({ body, at }) => at === body.length)) response.end();
        this.#waiting = this.#waiting.filter(({ response }) => !response.writableEnded);
      }
    }
  }
}
