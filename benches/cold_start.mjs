/**
 * A first prediction from cold in forms of the guide's page, beside TensorFlow.js's smallest form and the limit: the
 * bare bytes fetched and compiled. In each round every form is loaded once, in a fresh browser, nothing cached.
 *
 *     cargo xtask build && node benches/cold_start.mjs [--rounds 11] [--latency 0,40] [--before FOLDER] [--only ID,…]
 *                                                      [--program FILE] [--out FILE.md]
 *
 * `--latency` has the server wait so many milliseconds before each answer, and all rounds run for each; `--before`
 * names the folder of another build of the package.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { ARGUMENTS, findChrome } from "./browser/chrome.mjs";
import { forms as allForms, peers, writeForms } from "./browser/cold-forms.mjs";
import { markdown } from "./browser/cold-report.mjs";
import { BINS, MARKS, VALUES } from "./browser/pages/outputs.mjs";
import { install, writeInputs } from "./browser/prepare.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { engineFiles, runtimes } from "./browser/runtimes.mjs";
import { Server } from "./browser/server.mjs";
import { AGREEMENT, stepsOfLoad } from "./browser/stages.mjs";
import { alternating } from "./browser/statistics.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "11" },
    latency: { type: "string", default: "0,40" },
    before: { type: "string" },
    only: { type: "string" },
    program: { type: "string" },
    out: { type: "string" },
  },
});
const rounds = Number(options.rounds);

install(root, { build: false });
const { chromium } = await import("playwright-core");
const folder = mkdtempSync(join(tmpdir(), "regulens-cold-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const site = join(root, "www/dist/regulens");
const models = join(folder, "models");
const server = new Server({
  regulens: site,
  tf: join(root, "benches/node_modules/@tensorflow"),
  models,
  forms: join(folder, "forms"),
  ...(options.before ? { before: options.before } : {}),
  pages: join(root, "benches/browser/pages"),
});
writeInputs(root, folder, { genes: 64, program: options.program });
const floats = (name) => new Float32Array(new Uint8Array(readFileSync(join(folder, "data", name))).buffer);
const [gene, [expected]] = [floats("signal.f32").subarray(0, VALUES), floats("exact.f32")];
const written = await writeForms({
  ...engineFiles(site, "cpu-relaxed"),
  ...{ site, models, folder: join(folder, "forms"), gene, root },
});
const peer = runtimes({ site, threads: 1 }).find(({ id }) => id === "tf-core");
const named = options.only?.split(",");
const forms = [...allForms(options.before !== undefined), ...peers({ peer, gene })].filter(
  ({ id }, at) => at === 0 || !named || named.includes(id),
);

await server.start();
const runs = [];
let version;
try {
  for (const latency of options.latency.split(",").map(Number)) runs.push(await run(latency));
} finally {
  server.stop();
}
const result = { ...surroundings(root, "cold_start.mjs"), chromium: version, rounds, runs };
save(root, "cold-start", options.out, result, markdown(result));

/** All rounds on a line of so many milliseconds. */
async function run(latency) {
  const found = Object.fromEntries(forms.map(({ id }) => [id, { ms: [], cpu: [], steps: [], files: [] }]));
  const loads = [];
  server.latency = latency;
  for (let round = 0; round < rounds; round++) {
    console.log(`── ${new Date().toISOString().slice(11, 19)} ${latency} ms, round ${round + 1} of ${rounds}`);
    loads.push(loadavg()[0]);
    const browser = await chromium.launch({ executablePath: findChrome(), args: ARGUMENTS });
    version = browser.version();
    // The first page of a browser is slower, whichever it is.
    await (await browser.newPage()).goto(server.visit("<!doctype html><title>first</title>").url);
    for (const form of alternating(forms, round)) {
      const { ms, cpu, steps, files } = await visit(browser, form);
      const each = found[form.id];
      each.ms.push(ms);
      each.cpu.push(cpu);
      // The report tells those of the first alone.
      if (form === forms[0]) each.steps.push(steps);
      each.files = files;
    }
    await browser.close();
  }
  return { latency, loads, forms: forms.map(({ id, says, than, peer }) => ({ id, says, than, peer, ...found[id] })) };
}

/** One load of a form, in a context of its own: nothing is cached. */
async function visit(browser, form) {
  const { url, files } = server.visit(form.html(written));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(url);
    const told = await page.waitForFunction(() => globalThis.cold, undefined, { timeout: 60_000 });
    const { metrics } = await session.send("Performance.getMetrics");
    const cold = await told.jsonValue();
    requireRight(form, cold);
    const cpu = 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
    return { ms: cold.ms, cpu, steps: await page.evaluate(stepsOfLoad), files: files.map((file) => ({ ...file })) };
  } finally {
    await context.close();
  }
}

/** Requires that a page gave the prediction that it must. */
function requireRight({ id, gives }, { error, logit, sizes }) {
  if (error) throw new Error(`${id}: ${error}`);
  if (gives === "none") return;
  if (sizes && (sizes[0] !== BINS * MARKS.length || sizes[1] !== MARKS.length)) throw new Error(`${id}: no attention`);
  if (gives === "any" ? !Number.isFinite(logit) : !(Math.abs(logit - expected) <= AGREEMENT))
    throw new Error(`${id}: the logit is ${logit}; expected ${expected}`);
}
