/**
 * Regulens against onnxruntime-web and TensorFlow.js in one Chromium: times, loads from cold, transfer and memory.
 *
 *     node benches/browser.mjs [--rounds 5] [--genes 6600] [--long] [--only ID,…] [--skip-peers]
 *                              [--stages time,cold,memory]
 *
 * Installs what it needs below the repository, checks that all runtimes agree, and writes a table to benches/results/.
 * benches/README.md says what is measured and how to read it.
 */

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { chooseAdapter } from "./browser/chrome.mjs";
import { chosenOf, prepareRuntimes, tell } from "./browser/harness.mjs";
import { writeInputs } from "./browser/prepare.mjs";
import { markdown } from "./browser/report.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { runtimes as allRuntimes } from "./browser/runtimes.mjs";
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

const { chromium, folder, site, peers, server } = await prepareRuntimes(root, options);
try {
  tell("inputs");
  writeInputs(root, folder, { genes, program: options.program });
  await server.start();
  const { start, adapter, software } = await chooseAdapter(chromium, server, options.software);
  const browser = await start();

  // The runtime that the others are compared with always runs.
  const all = allRuntimes({ site, threads });
  const [first] = all;
  const chosen = chosenOf(all, options, adapter).filter((runtime) => runtime !== first);

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
