// Nothing is lost: Back and Forward, a reload, closing the page, an example beside the reader's own data.

import { expect, test } from "../support/fixtures.ts";
import { stored } from "../support/kept.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { bases, file, give } from "../support/sequence-page.ts";
import type { Page } from "@playwright/test";

const gene = (page: Page) => page.locator("regulens-gene").getByRole("group", { name: /^Gene / });
const notes = (page: Page) => page.getByRole("textbox", { name: "Notes" });

/** A table of the reader's own. */
function table(name: string, genes: readonly string[]): { name: string; buffer: Buffer } {
  const rows = genes.flatMap((each, at) =>
    Array.from({ length: 100 }, (_, bin) => `${each},${bin + 1},${at},1,${bin % 5},${(at + bin) % 7},0`),
  );
  return {
    name,
    buffer: Buffer.from(`${["gene,bin,H3K27me3,H3K36me3,H3K4me1,H3K4me3,H3K9me3", ...rows].join("\n")}\n`),
  };
}

async function own(page: Page): Promise<AppPage> {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(table("mine.csv", ["ALPHA", "BETA", "GAMMA", "DELTA"]), 4);
  await expect(gene(page)).toBeVisible();
  return app;
}

const choose = (app: AppPage, name: string) =>
  app.grid.getByRole("row").filter({ hasText: name }).getByRole("gridcell").first().click();

test("Back and Forward go from gene to gene and from model to model, of own data too", async ({ page }) => {
  const app = await own(page);
  const first = (await gene(page).getAttribute("aria-label")) ?? "";
  const others = ["ALPHA", "BETA", "GAMMA"].filter((name) => !first.endsWith(name)).slice(0, 2);
  for (const name of others) {
    await choose(app, name);
    await expect(gene(page)).toHaveAttribute("aria-label", `Gene ${name}`);
  }
  // The address holds nothing of the reader's own.
  expect(page.url()).not.toContain("ALPHA");
  await page.goBack();
  await expect(gene(page)).toHaveAttribute("aria-label", `Gene ${others[0]}`);
  await page.goBack();
  await expect(gene(page)).toHaveAttribute("aria-label", first);
  await page.goForward();
  await expect(gene(page)).toHaveAttribute("aria-label", `Gene ${others[0]}`);
  await expect(app.model).toContainText("K562");
  await app.chooseCellType("H1");
  await expect(app.model).toContainText("H1");
  await expect(page.getByText("Not up to date")).toBeVisible();
  await page.goBack();
  await expect(app.model).toContainText("K562");
  await expect(page.getByText("Up to date", { exact: true })).toBeVisible();
});

test("the address says what is shown of an example, and opens it", async ({ page }) => {
  const app = new AppPage(page);
  await page.goto(`./${QUICK}&example=simulated`);
  await app.finished(400);
  const row = app.grid.getByRole("row").nth(4);
  const id = (await row.getByRole("gridcell").first().innerText()).trim();
  await row.click();
  // The run looks at another gene by itself, which the address has until the click is noted.
  await expect(page).toHaveURL(new RegExp(`example=simulated.*&gene=${id}\\b`));
  const name = `Gene ${id}`;
  await expect(gene(page)).toHaveAttribute("aria-label", name);
  await page.goto(page.url());
  await app.finished(400);
  await expect(gene(page)).toHaveAttribute("aria-label", name);
});

test("Back goes to the place of a sequence that was looked at before, in its record", async ({ page }) => {
  await new AppPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
  await give(page, file("two.fa", `>chrIV\n${bases(24_000, 2)}\n>chrII\n${bases(18_000, 3)}\n`));
  await page.getByRole("button", { name: "Run on chrIV" }).click();
  const shown = page.getByRole("img", { name: /^Predicted tracks along/ });
  await expect(shown).toBeVisible();
  const box = page.getByPlaceholder("12,000-18,000");
  for (const [text, where] of [
    ["5000-8000", /chrIV:4,9\d\d–8,0\d\d/],
    ["chrII:9000-12000", /chrII:8,9\d\d–12,0\d\d/],
  ] as const) {
    await box.fill(text);
    await box.press("Enter");
    await expect(shown).toHaveAttribute("aria-label", where);
    // The step that Back takes is written after the place is shown.
    await expect
      .poll(() => page.evaluate(() => (history.state as { address: { region?: string } }).address.region ?? "none"))
      .toMatch(text.startsWith("chrII") ? /^chrII:[89]\d{3}-12\d{3}$/ : /^chrIV:4\d{3}-8\d{3}$/);
  }
  await page.goBack();
  await expect(shown).toHaveAttribute("aria-label", /chrIV:4,9\d\d–8,0\d\d/);
});

test("own data, notes and kept runs survive a reload, and can be left for an empty page", async ({ page }) => {
  const app = await own(page);
  await choose(app, "BETA");
  await app.tab("Notes");
  await notes(page).fill("The promoter of BETA.");
  await app.tab("Compare");
  await page.getByRole("button", { name: "Keep this run to compare" }).click();
  await expect(page.getByRole("button", { name: "Kept as A" })).toBeVisible();
  await expect.poll(() => stored(page)).toMatchObject({ notes: "The promoter of BETA.", kept: [{}] });
  await page.reload();
  await expect(page.getByText("Restored what was open before the reload").first()).toBeVisible();
  await app.finished(4);
  await expect(gene(page)).toHaveAttribute("aria-label", "Gene BETA");
  await app.tab("Notes");
  await expect(notes(page)).toHaveValue("The promoter of BETA.");
  await app.tab("Compare");
  await expect(page.getByRole("list", { name: "Kept runs" }).getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: "Start afresh" }).click();
  await expect(gene(page)).toHaveCount(0);
  await expect(notes(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Restore previous page" }).click();
  await expect(gene(page)).toHaveAttribute("aria-label", "Gene BETA");
});

test("closing the page asks where something of the reader's own would be lost, and not otherwise", async ({
  page,
  context,
}) => {
  const closes = async (of: Page): Promise<string[]> => {
    const asked: string[] = [];
    of.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await Promise.all([of.waitForEvent("close"), of.close({ runBeforeUnload: true })]);
    return asked;
  };
  const other = await context.newPage();
  await other.goto(`./${QUICK}&example=simulated`);
  await new AppPage(other).finished(400);
  await other.getByRole("heading", { name: "Results", exact: true }).click();
  await other.waitForTimeout(1500);
  expect(await closes(other)).toEqual([]);
  await own(page);
  await expect.poll(() => stored(page)).toMatchObject({ inputs: [{ name: "mine.csv" }] });
  expect(await closes(page)).toEqual(["beforeunload"]);
});

test("an example does not take the place of own data without a way back", async ({ page }) => {
  const app = await own(page);
  await app.tryExample();
  await app.finished(400);
  await expect(page.getByText("is shown in place of mine.csv").first()).toBeAttached();
  await page.getByRole("button", { name: "Restore previous page" }).click();
  await app.finished(4);
  await expect(gene(page)).toBeVisible();
});
