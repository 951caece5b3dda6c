// Places of a genome as a page of one file, as `regulens export-html --regions` writes it: live from disk, stepped
// through, with the coordinates of the genome and the numbers of `regulens predict --regions`.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, PROGRAM, test } from "../support/fixtures.ts";
import { OneFile } from "../support/standalone-page.ts";
import { bases } from "../support/sequence-page.ts";
import { writeTwoBit } from "../support/two-bit.mjs";
import type { Page } from "@playwright/test";

const MODEL = join(import.meta.dirname, "../../../models/basenji-attention-two-sided-simulated.safetensors");

/** Mean and maximum of a track's bins that overlap some bases, from what the page saves of the tracks. */
async function summary(page: Page, track: string, start: number, end: number): Promise<[number, number]> {
  const download = page.waitForEvent("download");
  await page.locator("regulens-sequence-tracks").getByRole("button", { name: /TSV/ }).first().click();
  const text = await readFile(await (await download).path(), "utf8");
  const [header = [], ...rows] = text
    .trim()
    .split("\n")
    .map((row) => row.split("\t"));
  const at = (name: string): number => header.indexOf(name);
  const values = rows
    .filter((row) => Number(row[at("start")]) < end && Number(row[at("end")]) > start)
    .map((row) => Number(row[at(track)]));
  expect(values.length).toBeGreaterThan(0);
  return [values.reduce((sum, value) => sum + value, 0) / values.length, Math.max(...values)];
}

test("places of a genome of 3.1 Gb are one small file that steps through them, as predict has them", async ({
  page,
  baseURL,
}, info) => {
  const site = info.outputPath("site");
  await mkdir(join(site, "standalone"), { recursive: true });
  for (const part of ["parts.json", "template.html", "view.js.gz", "full.wasm.gz"]) {
    const response = await page.request.get(new URL(`standalone/${part}`, baseURL).href);
    await writeFile(join(site, "standalone", part), await response.body());
  }
  const genome = info.outputPath("big.2bit");
  writeTwoBit(genome, [
    { name: "chr1", ts: 3_100_000_000 },
    { name: "chrIV", bases: bases(190_000, 3) },
  ]);
  const bed = info.outputPath("r.bed");
  await writeFile(bed, "IV\t40000\t44000\tfirst peak\nIV\t150000\t151500\n");
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync(PROGRAM, args, { encoding: "utf8" });
    expect(status, stderr).toBe(0);
  };
  const [html, tsv] = ["regions.html", "regions.tsv"].map((name) => info.outputPath(name)) as [string, string];
  run("predict", "--model", MODEL, "--input", genome, "--regions", bed, "--out", tsv);
  run("export-html", "--model", MODEL, "--fasta", genome, "--regions", bed, "--site", site, "--out", html);
  const text = await readFile(html, "utf8");
  expect(text.length).toBeLessThan(2e6);
  const predicted = (await readFile(tsv, "utf8"))
    .trim()
    .split("\n")
    .map((row) => row.split("\t"));

  const file = await OneFile.open(page, html);
  const list = file.page.getByRole("grid", { name: "Regions of r.bed" });
  // In view are all bins that have a base of the place.
  const tracks = (bins: string) => file.page.getByRole("img", { name: `Predicted tracks along ${bins}` }).first();
  const near = async (start: number, end: number): Promise<void> => {
    const [, , , , , mean, max] = predicted.find((row) => row[2] === String(start) && row[4] === "ATAC")!.map(Number);
    const found = await summary(file.page, "ATAC", start, end);
    for (const [i, value] of [mean!, max!].entries())
      expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(1e-4 * Math.max(1, value));
  };
  await expect(list.getByRole("row").filter({ hasText: "first peak" })).toContainText("chrIV:40,001-44,000");
  await expect(tracks("chrIV:39,953–44,048")).toBeVisible();
  await near(40_000, 44_000);
  await list.getByRole("row").filter({ hasText: "chrIV:150,001-151,500" }).click();
  await expect(tracks("chrIV:149,983–151,518")).toBeVisible();
  await near(150_000, 151_500);
  await file.close();
});
