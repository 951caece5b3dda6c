/**
 * The first figure of a page with `<regulens-view>`, written as in docs/guides/supplement.md, and of its one
 * file: requests, bytes, round trips, layout shift, and the time until the figure is drawn.
 *
 *     cargo xtask build && node benches/first_figure.mjs [--rounds 5] [--latency 300] [--site FOLDER]
 *         [--program FILE] [--out FILE.md]
 *
 * The server waits `--latency` milliseconds before each answer, and gzips as static hosts do. With `--program`, the
 * native `regulens`, one file is written and opened, too. Each visit has a browser of its own, and nothing is cached.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { ARGUMENTS, findChrome, SOFTWARE } from "./browser/chrome.mjs";
import { DistantHost } from "./browser/distant.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { spread } from "./browser/statistics.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    latency: { type: "string", default: "300" },
    site: { type: "string", default: join(root, "www/dist") },
    program: { type: "string" },
    out: { type: "string" },
  },
});
const [rounds, latency] = [Number(options.rounds), Number(options.latency)];
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("playwright-core");

const K562 = "models/attentive-chrome-k562.safetensors";
const GENES = "models/examples/simulated.csv.gz";
const PICTURE = '<img src="embed.svg" alt="Signal and attention around the TSS of SIM000001" />';
const onOff = (more, inside = "") => `<regulens-view model="${K562}" data="${GENES}" ${more}>${inside}</regulens-view>`;
const GENE = 'view="gene" gene="SIM000001"';

/** The page that the guide says to write; `preload` adds the two lines that it says save a way. */
const FORMS = {
  "a gene": { view: onOff(GENE) },
  "a gene, with a picture": { view: onOff(GENE, PICTURE) },
  "a gene, with a picture and two scripts preloaded": { view: onOff(GENE, PICTURE), preload: true },
  "400 genes": { view: onOff('view="set"') },
  "tracks along 16,001 bp": {
    view: `<regulens-view model="models/basenji-attention-two-sided-simulated.safetensors" task="tracks"
      data="models/examples/sequence.fa.gz" region="sim1:20,000-36,000"></regulens-view>`,
  },
};

/** Lines of the page below the figure, which a figure that comes without a place would move. */
const BELOW = "<p>A line of the page, which stands below the figure.</p>\n".repeat(40);

/** The page that the guide says to write. */
function pageOf({ view, preload }) {
  const preloads = preload
    ? ["index", "shared"].map((name) => `<link rel="modulepreload" href="regulens/dist/${name}.js" />`)
    : [];
  return `<!doctype html>
<meta charset="utf-8" />
<title>Figure S3</title>
${['<link rel="stylesheet" href="regulens/dist/element.css" />', ...preloads].join("\n")}
<script type="module" src="regulens/dist/element.js"></script>
${view}
${BELOW}`;
}

/** In the page: the moment when a figure is drawn, and all that moved. */
function watch() {
  const seen = { shift: 0, figure: undefined };
  globalThis.seen = seen;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) seen.shift += value;
  }).observe({ type: "layout-shift", buffered: true });
  const isFigure = (svg) => svg.getBoundingClientRect().width > 200;
  const hasFigure = (within) =>
    [...within.querySelectorAll("svg")].some(isFigure) ||
    [...within.querySelectorAll("*")].some(({ shadowRoot }) => shadowRoot && hasFigure(shadowRoot));
  const look = () => {
    const views = [...document.querySelectorAll("*")].filter(({ shadowRoot }) => shadowRoot);
    if (views.some(({ shadowRoot }) => hasFigure(shadowRoot)))
      // The frame after it has been painted.
      requestAnimationFrame(() => setTimeout(() => (seen.figure = performance.now())));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

const start = () => chromium.launch({ executablePath: findChrome(), args: [...ARGUMENTS, ...SOFTWARE] });

/** One visit, from navigation until nothing more comes. */
async function visit(host, viewport) {
  const browser = await start();
  try {
    const page = await browser.newPage({ viewport });
    await page.addInitScript(watch);
    host.answers = [];
    await page.goto(host.url, { waitUntil: "commit" });
    await page.waitForFunction(() => globalThis.seen?.figure !== undefined, undefined, { timeout: 120_000 });
    await after(1000 + 2 * host.latency);
    const { figure, shift } = await page.evaluate(() => globalThis.seen);
    const engines = host.answers.map(({ path }) => /(\w[\w-]*)_bg\.wasm$/.exec(path)?.[1]).filter(Boolean);
    const bytes = host.answers.reduce((sum, answer) => sum + answer.bytes, 0);
    return { figure, shift, requests: host.answers.length, bytes, engines, version: browser.version() };
  } finally {
    await browser.close();
  }
}

/**
 * Names of the files that are asked for, by the way to the server on which they are: all that waits is answered only
 * when nothing more is asked for, so that what is asked for then depends on an answer.
 */
async function waysOf(host) {
  const browser = await start();
  try {
    const page = await browser.newPage();
    await page.addInitScript(watch);
    const [waiting, ways] = [[], [["the page"]]];
    // All but the page itself, without which no script could look whether the figure is drawn.
    await page.route(/\/\w+\.\w+$|\/(regulens|models)\//, (route) => {
      const name = new URL(route.request().url()).pathname.split("/").at(-1);
      return new Promise((answered) => {
        waiting.push({ name, go: () => answered(route.continue().catch(() => {})) });
      });
    });
    await page.goto(host.url, { waitUntil: "commit" });
    const isDrawn = () => page.evaluate(() => globalThis.seen?.figure !== undefined).catch(() => false);
    for (;;) {
      let before = -1;
      while (waiting.length === 0 ? !(await isDrawn()) : waiting.length !== before) {
        before = waiting.length;
        await after(400);
      }
      if (await isDrawn()) return ways;
      ways.push(waiting.map(({ name }) => name).sort());
      for (const { go } of waiting.splice(0)) go();
    }
  } finally {
    await browser.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), "regulens-first-figure-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

/** The guide's one file. */
function oneFile() {
  const out = join(folder, "one.html");
  const given = ["--model", join(root, K562), "--input", join(root, GENES), "--top", "20", "--view", "gene"];
  execFileSync(options.program, ["export-html", ...given, "--site", options.site, "--out", out], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return readFileSync(out);
}

const ONE_FILE = "one file, 20 of 400 genes";
const pages = Object.fromEntries(Object.entries(FORMS).map(([name, form]) => [name, pageOf(form)]));
if (options.program) pages[ONE_FILE] = oneFile();
const names = Object.keys(pages);

const VIEWPORTS = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } };
const host = new DistantHost(options.site, 0);
await host.start();
const result = {
  ...surroundings(root, "first_figure.mjs"),
  rounds,
  latency,
  load: [loadavg()[0]],
  ways: {},
  visits: {},
};
// Without the paths of this machine.
result.command = `node benches/first_figure.mjs${options.program ? " --program FILE" : ""}`;

try {
  for (const name of names) {
    host.page = pages[name];
    result.ways[name] = await waysOf(host);
  }
  host.latency = latency;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      host.page = pages[name];
      const found = { wide: await visit(host, VIEWPORTS.wide) };
      // One look at what a telephone shows: nothing of it but the shift is told.
      if (round === 0) found.narrow = await visit(host, VIEWPORTS.narrow);
      result.chromium = found.wide.version;
      (result.visits[name] ??= []).push(found);
    }
    console.log(`${round + 1} of ${rounds}`);
  }
} finally {
  host.stop();
}
result.load.push(loadavg()[0]);

const seconds = (values) => {
  const { minimum, median, maximum } = spread(values.map((ms) => ms / 1000));
  return `${median.toFixed(2)} (${minimum.toFixed(2)} to ${maximum.toFixed(2)})`;
};
const most = (values) => Math.max(...values);
const rows = names.map((name) => {
  const visits = result.visits[name];
  const wide = visits.map((each) => each.wide);
  const [first] = wide;
  const shifts = [most(wide.map(({ shift }) => shift)), visits[0].narrow.shift].map((shift) => shift.toFixed(3));
  const engines = first.engines.join(", ").replaceAll("regulens_", "") || "in the file";
  const cells = [first.requests, Math.round(first.bytes / 1000), result.ways[name].length, ...shifts];
  return `| ${[name, ...cells, seconds(wide.map(({ figure }) => figure)), engines].join(" | ")} |`;
});
const ways = names.map((name) => `- ${name}: ${result.ways[name].map((files) => files.join(", ")).join(" → ")}`);
const { machine } = result;
const text = `# The first figure of a page

${result.date.slice(0, 10)}, \`${result.command}\`; ${machine.cores} cores (${machine.processor}), ${(machine.memory / 2 ** 30).toFixed(0)} GiB, ${machine.system}, Chromium
${result.chromium}, Regulens at ${result.commit}. Load average ${result.load.map((each) => each.toFixed(1)).join(" before, ")} after.

Pages written as in docs/guides/supplement.md, with 40 lines of text below the figure, from a server that takes
${latency} ms before each answer and gzips at level 9 (HTTP/1.1, six connections). Each visit has its own browser, with
a software WebGPU adapter and an empty cache. Seconds: from navigation to the frame after the figure's, median and range
of ${rounds} ${rounds === 1 ? "round" : "rounds"}. Round trips: sequential answers, including the page's own. Layout
shift: the sum of all shifts, maximum over rounds, at 1,280 px and at 390 px. Requests and bytes (kB, gzipped):
everything received.

| page | requests | kB | round trips | shift | shift at 390 px | seconds | engines |
|---|--:|--:|--:|--:|--:|--:|---|
${rows.join("\n")}

Files received in each round trip:

${ways.join("\n")}
`;
save(root, "first-figure", options.out, result, text);
