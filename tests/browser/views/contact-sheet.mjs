// `npm run contact-sheet`: a page that is served already (`--url`), or, without an address, the one that
// `cargo xtask views` builds and serves. The folder of the pictures is `--out`; all else is for Playwright.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import process from "node:process";

const tests = join(import.meta.dirname, "..");
/** Where the command was typed. */
const here = process.env.INIT_CWD ?? process.cwd();
const given = process.argv.slice(2);

/**
 * Takes an option and its value out of what was given.
 *
 * @param {string} name
 */
function take(name) {
  const at = given.indexOf(name);
  return at < 0 ? undefined : given.splice(at, 2)[1];
}

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function chromium() {
  const places = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place));
}

const url = take("--url") ?? process.env.REGULENS_URL;
const out = take("--out");
const env = { ...process.env };
if (out) env.REGULENS_VIEWS = resolve(here, out);
const chrome = env.CHROME_PATH ?? chromium();
if (chrome) env.CHROME_PATH = chrome;
// Addresses in the tests are relative to it.
if (url) env.REGULENS_URL = url.replace(/\/*$/, "/");
if (url && !chrome) {
  console.error("no Chromium was found: say where it is by CHROME_PATH");
  process.exit(1);
}
const [program, ...before] = url
  ? [process.execPath, join(tests, "node_modules/@playwright/test/cli.js"), "test", "--config", "views/views.config.ts"]
  : ["cargo", "xtask", "views", "--"];
const { status, error } = spawnSync(program, [...before, ...given], { cwd: tests, env, stdio: "inherit" });
if (error) console.error(`${program}: ${error.message}`);
process.exit(status ?? 1);
