// Much at once, and much one after another: minutes, so that these run by hand, with `REGULENS_LOAD=1` (docs/trust.md).

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, PROGRAM, test } from "../support/fixtures.ts";
import { AppPage } from "../support/app-page.ts";
import { bases } from "../support/sequence-page.ts";
import { rows, table } from "../support/tables.ts";
import type { Browser, Locator } from "@playwright/test";

test.setTimeout(20 * 60_000);

const MODELS = join(import.meta.dirname, "../../../models");

/** Writes a file of as many lines as there are. */
async function write(path: string, lines: Iterable<string>): Promise<string> {
  const file = createWriteStream(path);
  let part: string[] = [];
  const flush = async (): Promise<void> => {
    if (!file.write(`${part.join("\n")}\n`)) await once(file, "drain");
    part = [];
  };
  for (const line of lines) if (part.push(line) === 10_000) await flush();
  await flush();
  file.end();
  await once(file, "finish");
  return path;
}

/** Megabytes that the browser's pages hold of the machine's memory, workers and engines with them, once collected. */
async function megabytes(browser: Browser): Promise<number> {
  // As `--expose-gc` of the project has it.
  const collect = () => (globalThis as unknown as { gc(): void }).gc();
  for (const page of browser.contexts().flatMap((context) => context.pages()))
    for (let turn = 0; turn < 2; turn++)
      await Promise.all([page.evaluate(collect), ...page.workers().map((worker) => worker.evaluate(collect))]);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const held = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? NaN) / 1000);
  return Math.max(...held);
}

/** Returns the progress and the remaining time that a panel shows; undefined where it shows none. */
async function pace(panel: Locator): Promise<string | undefined> {
  return /[\d,]+ of 20,000 genes.*? left/.exec((await panel.innerText()).replace(/\s+/g, " "))?.[0];
}

test("20,000 genes by five models: each number is the program's", async ({ page, browser }, info) => {
  const genes = 20_000;
  const path = await write(info.outputPath("genes.csv"), rows({ genes }));
  const app = await new AppPage(page).open("?device=cpu");
  await app.chooseTable(path);
  for (const id of ["attentive-chrome-k562", "lstm-alpha-k562", "lstm-attn-k562", "lstm-k562", "deep-chrome-k562"]) {
    const began = Date.now();
    await app.openSetup();
    await app.chooseModel(join(MODELS, `${id}.safetensors`));
    await app.run.click();
    await app.finished(genes);
    await expect(app.fact("Model")).toContainText(/K562/);
    const seconds = (Date.now() - began) / 1000;
    const found = await app.predictions();
    const out = info.outputPath(`${id}.tsv`);
    execFileSync(PROGRAM, ["predict", "--model", join(MODELS, `${id}.safetensors`), "--input", path, "--out", out], {
      stdio: "pipe",
    });
    const [head = "", ...lines] = readFileSync(out, "utf8").trimEnd().split("\n");
    const at = head.split("\t").indexOf("probability");
    let furthest = 0;
    for (const line of lines) {
      const cells = line.split("\t");
      furthest = Math.max(furthest, Math.abs(Number(cells[at]) - found.get(cells[0]!)!.probability!));
    }
    expect(lines).toHaveLength(genes);
    expect(found.size).toBe(genes);
    expect(furthest).toBeLessThan(1e-5);
    console.log(`${id}: ${seconds.toFixed(1)} s, ${(await megabytes(browser)).toFixed(0)} MB, furthest ${furthest}`);
    await app.tab("Compare");
    await page.getByRole("button", { name: "Keep this run to compare" }).click();
    await app.tab("Why");
  }
});

test("200 jobs in one tab: the last takes no more memory than the twentieth", async ({ page, browser }, info) => {
  const app = await new AppPage(page).open("?device=cpu");
  const models = ["attentive-chrome-k562", "lstm-attn-h1", "cnn-alpha-beta-k562"];
  const tables = [300, 200, 400].map((genes) => ({ genes, text: table({ genes, labels: true }) }));
  const held: number[] = [];
  for (let job = 0; job < 200; job++) {
    await app.openSetup();
    if (job % 10 === 0) await app.chooseModel(join(MODELS, `${models[(job / 10) % models.length]}.safetensors`));
    const { genes, text } = tables[job % tables.length]!;
    await app.chooseTable(await write(info.outputPath(`genes-${job}.csv`), [text]));
    await expect(page.locator("regulens-data-step .loaded")).toContainText(`genes-${job}.csv`);
    await app.run.click();
    await expect(app.fact("Table")).toContainText(`genes-${job}.csv`);
    await app.finished(genes);
    if (job % 20 === 19) held.push(await megabytes(browser));
  }
  console.log(`MB after each 20 jobs: ${held.map((each) => each.toFixed(0)).join(", ")}`);
  const first = held[0]!;
  // Memory that the browser's own collector has not yet given back comes and goes.
  expect(Math.max(...held.slice(-3))).toBeLessThan(first * 1.25 + 32);
});

test("a VCF of a million rows: listed, searched, scrolled through, and scored as far as one waits", async ({
  page,
  browser,
}, info) => {
  const many = 1_000_000;
  const sequence = bases(many + 40_000, 2);
  const fasta = await write(info.outputPath("one.fa"), [">one", ...(sequence.match(/.{1,80}/g) ?? [])]);
  const row = (i: number): string => {
    const base = sequence[i + 20_000]!;
    return ["one", i + 20_001, `rs${i + 1}`, base, base === "A" ? "G" : "A", ".", ".", "."].join("\t");
  };
  const vcf = await write(
    info.outputPath("many.vcf"),
    (function* () {
      yield* ["##fileformat=VCFv4.2", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"];
      for (let i = 0; i < many; i++) yield row(i);
    })(),
  );
  await new AppPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
  const began = Date.now();
  await page.locator("regulens-sequence-data input[type=file]").setInputFiles([fasta, vcf]);
  await page.getByRole("button", { name: "one", exact: false }).first().waitFor();
  await page.getByRole("button", { name: /^Run on one/ }).click();
  const region = page.getByRole("region", { name: /^Variants of / });
  const grid = page.getByRole("grid", { name: /^Variants of / });
  await expect(grid).toHaveAttribute("aria-rowcount", String(many + 1), { timeout: 240_000 });
  console.log(
    `listed after ${((Date.now() - began) / 1000).toFixed(1)} s, ${(await megabytes(browser)).toFixed(0)} MB`,
  );
  const names = grid.getByRole("row").locator(".name");
  expect(await names.count()).toBeLessThan(60);
  await grid.focus();
  await page.keyboard.press("End");
  await expect(names.filter({ hasText: "one:1,020,000 " })).toBeInViewport();
  await page.getByPlaceholder("Find a variant").fill("rs999999");
  await expect(names).toHaveText([/^one:1,019,999 /]);
  await page.getByPlaceholder("Find a variant").fill("");
  await region.getByRole("button", { name: "Score all 1,000,000 variants" }).click();
  // All are looked at before the first is scored.
  await expect(region.getByText("Running on many.vcf")).toBeVisible({ timeout: 240_000 });
  await expect(region.getByText(/^[1-9][\d,]* of 1,000,000 variants/)).toBeVisible();
  await region.getByRole("button", { name: "Cancel" }).click();
  await expect(region.getByText(/^[1-9][\d,]* of 1,000,000 variants are scored\.$/)).toBeVisible();
  console.log(`with scores: ${(await megabytes(browser)).toFixed(0)} MB`);
});

test("20,000 genes are explained on average and tested: with progress, cancel, and no map kept", async ({
  page,
  browser,
}, info) => {
  test.setTimeout(120 * 60_000);
  const genes = 20_000;
  const path = await write(info.outputPath("genes.csv"), rows({ genes }));
  const app = await new AppPage(page).open("?device=cpu");
  await app.chooseTable(path);
  const model = join(MODELS, "attentive-chrome-k562.safetensors");
  await app.chooseModel(model);
  await app.run.click();
  await app.finished(genes);
  const seconds = (began: number): string => `${((Date.now() - began) / 1000).toFixed(0)} s`;

  await app.tab("Test");
  const means = page.locator("regulens-set-means");
  const over = means.getByRole("combobox", { name: "Averaged over" });
  // The engine that explains is loaded, and what it needs for a gene is there, before anything is weighed.
  await over.selectOption({ label: "50, drawn at random" });
  await means.getByRole("button", { name: "Explain 50 genes" }).click();
  await expect(means.getByRole("img").first()).toHaveAccessibleName(/^Mean contributions/, { timeout: 240_000 });
  await expect(means.getByRole("progressbar")).toHaveCount(0);
  const before = await megabytes(browser);
  await over.selectOption("all");
  for (const method of ["saliency", "gradient-x-input", "integrated-gradients", "occlusion-of-bins"]) {
    const began = Date.now();
    await means.getByRole("combobox", { name: "Method" }).selectOption(method);
    const ask = means.getByRole("button", { name: "Explain 20,000 genes" });
    await ask.click();
    await expect(means).toContainText(/[1-9][\d,]* of 20,000 genes.* left/, { timeout: 240_000 });
    // Methods that take a quarter of an hour and more only have to go on, and to end when they are told to.
    if (method === "integrated-gradients" || method === "occlusion-of-bins") {
      console.log(`${method}: ${await pace(means)}`);
      await means.getByRole("button", { name: "Cancel" }).click();
      await expect(means.getByRole("progressbar")).toHaveCount(0);
      continue;
    }
    await expect(means.getByRole("progressbar")).toHaveCount(0, { timeout: 60 * 60_000 });
    const drawn = means.getByRole("img").first();
    await expect(drawn).toHaveAccessibleName(/^Mean (contributions|saliency).*[\d,]+ genes? predicted on and /);
    const counts = /([\d,]+) genes? predicted on and ([\d,]+)/.exec((await drawn.getAttribute("aria-label")) ?? "");
    const both = counts!.slice(1).reduce((sum, count) => sum + Number(count.replaceAll(",", "")), 0);
    expect(both).toBe(genes);
    const held = await megabytes(browser);
    console.log(`${method}: ${seconds(began)}, ${before.toFixed(0)} MB before, ${held.toFixed(0)} MB after`);
    // A map of all genes is 40 MB.
    expect(held - before).toBeLessThan(40);
  }

  // Hours: it is seen to go on, says how long it takes, and ends when it is told to.
  const tested = page.locator("regulens-set-test");
  await tested.getByRole("combobox", { name: "Genes" }).selectOption("all");
  await tested.getByRole("button", { name: "Test 20,000 genes" }).click();
  await expect(tested).toContainText(/[1-9]\d\d of 20,000 genes.* left/, { timeout: 20 * 60_000 });
  console.log(`deletion test: ${await pace(tested)}`);
  const held = await megabytes(browser);
  console.log(`under way: ${held.toFixed(0)} MB`);
  expect(held - before).toBeLessThan(40);
  await tested.getByRole("button", { name: "Cancel" }).click();
  await expect(tested.getByRole("progressbar")).toHaveCount(0);
});
