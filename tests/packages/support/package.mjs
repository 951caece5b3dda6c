/**
 * The package as npm packs it, and folders in which it is installed as a user would: from the tarball, without a
 * network.
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(here, "../../..");
export const PACKAGE = join(ROOT, "pkg");
const APPS = join(here, "../apps");

/** A model that attends to bins and to marks, and the simulated table. */
const DATA = {
  "model.safetensors": "models/attentive-chrome-k562.safetensors",
  "table.csv.gz": "models/examples/simulated.csv.gz",
  "sequence.fa.gz": "models/examples/sequence.fa.gz",
  "sequence.vcf": "models/examples/sequence.vcf",
};

const made = [];
process.on("exit", () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder outside of this repository, so that nothing of it is found by chance; it goes when the tests end. */
export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `regulens-${name}-`));
  made.push(folder);
  return folder;
}

/** Runs npm in `folder`; gives its output. */
export function npm(folder, ...args) {
  // Windows starts scripts by a shell alone.
  const shell = process.platform === "win32";
  return execFileSync("npm", args, {
    cwd: folder,
    encoding: "utf8",
    shell,
    maxBuffer: 64 << 20,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

let tarball;

/**
 * Packs the package, once for a file of tests.
 *
 * @returns {{ path: string, files: { path: string, size: number }[], size: number, unpackedSize: number }} sizes in
 * bytes
 */
export function pack() {
  if (!tarball) {
    const folder = scratch("tarball");
    // npm has had two forms, a list and an object by name; either will do.
    const [{ filename, files, size, unpackedSize }] = Object.values(
      JSON.parse(npm(PACKAGE, "pack", "--json", "--pack-destination", folder)),
    );
    tarball = { path: join(folder, filename), files, size, unpackedSize };
  }
  return tarball;
}

/**
 * A fresh app with the package installed.
 *
 * @param {string} name
 * @param {string[]} sources files and folders of `apps/`, whose content is copied
 */
export function app(name, sources) {
  const folder = scratch(name);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", pack().path);
  for (const source of sources)
    cpSync(join(APPS, source), source.includes(".") ? join(folder, source) : folder, { recursive: true });
  return folder;
}

/** The page that loads `script`, as a module unless it is a `classic` one, into `folder`. */
export function addPage(folder, script, kind = "module") {
  writeFileSync(
    join(folder, "index.html"),
    readFileSync(join(APPS, "page.html"), "utf8").replace(
      "SCRIPT",
      `<script ${kind === "module" ? 'type="module"' : "defer"} src="${script}"></script>`,
    ),
  );
}

/** The model and the tables, into `folder/data`. */
export function addData(folder) {
  mkdirSync(join(folder, "data"), { recursive: true });
  for (const [name, path] of Object.entries(DATA)) cpSync(join(ROOT, path), join(folder, "data", name));
}

/**
 * The engine that says which genes are on, in two builds with its workers, into `folder`: all that a page needs that
 * imports `regulens/hosted`.
 *
 * @param {string} installed the folder of the package
 */
export function addEngine(folder, installed) {
  for (const name of ["cpu", "cpu-relaxed"])
    for (const part of [`wasm/${name}`, `dist/${name}-worker.js`])
      cpSync(join(installed, part), join(folder, part), { recursive: true });
}
