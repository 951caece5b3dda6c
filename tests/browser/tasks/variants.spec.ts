// Variants that attend to less: the page shows what each has, and says what it has not.

import { expect, goldenCase, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { card } from "../support/safetensors.ts";
import { table } from "../support/tables.ts";
import { readFile } from "node:fs/promises";

const VARIANTS = [
  {
    variant: "lstm-alpha",
    says: "LSTM-α attends to the bins of each mark, then joins the marks without weights: it has no β.",
    alpha: true,
  },
  {
    variant: "lstm-attn",
    says: "LSTM-Attn attends to bins for all marks together: it has a single α, and no β.",
    alpha: true,
  },
  { variant: "lstm", says: "LSTM reads the whole window without attention: it has neither α nor β", alpha: false },
  {
    variant: "deep-chrome",
    says: "DeepChrome reads the whole window without attention: it has neither α nor β",
    alpha: false,
  },
];

test("models of variants show what they have, and say what they have not", async ({ page }) => {
  test.skip(!goldenCase("lstm"), "needs the reference data");
  const app = await new AppPage(page).open("?device=cpu");
  for (const { variant, says, alpha } of VARIANTS) {
    const model = await readFile(goldenCase(variant)!.model);
    const { marks, bins } = card(model) as { marks: string[]; bins: number };
    await test.step(variant, async () => {
      await app.chooseModel({ name: `${variant}.safetensors`, buffer: model });
      await expect(page.locator("regulens-model-step")).toContainText(`Your file ${variant}.safetensors`);
      const name = `${variant}.csv`;
      await app.chooseTable({ name, buffer: Buffer.from(table({ genes: 6, bins, marks })) });
      await expect(page.locator("regulens-data-step .loaded")).toContainText(name);
      await app.run.click();
      await expect(app.fact("Table")).toContainText(name);
      await app.finished(6);
      await expect(page.locator("regulens-gene")).toContainText(says);
      const attention = page.getByRole("button", { name: "α", exact: true });
      await expect(attention).toHaveCount(alpha ? 1 : 0);
      if (alpha && (await attention.getAttribute("aria-pressed")) === "false") await attention.click();
      await expect(page.getByRole("columnheader", { name: /^β of/ })).toHaveCount(0);
      await expect(page.getByRole("columnheader", { name: /^Peak/ })).toHaveCount(alpha ? 1 : 0);
      await app.openOverview();
      await expect(page.getByRole("img", { name: /^Mean attention along the window/ })).toHaveCount(alpha ? 1 : 0);
      await app.closeOverview();
      await expect(
        page.getByRole("img", { name: alpha ? /^Signal and attention along GENE/ : /^Contributions along GENE/ }),
      ).toBeVisible();
      await expect(page.getByRole("img", { name: /^Attention over marks/ })).toHaveCount(0);
      const together = page.getByRole("img", { name: /^Signal and attention along GENE.*all marks attention/ });
      await expect(together).toHaveCount(variant === "lstm-attn" ? 1 : 0);
      const predictions = await app.predictions();
      expect(Object.keys(predictions.get("GENE1") ?? {})).toEqual(["probability", "logit"]);
      if (variant !== "lstm") return;
      // It is explained by all else.
      await expect(page.getByRole("radio", { name: /Model attention/ })).toHaveCount(0);
      await app.tab("Test");
      await expect(page.locator("regulens-gene-test .verdict")).toContainText(
        "bins with the largest integrated gradients",
      );
      await expect(page.locator("regulens-explained")).toContainText(
        "This variant has no attention over bins, so there is no α to show or test.",
      );
    });
  }
});
