// Results as a page of one file: live from disk without a network, equal in its numbers, and opened again on the page.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, hasWebGpu, PROGRAM, test } from "../support/fixtures.ts";
import { AppPage, largestDifference, QUICK } from "../support/app-page.ts";
import { stored } from "../support/kept.ts";
import { blockOf, drop, manifestOf, OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { table } from "../support/tables.ts";

/** The example with a model that computes in a fraction of the time of the one that the page opens with. */
const EXAMPLE = `${QUICK}&example=simulated`;
const K562 = "?model=attentive-chrome-k562&example=simulated&device=cpu";

const MODELS = fileURLToPath(new URL("../../../models/", import.meta.url));

async function results(page: AppPage["page"], query: string): Promise<AppPage> {
  const app = new AppPage(page);
  await page.goto(`./${query}`);
  await app.finished();
  return app;
}

test("a model and 100 genes are one file that is live from disk without a network", async ({ page, browser }, info) => {
  const app = await results(page, EXAMPLE);
  const saved = await saveAsOneFile(page, info.outputPath("page.html"), {
    title: "Figure S1",
    caption: "One hundred genes.",
  });
  const all = await app.predictions();

  const file = await OneFile.open(page, saved.path);
  await file.finished(100);
  await expect(file.page).toHaveTitle("Figure S1");
  await expect(file.page.getByText("One hundred genes.")).toBeVisible();
  const found = await file.predictions();
  expect(found.size).toBe(100);
  expect(
    largestDifference(found, new Map([...found.keys()].map((gene) => [gene, all.get(gene) ?? {}]))),
  ).toBeLessThanOrEqual(1e-6);

  expect(saved.text).toMatch(/Bundled in the scripts of Regulens:[^]*\nburn-flex \d/);
  const { model } = manifestOf(saved.text);
  const foot = file.page.getByRole("contentinfo");
  for (const said of [model.name, model.sha256, "Regulens 0.2.0", "Attend and Predict"])
    await expect(foot).toContainText(said);
  await expect(file.page.locator(".origin time")).toHaveText(new Date().toISOString().slice(0, 10));
  await expect(file.page.getByRole("link", { name: "its page" })).toHaveAttribute("href", /^http:/);

  // It opens with what won the deletion test, as the page does; attention is one click away.
  await expect(file.page.getByRole("radio", { name: /Contributions to the score/ })).toBeChecked();
  await file.lookAtAttention();
  // Hover.
  const tracks = file.page.getByRole("slider", { name: /^signal and attention of/ });
  await tracks.hover();
  await expect(file.page.locator("regulens-gene regulens-figure").first().locator(".reading")).toContainText(
    /bin \d+ of 100/,
  );
  // Select.
  const other = [...found.keys()][7] ?? "";
  await file.grid.getByText(other, { exact: true }).click();
  await expect(file.page.getByLabel(`Gene ${other}`, { exact: true })).toBeVisible();
  // Perturb: the prediction follows.
  await file.tab("What if");
  await file.page.getByRole("button", { name: "Set to zero" }).click();
  await expect(file.page.locator("regulens-perturb")).toContainText(/P\(on\) changed from 0\.\d+ to 0\.\d+/);
  await expect(file.page.getByRole("button", { name: "Undo", exact: true })).toBeEnabled();
  // Save SVG.
  const svg = (await file.save(new RegExp(`^Save signal and attention of ${other} as SVG`))).bytes.toString("utf8");
  expect(svg).toMatch(/^<\?xml[^>]*>\n<svg /);
  expect(svg).toContain(model.sha256);
  await file.close();
  await test.step("a file of one gene shows that gene, and all else when it is asked for", async () => {
    const explained = page.getByRole("img", { name: /^Contributions along/ });
    const saved = await saveAsOneFile(page, info.outputPath("gene.html"), { genes: 3, view: /One gene/ });
    // The picture for readers without scripts is that of the page.
    expect(saved.text).toContain(`<title>${(await explained.getAttribute("aria-label"))!.split(".")[0]}`);
    const file = await OneFile.open(page, saved.path);
    await file.finished(3);
    await expect(file.page.getByLabel(`Gene ${manifestOf(saved.text).looked.gene}`, { exact: true })).toBeVisible();
    await expect(file.page.locator("regulens-summary")).toBeHidden();
    // On paper (A4 at 96 dots an inch) the gene's answer and its figure are on the first page.
    await file.page.setViewportSize({ width: 794, height: 1123 });
    await file.page.emulateMedia({ media: "print" });
    const drawn = file.page.getByRole("img", { name: /^Contributions along/ });
    for (const part of [file.page.locator("regulens-answer"), drawn])
      await expect
        .poll(async () => (await part.boundingBox())!.y + (await part.boundingBox())!.height)
        .toBeLessThan(1123);
    await file.page.emulateMedia({ media: "screen" });
    await file.page.getByRole("button", { name: "Show all results" }).click();
    await expect(file.page.locator("regulens-summary")).toBeVisible();
    await file.close();
  });
  await test.step("a file that was tampered with or damaged does not run, and without JavaScript there is a picture", async () => {
    const { text } = saved;
    await test.step("another view than the one that was saved does not run", async () => {
      const other = gzipSync("document.title = 'taken over'").toString("base64");
      await writeFile(info.outputPath("other.html"), text.replace(/(id="regulens-block-view">)[^<]*/, `$1${other}`));
      const opened = await page.context().newPage();
      await opened.goto(pathToFileURL(info.outputPath("other.html")).href);
      await expect(opened.locator("regulens-standalone")).toContainText("its viewer is damaged");
      expect(await opened.title()).not.toBe("taken over");
      await opened.close();
    });
    await test.step("without JavaScript there is a picture, and what to cite", async () => {
      const context = await browser.newContext({ javaScriptEnabled: false });
      const still = await context.newPage();
      await still.goto(pathToFileURL(saved.path).href);
      await expect(still.locator("noscript svg")).toBeVisible();
      await expect(still.getByRole("contentinfo")).toContainText(manifestOf(saved.text).model.sha256);
      await context.close();
    });
    await test.step("a damaged file is refused with what is wrong, on the page and from disk", async () => {
      const damaged = text.replace(
        /(id="regulens-block-weights">.{4000})./s,
        (_, before: string) => `${before}${text[text.indexOf(before) + before.length] === "A" ? "B" : "A"}`,
      );
      await drop(page, "damaged.html", damaged);
      await expect(app.alert()).toContainText("damaged.html: found a damaged file");
      await expect(app.alert()).toContainText("weights");
      await writeFile(info.outputPath("damaged.html"), damaged);
      const opened = await page.context().newPage();
      await opened.goto(pathToFileURL(info.outputPath("damaged.html")).href);
      await expect(opened.locator("regulens-notice")).toContainText("damaged.html: found a damaged file");
      await opened.close();
    });
  });
  await test.step("dropped on the page, a file opens its model and its genes, and the same is predicted", async () => {
    await page.goto("./?model=lstm-attn-h1&device=cpu");
    await app.ready();
    await drop(page, "page.html", saved.text);
    await app.finished(100);
    await expect(app.fact("Model")).toContainText("K562");
    await expect(app.fact("Model")).toContainText("verified");
    const after = await app.predictions();
    expect(
      largestDifference(after, new Map([...after.keys()].map((gene) => [gene, all.get(gene) ?? {}]))),
    ).toBeLessThanOrEqual(1e-6);
    await expect(page.getByLabel(`Gene ${manifestOf(saved.text).looked.gene}`, { exact: true })).toBeVisible();
  });
  await test.step("without workers this thread computes, and the same", async () => {
    await page
      .context()
      .addInitScript(() => location.protocol === "file:" && Reflect.deleteProperty(globalThis, "Worker"));
    const alone = await OneFile.open(page, saved.path);
    await alone.finished(100);
    expect(alone.requests.filter((url) => url.startsWith("blob:"))).toEqual([]);
    const found = await alone.predictions();
    expect(
      largestDifference(found, new Map([...found.keys()].map((gene) => [gene, all.get(gene) ?? {}]))),
    ).toBeLessThanOrEqual(1e-6);
    await alone.close();
  });
});

test("names, title and caption are text, whatever they look like", async ({ page }, info) => {
  const app = await new AppPage(page).open(QUICK);
  const nasty = "</script><img src=x onerror=alert(1)>";
  await app.runTable({ name: "t.csv", buffer: Buffer.from(table({ genes: 2 }).replaceAll("GENE1,", `${nasty},`)) }, 2);
  const saved = await saveAsOneFile(page, info.outputPath("page.html"), { title: nasty, caption: `${nasty}<!--` });
  const file = await OneFile.open(page, saved.path);
  await expect(file.page.getByRole("heading", { level: 1 })).toHaveText(nasty);
  await expect(file.grid).toContainText(nasty);
  expect(await file.page.locator("img").count()).toBe(0);
  await file.close();
});

test("with WebGPU a file has both engines, and takes what is there", { tag: "@webgpu" }, async ({ page }, info) => {
  await results(page, EXAMPLE);
  const saved = await saveAsOneFile(page, info.outputPath("page.html"), { genes: 20, webgpu: true });
  expect(manifestOf(saved.text).blocks.map(({ id }) => id)).toContain("engine-webgpu");
  const file = await OneFile.open(page, saved.path);
  await file.finished(20);
  await expect(file.device).toHaveText(/Device: (CPU|WebGPU)/);
  if (hasWebGpu(info.project)) {
    await file.device.click();
    await file.page.getByRole("radio", { name: /^WebGPU/ }).check();
    await expect(file.device).toHaveText(/Device: WebGPU/, { timeout: 240_000 });
  }
  await file.close();
});

test("what a file says of all genes is of the whole run, and its part is marked", async ({ page }, info) => {
  const app = await results(page, EXAMPLE);
  const numbers = async (of: AppPage) => [
    (await of.fact("AUROC").textContent())!.match(/\d\.\d+/)![0],
    (await of.fact("Predicted on").textContent())!.match(/\d+ %/)![0],
  ];
  const asked = await numbers(app);
  const saved = await saveAsOneFile(page, info.outputPath("page.html"));
  // The draft of the caption says what a stranger must know.
  expect(saved.text).toMatch(
    /expressed at or above the median of 19,795 genes of K562.*Of all 400 genes.*Data: .* \(SHA-256 [0-9a-f]{64}\)/,
  );
  const record = async (of: AppPage) => JSON.parse((await of.save("Run record (JSON)")).bytes.toString("utf8"));
  const before = await record(app);
  const part = "100 of 400 genes, those with the highest P(on)";

  const shown = async (file: OneFile) => {
    expect(await numbers(file)).toEqual(asked);
    await expect(file.page.getByText(`Part of a run: ${part}`)).toBeVisible();
    await expect(file.fact("Genes")).toContainText(`400 ${part}, are here`);
    await expect(file.fact("AUROC")).toContainText("of all 400 genes");
    // Off genes have no average in a part of those that are most surely on.
    await expect(file.page.getByText(/No gene is predicted off/)).toHaveCount(0);
    const bars = (await file.save(/Save distribution of probabilities as TSV/)).bytes.toString("utf8");
    const inBars = bars.trim().split("\n").slice(1);
    expect(inBars.reduce((sum, row) => sum + Number(row.split("\t")[2]), 0)).toBe(400);
    const found = await record(file);
    expect(found.predicted_on).toBe(before.predicted_on);
    expect(found.auroc).toBeCloseTo(before.auroc, 6);
    expect(found).toMatchObject({ part, statistics_of: "all 400 genes of the run" });
    expect((await file.save("Predictions (TSV)")).name).toMatch(/100-of-400-genes\.predictions\.tsv$/);
  };
  const file = await OneFile.open(page, saved.path);
  await file.finished(100);
  await shown(file);
  await file.tab("Test");
  await expect(file.page.getByText(`These genes are part of a run, ${part}`)).toBeVisible();
  await file.close();

  await test.step("dropped on the page it is still a part, and so is what is saved of it", async () => {
    await drop(page, "page.html", saved.text);
    await app.finished(100);
    expect(await numbers(app)).toEqual(asked);
    const again = await saveAsOneFile(page, info.outputPath("again.html"), { genes: 10 });
    const { run, inputs } = manifestOf(again.text);
    expect([run!.genes, inputs[0]!.items, inputs[0]!.of]).toEqual([400, 10, 400]);
    expect(run!.auroc).toBeCloseTo(before.auroc, 6);
  });

  await test.step("after a reload the figures are still those of the whole run", async () => {
    await expect.poll(() => stored(page)).toMatchObject({ view: { whole: expect.any(Number) } });
    await page.reload();
    await app.finished(100);
    expect(await numbers(app)).toEqual(asked);
    await expect(app.fact("AUROC")).toContainText("of all 400 genes");
  });

  await test.step("a file of an earlier version is opened, and no score of the run is made up", async () => {
    const { run, ...manifest } = JSON.parse(/id="regulens-export">([^<]*)</.exec(saved.text)![1]!);
    expect(run).toBeDefined();
    await writeFile(
      info.outputPath("earlier.html"),
      saved.text.replace(/id="regulens-export">[^<]*</, () => `id="regulens-export">${JSON.stringify(manifest)}<`),
    );
    const earlier = await OneFile.open(page, info.outputPath("earlier.html"));
    await earlier.finished(100);
    await expect(earlier.fact("AUROC")).toContainText("unknown for the whole run");
    await expect(earlier.page.getByText("Part of a run: 100 of 400 genes", { exact: true })).toBeVisible();
    await earlier.close();
  });
});

test("a change between two cell types is one file, from disk and dropped on the page", async ({ page }, info) => {
  const app = await results(page, "?model=deep-diff-aux-k562-h1&example=simulated-change&device=cpu");
  const facts = async (of: AppPage) =>
    Promise.all(
      ["Higher in H1", "Higher in K562"].map(async (name) =>
        Number.parseInt((await of.page.locator("dl > div", { hasText: name }).locator("dd").textContent())!, 10),
      ),
    );
  const before = await facts(app);
  const marks = async (of: AppPage) =>
    (await of.save(/Save mean attention to the marks of genes up and down as TSV/)).bytes.toString("utf8");
  const weights = await marks(app);
  await app.closeOverview();
  const explained = page.getByRole("img", { name: /^Contributions along/ });
  await expect(explained).toBeVisible();
  const saved = await saveAsOneFile(page, info.outputPath("change.html"), { genes: 10 });
  // So is the picture for readers without scripts that of the page.
  expect(saved.text).toContain(`<title>${(await explained.getAttribute("aria-label"))!.split(".")[0]}`);
  expect(manifestOf(saved.text).inputs.map(({ role }) => role)).toEqual(["table", "table-b"]);
  const all = await app.predictions();
  const file = await OneFile.open(page, saved.path);
  await file.finished(10);
  const found = await file.predictions();
  const of = new Map([...found.keys()].map((gene) => [gene, all.get(gene) ?? {}]));
  expect(largestDifference(found, of)).toBeLessThanOrEqual(1e-5);
  await test.step("of a change, too, a file says of all genes what the whole run has", async () => {
    const { run } = manifestOf(saved.text);
    expect(await facts(file)).toEqual(before);
    await expect(
      file.page.getByText(`Part of a run: 10 of ${run!.genes} genes, those with the highest log2 fold change`),
    ).toBeVisible();
    expect(await marks(file)).toBe(weights);
  });
  await file.close();
  await drop(page, "change.html", saved.text);
  await app.finished(10);
  expect(largestDifference(await app.predictions(), of)).toBeLessThanOrEqual(1e-5);
});

test("a sequence with its measured track is one file, from disk and dropped on the page", async ({ page }, info) => {
  await page.goto("./?model=basenji-attention-two-sided-simulated&example=simulated-sequence&device=cpu");
  const heading = page.getByRole("heading", { name: "Results", exact: true });
  const overlays = (of: AppPage["page"]) =>
    of
      .locator("regulens-sequence-tracks")
      .getByText(/measured/i)
      .first();
  await expect(heading).toBeVisible();
  await expect(overlays(page)).toBeVisible();
  const correlation = (of: AppPage["page"]) => of.locator("regulens-sequence-tracks").getByText(/^r = /);
  await expect(correlation(page)).toBeVisible();
  await page.getByRole("button", { name: "Zoom in" }).click();
  const shown = await page.getByRole("img", { name: /^Predicted tracks along/ }).getAttribute("aria-label");
  const saved = await saveAsOneFile(page, info.outputPath("sequence.html"));
  // So has the picture for readers without JavaScript.
  expect(saved.text).toMatch(/>r = [−\d]/);
  const { inputs, looked } = manifestOf(saved.text);
  expect(inputs.map(({ role }) => role)).toEqual(["sequences", "measured"]);
  expect(looked.region).toMatch(new RegExp(`^${looked.record}:[2-9]\\d*-\\d+$`));
  const values = async (of: AppPage["page"]): Promise<number[]> => {
    const download = of.waitForEvent("download");
    await of.locator("regulens-sequence-tracks").getByRole("button", { name: /TSV/ }).first().click();
    const stream = await (await download).createReadStream();
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return text.trim().split(/\s+/).map(Number).filter(Number.isFinite);
  };
  const before = await values(page);
  expect(before.length).toBeGreaterThan(100);
  const file = await OneFile.open(page, saved.path);
  await expect(
    file.page.getByRole("img", { name: new RegExp(`^Predicted tracks along ${looked.record}`) }),
  ).toBeVisible();
  await expect(overlays(file.page)).toBeVisible();
  await expect(correlation(file.page)).toBeVisible();
  // It opens at the bases that its picture has.
  await expect(file.page.getByRole("img", { name: /^Predicted tracks along/ })).toHaveAttribute("aria-label", shown!);
  const expectSame = (found: number[]): void => {
    expect(found.length).toBe(before.length);
    const apart = found.map((value, i) => Math.abs(value - (before[i] ?? NaN)) / Math.max(1, Math.abs(value)));
    // The file has the build without relaxed SIMD, which rounds once more in a product and a sum.
    expect(Math.max(...apart)).toBeLessThanOrEqual(1e-5);
  };
  expectSame(await values(file.page));
  await file.close();
  await page.goto("./?device=cpu");
  await drop(page, "sequence.html", saved.text);
  await expect(page.getByRole("img", { name: new RegExp(`^Predicted tracks along ${looked.record}`) })).toBeVisible();
  await expect(overlays(page)).toBeVisible();
  expectSame(await values(page));
});

test("the page and export-html write the same blocks, and their numbers are those of regulens predict", async ({
  page,
  baseURL,
}, info) => {
  if (!existsSync(PROGRAM)) console.log(`skipped: ${PROGRAM} is not built`);
  test.skip(!existsSync(PROGRAM), "needs the native program");
  const app = await results(page, K562);
  const saved = await saveAsOneFile(page, info.outputPath("page.html"));
  expect(saved.bytes, "at most 1.5 MB").toBeLessThanOrEqual(1.5e6);
  const genes = [
    ...new Set(
      blockOf(saved.text, "table")
        .toString("utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((row) => row.split(",")[0] ?? ""),
    ),
  ];
  expect(genes).toHaveLength(100);
  await writeFile(info.outputPath("genes.txt"), genes.join("\n"));

  // The program takes the site's parts from a folder: the very ones that are served.
  const site = info.outputPath("site");
  const { mkdirSync, writeFileSync, readFileSync } = await import("node:fs");
  mkdirSync(`${site}/standalone`, { recursive: true });
  for (const file of ["parts.json", "template.html", "view.js.gz", "tables.wasm.gz"]) {
    const response = await page.request.get(new URL(`standalone/${file}`, baseURL).href);
    writeFileSync(`${site}/standalone/${file}`, await response.body());
  }
  const model = `${MODELS}attentive-chrome-k562.safetensors`;
  const input = `${MODELS}examples/simulated.csv.gz`;
  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(PROGRAM, args, { encoding: "utf8" });
    expect(status, stderr).toBe(0);
  };
  run(
    "export-html",
    "--model",
    model,
    "--input",
    input,
    "--genes-file",
    info.outputPath("genes.txt"),
    "--site",
    site,
    "--out",
    info.outputPath("cli.html"),
  );
  const text = readFileSync(info.outputPath("cli.html"), "utf8");
  // Predictions of the whole run are those of another build, which rounds otherwise.
  const alike = (of: string) => manifestOf(of).blocks.filter(({ id }) => id !== "run");
  expect(alike(text)).toEqual(alike(saved.text));
  const [ours, theirs] = [manifestOf(text).run!, manifestOf(saved.text).run!];
  expect(ours.genes).toBe(theirs.genes);
  expect(ours.chosen).toBe("those that were named");
  expect(theirs.chosen).toBe("those with the highest P(on)");
  expect(ours.auroc).toBeCloseTo(theirs.auroc!, 6);
  const predictedIn = (of: string): number[] =>
    blockOf(of, "run")
      .toString("utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((row) => Number(row.split(",")[0]));
  predictedIn(text).forEach((value, gene) => expect(value).toBeCloseTo(predictedIn(saved.text)[gene]!, 5));
  for (const id of ["weights", "table", "view", "engine-cpu"])
    expect(blockOf(text, id).equals(blockOf(saved.text, id)), id).toBe(true);

  await test.step("a page of 100 genes with the five seeds of any model is at most 2 MB", () => {
    const list = JSON.parse(readFileSync(`${MODELS}catalogue.json`, "utf8")) as {
      models: { family: string; ensemble?: { file: string; members: number } }[];
    };
    const ofGenes = list.models.filter(({ family }) => family === "attentive-chrome");
    const ensembles = ofGenes.flatMap(({ ensemble }) => ensemble ?? []);
    expect(ensembles.length).toBeGreaterThan(3);
    const [chosen, out] = [info.outputPath("genes.txt"), info.outputPath("seeds.html")];
    for (const { file, members } of ensembles) {
      expect(members, file).toBe(5);
      run(
        ...["export-html", "--model", `${MODELS}${file}`, "--input", input, "--genes-file", chosen],
        ...["--site", site, "--out", out],
      );
      const page = readFileSync(out);
      expect(manifestOf(page.toString("utf8")).inputs[0]!.items).toBe(100);
      expect(page.length, `${file}: ${page.length} bytes`).toBeLessThanOrEqual(2e6);
    }
  });

  run("predict", "--model", model, "--input", input, "--out", info.outputPath("cli.tsv"));
  const [head = "", ...rows] = readFileSync(info.outputPath("cli.tsv"), "utf8").trim().split("\n");
  const at = head.split("\t").indexOf("probability");
  const native = new Map(
    rows.map((row) => row.split("\t")).map((cells) => [cells[0] ?? "", { probability: Number(cells[at]) }]),
  );
  const file = await OneFile.open(page, info.outputPath("cli.html"));
  await file.finished(100);
  const found = new Map(
    [...(await file.predictions())].map(([gene, { probability = NaN }]) => [gene, { probability }]),
  );
  expect(
    largestDifference(
      found,
      new Map([...found.keys()].map((gene) => [gene, native.get(gene) ?? { probability: NaN }])),
    ),
  ).toBeLessThanOrEqual(1e-6);
  await file.close();
  expect(await app.page.title()).toContain("Regulens");
});
