/**
 * Takes comments, spaces and long names out of a module that wasm-bindgen wrote, and what the package never calls:
 * `node minify.mjs IN OUT`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { transform } from "esbuild";

/**
 * `Symbol.dispose` of engine objects, which the package gives its own, warnings of forms that it does not use, and the
 * sentence before the error of a server that serves Wasm by another type.
 */
const UNUSED = [
  [/Symbol\.dispose&&\(([\w$]+)\.prototype\[Symbol\.dispose\]=\1\.prototype\.free\)[;,]?/g, ""],
  [/console\.warn\((["'`])using deprecated parameters for .{0,120}?object instead\1\)/g, "0"],
  [/console\.warn\("`WebAssembly\.instantiateStreaming` failed.{0,200}?Original error:\\n",/g, "console.warn("],
];

const [from, to] = process.argv.slice(2);
if (!to) throw new Error("found no file to write; expected minify.mjs IN OUT");
const { code } = await transform(readFileSync(from, "utf8"), { minify: true, format: "esm", target: "es2022" });
writeFileSync(
  to,
  UNUSED.reduce((text, [pattern, instead]) => text.replace(pattern, instead), code),
);
