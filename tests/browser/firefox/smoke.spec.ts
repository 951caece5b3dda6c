// Firefox runs the page: it opens below a path of its host, and the package computes in it.

import { ENTRY, type Package } from "../support/package.ts";
import { expect, test } from "./fixtures.ts";

test("the page opens in Firefox without an error and asks no other host", async ({ visit }) => {
  const { page, requests } = await visit("./");
  expect(await page.title()).toContain("Regulens");
  // The heading stands in a shadow tree.
  await page.waitForSelector(">>> h1");
  expect(await page.evaluate(() => navigator.userAgent)).toContain("Firefox");
  expect(
    requests.some((url) => url.endsWith("app.js")),
    "requests are seen",
  ).toBe(true);
});

test("the package computes in Firefox, with workers", async ({ visit }) => {
  const { page } = await visit("./");
  const [genes, sum] = await page.evaluate(async (entry) => {
    const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
    const lens = await Regulens.load("models/attentive-chrome-k562.safetensors", { device: "cpu", workers: 2 });
    const file = new Uint8Array(await (await fetch("models/examples/simulated.csv.gz")).arrayBuffer());
    const { genes, probability } = await lens.predict(await lens.readTable(file));
    return [genes.length, probability.reduce((sum, p) => sum + p, 0)] as const;
  }, ENTRY);
  expect(genes).toBeGreaterThan(100);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThan(genes);
});
