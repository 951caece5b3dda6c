/**
 * Source maps of the package's scripts. They lead to our TypeScript in `dist/sources/`, whose files each stand there
 * once: as `sourcesContent` the same files would be in up to seven maps.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { decode, encode } from "@jridgewell/sourcemap-codec";
import { transform } from "esbuild";

/** Our own code, by its path in the repository. */
const OURS = /^(?:pkg|www)\/src\/.*\.ts$/;

/** The line of a script that names its map. */
const COMMENT = /\n?\/\/# sourceMappingURL=[^\n]*\n?$/;

/**
 * Replaces in the script `file` as `String.replace` does with a function, each time within a line; its map, where there
 * is one, has what follows on the line where it is then.
 */
export function rewrite(file, pattern, replacement) {
  const text = readFileSync(file, "utf8");
  const edits = [];
  const rewritten = text.replace(pattern, (...found) => {
    const instead = replacement(...found);
    const [whole] = found;
    if (/\n/.test(whole + instead)) throw new Error(`${file}: a map follows within a line alone, and not in ${whole}`);
    if (instead !== whole) edits.push({ ...placeOf(text, found.at(-2)), was: whole.length, is: instead.length });
    return instead;
  });
  if (edits.length === 0) return;
  writeFileSync(file, rewritten);
  const map = `${file}.map`;
  if (!existsSync(map)) return;
  const { mappings, ...rest } = JSON.parse(readFileSync(map, "utf8"));
  const lines = decode(mappings).map((segments, line) =>
    shifted(
      segments,
      edits.filter((edit) => edit.line === line),
    ),
  );
  writeFileSync(map, JSON.stringify({ ...rest, mappings: encode(lines) }));
}

function placeOf(text, offset) {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length - 1, column: offset - before.lastIndexOf("\n") - 1 };
}

/** The segments of a line after edits of it. */
function shifted(segments, edits) {
  return segments.flatMap((segment) => {
    let by = 0;
    for (const { column, was, is } of edits) {
      if (segment[0] > column && segment[0] < column + was) return [];
      if (segment[0] >= column + was) by += is - was;
    }
    return [[segment[0] + by, ...segment.slice(1)]];
  });
}

/** The text of a script that names no map. */
export const withoutMap = (text) => text.replace(COMMENT, "\n");

/** The text of a script with `name` for its map. */
export function withMapNamed(text, name) {
  return `${withoutMap(text)}//# sourceMappingURL=${name}\n`;
}

/** Takes the maps out of the scripts in a folder that has none of them. */
export function forgetMaps(folder) {
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".js"))) {
    const file = join(folder, name);
    writeFileSync(file, withoutMap(readFileSync(file, "utf8")));
  }
}

/**
 * Has the maps in `dist`, which esbuild made, lead to sources that the package has: to lines of our own code, of which
 * copies are left in `dist/sources/`. A map of each name and column would be five times as large.
 */
export async function finishMaps(dist, root) {
  const all = new Set();
  for (const name of readdirSync(dist).filter((name) => name.endsWith(".js.map"))) {
    const file = join(dist, name);
    const { sources, mappings } = JSON.parse(readFileSync(file, "utf8"));
    const paths = sources.map((source) => relative(root, resolve(dist, source)).split(sep).join("/"));
    const used = [];
    const lines = decode(mappings).map((segments) => ofLines(segments, paths, used));
    for (const path of used) all.add(path);
    const map = {
      ...{ version: 3, file: basename(name, ".map"), sources: used.map((path) => `sources/${path}`), names: [] },
      mappings: encode(lines),
    };
    writeFileSync(file, JSON.stringify(map));
  }
  rmSync(join(dist, "sources"), { recursive: true, force: true });
  await Promise.all(
    [...all].map(async (path) => {
      const copy = join(dist, "sources", path);
      const text = (await withoutComments(readFileSync(join(root, path), "utf8"))).replace(LEVELS, (spaces) =>
        "\t".repeat(spaces.length / 2),
      );
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, text);
    }),
  );
}

/** Levels of indentation: a tab each, where the repository has two spaces. */
const LEVELS = /^(?: {2})+/gm;

/** One segment for each line of our sources, and for code of others one that leads nowhere. */
function ofLines(segments, paths, used) {
  const kept = [];
  for (const [column, source, line] of segments) {
    const last = kept.at(-1);
    const path = paths[source];
    if (path === undefined || !OURS.test(path)) {
      if (last && last.length > 1) kept.push([column]);
      continue;
    }
    if (!used.includes(path)) used.push(path);
    const index = used.indexOf(path);
    // The column of what begins a line says nothing that the line does not.
    if (last?.[1] !== index || last[2] !== line) kept.push([column, index, line, 0]);
  }
  return kept;
}

/** Rules of styles in a template, which hold no code. */
const STYLES = /(?<=css`\n)[^`$]*(?=\n[ \t]*`)/g;

/** Statements that minified code has for what only leads to other modules. */
const LEADS = /(?:import\b[^;]*|export(?:\{[^{}]*\}|\*)from"[^"]*");\n?/g;

/**
 * TypeScript with empty lines for imports, types, styles, and comments that have lines of their own: no script leads to
 * them, of what they say of the API the declarations have all, and lines keep their numbers.
 */
async function withoutComments(text) {
  const emptied = (found) => found.replace(/[^\n]+/g, "");
  const inBlocks = /^[ \t]*\/\*[^]*?\*\/[ \t]*$/gm;
  const unstyled = text.replace(STYLES, emptied);
  const without = unstyled
    .replace(/^(?:import\b|export (?:type )?[{*])[^;]*?;$/gm, (found) =>
      /^import|\bfrom "/.test(found) ? emptied(found) : found,
    )
    .replace(/^(?:export )?interface [^{}]*\{\n[^]*?^\}$/gm, emptied)
    .replace(/^(?:export )?type \w[^;{}]*;$/gm, emptied)
    .replace(/^(?:export )?type \w[^]*?;$(?=\n(?:\n|[^\s}])|\n*$(?![^]))/gm, emptied)
    .replace(/^[ \t]*(?:protected )?(?:abstract|declare) [^{};]*;$/gm, emptied)
    .replace(inBlocks, emptied)
    .replace(/^[ \t]*\/\/.*$/gm, "");
  const codeOf = async (ts) => (await transform(ts, { loader: "ts", minifyWhitespace: true })).code.replace(LEADS, "");
  // A text may have lines that look like these. Comments of styles are in a text, and are none the less comments.
  const code = (await codeOf(unstyled)).replace(inBlocks, emptied);
  return (await codeOf(without)) === code ? without : text;
}
