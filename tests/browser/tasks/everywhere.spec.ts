// Questions about all genes: which respond most where a mark is taken away?

import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import type { Page } from "@playwright/test";

const perturb = (page: Page) => page.locator("regulens-perturb");

/** A table's columns, of text with tabs. */
function columns(text: string): Map<string, string[]> {
  const [head = [], ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  return new Map(head.map((name, i) => [name, rows.map((row) => row[i] ?? "")]));
}

test("which genes respond most to taking a mark away is asked of all genes with two presses", async ({ page }) => {
  const app = new AppPage(page);
  await page.goto(`./${QUICK}&example=simulated`);
  await app.finished(400);
  await app.tab("What if");
  await perturb(page).getByLabel("Mark").selectOption("H3K4me3");
  await perturb(page).getByRole("button", { name: "Set to zero" }).click();
  const one = perturb(page).locator(".outcome");
  await expect(one).toContainText(/P\(on\) changed from .* to .* ms on the CPU/);
  await expect(perturb(page).getByRole("combobox", { name: "Cell type" })).toHaveCount(0);
  const shown = / to (\d+\.\d+)/.exec((await one.textContent()) ?? "")?.[1];
  await perturb(page).getByRole("button", { name: "Apply to all 400 genes" }).click();
  const panel = page.locator("regulens-everywhere");
  await expect(panel.getByRole("heading")).toContainText("H3K4me3: set to zero, in all 400 genes");
  await expect(
    panel.getByRole("img", {
      name: /^P\(on\) of 400 genes before and after\..*y-axis: H3K4me3: set to zero.*Pearson's r is/,
    }),
  ).toBeVisible();
  // The list has the change, and begins with those that moved most.
  await expect(app.grid.getByRole("columnheader", { name: /^Δ P\(on\)/ })).toHaveAttribute("aria-sort", "ascending");
  const table = columns((await app.save("All genes (TSV)")).bytes.toString("utf8"));
  const [genes = [], was = [], is = [], change = []] = ["gene", "probability", "probability_changed", "change"].map(
    (name) => table.get(name),
  );
  expect(genes.length).toBe(400);
  for (const at of genes.keys()) expect(Number(change[at])).toBeCloseTo(Number(is[at]) - Number(was[at]), 5);
  // It is what the gene itself was told of, and its list begins with those that moved most.
  const name = (
    (await page
      .locator("regulens-gene")
      .getByRole("group", { name: /^Gene / })
      .getAttribute("aria-label")) ?? ""
  ).replace("Gene ", "");
  expect(Number(is[genes.indexOf(name)]).toFixed(3)).toBe(Number(shown).toFixed(3));
  const most =
    genes[change.reduce((best, value, i) => (Math.abs(Number(value)) > Math.abs(Number(change[best])) ? i : best), 0)];
  await expect(panel.getByRole("listitem").first()).toContainText(most ?? "nothing");
  await expect(app.grid.getByRole("row").nth(1)).toContainText(most ?? "nothing");
  // A selection is asked by listing it: figure, sentence and file are of those genes alone.
  await page.locator("regulens-gene-table").getByRole("combobox").selectOption("on");
  const chosen = genes.filter((_, at) => Number(was[at]) >= 0.5);
  await expect(panel.getByRole("heading")).toContainText(`in the ${chosen.length} listed of 400 genes`);
  const some = columns((await app.save("Listed genes (TSV)")).bytes.toString("utf8"));
  expect(some.get("gene")).toEqual(chosen);
  await expect(
    panel.getByRole("img", { name: new RegExp(`^P\\(on\\) of ${chosen.length} genes before and after`) }),
  ).toBeVisible();
  await page.locator("regulens-gene-table").getByRole("combobox").selectOption("all");
  await expect(panel.getByRole("heading")).toContainText("in all 400 genes");
  await panel.getByRole("button", { name: "Remove" }).click();
  await expect(app.grid.getByRole("columnheader", { name: /^Δ/ })).toHaveCount(0);
  await perturb(page).getByRole("button", { name: "Undo", exact: true }).click();
  await expect(one).toHaveCount(0);
});

test("the signal of all genes of a pair is changed alike, in A, in B or in both", async ({ page }) => {
  const app = new AppPage(page);
  await page.goto("./?model=deep-diff-aux-k562-h1&example=simulated-change&device=cpu");
  await app.finished(130);
  await app.tab("What if");
  await perturb(page).getByLabel("Mark").selectOption("H3K4me3");
  await perturb(page).getByLabel("Cell type").selectOption("both");
  await perturb(page).getByRole("button", { name: "Set to zero" }).click();
  await perturb(page).getByRole("button", { name: "Apply to all 130 genes" }).click();
  const panel = page.locator("regulens-everywhere");
  await expect(panel.getByRole("heading")).toContainText("H3K4me3 of both: set to zero, in all 130 genes");
  await expect(app.grid.getByRole("columnheader", { name: /^Δ log2 FC/ })).toHaveAttribute("aria-sort", /ending$/);
  const table = columns((await app.save("All genes (TSV)")).bytes.toString("utf8"));
  expect(table.get("change")?.filter((value) => Number(value) !== 0).length).toBeGreaterThan(100);
  const figure = panel.getByRole("img", { name: /log2 fold change of 130 genes before and after/ });
  await expect(figure).toHaveAccessibleName(/H3K4me3 of both: set to zero.*Pearson's r is/s);
});
