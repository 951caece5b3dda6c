/**
 * The page of the package's API: `api/index.html` and its style, without a script.
 *
 * TypeDoc reads the package's declarations. What it writes itself is a page for each name with scripts, which the
 * policy of our pages forbids; so the page is made from its JSON. It runs on TypeScript 6, which is why it is installed
 * in a folder of its own.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "marked";
import { format } from "prettier";

/** The entries, in the order in which they are shown, and what each is for. */
const ENTRIES = [
  ["regulens", "index", "Load a model, read a table or sequences, predict, explain."],
  ["regulens/plots", "plots/all", "Pictures as SVG strings: pure functions, without a DOM and without WebAssembly."],
  ["regulens/parsers", "parsers", "Read and prepare files, without models."],
  ["regulens/element", "element", "A live view of a model on data, as an element of any page."],
];

/** Kinds of TypeDoc's declarations. */
const [VARIABLE, FUNCTION, CLASS, INTERFACE, CONSTRUCTOR, ACCESSOR, REFERENCE] = [
  32, 64, 128, 256, 512, 262144, 4194304,
];

/** Letters in a line of code. */
const WIDTH = 100;

/**
 * Writes the page of the package `pkg` into `out/api`.
 *
 * @param {string} www
 * @param {string} pkg
 * @param {string} out
 */
export async function buildApiPage(www, pkg, out) {
  const { version } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const entries = await readEntries(www, pkg);
  const undocumented = entries.flatMap(({ entry, items }) =>
    items.filter(({ docs, again }) => !again && docs === "").map(({ name }) => `${entry}: ${name}`),
  );
  if (undocumented.length > 0) throw new Error(`exported without documentation: ${undocumented.join(", ")}`);
  mkdirSync(join(out, "api"), { recursive: true });
  writeFileSync(join(out, "api/index.html"), page(version, entries));
}

/** Runs TypeDoc on the declarations of the entries, and returns its modules. */
function typedoc(www, pkg) {
  const json = join(pkg, "dist/typedoc.json");
  const settings = [
    ...["--tsconfig", join(www, "tsconfig.api.json"), "--json", json, "--logLevel", "Warn"],
    ...["example", "param", ...Object.keys(TAGS).map((tag) => tag.slice(1))].flatMap((tag) => [
      "--blockTags",
      `@${tag}`,
    ]),
    ...[
      "--name",
      "regulens",
      "--readme",
      "none",
      "--excludePrivate",
      "--disableSources",
      "--validation.notExported",
      "false",
    ],
    ...ENTRIES.map(([, file]) => join(pkg, `dist/${file}.d.ts`)),
  ];
  const program = join(www, "../xtask/tools/typedoc/node_modules/typedoc/bin/typedoc");
  const { status } = spawnSync(process.execPath, [program, ...settings], { stdio: "inherit" });
  if (status !== 0) throw new Error("the declarations of the package could not be read");
  const { children } = JSON.parse(readFileSync(json, "utf8"));
  rmSync(json);
  return children;
}

/** Reads the exports of each entry, with their documentation and declarations. */
async function readEntries(www, pkg) {
  const modules = new Map(typedoc(www, pkg).map((module) => [module.name, module]));
  const sections = ENTRIES.map(([entry, file, about]) => {
    const { children, categories = [] } = modules.get(file);
    return { entry, about, children, categories: inOrder(categories) };
  });
  const places = new Map();
  for (const { entry, children } of sections) {
    for (const each of children.filter(({ kind }) => kind !== REFERENCE)) {
      places.set(each.id, anchor(entry, each.name));
      for (const member of membersOf(each)) places.set(member.id, anchor(entry, each.name));
    }
  }
  return Promise.all(
    sections.map(async ({ entry, about, children, categories }) => {
      const names = new Map(children.map((each) => [each.name, places.get(each.target ?? each.id)]));
      const items = [...names.keys()].map((name) =>
        described(
          children.filter((each) => each.name === name),
          places,
        ),
      );
      const written = await Promise.all(items);
      return {
        entry,
        about,
        names,
        items: written.sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name)),
        groups: grouped(written, categories, children),
      };
    }),
  );
}

/** Categories in the order of the sources, in which TypeDoc gives ids; without its own for what has none. */
function inOrder(categories) {
  const first = ({ children }) => Math.min(...children);
  return categories.filter(({ title }) => title !== "Other").sort((a, b) => first(a) - first(b));
}

/** Items by category (`@category`), in the order of the sources, and those without one last; all in one if none has. */
function grouped(items, categories, children) {
  if (categories.length === 0) return [{ items }];
  const byName = new Map(items.map((item) => [item.name, item]));
  const groups = categories.map(({ title, children: ids }) => ({
    title,
    items: children
      .filter(({ id }) => ids.includes(id))
      .sort((a, b) => a.id - b.id)
      .map(({ name }) => byName.get(name)),
  }));
  const rest = items.filter((item) => !groups.some((group) => group.items.includes(item)));
  return [...groups, { title: "Types", items: rest }];
}

const KINDS = ["namespace", "element", "class", "function", "value", "type"];

/** Sort order of a declaration: what one calls comes before what one names. */
function order({ kind }) {
  return KINDS.indexOf(kind);
}

/** Declarations of one name in parts: their kind, their head, their documentation and that of their members. */
async function described(all, places) {
  const [first] = all;
  const { name } = first;
  if (first.kind === REFERENCE) return { name, kind: "type", again: places.get(first.target) };
  const members = await Promise.all(
    membersOf(first).map(async (member) => ({
      docs: docsOf(member, places),
      code: await pretty(
        `interface X { ${member.kind === CONSTRUCTOR ? constructorOf(member) : memberOf(member)} }`,
        true,
      ),
    })),
  );
  const code = (await Promise.all(all.map((each) => pretty(codeOf(each))))).join("\n");
  return { name, kind: kindOf(all), docs: docsOf(first, places), code, members };
}

function kindOf(all) {
  const [{ kind, name, type }] = all;
  if (kind === CLASS) return "class";
  if (kind === FUNCTION) return "function";
  // An interface and a value of one name are the class of an element.
  if (kind === INTERFACE) return all.length > 1 ? "element" : "type";
  if (kind !== VARIABLE) return "type";
  return type.type === "reflection" && !/^[A-Z_]+$/.test(name) ? "namespace" : "value";
}

/** The members of a class, an interface or an object: its own, and none that only the package calls. */
function membersOf({ kind, children, type }) {
  const members = kind === VARIABLE ? type.declaration?.children : children;
  const isOwn = (member) =>
    !member.inheritedFrom && !(member.kind === CONSTRUCTOR && !member.signatures.some((one) => one.parameters));
  return [CLASS, INTERFACE, VARIABLE].includes(kind) ? (members ?? []).filter(isOwn) : [];
}

/** The head of a declaration, as TypeScript. */
function codeOf({ kind, name, signatures, type, typeParameters, extendedTypes, implementedTypes, ...rest }) {
  const generic = `${name}${generics(typeParameters)}`;
  const list = (word, types) => (types ? ` ${word} ${types.map(text).join(", ")}` : "");
  const above = `${list("extends", extendedTypes)}${list("implements", implementedTypes)}`;
  if (kind === FUNCTION) return signatures.map((one) => `declare function ${name}${call(one)};`).join("\n");
  if (kind === CLASS) return `declare ${rest.flags.isAbstract ? "abstract " : ""}class ${generic}${above} {}`;
  if (kind === INTERFACE) return `interface ${generic}${above} {}`;
  if (kind === VARIABLE) return type.type === "reflection" ? `const ${name}` : `declare const ${name}: ${text(type)};`;
  // For a function or an object, TypeDoc keeps the parts in the place of the type.
  return `type ${generic} = ${text(type ?? { type: "reflection", declaration: { signatures, ...rest } })};`;
}

function constructorOf({ signatures }) {
  return signatures.map((one) => `new ${call(one)};`).join(" ");
}

/** A member of a class, an interface or an object. */
function memberOf({ kind, name, flags, signatures, getSignature, type }) {
  const before = flags.isStatic ? "static_" : "";
  const key = `${before}${/^[\w$]+$/.test(name) ? name : JSON.stringify(name)}${flags.isOptional ? "?" : ""}`;
  if (signatures) return signatures.map((one) => `${key}${call(one)};`).join(" ");
  return `${key}: ${text(kind === ACCESSOR ? getSignature.type : type)};`;
}

/** Parameters and what comes back. */
function call({ typeParameters, parameters = [], type }, between = ": ") {
  const each = parameters.map(({ name, flags, type, defaultValue }) => {
    const key = name === "__namedParameters" ? "options" : name;
    return `${flags.isRest ? "..." : ""}${key}${flags.isOptional || defaultValue ? "?" : ""}: ${text(type)}`;
  });
  return `${generics(typeParameters)}(${each.join(", ")})${between}${text(type)}`;
}

function generics(parameters = []) {
  const each = parameters.map(
    ({ name, type, default: otherwise }) =>
      `${name}${type ? ` extends ${text(type)}` : ""}${otherwise ? ` = ${text(otherwise)}` : ""}`,
  );
  return each.length > 0 ? `<${each.join(", ")}>` : "";
}

/** A type, as TypeScript. */
function text(type) {
  const within = (one) =>
    ["union", "intersection", "typeOperator"].includes(one.type) || isCall(one) ? `(${text(one)})` : text(one);
  switch (type.type) {
    case "array":
      return `${within(type.elementType)}[]`;
    case "indexedAccess":
      return `${within(type.objectType)}[${text(type.indexType)}]`;
    case "intersection":
      return type.types.map(within).join(" & ");
    case "intrinsic":
      return type.name;
    case "literal":
      return JSON.stringify(type.value);
    case "namedTupleMember":
      return `${type.name}${type.isOptional ? "?" : ""}: ${text(type.element)}`;
    case "predicate":
      return `${type.asserts ? "asserts " : ""}${type.name} is ${text(type.targetType)}`;
    case "query":
      return `typeof ${text(type.queryType)}`;
    case "reference":
      return `${type.name}${type.typeArguments ? `<${type.typeArguments.map(text).join(", ")}>` : ""}`;
    case "reflection":
      return isCall(type) ? call(type.declaration.signatures[0], " => ") : objectOf(type.declaration);
    case "tuple":
      return `[${(type.elements ?? []).map(text).join(", ")}]`;
    case "typeOperator":
      return `${type.operator} ${text(type.target)}`;
    case "union":
      return type.types.map((one) => (isCall(one) ? `(${text(one)})` : text(one))).join(" | ");
    default:
      throw new Error(`a type of the API is of a kind that the page does not write yet: ${type.type}`);
  }
}

function isCall({ type, declaration }) {
  return type === "reflection" && declaration.signatures !== undefined;
}

function objectOf({ children = [], indexSignatures = [] }) {
  const keys = indexSignatures.map(({ parameters: [key], type }) => `[${key.name}: ${text(key.type)}]: ${text(type)};`);
  return `{ ${[...keys, ...children.map(memberOf)].join(" ")} }`;
}

/** Code in lines; of a member, the member alone. */
async function pretty(code, isMember = false) {
  if (/^const \w+$/.test(code)) return code;
  const lines = await format(code, { parser: "typescript", printWidth: WIDTH });
  const bare = isMember ? lines.replace(/^interface X \{\n|\}\n$/g, "").replace(/^ {2}/gm, "") : lines;
  return bare
    .trim()
    .replace(/^declare (function )?/gm, "")
    .replace(/ \{\}$/, "")
    .replaceAll("static_", "static ")
    .replace(/;$/gm, (end, at, all) => (isMember && at === all.length - 1 ? "" : end))
    .replace(/;$/, "");
}

const TAGS = {
  "@deprecated": "Deprecated",
  "@throws": "Throws",
  "@returns": "Returns",
  "@slot": "Slot",
  "@csspart": "Part",
  "@cssproperty": "Custom property",
};

/** The documentation of a declaration as HTML. */
function docsOf({ comment, signatures, getSignature, type }, places) {
  const told =
    comment ?? signatures?.[0]?.comment ?? getSignature?.comment ?? type?.declaration?.signatures?.[0]?.comment;
  if (!told) return "";
  const parameters = (signatures?.[0]?.parameters ?? [])
    .filter((one) => one.comment)
    .map((one) => tag(`<code>${escape(one.name)}</code>`, one.comment.summary, places));
  const tags = (told.blockTags ?? [])
    .filter(({ tag: name }) => name !== "@category")
    .map(({ tag: name, content }) => tag(TAGS[name] ?? name.slice(1), content, places));
  return [marked.parse(markdown(told.summary, places)), ...parameters, ...tags].join("").trim();
}

function tag(name, content, places) {
  return `<p class="tag">${name}: ${marked.parseInline(markdown(content, places).trim())}</p>\n`;
}

function markdown(parts, places) {
  const of = ({ kind, text, target }) => {
    if (kind !== "inline-tag") return text;
    const place = places.get(target);
    return place ? `[\`${text}\`](#${place})` : `\`${text}\``;
  };
  return parts.map(of).join("");
}

function escape(text) {
  return text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);
}

function anchor(entry, name) {
  return `${entry.replace(/^regulens\/?/, "") || "engine"}-${name}`;
}

/** The page; the names of what is on it lead there. */
function page(version, entries) {
  const sections = entries.map((section) => {
    const names = new Map([...entries, section].flatMap(({ names }) => [...names]));
    return { ...section, html: section.groups.map((group) => groupOf(section.entry, group, names)).join("\n") };
  });
  const links = (items, names) =>
    items.map(({ name }) => `<li><a href="#${names.get(name)}">${name}</a></li>`).join("");
  const list = ({ entry, groups, names }) =>
    groups
      .map(({ title, items }) =>
        title
          ? `<li><a href="#${groupAnchor(entry, title)}">${title}</a><ul>${links(items, names)}</ul></li>`
          : links(items, names),
      )
      .join("");
  const nav = sections
    .map(
      (section) =>
        `<details open><summary>${section.entry}</summary><ul><li><a href="#${anchor(section.entry, "")}">What ` +
        `it is for</a></li>${list(section)}</ul></details>`,
    )
    .join("\n");
  const body = sections
    .map(
      ({ entry, about, html }) =>
        `<section aria-labelledby="${anchor(entry, "")}">\n<h2 ` +
        `id="${anchor(entry, "")}"><code>${entry}</code></h2>\n<p>${about}</p>\n${html}\n</section>`,
    )
    .join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta name="referrer" content="no-referrer" />
<title>Regulens from JavaScript</title>
<meta name="description" content="The npm package regulens: every class, function and type of its entries." />
<link rel="icon" href="../icon.svg" type="image/svg+xml" />
<link rel="stylesheet" href="api.css" />
</head>
<body>
<a class="skip-link" href="#main">Skip to the entries</a>
<header>
<a class="home" href="../">Regulens</a>
<h1>Regulens from JavaScript</h1>
<p>The npm package <code>regulens</code> ${version}: ES modules for pages, workers and Node 20. Everything is computed where it is called; nothing is uploaded.</p>
</header>
<nav aria-label="Exports">
${nav}
</nav>
<main id="main">
${body}
</main>
</body>
</html>
`;
}

function groupAnchor(entry, title) {
  return anchor(entry, `group-${title.toLowerCase().replace(/\W+/g, "-")}`);
}

/** The articles of a group, under its title where it has one. */
function groupOf(entry, { title, items }, names) {
  const articles = items.map((item) => article(entry, item, names, title ? "h4" : "h3")).join("\n");
  if (!title) return articles;
  const id = groupAnchor(entry, title);
  return `<section class="group" aria-labelledby="${id}">\n<h3 id="${id}">${title}</h3>\n${articles}\n</section>`;
}

function article(entry, { name, kind, again, docs, code, members }, names, heading) {
  const id = anchor(entry, name);
  const title = `<${heading} id="${id}"><a href="#${names.get(name)}">${name}</a> <span>${kind}</span></${heading}>`;
  if (again)
    return (
      `<article class="again">\n${title}\n<p>As in <a ` + `href="#${again}"><code>regulens</code></a>.</p>\n</article>`
    );
  const rows = members.map(({ code, docs }) => `<dt><code>${linked(code, names, "")}</code></dt>\n<dd>${docs}</dd>`);
  const list = rows.length > 0 ? `\n<dl>\n${rows.join("\n")}\n</dl>` : "";
  const head = `<pre><code>${linked(code, names, name)}</code></pre>`;
  return `<article aria-labelledby="${id}">\n${title}\n${head}\n${docs}${list}\n</article>`;
}

/** Code whose known names are links, but for `own`. */
function linked(code, names, own) {
  return escape(code).replace(/&\w+;|[A-Za-z_]\w*/g, (word) =>
    names.has(word) && word !== own && /^[A-Z]/.test(word) ? `<a href="#${names.get(word)}">${word}</a>` : word,
  );
}
