/**
 * The newest release of each peer beside the one that a bench uses, so that no figure is against an old one unnoticed.
 *
 * npm is asked, as its settings say which registry there is.
 */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Stands for the newest release where the registry did not answer. */
const NOT_CHECKED = "not checked";

/** Milliseconds until a question to the registry counts as not answered. */
const PATIENCE = 20_000;

/** The packages that the browser's benches measure against. */
export const PEERS = [
  "onnxruntime-web",
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-webgpu",
];

/** The versions of `names` in a folder of installed packages. */
export function installed(modules, names = PEERS) {
  return Object.fromEntries(
    names.map((name) => [name, JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version]),
  );
}

/**
 * Asks the registry for every package of `used`, and warns of each that is not the newest.
 *
 * @param {Record<string, string>} used versions by name
 * @returns {Promise<{ name: string, used: string, newest: string | null }[]>} `newest` is null without an answer
 */
export async function check(used, { ask = askNpm, warn = console.warn } = {}) {
  const peers = await Promise.all(
    Object.entries(used).map(async ([name, version]) => ({ name, used: version, newest: await ask(name) })),
  );
  for (const line of warnings(peers)) warn(line);
  return peers;
}

/** A line for each peer that is not the newest, and one for all that were not checked. */
function warnings(peers) {
  const older = peers
    .filter(differs)
    .map(({ name, used, newest }) => `warning: ${name} ${used} is measured; the newest release is ${newest}`);
  const unknown = peers.filter(({ newest }) => newest === null).map(({ name }) => name);
  return unknown.length === 0
    ? older
    : [...older, `warning: ${NOT_CHECKED} for newer releases, the registry did not answer: ${unknown.join(", ")}`];
}

function differs({ used, newest }) {
  return newest !== null && newest !== used;
}

/** The table in the head of a result; nothing where there are no peers. */
export function peerTable(peers) {
  if (peers.length === 0) return [];
  const rows = peers.map(
    (peer) => `| ${peer.name} | ${peer.used} | ${peer.newest ?? NOT_CHECKED} | ${differs(peer) ? "**differs**" : ""} |`,
  );
  return ["| peer | used | newest release | |", "|---|---|---|---|", ...rows, ""];
}

/** The newest stable release of a package; null where no registry answers. */
export async function askNpm(name, run = promisify(execFile)) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const given = ["view", name, "version", "--fetch-retries=0", "--fetch-timeout=5000"];
  try {
    const { stdout } = await run(npm, given, { timeout: PATIENCE });
    return /^\d+\.\d+\.\d+$/.test(stdout.trim()) ? stdout.trim() : null;
  } catch {
    return null;
  }
}
