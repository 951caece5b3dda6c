import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";
import { linesOf, modelFiles } from "../../src/offline/models";
import { cacheName, keyOf, type Site } from "../../src/offline/site";
import { NotKept, sha256Of, Store } from "../../src/offline/store";

const SCOPE = "https://site.test/some/where/";
const sha = (text: string): string => createHash("sha256").update(text).digest("hex");

/** State of the host: its files, by path; the requests; whether there is a network, and room. */
const host = { files: {} as Record<string, string>, asked: [] as string[], online: true, room: Infinity };
const kept = new Map<string, Map<string, Response>>();

const caches = {
  has: async (name: string) => kept.has(name),
  keys: async () => [...kept.keys()],
  delete: async (name: string) => kept.delete(name),
  async match(key: string) {
    for (const cache of kept.values()) if (cache.has(key)) return cache.get(key)?.clone();
    return undefined;
  },
  async open(name: string) {
    const entries = kept.get(name) ?? new Map<string, Response>();
    kept.set(name, entries);
    return {
      match: async (key: string) => entries.get(key)?.clone(),
      keys: async () => [...entries.keys()].map((url) => ({ url })),
      put: async (key: string, response: Response) => {
        if ([...kept.values()].reduce((sum, { size }) => sum + size, 0) >= host.room)
          throw new DOMException("no room", "QuotaExceededError");
        entries.set(key, response);
      },
    };
  },
} as unknown as CacheStorage;

async function fetchFromHost(url: string, { cache }: RequestInit = {}): Promise<Response> {
  const path = decodeURIComponent(url.slice(SCOPE.length)) || "index.html";
  host.asked.push(cache === "reload" ? `${path}!` : path);
  if (!host.online) throw new TypeError("Failed to fetch");
  const text = host.files[path];
  return text === undefined
    ? new Response("", { status: 404 })
    : new Response(text, { headers: { "content-type": "application/octet-stream" } });
}

function siteOf(build: string, files: Record<string, string>): Site {
  const group = (path: string) =>
    path.startsWith("models/") ? "model" : path.startsWith("standalone/") ? "part" : "page";
  return {
    build,
    files: Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        path,
        { sha256: sha(text), bytes: text.length, group: group(path) },
      ]),
    ),
  };
}

const ONE = {
  "index.html": "page 1",
  "app.js": "program 1",
  "a b.wasm": "engine",
  "standalone/view.js": "view",
  "models/m.safetensors": "weights",
};
const TWO = { ...ONE, "index.html": "page 2", "app.js": "program 2" };
const store = (build: string, files: Record<string, string>): Store =>
  new Store(siteOf(build, files), SCOPE, { caches, fetch: fetchFromHost });
const nothing = (): void => {};

beforeEach(() => {
  kept.clear();
  Object.assign(host, { files: { ...ONE }, asked: [], online: true, room: Infinity });
});

test("a build keeps the page's files, verified, and serves them offline with their types", async () => {
  const one = store("1", ONE);
  const heard: number[][] = [];
  await one.fill((done, total) => heard.push([done, total]));
  assert.deepEqual(host.asked.sort(), ["a b.wasm", "app.js", "index.html"]);
  const total = "page 1program 1engine".length;
  assert.deepEqual(
    [heard[0], heard.at(-1)],
    [
      [0, total],
      [total, total],
    ],
  );
  host.online = false;
  const engine = await one.response("a b.wasm");
  assert.equal(engine.headers.get("content-type"), "application/wasm");
  assert.equal(await engine.text(), "engine");
  assert.deepEqual(await one.status(), {
    build: "1",
    page: { kept: total, total },
    partsMissing: [{ path: "standalone/view.js", bytes: 4 }],
    keptBytes: total,
  });
});

test("of engines and other parts what a page has loaded is kept, and the next build keeps the same", async () => {
  const files = { ...ONE, "regulens/wasm/a.wasm": "engine a", "standalone/b c.js": "b", "standalone/never.js": "n" };
  Object.assign(host, { files: { ...files }, asked: [] });
  const one = store("1", files);
  await one.fill(nothing);
  await one.keepUsed([
    `${SCOPE}standalone/b%20c.js`,
    `${SCOPE}app.js`,
    `${SCOPE}models/m.safetensors`,
    "https://other.test/standalone/never.js",
  ]);
  assert.deepEqual(
    (await one.status()).partsMissing.map(({ path }) => path),
    ["standalone/view.js", "standalone/never.js"],
  );
  const again = { ...files, "app.js": "program 2", "standalone/b c.js": "b, changed" };
  Object.assign(host, { files: { ...again }, asked: [] });
  const two = store("2", again);
  await two.fill(nothing);
  assert.deepEqual(host.asked.sort(), ["app.js", "standalone/b c.js"], "what did not change is not fetched again");
  assert.equal(await (await two.response("standalone/b c.js")).text(), "b, changed");
  host.online = false;
  await assert.rejects(two.response("standalone/never.js"), NotKept);
});

test("a file of another content than the build's is asked for past the browser's cache, and then refused", async () => {
  host.files["app.js"] = "program 2";
  const one = store("1", ONE);
  await assert.rejects(
    one.fill(nothing),
    (error) => error instanceof NotKept && error.obstacle === "changed" && error.file === "app.js",
  );
  assert.ok(host.asked.includes("app.js") && host.asked.includes("app.js!"));
  await assert.rejects(one.response("app.js"), (error) => error instanceof NotKept && error.obstacle === "changed");
});

test("a new build takes what did not change from the one before, and leaves it whole until it is removed", async () => {
  const [one, two] = [store("1", ONE), store("2", TWO)];
  await one.fill(nothing);
  host.files = { ...TWO };
  host.asked = [];
  await two.fill(nothing);
  assert.deepEqual(host.asked.sort(), ["app.js", "index.html"]);
  assert.equal(await (await one.response("app.js")).text(), "program 1");
  assert.equal(await (await two.response("app.js")).text(), "program 2");
  kept.set("regulens-site:/elsewhere/:9", new Map());
  kept.set("regulens-models", new Map());
  await two.removeOthers();
  assert.deepEqual(
    [...kept.keys()].sort(),
    ["regulens-models", "regulens-site:/elsewhere/:9", cacheName(SCOPE, "2")].sort(),
  );
});

test("what another build has kept under a hash is taken only if it has that hash", async () => {
  const one = store("1", ONE);
  await one.fill(nothing);
  kept.get(cacheName(SCOPE, "1"))?.set(keyOf(sha("engine")), new Response("damaged"));
  const two = store("2", TWO);
  host.files = { ...TWO };
  await two.fill(nothing);
  assert.equal(await (await two.response("a b.wasm")).text(), "engine");
});

test("a file that is gone is fetched again where there is a network, and refused where there is none", async () => {
  const one = store("1", ONE);
  await one.fill(nothing);
  const entries = kept.get(cacheName(SCOPE, "1"));
  entries?.delete(keyOf(sha("engine")));
  assert.equal(await one.isWhole(), false);
  host.online = false;
  await assert.rejects(one.response("a b.wasm"), (error) => error instanceof NotKept && error.obstacle === "network");
  host.online = true;
  await one.repair();
  assert.equal(await one.isWhole(), true);
});

test(
  "where everything was taken away, a page that is open gets its files from the network, and nothing is kept again " +
    "unasked",
  async () => {
    const one = store("1", ONE);
    await one.fill(nothing);
    await one.remove();
    assert.equal(await (await one.response("app.js")).text(), "program 1");
    assert.equal(kept.size, 0);
  },
);

test("without room a build is not kept, and a file that is gone still comes", async () => {
  host.room = 2;
  const one = store("1", ONE);
  await assert.rejects(one.fill(nothing), (error) => error instanceof NotKept && error.obstacle === "full");
  await assert.rejects(
    one.keepPart("standalone/view.js"),
    (error) => error instanceof NotKept && error.obstacle === "full",
  );
  assert.equal(await (await one.response("standalone/view.js")).text(), "view");
});

test("an address is a file of the site by its path alone, below the site's folder", () => {
  const one = store("1", ONE);
  assert.equal(one.pathOf(SCOPE), "index.html");
  assert.equal(one.pathOf(`${SCOPE}?model=x#y`), "index.html");
  assert.equal(one.pathOf(`${SCOPE}a%20b.wasm`), "a b.wasm");
  assert.equal(store("1", { ...ONE, "guides/index.html": "guide" }).pathOf(`${SCOPE}guides/`), "guides/index.html");
  for (const other of [
    "https://site.test/",
    "https://site.test/some/where",
    "https://other.test/some/where/app.js",
    `${SCOPE}none.js`,
    `${SCOPE}%zz`,
    `${SCOPE}constructor`,
  ]) {
    assert.equal(one.pathOf(other), undefined, other);
  }
});

test("hashes are those of everyone else", async () => {
  assert.equal(
    await sha256Of(new TextEncoder().encode("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("the kept models stand first, then what this version does not name, then what could be kept", () => {
  const model = (id: string) => ({
    id,
    name: id,
    file: `${id}.safetensors`,
    ...{ description: { task: "on-off", family: { id: "f", title: "F" }, variant: { id: "v", title: "V" }, rank: 0 } },
    family: "f",
    variant: "v",
    bytes: 10,
    sha256: `${id}0`,
  });
  const catalogue = {
    format_version: 1,
    models: [{ ...model("a"), int8: { file: "a-i8.safetensors", bytes: 4, sha256: "a8" } }, model("b")],
    examples: [],
  };
  const files = modelFiles(catalogue, "https://site.test/x/models/catalogue.json");
  assert.deepEqual(
    files.map(({ name, url }) => [name, url]),
    [
      ["a", "https://site.test/x/models/a.safetensors"],
      ["a (int8)", "https://site.test/x/models/a-i8.safetensors"],
      ["b", "https://site.test/x/models/b.safetensors"],
    ],
  );
  const lines = linesOf(files, [
    { sha256: "a8", bytes: 4, whole: true },
    { sha256: "c0", bytes: 7, whole: true },
    { sha256: "b0", bytes: 3, whole: false },
  ]);
  assert.deepEqual(
    lines.map(({ name, kept }) => [name, kept]),
    [
      ["a (int8)", "whole"],
      ["b", "begun"],
      ["Not in this version's list: c0…", "whole"],
      ["a", "no"],
    ],
  );
});
