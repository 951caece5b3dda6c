// Visits to the page, and screenshots of what is seen on them, in light and in dark.

import { test, type Page } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AppPage } from "../support/app-page.ts";
import { FOLDER, SCHEMES } from "./sheet.ts";

export const EXAMPLE = "?example=simulated&device=cpu";
export const CHANGE = "?model=deep-diff-raw-d-k562-h1&example=simulated-change&device=cpu";
export const TRACKS = "?model=basenji-attention-two-sided-simulated&example=simulated-sequence&device=cpu";

/** Moves fade, figures are drawn again in other colours: a moment after the last of it, all stands still. */
const MOMENT = 400;

mkdirSync(FOLDER, { recursive: true });

/**
 * Takes the screenshots of a view as it stands now: of all of the page or, where something lies over it, of what the
 * `window` shows.
 */
export type Look = (view: string, extent?: "page" | "window", seen?: Page) => Promise<void>;

/** A visit, on which views are come to one after another. */
export function visit(name: string, walk: (page: Page, look: Look) => Promise<void>): void {
  test(name, ({ page }, { project }) =>
    walk(page, async (view, extent = "page", seen = page) => {
      for (const colorScheme of [...SCHEMES].reverse()) {
        await seen.emulateMedia({ colorScheme });
        await seen.waitForTimeout(MOMENT);
        // Elements that stay in view as the page scrolls would be in its middle.
        if (extent === "page") await seen.evaluate(() => scrollTo(0, 0));
        const path = join(FOLDER, `${view}.${project.name}-${colorScheme}.png`);
        await seen.screenshot({ path, fullPage: extent === "page" });
      }
      const wider = await seen.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (wider > 0) console.log(`${view}, ${project.name} px: ${wider} px wider than the window`);
    }),
  );
}

/** The page of an address, after its run. */
export async function finished(page: Page, query: string): Promise<AppPage> {
  const app = new AppPage(page);
  await page.goto(`./${query}`);
  await app.finished();
  return app;
}

/** The example's record after its run. */
export async function finishedTracks(page: Page, query = TRACKS): Promise<AppPage> {
  await page.goto(`./${query}`);
  await page.getByRole("img", { name: /^Predicted tracks along/ }).waitFor();
  return new AppPage(page);
}

/** Opens a tab of the item, which on a phone is a screen of its own. */
export async function openTab(page: Page, name: string): Promise<void> {
  const tab = page.getByRole("tab", { name, exact: true });
  if (!(await tab.isVisible())) await page.getByRole("grid").first().getByRole("row").nth(1).click();
  await tab.click();
}

/** The first other model of a name, compared with the one that is open. */
export async function compareWith(page: Page, name: RegExp): Promise<void> {
  await openTab(page, "Compare");
  await page.getByText("Compare with…", { exact: true }).click();
  await page.getByRole("button", { name }).first().click();
}
