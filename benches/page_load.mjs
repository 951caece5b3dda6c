/**
 * Loading times of the page: first paint, a ready model, the example's results; on a slow machine
 * and a slow line.
 *
 *     cargo xtask build && node benches/page_load.mjs [--loads 10] [--site FOLDER] [--out FILE.md]
 *
 * The server, not the browser, makes the line slow: 10 Mbit/s that all of a visit share, 40 ms before an answer begins,
 * everything gzipped and cached for ten minutes, as GitHub's pages are. The browser's main thread is four times as slow
 * as the machine; Chromium does not slow workers down. Each load has a browser profile of its own.
 */

import { createRequire } from "node:module";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { findChrome } from "./browser/chrome.mjs";
import { DistantHost } from "./browser/distant.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { alternating } from "./browser/statistics.mjs";

/** Bytes that the line carries in a millisecond: 10 Mbit/s. */
const RATE = 1250;

/** Milliseconds before an answer begins. */
const LATENCY = 40;

/** Factor by which the browser's main thread is slower than this machine. */
const SLOWER = 4;

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

const MOMENTS = ["first paint", "the example's figure", "a model is ready", "the example's results"];

/** Milliseconds from navigation to each moment, and what was loaded until the last. */
async function look(page, line) {
  line.sent = 0;
  await page.goto(line.url, { waitUntil: "commit" });
  const since = () => page.evaluate(() => performance.now());
  const found = {};
  await page.locator("regulens-first-gene svg").waitFor();
  found["the example's figure"] = await since();
  await page.getByRole("button", { name: "Read the model card" }).and(page.locator(":enabled")).waitFor();
  found["a model is ready"] = await since();
  await page.getByRole("button", { name: /^Try the example/ }).click();
  await page.locator("regulens-summary dl").waitFor();
  found["the example's results"] = await since();
  found["first paint"] = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
  );
  return { found, bytes: line.sent };
}

/** A first and a second visit of one reader. */
async function reader(line, serviceWorkers) {
  const browser = await chromium.launch({ executablePath: findChrome(), args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const context = await browser.newContext({ serviceWorkers, viewport: { width: 1366, height: 768 } });
    const visit = async () => {
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      return page;
    };
    const first = await visit();
    const cold = await look(first, line);
    if (serviceWorkers === "allow") {
      await first.evaluate(() => navigator.serviceWorker.ready);
      // All that it keeps is there when nothing more is sent.
      for (let before = -1; before !== line.sent; await after(2000)) before = line.sent;
    }
    await first.close();
    const warm = await look(await visit(), line);
    return { cold, warm };
  } finally {
    await browser.close();
  }
}

/** The 75th percentile, as web vitals are given: the smallest value that three quarters do not exceed. */
function mostly(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(0.75 * sorted.length) - 1];
}

const line = new DistantHost(options.site, LATENCY, RATE);
await line.start();
const result = { ...surroundings(root, "page_load.mjs"), loads, load: [loadavg()[0]], visits: {} };
try {
  for (let number = 0; number < loads; number++) {
    for (const serviceWorkers of alternating(["block", "allow"], number)) {
      const found = await reader(line, serviceWorkers);
      for (const [when, one] of Object.entries(found)) {
        const name = `${when}, ${serviceWorkers === "allow" ? "with" : "without"} the service worker`;
        (result.visits[name] ??= []).push(one);
      }
    }
    console.log(`${number + 1} of ${loads}`);
  }
} finally {
  line.stop();
}
result.load.push(loadavg()[0]);

const seconds = (values) => (mostly(values) / 1000).toFixed(2);
const rows = Object.entries(result.visits).map(([name, all]) => {
  const cells = MOMENTS.map((moment) => seconds(all.map(({ found }) => found[moment])));
  const bytes = mostly(all.map((each) => each.bytes)) / 1e6;
  return `| ${name} | ${cells.join(" | ")} | ${bytes.toFixed(2)} |`;
});
const { machine } = result;
const text = `# Loading times of the page

${result.date.slice(0, 10)}, \`${result.command}\` at ${result.commit}; ${machine.processor}, ${machine.cores} cores, ${(machine.memory / 2 ** 30).toFixed(0)} GiB,
${machine.system}. Load average ${result.load.map((each) => each.toFixed(1)).join(" before, ")} after.

Seconds from navigation, 75th percentile of ${loads} loads, with a main thread four times as slow as this machine's and
a line of 10 Mbit/s with 40 ms of latency. Cold: nothing is stored. Warm: a second visit, with the browser's cache and
everything the service worker keeps. The example is requested as soon as a model is ready. MB: the transfer until the
results, including what the service worker stored meanwhile.

| visit | ${MOMENTS.join(" | ")} | MB |
|---|--:|--:|--:|--:|--:|
${rows.join("\n")}
`;
save(root, "page-load", options.out, result, text);
