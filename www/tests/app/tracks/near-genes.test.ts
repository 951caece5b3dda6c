// The genes near by variants: which they are, how they are said, and the table that sorts and searches by them.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { GeneModel, ModelCard, NearGenes, VariantRow } from "../../../../pkg/src/index";
import { type GeneCalls, KnownGenes } from "../../../src/tasks/tracks/genes/known";
import { basesApart, consequenceOf, nearInWords, toTss } from "../../../src/tasks/tracks/genes/near-text";
import { basesOf } from "../../../src/tasks/tracks/places/places";
import type { TrackRun, VariantChange } from "../../../src/tasks/tracks/result";
import { tsvLines } from "../../../src/tasks/tracks/variants/scores-text";
import { FIRST_VARIANTS, listVariants, nextVariantSort } from "../../../src/tasks/tracks/variants/listing";
import { VariantScores } from "../../../src/tasks/tracks/variants/scores";
import { FakeWorker } from "../../fakes/worker";
import { TRACK_SHAPE, trackCard } from "../../fakes/tracks";

/** A gene of a chromosome; its exons are pairs of a first base and an end. */
function gene(name: string | null, strand: GeneModel["strand"], start: number, end: number, exons = [start, end]) {
  const tss = strand === "-" ? end - 1 : start;
  const id = `ID_${name ?? start}`;
  return {
    ...{ id, name, biotype: null, chromosome: "chrI", strand, start, end, tss },
    exons: Uint32Array.from(exons),
  };
}

const row = (chromosome: string, position: number, change: string, id = "."): VariantRow => {
  const [reference = "", alternative = ""] = change.split(">");
  return { line: 3, chromosome, position, id, reference, alternative };
};

const GENES = [
  gene("PLUS", "+", 1000, 2000, [1000, 1200, 1800, 2000]),
  gene("LONG", "-", 1500, 9000, [1500, 1600, 8000, 9000]),
  gene(null, ".", 3000, 3100),
  gene("TWIN", "-", 19_000, 20_000),
  gene("TWIN2", "+", 20_199, 21_000),
];

const called = (name: string) => ({ name, id: `ID_${name}` });
const start = (name: string, distance: number, strand: GeneModel["strand"] = "+"): NearGenes["nearest"][number] => ({
  ...called(name),
  ...{ strand, distance },
});
const inside = (name: string, part: "exon" | "intron" = "exon"): NearGenes["here"][number] => ({
  ...called(name),
  part,
});

test("genes near by are said in the words of the field", () => {
  assert.equal(nearInWords({ here: [], nearest: [start("PLUS", 12_344)] }), "nearest TSS: PLUS, 12.3 kb downstream");
  assert.equal(nearInWords({ here: [], nearest: [start("A", 0)] }), "nearest TSS: A, at its TSS");
  assert.equal(
    nearInWords({ here: [inside("LONG"), inside("PLUS", "intron")], nearest: [start("PLUS", 550)] }),
    "in LONG (exon), PLUS (intron); nearest TSS: PLUS, 550 bp downstream",
  );
  assert.equal(
    nearInWords({ here: [inside("LONG", "intron")], nearest: [start("ID_3000", 10, ".")] }),
    "in LONG (intron); nearest TSS: ID_3000, 10 bp away",
  );
  assert.equal(
    nearInWords({ here: [], nearest: [start("TWIN", -100, "-"), start("TWIN2", -100)] }),
    "nearest TSS: TWIN, 100 bp upstream; TWIN2, 100 bp upstream",
  );
  assert.equal(toTss({ here: [], nearest: [start("PLUS", -100)] }), 100);
  assert.deepEqual([9999, 10_000, 999_949, 999_950, 2_340_000].map(basesApart), [
    ...["9,999 bp", "10.0 kb", "999.9 kb", "1.0 Mb", "2.3 Mb"],
  ]);
});

const rows = [
  row("chrI", 899, "A>G", "far"),
  row("chrI", 1549, "A>G", "two"),
  row("chrX", 5, "A>G", "none"),
  row("chrI", 1299, "A>G", "intron"),
  row("chrI", 19_999, "A>G", "tss"),
];
const near: readonly (NearGenes | undefined)[] = [
  { here: [], nearest: [start("PLUS", -101)] },
  { here: [inside("LONG"), inside("PLUS", "intron")], nearest: [start("PLUS", 549)] },
  undefined,
  { here: [inside("PLUS", "intron")], nearest: [start("PLUS", 299)] },
  { here: [inside("TWIN")], nearest: [start("TWIN", 0, "-")] },
];
const list = (change: Partial<typeof FIRST_VARIANTS>, isKnown = true): number[] => [
  ...listVariants(rows, { ...FIRST_VARIANTS, ...change }, undefined, 0, isKnown ? near : undefined),
];

test("a gene is shown with its promoter, or with a fifth of its length, if that is more", () => {
  assert.deepEqual(basesOf({ start: 5000, end: 5750 }, 0.2), [4001, 6750]);
  assert.deepEqual(basesOf({ start: 50_000, end: 60_000 }, 0.2), [48_001, 62_000]);
  assert.deepEqual(basesOf({ start: 400, end: 900 }, 0.2, 1500), [1, 1500]);
  assert.deepEqual(basesOf({ start: 400, end: 900 }), [401, 900], "a place that is typed is shown as it is");
});

test("the consequence by position is an exon or intron, else a promoter or the distance to the nearest TSS", () => {
  const said = (near: Partial<NearGenes>) => consequenceOf({ here: [], nearest: [], ...near });
  assert.deepEqual(said({ here: [inside("PLUS", "intron")], nearest: [start("PLUS", 100)] }), ["PLUS", "intron"]);
  assert.deepEqual(said({ here: [inside("A"), inside("B")] }), ["A +1", "exon"]);
  assert.deepEqual(said({ nearest: [start("PLUS", -312)] }), ["PLUS", "promoter, −312 bp"]);
  assert.deepEqual(said({ nearest: [start("PLUS", -1000)] }), ["PLUS", "promoter, −1,000 bp"]);
  assert.deepEqual(said({ nearest: [start("PLUS", -1001)] }), ["PLUS", "intergenic, −1,001 bp"]);
  assert.deepEqual(said({ nearest: [start("PLUS", 12_344)] }), ["PLUS", "intergenic, +12.3 kb"]);
  assert.deepEqual(said({ nearest: [start("A", 0)] }), ["A", "at the TSS"]);
  // A gene without a strand has no upstream.
  assert.deepEqual(said({ nearest: [start("A", -40, ".")] }), ["A", "intergenic, 40 bp"]);
  assert.deepEqual(said({}), ["", ""]);
});

test("variants are sorted, searched and chosen by the genes near by; those without any come last", () => {
  assert.deepEqual(list({ sort: { key: "gene", descending: false } }), [1, 0, 3, 4, 2]);
  assert.deepEqual(list({ sort: { key: "gene", descending: true } }), [4, 0, 3, 1, 2]);
  assert.deepEqual(list({ sort: { key: "tss", descending: false } }), [4, 0, 3, 1, 2]);
  assert.deepEqual(nextVariantSort(undefined, "gene"), { key: "gene", descending: false });
  assert.deepEqual(nextVariantSort(undefined, "tss"), { key: "tss", descending: false });
  assert.deepEqual(list({ search: "plus" }), [0, 1, 3]);
  assert.deepEqual(list({ search: "id_twin" }), [4]);
  assert.deepEqual(list({ part: "exon" }), [1, 4]);
  assert.deepEqual(list({ part: "intron" }), [3]);
  assert.deepEqual(list({ part: "between" }), [0]);
  assert.deepEqual(list({ mostToTss: 101 }), [0, 4]);
  // Once the genes are taken away all are listed again.
  assert.deepEqual(list({ part: "exon", mostToTss: 1 }, false), [0, 1, 2, 3, 4]);
  assert.deepEqual(list({ search: "plus" }, false), []);
});

test("the saved table has the genes near by where they are known", () => {
  const by = { card: trackCard as ModelCard, file: "m", sha256: "cd", shape: TRACK_SHAPE, program: "" };
  const part = { count: 3, tracks: new Float64Array(30).fill(1), attention: new Float64Array(12).fill(0) };
  const three = [rows[0]!, rows[1]!, rows[2]!];
  const scores = new VariantScores(three, by, [0], [], Uint32Array.of(0, 1, 2)).with(part);
  const [header, ...lines] = [...tsvLines(scores, scores.rows.keys(), near)].map((line) =>
    line.replace("\n", "").split("\t"),
  );
  const from = header!.indexOf("gene");
  assert.deepEqual(header!.slice(from), ["gene", "gene_distance", "in_gene", "in_gene_part"]);
  assert.deepEqual(lines[0]!.slice(from), ["PLUS", "-101", "", ""]);
  assert.deepEqual(lines[1]!.slice(from), ["PLUS", "549", "LONG,PLUS", "exon,intron"]);
  assert.deepEqual(lines[2]!.slice(from), ["", "", "", ""]);
  assert(![...tsvLines(scores, scores.rows.keys())][0]!.includes("gene"));
});

const source = { blob: new Blob([]), file: "a.gtf" };
const settled = () => new Promise((done) => setTimeout(done));

/** As much of a session as genes follow. */
function session() {
  type State = ConstructorParameters<typeof KnownGenes>[1]["state"];
  let hear = (_: State): void => {};
  const from = {
    state: {} as State,
    subscribe: (listener: (state: State) => void) => {
      hear = listener;
      return () => {};
    },
  };
  const set = (change: State): void => {
    from.state = { ...from.state, ...change };
    hear(from.state);
  };
  return { from, set };
}

test("genes of a run, and of a variant's window that reaches beyond it, are asked for once each", async () => {
  const asked: string[] = [];
  const worker = new FakeWorker<GeneCalls>({
    readGenes: () => ({ file: "a.gtf", count: 5, notes: [] }),
    genesWithin: ({ record, start, end }) => {
      asked.push(`${record}:${start}-${end}`);
      return { genes: GENES, more: 0 };
    },
    forgetGenes: () => ({}),
  });
  const { from, set } = session();
  const genes = new KnownGenes(worker, from);
  const run = { record: { name: "chrI" }, origin: 1000, bin: 10, bins: 20, peaks: [1, 2] } as unknown as TrackRun;
  const variant = { origin: -50, reference: new Float32Array(80) } as unknown as VariantChange;
  set({ run, variant });
  await settled();
  assert.deepEqual([asked, genes.under(run)], [[], undefined]);
  await genes.read(source);
  set({});
  await settled();
  assert.deepEqual(asked, ["chrI:1000-1200", "chrI:0-350"]);
  for (const each of [run, variant]) assert.deepEqual(genes.under(each), { file: "a.gtf", genes: GENES, more: 0 });
  const other = { ...variant };
  set({ variant: other });
  await settled();
  assert.deepEqual([asked.length, genes.under(variant), genes.under(other)?.genes], [3, undefined, GENES]);
  genes.close();
  assert.equal(genes.under(run), undefined);
});

test("the genes of all variants are asked for at once, and again of other genes or variants", async () => {
  const asked: number[] = [];
  const worker = new FakeWorker<GeneCalls>({
    readGenes: () => ({ file: "a.gtf", count: 5, notes: [] }),
    genesNear: ({ variants }) => {
      asked.push(variants.length);
      return variants.map(({ chromosome }, row) => (chromosome === "chrI" ? near[row] : undefined));
    },
    forgetGenes: () => ({}),
  });
  const { from, set } = session();
  const genes = new KnownGenes(worker, from);
  const give = async (variants: readonly VariantRow[]): Promise<void> => {
    set({ variants: { rows: variants } });
    set({});
    await settled();
  };
  await give(rows);
  assert.deepEqual([asked, genes.nearBy(rows)], [[], undefined]);
  await genes.read(source);
  assert.deepEqual(genes.nearBy(rows), near);
  const others = Array.from({ length: 10_000 }, (_, i) => row("chrI", i, "A>G"));
  await give(others);
  assert.equal(genes.nearBy(rows), undefined);
  assert.equal(genes.nearBy(others)?.length, 10_000);
  await genes.read(source);
  assert.deepEqual(asked, [5, 10_000, 10_000]);
  genes.close();
  assert.equal(genes.nearBy(others), undefined);
});
