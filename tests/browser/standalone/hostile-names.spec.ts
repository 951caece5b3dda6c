// A page of one file of a stranger's names: they are text when it is opened from disk, in what it saves, and on the
// page that it is dropped on.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.ts";
import { expectNoDialog, expectOnlyDrawing, expectOnlyText, LONG, MARKUP, NAMES } from "../support/hostile.ts";
import { AppPage } from "../support/app-page.ts";
import { withCard } from "../support/safetensors.ts";
import { drop, manifestOf, OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";

const MODELS = join(import.meta.dirname, "../../../models");

test("names of genes, of the table and of the model in a page of one file", async ({ page }, info) => {
  expectNoDialog(page);
  const app = await new AppPage(page).open("?device=cpu");
  const card = {
    ...{ name: MARKUP, cell_type: { id: "constructor", name: MARKUP }, citation: [MARKUP], notes: [LONG] },
    training: { data: MARKUP },
  };
  const shipped = readFileSync(join(MODELS, "cnn-alpha-beta-k562.safetensors"));
  await app.chooseModel({ name: "<!--<script>.safetensors", buffer: withCard(shipped, card) });
  await expect(app.model).toContainText("onerror=alert(1)");
  const genes = NAMES.reduce(
    (text, name, i) => text.replaceAll(`GENE${i + 1},`, () => `"${name}",`),
    table({ genes: NAMES.length }),
  );
  await app.runTable({ name: "=<!--<script>.csv", buffer: Buffer.from(genes) }, NAMES.length);
  const saved = await saveAsOneFile(page, info.outputPath("100% of them.html"), { title: MARKUP, caption: MARKUP });
  expect(manifestOf(saved.text).model.name).toBe(MARKUP);
  // No element of the file comes from a name.
  const elements = saved.text.match(/<(script|img|svg)\b/g) ?? [];
  const harmless = await (async () => {
    await app.runTable({ name: "t.csv", buffer: Buffer.from(table({ genes: NAMES.length })) }, NAMES.length);
    const other = await saveAsOneFile(page, info.outputPath("other.html"), { title: "x", caption: "y" });
    return other.text.match(/<(script|img|svg)\b/g) ?? [];
  })();
  expect(elements).toHaveLength(harmless.length);

  const one = await OneFile.open(page, saved.path);
  expectNoDialog(one.page);
  await one.finished(NAMES.length);
  await expect(one.page.getByRole("heading", { level: 1 })).toHaveText(MARKUP);
  await expect(one.page.getByRole("contentinfo")).toContainText(MARKUP);
  for (const name of NAMES) {
    await one.grid
      .getByRole("row")
      .filter({ hasText: name.slice(0, 60) })
      .first()
      .click();
    await expect(one.page.locator("regulens-gene h3").first()).toContainText(name.slice(0, 60));
  }
  await one.grid.getByRole("row").filter({ hasText: "onerror" }).first().click();
  await one.lookAtAttention();
  const { bytes } = await one.save(/^Save signal and attention of .* as SVG/);
  await expectOnlyDrawing(page, bytes.toString("utf8"));
  const predictions = (await one.save("Predictions (TSV)")).bytes.toString("utf8");
  expect(predictions).toContain("\n'=HYPERLINK(0)\t");
  await expectOnlyText(one.page);
  await one.close();

  await app.open("?device=cpu");
  await drop(page, "../../100%.html", saved.text);
  await app.finished(NAMES.length);
  await expect(app.model).toContainText("onerror=alert(1)");
  await expectOnlyText(page);
});
