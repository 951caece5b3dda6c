/**
 * The guides as a new user would try them: each in a folder of its own, its commands and snippets one after another.
 * `cargo xtask test --only guides`
 *
 * The words behind a block's language say how it is tried:
 *     sh tried      run                     js tried    saved under the name in its first line, and run with Node
 *     sh site       run, with a built site  yaml FILE   saved as FILE
 *     html …        tried in a browser: tests/browser/package/guides.spec.ts
 *     sh by hand    needs a network, a checkout of its own or a cluster: it was tried by hand
 * Comments `<!-- given … -->` and `<!-- then … -->` in a guide make the files that a user would have, and check what
 * came of it.
 *
 * REGULENS names the program; MODELS, SITE and SNAKEMAKE are found in the checkout. What needs one that is missing is
 * skipped, which CI does not accept.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const { marked } = createRequire(join(root, "www/package.json"))("marked");
const guides = join(root, "docs/guides");
const program = resolve(process.env.REGULENS ?? join(root, "target/release/regulens"));
const site = resolve(process.env.SITE ?? join(root, "www/dist"));
const snakemake = join(root, ".tools/workflow-venv/bin");

/** Requirements of blocks: undefined where they are met, the reason where not. */
const needs = {
  program: existsSync(program) ? undefined : `there is no ${program}; build it with cargo build --release`,
  package:
    existsSync(join(root, "pkg/dist/index.js")) && existsSync(join(root, "pkg/wasm/cpu"))
      ? undefined
      : "the package is not built; cargo xtask build does",
  site: existsSync(join(site, "standalone/parts.json"))
    ? undefined
    : `${site} has no folder standalone; cargo xtask build leaves it there`,
  snakemake: existsSync(join(snakemake, "snakemake"))
    ? undefined
    : "Snakemake is not installed; cargo xtask test --only workflow does that",
};

/** Blocks of a guide in order: those with code, and what is given and checked around them. */
function blocksOf(name) {
  return marked.lexer(readFileSync(join(guides, name), "utf8")).flatMap((token) => {
    if (token.type === "code") {
      const [language = "", ...how] = (token.lang ?? "").split(" ");
      return [{ language, how: how.join(" "), text: token.text }];
    }
    const hidden = token.type === "html" ? /^<!-- (given|then)(?: (\w+))?\n([^]*?)-->/.exec(token.text) : null;
    return hidden ? [{ language: "sh", how: hidden[2] ?? "tried", hidden: hidden[1], text: hidden[3] }] : [];
  });
}

/** Runs a command in a guide's folder; what it says is in the failure. */
function run(folder, file, args) {
  const path = [dirname(program), ...(needs.snakemake ? [] : [snakemake]), process.env.PATH].join(delimiter);
  const { BASH_ENV: _, ...own } = process.env;
  const env = { ...own, PATH: path, MODELS: join(root, "models"), REGULENS_SITE: site };
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: folder, env, encoding: "utf8" });
  assert.equal(status, 0, `${args.at(-1)}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Requirement of a block. */
function needOf({ language, how, text }) {
  if (language === "js") return needs.package;
  if (how === "site") return needs.program ?? needs.site;
  if (text.startsWith("snakemake ")) return needs.program ?? needs.snakemake;
  return needs.program;
}

for (const name of readdirSync(guides)
  .filter((each) => each.endsWith(".md"))
  .sort()) {
  test(`guide ${name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "regulens-guide-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(root, "pkg"), join(folder, "node_modules/regulens"));
    symlinkSync(join(root, "training"), join(folder, "training"));
    for (const block of blocksOf(name)) {
      const { language, how, hidden, text } = block;
      const title = `${hidden ? `${hidden}: ` : ""}${text.trim().split("\n")[0]}`;
      if (language === "yaml") {
        writeFileSync(join(folder, how), text);
        continue;
      }
      if (language === "html" || how === "by hand") continue;
      assert(["tried", "site"].includes(how), `a block of ${name} does not say how it is tried: ${title}`);
      const missing = needOf(block);
      assert(!missing || !process.env.CI, missing);
      await t.test(title, { skip: missing ?? false }, () => {
        if (language === "sh") run(folder, "bash", ["-euo", "pipefail", "-c", text]);
        else if (language === "js") {
          const file = /^\/\/ (\S+\.mjs)/.exec(text)?.[1];
          assert(file, `the first line of a script names its file: ${title}`);
          writeFileSync(join(folder, file), text);
          assert.notEqual(run(folder, process.execPath, [file]).trim(), "", "a script says something");
        } else assert.fail(`nobody knows how to try ${language}`);
      });
    }
  });
}
