/**
 * Inputs that the pages of `gpu.sh` get on a machine that has neither Node nor the packages that inputs are made with:
 *
 *     node gpu/prepare.mjs FOLDER GENES PROGRAM
 *
 * writes into FOLDER
 *
 *     tables/ sequence/   models and data, as `browser.mjs` and `sequences.mjs` make them
 *     pages.json          Chromium's flags, and every runtime that computes on WebGPU
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ARGUMENTS, SOFTWARE, VULKAN } from "../browser/chrome.mjs";
import { install, writeInputs } from "../browser/prepare.mjs";
import { runtimes as ofTables } from "../browser/runtimes.mjs";
import { writeInputs as writeSequence } from "../browser/sequence/inputs.mjs";
import { runtimes as ofSequence } from "../browser/sequence/runtimes.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [folder, genes, program] = process.argv.slice(2);
install(root, { build: false });
for (const [name, write, options] of [
  ["tables", writeInputs, { genes: Number(genes), program }],
  ["sequence", writeSequence, { program, variants: [] }],
]) {
  mkdirSync(join(folder, name), { recursive: true });
  write(root, join(folder, name), options);
}

const site = join(root, "www/dist/regulens");
const webgpu = (all) => all.filter(({ device }) => device === "webgpu");
// The first one's outputs are what the others are compared with; it computes on the CPU.
const [first, ...others] = ofTables({ site, threads: 1 });
const modules = join(root, "benches/node_modules");
const versions = Object.fromEntries(
  ["onnxruntime-web", "@tensorflow/tfjs"].map((name) => [
    name,
    JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version,
  ]),
);
const pages = {
  arguments: ARGUMENTS,
  vulkan: VULKAN,
  software: SOFTWARE,
  versions,
  genes: Number(genes),
  tables: [first, ...webgpu(others)],
  sequence: webgpu(ofSequence({ site, threads: 1 })),
};
writeFileSync(join(folder, "pages.json"), `${JSON.stringify(pages, undefined, 1)}\n`);
