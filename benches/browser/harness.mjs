/** Parts that the commands in a browser share: packages and page, a folder, a server, runtimes by their names. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { check, installed } from "./newest.mjs";
import { install } from "./prepare.mjs";
import { Server } from "./server.mjs";

/** Says what is being done, and when. */
export const tell = (what) => console.log(`── ${new Date().toISOString().slice(11, 19)} ${what}`);

/** Installs what is missing, and gives Chromium and a folder that lasts as long as the command. */
export async function prepare(root, { "no-build": isBuilt }) {
  install(root, { build: !isBuilt });
  const { chromium } = await import("playwright-core");
  const folder = mkdtempSync(join(tmpdir(), "regulens-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  // Left to Playwright, this would only close the browser, and every runtime after it would be reported as failed.
  process.once("SIGTERM", () => process.exit(143));
  return { chromium, folder };
}

/** The same for runtimes that are compared: with the versions of the peers, and a server of all that they load. */
export async function prepareRuntimes(root, options) {
  const { chromium, folder } = await prepare(root, options);
  const site = join(root, "www/dist/regulens");
  const modules = join(root, "benches/node_modules");
  const peers = options["skip-peers"] ? [] : await check(installed(modules));
  const server = new Server({
    regulens: site,
    ort: join(modules, "onnxruntime-web/dist"),
    tf: join(modules, "@tensorflow"),
    models: join(folder, "models"),
    data: join(folder, "data"),
    pages: join(root, "benches/browser/pages"),
  });
  return { chromium, folder, site, peers, server };
}

/** Those of `all` runtimes that the options ask for and that this machine has an adapter for. */
export function chosenOf(all, options, adapter) {
  const named = options.only?.split(",");
  const unknown = named?.find((id) => !all.some((runtime) => runtime.id === id));
  if (unknown) throw new Error(`--only names ${unknown}; the runtimes are ${all.map(({ id }) => id).join(", ")}`);
  return all.filter(
    ({ id, peer, device }) =>
      (!named || named.includes(id)) && !(peer && options["skip-peers"]) && !(device === "webgpu" && !adapter),
  );
}
