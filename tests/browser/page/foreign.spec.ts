// Weights that were trained elsewhere: a model is made of them in the page.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { countActions } from "../support/actions.ts";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, dropFiles, largestDifference } from "../support/app-page.ts";
import { tensorsOf, torchFile } from "../support/pytorch.ts";

const MODELS = join(import.meta.dirname, "../../../models");
const MARKS = "H3K4me1, H3K4me3, H3K9me3, H3K27me3, H3K36me3";

test("a PyTorch file is a prediction after three actions, the model's that its weights are of", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu");
  const table = { name: "genes.csv.gz", buffer: readFileSync(join(MODELS, "examples/simulated.csv.gz")) };
  await app.runTable(join(MODELS, "examples/simulated.csv.gz"));
  const expected = await app.predictions();
  const panel = page.locator("regulens-foreign");
  const problem = panel.locator("regulens-notice[tone=danger]");
  const weights = torchFile(tensorsOf(readFileSync(join(MODELS, "attentive-chrome-k562.safetensors"))));

  await test.step("a file that is none is refused, and another takes its place", async () => {
    await dropFiles(page, [{ name: "E003_cut.pt", buffer: weights.subarray(0, 3000) }]);
    await expect(problem).toContainText("E003_cut.pt");
    await expect(problem).toContainText("What to do");
  });

  await dropFiles(page, [{ name: "E123_mine.pt", buffer: weights }, table]);
  await expect(panel).toContainText("AttentiveChrome, LSTM-α,β");
  await expect(panel.getByLabel("Cell type")).toHaveValue("K562");
  await expect(panel.getByLabel("Bins of a gene")).toHaveValue("100");
  expect(await violations(page)).toEqual([]);
  // No tensor tells these, and they differ from the published models'.
  const marks = panel.getByLabel("Marks, in the order of the model’s inputs");
  await marks.fill(MARKS.replace(", H3K36me3", ""));
  await panel.getByRole("button", { name: "Import and open" }).click();
  await expect(problem).toContainText("marks");
  await marks.fill(MARKS);
  await panel.getByLabel("Training values").selectOption("log1p");
  await panel.getByRole("button", { name: "Import and open" }).click();
  await expect(panel).toContainText("E123_mine.safetensors was made and opened.");
  await expect(app.model).toContainText("E123_mine.pt, K562");
  await app.run.click();
  await app.finished(400);
  const found = await app.predictions();
  expect(found.size).toBe(400);
  expect(largestDifference(found, expected)).toBeLessThan(1e-6);
  const saved = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Save E123_mine.safetensors" }).click();
  expect((await saved).suggestedFilename()).toBe("E123_mine.safetensors");
});

test("authors' weights and a table are a prediction in three actions, without a word to type", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu");
  const example = readFileSync(join(MODELS, "examples/simulated.csv.gz"));
  await app.runTable({ name: "ours.csv.gz", buffer: example }, 400);
  const ours = await app.predictions();
  // As published, weights read counts in the order of the names; these have learned our order and logarithms.
  const published = MARKS.split(", ").sort();
  const [head = "", ...rows] = gunzipSync(example).toString("utf8").trimEnd().split("\n");
  const columns = MARKS.split(", ").map((mark) => head.split(",").indexOf(mark));
  const theirs = rows
    .map((row) => row.split(","))
    .map(([gene, bin, ...cells]) => [gene, bin, ...columns.map((at) => Math.log1p(Number(cells[at - 2])))].join(","));
  const table = Buffer.from(["gene,bin," + published.join(","), ...theirs, ""].join("\n"));
  const weights = torchFile(tensorsOf(readFileSync(join(MODELS, "attentive-chrome-k562.safetensors"))));
  const actions = await countActions(page);
  await dropFiles(page, [
    { name: "E123_theirs.pt", buffer: weights },
    { name: "theirs.csv", buffer: table },
  ]);
  await page.locator("regulens-foreign").getByRole("button", { name: "Import and open" }).click();
  await expect(app.model).toContainText("E123_theirs.pt, K562");
  await app.run.click();
  await expect(app.fact("Table")).toContainText("theirs.csv");
  await expect(page.locator("regulens-bar")).toContainText("Up to date");
  expect(await actions()).toBeLessThanOrEqual(3);
  const found = await app.predictions();
  expect([...found.keys()]).toEqual([...ours.keys()]);
  for (const [gene, { probability }] of found)
    expect(Math.abs(probability! - ours.get(gene)!["probability"]!), gene).toBeLessThan(1e-5);
});
