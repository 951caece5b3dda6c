/**
 * Two versions of the package in one Chromium, in turn: the built site of an earlier version, and that of this one.
 *
 *     cargo xtask build && node benches/before.mjs --before DIR [--rounds 9] [--genes 3200] [--out FILE.md]
 *
 * DIR is the `www/dist` of the earlier version. One worker of the CPU engine computes; both get the same bytes.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

import { findChrome } from "./browser/chrome.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { Server } from "./browser/server.mjs";
import { alternating, ratios, spread } from "./browser/statistics.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    before: { type: "string" },
    rounds: { type: "string", default: "9" },
    genes: { type: "string", default: "3200" },
    out: { type: "string" },
  },
});
if (!options.before) throw new Error("--before is missing: name the www/dist of the version to compare with");
const [rounds, genes] = [Number(options.rounds), Number(options.genes)];
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("playwright-core");

/** Differences of predictions between the versions that are rounding, relative to the larger beyond 1. */
const AGREEMENT = 1e-6;

const CASES = {
  cold: "from navigation to a first gene’s prediction, nothing cached",
  load: "opening a model file of AttentiveChrome LSTM-α,β, engine started",
  genes: `predicting ${genes.toLocaleString("en")} genes with it`,
  sequence: "predicting 65,536 bp with the simulated attention-Basenji",
};
const VERSIONS = ["before", "after"];

const folder = mkdtempSync(join(tmpdir(), "regulens-before-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

/** The simulated example, over and over under new names. */
function writeTables() {
  const [head, ...rows] = gunzipSync(readFileSync(join(root, "models/examples/simulated.csv.gz")))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const table = (count) => {
    const lines = Array.from({ length: count * 100 }, (_, i) => {
      const row = rows[i % rows.length];
      return `G${Math.floor(i / 100) + 1}${row.slice(row.indexOf(","))}`;
    });
    return `${[head, ...lines].join("\n")}\n`;
  };
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data/gene.csv"), table(1));
  writeFileSync(join(folder, "data/genes.csv"), table(genes));
}

writeTables();
const server = new Server({
  before: join(options.before, "regulens"),
  after: join(root, "www/dist/regulens"),
  models: join(root, "models"),
  data: join(folder, "data"),
  pages: join(root, "benches/browser/pages"),
});
await server.start();
const result = { ...surroundings(root, "before.mjs"), rounds, load: [loadavg()[0]], times: {}, numbers: {} };
const times = Object.fromEntries(Object.keys(CASES).map((each) => [each, { before: [], after: [] }]));
const numbers = {};

async function page(browser, version) {
  const context = await browser.newContext();
  const opened = await context.newPage();
  const { url } = server.visit(
    '<!doctype html><title>before</title><script type="module" src="pages/before.mjs"></script>',
  );
  await opened.goto(`${url}#${version}`);
  await opened.waitForFunction(() => globalThis.bench);
  return { opened, close: () => context.close() };
}

async function measure(opened, version, each) {
  const { ms, numbers: found } = await opened.evaluate((name) => globalThis.bench[name](), each);
  times[each][version].push(ms);
  (numbers[each] ??= {})[version] = found;
}

try {
  for (let round = 0; round < rounds; round++) {
    const browser = await chromium.launch({ executablePath: findChrome(), args: ["--no-sandbox", "--disable-gpu"] });
    result.chromium = browser.version();
    const order = alternating(VERSIONS, round);
    for (const version of order) {
      const { opened, close } = await page(browser, version);
      await measure(opened, version, "cold");
      await close();
    }
    const pages = {};
    for (const version of order) {
      pages[version] = await page(browser, version);
      await pages[version].opened.evaluate(() => globalThis.bench.open());
      await pages[version].opened.evaluate(() => globalThis.bench.genes());
    }
    for (const each of ["load", "genes", "sequence"])
      for (const version of order) await measure(pages[version].opened, version, each);
    await browser.close();
    console.log(
      `round ${round + 1} of ${rounds}: ${Object.keys(CASES)
        .map((each) => `${each} ${VERSIONS.map((version) => times[each][version].at(-1).toFixed(1)).join("/")}`)
        .join("  ")}`,
    );
  }
} finally {
  server.stop();
}
result.load.push(loadavg()[0]);
result.times = times;

let largest = 0;
for (const { before, after } of Object.values(numbers)) {
  if (before.length !== after.length) throw new Error("the versions predict different numbers of values");
  before.forEach((x, i) => (largest = Math.max(largest, Math.abs(x - after[i]) / Math.max(1, Math.abs(x)))));
}
result.largest_difference = largest;
if (largest > AGREEMENT) throw new Error(`the versions' predictions differ by ${largest}`);

const ms = (values) => {
  const { minimum, median, maximum } = spread(values);
  return `${median.toFixed(1)} (${minimum.toFixed(1)} to ${maximum.toFixed(1)})`;
};
const rows = Object.entries(CASES).map(([each, what]) => {
  const { before, after } = times[each];
  const { minimum, median, maximum } = spread(ratios(before, after));
  return (
    `| ${what} | ${ms(before)} | ${ms(after)} | ${median.toFixed(2)} (${minimum.toFixed(2)} to ` +
    `${maximum.toFixed(2)}) |`
  );
});
const { machine } = result;
const text = `# Before and after

${result.date.slice(0, 10)}, \`${result.command}\` at ${result.commit}; ${machine.processor}, ${machine.cores} cores,
${(machine.memory / 2 ** 30).toFixed(0)} GiB, ${machine.system}, Chromium ${result.chromium}. Load average ${result.load.map((each) => each.toFixed(1)).join(" before, ")} after: other programs ran on this
machine. Milliseconds, median and range of ${rounds} rounds; in each round a fresh browser runs both versions in turn, on one worker
of the CPU engine. Ratios are taken in each round: above 1, this version is faster. The predictions differ by at most
${largest.toPrecision(2)}.

| | before | this version | before / this version |
|---|---|---|---|
${rows.join("\n")}
`;
save(root, "before-after", options.out, result, text);
