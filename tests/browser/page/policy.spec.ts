// Attacks that the page's own policy refuses, were a stranger's text to get into it: scripts, addresses, elements.

import { attack } from "../support/policy.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";

test("text becomes no script and no element, and nothing is loaded from elsewhere", async ({ page, watched }) => {
  watched.expectError(/Content Security Policy|Trusted|violates|Refused|is no script of this page/i);
  const app = await new AppPage(page).open(`${QUICK}&example=simulated`);
  await app.finished(400);
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  expect(policy).toContain("default-src 'none'");
  // The policy is weakened only by the one keyword that WebAssembly needs.
  expect(policy?.match(/'(unsafe-[a-z-]+|wasm-unsafe-eval|strict-dynamic|nonce-[^']*)'|\*|https?:/g)).toEqual([
    "'wasm-unsafe-eval'",
  ]);
  const blocked = new Set<string>();
  page.on("requestfailed", (request) => {
    if (/csp/i.test(request.failure()?.errorText ?? "")) blocked.add(request.url());
  });
  const refused = await page.evaluate(attack, true);
  expect(refused).toEqual({
    ...{ inlineScript: true, handler: true, evaluated: true, image: true, request: true, frame: true, base: true },
    ...{ markup: true, foreignWorker: true, blobWorker: true, outsideWorker: true, ownPolicy: true },
  });
  // Named to the browser, and sent by none.
  expect(watched.elsewhere.filter((url) => !blocked.has(url))).toEqual([]);
  watched.elsewhere.length = 0;
  // The page goes on.
  await app.grid.getByRole("row").nth(2).click();
  await expect(page.locator("regulens-gene h3").first()).toBeVisible();
});
