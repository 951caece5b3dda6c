// A FASTA file of several records: found, sorted and opened one after another.

import { expect, test } from "../support/fixtures.ts";
import { LensPage } from "../support/lens-page.ts";
import { bases, file, give, openTracks } from "../support/sequence-page.ts";
import type { Page } from "@playwright/test";

const shown = (page: Page) => page.getByRole("img", { name: /^Predicted tracks along/ });
const list = (page: Page) => page.getByRole("grid", { name: "Records of four.fa" });
const names = (page: Page) => list(page).getByRole("row").locator(".name");
const open = (page: Page) => list(page).locator('[aria-current="true"]');
const isOpen = async (page: Page, name: string): Promise<void> => {
  await expect(shown(page)).toHaveAttribute("aria-label", new RegExp(`along ${name}:`));
  await expect(open(page)).toHaveCount(1);
  await expect(open(page)).toContainText(name);
};

/** Gives the page four records of the reader's own, and runs the first. */
async function opened(page: Page): Promise<void> {
  const records = [
    ["chr10", bases(24_000, 2)],
    ["chr2", bases(18_000, 3)],
    ["scaffold", `${bases(1000, 4)}NNNNNNN`],
    ["chr1", bases(20_000, 5)],
  ];
  await give(page, file("four.fa", records.map(([name, text]) => `>${name}\n${text}\n`).join("")));
  await page.getByRole("button", { name: "Run on chr10" }).click();
  await isOpen(page, "chr10");
}

/** The page with them and a model that ships. */
async function openedHere(page: Page): Promise<void> {
  await new LensPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
  await opened(page);
}

test("the records of a file are listed with what was understood, found by name, and sorted", async ({ page }) => {
  await openedHere(page);
  await expect(names(page)).toHaveText(["chr10", "chr2", "scaffold", "chr1"]);
  const short = list(page).getByRole("row", { name: /^scaffold/ });
  await expect(short).toContainText("1,007");
  await expect(short).toContainText("padded");
  await expect(short.getByRole("gridcell").last()).toHaveText("7");
  await list(page).getByRole("button", { name: "Record", exact: true }).click();
  await expect(names(page)).toHaveText(["chr1", "chr2", "chr10", "scaffold"]);
  await list(page).getByRole("button", { name: "Bases" }).click();
  await expect(names(page)).toHaveText(["chr10", "chr1", "chr2", "scaffold"]);
  await page.getByPlaceholder("Find a record").fill("CHR1");
  await expect(names(page)).toHaveText(["chr10", "chr1"]);
  await expect(page.getByText("2 of 4 records")).toBeVisible();
});

test("a record opens by mouse and by keyboard, keeps the tracks and the zoom, and Back leads to the one before", async ({
  page,
}) => {
  const lens = await openTracks(page);
  test.skip(!lens, "needs the reference data");
  if (!lens) return;
  await opened(page);
  const tracks = page.locator("regulens-sequence-tracks [data-track]");
  await expect(tracks).toHaveCount(4);
  await page.getByRole("checkbox", { name: /^track a/ }).uncheck();
  await expect(tracks).toHaveCount(3);
  await page.getByRole("button", { name: "Zoom in" }).click();
  const inView = async (): Promise<number> => {
    const [, from = "", to = ""] =
      /:([\d,]+)–([\d,]+)/.exec((await shown(page).getAttribute("aria-label")) ?? "") ?? [];
    return Number(to.replace(/,/g, "")) - Number(from.replace(/,/g, ""));
  };
  const width = await inView();
  await list(page).getByRole("row", { name: /^chr2/ }).click();
  await isOpen(page, "chr2");
  await expect(tracks).toHaveCount(3);
  await expect.poll(inView).toBe(width);
  // The keyboard's focus stays in the list.
  await expect(list(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await isOpen(page, "scaffold");
  await lens.openRemarks();
  await expect(page.getByRole("heading", { name: "The sequence was padded" })).toBeVisible();
  await page.keyboard.press("Escape");
  await list(page).focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await isOpen(page, "chr1");
  await page.goBack();
  await isOpen(page, "scaffold");
  await page.goBack();
  await isOpen(page, "chr2");
  await page.goForward();
  await isOpen(page, "scaffold");
});

test("Previous and Next go through the records as they are listed", async ({ page }) => {
  await openedHere(page);
  const records = page.getByRole("group", { name: "Records" });
  const [previous, next] = [
    records.getByRole("button", { name: "Previous record" }),
    records.getByRole("button", { name: "Next record" }),
  ];
  await expect(previous).toBeDisabled();
  await expect(records).toContainText("chr10, 1 of 4");
  await list(page).getByRole("button", { name: "Record", exact: true }).click();
  await expect(records).toContainText("chr10, 3 of 4");
  await previous.click();
  await isOpen(page, "chr2");
  await expect(previous).toBeFocused();
  await next.click();
  await isOpen(page, "chr10");
  await next.click();
  await isOpen(page, "scaffold");
  await expect(next).toBeDisabled();
});

test("on a phone the list and the record are two screens, with a way back", async ({ page }) => {
  await openedHere(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await list(page).getByRole("row", { name: /^chr2/ }).click();
  const back = page.getByRole("button", { name: "Back to the records" });
  await expect(back).toBeInViewport();
  await expect(shown(page)).toHaveAttribute("aria-label", /along chr2:/);
  await back.click();
  await expect(list(page)).toBeInViewport();
  await expect(list(page)).toBeFocused();
});
