// Models of tracks along a sequence: the reference cases through the package, and the page on FASTA, measured tracks
// and variants.

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { devices, expect, goldenCase, hasWebGpu, openReferenceCases, test } from "../support/fixtures.ts";
import { AppPage, pick } from "../support/app-page.ts";
import { ENTRY, openBarePage } from "../support/package.ts";
import { tensor } from "../support/safetensors.ts";
import { bases, fasta, file, give, LENGTH, openTracks, runRecord, TRACKS } from "../support/sequence-page.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

/** The parts of the package that are called here. */
interface TrackPackage {
  Regulens: Record<"load", (source: string, options?: object) => Promise<TracksModel>>;
}

interface TracksModel {
  device: { kind: string; reason: string };
  readSequences(source: string): Promise<{ records: { name: string }[] }>;
  predict(
    sequences: unknown,
    record: number,
    options?: { signal?: AbortSignal; onProgress?: (progress: { done: number }) => void },
  ): Promise<{ values: Float32Array; device: TracksModel["device"]; windowsOnGpu: number }>;
  attention(sequences: unknown, record: number, bin: number): Promise<{ layers: Float32Array[] }>;
  free(): void;
}

/** Every variant at a small odd size. */
const CASES = [
  "basenji",
  "basenji.softplus",
  "standard",
  "exp-constant",
  "exp-variable",
  "attention-none",
  "attention-variable",
  "attention-variable.two-layers",
  "attention-two-sided",
];

/** The sequences of a case, as letters. Its one-hot values are float16: 1 is 0x3C00, 0.25 is 0x3400. */
function sequencesOf(expected: Buffer): string[] {
  const { shape, values } = tensor(expected, "input.sequence");
  const [examples = 0, length = 0] = shape;
  return Array.from({ length: examples }, (_, example) =>
    Array.from({ length }, (_, base) => {
      const at = 4 * (example * length + base);
      const code = [0, 1, 2, 3].find((channel) => values[at + channel] === 1);
      return code === undefined ? "N" : "ACGT"[code];
    }).join(""),
  );
}

/** One of each architecture computes on WebGPU too; natively, wgpu has all of them. */
const ON_WEBGPU = ["basenji", "exp-variable", "attention-variable.two-layers", "attention-two-sided"];

test("all reference cases are met within 1e-4", { tag: "@webgpu" }, async ({ page }, { project }) => {
  const cases = await openReferenceCases(page, hasWebGpu(project) ? ON_WEBGPU : CASES);
  test.skip(!cases, "needs the reference data");
  for (const { name, expected, address } of cases ?? [])
    await test.step(`the reference case ${name} is met within 1e-4`, async () => {
      const text = sequencesOf(expected)
        .map((sequence, i) => `>case${i}\n${sequence}\n`)
        .join("");
      const wanted = tensor(expected, "output.prediction").values;
      for (const options of devices(project)) {
        const got = await page.evaluate(
          async ([entry, address, text, options]) => {
            const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as TrackPackage;
            const loaded = await Regulens.load(address, options);
            const sequences = await loaded.readSequences(text);
            const values: number[] = [];
            let device = loaded.device;
            for (const [record] of sequences.records.entries()) {
              const tracks = await loaded.predict(sequences, record);
              values.push(...tracks.values);
              device = tracks.device;
            }
            const { layers } = await loaded.attention(sequences, 0, 0);
            loaded.free();
            return { values, device, layers: layers.map((layer) => [...layer]) };
          },
          [ENTRY, address, text, options] as const,
        );
        expect(got.device.kind, got.device.reason).toBe(options.device);
        expect(got.values.length).toBe(wanted.length);
        const error = Math.max(
          ...got.values.map((value, i) => Math.abs(value - (wanted[i] ?? NaN)) / Math.max(1, Math.abs(value))),
        );
        expect(error).toBeLessThan(1e-4);
        let attention = 0;
        for (const [layer, weights] of got.layers.entries()) {
          for (let head = 0; ; head++) {
            const name = `output.attention.${layer}.${head}`;
            const size = weights.length / (got.layers[layer]?.length ? headsOf(expected, layer) : 1);
            if (head === headsOf(expected, layer)) break;
            // The first of the two examples.
            const { values } = tensor(expected, name);
            for (let i = 0; i < size; i++)
              attention = Math.max(attention, Math.abs((weights[head * size + i] ?? NaN) - (values[i] ?? NaN)));
          }
        }
        expect(attention).toBeLessThan(1e-4);
        console.log(
          `${name}, ${Object.values(options).join(", ")}: prediction ${error.toExponential(1)}, attention ` +
            `${attention.toExponential(1)}`,
        );
      }
    });
});

test("workers share the windows of a long record, and give what one thread gives", async ({ page }) => {
  const golden = goldenCase("attention-two-sided");
  test.skip(!golden, "needs the reference data");
  if (!golden) return;
  const model = await readFile(golden.model);
  await page.route("**/golden/tracks.safetensors", (route) => route.fulfill({ body: model }));
  await openBarePage(page);
  const text = `>long\n${bases(60_000)}\n`;
  const run = (workers: number) =>
    page.evaluate(
      async ([entry, text, workers]) => {
        const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as TrackPackage;
        const loaded = await Regulens.load("golden/tracks.safetensors", { device: "cpu", workers, task: "tracks" });
        const sequences = await loaded.readSequences(text);
        // The first run may be over before the workers have started.
        await loaded.predict(sequences, 0);
        const { values } = await loaded.predict(sequences, 0);
        const controller = new AbortController();
        const cancelled = loaded.predict(sequences, 0, {
          signal: controller.signal,
          onProgress: ({ done }) => done > 3 && controller.abort(),
        });
        const code = await cancelled.then(
          () => "done",
          (error: { code: string }) => error.code,
        );
        const again = await loaded.predict(sequences, 0);
        return { values: [...values], again: [...again.values], code, device: again.device };
      },
      [ENTRY, text, workers] as const,
    );
  const alone = await run(1);
  const before = page.workers().length;
  const shared = await run(2);
  // The browser tells of its workers a little later than they answer.
  await expect.poll(() => page.workers().length).toBe(before + 2);
  expect(shared.device.reason).not.toContain("could not be used");
  expect(shared.values).toEqual(alone.values);
  expect(shared.again).toEqual(alone.values);
  expect([alone.code, shared.code]).toEqual(["cancelled", "cancelled"]);
});

function headsOf(expected: Buffer, layer: number): number {
  const length = Number(expected.readBigUInt64LE(0));
  const names = Object.keys(JSON.parse(expected.subarray(8, 8 + length).toString("utf8")) as object);
  return names.filter((name) => name.startsWith(`output.attention.${layer}.`)).length;
}

const data = (page: Page) => page.locator("regulens-sequence-data");
const tracks = (page: Page) => page.getByRole("slider", { name: /^predicted tracks/ });

test("FASTA is read from a file and as it is pasted, and what is none is refused", async ({ page }) => {
  const app = await openTracks(page);
  test.skip(!app, "needs the reference data");
  if (!app) return;
  await test.step("FASTA files that cannot be read are refused with their place and what to do", async () => {
    for (const [what, name, text, says] of [
      ["a protein", "p.fa", ">p\nMKVLAAGIVGLCAKEFILPQ\n", /p\.fa/],
      ["nothing", "bad.fa", ">", /bad\.fa/],
      ["two records of one name", "twice.fa", ">a\nACGT\n>a\nACGT\n", /twice\.fa.*a/],
      ["only unknown bases", "unknown.fa", ">a\nNNNNNNNN\n", /unknown\.fa.*a/],
    ] as const) {
      await test.step(what, async () => {
        await give(page, file(name, text));
        await expect(app.alert()).toContainText(says);
        await expect(app.alert()).toContainText("What to do");
      });
    }
  });
  await test.step("pasted bases run without a header", async () => {
    await data(page).getByRole("button", { name: "Paste…" }).click();
    await data(page).getByRole("textbox").fill(bases(LENGTH));
    await data(page).getByRole("button", { name: "Read this sequence" }).click();
    await expect(data(page)).toContainText("It fills the model’s window");
    await runRecord(page, "sequence");
  });
  await test.step("a FASTA file runs from a drop to tracks, and says what was understood of each record", async () => {
    await give(page, { name: "a.fa.gz", buffer: gzipSync(fasta()) });
    await expect(data(page)).toContainText("3 records");
    await expect(data(page)).toContainText("Covered by 3 overlapping windows");
    await app.openSetup();
    await runRecord(page, "chrI");
    await expect(page.getByRole("img", { name: /^Attention from chrI:/ })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Attention of head 1/ })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Position functions/ })).toBeVisible();
    await app.openSetup();
    await data(page).getByLabel("Record").selectOption({ index: 2 });
    await expect(data(page)).toContainText("900 bases in lower case");
    await expect(data(page)).toContainText("6 bases unknown to the model (0.6 %): 4 N, 1 R, 1 Y");
    await app.openRemarks();
    await expect(page.getByRole("heading", { name: "The sequence was padded" })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Predicted tracks along short:1–/ })).toBeVisible();
  });
});

test("a record has a measured track beside it, is changed, and is looked through", async ({ page }) => {
  const app = await openTracks(page);
  test.skip(!app, "needs the reference data");
  if (!app) return;
  await give(page, file("a.fa", fasta()));
  await runRecord(page, "chrI");
  const drawn = page.locator("regulens-sequence-tracks [data-track]");
  // One of each assay is shown first.
  await expect(drawn).toHaveCount(4);
  await test.step("a measured track lies under the prediction with its correlation, and what was saved reads back", async () => {
    const saved = await app.save(/bedGraph$/);
    expect(saved.name).toBe("a.chrI.predicted.bedgraph");
    const first = saved.bytes.toString("utf8").split(/^track/m)[1] ?? "";
    // The first track alone, as if it had been measured.
    await give(page, file("measured.bedgraph", first.split("\n").slice(1).join("\n")));
    await expect(page.getByText(/^r = 1\.000/)).toBeVisible();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(page.getByText(/^r = 1\.000/)).toHaveCount(0);
    // A bigWig of each track; the first lies under the first.
    await page
      .getByRole("checkbox", { name: /^(DNase|ATAC|ChIP)/ })
      .first()
      .uncheck();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: /bigWigs?$/ }).click();
    const bigwig = await readFile(await (await download).path());
    expect(bigwig.readUInt32LE(0)).toBe(0x888ffc26);
    await give(page, { name: "measured.bw", buffer: bigwig });
    await expect(page.getByText(/r = (1\.000|0\.999)/)).toBeVisible();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page
      .getByRole("checkbox", { name: /^(DNase|ATAC|ChIP)/ })
      .first()
      .check();
  });
  await test.step("a record is changed: bases one by one, and variants", async () => {
    await app.tab("What if");
    await test.step("bases of a stretch are replaced one by one, with a letter for each, and that can be cancelled", async () => {
      const variants = page.locator("regulens-sequence-variants");
      const letters = page.getByRole("img", { name: /contribution of each base in chrI:4,001–4,020/ });
      await pick(page.getByRole("radio", { name: "Each base of a stretch" }));
      await page.getByRole("spinbutton", { name: "Bases", exact: true }).fill("4001");
      // Again where all were replaced before the press could come.
      await expect(async () => {
        await page.getByLabel("to", { exact: true }).fill("4020");
        await page.getByRole("button", { name: "Replace bases" }).click();
        await expect(letters).toBeVisible();
        await expect(letters.locator("[data-base]")).toHaveCount(20);
        await page.getByLabel("to", { exact: true }).fill("4400");
        await page.getByRole("button", { name: "Replace bases" }).click();
        await variants.getByRole("button", { name: "Cancel" }).click({ timeout: 10_000 });
      }).toPass();
      await expect(variants.getByRole("progressbar")).toHaveCount(0);
      // The letters that were there stay.
      await expect(letters).toBeVisible();
    });
    await test.step("a variant shows what it changes, and one whose reference base differs is refused", async () => {
      const base = bases(9000, 2)[4000] ?? "";
      const other = base === "A" ? "G" : "A";
      await pick(page.getByRole("radio", { name: "One variant" }));
      const box = page.getByLabel("Variant", { exact: true });
      await box.fill(`chrI:4001 ${base}>${other}`);
      await page.getByRole("button", { name: "Predict effect" }).click();
      await expect(page.getByRole("img", { name: new RegExp(`^Effect of chrI:4,001 ${base}>${other}`) })).toBeVisible();
      await pick(page.getByRole("radio", { name: "Scores", exact: true }));
      await expect(page.getByRole("region", { name: "Change by track" }).locator("tbody tr")).toHaveCount(
        TRACKS.length,
      );
      await pick(page.getByRole("radio", { name: "Map", exact: true }));
      await expect(page.getByRole("img", { name: /alternative minus reference/ })).toBeVisible();
      await pick(page.getByRole("radio", { name: "Tracks", exact: true }));
      await box.fill(`chrI:4001 ${other}>${base}`);
      await page.getByRole("button", { name: "Predict effect" }).click();
      await expect(app.alert()).toContainText(`found the reference ${other} in the variant, but ${base} in a.fa`);
      const next = bases(9000, 2)[5000] ?? "";
      const vcf = [
        "##fileformat=VCFv4.3",
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
        `I\t5001\trs1\t${next}\t${next === "C" ? "T" : "C"}\t.\t.\t.`,
        "chrX\t5\trs2\tA\tG\t.\t.\t.",
      ].join("\n");
      await give(page, file("v.vcf", `${vcf}\n`));
      const rows = page.getByRole("grid", { name: "Variants of v.vcf" });
      await expect(rows.getByRole("row", { name: /^chrX:5 / })).toContainText("no sequence");
      await rows.getByRole("row", { name: /^I:5,001 / }).click();
      await expect(rows.locator('[aria-current="true"]')).toContainText("I:5,001");
      await expect(page.getByRole("img", { name: /^Effect of chrI:5,001 / })).toBeVisible();
    });
  });
  await app.tab("Why");
  await test.step("tracks of a record are looked through and chosen; measured ones that do not fit are refused", async () => {
    await test.step("tracks are zoomed, moved and read with mouse, wheel and keyboard", async () => {
      const shown = page.getByRole("img", { name: /^Predicted tracks along chrI:/ });
      const view = async (): Promise<[number, number]> => {
        const found = /chrI:([\d,]+)–([\d,]+)/.exec((await shown.getAttribute("aria-label")) ?? "");
        return [Number(found?.[1]?.replace(/,/g, "")), Number(found?.[2]?.replace(/,/g, ""))];
      };
      const all = await view();
      expect(all).toEqual([257, 8832]);
      await page.getByRole("button", { name: "Zoom in" }).click();
      const near = await view();
      expect(near[1] - near[0]).toBeLessThan(0.6 * (all[1] - all[0]));
      await page.getByRole("button", { name: "Whole record" }).click();
      await tracks(page).focus();
      await page.keyboard.press("+");
      await page.keyboard.press("+");
      const nearer = await view();
      await page.keyboard.press("Shift+ArrowRight");
      expect((await view())[0]).toBeGreaterThan(nearer[0]);
      await page.keyboard.press("0");
      expect(await view()).toEqual(all);
      const box = await tracks(page).boundingBox();
      if (!box) throw new Error("the tracks have no place");
      await page.mouse.move(box.x + box.width / 2, box.y + 80);
      await page.keyboard.down("Control");
      await page.mouse.wheel(0, -400);
      await page.keyboard.up("Control");
      await expect.poll(async () => (await view())[1] - (await view())[0]).toBeLessThan(0.6 * (all[1] - all[0]));
      const wheeled = await view();
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + 200, box.y + 80, { steps: 5 });
      await page.mouse.up();
      expect((await view())[0]).toBeLessThan(wheeled[0]);
      await page.getByPlaceholder("12,000-18,000").fill("2,000-4,000");
      await page.getByRole("button", { name: "Go", exact: true }).click();
      const [from, to] = await view();
      expect(from).toBeLessThanOrEqual(2000);
      expect(to).toBeGreaterThanOrEqual(4000);
      // By arrow keys to a bin, whose heads are then shown.
      await tracks(page).focus();
      await page.keyboard.press("ArrowRight");
      const read = await tracks(page).getAttribute("aria-valuetext");
      await page.keyboard.press("Enter");
      const bin = /^(chrI:[\d,]+–[\d,]+)/.exec(read ?? "")?.[1] ?? "nothing";
      await expect(page.getByRole("img", { name: `Attention from ${bin}` })).toBeVisible();
    });
    await test.step("tracks are chosen by assay and one by one", async () => {
      // Both of DNase since it was chosen above.
      await expect(drawn).toHaveCount(5);
      const cage = page.getByRole("checkbox", { name: /^CAGE/ });
      await cage.check();
      await expect(drawn).toHaveCount(6);
      await cage.uncheck();
      await expect(drawn).toHaveCount(4);
      await expect(page.locator('regulens-sequence-tracks [data-track="track a"]')).toHaveCount(0);
      await page.getByRole("checkbox", { name: /^track b/ }).check();
      await expect(page.locator('regulens-sequence-tracks [data-track="track b"]')).toHaveCount(1);
    });
    await test.step("a measured track of another genome, and one that is cut short, are refused with both names", async () => {
      await give(page, file("human.bedgraph", "chr21\t0\t100\t3\n"));
      await expect(app.alert()).toContainText("chr21");
      await expect(app.alert()).toContainText("chrI");
      await give(page, { name: "cut.bw", buffer: Buffer.from([0x26, 0xfc, 0x8f, 0x88, 4, 0, 0, 0]) });
      await expect(app.alert()).toContainText("cut.bw");
      await expect(app.alert()).toContainText("What to do");
    });
  });
});

test("a variant without attention shows its tracks and says that there is none", async ({ page }) => {
  const app = await openTracks(page, "basenji");
  test.skip(!app, "needs the reference data");
  if (!app) return;
  await give(page, file("a.fa", fasta()));
  await runRecord(page, "chrI");
  await expect(page.getByText("Basenji has no attention between bins")).toBeVisible();
});

test("a model that reads what was given is opened and named, with undo: for a table, then for a sequence", async ({
  page,
}) => {
  const app = await new AppPage(page).open("?device=cpu&model=basenji-yeast-atac");
  const intake = page.locator("[data-intake]");
  await app.chooseTable(file("table.csv", table({ genes: 2 })));
  await expect(intake).toContainText("AttentiveChrome LSTM-α, K562 was chosen for your files");
  await expect(page.locator("regulens-table-data")).toContainText("table.csv");
  await app.chooseTable(file("a.fa", fasta()));
  await expect(intake).toContainText("Basenji on yeast ATAC was chosen for your files");
  await expect(intake).toContainText("trained on one species");
  await expect(page.locator("regulens-sequence-data")).toContainText("3 records");
  await expect(page.getByRole("button", { name: "Run on chrI" })).toBeEnabled();
  await intake.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator("regulens-table-data")).toContainText("table.csv");
  await expect(app.run).toBeEnabled();
  await expect(intake).toHaveCount(0);
});
