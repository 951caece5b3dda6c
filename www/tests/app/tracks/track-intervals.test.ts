// Intervals of tracks at a coverage: drawn, read out, saved and kept, and withdrawn with a reason.

import assert from "node:assert/strict";
import { test } from "node:test";
import { TracksModel } from "../../../../pkg/src/models/tracks";
import type { ModelCard } from "../../../../pkg/src/index";
import { light } from "../../../src/plots";
import { sequenceTracks } from "../../../src/plots/sequences";
import type { Page } from "../../../src/session/page";
import type { Exported } from "../../../src/standalone/format";
import { tracksDrawing } from "../../../src/tasks/tracks/drawings";
import { methodsOfTracks } from "../../../src/tasks/tracks/methods";
import { seedsBeside } from "../../../src/tasks/shared/seeds";
import type { SequenceSession } from "../../../src/tasks/tracks/session";
import { exportable, openExported } from "../../../src/tasks/tracks/standalone/page";
import { coverageDrawn, hasIntervals, promiseInWords, whyWithdrawn } from "../../../src/tasks/tracks/sure/intervals";
import { trackContext, trackRecord } from "../../../src/tasks/tracks/words";
import { looked, show } from "../../../src/tasks/tracks/links";
import { capture, restore } from "../../../src/tasks/tracks/workspace";
import type { Files, Restoring } from "../../../src/session/restoring";
import { ranTracks } from "../../fakes/ran-tracks";
import { calibratedEnsembleCard, FakeCalibratedEnsemble } from "../../fakes/track-ensemble";
import { calibratedTrackCard, FakeCalibratedTracks, FakeTrackModel, trackCard } from "../../fakes/tracks";

const FRAME = { width: 720, theme: light };

const single = (about?: Parameters<typeof ranTracks>[2]) => ranTracks(FakeCalibratedTracks, calibratedTrackCard, about);
const ensemble = () => ranTracks(FakeCalibratedEnsemble, calibratedEnsembleCard);
const lines = (text: string): string[][] => text.split("\n").map((line) => line.split("\t"));
const half = (value: number): number => 0.5 * (1 + Math.sqrt(value));
const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-5, `${a} is ${b}`);

test("nothing of intervals is there before a coverage is chosen", async () => {
  const { session, run } = await single();
  assert.equal(session.state.coverage, undefined);
  const drawing = tracksDrawing(session.state, run);
  assert.doesNotMatch(drawing.draw(FRAME), /interval/);
  assert.deepEqual(drawing.places!.read(FRAME, 1)!.columns, ["", "predicted"]);
  assert.deepEqual(lines(drawing.tsv!())[0]!.slice(3), ["As", "Gs"]);
});

test("a chosen coverage is drawn, and stands in the legend, the readout and the columns", async () => {
  const { session, run } = await single();
  await session.tracks.cover(0.5);
  const drawing = tracksDrawing(session.state, run);
  const picture = drawing.draw(FRAME);
  assert.equal(picture.match(/data-interval/g)?.length, 2, "one of each track");
  assert.match(picture, />50 % interval</);
  assert.match(picture, /50 % interval of each bin\./);
  const values = session.state.values.get(0)!;
  const bin = values.findIndex((value) => value === 2);
  const { columns, rows } = drawing.places!.read(FRAME, bin + 1)!;
  assert.deepEqual(columns, ["", "predicted", "50 % interval"]);
  assert.deepEqual(rows[0]!.values, ["2", "0.793–3.21"]);
  const [header, first] = lines(drawing.tsv!());
  assert.deepEqual(header!.slice(3, 6), ["As", "As.interval_low", "As.interval_high"]);
  near(Number(first![5]), values[0]! + half(values[0]!));
  await session.tracks.cover(undefined);
  assert.doesNotMatch(tracksDrawing(session.state, run).draw(FRAME), /interval/);
});

test("the scale of a track holds the highest end of its intervals", async () => {
  const track = { name: "ATAC", assay: "ATAC", predicted: [1, 2], measured: { values: [1, 1], file: "m" } };
  const interval = { coverage: 0.9, low: [0, 1], high: [40, 3] };
  const options = { record: "one", origin: 0, binSize: 8, view: [0, 2] as const };
  const top = (tracks: Parameters<typeof sequenceTracks>[0]["tracks"], ownScale = false): string =>
    />([\d.]+)<\/text>\n<[^]*?>0<\/text>/.exec(sequenceTracks({ ...options, tracks, ownScale }))![1]!;
  assert.equal(top([track]), "2");
  for (const ownScale of [false, true]) assert.equal(top([{ ...track, interval }], ownScale), "40");
  const short = { ...interval, low: [0] };
  assert.throws(
    () => sequenceTracks({ ...options, tracks: [{ ...track, interval: short }] }),
    /tracks\[0\]\.interval\.low/,
  );
});

test("from afar a band holds the bands of all bins of a pixel", () => {
  const bins = Array.from({ length: 4000 }, (_, bin) => bin);
  const low = bins.map((bin) => (bin % 2 ? 90 : 0));
  const high = bins.map((bin) => (bin % 2 ? 120 : 101));
  const track = { name: "ATAC", assay: "ATAC", predicted: bins.map(() => 100) };
  const of = { record: "one", origin: 0, binSize: 8, view: [0, 4000] as const };
  for (const ends of [{ interval: { coverage: 0.9, low, high } }, { band: { low, high, of: "5 seeds" } }]) {
    const picture = sequenceTracks({ ...of, tracks: [{ ...track, ...ends }] })!;
    const path = /<path [^>]*data-(?:interval|members)[^>]*>/.exec(picture)![0];
    const heights = new Set([...path.matchAll(/[MV](?:[\d.]+ )?([\d.]+)/g)].map(([, y]) => Number(y)));
    assert.equal(heights.size, 2, "the lowest end and the highest, in every pixel");
    const [top, bottom] = [Math.min(...heights), Math.max(...heights)];
    // The axis ends at 120, and 0 is its foot.
    assert.ok(bottom - top > 30, `${top} to ${bottom}`);
  }
});

test("intervals of an ensemble follow its spread, and stand behind it", async () => {
  const { session, run } = await ensemble();
  await session.tracks.cover(0.5);
  const picture = tracksDrawing(session.state, run).draw(FRAME);
  assert.match(picture, /data-interval[^]*data-members/);
  const { columns, rows } = tracksDrawing(session.state, run).places!.read(FRAME, 1)!;
  assert.deepEqual(columns, ["", "predicted", "SD", "50 % interval"]);
  assert.equal(rows[0]!.values.length, 3);
  const [value, spread] = [session.state.values.get(0)![0]!, session.state.spreads.get(0)!];
  near(session.state.intervals.get(0)!.high[0]!, value + 0.5 * (1 + spread.sd[0]!));
});

test("a track that is shown later has its interval, and another record those of its own", async () => {
  const { session } = await single();
  await session.tracks.show([0]);
  await session.tracks.cover(0.5);
  assert.deepEqual([...session.state.intervals.keys()], [0]);
  await session.tracks.show([0, 1]);
  assert.deepEqual([...session.state.intervals.keys()], [0, 1]);
  const before = session.state.intervals.get(0);
  await session.chooseRecord(1);
  assert.equal(session.state.coverage, 0.5);
  assert.notEqual(session.state.intervals.get(0), before);
  assert.equal(session.state.intervals.get(0)!.low.length, session.state.run!.bins);
});

test("the coverage that was chosen last is drawn, whichever comes first", async () => {
  const { session } = await single();
  const first = session.tracks.cover(0.5);
  await session.tracks.cover(0.8);
  await first;
  assert.deepEqual(
    [...session.state.intervals.values()].map(({ coverage }) => coverage),
    [0.8, 0.8],
  );
});

test("files have intervals where they are drawn, named as the program names them", async () => {
  const { session } = await ensemble();
  await session.tracks.cover(0.5);
  const names = ["Gs", "Gs.sd", "Gs.low", "Gs.high", "Gs.interval_low", "Gs.interval_high"];
  const [header, first] = lines(await (await session.tracks.file("tsv", [1]))!.text());
  assert.deepEqual(header!.slice(3), names);
  const { low, high } = session.state.intervals.get(1)!;
  assert.deepEqual(first!.slice(7).map(Number).map(Math.fround), [low[0], high[0]]);
  const bed = await (await session.tracks.file("bedgraph", [1]))!.text();
  assert.deepEqual(
    bed.match(/name="[^"]*"/g),
    names.map((name) => `name="${name}"`),
  );
  assert.match(bed, /description="Gs, predicted by Three seeds: upper end of the 50 % interval"/);
  await session.tracks.cover(undefined);
  assert.deepEqual(lines(await (await session.tracks.file("tsv", [1]))!.text())[0]!.slice(3), names.slice(0, 4));
});

test("a bigWig has the track, or one end of its interval", async () => {
  const written: Float32Array[] = [];
  const { session } = await single();
  await session.tracks.cover(0.5);
  const { writeBigWig } = TracksModel.prototype;
  TracksModel.prototype.writeBigWig = async (_, values) => {
    written.push(values);
    return new Uint8Array(1);
  };
  try {
    for (const end of [undefined, "low", "high"] as const) await session.tracks.file("bigwig", [0], { end });
  } finally {
    TracksModel.prototype.writeBigWig = writeBigWig;
  }
  const { low, high } = session.state.intervals.get(0)!;
  assert.deepEqual(written, [session.state.values.get(0), low, high]);
});

test("an end is never taken for the track, and the files of one press are of one coverage", async () => {
  const { session } = await single();
  assert.equal(await session.tracks.file("bigwig", [0], { end: "low" }), undefined);
  assert.match(session.state.problems.save!.message, /needs intervals/);
  await session.tracks.cover(0.5);
  const saved = async (coverage?: number) => (await session.tracks.file("tsv", [0], { coverage }))!.text();
  const before = await saved();
  await session.tracks.cover(0.8);
  assert.equal(await saved(0.5), before);
});

test("files have the intervals that are drawn when another model is open, too", async () => {
  const { session, replace } = await single();
  await session.tracks.cover(0.5);
  const saved = async () => (await session.tracks.file("tsv", [0]))?.text();
  const before = await saved();
  replace();
  assert.equal(await saved(), before);
  assert.equal(session.state.problems.save, undefined);
});

test("all records that are done have their intervals in one file", async () => {
  const { session, all } = await single();
  await all.run();
  await session.tracks.cover(0.5);
  const [header, ...rows] = lines(await (await all.file("tsv", [0]))!.text());
  assert.deepEqual(header!.slice(3), ["As", "As.interval_low", "As.interval_high"]);
  assert.deepEqual([...new Set(rows.map(([record]) => record))], ["one", "two", ""]);
  const [, , , value, , high] = rows.find(([record]) => record === "two")!;
  near(Number(high), Number(value) + half(Number(value)));
});

test("a coverage that takes more windows than the card has is told so, and nothing is drawn", async () => {
  const { session, run } = await single();
  await session.tracks.cover(0.5);
  await session.tracks.cover(0.95);
  assert.match(session.state.noIntervals!, /0\.95 takes more windows; the card of Calibrated tracks has 9/);
  assert.equal(coverageDrawn(session.state), undefined);
  assert.doesNotMatch(tracksDrawing(session.state, run).draw(FRAME), /interval/);
  assert.equal(lines(await (await session.tracks.file("tsv", [0]))!.text())[0]!.length, 4);
  await session.tracks.cover(0.9);
  assert.deepEqual([session.state.noIntervals, session.state.intervals.size], [undefined, 2]);
});

const YEAST: ModelCard = { ...calibratedTrackCard, assembly: "sacCer3" };

test("intervals are withdrawn of another assembly, and come back for that of the model", async () => {
  class Yeast extends FakeCalibratedTracks {
    override readonly card = YEAST;
  }
  const { session } = await ranTracks(Yeast, YEAST);
  await session.tracks.cover(0.5);
  assert.equal(session.state.intervals.size, 2);
  session.sayAssembly("hg38");
  assert.equal(session.state.intervals.size, 0);
  assert.match(whyWithdrawn(session.state.run!)!, /^The sequence is of hg38 \(human\), as you said; .*sacCer3/);
  assert.equal(coverageDrawn(session.state), undefined);
  assert.doesNotMatch(tracksDrawing(session.state, session.state.run!).draw(FRAME), /interval/);
  assert.equal(lines(await (await session.tracks.file("tsv", [0]))!.text())[0]!.length, 4);
  assert.equal(trackContext(session.state, session.state.run!, false).intervals, undefined);
  await session.tracks.cover(0.8);
  assert.equal(session.state.intervals.size, 0, "another coverage is no way around it");
  session.sayAssembly(undefined);
  await new Promise(setImmediate);
  assert.equal(session.state.intervals.get(0)?.coverage, 0.8);
  const { session: other } = await ranTracks(Yeast, YEAST, { name: "chr8" });
  await other.tracks.cover(0.5);
  assert.match(whyWithdrawn(other.state.run!)!, /chr8 is not a chromosome of sacCer3/);
  assert.equal(other.state.intervals.size, 0);
});

test("simulated and measured sequences are not taken for each other", async () => {
  const simulated: ModelCard = { ...calibratedTrackCard, simulated: true };
  const why = async (card: ModelCard, about: Parameters<typeof ranTracks>[2]) =>
    whyWithdrawn((await ranTracks(FakeCalibratedTracks, card, about)).run);
  assert.match((await why(calibratedTrackCard, { simulated: true }))!, /^The sequence is simulated; /);
  assert.match((await why(simulated, { example: "yeast" }))!, /^The sequence is not simulated; /);
  assert.equal(await why(simulated, { simulated: true, example: "made" }), undefined);
  assert.equal(await why(calibratedTrackCard, { example: "yeast" }), undefined);
  // Nobody says it of a file of the reader's own.
  for (const card of [calibratedTrackCard, simulated]) assert.equal(await why(card, {}), undefined);
  const { run } = await single();
  const genome = { ...run, model: { ...run.model, card: simulated } };
  assert.match(whyWithdrawn({ ...genome, assembly: { name: "hg38", by: "lengths" } })!, /not simulated/);
});

test("one of several seeds offers their mean, and the same bases stay in view", async () => {
  const { session, run, replace } = await single();
  const { sha256 } = run.model;
  const ensemble = { file: "m-5.safetensors", bytes: 9, sha256: "ef", members: 5 };
  const state = (entry: object) =>
    ({ catalogue: { models: [{ id: "m", ...entry }] }, model: { id: "m", sha256 } }) as unknown as Page["state"];
  assert.equal(seedsBeside(state({ ensemble }), run), 5);
  assert.equal(seedsBeside(state({}), run), undefined, "there are no others");
  assert.equal(seedsBeside(state({ ensemble: { ...ensemble, sha256 } }), run), undefined, "they predicted it");
  assert.equal(seedsBeside(state({ ensemble }), { model: { sha256: "other" } }), undefined, "of another model");
  session.tracks.look([8, 16]);
  const asked: unknown[] = [];
  await session.useAllSeeds({
    chooseWeights: async (...all) => {
      asked.push(all);
      replace();
    },
  });
  assert.deepEqual(asked, [["ensemble", false]]);
  assert.deepEqual([session.state.run!.model.sha256, session.state.view], ["ef", [8, 16]]);
});

test("one file says of which records it has no intervals, and keeps those of the others", async () => {
  class Yeast extends FakeCalibratedTracks {
    override readonly card = YEAST;
  }
  const { session, all } = await ranTracks(Yeast, YEAST, { name: "chr8" });
  await all.run();
  await session.chooseRecord(1);
  await session.tracks.cover(0.5);
  assert.equal(session.state.intervals.size, 2, "two is no name of a chromosome");
  assert.deepEqual(
    all.withoutIntervals.map(({ name }) => name),
    ["chr8"],
  );
  assert.match(all.withoutIntervals[0]!.why, /chr8 is not a chromosome of sacCer3/);
  const [header, ...rows] = lines(await (await all.file("tsv", [0]))!.text());
  assert.deepEqual(header!.slice(3), ["As", "As.interval_low", "As.interval_high"]);
  const ends = (record: string) => rows.filter(([name]) => name === record).map((row) => row.slice(4));
  assert.ok(
    ends("chr8").length > 0 &&
      ends("chr8")
        .flat()
        .every((end) => end === "NaN"),
  );
  assert.ok(
    ends("two").length > 0 &&
      ends("two")
        .flat()
        .every((end) => Number(end) >= 0),
  );
  const bed = await (await all.file("bedgraph", [0]))!.text();
  assert.match(bed, /lower end of the 50 % interval; none of chr8"/);
  const low = bed.split("track ").find((track) => track.includes("interval_low"))!;
  assert.ok(!/^chr8\t/m.test(low) && /^two\t/m.test(low) && /^chr8\t/m.test(bed));
  await session.chooseRecord(0);
  assert.equal(coverageDrawn(session.state), undefined, "none are drawn of the record itself");
  assert.match(await (await all.file("tsv", [0]))!.text(), /interval_low/, "whichever record is open");
});

test("a sequence that unknown bases were put around has no intervals, and the reason is said", async () => {
  const { session, all } = await ranTracks(FakeCalibratedTracks, calibratedTrackCard, { short: true });
  const run = session.state.run!;
  assert.ok(run.padded > 0);
  await session.tracks.cover(0.5);
  assert.match(whyWithdrawn(run)!, /^Unknown bases were added around the sequence/);
  assert.equal(session.state.intervals.size, 0);
  assert.doesNotMatch(tracksDrawing(session.state, run).draw(FRAME), /interval/);
  assert.equal(trackContext(session.state, run, false).intervals, undefined);
  await all.run();
  assert.deepEqual(
    all.withoutIntervals.map(({ index }) => index),
    [0],
    "the other record fills its windows",
  );
});

test("the promise names the windows of the calibration and what it does not hold for", () => {
  const promise = promiseInWords(0.9, { ...YEAST, simulated: false });
  assert.match(promise, /^The intervals of about 90 % of the bins of a track hold the measured value\./);
  assert.match(promise, /for windows of sacCer3 like the 9 used for calibration \(validation windows of a fake\), not/);
  assert.match(promise, /not for another assembly, other cells or another depth of sequencing\./);
  assert.match(
    promiseInWords(0.975, { ...YEAST, simulated: true }),
    /97\.5 %[^]*of simulated sequence like[^]*a genome/,
  );
  assert.deepEqual([hasIntervals(trackCard), hasIntervals(calibratedTrackCard)], [false, true]);
});

test("methods, the record of a run and a saved page have the coverage of what is drawn", async () => {
  const { session, run } = await single();
  assert.doesNotMatch(methodsOfTracks(run, trackContext(session.state, run, false)).text, /intervals/);
  assert.equal("intervals" in JSON.parse(trackRecord(run, coverageDrawn(session.state))), false);
  await session.tracks.cover(0.5);
  assert.match(
    methodsOfTracks(run, trackContext(session.state, run, false)).text,
    /Split-conformal intervals \(one draw per window\) hold the measured value of a share of 0\.5 of the bins/,
  );
  assert.deepEqual(JSON.parse(trackRecord(run, coverageDrawn(session.state))).intervals, { coverage: 0.5 });
  assert.match(exportable(session, run).picture!(FRAME)!, />50 % interval</);
});

test("a page of one file opens with the intervals that were drawn as it was saved", async () => {
  const { session, run } = await single();
  const lookedAt = (): object => exportable(session, run).looked("a");
  assert.deepEqual(lookedAt(), { record: "a", coverage: undefined });
  await session.tracks.cover(0.8);
  assert.deepEqual(lookedAt(), { record: "a", coverage: 0.8 });
  const inputs = [{ role: "sequences", block: "sequences", file: "a.fa" }];
  const opened = async (looked: object) => {
    const { session: page } = await single();
    page.forget();
    const exported = { manifest: { inputs, looked }, blocks: new Map() } as unknown as Exported;
    await openExported(page, exported, async () => void (await show(page, looked, "page")));
    return [...page.state.intervals.values()].map((interval) => interval.coverage);
  };
  assert.deepEqual(await opened(lookedAt()), [0.8, 0.8]);
  assert.deepEqual(await opened({}), []);
});

test("a workspace brings the coverage back, and that a sequence is simulated", async () => {
  const { session } = await single({ simulated: true });
  await session.tracks.cover(0.8);
  const kept: { source: unknown; simulated: unknown }[] = [];
  const input = (source: unknown, _role: string, _example?: string, simulated?: boolean) =>
    source && kept.push({ source, simulated }) - 1;
  const task = (work: SequenceSession) =>
    ({ work, comparing: {}, all: { done: new Set() } }) as unknown as Parameters<typeof capture>[0];
  const stored = capture(task(session), { input } as unknown as Files);
  const { address, coverage } = looked(session.state);
  assert.deepEqual([coverage, kept[0]!.simulated], [0.8, true]);
  const { session: other } = await single();
  const restoring = {
    ...{ source: (at: number) => kept[at]!.source, input: (at: number) => kept[at], missing: [] },
    made: () => undefined,
    show: () => show(other, { ...address, coverage }, "workspace"),
  } as unknown as Restoring;
  await restore(task(other), stored, restoring);
  assert.deepEqual([other.state.coverage, other.state.simulated, other.state.intervals.size], [0.8, true, 0]);
  await restore(task(other), stored, { ...restoring, input: () => ({}) } as unknown as Restoring);
  assert.deepEqual([other.state.simulated, other.state.intervals.size], [undefined, 2]);
});

test("an index that comes later leaves known that the sequence is simulated", async () => {
  const { session } = await single({ simulated: true });
  await session.openFiles([{ kind: "index", name: "a.fa.fai", file: new File([], "a.fa.fai") }]);
  assert.notEqual(session.state.indexes, undefined);
  assert.equal(session.state.simulated, true);
});

test("a coverage that is no number is refused in words, as an attribute may have one", async () => {
  const { session } = await single();
  await session.tracks.cover(Number("most"));
  assert.match(session.state.noIntervals ?? "", /coverage/);
});

test("nobody is asked for intervals of a model that was not calibrated", async () => {
  const { session } = await ranTracks(FakeTrackModel, trackCard);
  await session.tracks.cover(0.5);
  assert.deepEqual([session.state.noIntervals, session.state.intervals.size], [undefined, 0]);
  assert.equal(coverageDrawn(session.state), undefined);
});
