// Under Node: files in the shapes that people have them, by the list that the program's tests run too.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { RULER, written } from "../files/people/form.mjs";
import { addData, app, ROOT } from "./support/package.mjs";

const listed = (name) => JSON.parse(readFileSync(join(ROOT, "tests/files/people", name), "utf8"));
const CASES = listed("prepare.json");
const READ = listed("read.json");

const PREPARE = `
  import * as parsers from "regulens/parsers";
  let text = "";
  for await (const part of process.stdin) text += part;
  const answers = [];
  for (const { annotation, signal, dropVersions } of JSON.parse(text)) {
    const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
    try {
      const genes = await parsers.readAnnotation(bytes(annotation), { name: "genes.txt", dropVersions });
      const M = await parsers.openSignal(bytes(signal), { name: "signal.txt" });
      const prepared = await parsers.prepareTable(genes, { M });
      const said = [...genes.notes, ...prepared.summary, prepared.geneNotes() ?? ""].join("\\n");
      answers.push({ said, table: await prepared.file("plain").text() });
    } catch (error) {
      answers.push({ error: error.message });
    }
  }
  console.log(JSON.stringify(answers));`;

const READING = `
  import { Regulens } from "regulens";
  let text = "";
  for await (const part of process.stdin) text += part;
  const { files, fasta, others, vcf } = JSON.parse(text);
  const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
  const [tables, tracks] = await Promise.all(["model", "tracks"].map((name) => Regulens.load("data/" + name + ".safetensors", { device: "cpu" })));
  const answers = [];
  for (const { kind, file } of files) {
    try {
      if (kind === "motifs") answers.push({ motifs: (await tracks.readMotifs(bytes(file), { name: "file" })).motifs.map(({ id }) => id) });
      else answers.push({ median: (await tables.readCounts(bytes(file), { name: "file" })).median });
    } catch (error) {
      answers.push({ error: error.message + " " + (error.remedy ?? "") });
    }
  }
  const variants = await tracks.readVariants(new TextEncoder().encode(vcf), { name: "v.vcf" });
  const scores = async (text) => {
    const sequences = await tracks.readSequences(new TextEncoder().encode(text), { name: "g.fa" });
    const faults = (await tracks.checkVariants(sequences, variants)).map((fault) => fault?.code ?? null);
    const sound = variants.filter((_, i) => faults[i] === null);
    return { faults, rows: (await tracks.scoreVariants(sequences, sound)).map(({ sad }) => sad) };
  };
  console.log(JSON.stringify({ answers, alone: await scores(fasta), beside: await scores(fasta + others) }));`;

const NAMING = `
  import { Regulens } from "regulens";
  let text = "";
  for await (const part of process.stdin) text += part;
  const { table, fasta, variants, spellings, gtf } = JSON.parse(text);
  const [tables, tracks] = await Promise.all(["model", "tracks"].map((name) => Regulens.load("data/" + name + ".safetensors", { device: "cpu" })));
  const bytes = (text) => new TextEncoder().encode(text);
  const refused = (work) => work.then(() => "none", ({ message, code, file }) => ({ message, code, file }));
  const sequences = await tracks.readSequences(bytes(fasta), { name: "g.fa" });
  const genes = await Regulens.readGenes(bytes(gtf), { name: "g.gtf" });
  const changed = await tracks.changedBases(sequences, spellings);
  console.log(JSON.stringify({
    gene: await refused(tables.predict(await tables.readTable(bytes(table), { name: "t.csv" }))),
    empty: await refused(tracks.predict(sequences, 1)),
    checked: await tracks.checkVariants(sequences, variants),
    both: await refused(tracks.scoreVariants(sequences, variants)),
    each: await Promise.all(variants.map(async (one) => (await tracks.scoreVariants(sequences, [one])).length)),
    changed,
    distances: changed.map(({ start, end }) => genes.near("chr1", start, end).nearest[0].distance),
    scores: (await Promise.all(spellings.map((one) => tracks.scoreVariants(sequences, [one])))).map(([{ sad }]) => sad),
  }));`;

/** Output of a script of an app. */
function answered(folder, script, given) {
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
    encoding: "utf8",
    input: JSON.stringify(given),
    maxBuffer: 64 << 20,
  });
  return JSON.parse(printed);
}

let folder;

/** An app with the package and two models, once. */
function people() {
  if (folder) return folder;
  folder = app("people", []);
  addData(folder);
  const tracks = join(ROOT, "models/basenji-attention-two-sided-simulated.safetensors");
  copyFileSync(tracks, join(folder, "data/tracks.safetensors"));
  return folder;
}

test("annotations and signal as people have them are prepared right by the package", () => {
  const given = CASES.map(({ annotation, annotationForm, signal, signalForm, dropVersions }) => ({
    annotation: written(annotation, annotationForm).toString("base64"),
    signal: written(signal ?? RULER, signalForm).toString("base64"),
    dropVersions,
  }));
  const answers = answered(people(), PREPARE, given);
  assert.equal(answers.length, CASES.length);
  for (const [i, { case: about, values = {}, said = [], error }] of CASES.entries()) {
    const answer = answers[i];
    if (error) {
      for (const word of error) assert.ok(answer.error?.includes(word), `${about}: ${answer.error}`);
      continue;
    }
    assert.equal(answer.error, undefined, about);
    const bins = {};
    for (const row of answer.table
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .slice(1)) {
      const [gene, , value] = row.split(",");
      (bins[gene] ??= []).push(Number(value));
    }
    const found = Object.fromEntries(Object.entries(bins).map(([gene, values]) => [gene, values[50]]));
    assert.deepEqual(found, values, about);
    for (const word of said) assert.ok(answer.said.includes(word), `${about}: ${answer.said}`);
  }
});

/** Bases of a sequence, the same each time. */
function dna(length, seed) {
  let state = seed;
  const base = () => "ACGT"[(state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 30];
  return Array.from({ length }, base).join("");
}

test("motifs and counts are read right by the package; a record of N or without a base stops no other", () => {
  const chr1 = dna(20_000, 5);
  const row = (position, reference) => {
    const alternative = "ACGT"[("ACGT".indexOf(chr1[position - 1]) + 1) % 4];
    return ["chr1", position, ".", reference ?? chr1[position - 1], alternative, ".", ".", "."].join("\t");
  };
  const vcf = [
    "##fileformat=VCFv4.3",
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    row(9_000),
    row(10_000, "R"),
    row(11_000),
    "",
  ].join("\n");
  const { answers, alone, beside } = answered(people(), READING, {
    files: READ.map(({ kind, lines, form }) => ({ kind, file: written(lines, form).toString("base64") })),
    fasta: `>chr1\n${chr1}\n`,
    others: `>chrY\n${"N".repeat(3000)}\n>empty\n`,
    vcf,
  });
  for (const [i, { case: about, kind, motifs, median, error }] of READ.entries()) {
    const answer = answers[i];
    if (error) for (const word of error) assert.ok(answer.error?.includes(word), `${about}: ${answer.error}`);
    else assert.deepEqual(answer, kind === "motifs" ? { motifs } : { median }, about);
  }
  assert.ok(alone.rows.length > 0 && alone.rows.every(Number.isFinite));
  assert.deepEqual(
    alone.faults.map((fault) => fault !== null),
    [false, true, false],
  );
  assert.deepEqual(beside, alone);
});

test("errors name genes and records; variants are placed by one rule, however they are written", () => {
  const app = people();
  // The second gene of the second batch of 64.
  const simulated = gunzipSync(readFileSync(join(app, "data/table.csv.gz"))).toString();
  const [header, ...rows] = simulated.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const bins = 100;
  const gene = (number) => rows.slice(number * bins, (number + 1) * bins);
  const bad = gene(65);
  const [name] = bad[0].split(",");
  const cells = bad[7].split(",");
  cells[2] = "1e25";
  bad[7] = cells.join(",");
  const table = [header, ...rows.slice(0, 65 * bins), ...bad, ...gene(66), ""].join("\n");

  const [before, behind] = [dna(10_000, 5), dna(9_992, 6)];
  const chr1 = `${before}CAAAAAAG${behind}`;
  const change = (chromosome, position) => {
    const reference = chr1[position];
    return { chromosome, position, reference, alternative: reference === "A" ? "C" : "A" };
  };
  // A base less of six, and one more, each written in several ways.
  const spellings = [
    [10_000, "CA", "C"],
    [10_005, "AA", "A"],
    [10_006, "AG", "G"],
    [10_000, "CAAAAAAG", "CAAAAAG"],
    [10_000, "C", "CA"],
    [10_006, "A", "AA"],
    [10_006, "AG", "AAG"],
  ].map(([position, reference, alternative]) => ({ chromosome: "chr1", position, reference, alternative }));
  const found = answered(app, NAMING, {
    ...{ table, spellings, fasta: `>chr1\n${chr1}\n>empty\n` },
    variants: [change("chr1", 9_000), change("1", 9_100)],
    gtf: 'chr1\tx\tgene\t9501\t9900\t.\t+\t.\tgene_id "g1";\n',
  });
  assert.equal(found.gene.code, "prediction");
  assert.ok(found.gene.message.startsWith(`${name}: its signal is 1`), found.gene.message);
  assert.deepEqual(found.empty, {
    message:
      "g.fa, record empty: found no base below the header; expected a sequence. Put its sequence below the header, " +
      "use an assembly that has the sequence, or request others.",
    code: "no-bases",
    file: "g.fa",
  });

  // The closer of two names for one sequence has it, whoever asks.
  assert.deepEqual(found.checked, [null, { code: "no-such-record" }]);
  assert.equal(found.both.code, "no-such-record");
  assert.ok(found.both.message.includes("the sequence 1, which other variants"), found.both.message);
  assert.ok(
    found.each.every((rows) => rows > 0),
    `${found.each}`,
  );

  assert.deepEqual(
    found.changed.map(({ start, end }) => [start, end]),
    [...Array(4).fill([10_001, 10_002]), ...Array(3).fill([10_000, 10_001])],
  );
  assert.deepEqual(found.distances, [...Array(4).fill(501), ...Array(3).fill(500)]);
  assert.deepEqual(found.scores, [...Array(4).fill(found.scores[0]), ...Array(3).fill(found.scores[4])]);
});
