// Intervals of predicted tracks at a coverage that the reader chooses, and what withdraws them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { tensor, withCard } from "../support/safetensors.ts";
import { bases, file, give, runRecord } from "../support/sequence-page.ts";

const MODELS = join(import.meta.dirname, "../../../models");

/** Windows of a calibration: enough for 95 %, too few for 99 %. */
const WINDOWS = 45;

/** A shipped model whose card says that it was calibrated, and learned from yeast. */
function calibrated() {
  const shipped = readFileSync(join(MODELS, "basenji-attention-two-sided-simulated.safetensors"));
  const scores = Array.from({ length: 200 }, (_, i) => 0.01 * (i + 1));
  const of = { scores, floor: 4 };
  return {
    name: "calibrated.safetensors",
    buffer: withCard(shipped, {
      ...{ name: "Calibrated", format_version: 2, simulated: false, assembly: "sacCer3", variant_null: undefined },
      track_conformal: { tracks: [of, of], windows: WINDOWS, data: "held-out windows" },
    }),
  };
}

test("intervals of tracks are drawn at a chosen coverage, and withdrawn with the reason", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await app.chooseModel(calibrated());
  await give(page, file("two.fa", `>one\n${bases(16_384)}\n>chr8\n${bases(16_384, 2)}\n`));
  await runRecord(page, "one");
  const figure = page.getByRole("img", { name: /^Predicted tracks along / });
  const choice = page.getByRole("combobox", { name: "Interval" });
  const inFigure = figure.getByText(/% interval$/);
  await expect(choice).toBeVisible();
  await expect(inFigure).toHaveCount(0);
  await choice.selectOption("90 %");
  await expect(inFigure).toHaveText("90 % interval");
  await page.getByLabel("Help on what the interval promises").click();
  await expect(page.getByText(/The intervals of about 90 % .* windows of sacCer3 like the 45 used/)).toBeVisible();
  const { bytes } = await app.save(/^Save.* TSV$|^TSV$/);
  const [header = "", ...rows] = bytes.toString("utf8").trimEnd().split("\n");
  const columns = header.split("\t");
  expect(columns.slice(3, 6)).toEqual(["ATAC", "ATAC.interval_low", "ATAC.interval_high"]);
  expect(rows.length).toBe(96);
  for (const row of rows) {
    const [value = NaN, low = NaN, high = NaN] = row.split("\t").slice(3, 6).map(Number);
    // 0.9 of 46 windows in 45: the score at 184 of 200, of floor + √value.
    const half = 1.84 * (4 + Math.sqrt(value));
    expect(Math.abs(high - value - half)).toBeLessThan(1e-2);
    expect(Math.abs(low - Math.max(0, value - half))).toBeLessThan(1e-2);
  }
  await test.step("arrays for Python have the numbers of the table", async () => {
    const { bytes: arrays } = await app.save("Arrays, safetensors");
    for (const [name, column] of [
      ["predicted", 3],
      ["interval_low", 4],
      ["interval_high", 5],
    ] as const) {
      const { shape, values } = tensor(arrays, name);
      expect(shape).toEqual([2, 96]);
      rows.forEach((row, at) => expect(values[at]).toBeCloseTo(Number(row.split("\t")[column]), 3));
    }
  });
  await test.step("more than the windows of the calibration promise is not drawn", async () => {
    await choice.selectOption("99 %");
    await expect(page.getByText(/Not drawn\. 0\.99 needs 99 windows; .* has 45: give at most 0\.9782/)).toBeVisible();
    await expect(inFigure).toHaveCount(0);
    await choice.selectOption("95 %");
    await expect(inFigure).toHaveText("95 % interval");
  });
  await test.step("a record of another genome has none, and says so", async () => {
    await page.getByRole("button", { name: "Next record" }).click();
    await expect(page.getByRole("img", { name: /^Predicted tracks along chr8:/ })).toBeVisible();
    await expect(page.getByText(/Not drawn\. chr8 is not a chromosome of sacCer3/)).toBeVisible();
    await expect(choice).toHaveCount(0);
    await expect(inFigure).toHaveCount(0);
  });
});
