// Bundlers, without a line of configuration for the package: each app is built as its bundler's manual says, and run in
// Chromium.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build as esbuild } from "esbuild";
import { createServer } from "vite";
import webpack from "webpack";
import { inChromium } from "./support/browsers.mjs";
import { assertSame, assertSameGene, assertWell } from "./support/expect.mjs";
import { addData, addEngine, addPage, app, scratch } from "./support/package.mjs";
import { assertParsed } from "./support/parsed.mjs";
import { serve } from "./support/server.mjs";

const ENGINE = ["predict.js", "fetched.js", "bundled.js"];

/** Serves a built app, runs it, and gives what came of it. */
async function ran(folder) {
  const server = await serve(folder);
  try {
    return await inChromium(server.url);
  } finally {
    await server.close();
  }
}

/** Names of all files below `folder`. */
function files(folder) {
  return readdirSync(folder, { recursive: true }).map(String);
}

/**
 * Vite as a user runs it: `vite build`, which leaves `dist/`. Of its warnings those of large files do not count:
 * engines are large.
 */
function viteBuild(folder) {
  const cli = fileURLToPath(new URL("node_modules/vite/bin/vite.js", import.meta.url));
  const { status, stderr, stdout } = spawnSync(process.execPath, [cli, "build", "--logLevel", "warn"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout + stderr, /import\.meta|resolve|externalized|dynamic/i);
}

/** Runs an app in Vite's development server, with further options of the server; gives what came of it. */
async function developed(folder, options = {}) {
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: "silent",
    server: { host: "127.0.0.1", port: 0, strictPort: false, ...options },
  });
  try {
    await server.listen();
    return await inChromium(server.resolvedUrls.local[0]);
  } finally {
    await server.close();
  }
}

/** A webpack with its defaults: `src/index.js` becomes `dist/main.js`. */
async function webpackBuild(folder) {
  const stats = await new Promise((resolve, reject) => {
    const compiler = webpack({
      context: folder,
      mode: "production",
      output: { path: join(folder, "dist") },
      performance: { hints: false },
    });
    compiler.run((error, stats) =>
      compiler.close(() =>
        error ? reject(error) : resolve(stats.toJson({ all: false, errors: true, warnings: true })),
      ),
    );
  });
  assert.deepEqual(
    stats.errors.map(({ message }) => message),
    [],
  );
  assert.deepEqual(
    stats.warnings.map(({ message }) => message),
    [],
  );
}

test("an app built by Vite predicts as Node does", async () => {
  const folder = app("vite", ENGINE);
  addPage(folder, "/bundled.js");
  addData(join(folder, "public"));
  viteBuild(folder);
  const names = files(join(folder, "dist"));
  assert.ok(
    names.some((name) => /regulens_webgpu_bg-.*\.wasm$/.test(name)),
    "the WebGPU engine is there for whom has an adapter",
  );
  assert.ok(
    names.some((name) => /regulens_files_bg-.*\.wasm$/.test(name)),
    "the file engine is there for whom has a genome",
  );
  const result = await ran(join(folder, "dist"));
  assertWell(result);
  assertSame(result.outcome);
});

test("Vite's development server predicts as Node does", async () => {
  const folder = app("vite-dev", ENGINE);
  addPage(folder, "/bundled.js");
  addData(join(folder, "public"));
  const result = await developed(folder);
  assertSame(result.outcome);
  assert.deepEqual([result.errors, result.elsewhere], [[], []]);
  assert.equal(result.outcome.device.workers, 2, result.outcome.device.reason);
});

test("Vite's development server refuses a linked package's engine until `server.fs.allow` names it", async () => {
  const folder = app("vite-linked", ENGINE);
  const [installed, linked] = [join(folder, "node_modules/regulens"), join(scratch("linked"), "pkg")];
  cpSync(installed, linked, { recursive: true });
  rmSync(installed, { recursive: true });
  symlinkSync(linked, installed, "junction");
  const script = join(folder, "bundled.js");
  const caught = ".catch(({ message, remedy }) => ({ message, remedy }));";
  writeFileSync(script, readFileSync(script, "utf8").replace(/;\n$/, `${caught}\n`));
  addPage(folder, "/bundled.js");
  addData(join(folder, "public"));
  const refused = await developed(folder);
  assert.match(refused.outcome.message, /@fs\/\S+\/pkg\/wasm\/\S+_bg\.wasm: the server answered 403/);
  assert.match(refused.outcome.remedy, /for a linked package `server\.fs\.allow`/);
  // The list replaces the default one, which has the app's folder.
  const allowed = await developed(folder, { fs: { allow: [".", linked] } });
  assertSame(allowed.outcome);
  assert.deepEqual([allowed.errors, allowed.elsewhere], [[], []]);
  assert.equal(allowed.outcome.device.workers, 2, allowed.outcome.device.reason);
});

test("an app built by webpack predicts as Node does", async () => {
  const folder = app("webpack", []);
  for (const name of ENGINE)
    cpSync(new URL(`apps/${name}`, import.meta.url), join(folder, "src", name === "bundled.js" ? "index.js" : name));
  await webpackBuild(folder);
  addPage(join(folder, "dist"), "main.js", "classic");
  addData(join(folder, "dist"));
  const result = await ran(join(folder, "dist"));
  assertSame(result.outcome);
  assert.deepEqual([result.errors, result.elsewhere], [[], []]);
  assert.equal(result.outcome.device.workers, 2, result.outcome.device.reason);
});

test("an app bundled without engines has those that its page says, and predicts as Node does", async () => {
  const folder = app("esbuild", ENGINE);
  const script = join(folder, "bundled.js");
  const hosted = readFileSync(script, "utf8").replace('from "regulens";', 'from "regulens/hosted";');
  writeFileSync(script, `${hosted}\nengine.Regulens.configure({ base: "vendor/regulens", webgpu: false });\n`);
  await esbuild({
    absWorkingDir: folder,
    entryPoints: ["bundled.js"],
    bundle: true,
    format: "esm",
    outfile: "site/js/app.js",
    logLevel: "error",
  });
  const installed = join(folder, "node_modules/regulens");
  assert.ok(!readFileSync(join(folder, "site/js/app.js"), "utf8").includes("import.meta"));
  addEngine(join(folder, "site/vendor/regulens"), installed);
  addPage(join(folder, "site"), "js/app.js");
  addData(join(folder, "site"));
  const result = await ran(join(folder, "site"));
  assertWell(result);
  assertSame(result.outcome);
});

test("an app that esbuild bundles with the engine inside is one file, and predicts as Node does", async () => {
  const folder = app("esbuild-inline", ENGINE);
  const script = join(folder, "bundled.js");
  writeFileSync(script, readFileSync(script, "utf8").replace('from "regulens";', 'from "regulens/inline";'));
  await esbuild({
    absWorkingDir: folder,
    entryPoints: ["bundled.js"],
    bundle: true,
    format: "esm",
    outfile: "site/app.js",
    logLevel: "error",
  });
  addPage(join(folder, "site"), "app.js");
  addData(join(folder, "site"));
  const { outcome, errors, elsewhere } = await ran(join(folder, "site"));
  assert.deepEqual([errors, elsewhere], [[], []]);
  assertSame(outcome);
});

test("an app that only parses carries no model's WebAssembly, by Vite and by webpack", async () => {
  const vite = app("vite-parsers", ["parsers"]);
  addPage(vite, "/bundled.js");
  addData(join(vite, "public"));
  viteBuild(vite);
  const packed = app("webpack-parsers", []);
  cpSync(new URL("apps/parsers/bundled.js", import.meta.url), join(packed, "src/index.js"));
  cpSync(new URL("apps/parsers/read.js", import.meta.url), join(packed, "src/read.js"));
  await webpackBuild(packed);
  addPage(join(packed, "dist"), "main.js", "classic");
  addData(join(packed, "dist"));
  for (const folder of [vite, packed].map((folder) => join(folder, "dist"))) {
    const wasm = files(folder).filter((name) => name.endsWith(".wasm"));
    assert.equal(wasm.length, 1, wasm.join());
    const { outcome, errors, elsewhere } = await ran(folder);
    assert.deepEqual([errors, elsewhere], [[], []]);
    assertParsed(outcome);
  }
});

test("an app built by Vite shows the element, which brings no second copy of the engine", async () => {
  const folder = app("vite-element", ["element"]);
  addPage(folder, "/bundled.js");
  addData(join(folder, "public"));
  viteBuild(folder);
  const wasm = files(join(folder, "dist")).filter((name) => name.endsWith(".wasm"));
  const engines = wasm.map((name) => /regulens_([a-z-]+)_bg-/.exec(name)?.[1]).sort();
  assert.deepEqual(engines, ["cpu", "cpu-relaxed", "files", "full", "full-relaxed", "webgpu"], wasm.join());
  const { outcome, errors, elsewhere } = await ran(join(folder, "dist"));
  assert.deepEqual([errors, elsewhere], [[], []]);
  assertSameGene(outcome);
});

test("what is not used falls away: other plots, and all of the package where nothing is imported", async () => {
  const folder = app("shaken", []);
  const bundled = async (contents) => {
    const { outputFiles } = await esbuild({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
      logLevel: "error",
    });
    return outputFiles[0].text;
  };
  assert.equal(await bundled('import "regulens"; import "regulens/plots"; import "regulens/parsers";'), "");
  const [one, all] = await Promise.all(
    ["{ geneTracks }", "* as geneTracks"].map((names) =>
      bundled(`import ${names} from "regulens/plots"; console.log(geneTracks);`),
    ),
  );
  assert.ok(!all.includes(".wasm"), "plots need no engine");
  assert.ok(one.length < 0.6 * all.length, `${one.length} of ${all.length} characters`);
});
