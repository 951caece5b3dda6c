/**
 * Regulens against onnxruntime-web and TensorFlow.js in one Chromium: times, loads from cold, transfer and memory.
 *
 *     node benches/browser.mjs [--rounds 5] [--genes 6600] [--long] [--only ID,…] [--skip-peers]
 *                              [--stages time,cold,memory]
 *
 * Installs what it needs below the repository, checks that all runtimes agree, and writes a table to benches/results/.
 * benches/README.md says what is measured and how to read it.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { chooseAdapter } from "./browser/chrome.mjs";
import { check, installed } from "./browser/newest.mjs";
import { install, writeInputs } from "./browser/prepare.mjs";
import { markdown } from "./browser/report.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { runtimes as allRuntimes } from "./browser/runtimes.mjs";
import { Server } from "./browser/server.mjs";
import { agree, loadCold, measureMemory, time } from "./browser/stages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    genes: { type: "string", default: "6600" },
    threads: { type: "string", default: String(availableParallelism()) },
    limit: { type: "string", default: "60" },
    long: { type: "boolean", default: false },
    only: { type: "string" },
    "skip-peers": { type: "boolean", default: false },
    stages: { type: "string", default: "time,cold,memory" },
    software: { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
    program: { type: "string" },
    out: { type: "string" },
  },
});

const [rounds, genes, threads, limit] = ["rounds", "genes", "threads", "limit"].map((name) => {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${name} is ${options[name]}; expected a whole number from 1`);
  return value;
});
const stages = options.stages.split(",");

install(root, { build: !options["no-build"] });
const { chromium } = await import("playwright-core");

const tell = (what) => console.log(`── ${new Date().toISOString().slice(11, 19)} ${what}`);
const folder = mkdtempSync(join(tmpdir(), "regulens-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
// Left to Playwright, this would only close the browser, and every runtime after it would be reported as failed.
process.once("SIGTERM", () => process.exit(143));
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
try {
  tell("inputs");
  writeInputs(root, folder, { genes, program: options.program });
  await server.start();
  const { start, adapter, software } = await chooseAdapter(chromium, server, options.software);
  const browser = await start();

  // The runtime that the others are compared with always runs.
  const [first, ...others] = allRuntimes({ site, threads });
  const named = options.only?.split(",");
  const unknown = named?.find((id) => ![first, ...others].some((runtime) => runtime.id === id));
  if (unknown)
    throw new Error(`--only names ${unknown}; the runtimes are ${[first, ...others].map(({ id }) => id).join(", ")}`);
  const chosen = others.filter(
    ({ id, peer, device }) =>
      (!named || named.includes(id)) && !(peer && options["skip-peers"]) && !(device === "webgpu" && !adapter),
  );

  const agreed = await agree({
    browser,
    server,
    runtimes: [first, ...chosen],
    genes,
    limit: options.long ? Infinity : limit,
    tell,
  });
  const left = [...agreed.left];
  const result = {
    ...surroundings(root, "browser.mjs"),
    chromium: browser.version(),
    adapter: { name: adapter, software },
    peers,
    genes,
    rounds,
    threads,
    runtimes: [first, ...chosen].map(({ id, name, peer, device, threads }) => ({ id, name, peer, device, threads })),
    agreement: agreed.agreement,
  };
  await browser.close();
  if (stages.includes("time")) {
    const { left: failed, ...measured } = await time({
      start,
      server,
      runtimes: agreed.runtimes,
      cases: agreed.cases,
      rounds,
      tell,
    });
    Object.assign(result, measured);
    left.push(...failed);
  }
  if (stages.includes("cold")) {
    const signal = new Float32Array(new Uint8Array(readFileSync(join(folder, "data/signal.f32"))).buffer);
    const exact = new Float32Array(new Uint8Array(readFileSync(join(folder, "data/exact.f32"))).buffer);
    const wanted = [first, ...chosen].filter((runtime) => runtime.stages.includes("cold"));
    const { cold, left: failed } = await loadCold({
      start,
      server,
      runtimes: wanted,
      signal,
      expected: exact[0],
      rounds: Math.max(rounds, 5),
      tell,
    });
    result.cold = cold;
    left.push(...failed);
  }
  if (stages.includes("memory")) {
    const wanted = agreed.runtimes.filter((runtime) => runtime.stages.includes("memory"));
    const { memory, left: failed } = await measureMemory({
      start,
      server,
      runtimes: wanted,
      cases: agreed.cases,
      tell,
    });
    result.memory = memory;
    left.push(...failed);
  }
  const whole = { ...result, left };
  save(root, "browser", options.out, whole, markdown(whole));
} finally {
  server.stop();
}
