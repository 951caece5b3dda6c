// Workspaces, one-file pages and links that an earlier version wrote, opened in this one; stored/README.md has where
// they come from.

import { readFileSync } from "node:fs";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, link } from "../support/app-page.ts";
import { savedTracks } from "../support/sequence-page.ts";
import { drop } from "../support/standalone-page.ts";
import type { Page } from "@playwright/test";

const stored = (name: string): Buffer => readFileSync(new URL(`stored/${name}`, import.meta.url));
const json = <T>(name: string): T => JSON.parse(stored(name).toString("utf8")) as T;
const { version } = JSON.parse(readFileSync(new URL("../../../pkg/package.json", import.meta.url), "utf8")) as {
  version: string;
};
const links = json<Record<"on-off" | "change" | "tracks", string>>("links.json");

/** Predictions of the earlier version's program: a number for each gene, or all numbers along a sequence. */
interface Numbers {
  readonly "on-off.regulens.json": Record<string, number>;
  readonly "on-off.html": Record<string, number>;
  readonly "change.regulens.json": Record<string, number>;
  readonly "change.html": Record<string, number>;
  readonly "tracks.regulens.json": readonly number[];
  readonly "tracks.html": readonly number[];
}
const numbers = json<Numbers>("numbers.json");

/** Expects every number to be that of the earlier version, to 1e-5 of it or of 1. */
function expectEqual(found: readonly number[], before: readonly number[]): void {
  expect(found).toHaveLength(before.length);
  const largest = Math.max(...found.map((x, i) => Math.abs(x - before[i]!) / Math.max(1, Math.abs(before[i]!))));
  expect(largest).toBeLessThanOrEqual(1e-5);
}

async function expectPredictions(
  app: AppPage,
  column: "probability" | "log2_fold_change",
  before: Record<string, number>,
): Promise<void> {
  const found = await app.predictions();
  const genes = Object.keys(before);
  expect([...found.keys()].sort()).toEqual([...genes].sort());
  expectEqual(
    genes.map((gene) => found.get(gene)?.[column] ?? NaN),
    genes.map((gene) => before[gene]!),
  );
}

const asking = (page: Page) => page.getByRole("dialog", { name: /^Open / });

/**
 * Opens a stored workspace, with the files that it asks for. Cards of shipped models have got more fields since, so
 * that `models` of them have another SHA-256; their weights are the same.
 */
async function openWorkspace(
  page: Page,
  name: string,
  models: number,
  given: readonly string[] = [],
): Promise<AppPage> {
  const app = await new AppPage(page).open("?device=cpu");
  await drop(page, name, stored(name));
  for (const each of given)
    await asking(page)
      .locator("input[type=file]")
      .setInputFiles({ name: each, buffer: stored(each), mimeType: "application/octet-stream" });
  const anyway = asking(page).getByRole("button", { name: "Use it anyway" });
  await expect(anyway).toHaveCount(models);
  for (let left = models; left > 0; left--) {
    await anyway.first().click();
    await expect(anyway).toHaveCount(left - 1);
  }
  await asking(page).getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.locator("#main").getByText(`${name} is open`, { exact: true })).toBeVisible({ timeout: 120_000 });
  return app;
}

/**
 * Expects the page to save the same workspace as it opened: model, files, choices, kept runs, notes. It is another
 * version that saves it; `changed` lists what else may differ.
 */
async function expectSame(page: Page, name: string, changed: object = {}): Promise<void> {
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const again: unknown = JSON.parse(readFileSync(await (await download).path(), "utf8"));
  const program = `Regulens ${version}`;
  expect({ ...(again as object), date: "" }).toMatchObject({ ...json<object>(name), date: "", program, ...changed });
}

test("a workspace of genes: table, choices, kept runs, notes and numbers are those that were saved", async ({
  page,
}) => {
  const app = await openWorkspace(page, "on-off.regulens.json", 2, ["genes.csv.gz"]);
  await page.getByRole("tab", { name: "Notes" }).click();
  await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue(/^The promoter’s H3K4me3 matters here\.\nSec/);
  await expect(page.getByRole("group", { name: "Gene SIM000002" })).toBeVisible();
  await app.tab("What if");
  await expect(page.locator("regulens-perturb .outcome")).toBeVisible();
  await expect(page.locator("regulens-compare")).toContainText("LSTM, K562");
  await app.tab("Why");
  await expect(page.getByRole("radio", { name: /What it looked at/ })).toBeChecked();
  await expectSame(page, "on-off.regulens.json", {
    models: [{ id: "attentive-chrome-k562" }, { id: "lstm-k562" }],
  });
  await expectPredictions(app, "probability", numbers["on-off.regulens.json"]);
});

test("a workspace of a change: both tables, threshold, gene, notes and numbers are those that were saved", async ({
  page,
}) => {
  const app = await openWorkspace(page, "change.regulens.json", 1);
  await page.getByRole("tab", { name: "Notes" }).click();
  await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue("Compare this gene in both cell types.");
  await expect(page.getByRole("group", { name: "Gene SIM000045" })).toBeVisible();
  await app.tab("What if");
  await expect(page.locator("regulens-perturb .outcome")).toBeVisible();
  await expectSame(page, "change.regulens.json", { models: [{ id: "deep-diff-raw-d-k562-h1" }] });
  await expectPredictions(app, "log2_fold_change", numbers["change.regulens.json"]);
});

test("a workspace of tracks: region, bin, head, measured track, notes and numbers are those that were saved", async ({
  page,
}) => {
  const name = "tracks.regulens.json";
  await openWorkspace(page, name, 1);
  await page.getByRole("tab", { name: "Notes" }).click();
  await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue("Peaks stand at planted sites.");
  await page.getByRole("tab", { name: "Why" }).click();
  await expect(page.getByRole("radio", { name: "Head 2" })).toBeChecked();
  await expect(page.getByText(/^r = /)).toBeVisible();
  await expectSame(page, name, { models: [{ id: "basenji-attention-two-sided-simulated" }] });
  expectEqual(await savedTracks(page), numbers[name]);
});

for (const [name, column] of [
  ["on-off.html", "probability"],
  ["change.html", "log2_fold_change"],
] as const)
  test(`a one-file page, ${name}, gives its model and its genes, and the same is predicted`, async ({ page }) => {
    const app = await new AppPage(page).open("?device=cpu");
    await drop(page, name, stored(name));
    await app.finished(Object.keys(numbers[name]).length);
    await expectPredictions(app, column, numbers[name]);
  });

test("a one-file page of tracks gives its model, sequence and measured track, and the same is predicted", async ({
  page,
}) => {
  await new AppPage(page).open("?device=cpu");
  await drop(page, "tracks.html", stored("tracks.html"));
  await expect(page.getByRole("img", { name: /^Predicted tracks along sim1/ })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/^r = /)).toBeVisible();
  expectEqual(await savedTracks(page), numbers["tracks.html"]);
});

test("links open the gene, the region and the bin that they name", async ({ page }) => {
  const app = new AppPage(page);
  await page.goto(`./${links["on-off"]}&device=cpu`);
  await app.finished();
  await expect(page.getByRole("group", { name: "Gene SIM000159" })).toBeVisible();
  await expect(page.getByRole("radio", { name: /What changes the score/ })).toBeChecked();
  expect(await link(page)).toBe(links["on-off"]);

  await page.goto(`./${links.change}&device=cpu`);
  await app.finished();
  await expect(page.getByRole("group", { name: "Gene SIM000045" })).toBeVisible();
  expect(await link(page)).toBe(links.change);

  await page.goto(`./${links.tracks}&device=cpu`);
  await app.finished();
  await expect(page.getByText(/bins are in view/)).toContainText("87 of 480");
  expect(await link(page)).toBe(links.tracks);
});
