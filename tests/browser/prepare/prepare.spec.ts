// A table from the files people have: one bigWig a mark and a gene annotation, in the page, with the numbers of
// `regulens prepare hm`.

import { expect, test } from "../support/fixtures.ts";
import { AppPage, dropFiles, type TestFile, QUICK } from "../support/app-page.ts";
import { bam, type Read } from "../support/bam.ts";
import { bigWig, sparseBigWig } from "../support/bigwig.ts";
import { PreparePage, prepareNatively } from "../support/prepare-page.ts";
import { bedGraph, CHROMOSOMES, genesGtf, signalFile, simulatedSignal } from "../support/signal-files.ts";
import { open, readFile, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

const MARKS = ["H3K4me1", "H3K4me3", "H3K9me3", "H3K27me3", "H3K36me3"];
const GENES: TestFile = { name: "genes.gtf.gz", buffer: gzipSync(genesGtf()) };
const SIGNALS: TestFile[] = MARKS.map((mark, i) => ({ name: `K562.${mark}.bw`, buffer: signalFile(i + 1) }));
const file = (name: string, content: Buffer | string): TestFile => ({ name, buffer: Buffer.from(content as string) });

test("bigWig files and genes dropped together become the table of `regulens prepare hm`", async ({ page }) => {
  const prepare = new PreparePage(page);
  await prepare.app.open(QUICK);
  await dropFiles(page, [...SIGNALS, GENES]);
  for (const [i, mark] of MARKS.entries()) await expect(prepare.mark(SIGNALS[i]!.name)).toHaveValue(mark);
  await expect(prepare.row(GENES.name)).toContainText("GTF: 62 genes, 62 transcripts, 3 chromosomes");
  await expect(prepare.view).toContainText("62 genes, 100 bins of 100 bp (−5,000 to +5,000 bp, in genomic order)");
  // Nothing is made unasked.
  await expect(prepare.made).toHaveCount(0);
  await expect(prepare.app.run).toBeDisabled();
  // Neither lengths of chromosomes nor the annotation tell the assembly.
  await prepare.view.getByLabel("Assembly of these files").selectOption("mm10");
  await expect(prepare.view.locator("[data-code=species-differs]")).toContainText(
    "The signal is of mm10 (mouse), as you said; the model was trained on hg19 (human).",
  );
  await prepare.make.click();
  await expect(prepare.made).toContainText("61 genes, 5 marks, 100 bins: K562.prepared.csv");
  await expect(prepare.made).toContainText(
    "1 gene left out: no such chromosome in H3K4me1, H3K4me3, H3K9me3, H3K27me3, H3K36me3 (on X)",
  );

  const native = prepareNatively(Object.fromEntries(MARKS.map((mark, i) => [mark, SIGNALS[i]!.buffer])), GENES);
  const saved = await prepare.save();
  expect(saved.name).toBe("K562.prepared.csv.gz");
  expect(saved.text).toBe(native.table);
  const notes = await prepare.app.save(/^Gene report/);
  expect(notes.name).toBe("K562.prepared.notes.tsv");
  expect(notes.bytes.toString("utf8")).toBe(native.notes);

  await expect(page.locator("regulens-understood")).toContainText(
    "H3K4me1, H3K4me3, H3K9me3, H3K27me3, H3K36me3: mean signal; 100 bins of 100 bp",
  );
  await expect(page.getByLabel("Species of these genes")).toHaveValue("mm10");
  await prepare.app.run.click();
  await prepare.app.finished(61);
  await prepare.app.openRemarks();
  await expect(
    page.getByText(/made from signal of mm10 \(mouse\); the model was trained on hg19 \(human\)/),
  ).toBeVisible();
  await page.keyboard.press("Escape");
  // The annotation has symbols, which the table has not.
  await expect(prepare.app.grid.locator(".name").nth(1)).toHaveText(/^N(G\d+|EDGE)\s+\1$/);
  await expect(page.getByRole("group", { name: /^Gene N(G\d+|EDGE) \1$/ })).toBeVisible();
  const missing = page.locator("regulens-bar regulens-notice", { hasText: "not measured" });
  await expect(missing.filter({ hasNotText: "Different genome" })).toHaveCount(0);
  const { bytes } = await prepare.app.save("Predictions (TSV)");
  // The saved file is a table like any other, with the same predictions.
  await prepare.app.openSetup();
  await prepare.view.getByRole("button", { name: /^Close/ }).click();
  await prepare.app.chooseTable(file("again.csv", saved.text));
  await expect(page.locator("regulens-data-step .loaded")).toContainText("again.csv");
  await prepare.app.run.click();
  await prepare.app.finished(61);
  expect((await prepare.app.save("Predictions (TSV)")).bytes.equals(bytes)).toBe(true);
});

test("kinds of genes, the largest of a bin, bedGraph: as the program has them", async ({ page }) => {
  const prepare = await new PreparePage(page).open();
  const graph = file("H3K4me3.bedGraph.gz", gzipSync(bedGraph(9)));
  await prepare.add(...SIGNALS.filter(({ name }) => !name.includes("K4me3")), graph, GENES);
  await expect(prepare.row(graph.name)).toContainText("read in full");
  await prepare.view.getByRole("combobox", { name: `Which genes of ${GENES.name}` }).selectOption("protein_coding");
  await prepare.view.getByRole("combobox", { name: "What a bin has of bigWig and bedGraph" }).selectOption("max");
  await prepare.make.click();
  await expect(prepare.made).toContainText("5 marks");
  const marks = {
    H3K4me1: SIGNALS[0]!.buffer,
    H3K9me3: SIGNALS[2]!.buffer,
    H3K27me3: SIGNALS[3]!.buffer,
    H3K36me3: SIGNALS[4]!.buffer,
    H3K4me3: graph.buffer,
  };
  expect((await prepare.save()).text).toBe(
    prepareNatively(marks, GENES, "--biotype", "protein_coding", "--values", "max").table,
  );
});

test("reads of BAM are counted as the program counts them", async ({ page }) => {
  const reads: Read[] = CHROMOSOMES.flatMap(({ length }, chromosome) =>
    Array.from({ length: 4_000 }, (_, i) => ({
      chromosome,
      start: Math.floor((i * (length - 60)) / 4_000),
      length: 36 + (i % 20),
      mapq: i % 60,
      flags: [0, 16, 1024, 256, 0, 4][i % 6]!,
    })),
  );
  const counted = file("K562.H3K4me3.bam", bam(CHROMOSOMES, reads));
  const prepare = await new PreparePage(page).open();
  await prepare.add(...SIGNALS.filter(({ name }) => !name.includes("K4me3")), counted, GENES);
  await expect(prepare.row(counted.name)).toContainText("BAM, 2 chromosomes; without an index, so it is read in full");
  await dropFiles(page, [file("K562.H3K4me3.bam.bai", "BAI\x01")]);
  await expect(prepare.view.locator("[data-code=index]")).toContainText("K562.H3K4me3.bam.bai");
  await expect(prepare.view.locator("li")).toHaveCount(6);
  await prepare.make.click();
  await expect(prepare.made).toContainText("H3K4me3: counts of reads");
  const marks = {
    H3K4me1: SIGNALS[0]!.buffer,
    H3K9me3: SIGNALS[2]!.buffer,
    H3K27me3: SIGNALS[3]!.buffer,
    H3K36me3: SIGNALS[4]!.buffer,
    H3K4me3: counted.buffer,
  };
  expect((await prepare.save()).text).toBe(prepareNatively(marks, GENES).table);
});

test("files come one after another, are corrected and removed; nothing is lost by an error or by closing", async ({
  page,
}) => {
  const prepare = await new PreparePage(page).open();
  const unnamed = file("ENCFF123ABC.bigWig", signalFile(2));
  await prepare.add(unnamed);
  await expect(prepare.mark(unnamed.name)).toHaveAttribute("aria-invalid", "true");
  await prepare.add(...SIGNALS.filter(({ name }) => !name.includes("K4me3")));
  await expect(prepare.view).toContainText("Add an annotation: genes as GTF, GFF3 or BED.");
  await prepare.add(GENES);
  await expect(prepare.make).toBeDisabled();
  await expect(prepare.view).toContainText("ENCFF123ABC.bigWig: its name does not identify the mark.");
  await prepare.mark(unnamed.name).selectOption("H3K4me1");
  const twice = prepare.view.locator("[data-code=mark-twice]");
  await expect(twice).toContainText(/K562\.H3K4me1\.bw.* H3K4me1/);
  await expect(twice).toContainText("What to do:");
  await expect(prepare.make).toBeDisabled();
  await prepare.mark(unnamed.name).selectOption("H3K4me3");
  await expect(twice).toHaveCount(0);
  await expect(prepare.make).toBeEnabled();
  await prepare.view.getByRole("button", { name: "Remove K562.H3K9me3.bw" }).click();
  await expect(prepare.make).toBeDisabled();
  await prepare.view.getByRole("button", { name: /^Close/ }).click();
  await expect(prepare.view).toHaveCount(0);
  await page.getByRole("button", { name: "From bigWig files…" }).click();
  await expect(prepare.mark(unnamed.name)).toHaveValue("H3K4me3");
  await prepare.add(SIGNALS[2]!);
  await prepare.make.click();
  await expect(prepare.made).toContainText("61 genes");
});

test("a missing mark is never taken for 0: no table is made before a substitute is chosen, and it is named", async ({
  page,
}) => {
  const prepare = await new PreparePage(page).open();
  await prepare.add(...SIGNALS.slice(0, 4), GENES);
  const missing = prepare.view.locator("[data-missing=a]");
  await expect(missing).toContainText("No file for H3K36me3");
  await expect(missing).toContainText("an unmeasured mark is not 0");
  await expect(prepare.make).toBeDisabled();
  const card = page.getByRole("checkbox", {
    name: /^Use [\d.]+ for H3K36me3 everywhere: the mark's mean in the model's training data/,
  });
  await card.check();
  await prepare.make.click();
  await expect(prepare.made).toContainText("H3K36me3: not measured");
  const { text } = await prepare.save();
  const comment = text.split("\n").find((line) => line.startsWith("# H3K36me3: not measured; ")) ?? "";
  const value = /not measured; (\S+) stands in for it in all bins: the mark's mean in the model's training data/.exec(
    comment,
  )?.[1];
  // The card's mean, as float32.
  const catalogue = (await (await page.request.get("models/catalogue.json")).json()) as { models: { file: string }[] };
  const { card: cardOf } = await import("../support/safetensors.ts");
  const distribution = cardOf(await (await page.request.get(`models/${catalogue.models[0]?.file}`)).body())[
    "input_distribution"
  ] as { mark: string; mean: number }[];
  expect(Number(value)).toBeCloseTo(distribution.find(({ mark }) => mark === "H3K36me3")?.mean ?? NaN, 4);
  const rows = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(rows[0]).toBe("gene,bin,H3K4me1,H3K4me3,H3K9me3,H3K27me3,H3K36me3");
  expect(new Set(rows.slice(1).map((row) => row.split(",")[6]))).toEqual(new Set([value]));
  // No factor is offered for what was not measured.
  await expect(page.getByRole("checkbox", { name: /^Multiply H3K4me3/ })).toHaveCount(1);
  await expect(page.getByRole("checkbox", { name: /^Multiply H3K36me3/ })).toHaveCount(0);
  await prepare.app.run.click();
  await prepare.app.finished(61);
  await expect(page.locator("regulens-bar regulens-notice", { hasText: "not measured" })).toContainText(
    "H3K36me3 was not measured",
  );
  await expect(page.locator("regulens-bar regulens-notice", { hasText: "not measured" })).toContainText(
    `${value} stands in for it`,
  );
  // The cost is said as it was measured, not guessed.
  await expect(page.locator("regulens-bar regulens-notice", { hasText: "not measured" })).not.toContainText("guess");
  const record = JSON.parse((await prepare.app.save("Run record (JSON)")).bytes.toString("utf8")) as {
    table: { notes: string[]; not_measured: { mark: string; stands_in: number }[] };
  };
  expect(record.table.notes.join("\n")).toContain("H3K36me3: not measured");
  expect(record.table.not_measured).toEqual([{ mark: "H3K36me3", stands_in: Number(value) }]);
  const predictions = (await prepare.app.save("Predictions (TSV)")).bytes.toString("utf8").split("\n");
  const columns = predictions[0]!.split("\t");
  expect(columns.slice(-3)).toEqual(["beta_H3K36me3", "not_measured", "symbol"]);
  expect(predictions[1]!.split("\t").slice(-3, -1)).toEqual(["", `H3K36me3 (${value} stands in)`]);
});

test("a file whose name says fold change over control is said not to become counts, and gets no factor", async ({
  page,
}) => {
  const prepare = await new PreparePage(page).open();
  const [, second] = SIGNALS;
  const named = SIGNALS.map((signal) =>
    signal === second ? { ...signal, name: "E123-H3K4me3.fc.signal.bigwig" } : signal,
  );
  await prepare.add(...named, GENES);
  await prepare.make.click();
  const understood = page.locator("regulens-understood");
  await expect(understood).toContainText(
    "H3K4me3: fold change over control, by the name of E123-H3K4me3.fc.signal.bigwig: cannot be turned into counts",
  );
  await expect(page.getByRole("checkbox", { name: /^Multiply H3K9me3/ })).toHaveCount(1);
  await expect(page.getByRole("checkbox", { name: /^Multiply (H3K4me3|all marks)/ })).toHaveCount(0);
});

test("making a table shows how far it is and can be cancelled; the files stay", async ({ page }) => {
  const prepare = await new PreparePage(page).open();
  // Enough windows for some seconds.
  const genes = Array.from(
    { length: 40_000 },
    (_, i) => `chr1\t${20_000 + i * 20}\t${20_001 + i * 20}\tG${i}\t0\t${i % 2 ? "+" : "-"}\n`,
  ).join("");
  await prepare.add(...SIGNALS, file("many.bed", genes));
  await prepare.make.click();
  const progress = prepare.view.getByRole("progressbar");
  await expect(progress).toBeVisible();
  await expect(prepare.view).toContainText(/[\d,]+ of (200,000 windows|40,000 genes)/);
  await prepare.view.getByRole("button", { name: "Cancel" }).click();
  await expect(progress).toHaveCount(0);
  await expect(prepare.made).toHaveCount(0);
  await expect(prepare.row("many.bed")).toContainText("40,000 genes");
  await prepare.view.getByRole("button", { name: "Remove many.bed" }).click();
  await prepare.add(GENES);
  await prepare.make.click();
  await expect(prepare.made).toContainText("61 genes");
});

test("a bigWig of 1.9 GB is read by its parts", async ({ page }, info) => {
  const path = join(tmpdir(), `regulens-${info.workerIndex}-big.H3K4me3.bw`);
  const { size, pieces } = sparseBigWig(simulatedSignal(2), 170_000_000);
  expect(size).toBeGreaterThan(1.8e9);
  const sparse = await open(path, "w");
  for (const { offset, bytes } of pieces) await sparse.write(bytes, 0, bytes.length, offset);
  await sparse.close();
  try {
    const prepare = await new PreparePage(page).open();
    const name = path.split("/").at(-1) ?? "";
    await prepare.add(path);
    await expect(prepare.row(name)).toContainText("2.0 GB");
    await prepare.add(...SIGNALS.filter(({ name }) => !name.includes("K4me3")), GENES);
    await prepare.make.click();
    await expect(prepare.made).toContainText("61 genes");
    const values = (text: string): string =>
      text
        .split("\n")
        .filter((line) => !line.startsWith("#"))
        .join("\n");
    const native = prepareNatively(
      {
        H3K4me3: SIGNALS[1]!.buffer,
        H3K4me1: SIGNALS[0]!.buffer,
        H3K9me3: SIGNALS[2]!.buffer,
        H3K27me3: SIGNALS[3]!.buffer,
        H3K36me3: SIGNALS[4]!.buffer,
      },
      GENES,
    );
    expect(values((await prepare.save()).text)).toBe(values(native.table));
  } finally {
    await unlink(path);
  }
});

test("files that cannot be used: each is named, with what was found, and what to do", async ({ page }) => {
  const prepare = await new PreparePage(page).open();
  const good = SIGNALS[1]!.buffer;
  const opened: [TestFile, RegExp[]][] = [
    [
      file("short.H3K4me3.bw", good.subarray(0, good.length / 2)),
      [/damaged bigWig/, /byte \d+/, /Download or copy it again/],
    ],
    [
      file("page.H3K4me3.bw", "<!doctype html><title>Not found</title>"),
      [/a web page/, /expected signal as bigWig/, /Download the file itself/],
    ],
    [file("empty.H3K4me3.bw", ""), [/found an empty file/]],
    [
      file("cds.gtf", '1\tx\tCDS\t1\t2\t.\t+\t0\tgene_id "A";\n'),
      [/found no gene in 1 rows/, /Choose the gene annotation/],
    ],
    [file("bad.bed", "chr1\t1\t20\tA\t0\t+\nchr1\t9\tmany\tB\t0\t+\n"), [/line 2/, /Correct or remove the row/]],
    [file("short.gtf.gz", GENES.buffer.subarray(0, 500)), [/gzip data that end early/]],
  ];
  for (const [bad, says] of opened) {
    await test.step(bad.name, async () => {
      await prepare.add(bad);
      const alert = prepare.row(bad.name).getByRole("alert");
      for (const words of [new RegExp(bad.name.replaceAll(".", "\\.")), /found/, /expected/, ...says])
        await expect(alert).toContainText(words);
      await expect(prepare.make).toBeDisabled();
      await prepare.view.getByRole("button", { name: `Remove ${bad.name}` }).click();
    });
  }
  const others = SIGNALS.filter(({ name }) => !name.includes("K4me3"));
  await prepare.add(...others, GENES);
  const made: [TestFile, RegExp[]][] = [
    [
      file("yeast.H3K4me3.bw", signalFile(1, [{ name: "chrIV", length: 100_000 }])),
      [
        /yeast\.H3K4me3\.bw: found the chromosomes chrIV; expected some of those in the annotation: 1, 2, X/,
        /A missing or extra chr makes no difference/,
      ],
    ],
    [
      file("torn.H3K4me3.bw", good.subarray(0, good.length - 20)),
      [/torn\.H3K4me3\.bw: found a damaged bigWig/, /byte \d+/],
    ],
  ];
  for (const [bad, says] of made) {
    await test.step(bad.name, async () => {
      await prepare.add(bad);
      await prepare.make.click();
      const alert = prepare.view.locator("regulens-notice[tone=danger]");
      for (const words of [...says, /No table was made; the files are kept/, /What to do:/])
        await expect(alert).toContainText(words);
      await prepare.view.getByRole("button", { name: `Remove ${bad.name}` }).click();
      await expect(prepare.row(others[0]!.name)).toBeVisible();
    });
  }
  await test.step("two genomes", async () => {
    const other = file(
      "other.H3K4me3.bw",
      signalFile(
        1,
        CHROMOSOMES.map(({ name, length }) => ({ name, length: length - 100 })),
      ),
    );
    await prepare.add(other);
    await expect(prepare.view.locator("[data-code=genome-differs]")).toContainText(
      "900,000 bp in one and 899,900 bp in the other",
    );
    await expect(prepare.make).toBeDisabled();
    await prepare.view.getByRole("button", { name: `Remove ${other.name}` }).click();
  });
  await test.step("an annotation of another assembly", async () => {
    const human = file("human.H3K4me3.bw", bigWig([{ name: "chr1", length: 249_250_621, items: [[100, 200, 1]] }]));
    for (const { name } of others) await prepare.view.getByRole("button", { name: `Remove ${name}` }).click();
    await prepare.add(human, file("grch38.gtf", genesGtf(4, { comments: "#!genome-build GRCh38.p14\n" })));
    await expect(prepare.view.locator("[data-code=assembly-differs]")).toContainText(
      "grch38.gtf names the assembly hg38; the chromosome lengths of human.H3K4me3.bw are those of hg19",
    );
    await prepare.view.getByRole("button", { name: `Remove ${human.name}` }).click();
  });
  await test.step("no signal near any TSS", async () => {
    const lonely = MARKS.map((mark) =>
      file(`lonely.${mark}.bw`, bigWig([{ name: "chr1", length: 900_000, items: [[800_000, 800_100, 2]] }])),
    );
    await prepare.add(...lonely, file("one.bed", "chr1\t30000\t30001\tA\t0\t+\n"));
    await prepare.make.click();
    await expect(prepare.view.locator("[data-code=no-signal-near-tss]")).toContainText(
      /lonely\.H3K4me1\.bw.*found no signal within 5000 bp of any of the 1 TSS of one\.bed/,
    );
  });
});

test("a model of a change has both its tables made of the files of two cell types", async ({ page }) => {
  const prepare = await new PreparePage(page).open("?device=cpu&model=deep-diff-raw-k562-h1");
  const of = (cell: string, seed: number): TestFile[] =>
    MARKS.map((mark, i) => ({ name: `${cell}.${mark}.bw`, buffer: signalFile(seed + i) }));
  const [a, b] = [of("K562", 1), of("H1", 11)];
  await prepare.add(...a, ...b, GENES);
  await expect(prepare.view.getByRole("combobox", { name: "Cell type of H1.H3K4me3.bw" })).toHaveValue("b");
  await prepare.make.click();
  await expect(prepare.made).toHaveCount(2);
  await expect(prepare.app.run).toBeEnabled();
  const download = page.waitForEvent("download");
  await prepare.made
    .nth(1)
    .getByRole("button", { name: /^Save the table/ })
    .click();
  const bytes = await readFile(await (await download).path());
  const native = prepareNatively(
    Object.fromEntries(MARKS.map((mark, i) => [mark, b[i]!.buffer])),
    GENES,
    "--bins",
    "200",
  );
  expect(gunzipSync(bytes).toString("utf8")).toBe(native.table);
  await prepare.app.run.click();
  await expect(page.locator("regulens-change").getByRole("heading", { name: "Results" })).toBeVisible();
});

test("everything can be done with the keyboard alone", async ({ page }) => {
  const prepare = new PreparePage(page);
  await prepare.app.open(QUICK);
  /** Goes on with the Tab key until something has the focus. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return (
          `${element?.getAttribute("aria-label") ?? ""} ${element?.textContent ?? ""} ` +
          `${element?.closest("label")?.textContent ?? ""}`
        ).replace(/\s+/g, " ");
      });
      if (name.test(focused)) return;
    }
    throw new Error(`nothing with the name ${name} was reached`);
  };
  await tabTo(/From bigWig files/);
  await page.keyboard.press("Enter");
  await expect(prepare.view.getByRole("heading", { name: "A table from signal files" })).toBeFocused();
  await tabTo(/Add files/);
  const files = [...SIGNALS.slice(0, 3), file("K27me3.bw", signalFile(4)), file("x.bw", signalFile(5)), GENES].map(
    (each) => ({
      ...each,
      mimeType: "application/octet-stream",
    }),
  );
  // On a busy machine no chooser came once after the key: it is pressed again.
  await expect(async () => {
    const chooser = page.waitForEvent("filechooser", { timeout: 10_000 });
    await page.keyboard.press("Space");
    await (await chooser).setFiles(files);
  }).toPass();
  await expect(prepare.row("x.bw")).toContainText("chromosome");
  await prepare.view.getByRole("heading", { name: "A table from signal files" }).focus();
  await tabTo(/^Mark of x\.bw/);
  await page.keyboard.type("H3K36");
  await expect(prepare.mark("x.bw")).toHaveValue("H3K36me3");
  await tabTo(/Make the table/);
  await page.keyboard.press("Enter");
  await expect(prepare.made).toContainText("61 genes");
  await tabTo(/Run on 61 genes/);
  await page.keyboard.press("Enter");
  await prepare.app.finished(61);
});

test("what computeMatrix of deepTools writes is read as it is; a row that is cut short is refused by its line", async ({
  page,
}) => {
  const app = await new AppPage(page).open(QUICK);
  const bounds = MARKS.map((_, i) => i * 100);
  const header = `@${JSON.stringify({
    upstream: [5000],
    downstream: [5000],
    body: [0],
    "bin size": [100],
    "ref point": ["TSS"],
    sample_labels: MARKS,
    sample_boundaries: [...bounds, 500],
    group_labels: ["genes"],
    group_boundaries: [0, 3],
  })}\n`;
  const row = (gene: number): string =>
    [
      `chr${gene}`,
      10_000,
      20_000,
      `GENE${gene}`,
      "0.0",
      "+",
      ...Array.from({ length: 500 }, (_, i) => ((i * 7 + gene) % 13) / 2),
    ].join("\t");
  const text = `${header}${[1, 2, 3].map(row).join("\n")}\n`;
  await dropFiles(page, [file("matrix.gz", gzipSync(text))]);
  await expect(page.locator("regulens-data-step .loaded")).toContainText("matrix.gz");
  await expect(page.locator("regulens-understood")).toContainText("deepTools computeMatrix: samples are marks");
  await app.run.click();
  await app.finished(3);
  await dropFiles(page, [file("torn.tab", text.slice(0, text.lastIndexOf("\t")))]);
  await expect(app.alert()).toContainText(/torn\.tab, line 4/);
  await expect(app.alert()).toContainText("What to do:");
  await dropFiles(page, [file("named.tab", text.replace("H3K4me3", "K4"))]);
  await expect(page.locator("[data-blocked]")).toContainText("no column for H3K4me3");
});
