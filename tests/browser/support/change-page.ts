// The page with a model of a change between two cell types, and tables for it.

import { readFile } from "node:fs/promises";
import { expect, goldenCase } from "./fixtures.ts";
import { AppPage, type TestFile } from "./app-page.ts";
import { withCard } from "./safetensors.ts";
import { firstOf, rows } from "./tables.ts";
import type { Page } from "@playwright/test";

/**
 * A model of the change from K562 to H1 of the published size, whose card has `more`; undefined without the reference
 * data.
 */
export async function changeModel(name = "raw-aux-siamese.full", more: object = {}): Promise<TestFile | undefined> {
  const golden = goldenCase(name);
  if (!golden) return undefined;
  const cells = {
    name: "K562 to H1",
    cell_type: { id: "E123", name: "K562" },
    cell_type_b: { id: "E003", name: "H1" },
    ...more,
  };
  return { name: "change.safetensors", buffer: withCard(await readFile(golden.model), cells) };
}

/** Tables of two cell types: `shared` genes in both, one more in A and two more in B, whose ids have versions. */
export function pair(shared: number, bins = 200): [TestFile, TestFile] {
  const text = [...rows({ genes: shared + 2, bins })];
  const [head = "", ...lines] = text;
  const a = lines
    .slice(0, (shared + 1) * bins)
    .map((line) => line.replace(/^GENE(\d+)/, (_, n: string) => `ENSG${n.padStart(11, "0")}`));
  const b = lines.map((line, i) =>
    line
      .replace(/^GENE(\d+)/, (_, n: string) => (i < shared * bins ? `ENSG${n.padStart(11, "0")}.7` : `OTHER${n}`))
      .replace(/,(\d+)$/, (_, count: string) => `,${Number(count) + 1}`),
  );
  return [
    { name: "K562.csv", buffer: Buffer.from([head, ...a].join("\n")) },
    { name: "H1.csv", buffer: Buffer.from([head, ...b].join("\n")) },
  ];
}

/** Tables of two cell types: the first genes of the shipped example, whose marks are planted. */
export function planted(genes: number): [TestFile, TestFile] {
  return [
    { name: "K562.csv", buffer: firstOf("change.a.csv.gz", genes * 200) },
    { name: "H1.csv", buffer: firstOf("change.b.csv.gz", genes * 200) },
  ];
}

/** The page with the model of a change open. */
export async function openChange(page: Page, name?: string, more?: object): Promise<AppPage | undefined> {
  const model = await changeModel(name, more);
  if (!model) return undefined;
  const app = await new AppPage(page).open("?device=cpu");
  await app.chooseModel(model);
  await expect(page.locator("regulens-pair")).toContainText("B: H1");
  return app;
}

/** Chooses a table, or both at once. */
export const choose = (page: Page, cell: "A" | "B", files: TestFile | TestFile[]) =>
  page
    .getByRole("region", { name: `Table of ${cell}:` })
    .locator("input[type=file]")
    .setInputFiles([files].flat().map((file) => ({ ...file, mimeType: "text/csv" })));
