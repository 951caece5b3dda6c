// Explanations: that they are what they say they are, and what the page makes of them.

import { expect, openReferenceCases, test } from "../support/fixtures.ts";
import { AppPage, pick, QUICK, type TestFile } from "../support/app-page.ts";
import { ENTRY, openBarePage, QUICK_MODEL } from "../support/package.ts";
import { card, tensor } from "../support/safetensors.ts";
import { countAt, MARKS, table } from "../support/tables.ts";
import type { Page } from "@playwright/test";

/** The parts of the package that these tests call; the site's own copy is loaded at run time. */
interface Explaining {
  Regulens: { load(model: string, options: object): Promise<ExplainingModel> };
}

interface Curve {
  explanation: string;
  change: Float32Array;
  area: Float32Array;
}

interface ExplainingModel {
  card: { marks: string[]; bins: number };
  readTable(text: string): Promise<unknown>;
  predict(table: unknown): Promise<{ probability: Float32Array; logit: Float32Array }>;
  saliency(table: unknown, options?: object): Promise<{ values: Float32Array; marks: string[]; bins: number }>;
  attributions(table: unknown, options?: object): Promise<{ complete: Uint8Array }>;
  classOptimisation(options: object): Promise<{ map: Float32Array; losses: Float32Array }>;
  deletion(table: unknown, options?: object): Promise<{ steps: number[]; probability: Float32Array; curves: Curve[] }>;
}

const file = (name: string, text: string): TestFile => ({ name, buffer: Buffer.from(text) });

/** A table of one gene a row of `genes`, each [T, M] in the order of {@link MARKS}. */
function tableOf(genes: readonly (readonly number[])[]): string {
  const lines = [["gene", "bin", ...MARKS].join(",")];
  genes.forEach((values, gene) => {
    for (let bin = 0; bin < 100; bin++)
      lines.push([`g${gene}`, bin + 1, ...values.slice(5 * bin, 5 * bin + 5)].join(","));
  });
  return `${lines.join("\n")}\n`;
}

/** Gene 0 of the made tables. */
const GENE = Array.from({ length: 500 }, (_, i) => countAt(0, Math.floor(i / 5) + 1, i % 5, 100));

test("explanations are what they say they are, and can be cancelled", async ({ page }) => {
  await openBarePage(page);
  await test.step("saliency is the slope of the score that a small change of the signal shows", () =>
    saliencyIsASlope(page));
  await test.step("with all bins removed the deletion test gives what the model says of a gene that is its own mean", () =>
    allBinsRemoved(page));
  await test.step("class optimisation lowers its loss, gives a map from 0 to 1 that its seed settles, and can be cancelled", () =>
    optimisesBothClasses(page));
});

async function saliencyIsASlope(page: Page): Promise<void> {
  const places = [
    [50, 1],
    [52, 3],
    [48, 0],
    [10, 2],
    [99, 4],
  ] as const;
  const step = 0.05;
  const changed = places.flatMap(([bin, mark]) =>
    [step, -step].map((by) => GENE.map((value, i) => (i === 5 * bin + mark ? value + 1 + by : value + 1))),
  );
  const { slopes, gradients } = await page.evaluate(
    async ([entry, model, text, places, names]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Explaining;
      const loaded = await Regulens.load(model, { device: "cpu" });
      const read = await loaded.readTable(text);
      const { logit } = await loaded.predict(read);
      const { values, marks } = await loaded.saliency(read, { genes: [0] });
      return {
        slopes: places.map((_, i) => (logit[1 + 2 * i]! - logit[2 + 2 * i]!) / 0.1),
        gradients: places.map(([bin, mark]) => values[bin * marks.length + marks.indexOf(names[mark]!)]!),
      };
    },
    [ENTRY, QUICK_MODEL, tableOf([GENE.map((value) => value + 1), ...changed]), places, MARKS] as const,
  );
  const largest = Math.max(...slopes.map(Math.abs));
  expect(largest).toBeGreaterThan(1e-4);
  slopes.forEach((slope, i) =>
    expect(Math.abs(slope - (gradients[i] ?? NaN)), `place ${i}: ${slope} and ${gradients[i]}`).toBeLessThan(
      2e-4 + 0.01 * largest,
    ),
  );
}

async function allBinsRemoved(page: Page): Promise<void> {
  const means = MARKS.map(
    (_, mark) => GENE.filter((_, i) => i % 5 === mark).reduce((sum, value) => sum + value, 0) / 100,
  );
  const flat = GENE.map((_, i) => means[i % 5] ?? 0);
  const { expected, tested } = await page.evaluate(
    async ([entry, model, text]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Explaining;
      const loaded = await Regulens.load(model, { device: "cpu" });
      const read = await loaded.readTable(text);
      const [whole = NaN, left = NaN] = (await loaded.predict(read)).probability;
      const { curves } = await loaded.deletion(read, {
        ...{ genes: [0], randomOrders: 3, contrast: "gene-mean" },
      });
      const expected = whole >= 0.5 ? whole - left : left - whole;
      return {
        expected,
        tested: curves.map(({ explanation, change, area }) => ({
          explanation,
          first: change[0],
          last: change.at(-1)!,
          mean: area[0]!,
        })),
      };
    },
    [ENTRY, QUICK_MODEL, tableOf([GENE, flat])] as const,
  );
  expect(tested.map(({ explanation }) => explanation)).toEqual([
    "alpha",
    "saliency",
    ...ATTRIBUTIONS,
    "signal",
    "random",
  ]);
  for (const { explanation, first, last, mean } of tested) {
    expect(first).toBe(0);
    expect(Math.abs(last - expected), explanation).toBeLessThan(1e-5);
    expect(Number.isFinite(mean)).toBe(true);
  }
}

async function optimisesBothClasses(page: Page): Promise<void> {
  const found = await page.evaluate(
    async ([entry, model]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Explaining;
      const loaded = await Regulens.load(model, { device: "cpu" });
      const [on, again, off] = [
        await loaded.classOptimisation({ class: "on", steps: 60 }),
        await loaded.classOptimisation({ class: "on", steps: 60 }),
        await loaded.classOptimisation({ class: "off", steps: 60 }),
      ];
      const controller = new AbortController();
      const cancelled = await loaded
        .classOptimisation({
          steps: 100_000,
          signal: controller.signal,
          onProgress: ({ done }: { done: number }) => done > 20 && controller.abort(),
        })
        .then(
          () => "",
          (error: Error) => error.name,
        );
      return { on: [...on.map], again: [...again.map], off: [...off.map], losses: [...on.losses], cancelled };
    },
    [ENTRY, QUICK_MODEL] as const,
  );
  expect(found.losses.length).toBe(60);
  expect(found.losses.at(-1) ?? NaN).toBeLessThan(0.8 * (found.losses[0] ?? NaN));
  expect(found.on.length).toBe(500);
  expect(Math.max(...found.on)).toBe(1);
  expect(Math.min(...found.on)).toBeGreaterThanOrEqual(0);
  expect(found.again).toEqual(found.on);
  expect(found.off).not.toEqual(found.on);
  expect(found.cancelled).toBe("AbortError");
}

/** Attribution methods among the explanations that are tested. */
const ATTRIBUTIONS = ["gradient-x-input", "integrated-gradients", "occlusion"];

/** A variant of each architecture and of each attention, and whether it has α; natively all of them are explained. */
const VARIANTS = [
  ["lstm", false],
  ["lstm-alpha-beta", true],
  ["cnn-attn", true],
  ["deep-chrome", false],
] as const;

test("every variant is explained by all that it has", async ({ page }) => {
  const cases = await openReferenceCases(
    page,
    VARIANTS.map(([variant]) => variant),
  );
  test.skip(!cases, "needs the reference data");
  for (const { name: variant, model, expected: reference, address } of cases ?? []) {
    const [, attends] = VARIANTS.find(([each]) => each === variant)!;
    const counts = tensor(reference, "input.counts");
    const [genes = 0, bins = 0, marks = 0] = counts.shape;
    const lines = [["gene", "bin", ...(card(model)["marks"] as string[])].join(",")];
    for (let gene = 0; gene < genes; gene++)
      for (let bin = 0; bin < bins; bin++)
        lines.push(
          [
            `g${gene}`,
            bin + 1,
            ...counts.values.slice((gene * bins + bin) * marks, (gene * bins + bin + 1) * marks),
          ].join(","),
        );
    const found = await page.evaluate(
      async ([entry, address, text]) => {
        const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Explaining;
        const loaded = await Regulens.load(address, { device: "cpu" });
        const read = await loaded.readTable(text);
        const [{ values }, on, off] = [
          await loaded.saliency(read),
          await loaded.classOptimisation({ steps: 5 }),
          await loaded.classOptimisation({ class: "off", steps: 5 }),
        ];
        const { curves } = await loaded.deletion(read, { maps: { on, off } });
        const [byBin, byMark] = [
          await loaded.attributions(read),
          await loaded.attributions(read, { method: "shapley" }),
        ];
        return {
          complete: [...byBin.complete, ...byMark.complete],
          saliency: [...values],
          explanations: curves.map(({ explanation }) => explanation),
          areas: curves.flatMap(({ area }) => [...area]),
        };
      },
      [ENTRY, address, lines.join("\n")] as const,
    );
    expect(found.explanations, variant).toEqual([
      ...(attends ? ["alpha"] : []),
      "saliency",
      ...ATTRIBUTIONS,
      "class-optimisation",
      "signal",
      "random",
    ]);
    // Shapley values add up by themselves. Of a gene whose maxima jump on the way, integrated gradients may not, which
    // is said of it.
    const [byBin, byMark] = [found.complete.slice(0, genes), found.complete.slice(genes)];
    expect(byMark, variant).toEqual(Array(genes).fill(1));
    expect(byBin.filter((isComplete) => isComplete === 1).length, variant).toBeGreaterThanOrEqual(genes - 1);
    expect(found.areas.every(Number.isFinite), variant).toBe(true);
    expect(found.saliency.length, variant).toBe(counts.values.length);
    expect(
      found.saliency.some((value) => value !== 0),
      variant,
    ).toBe(true);
    if (variant !== "deep-chrome") continue;
    const expected = tensor(reference, "output.saliency").values;
    expect(Math.max(...found.saliency.map((value, i) => Math.abs(value - (expected[i] ?? NaN))))).toBeLessThan(1e-4);
  }
});

/** Runs a table of `genes` genes and waits until one of them is explained. */
async function explained(page: Page, genes: number, marks: readonly string[] = MARKS): Promise<AppPage> {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(file("genes.csv", table({ genes, labels: true, marks })), genes);
  // On a narrow page the list comes first.
  if ((page.viewportSize()?.width ?? 0) < 800) await app.grid.getByRole("row").nth(1).click();
  await app.tab("Test");
  await expect(verdict(page)).toBeVisible();
  return app;
}

/** A track that no model sees, over `genes` genes: highest left of the middle. */
function heldOut(genes: number): string {
  const lines = ["gene,bin,H3K27ac"];
  for (let gene = 0; gene < genes; gene++)
    for (let bin = 1; bin <= 100; bin++) lines.push(`GENE${gene + 1},${bin},${Math.max(0, 20 - Math.abs(bin - 46))}`);
  return `${lines.join("\n")}\n`;
}

const verdict = (page: Page) => page.locator("regulens-gene-test .verdict");

test("a gene is explained: its test, that of another, saliency, what is saved, class optimisation, a second table", async ({
  page,
}) => {
  const app = await explained(page, 20);
  await test.step("a gene opens with what won the deletion test on validation genes, by the model's card", async () => {
    await expect(page.getByRole("radio", { name: /Contributions to the score/ })).toBeChecked();
    await expect(page.getByRole("img", { name: /^Contributions along GENE\d+\. H3K/ })).toBeVisible();
    await expect(page.locator("regulens-chosen")).toHaveText(
      /^\s*Chosen because it won the deletion test on 60 validation genes of K562: area 0\.\d+ against 0\.\d+ of signal \(\+0\.\d+ ± 0\.\d+\)\.\s*$/,
    );
    await expect(verdict(page)).toContainText("bins with the largest integrated gradients");
  });
  await test.step("beside the attention of a gene stands whether the prediction depends on it", async () => {
    await app.lookAtAttention();
    await expect(page.locator("regulens-chosen")).toContainText(
      /Deletion test on 60 validation genes of K562: (no )?better than ranking bins by signal, area .* Integrated gradients has 0\.\d+\./,
    );
    await expect(verdict(page)).toContainText(
      /^Removing the 10 bins with the highest α (lowers|raises|does not change) P\((on|off)\).*10 bins at random: .*\. Area under the curve .*: here (attention (highlights|weakly highlights|does not highlight) bins|the prediction hardly depends)/,
    );
    const said = (await page.getByRole("img", { name: /^Deletion test, GENE\d+\./ }).getAttribute("aria-label")) ?? "";
    const tested = ["attention α", "saliency", "integrated gradients", "occlusion", "signal strength", "random bins"];
    for (const explanation of tested) expect(said).toContain(`${explanation}: area `);
    await expect(page.getByRole("img", { name: /^Signal and attention along/ })).toBeVisible();
    await expect(page.locator("regulens-explained-why .worth")).toContainText(
      /attention α [+−]?\d.*; integrated gradients [+−]?\d.*; signal strength .*; random bins /,
    );
  });
  await test.step("another gene has its own test", async () => {
    const first = await verdict(page).textContent();
    await app.grid.getByRole("row", { name: /GENE2\b/ }).click();
    await expect(page.getByRole("img", { name: /^Deletion test, GENE2\./ })).toBeVisible();
    expect(await verdict(page).textContent()).not.toBe(first);
  });
  await test.step("contributions take the place of attention by the keyboard, add up, and the test speaks of them", async () => {
    const looked = page.getByRole("radio", { name: /Model attention/ });
    await looked.focus();
    await expect(looked).toBeFocused();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("radio", { name: /Contributions to the score/ })).toBeChecked();
    await expect(
      page.getByRole("img", { name: /^Contributions along GENE\d+\. H3K.*by integrated gradients/ }),
    ).toBeVisible();
    const explained = page.locator("regulens-explained-why");
    await expect(explained).toContainText(
      /Log-odds of on: .*account for the difference, .*; their sum is off by [\de.-]+\./,
    );
    await expect(explained).toContainText(/By whole marks \(Shapley values over all 32 subsets\): H3K\w+ [+−]?\d/);
    await expect(verdict(page)).toContainText("bins with the largest integrated gradients");
    const saved = (await app.save(/Save contributions to the score of GENE\d+ as TSV/)).bytes.toString("utf8");
    expect(saved.trimEnd().split("\n").length).toBe(101);
  });
  await test.step("contributions are compared with something else where that is asked for", async () => {
    const explained = page.locator("regulens-explained-why");
    await app.tab("Why");
    const against = explained.getByRole("combobox", { name: "Question" });
    for (const [choice, compared, scored] of [
      [
        "What sets it apart from a flat signal at the training means?",
        ...["each mark’s mean in the training data", "at its mean in the training data"],
      ],
      ["Where along this gene? (positions, not marks)", "each mark’s mean over the gene", "at its mean over the gene"],
      [
        "Why this prediction rather than that of a gene without signal?",
        ...["compared with a gene without signal", "without any signal"],
      ],
    ] as const) {
      await against.selectOption({ label: choice });
      await expect(explained).toContainText(new RegExp(`Log-odds of on: [^;]+; [^;]*${scored} `));
      await expect(page.getByRole("img", { name: /^Contributions along GENE\d+\./ })).toContainText(compared);
      await expect(against).toHaveValue(/./);
    }
  });
  await test.step("a gene is compared with another, by its id; with itself or with none of the table it is not", async () => {
    const explained = page.locator("regulens-explained-why");
    const question = explained.getByRole("combobox", { name: "Question" });
    await question.selectOption({ label: "Why different from another gene?" });
    const gene = explained.getByLabel("Gene", { exact: true });
    await expect(gene).toBeFocused();
    for (const [typed, why] of [
      ["NOSUCH", /Found no gene NOSUCH; expected the id or the symbol of one of the table, such as GENE1/],
      ["GENE2", /This is the same gene/],
    ] as const) {
      await gene.fill(typed);
      await gene.press("Enter");
      await expect(explained.getByRole("alert")).toHaveText(why);
    }
    await gene.fill("GENE1");
    await gene.press("Enter");
    await expect(explained).toContainText(/Log-odds of on: [^;]+; of GENE1 [^;]+account for the difference/);
    await expect(page.getByRole("img", { name: /^Contributions along GENE2\./ })).toContainText("the gene GENE1");
    await expect(question.locator("option:checked")).toHaveText("Why different from GENE1?");
    await expect(gene).toHaveCount(0);
    // Opened itself, it is explained as any other.
    await app.grid.getByRole("row", { name: /^GENE1\b/ }).click();
    await expect(page.getByRole("img", { name: /^Contributions along GENE1\./ })).toContainText(
      "a gene without signal",
    );
    await expect(question.locator("option:checked")).toHaveText(/rather than that of a gene without signal/);
    await app.grid.getByRole("row", { name: /GENE2\b/ }).click();
    await expect(page.getByRole("img", { name: /^Contributions along GENE2\./ })).toContainText(
      "a gene without signal",
    );
    await app.tab("Test");
  });
  await test.step("saliency follows by the keyboard, and the test speaks of it", async () => {
    await page.getByRole("radio", { name: /Contributions to the score/ }).focus();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("radio", { name: /Sensitivity of the score/ })).toBeChecked();
    await expect(page.getByRole("img", { name: /^Saliency along GENE\d+\. H3K/ })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Signal and attention along/ })).toBeHidden();
    await expect(verdict(page)).toContainText("bins with the largest saliency");
    const reader = page.getByRole("slider", { name: /^saliency of/ });
    // A figure that is drawn anew forgets the key.
    await expect(async () => {
      await reader.focus();
      await page.keyboard.press("Home");
      await expect(reader).toHaveAttribute("aria-valuetext", /bin 1 of 100.*H3K.* signal .*, saliency/, {
        timeout: 2000,
      });
    }).toPass({ timeout: 60_000 });
  });
  await test.step("figures of explanations are saved as SVG, PNG and TSV", async () => {
    const tsv = await app.save(/Save deletion test of GENE\d+ as TSV/);
    expect(tsv.name).toMatch(/^genes\.GENE\d+\.deletion\.tsv$/);
    const rows = tsv.bytes
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows[0]).toEqual([
      ...["bins_removed", "fall_alpha", "fall_saliency", "fall_integrated-gradients", "fall_occlusion"],
      ...["fall_signal", "fall_random"],
    ]);
    expect(rows[1]).toEqual(Array(7).fill("0"));
    expect(rows.at(-1)?.[0]).toBe("area");
    await pick(page.getByRole("radio", { name: /Sensitivity of the score/ }));
    const svg = await app.save(/Save saliency of GENE\d+ as SVG/);
    expect(svg.bytes.toString("utf8")).toMatch(/<metadata>[\s\S]*genes\.csv[\s\S]*[0-9a-f]{64}/);
    const png = await app.save(/Save saliency of GENE\d+ as PNG/);
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
    const bins = (await app.save(/Save saliency of GENE\d+ as TSV/)).bytes.toString("utf8").trimEnd().split("\n");
    expect(bins.length).toBe(101);
  });
  await test.step("class optimisation is found for both classes, shown, and put to the test", async () => {
    const analyses = page.locator("regulens-analyses");
    await analyses.getByRole("spinbutton", { name: "Steps" }).fill("40");
    await analyses.getByRole("spinbutton", { name: "Steps" }).press("Tab");
    await analyses.getByRole("button", { name: "Compute both inputs" }).click();
    await expect(
      analyses.getByRole("img", { name: /^Input that the model is most confident is on\..*in 40 steps\./ }),
    ).toBeVisible();
    await analyses.getByRole("combobox", { name: "Class" }).selectOption("off");
    await expect(analyses.getByRole("img", { name: /^Input that the model is most confident is off\./ })).toBeVisible();
    await pick(page.getByRole("radio", { name: /Typical input of the class/ }));
    await expect(verdict(page)).toContainText("bins with the highest values of class optimisation");
  });
  await test.step("a second table over other windows, or of other genes, is refused with what to do", async () => {
    const input = page.locator("regulens-held-out input[type=file]");
    await input.setInputFiles({
      ...file("wide.csv", table({ genes: 5, bins: 50, marks: ["H3K27ac"] })),
      mimeType: "text/csv",
    });
    await expect(app.alert()).toContainText("wide.csv: found 50 bins a gene; expected 100, as in genes.csv");
    await input.setInputFiles({ ...file("others.csv", heldOut(3).replaceAll("GENE", "X")), mimeType: "text/csv" });
    await expect(app.alert()).toContainText(
      "others.csv: found no gene of genes.csv; expected the same names, such as GENE1, not X1",
    );
  });
  await test.step("a second table is matched by gene, and genes that it has not are listed", async () => {
    const analyses = page.locator("regulens-analyses");
    await expect(analyses).toContainText("genes.csv has no mark that the model does not read");
    await expect(analyses.getByRole("button", { name: "Correlate" })).toHaveCount(0);
    await analyses
      .locator("regulens-held-out input[type=file]")
      .setInputFiles({ ...file("ac.csv", heldOut(18)), mimeType: "text/csv" });
    await expect(analyses).toContainText("ac.csv: 18 genes of 20 matched by name");
    await analyses.getByText("2 genes not in this table").click();
    await expect(analyses.getByText("GENE19, GENE20")).toBeVisible();
    await analyses.getByRole("button", { name: "Correlate" }).click();
    await expect(
      analyses.getByRole("img", { name: /^H3K27ac, held out, .*H3K27ac is greatest at −450 bp, 20\./ }),
    ).toBeVisible();
  });
  await test.step("a second table is dropped beside its analysis, and the table of the run stays", async () => {
    const analyses = page.locator("regulens-analyses");
    const transfer = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "dropped.csv"));
      return transfer;
    }, heldOut(20));
    const panel = analyses.getByRole("group", { name: "Held-out track" });
    for (const type of ["dragenter", "dragover"]) await panel.dispatchEvent(type, { dataTransfer: transfer });
    await expect(page.locator(".dropping")).toHaveCount(0);
    await panel.dispatchEvent("drop", { dataTransfer: transfer });
    await expect(analyses).toContainText("dropped.csv: 20 genes of 20 matched by name");
    await expect(page.locator("regulens-data-step .loaded")).toContainText("genes.csv");
  });
});

test("a set is tested on a stated sample, explained on average, and tested until that is cancelled or another model is chosen", async ({
  page,
}) => {
  const app = await explained(page, 300);
  const analyses = page.locator("regulens-analyses");
  await expect(analyses.getByRole("img")).toHaveCount(0);
  await analyses.getByRole("combobox", { name: "Genes" }).selectOption({ label: "50, drawn at random" });
  await analyses.getByRole("button", { name: "Test 50 genes" }).click();
  await expect(
    analyses.getByRole("img", {
      name: /^Deletion test, mean over 50 genes\. 50 of 300 genes, drawn at random \(seed 1\)\./,
    }),
    // Half a second to a second a gene, and more beside other tests.
  ).toBeVisible({ timeout: 240_000 });
  await expect(analyses.locator(".verdict")).toContainText([
    /highest α .* on average; .* Over these genes/,
    /largest saliency/,
  ]);
  await expect(analyses.locator("regulens-set-test")).toContainText(/as measured on this run: /);
  const means = analyses.locator("regulens-set-means");
  const drawn = means.getByRole("img", { name: /^Mean contributions, [\d,]+ genes? predicted on and / });
  await test.step("a gradient of each gene is averaged over those predicted on and off, and says how well it adds up", async () => {
    await expect(means).toContainText("The time left is estimated from the first genes");
    await means.getByRole("combobox", { name: "Method" }).selectOption("gradient-x-input");
    await means.getByRole("combobox", { name: "Averaged over" }).selectOption("all");
    await means.getByRole("button", { name: "Explain 300 genes" }).click();
    await expect(drawn).toHaveAccessibleName(/Over \d+ genes? predicted on: H3K\w+ (most at|zero in)/, {
      timeout: 120_000,
    });
    await expect(means.locator(".said")).toContainText(
      /^\s*All 300 genes: \d+ predicted on, \d+ predicted off\. Method: gradient × input, .* The sum need not be exact: .* scores \(largest: GENE\d+\)/,
    );
  });
  await test.step("the means are saved bin by bin, of either class", async () => {
    const tsv = await app.save(/Save mean explanation of the genes as TSV/);
    expect(tsv.name).toBe("genes.explanation-means.tsv");
    const rows = tsv.bytes.toString("utf8").trimEnd().split("\n");
    expect(rows[0]).toMatch(/^bin\tmean_on_H3K\w+\t.*\tmean_size_on_H3K\w+\t.*\tmean_off_H3K/);
    expect(rows).toHaveLength(101);
  });
  await test.step("integrated gradients of all genes are cancelled, and what was found stays", async () => {
    await means.getByRole("combobox", { name: "Method" }).selectOption("integrated-gradients");
    await means.getByRole("button", { name: "Explain 300 genes" }).click();
    await expect(means).toContainText(/\d+ of 300 genes.* left/, { timeout: 60_000 });
    await means.getByRole("button", { name: "Cancel" }).click();
    await expect(means.getByRole("progressbar")).toHaveCount(0);
    await expect(drawn).toBeVisible();
    await expect(means).toContainText(/About .*, as measured on this run/);
    await expect(app.alert()).toHaveCount(0);
  });
  await test.step("a long test is cancelled, and the page goes on", async () => {
    await analyses.getByRole("combobox", { name: "Genes" }).selectOption("all");
    await analyses.getByRole("button", { name: "Test 300 genes" }).click();
    await expect(analyses.getByRole("progressbar")).toBeVisible();
    await analyses.getByRole("button", { name: "Cancel" }).click();
    await expect(analyses.getByRole("progressbar")).toHaveCount(0);
    await expect(app.alert()).toHaveCount(0);
    await expect(analyses.getByRole("button", { name: "Test 300 genes" })).toBeEnabled();
  });
  await test.step("another model ends a test that goes on, and the results say what is missing", async () => {
    await analyses.getByRole("combobox", { name: "Genes" }).selectOption("all");
    await analyses.getByRole("button", { name: "Test 300 genes" }).click();
    await expect(analyses.getByRole("progressbar")).toBeVisible();
    await app.chooseCellType("H1");
    await expect(page.getByText("Not up to date")).toBeVisible();
    await expect(analyses.getByRole("progressbar")).toHaveCount(0);
    await app.grid.getByRole("row").nth(3).click();
    await expect(page.locator("regulens-gene-test")).toContainText(
      "The open model is not the one that made these results. Run it on the table",
    );
    await analyses.getByRole("button", { name: "Compute both inputs" }).click();
    await expect(app.alert()).toContainText(
      "The open model is not the one that made these results. What to do: Run it on the table",
    );
  });
});

test("a mark that the model does not use is correlated with every explanation, beside what explains nothing", async ({
  page,
}) => {
  const app = await explained(page, 8, [...MARKS, "H3K27ac"]);
  const analyses = page.locator("regulens-analyses");
  await expect(analyses).toContainText("genes.csv has H3K27ac in addition to the model’s marks");
  await expect(analyses.getByRole("combobox", { name: "Mark of the model" })).toHaveValue("H3K4me3");
  await expect(analyses.getByRole("combobox", { name: "Track averaged over" })).toHaveValue("labelled");
  await analyses.getByRole("button", { name: "Correlate" }).click();
  const correlations = analyses.getByRole("img", { name: /^Correlation of the importance of H3K4me3 with H3K27ac/ });
  await expect(correlations).toBeVisible();
  const said = (await correlations.getAttribute("aria-label")) ?? "";
  for (const row of [
    "attention α: ",
    "saliency, absolute: ",
    "saliency, signed: ",
    "the mark’s mean signal: ",
    "proximity to the TSS: ",
    "uniform: none",
  ])
    expect(said).toContain(row);
  expect(said).toContain("H3K27ac over 4 genes labelled on");
  await expect(analyses.getByRole("img", { name: /^H3K27ac, held out, and the mean α of H3K4me3/ })).toBeVisible();
  await analyses.getByRole("combobox", { name: "Drawn below the track" }).selectOption("signal");
  await expect(analyses.getByRole("img", { name: /^H3K27ac, held out, and the mean signal of H3K4me3/ })).toBeVisible();
  await test.step("at 360 pixels no explanation runs out of the page", async () => {
    await analyses.getByRole("button", { name: "Test 8 genes" }).click();
    await expect(analyses.getByRole("img", { name: /^Deletion test/ })).toBeVisible();
    await page.setViewportSize({ width: 360, height: 800 });
    // On a narrow page the list comes first.
    await app.grid.getByRole("row").nth(1).click();
    await app.tab("Test");
    await expect(analyses.getByRole("img")).toHaveCount(3);
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});

test("without the script that explains, the page says what is missing, and does the rest", async ({
  page,
  watched,
}) => {
  watched.expectError(/after-a-run-.*\.js|ERR_FAILED/);
  await page.route("**/after-a-run-*.js", (route) => route.abort());
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(file("genes.csv", table({ genes: 5 })), 5);
  await expect(page.getByRole("heading", { name: "Explanations and comparisons are missing" })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Signal and attention along/ })).toBeVisible();
});
