// Keeping the page: without a network, across versions, without room, and taken away again.

import { type BrowserContext, type Page } from "@playwright/test";
import { spawn, spawnSync } from "node:child_process";
import { expect } from "../support/fixtures.ts";
import { AppPage, largestDifference } from "../support/app-page.ts";
import { test } from "../support/own-site.ts";
import { anotherBuild, SITE, type SiteServer } from "../support/site-server.ts";
import { table } from "../support/tables.ts";

test.use({ serviceWorkers: "allow" });

const panel = (page: Page) => page.locator("regulens-offline");
const news = (page: Page) => page.locator("regulens-offline-news");

/** Waits until the page's files are kept. */
async function kept(page: Page): Promise<void> {
  await expect(panel(page).locator("summary")).toContainText("works without a network", { timeout: 120_000 });
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

/** Names of the caches of this host. */
const cacheNames = (page: Page) => page.evaluate(() => caches.keys());

const build = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="regulens-build"]')?.content);

/** Takes entries out of the page's own cache, as a browser that needs room does. */
function evict(page: Page, types: RegExp): Promise<number> {
  return page.evaluate(async (types) => {
    let gone = 0;
    for (const name of (await caches.keys()).filter((name) => name.startsWith("regulens-site:"))) {
      const cache = await caches.open(name);
      for (const key of await cache.keys()) {
        const type = (await cache.match(key))?.headers.get("content-type") ?? "";
        if (types.test(type) && (await cache.delete(key))) gone++;
      }
    }
    return gone;
  }, types);
}

test(
  "after one visit the page, its engine, the example and the model that was used work without a network, with the " +
    "same results",
  async ({ page, context, server, watched }) => {
    const app = await new AppPage(page).open("?device=cpu");
    await kept(page);
    // Not all 18 MB of engines unasked, and the line says with what it works.
    expect(server.asked.filter((path) => path.includes("wasm/webgpu") || path.startsWith("api/"))).toEqual([]);
    const line = (await panel(page).locator("summary").textContent()) ?? "";
    expect(line).toMatch(/works without a network with AttentiveChrome LSTM-α,β, K562; [\d.]+ MB kept/);
    expect(Number(/([\d.]+) MB kept/.exec(line)?.[1])).toBeLessThan(5);
    await app.tryExample();
    await app.finished();
    const before = await app.predictions();
    // The address holds the view, which is there again after a reload.
    await expect(page).toHaveURL(/example=simulated/);
    await goOffline(context, server);
    watched.expectError(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Failed to (load|fetch)/);
    await page.reload();
    await app.ready();
    // Older releases of Chromium forget over a reload that they are to be offline; no host answers meanwhile.
    await context.setOffline(false);
    await context.setOffline(true);
    await app.finished();
    expect(largestDifference(before, await app.predictions())).toBe(0);
    // A model that nobody has used is not there, and the page says so.
    await app.chooseCellType("H1");
    await expect(app.alert()).toContainText("not kept on this machine, and there is no network");
    const keep = news(page).getByRole("button", { name: "Keep everything for offline use" });
    await expect(keep).toBeDisabled();
    // Back: all can be kept from where it was missed.
    await server.start();
    await context.setOffline(false);
    await keep.click();
    await expect(panel(page).locator("summary")).toContainText(/works without a network with \d+ of \d+ model files/, {
      timeout: 120_000,
    });
    await expect(keep).toHaveCount(0);
  },
);

test("with everything kept, every model opens without a network, those of a change and of sequences too", async ({
  page,
  context,
  server,
  watched,
}) => {
  const app = await new AppPage(page).open("?device=cpu");
  await kept(page);
  await openPanel(page);
  const everything = panel(page).getByRole("button", { name: /^Keep everything for offline use \([\d.]+ MB more\)$/ });
  await everything.click();
  await expect(panel(page)).toContainText("Everything is kept.", { timeout: 120_000 });
  const { models } = (await (await page.request.get("models/catalogue.json")).json()) as {
    models: { id: string; int8?: object; family: string }[];
  };
  const files = models.length + models.filter(({ int8 }) => int8).length;
  await expect(panel(page)).toContainText(`${files} model files of ${files} can be used offline`);
  await expect(panel(page).getByText("not kept", { exact: true })).toHaveCount(0);
  await goOffline(context, server);
  watched.expectError(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Failed to (load|fetch)/);
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
  const examples = { "deep-diff": "simulated-change", basenji: "simulated-sequence" };
  for (const [family, example] of Object.entries(examples)) {
    const model = models.find((each) => each.family === family);
    if (!model) throw new Error(`the catalogue has no ${family}`);
    await page.goto(`./?device=cpu&model=${model.id}&example=${example}`);
    const result =
      family === "basenji"
        ? page.getByRole("img", { name: /^Predicted tracks along/ })
        : page.locator("regulens-change").getByRole("heading", { name: "Results" });
    await expect(result).toBeVisible({ timeout: 240_000 });
  }
  expect(app.alert()).toHaveCount(0);
});

/** Files of the full engine, which explains predictions and runs models of a change and of sequences. */
const FULL_ENGINE = /^regulens\/wasm\/full(-relaxed)?\/[\w-]+\.(js|wasm)$/;

test("once the page is kept, the main job asks nobody for anything: tables, changes and sequences", async ({
  page,
  server,
}) => {
  const app = await new AppPage(page).open("?device=cpu");
  await kept(page);
  for (const [family, example] of [
    ["attentive-chrome", "simulated"],
    ["deep-diff", "simulated-change"],
    ["basenji", "simulated-sequence"],
  ] as const) {
    const { models } = (await (await page.request.get("models/catalogue.json")).json()) as {
      models: { id: string; family: string }[];
    };
    server.asked.length = 0;
    await page.goto(`./?device=cpu&model=${models.find((each) => each.family === family)?.id}`);
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
      `${family} with ${example}`,
    ).toEqual([]);
  }
});

test("without a service worker, what is asked for after loading is the site's own files, by reading alone", async ({
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
  const app = await new AppPage(page).open("?device=cpu");
  await openPanel(page);
  await expect(panel(page)).toContainText("no service workers");
  server.asked.length = 0;
  await app.chooseTable({ name: "genes.csv", buffer: Buffer.from(table({ genes: 400 })) });
  await app.run.click();
  await app.finished(400);
  // The scripts of the CPU engine's threads, where they start with the first run; the engine of the first explanation;
  // and the icon, for which the browser asks again where the address changes.
  const expected = /^(regulens\/(dist|wasm\/cpu(-relaxed)?)\/[\w-]+\.js|icon\.svg)$/;
  expect(server.asked.filter((path) => !expected.test(path) && !FULL_ENGINE.test(path))).toEqual([]);
  expect([...methods]).toEqual(["GET without data"]);
});

test("a new version waits beside the old one: the open page stays whole, and changes at the press of a button", async ({
  page,
  context,
  server,
  watched,
}) => {
  const app = await new AppPage(page).open("?device=cpu");
  await kept(page);
  const first = await build(page);
  const second = anotherBuild({
    "models/catalogue.json": (text) => text.replace('"Simulated signal"', '"Simulated signal of another year"'),
    "app.js": (text) => `${text}\nglobalThis.regulensYear = 2;\n`,
  });
  try {
    expect(second.build).not.toBe(first);
    server.folder = second.folder;
    // A visit in another tab finds it; that one is of the version before, too.
    const other = await context.newPage();
    await other.goto(server.url);
    await expect(news(other)).toContainText("A new version of this page is there", { timeout: 120_000 });
    await expect(news(page)).toContainText("A new version of this page is there");
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
    await expect(news(page)).toContainText("1 other tab or window with this page is open");
    await other.close();
    // Something is going on: it is not lost.
    server.held = /h1.*\.safetensors$/;
    await app.chooseCellType("H1");
    await expect(page.getByRole("button", { name: "Cancel" })).toBeVisible();
    await news(page).getByRole("button", { name: "Reload with the new version" }).click();
    await expect(news(page)).toContainText("Work is going on");
    server.release();
    await expect(app.model).toContainText("H1");
    await app.ready();
    expect(await build(page)).toBe(first);
    await expect(news(page)).not.toContainText("Work is going on");
    const reloaded = page.waitForEvent("load");
    await news(page).getByRole("button", { name: "Reload with the new version" }).click();
    await reloaded;
    await app.ready();
    expect(await build(page)).toBe(second.build);
    expect(await page.evaluate(() => (globalThis as { regulensYear?: number }).regulensYear)).toBe(2);
    expect(await page.evaluate(() => fetch("models/catalogue.json").then((answer) => answer.text()))).toContain(
      "of another year",
    );
    await kept(page);
    await expect(news(page).getByRole("button")).toHaveCount(0);
    expect((await cacheNames(page)).filter((name) => name.startsWith("regulens-site:"))).toHaveLength(1);
    // It is whole.
    await goOffline(context, server);
    watched.expectError(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Failed to (load|fetch)/);
    await page.reload();
    await app.ready();
    expect(await build(page)).toBe(second.build);
  } finally {
    second.remove();
  }
});

test("a site that is half replaced is not taken as a new version", async ({ page, context, server }) => {
  await new AppPage(page).open("?device=cpu");
  await kept(page);
  const first = await build(page);
  const second = anotherBuild({ "app.js": (text) => `${text}\n// new\n` });
  try {
    const { readFileSync, writeFileSync } = await import("node:fs");
    // The service worker of the new version is there already, its program is not.
    writeFileSync(`${second.folder}/app.js`, readFileSync(`${SITE}/app.js`));
    server.folder = second.folder;
    server.asked.length = 0;
    const other = await context.newPage();
    await other.goto(server.url);
    await expect
      .poll(() => server.asked.filter((path) => path === "app.js").length, { timeout: 60_000 })
      .toBeGreaterThan(0);
    await expect
      .poll(() => other.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.installing ?? null))
      .toBeNull();
    await expect(news(other).getByRole("button")).toHaveCount(0);
    expect(await build(other)).toBe(first);
    expect((await cacheNames(page)).filter((name) => name.startsWith("regulens-site:"))).toHaveLength(1);
  } finally {
    second.remove();
  }
});

test("what the browser has removed is fetched again with a network, and said without one", async ({
  page,
  context,
  server,
  watched,
}) => {
  const app = await new AppPage(page).open("?device=cpu");
  await kept(page);
  expect(await evict(page, /wasm/)).toBeGreaterThan(0);
  await page.reload();
  await app.ready();
  await kept(page);
  expect(await evict(page, /wasm/)).toBeGreaterThan(0);
  await goOffline(context, server);
  watched.expectError(/./);
  await page.reload();
  await expect(app.alert().first()).toContainText(/engine/);
  // Without the page itself there is a word of what happened.
  await evict(page, /./);
  await page.reload().catch(() => {});
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Regulens is not kept on this machine any more");
  // With a network all is well again.
  await server.start();
  await context.setOffline(false);
  await page.reload();
  await app.ready();
  await kept(page);
});

test("what is gone and of a newer version by now is not mixed in: the newer page is given whole", async ({
  page,
  server,
  watched,
}) => {
  watched.expectError(/504 \(of a newer version by now\)/);
  const app = await new AppPage(page).open("?device=cpu");
  await kept(page);
  const second = anotherBuild({ "app.js": (text) => `${text}\nglobalThis.regulensYear = 2;\n` });
  try {
    server.folder = second.folder;
    await evict(page, /javascript/);
    // The open page is refused what is not of its version.
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

test("without room the page goes on as before, and says once that it is not kept", async ({
  page,
  context,
  server,
  watched,
}) => {
  const session = await context.newCDPSession(page);
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(server.url).origin, quotaSize: 600_000 });
  // The browser logs that the worker's installation failed.
  watched.expectError(/QuotaExceeded|NotKept|service-worker/i);
  const app = await new AppPage(page).open("?device=cpu");
  await expect(news(page)).toContainText("The browser has no room for", { timeout: 120_000 });
  await expect(panel(page).locator("summary")).toContainText("not kept for offline use");
  await openPanel(page);
  await expect(panel(page)).toContainText("The browser has no room for it.");
  await app.tryExample();
  await app.finished();
  await news(page).getByRole("button", { name: "Close this message" }).click();
  await app.chooseCellType("H1");
  await app.ready();
  await expect(news(page).locator("regulens-notice")).toHaveCount(0);
  expect((await cacheNames(page)).filter((name) => name.startsWith("regulens-site:"))).toEqual([]);
  // With room it is kept when the user asks.
  await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(server.url).origin });
  await panel(page).getByRole("button", { name: "Try again" }).click();
  await kept(page);
});

test("what is kept is shown with its size, and is removed one by one or all at once", async ({
  page,
  context,
  server,
  watched,
}) => {
  const app = await new AppPage(page).open("?device=cpu");
  await kept(page);
  await app.chooseCellType("H1");
  await app.ready();
  await openPanel(page);
  await expect(panel(page)).toContainText(/Page, engines and examples [\d.]+ MB; models\s+\d+ kB/);
  await expect(panel(page)).toContainText(/All that this host stores: [\d.]+ MB, [\d.]+ %/);
  const removes = panel(page).getByRole("button", { name: /^Remove .* from this machine$/ });
  await expect(removes).toHaveCount(3);
  await removes.first().click();
  await expect(removes).toHaveCount(2);
  await expect(panel(page)).toContainText("1 model file of");
  await panel(page).getByRole("button", { name: "Remove page and models from this machine" }).click();
  await expect(panel(page).locator("summary")).toContainText("not kept for offline use");
  expect((await cacheNames(page)).filter((name) => name.startsWith("regulens-site:"))).toEqual([]);
  // The page goes on; it is not kept again unasked.
  await app.tryExample();
  await app.finished();
  await page.reload();
  await app.ready();
  await expect(panel(page).locator("summary")).toContainText("not kept for offline use");
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  await openPanel(page);
  await panel(page).getByRole("button", { name: "Keep this page for offline use" }).click();
  await kept(page);
  await goOffline(context, server);
  watched.expectError(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Failed to (load|fetch)/);
  await page.reload();
  await app.ready();
});

test("keeping everything is cancelled, and what came stays", async ({ page, server }) => {
  await new AppPage(page).open("?device=cpu");
  await kept(page);
  await openPanel(page);
  const { models } = (await (await page.request.get("models/catalogue.json")).json()) as {
    models: { file: string; int8?: { file: string } }[];
  };
  // The last file does not come.
  const last = `models/${models.at(-1)?.int8?.file ?? models.at(-1)?.file}`;
  server.held = new RegExp(`^${last}$`);
  await panel(page)
    .getByRole("button", { name: /^Keep everything/ })
    .click();
  await expect.poll(() => server.asked.includes(last), { timeout: 120_000 }).toBe(true);
  await expect(panel(page).getByRole("progressbar", { name: "Keeping everything" })).toBeVisible();
  await panel(page).getByRole("button", { name: "Cancel" }).click();
  await expect(panel(page).getByRole("button", { name: /^Keep everything/ })).toBeVisible();
  await expect(panel(page).getByText("not kept", { exact: true })).toHaveCount(1);
  await expect(panel(page)).not.toContainText("could not");
});

test("a browser that asks to save data keeps nothing until the user asks", async ({ page, server }) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, "connection", { value: { saveData: true }, configurable: true }),
  );
  const app = await new AppPage(page).open("?device=cpu");
  await openPanel(page);
  await expect(panel(page)).toContainText("This browser asks to save data.");
  await app.tryExample();
  await app.finished();
  expect(server.asked).not.toContain("service-worker.js");
  await panel(page).getByRole("button", { name: "Keep this page for offline use" }).click();
  await kept(page);
});

test("where there are no service workers the page works as before, and its panel says why it is not kept", async ({
  page,
  server,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "serviceWorker"));
  const app = await new AppPage(page).open("?device=cpu");
  await openPanel(page);
  await expect(panel(page)).toContainText("Not kept for offline use. This browser has no service workers");
  await expect(news(page).locator("regulens-notice")).toHaveCount(0);
  await app.tryExample();
  await app.finished();
  expect(server.asked).not.toContain("service-worker.js");
});

test("over plain http from another host the page works as before, and its panel says why it is not kept", async ({
  page,
  insecureURL,
}) => {
  const app = new AppPage(page);
  await page.goto(`${insecureURL}?device=cpu`);
  await app.ready();
  await openPanel(page);
  await expect(panel(page)).toContainText(
    "Browsers keep pages only that come over https, or from this machine itself.",
  );
  await expect(news(page).locator("regulens-notice")).toHaveCount(0);
});

test("through a server that does not know wasm, and by the page's own file name, the site works, and is kept", async ({
  page,
  context,
  server,
  watched,
}) => {
  server.wasmType = "application/octet-stream";
  const app = new AppPage(page);
  await page.goto("./index.html?device=cpu");
  await app.ready();
  await kept(page);
  await goOffline(context, server);
  watched.expectError(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Failed to (load|fetch)/);
  await page.reload();
  await app.ready();
  await page.goto("./?device=cpu");
  await app.ready();
});

test("a site's folder works through Python's server, as from a stick", async ({ page, watched }) => {
  const python = spawnSync("python3", ["--version"]);
  test.skip(python.status !== 0, "needs python3");
  const server = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", SITE], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      server.stdout.on("data", (data: Buffer) => {
        const found = /port (\d+)/.exec(data.toString());
        if (found?.[1]) resolve(found[1]);
      });
      server.on("exit", () => reject(new Error("python3 -m http.server ended")));
    });
    const app = new AppPage(page);
    const origin = `http://127.0.0.1:${port}`;
    await page.goto(`${origin}/?device=cpu`);
    await app.ready();
    await app.tryExample();
    await app.finished();
    await kept(page);
    expect(watched.elsewhere.filter((url) => !url.startsWith(origin))).toEqual([]);
    watched.elsewhere.length = 0;
  } finally {
    server.kill();
  }
});
