import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { compile, notThere } from "../../../pkg/src/engine/compile";
import { configure, packageFolder, placed, wasmPath, withoutWebGpu } from "../../../pkg/src/engine/place";
import { Regulens } from "../../../pkg/src/index";
import { engineFiles } from "../../../pkg/src/hosted/engine-files";
import { host } from "../../../pkg/src/engine/platform";

const PATH = wasmPath("cpu");
const at = (folder: string): URL => new URL(PATH, folder);
const page = globalThis as { document?: unknown };
const { fetch } = globalThis;

afterEach(() => {
  configure({ base: undefined, webgpu: undefined });
  delete page.document;
  globalThis.fetch = fetch;
});

/** Answers every request with this. */
function answering(answer: () => Response): void {
  globalThis.fetch = async () => answer();
}

const WASM = new URL("https://journal.example/wasm/cpu/regulens_cpu_bg.wasm");
const engine = (): Promise<WebAssembly.Module> => compile(WASM, { stage: "engine", file: "CPU engine" });

test("an engine lies where its bundler has put it", () => {
  for (const address of [
    "https://journal.example/assets/regulens_cpu_bg-Bx3d.wasm",
    "https://journal.example/node_modules/regulens/wasm/cpu/regulens_cpu_bg.wasm",
    "file:///app/node_modules/.pnpm/regulens@0.2.0/node_modules/regulens/wasm/cpu/regulens_cpu_bg.wasm",
  ]) {
    assert.equal(placed(PATH, new URL(address)).href, address);
    assert.equal(packageFolder(new URL(address)), undefined);
  }
});

test("an address in the hidden folder of a development server leads back to the package", () => {
  for (const [hidden, modules] of [
    ["http://localhost:5173/node_modules/.vite/", "http://localhost:5173/node_modules/"],
    ["http://localhost:3000/app/node_modules/.cache/vite/client/", "http://localhost:3000/app/node_modules/"],
    [
      "http://localhost:5173/@fs/home/me/site/node_modules/.vite/",
      "http://localhost:5173/@fs/home/me/site/node_modules/",
    ],
  ] as const)
    assert.equal(placed(PATH, at(hidden)).href, `${modules}regulens/${PATH}`);
});

test("a page may say where the package's folder lies", () => {
  const bundled = at("https://journal.example/");
  Regulens.configure({ base: "https://cdn.example/regulens-0.2.0" });
  assert.equal(placed(PATH, bundled).href, `https://cdn.example/regulens-0.2.0/${PATH}`);
  page.document = { baseURI: "https://journal.example/articles/7/" };
  Regulens.configure({ base: "../regulens/" });
  assert.equal(placed(PATH, bundled).href, `https://journal.example/articles/regulens/${PATH}`);
  Regulens.configure({ base: undefined });
  assert.equal(placed(PATH, bundled), bundled);
});

test("a base that is no address, and an engine without any, are errors that say what to give", () => {
  Regulens.configure({ base: "regulens" });
  assert.throws(() => placed(PATH), { name: "InputError", code: "no-base", message: /the base regulens\// });
  Regulens.configure({ base: undefined });
  assert.throws(() => placed(PATH), { code: "no-base", message: /Regulens\.configure\(\{ base \}\)/ });
  assert.throws(() => Regulens.configure({ base: 7 } as never), { name: "TypeError", argument: "options.base" });
  assert.throws(() => Regulens.configure({ bse: "/" } as never), { code: "no-such-option", message: /base, webgpu/ });
});

test("WebGPU that is turned off is not looked for, and the reason says so", () => {
  assert.equal(withoutWebGpu(), false);
  Regulens.configure({ webgpu: false });
  assert.match(host.gpuMissing() ?? "", /Regulens\.configure/);
});

test("engines that are hosted come from the page's address alone", async () => {
  await assert.rejects(async () => engineFiles.cpu("tables", "plain", {}), { code: "no-base" });
  const asked: string[] = [];
  globalThis.fetch = async (address) => {
    asked.push(String(address));
    return new Response("", { status: 404 });
  };
  Regulens.configure({ base: "https://cdn.example/r/" });
  for (const get of [() => engineFiles.cpu("full", "relaxed", {}), () => engineFiles.gpu({})])
    await assert.rejects(get, { code: "download-failed" });
  assert.deepEqual(
    asked,
    ["full-relaxed", "webgpu"].map((name) => `https://cdn.example/r/wasm/${name}/regulens_${name}_bg.wasm`),
  );
});

test("an engine that is not there is an error with its address and the remedy", async () => {
  answering(() => new Response("", { status: 404, statusText: "Not Found" }));
  await assert.rejects(engine, {
    name: "DownloadError",
    code: "download-failed",
    message: `CPU engine could not be loaded from ${WASM}: the server answered 404 Not Found.`,
    remedy: /Regulens\.configure\(\{ base \}\).*optimizeDeps: \{ exclude: \["regulens"\] \}/,
  });
  answering(() => new Response("<!doctype html>", { headers: { "content-type": "text/html; charset=utf-8" } }));
  await assert.rejects(engine, {
    message: /regulens_cpu_bg\.wasm: the server answered with an HTML page\./,
    remedy: /optimizeDeps/,
  });
  answering(() => new Response("no engine"));
  await assert.rejects(engine, { message: /regulens_cpu_bg\.wasm: .*magic/, remedy: /optimizeDeps/ });
});

test("a connection that broke is not taken for a wrong address", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  await assert.rejects(engine, {
    message: /regulens_cpu_bg\.wasm: Failed to fetch\./,
    remedy: /connection, then try again/,
  });
});

test("an engine's JavaScript that is not there has the same remedy", () => {
  assert.throws(() => notThere("WebGPU engine", WASM)(new TypeError("no module")), {
    code: "engine-missing",
    message: `The WebGPU engine at ${WASM} could not be loaded: no module.`,
    remedy: /optimizeDeps/,
  });
});
