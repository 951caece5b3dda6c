import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalogue, DeviceReport, Understanding, WorkOptions } from "../../../pkg/src/index";
import { Session } from "../../src/session/session";
import { isCurrent, whyNot } from "../../src/session/state";
import type { ModelRequest, OpenedModel, ReadTable, TableRequest } from "../../src/session/opened";
import { WorkerError } from "../../src/rpc/errors";
import type { PageCalls } from "../../src/worker/calls";
import { type Answer, type Answers, FakeWorker, type Some } from "./fake-worker";
import { ATTENDS, card, CHANGE_ATTENDS, changeCard } from "./fake-engine";
import { TRACK_SHAPE, trackCard } from "./fake-tracks";

const CATALOGUE_URL = "https://host.test/sub/models/catalogue.json";
const catalogue: Catalogue = {
  format_version: 1,
  models: ["k562", "h1"].map((id) => ({
    ...{
      id,
      file: `${id}.safetensors`,
      name: id,
      family: "attentive-chrome",
      variant: "lstm-alpha-beta",
      bytes: 2,
      sha256: id,
    },
    ...(id === "k562" ? { int8: { file: "k562-i8.safetensors", bytes: 1, sha256: "k562 in int8" } } : {}),
  })),
  examples: [
    { id: "example", file: "example.csv.gz", name: "Example", description: "", simulated: true, bytes: 1, sha256: "" },
  ],
};
const cpu: DeviceReport = { kind: "cpu", software: false, reason: "The CPU was chosen." };

function table(file: string): ReadTable {
  return { file, layout: "headed", genes: ["a", "b"], marks: card.marks, bins: 4, notes: [], labels: undefined };
}

function understanding(change: Partial<Understanding> = {}): Understanding {
  return {
    genes: 2,
    marks: card.marks.map((mark, i) => ({ mark, column: i + 1 })),
    extraMarks: [],
    bins: { table: 4, model: 4, selectable: null },
    layout: "headed",
    notes: [],
    deviations: [],
    distribution: [],
    runs: true,
    ...change,
  };
}

/** What a worker answers at once; a test answers itself what it tests. */
function answers(own: Answers<PageCalls> = {}): Answers<PageCalls> {
  let model = "";
  let read = table("");
  let kept = 0;
  return {
    catalogue: () => catalogue,
    openModel: ({ model: { file, sha256 = "own" } }) => {
      model = sha256;
      return { card, file, sha256, verified: sha256 !== "own" };
    },
    useDevice: () => cpu,
    readTable: ({ table: { file } }) => (read = table(file)),
    understand: () => understanding(),
    predict: ({ preparation }) => ({
      model: { card, file: "", sha256: model, verified: true, attends: ATTENDS },
      table: read,
      preparation,
      device: cpu,
      probability: Float32Array.of(0.2, 0.9),
    }),
    keep: () => ({ id: ++kept, memory: 10 * kept }),
    release: () => ({ memory: 0 }),
    compareWith: ({ model: { file, sha256 } }) => ({
      id: ++kept,
      memory: 10 * kept,
      deviations: ["twice the depth"],
      run: {
        model: { card, file, sha256, verified: true, attends: ATTENDS },
        table: read,
        preparation: {},
        device: cpu,
        probability: Float32Array.of(0.3, 0.2),
      },
    }),
    swapTables: () => ({}),
    gene: ({ index }) => ({ index, signal: new Float32Array(), alpha: new Float32Array() }),
    ...own,
  };
}

function fails(code: string): () => Promise<never> {
  return () => Promise.reject(new WorkerError({ name: "InputError", code, message: `bad: ${code}` }));
}

async function started(own: Answers<PageCalls> = {}) {
  const worker = new FakeWorker(answers(own));
  const session = new Session(worker, CATALOGUE_URL);
  await session.start();
  return { worker, session };
}

test("the page starts with the catalogue's first model open and a device ready", async () => {
  const { session } = await started();
  assert.equal(session.state.model?.id, "k562");
  assert.deepEqual(session.state.device, cpu);
  assert.equal(whyNot(session.state), "Give it a table, or try the example.");
});

test("models and examples are addressed beside the catalogue, below any path", async () => {
  const urls: string[] = [];
  const note = (source: ModelRequest | TableRequest): void => void ("url" in source && urls.push(source.url));
  const { session } = await started({
    openModel: ({ model }) => (note(model), { card, file: "", sha256: "k562", verified: true }),
    readTable: ({ table: source }) => (note(source), table("example.csv.gz")),
  });
  await session.tryExample(catalogue.examples[0]);
  assert.deepEqual(urls, [
    "https://host.test/sub/models/k562.safetensors",
    "https://host.test/sub/models/example.csv.gz",
  ]);
});

test("the address can wish for a model, a device, and an example, which then runs", async () => {
  const worker = new FakeWorker(answers());
  const session = new Session(worker, CATALOGUE_URL);
  await session.start({ model: "h1", example: "example", device: "webgpu" });
  assert.equal(session.state.model?.id, "h1");
  assert.equal(session.state.choice, "webgpu");
  assert.equal(session.state.run?.probability.length, 2);
  assert.equal(session.state.table?.simulated, true);
});

test("an example that the address wishes for without a model opens the first that reads it", async () => {
  const change = { ...catalogue.models[0], id: "change", family: "deep-diff", variant: "raw-c" };
  const pair = { ...catalogue.examples[0], id: "pair", b: { file: "examples/b.csv", bytes: 1, sha256: "" } };
  const worker = new FakeWorker(
    answers({
      catalogue: () => ({
        ...catalogue,
        models: [...catalogue.models, change],
        examples: [...catalogue.examples, pair],
      }),
    }),
  );
  const session = new Session(worker, CATALOGUE_URL);
  await session.start({ example: "pair" });
  assert.equal(session.state.model?.id, "change");
});

test("a model that the user opens before the catalogue is there stays, and what the address wishes for does not replace it", async () => {
  let arrive = (_: Catalogue): void => {};
  const worker = new FakeWorker(answers({ catalogue: () => new Promise<Catalogue>((resolve) => (arrive = resolve)) }));
  const session = new Session(worker, CATALOGUE_URL);
  const starting = session.start({ model: "h1", example: "example" });
  await session.openModelFile(new Blob(["x"]), { name: "mine.safetensors" });
  arrive(catalogue);
  await starting;
  assert.equal(session.state.model?.sha256, "own");
  assert.equal(session.state.table, undefined);
  assert.equal(session.state.catalogue?.models.length, 2);
});

test("a table that the user gives while the first model is opened is not replaced by the address's example", async () => {
  let arrive = (_: Some<OpenedModel>): void => {};
  const worker = new FakeWorker(answers({ openModel: () => new Promise((resolve) => (arrive = resolve)) }));
  const session = new Session(worker, CATALOGUE_URL);
  const starting = session.start({ example: "example" });
  await Promise.resolve();
  await session.readTable(new Blob(["x"]), "mine.csv");
  arrive({ card, file: "", sha256: "k562", verified: true });
  await starting;
  assert.equal(session.state.model?.id, "k562");
  assert.equal(session.state.table?.file, "mine.csv");
});

test("nothing is run while it is told what a chosen file is", async () => {
  const { session } = await started();
  await session.readTable(new Blob(["x"]), "before.csv");
  assert.equal(whyNot(session.state), undefined);
  const opening = session.openFile(new File(["gene,bin,H3K4me3\n"], "after.csv"));
  assert.equal(whyNot(session.state), "The file is being looked at.");
  await opening;
  assert.equal(whyNot(session.state), undefined);
  assert.equal(session.state.table?.file, "after.csv");
});

test("a user's own table is not run before it is asked for", async () => {
  const { worker, session } = await started();
  await session.readTable(new Blob(["x"]), "mine.csv");
  assert(!worker.calls.includes("predict"));
  assert.equal(whyNot(session.state), undefined);
});

test("a run selects the gene with the highest probability", async () => {
  const { session } = await started();
  await session.readTable(new Blob(["x"]), "mine.csv");
  await session.run();
  assert.equal(session.state.selected, 1);
  assert.equal(session.state.gene?.index, 1);
  assert(isCurrent(session.state));
  assert.match(session.state.announcement, /1 of 2 genes are predicted on/);
});

test("a table that cannot be read leaves the table, the results and the model as they were", async () => {
  const { worker, session } = await started();
  await session.readTable(new Blob(["x"]), "good.csv");
  await session.run();
  const before = session.state;
  worker.answers.readTable = fails("empty");
  await session.readTable(new Blob([""]), "empty.csv");
  const { table, understanding, run, model, problems } = session.state;
  assert.deepEqual([table, understanding, run, model], [before.table, before.understanding, before.run, before.model]);
  assert.equal(problems.data?.code, "empty");
  session.dismiss("data");
  assert.equal(session.state.problems.data, undefined);
});

test("a model that cannot be opened leaves the one before in place", async () => {
  const { worker, session } = await started();
  worker.answers.openModel = fails("hash-mismatch");
  await session.openModel(catalogue.models[1]);
  assert.equal(session.state.model?.id, "k562");
  assert.equal(session.state.problems.model?.code, "hash-mismatch");
});

test("after another model is opened the table and the results stay, and a new run is offered", async () => {
  const { session } = await started();
  await session.readTable(new Blob(["x"]), "mine.csv");
  await session.run();
  await session.openModel(catalogue.models[1]);
  assert.equal(session.state.table?.file, "mine.csv");
  assert.notEqual(session.state.run, undefined);
  assert.equal(isCurrent(session.state), false);
  assert.equal(whyNot(session.state), undefined);
});

test("a table with more bins runs only once its middle is accepted", async () => {
  const wide = understanding({ bins: { table: 200, model: 100, selectable: [51, 150] } });
  const { session } = await started({ understand: () => wide });
  await session.readTable(new Blob(["x"]), "wide.csv");
  assert.match(whyNot(session.state) ?? "", /200 bins a gene, the model takes 100/);
  session.acceptBins(true);
  assert.equal(whyNot(session.state), undefined);
  await session.run();
  assert.deepEqual(session.state.run?.preparation.selectBins, [51, 150]);
});

test("an accepted rescale is recorded with the run, and changing it makes the results old", async () => {
  const doubled = understanding({ deviations: [{ code: "doubled", mark: "H3K4me3", message: "", factor: 0.5 }] });
  const { session } = await started({ understand: () => doubled });
  await session.readTable(new Blob(["x"]), "doubled.csv");
  session.acceptRescale(0, true);
  await session.run();
  assert.deepEqual(session.state.run?.preparation.scale, { H3K4me3: 0.5 });
  session.acceptRescale(0, false);
  assert.equal(isCurrent(session.state), false);
});

test("what was accepted for one table is not carried over to the next", async () => {
  const { session } = await started({
    understand: () => understanding({ bins: { table: 200, model: 100, selectable: [51, 150] } }),
  });
  await session.readTable(new Blob(["x"]), "wide.csv");
  session.acceptBins(true);
  await session.readTable(new Blob(["x"]), "another.csv");
  assert.equal(session.state.accepted.selectBins, false);
});

test("a cancelled run shows no error, and the page can run again", async () => {
  const waiting = (_: unknown, { signal }: WorkOptions): Promise<never> =>
    new Promise((_, reject) =>
      signal?.addEventListener("abort", () =>
        reject(new WorkerError({ name: "AbortError", code: "cancelled", message: "" })),
      ),
    );
  const { session } = await started({ predict: waiting });
  await session.readTable(new Blob(["x"]), "mine.csv");
  const run = session.run();
  assert.notEqual(session.state.running, undefined);
  session.cancel("running");
  await run;
  assert.equal(session.state.running, undefined);
  assert.deepEqual(session.state.problems.run, undefined);
  assert.equal(session.state.announcement, "Cancelled.");
});

test("of two tables chosen one after the other, the later counts, whichever is read first", async () => {
  const replies: ((table: ReadTable) => void)[] = [];
  const { session } = await started({ readTable: () => new Promise((resolve) => replies.push(resolve)) });
  const reads = [session.readTable(new Blob(["1"]), "first.csv"), session.readTable(new Blob(["2"]), "second.csv")];
  replies[1](table("second.csv"));
  replies[0](table("first.csv"));
  await Promise.all(reads);
  assert.equal(session.state.table?.file, "second.csv");
});

test("a dropped file is a model or a table by its content", async () => {
  const { worker, session } = await started();
  const header = new Uint8Array([120, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22]);
  await session.openFile(new File([header], "weights.bin"));
  assert.equal(session.state.model?.id, undefined);
  assert.equal(session.state.model?.verified, false);
  await session.openFile(new File(["gene,bin,H3K4me3\n"], "table.csv"));
  assert.equal(session.state.table?.file, "table.csv");
  assert.deepEqual(worker.calls.slice(-2), ["readTable", "understand"]);
});

test("a site without a catalogue says so and still opens the user's files", async () => {
  const { session } = await started({ catalogue: fails("download-failed") });
  assert.equal(session.state.problems.site?.code, "download-failed");
  await session.openModelFile(new File(["{}"], "mine.safetensors"));
  assert.equal(session.state.model?.file, "mine.safetensors");
});

/** A session with a finished run. */
async function finished(own: Answers<PageCalls> = {}) {
  const { worker, session } = await started(own);
  await session.readTable(new Blob(["x"]), "mine.csv");
  await session.run();
  return { worker, session };
}

test("int8 weights are taken where the catalogue has them, and the choice is kept for other models", async () => {
  const files: string[] = [];
  const { worker, session } = await started();
  const open = worker.answers.openModel!;
  worker.answers.openModel = (request, options) => (files.push(request.model.file), open(request, options));
  await session.chooseWeights("int8");
  assert.deepEqual(
    [session.state.model?.id, session.state.model?.weights, session.state.model?.sha256],
    ["k562", "int8", "k562 in int8"],
  );
  await session.openModel(catalogue.models[1]);
  assert.equal(session.state.model?.weights, "float16", "there is no other file of it");
  await session.openModel(catalogue.models[0]);
  await session.chooseWeights("float16");
  assert.deepEqual(files, ["k562-i8.safetensors", "h1.safetensors", "k562-i8.safetensors", "k562.safetensors"]);
});

test("a kept run is compared once there are two, at the gene that differs most", async () => {
  const { session } = await finished();
  await session.keepRun();
  assert.deepEqual([session.state.kept.map(({ letter }) => letter), session.state.comparison], [["A"], undefined]);
  await session.keepRun();
  assert.equal(session.state.kept.length, 1, "the same run is kept once");
  await session.openModel(catalogue.models[1]);
  await session.run();
  await session.keepRun();
  assert.deepEqual(
    session.state.kept.map(({ run }) => run.model.sha256),
    ["k562", "h1"],
  );
  assert.deepEqual(session.state.comparison?.genes, ["a", "b"]);
  assert.equal(session.state.comparedGene?.details?.length, 2);
});

test("another model is run on the same table at once; both runs are kept, and the open model stays", async () => {
  const { worker, session } = await finished();
  await session.compareWith(catalogue.models[1]);
  const { kept, comparison, comparedGene, model, run } = session.state;
  assert.deepEqual(
    kept.map(({ letter, run, deviations }) => [letter, run.model.sha256, deviations]),
    [
      ["A", "k562", []],
      ["B", "h1", ["twice the depth"]],
    ],
  );
  assert.equal(kept[1].run.table, run?.table);
  assert.deepEqual([comparison?.genes, comparedGene?.index, model?.id], [["a", "b"], 1, "k562"]);
  assert.deepEqual(worker.calls.slice(-5), ["gene", "keep", "compareWith", "gene", "gene"]);
});

test("a run to compare with is cancelled, and the first stays kept", async () => {
  const waiting = (_: unknown, { signal }: WorkOptions): Promise<never> =>
    new Promise((_, reject) =>
      signal?.addEventListener("abort", () =>
        reject(new WorkerError({ name: "AbortError", code: "cancelled", message: "" })),
      ),
    );
  const { session } = await finished({ compareWith: waiting });
  const comparing = session.compareWith(catalogue.models[1]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.notEqual(session.state.comparing, undefined);
  session.cancel("comparing");
  await comparing;
  assert.deepEqual(
    [session.state.comparing, session.state.kept.length, session.state.problems.compare],
    [undefined, 1, undefined],
  );
});

test("a removed run comes back to its place, and its memory is given back once another is removed", async () => {
  const { worker, session } = await finished();
  await session.compareWith(catalogue.models[1]);
  const [first, second] = session.state.kept;
  await session.removeKept(first.id);
  assert.deepEqual([session.state.kept, session.state.comparison, session.state.removed?.at], [[second], undefined, 0]);
  assert(!worker.calls.includes("release"));
  await session.undoRemove();
  assert.deepEqual(
    [session.state.kept, session.state.comparison?.genes.length, session.state.removed],
    [[first, second], 2, undefined],
  );
  await session.removeKept(first.id);
  await session.removeKept(second.id);
  assert.equal(worker.calls.filter((call) => call === "release").length, 1);
  assert.equal(session.state.removed?.kept, second);
});

test("letters of runs are not given twice while a removed run may come back", async () => {
  const { session } = await finished();
  await session.compareWith(catalogue.models[1]);
  await session.removeKept(session.state.kept[0].id);
  await session.keepRun();
  assert.deepEqual(
    session.state.kept.map(({ letter }) => letter),
    ["B", "C"],
  );
});

test("a run that memory does not allow to keep is a problem that is shown", async () => {
  const { session } = await finished({ keep: fails("kept-memory") });
  await session.compareWith(catalogue.models[1]);
  assert.deepEqual([session.state.kept.length, session.state.problems.compare?.code], [0, "kept-memory"]);
});

/** A session whose model is of a change from K562 to H1. */
async function startedWithChange(own: Answers<PageCalls> = {}) {
  const pair = {
    ...catalogue,
    models: [{ ...catalogue.models[0], id: "change", family: "deep-diff", variant: "raw-c" }, catalogue.models[1]],
    examples: [{ ...catalogue.examples[0], id: "pair", b: { file: "examples/b.csv", bytes: 1, sha256: "" } }],
  };
  const openModel: Answer<PageCalls, "openModel"> = ({ model: { file, sha256 } }) =>
    file === "h1.safetensors"
      ? { card, file, sha256, verified: true, attends: ATTENDS }
      : { card: changeCard, file, sha256: sha256 ?? "own", verified: true, attends: CHANGE_ATTENDS };
  const predictChange: Answer<PageCalls, "predictChange"> = ({ preparations }) => ({
    model: { card: changeCard, file: "", sha256: "k562", verified: true, attends: CHANGE_ATTENDS },
    preparations,
    device: cpu,
    genes: ["a", "b", "c"],
    foldChange: Float32Array.of(2, -1, 3),
  });
  return started({
    predictChange,
    catalogue: () => pair,
    openModel,
    readTable: ({ table: { file } }) => table(file),
    ...own,
  });
}
const csv = (name: string): File => new File(["gene,bin,x\n"], name);

test("a model of a change needs two tables, and says which is missing", async () => {
  const { session } = await startedWithChange();
  assert.equal(whyNot(session.state), "Give it the tables of both cell types, A: K562 and B: H1.");
  await session.openFiles([csv("one.csv")]);
  assert.equal(session.state.table?.file, "one.csv");
  assert.equal(
    whyNot(session.state),
    "Give it the table of B: H1 too: this model predicts the change from one cell type to the other.",
  );
  await session.openFiles([csv("two.csv")]);
  assert.equal(session.state.tableB?.file, "two.csv");
  assert.equal(whyNot(session.state), undefined);
});

test("two tables that are dropped at once are A and B in that order, unless their names say otherwise", async () => {
  const { session } = await startedWithChange();
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  assert.deepEqual([session.state.table?.file, session.state.tableB?.file], ["one.csv", "two.csv"]);
  await session.openFiles([csv("my-H1.csv"), csv("k562.csv")]);
  assert.deepEqual([session.state.table?.file, session.state.tableB?.file], ["k562.csv", "my-H1.csv"]);
});

test("a table whose name speaks of B is B's though A's is missing, and a third one asks where it belongs", async () => {
  const { session } = await startedWithChange();
  await session.openFiles([csv("H1.csv")]);
  assert.deepEqual([session.state.table, session.state.tableB?.file], [undefined, "H1.csv"]);
  await session.openFiles([csv("other.csv")]);
  await session.openFiles([csv("third.csv")]);
  assert.deepEqual([session.state.table?.file, session.state.problems.data?.code], ["other.csv", "which-table"]);
  await session.openFile(csv("third.csv"), "b");
  assert.equal(session.state.tableB?.file, "third.csv");
});

test("a run of a change takes the place of the results before it, and says in which cell type genes are higher", async () => {
  const { session } = await startedWithChange();
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  await session.run();
  assert.deepEqual(
    session.state.change?.tables.map(({ file }) => file),
    ["one.csv", "two.csv"],
  );
  assert.equal(session.state.announcement, "Done. 2 of 3 genes are predicted higher in H1, the others in K562.");
  assert(isCurrent(session.state));
  await session.swapTables();
  assert.deepEqual([session.state.table?.file, session.state.tableB?.file], ["two.csv", "one.csv"]);
  assert(!isCurrent(session.state), "swapped tables are another run");
  await session.openModel(session.state.catalogue!.models[1]);
  await session.run();
  assert.deepEqual([session.state.change, session.state.run?.table.file], [undefined, "two.csv"]);
});

test("what the tables lack for a model of a change is said of A or of B", async () => {
  const understand: Answer<PageCalls, "understand"> = ({ cell }) =>
    cell === "b" ? understanding({ bins: { table: 2, model: 4, selectable: null }, runs: false }) : understanding();
  const { session } = await startedWithChange({ understand });
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  assert.equal(whyNot(session.state), "B: The table has 2 bins a gene, the model takes 4.");
});

test("an example pair is read as A and B and run", async () => {
  const { session, worker } = await startedWithChange();
  await session.tryExample(session.state.catalogue!.examples[0]);
  assert.deepEqual(
    [session.state.table?.file, session.state.tableB?.file, session.state.tableB?.simulated],
    ["example.csv.gz", "b.csv", true],
  );
  assert(worker.calls.includes("predictChange"));
});

test("bins and scales that are accepted for B are B's alone", async () => {
  const understand = () => understanding({ bins: { table: 8, model: 4, selectable: [3, 6] } });
  const { session } = await startedWithChange({ understand });
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  session.acceptBins(true, "b");
  assert.deepEqual([session.state.accepted.selectBins, session.state.acceptedB.selectBins], [false, true]);
  assert.match(whyNot(session.state)!, /^A: /);
});

/** Opens a model of tracks, whatever is asked for. */
const ofTracks = {
  openModel: () => ({
    card: trackCard,
    file: "tracks",
    sha256: "tracks",
    verified: true,
    attends: ATTENDS,
    shape: TRACK_SHAPE,
  }),
  readSequences: ({ source }: { source: { file: string } }) => ({
    file: source.file,
    records: [{ name: "one", description: "", length: 64, lower: 0, unknown: 0, iupac: {} }],
  }),
};
const dropped = (name: string, text: string): File => new File([text], name);

test("a sequence goes to a model of tracks, dropped or pasted, and a table does not", async () => {
  const { session, worker } = await started(ofTracks);
  const sequences = await session.sequences;
  assert.equal(sequences.state.model?.sha256, "tracks");
  assert.equal(whyNot(session.state), "This model reads a sequence.");
  await session.openFiles([dropped("a.fa", ">one\nACGT\n")]);
  assert.equal(sequences.state.sequences?.file, "a.fa");
  await session.openText(">two\nACGT\n");
  assert.equal(sequences.state.sequences?.file, "pasted sequence");
  await session.openFile(dropped("t.csv", "gene,bin,H3K4me3\nA,1,2\n"));
  assert.equal(sequences.state.problems.data?.code, "another-family");
  assert(!worker.calls.includes("readTable"));
});

test("of a sequence and a track that are dropped together the sequence is read first", async () => {
  const { session } = await started(ofTracks);
  const sequences = await session.sequences;
  await session.openFiles([dropped("t.bedgraph", "chr1\t0\t10\t1\n"), dropped("a.fa", ">one\nACGT\n")]);
  assert.equal(sequences.state.sequences?.file, "a.fa");
  assert.deepEqual(
    sequences.state.waiting.map(({ file }) => file),
    ["t.bedgraph"],
    "there is nothing to lie under yet",
  );
});

test("signal files that come before a model are not lost without a word", async () => {
  const session = new Session(new FakeWorker(answers()), "https://example.org/catalogue.json");
  await session.openFiles([dropped("H3K4me3.bedgraph", "chr1\t0\t10\t1\n")]);
  assert.match(session.state.problems.data?.message ?? "", /^H3K4me3\.bedgraph: .* none is open/);
});

test("a sequence and variants given to a model of tables are refused with what they are; signal and genes go to where tables are made", async () => {
  const { session, worker } = await started();
  for (const [name, text, what] of [
    ["a.fa", ">one\nACGT\n", /a sequence \(FASTA\)/],
    ["v.vcf", "##fileformat=VCFv4.3\n", /variants \(VCF\)/],
  ] as const) {
    await session.openFile(dropped(name, text));
    assert.match(session.state.problems.data?.message ?? "", what);
  }
  await session.openFiles([
    dropped("H3K4me3.bedgraph", "chr1\t0\t10\t1\n"),
    dropped("genes.bed", "chr1\t5\t6\tA\t0\t+\n"),
  ]);
  const { signals, annotation } = session.state.preparing!.state;
  assert.deepEqual(
    [signals.map(({ name, mark }) => [name, mark]), annotation?.name],
    [[["H3K4me3.bedgraph", "H3K4me3"]], "genes.bed"],
  );
  session.closePrepare();
  assert.equal(typeof session.state.preparing, "undefined");
  await session.prepare();
  assert.equal(session.state.preparing?.state.signals.length, 1, "files are there when it is opened again");
  assert(!worker.calls.includes("readTable"));
});
