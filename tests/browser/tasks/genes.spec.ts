// Genes under the tracks: drawn with their exons, gone to by name.

import { readFile } from "node:fs/promises";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, dropFiles } from "../support/app-page.ts";
import { bases, file, give } from "../support/sequence-page.ts";
import type { Page } from "@playwright/test";

/** Two genes on the first record, three rows of one name, and one beyond it. */
const GTF = [
  ["chrIV", "gene", 10_001, 14_000, "+", 'gene_id "ENSG00000000001.2"; gene_name "ABF1"; gene_type "protein_coding";'],
  ["chrIV", "exon", 10_001, 10_500, "+", 'gene_id "ENSG00000000001.2"; transcript_id "T1";'],
  ["chrIV", "exon", 13_001, 14_000, "+", 'gene_id "ENSG00000000001.2"; transcript_id "T1";'],
  ["chrIV", "gene", 30_001, 31_000, "-", 'gene_id "G2.1"; gene_name "REB1";'],
  ["chrIV", "exon", 30_001, 31_000, "-", 'gene_id "G2.1"; transcript_id "T2";'],
  ["chrIV", "gene", 35_001, 35_100, "+", 'gene_id "G3.1"; gene_name "TWICE";'],
  ["chrIV", "gene", 36_001, 36_100, "+", 'gene_id "G4.1"; gene_name "TWICE";'],
  ["chrIV", "gene", 50_001, 51_000, "+", 'gene_id "G5.1"; gene_name "FAR1";'],
]
  .map(([name, kind, start, end, strand, more]) => [name, "made", kind, start, end, ".", strand, ".", more].join("\t"))
  .join("\n");

const shown = (page: Page) => page.getByRole("img", { name: /^Predicted tracks along/ });
const gene = (page: Page, name: string) => shown(page).locator(`[data-gene="${name}"]`);
const box = (page: Page) => page.getByLabel("Region or gene to show, such as 12000-18000");
const options = (page: Page) => page.getByRole("listbox", { name: "Genes" }).getByRole("option");
const chosen = (page: Page) => page.getByRole("listbox", { name: "Genes" }).getByRole("option", { selected: true });

async function go(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await box(page).press("Enter");
}

test("genes stand under the tracks, from each format, and are gone to by name", async ({ page }) => {
  const app = await new AppPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
  await give(page, file("g.fa", `>chrIV\n${bases(40_000, 2)}\n`));
  await page.getByRole("button", { name: "Run on chrIV" }).click();
  await expect(shown(page)).toBeVisible();
  await test.step("genes that are dropped stand under the tracks with their exons, and are gone to by name", async () => {
    // Beside a sequence, genes are its own.
    await give(page, file("made.gtf", `${GTF}\n`));
    await expect(shown(page)).toHaveAttribute("aria-label", /ABF1/);
    for (const name of ["ABF1", "REB1"]) await expect(gene(page, name)).toHaveCount(1);
    await expect(gene(page, "FAR1")).toHaveCount(0);

    await test.step("a gene is gone to by its symbol and by its id, and offered while it is typed", async () => {
      await box(page).fill("re");
      await expect(options(page)).toHaveText([/^\s*REB1\s+G2\.1, chrIV:30,001-31,000\s*$/]);
      await go(page, "REB1");
      await expect(options(page)).toHaveCount(0);
      await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(28,9|29,0)\d\d–3[12],\d{3}/);
      await expect(gene(page, "ABF1")).toHaveCount(0);
      await go(page, "ENSG00000000001");
      await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(8,[89]|9,)\d+–1[45],\d{3}/);
      await expect(gene(page, "ABF1")).toHaveCount(1);
    });

    await test.step("one that is not there, is there twice or is beyond the record is said", async () => {
      for (const [text, why] of [
        ["ABF2", /no gene ABF2; expected its symbol or ID, such as ABF1/],
        ["TWICE", /G3\.1 at chrIV:35001-35100, G4\.1 at chrIV:36001-36100; expected one\. Name it by its ID[^.]*\.$/],
        ["FAR1", /FAR1 lies at chrIV:50,001-51,000; chrIV has 40,000 bases/],
      ] as const) {
        await go(page, text);
        await expect(page.locator("regulens-sequence-tracks").getByRole("alert")).toContainText(why);
      }
    });

    await test.step("genes of BED with blocks take their place; those of a damaged file do not", async () => {
      const bed = "chrIV\t4000\t8000\tmine\t0\t+\t4000\t8000\t0\t2\t500,1000,\t0,3000,\n";
      await give(page, file("made.bed", bed));
      await expect(gene(page, "ABF1")).toHaveCount(0);
      await expect(gene(page, "mine")).toHaveCount(0);
      await box(page).fill("mi");
      await expect(options(page)).toHaveText([/^\s*mine\s[^]*chrIV:4,001-8,000\s*$/]);
      await go(page, "mine");
      await expect(gene(page, "mine")).toHaveCount(1);
      await give(page, file("bad.gtf", GTF.replace("10001\t14000", "10001\t-7")));
      await expect(app.alert().filter({ hasText: "These genes could not be read" })).toContainText("bad.gtf, line 1");
      await expect(gene(page, "mine")).toHaveCount(1);
      await page.getByRole("button", { name: "Remove the genes" }).click();
      await expect(gene(page, "mine")).toHaveCount(0);
      // Its row is a region of the record too, and a list of them would take a telephone's view.
      await page.getByRole("button", { name: "Remove", exact: true }).click();
    });
  });
  await test.step("genes are offered in a list that keys and the mouse choose from, on a telephone too", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    // Without genes nothing is offered, and the box does not say so.
    await expect(page.getByRole("combobox", { name: /^Region/ })).toHaveCount(0);
    await give(page, file("made.gtf", `${GTF}\n`));
    await expect(box(page)).toHaveRole("combobox");
    await expect(box(page)).toHaveAttribute("aria-expanded", "false");

    await box(page).fill("1");
    await expect(options(page)).toHaveCount(5);
    await expect(box(page)).toHaveAttribute("aria-expanded", "true");
    const list = await page.getByRole("listbox", { name: "Genes" }).boundingBox();
    expect(list && list.x >= 0 && list.x + list.width <= 360).toBe(true);
    await box(page).press("ArrowUp");
    await expect(options(page).last()).toHaveAttribute("aria-selected", "true");
    await box(page).press("ArrowDown");
    await expect(chosen(page)).toHaveCount(0);
    await box(page).press("ArrowDown");
    await expect(chosen(page)).toHaveText(/ABF1/);
    expect(await box(page).getAttribute("aria-activedescendant")).toBe(await chosen(page).getAttribute("id"));
    // Content above it may have been drawn since it was scrolled to.
    await box(page).evaluate((each) => each.scrollIntoView());
    expect(await violations(page)).toEqual([]);

    await box(page).press("Escape");
    await expect(options(page)).toHaveCount(0);
    await expect(box(page)).toHaveValue("1");
    await box(page).press("ArrowDown");
    await box(page).press("Enter");
    await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(8,[89]|9,)\d+–1[45],\d{3}/);
    await expect(options(page)).toHaveCount(0);
    await expect(box(page)).toBeFocused();

    await box(page).fill("reb");
    await page.getByRole("option", { name: /REB1/ }).click();
    await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(28,9|29,0)\d\d–3[12],\d{3}/);
    await box(page).fill("abf");
    await expect(options(page)).toHaveCount(1);
    await box(page).press("Tab");
    await expect(options(page)).toHaveCount(0);
  });
  await test.step("GFF3 is read as GTF is, its exons through their transcripts", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await go(page, "chrIV:9000-14000");
    const rows = [
      ["exon", 10_001, 10_400, "Parent=transcript:t"],
      ["exon", 11_001, 12_000, "Parent=transcript:t"],
      ["mRNA", 10_001, 12_000, "ID=transcript:t;Parent=gene:G"],
      ["gene", 10_001, 12_000, "ID=gene:G;Name=OUT%3BER"],
    ].map(([kind, start, end, more]) => ["chrIV", "made", kind, start, end, ".", "-", ".", more].join("\t"));
    await give(page, file("made.gff3", `##gff-version 3\n${rows.join("\n")}\n`));
    await expect(gene(page, "OUT;ER").locator("title")).toHaveText(
      "OUT;ER (G), minus strand, chrIV:10,001–12,000, TSS 12,000, 2 exons",
    );
    await box(page).fill("out");
    await expect(options(page)).toHaveText([/^\s*OUT;ER\s+G, chrIV:10,001-12,000\s*$/]);
  });
});

test("a workspace names the genes, and brings them back once their file is given", async ({ page }) => {
  const app = await new AppPage(page).open(
    "?device=cpu&model=basenji-attention-two-sided-simulated&example=simulated-sequence",
  );
  await expect(shown(page)).toBeVisible({ timeout: 120_000 });
  const chromosome = (await page.locator("regulens-sequence-data .understood strong").textContent()) ?? "";
  const bed = file("mine.bed", `${chromosome}\t30000\t34000\tMINE1\t0\t+\n`);
  await give(page, bed);
  await expect(shown(page)).toHaveAttribute("aria-label", /Genes in view: MINE1 \(\+\)\./);
  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+s");
  const saved = await download;
  const workspace = file(saved.suggestedFilename(), await readFile(await saved.path(), "utf8"));

  await app.open("?device=cpu");
  await dropFiles(page, [workspace]);
  const asking = page.getByRole("dialog", { name: /^Open / });
  await expect(asking).toContainText("mine.bed, genes");
  await dropFiles(page, [bed]);
  await asking.getByRole("button", { name: "Open", exact: true }).click();
  await expect(shown(page)).toHaveAttribute("aria-label", /Genes in view: MINE1 \(\+\)\./, { timeout: 120_000 });
});
