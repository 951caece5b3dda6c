// `<regulens-view>` where a page confines what it holds: a frame with an origin of its own, and trusted types. By the
// guide the view is shown in both, and one thread computes.

import type { Frame, Page } from "@playwright/test";
import { GENE, GENES, host, K562, SCRIPT, STRICT, told, until } from "../support/element-page.ts";
import { expect, test } from "../support/fixtures.ts";

/** A gene, and all genes: work that workers would share. */
const BOTH = `${GENE}<regulens-view id="set" loading="eager" view="set" model="${K562}" data="${GENES}"></regulens-view>`;

test.beforeEach(({ page }) =>
  // On a machine of one core there would be one thread anyway.
  page.addInitScript(() => Object.defineProperty(navigator, "hardwareConcurrency", { get: () => 4 })),
);

/** The gene is shown, and one thread has computed all, for the reason that the browser gave. */
async function expectOneThread(page: Page | Frame, why: RegExp): Promise<void> {
  await expect(page.getByRole("img", { name: /along SIM000001/ }).first()).toBeVisible();
  await until(page, "ready", "#set");
  const events = await told(page);
  const { detail } = events.find(({ type, id }) => type === "result" && id === "set")!;
  expect(detail.device).toMatchObject({ kind: "cpu", workers: 1, reason: expect.stringMatching(why) });
  expect(detail.probability).toHaveLength(400);
}

test("a sandboxed frame shows a gene with one thread, once every file may be read from other origins", async ({
  page,
  watched,
}) => {
  let isShared = false;
  await page.route(/\/(regulens|models)\//, async (route) => {
    if (!isShared && !route.request().url().includes("/regulens/")) return route.continue();
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
  });
  await page.route("**/framed.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><meta charset="utf-8"><script type="module" src="${SCRIPT}"></script>${BOTH}`,
    }),
  );
  // The frame is left while scripts are still on their way.
  watched.expectError(/CORS policy|Failed to load resource|dynamically imported module/);
  await host(page, '<iframe sandbox="allow-scripts" src="framed.html" title="A figure"></iframe>', "", "");
  const frame = page.frames()[1]!;
  await until(frame, "error");
  expect((await told(frame)).find(({ type }) => type === "error")!.detail).toMatchObject({ code: "download-failed" });
  isShared = true;
  await frame.goto(frame.url());
  await until(frame, "ready");
  await expectOneThread(frame, /The workers could not be used/);
  // More comes behind the first figure than is waited for.
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a page of trusted types that knows Lit's policy shows a gene with one thread", async ({ page, watched }) => {
  watched.expectError(/TrustedScriptURL/);
  await host(page, BOTH, "", `${STRICT}; require-trusted-types-for 'script'; trusted-types lit-html`);
  await until(page, "ready");
  await expectOneThread(page, /The workers could not be used \(.*TrustedScriptURL/);
  expect(watched.errors.some((error) => error.includes("TrustedScriptURL"))).toBe(true);
});
