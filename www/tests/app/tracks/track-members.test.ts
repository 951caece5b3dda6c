// The members of an ensemble along a sequence: bands, readouts and columns, in tracks, variants and contributions.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CatalogueModel, ModelCard, VariantRow, VariantScore } from "../../../../pkg/src/index";
import { ensembleInWords } from "../../../src/model/choice";
import { meanInWords } from "../../../src/tasks/shared/confidence";
import { light } from "../../../src/plots";
import { sequenceTracks } from "../../../src/plots/sequences";
import { AllRecordHandlers, TrackStore } from "../../../src/tasks/tracks/all/calls";
import { tracksDrawing } from "../../../src/tasks/tracks/drawings";
import { contributionsDrawing } from "../../../src/tasks/tracks/explained/contributions";
import { methodsOfTracks } from "../../../src/tasks/tracks/methods";
import { savedName, unitsInWords } from "../../../src/tasks/tracks/result";
import { exportable } from "../../../src/tasks/tracks/standalone/page";
import {
  apartIn,
  apartInWords,
  disputeInWords,
  disputesInWords,
  isDisputed,
} from "../../../src/tasks/tracks/variants/apart";
import { changesOf, variantDrawing } from "../../../src/tasks/tracks/variants/drawing";
import {
  emptyPart,
  packScores,
  putRows,
  trackColumns,
  unpackScores,
  VariantScores,
} from "../../../src/tasks/tracks/variants/scores";
import { tsvLines, vcfLines } from "../../../src/tasks/tracks/variants/scores-text";
import { DESCRIPTION, TRACK_DESCRIPTION } from "../../fakes/descriptions";
import { BASES, ranTracks } from "../../fakes/ran-tracks";
import { fakeSequences } from "../../fakes/sequences";
import { FakeTrackEnsemble, trackEnsembleCard } from "../../fakes/track-ensemble";
import { FakeTrackModel, TRACK_SHAPE, trackCard } from "../../fakes/tracks";

const FRAME = { width: 720, theme: light };

const ensemble = () => ranTracks(FakeTrackEnsemble, trackEnsembleCard);
const single = () => ranTracks(FakeTrackModel, trackCard);
const lines = (text: string): string[][] => text.split("\n").map((line) => line.split("\t"));

test("predicted tracks of an ensemble have a band, which legend, readout and columns say", async () => {
  const { session, run } = await ensemble();
  assert.equal("spread" in run, false, "it stays in the worker");
  const drawing = tracksDrawing(session.state, run);
  const picture = drawing.draw(FRAME);
  assert.equal(picture.match(/data-members/g)?.length, 2, "one of each track");
  assert.match(picture, /predicted, mean of 3 seeds[^]*lowest to highest of 3 seeds/);
  assert.match(picture, /Mean and range of 3 seeds\./);
  const values = session.state.values.get(0)!;
  const bin = values.findIndex((value) => value === 2);
  const { columns, rows } = drawing.places!.read(FRAME, bin + 1)!;
  assert.deepEqual(columns, ["", "predicted", "SD"]);
  assert.deepEqual(rows[0]!.values, ["2 (1–3)", "1"]);
  const [header, first] = lines(drawing.tsv!());
  assert.deepEqual(header!.slice(3, 7), ["As", "As.sd", "As.low", "As.high"]);
  assert.deepEqual(first!.slice(3, 7).map(Number), [values[0], values[0]! / 2, values[0]! / 2, 1.5 * values[0]!]);
});

test("one model's tracks have neither band nor columns of it, and nobody asks for a spread", async () => {
  const { session, run } = await single();
  const drawing = tracksDrawing(session.state, run);
  assert.equal(session.state.spreads.size, 0);
  assert.doesNotMatch(drawing.draw(FRAME), /data-members|seeds/);
  assert.equal(drawing.tsv!().split("\n")[0], "record\tstart\tend\tAs\tGs");
  assert.deepEqual(drawing.places!.read(FRAME, 1)!.columns, ["", "predicted"]);
});

test("saved tracks have columns, and tracks of bedGraph, of the spread", async () => {
  const { session } = await ensemble();
  const [header, first] = lines(await (await session.tracks.file("tsv", [1]))!.text());
  assert.deepEqual(header, ["record", "start", "end", "Gs", "Gs.sd", "Gs.low", "Gs.high"]);
  const value = session.state.values.get(1)![0]!;
  assert.deepEqual(first!.slice(3).map(Number), [value, value / 2, value / 2, 1.5 * value]);
  const bed = await (await session.tracks.file("bedgraph", [1]))!.text();
  assert.deepEqual(
    bed.match(/name="[^"]*"/g),
    ["", ".sd", ".low", ".high"].map((part) => `name="Gs${part}"`),
  );
  assert.match(bed, /description="Gs, predicted by Three seeds: standard deviation of 3 seeds"/);
  const alone = await single();
  assert.equal((await (await alone.session.tracks.file("tsv", [1]))!.text()).split("\n")[0], "record\tstart\tend\tGs");
});

test("a bigWig has one part of the spread, named by it", async () => {
  const { session, run } = await ensemble();
  const read = async (part?: "sd" | "low" | "high") => {
    const file = await session.tracks.file("bigwig", [1], { part });
    return [...new Float32Array(await file!.arrayBuffer())];
  };
  const [mean, sd, low, high] = [await read(), await read("sd"), await read("low"), await read("high")];
  // Bins before the record have no place in the file.
  const beyond = Math.max(0, Math.ceil(-run.origin / run.bin));
  assert.deepEqual(mean, [...session.state.values.get(1)!.subarray(beyond)]);
  assert(mean.some((value) => value !== 0));
  assert.deepEqual([sd, low], [mean.map((value) => value / 2), mean.map((value) => value / 2)]);
  assert.deepEqual(
    high,
    mean.map((value) => 1.5 * value),
  );
  const saved = { ...run, file: "a.fa" };
  assert.equal(savedName(saved, "bigwig", 1), "a.one-Gs.predicted.bw");
  assert.equal(savedName(saved, "bigwig", 1, "sd"), "a.one-Gs.predicted.sd.bw");
  assert.equal(savedName(saved, "bedgraph", 1), "a.one.predicted.bedgraph");
  const alone = await single();
  assert.equal(await alone.session.tracks.file("bigwig", [1], { part: "sd" }), undefined);
  assert.match(alone.session.state.problems.save!.message, /needs tracks of several models/);
});

test("tracks of all records have the spread, whose bytes count", async () => {
  const { handlers } = await ensemble();
  const store = new TrackStore();
  const all = new AllRecordHandlers(handlers, store);
  await all.predictRecord.run({ index: 0 }, {});
  const text = await (await all.recordsFile.run({ format: "tsv", tracks: [0] }, {})).text();
  assert.match(text, /^record\tstart\tend\tAs\tAs\.sd\tAs\.low\tAs\.high\n/);
  const { values } = store.all()!.tracks[0]!;
  const small = new AllRecordHandlers(handlers, new TrackStore(3 * values.byteLength));
  await assert.rejects(small.predictRecord.run({ index: 0 }, {}), { code: "tracks-memory" });
});

test("a band of another length than its track is refused by name", () => {
  const track = { name: "ATAC", assay: "ATAC", predicted: [1, 2], band: { low: [1], high: [2, 3], of: "3 seeds" } };
  const options = { record: "one", origin: 0, binSize: 8, view: [0, 2] as const, tracks: [track] };
  assert.throws(() => sequenceTracks(options), /1 values in `tracks\[0\]\.band\.low`; expected 2, of the bins of ATAC/);
});

const at = BASES.indexOf("T", 90);
const variant = { position: at, reference: "T", alternative: "A" };

test("a variant has the range of both alleles, and the spread of its effect with a doubt about its direction", async () => {
  const { session, run } = await ensemble();
  await session.tryVariant(variant);
  const change = session.state.variant!;
  const drawing = variantDrawing(run, change, [0], 6);
  assert.deepEqual(
    lines(drawing.tsv!())[0]!.slice(3),
    ["reference", "alternative"].flatMap((of) => ["", ".sd", ".low", ".high"].map((part) => `As ${of}${part}`)),
  );
  assert.match(drawing.places!.read(FRAME, 4)!.rows[0]!.values[0]!, /^\S+ \(\S+–\S+\)$/);
  const [, still] = changesOf(change).sort((a, b) => a.track - b.track);
  // No G comes or goes.
  assert.deepEqual([still!.sad, still!.apart], [0, { sd: 1, low: -1, high: 1 }]);
  assert.equal(isDisputed(still!.apart!), true);
  assert.equal(apartInWords({ sd: 0.25, low: -0.5, high: 1 }, "5 seeds"), "± 0.25 (−0.5 to +1 in 5 seeds)");
  assert.equal(disputeInWords("5 seeds"), "the seeds do not agree on the direction");
  assert.equal(isDisputed({ sd: 1, low: 0, high: 2 }), false);
  const alone = await single();
  await alone.session.tryVariant(variant);
  assert.equal(changesOf(alone.session.state.variant!)[0]!.apart, undefined);
  assert.equal(lines(variantDrawing(alone.run, alone.session.state.variant!, [0], 6).tsv!())[0]!.length, 5);
});

const rows: VariantRow[] = [1, 2, 3].map((position) => ({
  ...{ line: position + 1, chromosome: "one", position, id: ".", reference: "A", alternative: "G" },
}));

/** Scores of rows whose members differ by so much. */
function scored(card: ModelCard, effects: readonly (readonly [sad: number, by: number])[]): VariantScores {
  const columns = trackColumns(card);
  const part = emptyPart(rows.length, 1, columns);
  for (const [i, [sad, by]] of effects.entries()) {
    const spread = { sad_sd: by / 2, sad_low: sad - by, sad_high: sad + by };
    const row = { track: "As", reference_sum: 4, alternative_sum: 4 + sad, sad, total: sad, log2: 0, log2_position: 9 };
    putRows(part, i, [{ ...row, ...(columns.length > 10 ? spread : {}) } as VariantScore], [0], columns);
  }
  const by = { card, file: "m", sha256: "cd", shape: { ...TRACK_SHAPE, layers: 0 }, program: "Regulens 0" };
  return new VariantScores(rows, by, [0], [], Uint32Array.of(0, 1, 2)).with(part);
}

const EFFECTS: readonly (readonly [number, number])[] = [
  [2, 1],
  [-1, 0.5],
  [0.5, 2],
];

test("scores of an ensemble have the spread of SAD behind it, in the table and in words", async () => {
  const scores = scored(trackEnsembleCard, EFFECTS);
  assert.deepEqual(apartIn(scores, 2, 0), { sd: 1, low: -1.5, high: 2.5 });
  const [header, first] = lines([...tsvLines(scores, [0])].join(""));
  assert.deepEqual(header!.slice(8, 13), ["sad", "sad_sd", "sad_low", "sad_high", "total"]);
  assert.deepEqual(first!.slice(8, 13), ["2", "0.5", "1", "3", "2"]);
  assert.equal(disputesInWords(scores, 0, "3 seeds"), "In 1 of 3 variants the seeds do not agree on the direction.");
  const { records } = await fakeSequences(`>one\n${BASES}\n`);
  const again = await unpackScores(packScores(scores, { records }), rows, { records }, scores.by);
  assert.deepEqual(again!.numbers, scores.numbers);
});

test("scores of one model have no such column, in memory as in files", async () => {
  const scores = scored(trackCard, EFFECTS);
  assert.equal(scores.isOfMembers, false);
  assert.equal(scores.columns.length, 10);
  assert.equal(apartIn(scores, 2, 0), undefined);
  assert.doesNotMatch([...tsvLines(scores, [0])].join(""), /sad_/);
  assert.equal(disputesInWords(scores, 0, "3 seeds"), undefined);
});

test("a VCF has the spread of SAD in the program's fields; that of one model has none", () => {
  const heads = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
  const text = heads + rows.map(({ position }) => `one\t${position + 1}\t.\tA\tG\t.\t.\t.\n`).join("");
  const written = (card: ModelCard): string => [...vcfLines(text, scored(card, EFFECTS))].join("");
  const vcf = written(trackEnsembleCard);
  assert.deepEqual(
    vcf.match(/(?<=<ID=)RG_\w+/g),
    ["REF", "ALT", "SAD", "TOTAL", "LOG2", "AT", "SADSD", "SADLOW", "SADHIGH"].map((what) => `RG_${what}_As`),
  );
  assert.match(vcf, /RG_AT_As=9;RG_SADSD_As=0\.5;RG_SADLOW_As=1;RG_SADHIGH_As=3$/m);
  assert.doesNotMatch(written(trackCard), /SADSD|SADLOW|SADHIGH/);
});

test("contributions of bases have their range in the readout and in columns", async () => {
  const { worker, run } = await ensemble();
  const stretch = { start: 8, end: 16 };
  const found = await worker.call("contributions", { run: run.id, track: 0, isNamed: false, ...stretch });
  const drawing = contributionsDrawing(run, { ...found, sha256: "cd" } as never, [8, 16]);
  assert.deepEqual(drawing.places!.read(FRAME, 1)!.rows[1], {
    ...drawing.places!.read(FRAME, 1)!.rows[0],
    ...{ name: "in 3 seeds", values: ["+0.25 to +0.75, SD 0.25"] },
  });
  const [header, first] = lines(drawing.tsv!());
  assert.deepEqual(header!.slice(3), [...["contribution", "sd", "low", "high"]]);
  assert.deepEqual(first!.slice(3).map(Number), [0.5, 0.25, 0.25, 0.75]);
  const alone = await single();
  const one = await alone.worker.call("contributions", {
    ...{ run: alone.run.id, track: 0, isNamed: false },
    ...stretch,
  });
  const plain = contributionsDrawing(alone.run, { ...one, sha256: "cd" } as never, [8, 16]);
  assert.equal(lines(plain.tsv!())[0]!.length, 4);
  assert.equal(plain.places!.read(FRAME, 1)!.rows.length, 1);
});

test("methods and the caption of a saved page name the ensemble, those of one model nothing", async () => {
  const mean = "the mean of three models trained from different seeds";
  assert.equal(meanInWords(trackEnsembleCard), mean);
  const [first] = trackEnsembleCard.members;
  const mixed = { members: [first!, { ...first!, variant: "basenji" }] };
  assert.equal(meanInWords(mixed), "the mean of two models of different variants or seeds");
  const { session, run } = await ensemble();
  assert.match(methodsOfTracks(run).text, new RegExp(`Predictions, effects of variants and contributions are ${mean}`));
  assert.match(await exportable(session, run).caption!(false), new RegExp(`Shown is ${mean}\\.`));
  const alone = await single();
  assert.doesNotMatch(methodsOfTracks(alone.run).text, /the mean of|seeds/);
  assert.doesNotMatch(await exportable(alone.session, alone.run).caption!(false), /the mean of/);
});

test("the caption of a saved page of tracks names unit, contrast and assembly", async () => {
  const { session, run, worker } = await single();
  const caption = (of: typeof run) => exportable(session, of).caption!(false);
  const tracks = ["As", "Gs"].map((name) => ({ name, assay: "", unit: "reads a bin" }));
  const card = { ...run.model.card, tracks };
  const said = await caption({ ...run, model: { ...run.model, card }, assembly: { name: "sacCer3", by: "lengths" } });
  assert.match(said, /Values are of As and Gs in reads a bin\./);
  assert.match(said, /Contributions of bases, found on request, are by integrated gradients from 2 shuffles/);
  assert.match(said, /The assembly of the sequence is sacCer3.*, identified by lengths\./);
  assert.doesNotMatch(await caption(run), /assembly|Values are/, "where nobody knows");
  const found = await worker.call("contributions", { run: run.id, track: 1, isNamed: false, start: 8, end: 16 });
  session.set({ contributions: { ...found, sha256: "cd" } as never });
  assert.match(await caption(run), /Explanations of bases are contributions by .*unit of Gs/);
  const others = [
    { name: "C", assay: "", unit: "counts" },
    { name: "D", assay: "" },
  ];
  assert.equal(unitsInWords({ tracks: [...tracks, ...others] }), "As and Gs in reads a bin; C in counts");
  const many = Array.from({ length: 9 }, () => tracks[0]!);
  assert.equal(unitsInWords({ tracks: many }), "9 tracks in reads a bin");
});

test("a choice of seeds promises no sure genes of a model that reads DNA", () => {
  const ensemble = { file: "e", bytes: 1, sha256: "ab", members: 5 };
  const entry = (description: object) => ({ description, file: "m", bytes: 1, sha256: "cd" }) as CatalogueModel;
  const text = "5 seeds give their mean, with its spread";
  assert.equal(ensembleInWords(entry(TRACK_DESCRIPTION), ensemble), `${text}.`);
  assert.equal(
    ensembleInWords(entry(DESCRIPTION), ensemble),
    `${text}, and for each gene whether the call is confident.`,
  );
});
