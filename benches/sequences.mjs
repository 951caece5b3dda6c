/**
 * Regulens against onnxruntime-web and TensorFlow.js on one sequence of 131,072 bp, in one Chromium: times and memory.
 *
 *     node benches/sequences.mjs [--rounds 5] [--only ID,…] [--skip-peers] [--stages time,memory]
 *                                [--published basenji,…]
 *
 * A small model of the Basenji family with the same weights for all; with `--published` also Regulens alone at the
 * published size. Installs what it needs below the repository, checks that all predictions agree with float64, and
 * writes a table to benches/results/.
 */

import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { chooseAdapter } from "./browser/chrome.mjs";
import { chosenOf, prepareRuntimes, tell } from "./browser/harness.mjs";
import { VARIANTS, writeInputs } from "./browser/sequence/inputs.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { markdown } from "./browser/sequence/report.mjs";
import { runtimes as allRuntimes } from "./browser/sequence/runtimes.mjs";
import { peakMemory } from "./browser/stages.mjs";
import { alternating, spread } from "./browser/statistics.mjs";
import { Visit } from "./browser/visit.mjs";

/** Within which a prediction must be that of float64, or its runtime is not timed. */
const AGREEMENT = 1e-5;

/**
 * Times that every runtime is visited in a round, of which the middle counts, and milliseconds for which it is called
 * then.
 */
const PASSES = 3;
const BLOCK = 400;

/** Milliseconds for which it is called before, so that the browser has compiled it in its better compiler. */
const WARM = 600;

/** Milliseconds above which a runtime is called once a round. */
const LONG = 1500;

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: String(availableParallelism()) },
    only: { type: "string" },
    "skip-peers": { type: "boolean", default: false },
    stages: { type: "string", default: "time,memory" },
    published: { type: "string" },
    software: { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
    program: { type: "string" },
    out: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const stages = options.stages.split(",");
const variants = options.published?.split(",") ?? [];
for (const variant of variants) {
  if (!(variant in VARIANTS))
    throw new Error(`--published names ${variant}; there are ${Object.keys(VARIANTS).join(", ")}`);
}

const { chromium, folder, site, peers, server } = await prepareRuntimes(root, options);

const firstLine = (error) => (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
const left = [];
/** Does `work` on a page of `runtime`'s own in `browser`; what fails is left out, and said. */
async function visiting(browser, runtime, stage, work, watch = {}) {
  let visit;
  try {
    visit = await Visit.open(browser, server, runtime, watch);
    return await work(visit);
  } catch (error) {
    left.push({ name: runtime.name, reason: `${stage}: ${firstLine(error)}` });
    return undefined;
  } finally {
    await visit?.close().catch(() => {});
  }
}

/** WebAssembly memory of a visit's page, and what its browser's processes had at most. */
async function memoryOf(browser, visit) {
  const { bytes } = await visit.call(() => globalThis.wasmMemory());
  return { wasm: bytes, renderer: await peakMemory(browser, "renderer"), gpu: await peakMemory(browser, "GPU") };
}

try {
  tell("inputs");
  writeInputs(root, folder, { program: options.program, variants });
  await server.start();
  const { start, adapter, software } = await chooseAdapter(chromium, server, options.software);
  const all = allRuntimes({ site, threads: Number(options.threads) });
  const chosen = chosenOf(all, options, adapter);

  let browser = await start();
  const result = {
    ...surroundings(root, "sequences.mjs"),
    chromium: browser.version(),
    adapter: { name: adapter, software },
    peers,
    rounds,
    runtimes: chosen.map(({ id, name, peer, device, threads }) => ({ id, name, peer, device, threads })),
    agreement: [],
    left,
  };
  const agreeing = [];
  for (const runtime of chosen) {
    tell(`agreement: ${runtime.name}`);
    const error = await visiting(browser, runtime, "agreement", (visit) => visit.call(() => globalThis.bench.check()));
    if (error === undefined) continue;
    result.agreement.push({ id: runtime.id, name: runtime.name, error });
    if (error <= AGREEMENT) agreeing.push(runtime);
    else left.push({ name: runtime.name, reason: `its prediction differs from float64 by ${error.toExponential(1)}` });
  }
  await browser.close();

  if (stages.includes("time")) {
    result.times = Object.fromEntries(agreeing.map(({ id }) => [id, []]));
    result.loads = [];
    for (let round = 0; round < rounds; round++) {
      tell(`times: round ${round + 1} of ${rounds}`);
      result.loads.push(loadavg()[0]);
      browser = await start();
      const passes = new Map(agreeing.map(({ id }) => [id, []]));
      for (let pass = 0; pass < PASSES; pass++) {
        for (const runtime of alternating(agreeing, round + pass)) {
          const done = passes.get(runtime.id);
          if (done.some((ms) => ms > LONG)) continue;
          const ms = await visiting(browser, runtime, "times", async (visit) => {
            const first = await visit.call(() => globalThis.bench.once());
            if (first.ms < LONG) await visit.call((least) => globalThis.bench.time(least), WARM);
            return visit.call((least) => globalThis.bench.time(least), BLOCK);
          });
          if (ms !== undefined) done.push(ms);
        }
      }
      for (const { id } of agreeing)
        result.times[id][round] = passes.get(id).length > 0 ? spread(passes.get(id)).median : undefined;
      await browser.close();
    }
  }
  if (stages.includes("memory")) {
    result.memory = [];
    for (const runtime of agreeing) {
      tell(`memory: ${runtime.name}`);
      browser = await start();
      const work = async (visit) => {
        for (let call = 0; call < 2; call++) await visit.call(() => globalThis.bench.once());
        return memoryOf(browser, visit);
      };
      const found = await visiting(browser, runtime, "memory", work, { watchMemory: true });
      if (found) result.memory.push({ id: runtime.id, name: runtime.name, ...found });
      await browser.close();
    }
  }
  result.full = [];
  const own = agreeing.filter(({ peer }) => !peer);
  const published = Array.from({ length: rounds }, (_, round) =>
    variants.flatMap((variant) => alternating(own, round).map((runtime) => ({ round, variant, runtime }))),
  );
  for (const { round, variant, runtime } of published.flat()) {
    tell(`published size: round ${round + 1} of ${rounds}, ${variant}, ${runtime.name}`);
    browser = await start();
    const large = { ...runtime, options: { ...runtime.options, model: `models/${variant}.safetensors` } };
    const work = async (visit) => {
      const first = await visit.call(() => globalThis.bench.once());
      if (!first.finite) throw new Error("found values that are not finite");
      const again = first.ms < 120_000 ? await visit.call(() => globalThis.bench.once()) : undefined;
      return {
        seconds: first.ms / 1000,
        again: again && again.ms / 1000,
        values: first.values,
        ...(await memoryOf(browser, visit)),
      };
    };
    const found = await visiting(browser, large, variant, work, { watchMemory: true });
    if (found) result.full.push({ id: runtime.id, name: runtime.name, variant, round, ...found });
    await browser.close();
  }

  save(root, "sequences", options.out, result, markdown(result));
} finally {
  server.stop();
}
