// Genes a second in a real Chromium, on the CPU and on WebGPU, over simulated genes.
//
//     node benches/browser.mjs [--genes 6600] [--rounds 5]
//
// Devices and batch sizes alternate, so that a machine whose speed drifts slows them all alike. Every figure is the minimum, median
// and maximum over rounds of a whole `predict` call: values in, all results out. The table goes to the screen and to
// benches/results/, with the hardware and the versions it was made with. Build the page and the program first:
// `cargo xtask build && cargo build --release`.

import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("@playwright/test");
const { values: options } = parseArgs({
  options: { genes: { type: "string", default: "6600" }, rounds: { type: "string", default: "5" } },
});
const genes = Number(options.genes);
const rounds = Number(options.rounds);
const MODEL = "models/attentive-chrome-k562.safetensors";
const CHROME = [process.env.CHROME_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const site = join(root, "www/dist");
const program = join(root, "target/release/regulens");
for (const [path, command] of [[site, "cargo xtask build"], [program, "cargo build --release"]]) {
  if (!existsSync(path)) throw new Error(`${path} is not there: run \`${command}\` first`);
}
const executablePath = CHROME.find((path) => path && existsSync(path));
if (!executablePath) throw new Error("no Chromium found: set CHROME_PATH");

const folder = mkdtempSync(join(tmpdir(), "regulens-bench-"));
const table = join(folder, "simulated.csv");
execFileSync(program, ["simulate", "hm", "--genes", String(genes), "--seed", "3", "--out", table], { stdio: "ignore" });

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
  const file = path === "/table.csv" ? table : path === "/" ? undefined : join(site, path);
  if (file === undefined) {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>bench</title>");
  } else if (existsSync(file)) {
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
  } else {
    response.writeHead(404).end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-quic", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader",
  ],
});
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  // The software adapter is a hundred times slower than a GPU: it gets fewer genes, and the table says how many.
  const sizes = { cpu: [1, 64, genes], webgpu: [1, 64, Math.min(genes, Number(process.env.WEBGPU_GENES ?? genes))] };
  const measured = await page.evaluate(measure, { model: MODEL, sizes, rounds });
  report(measured, browser.version());
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
}

/** Runs in the page: times each device and size in turn, round by round. */
async function measure({ model, sizes, rounds }) {
  const { Regulens } = await import("/regulens/dist/index.js");
  const text = await (await fetch("/table.csv")).text();
  const lines = text.split("\n");
  const bins = lines.findIndex((line, index) => index > 1 && line.split(",")[1] === "1") - 1;
  const lenses = {};
  const cases = [];
  for (const device of Object.keys(sizes)) {
    const lens = await Regulens.load(`/${model}`, { device });
    lenses[device] = { kind: lens.device.kind, adapter: lens.device.adapter, reason: lens.device.reason };
    for (const count of sizes[device]) {
      const name = `${count}.csv`;
      const rows = lines.slice(0, 1 + count * bins).join("\n");
      cases.push({ device, count, lens, table: await lens.readTable(rows, { name }), ms: [] });
    }
  }
  for (const each of cases) await each.lens.predict(each.table);
  for (let round = 0; round < rounds; round++) {
    for (const each of cases) {
      // One gene takes less than the clock's grain: it runs many times.
      const repeats = each.count === 1 && each.device === "cpu" ? 50 : 1;
      const start = performance.now();
      for (let i = 0; i < repeats; i++) await each.lens.predict(each.table);
      each.ms.push((performance.now() - start) / repeats);
    }
  }
  return { lenses, cases: cases.map(({ device, count, ms }) => ({ device, count, ms })) };
}

function report({ lenses, cases }, version) {
  const date = new Date().toISOString().slice(0, 10);
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  const lines = [
    `# Genes a second in the browser, ${date}`,
    "",
    `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB; Chromium ${version}, headless; commit ${commit}.`,
    `Model: AttentiveChrome LSTM-α,β, ${MODEL}. ${rounds} rounds; \`node benches/browser.mjs --genes ${genes} --rounds ${rounds}\`.`,
    "",
    ...Object.entries(lenses).map(([device, { kind, adapter, reason }]) => `- ${device}: ran on ${kind}${adapter ? ` (${adapter})` : ""}. ${reason}`),
    "",
    "| device | genes | ms: min | median | max | genes a second (median) | ms a gene (median) |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...cases.map(({ device, count, ms }) => {
      const sorted = [...ms].sort((a, b) => a - b);
      const median = sorted[sorted.length >> 1];
      const cells = [sorted[0], median, sorted.at(-1)].map((value) => value.toFixed(2));
      return `| ${device} | ${count} | ${cells.join(" | ")} | ${((1000 * count) / median).toFixed(0)} | ${(median / count).toFixed(3)} |`;
    }),
    "",
  ];
  console.log(lines.join("\n"));
  writeFileSync(join(root, `benches/results/browser-${date}.md`), lines.join("\n"));
}
