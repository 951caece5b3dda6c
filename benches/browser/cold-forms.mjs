/**
 * Forms of one page that loads the package from cold: the guide's, and what was tried to have its first prediction come
 * sooner; beside them the peer's, and pages with none of the package's code, which are the limit.
 *
 * Parts that a form needs and the package has not got, the page puts in by taking the place of `fetch` and
 * `WebAssembly.compileStreaming`: one line each, so that a form is tried before the package is changed for it.
 */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { cut, json, joined, withoutDetails, withSection } from "./cold-files.mjs";
import { coldPage } from "./stages.mjs";
import { SHIPPED } from "./prepare.mjs";
import { BINS, MARKS } from "./pages/outputs.mjs";

/**
 * @typedef {object} Form
 * @property {string} id
 * @property {string} says the form in words
 * @property {string} [than] the form that it is compared with; by default the first
 * @property {"logit" | "any" | "none"} gives whether its logit is known, is that of another model, or there is none
 * @property {string} peer the form of the peer that it is compared with
 * @property {(site: Site) => string} html
 */

/**
 * @typedef {{ engine: string, wasm: string, model: string, gene: Float32Array, lengths: { wasm: number },
 * script: string, heads: { page: string, early: string } }} Site where the engine's two files and the weights lie, a
 * gene's values, the length of the engine, all scripts in one, and the heads of the guide's page
 */

const PACKAGE = "regulens/dist/index.js";
const SCRIPTS = [PACKAGE, "regulens/dist/shared.js"];
const inBefore = (address) => address.replace("regulens/", "before/");
/** The bytes that the engine and the weights make up in one file. */
const ONE = { joined: "forms/one.bin", section: "forms/one.wasm" };
const SECTION = "weights";

const modules = (...addresses) => addresses.map((each) => `<link rel="modulepreload" href="${each}">`).join("");
const hints = (...addresses) =>
  addresses.map((each) => `<link rel="preload" as="fetch" crossorigin href="${each}">`).join("");
/** Tells what went wrong, which the command would wait for in vain. */
const TOLD = `<script>onerror = (error) => { globalThis.cold = { error: String(error) }; };
  onunhandledrejection = ({ reason }) => onerror(reason);</script>`;
const page = (head, script, attributes = "") =>
  `<!doctype html><meta charset="utf-8"><title>cold</title>${TOLD}${head}<script type="module"${attributes}>${script}</script>`;

/** The table of one gene, as a file holds it. */
function table(values) {
  const rows = Array.from({ length: BINS }, (_, bin) => {
    const at = bin * MARKS.length;
    return `G1,${bin + 1},${values.subarray(at, at + MARKS.length).join(",")}\n`;
  });
  return `gene,bin,${MARKS.join(",")}\n${rows.join("")}`;
}

const TOLD_ALL = "globalThis.cold = { ms: performance.now(), logit: logit[0], sizes: [alpha.length, beta.length] };";
const PREDICTED = `const { logit, alpha, beta } = await model.predict(table); ${TOLD_ALL}`;

/** The lines of the guide's page, from the model's address to a gene's prediction. */
const predicting = ({ model, gene }) => `
  const model = await Regulens.load(${JSON.stringify(model)}, { device: "cpu" });
  const table = await model.readTable(${JSON.stringify(table(gene))}, { name: "gene.csv" });
${PREDICTED}`;
const importing = (site, from = PACKAGE) => `import { Regulens } from "./${from}";${predicting(site)}`;
const shipped = (site) => ({ ...site, model: `models/${SHIPPED}` });

/** The same page with its table at an address: fetched once the model is there, or read beside it. */
const withFile = ({ model }, beside) =>
  `import { Regulens } from "./${PACKAGE}";` +
  (beside
    ? `const [model, table] = await Promise.all([
        Regulens.load("${model}", { device: "cpu" }),
        Regulens.readTable(new URL("forms/gene.csv", document.baseURI)),
      ]);`
    : `const model = await Regulens.load("${model}", { device: "cpu" });
       const table = await model.readTable(await (await fetch("forms/gene.csv")).text());`) +
  PREDICTED;

/** Begins both downloads, and the compiling, where the page's head is read; the package finds them begun. */
const begun = ({ wasm, model }) => `<script>
  const begun = { wasm: WebAssembly.compileStreaming(fetch("${wasm}")), model: fetch("${model}") };
  const { fetch: fetched } = globalThis;
  const typed = { headers: { "content-type": "application/wasm" } };
  globalThis.fetch = async (address, options) =>
    /_bg\\.wasm$/.test(address) ? new Response("", typed) : address === "${model}" ? begun.model : fetched(address, options);
  WebAssembly.compileStreaming = () => begun.wasm;
</script>`;

/** Has engine and weights come as one file, which is taken apart as it comes. */
const takenApart = (length) => `<script>
  const { fetch: fetched } = globalThis;
  ${cut.toString()}
  let parts;
  globalThis.fetch = async (address, options) => {
    if (!/_bg\\.wasm$|^models/.test(address)) return fetched(address, options);
    parts ??= fetched("${ONE.joined}").then(({ body }) => cut(body, ${length}));
    return (await parts)[/wasm$/.test(address) ? 0 : 1];
  };
</script>`;

/** Has the weights come in a section of the engine's own file. */
const fromSection = ({ model }) => `<script>
  const { fetch: fetched } = globalThis;
  let found;
  const module = new Promise((resolve) => (found = resolve));
  globalThis.fetch = async (address, options) =>
    address === "${model}"
      ? new Response(WebAssembly.Module.customSections(await module, "${SECTION}")[0])
      : fetched(/_bg\\.wasm$/.test(address) ? "${ONE.section}" : address, options);
  const { compileStreaming } = WebAssembly;
  WebAssembly.compileStreaming = (response) => {
    found(compileStreaming(response));
    return module;
  };
</script>`;

/** The smallest form of the peer, and the same with hints for its engine and its weights. */
export function peers({ peer, gene }) {
  const html = coldPage(peer, gene);
  const { model, wasm } = peer.options;
  const hinted = html.replace("</title>", `</title>${hints(model, `${wasm}tfjs-backend-wasm-simd.wasm`)}`);
  const says = "TensorFlow.js wasm, 1 thread, core only";
  const form = { gives: "logit", than: "guide" };
  return [
    { ...form, id: "tf-core", peer: "tf-core", says, html: () => html },
    { ...form, id: "tf-hints", peer: "tf-core", says: `${says}, hints for its engine and weights`, html: () => hinted },
  ];
}

/** Bytes that are only fetched: what every form waits for. */
const fetching = (addresses) => `
  const came = async (address) => (await fetch(address)).arrayBuffer();
  const bytes = Promise.all(${JSON.stringify(addresses)}.map(came));`;
const DONE = "globalThis.cold = { ms: performance.now() };";
/** Every import of a module as a function that does nothing, and one function of it called. */
const CALLED = `
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(compiled))
    (imports[from] ??= {})[name] = kind === "function" ? () => 0 : undefined;
  const { exports } = await WebAssembly.instantiate(compiled, imports);
  if (!(exports.__wbindgen_malloc(64, 4) > 0)) throw new Error("no memory");`;

/** Forms that have the browser ask for more than scripts at once: the peer that they are compared with has, too. */
const HINTED = /^hint|^begun|-begun$|^page$|^early$|^engine$/;

/** Lines of the head of the guide's page, for a model at another address, and behind it to ask for the engine. */
export function headsOf(guide, model) {
  const block = (how) => new RegExp(`^\`\`\`html ${how}\\n([^]*?)^\`\`\`$`, "m").exec(guide)[1];
  const links = block("page").match(/^<link .*>$/gm);
  return { page: links.join("").replace(/models\/[\w.-]+/, model), early: block("early") };
}

/**
 * @param {boolean} before whether there is an earlier build of the package
 * @returns {Form[]} the forms; the first is the guide's page
 */
export function forms(before) {
  const rest = ({ engine, model }) => [...SCRIPTS, engine, model];
  return [
    {
      id: "guide",
      says: "the guide's page as it was: hints for the package's two scripts",
      html: (site) => page(modules(...SCRIPTS), importing(site)),
    },
    ...(before
      ? [
          {
            id: "before",
            says: "the same page with the package as it was",
            html: (site) => page(modules(...SCRIPTS.map(inBefore)), importing(site, inBefore(PACKAGE))),
          },
        ]
      : []),
    { id: "no-hints", says: "the same without hints", html: (site) => page("", importing(site)) },
    {
      id: "one-file",
      says: "(a) engine and weights in one file, taken apart as it comes",
      html: (site) => page(takenApart(site.lengths.wasm) + modules(...SCRIPTS), importing(site)),
    },
    {
      id: "one-section",
      says: "(a) weights in a section of the engine's file",
      html: (site) => page(fromSection(site) + modules(...SCRIPTS), importing(site)),
    },
    {
      id: "one-script",
      says: "(b) package, the engine's script and the page's own in one script",
      html: () => page("", "", ' src="forms/one.js"'),
    },
    { id: "inlined", says: "(b) the same, inlined in the page", html: ({ script }) => page("", script) },
    {
      id: "hint-model",
      says: "(c) a hint for the weights too",
      html: (site) => page(hints(site.model) + modules(...SCRIPTS), importing(site)),
    },
    {
      id: "hint-script",
      says: "(c) a hint for the engine's script too",
      html: (site) => page(modules(...SCRIPTS, site.engine), importing(site)),
    },
    {
      id: "hints",
      says: "(c) hints for all: weights, engine and its script too",
      html: (site) => page(hints(site.wasm, site.model) + modules(...SCRIPTS, site.engine), importing(site)),
    },
    {
      id: "begun",
      says: "(c) a line in the page's head begins compiling the engine and fetching the weights",
      html: (site) => page(begun(site) + modules(...SCRIPTS), importing(site)),
    },
    {
      id: "begun-hints",
      says: "(c) the same, and a hint for the engine's script",
      html: (site) => page(begun(site) + modules(...SCRIPTS, site.engine), importing(site)),
    },
    {
      id: "inlined-begun",
      says: "(b) and (c): all scripts inlined, engine and weights begun before them",
      html: (site) => page(begun(site), site.script),
    },
    {
      id: "page",
      says: "(c) the guide's page as it is: hints for the package's scripts and the weights",
      html: (site) => page(site.heads.page, importing(site)),
    },
    {
      id: "early",
      says: "(c) the same with the guide's lines that ask for the engine",
      html: (site) => page(site.heads.page + site.heads.early, importing(site)),
    },
    {
      id: "shipped",
      says: "the guide's page with the float16 model that ships",
      gives: "any",
      html: (site) => page(modules(...SCRIPTS), importing(shipped(site))),
    },
    {
      id: "shipped-json",
      than: "shipped",
      says: "(d) the same, its card read by `JSON.parse` beside the engine",
      gives: "any",
      html: (site) =>
        page(
          modules("forms/json/dist/index.js", "forms/json/dist/shared.js"),
          importing(shipped(site), "forms/json/dist/index.js"),
        ),
    },
    {
      id: "shipped-bare",
      than: "shipped",
      says: "(d) the same, its card without all that may be left out",
      gives: "any",
      html: (site) => page(modules(...SCRIPTS), importing({ ...site, model: "forms/bare.safetensors" })),
    },
    {
      id: "file",
      says: "the guide's page, its table at an address",
      html: (site) => page(modules(...SCRIPTS), withFile(site, false)),
    },
    {
      id: "file-beside",
      than: "file",
      says: "the same, its table read beside the model",
      html: (site) => page(modules(...SCRIPTS), withFile(site, true)),
    },
    { id: "nothing", says: "an empty page", gives: "none", html: () => page("", DONE) },
    {
      id: "fetched",
      says: "(e) all files fetched, and no more",
      gives: "none",
      html: (site) => page("", `${fetching([site.wasm, ...rest(site)])} await bytes; ${DONE}`),
    },
    {
      id: "compiled",
      says: "(e) all files fetched, the engine compiled",
      gives: "none",
      html: (site) =>
        page(
          "",
          `${fetching(rest(site))} await Promise.all([WebAssembly.compileStreaming(fetch("${site.wasm}")), bytes]); ${DONE}`,
        ),
    },
    {
      id: "called",
      says: "(e) the same, the engine started and one function of it called",
      gives: "none",
      html: (site) =>
        page(
          "",
          `${fetching(rest(site))} const [compiled] = await Promise.all([WebAssembly.compileStreaming(fetch("${site.wasm}")), bytes]); ${CALLED} ${DONE}`,
        ),
    },
    {
      id: "engine",
      says: "(e) the engine and its own script alone, all begun in the head: weights read, one gene predicted",
      html: (site) =>
        page(
          hints(site.wasm, site.model) + modules(site.engine),
          `
      import start, { Model } from "./${site.engine}";
      const bytes = fetch("${site.model}").then((response) => response.arrayBuffer());
      await start({ module_or_path: fetch("${site.wasm}") });
      const model = new Model(new Uint8Array(await bytes), "model.safetensors");
      const { logit, alpha, beta } = await model.predict(Float32Array.of(${site.gene.join(",")}), 1);
      ${TOLD_ALL}`,
        ),
    },
  ].map((form) => ({ gives: "logit", than: "guide", peer: HINTED.test(form.id) ? "tf-hints" : "tf-core", ...form }));
}

/** Writes the files that forms need beside those of the package, and gives the addresses and lengths that they name. */
export async function writeForms({ site, engine, wasm, models, folder, gene, root }) {
  mkdirSync(folder, { recursive: true });
  const code = readFileSync(join(site, wasm.replace(/^regulens\//, "")));
  const weights = readFileSync(join(models, "model.safetensors"));
  writeFileSync(join(folder, "one.bin"), joined(code, weights));
  writeFileSync(join(folder, "one.wasm"), withSection(code, SECTION, weights));
  writeFileSync(join(folder, "bare.safetensors"), withoutDetails(readFileSync(join(models, SHIPPED))));

  writeFileSync(join(folder, "gene.csv"), table(gene));
  for (const part of ["dist", "wasm/cpu-relaxed"])
    cpSync(join(site, part), join(folder, "json", part), { recursive: true });
  const copied = join(folder, "json", engine.replace(/^regulens\//, ""));
  writeFileSync(copied, json(readFileSync(copied, "utf8")));

  const given = { engine, wasm, model: "models/model.safetensors", gene, lengths: { wasm: code.length } };
  const script = await bundled({ root, site, engine, page: predicting(given) });
  writeFileSync(join(folder, "one.js"), script);
  const guide = readFileSync(join(root, "docs/guides/javascript.md"), "utf8");
  return { ...given, script, heads: headsOf(guide, given.model) };
}

/** One script of the package, one engine's JavaScript and the lines of a page; other engines stay files. */
async function bundled({ root, site, engine, page }) {
  const { build } = createRequire(join(root, "www/package.json"))("esbuild");
  const kept = engine.split("/").at(-1);
  const { outputFiles } = await build({
    stdin: {
      contents:
        `import { Regulens } from "./dist/index.js";\nRegulens.configure({ base: new URL("regulens/", document.baseURI) });\n` +
        page,
      resolveDir: site,
    },
    plugins: [
      {
        name: "one-engine",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/wasm\/.*\.js$/ }, ({ path }) =>
            path.endsWith(`/${kept}`) ? undefined : { path, external: true },
          ),
      },
    ],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    write: false,
  });
  return outputFiles[0].text.replaceAll("</script", "<\\/script");
}
