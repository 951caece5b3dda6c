// Measured expression beside which genes are predicted on: of the reader's own table, in whatever order files come.

import { stored } from "../support/kept.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";

const GENES = 30;
const file = (name: string, text: string) => ({ name, buffer: Buffer.from(text) });
const TABLE = file("mine.csv", table({ genes: GENES }));
const rows = (of: (gene: number) => number): string =>
  Array.from({ length: GENES - 2 }, (_, i) => `GENE${i + 1},${of(i)}\n`).join("");
const EXPRESSION = file("tpm.csv", `gene,tpm\n${rows((gene) => gene / 2)}`);

test("measured expression that is dropped before its table waits for the run, and is there after a reload", async ({
  page,
}, info) => {
  const app = await new AppPage(page).open(QUICK);
  await app.chooseTable(EXPRESSION);
  const intake = page.locator("[data-intake]");
  await expect(intake).toContainText("measured expression, beside the predictions once they are there");
  await expect(app.alert()).toHaveCount(0);
  await app.runTable(TABLE, GENES);
  await test.step("AUROC, a column of its own, and the figure", async () => {
    await app.openOverview();
    await expect(app.fact("AUROC")).toContainText(/0\.\d{3}/);
    await expect(app.fact("AUROC")).toContainText("against tpm.csv: 28 genes, on at or above 6.75");
    await app.grid.getByRole("columnheader", { name: /^Measured expression/ }).click();
    await expect(app.grid.getByRole("row").nth(1)).toContainText("13.5");
    await app.tab("Test");
    await expect(page.getByText("tpm.csv has 28 of 30 genes, 14 of them on")).toBeVisible();
    await expect(page.locator("regulens-measured").getByRole("img").first()).toContainText("28 genes");
    const record = JSON.parse((await app.save("Run record (JSON)")).bytes.toString("utf8")) as {
      measured: { auroc: number; on: number };
    };
    expect(record.measured).toMatchObject({ file: "tpm.csv", genes: 28, on: 14, on_at_or_above: 6.75 });
  });
  await test.step("it comes back after a reload", async () => {
    await expect.poll(() => stored(page)).toMatchObject({ inputs: [{ name: "mine.csv" }, { name: "tpm.csv" }] });
    await page.reload();
    await app.finished(GENES);
    await app.openOverview();
    await expect(app.fact("AUROC")).toContainText("against tpm.csv");
  });
  await test.step("it is in a page of one file, on and off as the whole file says, with the genes' symbols", async () => {
    await app.chooseTable(file("genes.gtf", `chr1\tx\tgene\t1\t9\t.\t+\t.\tgene_id "GENE1"; gene_name "GATA1";\n`));
    await expect(page.getByText("genes.gtf was read: the symbols of 1 of 30 genes.")).toBeAttached();
    // The first genes by name alone would give another figure: it stays that of the whole run.
    const column = app.grid.getByRole("columnheader", { name: "Gene", exact: true });
    await column.getByRole("button").click();
    await expect(column).toHaveAttribute("aria-sort", "ascending");
    const saved = await saveAsOneFile(page, info.outputPath("page.html"), { genes: 20 });
    const one = await OneFile.open(page, saved.path);
    await expect(one.page.getByRole("gridcell", { name: /GATA1/ }).first()).toBeVisible();
    await one.openOverview();
    await expect(one.fact("AUROC")).toContainText("against tpm.csv: 28 genes, on at or above 6.75");
    await one.tab("Test");
    await expect(one.page.locator("regulens-measured").getByRole("img").first()).toBeVisible();
    await expect(one.page.locator("regulens-measured").getByRole("button", { name: /^Remove/ })).toHaveCount(0);
    await one.page.close();
    await page.context().setOffline(false);
  });
  await test.step("labels take its place, and what cannot be read does not", async () => {
    await app.tab("Test");
    const input = page.locator("regulens-measured input[type=file]");
    await input.setInputFiles({
      ...file("labels.csv", `gene,label\n${rows((gene) => gene % 2)}`),
      mimeType: "text/csv",
    });
    await expect(app.fact("AUROC")).toContainText("against labels.csv: 28 genes, on and off as in the file");
    await input.setInputFiles({ ...file("other.csv", "gene,tpm\nX1,3\n"), mimeType: "text/csv" });
    await expect(app.alert()).toContainText("other.csv: found no gene of mine.csv");
    await expect(app.fact("AUROC")).toContainText("against labels.csv");
    await expect(app.fact("AUROC")).toContainText(/Brier score 0\.\d{3}, calibration error 0\.\d{3}/);
  });
  await test.step("half of the labelled genes calibrate the model, which is there after a reload", async () => {
    const panel = page.locator("regulens-calibration");
    const calibrate = panel.getByRole("button", { name: "Calibrate on half of these genes…" });
    await calibrate.click();
    const refused = "labels.csv: found 28 genes; expected at least 100, 50 in each half";
    await expect(app.alert().filter({ hasText: refused })).toBeVisible();
    await page.getByRole("button", { name: "Remove labels.csv" }).click();
    await app.runTable(file("many.csv", table({ genes: 120, labels: true })), 120);
    await app.tab("Test");
    await calibrate.click();
    await expect(panel.getByRole("status").filter({ hasText: "On the 60 other genes" })).toBeVisible();
    await panel.getByRole("button", { name: "Use this calibration" }).click();
    await expect(panel).toContainText("The model was calibrated on one half of these genes");
    await expect(panel.getByRole("button", { name: /^Predict with .* again$/ })).toBeVisible();
    await expect(app.fact("Model")).toContainText("calibrated on many.csv");
    await expect.poll(async () => JSON.stringify(await stored(page))).toContain("calibrated on many.csv");
    await page.reload();
    await app.finished(120);
    await app.openOverview();
    await expect(app.fact("Model")).toContainText("calibrated on many.csv");
  });
});
