/**
 * A first prediction from cold in forms of the guide's page, beside TensorFlow.js's smallest form and the limit: the bare
 * bytes fetched and compiled. In each round every form is loaded once, in a fresh browser, nothing cached.
 *
 *     cargo xtask build && node benches/cold_start.mjs [--rounds 11] [--only ID,…] [--program FILE] [--out FILE.md]
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { ARGUMENTS, findChrome } from "./browser/chrome.mjs";
import { forms as allForms, writeForms } from "./browser/cold-forms.mjs";
import { markdown } from "./browser/cold-report.mjs";
import { BINS, MARKS, VALUES } from "./browser/pages/outputs.mjs";
import { install, writeInputs } from "./browser/prepare.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { engineFiles, runtimes } from "./browser/runtimes.mjs";
import { Server } from "./browser/server.mjs";
import { AGREEMENT, coldPage, stepsOfLoad } from "./browser/stages.mjs";
import { alternating } from "./browser/statistics.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "11" },
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
const forms = [
  ...allForms(),
  {
    id: "tf-core",
    says: "TensorFlow.js wasm, 1 thread, core only, float32",
    gives: "logit",
    than: "guide",
    html: () => coldPage(peer, gene),
  },
].filter(({ id }, at) => at === 0 || !named || named.includes(id));

await server.start();
const found = Object.fromEntries(forms.map(({ id }) => [id, { ms: [], steps: [], files: [] }]));
const loads = [];
let version;
try {
  for (let round = 0; round < rounds; round++) {
    console.log(`── ${new Date().toISOString().slice(11, 19)} round ${round + 1} of ${rounds}`);
    loads.push(loadavg()[0]);
    const browser = await chromium.launch({ executablePath: findChrome(), args: ARGUMENTS });
    version = browser.version();
    // The first page of a browser is slower, whichever it is.
    await (await browser.newPage()).goto(server.visit("<!doctype html><title>first</title>").url);
    for (const form of alternating(forms, round)) {
      const { url, files } = server.visit(form.html(written));
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await page.goto(url);
        const told = await page.waitForFunction(() => globalThis.cold, undefined, { timeout: 60_000 });
        requireRight(form, await told.jsonValue());
        const { ms } = await told.jsonValue();
        Object.assign(found[form.id], { files: files.map((file) => ({ ...file })) });
        found[form.id].ms.push(ms);
        found[form.id].steps.push(await page.evaluate(stepsOfLoad));
      } finally {
        await context.close();
      }
    }
    await browser.close();
  }
} finally {
  server.stop();
}

const described = forms.map(({ id, says, than }) => ({ id, says, than, ...found[id] }));
const result = { ...surroundings(root, "cold_start.mjs"), chromium: version, rounds, loads, forms: described };
save(root, "cold-start", options.out, result, markdown(result));

/** Requires that a page gave the prediction that it must. */
function requireRight({ id, gives }, { error, logit, sizes }) {
  if (error) throw new Error(`${id}: ${error}`);
  if (gives === "none") return;
  if (sizes && (sizes[0] !== BINS * MARKS.length || sizes[1] !== MARKS.length)) throw new Error(`${id}: no attention`);
  if (gives === "any" ? !Number.isFinite(logit) : !(Math.abs(logit - expected) <= AGREEMENT))
    throw new Error(`${id}: the logit is ${logit}; expected ${expected}`);
}
