import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { downloadName, formatFloat32, plotSize, svgFile } from "../../src/export";
import { cell, columns } from "../../src/export/columns";
import { withDpi } from "../../src/export/plot";
import { madeOf } from "../../src/ui/drawing";
import { legendSentence, smallPrint, withSmallPrint } from "../../src/export/small-print";
import { changesTsv, predictionsTsv } from "../../src/tasks/genes/saved/tsv";
import { rangeInWords } from "../../src/tasks/genes/sure/spread";
import { geneTracks, light } from "../../src/plots";
import { unescapeXml } from "../../src/plots/core/svg";
import { generator, geneOptions } from "../plots/inputs";

test("a float32 is written with as few digits as read back the same", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0"],
    [-0, "-0"],
    [1, "1"],
    [0.1, "0.1"],
    [1 / 3, "0.33333334"],
    [0.93142, "0.93142"],
    [16777216, "16777216"],
    [1e-45, "1e-45"],
    [3.4028234663852886e38, "3.4028235e+38"],
    [1.1754943508222875e-38, "1.1754944e-38"],
    [Number.NaN, "NaN"],
    [1e39, "inf"],
    [-1e39, "-inf"],
  ];
  for (const [value, text] of cases) assert.equal(formatFloat32(value), text);
});

test("every float32 survives being written, and no shorter text would do", () => {
  const random = generator(11);
  const view = new DataView(new ArrayBuffer(4));
  for (let i = 0; i < 20000; i++) {
    // Any bit pattern: all exponents, subnormals too.
    view.setUint32(0, Math.floor(random() * 65536) * 65536 + Math.floor(random() * 65536));
    const value = view.getFloat32(0);
    const text = formatFloat32(value);
    if (Number.isNaN(value)) assert.equal(text, "NaN");
    if (!Number.isFinite(value)) continue;
    assert.equal(Math.fround(Number(text)), value);
    const digits = text
      .replace(/e.*$/, "")
      .replace(/[-.]/g, "")
      .replace(/^0+|0+$/g, "").length;
    if (digits > 1) assert.notEqual(Math.fround(Number(value.toPrecision(digits - 1))), value, text);
  }
});

test("the table has the columns of `regulens predict`, one row a gene", () => {
  const table = predictionsTsv({
    genes: ["ENSG00000000003", "a\tb\r\nc"],
    marks: ["H3K27me3", "H3K4me3"],
    probability: Float32Array.of(0.9, 0.25),
    logit: Float32Array.of(2.1972246, -1.0986123),
    beta: Float32Array.of(0.3, 0.7, 0.5, 0.5),
    notes: [],
  });
  assert.equal(
    table,
    "gene\tprobability\tlogit\tbeta_H3K27me3\tbeta_H3K4me3\nENSG00000000003\t0.9\t2.1972246\t0.3\t0.7\na b " +
      "c\t0.25\t-1.0986123\t0.5\t0.5\n",
  );
});

test("the table of a calibrated ensemble has the program's columns in its order", () => {
  const spread = { sd: [0.125], low: [0.25], high: [0.75] };
  const table = predictionsTsv({
    ...{ genes: ["a"], marks: ["x"], probability: [0.5], logit: [0], beta: [1], notes: [] },
    ...{ probabilityRaw: [0.625], ...spread },
  });
  assert.equal(
    table,
    "gene\tprobability\tlogit\tprobability_raw\tprobability_sd\tprobability_low\tprobability_high\tbeta_x\n" +
      "a\t0.5\t0\t0.625\t0.125\t0.25\t0.75\t1\n",
  );
  assert.equal(
    changesTsv({ genes: ["a"], columns: ["A_x"], foldChange: [2], beta: [1], expression: [1, 3], ...spread }, [[], []]),
    "gene\tlog2_fold_change\tlog2_fold_change_sd\tlog2_fold_change_low\tlog2_fold_change_high\tbeta_A_x\t" +
      "log2_count_A\tlog2_count_B\na\t2\t0.125\t0.25\t0.75\t1\t1\t3\n",
  );
});

test("a gene's line says the range of an ensemble's members, and nothing of a single model", () => {
  const two = (value: number): string => value.toFixed(2);
  const members = [1, 2, 3].map((seed) => ({ variant: "lstm", hyperparameters: {}, seed }));
  const run = { low: [0.88], high: [0.96], model: { card: { members } } };
  assert.equal(rangeInWords(run, 0, two), "0.88–0.96 in 3 seeds");
  const mixed = [...members, { variant: "cnn-attn", hyperparameters: {} }];
  assert.equal(rangeInWords({ ...run, model: { card: { members: mixed } } }, 0, two), "0.88–0.96 in 4 models");
  assert.equal(rangeInWords({ model: { card: {} } }, 0, two), undefined);

  const gene = { gene: "a", marks: ["x"], signal: [1, 2], alpha: [0.5, 0.5], binSize: 100, probability: 0.93 };
  const drawn = (width: number, range?: string) =>
    geneTracks({ ...gene, label: true, width, theme: light, range } as Parameters<typeof geneTracks>[0]);
  const line = "P(on) = 0.930 (0.88–0.96 in 3 seeds), labelled on";
  assert(drawn(640, rangeInWords(run, 0, two)).includes(`predicted on, ${line}`));
  const narrow = drawn(330, rangeInWords(run, 0, two));
  assert(narrow.includes(`>${line}<`), "what does not fit is not drawn");
  assert(narrow.includes(`predicted on, ${line}`), "but said");
  assert(drawn(330).includes("predicted on, P(on) = 0.930, labelled on"));
});

test("a mark that was not measured has no β in the table, and each row says what stands in for it", () => {
  const table = predictionsTsv({
    genes: ["a", "b"],
    marks: ["H3K4me3", "H3K9me3"],
    probability: [0.5, 0.25],
    logit: [0, -1],
    beta: [0.75, 0.25, 0.5, 0.5],
    notes: ["H3K9me3: not measured; 1.375 stands in for it in all bins: its mean in training"],
  });
  assert.equal(
    table,
    "gene\tprobability\tlogit\tbeta_H3K4me3\tbeta_H3K9me3\tnot_measured\n" +
      "a\t0.5\t0\t0.75\t\tH3K9me3 (1.375 stands in)\nb\t0.25\t-1\t0.5\t\tH3K9me3 (1.375 stands in)\n",
  );
});

test("the table of a model that does not weigh marks ends with the logit, and that of no genes with its header", () => {
  assert.equal(
    predictionsTsv({ genes: ["a"], marks: ["x"], probability: [0.5], logit: [0], notes: [] }),
    "gene\tprobability\tlogit\na\t0.5\t0\n",
  );
  assert.equal(
    predictionsTsv({ genes: [], marks: ["x"], probability: [], logit: [], beta: [], notes: [] }),
    "gene\tprobability\tlogit\tbeta_x\n",
  );
});

const provenance = {
  table: "a & b.csv",
  model: "K562",
  sha256: "0".repeat(64),
  program: "Regulens 0.1.0",
  date: "2025-01-02T03:04:05Z",
};

test("an SVG file is the plot, with where it comes from", () => {
  const plot = geneTracks(geneOptions({ gene: "a <gene> & more" }));
  const file = svgFile(plot, provenance);
  assert.match(file, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg /);
  assert.match(file, /<dc:title>Signal and attention along a &lt;gene&gt; &amp; more<\/dc:title>/);
  assert.match(file, /<dc:source>Table a &amp; b\.csv; model K562, SHA-256 0{64}<\/dc:source>/);
  assert.equal(file.replace(/^.*\n/, "").replace(/<metadata>[^]*<\/metadata>\n/, ""), `${plot}\n`);
});

test("what is not a plot is refused", () => {
  assert.throws(() => svgFile("<svg/>", provenance), TypeError);
  assert.throws(() => plotSize("<svg/>"), TypeError);
  assert.throws(() => plotSize(""), TypeError);
});

test("the size of a plot is read from its root", () => {
  assert.equal(plotSize(geneTracks(geneOptions({ width: 640 }))).width, 640);
});

test("a spreadsheet computes no name, and a name stays in its cell", () => {
  for (const name of ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1"])
    assert.equal(cell(name), `'${name.replace("\t", " ")}`);
  for (const name of ["-", "+", "-0.5", "+1e3", "HLA-A", "a=1", ""]) assert.equal(cell(name), name);
  assert.equal(columns(["gene", "value"], [["=a\nb", -0.5]]), "gene\tvalue\n'=a b\t-0.5\n");
});

test("a file is named by its table, its gene and what it holds", () => {
  assert.equal(downloadName("K562.test.csv.gz", "predictions", "tsv"), "K562.test.predictions.tsv");
  assert.equal(
    downloadName("C:\\data\\my table.CSV", "tracks", "svg", "ENSG00000156508"),
    "my-table.ENSG00000156508.tracks.svg",
  );
  assert.equal(downloadName("../../etc/passwd", "probability", "png"), "passwd.probability.png");
  assert.equal(downloadName("", "average-attention", "png"), "table.average-attention.png");
  assert.equal(downloadName("t.csv", "tracks", "png", 'a/b:c*"?'), "t.a-b-c.tracks.png");
  assert.ok(downloadName("x".repeat(500), "tracks", "png", "y".repeat(500)).length < 200);
});

const FACTS = { ...provenance, facts: ["bins of 100 bp", "simulated data"] };

test("the model, the data and what must not be overlooked stand under the drawing, in print that can be read", () => {
  const plot = geneTracks(geneOptions({ width: 336 }));
  const with_ = withSmallPrint(plot, FACTS, light);
  const lines = [...with_.matchAll(/<text [^>]*font-size="([\d.]+)"[^>]*data-small-print=""[^>]*>([^<]*)</g)];
  assert.equal(lines.map(([, , text]) => unescapeXml(text ?? "")).join(" "), smallPrint(FACTS));
  for (const fact of [FACTS.model, FACTS.table, "bins of 100 bp", "simulated data"])
    assert(smallPrint(FACTS).includes(fact), fact);
  // 8 pixels at 96 to the inch are 6 points.
  for (const [, size] of with_.matchAll(/font-size="([\d.]+)"/g)) assert(Number(size) >= 8, size);
  // Where the picture is shown smaller than it is drawn, its small print is larger in it.
  const larger = withSmallPrint(plot, FACTS, light, 12);
  const printed = [...larger.matchAll(/font-size="([\d.]+)"[^>]*data-small-print=""/g)].map(([, size]) => size);
  assert(printed.length >= lines.length && printed.every((size) => size === "12"), printed.join());
  assert(plotSize(larger).height > plotSize(with_).height);
  const [before, after] = [plotSize(plot), plotSize(with_)];
  assert(after.width === before.width && after.height > before.height);
  const lowest = Math.max(...[...with_.matchAll(/ y="([\d.]+)"[^>]*data-small-print/g)].map(([, y]) => Number(y)));
  assert(lowest > before.height && lowest < after.height);
  assert(with_.includes(`<rect width="${after.width}" height="${after.height}"`), "the ground reaches under it");
  assert.doesNotThrow(() => svgFile(with_, FACTS));
});

test("a figure is as wide as a column is printed, and its text is not smaller for it", () => {
  for (const millimetres of [89, 120, 183]) {
    const width = Math.round((millimetres / 25.4) * 96);
    const plot = withSmallPrint(geneTracks(geneOptions({ width })), FACTS, light);
    const svg = svgFile(plot, FACTS, millimetres);
    const [, wide, tall] = /<svg [^>]* width="([\d.]+)mm" height="([\d.]+)mm" viewBox="0 0 \d/.exec(svg) ?? [];
    const { height } = plotSize(plot);
    assert.equal(Number(wide), millimetres);
    assert(Math.abs(Number(tall) / millimetres - height / width) < 1e-3);
    const points = (72 * millimetres) / 25.4 / width;
    for (const [, size] of svg.matchAll(/font-size="([\d.]+)"/g)) assert(Number(size) * points >= 6, `${size} px`);
  }
});

test("a PNG says how many dots it has to the inch", () => {
  // The smallest PNG: a grey pixel.
  const png = Uint8Array.from(
    Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
      "base64",
    ),
  );
  const found = Buffer.from(withDpi(png, 300));
  assert.equal(found.subarray(33 + 4, 33 + 8).toString("latin1"), "pHYs");
  assert.equal(found.readUInt32BE(33 + 8), 11811);
  assert.equal(found.readUInt32BE(33 + 17), crc32(found.subarray(33 + 4, 33 + 17)));
  assert.deepEqual(found.subarray(54), Buffer.from(png.subarray(33)), "and is else as it was");
});

test("what a figure says of itself stands in its legend and small print beside the facts of its run", () => {
  const facts = ["contributions by integrated gradients, in log-odds of “on”, against a gene without signal"];
  const made = madeOf({ facts }, FACTS);
  assert(legendSentence("Contributions along GENE1", made).includes(`(bins of 100 bp; simulated data; ${facts[0]})`));
  assert(smallPrint(made).includes(facts[0]!));
  assert.equal(madeOf({}, FACTS), FACTS);
});

test("a sentence for the legend says what the figure is, of what, by what", () => {
  assert.equal(
    legendSentence("Signal and attention along GENE1", FACTS),
    `Signal and attention along GENE1. Predicted from ${FACTS.table} with the model ${FACTS.model} ` +
      `(bins of 100 bp; simulated data); drawn with ${FACTS.program}.`,
  );
});
