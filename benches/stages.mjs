/**
 * Where the time of one window of 131,072 bp goes at the published size, stage by stage: natively and in Chromium, on
 * one core each.
 *
 *     node benches/stages.mjs [--published basenji,attention-two-sided] [--passes 3] [--no-build] [--program FILE]
 *                             [--skip-native]
 *
 * Installs what it needs below the repository, and writes a table to benches/results/. The engine tells when it has
 * done each step of a window; nothing is measured within one.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { chooseAdapter } from "./browser/chrome.mjs";
import { install, native, run } from "./browser/prepare.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { VARIANTS, writeInputs } from "./browser/sequence/inputs.mjs";
import { runtimes } from "./browser/sequence/runtimes.mjs";
import { inStages, markdown, ofProgram } from "./browser/sequence/stages-report.mjs";
import { Server } from "./browser/server.mjs";
import { Visit } from "./browser/visit.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    published: { type: "string", default: Object.keys(VARIANTS).join() },
    passes: { type: "string", default: "3" },
    "no-build": { type: "boolean", default: false },
    "skip-native": { type: "boolean", default: false },
    program: { type: "string" },
    out: { type: "string" },
  },
});
const variants = options.published.split(",");
const strange = variants.find((variant) => !(variant in VARIANTS));
if (strange) throw new Error(`--published names ${strange}; there are ${Object.keys(VARIANTS).join(", ")}`);
const passes = Number(options.passes);

install(root, { build: !options["no-build"] });
const { chromium } = await import("playwright-core");

const tell = (what) => console.log(`── ${new Date().toISOString().slice(11, 19)} ${what}`);
const folder = mkdtempSync(join(tmpdir(), "regulens-stages-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
process.once("SIGTERM", () => process.exit(143));
const site = join(root, "www/dist/regulens");
const [models, data] = ["models", "data"].map((name) => join(folder, name));
const server = new Server({ regulens: site, models, data, pages: join(root, "benches/browser/pages") });

try {
  tell("inputs");
  writeInputs(root, folder, { program: options.program, variants });
  await server.start();
  const { start } = await chooseAdapter(chromium, server, true);
  const engines = runtimes({ site, threads: 1 }).filter(({ page, device }) => page === "regulens" && device === "cpu");
  const result = { ...surroundings(root, "stages.mjs"), passes, load: loadavg()[0], runs: [] };
  for (const variant of variants) {
    if (!options["skip-native"]) {
      tell(`${variant}, the program`);
      const bench = ["bench", "--model", join(models, `${variant}.safetensors`), "--threads", "1"];
      const told = Array.from({ length: passes }, () =>
        ofProgram(run(root, native(root, options.program), bench, "pipe")),
      );
      result.runs.push({ variant, where: "native", passes: told });
    }
    for (const runtime of engines) {
      tell(`${variant}, ${runtime.name}`);
      const browser = await start();
      result.chromium = browser.version();
      const large = { ...runtime, options: { ...runtime.options, model: `models/${variant}.safetensors` } };
      const visit = await Visit.open(browser, server, large);
      // The first makes what is kept, and is compiled again meanwhile.
      await visit.call(() => globalThis.bench.once());
      const found = [];
      for (let pass = 0; pass < passes; pass++)
        found.push(inStages(variant, await visit.call(() => globalThis.bench.steps())));
      result.runs.push({ variant, where: runtime.name, passes: found });
      await browser.close();
    }
  }
  save(root, "stages", options.out, result, markdown(result));
} finally {
  server.stop();
}
