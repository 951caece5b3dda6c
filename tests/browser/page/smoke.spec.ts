// The page opens, at a path below its host's root, and each run has the GPU that it says it has.

import { expect, hasWebGpu, onHardware, test } from "../support/fixtures.ts";

test("the page opens without an error and asks no other host", async ({ page, request, watched, baseURL }) => {
  const wasm = page.waitForResponse((response) => new URL(response.url()).pathname.endsWith(".wasm"));
  const response = await page.goto("./");
  expect(response?.status()).toBe(200);
  expect(new URL(page.url()).pathname, "the tests serve the page below the root of its host").not.toBe("/");
  await expect(page).toHaveTitle(/Regulens/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(watched.requests.filter((url) => !url.startsWith(baseURL ?? "") && !url.startsWith("blob:"))).toEqual([]);
  await test.step("the server gives wasm the type that lets it compile while it loads", async () => {
    expect((await wasm).headers()["content-type"]).toBe("application/wasm");
    const missing = await request.get("no-such-file");
    expect(missing.status()).toBe(404);
  });
});

test("the browser has the adapter that this run is about", { tag: "@webgpu" }, async ({ page }, { project }) => {
  await page.goto("./");
  const adapter = await page.evaluate(async () => {
    // This file is checked without the types of WebGPU, which only the page needs.
    const gpu = (navigator as { gpu?: { requestAdapter(): Promise<{ info: { architecture: string } } | null> } }).gpu;
    return (await gpu?.requestAdapter())?.info.architecture ?? null;
  });
  if (onHardware(project)) expect(["swiftshader", null]).not.toContain(adapter);
  else expect(adapter).toBe(hasWebGpu(project) ? "swiftshader" : null);
});

test("at a host that the browser does not trust, the page opens all the same", async ({ page, insecureURL }) => {
  await page.goto(insecureURL);
  expect(await page.evaluate(() => [isSecureContext, "gpu" in navigator, "subtle" in crypto])).toEqual([
    false,
    false,
    false,
  ]);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.waitForLoadState("networkidle");
});
