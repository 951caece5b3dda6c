/**
 * Speed of each shipped variant of a family in Chromium, on the CPU and on WebGPU: genes a second of whole tables.
 *
 *     node benches/variants.mjs [--family attentive-chrome|deep-diff] [--rounds 3] [--genes 2000]
 *                               [--gpu-genes 256] [--cell k562]
 *
 * Writes benches/results/variants-DATE.json and .md, for DeepDiff deep-diff-variants-DATE. The variants take turns
 * within a round, so that what else goes on on the machine meets all of them; ratios to the first row count, absolute
 * figures are of one machine.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { chooseAdapter } from "./browser/chrome.mjs";
import { Server } from "./browser/server.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    genes: { type: "string", default: "2000" },
    "gpu-genes": { type: "string", default: "256" },
    family: { type: "string", default: "attentive-chrome" },
    cell: { type: "string" },
  },
});
const { chromium } = await import("playwright-core");

const models = join(root, "models");
const catalogue = JSON.parse(readFileSync(join(models, "catalogue.json"), "utf8"));
const ofPair = options.family === "deep-diff";
const cell = options.cell ?? (ofPair ? "k562-h1" : "k562");
const shipped = catalogue.models.filter(({ id, family }) => family === options.family && id.endsWith(`-${cell}`));
if (shipped.length === 0) throw new Error(`no ${options.family} of ${cell}: found ${readdirSync(models).join(", ")}`);

const folder = mkdtempSync(join(tmpdir(), "regulens-variants-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const program = join(root, "target/release", process.platform === "win32" ? "regulens.exe" : "regulens");
/** The tables of so many genes: one, or those of A and B. */
const simulated = (genes) => {
  const out = join(folder, `${genes}.csv`);
  execFileSync(
    program,
    ["simulate", ofPair ? "hm-pair" : "hm", "--genes", String(genes), "--seed", "5", "--out", out],
    { stdio: "ignore" },
  );
  return ofPair ? [`data/${genes}.a.csv`, `data/${genes}.b.csv`] : [`data/${genes}.csv`];
};
const tables = { cpu: simulated(Number(options.genes)), webgpu: simulated(Number(options["gpu-genes"])) };

const server = new Server({ regulens: join(root, "www/dist/regulens"), models, data: folder });
await server.start();
try {
  const { start, adapter } = await chooseAdapter(chromium, server, false);
  const browser = await start();
  const page = await browser.newPage();
  await page.goto(server.visit("<!doctype html><title>variants</title>").url);
  const devices = adapter ? ["cpu", "webgpu"] : ["cpu"];
  const load = loadavg().map((value) => value.toFixed(1));
  const seconds = new Map();
  /** Milliseconds of one gene on the CPU. */
  const oneGene = new Map();
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const device of devices) {
      for (const { id, file } of shipped) {
        const time = await page.evaluate(
          async ({ device, file, data: [first, second] }) => {
            const { Regulens } = await import(new URL("regulens/dist/index.js", document.baseURI).href);
            // One thread: what a variant costs, not how well genes are shared.
            const loaded = await Regulens.load(`models/${file}`, { device, workers: 1 });
            try {
              const read = async (table) =>
                loaded.readTable(new Blob([await (await fetch(table)).arrayBuffer()]), { name: "simulated.csv" });
              const a = await read(first);
              const b = second && (await read(second));
              const predict = () => (b ? loaded.predict(a, b) : loaded.predict(a));
              await predict(); // shaders, allocations
              const result = await predict();
              if (result.device.kind !== device) throw new Error(`asked for ${device}: ${result.device.reason}`);
              // One gene whose signal is changed in the page: values in, prediction and attention out.
              const { bins, marks } = loaded.card;
              const values = Float32Array.from({ length: bins * marks.length * (b ? 2 : 1) }, (_, i) => (i * 7) % 11);
              const taken = [];
              for (let call = 0; device === "cpu" && call < 25; call++) {
                const began = performance.now();
                await loaded.predictValues(values);
                taken.push(performance.now() - began);
              }
              return { seconds: result.seconds, gene: taken.sort((x, y) => x - y)[taken.length >> 1] };
            } finally {
              loaded.free();
            }
          },
          { device, file, data: tables[device] },
        );
        const key = `${device} ${id}`;
        seconds.set(key, [...(seconds.get(key) ?? []), time.seconds]);
        if (time.gene !== undefined) oneGene.set(id, [...(oneGene.get(id) ?? []), time.gene]);
        console.log(`round ${round + 1}, ${device}, ${id}: ${time.seconds.toFixed(3)} s`);
      }
    }
  }
  const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  const rate = (device, id) =>
    Number(options[device === "cpu" ? "genes" : "gpu-genes"]) / median(seconds.get(`${device} ${id}`));
  const [first] = shipped;
  const rows = shipped.map(({ id, variant, file }) => ({
    variant,
    bytes: statSync(join(models, file)).size,
    one_gene_ms: median(oneGene.get(id)),
    genes_per_second: Object.fromEntries(devices.map((device) => [device, rate(device, id)])),
    against_first: Object.fromEntries(devices.map((device) => [device, rate(device, id) / rate(device, first.id)])),
  }));
  const result = {
    date: new Date().toISOString(),
    command: ["node benches/variants.mjs", ...process.argv.slice(2)].join(" "),
    machine: { processor: cpus()[0].model.trim(), cores: cpus().length, load },
    chromium: browser.version(),
    adapter,
    genes: { cpu: Number(options.genes), webgpu: Number(options["gpu-genes"]) },
    rounds: Number(options.rounds),
    rows,
  };
  const number = (value) => Math.round(value).toLocaleString("en-GB");
  const cells = (row) =>
    devices
      .map((device) => `${number(row.genes_per_second[device])} (${row.against_first[device].toFixed(2)})`)
      .join(" | ");
  const text = `# Genes a second of each variant in Chromium

${result.date.slice(
  0,
  10,
)}, Chromium ${result.chromium}, ${result.machine.processor}, one thread; WebGPU: ${adapter ?? "none"};
load averages of the machine before it began ${load.join(", ")}. Whole prediction of ${number(
    result.genes.cpu,
  )} (CPU) and ${number(result.genes.webgpu)} (WebGPU) simulated genes${ofPair ? " in two cell types" : ""}, all results
read back; medians of ${result.rounds} rounds. In brackets: times the first row's. \`${result.command}\`

One gene: milliseconds on the CPU from changed values to prediction and attention, which is the time to change the
signal in the page.

| variant | float16 | one gene | ${devices.map((device) => (device === "cpu" ? "CPU" : "WebGPU")).join(" | ")} |
|---|--:|--:|${devices.map(() => "--:|").join("")}
${rows
  .map((row) => `| ${row.variant} | ${number(row.bytes)} B | ${row.one_gene_ms.toFixed(1)} ms | ${cells(row)} |`)
  .join("\n")}
`;
  const out = join(root, "benches/results", `${ofPair ? "deep-diff-" : ""}variants-${result.date.slice(0, 10)}`);
  writeFileSync(`${out}.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${out}.md`, text);
  console.log(text);
  await browser.close();
} finally {
  server.stop();
}
