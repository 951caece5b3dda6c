/**
 * Where the time of a first prediction goes, step by step, in a page that loads the first engine and a
 * model that ships: a browser of its own each time, nothing cached, a local server.
 *
 *     cargo xtask build && node benches/cold_steps.mjs [--loads 10] [--site FOLDER] [--out FILE.md]
 */

import { createRequire } from "node:module";
import { loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { findChrome } from "./browser/chrome.mjs";
import { SHIPPED } from "./browser/prepare.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { engineFiles } from "./browser/runtimes.mjs";
import { Server } from "./browser/server.mjs";
import { spread } from "./browser/statistics.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    loads: { type: "string", default: "10" },
    site: { type: "string", default: join(root, "www/dist") },
    out: { type: "string" },
  },
});
const loads = Number(options.loads);
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("playwright-core");
const site = join(options.site, "regulens");
const server = new Server({ regulens: site, models: join(root, "models") });
const { engine, wasm } = engineFiles(site, "cpu-relaxed");

/** Each step ends where its name is noted. */
const PAGE = `<!doctype html><title>steps</title><script type="module">
  const noted = [["", performance.now()]];
  const note = (step) => noted.push([step, performance.now()]);
  const { default: start, Model, modelTask } = await import("./${engine}");
  note("the engine's script comes and is compiled");
  const response = await fetch("${wasm}");
  note("the engine begins to come");
  const bytes = new Uint8Array(await (await fetch("models/${SHIPPED}")).arrayBuffer());
  note("the model comes");
  const module = await WebAssembly.compileStreaming(response);
  note("the rest of the engine comes and is compiled");
  await start({ module_or_path: module });
  note("the engine starts");
  const header = bytes.subarray(0, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true)));
  modelTask(header, "model.safetensors");
  note("the task is read from the card");
  const model = new Model(bytes, "model.safetensors");
  note("the model is read");
  new Model(bytes, "model.safetensors").free();
  note("it is read again");
  model.card;
  note("the card is handed over");
  JSON.parse(JSON.parse(new TextDecoder().decode(header.subarray(8))).__metadata__["regulens.card"]);
  note("task and card by JSON.parse instead");
  const values = Float32Array.from({ length: 500 }, (_, at) => (at * 7919) % 13);
  for (const which of ["first", "second", "third"]) {
    await model.predict(values, 1);
    note(\`\${which} prediction of a gene\`);
  }
  globalThis.noted = noted;
</script>`;

await server.start();
const found = [];
try {
  for (let load = 0; load < loads; load++) {
    const browser = await chromium.launch({ executablePath: findChrome(), args: ["--no-sandbox"] });
    const page = await browser.newPage();
    await page.goto(server.visit(PAGE).url);
    const noted = await (await page.waitForFunction(() => globalThis.noted)).jsonValue();
    found.push(noted.slice(1).map(([step, at], before) => ({ step, ms: at - noted[before][1] })));
    await browser.close();
  }
} finally {
  server.stop();
}

const result = { ...surroundings(root, "cold_steps.mjs"), load: loadavg()[0], loads, found };
const rows = found[0].map(({ step }, at) => {
  const { minimum, median, maximum } = spread(found.map((steps) => steps[at].ms));
  return `| ${[step, ...[minimum, median, maximum].map((ms) => ms.toFixed(1))].join(" | ")} |`;
});
const { machine } = result;
const text = `# Where the time of a first prediction goes, ${result.date.slice(0, 10)}

${machine.cores} cores (${machine.processor}), ${machine.system}. Regulens at commit ${result.commit}. ${loads} loads, each in a browser of its own.
\`${result.command}\`

Milliseconds of each step of a page that does one after another; in the package, engine and model come at once. Chromium
compiles a function when it is first called: what a step takes longer than the same step done again is that.

| step | min | median | max |
|---|--:|--:|--:|
${rows.join("\n")}
`;
save(root, "cold-steps", options.out, result, text);
