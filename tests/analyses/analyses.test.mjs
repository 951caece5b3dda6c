// One definition of each analysis: what the package computes under Node is what the program writes, on the same
// simulated data. `node --test tests/analyses/analyses.test.mjs` after `cargo xtask build` and `cargo build --release`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs, { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { dirname, join, resolve } from "node:path";
import { before, after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { writeTwoBit } from "../browser/support/two-bit.mjs";
import { gzipSync } from "node:zlib";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const program = resolve(process.env.REGULENS ?? join(root, "target/release/regulens"));
const entry = join(root, "pkg/dist/index.js");
const missing = [program, entry].find((file) => !existsSync(file));
assert(!missing || !process.env.CI, `${missing} is not built`);
const options = { skip: missing ? `${missing} is not built` : false };

const folder = mkdtempSync(join(tmpdir(), "regulens-analyses-"));
const at = (name) => join(folder, name);
const model = (name) => join(root, "models", name);
const regulens = (...args) => execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });

/** Largest difference of two numbers, relative to the larger. */
const TOLERANCE = 1e-5;

/**
 * Asserts that numbers agree to {@link TOLERANCE} of themselves, or of what they are the difference of: sums in float32
 * are rounded otherwise by other vector instructions, and a small difference of large sums shows that.
 */
function same(found, expected, what, of = 0) {
  const scale = Math.max(Math.abs(found), Math.abs(expected), of);
  assert(
    Math.abs(found - expected) <= TOLERANCE * scale,
    `${what}: ${found} in the package, ${expected} by the program`,
  );
}

/** Rows of a table, by its header; what looks like a number is one. */
function rowsOf(file) {
  const [header, ...rows] = readFileSync(at(file), "utf8").replace(/\n$/, "").split("\n");
  const names = header.split("\t");
  const cell = (text) => (text !== "" && Number.isFinite(Number(text)) ? Number(text) : text);
  return rows.map((row) => Object.fromEntries(row.split("\t").map((text, i) => [names[i], cell(text)])));
}

/** Some genes of a table, from the place `first` on, as a file. */
function part(file, first, count) {
  const lines = readFileSync(at(file), "utf8").split("\n");
  const bins = lines.filter((line) => line.startsWith(`${lines[1].split(",")[0]},`)).length;
  const rows = lines.slice(1 + bins * first, 1 + bins * (first + count));
  writeFileSync(at(`part-${file}`), `${[lines[0], ...rows].join("\n")}\n`);
  return at(`part-${file}`);
}

let Regulens;
before(async () => {
  if (missing) return;
  ({ Regulens } = await import(pathToFileURL(entry).href));
  regulens("simulate", "sequence", "--length", "60000", "--seed", "2", "--out", at("sim"));
  regulens("simulate", "hm", "--genes", "60", "--seed", "3", "--held-out", "H3K27ac", "--out", at("genes.csv"));
  regulens("simulate", "hm-pair", "--genes", "12", "--seed", "3", "--out", at("pair.csv"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const TRACKS = model("basenji-attention-two-sided-simulated.safetensors");
const ON_OFF = model("attentive-chrome-k562.safetensors");
const CHANGE = model("deep-diff-raw-d-k562-h1.safetensors");

/** Explanations that order bins by attributions. */
const ATTRIBUTIONS = ["gradient-x-input", "integrated-gradients", "occlusion"];

/** Half of a per cent: in the null a small difference of sums is a larger one of ranks. */
const OF_RANKS = 0.5 / TOLERANCE;

/** Scales of columns of differences: logarithms of predictions, attention that sums to 1, and ranks in per cent. */
const SCALES = {
  ...{ log2: 1, attention: 1 },
  ...{ percentile: OF_RANKS, percentile_low: OF_RANKS, percentile_high: OF_RANKS, activity: OF_RANKS },
};

test("the deletion test of a track is the program's", options, async () => {
  const place = { start: 28_000, end: 32_000 };
  const files = ["--model", TRACKS, "--input", at("sim.fa"), "--track", "ATAC", "--out", at("lost.tsv")];
  const explanations = ["gradient", "attention", "motifs", "random"];
  const asked = ["--explanations", explanations.join(","), "--regions", `sim1:${place.start + 1}-${place.end}`];
  asked.push("--motifs", at("sim.motifs.meme"), "--truth", at("sim.sites.tsv"));
  regulens("interpret", "deletion", ...files, ...asked);
  const expected = rowsOf("lost.tsv");
  assert.deepEqual(
    expected.map(({ explanation }) => explanation),
    explanations,
  );
  const loaded = await Regulens.load(TRACKS, { device: "cpu" });
  const sequences = await loaded.readSequences(pathToFileURL(at("sim.fa")));
  const track = loaded.card.tracks.findIndex(({ name }) => name === "ATAC");
  const motifs = await Regulens.readMotifs(pathToFileURL(at("sim.motifs.meme")));
  const truth = await Regulens.readPlantedSites(pathToFileURL(at("sim.sites.tsv")));
  const asking = { region: place, explanations, motifs, truth };
  const { curves, windows } = await loaded.deletion(sequences, 0, track, asking);
  assert(expected[0].sites_bases > 0 && expected[0].found_bases > 0, "sites are found");
  for (const [i, row] of expected.entries()) {
    assert.deepEqual([curves[i].explanation, windows], [row.explanation, row.windows]);
    // Shares of a sum. Bases of nearly equal gradients may change places.
    same(curves[i].mean.area, row.area, `area of ${row.explanation}`, row.explanation === "gradient" ? 100 : 1);
    const { bases, bins } = curves[i].found;
    const counted = (of) => [of?.sites, of?.found, of?.decoys, of?.decoysFound].map((count) => count ?? "");
    const listed = (of) => [row[`sites_${of}`], row[`found_${of}`], row[`decoys_${of}`], row[`decoys_found_${of}`]];
    assert.deepEqual(counted(bases), listed("bases"), `planted sites found by ${row.explanation}`);
    assert.deepEqual(counted(bins), listed("bins"), `bins with sites found by ${row.explanation}`);
  }
  motifs.free();
  loaded.free();
});

test("whose match a variant makes or breaks is the program's", options, async () => {
  const files = ["--model", TRACKS, "--fasta", at("sim.fa"), "--vcf", at("sim.vcf"), "--track", "ATAC"];
  regulens("interpret", "variants", ...files, "--motifs", at("sim.motifs.meme"), "--tsv", at("matches.tsv"));
  const expected = rowsOf("matches.tsv");
  assert(
    expected.some(({ motif_change }) => motif_change === "broken"),
    "some site is broken",
  );
  const loaded = await Regulens.load(TRACKS, { device: "cpu" });
  const sequences = await loaded.readSequences(pathToFileURL(at("sim.fa")));
  const variants = await loaded.readVariants(pathToFileURL(at("sim.vcf")));
  const motifs = await Regulens.readMotifs(pathToFileURL(at("sim.motifs.meme")));
  assert.equal(variants.length, expected.length);
  for (const [i, row] of expected.entries()) {
    const found = await loaded.variantMotifs(sequences, 0, variants[i], motifs);
    const listed = (of) => found.map(of).join(",");
    const what = `${row.sequence}:${row.position}`;
    assert.equal(
      listed(({ motif }) => motifs.motifs[motif].name),
      row.motif,
      what,
    );
    assert.equal(
      listed(({ kind }) => kind),
      row.motif_change,
      what,
    );
    // Two digits behind the point are written.
    for (const [j, bits] of String(row.motif_bits).split(",").entries())
      if (bits !== "") assert(Math.abs(found[j].bits - Number(bits)) <= 0.0051, `${what}: ${found[j].bits}, ${bits}`);
  }
  motifs.free();
  loaded.free();
});

test("names of motifs, and what is known of the stretches that have none, are the program's", options, async () => {
  // One window, read on one strand: the other tests here take both.
  const [start, end] = [20_000, 31_000];
  const files = ["--model", TRACKS, "--input", at("sim.fa"), "--track", "ATAC", "--out", at("names.tsv")];
  const region = ["--shuffles", "1", "--strands", "forward", "--regions", `sim1:${start + 1}-${end}`];
  const asked = ["--motifs", at("sim.motifs.meme"), ...region];
  regulens("interpret", "motifs", ...files, ...asked, "--patterns", at("patterns.meme"), "--least", "2");
  const expected = rowsOf("names.tsv");
  assert(expected.length > 2, `${expected.length} names`);
  const loaded = await Regulens.load(TRACKS, { device: "cpu" });
  const sequences = await loaded.readSequences(pathToFileURL(at("sim.fa")));
  const motifs = await Regulens.readMotifs(pathToFileURL(at("sim.motifs.meme")));
  const track = loaded.card.tracks.findIndex(({ name }) => name === "ATAC");
  const how = { shuffles: 1, strands: "forward", region: { start, end }, least: 2 };
  const { names, seqlets, patterns } = await loaded.motifs(sequences, 0, track, motifs, how);
  assert(seqlets.length >= names.length);
  const placed = names.map(({ motif, start, end, strand }) => {
    const { id, name } = motifs.motifs[motif];
    return [start + 1, end, strand, name, id];
  });
  assert.deepEqual(
    placed,
    expected.map(({ start, end, strand, motif, id }) => [start, end, strand, motif, id]),
  );
  for (const [i, row] of expected.entries()) {
    const what = `${row.motif} at ${row.start}`;
    const { bits, p, q, seqlet } = names[i];
    same(bits, row.score, `score of ${what}`);
    same(p, row.p, `p of ${what}`);
    same(q, row.q, `q of ${what}`);
    same(seqlets[seqlet].q, row.seqlet_q, `q of the seqlet of ${what}`);
    // Many gradients of float32, added along the way from a shuffle.
    same(seqlets[seqlet].contribution, row.contribution, `contribution of ${what}`, 100 * Math.abs(row.contribution));
  }
  const alike = await Regulens.readMotifs(pathToFileURL(at("patterns.meme")));
  assert(patterns.length > 0);
  assert.deepEqual(
    patterns.map(({ rows, sites }) => [rows.length, sites.length]),
    alike.motifs.map(({ rows, sites }) => [rows.length, sites]),
  );
  for (const [i, { rows, sites }] of patterns.entries()) {
    // Six digits are written.
    for (const [column, row] of rows.entries())
      for (const [base, share] of row.entries())
        same(share, alike.motifs[i].rows[column][base], `pattern ${i + 1}, column ${column + 1}`, 1);
    for (const site of sites) {
      const { start, end } = seqlets[site.seqlet];
      assert(site.start < end && site.end > start, `a seqlet at ${start} under a pattern at ${site.start}`);
    }
  }
  for (const each of [alike, motifs]) each.free();
  loaded.free();
});

/** The least sum over bins that a change of a variant is a difference of, by settings. */
const least = new Map();

for (const settings of [{}, { around: 4, strands: "forward", shifts: [-1, 0, 1] }]) {
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const how = flags.length === 0 ? "as it is by default" : `with ${flags.join(" ")}`;

  test(`a variant's effect ${how} is the program's`, options, async () => {
    const files = ["--model", TRACKS, "--fasta", at("sim.fa"), "--vcf", at("sim.vcf"), "--tsv", at("scores.tsv")];
    regulens("interpret", "variants", ...files, ...flags);
    const expected = rowsOf("scores.tsv");
    assert(expected.length > 10);
    least.set(settings, Math.min(...expected.map(({ reference_sum }) => reference_sum)));
    const loaded = await Regulens.load(TRACKS, { device: "cpu" });
    const sequences = await loaded.readSequences(pathToFileURL(at("sim.fa")));
    const variants = await loaded.readVariants(pathToFileURL(at("sim.vcf")));
    const found = await loaded.scoreVariants(sequences, variants, settings);
    assert.equal(found.length, expected.length);
    for (const [i, row] of found.entries()) {
      const want = expected[i];
      assert.deepEqual(Object.keys(row), Object.keys(want));
      const name = `${want.sequence}:${want.position} ${want.reference}>${want.alternative} ${want.track}`;
      for (const [column, value] of Object.entries(want)) {
        const what = `${column} of ${name}`;
        if (typeof value === "string" || column.endsWith("position")) assert.equal(row[column], value, what);
        else same(row[column], value, what, ["sad", "total"].includes(column) ? want.reference_sum : SCALES[column]);
      }
    }
    loaded.free();
  });

  test(`in-silico mutagenesis ${how} is the program's`, options, async () => {
    const [start, end] = [30_000, 30_006];
    const region = `sim1:${start + 1}-${end}`;
    const files = ["--model", TRACKS, "--fasta", at("sim.fa"), "--out", at("ism.tsv")];
    regulens("interpret", "mutagenesis", ...files, "--region", region, "--track", "ATAC", ...flags);
    const expected = rowsOf("ism.tsv");
    const loaded = await Regulens.load(TRACKS, { device: "cpu" });
    const sequences = await loaded.readSequences(pathToFileURL(at("sim.fa")));
    const { change, contribution } = await loaded.mutagenesis(sequences, 0, start, end, settings);
    const track = loaded.card.tracks.findIndex(({ name }) => name === "ATAC");
    const count = loaded.card.tracks.length;
    for (const [i, row] of expected.entries()) {
      for (const [code, base] of [..."ACGT"].entries())
        same(
          change[(i * 4 + code) * count + track],
          row[base],
          `${row.reference}${row.position}${base}`,
          least.get(settings),
        );
      same(contribution[i * count + track], row.height, `height at ${row.position}`, least.get(settings));
    }
    loaded.free();
  });
}

/** Modules of the page's source, as one. */
async function ofThePage(...modules) {
  const { build } = createRequire(join(root, "www/package.json"))("esbuild");
  const { outputFiles } = await build({
    stdin: {
      contents: modules.map((module) => `export * from "./${module}";`).join("\n"),
      resolveDir: join(root, "www/src"),
    },
    ...{ bundle: true, format: "esm", platform: "node", write: false },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

test("the page writes the program's scores as the program does, byte for byte", options, async () => {
  const { emptyPart, putRows, scoringOrder, tsvLines, vcfLines, VariantScores } = await ofThePage(
    "tasks/tracks/variants/scores-text",
    "tasks/tracks/variants/scores",
  );
  const sites = readFileSync(at("sim.vcf"), "utf8").split("\n");
  const first = sites.findIndex((line) => !line.startsWith("#"));
  const more = (line, alternative) => {
    const cells = line.split("\t");
    return [...cells.slice(0, 4), alternative, ...cells.slice(5)].join("\t");
  };
  const several = `${sites[first].split("\t")[4]},<DEL>,${"ACGT".repeat(2000)}`;
  const vcf = [
    ...sites.slice(0, first),
    more(sites[first], several),
    more(sites[first + 1], "*"),
    ...sites.slice(first + 2),
  ];
  writeFileSync(at("several.vcf"), vcf.join("\r\n"));
  const null_ = ["--model", TRACKS, "--fasta", at("sim.fa"), "--count", "100", "--seed", "1", "--track", "ATAC"];
  regulens("calibrate", "variants", ...null_, "--out", at("rated.safetensors"));
  for (const model of [TRACKS, at("rated.safetensors")]) {
    const written = ["--out", at("several.out.vcf"), "--tsv", at("several.tsv")];
    regulens(
      "interpret",
      "variants",
      "--model",
      model,
      "--fasta",
      at("sim.fa"),
      "--vcf",
      at("several.vcf"),
      ...written,
    );
    const loaded = await Regulens.load(model, { device: "cpu" });
    const rows = await loaded.readVariants(pathToFileURL(at("several.vcf")));
    const found = rowsOf("several.tsv");
    const { card, sha256, shape } = loaded;
    const tracks = card.tracks.map((_, track) => track);
    const faults = rows.map(({ alternative }) => (/^[ACGTN]+$/.test(alternative) ? undefined : { code: "no-bases" }));
    const order = scoringOrder(rows, new Int32Array(rows.length), faults);
    const part = emptyPart(order.length, tracks.length);
    order.forEach((row, i) => {
      const { position, reference, alternative } = rows[row];
      const of = found.filter(
        (each) => each.position === position + 1 && each.reference === reference && each.alternative === alternative,
      );
      const numbers = of.map((each) => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== "")));
      putRows(part, i, numbers, tracks);
    });
    const by = { card, file: "m", sha256, shape, program: "Regulens 0.2.0" };
    const scores = new VariantScores(rows, by, tracks, faults, order).with(part);
    assert.equal([...tsvLines(scores, rows.keys())].join(""), readFileSync(at("several.tsv"), "utf8"));
    const lines = vcfLines(readFileSync(at("several.vcf"), "utf8"), scores);
    assert.equal([...lines].join(""), readFileSync(at("several.out.vcf"), "utf8"));
    loaded.free();
  }
});

/** Shares of what was planted, on average, and the halves of their 95 % confidence intervals. */
function sameShares({ mean }, row, name, of) {
  same(mean.bins, row.recovery_bins, `planted bins found by ${name}`, of);
  same(mean.places, row.recovery_marks_x_bins, `planted marks in bins found by ${name}`, of);
  same(mean.binsError, 1.96 * row.recovery_bins_standard_error, `error of bins by ${name}`, of);
  same(mean.placesError, 1.96 * row.recovery_marks_x_bins_standard_error, `error of marks in bins by ${name}`, of);
}

test("the deletion test is the program's, explanation by explanation", options, async () => {
  const genes = part("genes.csv", 0, 20);
  const files = ["--model", ON_OFF, "--input", genes, "--out", at("areas.tsv"), "--curves", at("curves.tsv")];
  const truth = ["--truth", at("genes.truth.tsv")];
  regulens("interpret", "deletion", ...files, "--per-gene", at("per-gene.tsv"), "--steps", "20", ...truth);
  const [areas, curves, perGene] = ["areas.tsv", "curves.tsv", "per-gene.tsv"].map(rowsOf);
  const loaded = await Regulens.load(ON_OFF, { device: "cpu" });
  const table = await loaded.readTable(pathToFileURL(genes));
  // The program's own maps: twenty steps from a rounding apart order bins of nearly equal importance otherwise.
  const optimised = async (of) => {
    const { bins, marks, ...rest } = await loaded.classOptimisation({ class: of, steps: 20 });
    regulens(
      "interpret",
      "class-optimisation",
      "--model",
      ON_OFF,
      "--class",
      of,
      "--steps",
      "20",
      "--out",
      at("map.tsv"),
    );
    const map = new Float32Array(bins * marks.length);
    for (const { mark, bin, value } of rowsOf("map.tsv")) map[(bin - 1) * marks.length + marks.indexOf(mark)] = value;
    return { ...rest, bins, marks, map };
  };
  const [on, off] = [await optimised("on"), await optimised("off")];
  const planted = await loaded.readPlanted(table, pathToFileURL(at("genes.truth.tsv")));
  assert.deepEqual([planted.file, planted.known], ["genes.truth.tsv", table.genes.length]);
  const found = await loaded.deletion(table, { maps: { on, off }, truth: planted });
  assert.equal(found.curves.length, 8);
  const chance = areas.find(({ group }) => group === "all");
  same(found.chance.mean.bins, chance.chance_bins, "bins by chance");
  same(found.chance.mean.places, chance.chance_marks_x_bins, "marks in bins by chance");
  perGene.forEach(({ probability }, gene) => same(found.probability[gene], probability, `probability of gene ${gene}`));
  for (const { explanation, area, mean, planted } of found.curves) {
    const name = explanation === "alpha" ? "attention" : explanation;
    const all = (row) => row.explanation === name && row.group === "all";
    // An area is a mean of differences of probabilities. Bins whose attributions differ by a rounding may change
    // places.
    const of = ATTRIBUTIONS.includes(explanation) ? 100 : 1;
    perGene.forEach((row, gene) => same(area[gene], row[`area_${name}`], `area of gene ${gene} by ${name}`, of));
    sameShares(planted, areas.find(all), name, of);
    same(mean.area, areas.find(all).area, `mean area by ${name}`, of);
    same(mean.error, 1.96 * areas.find(all).standard_error, `error of the mean area by ${name}`, of);
    const steps = curves.filter(all);
    assert.deepEqual(
      steps.map(({ replaced }) => replaced),
      found.steps,
    );
    steps.forEach(({ change }, step) => same(mean.change[step], change, `change at step ${step} by ${name}`, of));
  }
  loaded.free();
});

/** Values of the program's table of attributions, by {@link keyOf}. */
function written(file, column) {
  const rows = rowsOf(file);
  return new Map(rows.map((row) => [keyOf(row.gene, row.cell_type, row.mark, row.bin), row[column]]));
}

/** A value of a gene; of Shapley values there is no bin, of whole bins no mark, of one table no cell type. */
const keyOf = (...parts) => parts.filter((part) => part !== undefined).join(" ");

/** Flags of the program for a method of the package. */
const asked = (method, window) =>
  method === "occlusion-of-bins"
    ? ["--method", "occlusion", "--together", "--side-by-side", "--window", window]
    : ["--method", method];

for (const method of ["gradient-x-input", "integrated-gradients", "occlusion", "occlusion-of-bins", "shapley"]) {
  test(`attributions by ${method} are the program's, of genes on or off and of a change`, options, async () => {
    const column = method === "shapley" ? "shapley" : "attribution";
    const write = (window, ...files) => {
      const out = ["--out", at("attributed.safetensors"), "--tsv", at("attributed.tsv")];
      regulens("interpret", "attribute", ...files, ...asked(method, window), ...out);
      return written("attributed.tsv", column);
    };
    /** `of` names a value of a gene, and how the values lie in it. */
    const compare = ({ values, score, baselineScore, genes }, names, of, expected) => {
      assert.equal(expected.size, values.length);
      const size = values.length / genes.length;
      values.forEach((value, i) => {
        const gene = Math.floor(i / size);
        // A value is a part of a difference of scores, which float32 rounds.
        const scale = Math.max(1, Math.abs(score[gene]), Math.abs(baselineScore[gene]));
        const key = keyOf(names[gene], ...of(i % size));
        same(value, expected.get(key), `${method} of ${key}`, scale);
      });
    };
    const isWhole = method === "shapley";
    const isTogether = method === "occlusion-of-bins";
    // All subsets of ten marks take their time.
    const chosen = Array.from({ length: isWhole ? 3 : 12 }, (_, i) => i);
    const onOff = await Regulens.load(ON_OFF, { device: "cpu" });
    const marks = isTogether ? [undefined] : onOff.card.marks;
    const place = (i) => [marks[i % marks.length], isWhole ? undefined : Math.floor(i / marks.length) + 1];
    // On the way to the third gene the model jumps, and two sums in float32 differ by 2e-5 of the score there.
    const file = part("genes.csv", 3, chosen.length);
    const table = await onOff.readTable(pathToFileURL(file));
    const ofGenes = await onOff.attributions(table, { method });
    assert.equal(ofGenes.window, 1);
    const byTheProgram = write("1", "--model", ON_OFF, "--input", file);
    compare(ofGenes, table.genes, (i) => [undefined, ...place(i)], byTheProgram);
    onOff.free();

    const change = await Regulens.load(CHANGE, { device: "cpu", task: "change" });
    // It jumps on the way to the fifth of twelve genes.
    const [a, b] = ["pair.a.csv", "pair.b.csv"].map((file) => part(file, 5, chosen.length));
    const tables = [await change.readTable(pathToFileURL(a)), await change.readTable(pathToFileURL(b))];
    const cells = (i) => {
      const column = i % (2 * marks.length);
      const bin = Math.floor(i / (2 * marks.length)) + 1;
      return ["AB"[Math.floor(column / marks.length)], marks[column % marks.length], isWhole ? undefined : bin];
    };
    const found = await change.attributions(...tables, { method, genes: chosen.slice(0, 7) });
    // A gene of a change has 200 bins in each cell type, and takes no more than 100 predictions.
    assert.equal(found.window, isTogether ? 4 : 1);
    const files = ["--model", CHANGE, "--input", a, "--input-b", b];
    compare(found, tables[0].genes, cells, write(String(found.window), ...files));
    change.free();
  });
}

/** A model whose weights are all none: it says the same of everything. */
function without(file) {
  const bytes = readFileSync(file);
  bytes.fill(0, 8 + Number(bytes.readBigUInt64LE(0)));
  return bytes;
}

test(
  "a model that says the same of everything is explained by nothing, and nothing is wrong with that",
  options,
  async () => {
    const isNothing = (values, what) => assert(values.length > 0 && values.every((value) => value === 0), what);
    writeFileSync(at("same.safetensors"), without(ON_OFF));
    const files = [
      "--model",
      at("same.safetensors"),
      "--input",
      at("genes.csv"),
      "--out",
      at("attributed.safetensors"),
    ];
    regulens("interpret", "attribute", ...files, "--tsv", at("attributed.tsv"));
    isNothing(
      rowsOf("attributed.tsv").map(({ attribution }) => attribution),
      "the program's attributions",
    );
    const onOff = await Regulens.load(without(ON_OFF), { device: "cpu" });
    const table = await onOff.readTable(pathToFileURL(at("genes.csv")));
    for (const method of ["gradient-x-input", "integrated-gradients", "occlusion-of-bins", "shapley"]) {
      const { values, complete } = await onOff.attributions(table, { method, genes: [0, 7] });
      isNothing(values, method);
      assert.deepEqual([...complete], [1, 1], method);
    }
    for (const { explanation, area } of (await onOff.deletion(table, { genes: [0, 7] })).curves)
      isNothing(area, explanation);
    const { probability } = await onOff.predict(table);
    const means = await onOff.explanationMeans(table, { predicted: probability, genes: [0, 7] });
    isNothing(means.high.mean, "the mean of the set");
    assert.deepEqual(means.completeness.incomplete, 0);
    onOff.free();

    const tracks = await Regulens.load(without(TRACKS), { device: "cpu" });
    const sequences = await tracks.readSequences(pathToFileURL(at("sim.fa")));
    const motifs = await Regulens.readMotifs(pathToFileURL(at("sim.motifs.meme")));
    const how = { region: { start: 28_000, end: 30_000 }, shuffles: 1 };
    const found = await tracks.motifs(sequences, 0, 0, motifs, how);
    isNothing(found.contributions, "contributions");
    assert.deepEqual([found.isConverged, found.seqlets, found.names, found.patterns], [true, [], [], []]);
    for (const { explanation, area } of (await tracks.deletion(sequences, 0, 0, { ...how, motifs })).curves)
      isNothing(area, explanation);
    for (const each of [motifs, tracks]) each.free();
  },
);

test("attributions against every baseline are the program's", options, async () => {
  const compare = (found, file, expected, cells) => {
    assert.equal(found.length, expected.length, file);
    found.forEach((value, i) => same(value, expected[i].attribution, `${file}, ${cells}, value ${i}`, 1));
  };
  const files = ["--method", "gradient-x-input", "--out", at("attributed.safetensors"), "--tsv", at("attributed.tsv")];
  const onOff = await Regulens.load(ON_OFF, { device: "cpu" });
  const table = await onOff.readTable(pathToFileURL(at("genes.csv")));
  for (const baseline of ["zero", "gene-mean", "training-mean"]) {
    const asked = ["--model", ON_OFF, "--input", at("genes.csv"), "--baseline", baseline];
    regulens("interpret", "attribute", ...asked, ...files);
    const found = await onOff.attributions(table, { method: "gradient-x-input", baseline });
    assert.equal(found.baseline, baseline);
    compare(found.values, "genes.csv", rowsOf("attributed.tsv"), baseline);
  }
  onOff.free();
  const change = await Regulens.load(CHANGE, { device: "cpu", task: "change" });
  const pair = ["pair.a.csv", "pair.b.csv"].map(at);
  const tables = await Promise.all(pair.map((file) => change.readTable(pathToFileURL(file))));
  for (const baseline of ["midpoint", "zero", "training-mean", "other"]) {
    const asked = ["--model", CHANGE, "--input", pair[0], "--input-b", pair[1], "--baseline", baseline];
    regulens("interpret", "attribute", ...asked, ...files);
    const found = await change.attributions(...tables, { method: "gradient-x-input", baseline });
    compare(found.values, "pair.csv", rowsOf("attributed.tsv"), baseline);
  }
  change.free();
});

test("the deletion test of a change is the program's", options, async () => {
  const pair = ["pair.a.csv", "pair.b.csv"].map((file) => part(file, 0, 5));
  const files = ["--model", CHANGE, "--input", pair[0], "--input-b", pair[1]];
  const out = ["--out", at("areas.tsv"), "--per-gene", at("per-gene.tsv"), "--steps", "5"];
  regulens("interpret", "deletion", ...files, ...out, "--truth", at("pair.truth.tsv"));
  const [perGene, areas] = ["per-gene.tsv", "areas.tsv"].map(rowsOf);
  const change = await Regulens.load(CHANGE, { device: "cpu", task: "change" });
  const tables = await Promise.all(pair.map((file) => change.readTable(pathToFileURL(file))));
  const truth = await change.readPlanted(...tables, pathToFileURL(at("pair.truth.tsv")));
  const found = await change.deletion(...tables, { truth });
  assert.deepEqual(
    found.curves.map(({ explanation }) => explanation),
    ["alpha", "saliency", "gradient-x-input", "integrated-gradients", "occlusion", "signal", "random"],
  );
  for (const { explanation, area, planted } of found.curves) {
    const name = explanation === "alpha" ? "attention" : explanation;
    const of = ATTRIBUTIONS.includes(explanation) ? 100 : 1;
    perGene.forEach((row, gene) => same(area[gene], row[`area_${name}`], `area of gene ${gene} by ${name}`, of));
    const all = (row) => row.explanation === name && row.group === "all";
    sameShares(planted, areas.find(all), name, of);
  }
  change.free();
});

test("how far predicted changes agree with measured ones is what the program evaluates", options, async () => {
  const tables = ["pair.a.csv", "pair.b.csv"].map(at);
  const expression = ["pair.a.expression.csv", "pair.b.expression.csv"].map(at);
  const files = ["--model", CHANGE, "--input", ...tables, "--expression", ...expression];
  const expected = JSON.parse(regulens("evaluate", ...files, "--json"));
  const change = await Regulens.load(CHANGE, { device: "cpu", task: "change" });
  const [a, b] = await Promise.all(tables.map((file) => change.readTable(pathToFileURL(file))));
  const counts = await Promise.all(expression.map((file) => change.readCounts(pathToFileURL(file))));
  const prepared = change.preparePair(a, b);
  const measured = change.measuredFoldChange(...counts.map((each) => each.of(prepared)));
  const { foldChange: predicted } = await change.predict(a, b);
  assert.equal(expected.n, predicted.length);
  same(change.pearson(predicted, measured), expected.pearson, "Pearson's r", 1);
  for (const each of [...counts, prepared, change]) each.free();
});

test(
  "the symmetric form is half the difference of both orders, as the program has it, and 0 without a change",
  options,
  async () => {
    const tables = ["pair.a.csv", "pair.b.csv"].map(at);
    const file = model("deep-diff-raw-d-k562-h1.safetensors");
    const open = (symmetric) => Regulens.load(file, { device: "cpu", task: "change", symmetric });
    const [published, symmetric, own] = await Promise.all([false, true, undefined].map(open));
    assert.deepEqual(
      [published, symmetric, own].map((each) => each.symmetric),
      [false, true, false],
      "the card's is the default",
    );
    const [a, b] = await Promise.all(tables.map((table) => published.readTable(pathToFileURL(table))));
    const [forth, back, both] = await Promise.all([
      published.predict(a, b),
      published.predict(b, a),
      symmetric.predict(a, b),
    ]);
    assert.deepEqual([forth.symmetric, both.symmetric], [false, true]);
    const [input, inputB] = tables;
    const how = ["--model", file, "--input", input, "--input-b", inputB, "--symmetric", "true"];
    regulens("predict", ...how, "--out", at("symmetric.tsv"));
    const rows = rowsOf("symmetric.tsv");
    both.foldChange.forEach((change, gene) => {
      same(change, (forth.foldChange[gene] - back.foldChange[gene]) / 2, `gene ${gene}, of both orders`, 1);
      same(change, rows[gene].log2_fold_change, `gene ${gene}, of the program`, 1);
    });
    const genes = [2, 0];
    const compared = { genes, method: "gradient-x-input", baseline: "midpoint" };
    const { baselineScore } = await published.attributions(a, b, compared);
    const still = await published.noChange(a, b, { genes });
    still.forEach((answer, i) => same(answer, baselineScore[i], `no change of gene ${genes[i]}`, 1));
    for (const answer of await symmetric.noChange(a, b, { genes })) assert(Math.abs(answer) < 1e-5, `${answer}`);
    const against = await symmetric.attributions(a, b, { ...compared, baseline: "zero" });
    assert.deepEqual([...against.baselineOutside], [1, 1], "no training gene is without signal");
    for (const each of [a, b, published, symmetric, own]) each.free();
  },
);

test(
  "what an ensemble predicts, calibrated or not, and how far its seeds are apart is the program's",
  options,
  async () => {
    regulens("simulate", "hm", "--genes", "60", "--seed", "4", "--out", at("valid.csv"));
    const sizes = ["--variant", "lstm", "--bin-rnn-size", "4", "--epochs", "1", "--no-baselines"];
    const of = ["--train", at("genes.csv"), "--valid", at("valid.csv"), ...sizes];
    regulens("train", "attentive-chrome", ...of, "--seeds", "2", "--ensemble", "--out", at("two.safetensors"));
    const calibrated = ["--input", at("valid.csv"), "--out", at("calibrated.safetensors")];
    regulens("calibrate", "confidence", "--model", at("two.safetensors"), ...calibrated);
    for (const file of ["two.safetensors", "calibrated.safetensors"]) {
      regulens("predict", "--model", at(file), "--input", at("genes.csv"), "--out", at("several.tsv"));
      const rows = rowsOf("several.tsv");
      const loaded = await Regulens.load(at(file), { device: "cpu" });
      const table = await loaded.readTable(pathToFileURL(at("genes.csv")));
      const found = await loaded.predict(table);
      const columns = {
        ...{ probability: found.probability, logit: found.logit, probability_raw: found.probabilityRaw },
        ...{ probability_sd: found.sd, probability_low: found.low, probability_high: found.high },
      };
      const given = Object.keys(columns).filter((column) => columns[column]);
      assert.deepEqual(Object.keys(rows[0]).slice(1, 1 + given.length), given, file);
      assert.deepEqual(given.includes("probability_raw"), file === "calibrated.safetensors");
      rows.forEach((row, gene) => {
        for (const column of given) same(columns[column][gene], row[column], `${column} of ${row.gene}`, 1);
        const [one, two] = found.members.subarray(2 * gene, 2 * gene + 2);
        same((one + two) / 2, found.logit[gene], `the mean of ${row.gene}`, 1);
      });
      for (const each of [table, loaded]) each.free();
    }
  },
);

test("files of an ensemble's tracks, and of how far its members are apart, are the program's", options, async () => {
  const { halved, together } = await ofThePage("../../tests/browser/support/safetensors");
  const one = readFileSync(TRACKS);
  writeFileSync(at("both.safetensors"), together([one, halved(one, "final/dense/kernel")]));
  const loaded = await Regulens.load(at("both.safetensors"), { device: "cpu" });
  const sequences = await loaded.readSequences(pathToFileURL(at("sim.fa")));
  const { values, spread, record, length, origin, bins, binSize } = await loaded.predict(sequences, 0);
  const { tracks } = loaded.card;
  const track = tracks.findIndex(({ name }) => name === "ATAC");
  const of = (all) => all.filter((_, i) => i % tracks.length === track);
  const mean = of(values);
  const read = async (source, options) => {
    const measured = await loaded.readMeasured(source, options);
    const found = measured.bins(record, origin, bins, binSize, "mean");
    measured.free();
    return found;
  };
  // Bins beyond the record have no place in a file.
  const first = Math.max(0, Math.ceil(-origin / binSize));
  for (const [format, ending] of Object.entries({ bigwig: "bw", bedgraph: "bedGraph" })) {
    const files = ["--model", at("both.safetensors"), "--input", at("sim.fa"), "--out", at(format)];
    regulens("predict", ...files, "--format", format);
    for (const [part, all] of Object.entries({
      "": values,
      ".sd": spread.sd,
      ".low": spread.low,
      ".high": spread.high,
    })) {
      const name = `ATAC${part}.${ending}`;
      const place = { chromosome: record, length, start: origin + first * binSize };
      const own = await read(new Blob([await loaded.writeBigWig(place, of(all).slice(first))]), { name: "own.bw" });
      const written = await read(pathToFileURL(join(at(format), name)));
      assert.equal(written.length, own.length);
      for (let bin = first; bin < bins; bin++) same(own[bin], written[bin], `bin ${bin} of ${name}`, mean[bin]);
    }
  }
  sequences.free();
  loaded.free();
});

test("how marks are weighed in genes that rise and fall is what the program averages", options, async () => {
  const tables = ["pair.a.csv", "pair.b.csv"].map(at);
  const file = model("deep-diff-raw-k562-h1.safetensors");
  const change = await Regulens.load(file, { device: "cpu", task: "change" });
  const [a, b] = await Promise.all(tables.map((table) => change.readTable(pathToFileURL(table))));
  const result = await change.predict(a, b);
  const most = change.weightsByDirection(result);
  assert(most.up + most.down >= result.genes.length / 10, `${most.up} genes rise, ${most.down} fall`);
  const sizes = [...result.foldChange].map(Math.abs).sort((a, b) => a - b);
  const threshold = Math.floor(100 * sizes[Math.floor(sizes.length / 2)] - 1) / 100;
  const found = change.weightsByDirection(result, { threshold });
  change.free();
  const [input, inputB] = tables;
  const how = ["--model", file, "--input", input, "--input-b", inputB, "--threshold", String(threshold)];
  regulens("interpret", "change-beta", ...how, "--out", at("driving.tsv"));
  const expected = rowsOf("driving.tsv").filter(({ attention }) => attention === "main");
  assert(found.up + found.down >= result.genes.length / 2, `${found.up} genes rise, ${found.down} fall`);
  for (const group of ["up", "down"]) {
    const rows = expected.filter((row) => row.group === group);
    assert.equal(rows.length, result.columns.length);
    rows.forEach((row, column) => {
      const { mean, deviation } = found.columns[column][group] ?? {};
      assert.equal(found[group], row.genes);
      same(mean ?? 0, Number(row.beta), `mean β of ${row.encoder} ${row.mark}, ${group}`);
      same(deviation ?? 0, Number(row.standard_deviation), `deviation of ${row.encoder} ${row.mark}, ${group}`, 0.01);
    });
  }
});

test("class optimisation is the program's", options, async () => {
  // Each step builds on the one before. The model of K562 jumps within twenty, and rounding with it; that of H1 does
  // not.
  const steady = model("attentive-chrome-h1.safetensors");
  const files = ["--model", steady, "--out", at("map.tsv"), "--trace", at("trace.tsv")];
  regulens("interpret", "class-optimisation", ...files, "--steps", "20");
  const loaded = await Regulens.load(steady, { device: "cpu" });
  const { map, losses, marks, bins } = await loaded.classOptimisation({ steps: 20 });
  for (const { mark, bin, value } of rowsOf("map.tsv"))
    same(map[(bin - 1) * marks.length + marks.indexOf(mark)], value, `${mark} in bin ${bin} of ${bins}`, 1);
  rowsOf("trace.tsv").forEach(({ step, loss }) => same(losses[step - 1], loss, `loss of step ${step}`));
  loaded.free();
});

test(
  "class optimisation of a change is the program's, in both cell types, whichever way it is moved",
  options,
  async () => {
    const loaded = await Regulens.load(CHANGE, { device: "cpu" });
    for (const of of ["up", "down"]) {
      const files = ["--model", CHANGE, "--class", of, "--steps", "10", "--out", at("map.tsv")];
      regulens("interpret", "class-optimisation", ...files, "--trace", at("trace.tsv"));
      const { map, losses, marks, bins } = await loaded.classOptimisation({ class: of, steps: 10 });
      const rows = rowsOf("map.tsv");
      assert.deepEqual([rows.length, map.length], [2 * marks.length * bins, 2 * marks.length * bins]);
      // A value is a step from where the last one was, and steps are signs of small slopes.
      for (const { cell_type, mark, bin, value } of rows) {
        const column = (cell_type === "A" ? 0 : marks.length) + marks.indexOf(mark);
        same(map[(bin - 1) * 2 * marks.length + column], value, `${mark} of ${cell_type} in bin ${bin}, ${of}`, 10);
      }
      rowsOf("trace.tsv").forEach(({ step, loss }) => same(losses[step - 1], loss, `loss of step ${step}, ${of}`, 1));
    }
    loaded.free();
  },
);

test("held-out correlations and profiles of a change are the program's, in either cell type", options, async () => {
  const genes = 40;
  regulens("simulate", "hm-pair", "--genes", String(genes), "--seed", "5", "--out", at("two.csv"));
  // A track of another assay: what two of the marks have in common.
  const track = readFileSync(at("two.b.csv"), "utf8").trimEnd().split("\n").slice(1);
  const rows = track.map((line) => {
    const [gene, bin, first, second] = line.split(",");
    return `${gene},${bin},${Math.min(Number(first), Number(second))}`;
  });
  writeFileSync(at("unseen.csv"), `gene,bin,RNAPII\n${rows.join("\n")}\n`);
  const loaded = await Regulens.load(CHANGE, { device: "cpu" });
  const [a, b, unseen] = await Promise.all(
    ["two.a.csv", "two.b.csv", "unseen.csv"].map((file) => loaded.readTable(pathToFileURL(at(file)))),
  );
  const { foldChange } = await loaded.predict(a, b);
  for (const [name, cell, prefix] of [
    ["up", "b", "B"],
    ["down", "a", "A"],
  ]) {
    const tables = ["--input", at("two.a.csv"), "--input-b", at("two.b.csv"), "--held-out-input", at("unseen.csv")];
    const asked = ["--held-out", "RNAPII", "--mark", "H3K4me3", "--class", name, "--cell-type", cell, "--steps", "5"];
    const out = ["--out", at("pair-held-out.tsv"), "--profiles", at("pair-profiles.tsv")];
    regulens("interpret", "held-out", "--model", CHANGE, ...tables, ...asked, ...out);
    const [correlations, profiles] = ["pair-held-out.tsv", "pair-profiles.tsv"].map(rowsOf);
    const chosen = [...foldChange.keys()].filter((gene) => foldChange[gene] >= 0 === (name === "up"));
    assert(chosen.length > 1 && chosen.length < genes);
    const classMap = await loaded.classOptimisation({ class: name, steps: 5 });
    const track = { table: unseen, column: "RNAPII" };
    const found = await loaded.heldOut(a, b, { mark: "H3K4me3", cell, class: name, genes: chosen, track, classMap });
    assert.deepEqual(
      found.profiles.map(({ kind }) => kind),
      correlations.map(({ explanation }) => explanation),
    );
    assert(found.profiles.some(({ kind }) => kind === "difference"));
    for (const [i, { kind, marksApart, cellTypesApart, values, r }] of found.profiles.entries()) {
      const row = correlations[i];
      const of = !marksApart ? "all marks" : `${cellTypesApart ? prefix : "diff"}_H3K4me3`;
      assert.deepEqual([of, found.genes, found.trackGenes], [row.of, row.explained_genes, row.track_genes], kind);
      if (r === undefined) assert.equal(row.r, "", kind);
      // The map is that of few steps; see above.
      else same(r, row.r, `r of ${kind}, ${name}`, kind === "class-optimisation" ? 10 : 1);
      const expected = profiles.filter(({ profile }) => profile === kind).map(({ mean }) => mean);
      const largest = (kind === "class-optimisation" ? 10 : 1) * Math.max(...expected.map(Math.abs));
      values.forEach((value, bin) => same(value, expected[bin], `${kind} in bin ${bin + 1}, ${name}`, largest));
    }
  }
  loaded.free();
});

test(
  "held-out correlations and profiles are the program's, over genes predicted and labelled on",
  options,
  async () => {
    const files = ["--model", ON_OFF, "--input", at("genes.csv"), "--held-out-input", at("genes.held-out.csv")];
    const out = ["--out", at("held-out.tsv"), "--profiles", at("profiles.tsv")];
    regulens("interpret", "held-out", ...files, ...out, "--steps", "20");
    const [correlations, profiles] = ["held-out.tsv", "profiles.tsv"].map(rowsOf);
    const loaded = await Regulens.load(ON_OFF, { device: "cpu" });
    const table = await loaded.readTable(pathToFileURL(at("genes.csv")));
    const second = await loaded.readTable(pathToFileURL(at("genes.held-out.csv")));
    const classOn = await loaded.classOptimisation({ steps: 20 });
    const { probability, labels } = await loaded.predict(table);
    const genes = [...table.genes.keys()];
    const on = genes.filter((gene) => probability[gene] >= 0.5);
    for (const [over, of] of [
      ["predicted on", on],
      ["labelled on", genes.filter((gene) => labels[gene] === 1)],
    ]) {
      const track = { table: second, column: "H3K27ac" };
      const found = await loaded.heldOut(table, { mark: "H3K4me3", on, over: of, track, classOn });
      const mean = (name, values) => {
        const expected = profiles.filter(({ profile }) => profile === name).map(({ mean }) => mean);
        assert.equal(values.length, expected.length, name);
        // A profile is a mean over genes, some of which raise it where others lower it.
        const largest = Math.max(...expected.map(Math.abs));
        values.forEach((value, bin) => same(value, expected[bin], `${name} in bin ${bin + 1}`, largest));
      };
      mean(`H3K27ac, ${over}`, found.track);
      const expected = correlations.filter(({ track_over }) => track_over === over);
      assert.deepEqual(
        found.profiles.map(({ kind }) => kind),
        expected.map(({ explanation }) => explanation),
      );
      for (const [i, { kind, marksApart, values, r }] of found.profiles.entries()) {
        const row = expected[i];
        assert.deepEqual(
          [marksApart ? "H3K4me3" : "all marks", found.genes, found.trackGenes],
          [row.of, row.explained_genes, row.track_genes],
        );
        if (r === undefined) assert.equal(row.r, "", kind);
        else same(r, row.r, `r of ${kind}, ${over}`);
        mean(kind, values);
      }
    }
    loaded.free();
  },
);

/** Counts the bytes that are read of files while something is done. */
async function bytesRead(work) {
  const { readSync } = fs;
  let bytes = 0;
  fs.readSync = (...args) => {
    const read = readSync(...args);
    bytes += read;
    return read;
  };
  syncBuiltinESMExports();
  try {
    return { done: await work(), bytes };
  } finally {
    fs.readSync = readSync;
    syncBuiltinESMExports();
  }
}

const MB = 1e6;

test("places of a genome of 3.1 Gb are read by slices, and predicted as by the program", options, async () => {
  const [text] = readFileSync(at("sim.fa"), "utf8").split(">").slice(1);
  const bases = text.slice(text.indexOf("\n")).replace(/\s/g, "");
  const contigs = Array.from({ length: 400 }, (_, i) => ({ name: `contig${i}`, ts: 1000 }));
  writeTwoBit(at("big.2bit"), [{ name: "chr1", ts: 3_100_000_000 }, ...contigs, { name: "sim1", bases }]);
  const place = { start: 20_100, end: 24_000 };
  const flags = ["--model", TRACKS, "--input", at("big.2bit"), "--regions", "sim1:20,101-24,000", "chr1:5-90"];
  regulens("predict", ...flags, "--out", at("regions.tsv"));
  const loaded = await Regulens.load(TRACKS, { device: "cpu" });
  // The engine of files is there before memory is measured.
  (await loaded.readSequences(pathToFileURL(at("sim.fa")), { fai: faiOf(readFileSync(at("sim.fa"))) })).free();
  const before = process.memoryUsage();
  const { done, bytes } = await bytesRead(async () => {
    const sequences = await loaded.readSequences(pathToFileURL(at("big.2bit")));
    assert(sequences.isSliced);
    const last = sequences.records.findIndex(({ name }) => name === "sim1");
    assert.equal(sequences.records[0].length, 3_100_000_000);
    return { sequences, last, tracks: await loaded.predict(sequences, last, { region: place }) };
  });
  assert(bytes < 2 * MB, `${bytes} bytes were read`);
  const after = process.memoryUsage();
  const held = after.arrayBuffers + after.external - before.arrayBuffers - before.external;
  assert(held < 64 * 2 ** 20, `${held} bytes more are held`);

  const { sequences, last, tracks } = done;
  const names = loaded.card.tracks.map(({ name }) => name);
  const summary = ({ values, bins }, track) => {
    const ofTrack = Array.from({ length: bins }, (_, bin) => values[bin * names.length + track]);
    return { mean: ofTrack.reduce((sum, value) => sum + value, 0) / bins, max: Math.max(...ofTrack) };
  };
  const first = await loaded.predict(sequences, 0, { region: { start: 4, end: 90 } });
  const rows = rowsOf("regions.tsv");
  assert.equal(rows.length, 2 * names.length);
  for (const row of rows) {
    const found = summary(row.sequence === "sim1" ? tracks : first, names.indexOf(row.track));
    for (const column of ["mean", "max"])
      same(found[column], row[column], `${column} of ${row.track} at ${row.region}`);
  }

  // All that the windows predict has the bins of the place in its middle.
  const whole = await loaded.predict(sequences, last, { region: { ...place, isWhole: true } });
  const shift = (tracks.origin - whole.origin) / whole.binSize;
  assert(Number.isInteger(shift) && whole.bins > tracks.bins);
  const middle = whole.values.slice(shift * names.length, (shift + tracks.bins) * names.length);
  assert.deepEqual(middle, tracks.values);

  // The same bases from every form of the file, and the same score of a variant.
  const fasta = readFileSync(at("sim.fa"));
  const plain = await loaded.readSequences(pathToFileURL(at("sim.fa")));
  const indexed = await loaded.readSequences(pathToFileURL(at("sim.fa")), { fai: faiOf(fasta) });
  const [variant] = await loaded.readVariants(pathToFileURL(at("sim.vcf")));
  const expected = await loaded.scoreVariants(plain, [variant], {});
  for (const [each, record] of [
    [sequences, last],
    [indexed, 0],
  ]) {
    assert.deepEqual(each.codes(record, 100, 20_000), plain.codes(0, 100, 20_000));
    assert.deepEqual(await loaded.scoreVariants(each, [variant], {}), expected);
    each.free();
  }
  plain.free();
  loaded.free();
});

/** The index of a FASTA whose lines are of one length. */
function faiOf(fasta) {
  const rows = [];
  let at = 0;
  for (const part of fasta.toString().split(/(?=>)/)) {
    const [header, first = "", ...rest] = part.split("\n");
    const length = [first, ...rest].reduce((sum, line) => sum + line.length, 0);
    const name = header.slice(1).split(/\s/)[0];
    rows.push([name, length, at + header.length + 1, first.length, first.length + 1].join("\t"));
    at += part.length;
  }
  return new Blob([`${rows.join("\n")}\n`]);
}

test("what is wrong with an index or a place of a genome is said by name", options, async () => {
  const loaded = await Regulens.load(TRACKS, { device: "cpu" });
  const fasta = pathToFileURL(at("sim.fa"));
  const rejects = (work, code, saying) =>
    assert.rejects(work, (error) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, saying);
      return error.name === "InputError" && error.remedy !== "";
    });
  await rejects(loaded.readSequences(fasta, { fai: new Blob(["chr1\t5\n"]) }), "index-format", /sim\.fa\.fai, line 1/);
  const other = new Blob(["chr1\t900000000\t6\t60\t61\n"]);
  await rejects(loaded.readSequences(fasta, { fai: other }), "index-of-another", /sim\.fa/);
  const stream = new File([gzipSync(readFileSync(at("sim.fa")))], "sim.fa.gz");
  const index = { fai: faiOf(readFileSync(at("sim.fa"))) };
  await rejects(
    loaded.readSequences(stream, index),
    "not-blocked",
    /sim\.fa\.gz: found gzip compression in one stream.*bgzip > /s,
  );
  const sequences = await loaded.readSequences(fasta, { fai: faiOf(readFileSync(at("sim.fa"))) });
  const region = { start: 59_000, end: 61_000 };
  await rejects(loaded.predict(sequences, 0, { region }), "beyond-sequence", /60000 bases of sim1/);
  const old = new File([readFileSync(at("sim.fa"))], "g.fa", { lastModified: 2000 });
  const fai = new File([await faiOf(readFileSync(at("sim.fa"))).arrayBuffer()], "g.fa.fai", { lastModified: 1000 });
  await rejects(loaded.readSequences(old, { fai }), "index-older", /g\.fa\.fai: found an index older than g\.fa/);
  writeTwoBit(at("cut.2bit"), [{ name: "a", bases: "ACGT".repeat(100) }]);
  fs.truncateSync(at("cut.2bit"), 60);
  await rejects(loaded.readSequences(pathToFileURL(at("cut.2bit"))), "2bit-damaged", /cut\.2bit/);
  loaded.free();
});
