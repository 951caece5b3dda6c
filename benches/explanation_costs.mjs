/**
 * Cost of explanations beside a prediction: a gradient of 131,072 bp natively and in the page, with the memory that
 * it takes, and in the page a gradient and an occlusion of all bins of genes.
 *
 *     cargo xtask build && node benches/explanation_costs.mjs [--rounds 5] [--only NAME,…]
 *                                                              [--program FILE] [--out FILE.md]
 *
 * `--only` takes these models of tables alone, without integrated gradients and without the sequence. The sequence and
 * its small model are those of sequences.mjs. Each round times everything in turn.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { findChrome } from "./browser/chrome.mjs";
import { installPython, native, python } from "./browser/prepare.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { writeInputs } from "./browser/sequence/inputs.mjs";
import { Server } from "./browser/server.mjs";
import { ratios, spread } from "./browser/statistics.mjs";

/** Limits of the time of an explanation over that of a prediction, and MiB that a gradient of 131,072 bp may hold. */
const MOST = { "occlusion-of-bins": 100, saliency: 4, "gradient-x-input": 4, sequence: 10, mebibytes: 256 };

/** Milliseconds for which a prediction or a gradient is called before it is timed, and each time that it is. */
const WARM = 600;
const BLOCK = 400;

/** Genes whose bins are replaced one by one, for each time. */
const EXPLAINED = 24;

/** Genes that get integrated gradients, which takes hundreds of gradients of a gene where a score changes in jumps. */
const INTEGRATED = 4;

/**
 * Windows of the longer of two native runs, whose difference is what a window takes without the start of the program.
 */
const WINDOWS = 9;

const ON_OFF = ["lstm-alpha-beta", "lstm-alpha", "lstm-attn", "lstm", "cnn-alpha-beta", "cnn-attn", "deep-chrome"];
const CHANGE = ["raw-d", "raw-c", "raw", "aux", "aux-siamese", "raw-aux", "raw-aux-siamese"];

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    program: { type: "string" },
    out: { type: "string" },
  },
});
const rounds = Number(options.rounds);
const only = options.only?.split(",");
for (const name of only ?? [])
  if (![...ON_OFF, ...CHANGE].includes(name))
    throw new Error(`--only names ${name}; there are ${[...ON_OFF, ...CHANGE].join(", ")}`);
const { chromium } = createRequire(join(root, "tests/browser/package.json"))("playwright-core");
const folder = mkdtempSync(join(tmpdir(), "regulens-costs-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

installPython(root);
const program = native(root, options.program);
writeInputs(root, folder, { program: options.program, variants: [] });
const letters = [...readFileSync(join(folder, "data/codes.u8"))].map((code) => "ACGTN"[code]).join("");
const fasta = (count) => Array.from({ length: count }, (_, i) => `>s${i + 1}\n${letters}\n`).join("");
writeFileSync(join(folder, "data/sequence.fa"), fasta(1));
writeFileSync(join(folder, "data/sequences.fa"), fasta(WINDOWS));
mkdirSync(join(folder, "predictions"));

/** Seconds that cores compute and MiB at most, of a command on the sequence. */
function used(command, file, further) {
  const given = [
    ...command,
    "--model",
    join(folder, "models/model.safetensors"),
    "--input",
    join(folder, "data", file),
  ];
  const words = [join(root, "benches/native/usage.py"), program, ...given, ...further];
  return JSON.parse(
    execFileSync(python(root), words, { encoding: "utf8", cwd: folder, stdio: ["ignore", "pipe", "inherit"] }),
  );
}

const NATIVE = {
  prediction: [["predict"], ["--out", "predictions"]],
  "gradient, one strand": [
    ["interpret", "attribute"],
    ["--strands", "forward"],
  ],
  "gradient, both strands": [["interpret", "attribute"], []],
};

/** Time of a window by itself, and the memory of a run on one. */
function natively(name) {
  const [command, further] = NATIVE[name];
  const explains = command[0] === "interpret";
  const all = explains
    ? [...further, "--method", "gradient", "--track", TRACK, "--bases", "128", "--out", "g.safetensors"]
    : further;
  const [one, many] = ["sequence.fa", "sequences.fa"].map((file) => used(command, file, all));
  return { seconds: (many.seconds - one.seconds) / (WINDOWS - 1), mebibytes: one.mebibytes };
}

/** The first track of the small model, as the import names it. */
const TRACK = JSON.parse(
  execFileSync(program, ["inspect", join(folder, "models/model.safetensors"), "--json"], { encoding: "utf8" }),
).card.tracks[0].name;

const server = new Server({
  regulens: join(root, "pkg"),
  shipped: join(root, "models"),
  models: join(folder, "models"),
  data: join(folder, "data"),
  pages: join(root, "benches/browser/pages"),
});
await server.start();

async function visit(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const scripts = '<script src="pages/memory.js"></script><script type="module" src="pages/explanations.mjs"></script>';
  await page.goto(server.visit(`<!doctype html><title>explanations</title>${scripts}`).url);
  await page.waitForFunction(() => globalThis.bench);
  return page;
}

const time = (page, name, atLeast) => page.evaluate((given) => globalThis.bench.time(...given), [name, atLeast]);
const isShort = (name) => !["occlusion-of-bins", "integrated-gradients"].includes(name);

/** Milliseconds of each call in each round, on a page that is open. */
async function timed(page, names) {
  const found = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names.filter(isShort)) await time(page, name, WARM);
  for (let round = 0; round < rounds; round++)
    for (const name of names) found[name].push(await time(page, name, isShort(name) ? BLOCK : 0));
  return found;
}

const result = { ...surroundings(root, "explanation_costs.mjs"), rounds, load: [loadavg()[0]], tables: {} };
try {
  const browser = await chromium.launch({ executablePath: findChrome(), args: ["--no-sandbox", "--disable-gpu"] });
  result.chromium = browser.version();

  if (!only) {
    result.native = Object.fromEntries(Object.keys(NATIVE).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++)
      for (const name of Object.keys(NATIVE)) result.native[name].push(natively(name));
    console.log("natively: done");

    const open = async (browser) => {
      const page = await visit(browser);
      const files = { model: "models/model.safetensors", sequence: "data/sequence.fa" };
      const names = await page.evaluate((given) => globalThis.bench.sequence(given), files);
      return { page, names };
    };
    result.memory = {};
    for (const name of Object.keys(NATIVE)) {
      const { page } = await open(browser);
      await time(page, name, 0);
      result.memory[name] = (await page.evaluate(() => globalThis.wasmMemory())).bytes / 2 ** 20;
      await page.context().close();
    }
    const { page, names } = await open(browser);
    result.page = await timed(page, names);
    await page.context().close();
    console.log("a sequence in the page: done");
  }

  const shipped = [
    ...ON_OFF.map((variant) => ({
      name: variant,
      model: `shipped/${variant === "lstm-alpha-beta" ? "attentive-chrome" : variant}-k562.safetensors`,
      tables: ["shipped/examples/simulated.csv.gz"],
    })),
    ...CHANGE.map((variant) => ({
      name: variant,
      model: `shipped/deep-diff-${variant}-k562-h1.safetensors`,
      tables: ["a", "b"].map((cell) => `shipped/examples/change.${cell}.csv.gz`),
    })),
  ];
  for (const { name, ...files } of shipped.filter(({ name }) => !only || only.includes(name))) {
    const page = await visit(browser);
    const calls = await page.evaluate((given) => globalThis.bench.tables(given), {
      ...files,
      explained: EXPLAINED,
      integrated: INTEGRATED,
    });
    result.tables[name] = await timed(
      page,
      calls.filter((call) => !only || call !== "integrated-gradients"),
    );
    await page.context().close();
    console.log(`${name}: done`);
  }
  await browser.close();
} finally {
  server.stop();
}
result.load.push(loadavg()[0]);

const number = (value) => value.toPrecision(3);
const range = (values) => {
  const { minimum, median, maximum } = spread(values);
  return `${number(median)} (${number(minimum)} to ${number(maximum)})`;
};
/** The part on a sequence. */
function sequenceText() {
  const ofSequence = (times) =>
    Object.fromEntries(Object.entries(times).map(([name, values]) => [name, ratios(values, times.prediction)]));
  const seconds = Object.fromEntries(
    Object.entries(result.native).map(([name, each]) => [name, each.map(({ seconds }) => seconds)]),
  );
  const nativeRatios = ofSequence(seconds);
  const pageRatios = ofSequence(result.page);
  const mebibytes = (name) => Math.max(...result.native[name].map(({ mebibytes }) => mebibytes));
  const sequenceRows = Object.keys(NATIVE).map((name) => {
    const cells = [
      ...[range(seconds[name].map((each) => 1000 * each)), name === "prediction" ? "1" : range(nativeRatios[name])],
      ...[mebibytes(name).toFixed(0), range(result.page[name])],
      ...[name === "prediction" ? "1" : range(pageRatios[name]), result.memory[name].toFixed(0)],
    ];
    return `| ${name} | ${cells.join(" | ")} |`;
  });
  const [one, both] = ["gradient, one strand", "gradient, both strands"];
  const kept = [nativeRatios, pageRatios].every((all) => spread(all[one]).median <= MOST.sequence);
  const fits = Math.max(mebibytes(both), result.memory[both]) <= MOST.mebibytes;
  return `## A sequence of 131,072 bp

The small model of sequences.mjs. Natively: milliseconds that cores computed for a window, from the difference of runs on
${WINDOWS} windows and on one; MiB of physical memory of the whole process on one window, the program's own included. In the page:
milliseconds from the sequence to what it gives, and MiB of all WebAssembly memory after one call.

| | natively, ms | over a prediction | MiB | in the page, ms | over a prediction | MiB |
|---|--:|--:|--:|--:|--:|--:|
${sequenceRows.join("\n")}

A prediction reads one strand. At most ${MOST.sequence} times its time, of the same strand: ${kept ? "reached" : "**not reached**"}. At most ${MOST.mebibytes} MiB: ${fits ? "reached" : "**not reached**"}.

`;
}

const METHODS = ["saliency", "gradient-x-input", "occlusion-of-bins", "integrated-gradients"];
const tableRows = Object.entries(result.tables).map(([name, times]) => {
  const cells = METHODS.map((method) => (times[method] ? range(ratios(times[method], times.prediction)) : "–"));
  const rate = 1000 / spread(times.prediction).median;
  return `| ${name} | ${rate.toFixed(0)} | ${cells.join(" | ")} |`;
});
const beyond = Object.entries(result.tables).flatMap(([name, times]) =>
  METHODS.filter(
    (method) => times[method] && MOST[method] && spread(ratios(times[method], times.prediction)).median > MOST[method],
  ).map((method) => `${name} (${method})`),
);
const { machine } = result;
const text = `# What explanations cost

${result.date.slice(0, 10)}, \`${result.command}\` at ${result.commit}; ${machine.processor}, ${machine.cores} cores, ${(machine.memory / 2 ** 30).toFixed(0)} GiB,
${machine.system}, Chromium ${result.chromium}, on one worker of the CPU engine. Load average ${result.load.map((each) => each.toFixed(1)).join(" before, ")} after. Median
and range of ${rounds} rounds; ratios are taken in each round, over the time of a prediction.

${only ? "" : sequenceText()}## Genes in the page

Models that ship, on the examples that ship; means over all genes of a gradient, over ${EXPLAINED} genes of occlusion and over
${INTEGRATED} of integrated gradients, which go on until they add up to the score. Occlusion
of bins replaces all marks of a cell type in a bin; of a change, whose genes have 200 bins in each of two cell types, in four
neighbouring bins at once. How many times as long as a prediction of the gene:

| model | predictions a second | saliency | gradient × input | occlusion of bins | integrated gradients |
|---|--:|--:|--:|--:|--:|
${tableRows.join("\n")}

At most ${MOST.saliency} times (a gradient) and ${MOST["occlusion-of-bins"]} times (occlusion of bins) the time of a prediction: ${beyond.length === 0 ? "reached by all" : `**not reached** by ${beyond.join(", ")}`}.
`;
save(root, "explanation-costs", options.out, result, text);
