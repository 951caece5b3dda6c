// A model of sequences that ships beside the mean of its seeds: said, offered, and predicted with.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { halved, together, withCard } from "../support/safetensors.ts";
import { bases, file, give, runRecord } from "../support/sequence-page.ts";

const ID = "basenji-yeast-mnase-polii";
const SHIPPED = readFileSync(join(import.meta.dirname, `../../../models/${ID}.safetensors`));

test("one of several seeds of a model of sequences is said to be one, and their mean is a press away", async ({
  page,
}) => {
  const members = [SHIPPED, halved(SHIPPED, "final/dense/kernel")];
  const ensemble = withCard(together(members), { name: "Basenji on yeast, mean of 2 seeds" });
  const name = `${ID}-ensemble.safetensors`;
  await page.route(`**/${name}`, (route) => route.fulfill({ body: ensemble }));
  await page.route("**/catalogue.json", async (route) => {
    const response = await route.fetch();
    const catalogue = (await response.json()) as { models: { id: string }[] };
    const sha256 = createHash("sha256").update(ensemble).digest("hex");
    const entry = { file: name, bytes: ensemble.length, sha256, members: 2, test_pearson: 0.5 };
    const models = catalogue.models.map((model) => (model.id === ID ? { ...model, ensemble: entry } : model));
    await route.fulfill({ response, json: { ...catalogue, models } });
  });
  const app = await new AppPage(page).open(`?device=cpu&model=${ID}`);
  await give(page, file("two.fa", `>one\n${bases(20_000)}\n>short\n${bases(9_000, 2)}\n`));
  await runRecord(page, "one");
  const strip = page.locator("regulens-sequences dl > .model");
  await expect(strip).toContainText(/float16 weights,\s+verified\s+one of 2 seeds/);
  const use = strip.getByRole("button", { name: "Predict with 2 seeds" });
  expect((await use.boundingBox())!.height).toBeGreaterThanOrEqual(24);
  const values = async (): Promise<string[][]> => {
    const { bytes } = await app.save(/^Save.* TSV$|^TSV$/);
    return bytes
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
  };
  const before = await values();
  await use.click();
  await expect(strip).toContainText(/mean of 2 seeds\s+float16 weights,\s+verified/);
  await expect(strip).not.toContainText("one of");
  const after = await values();
  expect(after[0]!.slice(3, 7)).toEqual(["MNase", "MNase.sd", "MNase.low", "MNase.high"]);
  // The seed is one of the two members: the lowest or the highest.
  for (const [i, row] of after.entries()) if (i > 0) expect(row.slice(5, 7)).toContain(before[i]![3]);
  await expect(page).toHaveURL(/weights=ensemble/);
  await test.step("a file of all records names the one that is too short for intervals", async () => {
    await page.getByRole("combobox", { name: "Interval" }).selectOption("80 %");
    await page.getByRole("button", { name: /^Run (all|the other)/ }).click();
    await expect(page.getByText("No intervals in the file: short. Unknown bases were added around")).toBeVisible();
  });
  await app.openSetup();
  await page.getByRole("button", { name: "Read the model card" }).click();
  const card = page.getByRole("dialog", { name: "Model card" });
  await expect(card.getByRole("radio", { name: /^2 seeds/ })).toBeChecked();
  await expect(card).toContainText(
    "2 seeds give their mean, with its spread; Pearson’s r on the test sequences 0.5000",
  );
});
