// Contents of the package: nothing too much, nothing missing, nothing that no entry needs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { PACKAGE, pack, ROOT } from "./support/package.mjs";

const ENGINES = ["cpu", "cpu-relaxed", "files", "full", "full-relaxed", "webgpu"];

const SCRIPTS = [
  ...["cpu-relaxed-worker", "cpu-worker", "element", "full-relaxed-worker", "full-worker", "hosted", "index"],
  ...["inline", "parsers", "plots", "shared"],
];

/** The declarations that the entries lead to. */
const TYPES = [
  ...[
    "card",
    "card-types",
    "catalogue",
    "constants",
    "description",
    "element",
    "errors",
    "held",
    "index",
    "parsers",
    "progress",
    "regulens",
  ],
  ...[
    "engine/calibration",
    "engine/deletion",
    "engine/device",
    "engine/engine",
    "engine/engine-types",
    "engine/gene-engine",
    "engine/members",
    "engine/motif-engine",
    "engine/place",
    "engine/prepare-engine",
    "engine/simd",
    "engine/track-engine",
    "engine/trust",
  ],
  ...[
    "explain/attention-spread",
    "explain/attributions",
    "explain/contrast",
    "explain/explanations",
    "explain/held-out",
  ],
  ...["explain/means", "explain/planted", "explain/planted-sites", "explain/sharing"],
  ...["io/big-wig", "io/counts", "io/genes", "io/model-bytes", "io/motifs", "io/prepare", "io/sequences", "io/table"],
  ...[
    "models/bases",
    "models/change",
    "models/level",
    "models/model",
    "models/on-off",
    "models/open",
    "models/table-model",
    "models/tracks",
  ],
  ...["run/named", "run/pool", "run/shared-run", "run/worker-port"],
  ...["tasks/change", "tasks/gene-view", "tasks/level", "tasks/on-off", "tasks/spread", "tasks/tracks"],
];

test("the package has its licences, its entries and its engines, and nothing else", () => {
  const paths = pack().files.map(({ path }) => path);
  const plots = paths.filter((path) => /^dist\/plots\/([a-z]+\/)?[a-z-]+\.d\.ts$/.test(path));
  // Parts of the element, each loaded with the first model of its task; their names have the hash of their content.
  const parts = paths.filter((path) => /^dist\/element-[a-z-]+-[A-Z0-9]{8}\.js$/.test(path));
  // Source maps name these, as `maps.test.mjs` tries.
  const sources = paths.filter((path) => /^dist\/sources\/(pkg|www)\/src\/.*\.ts$/.test(path));
  const expected = [
    ...["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json", "dist/THIRD-PARTY.txt"],
    ...["dist/element.css", "dist/custom-elements.json", "dist/vscode.html-custom-data.json"],
    ...["preact", "react", "solid", "svelte", "view", "vue"].map((name) => `frameworks/${name}.d.ts`),
    ...SCRIPTS.flatMap((name) => [`dist/${name}.js`, `dist/${name}.js.map`]),
    ...TYPES.map((name) => `dist/${name}.d.ts`),
    ...plots,
    ...parts.flatMap((path) => [path, `${path}.map`]),
    ...sources,
    ...ENGINES.flatMap((engine) => [".js", "_bg.wasm"].map((end) => `wasm/${engine}/regulens_${engine}${end}`)),
  ];
  assert.deepEqual(paths.sort(), expected.sort());
  // A scene for each task, and one for runs side by side.
  assert.equal(parts.filter((path) => path.includes("element-scene-")).length, 4);
  assert.equal(parts.filter((path) => path.includes("element-comparing-")).length, 1);
  // The declarations of the entry, and those of the options that they name.
  assert.ok(plots.includes("dist/plots/all.d.ts") && plots.length > 20, `${plots.length} declarations of plots`);
});

test("the element is one way to the server, and asks for what follows at once", () => {
  const read = (name) => readFileSync(join(PACKAGE, "dist", name), "utf8");
  const ahead = (name) => [...read(name).matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)].map(([, other]) => other);
  const parts = readdirSync(join(PACKAGE, "dist")).filter((name) => /^element(-.*)?\.js$/.test(name));
  assert.deepEqual(ahead("element.js"), []);
  assert.deepEqual(
    parts.filter(
      (name) =>
        read(name)
          .replace(/\/\/# sourceMappingURL=.*/, "")
          .trim() === "",
    ),
    [],
  );
  // Modules that a scene needs beside the element stand next to it where it is imported.
  for (const scene of parts.filter((name) => name.includes("-scene-"))) {
    const [all] = read("element.js").match(new RegExp(`Promise\\.all\\(\\[[^\\]]*import\\("\\./${scene}"\\)\\]`));
    for (const other of ahead(scene)) assert.ok(other === "element.js" || all.includes(other), `${scene}: ${other}`);
  }
});

test("the licences of all that is bundled or linked are in the package", () => {
  const text = readFileSync(join(PACKAGE, "dist/THIRD-PARTY.txt"), "utf8");
  for (const name of ["lit-html", "wasm-bindgen", "burn-flex", "wgpu", "noodles"])
    assert.match(text, new RegExp(`^${name} \\d+\\.`, "m"), name);
});

test("the package is as small as its engines", () => {
  const { size, unpackedSize } = pack();
  // Six engines, of which a page loads one or two, and a script with one of them inside.
  assert.ok(size < 5_800_000, `${size} bytes packed`);
  assert.ok(unpackedSize < 21_000_000, `${unpackedSize} bytes unpacked`);
});

test("no file names this machine, or a module that the package does not bring", () => {
  const { files } = pack();
  for (const path of files.map(({ path }) => path).filter((path) => /\.(js|map|ts)$/.test(path))) {
    const text = readFileSync(join(PACKAGE, path), "utf8");
    assert.ok(!text.includes(resolve(ROOT)), path);
    // Sources are read, and not run.
    if (path.endsWith(".map") || path.startsWith("dist/sources/")) continue;
    // Examples in comments import the package itself.
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    for (const [, name] of code.matchAll(/(?<!["'\w.])(?:from|import\(|import)\s*"([^"]+)"/g))
      // The types for a framework name it, and only who has it imports them.
      if (!path.startsWith("frameworks/")) assert.match(name, /^\.{1,2}\//, path);
  }
});

test("no bundler looks for a module by a variable's name", () => {
  for (const { path } of pack().files.filter(({ path }) => /^dist\/.*\.js$/.test(path))) {
    const text = readFileSync(join(PACKAGE, path), "utf8");
    assert.doesNotMatch(text, /\bimport\([\w$]+\)/, path);
  }
});

test("what package.json promises is there, with the types first", () => {
  const { exports, dependencies, files } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  assert.equal(dependencies, undefined);
  // Pages of one file alone have the engine `tables`, from the site, and the page alone `foreign`.
  const nobodyImports = ["!wasm/tables", "!wasm/foreign", "!wasm/*/*.d.ts"];
  assert.deepEqual(files, ["dist", "frameworks", "wasm", ...nobodyImports, "LICENSE-*"]);
  const paths = pack().files.map(({ path }) => `./${path}`);
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target === "string") continue;
    assert.equal(Object.keys(target)[0], "types", entry);
    for (const path of Object.values(target)) assert.ok(paths.includes(path), `${entry}: ${path}`);
  }
});

test("the manifest and the HTML data have every attribute, event and part of the element, and no other", async () => {
  const json = (name) => JSON.parse(readFileSync(join(PACKAGE, "dist", name), "utf8"));
  const [{ declarations }] = json("custom-elements.json").modules;
  const [{ attributes, members, events, cssParts, cssProperties }] = declarations;
  const { RegulensView } = await import(new URL("../../pkg/dist/element.js", import.meta.url));
  const names = (list) => list.map(({ name }) => name).sort();
  assert.deepEqual(names(attributes), [...RegulensView.observedAttributes].sort());
  assert.deepEqual(names(json("vscode.html-custom-data.json").tags[0].attributes), names(attributes));
  const properties = [...RegulensView.elementProperties].filter(([, { state }]) => !state).map(([name]) => name);
  assert.deepEqual(
    names(members),
    [...properties, "result", "retry", "status"].sort(),
    "its properties, what is read of it, and what it does",
  );
  const scripts = pack()
    .files.map(({ path }) => path)
    .filter((path) => /^dist\/element.*\.js$/.test(path))
    .map((path) => readFileSync(join(PACKAGE, path), "utf8"))
    .join("\n");
  const found = (pattern) => [...new Set([...scripts.matchAll(pattern)].map(([, name]) => name))].sort();
  assert.deepEqual(names(cssParts), found(/\bpart="(\w+)"/g));
  assert.deepEqual(names(events), found(/"(regulens-(?:ready|result|error|selection))"/g));
  assert.ok(cssProperties.some(({ name }) => name === "--regulens-color-accent"));
  const view = attributes.find(({ name }) => name === "view");
  assert.equal(view.type.text, '"gene" | "set" | "compare" | "tracks" | "attention"');
});

test("the README and the page of the API group the plots by task: all of them, and in the same order", async () => {
  const [, table] = /\| for \| exports \|\n\|.*\n([^]*?)\n\n/.exec(readFileSync(join(PACKAGE, "README.md"), "utf8"));
  const listed = table
    .split("\n")
    .map((row) => [/^\| ([^|]+) \|/.exec(row)[1], [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)]);
  const page = readFileSync(join(PACKAGE, "../www/dist/api/index.html"), "utf8");
  const shown = page
    .split('<section class="group"')
    .slice(1)
    .map((group) => [
      /<h3[^>]*>([^<]+)</.exec(group)[1],
      [...group.matchAll(/<h4 id="plots-(\w+)"/g)].map(([, name]) => name),
    ]);
  assert.equal(shown.pop()[0], "Types");
  assert.deepEqual(shown, listed);
  assert.ok(!page.includes("category:"), "a group is a title, and is not said again at each name");
  const plots = await import(new URL("../../pkg/dist/plots.js", import.meta.url));
  assert.deepEqual(listed.flatMap(([, names]) => names).sort(), Object.keys(plots).sort());
});
