import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import type { ModelCard, SequenceRecord, VariantFault, VariantRow, VariantScore } from "../../../../pkg/src/index";
import { WorkerError } from "../../../src/rpc/errors";
import type { CurrentModel } from "../../../src/session/state";
import type { TrackCalls } from "../../../src/tasks/tracks/calls";
import {
  beyondInWords,
  beyondOf,
  type ScoredFrom,
  ScoredVariants,
  upperTail,
} from "../../../src/tasks/tracks/variants/scored";
import { plainFloat32, tsvLines, vcfLines } from "../../../src/tasks/tracks/variants/scores-text";
import { unscoredInWords } from "../../../src/tasks/tracks/variants/scored-words";
import { effectInWords, effectLine } from "../../../src/tasks/tracks/variants/text";
import { FIRST_VARIANTS, kindOf, listVariants, nextVariantSort } from "../../../src/tasks/tracks/variants/listing";
import { emptyPart, putRows, scoringOrder, VariantScores } from "../../../src/tasks/tracks/variants/scores";
import { membersOf, textOf } from "../../../src/tasks/tracks/variants/vcf-source";
import { exportable } from "../../../src/tasks/tracks/standalone/page";
import type { TrackRun } from "../../../src/tasks/tracks/result";
import type { SequenceSession } from "../../../src/tasks/tracks/session";
import { visibleRows } from "../../../src/ui/grid";
import { basesInWords } from "../../../src/ui/words";
import { FakeWorker, type Answers } from "../../fakes/worker";
import { openTrackModel as model, TRACK_SHAPE, trackCard } from "../../fakes/tracks";

const row = (chromosome: string, position: number, change: string, id = ".", line = 3): VariantRow => {
  const at = change.indexOf(">");
  return { line, chromosome, position, id, reference: change.slice(0, at), alternative: change.slice(at + 1) };
};

const rated = {
  ...trackCard,
  variant_null: { around: 2, strands: "both", shifts: [0], genome: "g.fa", drawn: "", seed: 1, tracks: [] },
} as ModelCard;

const by = { card: trackCard, file: "m", sha256: "cd", shape: TRACK_SHAPE, program: "Regulens 0.1.0" };

/** A row of the package's for each of two tracks. */
function rowsOf(sad: number, more: Partial<VariantScore> = {}): VariantScore[] {
  return trackCard.tracks!.map(
    ({ name }, track) =>
      ({
        ...{ track: name, reference_sum: 4, alternative_sum: 4 + sad, sad: sad * (track + 1), total: -sad },
        ...{ log2: sad / 2, log2_position: 9, attention: 0.25, attention_layer: 1, attention_head: 2 },
        ...{ attention_position: 17, ...more },
      }) as VariantScore,
  );
}

/** Scores of rows, those of a row without any being too long for the model. */
function scored(
  rows: readonly VariantRow[],
  scores: readonly (VariantScore[] | undefined)[],
  card = trackCard,
  faults: readonly (VariantFault | undefined)[] = [],
): VariantScores {
  const order = Uint32Array.from([...rows.keys()].filter((i) => !faults[i]));
  const part = emptyPart(order.length, 2);
  order.forEach((i, at) => putRows(part, at, scores[i] ?? [], [0, 1]));
  return new VariantScores(rows, { ...by, card }, [0, 1], faults, order).with(part);
}

test("a change is of one kind, whatever both alleles share", () => {
  for (const [change, kind] of [
    ["A>G", "base"],
    ["CA>CG", "base"],
    ["A>AT", "insertion"],
    ["ATT>ATTT", "insertion"],
    ["AT>A", "deletion"],
    ["CAT>CT", "deletion"],
    ["AC>GT", "other"],
    ["AC>T", "other"],
    ["A>A", "other"],
    ["A><DEL>", "other"],
    ["A>*", "other"],
  ])
    assert.equal(kindOf(row("chrI", 0, change!)), kind, change);
});

const rows = [
  row("chr10", 99, "A>G", "rs10"),
  row("chr2", 1041, "A>AT", "rs2"),
  row("chr2", 7, "AT>A", "rs9"),
  row("chr2", 7, "C>T", "."),
  row("chr2", 8, "C><DEL>", "sv1"),
];
const five = scored(rows, [rowsOf(-3), rowsOf(2), undefined, rowsOf(0.5)], trackCard, [
  ...[undefined, undefined, undefined, undefined],
  { code: "no-bases" },
]);
const list = (change: Partial<typeof FIRST_VARIANTS>, track = 0): number[] => [
  ...listVariants(rows, { ...FIRST_VARIANTS, ...change }, five, track),
];

test("variants are sorted by size, place and id; without a number they come last", () => {
  assert.deepEqual(list({}), [0, 1, 2, 3, 4]);
  assert.deepEqual(list({ sort: { key: "sad", descending: true } }), [0, 1, 3, 2, 4]);
  assert.deepEqual(list({ sort: { key: "sad", descending: false } }), [3, 1, 0, 2, 4]);
  assert.deepEqual(list({ sort: { key: "position", descending: false } }), [2, 3, 4, 1, 0]);
  assert.deepEqual(list({ sort: { key: "id", descending: false } }), [3, 1, 2, 0, 4]);
  assert.deepEqual(nextVariantSort(undefined, "sad"), { key: "sad", descending: true });
  assert.deepEqual(nextVariantSort(undefined, "position"), { key: "position", descending: false });
});

test("variants are found by place, change and id, by kind, and by how much they do", () => {
  assert.deepEqual(list({ search: "CHR2:1,042" }), [1]);
  assert.deepEqual(list({ search: "rs1" }), [0]);
  assert.deepEqual(list({ search: "c>" }), [3, 4]);
  assert.deepEqual(list({ kind: "deletion" }), [2]);
  assert.deepEqual(list({ kind: "base" }), [0, 3]);
  assert.deepEqual(list({ kind: "unscored" }), [2, 4]);
  assert.deepEqual(list({ leastScore: 2 }), [0, 1]);
  // The second track's scores are twice as large.
  assert.deepEqual(list({ leastScore: 4 }, 1), [0, 1]);
  assert.deepEqual(list({ leastPercentile: 1 }), []);
  // As it is written in a saved table, a float32 is not less than itself.
  const near = Math.fround(1000.1);
  const one = scored([rows[0]!], [rowsOf(near)]);
  assert(Number(plainFloat32(near)) > near);
  const least = { ...FIRST_VARIANTS, leastScore: Number(plainFloat32(near)) };
  assert.equal(listVariants([rows[0]!], least, one, 0).length, 1);
  const none = [...listVariants(rows, { ...FIRST_VARIANTS, sort: { key: "sad", descending: true } }, undefined, 0)];
  assert.deepEqual(none, [0, 1, 2, 3, 4]);
});

test("a pasted list of ids, places or genes finds each variant that it names, and no other", () => {
  for (const [pasted, found] of Object.entries({
    "rs10, RS2": [0, 1],
    "rs10\nrs9\n": [0, 2],
    "rs1, rs2": [1],
    "chr2:8; rs10": [0, 2, 3],
    "2:8 chr10:100": [0, 2, 3],
    "chr2:1,042, chr10:100": [0, 1],
    "chr2:8 C>T\nchr2:1042 A>AT": [1, 3],
    "chr2:8:C:T chr2-1042-A-AT chr2:9C><DEL>": [1, 3, 4],
    "chr2\t8\t.\tC\tT\nchr10\t100\t.\tA\tG": [0, 2, 3],
    "chr2:1042 A>AT": [1],
    "rs3 rs4": [],
  }))
    assert.deepEqual(list({ search: pasted }), found, pasted);
  const gene = (name: string) => ({
    here: [],
    nearest: [{ name, id: `ENSG_${name}.4`, distance: 9, strand: "+" as const }],
  });
  const near = ["NKX2-1", "TP53", "TP53I3"].map(gene);
  const of = (search: string) => [
    ...listVariants(rows, { ...FIRST_VARIANTS, search }, five, 0, [...near, undefined, undefined]),
  ];
  assert.deepEqual(of("nkx2-1 TP53"), [0, 1]);
  assert.deepEqual(of("ENSG_TP53I3, sv1"), [2, 4]);
});

test("the least usual variant comes first, then the largest change, and what has no percentile last", () => {
  const of = [row("chrI", 1, "A>G"), row("chrI", 2, "A>G"), row("chrI", 3, "A>G"), row("chrI", 4, "A>G")];
  const percentiles = [36, 92, 92, undefined];
  const scores = scored(
    of,
    percentiles.map((percentile, i) => rowsOf([9, 1, -2, 50][i]!, percentile === undefined ? {} : { percentile })),
    rated,
  );
  const order = listVariants(of, { ...FIRST_VARIANTS, sort: { key: "percentile", descending: true } }, scores, 0);
  assert.deepEqual([...order], [2, 1, 0, 3]);
});

test("the number above the 95th percentile stands beside what chance gives, with its test", () => {
  const of = Array.from({ length: 64 }, (_, i) => row("chrI", i, "A>G"));
  const scores = scored(
    of,
    of.map((_, i) => rowsOf(1, i === 63 ? {} : { percentile: i < 2 ? 97 : 95 })),
    rated,
  );
  const beyond = beyondOf(scores, 0)!;
  assert.deepEqual([beyond.above, beyond.of], [2, 63]);
  assert.deepEqual(beyondInWords(beyond), [
    "2 of 63 variants above the 95th percentile of random variants; 3.2 expected by chance",
    "One-sided binomial test, p = 0.83; variants are taken as independent.",
  ]);
  assert.equal(beyondOf(scored(of, [rowsOf(1)]), 0), undefined);
  // 1 - 0.95^20; at least one of 20.
  assert(Math.abs(upperTail(1, 20, 0.05) - 0.641514) < 1e-6);
  assert.equal(upperTail(0, 20, 0.05), 1);
  assert(upperTail(60_000, 1_000_000, 0.05) < 1e-12);
});

test("an effect is said with its direction and its size in per cent of the reference", () => {
  assert.equal(effectInWords(-2, 8), "lowers by 25 %");
  assert.equal(effectInWords(0.13, 4), "raises by 3.3 %");
  assert.equal(effectInWords(0.0001, 4), "raises by < 0.1 %");
  assert.equal(effectInWords(76, 4), "raises 20-fold");
  assert.equal(effectInWords(1, 0), "raises");
  assert.equal(effectInWords(0, 4), "no change");
  const unusual = { percentile: 84.12, low: 83.1, high: 85.1 };
  const beyond = { percentile: 100, low: 99.6, high: 100 };
  const changes = [
    { name: "ATAC", sad: 13.4, relative: 0.017, unusual },
    { name: "MNase", sad: -2, relative: -0.25, unusual: beyond },
    { name: "CAGE", sad: 1, relative: 0 },
  ];
  assert.equal(
    effectLine([...changes, ...changes]),
    "ATAC: raises by 1.7 % (percentile 84.1); MNase: lowers by 25 % (percentile above 99.6); CAGE: raises; " +
      "3 more under Scores",
  );
  const apart = { sd: 1, low: -2, high: 1 };
  assert.equal(
    effectLine([{ name: "ATAC", sad: -1, relative: -0.5, apart }], "5 seeds"),
    "ATAC: lowers by 50 % (the seeds do not agree on the direction)",
  );
});

test("of ten thousand variants only the rows in view are drawn, and all are ranked", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => row("chrI", i, "A>G", `rs${i}`));
  const ranked = scored(
    many,
    many.map((_, i) => rowsOf(((i * 7919) % 10_000) - 5000)),
  );
  const order = listVariants(many, { ...FIRST_VARIANTS, sort: { key: "sad", descending: true } }, ranked, 0);
  const sizes = Array.from(order, (i) => Math.abs(ranked.value(i, 0, "sad")));
  assert.equal(sizes.length, 10_000);
  assert(sizes.every((size, i) => i === 0 || size <= sizes[i - 1]!));
  const { first, last } = visibleRows(5000 * 36, 320, 36, order.length);
  assert(first <= 5000 && last > 5008 && last - first < 40, `${first} to ${last}`);
});

test("rows are scored record by record along it, and a part is added to what is there", () => {
  const order = scoringOrder(rows, Int32Array.from([1, 0, 0, 0, 0]), [...five.faults]);
  assert.deepEqual([...order], [2, 3, 1, 0]);
  let scores = new VariantScores(rows, by, [0, 1], five.faults, order);
  assert.deepEqual([scores.next(2), scores.isDone, scores.has(2)], [[2, 3], false, false]);
  const part = emptyPart(2, 2);
  putRows(part, 1, rowsOf(0.5), [0, 1]);
  const before = scores;
  scores = scores.with(part);
  assert.deepEqual([before.done, scores.done, scores.next(9)], [0, 2, [1, 0]]);
  assert.deepEqual([scores.value(3, 1, "sad"), scores.attention(3, "attention_head")], [1, 2]);
  assert.deepEqual(
    rows.map((_, i) => scores.whyNot(i)),
    [undefined, undefined, "too-long", undefined, "no-bases"],
  );
  const rest = emptyPart(2, 2);
  putRows(rest, 0, rowsOf(2), [0, 1]);
  putRows(rest, 1, rowsOf(-3), [0, 1]);
  scores = scores.with(rest);
  assert(scores.isDone);
  assert.deepEqual(
    [3, 1, 0].map((i) => scores.value(i, 0, "sad")),
    [0.5, 2, -3],
  );
});

test("why rows have no score is said in words, with their number and the first line", () => {
  const lines = [
    row("chrX", 1, "A>G", ".", 5),
    row("chrY", 1, "A>G", ".", 6),
    row("chrI", 900, "A>G", ".", 7),
    row("chrI", 9, "A>G", ".", 1008),
    row("chrI", 9, "A><INS>", ".", 9),
    row("chrI", 9, "A>AT", ".", 10),
  ];
  const scores = scored(lines, [], trackCard, [
    { code: "no-such-record" },
    { code: "no-such-record" },
    { code: "outside" },
    { code: "reference-differs", found: "C" },
    { code: "no-bases" },
    undefined,
  ]);
  assert.deepEqual(unscoredInWords(scores, "a.fa"), [
    "2 variants lie on sequences that a.fa does not have: chrX, chrY.",
    "1 variant lies beyond the end of its sequence, in line 7.",
    "1 variant has another reference than a.fa has, in line 1,008: A at chrI:10, where C is.",
    "1 variant has a symbolic allele (<INS>).",
    "1 variant has an allele longer than half of what the model predicts, in line 10.",
  ]);
});

test("numbers are written with their shortest digits and without an exponent", () => {
  for (const [value, text] of [
    [0, "0"],
    [-0, "-0"],
    [1.5, "1.5"],
    [1e-7, "0.0000001"],
    [-1.25e-9, "-0.00000000125"],
    [Math.fround(3.4028235e38), "340282350000000000000000000000000000000"],
    [1e21, "1000000000000000000000"],
    [Math.fround(0.1), "0.1"],
    [NaN, "NaN"],
    [Infinity, "inf"],
  ] as const)
    assert.equal(plainFloat32(value), text);
});

test("the table has the program's columns, those of a null and of attention where there are any", () => {
  const more = { percentile: 98.5, percentile_low: 97, percentile_high: 99.25, activity: 12 };
  const two = [row("chrI", 9, "A>G", "rs1"), row("chrI", 11, "AC>TG")];
  const lines = [...tsvLines(scored(two, [rowsOf(1e-7, more), rowsOf(2)], rated), [0, 1])].join("").split("\n");
  assert.deepEqual(lines, [
    "sequence\tposition\tid\treference\talternative\ttrack\treference_sum\talternative_sum\tsad\ttotal\tlog2\tlog2_position\tpercentile\tpercentile_low\tpercentile_high\tactivity\tattention\tattention_layer\tattention_head\tattention_position",
    "chrI\t10\trs1\tA\tG\tAs\t4\t4\t0.0000001\t-0.0000001\t0.00000005\t9\t98.5\t97\t99.25\t12\t0.25\t1\t2\t17",
    "chrI\t10\trs1\tA\tG\tGs\t4\t4\t0.0000002\t-0.0000001\t0.00000005\t9\t98.5\t97\t99.25\t12\t0.25\t1\t2\t17",
    "chrI\t12\t.\tAC\tTG\tAs\t4\t6\t2\t-2\t1\t9\t\t\t\t\t0.25\t1\t2\t17",
    "chrI\t12\t.\tAC\tTG\tGs\t4\t6\t4\t-2\t1\t9\t\t\t\t\t0.25\t1\t2\t17",
    "",
  ]);
  const plain = [...tsvLines(scored(two, [rowsOf(1)]), [0, 1])];
  assert(plain[0]!.includes("log2_position\tattention\t") && plain.length === 3);
});

test("the VCF is the one that was read, with the program's fields in INFO", () => {
  const text = [
    "##fileformat=VCFv4.3",
    '##INFO=<ID=RG_SAD_As,Number=A,Type=Float,Description="old">',
    "##contig=<ID=chrI>",
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts",
    "chrI\t10\trs1\tA\tG,<DEL>\t50\tPASS\tDP=3;RG_SAD_As=1,1;FLAG\tGT\t0/1",
    "",
    "chrI\t11\t.\tC\tT\t.\t.\t.\tGT\t0/0",
    "chrI\t12\t.\tG\t*\t.\t.\t.\tGT\t0/0",
    "",
  ].join("\r\n");
  const of = [
    row("chrI", 9, "A>G", "rs1", 5),
    row("chrI", 9, "A><DEL>", "rs1", 5),
    row("chrI", 10, "C>T", ".", 7),
    row("chrI", 11, "G>*", ".", 8),
  ];
  const symbolic = { code: "no-bases" } as const;
  const percentile = { percentile: 99.5, percentile_low: 99, percentile_high: 100, activity: 12 };
  const scores = scored(of, [rowsOf(1, percentile), undefined, rowsOf(-2)], rated, [
    ...[undefined, symbolic, undefined, symbolic],
  ]);
  const lines = [...vcfLines(text, scores)].join("").split("\n");
  const fields = (numbers: readonly string[][], comma: string): string =>
    [
      ...["As", "Gs"].flatMap((track, i) =>
        ["REF", "ALT", "SAD", "TOTAL", "LOG2", "AT", "PCT", "PCTLOW", "PCTHIGH", "ACTIVITY"].map(
          (what, at) => `RG_${what}_${track}=${numbers[i]![at]}${comma}`,
        ),
      ),
      `RG_ATT=0.25${comma}`,
      `RG_ATTAT=1:2:17${comma}`,
    ].join(";");
  assert.deepEqual(lines.slice(0, 7), [
    "##fileformat=VCFv4.3",
    "##contig=<ID=chrI>",
    "##regulens_model=Fake tracks (SHA-256 cd), regulens 0.1.0",
    ...["REF", "ALT"].map(
      (what) =>
        `##INFO=<ID=RG_${what}_As,Number=A,Type=Float,Description="As: prediction for the ` +
        `${what === "REF" ? "reference" : "alternative"}, summed over the bins around the variant">`,
    ),
    '##INFO=<ID=RG_SAD_As,Number=A,Type=Float,Description="As: alternative minus reference, summed ' +
      'over the bins around the variant">',
    '##INFO=<ID=RG_TOTAL_As,Number=A,Type=Float,Description="As: alternative minus reference, summed over all bins">',
  ]);
  const at = lines.findIndex((line) => line.startsWith("#CHROM"));
  assert.equal(at, 3 + 22);
  assert.deepEqual(lines.slice(at + 1), [
    `chrI\t10\trs1\tA\tG,<DEL>\t50\tPASS\tDP=3;FLAG;${fields(
      [
        ["4", "5", "1", "-1", "0.5", "9", "99.5", "99", "100", "12"],
        ["4", "5", "2", "-1", "0.5", "9", "99.5", "99", "100", "12"],
      ],
      ",.",
    )}\tGT\t0/1`,
    `chrI\t11\t.\tC\tT\t.\t.\t${fields(
      [
        ["4", "2", "-2", "2", "-1", "9", "", "", "", ""],
        ["4", "2", "-4", "2", "-1", "9", "", "", "", ""],
      ],
      "",
    ).replace(/;RG_(PCT|PCTLOW|PCTHIGH|ACTIVITY)_\w+=/g, "")}\tGT\t0/0`,
    "chrI\t12\t.\tG\t*\t.\t.\t.\tGT\t0/0",
    "",
  ]);
});

test("two tracks whose names VCF cannot tell apart have fields of their own", () => {
  const card = { ...trackCard, tracks: [{ name: "a b" }, { name: "a-b" }] } as ModelCard;
  const scores = scored([row("chrI", 9, "A>G", ".", 2)], [rowsOf(1)], card);
  const text = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchrI\t10\t.\tA\tG\t.\t.\t.\n";
  const last = [...vcfLines(text, scores)].at(-1) ?? "";
  assert.match(last, /RG_SAD_a_b=1;.*RG_SAD_a_b_2=2;/);
});

/** A block as bgzip writes it: gzip with its size in an extra field. */
function block(text: string): Uint8Array {
  const packed = gzipSync(text);
  const size = packed.length + 8 - 1;
  const extra = [6, 0, 66, 67, 2, 0, size & 255, size >> 8];
  const head = [...packed.subarray(0, 10)];
  head[3] = 4;
  return Uint8Array.from([...head, ...extra, ...packed.subarray(10)]);
}

test("the text of a VCF is read again, plain, gzipped or in the blocks of bgzip", async () => {
  const of = (...parts: BlobPart[]) => textOf({ blob: new Blob(parts), file: "v.vcf.gz" });
  assert.equal(await of("\uFEFF##fileformat\n"), "##fileformat\n");
  assert.equal(await of(gzipSync("##fileformat\n") as BlobPart), "##fileformat\n");
  const blocks = ["##file", "format\n", ""].map(block);
  assert.equal(await of(...(blocks as BlobPart[])), "##fileformat\n");
  const whole = Uint8Array.from(blocks.flatMap((each) => [...each]));
  assert.deepEqual(
    membersOf(whole).map(({ length }) => length),
    blocks.map(({ length }) => length),
  );
  await assert.rejects(of(gzipSync("##fileformat\n").subarray(0, 20) as BlobPart), {
    message: /^v\.vcf\.gz: found gzip/,
  });
});

test("a VCF of the site that is not there is an error that names it, never a page that says so", async (t) => {
  const answer = t.mock.method(globalThis, "fetch", async () => new Response("<h1>Not found</h1>", { status: 404 }));
  const source = { url: "https://host.test/models/examples/v.vcf", file: "v.vcf" };
  const { session, from, variants } = scoring();
  from.set({ variants: { ...variants, source } });
  await session.score();
  assert.equal(await session.file("vcf"), undefined);
  const { message, remedy } = session.state.problems.save ?? {};
  assert.match(message ?? "", /^v\.vcf could not be loaded: the server answered 404/);
  assert.match(remedy ?? "", /try again/);
  // The next try works.
  const header = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
  answer.mock.mockImplementation(async () => new Response(header));
  assert.match((await (await session.file("vcf"))?.text()) ?? "", /^##/);
  assert.equal(session.state.problems.save, undefined);
});

const records: SequenceRecord[] = ["chr10", "chr2"].map((name) => ({
  ...{ name, description: "", length: 2000, lower: 0, unknown: 0, iupac: {} },
}));

/** Three hundred rows that the worker finds sound; `beforePart` is called with the number of each part. */
function scoring(own: Answers<TrackCalls> = {}, beforePart: (part: number) => void = () => {}) {
  const variants = {
    file: "v.vcf",
    rows: Array.from({ length: 300 }, (_, i) => row("2", i, "A>G", `rs${i}`, i + 3)),
    source: { blob: new Blob([]), file: "v.vcf" },
  };
  const listeners: ((state: ScoredFrom) => void)[] = [];
  const from = {
    state: { model, shown: [1], doing: {} } as ScoredFrom,
    subscribe: (listener: (state: ScoredFrom) => void) => {
      listeners.push(listener);
      return () => {};
    },
    set(change: Partial<ScoredFrom>) {
      from.state = { ...from.state, ...change };
      for (const listener of listeners) listener(from.state);
    },
  };
  const asked: string[] = [];
  let parts = 0;
  const worker = new FakeWorker<TrackCalls>({
    checkVariants: ({ variants }) => ({ faults: variants.map(() => undefined), program: "Regulens 0.1.0" }),
    scoreVariants: ({ variants, tracks }, { onProgress, signal }) => {
      beforePart(++parts);
      if (signal?.aborted) throw new WorkerError({ name: "CancelledError", code: "cancelled", message: "" });
      const part = emptyPart(variants.length, tracks.length);
      for (const [i, { id, chromosome, position }] of variants.entries()) {
        asked.push(`${chromosome} ${id}`);
        onProgress?.({ stage: "predict", done: i, total: variants.length, unit: "variants" });
        putRows(part, i, rowsOf(position), tracks);
      }
      return part;
    },
    ...own,
  });
  const session = new ScoredVariants(worker, from);
  from.set({ sequences: { file: "a.fa", records, isSliced: false }, variants });
  return { session, from, worker, asked, variants };
}

test("all variants are scored, part by part, and the largest change comes first", async () => {
  const { session, worker, asked } = scoring();
  const seen: number[] = [];
  session.subscribe(({ doing }) => doing.score?.progress && seen.push(doing.score.progress.done));
  assert.deepEqual([...session.listed.subarray(0, 3)], [0, 1, 2]);
  await session.score();
  const { scores, listing, announcement, track } = session.state;
  assert(scores?.isDone && session.isCurrent);
  assert.deepEqual(session.doneBy("cd"), { file: "v.vcf", variants: 300 });
  assert.equal(session.doneBy("ef"), undefined);
  // Called as the sequences call them.
  assert.equal(asked[0], "chr2 rs0");
  assert.equal(asked.length, 300);
  assert(worker.calls.filter((name) => name === "scoreVariants").length > 2);
  assert(seen.every((done, i) => i === 0 || done >= seen[i - 1]!));
  assert.deepEqual(listing.sort, { key: "sad", descending: true });
  assert.deepEqual([...session.listed.subarray(0, 2)], [299, 298]);
  assert.equal(announcement, "Done. 300 variants are scored.");
  // The first track that is shown.
  assert.equal(track, 1);
  // Done is done.
  const before = worker.calls.length;
  await session.score();
  assert.equal(worker.calls.length, before);
});

test("a page of variants counts the rows that it keeps, all alleles of a line with it, and writes one base once", async () => {
  const rows = [row("2", 9, "A>G"), row("2", 9, "A>C"), row("2", 70, "AC>A", "rs2", 4)];
  const source = { blob: new Blob([]), file: "v.vcf" };
  const sequences = { file: "a.fa", records, isSliced: false };
  const variants = { file: "v.vcf", rows, source };
  const state = { sequences, variants, overlays: [], genes: { state: {} } };
  const work = {
    ...{ state, genes: { state: {} }, correlations: undefined },
    scored: { state: { scores: { done: 3 } }, records: Int32Array.of(1, 1, 1) },
  } as unknown as SequenceSession;
  const { inputs, asks } = exportable(work, { model } as unknown as TrackRun);
  const { places, variants: kept } = asks!([0]);
  assert.deepEqual(inputs.find(({ role }) => role === "variants")!.of, 3);
  assert.deepEqual([kept?.items, kept?.lines], [2, [3]], "a line of two alleles is kept whole, and counted whole");
  assert.deepEqual(places?.map(basesInWords), ["10"]);
  assert.equal(basesInWords({ start: 70, end: 72 }), "71-72");
});

test("what is done stays where it is cancelled, and scoring goes on from there", async () => {
  const page = scoring({}, (part) => part === 3 && page.session.cancel("score"));
  await page.session.score();
  const { scores, announcement, doing } = page.session.state;
  const { done } = scores!;
  assert(done > 0 && done < 300 && !doing.score);
  assert.equal(announcement, `Cancelled. ${done} of 300 variants are scored.`);
  assert.equal(page.asked.length, done);
  // Variants that are done are ranked.
  assert.equal(page.session.listed[0], done - 1);
  await page.session.score();
  assert(page.session.state.scores?.isDone);
  assert.equal(new Set(page.asked).size, 300);
  assert.equal(page.asked.length, 300);
  assert.equal(page.worker.calls.filter((name) => name === "checkVariants").length, 1);
});

test("scores that were packed are had back as they were, by what they are of, and scoring goes on from there", async () => {
  const page = scoring({}, (part) => part === 3 && page.session.cancel("score"));
  await page.session.score();
  const { scores } = page.session.state;
  const blob = page.session.packed()!;
  assert.equal(page.session.packed(), blob, "the same scores are packed once");
  const again = scoring();
  assert(await again.session.take(blob));
  const taken = again.session.state.scores!;
  assert.deepEqual(
    [taken.done, [...taken.order], taken.by.program],
    [scores!.done, [...scores!.order], scores!.by.program],
  );
  for (const at of [0, 1, taken.done - 1])
    assert.deepEqual(
      [taken.value(at, 1, "sad"), taken.attention(at, "attention_position")],
      [scores!.value(at, 1, "sad"), 17],
    );
  assert(!taken.has(taken.done));
  await again.session.score();
  assert(again.session.state.scores?.isDone);
  assert.equal(again.asked.length, 300 - taken.done);
  // Nothing else takes them.
  const others: Partial<ScoredFrom>[] = [
    { model: { ...model, sha256: "ef" } },
    { sequences: { file: "a.fa", isSliced: false, records: records.map((each) => ({ ...each, length: 1999 })) } },
    { variants: { ...again.variants, rows: again.variants.rows.with(7, row("2", 7, "A>C")) } },
  ];
  for (const other of others) {
    const strange = scoring();
    strange.from.set(other);
    assert.equal(await strange.session.take(blob), false, Object.keys(other)[0]);
    assert.equal(strange.session.state.scores, undefined);
  }
  const cut = scoring();
  assert.equal(await cut.session.take(blob.slice(0, blob.size - 8)), false);
});

test("rows stay where they are while scores come, unless the reader asks for another order", async () => {
  const page = scoring();
  const orders = new Set<string>();
  page.session.list({ ...FIRST_VARIANTS, sort: { key: "sad", descending: true } });
  page.session.subscribe(({ doing }) => doing.score && orders.add(page.session.listed.join()));
  await page.session.score();
  assert.deepEqual([...orders], [Array.from({ length: 300 }, (_, i) => i).join()]);
  assert.equal(page.session.listed[0], 299);
  page.session.list({ ...page.session.state.listing, search: "rs29" });
  assert.deepEqual([...page.session.listed], [299, 298, 297, 296, 295, 294, 293, 292, 291, 290, 29]);
});

test("a file of another assembly is not scored, and one on other sequences neither", async () => {
  const mostly = scoring({
    checkVariants: ({ variants }) => ({
      faults: variants.map((_, i) => (i % 3 > 0 ? { code: "reference-differs" as const, found: "C" } : undefined)),
      program: "",
    }),
  });
  await mostly.session.score();
  const { problems, scores } = mostly.session.state;
  assert.equal(problems.score?.code, "another-assembly");
  assert.match(
    problems.score?.message ?? "",
    /^v\.vcf: found other reference bases than a\.fa has in 200 of 300 variants, first in line 4: A at 2:2, where C is;/,
  );
  assert.match(problems.score?.remedy ?? "", /another assembly.*FASTA/);
  assert.equal(scores, undefined);
  assert(!mostly.worker.calls.includes("scoreVariants"));
  const nowhere = scoring({
    checkVariants: ({ variants }) => ({
      faults: variants.map(() => ({ code: "no-such-record" as const })),
      program: "",
    }),
  });
  await nowhere.session.score();
  assert.match(
    nowhere.session.state.problems.score?.message ?? "",
    /variants on 2, none .* a\.fa, which has chr10, chr2/,
  );
});

test("a few wrong rows are left out, and the rest is scored", async () => {
  const { session, asked } = scoring({
    checkVariants: ({ variants }) => ({
      faults: variants.map((_, i) => (i < 3 ? { code: "reference-differs" as const, found: "C" } : undefined)),
      program: "",
    }),
  });
  await session.score();
  assert.equal(asked.length, 297);
  const { scores } = session.state;
  assert.deepEqual([scores?.isDone, scores?.whyNot(0), scores?.has(3)], [true, "reference-differs", true]);
});

test("another model leaves the scores as what they are, and scores all again; other files forget them", async () => {
  const { session, from, asked, variants } = scoring();
  await session.score();
  const other: CurrentModel = { ...model, sha256: "ef" };
  from.set({ model: other });
  assert(session.state.scores?.isDone && !session.isCurrent);
  await session.score();
  assert.equal(asked.length, 600);
  assert(session.isCurrent);
  from.set({ sequences: { file: "b.fa", records, isSliced: false } });
  assert.equal(session.state.scores, undefined);
  await session.score();
  from.set({ variants: { ...variants } });
  assert.equal(session.state.scores, undefined);
  assert.equal(session.state.listing.sort, undefined);
});

test("scoring ends where other sequences are read, or another model is opened", async () => {
  for (const change of [
    { doing: { data: { name: "b.fa", began: 0 } } },
    { model: { ...model, sha256: "ef" } as CurrentModel },
    { variants: undefined },
  ]) {
    let parts = 0;
    const page = scoring({}, (part) => (parts = part) === 2 && page.from.set(change));
    await page.session.score();
    assert.equal(parts, 2);
    const { doing, problems } = page.session.state;
    assert.deepEqual([doing.score, problems.score], [undefined, undefined]);
  }
});

test("only tracks that are shown are scored where all of them are too many to keep", async () => {
  const shape = { ...TRACK_SHAPE, tracks: 100_000 };
  const { session, from } = scoring();
  from.set({ model: { ...model, shape } });
  await session.score();
  assert.deepEqual(session.state.scores?.tracks, [1]);
});

test("scores are written to files", async () => {
  const { session, from } = scoring();
  const text = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
  const lines = from.state.variants!.rows.map(({ position, id }) => `2\t${position + 1}\t${id}\tA\tG\t.\t.\t.\n`);
  const source = { blob: new Blob([text, "\n", ...lines]), file: "v.vcf" };
  from.set({ variants: { ...from.state.variants!, source } });
  await session.score();
  const tsv = (await (await session.file("tsv"))!.text()).split("\n");
  assert.equal(tsv.length, 1 + 600 + 1);
  // As they are listed: the largest change first.
  assert.deepEqual(
    tsv.slice(1, 4).map((line) => line.split("\t")[2]),
    ["rs299", "rs299", "rs298"],
  );
  session.list({ ...session.state.listing, search: "rs29" });
  assert.equal((await (await session.file("tsv"))!.text()).split("\n").length, 1 + 2 * 11 + 1);
  const vcf = await (await session.file("vcf"))!.text();
  assert.equal(vcf.match(/RG_SAD_As=/g)?.length, 300);
});
