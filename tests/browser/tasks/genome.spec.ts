// Genomes of which only the places are read that a reader goes to: 2bit, and FASTA with its index.

import { readFile, utimes, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { expect, test } from "../support/fixtures.ts";
import { stored } from "../support/kept.ts";
import { AppPage, type TestFile } from "../support/app-page.ts";
import { bases, file } from "../support/sequence-page.ts";
import { writeTwoBit } from "../support/two-bit.mjs";
import type { Page } from "@playwright/test";

const SEQUENCE = bases(60_000, 2);

const place = (page: Page) => page.getByLabel("Region", { exact: true });
const box = (page: Page) => page.getByPlaceholder("12,000-18,000");
const shown = (page: Page) => page.getByRole("img", { name: /^Predicted tracks along/ });
const rows = (page: Page) => page.locator("regulens-place-list").getByRole("row");

async function opened(page: Page): Promise<AppPage> {
  return new AppPage(page).open("?model=basenji-attention-two-sided-simulated&device=cpu");
}

/** Gives the page files by their paths, or made ones. */
const choose = (page: Page, files: string | string[] | TestFile[]) =>
  page
    .locator("regulens-sequence-data input[type=file]")
    .setInputFiles(
      typeof files === "string"
        ? files
        : (files.map((each) =>
            typeof each === "string" ? each : { ...each, mimeType: "application/octet-stream" },
          ) as string[]),
    );

async function go(page: Page, text: string): Promise<void> {
  const into = (await shown(page).count()) > 0 ? box(page) : place(page);
  await into.fill(text);
  await into.press("Enter");
}

/** Answers on the channel "cost" with the bytes that this thread read of files, and those of its engines' memories. */
const TELLING = `{
  const cost = { read: 0, memories: [] };
  const counted = (of, method) => {
    const read = of.prototype[method];
    of.prototype[method] = function (...given) {
      cost.read += (given[0] instanceof Blob ? given[0] : this).size;
      return read.apply(this, given);
    };
  };
  for (const method of ["arrayBuffer", "bytes", "stream", "text"]) if (method in Blob.prototype) counted(Blob, method);
  if ("FileReaderSync" in globalThis) counted(FileReaderSync, "readAsArrayBuffer");
  counted(FileReader, "readAsArrayBuffer");
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const made = await instantiate(...given);
    cost.memories.push((made.instance ?? made).exports.memory);
    return made;
  };
  const channel = new BroadcastChannel("cost");
  channel.onmessage = ({ data }) => {
    if (data !== "how much?") return;
    channel.postMessage([cost.read, cost.memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)]);
  };
}`;

/** Bytes that all threads of the page have read of files, and hold in memories of engines. */
async function cost(page: Page): Promise<{ read: number; held: number }> {
  const answers = await page.evaluate(async () => {
    const channel = new BroadcastChannel("cost");
    const answers: [number, number][] = [];
    channel.onmessage = ({ data }) => void (Array.isArray(data) && answers.push(data as [number, number]));
    channel.postMessage("how much?");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    channel.close();
    return answers;
  });
  const [read, held] = [0, 1].map((at) => answers.reduce((sum, answer) => sum + (answer[at] ?? 0), 0));
  return { read: read ?? 0, held: held ?? 0 };
}

test("a place of a genome of 3.1 Gb takes less than 2 MB of its file and 64 MiB of memory", async ({ page }, info) => {
  await page.addInitScript(TELLING);
  await page.route(/\/(cpu[a-z-]*-)?worker\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${TELLING}\n${await response.text()}` });
  });
  const path = info.outputPath("big.2bit");
  writeTwoBit(path, [
    { name: "chr1", ts: 3_100_000_000 },
    { name: "chrIV", bases: SEQUENCE },
  ]);
  await opened(page);
  await expect.poll(async () => (await cost(page)).held).toBeGreaterThan(0);
  const before = await cost(page);
  await choose(page, path);
  await expect(page.locator("regulens-sequence-data")).toContainText("only the regions that you go to are read");
  await go(page, "chrIV");
  await expect(page.locator("regulens-sequence-data").getByRole("alert")).toContainText("chrIV has 60,000 bases");
  await go(page, "chr1:2,200,000,001-2,200,010,000");
  await expect(shown(page)).toHaveAttribute("aria-label", /chr1:(2,199,999|2,200,000),/);
  const after = await cost(page);
  // The bases of the place are read, and counted.
  expect(after.read - before.read).toBeGreaterThan(2_500);
  expect(after.read - before.read).toBeLessThan(2e6);
  expect(after.held - before.held).toBeLessThan(64 << 20);
  await test.step("of a genome of 3.1 Gb the places are run that are typed, one after another", async () => {
    await go(page, "IV:20,001-30,000");
    await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(19,[89]|20,0)\d\d–30,\d{3}/);
    await expect(rows(page).filter({ hasText: "chrIV:20,001-30,000" })).toHaveCount(1);

    // A place that is predicted already is looked at; another one is run.
    await go(page, "chrIV:24,000-26,000");
    await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(23,[89]|24,0)\d\d–26,\d{3}/);
    await go(page, "chr1:1,000,000,001-1,000,010,000");
    await expect(shown(page)).toHaveAttribute("aria-label", /chr1:(999,999|1,000,000),/);
    await expect(rows(page)).toHaveCount(5);
    await rows(page).filter({ hasText: "chrIV:20,001-30,000" }).click();
    await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(19,[89]|20,0)\d\d–30,\d{3}/);

    // Beyond what is predicted the next place is run.
    await page.getByRole("button", { name: "All predicted bases" }).click();
    const label = await shown(page).getAttribute("aria-label");
    await page.getByRole("button", { name: "Move right" }).click();
    await expect(shown(page)).not.toHaveAttribute("aria-label", label ?? "");
    await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:/);

    for (const [text, why] of [
      ["chrVII:1-100", "has no record chrVII"],
      ["chrIV:59,000-61,000", "chrIV has 60,000 bases"],
    ] as const) {
      await go(page, text);
      await expect(page.locator("regulens-sequence-tracks").getByRole("alert")).toContainText(why);
    }
  });
});

test("regions of a BED file are a list to step through, and a variant is run where it is", async ({ page }) => {
  const app = await opened(page);
  const header = `>chrIV\n`;
  const index = `chrIV\t60000\t${header.length}\t60000\t60001\n`;
  await choose(page, [file("g.fa", `${header}${SEQUENCE}\n`), file("g.fa.fai", index)]);
  await expect(page.locator("regulens-sequence-data")).toContainText("only the regions that you go to are read");
  await go(page, "chrIV:20,001-30,000");
  await expect(shown(page)).toBeVisible();
  const bed = "chrIV\t100\t900\tfirst\nIV\t40000\t42000\tsecond\nchrIX\t5\t90\tnone\n";
  await page.getByLabel("Choose regions (BED)…").setInputFiles({
    ...file("r.bed", bed),
    mimeType: "text/plain",
  });
  await expect(rows(page)).toHaveCount(3);
  await expect(page.locator("regulens-place-list")).toContainText("1 region of it is not in g.fa");
  await rows(page).filter({ hasText: "second" }).click();
  await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:(39,[89]|40,0)\d\d–42,\d{3}/);

  await page.getByRole("tab", { name: "What if" }).click();
  const base = SEQUENCE[10_000] ?? "";
  const variant = page.getByLabel("Variant", { exact: true });
  await variant.fill(`chrIV:10001 ${base}>${base === "A" ? "G" : "A"}`);
  await variant.press("Enter");
  await expect(page.getByRole("heading", { name: /chrIV:10,001/ })).toBeVisible();
  await expect(app.alert()).toHaveCount(0);

  // A reload brings back the genome, its index and the place.
  await expect.poll(async () => JSON.stringify(await stored(page))).toContain('"variant":"chrIV:10001 ');
  await page.reload();
  await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:/);
  await expect(rows(page)).toHaveCount(3);
});

test("an index of another file is refused by name, and what was open stays", async ({ page }, info) => {
  const app = await opened(page);
  await choose(page, [file("g.fa", `>chrIV\n${SEQUENCE}\n`), file("g.fa.fai", "chrIV\t900000\t7\t60\t61\n")]);
  const problem = app.alert().filter({ hasText: "could not be read" });
  await expect(problem.filter({ hasText: "g.fa.fai, record chrIV, line 1" })).toContainText("samtools faidx");
  // Packed so that no part of it can be read by itself.
  const packed = { name: "one.fa.gz", buffer: gzipSync(`>chrIV\n${SEQUENCE}\n`) };
  await choose(page, [packed, file("one.fa.gz.fai", "chrIV\t60000\t7\t60000\t60001\n")]);
  await expect(problem.filter({ hasText: "one.fa.gz: found gzip compression in one stream" })).toContainText(
    "bgzip > ",
  );
  // An index made before its file; and one that comes without it.
  const [fasta, fai] = [info.outputPath("late.fa"), info.outputPath("late.fa.fai")];
  await writeFile(fai, "chrIV\t60000\t7\t60000\t60001\n");
  await writeFile(fasta, `>chrIV\n${SEQUENCE}\n`);
  await utimes(fai, 1000, 1000);
  await choose(page, [fasta, fai]);
  await expect(problem.filter({ hasText: "late.fa.fai: found an index older than late.fa" })).toBeVisible();
});

test("a genome too large to be kept is found by its handle after a reload, when the browser has asked", async ({
  page,
}, info) => {
  const path = info.outputPath("small.2bit");
  writeTwoBit(path, [{ name: "chrIV", bases: SEQUENCE }]);
  await opened(page);
  const bytes = [...(await readFile(path))];
  // A handle of the browser's own file system, as a dropped file has one.
  await page.evaluate(async (bytes) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle("large.2bit", { create: true });
    const writable = await handle.createWritable();
    await writable.write(new Uint8Array(bytes));
    await writable.truncate(160e6);
    await writable.close();
    Object.assign(DataTransferItem.prototype, { getAsFileSystemHandle: async () => handle });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(await handle.getFile());
    dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, bytes);
  await expect(page.locator("regulens-sequence-data")).toContainText("only the regions that you go to are read");
  await go(page, "chrIV:20,001-30,000");
  await expect(shown(page)).toBeVisible();
  await expect.poll(async () => JSON.stringify(await stored(page))).toContain('"ran":true');
  await page.addInitScript(() => {
    const states = { queryPermission: async () => "prompt", requestPermission: async () => "granted" };
    Object.assign(FileSystemHandle.prototype, states);
  });
  await page.reload();
  await expect(page.getByText("The browser reads large.2bit again when you allow it")).toBeVisible();
  await page.getByRole("button", { name: "Ask again" }).click();
  await expect(shown(page)).toHaveAttribute("aria-label", /chrIV:/);
  await expect(rows(page)).toHaveCount(2);
});
