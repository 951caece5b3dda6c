// Workers that share the genes on the CPU: the same numbers, fewer seconds, and nothing lost when one fails.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { ENTRY, openBarePage, type Package, QUICK_MODEL, type Result } from "../support/package.ts";
import { card, withCard } from "../support/safetensors.ts";
import { table } from "../support/tables.ts";
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

/** As much of a model of tracks as is called here. */
interface Tracks {
  readSequences(source: string): Promise<unknown>;
  predict(sequences: unknown, record: number): Promise<{ values: Float32Array }>;
  free(): void;
}

/** Enough batches that workers have started long before the last one. */
const GENES = 1500;
const TABLE = table({ genes: GENES });

/** Counts the batches that workers have done, as `batches` of the scope that starts them. */
const COUNTING = `self.batches = 0; self.Worker = class extends Worker {
  constructor(...options) {
    super(...options);
    this.addEventListener("message", ({ data }) => (self.batches += Number(data.kind === "done")));
  }
};`;

/** Predicts with one thread and, twice, with `workers`; the second time they are all awake. */
function predictTwice(page: Page, model: string, workers: number) {
  return page.evaluate(
    async ([entry, model, text, workers]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      const alone = await Regulens.load(model, { device: "cpu", workers: 1 });
      const table = await alone.readTable(text);
      const shared = await Regulens.load(model, { device: "cpu", workers });
      const steps: number[] = [];
      const onProgress = ({ done }: { done: number }) => steps.push(done);
      const expected = await alone.predict(table);
      const got = [await shared.predict(table, { onProgress }), await shared.predict(table)];
      const outputs = ({ logit, probability, alpha, beta, summary }: Result) => [
        logit,
        probability,
        alpha,
        beta,
        summary.on ?? [],
        summary.off ?? [],
      ];
      const wanted = outputs(expected);
      return {
        identical: got.map((result) =>
          outputs(result).every(
            (values, i) =>
              values.length === wanted[i]!.length && values.every((value, j) => Object.is(value, wanted[i]![j])),
          ),
        ),
        onAndOff: [expected.summary.on?.length, expected.summary.off?.length],
        steps,
        batches: (self as unknown as { batches: number }).batches,
        workers: shared.workers,
        device: got[1]!.device,
      };
    },
    [ENTRY, model, TABLE, workers] as const,
  );
}

test("workers give bit for bit what one thread gives, and hear a cancel", async ({ page, watched }) => {
  await openBarePage(page, COUNTING);
  await test.step("three workers give bit for bit what one thread gives", async () => {
    const outcome = await predictTwice(page, QUICK_MODEL, 3);
    expect(outcome.identical).toEqual([true, true]);
    expect(outcome.onAndOff).toEqual([500, 500]);
    expect(outcome.batches, "batches that the workers did").toBeGreaterThan(0);
    expect(outcome.steps).toEqual([...outcome.steps].sort((a, b) => a - b));
    expect(outcome.steps.at(-1)).toBe(GENES);
    expect(outcome).toMatchObject({ workers: 3, device: { kind: "cpu", workers: 3 } });
    // The engine came once; workers got it compiled.
    expect(watched.requests.filter((url) => url.endsWith(".wasm")).length).toBe(1);
  });
  await test.step("a cancel is heard while workers compute, and the next run is whole", async () => {
    const outcome = await page.evaluate(
      async ([entry, model, text]) => {
        const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
        const loaded = await Regulens.load(model, { device: "cpu", workers: 2 });
        const table = await loaded.readTable(text);
        const controller = new AbortController();
        let heard = 0;
        const onProgress = ({ done }: { done: number }) => {
          heard = done;
          if (done > 0) controller.abort();
        };
        const code = await loaded
          .predict(table, { signal: controller.signal, onProgress })
          .catch(({ code }: { code: string }) => code);
        const { logit } = await loaded.predict(table);
        loaded.free();
        return { code, heard, whole: logit.every((value) => value !== 0) };
      },
      [ENTRY, QUICK_MODEL, TABLE] as const,
    );
    expect(outcome.code).toBe("cancelled");
    expect(outcome.heard).toBeLessThan(GENES);
    expect(outcome.whole).toBe(true);
  });
});

test("workers share the stretches of one long window, bit for bit, whatever their number", async ({ page }) => {
  await openBarePage(page, COUNTING.replace('data.kind === "done"', "data.outputs?.tower !== undefined"));
  // A window of two stretches: a small model that reads two million bases.
  const bases = 2 ** 21;
  const file = readFileSync(new URL("../../../models/basenji-standard-yeast-atac.safetensors", import.meta.url));
  const { hyperparameters, sequence, bin_size } = card(file) as {
    hyperparameters: object;
    sequence: { buffer: number };
    bin_size: number;
  };
  const body = withCard(file, {
    bins: (bases - 2 * sequence.buffer) / bin_size,
    hyperparameters: { ...hyperparameters, length: bases },
    sequence: { ...sequence, length: bases },
  });
  await page.route("**/long.safetensors", (route) => route.fulfill({ body }));
  const outcome = await page.evaluate(
    async ([entry, bases]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      let state = 7;
      const letters = Array.from({ length: bases }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return "ACGT"[state >>> 30]!;
      });
      const fasta = `>long\n${letters.join("")}\n`;
      const values: Float32Array[] = [];
      const towers: number[] = [];
      for (const workers of [1, 2, 3]) {
        const model = (await Regulens.load("long.safetensors", { device: "cpu", workers })) as unknown as Tracks;
        const sequences = await model.readSequences(fasta);
        const done = (): number => (self as unknown as { batches: number }).batches;
        const before = done();
        // The calling thread computes until a worker is there, which takes a while on a busy machine.
        for (let run = 0; run === 0 || (workers > 1 && run < 20 && done() === before); run++)
          values.push((await model.predict(sequences, 0)).values);
        towers.push(done() - before);
        model.free();
      }
      const same = values.map((of) => of.length > 0 && of.every((value, i) => Object.is(value, values[0]![i])));
      return { same, towers, differ: new Set(values[0]).size };
    },
    [ENTRY, bases] as const,
  );
  expect(outcome.same).not.toContain(false);
  expect(outcome.differ, "different values").toBeGreaterThan(1000);
  const [alone, ...shared] = outcome.towers;
  expect(alone, "one thread asks no worker").toBe(0);
  for (const towers of shared) expect(towers, "stretches that workers did").toBeGreaterThan(0);
});

test("where the workers' script is missing, the run is whole and the report says so", async ({ page, watched }) => {
  watched.expectError(/404/);
  await page.route("**/cpu*-worker.js", (route) => route.fulfill({ status: 404 }));
  await openBarePage(page, COUNTING);
  const outcome = await predictTwice(page, QUICK_MODEL, 3);
  expect(outcome.identical).toEqual([true, true]);
  expect(outcome).toMatchObject({ workers: 1, batches: 0, device: { workers: 1 } });
  expect(outcome.device.reason).toMatch(/^The CPU was chosen\. The workers could not be used \(.+\)\.$/);
});

test("the page computes with as many workers as there are cores, under its strict policy", async ({ page }) => {
  const byWorkers: string[] = [];
  page.on("console", (message) => message.text() === "a worker did a batch" && byWorkers.push(message.text()));
  // The page's own worker starts them.
  await page.route("**/worker.js", async (route) => {
    const response = await route.fetch();
    const telling = COUNTING.replace(
      "(self.batches +=",
      '(data.kind === "done" && console.log("a worker did a batch"), self.batches +=',
    );
    await route.fulfill({ response, body: `${telling}\n${await response.text()}` });
  });
  const app = await new AppPage(page).open(QUICK);
  const workers = Math.min(8, await page.evaluate(() => navigator.hardwareConcurrency));
  const words = workers > 1 ? `CPU, ${workers} workers` : "CPU";
  await expect(app.device).toHaveText(new RegExp(`Device: ${words}\\s*$`));
  await app.runTable({ name: "genes.csv", buffer: Buffer.from(TABLE) }, GENES);
  await expect(app.fact("Device")).toHaveText(new RegExp(`^\\s*${words}\\s`));
  const { bytes } = await app.save("Run record (JSON)");
  expect(JSON.parse(bytes.toString("utf8"))).toMatchObject({ device: { kind: "cpu", workers } });
  if (workers === 1 || byWorkers.length > 0) return;
  // On a busy machine the page's own worker may be done before another has started, and words of workers come later.
  await expect(async () => {
    await app.runTable({ name: "genes.csv", buffer: Buffer.from(TABLE) }, GENES);
    expect(byWorkers.length).toBeGreaterThan(0);
  }).toPass();
});
