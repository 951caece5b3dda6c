// Methods text of a run of each family for a manuscript, and its citations.

import { readFile } from "node:fs/promises";
import { expect, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { sha256Of } from "../support/shipped.ts";
import type { Page } from "@playwright/test";

async function savedText(page: Page, button: string): Promise<{ name: string; text: string }> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
}

for (const { query, title, file, says, keys } of [
  {
    query: "?device=cpu&example=simulated",
    title: "Results",
    file: "simulated",
    says: [
      "AttentiveChrome LSTM-α,β, K562",
      sha256Of("attentive-chrome-k562"),
      "100 bins of 100 bp",
      "400 genes",
      "(simulated)",
    ],
    keys: ["singh2017attend", "singh2016deepchrome"],
  },
  {
    query: "?device=cpu&model=deep-diff-raw-d-k562-h1&example=simulated-change",
    title: "Results",
    file: "change.a-change.b",
    says: ["from A (K562) to B (H1)", "positive for a gene that is higher in B (H1)", "200 bins of 100 bp"],
    keys: ["sekhon2018deepdiff"],
  },
  {
    query: "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence",
    title: "Results",
    file: "sequence",
    says: ["65,536 bases, read as the forward strand", "of 128 bp"],
    keys: ["angus2018regulatory", "kelley2018sequential"],
  },
]) {
  test(`the methods of ${file} name the model, what was read, and the papers`, async ({ page }) => {
    const app = await new AppPage(page).open(query);
    await expect(page.getByRole("heading", { name: title, exact: true })).toBeVisible({ timeout: 120_000 });
    await app.openBarMenu("Export");
    await page.getByRole("button", { name: "Methods", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Methods and citations" });
    await expect(dialog).toBeVisible();
    const methods = await savedText(page, "Save as .txt");
    expect(methods.name).toBe(`${file}.methods.txt`);
    for (const fact of [...says, "Regulens 0.2.0", "the CPU (WebAssembly"]) expect(methods.text).toContain(fact);
    expect(methods.text).not.toMatch(/undefined|null|NaN/);
    const bib = await savedText(page, "Save as .bib");
    expect(bib.name).toBe(`${file}.bib`);
    for (const key of [...keys, "regulens"]) expect(bib.text).toMatch(new RegExp(`^@\\w+\\{${key},$`, "m"));
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await dialog.getByRole("button", { name: "Copy the paragraph" }).click();
    await expect(dialog).toContainText("The paragraph was copied.");
    expect(`${await page.evaluate(() => navigator.clipboard.readText())}\n`).toBe(methods.text);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  });
}
