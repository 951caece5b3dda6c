import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { Server } from "../server.mjs";

const folder = mkdtempSync(join(tmpdir(), "regulens-bench-test-"));
const library = "export const answer = 42;\n".repeat(50);
let server;

before(async () => {
  for (const name of ["ort", "pages"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "ort/library.mjs"), library);
  writeFileSync(join(folder, "pages/driver.mjs"), "");
  writeFileSync(join(folder, "secret"), "");
  server = new Server({ ort: join(folder, "ort"), pages: join(folder, "pages") });
  await server.start();
});

after(() => {
  server.stop();
  rmSync(folder, { recursive: true });
});

test("a visit counts the files of libraries as they go over the wire, and none of the harness's own", async () => {
  const { url, files } = server.visit("<!doctype html>");
  for (const path of ["", "pages/driver.mjs", "ort/library.mjs"]) assert.equal((await fetch(url + path)).status, 200);
  assert.deepEqual(files, [
    { path: "ort/library.mjs", bytes: library.length, gzipped: gzipSync(library, { level: 9 }).length },
  ]);
});

test("another visit counts for itself", async () => {
  const [one, other] = [server.visit(""), server.visit("")];
  await fetch(`${one.url}ort/library.mjs`);
  assert.equal(one.files.length, 1);
  assert.equal(other.files.length, 0);
});

test("pages are isolated from other origins, and nothing is cached", async () => {
  const { headers } = await fetch(server.visit("").url);
  assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
  assert.equal(headers.get("cross-origin-embedder-policy"), "require-corp");
  assert.equal(headers.get("cache-control"), "no-store");
});

test("files outside the folders that are served are not found", async () => {
  const { url } = server.visit("");
  // `fetch` would resolve the dots before it asks.
  const asked = new Promise((done) =>
    request(`${url}ort/x`, { path: `${new URL(url).pathname}ort/..%2f..%2fsecret` }, (response) =>
      done(response.statusCode),
    ).end(),
  );
  assert.equal(await asked, 404);
  assert.equal((await fetch(`${url}ort/missing.mjs`)).status, 404);
});

test("outputs that one page stores are given to the others", async () => {
  const stored = Float32Array.of(1.5, -2);
  await fetch(`${server.visit("").url}expected`, { method: "PUT", body: stored });
  const read = await (await fetch(`${server.visit("").url}expected`)).arrayBuffer();
  assert.deepEqual(new Float32Array(read), stored);
});
