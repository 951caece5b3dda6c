// The device is chosen by measuring, in the background: the CPU answers at once, and the page says what was found.

import { readFile } from "node:fs/promises";
import { expect, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { ENTRY, firstModel, openBarePage, type Package } from "../support/package.ts";
import { card, withCard } from "../support/safetensors.ts";
import { bases } from "../support/sequence-page.ts";
import { MARKS, table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const GENES = 200;
const TABLE = { name: "genes.csv", buffer: Buffer.from(table({ genes: GENES })) };
const FASTER = /Running on the CPU: (about )?[\d,]+ genes a second, against [\d,]+ on WebGPU \(google swiftshader\)\./;
const WEBGPU_ENGINE = "**/regulens_webgpu_bg.wasm";

const webGpuRequests = (requests: string[]) => requests.filter((url) => url.endsWith("regulens_webgpu_bg.wasm")).length;

test("a run does not wait for the WebGPU engine, which is tried after it", async ({ page }) => {
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(WEBGPU_ENGINE, async (route) => {
    await arrived;
    await route.continue();
  });
  const asked = page.waitForRequest(WEBGPU_ENGINE);
  const app = await new AppPage(page).open();
  await asked;
  await app.device.click();
  const report = page.locator("regulens-device .report");
  await expect(report).toHaveText(/Running on the CPU until WebGPU has been timed\..*Getting WebGPU ready/s);
  await app.device.click();
  await app.runTable(TABLE, GENES);
  await expect(app.fact("Device")).toHaveText(/^\s*CPU/);
  arrive();
  await app.device.click();
  await expect(report).toHaveText(FASTER, { timeout: 120_000 });
});

test("a software adapter is measured and found slower, and the page says so with both figures", async ({ page }) => {
  const app = await new AppPage(page).open();
  await app.chooseTable(TABLE);
  await expect(page.locator("regulens-run-bar")).toContainText(FASTER, { timeout: 120_000 });
  await app.run.click();
  await app.finished(GENES);
  await expect(app.fact("Device")).toHaveText(FASTER);
  const { bytes } = await app.save("Run record (JSON)");
  const { device } = JSON.parse(bytes.toString("utf8")) as {
    device: { kind: string; genes_per_second: { cpu: number; webgpu: number } };
  };
  expect(device.kind).toBe("cpu");
  expect(device.genes_per_second.cpu).toBeGreaterThan(device.genes_per_second.webgpu);
});

/** Says to the page's worker that the connection is set to save data. */
async function saveData(page: Page): Promise<void> {
  await page.route("**/worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      body: `Object.defineProperty(navigator, "connection", { value: { saveData: true } });\n${await response.text()}`,
    });
  });
}

test("where the user saves data, WebGPU is not fetched unless it is asked for", async ({ page, watched }) => {
  await saveData(page);
  const app = await new AppPage(page).open();
  await app.device.click();
  await expect(page.locator("regulens-device .report")).toHaveText(/CPU: this connection is set to save data/);
  await app.device.click();
  expect(webGpuRequests(watched.requests)).toBe(0);
  await app.chooseDevice("WebGPU");
  await expect(app.device).toHaveText(/WebGPU · google swiftshader/, { timeout: 120_000 });
  expect(webGpuRequests(watched.requests)).toBe(1);
});

test("a model of the package answers on the CPU at once, and its device can be waited for", async ({ page }) => {
  await openBarePage(page);
  const outcome = await page.evaluate(
    async ([entry, model, text]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      const loaded = await Regulens.load(model);
      const atOnce = loaded.device;
      const result = await loaded.predict(await loaded.readTable(text));
      const decided = await loaded.useDevice("auto");
      loaded.free();
      return { atOnce, ran: result.device, decided };
    },
    [ENTRY, await firstModel(page), table({ genes: 5 })] as const,
  );
  expect(outcome.atOnce).toMatchObject({
    kind: "cpu",
    reason: "Running on the CPU until WebGPU has been timed.",
  });
  expect(outcome.ran.kind).toBe("cpu");
  expect(outcome.decided).toMatchObject({
    kind: "cpu",
    adapter: "google swiftshader",
    software: true,
    reason: expect.stringMatching(FASTER),
  });
  const { cpu = 0, webgpu = 0 } = outcome.decided.measured ?? {};
  expect(cpu).toBeGreaterThan(webgpu);
  expect(webgpu).toBeGreaterThan(0);
});

test("the symmetric form of a change is that of the CPU on WebGPU, and 0 without a change", async ({ page }) => {
  await openBarePage(page);
  // Counts are by a mark's place, so that the other order gives each mark another's.
  const texts = [MARKS, MARKS.toReversed()].map((marks) => table({ genes: 4, bins: 200, marks }));
  const of = await page.evaluate(
    async ([entry, texts]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      const run = async (device: string) => {
        const model = await Regulens.load("models/deep-diff-raw-k562-h1.safetensors", { device, symmetric: true });
        const [a, b] = await Promise.all(texts.map((text) => model.readTable(text)));
        const [there, back, none] = [await model.predict(a, b), await model.predict(b, a), await model.predict(a, a)];
        const changes = [there, back, none].map(({ foldChange }) => [...foldChange]);
        model.free();
        return { kind: there.device.kind, changes };
      };
      return { cpu: await run("cpu"), webgpu: await run("webgpu") };
    },
    [ENTRY, texts] as const,
  );
  expect([of.cpu.kind, of.webgpu.kind]).toEqual(["cpu", "webgpu"]);
  const [there = [], back = [], none = []] = of.webgpu.changes;
  expect(Math.max(...there.map(Math.abs))).toBeGreaterThan(0.01);
  for (const [i, change] of there.entries()) {
    expect(Math.abs(change - of.cpu.changes[0]![i]!)).toBeLessThan(1e-5);
    expect(Math.abs(change + back[i]!)).toBeLessThan(1e-5);
    expect(Math.abs(none[i]!)).toBeLessThan(1e-5);
  }
});

test("an ensemble is that of the CPU on WebGPU, with its members", async ({ page }) => {
  await openBarePage(page);
  const of = await page.evaluate(
    async ([entry, text]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      const run = async (device: string) => {
        const model = await Regulens.load("models/attentive-chrome-k562-ensemble.safetensors", { device });
        const { device: ran, ...found } = await model.predict(await model.readTable(text));
        model.free();
        const { logit, probability, sd, members, alpha } = found;
        return { kind: ran.kind, found: [logit, probability, sd!, members!, alpha].map((each) => [...each]) };
      };
      return { cpu: await run("cpu"), webgpu: await run("webgpu") };
    },
    [ENTRY, table({ genes: 4 })] as const,
  );
  expect([of.cpu.kind, of.webgpu.kind]).toEqual(["cpu", "webgpu"]);
  expect(of.cpu.found[3]).toHaveLength(4 * 5);
  for (const [output, values] of of.webgpu.found.entries()) {
    for (const [i, value] of values.entries()) {
      expect(Math.abs(value - of.cpu.found[output]![i]!), `output ${output}, value ${i}`).toBeLessThan(1e-5);
    }
  }
});

/** The parts of a model of sequences that are called here. */
interface Tracks {
  readSequences(source: string): Promise<unknown>;
  predict(
    sequences: unknown,
    record: number,
  ): Promise<{ values: Float32Array; spread: Record<"sd" | "low" | "high", Float32Array>; windowsOnGpu: number }>;
  free(): void;
}

test("five seeds of a model of sequences are those of the CPU on WebGPU, with their spread", async ({ page }) => {
  const file = await readFile(
    new URL("../../../models/basenji-yeast-mnase-polii-ensemble.safetensors", import.meta.url),
  );
  // A quarter of its window, which a software adapter soon computes: convolutions take any length.
  const [length, buffer] = [4096, 512];
  type Sizes = { hyperparameters: object };
  const { hyperparameters, members } = card(file) as unknown as Sizes & { members: Sizes[] };
  const short = (of: Sizes): object => ({ ...of, hyperparameters: { ...of.hyperparameters, length, buffer } });
  const { bin_size } = card(file) as { bin_size: number };
  const body = withCard(file, {
    ...short({ hyperparameters }),
    ...{ members: members.map(short), sequence: { length, buffer }, bins: (length - 2 * buffer) / bin_size },
  });
  await page.route("**/seeds.safetensors", (route) => route.fulfill({ body }));
  await openBarePage(page);
  const of = await page.evaluate(
    async ([entry, fasta]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      const run = async (device: string) => {
        const model = (await Regulens.load("seeds.safetensors", { device, task: "tracks" })) as unknown as Tracks;
        const { values, spread, windowsOnGpu } = await model.predict(await model.readSequences(fasta), 0);
        model.free();
        return { windowsOnGpu, found: [values, spread.sd, spread.low, spread.high].map((each) => [...each]) };
      };
      return { cpu: await run("cpu"), webgpu: await run("webgpu") };
    },
    [ENTRY, `>one\n${bases(length)}\n`] as const,
  );
  expect([of.cpu.windowsOnGpu, of.webgpu.windowsOnGpu]).toEqual([0, 1]);
  const [means = [], sd = []] = of.cpu.found;
  expect(means.length).toBe((2 * (length - 2 * buffer)) / bin_size);
  expect(Math.min(...sd), "the seeds differ in each bin").toBeGreaterThan(0);
  for (const [output, values] of of.webgpu.found.entries()) {
    for (const [i, value] of values.entries()) {
      const apart = Math.abs(value - of.cpu.found[output]![i]!) / Math.max(1, Math.abs(means[i]!));
      expect(apart, `output ${output}, value ${i}`).toBeLessThan(1e-4);
    }
  }
});
