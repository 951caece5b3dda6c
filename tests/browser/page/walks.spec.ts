// The ways through the page that readers go most, counted: files that are dropped, a press and a choice are an action
// each.

import { expect, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { bases } from "../support/sequence-page.ts";
import { drop } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";
import type { Locator, Page } from "@playwright/test";

/** A reader's way through the page, with the actions counted. */
class Walk {
  actions = 0;

  constructor(readonly page: Page) {}

  async drop(name: string, text: string): Promise<void> {
    this.actions += 1;
    await drop(this.page, name, text);
  }

  async press(button: Locator | string): Promise<void> {
    this.actions += 1;
    await (typeof button === "string" ? this.page.getByRole("button", { name: button, exact: true }) : button).click();
  }

  async choose(list: Locator, value: string): Promise<void> {
    this.actions += 1;
    await list.selectOption(value);
  }
}

test("from a file to a saved figure in four actions", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu");
  const walk = new Walk(page);
  await walk.drop("genes.csv", table({ genes: 12 }));
  await walk.press(app.run);
  await walk.press(page.getByRole("button", { name: /^Save contributions to the score of GENE\d+$/ }));
  const saved = page.waitForEvent("download");
  await walk.press(page.getByRole("button", { name: /^Save contributions to the score of GENE\d+ as SVG$/ }));
  expect((await saved).suggestedFilename()).toMatch(/\.svg$/);
  expect(walk.actions).toBeLessThanOrEqual(4);
  await page.keyboard.press("Escape");
  const opens = page.locator("regulens-bar-menu").locator("summary").and(page.getByLabel("Export"));
  await test.step("arrays in Python in two actions and three lines", async () => {
    const walk = new Walk(page);
    await walk.press(opens);
    const saved = page.waitForEvent("download");
    await walk.press(page.getByRole("button", { name: "NumPy (.npz)" }));
    expect((await saved).suggestedFilename()).toMatch(/\.npz$/);
    const lines = (await page.getByLabel("Lines of Python that open it").innerText()).trim().split("\n");
    expect([walk.actions <= 2, lines.length <= 3]).toEqual([true, true]);
  });
});

test("from a FASTA to its tracks in two actions", async ({ page }) => {
  await new AppPage(page).open("?device=cpu");
  const walk = new Walk(page);
  await walk.drop("locus.fa", `>locus\n${bases(40_960)}\n`);
  await walk.press("Run on locus");
  await expect(page.getByRole("img", { name: /^Predicted tracks along locus/ })).toBeVisible({ timeout: 240_000 });
  expect(walk.actions).toBeLessThanOrEqual(2);
});

/** Compares the run in view with another model, in three actions. */
async function compared(page: Page, other: RegExp, rows: RegExp): Promise<void> {
  const walk = new Walk(page);
  await walk.press(page.getByRole("tab", { name: "Compare" }));
  await walk.press(page.getByText("Compare with…", { exact: true }));
  await walk.press(page.getByRole("button", { name: other }).first());
  const shared = page.getByRole("grid", { name: "Shared genes" });
  await expect(shared).toHaveAttribute("aria-rowcount", rows, { timeout: 240_000 });
  expect(walk.actions).toBeLessThanOrEqual(3);
  // Both runs of the gene that was looked at stand beside each other.
  const [gene] = await shared.getByRole("row", { selected: true }).getByRole("gridcell").allInnerTexts();
  await expect(page.getByRole("heading", { name: `${gene} in each run` })).toBeVisible();
  await expect(
    page
      .locator("regulens-compare")
      .or(page.locator("regulens-compare-changes"))
      .getByRole("img", {
        name: new RegExp(`^Signal and attention along ${gene}`),
      }),
  ).toHaveCount(2);
}

test("genes on or off: a question about all of them, and two models compared", async ({ page }) => {
  const app = new AppPage(page);
  await page.goto("./?example=simulated&device=cpu");
  await app.finished(400);
  await test.step("a question about all genes in three actions", async () => {
    const walk = new Walk(page);
    const changes = page.locator("regulens-perturb");
    await walk.press(page.getByRole("tab", { name: "What if" }));
    await walk.choose(changes.getByLabel("Mark"), "H3K27me3");
    await walk.press("Remove it from all 400 genes");
    await expect(page.locator("regulens-everywhere").getByRole("heading")).toContainText("in all 400 genes");
    expect(walk.actions).toBeLessThanOrEqual(3);
  });
  await test.step("two models compared in three actions", () => compared(page, /^Compare with .*, H1 /, /^401$/));
});

test("a change: two models compared in three actions", async ({ page }) => {
  await page.goto("./?model=deep-diff-raw-d-k562-h1&example=simulated-change&device=cpu");
  await new AppPage(page).finished();
  await compared(page, /^Compare with .*, K562 → H1, Pearson’s r 0\.\d+/, /\d{3}/);
});

test("tracks: two models compared in three actions", async ({ page }) => {
  await page.goto("./?example=simulated-sequence&device=cpu");
  await expect(page.getByRole("img", { name: /^Predicted tracks along/ })).toBeVisible({ timeout: 240_000 });
  const walk = new Walk(page);
  await walk.press(page.getByRole("tab", { name: "Compare" }));
  await walk.press(page.getByText("Compare with…", { exact: true }));
  await walk.press(page.getByRole("button", { name: /^Compare with .* on yeast MNase and Pol II/ }).first());
  const both = page.getByRole("img", { name: /in two models/ });
  await expect(both).toBeVisible({ timeout: 240_000 });
  expect(walk.actions).toBeLessThanOrEqual(3);
  await test.step("tracks of one name lie over each other, others where they are chosen", async () => {
    const compare = page.locator("regulens-compare-tracks");
    await expect(both).toContainText(/more in B/);
    await compare.getByRole("combobox", { name: /^A, / }).selectOption({ label: "MNase" });
    await expect(both).toContainText(/A: .*MNase/);
    await compare.getByRole("button", { name: "Take it away" }).click();
    await expect(both).toHaveCount(0);
  });
});
