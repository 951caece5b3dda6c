/**
 * Builds the page: `node build.mjs --out DIR [--models DIR] [--waiting PARTS]`. With `--waiting` it is built before all
 * engines are compiled, and without them: no element, one-file page, service worker or page of the API; a line in the
 * page names the PARTS.
 *
 *     DIR/index.html, page.css, app.js     the page
 *     DIR/guides/                          the guides, from docs/guides
 *     DIR/embed.html, embed.css            examples of the element in another page
 *     DIR/worker.js                        its worker: under a strict policy workers do not load from a blob
 *     DIR/api/                             the page of the package's API, made from its types
 *     DIR/regulens/                        the npm package as it is published, without source maps: dist/ and wasm/
 *     DIR/standalone/                      the parts of a one-file page, for the page and `regulens export-html`
 *     DIR/models/                          weight files, examples and their catalogue
 *     DIR/service-worker.js                keeps all of these for when there is no network; see list-site.mjs
 *
 * All addresses are relative, so the folder can be served from any path of any static host.
 */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildApiPage } from "./build-api-page.mjs";
import { buildElement } from "./build-element.mjs";
import { buildGuides } from "./build-guides.mjs";
import { finishPackage } from "./build-package.mjs";
import { buildStandalone } from "./build-standalone.mjs";
import { compact } from "./compact.mjs";
import { describeElement } from "./describe-element.mjs";
import { listSite } from "./list-site.mjs";
import { plainSchemas } from "./plain-schemas.mjs";
import { finishMaps, forgetMaps, rewrite } from "./source-maps.mjs";

const www = dirname(fileURLToPath(import.meta.url));
const pkg = join(www, "../pkg");
const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(www, "dist") },
    models: { type: "string", default: join(www, "../models") },
    waiting: { type: "string" },
  },
});
const { waiting } = values;
const out = resolve(values.out);
/** Where the package is bundled: a page that is built first leaves the package itself alone. */
const dist = waiting ? join(out, "regulens/dist") : join(pkg, "dist");

/** Line in the page while engines are still being compiled. */
const UNFINISHED =
  `    <p class="unfinished" role="status">Still being compiled: ${waiting}. Requests for them wait. Reload when the ` +
  `terminal says that all is there.</p>\n`;

/** The JavaScript every part is built to: browsers with WebAssembly SIMD, `light-dark()` and module workers. */
const TARGET = ["chrome123", "firefox120", "safari17.5"];
const COMMON = {
  bundle: true,
  format: "esm",
  target: TARGET,
  legalComments: "linked",
  logLevel: "warning",
  absWorkingDir: www,
};

/** The page's own code names the package by its source; what runs is the package as it is published. */
const usePublishedPackage = {
  name: "use-published-package",
  setup(plugins) {
    plugins.onResolve({ filter: /\/pkg\/src\/index$/ }, () => ({ path: "./regulens/dist/index.js", external: true }));
    plugins.onResolve({ filter: /\/pkg\/wasm\/(files|foreign)\/.*\.js$/ }, ({ path }) => ({
      path: `./regulens${path.slice(path.indexOf("/wasm/"))}`,
      external: true,
    }));
  },
};

/** Leaves comments and indents out of styles within scripts, which no minifier looks into. */
const plainStyles = {
  name: "plain-styles",
  setup(plugins) {
    plugins.onLoad({ filter: /[\\/]www[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/\bcss`[^`]*`/g, (styles) =>
        styles.replace(/\/\*[^]*?\*\//g, "").replace(/([;{])?\s*\n\s*/g, (_, end) => end ?? " "),
      ),
      loader: "ts",
    }));
  },
};

/** Puts the full CPU engine's WebAssembly into a bundle. */
const inlinedEngine = {
  name: "inlined-engine",
  setup(plugins) {
    plugins.onResolve({ filter: /\/engine-files\.js$/ }, () => ({ path: join(pkg, "src/inlined-files.ts") }));
    plugins.onResolve({ filter: /\/files-engine\.js$/ }, () => ({ path: join(pkg, "src/inlined-files-engine.ts") }));
    plugins.onResolve({ filter: /^packed:/ }, ({ path }) => ({
      path: path.slice("packed:".length),
      namespace: "packed",
    }));
    plugins.onLoad({ filter: /.*/, namespace: "packed" }, ({ path }) => ({
      contents: gzipSync(readFileSync(join(pkg, `wasm/${path}/regulens_${path}_bg.wasm`)), { level: 9 }),
      loader: "binary",
    }));
  },
};

/** Has engines come from the address that a page gives: no address in the script is one that a bundler follows. */
const hostedEngines = {
  name: "hosted-engines",
  setup(plugins) {
    plugins.onResolve({ filter: /\/engine-files\.js$/ }, () => ({ path: join(pkg, "src/hosted/engine-files.ts") }));
    plugins.onResolve({ filter: /\/files-engine\.js$/ }, () => ({ path: join(pkg, "src/hosted/files-engine.ts") }));
  },
};

/** Tells bundlers again, where comments went, that modules by a variable's name are Node's, and none of theirs. */
function keepForRuntime() {
  for (const name of readdirSync(dist).filter((name) => name.endsWith(".js"))) {
    const marked = "import(/* @vite-ignore */ /* webpackIgnore: true */ ";
    rewrite(join(dist, name), /\bimport\((?=[\w$]+\))/g, () => marked);
  }
}

/** Bundles the entries of the npm package and the scripts of its workers, and declares their types beside them. */
async function buildPackage() {
  rmSync(dist, { recursive: true, force: true });
  const common = {
    ...COMMON,
    outdir: dist,
    target: [...TARGET, "node20"],
    // The engines' paths are the same from the source and from the bundle.
    external: ["../wasm/*"],
    // A first prediction waits for these bytes. What is in them is read in the sources and in the declarations. Names
    // of Node's modules stay in variables, where no bundler looks for them.
    minifyWhitespace: true,
    minifyIdentifiers: true,
    minifySyntax: true,
    // A page that is built first has scripts alone.
    sourcemap: waiting ? false : "linked",
  };
  const source = (name) => join(pkg, `src/${name}.ts`);
  // Code common to the engine and the parsers is there once, so that an error of either is of the same class.
  await build({ ...common, entryPoints: ["index", "parsers"].map(source), splitting: true, chunkNames: "shared" });
  await build({
    ...common,
    entryPoints: [
      ...["cpu-worker", "cpu-relaxed-worker", "full-worker", "full-relaxed-worker"].map(source),
      { in: "src/plots/all.ts", out: "plots" },
    ],
  });
  if (waiting) return keepForRuntime();
  // The same with the full CPU engine inside, whose JavaScript has no file beside it to look for.
  await build({
    ...common,
    entryPoints: [{ in: source("index"), out: "inline" }],
    plugins: [inlinedEngine],
    define: { "import.meta.url": "undefined" },
    external: [],
  });
  await build({ ...common, entryPoints: [{ in: source("index"), out: "hosted" }], plugins: [hostedEngines] });
  await buildElement({ ...COMMON, sourcemap: "linked" }, dist);
  for (const name of readdirSync(dist).filter((name) => name.endsWith(".js"))) await compact(join(dist, name));
  keepForRuntime();
  await finishMaps(dist, join(www, ".."));
  finishPackage(www, pkg);
  await describeElement(www, pkg);
}

/** Bundles the page and its worker. */
async function buildPage() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const common = { ...COMMON, outdir: out, plugins: [usePublishedPackage, plainStyles, plainSchemas], minify: true };
  await build({
    ...common,
    entryPoints: [
      { in: "src/worker/worker.ts", out: "worker" },
      { in: "src/prepare/worker.ts", out: "prepare-worker" },
      { in: "src/prepare/foreign/worker.ts", out: "foreign-worker" },
      { in: "src/styles/page.css", out: "page" },
      { in: "src/styles/api.css", out: "api/api" },
      { in: "src/styles/guide.css", out: "guide" },
      { in: "src/styles/embed.css", out: "embed" },
    ],
  });
  // Code that the page imports later is a file of its own, and so is the code that both have in common.
  const { metafile } = await build({
    ...common,
    entryPoints: [{ in: "src/app.ts", out: "app" }],
    splitting: true,
    chunkNames: "[name]-[hash]",
    metafile: true,
  });
  const [app] = Object.entries(metafile.outputs).filter(([file]) => basename(file) === "app.js");
  const needed = app[1].imports
    .filter(({ kind, external }) => kind === "import-statement" && !external)
    .map(({ path }) => basename(path));
  const preload = needed.map((file) => `    <link rel="modulepreload" href="${file}" />\n`).join("");
  const html = readFileSync(join(www, "index.html"), "utf8");
  writeFileSync(
    join(out, "index.html"),
    html
      .replace(/.*href="app\.js".*\n/, (line) => line + preload)
      .replace(/.*<regulens-app>\r?\n/, (line) => (waiting ? UNFINISHED : "") + line),
  );
  for (const file of [
    "icon.svg",
    "icon-192.png",
    "icon-512.png",
    "icon-512-maskable.png",
    "manifest.webmanifest",
    "embed.html",
    "embed.svg",
  ])
    cpSync(join(www, file), join(out, file));
}

/** Bundles what keeps the site for when there is no network. Not every browser takes a module for a service worker. */
async function buildServiceWorker() {
  await build({
    ...COMMON,
    entryPoints: [{ in: "src/offline/service-worker.ts", out: "service-worker" }],
    outdir: out,
    format: "iife",
    minify: true,
  });
}

/** Copies what the page loads: the package with its engines, and the models. */
function copyParts() {
  const isServed = (path) => !/\.(ts|map|json)$|\.gitignore$|dist[\\/](plots|sources)$|wasm[\\/]tables$/.test(path);
  for (const part of waiting ? [] : ["dist", "wasm"])
    cpSync(join(pkg, part), join(out, "regulens", part), { recursive: true, filter: isServed });
  if (!waiting) forgetMaps(join(out, "regulens/dist"));
  if (!existsSync(join(values.models, "catalogue.json"))) throw new Error(`${values.models} has no catalogue.json`);
  cpSync(values.models, join(out, "models"), { recursive: true });
}

await buildPage();
await buildPackage();
buildGuides(out);
if (!waiting) await buildStandalone(COMMON, pkg, out);
if (!waiting) await buildServiceWorker();
if (!waiting) await buildApiPage(www, pkg, out);
copyParts();
// Last: it lists what all steps have made.
if (!waiting) listSite(out);
