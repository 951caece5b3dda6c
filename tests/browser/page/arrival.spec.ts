// First view of results: the gene that is shown, long names, a narrow page, kept runs.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import type { Locator } from "@playwright/test";

async function inside(part: Locator, whole: Locator): Promise<boolean> {
  const [a, b] = [await part.boundingBox(), await whole.boundingBox()];
  if (!a || !b) return false;
  const isBeside = a.x >= b.x - 1 && a.x + a.width <= b.x + b.width + 1;
  return isBeside && a.y >= b.y - 1 && a.y + a.height <= b.y + b.height + 1;
}

test("a gene that is asked for is in view on arrival, and its run is compared where it stands", async ({ page }) => {
  const name = "SIM000003";
  const app = new AppPage(page);
  await page.goto(`./${QUICK}&example=simulated&view=gene&gene=${name}`);
  await app.finished();
  await test.step("the gene that is shown on arrival is in view in the list, and highlighted", async () => {
    await expect(page.getByRole("group", { name: `Gene ${name}` })).toBeVisible();
    const row = app.grid.getByRole("row", { selected: true });
    await expect(row).toContainText(name);
    await expect.poll(() => inside(row.getByRole("gridcell").first(), app.grid)).toBe(true);
    // It is far from the first.
    await expect(row).not.toHaveAttribute("aria-rowindex", /^\d$/);
  });
  await test.step("a run is compared with models that read the same data, and is kept where it stands", async () => {
    await app.tab("Compare");
    await test.step("runs are compared with models that read the same data, and with no others", async () => {
      await page.getByText("Compare with…").click();
      const names = page.locator("regulens-compare-menu li button");
      await expect(names.filter({ hasText: "LSTM-Attn" })).not.toHaveCount(0);
      const titles = await names.evaluateAll((all) => all.map((each) => each.getAttribute("title") ?? ""));
      expect(titles.filter((title) => /Basenji|DeepDiff|→/.test(title))).toEqual([]);
      await page.getByText("Compare with…").click();
      await expect(names.first()).toBeHidden();
    });
    await test.step("a run that is kept stands where it was kept", async () => {
      await page.getByRole("button", { name: "Keep this run to compare" }).click();
      await expect(page.locator("regulens-compare").getByRole("heading", { name: "Compare" })).toBeInViewport();
      await expect(page.getByRole("list", { name: "Kept runs" }).getByRole("listitem")).toBeInViewport();
    });
  });
});

test("a pair: what is there before it, and what is shown of its genes unasked", async ({ page }) => {
  const app = await new AppPage(page).open("?model=deep-diff-aux-k562-h1&device=cpu");
  await test.step("a pair is swapped only where there is one, and its examples are pairs", async () => {
    await expect(page.getByRole("button", { name: "Swap A and B" })).toBeDisabled();
    await expect(page.getByText("Which genes are on")).toHaveCount(0);
    const examples = page.locator("regulens-data-step").getByRole("button", { name: /^Try/ });
    await expect(examples).not.toHaveCount(0);
    await expect(examples.filter({ hasText: /sequence/i })).toHaveCount(0);
    await examples.first().click();
    await app.finished();
  });
  await test.step("marks are shown for the tenth of the genes that change most, unasked", async () => {
    await app.openOverview();
    await expect(page.getByRole("img", { name: /^Marks of genes that go up and down/ })).toBeVisible();
    await expect(page.getByText("No gene is predicted to change that much")).toHaveCount(0);
    await expect(page.getByRole("heading", { name: /drive/ })).toHaveCount(0);
    await expect(page.getByText("the most-changed tenth of the genes")).toBeVisible();
    // The gene that changes most may be one that falls, at the list's other end.
    const row = app.grid.getByRole("row", { selected: true });
    await expect.poll(() => inside(row.getByRole("gridcell").first(), app.grid)).toBe(true);
  });
});

test("a long name leaves the other columns their places, and is there in full to point at", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  const name = `ENSG00000156508_${"a-very-long-transcript-name-".repeat(5)}`;
  const rows = [name, "SHORT"].flatMap((gene) =>
    Array.from({ length: 100 }, (_, bin) => `${gene},${bin + 1},0,1,2,3,4`),
  );
  const text = ["gene,bin,H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3", ...rows].join("\n");
  await app.runTable({ name: "long.csv", buffer: Buffer.from(`${text}\n`) }, 2);
  const cells = app.grid.getByRole("row").filter({ hasText: "ENSG00000156508" }).getByRole("gridcell");
  await expect(cells.first()).toHaveAttribute("title", name);
  const columns = await cells.count();
  expect(columns).toBeGreaterThan(1);
  for (let at = 0; at < columns; at++) await expect.poll(() => inside(cells.nth(at), app.grid)).toBe(true);
});
