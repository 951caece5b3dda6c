// The workbench after a run: a bar that stays in view, the list beside the figure, tabs, two screens on a phone.

import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { focused } from "../support/focus.ts";
import { AppPage } from "../support/app-page.ts";
import type { Page } from "@playwright/test";

const LAPTOP = { width: 1366, height: 768 };

const TASKS = {
  "genes on or off": { query: "?device=cpu&example=simulated", tabs: ["Why", "Test", "What if", "Compare", "Notes"] },
  "a change": {
    query: "?device=cpu&model=deep-diff-raw-d-k562-h1&example=simulated-change",
    tabs: ["Why", "Test", "What if", "Compare", "Notes"],
  },
  "a change that is attended to in A, in B and in their difference": {
    query: "?device=cpu&model=deep-diff-aux-k562-h1&example=simulated-change",
    tabs: ["Why", "Test", "What if", "Compare", "Notes"],
  },
  tracks: {
    query: "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence",
    tabs: ["Why", "Test", "What if", "Compare", "Notes"],
  },
} as const;

/** The example of a task, after its run. */
async function ran(page: Page, query: string): Promise<AppPage> {
  const app = new AppPage(page);
  await page.goto(`./${query}`);
  await app.finished();
  await expect(page.getByText("Up to date", { exact: true })).toBeAttached();
  return app;
}

for (const [task, { query, tabs }] of Object.entries(TASKS)) {
  test(`${task}: all of it is two screens high on a laptop, under a bar that stays`, async ({ page }) => {
    await page.setViewportSize(LAPTOP);
    const app = await ran(page, query);
    // Which model and which data are open is read in the bar, and above the results at any width.
    for (const chip of await page.locator("regulens-bar .chip > span").all()) {
      const isCut = await chip.evaluate(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight);
      expect(isCut, (await chip.textContent()) ?? "").toBe(false);
      const [, name = ""] = ((await chip.textContent()) ?? "").split(": ");
      await expect(page.locator(".set-up")).toContainText(name.trim());
    }
    await expect(page.getByRole("tab")).toHaveText([...tabs]);
    await expect(
      page.getByRole("img", { name: /^(Signal and attention|Contributions|Predicted tracks) along/ }),
    ).toBeVisible();
    const fits = (what: string) =>
      expect
        .poll(() => page.evaluate(() => document.documentElement.scrollHeight), what)
        .toBeLessThanOrEqual(2 * LAPTOP.height);
    for (const name of tabs) {
      await page.getByRole("tab", { name, exact: true }).click();
      await fits(name);
    }
    if (task.startsWith("a change")) {
      await app.tab("Why");
      await app.lookAtAttention();
      const tracks = page.getByRole("img", { name: /^Signal and attention along/ });
      await expect(tracks.locator("[data-beta]").first()).toBeAttached();
      const grid = page.getByRole("grid", { name: "Genes" });
      expect(await grid.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
      await fits("attention");
    }
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const bar = await page.locator("regulens-header").boundingBox();
    expect(bar?.y).toBe(0);
    expect(bar?.height).toBeLessThanOrEqual(64);
  });
}

test("genes on or off: β, tabs, the list beside the figure, and what is one press away", async ({ page }) => {
  const app = await ran(page, TASKS["genes on or off"].query);
  await test.step("β stands at the track of its mark", async () => {
    await app.lookAtAttention();
    const track = page.getByRole("img", { name: /^Signal and attention along/ }).locator("[data-mark=H3K4me3]");
    const row = app.grid.getByRole("row", { selected: true });
    const beta = /β (0\.\d\d)/.exec((await track.textContent()) ?? "")?.[1] ?? "no β";
    await expect(row).toContainText(beta);
  });
  await test.step("tabs are chosen with the arrow keys, and one of them is in the order of Tab", async () => {
    const tab = (name: string) => page.getByRole("tab", { name, exact: true });
    await tab("Why").focus();
    for (const [key, name] of [
      ["ArrowRight", "Test"],
      ["End", "Notes"],
      ["ArrowRight", "Why"],
      ["ArrowLeft", "Notes"],
      ["Home", "Why"],
    ] as const) {
      await page.keyboard.press(key);
      await expect(tab(name)).toBeFocused();
      await expect(tab(name)).toHaveAttribute("aria-selected", "true");
      await expect(page.getByRole("tabpanel", { name, exact: true })).toBeVisible();
      await expect(page.getByRole("tabpanel")).toHaveCount(1);
    }
    await page.keyboard.press("Tab");
    expect((await focused(page)).role).toBe("tabpanel");
  });
  await test.step("from 900 pixels on the list stands beside the figure", async () => {
    await page.setViewportSize({ width: 900, height: 768 });
    const figure = page.getByRole("img", { name: /^Signal and attention along/ });
    // The window was resized: the page follows.
    await expect
      .poll(async () => {
        const [beside, at] = [await app.grid.boundingBox(), await figure.boundingBox()];
        return (at?.x ?? NaN) - ((beside?.x ?? NaN) + (beside?.width ?? NaN));
      })
      .toBeGreaterThan(0);
    await expect(page.getByRole("button", { name: "Back to the genes" })).toBeHidden();
  });
  await test.step("what must be known, what can be saved, the model and the data are one press away", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await app.openRemarks();
    await expect(page.getByText("it shows the tool, not biology")).toBeInViewport();
    await page.keyboard.press("Escape");
    await app.openBarMenu("Export");
    await expect(page.getByRole("button", { name: "Predictions (TSV)" })).toBeInViewport();
    await page.keyboard.press("Escape");
    await expect(page.locator("regulens-data-step")).toBeHidden();
    await page.getByRole("button", { name: /^Change the data/ }).click();
    await expect(page.getByRole("heading", { name: "Your data" })).toBeFocused();
    await page.getByRole("button", { name: /^Change the data/ }).click();
    await expect(page.locator("regulens-data-step")).toBeHidden();
    await page.getByRole("button", { name: /^Change the model/ }).click();
    await expect(page.getByRole("group", { name: "What to predict" })).toBeInViewport();
  });
});

test("on a phone the list and the gene are two screens, with a way back", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const app = await ran(page, TASKS["genes on or off"].query);
  const gene = page.getByRole("group", { name: /^Gene SIM/ });
  await expect(app.grid).toBeVisible();
  await expect(gene).toBeHidden();
  await app.grid.getByRole("row").nth(3).click();
  await expect(gene).toBeInViewport();
  await expect(app.grid).toBeHidden();
  // In view, and not under the bar that stays.
  const back = page.getByRole("button", { name: "Back to the genes" });
  await expect(back).toBeFocused();
  const box = (await back.boundingBox())!;
  const bar = (await page.locator("regulens-bar").boundingBox())!;
  expect(box.y).toBeGreaterThanOrEqual(bar.y + bar.height);
  await back.click();
  await expect(app.grid).toBeFocused();
  await expect(gene).toBeHidden();
});

test("the model card stays open while results come, and is put away with its place", async ({ page }) => {
  const app = new AppPage(page);
  let arrive = (): void => {};
  const opened = new Promise<void>((resolve) => (arrive = resolve));
  await page.route("**/examples/simulated.csv.gz", async (route) => (await opened, route.continue()));
  await page.goto(`./${TASKS["genes on or off"].query}`);
  await app.ready();
  await page.getByRole("button", { name: "Read the model card" }).click();
  const card = page.getByRole("dialog", { name: "Model card" });
  await expect(card.getByRole("heading", { name: "How well it does" })).toBeVisible();
  arrive();
  await expect(page.locator("regulens-results")).toBeAttached({ timeout: 120_000 });
  await expect(page.getByText("Up to date", { exact: true })).toBeAttached();
  await expect(card).toBeVisible();
  await card.getByRole("button", { name: "Close the model card" }).click();
  await expect(card).toBeHidden();
  await expect(page.locator("main > .setup")).toBeHidden();
  await expect(page.getByRole("button", { name: /^Change the model/ })).toBeFocused();
});

test.describe(() => {
  test.use({ bypassCSP: true });

  test("no rule of accessibility is broken by the workbench and its menus in light and dark colours", async ({
    page,
  }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    const app = await ran(page, TASKS["genes on or off"].query);
    expect(await violations(page)).toEqual([]);
    await app.openRemarks();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await app.openBarMenu("Export");
    expect(await violations(page)).toEqual([]);
  });
});
