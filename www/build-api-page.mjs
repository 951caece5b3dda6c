/**
 * The page of the package's API, made from its declarations: `api/index.html` and its style, without a script.
 *
 * By hand, since TypeDoc 0.28 writes a page for each name, each with a script in it and four beside it that hold the
 * navigation: the page's policy forbids scripts.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SyntaxKind } from "typescript/unstable/ast";
import { API, SymbolFlags } from "typescript/unstable/sync";

/** The entries, in the order in which they are shown, and what each is for. */
const ENTRIES = [
  ["regulens", "index", "Load a model, read a table or sequences, predict, explain."],
  ["regulens/plots", "plots/all", "Pictures as SVG strings: pure functions, without a DOM and without WebAssembly."],
  ["regulens/parsers", "parsers", "Read and prepare files, without models."],
  ["regulens/element", "element", "A live view of a model on data, as an element of any page."],
];

/**
 * Writes the page of the package `pkg` into `out/api`.
 *
 * @param {string} www
 * @param {string} pkg
 * @param {string} out
 */
export function buildApiPage(www, pkg, out) {
  const { version } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const entries = readEntries(www, pkg);
  const undocumented = entries.flatMap(({ entry, items }) =>
    items.filter(({ docs }) => docs === "").map(({ name }) => `${entry}: ${name}`),
  );
  if (undocumented.length > 0) throw new Error(`exported without documentation: ${undocumented.join(", ")}`);
  mkdirSync(join(out, "api"), { recursive: true });
  writeFileSync(join(out, "api/index.html"), page(version, entries));
}

/** What is exported by each entry, with its documentation and its declaration. */
function readEntries(www, pkg) {
  const api = new API({ cwd: www });
  try {
    const [project] = api.updateSnapshot({ openProject: join(www, "tsconfig.api.json") }).getProjects();
    const { program, checker } = project;
    return ENTRIES.flatMap(([entry, file, about]) => {
      const source = program.getSourceFile(join(pkg, `dist/${file}.d.ts`));
      if (!source) return [];
      const items = checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((exported) => {
        const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        const nodes = symbol.declarations.map((declaration) => declaration.resolve(project));
        return {
          name: exported.name,
          where: `${nodes[0].getSourceFile().fileName}#${symbol.name}`,
          ...described(nodes),
        };
      });
      return [{ entry, about, items: items.sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name)) }];
    });
  } finally {
    api.close();
  }
}

const KINDS = ["namespace", "element", "class", "function", "value", "type"];

/** What one calls comes before what one names. */
function order({ kind }) {
  return KINDS.indexOf(kind);
}

/** A declaration in parts: its kind, its head, its documentation and that of its members. */
function described(nodes) {
  const [node] = nodes;
  const code = (node) => withoutComments(node.getText());
  switch (node.kind) {
    case SyntaxKind.FunctionDeclaration:
      return {
        kind: "function",
        docs: docsOf(node),
        code: nodes.map((node) => code(node).replace(/^export declare function /, "")).join("\n"),
        members: [],
      };
    case SyntaxKind.ClassDeclaration:
      return {
        kind: "class",
        docs: docsOf(node),
        code: head(node),
        members: node.members.filter(isPublic).map(member),
      };
    case SyntaxKind.InterfaceDeclaration: {
      // An interface and a value of one name are the class of an element.
      const kind = nodes.length > 1 ? "element" : "type";
      return { kind, docs: docsOf(node), code: head(node), members: node.members.map(member) };
    }
    case SyntaxKind.VariableDeclaration: {
      // Its documentation stands before the statement that it is a part of.
      const docs = docsOf(node.parent.parent);
      const constant = /^[A-Z_]+$/.test(node.name.text);
      if (node.type?.members)
        return {
          kind: constant ? "value" : "namespace",
          docs,
          code: `const ${node.name.text}`,
          members: node.type.members.map(member),
        };
      return { kind: "value", docs, code: `const ${code(node)}`, members: [] };
    }
    default:
      return { kind: "type", docs: docsOf(node), code: code(node).replace(/^export (declare )?/, ""), members: [] };
  }
}

function head(node) {
  return withoutComments(node.getText().slice(0, node.members.pos - node.getStart()))
    .replace(/^export (declare )?/, "")
    .replace(/\s*\{$/, "");
}

function member(node) {
  return {
    docs: docsOf(node),
    code: withoutComments(node.getText())
      .replace(/^readonly /, "")
      .replace(/;$/, ""),
  };
}

/**
 * Private members are declared, without a type; what only the package constructs has a constructor without arguments.
 */
function isPublic(node) {
  const text = node.getText();
  return !/^(static )?(private |#)/.test(text) && !/^(private )?constructor\(\)/.test(text);
}

/** The text of the JSDoc comment before a declaration. */
function docsOf(node) {
  const before = node.getSourceFile().text.slice(node.pos, node.getStart());
  const comment = before.match(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/)?.[0] ?? "";
  return comment
    .replace(/^\/\*\*|\*\/\s*$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .trim();
}

function withoutComments(code) {
  const bare = code.replace(/\s*\/\*\*[\s\S]*?\*\//g, "");
  // Declarations are indented by four.
  return bare.replace(/^ +/gm, (spaces) => " ".repeat(spaces.length / 2));
}

function escape(text) {
  return text.replace(/[&<>"]/g, (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter]);
}

function anchor(entry, name) {
  return `${entry.replace(/^regulens\/?/, "") || "engine"}-${name}`;
}

/** The page; the names of what is on it lead there. */
function page(version, entries) {
  const places = new Map();
  for (const { entry, items } of entries) {
    for (const { name, where } of items) if (!places.has(where)) places.set(where, anchor(entry, name));
  }
  const sections = entries.map((section) => {
    const names = new Map(
      [...entries, section].flatMap(({ items }) => items.map(({ name, where }) => [name, places.get(where)])),
    );
    return { ...section, html: section.items.map((item) => article(section.entry, item, names, places)).join("\n") };
  });
  const list = ({ items }) =>
    items.map(({ name, where }) => `<li><a href="#${places.get(where)}">${name}</a></li>`).join("");
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

function article(entry, { name, kind, where, docs, code, members }, names, places) {
  const id = anchor(entry, name);
  const title = `<h3 id="${id}"><a href="#${places.get(where)}">${name}</a> <span>${kind}</span></h3>`;
  if (places.get(where) !== id)
    return (
      `<article class="again">\n${title}\n<p>As in <a ` +
      `href="#${places.get(where)}"><code>regulens</code></a>.</p>\n</article>`
    );
  const rows = members.map(
    (member) => `<dt><code>${linked(member.code, names, "")}</code></dt>\n<dd>${prose(member.docs, names)}</dd>`,
  );
  const list = rows.length > 0 ? `\n<dl>\n${rows.join("\n")}\n</dl>` : "";
  return (
    "<article " +
    `aria-labelledby="${id}">\n${title}\n<pre><code>${linked(
      code,
      names,
      name,
    )}</code></pre>\n${prose(docs, names)}${list}\n</article>`
  );
}

/** Code whose known names are links, but for `own`. */
function linked(code, names, own) {
  return escape(code).replace(/&\w+;|[A-Za-z_]\w*/g, (word) =>
    names.has(word) && word !== own && /^[A-Z]/.test(word) ? `<a href="#${names.get(word)}">${word}</a>` : word,
  );
}

const TAGS = { deprecated: "Deprecated", throws: "Throws", returns: "Returns" };

/** A JSDoc comment as HTML: paragraphs, code, links, and the tags that we use. */
function prose(docs, names) {
  const inline = (text) =>
    escape(text)
      .replace(/\{@link (?:\w+\.)*(\w+)\}/g, (_, name) =>
        names.has(name) ? `<a href="#${names.get(name)}"><code>${name}</code></a>` : `<code>${name}</code>`,
      )
      .replace(/`([^`]+)`/g, "<code>$1</code>");
  const blocks = docs
    .replace(/@packageDocumentation/g, "")
    .replace(/(?<=\S) +@(throws|deprecated)/g, "\n\n@$1")
    .split(/(```\w*\n[\s\S]*?```)|\n\n+|\n(?=@)/)
    .filter((block) => block?.trim());
  return blocks
    .map((block) => {
      const fence = block.match(/^```\w*\n([\s\S]*?)\n?```$/);
      if (fence) return `<pre><code>${escape(fence[1])}</code></pre>`;
      const text = block.trim().replace(/\s+/g, " ");
      const parameter = text.match(/^@param (\w+)\s+(?:- )?(.*)$/);
      if (parameter) return `<p class="tag"><code>${parameter[1]}</code>: ${inline(parameter[2])}</p>`;
      const tag = text.match(/^@(\w+) (.*)$/);
      if (tag) return `<p class="tag">${TAGS[tag[1]] ?? tag[1]}: ${inline(tag[2])}</p>`;
      return `<p>${inline(text)}</p>`;
    })
    .join("\n");
}
