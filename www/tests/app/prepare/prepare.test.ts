// Making tables in the page: what files are taken for, what keeps a table from being made, and cancelling.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelCard } from "../../../../pkg/src/card";
import { preparationOf } from "../../../src/session/preparation";
import { commonName, PrepareSession, whyNotYet } from "../../../src/prepare/session";
import { assemblyInComments, assemblyOfAll, findings, missingMarks, standInFor } from "../../../src/prepare/checks";
import { costsInWords, standInsIn, standInsInWords } from "../../../src/tasks/shared/stand-ins";
import { CELLS, cellTitle } from "../../../src/tasks/shared/cells";
import type { PrepareCalls } from "../../../src/prepare/calls";
import type { OpenedAnnotation, OpenedSignal, TableWish } from "../../../src/prepare/result";
import { WorkerClient, type WorkerPort } from "../../../src/rpc/client";
import type { ToWorker } from "../../../src/rpc/rpc";
import { FakeWorker } from "../../fakes/worker";
import type { WorkerError } from "../../../src/rpc/errors";

const distribution = (mark: string, mean: number) => ({
  mark,
  mean,
  standard_deviation: 1,
  zero_fraction: 0,
  integer_fraction: 1,
  median: 0,
  p90: 0,
  p99: 0,
  max: 1,
});
const CARD = {
  task: "on-off",
  family: "attentive-chrome",
  marks: ["H3K4me1", "H3K4me3", "H3K9me3"],
  bins: 100,
  bin_size: 100,
  window: { anchor: "TSS", upstream: 5000, downstream: 5000 },
  input_distribution: [distribution("H3K4me1", 3.7), distribution("H3K9me3", 0.43)],
} as unknown as ModelCard;

const signal = (chromosomes: OpenedSignal["chromosomes"] = [{ name: "chr1", length: 249_250_621 }]): OpenedSignal => ({
  kind: "bigWig",
  indexed: true,
  chromosomes,
});
const annotation = (change: Partial<OpenedAnnotation> = {}): OpenedAnnotation => ({
  format: "GTF",
  genes: 10,
  transcripts: 20,
  repeated: 0,
  notes: [],
  chromosomes: [{ name: "1", genes: 10, lastTss: 1_000_000 }],
  biotypes: [],
  assembly: undefined,
  ...change,
});
const file = (name: string, text = "chr1\t0\t10\t1\n"): File => new File([text], name);
const GENES = file("genes.bed", "chr1\t5\t6\tA\t0\t+\n");

/** Opens all files, and makes tables of nothing. */
class FakePreparer extends FakeWorker<PrepareCalls> {
  readonly wishes: TableWish[] = [];

  constructor() {
    super({
      openSignal: () => signal(),
      openAnnotation: () => annotation(),
      makeTable: (wish) => {
        this.wishes.push(wish);
        return {
          file: new File([], wish.name),
          genes: 10,
          marks: wish.marks.map(({ mark }) => mark),
          notes: [],
          summary: [],
          silent: [],
          proposed: [],
          geneNotes: undefined,
        };
      },
    });
  }
}

function started() {
  const preparer = new FakePreparer();
  const taken: string[] = [];
  const session = new PrepareSession(async ({ name }, cell) => void taken.push(`${cell}: ${name}`), preparer);
  return { session, preparer, taken };
}

test("files may come one after another, are guessed from their names, corrected and removed", async () => {
  const { session } = started();
  await session.add([file("x.H3K4me3.bedgraph")], CARD);
  await session.add([file("x.bedgraph")], CARD);
  await session.add([GENES], CARD);
  assert.deepEqual(
    session.state.signals.map(({ mark }) => mark),
    ["H3K4me3", ""],
  );
  assert.match(whyNotYet(session.state, CARD) ?? "", /x\.bedgraph: its name does not say/);
  const [, other] = session.state.signals;
  session.setMark(other!.id, "h3k4me1");
  assert.match(whyNotYet(session.state, CARD) ?? "", /no file for H3K9me3/);
  session.remove(other!.id);
  assert.match(whyNotYet(session.state, CARD) ?? "", /no file for H3K4me1/);
  session.removeAnnotation();
  assert.match(whyNotYet(session.state, CARD) ?? "", /Add an annotation/);
});

test("peaks beside signal are refused with advice, and are no sample of their own", async () => {
  const { session } = started();
  const of = (ending: string, text?: string) => CARD.marks.map((mark) => file(`liver_${mark}${ending}`, text));
  await session.add([...of(".bedgraph"), GENES, ...of("_peaks.bed", "chr1\t5\t60\n")], CARD);
  assert.equal(session.state.signals.length, CARD.marks.length);
  assert.deepEqual([session.state.others, session.state.annotation?.name], [[], GENES.name]);
  assert.match(session.state.refused?.message ?? "", /liver_H3K\w+_peaks\.bed: found genomic intervals/);
  assert.match(session.state.refused?.remedy ?? "", /bigWig or BAM/);
});

test("signal of several samples becomes a table of each, made alike; one that lacks a mark says so and leaves the others", async () => {
  const preparer = new FakePreparer();
  const taken: string[][] = [];
  const session = new PrepareSession(
    async (first, _cell, _annotation, others) => void taken.push([first, ...others].map(({ name }) => name)),
    preparer,
  );
  const of = (sample: string, marks = CARD.marks) => marks.map((mark) => file(`${sample}_${mark}.bedgraph`));
  await session.add([...of("liver"), ...of("heart"), ...of("brain", CARD.marks.slice(1)), GENES], CARD);
  assert.equal(session.state.signals.length, CARD.marks.length, "the first sample alone is shown");
  assert.deepEqual(
    session.state.others.map(({ name, files }) => [name, files.length]),
    [
      ["heart", CARD.marks.length],
      ["brain", CARD.marks.length - 1],
    ],
  );
  assert.equal(whyNotYet(session.state, CARD), undefined);
  await session.make(CARD);
  assert.deepEqual(taken, [["liver.prepared.csv", "heart.prepared.csv"]]);
  const [liver, heart] = preparer.wishes;
  assert.deepEqual(
    heart?.marks.map(({ mark, file }) => [mark, file.name]),
    liver?.marks.map(({ mark }) => [mark, `heart_${mark}.bedgraph`]),
  );
  assert.match(session.state.others[1]?.problem?.message ?? "", new RegExp(`brain: .*${CARD.marks[0]}`));
  await session.add([file(`brain_${CARD.marks[0]}.bedgraph`)], CARD);
  await session.make(CARD);
  assert.deepEqual(taken[1], ["liver.prepared.csv", "heart.prepared.csv", "brain.prepared.csv"]);
  session.removeSample("brain");
  session.removeSample("heart");
  await session.make(CARD);
  assert.deepEqual(taken[2], ["liver.prepared.csv"]);
});

test("no table is made before each missing mark has a file or a value chosen for it; none is ever 0 by itself", async () => {
  const { session, preparer, taken } = started();
  await session.add([file("a.H3K4me3.bedgraph"), GENES], CARD);
  // The choice stands above the sentence.
  assert.match(whyNotYet(session.state, CARD) ?? "", /no file for H3K4me1: add it, or choose above what stands in/);
  await session.make(CARD);
  assert.equal(preparer.wishes.length, 0);
  session.setStandIn("H3K4me1", "a", true);
  await session.make(CARD);
  assert.equal(preparer.wishes.length, 0);
  session.setStandIn("H3K9me3", "a", true);
  assert.equal(whyNotYet(session.state, CARD), undefined);
  await session.make(CARD);
  const [wish] = preparer.wishes;
  assert.deepEqual(wish?.standIns, [
    { mark: "H3K4me1", value: Math.fround(3.7), what: "the mark's mean in the model's training data" },
    { mark: "H3K9me3", value: Math.fround(0.43), what: "the mark's mean in the model's training data" },
  ]);
  assert.deepEqual(taken, ["a: a.prepared.csv"]);
  assert.equal(session.state.made.length, 1);
  session.setStandIn("H3K9me3", "a", false);
  assert.deepEqual(session.state.made, [], "what was made is no longer of what is chosen");
});

test("bins of proposed marks are made again of bases with a value, until all have another value", async () => {
  const { session, preparer } = started();
  await session.add([file("a.H3K4me3.bedgraph"), file("a.H3K4me1.bedgraph"), GENES], CARD);
  session.setStandIn("H3K9me3", "a", true);
  await session.make(CARD);
  await session.makeOfCovered(["H3K4me1"], "a", CARD);
  session.setValues("max");
  await session.make(CARD);
  const values = preparer.wishes.map((wish) => [wish.values, ...wish.marks.map(({ values }) => values)]);
  assert.deepEqual(values, [
    ["mean", undefined, undefined],
    ["mean", undefined, "mean-covered"],
    ["max", undefined, undefined],
  ]);
});

test("a mark whose mean the card does not tell has nothing that could stand in for it", async () => {
  const { session } = started();
  await session.add([file("a.H3K4me1.bedgraph"), file("b.H3K9me3.bedgraph"), GENES], CARD);
  assert.equal(standInFor(CARD, "H3K4me3", "a"), undefined);
  session.setStandIn("H3K4me3", "a", true);
  assert.match(whyNotYet(session.state, CARD) ?? "", /no file for H3K4me3/);
});

test("a model of a change has a table made for each cell type", async () => {
  const change = {
    ...CARD,
    task: "change",
    family: "deep-diff",
    cell_type: { id: "E123", name: "K562" },
    cell_type_b: { id: "E003", name: "H1" },
  } as ModelCard;
  const { session, preparer, taken } = started();
  const marks = ["H3K4me1", "H3K4me3", "H3K9me3"];
  await session.add(
    [...marks.map((mark) => file(`K562.${mark}.bedgraph`)), ...marks.map((mark) => file(`H1.${mark}.bedgraph`)), GENES],
    change,
  );
  await session.make(change);
  assert.deepEqual(
    preparer.wishes.map(({ marks }) => marks.map((each) => each.file.name)),
    [marks.map((mark) => `K562.${mark}.bedgraph`), marks.map((mark) => `H1.${mark}.bedgraph`)],
  );
  assert.deepEqual(taken, ["a: K562.prepared.csv", "b: H1.prepared.csv"]);
  assert.deepEqual(cellTitle(change, "a", session.tablesOf(change)), "A: K562");
  assert.equal(started().session.tablesOf(CARD), undefined, "of one cell type there is no pair");
  // Each other sample stays together, whatever comes first, and gives its table its name.
  const other = started();
  const mixed = ["heart_H3K4me1", "liver_H3K4me1", "liver_H3K4me3", "heart_H3K9me3", "heart_H3K4me3", "liver_H3K9me3"];
  await other.session.add([...mixed.map((name) => file(`${name}.bedgraph`)), GENES], change);
  const titles = () => CELLS.map((cell) => cellTitle(change, cell, other.session.tablesOf(change)));
  assert.deepEqual(titles(), ["A: heart", "B: liver"], "before they are made");
  await other.session.make(change);
  assert.deepEqual(other.taken, ["a: heart.prepared.csv", "b: liver.prepared.csv"]);
  assert.deepEqual(
    other.preparer.wishes.map(({ marks }) => new Set(marks.map((each) => each.file.name.slice(0, 5)))),
    [new Set(["heart"]), new Set(["liver"])],
  );
});

test("two files for a mark, other genomes and other assemblies are found", () => {
  const entry = (name: string, mark: string, chromosomes?: OpenedSignal["chromosomes"]) => ({
    name,
    mark,
    cell: "a" as const,
    opened: signal(chromosomes),
  });
  const codes = (...args: Parameters<typeof findings>) =>
    findings(...args).map(({ code, blocks }) => `${code}${blocks ? "!" : ""}`);
  const hg19 = entry("a.bw", "H3K4me1");
  assert.deepEqual(codes(CARD, [hg19, entry("b.bw", "h3k4me1")], undefined), ["mark-twice!"]);
  const hg38 = entry("b.bw", "H3K4me3", [{ name: "1", length: 248_956_422 }]);
  const [differs] = findings(CARD, [hg19, hg38], undefined);
  assert.match(
    differs?.what ?? "",
    /a\.bw and b\.bw are of different genomes: 1 has 249,250,621 bp in one and 248,956,422 bp in the other \(hg19 and hg38\)/,
  );
  // The mitochondrial chromosome of hg19 has two lengths, by habit.
  const mito = (name: string, length: number) =>
    entry(name, name, [
      { name: "chr1", length: 249_250_621 },
      { name: "chr2", length: 243_199_373 },
      { name: "chrM", length },
    ]);
  assert.deepEqual(codes(CARD, [mito("H3K4me1", 16_571), mito("H3K4me3", 16_569)], undefined), []);
  const of = (change: Partial<OpenedAnnotation>) => ({ name: "genes.gtf", opened: annotation(change) });
  assert.deepEqual(codes(CARD, [hg19], of({})), []);
  assert.deepEqual(codes(CARD, [hg19], of({ assembly: "hg38" })), ["assembly-differs!"]);
  assert.deepEqual(codes(CARD, [hg19], of({ chromosomes: [{ name: "chr1", genes: 1, lastTss: 249_300_000 }] })), [
    "tss-beyond-end",
  ]);
  const reaching = (upstream: number) =>
    ({ ...CARD, window: { anchor: "TSS", upstream, downstream: 8000 } }) as ModelCard;
  assert.deepEqual(codes(reaching(2000), [hg19], undefined), []);
  assert.deepEqual(codes(reaching(-200), [hg19], undefined), ["window!"]);
  assert.deepEqual(missingMarks(CARD, [hg19], "a"), ["H3K4me3", "H3K9me3"]);
});

test("the assembly of signal is told by lengths, by the annotation, else by the user; the table keeps it", async () => {
  const card = { ...CARD, assembly: "hg19" };
  const entry = (length: number) => ({
    ...{ name: "a.bw", mark: "H3K4me1", cell: "a" as const },
    opened: signal([{ name: "chr1", length }]),
  });
  const [unknown, mm10] = [entry(5_000_000), entry(195_471_971)];
  assert.equal(assemblyOfAll([unknown], annotation(), undefined), undefined, "nothing tells");
  assert.deepEqual(assemblyOfAll([unknown, mm10], annotation(), "hg19"), { name: "mm10", by: "lengths" });
  const says = annotation({ assembly: "mm10" });
  assert.deepEqual(assemblyOfAll([unknown], says, "hg19"), { name: "mm10", by: "the annotation" });
  const found = (entries: Parameters<typeof findings>[1], said?: string) =>
    findings(card, entries, { name: "genes.gtf", opened: annotation() }, said).map(({ code, what }) => [code, what]);
  assert.deepEqual(found([unknown]), []);
  assert.deepEqual(found([unknown], "hg38"), [], "of the same species");
  assert.deepEqual(found([mm10]), [
    [
      "species-differs",
      "The signal is of mm10 (mouse), by the lengths of its chromosomes; the model was trained on hg19 (human).",
    ],
  ]);
  assert.match(found([unknown], "mm10")[0]![1]!, /^The signal is of mm10 \(mouse\), as you say; /);
  assert.match(found([unknown], "another")[0]![1]!, /^The signal is not of human, as you say; /);

  const taken: (string | undefined)[] = [];
  const preparer = new FakePreparer();
  Object.assign(preparer.answers, { openSignal: () => signal([{ name: "chr1", length: 5_000_000 }]) });
  const session = new PrepareSession(async (...[, , , , assembly]) => void taken.push(assembly), preparer);
  await session.add([...card.marks.map((mark) => file(`x_${mark}.bedgraph`)), GENES], card);
  await session.make(card);
  session.sayAssembly("mm10");
  assert.deepEqual(session.state.made, [], "a table that was made says nothing of it");
  assert.equal(whyNotYet(session.state, card), undefined, "another species keeps no table from being made");
  await session.make(card);
  assert.deepEqual(taken, [undefined, "mm10"]);
});

test("annotations say of which assembly they are in their comments", () => {
  for (const [text, assembly] of [
    ["##description: evidence-based annotation of the human genome (GRCh38), version 44\nchr1\tHAVANA", "hg38"],
    ["#!genome-build GRCh37.p13\n", "hg19"],
    ["#!genome-build GRCm39\n", "mm39"],
    ["chr1\tx\tgene\thg19\n", undefined],
    ["# lifted from hg19 to hg38\n", undefined],
  ] as const)
    assert.equal(assemblyInComments(text), assembly, text);
});

test("tables are called by what the names of their files have in common", () => {
  assert.equal(commonName(["K562.H3K4me3.bw", "K562.H3K9me3.bw"]), "K562");
  assert.equal(commonName(["E003-H3K4me3.fc.bw", "E003-H3K9me3.fc.bw"]), "E003");
  assert.equal(commonName(["H3K4me3.bw", "H3K9me3.bw"]), "table");
  assert.equal(commonName(["mine.bw"]), "mine");
});

test("what stands in for a mark is read from a table's notes, and never rescaled", () => {
  const notes = [
    "H3K4me3: mean signal; 100 bins",
    "H3K9me3: not measured; 0.43 stands in for it in all bins: the mark's mean in the model's training data",
  ];
  assert.deepEqual(
    standInsIn(notes).map(({ mark, value }) => [mark, value]),
    [["H3K9me3", "0.43"]],
  );
  assert.deepEqual(standInsInWords(notes), ["H3K9me3 not measured, 0.43 in its place"]);
  const understanding = {
    marks: [
      { mark: "H3K4me3", column: 0 },
      { mark: "H3K9me3", column: 1 },
    ],
    bins: {},
    notes,
    deviations: [{ code: "x", mark: null, message: "", factor: 0.5 }],
  };
  const { scale } = preparationOf(understanding as never, { selectBins: false, rescale: new Set([0]) });
  assert.deepEqual(scale, { H3K4me3: 0.5 });
});

test("cancelled work that does not end is ended with its worker, and what waits is asked again of another", async () => {
  const workers: { sent: ToWorker<PrepareCalls>[]; ended: boolean; port: WorkerPort<PrepareCalls> }[] = [];
  const client = new WorkerClient<PrepareCalls>(
    () => {
      const one = {
        sent: [] as ToWorker<PrepareCalls>[],
        ended: false,
        port: {
          postMessage: (message: ToWorker<PrepareCalls>) => void one.sent.push(message),
          terminate: () => void (one.ended = true),
          onmessage: null,
          onerror: null,
        } as WorkerPort<PrepareCalls>,
      };
      workers.push(one);
      return one.port;
    },
    { what: "What reads signal files", patience: 50 },
  );
  const controller = new AbortController();
  const stuck = client.call("openAnnotation", { file: GENES }, { signal: controller.signal });
  const other = client.call("openSignal", { file: GENES });
  controller.abort();
  await assert.rejects(stuck, (error: WorkerError) => error.cancelled);
  assert.equal(workers[0]?.ended, true);
  const [again] = workers[1]?.sent ?? [];
  assert.equal(again?.kind === "call" && again.name, "openSignal");
  workers[1]!.port.onmessage!({ data: { kind: "reply", id: again!.id, reply: signal() } } as MessageEvent);
  assert.equal((await other).kind, "bigWig");
});

test("what a missing mark costs is told of the table that lacks it, and where several are missing of each", () => {
  const marks = ["m", "n"];
  const found = (score: number, scores: number[], changed_calls: number[]) => ({
    ...{ data: "test genes", genes: 200, score, scores, changed_calls },
  });
  const one = { marks, missing_marks: found(0.9, [0.8, 0.7], [10, 20]) };
  assert.deepEqual(costsInWords(one, [["n"]]), [
    "Without n the model gave 20 of 200 test genes another call on or off, and its AUROC was 0.700 (0.900 with all " +
      "marks).",
  ]);
  assert.equal(costsInWords(one, [["m", "n"]]).length, 3);
  assert.match(costsInWords(one, [["m", "n"]])[2]!, /together/);
  const two = { marks, missing_marks: found(0.7, [0.6, 0.5, 0.4, 0.3, 0.2, 0.1], [1, 2, 3, 4, 5, 6]) };
  const said = (a: string[], b: string[]): string => costsInWords(two, [a, b]).join(" ");
  assert.match(said(["m"], []), /^Without m in A .* 1 of 200 .* 0\.600 /);
  assert.match(said([], ["n"]), /^Without n in B .* 4 of 200 .* 0\.300 /);
  assert.match(said(["n"], ["n"]), /^Without n in A and B .* 6 of 200 .* 0\.100 /);
  assert.deepEqual(costsInWords(two, [[], []]), []);
});
