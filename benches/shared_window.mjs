/**
 * Where the time of one window goes that workers share: what each worker computes, when it waits, and what the calling
 * thread does alone. A published size, in Chromium.
 *
 *     node benches/shared_window.mjs [--published attention-two-sided] [--rounds 3] [--no-build] [--program FILE]
 *                                    [--out FILE.md]
 *
 * Installs what it needs below the repository, and writes a table to benches/results/. The page's workers are watched:
 * when each is asked, and when it has answered.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { chooseAdapter } from "./browser/chrome.mjs";
import { install } from "./browser/prepare.mjs";
import { save, surroundings } from "./browser/result.mjs";
import { VARIANTS, writeInputs } from "./browser/sequence/inputs.mjs";
import { runtimes } from "./browser/sequence/runtimes.mjs";
import { Server } from "./browser/server.mjs";
import { alternating, spread } from "./browser/statistics.mjs";
import { Visit } from "./browser/visit.mjs";

/** Tasks of workers, in the order of a window. */
const KINDS = ["window", "tower", "rows", "tracks"];

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    published: { type: "string", default: "attention-two-sided" },
    rounds: { type: "string", default: "3" },
    "no-build": { type: "boolean", default: false },
    program: { type: "string" },
    out: { type: "string" },
  },
});
const variant = options.published;
if (!(variant in VARIANTS))
  throw new Error(`--published names ${variant}; there are ${Object.keys(VARIANTS).join(", ")}`);
const rounds = Number(options.rounds);
const threads = availableParallelism();

install(root, { build: !options["no-build"] });
const { chromium } = await import("playwright-core");

const folder = mkdtempSync(join(tmpdir(), "regulens-shared-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
process.once("SIGTERM", () => process.exit(143));
const site = join(root, "www/dist/regulens");
const [models, data] = ["models", "data"].map((name) => join(folder, name));
const server = new Server({ regulens: site, models, data, pages: join(root, "benches/browser/pages") });

/** One call: seconds of all of it, of each kind over all workers, of waiting workers, and of the calling thread. */
function account({ began, ended, timeline }, workers) {
  const busy = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  const free = new Map();
  for (const { worker, kind, asked, answered } of timeline.toSorted((a, b) => a.answered - b.answered)) {
    busy[kind] += answered - Math.max(asked, free.get(worker) ?? 0);
    free.set(worker, answered);
  }
  const moments = timeline
    .flatMap(({ asked, answered }) => [
      [asked, 1],
      [answered, -1],
    ])
    .toSorted(([a], [b]) => a - b);
  let [open, alone, at] = [0, 0, began];
  for (const [moment, step] of [...moments, [ended, 0]]) {
    if (open === 0) alone += moment - at;
    [open, at] = [open + step, moment];
  }
  const all = ended - began;
  const waiting = workers * (all - alone) - Object.values(busy).reduce((sum, each) => sum + each, 0);
  return Object.fromEntries(
    Object.entries({ all, ...busy, waiting, alone }).map(([name, milliseconds]) => [name, milliseconds / 1000]),
  );
}

try {
  writeInputs(root, folder, { program: options.program, variants: [variant] });
  await server.start();
  const { start } = await chooseAdapter(chromium, server, true);
  const chosen = runtimes({ site, threads }).filter(({ id }) => ["workers-1", `workers-${threads}`].includes(id));
  const found = Object.fromEntries(chosen.map(({ id }) => [id, []]));
  const result = { ...surroundings(root, "shared_window.mjs"), rounds, variant, threads, load: [loadavg()[0]], found };
  for (let round = 0; round < rounds; round++)
    for (const runtime of alternating(chosen, round)) {
      const browser = await start();
      result.chromium = browser.version();
      const options = { ...runtime.options, model: `models/${variant}.safetensors` };
      const visit = await Visit.open(browser, server, {
        ...runtime,
        scripts: [...runtime.scripts, "pages/sequence/timeline.js"],
        options,
      });
      await visit.call(() => globalThis.bench.once());
      const watched = await visit.call(async () => {
        globalThis.timeline.length = 0;
        const began = performance.now();
        await globalThis.bench.once();
        return { began, ended: performance.now(), timeline: globalThis.timeline };
      });
      found[runtime.id].push(account(watched, runtime.threads));
      console.log(`round ${round + 1} of ${rounds}, ${runtime.name}: ${found[runtime.id].at(-1).all.toFixed(2)} s`);
      await visit.close();
      await browser.close();
    }
  result.load.push(loadavg()[0]);
  save(root, "shared-window", options.out, result, markdown(result, chosen));
} finally {
  server.stop();
}

function markdown({ date, command, commit, machine, chromium: version, load, found }, chosen) {
  const median = (id, part) => spread(found[id].map((each) => each[part])).median;
  const rows = chosen.map(({ id, threads: workers }) => {
    const cells = ["all", ...KINDS, "waiting", "alone"].map((part) => median(id, part).toFixed(2));
    return `| ${workers} | ${cells.join(" | ")} |`;
  });
  const gain = spread(found["workers-1"].map(({ all }, round) => all / found[`workers-${threads}`][round].all));
  return `# One window shared among workers, ${date.slice(0, 10)}

${machine.cores} cores (${machine.processor}), ${machine.system}. Chromium ${version}, headless. Regulens at commit ${commit}. Load average ${load
    .map((each) => each.toFixed(1))
    .join(" before, ")} after.
\`${command}\`

Seconds of the second call on 131,072 bp, ${variant} at the published size: medians of ${rounds} rounds, each in a browser of its own. A *window* as a whole, the *tower*, *rows* of
the layers between bins and *tracks* are what all workers together computed, messages included; *waiting* is the time of
workers that had nothing while another computed; *alone* is when no worker was asked: the calling thread joins and sends.

| workers | whole call | window | tower | rows | tracks | waiting | alone |
|--:|--:|--:|--:|--:|--:|--:|--:|
${rows.join("\n")}

${threads} workers are ${gain.median.toFixed(2)} times as fast as one (${gain.minimum.toFixed(2)} to ${gain.maximum.toFixed(2)}).
`;
}
