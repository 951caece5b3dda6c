// Workspaces: what is on the page, saved as a file that names its data by hash, and restored from it.

import { readFile } from "node:fs/promises";
import { choose, pair } from "../support/change-page.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, dropFiles, pick, QUICK, type TestFile } from "../support/app-page.ts";
import { file } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const MENU = (page: Page) => page.locator("regulens-workspace-menu summary");

/** Saves the workspace by its key. */
async function saved(page: Page): Promise<TestFile> {
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const file = await download;
  return { name: file.suggestedFilename(), buffer: await readFile(await file.path()) };
}

/** Opens a workspace from the menu. */
async function open(page: Page, workspace: TestFile): Promise<void> {
  await MENU(page).click();
  await page
    .locator("regulens-workspace-menu input[type=file]")
    .setInputFiles({ ...workspace, mimeType: "application/json" });
}

const asking = (page: Page) => page.getByRole("dialog", { name: /^Open / });

/** The message above the page about what was opened. */
const told = (page: Page) => page.locator("regulens-workspace");

/** Gives files that are asked for, by choosing them. */
const give = (page: Page, ...files: TestFile[]) =>
  asking(page)
    .locator("input[type=file]")
    .setInputFiles(files.map((each) => ({ ...each, mimeType: "application/octet-stream" })));

const drop = (page: Page, ...files: TestFile[]) => dropFiles(page, files);

const own = (genes = 12): TestFile => file("mine.csv", table({ genes, labels: true }));

test("genes: own table, choices, kept runs and notes come back after a reload, once the table is given again", async ({
  page,
}) => {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(own(), 12);
  await app.compareWith(/^Compare with LSTM *, *K562/);
  await expect(page.getByRole("grid", { name: "Shared genes" })).toBeVisible();
  // While two runs are compared their list stands in place of the results'.
  await app.tab("Why");
  await page.locator("regulens-gene-table").getByRole("searchbox").fill("gene1");
  await page.locator("regulens-gene-table").getByRole("combobox").selectOption("off");
  await page
    .locator("regulens-gene-table")
    .getByRole("columnheader", { name: "Gene", exact: true })
    .getByRole("button")
    .click();
  await expect(
    page.locator("regulens-gene-table").getByRole("columnheader", { name: "Gene", exact: true }),
  ).toHaveAttribute("aria-sort", "ascending");
  await page.locator("regulens-gene-table").getByRole("gridcell", { name: "GENE10", exact: true }).click();
  await expect(page.getByRole("group", { name: "Gene GENE10" })).toBeVisible();
  await app.tab("What if");
  const perturb = page.locator("regulens-perturb");
  await perturb.getByRole("button", { name: "Set to zero" }).click();
  await expect(perturb.locator(".outcome")).toBeVisible();
  const outcome = (await perturb.locator(".outcome strong").textContent()) ?? "";
  await app.tab("Notes");
  await page.getByRole("textbox", { name: "Notes" }).fill("Look at GENE10 again.");
  const workspace = await saved(page);
  expect(workspace.name).toBe("mine.regulens.json");
  const text = workspace.buffer.toString("utf8");
  // Genes that are looked at are named, here and in the comparison; the table is not in it.
  expect(new Set(text.match(/GENE\d+/g)).size).toBeLessThanOrEqual(2);
  expect(JSON.parse(text).inputs).toMatchObject([{ role: "table", name: "mine.csv", bytes: own().buffer.length }]);

  await app.open(QUICK);
  await open(page, workspace);
  await expect(asking(page)).toContainText("mine.csv, table");
  await expect(asking(page)).toContainText(JSON.parse(text).inputs[0].sha256.slice(0, 12));
  await give(page, file("mine.csv", table({ genes: 11 })));
  await expect(asking(page)).toContainText("Found other content");
  await give(page, file("another.csv", "gene,bin\n"));
  await expect(asking(page)).toContainText("another.csv: neither name nor content");
  // Its content counts, not its name.
  await give(page, { ...own(), name: "renamed.csv" });
  await expect(asking(page)).toContainText("with the same content");
  await asking(page).getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.locator("#main").getByText("mine.regulens.json is open", { exact: true })).toBeVisible({
    timeout: 120_000,
  });
  await expect(page.getByRole("group", { name: "Gene GENE10" })).toBeVisible();
  await expect(perturb.locator(".outcome strong")).toHaveText(outcome);
  // The comparison came back, with its list.
  await app.tab("Why");
  await expect(page.locator("regulens-gene-table").getByRole("searchbox")).toHaveValue("gene1");
  await expect(page.locator("regulens-gene-table").getByRole("combobox")).toHaveValue("off");
  await expect(
    page.locator("regulens-gene-table").getByRole("columnheader", { name: "Gene", exact: true }),
  ).toHaveAttribute("aria-sort", "ascending");
  await app.tab("Notes");
  await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue("Look at GENE10 again.");
  await app.tab("Compare");
  await expect(page.getByRole("grid", { name: "Shared genes" })).toBeVisible();
  await expect(page.locator("regulens-compare")).toContainText("LSTM, K562");
  // The restored workspace saves as the file that it was restored from.
  const again = JSON.parse((await saved(page)).buffer.toString("utf8"));
  const before = JSON.parse(text);
  expect({ ...again, date: "", inputs: again.inputs.map((input: object) => ({ ...input, name: "" })) }).toEqual({
    ...before,
    date: "",
    inputs: before.inputs.map((input: object) => ({ ...input, name: "" })),
  });
});

test("what is on the page is not lost: a workspace that would replace it asks, and what was there comes back", async ({
  page,
}) => {
  const app = await new AppPage(page).open(`${QUICK}&example=simulated`);
  await app.finished(400);
  const workspace = await saved(page);
  await test.step("a file that is no workspace, a damaged one and one of a newer format are refused with what to do", async () => {
    const value = JSON.parse(workspace.buffer.toString("utf8"));
    for (const [text, says] of [
      [
        JSON.stringify({ ...value, format_version: 3 }),
        "found format_version 3, written by Regulens 0.2.0; this page reads 2.",
      ],
      [
        JSON.stringify({ ...value, models: [{ ...value.models[0], sha256: "12" }] }),
        "at models[0].sha256; expected 64 hexadecimal digits",
      ],
      ["{", "that is not JSON"],
      ["{}", "JSON that is not a workspace"],
    ]) {
      await drop(page, file("bad.regulens.json", text!));
      await expect(app.alert()).toContainText(`bad.regulens.json: `);
      await expect(app.alert()).toContainText(says!);
      await expect(app.alert()).toContainText("What to do:");
      await page.getByRole("button", { name: "Close this message" }).first().click();
      await expect(app.alert()).toHaveCount(0);
    }
    await app.finished(400);
  });
  await app.runTable(own(7), 7);
  await app.tab("Notes");
  await page.getByRole("textbox", { name: "Notes" }).fill("seven genes");
  await drop(page, workspace);
  await expect(asking(page)).toContainText("This replaces what is on the page");
  await page.keyboard.press("Escape");
  await expect(asking(page)).toHaveCount(0);
  await app.finished(7);
  await drop(page, workspace);
  // The site has all that it needs.
  await expect(asking(page)).toContainText("This site has it.");
  await asking(page).getByRole("button", { name: "Open", exact: true }).click();
  await app.finished(400);
  await app.tab("Notes");
  await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue("");
  await page.getByRole("button", { name: "Restore previous page" }).click();
  await app.finished(7);
  await app.tab("Notes");
  await expect(page.getByRole("textbox", { name: "Notes" })).toHaveValue("seven genes");
  await expect(page.locator("regulens-data-step")).toContainText("mine.csv");
});

test("a change: both tables, counts, threshold and the gene come back", async ({ page }) => {
  const query = "?device=cpu&model=deep-diff-raw-d-k562-h1";
  const app = await new AppPage(page).open(query);
  const [a, b] = pair(6);
  await choose(page, "A", [a, b]);
  await app.run.click();
  await expect(page.getByRole("img", { name: /^Contributions along/ })).toBeVisible();
  const counts = (name: string, from: number): TestFile =>
    file(
      name,
      [
        "gene,count",
        ...Array.from({ length: 6 }, (_, i) => `ENSG${String(i + 1).padStart(11, "0")},${from + 7 * i}`),
      ].join("\n"),
    );
  await app.tab("Test");
  const given = [counts("a.counts.csv", 3), counts("b.counts.csv", 40)] as const;
  for (const [i, letter] of ["A", "B"].entries()) {
    await page.getByLabel(`Choose the counts of ${letter}…`).setInputFiles({ ...given[i]!, mimeType: "text/csv" });
    await expect(page.getByText(`${given[i]!.name}, counts of 6 of`)).toBeVisible();
  }
  await app.openOverview();
  await page.getByRole("spinbutton", { name: /change by more than/ }).fill("0.5");
  await page.getByRole("spinbutton", { name: /change by more than/ }).press("Tab");
  await app.grid.getByRole("gridcell", { name: "ENSG00000000004", exact: true }).click();
  await expect(page.getByRole("group", { name: "Gene ENSG00000000004" })).toBeVisible();
  const workspace = await saved(page);

  await app.open(QUICK);
  await drop(page, workspace);
  await expect(asking(page)).toContainText("K562.csv, table");
  await expect(asking(page)).toContainText("H1.csv, table of B");
  await give(page, b, a, ...given);
  await expect(asking(page)).toContainText("All files are present.");
  await asking(page).getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("group", { name: "Gene ENSG00000000004" })).toBeVisible({ timeout: 120_000 });
  await app.openOverview();
  await expect(page.getByRole("spinbutton", { name: /change by more than/ })).toHaveValue("0.5");
  await app.tab("Test");
  for (const each of given) await expect(page.getByText(`${each.name}, counts of 6 of`)).toBeVisible();
});

test("tracks: the site’s sequence comes back, own tracks are asked for, and one can open without them", async ({
  page,
}) => {
  const app = await new AppPage(page).open(
    "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence",
  );
  const tracks = page.getByRole("img", { name: /^Predicted tracks along/ });
  await expect(tracks).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/^r = /)).toBeVisible();
  const chromosome = (await page.locator("regulens-sequence-data .understood strong").textContent()) ?? "";
  const bedgraph = file("mine.bedgraph", `${chromosome}\t20000\t30000\t3\n${chromosome}\t30000\t31000\t9\n`);
  await page.getByLabel("Choose bedGraph or bigWig…").setInputFiles({ ...bedgraph, mimeType: "text/plain" });
  await expect(page.getByText("mine.bedgraph under")).toBeVisible();
  await page.getByPlaceholder("12,000-18,000").fill("20000-31000");
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await expect(page.getByText(/bins are in view/)).not.toContainText("512 of 512");
  const inView = (await page.getByText(/bins are in view/).textContent()) ?? "";
  await pick(page.getByRole("radio", { name: "Head 2" }));
  const workspace = await saved(page);

  await app.open(QUICK);
  await drop(page, workspace);
  await expect(asking(page)).toContainText("mine.bedgraph, measured track");
  await expect(asking(page).getByRole("listitem").filter({ hasText: "sequence.fa.gz" })).toContainText(
    "This site has it.",
  );
  await asking(page).getByRole("button", { name: "Open without missing files" }).click();
  await expect(told(page).getByText("mine.bedgraph was not given.")).toBeVisible({ timeout: 120_000 });
  await expect(tracks).toBeVisible();

  // The second comes while the first is still being read.
  await Promise.all([drop(page, workspace), drop(page, bedgraph)]);
  await asking(page).getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByText("mine.bedgraph under")).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/bins are in view/)).toHaveText(inView);
  await expect(page.getByRole("radio", { name: "Head 2" })).toBeChecked();
});

test("what was pasted is in the workspace, since no file has it", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await page.getByRole("button", { name: "Paste…" }).click();
  await page.getByRole("textbox", { name: /^Table as text/ }).fill(table({ genes: 3 }));
  await page.getByRole("button", { name: "Read this table" }).click();
  await app.run.click();
  await app.finished(3);
  const workspace = await saved(page);
  await app.open(QUICK);
  await drop(page, workspace);
  await app.finished(3);
});
