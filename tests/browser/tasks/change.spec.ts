// Models of a change between two cell types: the reference cases through the package, and the page on two tables.

import { changeModel, choose, openChange, pair } from "../support/change-page.ts";
import { devices, expect, hasWebGpu, openReferenceCases, test } from "../support/fixtures.ts";
import type { TestFile } from "../support/app-page.ts";
import { ENTRY, openBarePage, type Package } from "../support/package.ts";
import { card, hasTensor, tensor } from "../support/safetensors.ts";

/** All reference cases of DeepDiff: each variant at a small odd size, two at the published one. */
const CASES = [
  "raw-d",
  "raw-c",
  "raw",
  "aux",
  "raw-aux",
  "aux-siamese",
  "raw-aux-siamese",
  "raw-d.full",
  "raw-aux-siamese.full",
];

/** A table with a header of the counts of a case. */
function tableOf(expected: Buffer, input: string, marks: readonly string[]): string {
  const { shape, values } = tensor(expected, input);
  const [genes = 0, bins = 0, columns = 0] = shape;
  const lines = [["gene", "bin", ...marks].join(",")];
  for (let row = 0; row < genes * bins; row++)
    lines.push(
      [`g${Math.floor(row / bins)}`, (row % bins) + 1, ...values.slice(row * columns, (row + 1) * columns)].join(","),
    );
  return lines.join("\n");
}

/** Expected values of the package's outputs in a case; none where the variant has no such output. */
function wantedOf(expected: Buffer): Record<string, number[]> {
  const of = (name: string): number[] =>
    hasTensor(expected, `output.${name}`) ? tensor(expected, `output.${name}`).values : [];
  const [a, b] = [of("prediction_a"), of("prediction_b")];
  return {
    foldChange: of("prediction"),
    expression: a.flatMap((value, gene) => [value, b[gene] ?? NaN]),
    alpha: of("alpha"),
    beta: of("beta"),
    auxiliaryAlpha: of("auxiliary_alpha"),
    auxiliaryBeta: of("auxiliary_beta"),
  };
}

/** One of each architecture computes on WebGPU too; natively, wgpu has all of them. */
const ON_WEBGPU = ["raw-d.full", "raw-aux-siamese"];

test("all reference cases are met within 1e-5", { tag: "@webgpu" }, async ({ page }, { project }) => {
  const cases = await openReferenceCases(page, hasWebGpu(project) ? ON_WEBGPU : CASES);
  test.skip(!cases, "needs the reference data");
  for (const { name, model, expected, address } of cases ?? [])
    await test.step(`the reference case ${name} is met within 1e-5`, async () => {
      const tables = ["a", "b"].map((cell) =>
        tableOf(expected, `input.counts_${cell}`, card(model)["marks"] as string[]),
      ) as [string, string];
      const wanted = wantedOf(expected);
      for (const options of devices(project)) {
        const got = await page.evaluate(
          async ([entry, address, [a, b], options]) => {
            const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
            const loaded = await Regulens.load(address, options);
            const result = await loaded.predict(await loaded.readTable(a), await loaded.readTable(b));
            loaded.free();
            const { foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta, device: ran } = result;
            const values = Object.fromEntries(
              Object.entries({ foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta }).map(
                ([output, array]) => [output, [...array]],
              ),
            );
            return { values, ran };
          },
          [ENTRY, address, tables, options] as const,
        );
        const device = Object.values(options).join(", ");
        expect(got.ran, `${device}: ${got.ran.reason}`).toMatchObject({
          kind: options.device,
          ...("simd" in options ? { simd: options.simd } : {}),
        });
        for (const [output, values] of Object.entries(got.values)) {
          expect(values.length, `${output} on ${device}`).toBe(wanted[output]?.length);
          const error = Math.max(
            0,
            ...values.map((value, i) => Math.abs(value - (wanted[output]?.[i] ?? NaN)) / Math.max(1, Math.abs(value))),
          );
          expect(error, `${output} on ${device}`).toBeLessThan(1e-5);
          console.log(`${name}, ${device}, ${output}: ${error.toExponential(1)}`);
        }
      }
    });
});

test("two tables are matched by gene or refused, run, ranked, saved and compared with measured counts", async ({
  page,
}) => {
  // Half of the width of an interval of 90 % is the 90th score.
  const scores = Array.from({ length: 99 }, (_, i) => (i + 1) / 300);
  const conformal = { scores, floor: 0, genes: 99, data: "genes that chose nothing" };
  const app = await openChange(page, undefined, { format_version: 2, conformal });
  test.skip(!app, "needs the reference data");
  if (!app) return;
  await expect(page.getByText("Add the tables of both cell types, A: K562 and B: H1.")).toBeVisible();
  await test.step("one table, no common gene, too few bins, a missing mark and bad counts are each said with what to do", async () => {
    const [a, b] = pair(2);
    await choose(page, "A", a);
    await expect(page.getByText("Add the table of B: H1 too")).toBeVisible();
    await expect(app.run).toBeDisabled();
    await choose(page, "B", { name: "narrow.csv", buffer: pair(2, 100)[1].buffer });
    await expect(page.getByText("B: The table has 100 bins per gene; the model needs 200.")).toBeVisible();
    await expect(page.getByText("Make a table of 200 bins around each TSS.")).toBeVisible();
    await choose(page, "B", { name: "wide.csv", buffer: pair(2, 400)[1].buffer });
    await page.getByRole("checkbox", { name: /Use bins 101–300/ }).check();
    await expect(app.run).toBeEnabled();
    await choose(page, "B", {
      name: "marks.csv",
      buffer: Buffer.from(b.buffer.toString().replace("H3K4me3", "H3K27ac")),
    });
    await expect(page.getByText("B: The table has no column for H3K4me3.")).toBeVisible();
    await choose(page, "B", {
      name: "others.csv",
      buffer: Buffer.from(b.buffer.toString().replaceAll("ENSG", "XENG")),
    });
    await app.run.click();
    await expect(app.alert()).toContainText(/K562\.csv.*others\.csv/);
    await expect(app.alert()).toContainText("Give two tables of the same genes");
    await choose(page, "B", {
      name: "negative.csv",
      buffer: Buffer.from(b.buffer.toString().replace(/^(ENSG\d+\.7,3,)\d+/m, "$1-4")),
    });
    await expect(app.alert().filter({ hasText: "negative.csv" })).toContainText(/line 4/);
    await choose(page, "B", b);
    await app.run.click();
    await expect(app.results).toBeVisible();
    await page
      .locator("regulens-change input[type=file]")
      .first()
      .setInputFiles({
        name: "bad.csv",
        mimeType: "text/csv",
        buffer: Buffer.from("gene,count\nENSG00000000001,-3\n"),
      });
    await expect(app.alert()).toContainText(/bad\.csv.*line 2/);
  });
  await app.openSetup();
  const [a, b] = pair(12);
  // Given in the other order, they are told apart by their names.
  await choose(page, "A", [b, a]);
  await expect(page.getByRole("region", { name: "Table of A: K562" })).toContainText("K562.csv");
  await expect(page.getByRole("region", { name: "Table of B: H1" })).toContainText("H1.csv");
  await app.run.click();
  await expect(app.results).toBeVisible();
  await expect(app.grid).toHaveAttribute("aria-rowcount", "13");
  await expect(
    page.getByText("positive for a gene that is higher in H1").filter({ visible: true }).first(),
  ).toBeVisible();

  const predictions = await app.predictions();
  expect(predictions.size).toBe(12);
  const changes = [...predictions.values()].map((values) => values["log2_fold_change"] ?? NaN);
  expect(Object.keys(predictions.values().next().value ?? {})).toEqual(
    expect.arrayContaining([
      "log2_fold_change",
      "beta_A_H3K4me3",
      "beta_diff_H3K4me3",
      "beta_auxB_H3K4me3",
      "log2_count_A",
      "log2_count_B",
    ]),
  );
  const unsure = [...predictions.values()].filter(({ interval_low: low = NaN, interval_high: high = NaN }, i) => {
    expect([low, high].map((end) => Math.abs(end - changes[i]!))).toEqual(
      [0.3, 0.3].map((half) => expect.closeTo(half, 3)),
    );
    return low <= 0 && high >= 0;
  }).length;
  await expect(page.locator("regulens-change .sure")).toContainText(
    `${12 - unsure} with a confident sign, ${unsure} uncertain`,
  );
  await page.getByLabel("Genes listed").selectOption({ label: "Uncertain sign" });
  await expect(app.grid).toHaveAttribute("aria-rowcount", String(unsure + 1));
  await page.getByLabel("Genes listed").selectOption({ label: "All" });
  const ranked = await app.grid.getByRole("row").nth(1).getByRole("gridcell").first().textContent();
  expect(predictions.get(ranked ?? "")?.["log2_fold_change"]).toBe(Math.max(...changes));

  await app.openRemarks();
  await expect(page.locator("regulens-notice").filter({ hasText: "3 genes in one table only" })).toBeVisible();
  const unmatched = await app.save("Unmatched genes (TSV)");
  expect(unmatched.name).toBe("K562-H1.unmatched.tsv");
  expect(unmatched.bytes.toString()).toBe(
    "only_in\tfile\tgene\nA\tK562.csv\tENSG00000000013\nB\tH1.csv\tOTHER13\nB\tH1.csv\tOTHER14\n",
  );

  const counts = (shift: number, versions: boolean): TestFile => ({
    name: `counts-${shift}.csv`,
    buffer: Buffer.from(
      [
        "gene,count",
        ...[...predictions.keys()].map((gene, i) => `${gene}${versions ? ".2" : ""},${(i * 37 + shift) % 101}`),
      ].join("\n"),
    ),
  });
  await page.keyboard.press("Escape");
  await app.tab("Test");
  const counted = page.locator("regulens-change input[type=file]");
  await counted.nth(0).setInputFiles({ ...counts(0, false), mimeType: "text/csv" });
  await counted.nth(1).setInputFiles({ ...counts(50, true), mimeType: "text/csv" });
  await expect(
    page.getByRole("img", { name: /^Predicted against measured log2 fold change of 12 genes/ }),
  ).toBeVisible();
  const scatter = (await app.save("Save predicted against measured change as TSV")).bytes
    .toString()
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t").slice(1).map(Number));
  const mean = (of: number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const [x, y] = [scatter.map(([value]) => value ?? NaN), scatter.map(([, value]) => value ?? NaN)];
  const sum = (f: (i: number) => number) => x.reduce((total, _, i) => total + f(i), 0);
  const [dx, dy] = [(i: number) => (x[i] ?? NaN) - mean(x), (i: number) => (y[i] ?? NaN) - mean(y)];
  const r = sum((i) => dx(i) * dy(i)) / Math.sqrt(sum((i) => dx(i) ** 2) * sum((i) => dy(i) ** 2));
  await expect(page.locator("regulens-change dl > div").filter({ hasText: "Pearson’s r" })).toContainText(r.toFixed(3));
  expect(x[1]).toBeCloseTo(Math.log2((87 + 1) / (37 + 1)), 5);

  // Marks are then weighed over the genes that were measured to change, as in the paper.
  await app.openOverview();
  const threshold = page.getByRole("spinbutton", { name: "Genes measured to change by more than" });
  await threshold.fill("1");
  await threshold.press("Tab");
  await expect(page.getByRole("img", { name: /genes of a measured log2 fold change above \+1/ })).toBeVisible();
  const driving =
    (await app.save("Save mean attention to the marks of genes up and down as TSV")).bytes
      .toString()
      .split("\n")[1]
      ?.split("\t") ?? [];
  expect([Number(driving[1]), Number(driving[4])]).toEqual([
    x.filter((value) => value > 1).length,
    x.filter((value) => value < -1).length,
  ]);
});

test("a change is looked into: by a gene's changed signal, and by the marks of the genes that change most", async ({
  page,
}) => {
  const app = await openChange(page);
  test.skip(!app, "needs the reference data");
  if (!app) return;
  await choose(page, "A", pair(6));
  await app.run.click();
  await test.step("a gene's signal is changed by mark and region, the prediction follows, and undo takes it back", async () => {
    await app.tab("What if");
    const perturb = page.locator("regulens-perturb");
    const outcome = perturb.locator(".outcome");
    await expect(
      page.getByRole("img", { name: /^Signal and attention along ENSG\d+ in two cell types/ }),
    ).toBeVisible();
    await perturb.getByRole("combobox", { name: "Mark" }).selectOption("H3K4me3");
    await perturb.getByRole("button", { name: "Set to zero" }).click();
    await expect(outcome).toContainText(/changed from [+−]\d+\.\d\d to [+−]\d+\.\d\d, by .* ms on the CPU/);
    const before = await page.getByRole("img", { name: /^Signal and attention along/ }).getAttribute("aria-label");
    expect(before).toContain("of the signal as measured");
    const first = await outcome.textContent();
    await perturb.getByRole("button", { name: "Set to that of B, H1" }).click();
    await expect(outcome).not.toHaveText(first ?? "");
    await expect(perturb.getByRole("listitem")).toHaveText([/H3K4me3 of A, K562: set to that of B, H1/]);
    await perturb.getByRole("slider", { name: "Scale by" }).fill("2.5");
    await expect(perturb.getByRole("listitem")).toHaveText([/H3K4me3 of A, K562: × 2.5/]);

    // A region by the keyboard, on the tracks themselves.
    const reader = page.getByRole("slider", { name: /^signal and attention of ENSG/ });
    await expect(async () => {
      // A prediction that arrives meanwhile draws the tracks anew.
      await reader.focus();
      await page.keyboard.press("Home");
      await page.keyboard.press("Shift+PageUp");
      await expect(perturb.getByLabel("First bin")).toHaveValue("1", { timeout: 2_000 });
      await expect(perturb.getByLabel("Last bin")).toHaveValue("11", { timeout: 2_000 });
    }).toPass();
    // And by dragging.
    const width = (await reader.boundingBox())?.width ?? NaN;
    // Hovering brings the place into view, wherever the tall picture stands.
    await reader.hover({ position: { x: 0.4 * width, y: 60 } });
    await page.mouse.down();
    const box = await reader.boundingBox();
    if (!box) throw new Error("the tracks have no place");
    await page.mouse.move(box.x + 0.6 * width, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await expect(perturb.getByLabel("First bin")).not.toHaveValue("1");
    await perturb.getByRole("button", { name: "Set to zero" }).click();
    await expect(perturb.getByRole("listitem")).toHaveCount(2);
    await perturb.getByRole("button", { name: "Undo", exact: true }).click();
    await expect(perturb.getByRole("listitem")).toHaveCount(1);
    await perturb.getByRole("button", { name: "Reset" }).click();
    await expect(outcome).toHaveCount(0);
    expect(
      await page.getByRole("img", { name: /^Signal and attention along/ }).getAttribute("aria-label"),
    ).not.toContain("of the signal as measured");
  });
  await test.step("marks of the tenth of the genes that change most are shown, or at a threshold that can be set", async () => {
    await app.openOverview();
    await expect(page.getByRole("img", { name: /^Marks of genes that go up and down\./ })).toBeVisible();
    const threshold = page.getByRole("spinbutton", { name: /change by more than/ });
    await expect(threshold).toHaveValue(/^\d+(\.\d+)?$/);
    await threshold.fill("100");
    await threshold.press("Tab");
    await expect(page.getByText(/No gene is predicted to change that much/)).toBeVisible();
    await page.getByRole("button", { name: "Most-changed tenth" }).click();
    await expect(page.getByRole("img", { name: /^Marks of genes that go up and down\./ })).toBeVisible();
    const predictions = [...(await app.predictions()).values()];
    const [up, down] = [
      predictions.filter((values) => (values["log2_fold_change"] ?? 0) > 0),
      predictions.filter((values) => (values["log2_fold_change"] ?? 0) < 0),
    ];
    await threshold.fill("0");
    await threshold.press("Tab");
    // Until the means come, those of the threshold before are shown.
    await expect(page.getByText(new RegExp(` ${up.length} up in H1, ${down.length} down in H1 `))).toBeVisible();
    await expect(
      page.getByRole("img", {
        name: /^Marks of genes that go up and down\. .*one standard deviation.*groups are not added up/,
      }),
    ).toBeVisible();
    const saved = (await app.save("Save mean attention to the marks of genes up and down as TSV")).bytes
      .toString()
      .trimEnd()
      .split("\n");
    expect(saved[0]).toBe(
      "column\tgenes_up\tmean_beta_up\tstandard_deviation_up\tgenes_down\tmean_beta_down\tstandard_deviation_down",
    );
    expect(saved.length).toBe(26);
    const [column, genesUp, , , genesDown, meanDown] = (saved[1] ?? "").split("\t");
    expect([column, Number(genesUp), Number(genesDown)]).toEqual(["A_H3K4me1", up.length, down.length]);
    if (down.length > 0)
      expect(Number(meanDown)).toBeCloseTo(
        down.reduce((sum, values) => sum + (values["beta_A_H3K4me1"] ?? NaN), 0) / down.length,
        5,
      );
  });
});

test("the difference alone is said to have no attention of A and B", async ({ page }) => {
  const app = await openChange(page, "raw-d.full");
  test.skip(!app, "needs the reference data");
  if (!app) return;
  await choose(page, "A", pair(3));
  await app.run.click();
  await expect(
    page
      .locator("regulens-change")
      .getByText(
        "Raw: d reads only the difference A − B: there is no α or β of A or of B alone. It has no " + "auxiliary tasks",
      ),
  ).toBeVisible();
});

test("a model of a change refuses one table in the package, and a model of one cell type two", async ({ page }) => {
  const model = await changeModel();
  test.skip(!model, "needs the reference data");
  if (!model) return;
  await page.route("**/golden/model.safetensors", (route) => route.fulfill({ body: model.buffer }));
  await openBarePage(page);
  const catalogue = (await (await page.request.get("models/catalogue.json")).json()) as { models: { file: string }[] };
  const codes = await page.evaluate(
    async ([entry, text, other]) => {
      const { Regulens } = (await import(new URL(entry, document.baseURI).href)) as Package;
      const code = (work: Promise<unknown>) =>
        work.then(
          () => "",
          (error: { code: string }) => error.code,
        );
      const [change, one] = [
        await Regulens.load("golden/model.safetensors", { device: "cpu" }),
        await Regulens.load(other, { device: "cpu" }),
      ];
      const table = await change.readTable(text);
      return [await code(change.predict(table)), await code(one.predict(table, table as object))];
    },
    [ENTRY, pair(2)[0].buffer.toString(), `models/${catalogue.models[0]?.file}`] as const,
  );
  expect(codes).toEqual(["one-table", "two-tables"]);
});
