// Choosing a model: cell types, variants, one seed or several, and a user's own file.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect, PROGRAM, test } from "../support/fixtures.ts";
import { stored } from "../support/kept.ts";
import { AppPage, largestDifference } from "../support/app-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const MODELS = fileURLToPath(new URL("../../../models/", import.meta.url));

interface Listed {
  variant: string;
  cell_type?: { name: string };
  cell_type_b?: { name: string };
  ensemble?: { file: string; members: number };
}

async function listed(page: Page): Promise<Listed[]> {
  return ((await (await page.request.get("models/catalogue.json")).json()) as { models: Listed[] }).models;
}

test("models are chosen: by cell type, by variant, by what they predict", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu");
  await test.step("another cell type is chosen by keyboard, and the variant stays", async () => {
    await app.model.focus();
    await page.keyboard.press("Enter");
    const chosen = page.getByRole("group", { name: "Variant" }).getByRole("radio", { checked: true });
    const variant = await chosen.evaluate((radio) => radio.closest("label")?.querySelector(".name")?.textContent);
    await app.cellType("K562").focus();
    await page.keyboard.press("ArrowRight");
    await expect(app.cellType("H1")).toBeChecked();
    await app.ready();
    expect(await chosen.evaluate((radio) => radio.closest("label")?.querySelector(".name")?.textContent)).toBe(variant);
    await page.keyboard.press("Escape");
    await expect(app.model).toBeFocused();
    await page.getByRole("button", { name: "Read the model card" }).click();
    await expect(page.getByRole("dialog", { name: "Model card" })).toContainText("H1 (E003)");
  });
  await page.keyboard.press("Escape");
  await app.chooseCellType("K562");
  await app.ready();
  await test.step("a chip says what is open; it leads to three tasks, cell types, the recommended model and all variants", async () => {
    // The first is the smallest that weighs marks; validation recommends another.
    await expect(app.model).toContainText(/Genes on or off\s+K562 \(E123\), LSTM-α,β/);
    await expect(app.model).not.toContainText("recommended");
    const models = (await listed(page)).filter(
      ({ cell_type, cell_type_b }) => cell_type?.name === "K562" && !cell_type_b,
    );
    await app.openModels();
    await expect(page.getByRole("group", { name: "What to predict" }).getByRole("radio")).toHaveCount(3);
    const choices = page.getByRole("group", { name: "Variant" }).getByRole("radio");
    await expect(choices).toHaveCount(models.length);
    const picker = page.locator("regulens-model-picker");
    await expect(picker.locator(".size")).toHaveText(models.map(() => /^AUROC 0\.\d{3}$/));
    // The interval of the test is wider than what lies between variants: the card has it.
    await expect(picker).toContainText("differences within the interval on a model’s card are not meaningful");
    await expect(picker).toContainText("Recommended: lowest log loss");
    await expect(picker).not.toContainText(/beats|below/);
    await expect(
      picker
        .locator(".model")
        .filter({ has: page.locator(".tag") })
        .locator(".id"),
    ).toHaveText("lstm-alpha");
    await choices.nth(0).check();
    await app.ready();
    await expect(app.model).toContainText(/Genes on or off\s+K562 \(E123\), LSTM-α\s+recommended/);
    await app.openVariants();
    await choices.nth(2).check();
    await app.ready();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Read the model card" }).click();
    await expect(page.getByRole("dialog", { name: "Model card" })).toContainText(
      "held-out genes, trained on 200 genes",
    );
    await expect(app.model).not.toContainText("recommended");
  });
  await page.keyboard.press("Escape");
  await test.step("models of tracks are told apart by what they predict, and the recommended one learned from measurements", async () => {
    await app.openModels();
    await page.getByRole("radio", { name: "Tracks from DNA" }).check();
    await expect(app.model).toContainText(/^\s*Model:\s+Tracks from DNA\s+Basenji on yeast ATAC\s+recommended/);
    // The same model has the badge in the open choice.
    const badged = page.locator("regulens-model-picker .model").filter({ has: page.locator(".tag") });
    await expect(badged.locator(".name")).toHaveText("Basenji on yeast ATAC");
    await app.openVariants();
    const shown = page.locator("regulens-model-picker .model .name");
    for (const name of ["Basenji on yeast ATAC", "Basenji on yeast MNase and Pol II"])
      await expect(shown.filter({ hasText: new RegExp(`^${name}$`) })).toHaveCount(1);
    const names = await shown.allTextContents();
    expect(new Set(names).size).toBe(names.length);
  });
});

test("several seeds are chosen, and again after a reload; results name the weights, a user's own in int8 too", async ({
  page,
}, info) => {
  const out = info.outputPath("own.safetensors");
  const words = ["export", join(MODELS, "attentive-chrome-k562.safetensors"), "--dtype", "i8", "--out", out];
  const { status, stderr } = spawnSync(PROGRAM, words, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const app = await new AppPage(page).open("?device=cpu");
  await app.chooseModel(out);
  await expect(app.model).toContainText("own.safetensors");
  const results = [];
  for (const [weights, name] of [
    ["own", /K562\s+int8 weights,\s+unverified/],
    ["one seed", /K562\s+float16 weights,\s+verified/],
    ["5 seeds", /mean of 5 seeds\s+int8 weights,\s+verified/],
  ] as const) {
    if (weights === "one seed") {
      await app.openModels();
      await page
        .getByRole("group", { name: "Variant" })
        .getByRole("radio", { name: /^LSTM-α,β lstm-alpha-beta/ })
        .check();
      await page.keyboard.press("Escape");
      await app.ready();
    }
    if (weights !== "own") await app.chooseWeights(weights);
    await app.chooseTable({ name: `${weights}.csv`, buffer: Buffer.from(table({ genes: 20 })) });
    await expect(page.locator("regulens-data-step")).toContainText(`${weights}.csv`);
    await app.run.click();
    await expect(app.fact("Table")).toContainText(`${weights}.csv`);
    await expect(app.fact("Model")).toContainText(name);
    results.push(await app.predictions());
  }
  const difference = largestDifference(results[0]!, results[1]!);
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(0.5);
  await expect(page.locator("regulens-model-card")).toContainText(
    /AUROC on the test genes 0\.\d{4}, of one seed 0\.\d{4}/,
  );
  await expect
    .poll(() => stored(page))
    .toMatchObject({
      ...{ weights: "ensemble", inputs: [{ name: "5 seeds.csv" }] },
      // A page that is left before its run was kept comes back without one.
      view: { ran: true },
    });
  await page.reload();
  await app.finished(20);
  await app.openSetup();
  await page.getByRole("button", { name: "Read the model card" }).click();
  await expect(page.getByRole("group", { name: "Weights" }).getByRole("radio", { name: /^5 seeds/ })).toBeChecked();
});

/** Sixty simulated genes as a user's own file, which does not say that it is simulated. */
function sixtyGenes(): string {
  const lines = gunzipSync(readFileSync(join(MODELS, "examples/simulated.csv.gz")))
    .toString("utf8")
    .split("\n");
  return `${lines.slice(0, 60 * 100 + 1).join("\n")}\n`;
}

test("several seeds say which genes are sure, with the numbers of the program, and not where the genes are simulated", async ({
  page,
}, info) => {
  // Convolutions compute in a fraction of the time of the recurrent networks.
  const { ensemble } = (await listed(page)).find(({ variant, ensemble }) => variant === "cnn-attn" && ensemble)!;
  const { file, members } = ensemble!;
  const own = sixtyGenes();
  const app = await new AppPage(page).open("?device=cpu&model=cnn-attn-h1");
  await app.runTable({ name: "own.csv", buffer: Buffer.from(own) }, 60);
  await expect(app.fact("Confidence")).toContainText(`not available from one of ${members} seeds`);
  await expect(app.fact("Predicted on")).toContainText(`by one of ${members} seeds`);
  const gene = page.locator("regulens-gene");
  await expect(gene).toContainText(new RegExp(`P\\(on\\) = [\\d.]+ \\(one of ${members} seeds\\)`));
  await page.getByRole("button", { name: `Predict with ${members} seeds` }).click();
  const sure = page.locator("regulens-summary dl > div").filter({ has: page.locator("select") });
  await expect(sure).toContainText(/\d+ confident, \d+ uncertain/);
  await expect(gene).toContainText(new RegExp(`\\((confident|uncertain), [\\d.]+–[\\d.]+ in ${members} seeds\\)`));

  await writeFile(info.outputPath("own.csv"), own);
  const predict = [
    "predict",
    "--model",
    join(MODELS, file),
    "--input",
    info.outputPath("own.csv"),
    "--coverage",
    "0.95",
  ];
  const out = info.outputPath("own.tsv");
  const { status, stderr } = spawnSync(PROGRAM, [...predict, "--out", out], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const rows = readFileSync(out, "utf8")
    .trimEnd()
    .split("\n")
    .map((row) => row.split("\t"));
  const [head, ...genes] = rows;
  const at = (name: string) => head!.indexOf(name);
  await sure.getByRole("combobox", { name: /^Confidence/ }).selectOption("95 %");
  const unsure = genes.filter((row) => row[at("set")] === "on|off").length;
  await expect(sure.locator("dd")).toContainText(`${60 - unsure} confident, ${unsure} uncertain`);

  const saved = (await app.save("Predictions (TSV)")).bytes.toString("utf8").trimEnd().split("\n");
  expect(saved[0]).toBe(head!.join("\t"));
  for (const [i, row] of saved.slice(1).entries()) {
    const cells = row.split("\t");
    expect(cells[at("set")]).toBe(genes[i]![at("set")]);
    for (const column of ["probability", "probability_raw", "probability_sd", "probability_low", "probability_high"])
      expect(Number(cells[at(column)])).toBeCloseTo(Number(genes[i]![at(column)]), 5);
  }
  expect(unsure, "some genes must be unsure, or nothing is filtered").toBeGreaterThan(0);
  await page.getByLabel("Genes listed").selectOption({ label: "Uncertain" });
  await expect(page.locator("regulens-gene-filter")).toContainText(`${unsure} of 60 genes`);
  await expect
    .poll(() => stored(page))
    .toMatchObject({ looked: { coverage: 0.95 }, view: { listing: { filter: "unsure" } } });
  await page.reload();
  await expect(page.locator("regulens-gene-filter")).toContainText(`${unsure} of 60 genes`);
  await expect(sure.getByRole("combobox", { name: /^Confidence/ })).toHaveValue("95 %");

  // The word on the cell type withdraws the sets, and what was listed by them.
  await sure.getByRole("combobox", { name: "Your genes are from" }).selectOption("another cell type");
  await expect(app.fact("Confidence")).toContainText("the model was trained on H1");
  // The cost on the other cell type, as measured.
  await expect(app.fact("Confidence")).toContainText(
    /On 200 test genes of K562 this model has AUROC 0\.\d{3} \(H1 0\.887\)/,
  );
  await expect(page.locator("regulens-gene-filter")).toContainText("60 genes");
  await app.fact("Confidence").getByRole("combobox").selectOption("H1");
  await expect(sure.locator("dd")).toContainText(`${unsure} uncertain`);

  await app.tryExample();
  await app.finished(400);
  await expect(app.fact("Confidence")).toContainText(/not available.*the genes are simulated/s);
});

test("P(on) assumes the share of genes on that is stated, with the numbers of the program, in files and after a reload", async ({
  page,
}, info) => {
  const { ensemble } = (await listed(page)).find(({ variant, ensemble }) => variant === "cnn-attn" && ensemble)!;
  const { file, members } = ensemble!;
  const own = sixtyGenes();
  const app = await new AppPage(page).open("?device=cpu&model=cnn-attn-h1");
  await app.runTable({ name: "own.csv", buffer: Buffer.from(own) }, 60);
  const field = page.getByLabel("Share of genes that are on in your data");
  await expect(field, "one seed was not calibrated").toHaveCount(0);
  await page.getByRole("button", { name: `Predict with ${members} seeds` }).click();
  const sure = page.locator("regulens-summary dl > div").filter({ has: page.locator("select") });
  await expect(sure).toContainText(/\d+ confident/);
  const ofCalibration = await field.inputValue();
  const before = await app.fact("Predicted on").innerText();

  await field.fill("0.9");
  await field.press("Enter");
  await expect(app.fact("Confidence")).toContainText("only for the calibration’s share of genes on");
  await writeFile(info.outputPath("own.csv"), own);
  const out = info.outputPath("own.tsv");
  const predict = ["predict", "--model", join(MODELS, file), "--input", info.outputPath("own.csv"), "--on", "0.9"];
  const { status, stderr } = spawnSync(PROGRAM, [...predict, "--out", out], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const rowsOf = (text: string): string[][] => {
    const rows = text.trimEnd().split("\n");
    return rows.map((row) => row.split("\t"));
  };
  const [head, ...genes] = rowsOf(readFileSync(out, "utf8"));
  const [savedHead, ...saved] = rowsOf((await app.save("Predictions (TSV)")).bytes.toString("utf8"));
  expect(savedHead).toEqual(head);
  for (const [i, row] of saved.entries())
    for (const column of ["probability", "probability_raw", "probability_sd", "probability_low", "probability_high"])
      expect(Number(row[head!.indexOf(column)])).toBeCloseTo(Number(genes[i]![head!.indexOf(column)]), 5);
  const on = genes.filter((row) => Number(row[head!.indexOf("probability")]) >= 0.5).length;
  await expect(app.fact("Predicted on")).toContainText(new RegExp(`^\\s*${on}\\b`));
  expect(before).not.toMatch(new RegExp(`^\\s*${on}\\b`));

  await expect.poll(() => stored(page)).toMatchObject({ looked: { share_on: 0.9 } });
  await page.reload();
  await expect(field).toHaveValue("0.9");
  await expect(app.fact("Predicted on")).toContainText(new RegExp(`^\\s*${on}\\b`));
  // A number that is no share is not taken.
  await field.fill("1.5");
  await field.press("Enter");
  await expect(app.fact("Predicted on")).toContainText(new RegExp(`^\\s*${on}\\b`));
  await page.getByRole("button", { name: `Use ${ofCalibration}` }).click();
  await expect(sure).toContainText(/\d+ confident/);
  await expect(field).toHaveValue(ofCalibration);
  expect(await app.fact("Predicted on").innerText()).toBe(before);
});
