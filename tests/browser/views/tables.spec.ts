// Results of genes: on or off, and a change between two cell types.

import { view, CHANGE, EXAMPLE, compareWith, finished, openTab } from "./view.ts";
import type { Page } from "@playwright/test";

/** What a comparison says when it is done. */
const compared = (page: Page) => page.getByRole("heading", { name: /in each run$/ }).waitFor();

for (const [task, query, other] of [
  ["on or off", EXAMPLE, /^Compare with .*, H1 /],
  ["change", CHANGE, /^Compare with /],
] as const) {
  view(`${task}, results`, async (page) => {
    await finished(page, query);
  });

  view(`${task}, results, overview`, async (page) => {
    await (await finished(page, query)).openOverview();
  });

  view(`${task}, results, model and data open`, async (page) => {
    await (await finished(page, query)).openSetup();
  });

  for (const name of ["Why", "Test", "What if", "Compare", "Notes"])
    view(`${task}, tab ${name}`, async (page) => {
      await finished(page, query);
      await openTab(page, name);
    });

  view(`${task}, tab Test, full`, async (page) => {
    await finished(page, query);
    await openTab(page, "Test");
    const analyses = page.locator("regulens-analyses");
    await analyses.getByRole("combobox", { name: "Genes" }).selectOption("50");
    await analyses.getByRole("button", { name: "Test 50 genes" }).click();
    await analyses.getByRole("img", { name: /^Deletion test/ }).waitFor();
  });

  view(`${task}, tab What if, full`, async (page) => {
    await finished(page, query);
    await openTab(page, "What if");
    const changes = page.locator("regulens-perturb");
    await changes.getByRole("button", { name: "Set to zero" }).click();
    await changes.locator(".outcome").first().waitFor();
    await changes.getByRole("button", { name: /^Remove it from all/ }).click();
    await page.locator("regulens-everywhere").getByRole("heading").first().waitFor();
    await page.locator("regulens-everywhere").getByRole("progressbar").waitFor({ state: "detached" });
  });

  view(`${task}, tab Compare, full`, async (page) => {
    await finished(page, query);
    await compareWith(page, other);
    await compared(page);
  });
}
