// Names in strangers' files are text in another's page too: what the element shows, tells and saves.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { host, set, told, until } from "../support/element-page.ts";
import { expect, test } from "../support/fixtures.ts";
import { expectNoDialog, expectOnlyDrawing, expectOnlyText, LONG, MARKUP, NAMES } from "../support/hostile.ts";
import { withCard } from "../support/safetensors.ts";
import { bases } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

const MODELS = join(import.meta.dirname, "../../../models");
const CARD = {
  ...{ name: MARKUP, cell_type: { id: "__proto__", name: MARKUP }, citation: [MARKUP], notes: [LONG] },
  training: { data: MARKUP },
};

/** A page of another's with a view of a stranger's model and data, whose names are as bad as can be. */
async function view(page: Page, attributes: string, model: Buffer, data: string): Promise<void> {
  expectNoDialog(page);
  await page.route("**/stranger.safetensors", (route) => route.fulfill({ body: model }));
  // A `%` that begins no code.
  await page.route("**/100%.txt", (route) => route.fulfill({ body: data }));
  await host(page, `<regulens-view model="stranger.safetensors" data="100%.txt" ${attributes}></regulens-view>`);
}

/** Saves what a figure's menu offers. */
async function saved(page: Page, figure: RegExp, format: string): Promise<{ name: string; text: string }> {
  const menu = page
    .locator("summary, button")
    .and(page.getByRole("button", { name: figure }))
    .first();
  await menu.click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: new RegExp(`${figure.source}.* as ${format}`) }).click();
  const given = await download;
  return { name: given.suggestedFilename(), text: await readFile(await given.path(), "utf8") };
}

const genes = (): string =>
  NAMES.reduce((text, name, i) => text.replaceAll(`GENE${i + 1},`, () => `"${name}",`), table({ genes: NAMES.length }));

test("names of genes and the words of a card: a gene, all genes, what is told and what is saved", async ({ page }) => {
  const model = withCard(await readFile(join(MODELS, "cnn-alpha-beta-k562.safetensors")), CARD);
  await view(page, 'view="gene"', model, genes());
  for (const name of NAMES) {
    await set(page, { gene: name });
    await expect
      .poll(async () => (await told(page)).filter(({ type }) => type === "result").at(-1)?.detail.gene)
      .toBe(name);
    await until(page, "ready");
    await expectOnlyText(page);
  }
  expect((await told(page)).find(({ type }) => type === "ready")?.detail).toMatchObject({
    files: ["100%.txt"],
    names: NAMES,
    models: [{ card: { name: MARKUP, cell_type: { id: "__proto__" } } }],
  });
  await set(page, { gene: MARKUP });
  await expect(page.getByRole("img", { name: /along <\/title>/ }).first()).toBeVisible();
  const svg = await saved(page, /^Save signal and attention of /, "SVG");
  await expectOnlyDrawing(page, svg.text);
  expect(svg.name).toMatch(/^[\w.=%() -]+\.svg$/);
  const tsv = await saved(page, /^Save signal and attention of /, "TSV");
  expect(tsv.text.split("\n")[0]).toMatch(/^bin\tsignal_/);

  await set(page, { view: "set" });
  await until(page, "ready");
  await expect(page.getByRole("grid").first()).toContainText("__proto__");
  await expectOnlyText(page);
});

test("names of records and tracks along a sequence", async ({ page }) => {
  const shipped = await readFile(join(MODELS, "basenji-attention-two-sided-simulated.safetensors"));
  const track = (name: string) => ({ name, assay: MARKUP, description: MARKUP, unit: MARKUP });
  const model = withCard(shipped, {
    ...CARD,
    tracks: [track(MARKUP), track("__proto__")],
    variant_null: undefined,
    explanation: undefined,
  });
  const record = "<img/src=x/onerror=x>";
  await view(page, "", model, `>${record} ${MARKUP}\n${bases(16_384)}\n>${LONG}\n${bases(500)}\n`);
  await until(page, "ready");
  await expect(page.getByRole("img", { name: /onerror=x/ }).first()).toBeVisible();
  await expectOnlyText(page);
  const [ready] = await told(page);
  expect(ready?.detail.names).toEqual([record, LONG]);
});
