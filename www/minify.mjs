/** Takes comments, spaces and long names out of a module: `node minify.mjs IN OUT`. */

import { readFileSync, writeFileSync } from "node:fs";
import { transform } from "esbuild";

const [from, to] = process.argv.slice(2);
if (!to) throw new Error("found no file to write; expected minify.mjs IN OUT");
const { code } = await transform(readFileSync(from, "utf8"), { minify: true, format: "esm", target: "es2022" });
writeFileSync(to, code);
