import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";
import { ask, choose, modelFiles, whyImpossible, whyUnasked } from "../../src/offline/offline";
import { cacheName, sha256Of, type Site, Store } from "../../src/offline/store";

const SCOPE = "https://site.test/some/where/";
const sha = (text: string): string => createHash("sha256").update(text).digest("hex");

/** State of the host: its files, by path; the requests; whether there is a network, and room. */
const host = { files: {} as Record<string, string>, asked: [] as string[], online: true, room: Infinity };
const kept = new Map<string, Map<string, Response>>();

const caches = {
  has: async (name: string) => kept.has(name),
  delete: async (name: string) => kept.delete(name),
  async open(name: string) {
    const entries = kept.get(name) ?? new Map<string, Response>();
    kept.set(name, entries);
    return {
      match: async (key: string) => entries.get(key)?.clone(),
      keys: async () => [...entries.keys()].map((url) => ({ url })),
      delete: async (key: string) => entries.delete(key),
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
  "standalone/b c.js": "b",
  "models/m.safetensors": "weights",
};
const TWO = { ...ONE, "index.html": "page 2", "app.js": "program 2", "standalone/b c.js": "b, changed" };
const BYTES = "page 1program 1engine".length;
const store = (build: string, files: Record<string, string>): Store =>
  new Store(siteOf(build, files), SCOPE, { caches, fetch: fetchFromHost });
const entry = (path: string, text: string): string => `${SCOPE}${path}?${sha(text)}`;
const entries = (): Map<string, Response> => kept.get(cacheName(SCOPE)) ?? new Map<string, Response>();

beforeEach(() => {
  kept.clear();
  Object.assign(host, { files: { ...ONE }, asked: [], online: true, room: Infinity });
});

test("the page's files are kept, verified, and served offline with their types; parts once they are used", async () => {
  const one = store("1", ONE);
  assert.deepEqual(await one.kept(), { isWhole: false, bytes: 0, missing: 5 });
  await one.keep();
  assert.deepEqual(host.asked.sort(), ["a b.wasm", "app.js", "index.html"]);
  assert.deepEqual(await one.kept(), { isWhole: true, bytes: BYTES, missing: 5 });
  await one.keep([
    ...["standalone/b%20c.js", "app.js", "models/m.safetensors"].map((path) => `${SCOPE}${path}`),
    "https://other.test/standalone/view.js",
  ]);
  assert.deepEqual(await one.kept(), { isWhole: true, bytes: BYTES + 1, missing: 4 });
  host.online = false;
  const engine = await one.response("a b.wasm");
  assert.equal(engine.headers.get("content-type"), "application/wasm");
  assert.equal(await engine.text(), "engine");
  await assert.rejects(one.response("standalone/view.js"), /view\.js is not kept on this computer/);
  host.online = true;
  await one.keep("all");
  assert.deepEqual(await one.kept(), { isWhole: true, bytes: BYTES + 5, missing: 0 });
});

test("a new build fetches what has changed of what was used, and leaves the build before whole until then", async () => {
  const [one, two] = [store("1", ONE), store("2", TWO)];
  await one.keep([`${SCOPE}standalone/b%20c.js`]);
  Object.assign(host, { files: { ...TWO }, asked: [] });
  await two.keep();
  assert.deepEqual(host.asked.sort(), ["app.js", "index.html", "standalone/b c.js"]);
  host.online = false;
  assert.equal(await (await one.response("app.js")).text(), "program 1");
  assert.equal(await (await two.response("app.js")).text(), "program 2");
  assert.equal(await (await two.response("standalone/b c.js")).text(), "b, changed");
  await two.removeOthers();
  assert.equal((await one.kept()).isWhole, false);
  assert.equal((await two.kept()).isWhole, true);
});

test("a file of another content than the build's is asked for past the browser's cache, and then refused", async () => {
  host.files["app.js"] = "program 2";
  const one = store("1", ONE);
  await assert.rejects(one.keep(), /app\.js differs from this version's file/);
  assert.ok(host.asked.includes("app.js") && host.asked.includes("app.js!"));
  await assert.rejects(one.response("app.js"), /app\.js differs from this version's file/);
});

test("a file that is damaged or gone is fetched again where there is a network, and refused where there is none", async () => {
  await store("1", ONE).keep();
  entries().set(entry("a%20b.wasm", "engine"), new Response("damaged"));
  entries().delete(entry("app.js", "program 1"));
  const one = store("1", ONE);
  assert.equal((await one.kept()).isWhole, false);
  host.online = false;
  await assert.rejects(one.response("app.js"), /app\.js is not kept on this computer and could not be downloaded/);
  host.online = true;
  await one.keep();
  host.online = false;
  assert.equal(await (await one.response("app.js")).text(), "program 1");
  assert.equal(await (await one.response("a b.wasm")).text(), "engine");
});

test("after a removal an open page gets its files from the network, and nothing is kept again unasked", async () => {
  const one = store("1", ONE);
  await one.keep();
  await one.remove();
  assert.equal(await (await one.response("app.js")).text(), "program 1");
  assert.equal(kept.size, 0);
});

test("without room keeping says so, and files still come", async () => {
  host.room = 2;
  const one = store("1", ONE);
  await assert.rejects(one.keep(), /The browser has no space for it/);
  assert.equal(await (await one.response("standalone/view.js")).text(), "view");
});

test(
  "a service worker that does not answer is waited for no longer than the limit",
  { timeout: 5_000 },
  async (context) => {
    const unanswered = (_: unknown, ports: unknown): void => context.after(() => (ports as MessagePort[])[0]?.close());
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const answer = ask({ postMessage: unanswered }, { kind: "keep", build: "1", parts: [] });
    context.mock.timers.tick(300_000);
    assert.equal(await answer, undefined);
    const postMessage = (_: unknown, ports: unknown): void => (ports as MessagePort[])[0]?.postMessage({ others: 2 });
    assert.deepEqual(await ask({ postMessage }, { kind: "takeOver" }), { others: 2 });
  },
);

test("the panel says why a page is not kept: by the address, the browser, or the user", () => {
  const stored = new Map<string, string>();
  const pretend = (isSecureContext: boolean, navigator: object): void => {
    const values = { isSecureContext, navigator, caches: {}, localStorage: storage };
    for (const [name, value] of Object.entries(values))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  };
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  };
  pretend(false, {});
  assert.match(whyImpossible() ?? "", /only pages that come over https/);
  pretend(true, {});
  assert.match(whyImpossible() ?? "", /no service workers; some browsers turn them off in private windows/);
  pretend(true, { serviceWorker: {}, connection: { saveData: true } });
  assert.equal(whyImpossible(), undefined);
  assert.equal(whyUnasked(), "This browser is set to save data.");
  choose("yes");
  assert.equal(whyUnasked(), undefined);
  choose("no");
  assert.equal(whyUnasked(), "It was removed.");
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

test("the files of a catalogue are those of its models, those of several seeds too", () => {
  const model = (id: string) => ({
    ...{ id, name: id, file: `${id}.safetensors`, family: "f", variant: "v", bytes: 10, sha256: `${id}0` },
    description: { task: "on-off", family: { id: "f", title: "F" }, variant: { id: "v", title: "V" }, rank: 0 },
  });
  const models = [
    model("a"),
    { ...model("b"), ensemble: { file: "b-ensemble.safetensors", bytes: 9, sha256: "b5", members: 5 } },
  ];
  assert.deepEqual(
    modelFiles({ format_version: 1, models, examples: [] }, "https://site.test/x/models/catalogue.json").map(
      ({ name, url, sha256 }) => [name, url, sha256],
    ),
    [
      ["a", "https://site.test/x/models/a.safetensors", "a0"],
      ["b", "https://site.test/x/models/b.safetensors", "b0"],
      ["b (5 seeds)", "https://site.test/x/models/b-ensemble.safetensors", "b5"],
    ],
  );
});
