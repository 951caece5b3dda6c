// The box that goes to a place of a sequence; a variant that cannot be tried, and how unusual one is.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, pick } from "../support/app-page.ts";
import { bases, file, give } from "../support/sequence-page.ts";
import { withCard } from "../support/safetensors.ts";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";

const MODELS = join(import.meta.dirname, "../../../models");
const box = (page: Page) => page.getByPlaceholder("12,000-18,000");
const shown = (page: Page) => page.getByRole("img", { name: /^Predicted tracks along/ });

async function go(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await box(page).press("Enter");
}

/** The page with two records of the reader's own, of which the first has run. */
async function opened(page: Page): Promise<AppPage> {
  const app = await new AppPage(page).open("?device=cpu");
  // A model with heads that the reader brings stays where sequences come.
  const name = "basenji-attention-two-sided-simulated.safetensors";
  await app.chooseModel({ name, buffer: readFileSync(join(MODELS, name)) });
  await expect(app.model).toContainText("two-sided on simulated");
  await give(page, file("two.fa", `>chrIV\n${bases(40_000, 2)}\n>chrII\n${bases(20_000, 3)}\n`));
  await page.getByRole("button", { name: "Run on chrIV" }).click();
  await expect(shown(page)).toBeVisible();
  await expect(page.getByRole("img", { name: /^Attention from chrIV:/ })).toBeVisible();
  return app;
}

test("the box, where the heads looked, and a variant that cannot be tried", async ({ page }) => {
  const app = await opened(page);
  await test.step("where the heads looked follows the place that was gone to", async () => {
    const where = page.getByRole("img", { name: /^Attention from chrIV:/ });
    const first = async (): Promise<number> =>
      Number(/chrIV:([\d,]+)/.exec((await where.getAttribute("aria-label")) ?? "")?.[1]?.replace(/,/g, ""));
    for (const [from, to] of [
      [5000, 9000],
      [30_000, 34_000],
    ] as const) {
      await go(page, `${from}-${to}`);
      // Until the place is predicted the figure shows the one before, which may be on either side.
      const inside = async () => (await first()) > from - 200 && (await first()) < to;
      await expect.poll(inside).toBe(true);
    }
  });
  await test.step("the box goes to the record that is named, and says what is wrong with a place that is not there", async () => {
    await go(page, "abc");
    await expect(page.getByRole("alert")).toContainText("two.fa has no record abc");
    // An earlier mistake does not stand in the way of a valid place.
    await go(page, "20000-30000");
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(19,9|20,0)\d\d–30,\d{3}/);
    await expect(box(page)).toHaveValue(/^chrIV:(19,9|20,0)\d\d–30,\d{3}$/);
    for (const [text, why] of [
      ["chrVII:1-100", "has no record chrVII"],
      ["999000-1000000", "chrIV has 40,000 bases"],
      ["60000-50000", "first base comes after the last"],
      ["0-10", "counted from 1"],
    ] as const) {
      await go(page, text);
      await expect(page.getByRole("alert")).toContainText(why);
      await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(19,9|20,0)\d\d–30,\d{3}/);
    }
    await go(page, "chrII:8000-12000");
    await expect(shown(page)).toHaveAttribute("aria-label", /chrII:[78],\d{3}–12,\d{3}/);
    await expect(page.getByRole("img", { name: /^Attention from chrII:/ })).toBeVisible();
  });
  await go(page, "chrIV:20000-22000");
  await test.step("a variant that cannot be tried leaves no result of the one before under its error", async () => {
    const base = bases(40_000, 2)[20_000] ?? "";
    const other = base === "A" ? "G" : "A";
    await page.getByRole("tab", { name: "What if" }).click();
    const variant = page.getByLabel("Variant", { exact: true });
    await variant.fill(`chrIV:20001 ${base}>${other}`);
    await variant.press("Enter");
    const effect = page.getByRole("heading", { name: /chrIV:20,001/ });
    await expect(effect).toBeVisible();
    await variant.fill(`chrIV:20001 ${other}>${base}`);
    await variant.press("Enter");
    await expect(app.alert()).toContainText("found the reference");
    await expect(effect).toHaveCount(0);
  });
});

test("a variant is held against random ones where the model's card has some, and never at the hundredth percentile", async ({
  page,
}) => {
  const app = await new AppPage(page).open("?device=cpu");
  // 1000 single bases, all of which change less than anything does, and 1000 that change more.
  const stratum = (effect: number) => ({
    up_to: 1e9,
    count: 1000,
    effects: Array.from({ length: 32 }, (_, i) => i * effect),
  });
  const track = (name: string, effect: number) => ({
    ...{ track: name, activity: Array.from({ length: 21 }, (_, i) => 1e8 + i), bases: [stratum(effect)], indels: [] },
  });
  const shipped = new URL("../../../models/basenji-attention-two-sided-simulated.safetensors", import.meta.url);
  const variant_null = {
    ...{ genome: "made.2bit", drawn: "as this test says", seed: 1, around: 2, strands: "both", shifts: [0] },
    tracks: [track("ATAC", 1e-12), track("MNase", 1e6)],
  };
  await app.chooseModel({ name: "rated.safetensors", buffer: withCard(await readFile(shipped), { variant_null }) });
  await give(page, file("one.fa", `>chrIV\n${bases(20_000, 2)}\n`));
  await page.getByRole("button", { name: "Run on chrIV" }).click();
  await expect(shown(page)).toBeVisible();
  const base = bases(20_000, 2)[10_000] ?? "";
  const other = base === "A" ? "G" : "A";
  await app.tab("What if");
  const variant = page.getByLabel("Variant", { exact: true });
  await variant.fill(`chrIV:10001 ${base}>${other}`);
  await variant.press("Enter");
  await pick(page.getByRole("radio", { name: "Scores", exact: true }));
  const table = page.getByRole("region", { name: "Change by track" });
  await expect(table.getByRole("row", { name: /^ATAC/ })).toContainText("beyond all random variants (above 99.6)");
  await expect(table.getByRole("row", { name: /^MNase/ })).toContainText(/0\.0 \(0\.0 to 0\.[0-9]\)/);
  await expect(page.getByText("among random single bases of made.2bit")).toBeVisible();
  // No insertion was drawn: nothing is said of one.
  await variant.fill(`chrIV:10001 ${base}>${base}AC`);
  await variant.press("Enter");
  await expect(page.getByRole("heading", { name: `${base}>${base}AC` })).toBeVisible();
  await expect(table).not.toContainText("Percentile");
});
