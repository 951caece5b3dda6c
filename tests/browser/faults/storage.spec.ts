// Storage that is full or taken away, a new version in the middle of work, and a clock that is set back: nothing is
// lost, and nothing is wrong.

import { dice, PATIENCE, shares, trials } from "../support/faults.ts";
import { expect } from "../support/fixtures.ts";
import { stored } from "../support/kept.ts";
import { AppPage, largestDifference, type Predictions, QUICK } from "../support/app-page.ts";
import { test } from "../support/own-site.ts";
import { anotherBuild, SITE } from "../support/site-server.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

test.use({ serviceWorkers: "allow" });

const GENES = 60;
const TABLE = { name: "genes.csv", buffer: Buffer.from(table({ genes: GENES })) };
const news = (page: Page) => page.locator("regulens-offline-news");
const build = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="regulens-build"]')?.content);

/** Waits until the page's files are kept. */
const kept = (page: Page) =>
  expect(page.locator("regulens-offline summary")).toContainText("works offline", { timeout: 120_000 });

async function ran(app: AppPage): Promise<Predictions> {
  await app.openSetup();
  await app.runTable(TABLE, GENES);
  return app.predictions();
}

/** Takes away some of what the browser stores: entries of caches, whole caches, the store of tabs. */
function takeAway(page: Page, [one = 0, caches_ = 0, tabs = 0]: readonly number[]): Promise<void> {
  return page.evaluate(
    async ([one, whole, tabs]) => {
      for (const name of await caches.keys()) {
        if (whole! < 0.2) await caches.delete(name);
        const cache = await caches.open(name);
        const keys = await cache.keys();
        await Promise.all(keys.filter((_, i) => ((i + 1) * 0.618) % 1 < one!).map((key) => cache.delete(key)));
      }
      if (tabs! < 0.3) indexedDB.deleteDatabase("regulens-tab");
    },
    [one, caches_, tabs] as const,
  );
}

test("storage that is full, or taken away in the middle: the numbers are the same, and the next visit is whole", async ({
  page,
  context,
  server,
  watched,
}) => {
  test.setTimeout(PATIENCE);
  watched.expectError(/./);
  const session = await context.newCDPSession(page);
  const { origin } = new URL(server.url);
  const app = await new AppPage(page).open(QUICK);
  const wanted = await ran(app);
  for (const seed of trials(1)) {
    const share = shares(seed);
    const isFull = share() < 0.5;
    const quotaSize = Math.round(50_000 + 6e6 * share() ** 2);
    await session.send("Storage.overrideQuotaForOrigin", isFull ? { origin, quotaSize } : { origin });
    await page.goto(`./${QUICK}`);
    await app.ready();
    await app.chooseTable(TABLE);
    await app.run.click();
    await page.waitForTimeout(600 * share());
    if (!isFull) await takeAway(page, [share(), share(), share()]);
    await app.finished(GENES);
    expect(largestDifference(await app.predictions(), wanted), `trial ${seed}`).toBe(0);
    await session.send("Storage.overrideQuotaForOrigin", { origin });
    // Where the tab could not be kept, the browser asks before it goes.
    page.once("dialog", (dialog) => void dialog.accept());
    await page.goto(`./${QUICK}`);
    page.removeAllListeners("dialog");
    expect(largestDifference(await ran(app), wanted), `trial ${seed}, the next visit`).toBe(0);
    await expect(app.alert()).toHaveCount(0);
  }
});

test("a new version in the middle of work: the open page stays of one version, and the work ends well", async ({
  page,
  context,
  server,
  watched,
}) => {
  test.setTimeout(PATIENCE);
  watched.expectError(/service-worker|not kept/i);
  const second = anotherBuild({ "app.js": (text) => `${text}\nglobalThis.regulensYear = 2;\n` });
  const folders = [SITE, second.folder];
  try {
    const app = await new AppPage(page).open(QUICK);
    await kept(page);
    const wanted = await ran(app);
    page.on("dialog", (dialog) => void dialog.accept());
    for (const [trial, seed] of trials(1).entries()) {
      const share = shares(seed);
      const before = await build(page);
      const work = ran(app);
      await page.waitForTimeout(600 * share());
      server.folder = folders[(trial + 1) % 2]!;
      const other = await context.newPage();
      await other.goto(server.url);
      await expect(news(other)).toContainText("A new version is available", { timeout: 120_000 });
      await other.close();
      expect(largestDifference(await work, wanted), `trial ${seed}`).toBe(0);
      expect(await build(page)).toBe(before);
      const reload = news(page).getByRole("button", { name: "Reload with the new version" });
      const loaded = page.waitForEvent("load");
      await app.openSetup();
      await app.chooseTable({ ...TABLE, name: `genes-${seed}.csv` });
      await app.run.click();
      // Work that is going on, or the tab that is not closed yet, is waited for.
      await expect(async () => {
        if ((await build(page).catch(() => before)) === before) await reload.click({ timeout: 1000 });
        expect(await build(page)).not.toBe(before);
      }).toPass({ timeout: 60_000 });
      await loaded;
      // The table and its predictions are back, in the new version.
      await app.finished(GENES);
      expect(largestDifference(await app.predictions(), wanted), `trial ${seed}, the new version`).toBe(0);
      await kept(page);
    }
  } finally {
    second.remove();
  }
});

/** A clock that jumps; `jump` says by how many milliseconds from what it is. */
const JUMPING = `{
  const Real = Date;
  const by = () => Number(globalThis.localStorage?.getItem("jump") ?? 0);
  globalThis.Date = class extends Real {
    constructor(...given) { given.length > 0 ? super(...given) : super(Real.now() + by()); }
    static now() { return Real.now() + by(); }
  };
}`;

test("a clock that is set back or on: what a tab has is there after a reload, of an idle tab too", async ({
  page,
  context,
}) => {
  test.setTimeout(PATIENCE);
  await context.addInitScript(JUMPING);
  const app = await new AppPage(page).open(QUICK);
  const wanted = await ran(app);
  const DAY = 24 * 3600e3;
  for (const seed of trials(1)) {
    const roll = dice(seed);
    const jump = async () => {
      const by = [-400 * DAY, -DAY, -1, 0, 2 * DAY, 400 * DAY][roll(6)]! + roll(1000);
      await page.evaluate((by) => localStorage.setItem("jump", String(by)), by);
    };
    await jump();
    await app.tab("Notes");
    const notes = page.getByRole("textbox", { name: "Notes" });
    await notes.fill(`Trial ${seed}.`);
    await expect.poll(() => stored(page)).toMatchObject({ notes: `Trial ${seed}.` });
    await jump();
    // Another tab looks for what closed ones have left; this one is open.
    const other = await context.newPage();
    await new AppPage(other).open(QUICK);
    await other.waitForTimeout(200);
    await other.close();
    await jump();
    await page.reload();
    await app.finished(GENES);
    await app.tab("Notes");
    await expect(notes).toHaveValue(`Trial ${seed}.`);
    expect(largestDifference(await app.predictions(), wanted), `trial ${seed}`).toBe(0);
  }
});

test("a tab that was duplicated has its own from then on, and takes nothing from the other", async ({
  page,
  context,
}) => {
  const app = await new AppPage(page).open(QUICK);
  const wanted = await ran(app);
  await app.tab("Notes");
  await page.getByRole("textbox", { name: "Notes" }).fill("Of the first tab.");
  await expect.poll(() => stored(page)).toMatchObject({ notes: "Of the first tab." });
  // As the browser duplicates a tab, what is kept of the session goes with it.
  const [second] = await Promise.all([context.waitForEvent("page"), page.evaluate(() => void open(location.href))]);
  const other = new AppPage(second);
  await other.ready();
  await other.chooseTable({ name: "other.csv", buffer: Buffer.from(table({ genes: 5 })) });
  await other.run.click();
  await other.finished(5);
  await expect.poll(() => stored(second)).toMatchObject({ inputs: [{ name: "other.csv" }] });
  await page.reload();
  await app.finished(GENES);
  // The page is still bringing back what it had: it may draw its tabs anew.
  await expect(async () => {
    await app.tab("Notes");
    await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue("Of the first tab.", { timeout: 2000 });
  }).toPass();
  expect(largestDifference(await app.predictions(), wanted)).toBe(0);
  await second.reload();
  await other.finished(5);
});
