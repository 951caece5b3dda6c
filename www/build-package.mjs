/** Turns bundles into a package: declared types, licences, and nothing that would keep a file out of it. */

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { thirdParty } from "./third-party.mjs";

/**
 * Finishes the package `pkg`, whose bundles lie in its `dist/`.
 *
 * @param {string} www
 * @param {string} pkg
 */
export function finishPackage(www, pkg) {
  declareTypes(www, pkg);
  declareTypes(www, join(www, "tsconfig.plots.json"));
  keepReachable(pkg);
  for (const licence of ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"])
    cpSync(join(pkg, "..", licence), join(pkg, licence));
  writeFileSync(join(pkg, "dist/THIRD-PARTY.txt"), thirdParty(www, pkg, join(pkg, "../LICENSE-APACHE")));
}

function declareTypes(www, project) {
  const types = spawnSync(process.execPath, [join(www, "node_modules/typescript/bin/tsc"), "--project", project], {
    stdio: "inherit",
  });
  if (types.status !== 0) throw new Error(`the types of ${project} could not be declared`);
}

/** A relative address of a module in a declaration. */
const ADDRESS = /(from |import\(|import )"(\.{1,2}\/[^"]+)"/g;

/** Levels of indentation in a declaration: a tab each says the same in a quarter of the bytes. */
const LEVELS = /^(?: {4})+/gm;

/**
 * Removes declarations that no entry of the package leads to, and ends every relative address in `.js`, without which
 * Node's resolution of types finds nothing.
 */
function keepReachable(pkg) {
  const { exports } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const dist = join(pkg, "dist");
  const entries = Object.values(exports).flatMap(({ types }) => (types ? [join(pkg, types)] : []));
  const reached = new Set();
  const reach = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(file, "utf8").replace(ADDRESS, (_, before, to) => {
      const address = to.endsWith(".js") ? to : `${to}.js`;
      reach(resolve(dirname(file), address.replace(/\.js$/, ".d.ts")));
      return `${before}"${address}"`;
    });
    // Declarations that stand in the repository, and not in `dist/`, are written by hand.
    const isMade = file.startsWith(dist);
    writeFileSync(file, isMade ? text.replace(LEVELS, (spaces) => "\t".repeat(spaces.length / 4)) : text);
  };
  for (const entry of entries.filter((entry) => existsSync(entry))) reach(entry);
  for (const path of readdirSync(dist, { recursive: true })) {
    if (path.endsWith(".d.ts") && !reached.has(join(dist, path))) rmSync(join(dist, path));
  }
}
