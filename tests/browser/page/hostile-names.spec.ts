// Names in strangers' files are text on the page and in what it saves, whatever they look like.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.ts";
import {
  expectNoDialog,
  expectOnlyDrawing,
  expectOnlyText,
  expectTurnedAlone,
  LONG,
  MARKUP,
  NAMES,
} from "../support/hostile.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { withCard } from "../support/safetensors.ts";
import { bases, file, give, runRecord } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";

const MODELS = join(import.meta.dirname, "../../../models");

test("names of genes and the words of a model's card are text", async ({ page }) => {
  expectNoDialog(page);
  const app = await new AppPage(page).open(QUICK);
  const card = {
    ...{ name: MARKUP, cell_type: { id: MARKUP, name: MARKUP }, citation: [MARKUP], notes: [MARKUP] },
    training: { data: MARKUP },
  };
  const shipped = readFileSync(join(MODELS, "cnn-alpha-beta-k562.safetensors"));
  await app.chooseModel({ name: `${MARKUP.replaceAll("/", "")}.safetensors`, buffer: withCard(shipped, card) });
  await expect(app.model).toContainText("onerror=alert(1)");
  await page.getByRole("button", { name: "Read the model card" }).click();
  await expect(page.getByRole("dialog")).toContainText(MARKUP);
  await expectOnlyText(page);
  await page.keyboard.press("Escape");

  const genes = NAMES.reduce(
    (text, name, i) => text.replaceAll(`GENE${i + 1},`, () => `"${name}",`),
    table({ genes: NAMES.length }),
  );
  await app.runTable({ name: "=t<img src=x>.csv", buffer: Buffer.from(genes) }, NAMES.length);
  for (const [i, name] of NAMES.entries()) {
    await app.grid
      .getByRole("row")
      .filter({ hasText: name.slice(0, 60) })
      .first()
      .click();
    await expect(page.locator("regulens-gene h3").first()).toContainText(name.slice(0, 60));
    if (i > 0) continue;
    await app.lookAtAttention();
    const { bytes } = await app.save(/^Save signal and attention of .* as SVG/);
    await expectOnlyDrawing(page, bytes.toString("utf8"));
  }
  await expectOnlyText(page);
  await expectTurnedAlone(page);
  const { bytes } = await app.save("Predictions (TSV)");
  const rows = bytes.toString("utf8").trimEnd().split("\n").slice(1);
  expect(rows.map((row) => row.split("\t")[0]).toSorted()).toEqual(
    NAMES.map((name) => (name.startsWith("=") ? `'${name}` : name)).toSorted(),
  );
});

test("names of records and tracks are text", async ({ page }) => {
  expectNoDialog(page);
  const shipped = readFileSync(join(MODELS, "basenji-attention-two-sided-simulated.safetensors"));
  const track = (name: string) => ({ name, assay: MARKUP, description: MARKUP, unit: MARKUP });
  const app = await new AppPage(page).open(QUICK);
  const tracks = [track(MARKUP), track("__proto__")];
  await app.chooseModel({
    name: "m.safetensors",
    buffer: withCard(shipped, { name: MARKUP, tracks, variant_null: undefined, explanation: undefined }),
  });
  await expect(app.model).toContainText("onerror=alert(1)");
  const record = "<img/src=x/onerror=x>";
  await give(
    page,
    file("<b>s.fa", `>${record} ${MARKUP}\n${bases(16_384)}\n>__proto__ x\n${bases(500)}\n>${LONG}\n${bases(400)}\n`),
  );
  await runRecord(page, record);
  await expect(page.getByText(MARKUP).first()).toBeVisible();
  await expectOnlyText(page);
});
