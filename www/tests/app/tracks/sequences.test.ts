import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import type { Mutagenesis, SequenceRecord, WorkOptions } from "../../../../pkg/src/index";
import { bedGraph, tracksTsv } from "../../../src/tasks/tracks/text";
import { light } from "../../../src/plots";
import { attentionView, correlationsInView, tracksDrawing } from "../../../src/tasks/tracks/drawings";
import { looked, show } from "../../../src/tasks/tracks/links";
import { type CorrelationCalls, Correlations } from "../../../src/session/correlations";
import { identify } from "../../../src/session/files";
import { lettersInWords, windowCount, windowsInWords } from "../../../src/tasks/tracks/words";
import { parseVariant, SequenceSession, within } from "../../../src/tasks/tracks/session";
import { WorkerError } from "../../../src/rpc/errors";
import { assaysOf, firstTracks, trackInName, trackOf, type TrackRun } from "../../../src/tasks/tracks/result";
import type { TrackCalls } from "../../../src/tasks/tracks/calls";
import { type Answers, FakeWorker } from "../../fakes/worker";
import { fakeWindows, openTrackModel as model, TRACK_SHAPE, trackCard } from "../../fakes/tracks";

const records: SequenceRecord[] = [
  { name: "chrI", description: "", length: 64, lower: 0, unknown: 0, iupac: {} },
  { name: "chrII", description: "", length: 100, lower: 3, unknown: 2, iupac: { N: 1, R: 1 } },
];

/** Immediate answers of a worker; a test answers itself what it tests. */
function answers(own: Answers<TrackCalls> = {}): Answers<TrackCalls> {
  return {
    readSequences: () => ({ file: "a.fa", records }),
    predictTracks: ({ index }) => ({
      model,
      file: "a.fa",
      id: index + 1,
      index,
      record: { ...records[index] },
      origin: 8,
      bin: 8,
      bins: 6,
      windows: [],
      padded: 0,
      peaks: new Float32Array(2),
      device: { kind: "cpu" },
      windowsOnGpu: 0,
      seconds: 0,
      date: `now ${index}`,
      program: "",
    }),
    trackValues: ({ tracks }) =>
      tracks.map((track) => Float32Array.from({ length: 6 }, (_, bin) => (bin === 3 ? 9 : track))),
    readMeasured: ({ source }) => ({
      file: source.file,
      kind: "bedGraph",
      values: new Float32Array(6),
    }),
    attentionRows: ({ bin }) => ({
      bin,
      windowBin: bin + 1,
      start: 0,
      bins: 8,
      heads: 2,
      layers: [new Float32Array(16)],
    }),
    attentionMap: () => ({ start: 0, bins: 8, values: new Float32Array(64), top: 1 }),
    positionFunctions: () => [new Float32Array(30)],
    bases: () => "ACGTACGT",
    readVariants: () => [{ line: 1, chromosome: "II", position: 3, id: ".", reference: "A", alternative: "G" }],
    variantEffect: ({ run, variant }) => ({
      id: 9,
      index: run - 1,
      variant,
      start: 0,
      origin: 8,
      bins: [0, 6],
      scores: [],
      reference: new Float32Array(12),
      alternative: new Float32Array(12),
      attends: true,
    }),
    variantRows: () => ({ reference: [new Float32Array(16)], alternative: [new Float32Array(16)] }),
    ...own,
  };
}

async function ran(own: Answers<TrackCalls> = {}) {
  const worker = new FakeWorker(answers(own));
  const session = new SequenceSession(worker);
  session.follow(model);
  await session.readSequences({ blob: new Blob([]), file: "a.fa" });
  await session.run();
  return { worker, session };
}

test("a run shows tracks of each assay, and where the heads looked from the highest bin", async () => {
  const { session } = await ran();
  const { shown, values, bin, attention, map, functions, bases } = session.state;
  assert.deepEqual(shown, [0, 1]);
  assert.deepEqual([values.size, bin, attention?.windowBin, map?.head, functions?.length], [2, 3, 4, 0, 1]);
  assert.deepEqual(bases, { start: 32, text: "ACGTACGT" });
  assert(session.isCurrent);
});

test("nothing can be run without a sequence, and the page tells why", () => {
  const session = new SequenceSession(new FakeWorker(answers()));
  session.follow(model);
  assert.match(session.whyNot ?? "", /FASTA/);
});

test("another record is run as it is chosen, and forgets what was of the one before", async () => {
  const { session } = await ran();
  await session.tracks.readMeasured({ blob: new Blob([]), file: "b.bw" });
  assert.equal(session.state.overlays.length, 1);
  await session.chooseRecord(1);
  assert.equal(session.state.run?.record.name, "chrII");
  assert.equal(session.state.overlays.length, 0);
});

/** Two long records that are highest in bin 400, and what becomes of their runs instead. */
async function long() {
  const both = records.map((record) => ({ ...record, length: 5000 }));
  const instead: { run?: (options: WorkOptions) => Promise<never> } = {};
  const page = await ran({
    readSequences: () => ({ file: "a.fa", records: both }),
    predictTracks: ({ index }, options) =>
      instead.run?.(options) ?? {
        ...{
          model,
          file: "a.fa",
          id: index + 1,
          index,
          record: { ...both[index] },
          origin: 8,
          bin: 8,
          bins: 600,
          date: `now ${index}`,
        },
      },
    trackValues: ({ tracks }) => tracks.map(() => Float32Array.from({ length: 600 }, (_, bin) => Number(bin === 400))),
  });
  return { ...page, instead };
}

const cancelled = (): WorkerError =>
  new WorkerError({ name: "CancelledError", code: "cancelled", message: "", remedy: "" });

test("another record keeps the tracks that are shown and how close the view is, where its track is highest", async () => {
  const { session } = await long();
  await session.tracks.show([1]);
  await session.chooseRecord(1);
  assert.deepEqual([session.state.shown, session.state.view], [[1], [0, 600]]);
  session.tracks.look([20, 60]);
  await session.chooseRecord(0);
  assert.deepEqual([session.state.shown, session.state.view], [[1], [380, 420]]);
  assert.equal(session.state.bin, 400);
});

test("a record that is cancelled leaves the one that is open", async () => {
  const { session, worker, instead } = await long();
  instead.run = () => Promise.reject(cancelled());
  await session.chooseRecord(1);
  assert.deepEqual([session.open, session.state.index, session.isCurrent], [0, 0, true]);
  // A variant of the record that was cancelled is not tried in another.
  await session.tryVariant({ position: 3, reference: "A", alternative: "G" }, "chrII");
  assert(!worker.calls.includes("variantEffect"));
  delete instead.run;
  await session.chooseRecord(1);
  assert.deepEqual([session.open, session.isCurrent], [1, true]);
});

test("choosing the record that is open ends the run of another and runs nothing", async () => {
  const { session, worker, instead } = await long();
  instead.run = ({ signal }) =>
    new Promise((_, reject) => signal!.addEventListener("abort", () => reject(cancelled())));
  const second = session.chooseRecord(1);
  await session.chooseRecord(0);
  await second;
  assert.deepEqual([session.open, session.isCurrent, session.state.doing.run], [0, true, undefined]);
  assert.equal(worker.calls.filter((call) => call === "predictTracks").length, 2);
});

test("each record is a step of the way back, which names it", async () => {
  const { session } = await long();
  const first = looked(session.state);
  await session.chooseRecord(1);
  const second = looked(session.state);
  assert.notEqual(first.entry, second.entry);
  assert.equal(second.address.region, "chrII:9-4808");
  await show(session, first.address, "address");
  assert.deepEqual([session.open, looked(session.state).entry], [0, first.entry]);
});

test("a measured track lies under the first predicted one that has none, and can be moved and removed", async () => {
  const { session } = await ran();
  await session.tracks.readMeasured({ blob: new Blob([]), file: "a.bw" });
  await session.tracks.readMeasured({ blob: new Blob([]), file: "b.bw" });
  assert.deepEqual(
    session.state.overlays.map(({ track, file }) => [track, file]),
    [
      [0, "a.bw"],
      [1, "b.bw"],
    ],
  );
  const [first] = session.state.overlays;
  session.tracks.moveMeasured(first!, 1);
  assert.deepEqual(
    session.state.overlays.map(({ track, file }) => [track, file]),
    [
      [1, "a.bw"],
      [1, "b.bw"],
    ],
  );
  session.tracks.removeMeasured(session.state.overlays[0]!);
  assert.deepEqual(
    session.state.overlays.map(({ track, file }) => [track, file]),
    [[1, "b.bw"]],
  );
});

test("measured tracks do not take each other's place, and each is drawn by the name of its file", async () => {
  const { session } = await ran({
    readMeasured: ({ source }: { source: { file: string } }) => ({
      file: source.file,
      kind: "bigWig",
      values: new Float32Array(6).fill(1),
    }),
  });
  await session.tracks.show([0]);
  for (const file of ["PolII.bw", "MNase.bw", "Scc1.bw"])
    await session.tracks.readMeasured({ blob: new Blob([]), file });
  assert.deepEqual(
    session.state.overlays.map(({ file }) => file),
    ["PolII.bw", "MNase.bw", "Scc1.bw"],
  );
  await session.tracks.readMeasured({ blob: new Blob([]), file: "MNase.bw" });
  assert.equal(session.state.overlays.length, 3, "the same file again takes its own place");
  for (const overlay of session.state.overlays) session.tracks.moveMeasured(overlay, 0);
  const drawing = tracksDrawing(session.state, session.state.run!);
  const plot = drawing.draw({ width: 720, theme: light });
  for (const file of ["PolII.bw", "MNase.bw", "Scc1.bw"]) assert(plot.includes(`>over ${file}<`), file);
  const [header] = (drawing.tsv?.() ?? "").split("\n");
  assert.deepEqual(header?.split("\t").slice(4), ["measured, PolII.bw", "measured, MNase.bw", "measured, Scc1.bw"]);
});

test("a measured track lies under the predicted one that its file is named after, which is then shown", async () => {
  const { session } = await ran();
  await session.tracks.show([0]);
  await session.tracks.readMeasured({ blob: new Blob([]), file: "yeast_gs-rep1.bw" });
  assert.equal(session.state.overlays[0]?.track, 0, "two letters are too few to go by");
  assert.equal(
    trackInName({ tracks: [{ name: "MNase" }, { name: "Pol II" }, { name: "Pol" }] }, "sacCer3.PolII.bw"),
    1,
  );
  assert.equal(trackInName(trackCard, "PolII.bw"), undefined);
});

test("a measured track of another unit gets a scale of its own", async () => {
  const high = await ran({
    readMeasured: () => ({ file: "a.bw", kind: "bigWig", values: new Float32Array(6).fill(1000) }),
    predictTracks: () => ({
      model,
      file: "a.fa",
      index: 0,
      record: records[0],
      origin: 8,
      bin: 8,
      bins: 6,
      windows: [],
      padded: 0,
      peaks: Float32Array.of(9, 9),
      device: { kind: "cpu" },
      windowsOnGpu: 0,
      seconds: 0,
      date: "",
      program: "",
    }),
  });
  await high.session.tracks.readMeasured({ blob: new Blob([]), file: "a.bw" });
  assert(high.session.state.ownScale);
  const { session } = await ran();
  await session.tracks.readMeasured({ blob: new Blob([]), file: "a.bw" });
  assert(!session.state.ownScale);
});

test("a measured track that came before the run lies under the prediction after it", async () => {
  const session = new SequenceSession(new FakeWorker(answers()));
  session.follow(model);
  await session.readSequences({ blob: new Blob([]), file: "a.fa" });
  await session.tracks.readMeasured({ blob: new Blob([]), file: "a.bw" });
  await session.run();
  assert.deepEqual([session.state.overlays.map(({ track }) => track), session.state.waiting], [[0], []]);
});

test("a measured track that comes before its sequence waits for it", async () => {
  const session = new SequenceSession(new FakeWorker(answers()));
  session.follow(model);
  await session.tracks.readMeasured({ blob: new Blob([]), file: "a.bw" });
  assert.deepEqual(
    session.state.waiting.map(({ file }) => file),
    ["a.bw"],
  );
  await session.readSequences({ blob: new Blob([]), file: "a.fa" });
  await session.run();
  assert.deepEqual([[...session.state.overlays.keys()], session.state.waiting], [[0], []]);
});

test("a variant on another record runs that first; chromosomes are matched without regard to chr", async () => {
  const { session, worker } = await ran();
  await session.readVariants({ blob: new Blob([]), file: "v.vcf" });
  const row = session.state.variants?.rows[0];
  assert(row);
  await session.tryVariant(row, row.chromosome);
  assert.equal(session.state.run?.record.name, "chrII");
  assert.equal(session.state.variant?.index, 1);
  assert.equal(session.state.variantMap?.of, "change");
  assert(worker.calls.includes("variantRows"));
});

test("variants before a run choose the first record that has one", async () => {
  const row = (chromosome: string) => ({
    ...{ line: 3, chromosome, position: 3, id: ".", reference: "A", alternative: "G" },
  });
  for (const [chromosomes, index] of [
    [["chrX", "II"], 1],
    [["chrII", "chrI"], 0],
    [["chrX"], 0],
  ] as const) {
    const session = new SequenceSession(new FakeWorker(answers({ readVariants: () => chromosomes.map(row) })));
    session.follow(model);
    await session.readSequences({ blob: new Blob([]), file: "a.fa" });
    await session.readVariants({ blob: new Blob([]), file: "v.vcf" });
    assert.equal(session.state.index, index, chromosomes.join());
  }
});

test("a variant that is opened is looked at from near by, unless it already is", async () => {
  const { session } = await long();
  session.lookAround(8 + 300 * 8);
  assert.deepEqual(session.state.view, [220, 380]);
  session.lookAround(8 + 350 * 8);
  assert.deepEqual(session.state.view, [220, 380]);
  session.lookAround(8);
  assert.deepEqual(session.state.view, [0, 160]);
});

test("a variant on a chromosome that the file does not have names both sides", async () => {
  const { session } = await ran();
  await session.tryVariant({ position: 1, reference: "A", alternative: "G" }, "chrX");
  assert.match(session.state.problems.variant?.message ?? "", /chrX.*a\.fa has chrI, chrII/);
});

test("what goes wrong is shown where it belongs, and cancelling is no error", async () => {
  const failing = (code: string) => (): Promise<never> =>
    Promise.reject(new WorkerError({ name: "InputError", code, message: "bad" }));
  const { session } = await ran({ variantEffect: failing("reference-differs") });
  await session.tryVariant({ position: 1, reference: "A", alternative: "G" });
  assert.equal(session.state.problems.variant?.code, "reference-differs");
  const other = await ran({ predictTracks: failing("cancelled") });
  assert.equal(other.session.state.problems.run, undefined);
  assert.equal(other.session.state.announcement, "Cancelled.");
});

test("the view stays within the record and does not come too close", () => {
  assert.deepEqual(within(-5, 20, 100), [0, 25]);
  assert.deepEqual(within(90, 120, 100), [70, 100]);
  assert.deepEqual(within(40, 41, 100), [40, 48]);
  assert.deepEqual(within(0, 50, 6), [0, 6]);
});

test("zooming keeps the bin under the pointer, moving keeps the width", async () => {
  const { session } = await ran({
    predictTracks: () => ({
      model,
      file: "a.fa",
      index: 0,
      record: records[0],
      origin: 8,
      bin: 8,
      bins: 960,
      windows: [],
      padded: 0,
      peaks: new Float32Array(2),
      device: { kind: "cpu" },
      windowsOnGpu: 0,
      seconds: 0,
      date: "",
      program: "",
    }),
  });
  session.tracks.zoom(0.5, 240);
  assert.deepEqual(session.state.view, [120, 600]);
  session.places.pan(0.5);
  assert.deepEqual(session.state.view, [360, 840]);
  session.tracks.reveal(100);
  assert.deepEqual(session.state.view, [0, 480]);
});

test("variants are read in the ways that people write them", () => {
  const expected = { name: "chr4", position: 1202, reference: "A", alternative: "G" };
  for (const text of [
    "chr4:1203 A>G",
    "chr4:1,203A>G",
    " chr4-1203-A-G ",
    "chr4 1203 a g",
    "chr4:1203:A:G",
    "chr4:1203 A/G",
  ])
    assert.deepEqual(parseVariant(text), expected, text);
  assert.deepEqual(parseVariant("1,203 A>AT"), { name: undefined, position: 1202, reference: "A", alternative: "AT" });
  for (const text of ["", "chr4", "chr4:1203", "chr4:1203 A", "A>G"]) assert.equal(parseVariant(text), undefined, text);
});

test("files are told apart by how they begin, packed or not", async () => {
  const cases: [string, string][] = [
    [">chr1 of something\nACGT\n", "sequence"],
    ["ACGTTGCAACGTTGCAACGTTGCA\nACGT\n", "sequence"],
    ["##fileformat=VCFv4.2\n#CHROM\tPOS\n", "variants"],
    ["track type=bedGraph\nchr1\t0\t10\t1.5\n", "measured"],
    ["chr1\t0\t10\t1.5\n", "measured"],
    ["#bedGraph section\nchr1 0 10 1.5\n", "measured"],
    ["gene,bin,H3K4me3\nA,1,2\n", "table"],
    ["ENSG00000000003,1,2,3,4,5,6,0\n", "table"],
    ["", "table"],
    ["gene,bin,H3K4me3\nA,1,NA\n", "table"],
    ["gene;bin;H3K4me3\nA;1;2,5\n", "table"],
    ["a,b,c,d\n1,2,3,4\n", "table"],
    ["gene,count\nENSG00000000003,12\n", "expression"],
    ["gene_id\tTPM K562\tTPM H1\nENSG00000000003\t12.5\t0\n", "expression"],
    ["ENSG00000000003\t12\nENSG00000000005\t3\n", "expression"],
    ["gene,label\nA,1\n", "expression"],
    ["Dear all,\nthese are the counts, as you wished.\n", "other"],
    ["\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "other"],
    ["%PDF-1.7\n", "other"],
  ];
  for (const [text, kind] of cases) {
    assert.equal(await identify(new Blob([text])), kind, text);
    assert.equal(await identify(new Blob([gzipSync(text)])), kind, `${text}, packed`);
  }
  for (const [name, text, kind] of [
    ["x.gtf", "#!genome-build GRCh38\n", "annotation"],
    ["x", '1\thavana\tgene\t11869\t14409\t.\t+\t.\tgene_id "ENSG00000223972";\n', "annotation"],
    ["x", "##gff-version 3\n1\tx\tgene\t1\t9\t.\t+\t.\tID=gene:A\n", "annotation"],
    ["x", "chr1\t11868\t14409\tDDX11L1\t0\t+\n", "annotation"],
    ["x", "1\t11868\t14409\tDDX11L1\t0\t+\n", "annotation"],
    ["x", "chr1\t11868\t14409\tDDX11L1\n", "annotation"],
    ["tss.bed", "chr1 11868 11869 DDX11L1\n", "annotation"],
    ["reads.tagAlign.gz", "chr1\t1\t36\tN\t1000\t-\n", "measured"],
    ["page.bw", "<!doctype html>", "measured"],
    ["x", "172936\t1\t0\t6\t1\t2\t0\t0\n", "table"],
    ["x", "ENSG00000130749_ZC3H4_1\t1\t1\t0\t1\t0\n", "table"],
    ["x", '@{"upstream":[5000]}\nchr1\t100\t200\tA\t0.0\t+\t1\t2\n', "table"],
  ] as const)
    assert.equal(await identify(new File([text], name)), kind, `${name}: ${text}`);
  assert.equal(await identify(new Blob([Uint8Array.of(0x26, 0xfc, 0x8f, 0x88, 4, 0)])), "measured");
});

test("how many windows a record takes is what the engine takes", () => {
  const { length, bin, crop } = TRACK_SHAPE;
  for (const bases of [1, 30, 64, 65, 100, 112, 113, 200, 1000])
    assert.equal(windowCount(bases, TRACK_SHAPE), fakeWindows(bases, length, bin, crop).length, `${bases} bases`);
});

test("a record is described by its letters and by how it meets the window", () => {
  assert.deepEqual(lettersInWords(records[0]!), []);
  assert.deepEqual(lettersInWords(records[1]!), [
    "3 bases in lower case (3.0 %), read like any other",
    "2 bases unknown to the model (2.0 %): 1 N, 1 R; each counts a quarter as A, C, G and T",
  ]);
  assert.match(windowsInWords(30, TRACK_SHAPE), /unknown bases are added around it \(34 bases\)/);
  assert.match(windowsInWords(64, TRACK_SHAPE), /fills the model’s window/);
  assert.match(windowsInWords(200, TRACK_SHAPE), /^Covered by 4 overlapping windows of 64 bases\./);
});

test("tracks have the card's names, or numbers, and are grouped by assay", () => {
  assert.equal(trackOf({}, 2).name, "track 3");
  assert.deepEqual(assaysOf(trackCard, 2), [
    { name: "CAGE", tracks: [0] },
    { name: "DNase", tracks: [1] },
  ]);
  const many = {
    tracks: Array.from({ length: 30 }, (_, i) => ({ name: `t${i}`, assay: ["CAGE", "DNase", "ChIP"][i % 3]! })),
  };
  assert.deepEqual(firstTracks(many, 30), [0, 3, 1, 4, 2, 5]);
});

test("tracks are saved within the record's bases, neighbours of one value as one row", () => {
  const saved = {
    record: "chr I",
    length: 20,
    origin: -4,
    bin: 8,
    bins: 3,
    tracks: [{ name: 'a "b"', description: "d", values: Float32Array.of(1, 1, 0.1) }],
  };
  assert.equal(
    bedGraph(saved),
    'track type=bedGraph name="a  b " description="d"\nchr_I\t0\t12\t1\nchr_I\t12\t20\t0.1\n',
  );
  assert.equal(tracksTsv(saved), 'record\tstart\tend\ta "b"\nchr I\t0\t4\t1\nchr I\t4\t12\t1\nchr I\t12\t20\t0.1\n');
});

test("each measured track has its correlation with the prediction over it in view, once it is known", async () => {
  const { session } = await ran({
    readMeasured: ({ source }) => ({ file: source.file, kind: "bigWig", values: Float32Array.of(5, 4, 3, 2, 1, 0) }),
  });
  for (const [track, file] of ["a.bw", "b.bw"].entries())
    await session.tracks.readMeasured({ blob: new Blob([]), file }, track);
  const asked: number[][] = [];
  const correlations = new Correlations(
    new FakeWorker<CorrelationCalls>({
      correlation: ({ x, y }) => (asked.push([...x], [...y]), asked.length === 2 ? -0.25 : undefined),
    }),
  );
  const drawn = (view: readonly [number, number]) => {
    const state = { ...session.state, view };
    const rs = correlationsInView(state, correlations);
    return tracksDrawing(state, state.run!, rs).draw({ width: 720, theme: light });
  };
  assert.doesNotMatch(drawn([2, 6]), />r |Pearson’s r/, "none is known yet");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, [
    [0, 9, 0, 0],
    [3, 2, 1, 0],
    [1, 9, 1, 1],
    [3, 2, 1, 0],
  ]);
  assert.deepEqual(
    drawn([2, 6]).match(/>(r |to )[^<]*/g),
    [">r = −0.250, to 3", ">r not defined, to 3"],
    "of the second there is none",
  );
  assert.match(drawn([2, 6]), /Pearson’s r with a\.bw in view -0\.250/);
  assert.doesNotMatch(drawn([0, 4]), /r = |Pearson’s r/, "nor that of another view");
  assert.deepEqual(correlationsInView(session.state, undefined), [undefined, undefined], "where nothing correlates");
});

test("a place that is typed is of the record it names, which is run where it is another", async () => {
  const { session } = await ran();
  await session.places.goTo("chrII:9-40");
  assert.equal(session.state.run?.record.name, "chrII");
  assert.equal(session.state.problems.locus, undefined);
  await session.places.goTo("i");
  assert.equal(session.state.run?.record.name, "chrI");
});

test("a place of another record is one step of the way back", async () => {
  const { session } = await ran();
  const entries = new Set<string | undefined>([looked(session.state).entry]);
  session.subscribe((state) => entries.add(looked(state).entry));
  await session.places.goTo("chrII:9-40");
  assert.equal(entries.size, 2);
  await session.places.goTo("17-40");
  assert.equal(entries.size, 3);
});

test("the step to a place of another record holds the place from its beginning", async () => {
  const { session } = await long();
  const { entry } = looked(session.state);
  const regions = new Set<string | undefined>();
  session.subscribe((state) => {
    if (looked(state).entry !== entry) regions.add(looked(state).address.region);
  });
  await session.places.goTo("chrII:2,409-2,808");
  assert.deepEqual([...regions], ["chrII:2409-2808"]);
});

test("a place that is not there, or has no prediction, leaves the view as it is and says why", async () => {
  const { session } = await ran();
  const { view } = session.state;
  for (const [text, why] of [
    ["chrV:9-40", /a\.fa has no record chrV; it has chrI, chrII/],
    ["HO", /no record HO/],
    ["9-99", /chrI has 64 bases/],
    ["0-10", /counted from 1/],
    ["40-9", /first base comes after the last/],
    ["58-64", /predicts 9-56 of chrI/],
  ] as const) {
    await session.places.goTo(text);
    assert.match(session.state.problems.locus?.message ?? "nothing", why);
    assert.equal(session.state.view, view);
    assert.equal(session.state.run?.record.name, "chrI");
  }
  await session.places.goTo("9-40");
  assert.equal(session.state.problems.locus, undefined);
});

test("a place of another record is refused where only one is shown", async () => {
  const { session } = await ran();
  await session.places.goTo("chrII:9-40", true);
  assert.match(session.state.problems.locus?.message ?? "", /these are the tracks of chrI/);
  assert.equal(session.state.run?.record.name, "chrI");
});

test("where the heads looked is told of a bin in the place that was typed", async () => {
  const long = { ...records[0]!, length: 5000 };
  const { session } = await ran({
    readSequences: () => ({ file: "a.fa", records: [long] }),
    predictTracks: ({ index }) => ({
      model,
      file: "a.fa",
      id: 1,
      index,
      record: { ...long },
      origin: 8,
      bin: 8,
      bins: 600,
    }),
    trackValues: ({ tracks }) =>
      tracks.map(() => Float32Array.from({ length: 600 }, (_, bin) => (bin === 3 ? 9 : bin === 310 ? 5 : 0))),
  });
  assert.equal(session.state.bin, 3);
  await session.places.goTo("2,409-2,808");
  assert.deepEqual(session.state.view, [300, 350]);
  assert.deepEqual([session.state.bin, session.state.attention?.bin], [310, 310]);
  // One that is in view already stays.
  await session.places.goTo("2,409-4,008");
  assert.equal(session.state.bin, 310);
});

test("bases that cannot be replaced leave nothing of another stretch, and a cancelled try leaves it", async () => {
  let answer = (): Mutagenesis => ({ start: 9, end: 11 }) as Mutagenesis;
  const { session } = await ran({ mutagenesis: () => answer() });
  session.set({ stretch: { start: 9, end: 11 } });
  await session.mutate(undefined);
  const found = session.state.mutagenesis;
  assert(found);
  answer = () => {
    throw cancelled();
  };
  await session.mutate(undefined);
  assert.equal(session.state.mutagenesis, found);
  answer = () => {
    throw new WorkerError({ name: "InputError", code: "bad-input", message: "too long", remedy: "" });
  };
  await session.mutate(undefined);
  assert.match(session.state.problems.mutagenesis?.message ?? "", /too long/);
  assert.equal(session.state.mutagenesis, undefined);
});

test("a variant that cannot be tried leaves nothing of the one before", async () => {
  const { session } = await ran();
  await session.tryVariant({ position: 9, reference: "A", alternative: "G" });
  assert(session.state.variant);
  await session.tryVariant({ position: 9, reference: "A", alternative: "G" }, "chrX");
  assert.match(session.state.problems.variant?.message ?? "", /chrX/);
  assert.equal(session.state.variant, undefined);
  await session.tryVariant({ position: 9, reference: "A", alternative: "G" });
  session.refuse("variant", "found “x”", "");
  assert.equal(session.state.variant, undefined);
});

test("a variant that is cancelled leaves the one before, with where its heads looked", async () => {
  let isCancelled = false;
  const { session } = await ran({
    variantEffect: (request) => {
      if (isCancelled) throw cancelled();
      return answers().variantEffect!(request, {});
    },
  });
  await session.tryVariant({ position: 9, reference: "A", alternative: "G" });
  const { variant, variantRows, variantMap } = session.state;
  assert(variant && variantRows && variantMap);
  isCancelled = true;
  await session.tryVariant({ position: 12, reference: "C", alternative: "T" });
  assert.equal(session.state.announcement, "Cancelled.");
  assert.deepEqual(
    [session.state.variant, session.state.variantRows, session.state.variantMap],
    [variant, variantRows, variantMap],
  );
});

test("where the heads looked can be seen of one variant while another one is computed", async () => {
  let finish = (): void => {};
  let waits = Promise.resolve();
  const { session } = await ran({
    variantEffect: async (request) => {
      await waits;
      return answers().variantEffect!(request, {});
    },
  });
  await session.tryVariant({ position: 9, reference: "A", alternative: "G" });
  waits = new Promise((resolve) => (finish = resolve));
  const second = session.tryVariant({ position: 12, reference: "C", alternative: "T" });
  await session.lookAtVariant(2);
  assert.deepEqual([session.state.variant?.variant.position, session.state.variantRows?.windowBin], [9, 2]);
  finish();
  await second;
  assert.equal(session.state.variant?.variant.position, 12);
});

test("attention has the axis of the tracks where its window fills enough of it, and else its own", () => {
  const run = { origin: 1024, bin: 128 } as TrackRun;
  const axis = (view: readonly [number, number], whole = false) =>
    attentionView({ view }, run, { start: 0, bins: 128 }, whole);
  // Beyond the window too: its bins are counted from the window's first.
  assert.deepEqual(axis([0, 128]), [8, 136]);
  assert.deepEqual(axis([10, 30]), [18, 38]);
  assert.deepEqual(axis([10, 30], true), [0, 128]);
  assert.deepEqual(axis([200, 300]), [0, 128]);
  assert.deepEqual(axis([0, 2000]), [0, 128]);
});
