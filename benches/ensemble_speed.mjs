/**
 * An ensemble beside one of its seeds: the time of a prediction in Chromium, on one worker and on two.
 *
 *     cargo xtask build && node benches/ensemble_speed.mjs [--genes 2000] [--rounds 7] [--out FILE.md]
 *
 * Every round has a page of its own, in which the four cases take turns on the same simulated genes. A time is that of
 * a second prediction: engines are compiled and workers started by then.
 */

import { loadavg } from "node:os";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { ARGUMENTS, findChrome } from "./browser/chrome.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { Server } from "./browser/server.mjs";
import { alternating, ratios, spread } from "./browser/statistics.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    genes: { type: "string", default: "2000" },
    rounds: { type: "string", default: "7" },
    out: { type: "string" },
  },
});
const [genes, rounds] = [Number(options.genes), Number(options.rounds)];
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("playwright-core");

const CASES = ["attentive-chrome-k562", "attentive-chrome-k562-ensemble"].flatMap((model) =>
  [1, 2].map((workers) => ({ model, workers })),
);
const site = join(root, "www/dist");
const server = new Server({ regulens: join(site, "regulens"), models: join(site, "models") });
const seconds = CASES.map(() => []);

/** In the page: milliseconds of one prediction by each case, in an order. */
async function measure({ cases, order, genes }) {
  const { Regulens } = await import(new URL("regulens/dist/index.js", document.baseURI).href);
  const bins = 100;
  const found = [];
  for (const at of order) {
    const { model: name, workers } = cases[at];
    const model = await Regulens.load(`models/${name}.safetensors`, { workers, device: "cpu", task: "on-off" });
    const { marks } = model.card;
    // A row for each bin of each gene; any counts will do.
    const rows = Array.from({ length: genes * bins }, (_, row) => {
      const counts = marks.map((_, mark) => ((row * marks.length + mark) * 2654435761) % 7);
      return [`G${Math.floor(row / bins)}`, (row % bins) + 1, ...counts].join();
    });
    const table = await model.readTable([["gene", "bin", ...marks].join(), ...rows].join("\n"));
    await model.predict(table);
    const start = performance.now();
    await model.predict(table);
    found[at] = performance.now() - start;
    model.free();
  }
  return found;
}

await server.start();
const browser = await chromium.launch({ executablePath: findChrome(), args: ARGUMENTS });
const result = { ...surroundings(root, "ensemble_speed.mjs"), chromium: browser.version(), genes, load: loadavg()[0] };
try {
  for (let round = 0; round < rounds; round++) {
    const page = await browser.newPage();
    await page.goto(server.visit("<!doctype html><title>ensemble</title>").url);
    const order = alternating([...CASES.keys()], round);
    const found = await page.evaluate(measure, { cases: CASES, order, genes });
    for (const [at, milliseconds] of found.entries()) seconds[at].push(milliseconds / 1000);
    await page.close();
  }
} finally {
  await browser.close();
  server.stop();
}
result.cases = CASES.map((each, at) => ({ ...each, seconds: seconds[at] }));
const times = ({ median, minimum, maximum }, unit) =>
  `${median.toFixed(2)}${unit} (${minimum.toFixed(2)} to ${maximum.toFixed(2)})`;
const rows = CASES.map(({ model, workers }, at) => {
  const over = times(spread(ratios(seconds[at], seconds[0])), "");
  return `| ${model} | ${workers} | ${times(spread(seconds[at]), " s")} | ${over} |`;
});
const { processor, cores } = result.machine;
const text = `# Speed of five seeds and of one, in Chromium

\`${result.command}\`, ${result.date.slice(0, 10)}, commit ${result.commit}, ${processor}, ${cores} cores,
Chromium ${result.chromium}, load ${result.load.toFixed(1)}. ${genes} genes of 100 bins, CPU, median and range of
${rounds} rounds.

| model | workers | time of a prediction | relative to one seed on one worker |
|---|--:|--:|--:|
${rows.join("\n")}
`;
save(root, "ensemble-speed", options.out, result, text);
