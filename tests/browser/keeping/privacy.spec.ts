// The reader's own data in the browser's store: kept until the tab is closed, and no longer than is said.

import { expect, test } from "../support/fixtures.ts";
import { everythingStored, NOTHING, stored } from "../support/kept.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { file } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";
import type { BrowserContext, Page } from "@playwright/test";

const MINUTE = 60e3;

/** A tab with a table of the reader's own, which is stored. */
async function own(page: Page, tabs = 1): Promise<AppPage> {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(file("mine.csv", table({ genes: 6 })), 6);
  await expect.poll(() => stored(page)).toMatchObject({ inputs: [{ name: "mine.csv" }] });
  await expect.poll(() => everythingStored(page)).toMatchObject({ tabs, files: tabs });
  return app;
}

/** Closes a tab as its reader does. */
async function close(page: Page): Promise<void> {
  page.on("dialog", (dialog) => void dialog.accept());
  await Promise.all([page.waitForEvent("close"), page.close({ runBeforeUnload: true })]);
}

async function another(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await new AppPage(page).open(QUICK);
  return page;
}

/**
 * Well within an hour: the time of two looks, one after the other. The browser gives a closed tab's lock back when the
 * tab is gone for good, which takes it a while where it is busy; a look before takes the tab for an open one.
 */
async function later(context: BrowserContext): Promise<void> {
  const [page] = context.pages();
  const held = () =>
    page!.evaluate(async () => {
      const all = (await navigator.locks?.query())?.held ?? [];
      return all.filter(({ name }) => name?.startsWith("regulens-tab:")).length;
    });
  await expect.poll(held).toBeLessThanOrEqual(context.pages().length);
  for (const minutes of [11, 11]) await context.clock.fastForward(minutes * MINUTE);
}

const ownData = (page: Page) => page.locator("regulens-offline");

async function openPanel(page: Page): Promise<void> {
  await ownData(page).locator("summary").click();
}

test("a table of a tab that was closed is deleted when the page is next opened", async ({ page, context }) => {
  await own(page);
  const bystander = await context.newPage();
  await bystander.goto("./guides/bigwigs.html");
  await close(page);
  // A page that does not run the program sees what the tab left.
  expect(await everythingStored(bystander)).toMatchObject({ tabs: 1, files: 1, marks: 1 });
  await context.clock.install({ time: Date.now() + 2 * MINUTE });
  const next = await another(context);
  await expect.poll(() => everythingStored(next)).toEqual(NOTHING);
});

test("a tab that stays open deletes what a closed tab left, and keeps its own", async ({ page, context }) => {
  await context.clock.install();
  await own(page);
  const other = await context.newPage();
  await own(other, 2);
  await close(other);
  await expect.poll(() => everythingStored(page)).toMatchObject({ tabs: 2, files: 2 });
  await later(context);
  await expect.poll(() => everythingStored(page)).toMatchObject({ tabs: 1, files: 1, marks: 0 });
  expect(await stored(page)).toMatchObject({ inputs: [{ name: "mine.csv" }] });
});

test("a tab that ended without a word is told from an open one, and deleted a minute later", async ({
  page,
  context,
  watched,
}) => {
  watched.expectError(/crash/i);
  await context.clock.install();
  await own(page);
  const bystander = await another(context);
  // Without a mark of its leaving, as after a crash.
  await close(page);
  await bystander.evaluate(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith("regulens-tab:")) localStorage.removeItem(key);
  });
  const next = await another(context);
  await expect.poll(() => everythingStored(next)).toMatchObject({ tabs: 1, files: 1, marks: 1 });
  await context.clock.runFor(2 * MINUTE);
  await expect.poll(() => everythingStored(next)).toEqual(NOTHING);
});

test("a reload keeps everything, and another open tab deletes nothing of a tab that is loading again", async ({
  page,
  context,
}) => {
  const app = await own(page);
  const other = await another(context);
  await page.route(/\/app\.js/, async (route) => {
    // Between the two pages neither holds the lock: the other tab looks just then.
    await expect.poll(() => everythingStored(other)).toMatchObject({ tabs: 1, files: 1, marks: 1 });
    const held = () =>
      other.evaluate(async () =>
        (await navigator.locks.query()).held?.filter(({ name }) => name?.startsWith("regulens-tab:")),
      );
    await expect.poll(held).toEqual([]);
    await other.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await other.reload();
    await new AppPage(other).ready();
    expect(await everythingStored(other)).toMatchObject({ tabs: 1, files: 1, marks: 1 });
    await route.continue();
  });
  await page.reload();
  await expect(page.getByText("Restored what was open before the reload").first()).toBeVisible();
  await app.finished(6);
  expect(await everythingStored(page)).toMatchObject({ tabs: 1, files: 1 });
  await expect.poll(async () => (await everythingStored(page)).marks).toBe(0);
  await expect(page.getByText("It is also stored in this browser until this tab is closed")).toBeVisible();
});

test("without locks, as in older browsers, an open tab is told by its signs, and a closed one is deleted", async ({
  page,
  context,
}) => {
  await context.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
  await context.clock.install();
  await own(page);
  const other = await context.newPage();
  await own(other, 2);
  await close(other);
  await later(context);
  await expect.poll(() => everythingStored(page)).toMatchObject({ tabs: 1, files: 1 });
  expect(await stored(page)).toMatchObject({ inputs: [{ name: "mine.csv" }] });
});

test("Forget my data now asks once, deletes what all tabs stored, says so, and nothing comes back", async ({
  page,
  context,
}) => {
  const app = await own(page);
  const other = await context.newPage();
  const second = await own(other, 2);
  await openPanel(page);
  await expect(ownData(page)).toContainText("until then they may remain on this computer", { ignoreCase: true });
  const ask = ownData(page).getByRole("button", { name: "Forget my data now" });
  await expect(ownData(page).getByRole("listitem").first()).toContainText(/in all tabs\s+[1-9][\d.]* (bytes|kB)/);
  await test.step("without consent nothing is deleted", async () => {
    page.once("dialog", (dialog) => void dialog.dismiss());
    await ask.click();
    expect(await everythingStored(page)).toMatchObject({ tabs: 2, files: 2 });
  });
  const loaded = page.waitForEvent("load");
  page.once("dialog", (dialog) => {
    expect(dialog.message()).toContain("Other open tabs keep what they show, and may store it again.");
    void dialog.accept();
  });
  await ask.press("Enter");
  await loaded;
  await expect(page.getByText("Your data in this browser were deleted: 2 files of 2 tabs").first()).toBeVisible();
  await app.ready();
  expect(new URL(page.url()).search).toBe("");
  expect(await everythingStored(page)).toEqual(NOTHING);
  await page.reload();
  await app.ready();
  await expect(page.getByText("your work was restored")).toHaveCount(0);
  await expect(page.getByText("mine.csv")).toHaveCount(0);
  await expect(page.getByText("Your data in this browser were deleted")).toHaveCount(0);
  expect(await everythingStored(page)).toEqual(NOTHING);
  await test.step("another tab that stores again stores all of it", async () => {
    await second.tab("Notes");
    await other.getByRole("textbox", { name: "Notes" }).fill("Later.");
    await expect.poll(() => stored(other)).toMatchObject({ notes: "Later." });
    expect(await everythingStored(page)).toMatchObject({ tabs: 1, files: 1 });
    await other.reload();
    await second.finished(6);
  });
});

test("a browser's store that cannot be opened is told of, and nothing is said to be deleted", async ({ page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("The store is closed to this page.", "SecurityError");
    };
  });
  await new AppPage(page).open(QUICK);
  await openPanel(page);
  page.once("dialog", (dialog) => void dialog.accept());
  await ownData(page).getByRole("button", { name: "Forget my data now" }).click();
  await expect(ownData(page).getByRole("alert")).toContainText("could not be opened");
  await expect(ownData(page).getByRole("alert")).toContainText("nothing was deleted");
});
