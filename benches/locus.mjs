/**
 * Time that a place of a genome of 3.1 Gb takes in the page: from Enter in the box until its tracks are drawn, on the
 * CPU.
 *
 *     cargo xtask build && node benches/locus.mjs [--model basenji-attention-two-sided-simulated] [--places 12]
 *                                                  [--out FILE.md]
 *
 * The genome is a sparse 2bit that is written for this. `--model` is the id of one that ships, or several.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { findChrome } from "./browser/chrome.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { Server } from "./browser/server.mjs";
import { spread } from "./browser/statistics.mjs";
import { writeTwoBit } from "../tests/browser/support/two-bit.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    model: { type: "string", default: "basenji-attention-two-sided-simulated,basenji-yeast-atac" },
    places: { type: "string", default: "12" },
    out: { type: "string" },
  },
});
const count = Number(options.places);
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("playwright-core");

/** Bases of the sequences of the genome. */
const SEQUENCES = { chr1: 1_500_000_000, chr2: 1_600_000_000 };

/** Bases of a place. */
const PLACE = 5000;

const folder = mkdtempSync(join(tmpdir(), "regulens-locus-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const genome = join(folder, "big.2bit");
writeTwoBit(
  genome,
  Object.entries(SEQUENCES).map(([name, ts]) => ({ name, ts })),
);

/** Places far from each other, on both sequences in turn. */
const places = Array.from({ length: count }, (_, i) => {
  const name = i % 2 === 0 ? "chr1" : "chr2";
  // Far enough from a round number that the first bin in view begins with the same digits.
  const start = 1_000_501 + i * 100_000_000;
  return `${name}:${start.toLocaleString("en")}-${(start + PLACE - 1).toLocaleString("en")}`;
});

/** Milliseconds for each place, one after another on one visit. */
async function visit(browser, server, model) {
  const context = await browser.newContext({ serviceWorkers: "block", viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  const { url } = server.visit("<!doctype html>");
  await page.goto(`${url}site/index.html?device=cpu&model=${model}`);
  const data = page.locator("regulens-sequence-data");
  await data.locator("input[type=file]").setInputFiles(genome);
  await data.getByText("only the places are read that you go to").waitFor();
  const times = [];
  for (const place of places) {
    const first = times.length === 0;
    const box = first ? page.getByLabel("Place", { exact: true }) : page.getByPlaceholder("12,000-18,000");
    await box.fill(place);
    const began = performance.now();
    await box.press("Enter");
    const start = place.split(/[:-]/)[1].slice(0, -4);
    const [name] = place.split(":");
    await page.getByRole("img", { name: new RegExp(`^Predicted tracks along ${name}:${start}`) }).waitFor();
    times.push(performance.now() - began);
  }
  await context.close();
  return times;
}

const server = new Server({ site: join(root, "www/dist") });
await server.start();
const result = { ...surroundings(root, "locus.mjs"), load: [loadavg()[0]], times: {} };
try {
  const browser = await chromium.launch({ executablePath: findChrome(), args: ["--no-sandbox", "--disable-gpu"] });
  result.chromium = browser.version();
  for (const model of options.model.split(",")) {
    result.times[model] = await visit(browser, server, model);
    console.log(`${model}: ${result.times[model].map((ms) => ms.toFixed(0)).join(" ")} ms`);
  }
  await browser.close();
} finally {
  server.stop();
}
result.load.push(loadavg()[0]);

const seconds = (ms) => (ms / 1000).toFixed(2);
const rows = Object.entries(result.times).map(([model, [first, ...others]]) => {
  const { minimum, median, maximum } = spread(others);
  return `| ${model} | ${seconds(first)} | ${seconds(median)} (${seconds(minimum)} to ${seconds(maximum)}) |`;
});
const { machine } = result;
const text = `# A place of a genome of 3.1 Gb in the page

${result.date.slice(0, 10)}, \`${result.command}\` at ${result.commit}; ${machine.processor}, ${machine.cores} cores, ${(machine.memory / 2 ** 30).toFixed(0)} GiB,
${machine.system}, Chromium ${result.chromium}, on the CPU. Load average ${result.load.map((each) => each.toFixed(1)).join(" before, ")} after. Seconds from Enter in the
box for a place until the tracks of its ${PLACE.toLocaleString("en")} bases are drawn, ${count} places far from each other, one after another on
one visit; the first also begins the engine.

| model | first place | the others: median (range) |
|---|--:|--:|
${rows.join("\n")}
`;
save(root, "locus", options.out, result, text);
