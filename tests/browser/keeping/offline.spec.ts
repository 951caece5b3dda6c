// Keeping the page: without a network, across versions, without room, and taken away again.

import { type BrowserContext, type Locator, type Page } from "@playwright/test";
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "../support/fixtures.ts";
import { AppPage, largestDifference, QUICK } from "../support/app-page.ts";
import { test } from "../support/own-site.ts";
import { anotherBuild, SITE, type SiteServer } from "../support/site-server.ts";
import { table } from "../support/tables.ts";

test.use({ serviceWorkers: "allow" });

const panel = (page: Page) => page.locator("regulens-offline");
const news = (page: Page) => page.locator("regulens-offline-news");

/** The button of a line of the list. */
const button = (page: Page, name: string | RegExp): Locator => panel(page).getByRole("button", { name });

/** The console about requests that nobody answers. */
const NO_NETWORK = /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Failed to (load|fetch)/;

/** Waits until the page's files are kept. */
async function kept(page: Page): Promise<void> {
  await expect(panel(page).locator("summary")).toContainText("works offline", { timeout: 120_000 });
}

async function openPanel(page: Page): Promise<void> {
  if (
    !(await panel(page)
      .locator("details")
      .evaluate((details) => (details as HTMLDetailsElement).open))
  )
    await panel(page).locator("summary").click();
}

/** Nothing answers any more: no network for the page, and no host for whoever finds a way around that. */
async function goOffline(context: BrowserContext, server: SiteServer): Promise<void> {
  await context.setOffline(true);
  await server.stop();
}

const build = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="regulens-build"]')?.content);

/** Removes files of these types from the page's own cache, as a browser that needs room does, or damages them. */
function disturb(page: Page, types: RegExp, how: "remove" | "damage" = "remove"): Promise<number> {
  return page.evaluate(
    async ([types, how]) => {
      let disturbed = 0;
      for (const name of (await caches.keys()).filter((name) => name.startsWith("regulens-site:"))) {
        const cache = await caches.open(name);
        for (const key of await cache.keys()) {
          const headers = (await cache.match(key))?.headers;
          if (!types.test(headers?.get("content-type") ?? "")) continue;
          await (how === "remove" ? cache.delete(key) : cache.put(key, new Response("damaged", { headers: headers! })));
          disturbed++;
        }
      }
      return disturbed;
    },
    [types, how] as const,
  );
}

test(
  "after one visit the page, its engine, the example and the model that was used work without a network; with " +
    "everything kept, every model does",
  async ({ page, context, server, watched }) => {
    // By the page's own file name, from a host that does not know wasm.
    server.wasmType = "application/octet-stream";
    const app = new AppPage(page);
    await page.goto(`./index.html${QUICK}`);
    await app.ready();
    await kept(page);
    // Not all 18 MB of engines unasked, and the line says how much it is.
    expect(server.asked.filter((path) => path.includes("wasm/webgpu") || path.startsWith("api/"))).toEqual([]);
    const line = (await panel(page).locator("summary").textContent()) ?? "";
    expect(line).toMatch(/works offline, with 1 of \d+ model files; [\d.]+ MB kept on this computer/);
    expect(Number(/([\d.]+) MB kept/.exec(line)?.[1])).toBeLessThan(5);
    await app.tryExample();
    await app.finished();
    const before = await app.predictions();
    // The address holds the view, which is there again after a reload.
    await expect(page).toHaveURL(/example=simulated/);
    await goOffline(context, server);
    watched.expectError(NO_NETWORK);
    await page.reload();
    await app.ready();
    // Older releases of Chromium forget over a reload that they are to be offline; no host answers meanwhile.
    await context.setOffline(false);
    await context.setOffline(true);
    await app.finished();
    expect(largestDifference(before, await app.predictions())).toBe(0);
    await kept(page);
    // A model that nobody has used is not there, and the page says so.
    await app.chooseCellType("H1");
    await expect(app.alert()).toContainText("not stored on this computer, and there is no network");
    await server.start();
    await context.setOffline(false);
    await openPanel(page);
    await button(page, "Keep everything").click();
    await expect(button(page, "Keep everything")).toHaveCount(0, { timeout: 120_000 });
    await expect(panel(page).locator("summary")).toContainText(/with (\d+) of \1 model files/);
    const { models } = (await (await page.request.get("models/catalogue.json")).json()) as {
      models: { id: string; family: string }[];
    };
    await goOffline(context, server);
    // Views that are loaded only when they are needed, and all other engines.
    const engines = await page.evaluate(async () => {
      const { Regulens } = await import(new URL("regulens/dist/index.js", document.baseURI).href);
      for (const simd of ["plain", "relaxed"])
        for (const task of ["on-off", "tracks"]) await Regulens.preload({ simd, task });
      const files = ["regulens/wasm/webgpu/regulens_webgpu.js", "regulens/wasm/webgpu/regulens_webgpu_bg.wasm"];
      const answers = await Promise.all(files.map((file) => fetch(file)));
      return answers.map(({ status, headers }) => [status, headers.get("content-type")]);
    });
    expect(engines).toEqual([
      [200, "text/javascript; charset=utf-8"],
      [200, "application/wasm"],
    ]);
    for (const [family, example] of Object.entries({
      "deep-diff": "simulated-change",
      basenji: "simulated-sequence",
    })) {
      await page.goto(`./?device=cpu&model=${models.find((each) => each.family === family)?.id}&example=${example}`);
      const result =
        family === "basenji"
          ? page.getByRole("img", { name: /^Predicted tracks along/ })
          : page.locator("regulens-change").getByRole("heading", { name: "Results" });
      await expect(result).toBeVisible({ timeout: 240_000 });
    }
    await expect(app.alert()).toHaveCount(0);
  },
);

/** Files of the full engine, which explains predictions and runs models of a change and of sequences. */
const FULL_ENGINE = /^regulens\/wasm\/full(-relaxed)?\/[\w-]+\.(js|wasm)$/;

test("once the page is kept, the main job asks nobody for anything: tables, changes and sequences", async ({
  page,
  server,
}) => {
  const app = await new AppPage(page).open(QUICK);
  await kept(page);
  const { models } = (await (await page.request.get("models/catalogue.json")).json()) as {
    models: { id: string; family: string }[];
  };
  const first = (family: string) => `?device=cpu&model=${models.find((each) => each.family === family)?.id}`;
  for (const [family, query] of [
    ["attentive-chrome", QUICK],
    ["deep-diff", first("deep-diff")],
    ["basenji", first("basenji")],
  ] as const) {
    server.asked.length = 0;
    await page.goto(`./${query}`);
    await app.ready();
    await kept(page);
    // The browser looks for a new version after each visit: that is the end of loading. Of the page itself all came
    // from what is kept.
    await expect.poll(() => server.asked.includes("service-worker.js")).toBe(true);
    const isPage = (path: string): boolean => !/service-worker\.js$|\.safetensors$/.test(path);
    expect(server.asked.filter(isPage)).toEqual([]);
    server.asked.length = 0;
    await page
      .getByRole("button", { name: /^Try(:| the example)/ })
      .first()
      .click();
    const result =
      family === "basenji"
        ? page.getByRole("img", { name: /^Predicted tracks along/ })
        : page.getByRole("heading", { name: "Results", exact: true }).first();
    await expect(result).toBeVisible({ timeout: 240_000 });
    await page.waitForTimeout(500);
    // The first explanation comes with its engine, which is kept then, for all others too.
    const comes = family === "attentive-chrome" ? FULL_ENGINE : /^$/;
    expect(
      server.asked.filter((path) => !comes.test(path)),
      `the example of ${family}`,
    ).toEqual([]);
  }
});

test("without a service worker the page works by reading the site's own files alone, and says why it is not kept", async ({
  page,
  server,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "serviceWorker"));
  const methods = new Set<string>();
  page
    .context()
    .on("request", (request) =>
      methods.add(`${request.method()} ${request.postData() === null ? "without" : "with"} data`),
    );
  const app = await new AppPage(page).open(QUICK);
  await openPanel(page);
  await expect(panel(page)).toContainText("Not kept for offline use. This browser has no service workers");
  await expect(news(page).locator("regulens-notice")).toHaveCount(0);
  expect(server.asked).not.toContain("service-worker.js");
  server.asked.length = 0;
  await app.runTable({ name: "genes.csv", buffer: Buffer.from(table({ genes: 400 })) }, 400);
  // The scripts of the CPU engine's threads, where they start with the first run; the engine of the first explanation;
  // and the icon, for which the browser asks again where the address changes.
  const expected = /^(regulens\/(dist|wasm\/cpu(-relaxed)?)\/[\w-]+\.js|icon\.svg)$/;
  expect(server.asked.filter((path) => !expected.test(path) && !FULL_ENGINE.test(path))).toEqual([]);
  expect([...methods]).toEqual(["GET without data"]);
});

test("a new version waits beside the old one once it is whole, and takes over at the press of a button", async ({
  page,
  context,
  server,
  watched,
}) => {
  // The browser logs that the installation of the half failed.
  watched.expectError(/service-worker|differs from this version/);
  const app = await new AppPage(page).open("?device=cpu");
  await kept(page);
  const first = await build(page);
  const second = anotherBuild({
    "models/catalogue.json": (text) => text.replace('"Simulated signal"', '"Simulated signal of another year"'),
    "app.js": (text) => `${text}\nglobalThis.regulensYear = 2;\n`,
  });
  try {
    expect(second.build).not.toBe(first);
    // Half replaced: the service worker of the new version is there already, its program is not.
    const program = readFileSync(`${second.folder}/app.js`);
    writeFileSync(`${second.folder}/app.js`, readFileSync(`${SITE}/app.js`));
    server.folder = second.folder;
    const other = await context.newPage();
    await other.goto(server.url);
    await expect(panel(page)).toContainText("app.js differs from this version's file");
    for (const each of [page, other]) await expect(news(each).getByRole("button")).toHaveCount(0);
    // A visit finds it once it is whole; that one is of the version before, too.
    writeFileSync(`${second.folder}/app.js`, program);
    await other.reload();
    await expect(news(other)).toContainText("A new version is available", { timeout: 120_000 });
    await expect(news(page)).toContainText("A new version is available");
    for (const each of [page, other]) {
      expect(await build(each)).toBe(first);
      expect(
        await each.evaluate(() =>
          fetch("app.js")
            .then((answer) => answer.text())
            .then((text) => text.includes("regulensYear")),
        ),
      ).toBe(false);
    }
    // Two pages of the version before are open: neither may be given files of the new one.
    await news(page).getByRole("button", { name: "Reload with the new version" }).click();
    await expect(news(page)).toContainText("1 other tab or window of this page must be closed first");
    await other.close();
    // Something is going on: it is not lost.
    server.held = /h1.*\.safetensors$/;
    await app.chooseCellType("H1");
    await expect(page.getByRole("button", { name: "Cancel" })).toBeVisible();
    await news(page).getByRole("button", { name: "Reload with the new version" }).click();
    await expect(news(page)).toContainText("Reloading would lose the work in progress");
    server.release();
    await expect(app.model).toContainText("H1");
    await app.ready();
    expect(await build(page)).toBe(first);
    // The device may still be chosen anew: a press meanwhile asks for another.
    await expect(async () => {
      if ((await build(page).catch(() => first)) === first)
        await news(page).getByRole("button", { name: "Reload with the new version" }).click({ timeout: 1000 });
      expect(await build(page)).toBe(second.build);
    }).toPass({ timeout: 60_000 });
    await app.ready();
    expect(await build(page)).toBe(second.build);
    expect(await page.evaluate(() => (globalThis as { regulensYear?: number }).regulensYear)).toBe(2);
    expect(await page.evaluate(() => fetch("models/catalogue.json").then((answer) => answer.text()))).toContain(
      "of another year",
    );
    await kept(page);
    await expect(news(page).getByRole("button")).toHaveCount(0);
    // It is whole.
    await goOffline(context, server);
    watched.expectError(NO_NETWORK);
    await page.reload();
    await app.ready();
    expect(await build(page)).toBe(second.build);
  } finally {
    second.remove();
  }
});

test("what is damaged or gone is fetched again with a network, never of another version, and told without one", async ({
  page,
  context,
  server,
  watched,
}) => {
  watched.expectError(/./);
  const app = await new AppPage(page).open("?device=cpu");
  await kept(page);
  const first = await build(page);
  await test.step("a damaged engine is replaced at the next visit", async () => {
    expect(await disturb(page, /wasm/, "damage")).toBeGreaterThan(0);
    // Another start of the worker, as after a while without a visit, checks what it finds.
    const session = await context.newCDPSession(page);
    await session.send("ServiceWorker.enable");
    await session.send("ServiceWorker.stopAllWorkers");
    await page.reload();
    await expect(app.alert().first()).toContainText(/engine/);
    await kept(page);
    await page.reload();
    await app.ready();
    await expect(app.alert()).toHaveCount(0);
  });
  await test.step("without a network the page says what is missing", async () => {
    expect(await disturb(page, /wasm/)).toBeGreaterThan(0);
    await goOffline(context, server);
    await page.reload();
    await expect(app.alert().first()).toContainText(/engine/);
    await disturb(page, /./);
    await page.reload().catch(() => {});
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Regulens is no longer kept on this computer");
    await server.start();
    await context.setOffline(false);
    await page.reload();
    await app.ready();
    await kept(page);
  });
  const second = anotherBuild({ "app.js": (text) => `${text}\nglobalThis.regulensYear = 2;\n` });
  try {
    server.folder = second.folder;
    await disturb(page, /javascript/);
    expect(await build(page)).toBe(first);
    // The open page is refused what is not of its version; the next visit has the newer one, whole.
    expect(await page.evaluate(() => fetch("app.js").then(({ status }) => status))).toBe(504);
    await page.reload();
    await app.ready();
    expect(await build(page)).toBe(second.build);
    expect(await page.evaluate(() => (globalThis as { regulensYear?: number }).regulensYear)).toBe(2);
    await kept(page);
  } finally {
    second.remove();
  }
});

test("without room the page goes on as before, and says that it is not kept", async ({
  page,
  context,
  server,
  watched,
}) => {
  const session = await context.newCDPSession(page);
  const { origin } = new URL(server.url);
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 600_000 });
  // The browser logs that the worker's installation failed.
  watched.expectError(/space|service-worker/i);
  const app = await new AppPage(page).open(QUICK);
  await expect(panel(page).locator("summary")).toContainText("not kept for offline use", { timeout: 120_000 });
  await openPanel(page);
  await expect(panel(page)).toContainText("Not kept for offline use. The browser has no space for it.");
  await app.tryExample();
  await app.finished();
  expect(await page.evaluate(() => caches.keys())).not.toContainEqual(expect.stringContaining("regulens-site:"));
  // With room it is kept when the user asks.
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  await button(page, "Keep this page for offline use").click();
  await kept(page);
});

test("what is kept is listed with its size and removed one by one; a removed page is kept again only when asked", async ({
  page,
  server,
}) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, "connection", { value: { saveData: true }, configurable: true }),
  );
  const app = await new AppPage(page).open("?device=cpu");
  await openPanel(page);
  await expect(panel(page)).toContainText("Not kept for offline use. This browser is set to save data.");
  expect(server.asked).not.toContain("service-worker.js");
  await button(page, "Keep this page for offline use").click();
  await kept(page);
  await app.chooseCellType("H1");
  await app.ready();
  const lines = panel(page).getByRole("listitem");
  const removes = button(page, /^Remove .* from this computer$/);
  await expect(removes).toHaveCount(3);
  await expect(lines.nth(0)).toContainText(/^\s*This page, its examples and the engines used\s+[\d.]+ MB/);
  await expect(lines.nth(1)).toContainText(/Your files and results, in all tabs\s+\d+ bytes/);
  await expect(lines.nth(2)).toContainText(/Not yet kept: \d+ other model files.*\s+[\d.]+ MB/);
  await expect(lines.nth(3)).toContainText(/AttentiveChrome.*\s+\d+ kB/);
  await removes.nth(1).click();
  await expect(removes).toHaveCount(2);
  await expect(panel(page).locator("summary")).toContainText("with 1 of");
  await removes.first().click();
  await expect(panel(page)).toContainText("Not kept for offline use. It was removed.");
  expect(await page.evaluate(() => caches.keys())).not.toContainEqual(expect.stringContaining("regulens-site:"));
  // The page goes on; it is not kept again unasked.
  await app.tryExample();
  await app.finished();
  await page.reload();
  await app.ready();
  await openPanel(page);
  await expect(panel(page)).toContainText("Not kept for offline use. It was removed.");
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await button(page, "Keep this page for offline use").click();
  await kept(page);
});
