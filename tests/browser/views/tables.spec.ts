// Results of genes: on or off, and a change between two cell types.

import { visit, CHANGE, EXAMPLE, compareWith, finished, openTab } from "./view.ts";

for (const [task, query, other] of [
  ["on or off", EXAMPLE, /^Compare with .*, H1 /],
  ["change", CHANGE, /^Compare with /],
] as const) {
  visit(task, async (page, look) => {
    const app = await finished(page, query);
    await look(`${task}, results`);
    await app.openOverview();
    await look(`${task}, results, overview`);
    await app.openSetup();
    await look(`${task}, results, model and data open`);
  });

  visit(`${task}, tabs`, async (page, look) => {
    await finished(page, query);
    for (const name of ["Why", "Test", "What if", "Compare", "Notes"]) {
      await openTab(page, name);
      await look(`${task}, tab ${name}`);
    }
    if (task === "on or off") {
      await openTab(page, "Test");
      const analyses = page.locator("regulens-analyses");
      await analyses.getByRole("combobox", { name: "Genes" }).selectOption("50");
      await analyses.getByRole("button", { name: "Test 50 genes" }).click();
      await analyses.getByRole("img", { name: /^Deletion test/ }).waitFor();
      await look(`${task}, tab Test, full`);
    }
    if (task === "change") {
      await openTab(page, "Test");
      const classes = page.locator("regulens-classes");
      await classes.getByLabel("Steps").fill("200");
      await classes.getByLabel("Steps").blur();
      await classes.getByRole("button", { name: "Compute both inputs" }).click();
      const found = classes.getByRole("img", { name: /^Input that moves/ });
      await found.waitFor();
      await found.scrollIntoViewIfNeeded();
      await look(`${task}, tab Test, class optimisation`);
      await page.locator("regulens-held-out").scrollIntoViewIfNeeded();
      await look(`${task}, tab Test, held-out mark`);
    }
    await openTab(page, "What if");
    const [changes, everywhere] = [page.locator("regulens-perturb"), page.locator("regulens-everywhere")];
    await changes.getByLabel("Mark").selectOption("H3K27me3");
    await page.getByRole("button", { name: /^Remove it from all/ }).click();
    await everywhere.getByRole("heading").first().waitFor();
    await everywhere.getByRole("progressbar").waitFor({ state: "detached" });
    await changes.getByRole("button", { name: "Set to zero", exact: true }).click();
    await changes.locator(".outcome").first().waitFor();
    await look(`${task}, tab What if, full`);
    await compareWith(page, other);
    await page.getByRole("heading", { name: /in each run$/ }).waitFor();
    await look(`${task}, tab Compare, full`);
  });
}
