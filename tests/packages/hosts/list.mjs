/**
 * Hosts of the package: for each its pinned versions, the files of the smallest app that its manual describes, and the
 * commands of its development server, its build and its server. None has a line of configuration for Regulens.
 */

/** Folder of engines, where files are served as they are. */
export const VENDOR = "vendor/regulens";

/**
 * @typedef {object} Host
 * @property {Record<string, string>} packages pinned versions
 * @property {Record<string, string>} files the app's own, by path
 * @property {string} [sources] folder of the app's scripts
 * @property {string} [data] folder of files that are served as they are
 * @property {(port: string) => string[]} [dev] development server: a package's program and its arguments
 * @property {string[]} [build]
 * @property {string} [built] folder that any static server can serve
 * @property {(port: string) => string[]} [server] server of what is built
 * @property {true} [inline] true if it takes one script alone: the engine inside, and no element
 * @property {true} [hosted] true if it imports `regulens/hosted`, with its engine in the folder `VENDOR`; no element
 * @property {RegExp} [unwanted] lines of its output that are faults
 * @property {string[]} [run] a runtime: the program that runs `main.mjs`
 */

const page = (script) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>The package in an app</title><link rel="icon" href="data:," /></head>
  <body>${script}</body>
</html>
`;

const START = `import { tried } from "./try.js";
globalThis.outcome = tried("/data/model.safetensors", "/data/table.csv.gz");
`;

/** The same with an engine that no bundler takes into a build. */
const HOSTED_START = `import * as engine from "regulens/hosted";
import * as plots from "regulens/plots";
import { predict } from "./predict.js";

engine.Regulens.configure({ base: "/${VENDOR}/", webgpu: false });
globalThis.outcome = fetch("/data/table.csv.gz")
  .then((response) => response.arrayBuffer())
  .then((table) => predict(engine, plots, "/data/model.safetensors", new Uint8Array(table)));
`;

const UNWANTED =
  /critical dependency|can't resolve|could not resolve|externalized for browser|failed to (load|resolve)|source ?map/i;

/** Vite by itself. */
const vite = (version) => ({
  packages: { vite: version },
  files: { "index.html": page('<script type="module" src="/main.js"></script>'), "main.js": START },
  data: "public/data",
  dev: (port) => ["vite", "--port", port, "--strictPort", "--host", "127.0.0.1"],
  build: ["vite", "build"],
  built: "dist",
  unwanted: UNWANTED,
});

/** A host whose page imports `regulens/hosted`; `script` is the app's own. */
const hosted = (host, script) => ({ ...host, files: { ...host.files, [script]: HOSTED_START }, hosted: true });

const webpack = {
  packages: { webpack: "5.113.0", "webpack-cli": "7.3.1", "webpack-dev-server": "5.2.7" },
  files: {
    "public/index.html": page('<script defer src="/main.js"></script>'),
    "src/index.js": START,
    "webpack.config.mjs": `export default {
  mode: process.argv.includes("serve") ? "development" : "production",
  performance: { hints: false },
  devServer: { static: "public" },
};
`,
  },
  sources: "src",
  data: "public/data",
  dev: (port) => ["webpack", "serve", "--port", port, "--host", "127.0.0.1"],
  build: ["webpack"],
  built: "dist",
  unwanted: /warning in|critical dependency|can't resolve|source ?map/i,
};

const next = (version, flags = []) => ({
  packages: { next: version, react: "19.3.1", "react-dom": "19.3.1" },
  files: {
    "app/layout.jsx": `export default function Layout({ children }) {
  return <html lang="en"><head><link rel="icon" href="data:," /></head><body>{children}</body></html>;
}
`,
    "app/page.jsx": `"use client";
import { useEffect } from "react";
import { tried } from "./try.js";

export default function Page() {
  useEffect(() => {
    globalThis.outcome ??= tried("/data/model.safetensors", "/data/table.csv.gz");
  }, []);
  return <p>Regulens</p>;
}
`,
  },
  sources: "app",
  data: "public/data",
  dev: (port) => ["next", "dev", ...flags, "--port", port, "--hostname", "127.0.0.1"],
  build: ["next", "build", ...flags],
  server: (port) => ["next", "start", "--port", port, "--hostname", "127.0.0.1"],
  unwanted: UNWANTED,
});

const sveltekit = {
  packages: {
    "@sveltejs/kit": "2.70.4",
    "@sveltejs/adapter-static": "3.0.11",
    "@sveltejs/vite-plugin-svelte": "7.3.1",
    svelte: "5.57.3",
    vite: "8.4.0",
  },
  files: {
    "svelte.config.js": `import adapter from "@sveltejs/adapter-static";
export default { kit: { adapter: adapter() } };
`,
    "vite.config.js": `import { sveltekit } from "@sveltejs/kit/vite";
export default { plugins: [sveltekit()] };
`,
    "src/app.html": page("%sveltekit.head%<div>%sveltekit.body%</div>"),
    "src/routes/+page.js": "export const prerender = true;\n",
    "src/routes/+page.svelte": `<script>
  import { onMount } from "svelte";
  import { tried } from "../try.js";
  onMount(() => {
    globalThis.outcome = tried("/data/model.safetensors", "/data/table.csv.gz");
  });
</script>
<p>Regulens</p>
`,
  },
  sources: "src",
  data: "static/data",
  dev: (port) => ["vite", "--port", port, "--strictPort", "--host", "127.0.0.1"],
  build: ["vite", "build"],
  built: "build",
  unwanted: UNWANTED,
};

const astro = {
  packages: { astro: "5.18.2" },
  files: {
    // Its frontmatter is run where the page is rendered.
    "src/pages/index.astro": `---
import { VERSION } from "regulens";
import "regulens/element";
import { geneTracks } from "regulens/plots";
---
${page("<p>{VERSION}{typeof geneTracks}</p><regulens-view></regulens-view><script>import '../main.js';</script>")}`,
    "src/main.js": START,
  },
  sources: "src",
  data: "public/data",
  dev: (port) => ["astro", "dev", "--port", port, "--host", "127.0.0.1"],
  build: ["astro", "build"],
  built: "dist",
  unwanted: UNWANTED,
};

/** It drops what a package imports later: neither the engines nor the views of the element are in its builds. */
const observable = {
  packages: { "@observablehq/framework": "1.13.4" },
  files: {
    // Its own style sheets are of another host.
    "observablehq.config.js": `export default {
  root: "src",
  globalStylesheets: [],
  search: false,
  head: '<link rel="icon" href="data:," />',
};
`,
    "src/index.md": `# Regulens

\`\`\`js
import * as engine from "regulens/inline";
import * as plots from "regulens/plots";
import { predict } from "./predict.js";
const model = FileAttachment("data/model.safetensors").href;
const table = await FileAttachment("data/table.csv.gz").arrayBuffer();
globalThis.outcome = predict(engine, plots, model, new Uint8Array(table));
\`\`\`
`,
  },
  sources: "src",
  data: "src/data",
  dev: (port) => ["observable", "preview", "--port", port, "--host", "127.0.0.1", "--no-open"],
  build: ["observable", "build"],
  built: "dist",
  inline: true,
  unwanted: /error|unable|warning/i,
};

/** @type {Record<string, Host>} */
export const HOSTS = {
  vite5: vite("5.4.21"),
  vite6: vite("6.4.6"),
  vite7: vite("7.3.8"),
  vite8: vite("8.4.0"),
  webpack,
  "vite5-hosted": hosted(vite("5.4.21"), "main.js"),
  "vite8-hosted": hosted(vite("8.4.0"), "main.js"),
  "webpack-hosted": hosted(webpack, "src/index.js"),
  next: next("16.4.6"),
  "next-webpack": next("16.4.6", ["--webpack"]),
  sveltekit,
  astro,
  observable,
  node: { packages: {}, files: {}, run: [process.execPath] },
  bun: { packages: { bun: "1.4.5" }, files: {}, run: ["bun", "run"] },
  deno: { packages: { deno: "2.9.6" }, files: {}, run: ["deno", "run", "--allow-read"] },
};
