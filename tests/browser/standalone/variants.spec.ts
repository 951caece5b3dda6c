// Variants of a VCF and a place of a genome as a page of one file: live from disk, with the numbers of the page it came
// from, and with the bases around them alone.

import { readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, PROGRAM, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { stored } from "../support/kept.ts";
import { blockOf, drop, manifestOf, OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { bases, file, GENES_OF_EXAMPLE } from "../support/sequence-page.ts";
import { writeTwoBit } from "../support/two-bit.mjs";
import type { Page } from "@playwright/test";

const MODELS = join(import.meta.dirname, "../../../models");
const MODEL = "basenji-attention-two-sided-simulated";
const FASTA = { name: "sequence.fa.gz", buffer: readFileSync(join(MODELS, "examples/sequence.fa.gz")) };
const VCF = { name: "sequence.vcf", buffer: readFileSync(join(MODELS, "examples/sequence.vcf")) };

const GENES = file("made.gtf", GENES_OF_EXAMPLE);

const region = (page: Page) => page.getByRole("region", { name: /^Variants of / });

/** The rows of the scores as they are saved. */
async function scores(page: Page): Promise<Map<string, number>> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save scores as TSV" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  const [header = "", ...rows] = text.trimEnd().split("\n");
  const at = header.split("\t").indexOf("sad");
  return new Map(
    rows.map((row) => row.split("\t")).map((cells) => [cells.slice(0, 6).join(" "), Number(cells[at])] as const),
  );
}

test("the variants with the largest scores are one file, from disk and dropped on the page, as export-html writes it", async ({
  page,
  baseURL,
}, info) => {
  const app = await new AppPage(page).open("?device=cpu");
  // A model that the reader brings stays where sequences come.
  await app.chooseModel({ name: `${MODEL}.safetensors`, buffer: readFileSync(join(MODELS, `${MODEL}.safetensors`)) });
  await expect(app.model).toContainText("two-sided on simulated");
  await page
    .locator("regulens-sequence-data input[type=file]")
    .setInputFiles([FASTA, VCF, GENES].map((each) => ({ ...each, mimeType: "application/octet-stream" })));
  await page.getByRole("button", { name: /^Run on / }).click();
  await page.getByRole("button", { name: /^Score all / }).click();
  await expect(region(page).getByText("24 variants are scored.", { exact: true })).toBeVisible();
  const all = await scores(page);
  await test.step("a pasted list of ids lists these", async () => {
    const listed = region(page).getByRole("grid");
    const box = region(page).getByRole("searchbox", { name: /^Find a variant/ });
    await box.focus();
    await page.keyboard.insertText("v18\nv3");
    await expect(listed).toHaveAttribute("aria-rowcount", "3");
    expect(new Set([...(await scores(page)).keys()].map((row) => row.split(" ")[2]))).toEqual(new Set(["v3", "v18"]));
    await box.fill("");
    await expect(listed).toHaveAttribute("aria-rowcount", "25");
  });
  const genesOf = (of: Page, name: string) =>
    region(of).getByRole("grid").getByRole("row").filter({ hasText: name }).locator(`[title*="nearest TSS"]`).first();
  const top = await region(page).getByRole("grid").getByRole("row").locator(".name").first().textContent();
  const near = await genesOf(page, top!).textContent();
  expect(near).toMatch(/ABF1|REB1/);
  const saved = await saveAsOneFile(page, info.outputPath("variants.html"), { genes: 2 });
  const { inputs, looked } = manifestOf(saved.text);
  expect(inputs.map(({ role, items, of }) => [role, items, of])).toEqual([
    ["sequences", undefined, undefined],
    ["variants", 2, 24],
    ["genes", 2, 2],
  ]);
  expect(looked.variant).toBe(top);
  const rows = (text: string): string[] =>
    blockOf(text, "variants")
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
  expect(rows(saved.text)).toHaveLength(2);

  const one = await OneFile.open(page, saved.path);
  await test.step("live from disk: the table, the variant that was on top, another one", async () => {
    await expect(region(one.page).getByText("2 variants are scored.", { exact: true })).toBeVisible();
    await expect(region(one.page).getByText("Part of a file: 2 of its 24 variants are here.")).toBeVisible();
    await expect(region(one.page).getByRole("grid").locator(".name").first()).toHaveText(top!);
    const found = await scores(one.page);
    expect(found.size).toBe(4);
    for (const [row, sad] of found)
      expect(Math.abs(sad - all.get(row)!)).toBeLessThanOrEqual(1e-4 * (1 + Math.abs(sad)));
    await expect(genesOf(one.page, top!)).toHaveText(near!);
    const effect = (name: string) =>
      one.page.getByRole("img", { name: new RegExp(name.replace(/[>:]/g, ".").replaceAll(",", ",?")) }).first();
    await expect(effect(top!)).toBeVisible();
    const other = await region(one.page).getByRole("grid").locator(".name").nth(1).textContent();
    await region(one.page).getByRole("grid").locator(".name").nth(1).click();
    await expect(effect(other!)).toBeVisible();
  });
  await test.step("the genes are under its tracks, and are found by name", async () => {
    await one.tab("Why");
    const tracks = one.page.getByRole("img", { name: /^Predicted tracks along sim1:/ });
    await expect(one.page.getByText("Genes: made.gtf, 2 genes.")).toBeVisible();
    const box = one.page.locator("regulens-sequence-tracks regulens-place-box input");
    await box.fill("reb1");
    await expect(one.page.getByRole("option", { name: /REB1/ })).toBeVisible();
    await box.fill("REB1");
    await box.press("Enter");
    await expect(tracks.locator('[data-gene="REB1"]')).toHaveCount(1);
    await one.tab("Variants");
  });
  await test.step("a place that the file does not have is refused, and what is shown stays", async () => {
    const held = [
      ...blockOf(saved.text, "sequences")
        .toString("utf8")
        .matchAll(/^>(\w+):(\d+)-(\d+) /gm),
    ];
    const isHeld = (base: number): boolean =>
      held.some(([, , first, last]) => Number(first) - 8000 < base && base < Number(last) + 8000);
    const place = [8000, 16_000, 32_000, 48_000, 56_000].find((base) => !isHeld(base))!;
    await one.tab("Why");
    const box = one.page.locator("regulens-sequence-tracks regulens-place-box input");
    await box.fill(`${held[0]![1]}:${place}-${place + 500}`);
    await box.press("Enter");
    await expect(one.page.getByText(/this file has only the bases around the regions/).first()).toBeVisible();
    await one.tab("Variants");
    await expect(region(one.page).getByRole("grid")).toBeVisible();
  });
  await one.close();

  await test.step("dropped on the page it opens again", async () => {
    await page.goto("./?device=cpu");
    await drop(page, "variants.html", saved.text);
    await expect(region(page).getByText("2 variants are scored.", { exact: true })).toBeVisible();
    await expect(region(page).getByText("Part of a file: 2 of its 24 variants are here.")).toBeVisible();
    await expect.poll(() => stored(page)).toMatchObject({ view: { variantsOf: 24 } });
    await page.reload();
    await expect(region(page).getByText("Part of a file: 2 of its 24 variants are here.")).toBeVisible();
  });

  await test.step("export-html writes the same bases, rows and genes", async () => {
    const site = info.outputPath("site");
    await mkdir(join(site, "standalone"), { recursive: true });
    for (const part of ["parts.json", "template.html", "view.js.gz", "full.wasm.gz"]) {
      const response = await page.request.get(new URL(`standalone/${part}`, baseURL).href);
      await writeFile(join(site, "standalone", part), await response.body());
    }
    const names = ["sequence.fa.gz", "sequence.vcf", "made.gtf", "cli.html"];
    const [fasta, vcf, gtf, out] = names.map((name) => info.outputPath(name));
    await writeFile(gtf!, GENES.buffer);
    await writeFile(fasta!, FASTA.buffer);
    await writeFile(vcf!, VCF.buffer);
    const model = join(MODELS, `${MODEL}.safetensors`);
    const inputs = ["--model", model, "--fasta", fasta!, "--vcf", vcf!, "--annotation", gtf!, "--top", "2"];
    const args = ["export-html", ...inputs, "--site", site, "--out", out!];
    const { status, stderr } = spawnSync(PROGRAM, args, { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    const text = await readFile(out!, "utf8");
    for (const id of ["sequences", "variants", "genes", "weights"])
      expect(blockOf(text, id).equals(blockOf(saved.text, id)), id).toBe(true);
  });
});

test("a place of a genome of 3.1 Gb is one small file, from disk and dropped on the page", async ({ page }, info) => {
  const genome = info.outputPath("big.2bit");
  const gtf = info.outputPath("one.gtf");
  await writeFile(gtf, 'IV\tmade\tgene\t41001\t42500\t.\t-\t.\tgene_id "YDL1"; gene_name "ADH1";\n');
  writeTwoBit(genome, [
    { name: "chr1", ts: 3_100_000_000 },
    { name: "chrIV", bases: bases(90_000, 3) },
  ]);
  await new AppPage(page).open(`?device=cpu&model=${MODEL}`);
  await page.locator("regulens-sequence-data input[type=file]").setInputFiles([genome, gtf]);
  const box = page.getByLabel(/^Region( or gene)?$/);
  await box.fill("chrIV:40,001-44,000");
  await box.press("Enter");
  const tracks = (of: Page) => of.getByRole("img", { name: /^Predicted tracks along chrIV:/ });
  await expect(tracks(page)).toHaveAttribute("aria-label", /Genes in view: ADH1/);
  const values = async (of: Page): Promise<number[]> => {
    const download = of.waitForEvent("download");
    await of.locator("regulens-sequence-tracks").getByRole("button", { name: /TSV/ }).first().click();
    const text = await readFile(await (await download).path(), "utf8");
    return text.trim().split(/\s+/).map(Number).filter(Number.isFinite);
  };
  const before = await values(page);
  const saved = await saveAsOneFile(page, info.outputPath("place.html"));
  expect(saved.bytes).toBeLessThan(2e6);
  expect(manifestOf(saved.text).looked.region).toBe("chrIV:40,001-44,000");
  expect(blockOf(saved.text, "sequences").toString("utf8")).toMatch(/^>chrIV:\d+-\d+ piece of 90000\n[ACGT]/);

  const one = await OneFile.open(page, saved.path);
  await expect(tracks(one.page)).toHaveAttribute("aria-label", (await tracks(page).getAttribute("aria-label"))!);
  const found = await values(one.page);
  expect(found.length).toBe(before.length);
  found.forEach((value, i) => expect(Math.abs(value - before[i]!)).toBeLessThanOrEqual(1e-4 * Math.max(1, value)));
  await one.close();
  await page.goto("./?device=cpu");
  await drop(page, "place.html", saved.text);
  await expect(tracks(page)).toBeVisible();
});
