/** The licences of all that is not ours in the page, the package and pages of one file. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * The licences of what is bundled: of the npm packages (all that the page depends on, and what those depend on), and of
 * what is linked into the engines.
 *
 * @param {string} www
 * @param {string} pkg
 * @param {string} [apache] the file of the Apache License that stands beside, which is then named in place of its text
 */
export function thirdParty(www, pkg, apache) {
  const modules = join(www, "node_modules");
  const licences = new Map();
  const add = (name) => {
    const folder = join(modules, name);
    if (licences.has(name) || !existsSync(folder)) return;
    const { version, license, dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Its licence is ${license}.`;
    licences.set(name, `${name} ${version}\n\n${text}`);
    // Types are not bundled.
    Object.keys(dependencies)
      .filter((name) => !name.startsWith("@types/"))
      .forEach(add);
  };
  const { dependencies } = JSON.parse(readFileSync(join(www, "package.json"), "utf8"));
  Object.keys(dependencies).forEach(add);
  const texts = [...licences].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  const scripts = ["Bundled in the scripts of Regulens:\n", ...joined(texts)].join(RULE);
  const [head, ...sections] = readFileSync(join(pkg, "NOTICES.txt"), "utf8").trim().split(RULE);
  const all = `${scripts}\n${[head, ...joined(sections)].join(RULE)}\n`;
  if (apache === undefined) return all;
  const [same] = readFileSync(apache, "utf8").match(APACHE);
  const named = `Apache License, Version 2.0: its text stands in ${basename(apache)} of the package.`;
  return all.replace(APACHE, (text) => (plain(text) === plain(same) ? named : text));
}

const RULE = `\n${"=".repeat(80)}\n`;

/**
 * Joins sections whose licences differ in copyright lines and spaces alone: the names, the copyright lines of all, and
 * the text once.
 */
function joined(sections) {
  const groups = new Map();
  for (const section of sections) {
    const end = section.indexOf("\n\n");
    const [names, text] = [section.slice(0, end), section.slice(end).trim()];
    const lines = text.split("\n");
    const rights = lines.filter((line) => COPYRIGHT.test(line)).map((line) => line.trim());
    const terms = lines.filter((line) => !COPYRIGHT.test(line)).join("\n");
    const key = plain(terms);
    const group = groups.get(key) ?? { names: [], rights: new Set(), texts: [], terms };
    groups.set(key, group);
    group.names.push(names);
    group.texts.push(text);
    rights.forEach((line) => group.rights.add(line));
  }
  return [...groups.values()].map(({ names, rights, texts, terms }) => {
    const text = texts.length === 1 ? texts[0] : [...rights, "", terms.trim()].join("\n");
    return `${names.join("\n")}\n\n${text}\n`;
  });
}

const COPYRIGHT = /^\s*Copyright (?:\(c\)|\(C\)|©|\d|\[|[A-Z][a-z]+ )/;

const APACHE = /^[ \t]*Apache License\s+Version 2\.0, January 2004[^]*?END OF TERMS AND CONDITIONS/gm;

/** A licence but for its spaces, and for the address of Apache's own page, of which there are several. */
function plain(text) {
  return text
    .replace(/https?:\/\/www\.apache\.org\/\S*/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
