// Under Node: files in the shapes that people have them, by the list that the program's tests run too.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { addData, app, ROOT } from "./support/package.mjs";

const listed = (name) => JSON.parse(readFileSync(join(ROOT, "tests/files/people", name), "utf8"));
const CASES = listed("prepare.json");
const READ = listed("read.json");

const text = (lines, end = "\n") => lines.map((line) => line + end).join("");

const FORMS = {
  "byte order mark": (lines) => Buffer.from(`\ufeff${text(lines)}`),
  "carriage returns": (lines) => Buffer.from(text(lines, "\r")),
  "carriage returns and line feeds": (lines) => Buffer.from(text(lines, "\r\n")),
  "UTF-16": (lines) => Buffer.from(`\ufeff${text(lines)}`, "utf16le"),
  "gzip of two members": (lines) =>
    Buffer.concat([lines.slice(0, 1), lines.slice(1)].map((part) => gzipSync(text(part)))),
};

const written = (lines, form) => (form === undefined ? Buffer.from(text(lines)) : FORMS[form](lines));

/** The number of each stretch of 100 bases. */
const RULER = ["chr1", "eGFP", "GFP"].flatMap((name) =>
  Array.from({ length: 900 }, (_, at) => [name, at * 100, at * 100 + 100, at].join("\t")),
);

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

/** What a script of an app prints of what it is given. */
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
