// A GPU that is not trusted: broken on purpose in several ways, the CPU takes over, nothing is lost, and the page says
// so.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, largestDifference, type Predictions, QUICK } from "../support/app-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const GENES = 200;
const TABLE = { name: "genes.csv", buffer: Buffer.from(table({ genes: GENES, labels: true })) };

/** Puts code before the worker's own: it runs in the worker, before any GPU is asked for. */
async function sabotage(page: Page, code: string): Promise<void> {
  await page.route("**/worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}

/** Runs the table on WebGPU as sabotaged, and compares all results with those of the CPU. */
async function runAndCompare(page: Page): Promise<AppPage> {
  const app = await new AppPage(page).open("?device=webgpu&model=cnn-alpha-beta-k562");
  await app.runTable(TABLE, GENES);
  const results = await app.predictions();
  expect(results.size).toBe(GENES);
  await page.unroute("**/worker.js");
  expected ??= await ofCpu(page);
  expect(largestDifference(results, expected)).toBeLessThan(1e-5);
  return app;
}

/** Predictions of the CPU, made once for all tests. */
let expected: Predictions | undefined;

async function ofCpu(page: Page): Promise<Predictions> {
  const other = await page.context().newPage();
  const cpu = await new AppPage(other).open(QUICK);
  await cpu.runTable(TABLE, GENES);
  const predictions = await cpu.predictions();
  await other.close();
  return predictions;
}

/** Returns the page's report on its device. */
async function report(app: AppPage): Promise<string> {
  await app.device.click();
  return app.page.locator("regulens-device .report").innerText();
}

test("an adapter that gives no device", async ({ page }) => {
  await sabotage(page, `GPUAdapter.prototype.requestDevice = () => Promise.reject(new Error("refused on purpose"));`);
  const app = await runAndCompare(page);
  await expect(app.fact("Device")).toHaveText(/^\s*CPU/);
  expect(await report(app)).toMatch(/CPU took over: .*/);
});

test("kernels that are silently skipped, so that zeros come back", async ({ page }) => {
  await sabotage(page, `GPUComputePassEncoder.prototype.dispatchWorkgroups = function () {};`);
  const app = await runAndCompare(page);
  await expect(app.fact("Device")).toHaveText(/^\s*CPU/);
  expect(await report(app)).toMatch(/CPU took over: GPU and CPU disagree on the self-test/);
});

test("shaders that the browser refuses", async ({ page, watched }) => {
  watched.expectError(/WGSL|shader|Invalid|error/i);
  await sabotage(
    page,
    `const create = GPUDevice.prototype.createShaderModule;
     GPUDevice.prototype.createShaderModule = function (descriptor) { return create.call(this, { ...descriptor, code: "no shader at all" }); };`,
  );
  const app = await runAndCompare(page);
  await expect(app.fact("Device")).toHaveText(/^\s*CPU/);
  expect(await report(app)).toMatch(/CPU took over: /);
});

test("a device that is lost in the middle of a run", async ({ page }) => {
  await sabotage(
    page,
    `const request = GPUAdapter.prototype.requestDevice;
     GPUAdapter.prototype.requestDevice = async function (...options) { return (self.device = await request.apply(this, options)); };
     const post = self.postMessage.bind(self);
     self.postMessage = (message, ...rest) => {
       const { kind, progress } = message;
       if (kind === "progress" && progress.stage === "predict" && progress.done > 0) self.device.destroy();
       post(message, ...rest);
     };`,
  );
  const app = await runAndCompare(page);
  await app.openRemarks();
  await expect(page.getByRole("heading", { name: "The CPU took over during the run" })).toBeVisible();
  await expect(app.fact("Device")).toHaveText(/^\s*CPU/);
  expect(await report(app)).toMatch(/CPU took over from gene \d+ on: .*lost/);
  const { bytes } = await app.save("Run record (JSON)");
  const { genes_on_gpu } = JSON.parse(bytes.toString("utf8")) as { genes_on_gpu: number };
  expect(genes_on_gpu, "what the GPU had finished is kept").toBeGreaterThan(0);
  expect(genes_on_gpu).toBeLessThan(GENES);
});

test("a device that is right at first and wrong later", async ({ page }) => {
  await sabotage(
    page,
    `const dispatch = GPUComputePassEncoder.prototype.dispatchWorkgroups;
     let running = false;
     self.addEventListener("message", ({ data }) => { if (data.name === "predict") running = true; });
     GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...size) { if (!running) dispatch.apply(this, size); };`,
  );
  const app = await runAndCompare(page);
  await expect(app.fact("Device")).toHaveText(/^\s*CPU/);
  expect(await report(app)).toMatch(/CPU took over from gene 1 on/);
});
