// The main job, as a biologist does it: open the page, give it a table, read and save what comes out.

import { expect, hasWebGpu, test, webGpuName } from "../support/fixtures.ts";
import { AppPage, dropFiles, largestDifference, QUICK } from "../support/app-page.ts";
import { QUICK_MODEL } from "../support/package.ts";
import { table } from "../support/tables.ts";
import type { Page } from "@playwright/test";
import { gzipSync } from "node:zlib";

const file = (name: string, text: string) => ({ name, buffer: Buffer.from(text) });

/** A saved picture, opened by the browser on its own: its width in pixels, and how many colours are in it. */
function seen(page: Page, bytes: Buffer, type: string): Promise<{ width: number; colours: number }> {
  return page.evaluate(
    async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
      return { width: canvas.width, colours: new Set(pixels).size };
    },
    `data:${type};base64,${bytes.toString("base64")}`,
  );
}

/** Holds that all figures are there: those of all genes, in place of which are then those of one. */
async function showsFigures(app: AppPage): Promise<void> {
  const { page } = app;
  const areSeen = async (...figures: RegExp[]): Promise<void> => {
    for (const figure of figures) await expect(page.getByRole("img", { name: figure })).toBeVisible();
  };
  await app.openOverview();
  await areSeen(/^Mean attention along the window/, /^Distribution of the predicted probability/);
  await app.closeOverview();
  await areSeen(/^Contributions along/, /^Attention to marks|^Attention over/);
}

test("the example runs from one click to figures, table and gene", async ({ page }) => {
  const app = await new AppPage(page).open();
  await expect(app.device).toHaveText(/CPU/);
  await app.tryExample();
  await app.finished();
  await app.openRemarks();
  await expect(page.getByText("This example comes from a simulator")).toBeVisible();
  await expect(app.fact("AUROC")).toHaveText(/0\.\d{3}/);
  await expect(app.fact("Device")).toHaveText(/CPU/);
  await showsFigures(app);
});

test(
  "WebGPU and CPU give the same results within 1e-5, and the CPU explains",
  { tag: "@webgpu" },
  async ({ page }, { project }) => {
    test.skip(!hasWebGpu(project), "needs WebGPU");
    const app = await new AppPage(page).open("?device=webgpu&model=cnn-alpha-beta-k562");
    await app.runTable(file("genes.csv", table({ genes: 130, labels: true })), 130);
    await expect(app.device).toHaveText(webGpuName(project));
    await expect(app.fact("Device")).toHaveText(webGpuName(project));
    await showsFigures(app);
    await app.tab("Test");
    await expect(page.locator("regulens-gene-test")).toContainText(
      "WebGPU predicted; explanations are computed on the CPU.",
    );
    const onGpu = await app.predictions();
    await app.chooseDevice("CPU");
    await app.chooseTable(file("again.csv", table({ genes: 130, labels: true })));
    await app.run.click();
    await expect(app.fact("Device")).toHaveText(/^\s*CPU/);
    expect(largestDifference(onGpu, await app.predictions())).toBeLessThan(1e-5);
  },
);

test("without WebGPU the page left to itself takes the CPU, and says why", async ({ page }) => {
  const app = await new AppPage(page).open();
  await expect(app.device).toHaveText(/Device: CPU/);
  await app.device.click();
  await expect(page.locator("regulens-device .report")).toHaveText(/no WebGPU/);
});

test("before a run: the model card, the colours, and what was understood of a table", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await test.step("the model card names data, figures beside baselines, marks, hash and paper", async () => {
    await page.getByRole("button", { name: "Read the model card" }).click();
    const dialog = page.getByRole("dialog", { name: "Model card" });
    await expect(dialog).toContainText(/Verified/);
    await expect(dialog.getByRole("row", { name: /This model/ })).toContainText(/0\.\d{3}/);
    expect(await dialog.getByRole("row").count()).toBeGreaterThan(2);
    for (const text of ["H3K4me3", "H3K27me3", "SHA-256", "Training", "whatever the gene's strand"])
      await expect(dialog).toContainText(text);
    await expect(dialog.locator("dd.mono")).toHaveText(/^[0-9a-f]{64}$/);
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  });
  await test.step("light and dark follow the system until the user chooses", async () => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.getByRole("button", { name: /^Colours: as in the system/ }).click();
    expect(await ground()).toBe(light);
    await page.reload();
    expect(await ground()).toBe(light);
  });
  await test.step("before a run the page says what it understood, and a run is of the user's asking", async () => {
    await app.ready();
    await app.chooseTable(file("genes.csv", table({ genes: 12, labels: true })));
    const understood = page.locator("regulens-understood");
    await expect(understood).toContainText("12, with labels: 6 on");
    await expect(understood).toContainText("a header that names the marks");
    await expect(understood).toContainText("matched by name");
    await expect(understood).toContainText(
      "100 a gene, read as 100 bp each, −5,000 to +5,000 bp around the TSS, in genomic order",
    );
    await expect(app.results).toHaveCount(0);
    await app.run.click();
    await app.finished(12);
  });
});

test("a table is read whichever way it comes", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await test.step("files that are dropped together are each accounted for", async () => {
    const letter = file("letter.txt", "Dear all,\nhere they are.\n");
    await dropFiles(page, [file("counts.csv", table({ genes: 4 })), letter, file("paper.pdf", "%PDF-1.7\n")]);
    const intake = page.locator("[data-intake]");
    await expect(intake).toContainText("counts.csv: the table.");
    await expect(intake).toContainText("letter.txt, paper.pdf not used: not a table");
    await intake.getByRole("button", { name: "Close this message" }).click();
    await expect(intake).toHaveCount(0);
    await expect(page.locator("regulens-data-step .loaded")).toContainText("counts.csv");
  });
  await test.step("a dropped table is read", async () => {
    const transfer = await page.evaluateHandle(
      (text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], "dropped.csv"));
        return transfer;
      },
      table({ genes: 4 }),
    );
    await page.dispatchEvent("main", "dragenter", { dataTransfer: transfer });
    await expect(page.getByText(/^Drop tables, bigWig files and genes, a sequence/)).toBeVisible();
    await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
    await expect(page.locator("regulens-data-step")).toContainText("dropped.csv");
    await app.run.click();
    await app.finished(4);
  });
  await test.step("a pasted table is read and run", async () => {
    await app.openSetup();
    await page.getByRole("button", { name: "Paste…" }).click();
    await page.getByLabel(/Table as text/).fill(table({ genes: 3 }));
    await page.getByRole("button", { name: "Read this table" }).click();
    await app.run.click();
    await app.finished(3);
    await expect(app.fact("Table")).toContainText("pasted table");
  });
  await test.step("columns in another order give the same results", async () => {
    const text = table({ genes: 20 });
    const swapped = text
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [gene, bin, ...values] = line.split(",");
        return [gene, bin, ...values.reverse()].join("\t");
      })
      .join("\r\n");
    const results = [];
    for (const [name, content] of [
      ["a.csv", text],
      ["b.tsv", `\uFEFF${swapped}\r\n\r\n`],
    ] as const) {
      await app.chooseTable(file(name, content));
      await app.run.click();
      await expect(app.fact("Table")).toContainText(name);
      results.push(await app.predictions());
    }
    expect(largestDifference(results[0]!, results[1]!)).toBe(0);
  });
  await test.step("200 bins run once the middle 100 are chosen, and the choice is recorded", async () => {
    await app.chooseTable(file("wide.csv", table({ genes: 5, bins: 200 })));
    await expect(page.locator("[data-blocked]")).toContainText("200 bins per gene; the model needs 100");
    await expect(app.run).toBeDisabled();
    await page.getByRole("checkbox", { name: /Use bins 51–150/ }).check();
    await app.run.click();
    await app.finished(5);
    await expect(app.fact("Table")).toContainText("bins 51–150");
    const { bytes } = await app.save("Run record (JSON)");
    expect(JSON.parse(bytes.toString("utf8")).preparation.select_bins).toEqual([51, 150]);
  });
});

test("a run is cancelled, and the page goes on", async ({ page }) => {
  const app = await new AppPage(page).open("?device=cpu");
  // Seconds of work on any machine, so that there is something left to cancel.
  await app.chooseTable({ name: "long.csv.gz", buffer: gzipSync(table({ genes: 5_000 }), { level: 1 }) });
  await app.run.click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("progressbar")).toHaveCount(0);
  await expect(page.getByText("Cancelled.")).toBeAttached();
  await expect(app.alert()).toHaveCount(0);
  await app.runTable(file("short.csv", table({ genes: 3 })), 3);
});

test("reading is cancelled, and the page keeps what it had", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await test.step("reading a table is cancelled, and the page keeps the table that it had", async () => {
    await app.chooseTable(file("kept.csv", table({ genes: 3 })));
    // Bytes that never come, as from a slow disk or share.
    await page.route("**/examples/**", () => {});
    await app.tryExample();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByText("Cancelled.")).toBeAttached();
    await expect(page.locator("regulens-data-step .loaded")).toContainText("kept.csv");
    await expect(app.alert()).toHaveCount(0);
    await app.run.click();
    await app.finished(3);
  });
  await test.step("loading a model is cancelled, and the page keeps the model that it had", async () => {
    await page.route("**/models/*.safetensors", () => {});
    await app.chooseCellType("H1");
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(app.model).toContainText("K562");
    await expect(app.alert()).toHaveCount(0);
    await app.runTable(file("genes.csv", table({ genes: 3 })), 3);
  });
});

test("the results of a table are the package's, are read and saved, and stay while another model is chosen", async ({
  page,
}) => {
  const app = await new AppPage(page).open(QUICK);
  const text = table({ genes: 20 });
  await app.runTable(file("genes.csv", text), 20);
  await test.step("the saved table holds the very numbers of the package, float32 by float32", async () => {
    const saved = await app.predictions();
    const result = await page.evaluate(
      async ([model, text]) => {
        const entry = new URL("regulens/dist/index.js", document.baseURI).href;
        const { Regulens } = await import(entry);
        const loaded = await Regulens.load(model, { device: "cpu" });
        const { genes, marks, probability, logit, beta } = await loaded.predict(await loaded.readTable(text));
        return { genes, marks, probability: [...probability], logit: [...logit], beta: [...beta] } as {
          genes: string[];
          marks: string[];
          probability: number[];
          logit: number[];
          beta: number[];
        };
      },
      [QUICK_MODEL, text] as const,
    );
    expect([...saved.keys()]).toEqual(result.genes);
    result.genes.forEach((gene, i) => {
      const row = saved.get(gene) ?? {};
      expect(Object.keys(row)).toEqual(["probability", "logit", ...result.marks.map((mark) => `beta_${mark}`)]);
      expect(Object.values(row).map(Math.fround)).toEqual([
        result.probability[i],
        result.logit[i],
        ...result.beta.slice(i * result.marks.length, (i + 1) * result.marks.length),
      ]);
    });
  });
  await test.step("the values under the pointer are read out", async () => {
    await app.lookAtAttention();
    const tracks = page.getByRole("slider", { name: /signal and attention of/ });
    await tracks.hover();
    await expect(page.locator("regulens-gene .reading").first()).toContainText(/bin \d+ of 100/);
    await tracks.focus();
    await page.keyboard.press("Home");
    await expect(tracks).toHaveAttribute("aria-valuetext", /bin 1 of 100, −5,000 bp to −4,900 bp from the TSS: H3K/);
  });
  await test.step("figures are saved as SVG and PNG, and the SVG says where it is from", async () => {
    const svg = await app.save("Save average attention as SVG");
    expect(svg.name).toBe("genes.average-attention.svg");
    expect(svg.bytes.toString("utf8")).toMatch(/<metadata>[\s\S]*genes\.csv[\s\S]*[0-9a-f]{64}/);
    const png = await app.save(/Save signal and attention of GENE\d+ as PNG/);
    expect(png.name).toMatch(/^genes\.GENE\d+\.tracks\.png$/);
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
    // Both open as pictures that are not blank, and the PNG has 300 dots to the inch, of which the page has 96.
    const [asSvg, asPng] = [await seen(page, svg.bytes, "image/svg+xml"), await seen(page, png.bytes, "image/png")];
    const shown = await page.getByRole("img", { name: /^Signal and attention along/ }).boundingBox();
    expect(Math.abs(asPng.width - (300 / 96) * (shown?.width ?? 0))).toBeLessThanOrEqual(4);
    expect(asSvg.width).toBeGreaterThan(300);
    for (const { colours } of [asSvg, asPng]) expect(colours).toBeGreaterThan(10);
  });
  await test.step("another model keeps the table and the results, and offers a new run", async () => {
    const first = await app.predictions();
    await app.chooseCellType("H1");
    await expect(page.getByText("Not up to date")).toBeVisible();
    await app.openRemarks();
    await expect(page.getByRole("heading", { name: "These results are from an earlier run" })).toBeVisible();
    await page.getByRole("button", { name: "Run again on 20 genes" }).click();
    await expect(page.getByText("Up to date", { exact: true })).toBeVisible();
    await expect(page.getByText("These results are from an earlier run")).toHaveCount(0);
    expect(largestDifference(first, await app.predictions())).toBeGreaterThan(1e-3);
  });
});
