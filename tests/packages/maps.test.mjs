// Source maps of the package: each script leads to the TypeScript that it was made of, and the site names none.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { build } from "esbuild";
import { app, pack, PACKAGE, ROOT } from "./support/package.mjs";

/** Names of methods in a minified script, but not of those that esbuild adds. */
const METHOD = /(?<=[{};](?:static |async |get |set |static async )?)(?!constructor\b)([a-zA-Z]{7,})\([^()]*\)\{/g;

/** Names of what is read of an object; decorators of esbuild read a class's `prototype`. */
const READ = /(?<=[\w$)\]]\.)(?!prototype\b)([a-zA-Z]{7,})\b/g;

let paths;
before(() => (paths = pack().files.map(({ path }) => path)));

const scripts = () => paths.filter((path) => /^dist\/[^/]+\.js$/.test(path));
const read = (path) => readFileSync(join(PACKAGE, path), "utf8");

/** The line of our TypeScript that a script's map leads to for each place, a name with its offset in the script. */
function lines(script, places) {
  const map = new SourceMap(JSON.parse(read(`${script}.map`)));
  const text = read(script);
  return places.flatMap(({ name, index }) => {
    const before = text.slice(0, index).split("\n");
    const { originalSource: source, originalLine } = map.findEntry(before.length - 1, before.at(-1).length);
    if (source === undefined) return [];
    return [{ name, source, line: read(join(dirname(script), source)).split("\n")[originalLine] }];
  });
}

const found = (script, pattern) => [...read(script).matchAll(pattern)].map(({ 1: name, index }) => ({ name, index }));

test("every script of the package has its map, whose sources are TypeScript of the package", () => {
  assert.ok(scripts().length > 20);
  for (const script of scripts()) {
    const [, name] = /\n\/\/# sourceMappingURL=(.*)\n$/.exec(`\n${read(script)}`) ?? assert.fail(script);
    assert.equal(join(dirname(script), name), `${script}.map`);
    assert.ok(paths.includes(`${script}.map`), script);
    const { sources, file } = JSON.parse(read(`${script}.map`));
    assert.equal(join(dirname(script), file), script);
    for (const source of sources) {
      assert.match(source, /^sources\/(pkg|www)\/src\/[\w/-]+\.ts$/, script);
      assert.ok(paths.includes(join(dirname(script), source)), `${script}: ${source}`);
    }
  }
});

test("what the package has of our TypeScript is what its maps name, each line where the repository has it", () => {
  const shipped = paths.filter((path) => path.startsWith("dist/sources/"));
  const named = new Set(scripts().flatMap((script) => JSON.parse(read(`${script}.map`)).sources));
  assert.deepEqual(
    shipped,
    [...named].map((source) => `dist/${source}`).sort((a, b) => a.localeCompare(b, "en")),
  );
  for (const path of shipped) {
    const repository = readFileSync(join(ROOT, path.slice("dist/sources/".length)), "utf8").split("\n");
    // A comment's lines are empty, and a tab stands for two spaces before a line.
    read(path)
      .replace(/^\t+/gm, (tabs) => "  ".repeat(tabs.length))
      .split("\n")
      .forEach((line, i) => line === "" || assert.equal(line, repository[i], path));
  }
});

test("every method leads to the line that declares it, and most of what is read to a line that reads it", () => {
  let count = 0;
  for (const script of scripts()) {
    for (const { name, source, line } of lines(script, found(script, METHOD))) {
      assert.ok(line?.includes(name), `${script}: ${name} leads to ${source}: ${line}`);
      count += 1;
    }
    // esbuild tells the first line of a chain of calls alone.
    const reads = lines(script, found(script, READ));
    const right = reads.filter(({ name, line }) => line?.includes(name)).length;
    assert.ok(right >= 0.7 * reads.length, `${script}: ${right} of ${reads.length}`);
  }
  assert.ok(count > 300, `${count} methods`);
});

test("every function and class that an entry exports leads to its declaration", () => {
  const wanted = { index: 2, inline: 2, hosted: 2, parsers: 5, plots: 25, element: 1 };
  for (const [entry, least] of Object.entries(wanted)) {
    const script = `dist/${entry}.js`;
    const text = read(script);
    const [, list] = /\bexport\{([^{}]*)\};?\s*\/\/#/.exec(text);
    const places = list.split(",").flatMap((each) => {
      const [own, name = own] = each.split(" as ");
      // Names that the element's own files alone import.
      if (name.startsWith("_")) return [];
      const at = new RegExp(
        `(?<=\\b(?:function\\*?|class) |[;,{}](?:var|let|const) )${own.replace("$", "\\$")}(?=[({= ])`,
      );
      const index = text.search(at);
      return index < 0 ? [] : [{ name, index }];
    });
    const declared = lines(script, places).filter(({ line }) => /\b(function|class) /.test(line));
    for (const { name, source, line } of declared)
      assert.match(line, new RegExp(`\\b(function|class) ${name}\\b`), `${script}, ${source}`);
    assert.ok(declared.length >= least, `${script}: ${declared.length} of ${places.length}`);
  }
});

test("a stack trace of Node names the TypeScript, and a bundle's map has its text", async () => {
  const folder = app("maps", []);
  writeFileSync(
    join(folder, "fail.mjs"),
    'import { Regulens } from "regulens";\n' +
      'await Regulens.load(new Uint8Array(8), { device: "none" }).catch(({ stack }) => console.log(stack));\n',
  );
  const stack = execFileSync(process.execPath, ["--enable-source-maps", "fail.mjs"], { cwd: folder, encoding: "utf8" });
  const [, file, line] =
    /(?:file:\/\/)?(\/[^()]*\/sources\/pkg\/src\/regulens\.ts):(\d+)/.exec(stack) ?? assert.fail(stack);
  assert.match(readFileSync(file, "utf8").split("\n")[line - 1], /"no-such-device"/);
  const { outputFiles } = await build({
    ...{ absWorkingDir: folder, entryPoints: ["fail.mjs"], outdir: "out", bundle: true, format: "esm", write: false },
    ...{ sourcemap: "external", external: ["*.wasm"], logLevel: "error" },
  });
  const { sources, sourcesContent } = JSON.parse(outputFiles.find(({ path }) => path.endsWith(".map")).text);
  const at = sources.findIndex((source) => source.endsWith("sources/pkg/src/regulens.ts"));
  assert.ok(sourcesContent[at]?.includes("async load<"), sources.join("\n"));
});

test("no script of the site names a map that is not there", () => {
  const site = join(ROOT, "www/dist");
  const served = readdirSync(site, { recursive: true }).filter((path) => path.endsWith(".js"));
  assert.ok(served.length > 30);
  for (const path of served) {
    const [, name] = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(join(site, path), "utf8")) ?? [];
    assert.ok(name === undefined || existsSync(join(site, dirname(path), name)), `${path}: ${name}`);
  }
});
