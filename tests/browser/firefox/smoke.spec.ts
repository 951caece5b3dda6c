// Firefox runs the page below a path of its host. The package computes in it in tests/packages/plain.test.mjs.

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
