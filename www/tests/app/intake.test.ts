// Files that are given at once: which task they are for, what becomes of each, and taking that back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { taskOf } from "../../../pkg/src/card";
import type { Catalogue, CatalogueModel, Description, Understanding } from "../../../pkg/src/index";
import type { PrepareSession } from "../../src/prepare/session";
import { type Identified, identify } from "../../src/session/files";
import { type Filed, taskOfFiles } from "../../src/session/intake";
import type { ReadTable } from "../../src/session/opened";
import { Session } from "../../src/session/session";
import type { OnOffWork } from "../../src/tasks/genes/on-off/session";
import type { ChangeWork } from "../../src/tasks/genes/change/session";
import { SequenceSession } from "../../src/tasks/tracks/session";
import type { PageCalls } from "../../src/worker/calls";
import { CHANGE_DESCRIPTION, DESCRIPTION, LEVEL_DESCRIPTION, TRACK_DESCRIPTION } from "../fakes/descriptions";
import { card, changeCard, levelCard } from "../fakes/engine";
import { TRACK_SHAPE, trackCard } from "../fakes/tracks";
import { FakeWorker } from "../fakes/worker";

const entry = (id: string, description: Description, more: Partial<CatalogueModel> = {}): CatalogueModel => ({
  ...{ id, file: `${id}.safetensors`, name: id, description, family: "", variant: "", bytes: 2, sha256: id },
  ...more,
});
const catalogue: Catalogue = {
  format_version: 1,
  models: [
    entry("k562", DESCRIPTION),
    entry("worse", CHANGE_DESCRIPTION, { validation_pearson: 0.6, test_pearson: 0.8 }),
    entry("better", CHANGE_DESCRIPTION, { validation_pearson: 0.7, test_pearson: 0.7 }),
    entry("simulated", TRACK_DESCRIPTION, { simulated: true }),
    entry("yeast", TRACK_DESCRIPTION),
  ],
  examples: [],
};
const OPENED = {
  "on-off": { card, description: DESCRIPTION },
  level: { card: levelCard, description: LEVEL_DESCRIPTION },
  change: { card: changeCard, description: CHANGE_DESCRIPTION },
  tracks: { card: trackCard, description: TRACK_DESCRIPTION, shape: TRACK_SHAPE },
} as const;

/** A page on which tables of `bins` bins a gene fit the model of a change. */
async function started({ bins = 200, running = false, predicts = false } = {}) {
  const read = (file: string): ReadTable => ({
    ...{
      file,
      layout: "headed",
      genes: predicts ? ["a", "b"] : ["a"],
      marks: card.marks,
      bins,
      notes: [],
      labels: undefined,
    },
  });
  let open = entry("", DESCRIPTION);
  const understanding = (): Understanding => ({
    genes: 1,
    marks: card.marks.map((mark, i) => ({ mark, column: i + 1 })),
    extraMarks: [],
    bins: { table: bins, model: open.description.task === "change" ? 200 : bins, selectable: null },
    layout: "headed",
    notes: [],
    deviations: [],
    distribution: [],
    runs: true,
  });
  const worker = new FakeWorker<PageCalls>({
    catalogue: () => catalogue,
    openModel: ({ model: { file } }) => {
      open = catalogue.models.find((each) => each.file === file) ?? entry("own", DESCRIPTION);
      const opened = OPENED[taskOf(open.description) ?? assert.fail()];
      const card = { ...opened.card, name: open.name, simulated: open.simulated ?? false };
      return { ...opened, card, file, sha256: open.sha256, verified: true };
    },
    useDevice: () => ({ kind: "cpu", software: false, reason: "" }),
    readTable: ({ table: { file } }) => read(file),
    understand: understanding,
    readSequences: ({ source: { file } }) => ({
      file,
      records: [{ name: "one", description: "", length: 64, lower: 0, unknown: 0, iupac: {} }],
    }),
    readVariants: () => [],
    readRegions: () => [],
    readCounts: ({ cell, table: { file } }) => {
      if (file.startsWith("bad")) throw new Error(`${file}: no gene of these`);
      return { [cell]: { file, counts: Float32Array.of(1) } };
    },
    readExpression: ({ source: { file } }) => {
      if (file.startsWith("bad")) throw new Error(`${file}: no gene of these`);
      const labels = Uint8Array.of(1, 0);
      return { file, values: Float32Array.of(1, 0), labels, known: Uint32Array.of(0, 1), on: 1, auroc: 1 };
    },
    gene: ({ index }) => ({ index, signal: new Float32Array(), alpha: new Float32Array() }),
    predict: ({ preparations: [preparation, ofB] }) => {
      if (ofB)
        return {
          ...{
            model: { card: changeCard, file: "", sha256: "better", verified: true, description: CHANGE_DESCRIPTION },
          },
          ...{ device: { kind: "cpu", software: false, reason: "" }, genes: ["a"], foldChange: Float32Array.of(1) },
        };
      return predicts
        ? {
            ...{
              model: { card, file: "", sha256: "k562", verified: true, description: DESCRIPTION },
              preparations: [preparation],
            },
            ...{ device: { kind: "cpu", software: false, reason: "" }, probability: Float32Array.of(0.9, 0.2) },
          }
        : running
          ? new Promise(() => {})
          : Promise.reject(new Error("no run here"));
    },
  });
  const session = new Session(worker, "https://host.test/models/catalogue.json");
  await session.start();
  const onOff = (await session.task("on-off")) as unknown as OnOffWork;
  const change = (await session.task("change")) as unknown as ChangeWork;
  const tracks = await session.task("tracks");
  assert("work" in tracks && tracks.work instanceof SequenceSession);
  return { session, onOff, change, tables: onOff.tables, sequences: tracks.work };
}

const file = (name: string, text: string): File => new File([text], name);
const TABLE = `gene,bin,${card.marks.join()}\na,1${",0".repeat(card.marks.length)}\n`;
const FASTA = file("yeast.fa", ">chrIV\nACGT\n");
const VCF = file("v.vcf", "##fileformat=VCFv4.3\n");
const PNG = file("p.png", "\u0089PNG\r\n\u001a\n\0\0\0\rIHDR");
const PDF = file("p.pdf", "%PDF-1.7\n");
const NOTE = file("n.txt", "Dear all,\nhere are the counts.\n");

/** Names of the files that were used, and of those that were not. */
function accountOf(files: readonly Filed[] = []): [string[], string[]] {
  const names = (used: boolean) => files.filter((each) => each.used === used).map(({ name }) => name);
  return [names(true), names(false)];
}

test("a sequence and variants given to a model of tables open a model of real sequences, and undo brings back the one before", async () => {
  const { session, sequences } = await started();
  await session.openFiles([VCF, FASTA]);
  assert.equal(session.state.model?.id, "yeast", "not the one of simulated sequences, which is listed first");
  assert.equal(sequences.state.sequences?.file, "yeast.fa", "nothing is given twice");
  assert.equal(sequences.state.variants?.file, "v.vcf");
  assert.deepEqual(accountOf(session.state.intake?.files), [["yeast.fa", "v.vcf"], []]);
  assert.match(session.state.intake?.chosen?.why ?? "", /reads DNA.*one species/);
  await session.undoIntake();
  assert.deepEqual([session.state.model?.id, session.state.intake], ["k562", undefined]);
  assert.equal(sequences.state.sequences, undefined);
});

test("the user's own sequence is not run on a model of simulated ones without a word", async () => {
  const { session } = await started();
  await session.openModel(catalogue.models[3]!);
  await session.openFiles([FASTA]);
  assert.equal(session.state.model?.id, "yeast");
  assert.match(session.state.intake?.chosen?.why ?? "", /trained on simulated data/);
});

test("a table given to a model of sequences opens one that says which genes are on", async () => {
  const { session, tables } = await started();
  await session.openModel(catalogue.models[4]!);
  await session.openFile(file("t.csv", TABLE));
  assert.equal(session.state.model?.id, "k562");
  assert.equal(tables.state.a.table?.file, "t.csv");
  await session.undoIntake();
  assert.equal(session.state.model?.id, "yeast");
  assert.equal(tables.state.a.table, undefined);
});

test("two tables given to a model of one open the best model of a change; undo brings back model and table", async () => {
  const { session, tables } = await started();
  await session.openFile(file("before.csv", TABLE));
  await session.openFiles([file("one.csv", TABLE), file("two.csv", TABLE)]);
  assert.equal(session.state.model?.id, "better");
  assert.deepEqual([tables.state.a.table?.file, tables.state.b.table?.file], ["one.csv", "two.csv"]);
  await session.undoIntake();
  assert.equal(session.state.model?.id, "k562");
  assert.deepEqual([tables.state.a.table?.file, tables.state.b.table?.file], ["before.csv", undefined]);
});

test("two tables that no model of a change can read are samples of one that reads a table, and a message tells why", async () => {
  const { session, onOff, tables } = await started({ bins: 100 });
  await session.openFiles([file("liver.csv", TABLE), file("heart.csv", TABLE)]);
  assert.equal(session.state.model?.id, "k562");
  assert.equal(tables.state.a.table?.file, "liver.csv");
  assert.deepEqual(onOff.state.samples?.names, ["liver", "heart"]);
  assert.deepEqual(accountOf(session.state.intake?.files), [["liver.csv", "heart.csv"], []]);
  assert.match(session.state.intake?.files[1]?.as ?? "", /sample.*100 bins.*200$/, "one stop is put behind it");
});

test("three tables are samples of a model of one; further ones join them, and none is given twice", async () => {
  const { session, onOff } = await started();
  const [liver, heart] = [file("liver.csv", TABLE), file("heart.csv", TABLE)];
  await session.openFiles([liver, heart, file("brain.csv", TABLE)]);
  assert.equal(session.state.model?.id, "k562");
  await session.openFile(file("skin.csv", TABLE));
  assert.deepEqual(onOff.state.samples?.names, ["liver", "heart", "brain", "skin"]);
  await session.openFiles([file("lung.csv", TABLE), file("skin.csv", TABLE), heart]);
  assert.deepEqual(onOff.state.samples?.names, ["liver", "heart", "brain", "skin", "lung"], "the later skin");
  await session.openFiles([liver, heart]);
  assert.equal(session.state.model?.id, "better", "two that are samples already are wanted as a change");
  assert.equal(onOff.state.samples?.names.length, 5, "which takes none of them away");
});

test("signal of two samples with the same marks is for a model of a change, that of one is not", () => {
  const signal = (sample: string) =>
    card.marks.map((mark): Identified => {
      const name = `${sample}_${mark}.bw`;
      return { file: file(name, ""), name, kind: "measured" };
    });
  const genes: Identified = { file: file("g.gtf", ""), name: "g.gtf", kind: "annotation" };
  const both = [...signal("liver"), ...signal("heart"), genes];
  assert.equal(taskOfFiles(both, "on-off", false), "change");
  assert.equal(taskOfFiles(both, "on-off", true), "on-off", "a table that is there keeps its model");
  assert.equal(taskOfFiles([...signal("liver"), genes], "on-off", false), "on-off");
  assert.equal(taskOfFiles([...both, ...signal("lung")], "change", false), "on-off", "three are samples");
  const three = ["a.csv", "b.csv", "c.csv"].map((name) => ({ name, kind: "table" as const, file: new File([], name) }));
  assert.equal(taskOfFiles(three, "level", false), "level", "tables of several samples keep a model of one");
});

test("each file that is dropped is accounted for", async () => {
  const { session, tables } = await started();
  await session.openFiles([file("counts.csv", TABLE), NOTE, PNG]);
  assert.equal(tables.state.a.table?.file, "counts.csv");
  assert.deepEqual(accountOf(session.state.intake?.files), [["counts.csv"], ["n.txt", "p.png"]]);
  assert.match(session.state.announcement, /n\.txt.*p\.png/);
  await session.openFiles([NOTE, PDF, PNG]);
  assert.deepEqual(accountOf(session.state.intake?.files), [[], ["n.txt", "p.pdf", "p.png"]]);
  assert.equal(tables.state.problems.a, undefined, "the table that is there is not called unreadable");
  await session.openFiles([
    file("H3K4me3.bedgraph", "chr1\t0\t10\t1\n"),
    file("genes.bed", "chr1\t5\t6\tA\t0\t+\n"),
    file("labels.tsv", "gene\tlabel\nA\t1\n"),
  ]);
  assert.deepEqual(accountOf(session.state.intake?.files), [["H3K4me3.bedgraph", "genes.bed", "labels.tsv"], []]);
  await session.openFiles([file("w.regulens.json", "{}"), file("t.csv", TABLE)]);
  assert.deepEqual(accountOf(session.state.intake?.files), [["w.regulens.json"], ["t.csv"]]);
});

/** Rows of peaks, by the names that they come under. */
const PEAKS: Readonly<Record<string, string>> = {
  "H3K4me3.narrowPeak": "chr1\t9\t90\tp\t8\t.\t7\t3\t2\t40\n",
  "H3K27me3.broadPeak.gz": "chr1\t9\t90\tp\t8\t.\t7\t3\t2\n",
  "H3K4me3_peaks.bed": "chr1\t9\t90\n",
  "H3K4me3_summits.bed": "chr1\t9\t10\tp\t8.25\n",
  "ENCFF000AAA.bed": "chr1\t9\t90\t.\t1000\t.\t7.25\t-1\t2.5\t40\n",
  "broad.bed": "chr1\t9\t90\t.\t1000\t.\t7.25\t3.5\t2.5\n",
  "gapped.bed": "chr1\t9\t90\tx\t8\t.\t9\t90\t0\t1\t81,\t0,\t7.25\t3.5\t2.5\n",
  "mine.bed": "chr1\t9\t90\tK4me3_peak_12\t88\n",
  "browser.bed": 'track type=narrowPeak name="x"\nchr1\t9\t90\n',
};

test("files of peaks are refused as peaks, with advice, and are not taken for genes", async () => {
  for (const [name, text] of Object.entries(PEAKS)) assert.equal(await identify(file(name, text)), "peaks", name);
  const genes: Record<string, string> = {
    "three.bed": "chr1\t9\t90\n",
    "genes.bed": "chr1\t9\t90\tPEAK1\t0\t+\n",
    "coloured.bed": "chr1\t9\t90\tA\t0\t-\t9\t90\t0\n",
    "rgb.bed": "chr1\t9\t90\tA\t0\t-\t9\t90\t255,0,0\n",
    "twelve.bed": "chr1\t9\t90\tA\t0\t+\t9\t90\t0\t1\t81,\t0,\n",
  };
  for (const [name, text] of Object.entries(genes)) assert.equal(await identify(file(name, text)), "annotation", name);
  const { session, tables, sequences } = await started();
  const peaks = (name: string): File => file(name, PEAKS[name]!);
  await session.openFiles([peaks("H3K4me3.narrowPeak"), peaks("mine.bed")]);
  const { problems, preparing } = tables.state;
  assert.equal(preparing, undefined, "nothing is asked for a table of them");
  assert.equal(problems.a?.code, "peaks");
  assert.match(problems.a.message, /H3K4me3\.narrowPeak: found genomic intervals.*; expected a table/);
  assert.match(problems.a.remedy ?? "", /start from the bigWig or BAM files they were called from/);
  assert.deepEqual(accountOf(session.state.intake?.files), [[], ["H3K4me3.narrowPeak", "mine.bed"]]);
  await session.openFiles([file("t.csv", TABLE), peaks("broad.bed")]);
  assert.match(session.state.intake?.files[1]?.as ?? "", /peaks.*start from the bigWig/i, "beside a table, too");
  await session.openModel(catalogue.models[4]!);
  await session.openFile(peaks("H3K4me3.narrowPeak"));
  assert.equal(sequences.state.regions?.file, "H3K4me3.narrowPeak", "along a sequence they are places");
});

test("a list of names is no table: the account says where it goes", async () => {
  for (const text of ["TP53\nMYC\n", "gene\r\nENSG00000141510.12\r\n", "TP53, MYC, GAPDH", "chr2:1042\nrs7\n"])
    assert.equal(await identify(file("x.txt", text)), "names", text);
  for (const text of ["Dear all,\nhere are the counts.\n", "TP53\n", "1\n2\n", "a b\nc d\n"])
    assert.equal(await identify(file("x.txt", text)), "other", text);
  const { session, tables } = await started();
  for (const give of [() => session.openFile(file("genes.txt", "TP53\nMYC\n")), () => session.openText("TP53\nMYC")]) {
    await give();
    assert.equal(tables.state.problems.a, undefined);
    const [filed, ...more] = session.state.intake?.files ?? [];
    assert.deepEqual([filed?.used, more], [false, []]);
    assert.match(filed?.as ?? "", /list of names.*paste gene names into Find a gene/);
  }
  await session.openFiles([file("t.csv", TABLE), file("genes.txt", "TP53\nMYC\n")]);
  assert.deepEqual(accountOf(session.state.intake?.files), [["t.csv"], ["genes.txt"]]);
});

test("signal files whose table is read ask for nothing, others do", async () => {
  const { onOff, tables } = await started();
  const made = file("liver.prepared.csv", TABLE);
  const preparing = (state: object) => tables.set({ preparing: { state } as unknown as PrepareSession });
  preparing({ made: [] });
  assert(onOff.isAsking, "no table is made yet");
  preparing({ made: [{ file: made }] });
  assert(onOff.isAsking, "the table is not read yet");
  await tables.readOwn(made, made.name);
  assert(!onOff.isAsking);
  preparing({ made: [{ file: made }], refused: { name: "InputError", code: "peaks", message: "" } });
  assert(onOff.isAsking, "a file was refused");
  preparing({ made: [{ file: file("heart.prepared.csv", TABLE) }] });
  assert(onOff.isAsking, "the table of these is another");
});

const TPM = file("tpm.tsv", "gene_id\tTPM\na\t12.5\nb\t0\n");
const LABELS = file("labels.tsv", "gene\tlabel\na\t1\nb\t0\n");

for (const [name, drops] of Object.entries({
  "before the table": [[TPM], [file("t.csv", TABLE)]],
  "with the table": [[TPM, file("t.csv", TABLE)]],
  "after the table": [[file("t.csv", TABLE)], [TPM]],
  "as labels, before the table": [[LABELS], [file("t.csv", TABLE)]],
}))
  test(`measured expression of a table is beside the predictions, given ${name}`, async () => {
    const { session, onOff, tables } = await started({ bins: 100, predicts: true });
    for (const files of drops) {
      await session.openFiles(files);
      const filed = session.state.intake?.files ?? [];
      assert.deepEqual(accountOf(filed)[1], []);
      if (files.some((each) => each === TPM || each === LABELS))
        assert.match(filed.find(({ name }) => /tpm|labels/.test(name))?.as ?? "", /measured expression, beside/);
    }
    assert.equal(tables.state.problems.a, undefined);
    await onOff.run();
    assert.equal(onOff.state.measured?.auroc, 1);
    const [first] = drops.flat().filter((each) => each === TPM || each === LABELS);
    assert.equal(onOff.state.measured?.file, first?.name);
  });

test("measured expression that comes after a run is beside it at once, and beside the next run too", async () => {
  const { session, onOff } = await started({ bins: 100, predicts: true });
  const shown = (): string | undefined => onOff.state.measured?.file;
  await session.openFile(file("t.csv", TABLE));
  await onOff.run();
  assert.equal(shown(), undefined);
  await session.openFile(TPM);
  assert.equal(shown(), "tpm.tsv");
  await onOff.run();
  assert.equal(shown(), "tpm.tsv");
  await session.openFile(file("bad.tsv", "gene\tcount\nx\t1\n"));
  assert.deepEqual(session.state.intake?.files, [{ name: "bad.tsv", used: false, as: "bad.tsv: no gene of these" }]);
  assert.equal(shown(), "tpm.tsv", "what could not be read does not take its place");
  onOff.forgetMeasured();
  await onOff.run();
  assert.equal(shown(), undefined);
});

test("measured expression is not lost where two tables turn out to be for no model of a change", async () => {
  const { session, onOff } = await started({ bins: 100, predicts: true });
  await session.openFiles([TPM, file("one.csv", TABLE), file("two.csv", TABLE)]);
  assert.deepEqual(accountOf(session.state.intake?.files), [["one.csv", "two.csv", "tpm.tsv"], []]);
  await onOff.run();
  assert.equal(onOff.state.measured?.file, "tpm.tsv");
});

test("measured expression that was given before two tables is of the change", async () => {
  const { session, change } = await started();
  await session.openFile(file("1.counts.csv", "gene,count\na,5\n"));
  await session.openFiles([file("1.csv", TABLE), file("2.csv", TABLE)]);
  await change.run();
  assert.equal(change.state.measured?.a?.file, "1.counts.csv");
});

test("files that come during a run are not lost without a word", async () => {
  const { session, onOff } = await started({ running: true });
  await session.openFile(file("t.csv", TABLE));
  void onOff.run();
  await session.openFile(file("u.csv", TABLE));
  assert.deepEqual(accountOf(session.state.intake?.files), [[], ["u.csv"]]);
  assert.match(session.state.announcement, /u\.csv, a run is in progress/);
});

test("measured expression that is dropped with two tables waits for the run of the change, and what cannot be read is said", async () => {
  const { session, change } = await started();
  const counts = (name: string): File => file(name, "gene,count\na,5\n");
  await session.openFiles([file("1.csv", TABLE), file("2.csv", TABLE), counts("1.counts.csv"), counts("bad.csv")]);
  assert.deepEqual(accountOf(session.state.intake?.files)[1], []);
  assert.match(session.state.intake?.files.at(-1)?.as ?? "", /measured expression of B/);
  await change.run();
  assert.equal(change.state.measured?.a?.file, "1.counts.csv");
  assert.deepEqual(session.state.intake?.files, [{ name: "bad.csv", used: false, as: "bad.csv: no gene of these" }]);
});
