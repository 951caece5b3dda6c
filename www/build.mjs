/**
 * Builds the page: `node build.mjs --out DIR [--models DIR]`.
 *
 *     DIR/index.html, page.css, app.js     the page
 *     DIR/worker.js                        its worker, a file of its own: workers do not load from a blob under a strict policy
 *     DIR/regulens/                        the npm package as it is published: dist/ and wasm/
 *     DIR/models/                          weight files, examples and their catalogue
 *
 * All addresses are relative, so the folder can be served from any path of any static host.
 */

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { spawnSync } from "node:child_process";
import { build } from "esbuild";

const www = dirname(fileURLToPath(import.meta.url));
const pkg = join(www, "../pkg");
const { values } = parseArgs({ options: { out: { type: "string", default: join(www, "dist") }, models: { type: "string", default: join(www, "../models") } } });
const out = resolve(values.out);

/** The JavaScript every part is built to: browsers with WebAssembly SIMD, `light-dark()` and module workers. */
const TARGET = ["chrome123", "firefox120", "safari17.5"];
const COMMON = { bundle: true, format: "esm", target: TARGET, legalComments: "linked", logLevel: "warning", absWorkingDir: www };

/** The page's own code names the package by its source; what runs is the package as it is published. */
const usePublishedPackage = {
  name: "use-published-package",
  setup(plugins) {
    plugins.onResolve({ filter: /\/pkg\/src\/index$/ }, () => ({ path: "./regulens/dist/index.js", external: true }));
  },
};

/** Bundles the npm package and the script of its workers, and declares its types beside it. */
async function buildPackage() {
  rmSync(join(pkg, "dist"), { recursive: true, force: true });
  await build({
    ...COMMON,
    entryPoints: ["index", "cpu-worker", "cpu-relaxed-worker"].map((name) => join(pkg, `src/${name}.ts`)),
    outdir: join(pkg, "dist"),
    target: [...TARGET, "node20"],
    // The engines' paths are the same from the source and from the bundle.
    external: ["../wasm/*"],
    sourcemap: true,
  });
  const types = spawnSync(process.execPath, [join(www, "node_modules/typescript/bin/tsc"), "--project", pkg], { stdio: "inherit" });
  if (types.status !== 0) throw new Error("the types of the package could not be declared");
}

/** Bundles the page and its worker. */
async function buildPage() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const common = { ...COMMON, outdir: out, plugins: [usePublishedPackage], minify: true };
  await build({
    ...common,
    entryPoints: [
      { in: "src/worker/worker.ts", out: "worker" },
      { in: "src/styles/page.css", out: "page" },
    ],
  });
  // What the page imports later is a file of its own, and so is what it has in common with that.
  const { metafile } = await build({ ...common, entryPoints: [{ in: "src/app.ts", out: "app" }], splitting: true, chunkNames: "[name]-[hash]", metafile: true });
  const [app] = Object.entries(metafile.outputs).filter(([file]) => basename(file) === "app.js");
  const needed = app[1].imports.filter(({ kind, external }) => kind === "import-statement" && !external).map(({ path }) => basename(path));
  const preload = needed.map((file) => `    <link rel="modulepreload" href="${file}" />\n`).join("");
  const html = readFileSync(join(www, "index.html"), "utf8");
  writeFileSync(join(out, "index.html"), html.replace(/.*href="app\.js".*\n/, (line) => line + preload));
  cpSync(join(www, "icon.svg"), join(out, "icon.svg"));
}

/** Copies what the page loads: the package with its engines, and the models. */
function copyParts() {
  const isServed = (path) => !/\.(ts|map|json)$|\.gitignore$/.test(path);
  for (const part of ["dist", "wasm"]) cpSync(join(pkg, part), join(out, "regulens", part), { recursive: true, filter: isServed });
  if (!existsSync(join(values.models, "catalogue.json"))) throw new Error(`${values.models} has no catalogue.json`);
  cpSync(values.models, join(out, "models"), { recursive: true });
}

await buildPackage();
await buildPage();
copyParts();
