// Weights that were trained elsewhere: a model is made of them in the page.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { countActions } from "../support/actions.ts";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, dropFiles, largestDifference } from "../support/app-page.ts";
import { type Tensors, tensorsOf, torchFile } from "../support/pytorch.ts";
import { checkpoint } from "../support/tensorflow.ts";

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

/**
 * Basenji with one filter a block and the published settings: 3 in a bin of 128 bases with a G or a C, 1 in any other.
 */
function countsOfGc(): Tensors {
  const tensors = new Map<string, { shape: number[]; values: Float32Array }>();
  const put = (name: string, shape: number[], values: readonly number[]): void =>
    void tensors.set(name, { shape, values: Float32Array.from(values) });
  // Blocks 0 to 5 keep the greatest of each bin, the dilated ones add nothing to it, the last one keeps it alone.
  for (let at = 0; at < 13; at++) {
    const channels = at === 0 ? 4 : Math.max(1, at - 5);
    const width = at > 5 && at < 12 ? 3 : 1;
    const kernel = Array.from({ length: width * channels }, (_, i) => {
      if (at === 0) return i === 1 || i === 2 ? 1 : 0;
      return i === 0 && width === 1 ? 1 : 0;
    });
    put(`cnn${at}/conv1d/kernel`, [width, channels, 1], kernel);
    for (const [part, value] of Object.entries({ gamma: 1, beta: 0, moving_mean: 0, moving_variance: 0.999 }))
      put(`cnn${at}/batch_normalization/${part}`, [1], [value]);
  }
  put("final/dense/kernel", [1, 1], [2]);
  put("final/dense/bias", [1], [0]);
  put("final/dense/kernel/Adam", [1, 1], [5]);
  return tensors;
}

test("a TensorFlow checkpoint and a sequence are a prediction in three actions; a damaged one is refused", async ({
  page,
}) => {
  await new AppPage(page).open("?device=cpu");
  const [index, data] = checkpoint("model.tf", countsOfGc());
  const panel = page.locator("regulens-foreign");
  const problem = panel.locator("regulens-notice[tone=danger]");
  await test.step("parts, and bytes that are not those that were saved, are refused by name", async () => {
    await dropFiles(page, [index]);
    await expect(problem).toContainText(
      "model.tf.index: found the index of a TensorFlow checkpoint without its numbers",
    );
    await dropFiles(page, [data]);
    await expect(problem).toContainText("found a part of a TensorFlow checkpoint without its index");
    await expect(problem).toContainText("Give model.tf.index and its .data files at once.");
    const damaged = Buffer.from(data.buffer);
    damaged[0]! ^= 1;
    await dropFiles(page, [index, { ...data, buffer: damaged }]);
    await expect(problem).toContainText("model.tf.data-00000-of-00001: found the CRC-32C");
  });

  const actions = await countActions(page);
  // One bin in four has no G and no C.
  const bins = Array.from({ length: 1024 }, (_, bin) => (bin % 4 === 1 ? "AT" : "GATC").repeat(64).slice(0, 128));
  await dropFiles(page, [
    { name: "locus.fa", buffer: Buffer.from(`>locus\n${bins.join("\n")}\n`) },
    ...[index, data, { name: "checkpoint", buffer: Buffer.from('model_checkpoint_path: "model.tf"\n') }],
  ]);
  await expect(panel).toContainText("matching Basenji, Basenji");
  await expect(panel.getByLabel(/^Settings not stored in the weights/)).toHaveValue(/"length": 131072/);
  await panel.getByRole("button", { name: "Import and open" }).click();
  await expect(panel).toContainText("model.tf.safetensors was made and opened.");
  await expect(panel).toContainText("1 belong to its training and were left out");
  await page.getByRole("button", { name: "Run on locus", exact: true }).click();
  await expect(page.getByRole("img", { name: /^Predicted tracks along locus/ })).toBeVisible({ timeout: 240_000 });
  expect(await actions()).toBeLessThanOrEqual(3);
  const saved = (await new AppPage(page).save(/Save predicted tracks of locus as TSV/)).bytes.toString("utf8");
  const rows = saved
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .slice(1);
  // The published buffer of 4096 bases is 32 bins at either end.
  expect(rows).toHaveLength(960);
  for (const [at, row] of rows.entries())
    expect(Number(row.split("\t").at(-1)), row).toBeCloseTo(at % 4 === 1 ? 1 : 3, 2);
});
