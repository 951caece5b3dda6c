// Marks guessed from names of files.

import assert from "node:assert/strict";
import { test } from "node:test";
import { guessMark, sampleOf, samplesAlike, samplesIn } from "../../../src/prepare/mark-names";

const MARKS = ["H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3"];

test("a mark of the model is found in a name however it is written", () => {
  for (const [file, mark] of [
    ["H3K4me3.bw", "H3K4me3"],
    ["h3k36me3.bigWig", "H3K36me3"],
    ["E003-H3K27me3.fc.signal.bigwig", "H3K27me3"],
    ["wgEncodeBroadHistoneK562H3k4me3StdSig.bigWig", "H3K4me3"],
    ["wgEncodeBroadHistoneGm12878H3k4me1StdSig.bigWig", "H3K4me1"],
    ["GM12878_K4me3.bw", "H3K4me3"],
    ["K562.K9me3.rep1.bedGraph.gz", "H3K9me3"],
    ["ENCFF000ABC_H3K36me3_K562.bigWig", "H3K36me3"],
    ["2020-01-02_H3-K27-me3_merged.bw", "H3K27me3"],
    ["UCSD.H1.H3K9me3.YL95.bw", "H3K9me3"],
    ["some/folder/H3K4me1.bw", "H3K4me1"],
  ] as const)
    assert.equal(guessMark(file, MARKS), mark, file);
});

test("a mark that the model does not read is named as it is commonly written", () => {
  for (const [file, mark] of [
    ["h3k27ac.bw", "H3K27ac"],
    ["E003-H3K27ac.fc.signal.bigwig", "H3K27ac"],
    ["H4K20me1.bw", "H4K20me1"],
    ["K20me1.bw", "H4K20me1"],
    ["H2BK120ub.bw", "H2BK120ub"],
    ["H3K4me2.bw", "H3K4me2"],
    ["K562_H2A.Z.bw", "H2A.Z"],
    ["K562_DNase.bw", "DNase"],
  ] as const)
    assert.equal(guessMark(file, MARKS), mark, file);
});

test("the sample in a name is what is left without mark, accession and treatment", () => {
  for (const [file, sample] of [
    ["liver_H3K4me3.bw", "liver"],
    ["E003-H3K27ac.fc.signal.bigwig", "E003"],
    ["wgEncodeBroadHistoneK562H3k4me3StdSig.bigWig", "wgEncodeBroadHistoneK562StdSig"],
    ["ENCFF000ABC_H3K36me3_K562.bigWig", "K562"],
    ["H3K4me3.bw", ""],
    ["day0.K9me3.sorted.bam", "day0"],
  ] as const)
    assert.equal(sampleOf(file), sample, file);
});

const of = (samples: string[], marks = ["H3K4me3", "H3K9me3"]) =>
  samples.flatMap((sample) => marks.map((mark) => `${sample}_${mark}.bw`));

test("two samples with the same marks are told from one, from three, and from two with other marks", () => {
  assert.equal(samplesAlike(of(["liver", "heart"])), 2);
  assert.equal(samplesAlike(of(["liver"])), 1);
  assert.equal(samplesAlike(of(["liver", "heart", "lung"])), 3);
  assert.equal(samplesAlike([...of(["liver"]), ...of(["heart"], ["H3K4me3", "H3K27ac"])]), 0);
  assert.equal(samplesAlike(of(["rep1", "rep2"], ["H3K4me3"])), 0, "one mark twice may be replicates");
});

test("files are grouped by the sample in their names; what tells none is of the first", () => {
  const grouped = (names: string[]) =>
    [...samplesIn(names.map((name) => ({ name })))].map(([sample, files]) => [sample, files.length]);
  assert.deepEqual(grouped([...of(["liver", "Heart"]), "heart_H3K36me3.bw", "genes.gtf"]), [
    ["liver", 3],
    ["Heart", 3],
  ]);
  assert.deepEqual(grouped([...of(["liver"]), "genes.gtf"]), [], "one sample");
  assert.deepEqual(grouped(of(["rep1", "rep2"], ["H3K4me3"])), [], "replicates of one mark");
  assert.deepEqual(
    grouped([...of(["K562_rep1"]), ...of(["K562_rep2"], ["H3K27me3", "H3K36me3"])]),
    [],
    "no mark comes again",
  );
  assert.deepEqual(grouped([...of(["liver", "heart"]), ...of(["lung"], ["H3K4me3"])]).length, 3, "one lacks a mark");
});

test("a name without a mark gives none", () => {
  for (const file of ["ENCFF123XYZ.bigWig", "K562.bw", "signal.bw", "genes.K562.rep2.bw", "input.bw"])
    assert.equal(guessMark(file, MARKS), undefined, file);
});

test("the model says which histone a residue is of", () => {
  assert.equal(guessMark("K9ac.bw", ["H4K9ac"]), "H4K9ac");
  assert.equal(guessMark("K9ac.bw", MARKS), "H3K9ac");
});
