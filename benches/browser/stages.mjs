/** The stages of a measurement: agreement first, then times in rounds, loads from cold, and memory. */

import { readFileSync } from "node:fs";
import { loadavg } from "node:os";

import { BINS, MARKS, VALUES } from "./pages/outputs.mjs";
import { EXACT } from "./prepare.mjs";
import { casesOf, keyOf } from "./runtimes.mjs";
import { alternating, spread } from "./statistics.mjs";
import { Visit } from "./visit.mjs";

/** Within which a runtime's outputs must be those of Regulens' CPU engine, or it is not timed. */
export const AGREEMENT = 1e-6;

/** Times that every small case is visited in a round; the round's figure is their median. */
const PASSES = 3;

/** Milliseconds for which a small case is called before it is timed, and each time that it is. */
const WARM = 600;
const BLOCK = 250;

/** The same for all genes, which are visited once. */
const LARGE_BLOCK = 2000;

/** Milliseconds above which the first call of all genes counts, and is the only one. */
const LONG = 10_000;

/**
 * Runs every case of every runtime once. What disagrees, fails, or would take longer than `limit` seconds a call is
 * left out of all that follows.
 *
 * @returns {Promise<{ runtimes: import("./runtimes.mjs").Runtime[], cases: Map<string, object[]>, agreement: object[],
 * left: object[] }>} the runtimes that remain, their cases, how well each agrees, and what was left out and why
 */
export async function agree({ browser, server, runtimes, genes, limit, tell }) {
  const agreement = [];
  const left = [];
  const remaining = [];
  const cases = new Map();
  const [first] = runtimes;
  for (const runtime of runtimes.filter(({ stages }) => stages.includes("time"))) {
    tell(`agreement: ${runtime.name}`);
    let visit;
    try {
      visit = await Visit.open(browser, server, runtime);
      if (runtime === first) await visit.call((each) => globalThis.bench.store(each), { genes });
      const kept = [];
      let difference = 0;
      let error = 0;
      let msAGene = 0;
      for (const each of casesOf(runtime, genes)) {
        if (each.genes > 64 && (msAGene * each.genes) / 1000 > limit) {
          left.push({
            id: runtime.id,
            name: runtime.name,
            case: keyOf(each),
            reason:
              `64 genes took ${((64 * msAGene) / 1000).toPrecision(2)} s, at which ${each.genes} take longer than ` +
              `the limit of ${limit} s; \`--long\` runs it`,
          });
          continue;
        }
        const found = await visit.call(
          ([given, stored, exact]) => globalThis.bench.check(given, stored, exact),
          [each, genes, Math.min(EXACT, genes)],
        );
        // NaN is greater than nothing: it must not be lost among numbers.
        difference = Number.isNaN(found.difference) ? NaN : Math.max(difference, found.difference);
        error = Math.max(error, found.error);
        kept.push(each);
        if (each.genes <= 64) msAGene = (await visit.time(each, 0)) / each.genes;
      }
      const facts = await visit.call(() => globalThis.bench.facts());
      const fault = visit.fault();
      const agrees = difference <= AGREEMENT;
      agreement.push({
        id: runtime.id,
        name: runtime.name,
        difference,
        error,
        agrees,
        facts,
        files: visit.files.map(({ path }) => path),
      });
      if (fault) left.push({ id: runtime.id, name: runtime.name, reason: fault });
      else if (!agrees)
        left.push({
          id: runtime.id,
          name: runtime.name,
          reason: `its outputs differ by ${difference.toExponential(1)}`,
        });
      else {
        remaining.push(runtime);
        cases.set(runtime.id, kept);
      }
    } catch (error) {
      left.push({ id: runtime.id, name: runtime.name, reason: `it failed: ${firstLine(error)}` });
    } finally {
      await visit?.close();
    }
  }
  return { runtimes: remaining, cases, agreement, left };
}

/**
 * Times every case in rounds. A round has a fresh browser, and in it each runtime a page; the small cases of all are
 * visited in turn a few times, forwards and backwards, then all genes are run once. A runtime that fails has no times
 * from then on.
 *
 * @returns {Promise<{ times: Record<string, Record<string, (number | undefined)[]>>, peaks: object[], loads: number[],
 * left: object[] }>} milliseconds by runtime, case and round; multiply-adds a millisecond by round; the machine's load
 * at the start of each round
 */
export async function time({ start, server, runtimes, cases, rounds, tell }) {
  const times = Object.fromEntries(
    runtimes.map(({ id }) => [id, Object.fromEntries(cases.get(id).map((each) => [keyOf(each), []]))]),
  );
  const peaks = [];
  const loads = [];
  const failed = new Map();
  for (let round = 0; round < rounds; round++) {
    tell(`times: round ${round + 1} of ${rounds}`);
    loads.push(loadavg()[0]);
    const browser = await start();
    peaks.push(await arithmetic(browser, server));
    const visits = new Map();
    const passes = new Map();
    /** Does `work` for each runtime in `order` that has not failed. */
    const forEach = async (order, work) => {
      for (const runtime of order.filter(({ id }) => !failed.has(id))) {
        try {
          if (browser.isConnected()) await work(runtime, cases.get(runtime.id));
        } catch (error) {
          failed.set(runtime.id, {
            id: runtime.id,
            name: runtime.name,
            reason: `it failed in round ${round + 1}: ${firstLine(error)}`,
          });
        }
      }
    };
    const order = alternating(runtimes, round);
    try {
      // One that takes the browser down with it ends the round for all.
      await forEach(order, async (runtime, own) => {
        const visit = await Visit.open(browser, server, runtime);
        visits.set(runtime.id, visit);
        for (const each of small(own)) await visit.time(each, WARM);
      });
      for (let pass = 0; pass < PASSES; pass++) {
        await forEach(alternating(order, pass), async ({ id }, own) => {
          for (const each of small(own)) {
            const key = `${id} ${keyOf(each)}`;
            passes.set(key, [...(passes.get(key) ?? []), await visits.get(id).time(each, BLOCK)]);
          }
        });
      }
      await forEach(order, async ({ id }, own) => {
        const visit = visits.get(id);
        for (const each of small(own))
          times[id][keyOf(each)][round] = spread(passes.get(`${id} ${keyOf(each)}`)).median;
        for (const each of large(own)) {
          // The first call makes the memory that later ones find; where a call takes long, that is a small part of it.
          const first = await visit.time(each, 0);
          times[id][keyOf(each)][round] = first > LONG ? first : await visit.time(each, LARGE_BLOCK);
        }
        // Memory of one visit is not to weigh on the next.
        await visit.close();
      });
    } finally {
      await browser.close();
    }
  }
  return { times, peaks, loads, left: [...failed.values()] };
}

/**
 * From the navigation to the first gene's outputs, in a new context each time: nothing is cached. A round has a fresh
 * browser.
 *
 * @returns {Promise<{ cold: Record<string, { name: string, ms: (number | undefined)[], steps: (Step[] | undefined)[],
 * files: object[] }>, left: object[] }>}
 */
export async function loadCold({ start, server, runtimes, signal, expected, rounds, tell }) {
  const cold = Object.fromEntries(runtimes.map(({ id, name }) => [id, { name, ms: [], steps: [], files: [] }]));
  const failed = new Map();
  for (let round = 0; round < rounds; round++) {
    tell(`cold loads: round ${round + 1} of ${rounds}`);
    const browser = await start();
    for (const runtime of alternating(runtimes, round)) {
      if (failed.has(runtime.id) || !browser.isConnected()) continue;
      const { url, files } = server.visit(coldPage(runtime, signal));
      let context;
      try {
        context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(url);
        const found = await page.waitForFunction(() => globalThis.cold, undefined, { timeout: 120_000 });
        const { ms, logit, error } = await found.jsonValue();
        if (error) throw new Error(error);
        // The shipped model is another one: only its time and its size are of interest.
        const same = runtime.options.model.includes("attentive-chrome") || Math.abs(logit - expected) <= AGREEMENT;
        if (!same) throw new Error(`the logit is ${logit}; expected ${expected}`);
        cold[runtime.id].ms[round] = ms;
        cold[runtime.id].steps[round] = await page.evaluate(stepsOfLoad);
        cold[runtime.id].files = files.map((file) => ({ ...file }));
      } catch (error) {
        failed.set(runtime.id, {
          id: runtime.id,
          name: runtime.name,
          reason: `its cold load failed: ${firstLine(error)}`,
        });
      } finally {
        await context?.close();
      }
    }
    await browser.close();
  }
  return { cold, left: [...failed.values()] };
}

/**
 * In the page: when each of its files was asked for and had come, in milliseconds from the navigation. The scripts of
 * the harness, which every runtime has, are left out.
 *
 * @typedef {{ file: string, asked: number, came: number }} Step
 * @returns {Step[]}
 */
export function stepsOfLoad() {
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource").filter(({ name }) => !/\/pages\/|favicon/.test(name));
  const step = (file, { startTime, responseEnd }) => ({ file, asked: startTime, came: responseEnd });
  return [step("the page", page), ...files.map((entry) => step(entry.name.split("/").at(-1), entry))];
}

/**
 * Memory before and after all genes are run, each runtime in a browser of its own.
 *
 * @returns {Promise<{ memory: object[], left: object[] }>} bytes of WebAssembly memory, idle and after; of the renderer
 * process, the most that it had in physical memory by either time (Linux)
 */
export async function measureMemory({ start, server, runtimes, cases, tell }) {
  const memory = [];
  const left = [];
  for (const runtime of runtimes) {
    for (const each of large(cases.get(runtime.id))) {
      tell(`memory: ${runtime.name}, ${keyOf(each)}`);
      const browser = await start();
      try {
        const visit = await Visit.open(browser, server, runtime, { watchMemory: true });
        await visit.time({ genes: 1 }, 0);
        const idle = await visit.call(() => globalThis.wasmMemory());
        const idleResident = await rendererPeak(browser);
        await visit.time(each, 0);
        const after = await visit.call(() => globalThis.wasmMemory());
        const resident = await rendererPeak(browser);
        memory.push({
          id: runtime.id,
          name: runtime.name,
          ...each,
          key: keyOf(each),
          idle: idle.bytes,
          after: after.bytes,
          workers: after.workers,
          silent: after.silent,
          idleResident,
          resident,
        });
      } catch (error) {
        left.push({
          id: runtime.id,
          name: runtime.name,
          case: keyOf(each),
          reason: `its memory could not be measured: ${firstLine(error)}`,
        });
      } finally {
        await browser.close();
      }
    }
  }
  return { memory, left };
}

/** Multiply-adds a millisecond that one core reaches, plain and relaxed. */
async function arithmetic(browser, server) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(server.visit("<!doctype html><title>arithmetic</title>").url);
    return await page.evaluate(async () => {
      const { peak } = await import(new URL("pages/arithmetic.mjs", document.baseURI));
      return { plain: peak(false), relaxed: peak(true) };
    });
  } finally {
    await context.close();
  }
}

/**
 * A page that loads a runtime and runs one gene. Its head names the first scripts of the library, and the harness's
 * own, so that the latter are no step on the way.
 */
export function coldPage(runtime, signal) {
  const gene = [...signal.subarray(0, VALUES)];
  const modules = [...runtime.modules, ...[runtime.page, "outputs", "safetensors"].map((name) => `pages/${name}.mjs`)];
  const head = [
    ...runtime.scripts.map((source) => `<script src="${source}"></script>`),
    ...modules.map((source) => `<link rel="modulepreload" href="${source}">`),
  ];
  return `<!doctype html><title>${runtime.id}</title>${head.join("")}<script type="module">
    import { open } from "./pages/${runtime.page}.mjs";
    try {
      const runtime = await open(${JSON.stringify(runtime.options)});
      const call = await runtime.prepare({ values: Float32Array.of(${gene.join(",")}), genes: 1 });
      const { logit, alpha, beta } = await call();
      if (alpha.length !== ${BINS * MARKS.length} || beta.length !== ${MARKS.length})
        throw new Error("attention is missing");
      globalThis.cold = { ms: performance.now(), logit: logit[0] };
    } catch (error) {
      globalThis.cold = { error: String(error) };
    }
  </script>`;
}

/**
 * The most physical memory that any renderer of `browser` had so far, in bytes; undefined where the system does not
 * tell.
 */
function rendererPeak(browser) {
  return peakMemory(browser, "renderer");
}

/** The same of any process of a kind: "renderer" or "GPU". */
export async function peakMemory(browser, kind) {
  if (process.platform !== "linux") return undefined;
  const peaks = (await processesOf(browser, kind)).map((id) => bytesIn(`/proc/${id}/status`, "VmHWM"));
  return Math.max(0, ...peaks);
}

/**
 * Physical memory of all processes of a kind now, in bytes; what they share counts in parts, so that kinds
 * can be added up (Linux).
 */
export async function memoryNow(browser, kind) {
  const shares = (await processesOf(browser, kind)).map((id) => bytesIn(`/proc/${id}/smaps_rollup`, "Pss"));
  return shares.reduce((sum, share) => sum + share, 0);
}

async function processesOf(browser, kind) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === kind).map(({ id }) => id);
}

/** A figure of a file below /proc, in bytes; 0 where the process has ended. */
function bytesIn(file, name) {
  const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(textOf(file)) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** A file below /proc; nothing where the process has ended. */
function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(error.code)) return "";
    throw error;
  }
}

/** The cases that are called many times in a block, and those that are called by themselves. */
function small(cases) {
  return cases.filter(({ genes }) => genes <= 64);
}

function large(cases) {
  return cases.filter(({ genes }) => genes > 64);
}

function firstLine(error) {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0];
}
