/** Bundling of `<regulens-view>`: as modules of the package, and by whoever makes a single script of it. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { rewrite, withMapNamed, withoutMap } from "./source-maps.mjs";

const www = dirname(fileURLToPath(import.meta.url));

/**
 * The site's tokens for an element's host: `:root` becomes `:host`, its `data-theme` the element's `theme`, and each
 * token stands behind a custom property of the page: `--color-ink: …` becomes
 * `--color-ink: var(--regulens-color-ink, …)`.
 */
export async function hostTokens(css) {
  const own = css
    .replace(/:root\[data-theme="(\w+)"\]/g, ':host([theme="$1"])')
    .replace(/:root/g, ":host")
    .replace(/^(\s*)--([\w-]+):\s*([^;]+);/gm, "$1--$2: var(--regulens-$2, $3);");
  // Paper is light whatever the screen is.
  const { code } = await transform(`${own}\n@media print { :host { color-scheme: light !important; } }`, {
    loader: "css",
    minify: true,
    target: ["chrome123", "firefox120", "safari17.5"],
  });
  return code;
}

/** The heights of views for the element's own host: `regulens-view[…]` becomes `:host([…])`. */
async function ownHeights(css) {
  const own = css.replace(/^regulens-view(.*) \{$/gm, (_, of) => (of === "" ? ":host {" : `:host(${of}) {`));
  const { code } = await transform(own, { loader: "css", minify: true });
  return code;
}

/** Gives the element the tokens as text, and decorators that a second copy of it does not trip over. */
export const elementTokens = {
  name: "element-tokens",
  setup(plugins) {
    const decorators = join(www, "src/element/decorators.ts");
    plugins.onResolve({ filter: /^lit\/decorators\.js$/ }, ({ importer }) =>
      importer === decorators ? undefined : { path: decorators },
    );
    plugins.onLoad({ filter: /[\\/]element[\\/]height\.css$/ }, async ({ path }) => ({
      contents: await ownHeights(readFileSync(path, "utf8")),
      loader: "text",
      watchFiles: [path],
    }));
    plugins.onLoad({ filter: /[\\/]styles[\\/]tokens\.css$/ }, async ({ path }) => ({
      contents: await hostTokens(readFileSync(path, "utf8")),
      loader: "text",
      watchFiles: [path],
    }));
  },
};

/**
 * Changes to Lit, each a pattern with what stands in its place: without its traces on the page's `globalThis` (its
 * versions, and a map for decorators of another kind), and importable where there is no DOM, as in Node.
 */
const CHANGES = {
  // The browsers that we build for have style sheets of this kind.
  "css-tag.js": [
    [/\b(e=)t\.ShadowRoot&&.*?"replace"in CSSStyleSheet\.prototype,/, "$1!0,"],
    [/\bif\(e&&void 0===t\)/, "if(void 0===t)"],
    [/\bif\(e\)(?=s\.adoptedStyleSheets)/, "if(!0)"],
    [/(?<=,c=)e(?=\?)/, "!0"],
  ],
  "lit-html.js": [
    [/,\(\w\.litHtmlVersions\?\?=\[\]\)\.push\("[\d.]+"\)/, ""],
    [/\b(\w=)document,/, "$1globalThis.document,"],
    [/\b(\w=\w)(\.createTreeWalker\(\w,129\))/, "$1?$2"],
  ],
  "lit-element.js": [[/\(\w\.litElementVersions\?\?=\[\]\)\.push\("[\d.]+"\);/, ""]],
  "reactive-element.js": [
    [/,\(\w\.reactiveElementVersions\?\?=\[\]\)\.push\("[\d.]+"\)/, ""],
    [/Symbol\.metadata\?\?=Symbol\("metadata"\),\w\.litPropertyMetadata\?\?=new WeakMap;/, ""],
    [
      /const t=this\[Symbol\.metadata\];if\(null!==t\)\{const s=litPropertyMetadata\.get\(t\);.*?elementProperties\.set\(t,i\)\}/,
      "",
    ],
    [/\bextends HTMLElement\{/, "extends(globalThis.HTMLElement??class{}){"],
  ],
};

/** Makes these changes; a Lit that has none of such a place ends the build. */
const changedLit = {
  name: "changed-lit",
  setup(plugins) {
    const lit =
      /[\\/](?:lit-html|lit-element|@lit[\\/]reactive-element)[\\/](?:css-tag|lit-html|lit-element|reactive-element)\.js$/;
    plugins.onLoad({ filter: lit }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [found, instead] of CHANGES[basename(path)]) {
        if (!found.test(contents)) throw new Error(`${path} has no ${found}; look for where it has that now`);
        contents = contents.replace(found, instead);
      }
      return { contents };
    });
  },
};

/** The element is loaded beside the package, and imports it when it is needed. */
const besidePackage = {
  name: "beside-package",
  setup(plugins) {
    plugins.onResolve({ filter: /\/pkg\/src\/index$/ }, () => ({ path: "./index.js", external: true }));
  },
};

/**
 * Bundles the element into the package's folder: `element.js`, and a file for each family, which is loaded with the
 * first model of it.
 */
export async function buildElement(common, outdir) {
  const { version } = JSON.parse(readFileSync(join(www, "../pkg/package.json"), "utf8"));
  const { metafile } = await build({
    ...common,
    entryPoints: [{ in: join(www, "src/element/index.ts"), out: "element" }],
    outdir,
    define: { OWN_VERSION: JSON.stringify(version) },
    plugins: [elementTokens, changedLit, besidePackage],
    splitting: true,
    chunkNames: "element-[name]-[hash]",
    minify: true,
    // The licences stand in the package's THIRD-PARTY.txt.
    legalComments: "none",
    metafile: true,
  });
  const importsOfScene = (folder) => {
    const outputs = Object.entries(metafile.outputs);
    const [file] = outputs.find(([, { entryPoint }]) => entryPoint?.endsWith(`tasks/${folder}/scene.ts`));
    return importsOf(basename(file), outdir);
  };
  const merge = (name, modules) => mergeChunks(name, [...modules], common, outdir);
  // Every scene has figures.
  const ofTracks = importsOfScene("tracks");
  const ofAll = [...importsOfScene("genes/on-off")].filter((module) => ofTracks.has(module));
  await merge("shared", new Set([...importsOf("element.js", outdir), ...ofAll]));
  await merge("genes", importsOfScene("genes/on-off"));
  await takeIn("shared", common, outdir);
  dropEmpty(outdir);
  askTogether(outdir);
  await build({
    ...common,
    entryPoints: [{ in: join(www, "src/element/reserved.css"), out: "element" }],
    outdir,
    sourcemap: false,
    minify: true,
  });
}

/** Names of the modules beside it that a module imports at once, and those that they do. */
function importsOf(module, outdir, found = new Set()) {
  const text = readFileSync(join(outdir, module), "utf8");
  for (const [, name] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) {
    if (found.has(name)) continue;
    found.add(name);
    importsOf(name, outdir, found);
  }
  return found;
}

/** Names of the element's modules. */
function modulesOf(outdir) {
  return readdirSync(outdir).filter((name) => /^element(-.*)?\.js$/.test(name));
}

/**
 * Makes one file of chunks that are imported together: esbuild leaves one for each set of modules that has some
 * code in common, and a browser asks a server for six at a time.
 */
async function mergeChunks(name, modules, common, outdir) {
  const chunks = modules.filter((each) => each.startsWith("element-chunk-"));
  // With the hash of the content: a file of another build, kept by a browser, finds no export of its names.
  const renamed = (chunk, exported) => `_${/-(\w+)\.js$/.exec(chunk)[1]}${exported}`;
  const exportsOf = (chunk) =>
    [...readFileSync(join(outdir, chunk), "utf8").matchAll(/\bexport\s*\{([^}]*)\}/g)].flatMap(([, list]) =>
      list.split(",").map((each) =>
        each
          .trim()
          .split(/\s+as\s+/)
          .at(-1),
      ),
    );
  const contents = chunks.map((chunk) => {
    const names = exportsOf(chunk).map((each) => `${each} as ${renamed(chunk, each)}`);
    return names.length === 0 ? `import "./${chunk}";` : `export { ${names} } from "./${chunk}";`;
  });
  const { outputFiles } = await build({
    ...common,
    stdin: { contents: contents.join("\n"), resolveDir: outdir },
    outfile: join(outdir, "merged.js"),
    external: modulesOf(outdir)
      .filter((each) => !chunks.includes(each))
      .concat("index.js")
      .map((each) => `./${each}`),
    write: false,
    minify: true,
    legalComments: "none",
  });
  const [{ text: map }, { text }] = outputFiles;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  const merged = `element-${name}-${hash}.js`;
  for (const chunk of chunks) remove(chunk, outdir);
  for (const each of modulesOf(outdir)) {
    rewrite(
      join(outdir, each),
      /\b(import|export)\s*(?:\{([^}]*)\}\s*from\s*)?"\.\/([^"]+)"/g,
      (whole, kind, list, from) => {
        if (!chunks.includes(from)) return whole;
        if (list === undefined) return `import"./${merged}"`;
        const names = list.split(",").map((part) => {
          const [given, own = given] = part.trim().split(/\s+as\s+/);
          return `${renamed(from, given)} as ${own}`;
        });
        return `${kind}{${names}}from"./${merged}"`;
      },
    );
  }
  writeFileSync(join(outdir, `${merged}.map`), map);
  writeFileSync(join(outdir, merged), withMapNamed(text, `${merged}.map`));
}

/** Takes a merged file into the element's first, which the others then import from: one way to the server less. */
async function takeIn(name, common, outdir) {
  const taken = modulesOf(outdir).find((each) => each.startsWith(`element-${name}-`));
  const others = modulesOf(outdir).filter((each) => each !== taken && each !== "element.js");
  const { outputFiles } = await build({
    ...common,
    stdin: { contents: `export * from "./${taken}"; export * from "./element.js";`, resolveDir: outdir },
    outfile: join(outdir, "taken.js"),
    external: [...others, "index.js"].map((each) => `./${each}`),
    write: false,
    minify: true,
    legalComments: "none",
  });
  const [{ text: map }, { text }] = outputFiles;
  writeFileSync(join(outdir, "element.js.map"), map);
  writeFileSync(join(outdir, "element.js"), withMapNamed(text, "element.js.map"));
  remove(taken, outdir);
  const importing = new RegExp(`"\\./${taken}"`, "g");
  for (const each of others) rewrite(join(outdir, each), importing, () => '"./element.js"');
}

/** Leaves out modules in which nothing is. */
function dropEmpty(outdir) {
  const isEmpty = (name) => withoutMap(readFileSync(join(outdir, name), "utf8")).trim() === "";
  for (const empty of modulesOf(outdir).filter(isEmpty)) {
    remove(empty, outdir);
    const importing = new RegExp(`\\bimport"\\./${empty}";`, "g");
    for (const each of modulesOf(outdir)) rewrite(join(outdir, each), importing, () => "");
  }
}

function remove(name, outdir) {
  for (const end of ["", ".map"]) rmSync(join(outdir, `${name}${end}`), { force: true });
}

/**
 * Has a module that is imported later ask for all of its modules at once: a browser learns what a module imports only
 * when it has it, and each step is a way to the server and back.
 */
function askTogether(outdir) {
  const there = importsOf("element.js", outdir).add("element.js");
  for (const name of modulesOf(outdir)) {
    rewrite(join(outdir, name), /\bimport\("\.\/([^"]+)"\)/g, (whole, name) => {
      const others = [...importsOf(name, outdir)].filter((other) => !there.has(other));
      const all = [...others, name].map((each) => `import("./${each}")`);
      return all.length === 1 ? whole : `Promise.all([${all}]).then(m=>m.pop())`;
    });
  }
}
