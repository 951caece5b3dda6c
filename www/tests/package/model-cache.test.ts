import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Progress } from "../../../pkg/src/progress";
import { SlicedFile, wholeOf } from "../../../pkg/src/io/model-bytes";
import {
  downloadModel,
  downloadSliced,
  forgetModel,
  isKept,
  keptModels,
  LEAST_KEPT,
} from "../../../pkg/src/io/model-cache";
import { given } from "../fakes/read-in-place";

const FILE = Uint8Array.from({ length: LEAST_KEPT + 1000 }, (_, i) => i % 251);
const PIECE = 1_000_000;
const kept = new Map<string, Uint8Array>();
const asked: (string | null)[] = [];
/** Bytes after which the connection breaks; whether the server knows ranges. */
const server = { breaks: Infinity, ranges: true };

const cache = {
  match: async (key: string) => (kept.has(key) ? new Response(kept.get(key) as BodyInit) : undefined),
  put: async (key: string, response: Response) => void kept.set(key, new Uint8Array(await response.arrayBuffer())),
  delete: async (key: string) => kept.delete(key),
  keys: async () => [...kept.keys()].map((url) => ({ url })),
};

beforeEach(() => {
  kept.clear();
  asked.length = 0;
  Object.assign(server, { breaks: Infinity, ranges: true });
  Object.assign(globalThis, {
    caches: { open: async () => cache },
    fetch: async (_: string, options: { headers?: Record<string, string>; signal?: AbortSignal }) => {
      const range = options.headers?.["range"] ?? null;
      asked.push(range);
      const from = range && server.ranges ? Number(/\d+/.exec(range)?.[0]) : 0;
      if (from >= FILE.length) return new Response(null, { status: 416 });
      let at = from;
      const body = new ReadableStream({
        pull(controller) {
          if (options.signal?.aborted || at >= server.breaks)
            return controller.error(new TypeError("the connection broke"));
          if (at >= FILE.length) return controller.close();
          controller.enqueue(FILE.slice(at, at + PIECE));
          at += PIECE;
        },
      });
      return new Response(body, {
        status: from > 0 ? 206 : 200,
        headers: { "content-length": String(FILE.length - from) },
      });
    },
  });
});

const load = (sha256: string | undefined = "ab", more: object = {}) =>
  downloadModel("https://site.test/m", sha256, { stage: "weights", file: "m", ...more });

test("a large file is fetched once, and comes from the cache afterwards", async () => {
  assert.deepEqual(await load(), FILE);
  const heard: Progress[] = [];
  assert.deepEqual(await load("AB", { onProgress: (progress: Progress) => heard.push(progress) }), FILE);
  assert.deepEqual(asked, [null]);
  assert.deepEqual(
    heard.map(({ done, total }) => [done, total]),
    [[FILE.length, FILE.length]],
  );
});

test("a download that was broken off goes on where it stopped", async () => {
  server.breaks = 4 * PIECE;
  await assert.rejects(load(), /broke/);
  server.breaks = Infinity;
  const heard: Progress[] = [];
  assert.deepEqual(await load("ab", { onProgress: (progress: Progress) => heard.push(progress) }), FILE);
  assert.deepEqual(asked, [null, `bytes=${4 * PIECE}-`]);
  assert.deepEqual([heard[0]?.done, heard[0]?.total], [4 * PIECE, FILE.length]);
  assert.equal(kept.size, 1, "the part is gone");
});

test("a cancelled download keeps what came", async () => {
  const controller = new AbortController();
  const cancelled = load("ab", {
    signal: controller.signal,
    onProgress: ({ done }: Progress) => done >= 4 * PIECE && controller.abort(),
  });
  await assert.rejects(cancelled, { code: "cancelled" });
  assert.deepEqual(await load(), FILE);
  assert.match(asked[1] ?? "", /^bytes=4/);
});

test("a download that broke off behind its last byte is begun anew", async () => {
  // No server has more of it to send.
  await cache.put("https://regulens.invalid/ab.part", new Response(FILE));
  assert.deepEqual(await load(), FILE);
  assert.deepEqual(asked, [`bytes=${FILE.length}-`, null]);
  assert.equal(kept.size, 1, "the part is gone");
});

test("a connection that breaks is told with the file, and what to do", async () => {
  server.breaks = PIECE;
  await assert.rejects(load(), {
    ...{ name: "DownloadError", code: "download-failed", file: "m" },
    message: "m could not be loaded: the connection broke.",
    remedy: "Check the address and the connection, then try again.",
  });
});

test("a server without ranges sends the file again", async () => {
  server.breaks = 4 * PIECE;
  await assert.rejects(load());
  Object.assign(server, { breaks: Infinity, ranges: false });
  assert.deepEqual(await load(), FILE);
});

test("a file without a hash is not kept, and one of another hash is forgotten", async () => {
  await downloadModel("https://site.test/m", undefined, { stage: "weights", file: "m" });
  assert.equal(kept.size, 0);
  await load();
  await forgetModel("ab");
  assert.equal(kept.size, 0);
});

test("a small file is kept where the caller asks for it, and what is kept is listed, parts too", async () => {
  const small = new Response(FILE.slice(0, 1000) as BodyInit);
  Object.assign(globalThis, { fetch: async () => small.clone() });
  await load("cd");
  assert.equal(await isKept("cd"), false);
  await load("cd", { keep: true });
  assert.equal(await isKept("CD"), true);
  kept.set("https://regulens.invalid/ef.part", FILE.slice(0, 10));
  assert.deepEqual(await keptModels(), [
    { sha256: "cd", bytes: 1000, whole: true },
    { sha256: "ef", bytes: 10, whole: false },
  ]);
});

test("a file over the limit is refused before it is read", async () => {
  await assert.rejects(load("ab", { limit: 1000 }), { code: "too-large" });
});

test("a browser that stores nothing still loads", async () => {
  Object.assign(globalThis, { caches: { open: async () => Promise.reject(new Error("not allowed")) } });
  assert.deepEqual(await load(), FILE);
});

test("a large file that is kept stays on disk where slices can be read, and any other is in memory", async () => {
  const sliced = (sha256: string | undefined, more: object = {}) =>
    downloadSliced("https://site.test/m", sha256, { stage: "weights", file: "m", ...more });
  // As browsers give it: what was stored, and not read yet.
  const match = async (key: string) =>
    kept.has(key) ? { blob: async () => given("kept", Buffer.from(kept.get(key)!)) } : undefined;
  Object.assign(globalThis, { caches: { open: async () => ({ ...cache, match }) } });
  assert.deepEqual(await sliced(undefined), FILE);
  const fresh = await sliced("ab");
  assert(fresh instanceof SlicedFile);
  assert.deepEqual(wholeOf(fresh), FILE);
  asked.length = 0;
  const heard: Progress[] = [];
  const found = await sliced("AB", { onProgress: (progress: Progress) => heard.push(progress) });
  assert(found instanceof SlicedFile);
  assert.deepEqual(wholeOf(found), FILE);
  assert.deepEqual([asked, heard.map(({ done, total }) => [done, total])], [[], [[FILE.length, FILE.length]]]);
  // Where storage has no room for it, it is there as it came.
  Object.assign(globalThis, { caches: { open: async () => ({ ...cache, put: () => Promise.reject(new Error()) }) } });
  assert.deepEqual(await sliced("cd"), FILE);
});
