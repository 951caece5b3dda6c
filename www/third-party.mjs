/** The licences of all that is not ours in the page, the package and pages of one file. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The licences of what is bundled: of the npm packages (all that the page depends on, and what those depend on), and of
 * what is linked into the engines.
 *
 * @param {string} www
 * @param {string} pkg
 */
export function thirdParty(www, pkg) {
  const modules = join(www, "node_modules");
  const licences = new Map();
  const add = (name) => {
    const folder = join(modules, name);
    if (licences.has(name) || !existsSync(folder)) return;
    const { version, license, dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Its licence is ${license}.`;
    licences.set(name, `${name} ${version}\n\n${text}\n`);
    // Types are not bundled.
    Object.keys(dependencies)
      .filter((name) => !name.startsWith("@types/"))
      .forEach(add);
  };
  const { dependencies } = JSON.parse(readFileSync(join(www, "package.json"), "utf8"));
  Object.keys(dependencies).forEach(add);
  const texts = [...licences].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  const engines = readFileSync(join(pkg, "NOTICES.txt"), "utf8").trim();
  return `Bundled in the scripts of Regulens:\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}\n\n${engines}\n`;
}
