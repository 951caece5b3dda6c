/** Names of motifs: what the package and the page make of them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { InputError } from "../../../../pkg/src/errors";
import { readMotifs } from "../../../../pkg/src/io/motifs";
import { TracksModel } from "../../../../pkg/src/models/tracks";
import type { Progress } from "../../../../pkg/src/progress";
import type { SeqletPattern } from "../../../../pkg/src/tasks/tracks";
import { light } from "../../../src/plots";
import { local } from "../../../src/rpc/rpc";
import { identify } from "../../../src/session/files";
import { taskOfFiles } from "../../../src/session/intake";
import { type Contributed, type TrackCalls, TrackHandlers, type TrackPackage } from "../../../src/tasks/tracks/calls";
import type { TableRequest } from "../../../src/session/opened";
import { ScoredVariants } from "../../../src/tasks/tracks/variants/scored";
import { capture, restore } from "../../../src/tasks/tracks/workspace";
import type { Files, Restoring } from "../../../src/session/restoring";
import { SequenceSession } from "../../../src/tasks/tracks/session";
import { namedPatterns, patternsDrawing, patternsSentence } from "../../../src/tasks/tracks/motifs/alike";
import {
  drawnNames,
  namesSentence,
  namesTsv,
  namesUpTo,
  orderNames,
  variantMotifsInWords,
} from "../../../src/tasks/tracks/motifs/text";
import { FakePlatform } from "../../fakes/engine";
import { fakeSequences } from "../../fakes/sequences";
import { fakeTracks, heldMotifs, openTrackModel, TRACK_SHAPE } from "../../fakes/tracks";

async function open(): Promise<TracksModel> {
  const platform = new FakePlatform({ reason: "none" });
  return TracksModel.open(platform, await platform.cpu("full"), new Uint8Array([1]), "fake.safetensors", {});
}

/** Bases with a site of the first motif at 40, of the second at 60. */
const BASES = `${"A".repeat(40)}GATTACA${"A".repeat(13)}CCGCC${"A".repeat(127)}`;
const MOTIFS = "Reb1 GATTACA\nRap1 CCGCC\n";
const sequences = () => fakeSequences(`>one\n${BASES}\n`);

test("names are in bases of the record, and shuffled windows count in the progress", async () => {
  const heard: Progress[] = [];
  const read = await sequences();
  const runner = await open();
  const motifs = await runner.readMotifs(new Blob([MOTIFS]), { name: "m.meme" });
  const windows = read.windows(0, TRACK_SHAPE).length;
  const found = await runner.motifs(read, 0, 1, motifs, { q: 0.2, onProgress: (each) => heard.push(each) });
  const plain = await runner.contributions(read, 0, 1);
  assert.deepEqual(found.contributions, plain.contributions);
  assert.deepEqual(
    found.seqlets.map(({ start, end }) => [start, end]),
    [
      [0, 13],
      [40, 53],
      [60, 73],
    ],
  );
  assert.deepEqual(found.names, [
    { seqlet: 1, motif: 0, start: 40, end: 47, strand: "+", bits: 14, p: 0.001, q: 0.01 },
    { seqlet: 2, motif: 1, start: 60, end: 65, strand: "-", bits: 10, p: 0.001, q: 0.15 },
  ]);
  const total = windows + Math.ceil(windows / 2);
  assert(windows > 1);
  assert(heard.every((each) => each.total === total));
  const done = heard.map((each) => each.done);
  assert.deepEqual([done[0], done.at(-1)], [0, total]);
  assert(done.every((each, i) => i === 0 || each >= done[i - 1]!));

  // A region's codes begin elsewhere: names do not.
  const region = { start: 50, end: 60 };
  const some = await runner.motifs(read, 0, 1, motifs, { region, q: 0.2 });
  assert(some.start > 0);
  assert.deepEqual(some.names, found.names);
  const usual = await runner.motifs(read, 0, 1, motifs);
  assert.deepEqual([usual.names.length, usual.patterns], [1, []]);
});

test("patterns are in bases of the record, on the strand on which they read", async () => {
  const read = await sequences();
  const runner = await open();
  const motifs = await runner.readMotifs(new Blob([MOTIFS]), { name: "m.meme" });
  const { patterns } = await runner.motifs(read, 0, 1, motifs, { least: 2 });
  const sites = [
    { seqlet: 1, start: 40, end: 47, strand: "+" },
    { seqlet: 2, start: 60, end: 67, strand: "-" },
  ];
  assert.deepEqual(patterns, [{ rows: motifs.motifs[0]?.rows, contributions: [1, 2, 3, 4, 5, 6, 7], sites }]);
  const region = { start: 50, end: 60 };
  const some = await runner.motifs(read, 0, 1, motifs, { region, least: 2 });
  assert(some.start > 0);
  assert.deepEqual(some.patterns, patterns);
});

test("a cancel ends the search, and what is wrong with a file of motifs is said by line", async () => {
  const runner = await open();
  const read = await sequences();
  const motifs = await runner.readMotifs(new Blob([MOTIFS]), { name: "m.meme" });
  const controller = new AbortController();
  const onProgress = ({ done }: Progress): void => void (done > 1 && controller.abort());
  await assert.rejects(runner.motifs(read, 0, 0, motifs, { signal: controller.signal, onProgress }), {
    code: "cancelled",
  });
  await assert.rejects(runner.readMotifs(new Blob(["a ACGT\nb nothing\n"]), { name: "m.meme" }), (error: Error) => {
    assert.deepEqual(
      { ...error, name: error.name, cause: undefined },
      {
        ...{ name: "InputError", code: "motifs", file: "m.meme", line: 2, column: undefined, cause: undefined },
        remedy: "Correct the row.",
      },
    );
    return true;
  });
});

test("motifs can be given to models of another build of the engine, and all their memory is given back", async () => {
  const before = heldMotifs();
  const motifs = await readMotifs({ ...fakeTracks }, new Blob([MOTIFS]), { name: "m.meme" });
  const found = await (await open()).motifs(await sequences(), 0, 0, motifs);
  assert.equal(found.names.length, 1);
  assert.equal(heldMotifs(), before + 2);
  motifs.free();
  assert.equal(heldMotifs(), before);
});

test("a variant's matches are in bases of the record, and the reference is checked", async () => {
  const runner = await open();
  const read = await sequences();
  const motifs = await runner.readMotifs(new Blob([MOTIFS]), { name: "m.meme" });
  const breaks = { position: 43, reference: "T", alternative: "C" };
  const [broken, ...none] = await runner.variantMotifs(read, 0, breaks, motifs);
  assert.deepEqual(none, []);
  assert.deepEqual(broken, {
    ...{ motif: 0, kind: "broken", q: 0.02, bits: -14, alternative: undefined },
    reference: { start: 40, end: 47, strand: "+", bits: 14, p: 0.001 },
  });
  const makes = { position: 100, reference: "A", alternative: "CCGCC" };
  const [made] = await runner.variantMotifs(read, 0, makes, motifs);
  assert.deepEqual([made?.kind, made?.alternative?.start, made?.reference], ["made", 100, undefined]);
  assert.deepEqual(await runner.variantMotifs(read, 0, breaks, motifs, { q: 0.01 }), []);
  await assert.rejects(runner.variantMotifs(read, 0, { ...breaks, reference: "G" }, motifs), {
    code: "reference-differs",
  });
});

const MEME = "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF a\nletter-probability matrix: alength= 4 w= 1\n1 0 0 0\n";

test("motifs are told from sequences by content, or by the ending of their name", async () => {
  const kind = (text: string, name = "x.txt") => identify(new File([text], name));
  assert.equal(await kind(MEME), "motifs");
  assert.equal(
    await kind(`${"*".repeat(80)}\nMEME - Motif discovery tool\n${"*".repeat(80)}\nMEME version 5.5.1\n`),
    "motifs",
  );
  assert.equal(await kind(">MA0001.1\tAGL3\nA  [ 0  3 79 ]\nC  [94 75  4 ]\nG  [ 1 0 3 ]\nT [ 2 19 11 ]\n"), "motifs");
  assert.equal(await kind(">MA0001.1 AGL3\n0 3.5 79\n94 75 4\n1 0 3\n2 19 11\n"), "motifs");
  assert.equal(await kind("nothing of the kind", "mine.meme"), "motifs");
  assert.equal(await kind(">chr1 5\nACGTACGT\n"), "sequence");
  assert.equal(await kind(">a\nA\nC\n"), "sequence");
  assert.equal(await kind(">empty\n\n>b\nGATTACA\n"), "sequence");
  const motifs = [{ file: new Blob(), name: "m.meme", kind: "motifs" as const }];
  assert.deepEqual(
    (["tracks", "on-off", "change"] as const).map((task) => taskOfFiles(motifs, task, false)),
    ["tracks", "tracks", "tracks"],
  );
});

/** A session whose worker has the fake engine. */
async function started() {
  const runner = await open();
  const model = { ...openTrackModel, shape: { ...TRACK_SHAPE, layers: 0 } };
  const engine = {
    Regulens: {
      readSequences: sequences,
      readMotifs: (source: Blob, options: object) => readMotifs(fakeTracks, source, options),
    },
    InputError,
    decode: () => "",
    VERSION: "0",
  } as unknown as TrackPackage;
  const worker = local<TrackCalls>(new TrackHandlers(() => ({ runner, model }), engine));
  const scoring = (session: SequenceSession) => new ScoredVariants(worker, session);
  const session = new SequenceSession(worker, undefined, undefined, scoring);
  session.follow(model);
  await session.readSequences({ blob: new Blob([]), file: "one.fa" });
  await session.run();
  return session;
}

const dropped = (text: string, name = "m.meme") => ({ file: new File([text], name), name, kind: "motifs" as const });
const PLACE = { start: 30, end: 70 };
const GRADIENT = { method: "gradient" } as const;
const namesIn = ({ state }: SequenceSession) => state.contributions?.names?.length;
const changesIn = ({ state }: SequenceSession) => state.variantMotifs?.map(({ motif, kind }) => `${kind} ${motif}`);
const patternsIn = ({ state }: SequenceSession) => state.contributions?.patterns?.length;
const fileIn = ({ state }: SequenceSession) => state.motifs?.file;

test("motifs that are dropped name what is found; others, or none, leave no name behind", async () => {
  const session = await started();
  assert.deepEqual(await session.openFiles([dropped(MOTIFS)]), [
    { name: "m.meme", used: true, as: "motifs, to name stretches" },
  ]);
  assert.match(session.state.announcement, /m\.meme was read: 2 motifs\./);
  await session.motifs.contribute(0, PLACE, GRADIENT);
  assert.equal(namesIn(session), undefined);
  await session.motifs.contribute(0, PLACE, GRADIENT, true);
  assert.deepEqual([namesIn(session), patternsIn(session)], [2, 0]);

  const [filed] = await session.openFiles([dropped("a nothing\n", "bad.meme")]);
  assert.equal(filed?.used, false);
  assert.equal(session.state.problems.motifs?.line, 1);
  assert.deepEqual([fileIn(session), namesIn(session)], ["m.meme", 2]);

  await session.openFiles([dropped("Abf1 GATT\n", "other.meme")]);
  assert.deepEqual([fileIn(session), session.state.problems.motifs], ["other.meme", undefined]);
  assert.deepEqual([namesIn(session), patternsIn(session)], [undefined, undefined]);
  assert(session.state.contributions);
  // Another run keeps the motifs.
  await session.run();
  assert.deepEqual([fileIn(session), session.state.contributions], ["other.meme", undefined]);
  await session.motifs.contribute(0, PLACE, GRADIENT, true);
  session.motifs.close();
  assert.deepEqual([fileIn(session), namesIn(session)], [undefined, undefined]);
  await session.motifs.contribute(0, PLACE, GRADIENT, true);
  assert.equal(session.state.problems.contributions?.code, "missing");
});

test("names that come when other motifs were read are left out", async () => {
  const session = await started();
  await session.motifs.read({ blob: new Blob([MOTIFS]), file: "m.meme" });
  const searching = session.motifs.contribute(0, PLACE, GRADIENT, true);
  await session.motifs.read({ blob: new Blob(["Abf1 GATT\n"]), file: "other.meme" });
  await searching;
  assert(session.state.contributions);
  assert.equal(namesIn(session), undefined);
});

test("an open variant is compared with motifs, whichever of both came first, at the q that is set", async () => {
  const session = await started();
  const breaks = { position: 43, reference: "T", alternative: "C" };
  await session.tryVariant(breaks);
  assert.equal(changesIn(session), undefined);
  await session.motifs.read({ blob: new Blob([MOTIFS]), file: "m.meme" });
  assert.deepEqual(changesIn(session), ["broken 0"]);
  await session.motifs.chooseNamesQ(0.01);
  assert.deepEqual(changesIn(session), []);
  await session.motifs.chooseNamesQ(0.05);
  await session.tryVariant({ position: 5, reference: "A", alternative: "G" });
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(changesIn(session), []);
  session.closeVariant();
  assert.equal(changesIn(session), undefined);
});

test("what was there before files were given comes back with its motifs", async () => {
  const session = await started();
  const without = session.remember();
  await session.motifs.read({ blob: new Blob([MOTIFS]), file: "m.meme" });
  const withMotifs = session.remember();
  session.forget();
  assert.equal(fileIn(session), undefined);
  await withMotifs();
  assert.equal(fileIn(session), "m.meme");
  await without();
  assert.equal(fileIn(session), undefined);
});

test("a workspace keeps the file of motifs", async () => {
  const session = await started();
  await session.motifs.read({ blob: new Blob([MOTIFS]), file: "m.meme" });
  const kept: TableRequest[] = [];
  const input = (source: TableRequest | undefined) => source && kept.push(source) - 1;
  const task = (work: SequenceSession) =>
    ({ work, comparing: {}, all: { done: new Set() } }) as unknown as Parameters<typeof capture>[0];
  const stored = capture(task(session), { input } as unknown as Files);
  assert.equal(kept[stored.motifs!]?.file, "m.meme");
  const other = await started();
  const source = (at: number) => kept[at];
  const restoring = {
    source,
    made: () => undefined,
    input: () => ({}),
    missing: [],
    show: async () => {},
  } as unknown as Restoring;
  await restore(task(other), stored, restoring);
  assert.equal(fileIn(other), "m.meme");
  kept.length = 0;
  assert.deepEqual(capture(task(other), { input } as unknown as Files), stored, "saved again it is the same");
  session.motifs.close();
  assert.equal(capture(task(session), { input } as unknown as Files).motifs, undefined);
});

test("names are counted, ordered, drawn as the record reads, and saved with the program's columns", async () => {
  const session = await started();
  await session.motifs.read({ blob: new Blob([MOTIFS]), file: "m.meme" });
  await session.motifs.contribute(0, PLACE, GRADIENT, true);
  const motifs = session.state.motifs!;
  const found = session.state.contributions!;
  const all = namesUpTo(found, 0.2)!;
  const some = namesUpTo(found, 0.05)!;
  const none = namesUpTo(found, 0.001)!;
  assert.deepEqual([all.names.length, some.names.length, none.names.length], [2, 1, 0]);
  assert.equal(namesUpTo({ ...found, names: undefined }, 0.05), undefined);
  const stand = "3 stretches of 13 bases contribute more than those of shuffles do";
  assert.equal(
    namesSentence(all, motifs, 0.2),
    `${stand}: 2 match a motif of m.meme with q at most 0.2, 1 stretch has no name.`,
  );
  assert.match(namesSentence(some, motifs, 0.05), /: 1 matches a motif .* 2 stretches have no name\.$/);
  assert.match(namesSentence(none, motifs, 0.001), /None matches any of 2 motifs of m\.meme with q at most 0\.001/);
  assert.match(
    namesSentence({ ...none, seqlets: [] }, motifs, 0.05),
    /there is nothing to name \(q at most 0\.05\)\. A longer region may show more\.$/,
  );
  const order = (key: "bits" | "motif", descending: boolean) => [...orderNames(all, motifs, { key, descending })];
  assert.deepEqual(
    [order("bits", false), order("bits", true), order("motif", false)],
    [
      [1, 0],
      [0, 1],
      [1, 0],
    ],
  );
  assert.deepEqual([...orderNames(all, motifs, undefined)], [0, 1]);
  const [first, second] = drawnNames(all, motifs);
  assert.deepEqual([first?.name, first?.rows], ["Reb1", motifs.motifs[0]?.rows]);
  // CCGCC on the other strand is GGCGG.
  assert.deepEqual(
    second?.rows.map((row) => "ACGT"[row.indexOf(1)]),
    [..."GGCGG"],
  );
  const [header, row] = namesTsv(all, motifs).split("\n");
  assert.equal(header, "sequence\tstart\tend\tstrand\tmotif\tscore\tp\tq\tid\tcontribution\tseqlet_q");
  assert.match(row!, /^one\t41\t47\t\+\tReb1\t14\t0\.001\t0\.01\tM0\t-?[\d.]+\t0\.1$/);
});

/** A pattern GATTACA of seqlets from `first` on, with the strand of each. */
function pattern(first: number, strands: string, sign = 1): SeqletPattern {
  return {
    rows: [..."GATTACA"].map((base) => [..."ACGT"].map((each) => Number(each === base))),
    contributions: [1, 2, 3, 4, 5, 6, 7].map((value) => sign * value),
    sites: [...strands].map((strand, i) => ({
      ...{ seqlet: first + i, start: 20 * (first + i), end: 20 * (first + i) + 7, strand: strand as "+" | "-" },
    })),
  };
}

/** Ten seqlets; the first ones have these names: a motif, its strand, and q. */
function stretches(names: readonly (readonly [number, "+" | "-", number])[], ...patterns: SeqletPattern[]) {
  return {
    ...{ record: "one", bins: [0, 200] },
    seqlets: Array.from({ length: 10 }, (_, i) => ({ start: 20 * i, end: 20 * i + 13, contribution: 1, q: 0.1 })),
    names: names.map(([motif, strand, q], seqlet) => ({
      ...{ seqlet, motif, strand, q, start: 20 * seqlet, end: 20 * seqlet + 7, bits: 14, p: 0.001 },
    })),
    patterns,
  } as unknown as Contributed;
}

const KNOWN = { motifs: ["Reb1", "Rap1", "Abf1"].map((name) => ({ id: `id of ${name}`, name, rows: [], sites: 1 })) };

test("a pattern has the name that most of its seqlets have with q at most what is set, and reads as its motif", () => {
  const [alike, unlike] = [pattern(0, "+-++-"), pattern(5, "+++-", -1)];
  const found = stretches(
    [
      [2, "-", 0.01],
      [2, "+", 0.01],
      [2, "+", 0.02],
      [1, "+", 0.15],
      [1, "-", 0.15],
      [0, "+", 0.15],
    ],
    ...[alike, unlike],
  );
  const at = (q: number) => namedPatterns(namesUpTo(found, q)!, KNOWN);
  const names = (q: number) => at(q).map(({ seqlets, name }) => [seqlets, name?.motif, name?.count]);
  assert.deepEqual(names(0.05), [
    [5, "Abf1", 3],
    [4, undefined, undefined],
  ]);
  assert.deepEqual(names(0.2)[1], [4, "Reb1", 1]);
  assert.deepEqual(names(0.01)[0], [5, "Abf1", 2]);
  assert.deepEqual(names(0.001)[0], [5, undefined, undefined]);
  // Two of three names are on the other strand than the pattern.
  const [first, second] = at(0.05);
  const letters = first?.rows.map((row) => "ACGT"[row.indexOf(1)]).join("");
  assert.deepEqual([letters, first?.contributions], ["TGTAATC", [7, 6, 5, 4, 3, 2, 1]]);
  assert.deepEqual([second?.rows, second?.contributions], [unlike.rows, unlike.contributions]);
});

test("of names that as many seqlets have, that of the first motif in the file stands", () => {
  const tied = stretches(
    [
      [2, "+", 0.01],
      [1, "-", 0.01],
    ],
    pattern(0, "+-+++"),
  );
  const [only] = namedPatterns(namesUpTo(tied, 0.05)!, KNOWN);
  assert.deepEqual([only?.name, only?.contributions[0]], [{ motif: "Rap1", count: 1 }, 1]);
});

test("patterns are counted with what is left, or it is said why there are none", () => {
  const says = (...patterns: SeqletPattern[]) => patternsSentence(namesUpTo(stretches([], ...patterns), 0.05)!);
  assert.equal(
    says(pattern(0, "+++++"), pattern(5, "++++")),
    "9 of 10 stretches are similar and form 2 patterns; 1 is in no pattern.",
  );
  assert.equal(says(pattern(0, "++++")), "4 of 10 stretches are similar and form 1 pattern; 6 are in no pattern.");
  assert.equal(says(pattern(0, "++++++++++")), "All 10 stretches are similar and form 1 pattern.");
  assert.equal(says(), "No pattern is shown: fewer than 4 stretches are similar.");
});

test("patterns of a search are drawn and saved with a row for each column", async () => {
  const session = await started();
  await session.motifs.read({ blob: new Blob([`${MOTIFS}Abf1 ATTACA\nCbf1 GATTAC\n`]), file: "m.meme" });
  await session.motifs.contribute(0, PLACE, GRADIENT, true);
  const { contributions, motifs } = session.state;
  const named = namesUpTo(contributions!, 0.05)!;
  assert.equal(patternsSentence(named), "4 of 5 stretches are similar and form 1 pattern; 1 is in no pattern.");
  const drawing = patternsDrawing(namedPatterns(named, motifs!), contributions!, "ATAC");
  assert.match(drawing.draw({ width: 700, theme: light }), /4 stretches, like GATTACA: 1 matches Reb1\./);
  const rows = drawing.tsv!().trimEnd().split("\n");
  assert.deepEqual(rows.slice(0, 2), [
    "pattern\tseqlets\tmotif\tnamed\tcolumn\tA\tC\tG\tT\tcontribution",
    "pattern-1\t4\tReb1\t1\t1\t0\t0\t1\t0\t1",
  ]);
  assert.equal(rows.length, 8);
  const unnamed = patternsDrawing(namedPatterns({ ...named, names: [] }, motifs!), contributions!, "ATAC");
  assert.match(unnamed.tsv!(), /\npattern-1\t4\tunnamed\t0\t1\t/);
});

test("a variant's matches are said with both scores, or that there are none", () => {
  const motifs = { motifs: [{ id: "M0", name: "Reb1", rows: [], sites: 1 }] };
  const match = (bits: number) => ({ start: 0, end: 1, strand: "+" as const, bits, p: 0.001 });
  const says = (...changes: Parameters<typeof variantMotifsInWords>[0]) => variantMotifsInWords(changes, motifs, 0.05);
  const broken = { motif: 0, kind: "broken" as const, q: 0.002, bits: -9.2, reference: match(12.3) };
  assert.deepEqual(says({ ...broken, alternative: match(3.1) }), [
    "Breaks a match of Reb1 (12.3 bits before, 3.1 after, q 0.002).",
  ]);
  assert.deepEqual(says(broken), ["Breaks a match of Reb1 (12.3 bits before, no match after, q 0.002)."]);
  assert.deepEqual(says({ ...broken, kind: "made", reference: undefined, alternative: match(12.34) }), [
    "Makes a match of Reb1 (no match before, 12.3 bits after, q 0.002).",
  ]);
  assert.deepEqual(says(), ["No motif’s match is made, broken or changed (q above 0.05)."]);
  assert.match(
    says({ ...broken, kind: "weakened", alternative: match(9) })[0]!,
    /^Weakens a match of Reb1 \(12\.3 bits/,
  );
  const many = says(...Array.from({ length: 8 }, () => broken));
  assert.deepEqual([many.length, many.at(-1)], [7, "2 more matches are less certain."]);
});

test("motifs, counts and signal are told by their content, whatever their format and encoding", async () => {
  const kind = (text: string | Uint8Array<ArrayBuffer>, name = "file.txt") => identify(new File([text], name));
  const motifs = [
    "# of a lab\n>MA0099.3 FOS\nA [ 1 0 ]\nC [ 1 4 ]\nG [ 2 0 ]\nT [ 0 0 ]\n",
    ">FOS_HUMAN.H11MO.0.A\n12.0\t3.0\t80.0\t5.0\n1\t2\t3\t4\n",
    ">NTGACTCA\tFosl2(bZIP)\t6.5\t-10\t0\n0.2\t0.3\t0.2\t0.3\n",
    "AC  m\nXX\nP0      A      C      G      T\n01     10      0      0      0      A\nXX\n//\n",
  ];
  for (const text of motifs) assert.equal(await kind(text), "motifs", text);
  const counts = [
    "#1.2\n2\t1\nName\tDescription\tS1\nA\ta\t5\nB\tb\t7\n",
    "# Program:featureCounts\nGeneid\tChr\tStart\tEnd\tStrand\tLength\ta.bam\nA\tchr1\t1\t9\t+\t9\t5\n",
    "N_unmapped\t9\t9\t9\nN_multimapping\t9\t9\t9\nA\t5\t2\t3\n",
  ];
  for (const text of counts) assert.equal(await kind(text), "expression", text);
  const bedGraph = "chr1\t0\t10\t1.5\nchr1\t10\t20\t2\n";
  const wide = new Uint16Array([0xfeff, ...[...bedGraph].map((letter) => letter.charCodeAt(0))]);
  assert.equal(await kind(new Uint8Array(wide.buffer)), "measured");
  assert.equal(await kind(`\uFEFF${bedGraph}`), "measured");
});
