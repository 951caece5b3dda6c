// IDs and INFO of a stranger's VCF, and the names of its genes, are text: in the list, and in what is saved.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.ts";
import { expectNoDialog, expectOnlyDrawing, expectOnlyText, LONG, MARKUP, NAMES } from "../support/hostile.ts";
import { AppPage } from "../support/app-page.ts";
import { file } from "../support/sequence-page.ts";
import type { Page } from "@playwright/test";

const MODELS = join(import.meta.dirname, "../../../models/examples");
const FASTA = { name: "sequence.fa.gz", buffer: readFileSync(join(MODELS, "sequence.fa.gz")) };
const LINES = readFileSync(join(MODELS, "sequence.vcf"), "utf8").trimEnd().split("\n");
const HEAD = LINES.filter((line) => line.startsWith("#"));

/** Replaces the characters that a VCF's ID cannot have: no tab, no space, no semicolon. */
const asId = (name: string): string => name.replace(/[\s;]+/g, "_");
const asInfo = (name: string): string => name.replace(/[\s;=]+/g, "_");
const IDS = [...NAMES.map(asId), LONG];
const ROWS = LINES.filter((line) => !line.startsWith("#"))
  .slice(0, IDS.length)
  .map((line, i) => {
    const cells = line.split("\t");
    const info = `NOTE=${asInfo(IDS[i]!)};__proto__=1;constructor;<b>=<i>`;
    return [...cells.slice(0, 2), IDS[i], ...cells.slice(3, 7), info].join("\t");
  });

async function saved(page: Page, format: "TSV" | "VCF"): Promise<string[]> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: `Save scores as ${format}` }).click();
  return (await readFile(await (await download).path(), "utf8")).trimEnd().split("\n");
}

test("IDs and INFO of a VCF, and the names of genes beside it", async ({ page }) => {
  expectNoDialog(page);
  const app = await new AppPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
  const genes = [MARKUP.replaceAll(";", ""), "=HYPERLINK(0)"].map((name, i) =>
    ["sim1", "made", "gene", 2901 + 4000 * i, 4000 + 4000 * i, ".", "+", ".", `gene_id "${name}";`].join("\t"),
  );
  const files = [
    FASTA,
    file("=<img src=x onerror=alert(3)>.vcf", `${[...HEAD, ...ROWS].join("\n")}\n`),
    file("genes.gtf", `${genes.join("\n")}\n`),
  ];
  await page
    .locator("regulens-sequence-data input[type=file]")
    .setInputFiles(files.map((each) => ({ ...each, mimeType: "application/octet-stream" })));
  await page.getByRole("button", { name: "Run on sim1" }).click();
  const region = page.getByRole("region", { name: /^Variants of / });
  await page.getByRole("button", { name: `Score all ${ROWS.length} variants` }).click();
  await expect(region.getByText(`${ROWS.length} variants are scored.`, { exact: true })).toBeVisible();
  await expectOnlyText(page);
  for (const id of ["onerror", "__proto__", "etc/passwd", "HYPERLINK"]) {
    await page.getByPlaceholder("Find a variant").fill(id);
    await expect(
      page
        .getByRole("grid", { name: /^Variants of / })
        .locator(".name")
        .first(),
    ).toBeVisible();
  }
  await page.getByPlaceholder("Find a variant").fill("");

  const [, ...tsv] = await saved(page, "TSV");
  const quoted = (name: string): string => (/^[=+@-]/.test(name) ? `'${name}` : name);
  expect(new Set(tsv.map((row) => row.split("\t")[2]))).toEqual(new Set(IDS.map(quoted)));
  expect(tsv.join("\n")).not.toMatch(/(^|\t)=/m);
  // The VCF is the one that was given, with the scores behind its own INFO.
  const vcf = (await saved(page, "VCF")).filter((line) => !line.startsWith("#"));
  expect(vcf.map((row) => row.replace(/;RG_.*$/, ""))).toEqual(ROWS);

  await page
    .getByRole("grid", { name: /^Variants of / })
    .getByRole("row")
    .nth(1)
    .click();
  await expect(page.getByRole("img", { name: /^Effect of sim1:/ })).toBeVisible();
  await expectOnlyText(page);
  const { bytes } = await app.save(/^Save effect of .* as SVG/i);
  await expectOnlyDrawing(page, bytes.toString("utf8"));
});
