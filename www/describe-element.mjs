/**
 * Descriptions of `<regulens-view>` for tools: the custom elements manifest and the HTML data of VS Code. Attributes
 * come from the built element itself, all else from its declarations, and the custom properties from the site's tokens.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const TAG = "regulens-view";

/**
 * Writes `custom-elements.json` and `vscode.html-custom-data.json` into `dist/` of the package `pkg`, whose element and
 * declarations are there.
 *
 * @param {string} www
 * @param {string} pkg
 */
export async function describeElement(www, pkg) {
  const dist = join(pkg, "dist");
  const { RegulensView } = await import(pathToFileURL(join(dist, "element.js")).href);
  const { about, tags, members, events } = declared(www, join(dist, "element.d.ts"));
  const attributes = [...RegulensView.elementProperties]
    .filter(([, { attribute }]) => attribute !== false)
    .map(([fieldName, { attribute, reflect }]) => {
      const { type, description, values } = members.find(({ name }) => name === fieldName);
      const name = typeof attribute === "string" ? attribute : fieldName.toLowerCase();
      return { name, fieldName, type, description, values, reflects: reflect === true };
    });
  const tokens = readFileSync(join(www, "src/styles/tokens.css"), "utf8");
  const manifest = manifestOf({ about, tags, members, events, attributes, tokens });
  const write = (name, value) => writeFileSync(join(dist, name), `${JSON.stringify(value)}\n`);
  write("custom-elements.json", manifest);
  write("vscode.html-custom-data.json", htmlData(about, attributes));
}

function manifestOf({ about, tags, members, events, attributes, tokens }) {
  const without = ({ values: _, ...one }) => one;
  const attributeOf = (name) => attributes.find(({ fieldName }) => fieldName === name);
  const declaration = {
    kind: "class",
    customElement: true,
    tagName: TAG,
    name: "RegulensView",
    description: about,
    superclass: { name: "HTMLElement" },
    attributes: attributes.map(without),
    members: members.map((member) => {
      const attribute = attributeOf(member.name);
      return { ...without(member), ...(attribute && { attribute: attribute.name, reflects: attribute.reflects }) };
    }),
    events,
    slots: [{ name: "", description: tags("slot")[0] }],
    cssParts: tags("csspart").map(named),
    cssProperties: [...tags("cssproperty").map(named), ...tokensOf(tokens)],
  };
  const reference = { name: "RegulensView", module: "dist/element.js" };
  return {
    schemaVersion: "2.1.0",
    modules: [
      {
        kind: "javascript-module",
        path: "dist/element.js",
        declarations: [declaration],
        exports: [
          { kind: "js", name: "RegulensView", declaration: reference },
          { kind: "custom-element-definition", name: TAG, declaration: reference },
        ],
      },
    ],
  };
}

/** "`name` - description", as the tags of parts and custom properties have it. */
function named(text) {
  const [, name, description] = /^(\S+) - ([^]*)$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`the declaration of the element has a tag without a name: ${text}`);
  return { name, description };
}

/** The custom properties that stand before the site's tokens; each is set once at the top of their file. */
function tokensOf(css) {
  const [, root] = /:root \{([^}]*)\}/.exec(css);
  return [...root.matchAll(/^ *--([\w-]+):\s*([^;]+);/gm)].map(([, name, value]) => ({
    name: `--regulens-${name}`,
    default: value.replace(/\s+/g, " "),
  }));
}

/** The tag for editors of HTML. */
function htmlData(about, attributes) {
  const markdown = (value) => ({ kind: "markdown", value });
  return {
    version: 1.1,
    tags: [
      {
        name: TAG,
        description: markdown(about),
        attributes: attributes.map(({ name, type, description, values }) => ({
          name,
          description: markdown(description),
          ...(values && { values: values.map((value) => ({ name: value })) }),
          ...(type.text === "boolean" && { valueSet: "v" }),
        })),
      },
    ],
  };
}

/** The element by its declarations: its text and tags, its own members and its events. */
function declared(www, file) {
  const from = createRequire(join(www, "../xtask/tools/typedoc/package.json"));
  const ts = from("typescript");
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  });
  const checker = program.getTypeChecker();
  const find = (name) =>
    program.getSourceFile(file).statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name);
  const documented = (node) => {
    const text = ts.getTextOfJSDocComment(node.jsDoc?.[0]?.comment) ?? "";
    if (text === "") throw new Error(`${file}: ${node.name.getText()} has no documentation`);
    return text.replace(/(?<!\n)\n(?!\n)/g, " ");
  };
  const view = find("RegulensView");
  const tags = (name) =>
    checker
      .getSymbolAtLocation(view.name)
      .getJsDocTags(checker)
      .filter((tag) => tag.name === name)
      .map(({ text }) => ts.displayPartsToString(text).replace(/\s+/g, " ").trim());
  const unique = (name) => (node, i, all) =>
    all.findIndex((other) => other[name].getText() === node[name].getText()) === i;
  const isOwn = (node) =>
    (ts.isPropertySignature(node) || ts.isMethodSignature(node)) && node.name.getText() !== "addEventListener";
  const members = view.members
    .filter(isOwn)
    .filter(unique("name"))
    .map((node) => {
      const description = documented(node);
      const name = node.name.getText();
      if (ts.isMethodSignature(node)) return { kind: "method", name, description };
      const own = checker.getNonNullableType(checker.getTypeAtLocation(node));
      const parts = own.isUnion() ? own.types : [own];
      const values = parts.every((part) => part.isStringLiteral()) && parts.map(({ value }) => value);
      const text = values
        ? values.map((value) => JSON.stringify(value)).join(" | ")
        : node.type.getText().replace(/ \| (null|undefined)\b/g, "");
      const isReadonly = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) ?? false;
      return {
        ...{ kind: "field", name, type: { text }, description },
        ...(isReadonly && { readonly: true }),
        ...(values && { values }),
      };
    });
  const events = find("RegulensViewEvents").members.map((node) => ({
    name: node.name.text,
    type: { text: node.type.getText() },
    description: documented(node),
  }));
  return { about: documented(view), tags, members, events };
}
