// A FASTA file of several records: found, sorted and opened one after another.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, PROGRAM, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
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
async function opened(page: Page, scaffold = `${bases(1000, 4)}NNNNNNN`): Promise<void> {
  const records = [
    ["chr10", bases(24_000, 2)],
    ["chr2", bases(18_000, 3)],
    ["scaffold", scaffold],
    ["chr1", bases(20_000, 5)],
  ];
  await give(page, file("four.fa", records.map(([name, text]) => `>${name}\n${text}\n`).join("")));
  await page.getByRole("button", { name: "Run on chr10" }).click();
  await isOpen(page, "chr10");
}

/** The page with them and a model that ships. */
async function openedHere(page: Page, scaffold?: string): Promise<void> {
  await new AppPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
  await opened(page, scaffold);
}

test("the records of a file are listed with what was understood, gone through, found by name, and sorted", async ({
  page,
}) => {
  await openedHere(page);
  const records = page.getByRole("group", { name: "Records" });
  const [previous, next] = [
    records.getByRole("button", { name: "Previous record" }),
    records.getByRole("button", { name: "Next record" }),
  ];
  await expect(names(page)).toHaveText(["chr10", "chr2", "scaffold", "chr1"]);
  const short = list(page).getByRole("row", { name: /^scaffold/ });
  await expect(short).toContainText("1,007");
  await expect(short).toContainText("padded");
  await expect(short.getByRole("gridcell").last()).toHaveText("7");
  await test.step("Previous and Next go through the records as they are listed", async () => {
    await expect(previous).toBeDisabled();
    await expect(records).toContainText("chr10, 1 of 4");
    await list(page).getByRole("button", { name: "Record", exact: true }).click();
    await expect(names(page)).toHaveText(["chr1", "chr2", "chr10", "scaffold"]);
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
  await list(page).getByRole("button", { name: "Bases" }).click();
  await expect(names(page)).toHaveText(["chr10", "chr1", "chr2", "scaffold"]);
  await test.step("on a phone the list and the record are two screens, with a way back", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await list(page).getByRole("row", { name: /^chr2/ }).click();
    const back = page.getByRole("button", { name: "Back to the records" });
    await expect(back).toBeInViewport();
    await expect(shown(page)).toHaveAttribute("aria-label", /along chr2:/);
    await back.click();
    await expect(list(page)).toBeInViewport();
    await expect(list(page)).toBeFocused();
  });
  await page.getByPlaceholder("Find a record").fill("CHR1");
  await expect(names(page)).toHaveText(["chr10", "chr1"]);
  await expect(page.getByText("2 of 4 records")).toBeVisible();
});

test("a record opens by mouse and by keyboard, keeps the tracks and the zoom, and Back leads to the one before", async ({
  page,
}) => {
  const app = await openTracks(page);
  test.skip(!app, "needs the reference data");
  if (!app) return;
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
  await app.openRemarks();
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

test("all records are run with progress, cancelled, gone on with, opened at once, and saved as one file", async ({
  page,
}) => {
  // Long enough to be cancelled.
  await openedHere(page, bases(6_000_000, 4));
  const all = page.locator("regulens-all-records");
  const ticks = list(page).getByTitle("done: it opens at once");
  await test.step("what is done when it is cancelled stays", async () => {
    await all.getByRole("button", { name: "Run all 4 records" }).click();
    await expect(all.getByRole("progressbar", { name: /scaffold, record 3 of 4$/ })).toBeVisible();
    await all.getByRole("button", { name: "Cancel" }).click();
    await expect(all.getByRole("button", { name: "Run the other 2 records" })).toBeVisible();
    await expect(ticks).toHaveCount(2);
  });
  await test.step("those that are listed are gone on with, and open without another run", async () => {
    await page.getByPlaceholder("Find a record").fill("chr");
    await all.getByRole("button", { name: "Run the other 1 record" }).click();
    await expect(ticks).toHaveCount(3);
    await expect(all).toContainText("3 of 4 records done");
    await list(page)
      .getByRole("row", { name: /^chr1 / })
      .click();
    await isOpen(page, "chr1");
  });
  await test.step("they are one file", async () => {
    const { name, bytes } = await new AppPage(page).save("Finished records (TSV)");
    expect(name).toBe("four.all.predicted.tsv");
    const rows = bytes.toString("utf8").trimEnd().split("\n");
    expect(rows[0]).toMatch(/^record\tstart\tend\tATAC/);
    expect([...new Set(rows.slice(1).map((row) => row.split("\t")[0]))]).toEqual(["chr10", "chr2", "chr1"]);
  });
  await all.getByRole("button", { name: "Discard" }).click();
  await expect(ticks).toHaveCount(0);
});

test("the same bases of all records are changed, and the effects are ranked and saved as the program scores them", async ({
  page,
}) => {
  await openedHere(page);
  const app = new AppPage(page);
  await app.tab("What if");
  const form = page.locator("regulens-change-records");
  await form.getByLabel("From base").fill("901");
  await form.getByRole("spinbutton", { name: "to base" }).fill("908");
  await form.getByRole("textbox").fill("tgactcat");
  await form.getByRole("button", { name: "Change 4 records" }).press("Enter");
  // Their table opens by itself, and the keyboard goes on from its tab.
  await expect(page.getByRole("tab", { name: "Variants" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("tab", { name: "Variants" })).toBeFocused();
  const table = page.getByRole("region", { name: "Variants of bases 901 to 908 replaced by TGACTCAT.vcf" });
  await expect(table).toContainText("4 variants", { timeout: 240_000 });
  await expect(table.getByRole("button", { name: "Save scores as TSV" })).toBeVisible({ timeout: 240_000 });
  const rows = table.getByRole("grid").getByRole("row");
  const download = page.waitForEvent("download");
  await table.getByRole("button", { name: "Save scores as TSV" }).click();
  const [head = "", ...lines] = readFileSync(await (await download).path(), "utf8")
    .trimEnd()
    .split("\n");
  const at = (name: string): number => head.split("\t").indexOf(name);
  const track = lines[0]?.split("\t")[at("track")];
  const found = lines.map((line) => line.split("\t")).filter((line) => line[at("track")] === track);
  expect(found).toHaveLength(4);
  const most = found.reduce((best, line) =>
    Math.abs(Number(line[at("sad")])) > Math.abs(Number(best[at("sad")])) ? line : best,
  );
  await expect(rows.nth(1)).toContainText(`${most[at("sequence")]}:901`);

  // The same as a VCF for the program.
  const records = [
    ["chr10", bases(24_000, 2)],
    ["chr2", bases(18_000, 3)],
    ["scaffold", `${bases(1000, 4)}NNNNNNN`],
    ["chr1", bases(20_000, 5)],
  ] as const;
  const folder = mkdtempSync(join(tmpdir(), "regulens-records-"));
  writeFileSync(join(folder, "four.fa"), records.map(([name, text]) => `>${name}\n${text}\n`).join(""));
  const vcf = records.map(([name, text]) => `${name}\t901\t.\t${text.slice(900, 908)}\tTGACTCAT\t.\t.\t.\n`).join("");
  writeFileSync(join(folder, "all.vcf"), `##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n${vcf}`);
  // The reader's own sequences are not run on a model of simulated ones.
  const model = join(import.meta.dirname, "../../../models/basenji-yeast-atac.safetensors");
  const asked = ["interpret", "variants", "--model", model, "--fasta", "four.fa", "--vcf", "all.vcf", "--tsv", "s.tsv"];
  execFileSync(PROGRAM, asked, { cwd: folder, stdio: "pipe" });
  const expected = readFileSync(join(folder, "s.tsv"), "utf8").trimEnd().split("\n").slice(1);
  rmSync(folder, { recursive: true });
  expect(lines).toHaveLength(expected.length);
  // The page saves rows in the order of its list, the program in that of the file.
  const keyOf = (cells: readonly string[]): string => `${cells[at("sequence")]} ${cells[at("track")]}`;
  const listed = new Map(lines.map((line) => line.split("\t")).map((cells) => [keyOf(cells), cells]));
  for (const line of expected) {
    const wanted = line.split("\t");
    const mine = listed.get(keyOf(wanted)) ?? [];
    const scale = Number(wanted[at("reference_sum")]);
    expect(Math.abs(Number(mine[at("sad")]) - Number(wanted[at("sad")]))).toBeLessThan(1e-5 * scale);
  }

  // Changes only the records that are found by name, with the settings that stand there already.
  await app.tab("What if");
  await page.getByPlaceholder("Find a record").fill("chr1");
  await form.getByRole("button", { name: "Change 2 records" }).click();
  await expect(table).toContainText("2 variants", { timeout: 240_000 });
  await app.tab("What if");
  await form.getByRole("spinbutton", { name: "to base" }).fill("900");
  await form.getByRole("button", { name: "Change 2 records" }).click();
  await expect(form.getByRole("alert")).toContainText("the second not smaller than the first");
});
