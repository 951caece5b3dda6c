// Figures of a table: its own unit, no mark that nobody measured, and paper under them when they are saved.

import { readFile } from "node:fs/promises";
import { violations } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";
import { AppPage, QUICK } from "../support/app-page.ts";
import { OneFile, saveAsOneFile } from "../support/standalone-page.ts";
import { countAt, MARKS, table } from "../support/tables.ts";

const file = (name: string, text: string) => ({ name, buffer: Buffer.from(text) });

const NOTES = [
  `# ${MARKS.filter((mark) => mark !== "H3K27me3").join(", ")}: mean signal; 100 bins of 100 bp, 5000 bp before ` +
    "and 5000 bp behind the TSS, in genomic order",
  "# H3K27me3: not measured; 1.105 stands in for it in all bins: the mark's mean in the model's training data",
];

/** A table as the page makes it of four bigWigs, with 1.105 in every bin of the fifth mark. */
function withoutOne(genes: number): string {
  const rows = [...NOTES, ["gene", "bin", ...MARKS].join(",")];
  for (let gene = 0; gene < genes; gene++)
    for (let bin = 1; bin <= 100; bin++) {
      const values = MARKS.map((mark, i) => (mark === "H3K27me3" ? 1.105 : countAt(gene, bin, i, 100) * 0.9));
      rows.push([`GENE${gene + 1}`, bin, ...values].join(","));
    }
  return `${rows.join("\n")}\n`;
}

test("a mark that was not measured, on the page and in a page of one file", async ({ page }, info) => {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(file("means.csv", withoutOne(12)), 12);
  await test.step("a mark that was not measured is hatched in the page and in what is saved, and the unit is the table's", async () => {
    const rests = page.getByRole("img", { name: /^Contributions along GENE/ });
    await expect(rests).toContainText("not measured, 1.105 stands in");
    await app.lookAtAttention();
    const figure = page.getByRole("img", { name: /^Signal and attention along GENE/ });
    await expect(figure).toContainText("not measured, 1.105 stands in");
    await expect(figure).toContainText("mean signal");
    await expect(figure).not.toContainText("reads per bin");
    const svg = (await app.save(/^Save signal and attention of GENE\d+ as SVG/)).bytes.toString("utf8");
    const drawn = svg.split('data-mark="H3K27me3"')[1]!.split("data-mark=")[0]!;
    expect(drawn).toContain("not measured, 1.105 stands in");
    expect(drawn).not.toContain("α");
    expect(svg).toContain(">mean signal<");
    const tsv = (await app.save(/^Save signal and attention of GENE\d+ as TSV/)).bytes.toString("utf8").split("\n");
    const column = tsv[0]!.split("\t").indexOf("signal_H3K27me3_not_measured");
    expect(tsv[1]!.split("\t")[column]).toBe("NaN");
    await expect(page.getByRole("img", { name: /^Attention over marks/ })).toContainText(
      "not measured, 1.105 stands in",
    );
    await app.openOverview();
    await expect(page.getByRole("img", { name: /^Mean attention along/ })).toContainText("H3K27me3 not measured");
  });
  await test.step("a page of one file says of its values what the page said, and when and where it was saved", async () => {
    const saved = await saveAsOneFile(page, info.outputPath("means.html"), { genes: 5 });
    const one = await OneFile.open(page, saved.path);
    await one.finished(5);
    await one.lookAtAttention();
    const figure = one.page.getByRole("img", { name: /^Signal and attention along GENE/ });
    await expect(figure).toContainText("mean signal");
    await expect(figure).toContainText("not measured, 1.105 stands in");
    await expect(one.page.locator("regulens-notice", { hasText: "not measured" })).toContainText(
      "H3K27me3 was not measured",
    );
    const origin = one.page.locator("regulens-standalone .origin");
    await expect(origin).toContainText(`Saved on ${new Date().toISOString().slice(0, 10)} with Regulens`);
    await expect(origin.getByRole("link").first()).toHaveAttribute("href", new URL(".", page.url()).href);
    await one.close();
  });
});

test("what is unusual of a table is said, and its figures are saved on white", async ({ page }) => {
  const app = await new AppPage(page).open(QUICK);
  await test.step("values of another scale are said above the results, in the record and in the methods", async () => {
    const rows = table({ genes: 20 })
      .trimEnd()
      .split("\n")
      .map((line, i) => {
        const [gene, bin, ...values] = line.split(",");
        return i === 0 ? line : [gene, bin, ...values.map((value) => Number(value) * 37.13)].join(",");
      });
    await app.chooseTable(file("normalised.csv", `${rows.join("\n")}\n`));
    await expect(page.locator("regulens-understood")).toContainText("these may be normalised, or multiplied");
    await expect(page.locator("regulens-understood")).not.toContainText("means instead of counts");
    await app.run.click();
    await app.finished(20);
    const notice = page.locator("regulens-bar regulens-notice", { hasText: "unlike the training data" });
    await expect(notice).toContainText("times as large as the counts that the model was trained on");
    const record = JSON.parse((await app.save("Run record (JSON)")).bytes.toString("utf8")) as {
      unlike_training: string[];
    };
    expect(record.unlike_training.join()).toContain("times as large as the counts");
    await app.openBarMenu("Export");
    await page.getByRole("button", { name: "Methods" }).click();
    await expect(page.getByRole("dialog")).toContainText("differ from those the model was trained on");
    await page.keyboard.press("Escape");
    // Once it is undone nothing is said.
    await page.keyboard.press("Escape");
    await app.openSetup();
    for (const box of await page.getByRole("checkbox", { name: /^Multiply/ }).all()) await box.check();
    await app.run.click();
    await app.finished(20);
    await expect(notice).toHaveCount(0);
  });
  await test.step("means and counts in one table are said, and no one factor is offered for both", async () => {
    const [described = ""] = NOTES;
    const text = withoutOne(12).replace(
      described,
      "# H3K9me3, H3K4me3: mean signal; H3K36me3, H3K4me1: counts of reads; 100 bins of 100 bp, in genomic order",
    );
    await app.chooseTable(file("mixed.csv", text));
    const mixed = "H3K9me3, H3K4me3: mean signal; H3K36me3, H3K4me1: reads per bin";
    await expect(
      page.locator("regulens-understood regulens-notice", { hasText: "have different units" }),
    ).toContainText(mixed);
    await expect(page.getByRole("checkbox", { name: /^Multiply all marks/ })).toHaveCount(0);
    await app.run.click();
    await app.finished(12);
    await expect(page.locator("regulens-bar regulens-notice", { hasText: "have different units" })).toContainText(
      mixed,
    );
    const figure = page.getByRole("img", { name: /^Contributions along GENE/ });
    await expect(figure.locator("[data-mark=H3K4me3]")).toContainText("mean signal");
    await expect(figure.locator("[data-mark=H3K4me1]")).toContainText("reads per bin");
  });
  await test.step("a figure is saved on white, whatever the screen shows", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await app.openOverview();
    const shown = page.getByRole("img", { name: /^Mean attention along/ });
    await expect(shown.locator("rect").first()).toHaveAttribute("fill", "#161a20");
    const svg = (await app.save("Save average attention as SVG")).bytes.toString("utf8");
    expect(svg).toContain('fill="#ffffff"');
    expect(svg).not.toContain("#161a20");
    // Dark is there for who asks for it.
    await app.openSaveMenu("Save average attention as SVG");
    await page.getByRole("combobox", { name: "Background" }).selectOption("dark");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save average attention as SVG" }).click();
    expect(await readFile(await (await download).path(), "utf8")).toContain('fill="#161a20"');
  });
});

test("one menu saves a figure in a column's width, by the keyboard too, and what it was made from is drawn", async ({
  page,
}) => {
  const app = await new AppPage(page).open(`${QUICK}&example=simulated`);
  await app.finished(400);
  await app.openOverview();
  const figure = page.getByRole("img", { name: /^Mean attention along/ });
  for (const said of ["AttentiveChrome CNN-α,β, K562", "simulated.csv.gz", "bins of 100 bp", "simulated data"])
    await expect(figure).toContainText(said);
  const opens = page.getByRole("button", { name: "Save average attention", exact: true });
  await opens.focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("dialog", { name: "Save average attention" });
  await expect(menu.getByRole("button", { name: "Save average attention as SVG" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
  await expect(opens).toBeFocused();
  await page.keyboard.press("Enter");
  await menu.getByRole("combobox", { name: "Width" }).selectOption("89");
  await expect(menu).toContainText(/Predicted from simulated\.csv\.gz with the model .*simulated data/);
  const download = page.waitForEvent("download");
  await menu.getByRole("button", { name: "Save average attention as SVG" }).click();
  const svg = await readFile(await (await download).path(), "utf8");
  expect(svg).toMatch(/<svg [^>]*width="89mm"/);
  const small = [...svg.matchAll(/data-small-print="">([^<]*)</g)].map(([, line]) => line).join(" ");
  expect(small).toMatch(/^AttentiveChrome CNN-α,β, K562; simulated\.csv\.gz; bins of 100 bp; simulated data; Regulens/);
  await expect(opens).toBeFocused();
  // The choice holds for the next figure, and a PNG has 300 or 600 dots to the inch.
  const widths = [];
  for (const dpi of ["300", "600"]) {
    await app.openSaveMenu("Save distribution of probabilities as PNG");
    await page.getByRole("combobox", { name: "PNG" }).selectOption(dpi);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save distribution of probabilities as PNG" }).click();
    const png = await readFile(await (await saved).path());
    widths.push(png.readUInt32BE(16));
    expect(png.subarray(37, 41).toString("latin1")).toBe("pHYs");
  }
  expect(widths).toEqual([1050, 2100]);
});

test.describe(() => {
  test.use({ bypassCSP: true });

  test("the open menu of a figure breaks no rule of accessibility in light and dark colours", async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 800 });
    const app = await new AppPage(page).open(QUICK);
    await app.runTable(file("means.csv", withoutOne(12)), 12);
    await app.openSaveMenu("Save average attention as SVG");
    const menu = page.getByRole("dialog", { name: "Save average attention" });
    await expect(menu).toBeVisible();
    const box = await menu.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 360, "within the page").toBe(true);
    expect(await violations(page)).toEqual([]);
  });
});

test("measured tracks go by the names of their files, and none takes the place of another", async ({ page }) => {
  await page.goto("./?model=basenji-attention-two-sided-simulated&example=simulated-sequence&device=cpu");
  const figure = page.getByRole("img", { name: /^Predicted tracks along sim1:/ });
  await expect(figure).toContainText("over sequence.ATAC.bedgraph.gz", { timeout: 240_000 });
  await expect(figure).toContainText("simulated data");
  for (const [name, level] of [
    ["PolII.bedgraph", 3],
    ["Scc1.bedgraph", 5],
  ] as const) {
    await page
      .locator("regulens-sequence-tracks .measured input[type=file]")
      .setInputFiles({ ...file(name, `sim1\t0\t20000\t${level}\nsim1\t20000\t65536\t1\n`), mimeType: "text/plain" });
    await expect(page.getByLabel(`Predicted track over ${name}`)).toBeVisible();
    // All three under the one prediction.
    await page.getByLabel(`Predicted track over ${name}`).selectOption({ index: 0 });
  }
  for (const name of ["sequence.ATAC.bedgraph.gz", "PolII.bedgraph", "Scc1.bedgraph"]) {
    await expect(figure).toContainText(`over ${name}`);
    await expect(page.getByLabel(`Predicted track over ${name}`)).toBeVisible();
  }
});

test("the deletion test of a gene is the same in a page of one file as on the page it was saved from", async ({
  page,
}, info) => {
  const app = await new AppPage(page).open(QUICK);
  await app.runTable(file("genes.csv", table({ genes: 12 })), 12);
  const tested = async (of: AppPage, gene: string) => {
    await of.grid.getByText(gene, { exact: true }).click();
    await of.tab("Test");
    const figure = of.page.getByRole("img", { name: new RegExp(`^Deletion test, ${gene}\\.`) });
    await expect(figure).toBeVisible();
    return [
      await figure.getAttribute("aria-label"),
      (await of.page.locator("regulens-gene-test .verdict").textContent())?.trim(),
    ];
  };
  const saved = await saveAsOneFile(page, info.outputPath("genes.html"), { genes: 4 });
  const one = await OneFile.open(page, saved.path);
  await one.finished(4);
  const names = [...(await one.predictions()).keys()];
  expect(names).toHaveLength(4);
  // Their places in the table differ: the random orders are those of the gene.
  for (const gene of names) expect(await tested(one, gene)).toEqual(await tested(app, gene));
  await one.close();
});
