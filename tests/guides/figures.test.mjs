// README and docs state the figures of the latest result files: each number with decimals is in a source of its
// section.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RESULTS = join(ROOT, "benches/results");
const text = (path) => readFile(join(ROOT, path), "utf8");

/** "deep-diff-2026-11-21.md" as its name and its date; nothing where there is no date. */
function dated(file) {
  const [, name, date] = /^(.+)-(\d{4}-\d\d-\d\d)\.(?:md|json)$/.exec(file) ?? [];
  return name && { name, date };
}

/** All numbers of a text. */
function numbers(of) {
  return [...of.matchAll(/(?<![\w.])\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?/g)].map(([each]) =>
    Number(each.replaceAll(",", "")),
  );
}

/** Programs that Regulens is compared with, each with the version behind its name, where there is one. */
const PEERS =
  /(?<!the authors' )\b(?:PyTorch|ONNX Runtime|onnxruntime-web|TensorFlow\.js|deepTools|pyBigWig)(?: \d+(?:\.\d+)+)?/g;

/** The numbers with decimals that prose and tables state, outside of code, links and versions of other programs. */
function stated(of) {
  const prose = of
    .replaceAll(/```.*?```/gs, "")
    .replaceAll(/<!--.*?-->/gs, "")
    .replaceAll(/\]\([^)]*\)/g, "]")
    .replaceAll(/`[^`]*`/g, "")
    .replaceAll(/\[[\w.-]+\.md\]/g, "")
    .replaceAll(PEERS, (peer) => peer.replaceAll(/\d/g, ""))
    .replaceAll(/\b(?:Python|Node|MIT or|Apache) \d[\d.]*/g, "")
    .replaceAll(/et al\. \d+/g, "");
  return [...prose.matchAll(/(?<![\w.,-])\d[\d,]*\.\d+(?: ?%)?/g)].map(([each]) => each);
}

/** True if a source has a number, or of a figure in per cent a share, that is this one when it is rounded alike. */
function has(source, figure) {
  const value = parseFloat(figure.replaceAll(",", ""));
  const within = 0.5 * 10 ** -(/\.(\d+)/.exec(figure)?.[1].length ?? 0) + 1e-9;
  const scales = figure.endsWith("%") ? [1, 100] : [1];
  return source.some((found) => scales.some((scale) => Math.abs(scale * found - value) <= within));
}

/** Scores on test genes in the cards of the models that ship, by task. */
async function measures() {
  const found = { AttentiveChrome: [], DeepDiff: [] };
  for (const file of (await readdir(join(ROOT, "models"))).filter((file) => file.endsWith(".safetensors"))) {
    const bytes = await readFile(join(ROOT, "models", file));
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
    const { metrics, change_metrics } = JSON.parse(header.__metadata__["regulens.card"]);
    if (change_metrics) found.DeepDiff.push(...ofTest(change_metrics));
    if (metrics) found.AttentiveChrome.push(...ofTest(metrics));
  }
  return found;
}

/** The numbers of test genes, by seed too. */
function ofTest({ test, seeds = [] }) {
  const ofSeeds = seeds.flatMap((seed) => Object.entries(seed).filter(([name]) => name.startsWith("test")));
  return numbers(JSON.stringify([test, ofSeeds]));
}

/** Megabytes to load for a first prediction, gzipped: the engine that answers first, the package and a model. */
async function firstLoad() {
  const files = [
    ...["regulens_cpu_bg.wasm", "regulens_cpu.js"].map((file) => `pkg/wasm/cpu/${file}`),
    ...["pkg/dist/index.js", "pkg/dist/shared.js", "models/attentive-chrome-k562.safetensors"],
  ];
  const bytes = await Promise.all(files.map((file) => readFile(join(ROOT, file))));
  return bytes.reduce((sum, each) => sum + gzipSync(each, { level: 9 }).length, 0) / 1e6;
}

/** The sections of a text by their headings. */
function sections(of) {
  return of.split(/^## /m).map((section) => ({ title: section.slice(0, section.indexOf("\n")), section }));
}

/** The files that a section links to, of results and of models. */
function linked(section) {
  return [...section.matchAll(/\]\(\.\.\/((?:benches\/results|models)\/[\w.-]+)\)/g)].map(([, path]) => path);
}

test("docs link to the latest of the result files of each name", async () => {
  const latest = new Map();
  for (const file of await readdir(RESULTS)) {
    const found = dated(file);
    if (found && !(latest.get(found.name) > found.date)) latest.set(found.name, found.date);
  }
  for (const path of linked(await text("docs/results.md"))) {
    const found = dated(basename(path));
    if (found) assert.equal(found.date, latest.get(found.name), `docs/results.md links to ${path}`);
  }
});

test("each figure of docs/results.md is in a file that its section links to, or in a model's card", async () => {
  const ofCards = await measures();
  const load = await firstLoad();
  let count = 0;
  for (const { title, section } of sections(await text("docs/results.md"))) {
    const source = [load];
    for (const path of linked(section)) {
      source.push(...numbers(await text(path)));
      const json = path.replace(/\.md$/, ".json");
      if (dated(basename(path))) source.push(...numbers(await text(json).catch(() => "")));
    }
    source.push(...(ofCards[title.split(":")[0]] ?? []));
    const figures = stated(section);
    const missing = figures.filter((figure) => !has(source, figure));
    assert.deepEqual(missing, [], `under "${title}" of docs/results.md, in no source that it links to`);
    count += figures.length;
  }
  assert.ok(count > 200, `${count} figures were found`);
});

test("each figure of the README is in docs/results.md", async () => {
  const source = numbers(await text("docs/results.md"));
  const missing = stated(await text("README.md")).filter((figure) => !has(source, figure));
  assert.deepEqual(missing, []);
});

test("each program that Regulens is compared with is named with its version", async () => {
  for (const path of ["docs/results.md", "README.md"]) {
    const named = [...(await text(path)).replaceAll(/\s+/g, " ").matchAll(PEERS)].map(([peer]) => peer);
    assert.ok(named.length > 2, `${path} names ${named.length} programs`);
    assert.deepEqual(
      named.filter((peer) => !/\d/.test(peer)),
      [],
      `${path} compares with no version of these`,
    );
  }
});

/** Every document of the repository. */
async function documents(folder = "") {
  const found = await readdir(join(ROOT, folder), { withFileTypes: true });
  const below = found.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return /^(?:node_modules|target|\..*|dist|wasm|results)$/.test(entry.name) ? [] : documents(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
  return (await Promise.all(below)).flat();
}

test("no document compares tables with deepTools as it was before 4.0.0", async () => {
  const found = [...(await documents()), ...(await readdir(RESULTS)).map((file) => `benches/results/${file}`)];
  assert.ok(found.includes("docs/mended.md") && found.includes("CHANGELOG.md") && found.includes("pkg/README.md"));
  for (const path of found.filter((path) => path.endsWith(".md")))
    assert.ok(!/\b(?:29|twenty-nine)[ -](?:times|fold)/i.test(await text(path)), path);
  assert.ok(/deepTools\s4\.0\.0/.test(await text("docs/results.md")));
});
