import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalogue, DeviceReport, Model, ModelCard, Understanding, WorkOptions } from "../../../pkg/src/index";
import { fileInWords } from "../../src/tasks/shared/methods";
import type { PrepareSession } from "../../src/prepare/session";
import { modelRecord } from "../../src/tasks/shared/run/record";
import { Session } from "../../src/session/session";
import type { ChangeWork } from "../../src/tasks/genes/change/session";
import { contributionsOf } from "../../src/tasks/genes/contributions-known";
import type { OnOffWork } from "../../src/tasks/genes/on-off/session";
import { SequenceSession } from "../../src/tasks/tracks/session";
import {
  type ModelRequest,
  type OpenedModel,
  openedModel,
  type ReadTable,
  type TableRequest,
} from "../../src/session/opened";
import type { Contributions } from "../../src/explain/result";
import { WorkerError } from "../../src/rpc/errors";
import type { PageCalls } from "../../src/worker/calls";
import { exportable } from "../../src/tasks/genes/saved/page";
import type { AnyWork } from "../../src/tasks/genes/session";
import { shareOf } from "../../src/tasks/genes/result";
import { capture as captureGenes } from "../../src/tasks/genes/saved/workspace";
import { Files } from "../../src/session/restoring";
import { capture, withHashes } from "../../src/workspace/capture";
import { restore } from "../../src/workspace/workspaces";
import type { Workspace } from "../../src/session/workspace-types";
import { type Answer, type Answers, FakeWorker, type Some } from "../fakes/worker";
import { CHANGE_DESCRIPTION, DESCRIPTION, TRACK_DESCRIPTION } from "../fakes/descriptions";
import { calibratedCard, card, changeCard, ensembleCard } from "../fakes/engine";
import { TRACK_SHAPE, trackCard } from "../fakes/tracks";

const CATALOGUE_URL = "https://host.test/sub/models/catalogue.json";
const catalogue: Catalogue = {
  format_version: 1,
  models: ["k562", "h1"].map((id) => ({
    ...{
      id,
      file: `${id}.safetensors`,
      name: id,
      description: DESCRIPTION,
      family: "attentive-chrome",
      variant: "lstm-alpha-beta",
      bytes: 2,
      sha256: id,
    },
    ...(id === "k562"
      ? { ensemble: { file: "k562-5.safetensors", bytes: 9, sha256: "k562, 5 seeds", members: 5 } }
      : {}),
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

/** Immediate answers of a worker; a test answers itself what it tests. */
function answers(own: Answers<PageCalls> = {}): Answers<PageCalls> {
  let [model, modelFile] = ["", ""];
  let read = table("");
  let kept = 0;
  return {
    catalogue: () => catalogue,
    openModel: ({ model: { file, sha256 = "own" } }) => {
      [model, modelFile] = [sha256, file];
      return { card, description: DESCRIPTION, file, sha256, verified: sha256 !== "own" };
    },
    useDevice: () => cpu,
    readTable: ({ table: { file } }) => (read = table(file)),
    understand: () => understanding(),
    predict: ({ preparations: [preparation] }) => ({
      model: { card, file: modelFile, sha256: model, verified: true, description: DESCRIPTION },
      tables: [read],
      preparations: [preparation],
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
        model: { card, file, sha256, verified: true, description: DESCRIPTION },
        tables: [read],
        preparations: [{}],
        genes: read.genes,
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
  return { worker, session, work: await onOffOf(session) };
}

/** Work of a session on tables of one cell type. */
async function onOffOf(session: Session): Promise<OnOffWork> {
  return (await session.task("on-off")) as unknown as OnOffWork;
}

/** Work of a session on sequences. */
async function sequencesOf(session: Session): Promise<SequenceSession> {
  const task = await session.task("tracks");
  return "work" in task && task.work instanceof SequenceSession ? task.work : assert.fail();
}

test("the page starts with the catalogue's first model open and a device ready", async () => {
  const { session, work } = await started();
  assert.equal(session.state.model?.id, "k562");
  assert.deepEqual(session.state.device, cpu);
  assert.equal(work.whyNot, "Add a table, or open the example.");
});

test("models and examples are addressed beside the catalogue, below any path", async () => {
  const urls: string[] = [];
  const note = (source: ModelRequest | TableRequest): void => void ("url" in source && urls.push(source.url));
  const { session } = await started({
    openModel: ({ model }) => (
      note(model),
      { card, description: DESCRIPTION, file: "", sha256: "k562", verified: true }
    ),
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
  const work = await onOffOf(session);
  await session.start({ model: "h1", example: "example", device: "webgpu" });
  assert.equal(session.state.model?.id, "h1");
  assert.equal(session.state.choice, "webgpu");
  assert.equal(work.state.run?.probability.length, 2);
  assert.equal(work.tables.state.a.table?.simulated, true);
});

test("an example that the address wishes for without a model opens the first that reads it", async () => {
  const change = {
    ...catalogue.models[0],
    id: "change",
    description: CHANGE_DESCRIPTION,
    family: "deep-diff",
    variant: "raw-c",
  };
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
  const work = await onOffOf(session);
  const starting = session.start({ model: "h1", example: "example" });
  await session.openModelFile(new Blob(["x"]), { name: "mine.safetensors" });
  arrive(catalogue);
  await starting;
  assert.equal(session.state.model?.sha256, "own");
  assert.equal(work.tables.state.a.table, undefined);
  assert.equal(session.state.catalogue?.models.length, 2);
});

test("a table that the user gives while the first model is opened is not replaced by the address's example", async () => {
  let arrive = (_: Some<OpenedModel>): void => {};
  const worker = new FakeWorker(answers({ openModel: () => new Promise((resolve) => (arrive = resolve)) }));
  const session = new Session(worker, CATALOGUE_URL);
  const work = await onOffOf(session);
  const starting = session.start({ example: "example" });
  await Promise.resolve();
  await work.tables.readOwn(new Blob(["x"]), "mine.csv");
  arrive({ card, description: DESCRIPTION, file: "", sha256: "k562", verified: true });
  await starting;
  assert.equal(session.state.model?.id, "k562");
  assert.equal(work.tables.state.a.table?.file, "mine.csv");
});

test("nothing is run while it is told what a chosen file is", async () => {
  const { session, work } = await started();
  await work.tables.readOwn(new Blob(["x"]), "before.csv");
  assert.equal(work.whyNot, undefined);
  const opening = session.openFile(new File(["gene,bin,H3K4me3\n"], "after.csv"));
  assert.equal(work.whyNot, "The file is being checked.");
  await opening;
  assert.equal(work.whyNot, undefined);
  assert.equal(work.tables.state.a.table?.file, "after.csv");
});

test("members of an ensemble are asked about the gene in view; what comes of another gene is dropped", async () => {
  const answer = new Map<number, () => void>();
  const signals = new Map<number, AbortSignal | undefined>();
  const none = { sd: new Float32Array(), low: new Float32Array(), high: new Float32Array() };
  const { worker, work } = await started({
    attentionSpread: ({ index }, { signal }) => {
      signals.set(index, signal);
      return new Promise((resolve) => answer.set(index, () => resolve({ index, alpha: none, beta: none })));
    },
  });
  await work.tables.readOwn(new Blob(["x"]), "mine.csv");
  await work.run();
  assert(!worker.calls.includes("attentionSpread"), "a single model has no spread");
  const { predict } = worker.answers;
  worker.answers.predict = async (request, options) => {
    const run = await predict!(request, options);
    return { ...run, model: { ...run.model, card: ensembleCard } };
  };
  await work.run();
  const shown = () => work.state.spread?.index;
  await work.selectGene(0);
  assert(signals.get(1)?.aborted, "it is not computed further");
  assert.equal(signals.get(0)?.aborted, false);
  answer.get(1)!();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(shown(), undefined);
  answer.get(0)!();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(shown(), 0);
  await work.selectGene(1);
  assert.equal(signals.get(1)?.aborted, false);
  work.forgetResults();
  assert(signals.get(1)?.aborted, "nor once the run is dropped");
});

test("probabilities are compared with the table's labels, and measured ones go before them", async () => {
  const asked: (Uint8Array | undefined)[] = [];
  const labels = Uint8Array.of(0, 1);
  const { worker, work } = await started({
    readTable: ({ table: { file } }) => ({ ...table(file), labels: file === "labelled.csv" ? labels : undefined }),
    reliability: ({ labels }) => (asked.push(labels), { n: 2, brier: 0.25, calibrationError: 0.5, bins: [] }),
    readExpression: () => ({ file: "tpm.csv", values: Float32Array.of(1, 2), labels, known: Uint32Array.of(0, 1) }),
  });
  await work.tables.readOwn(new Blob(["x"]), "bare.csv");
  await work.run();
  assert(!worker.calls.includes("reliability"), "nothing is known of these genes");
  await work.tables.readOwn(new Blob(["x"]), "labelled.csv");
  await work.run();
  await work.readMeasured({ blob: new Blob(["x"]), file: "tpm.csv" });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, [undefined, labels]);
  assert.deepEqual(work.state.reliability, { found: { n: 2, brier: 0.25, calibrationError: 0.5, bins: [] } });
  worker.answers.reliability = fails("engine");
  work.forgetMeasured();
  assert.equal(work.state.reliability, undefined, "that of other labels does not stand meanwhile");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(work.state.reliability, { unknown: "bad: engine" });
  work.forgetResults();
  assert.equal(work.state.reliability, undefined);
});

test("a user's own table is not run before it is asked for", async () => {
  const { worker, work } = await started();
  await work.tables.readOwn(new Blob(["x"]), "mine.csv");
  assert(!worker.calls.includes("predict"));
  assert.equal(work.whyNot, undefined);
});

test("a run selects the gene with the highest probability", async () => {
  const { session, work } = await started();
  await work.tables.readOwn(new Blob(["x"]), "mine.csv");
  await work.run();
  assert.equal(work.state.selected, 1);
  assert.equal(work.state.gene?.index, 1);
  assert(work.isCurrent);
  assert.match(session.state.announcement, /1 of 2 genes are predicted on/);
});

test("a table that cannot be read leaves the table, the results and the model as they were", async () => {
  const { worker, session, work } = await started();
  await work.tables.readOwn(new Blob(["x"]), "good.csv");
  await work.run();
  const now = () => {
    const { table, understanding } = work.tables.state.a;
    return [table, understanding, work.state.run, session.state.model];
  };
  const before = now();
  worker.answers.readTable = fails("empty");
  await work.tables.readOwn(new Blob([""]), "empty.csv");
  assert.deepEqual(now(), before);
  assert.equal(work.tables.state.problems.a?.code, "empty");
  work.tables.dismiss("a");
  assert.equal(work.tables.state.problems.a, undefined);
});

test("an example that is not there any more is an error that names it, where a value is to stand in for its mark", async (t) => {
  const mark = card.marks[0]!;
  const known = { ...card, input_distribution: [{ mark, mean: 1.5 }] } as unknown as ModelCard;
  const { worker, work } = await started({
    openModel: ({ model: { file } }) => ({
      ...{ card: known, description: DESCRIPTION, file, sha256: "k562", verified: true },
    }),
    understand: () =>
      understanding({ marks: card.marks.map((each) => ({ mark: each, column: each === mark ? null : 1 })) }),
  });
  await work.tables.read(
    { url: "https://host.test/models/example.csv.gz", file: "example.csv.gz" },
    { id: "example" },
    "a",
  );
  const before = work.tables.state.a.table;
  const asked = worker.calls.length;
  t.mock.method(globalThis, "fetch", async () => new Response("gene,bin\nNot,found\n", { status: 404 }));
  await work.tables.standIn("a");
  assert.equal(work.tables.state.a.table, before);
  assert.equal(worker.calls.length, asked, "nothing of it was read");
  const problem = work.tables.state.problems.a;
  assert.match(problem?.message ?? "", /^example\.csv\.gz could not be loaded: the server answered 404/);
  assert.match(problem?.remedy ?? "", /try again/);
});

test("a model that cannot be opened leaves the one before in place", async () => {
  const { worker, session } = await started();
  worker.answers.openModel = fails("hash-mismatch");
  await session.openModel(catalogue.models[1]);
  assert.equal(session.state.model?.id, "k562");
  assert.equal(session.state.problems.model?.code, "hash-mismatch");
});

test("after another model is opened the table and the results stay, and a new run is offered", async () => {
  const { session, work } = await started();
  await work.tables.readOwn(new Blob(["x"]), "mine.csv");
  await work.run();
  await session.openModel(catalogue.models[1]);
  assert.equal(work.tables.state.a.table?.file, "mine.csv");
  assert.notEqual(work.state.run, undefined);
  assert.equal(work.isCurrent, false);
  assert.equal(work.whyNot, undefined);
});

test("a table with more bins runs only once its middle is accepted", async () => {
  const wide = understanding({ bins: { table: 200, model: 100, selectable: [51, 150] } });
  const { work } = await started({ understand: () => wide });
  await work.tables.readOwn(new Blob(["x"]), "wide.csv");
  assert.match(work.whyNot ?? "", /200 bins per gene; the model needs 100/);
  work.tables.acceptBins(true);
  assert.equal(work.whyNot, undefined);
  await work.run();
  assert.deepEqual(work.state.run?.preparations[0].selectBins, [51, 150]);
});

test("an accepted rescale is recorded with the run, and changing it makes the results old", async () => {
  const doubled = understanding({ deviations: [{ code: "doubled", mark: "H3K4me3", message: "", factor: 0.5 }] });
  const { work } = await started({ understand: () => doubled });
  await work.tables.readOwn(new Blob(["x"]), "doubled.csv");
  work.tables.acceptRescale(0, true);
  await work.run();
  assert.deepEqual(work.state.run?.preparations[0].scale, { H3K4me3: 0.5 });
  work.tables.acceptRescale(0, false);
  assert.equal(work.isCurrent, false);
});

test("what was accepted for one table is not carried over to the next", async () => {
  const { work } = await started({
    understand: () => understanding({ bins: { table: 200, model: 100, selectable: [51, 150] } }),
  });
  await work.tables.readOwn(new Blob(["x"]), "wide.csv");
  work.tables.acceptBins(true);
  await work.tables.readOwn(new Blob(["x"]), "another.csv");
  assert.equal(work.tables.state.a.accepted.selectBins, false);
});

test("a cancelled run shows no error, and the page can run again", async () => {
  const waiting = (_: unknown, { signal }: WorkOptions): Promise<never> =>
    new Promise((_, reject) =>
      signal?.addEventListener("abort", () =>
        reject(new WorkerError({ name: "AbortError", code: "cancelled", message: "" })),
      ),
    );
  const { session, work } = await started({ predict: waiting });
  await work.tables.readOwn(new Blob(["x"]), "mine.csv");
  const run = work.run();
  assert.notEqual(work.state.doing.run, undefined);
  work.cancel("run");
  await run;
  assert.equal(work.state.doing.run, undefined);
  assert.deepEqual(work.state.problems.run, undefined);
  assert.equal(session.state.announcement, "Cancelled.");
});

test("of two tables chosen one after the other, the later counts, whichever is read first", async () => {
  const replies: ((table: ReadTable) => void)[] = [];
  const { work } = await started({ readTable: () => new Promise((resolve) => replies.push(resolve)) });
  const reads = [work.tables.readOwn(new Blob(["1"]), "first.csv"), work.tables.readOwn(new Blob(["2"]), "second.csv")];
  replies[1](table("second.csv"));
  replies[0](table("first.csv"));
  await Promise.all(reads);
  assert.equal(work.tables.state.a.table?.file, "second.csv");
});

test("a dropped file is a model or a table by its content", async () => {
  const { worker, session, work } = await started();
  const header = new Uint8Array([120, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22]);
  await session.openFile(new File([header], "weights.bin"));
  assert.equal(session.state.model?.id, undefined);
  assert.equal(session.state.model?.verified, false);
  await session.openFile(new File(["gene,bin,H3K4me3\n"], "table.csv"));
  assert.equal(work.tables.state.a.table?.file, "table.csv");
  assert.deepEqual(worker.calls.slice(-2), ["readTable", "understand"]);
});

test("the user's copy of a file that the site lists is verified, in whichever weights; another file is not", async () => {
  for (const [sha256, verified] of [
    ["h1", true],
    ["k562, 5 seeds", true],
    ["own", false],
  ] as const) {
    const opens: { opened?: OpenedModel } = {};
    const { session, work } = await started({
      openModel: ({ model: { file, listed } }) =>
        (opens.opened = openedModel(
          { card, description: DESCRIPTION, sha256, verified: false } as Model,
          file,
          listed,
        )),
      // The worker says of a run's model what it said when that was opened.
      predict: () => ({
        ...{ model: opens.opened!, tables: [table("mine.csv")], preparations: [{}], device: cpu },
        probability: Float32Array.of(0.2, 0.9),
      }),
    });
    await session.openModelFile(new File(["{}"], "copied.safetensors"));
    const { model } = session.state;
    assert.equal(model?.file, "copied.safetensors");
    assert.equal(model.verified, verified, "the chip and the card");
    assert.equal(/not one that the site lists/.test(fileInWords(model)), !verified, "the methods");
    await work.tables.readOwn(new Blob(["x"]), "mine.csv");
    await work.run();
    assert.equal(work.state.run?.model.verified, verified, "the results");
    assert.equal(modelRecord(work.state.run!.model).verified, verified, "the record of the run");
    // Opened again, it is what it was.
    await session.reopen(sha256);
    assert.equal(session.state.model?.verified, verified);
  }
});

test("a file that only its hash was asked for is verified where no list says otherwise", () => {
  const runner = { card, description: DESCRIPTION, sha256: "own", verified: true } as Model;
  assert.equal(openedModel(runner, "a.safetensors").verified, true);
  assert.equal(openedModel(runner, "a.safetensors", ["other"]).verified, false);
  assert.equal(openedModel(runner, "a.safetensors", ["other", "own"]).verified, true);
});

test("a page of one file says of its model what the site said that wrote it", async () => {
  for (const verified of [true, false]) {
    const { session } = await started({
      catalogue: fails("download-failed"),
      openModel: ({ model: { file, listed } }) =>
        openedModel({ card, description: DESCRIPTION, sha256: "own", verified: true } as Model, file, listed),
    });
    await session.openModelFile(new File(["{}"], "copied.safetensors"), { sha256: "own", verified });
    assert.equal(session.state.model?.verified, verified);
  }
});

test("a site without a catalogue says so and still opens the user's files", async () => {
  const { session } = await started({ catalogue: fails("download-failed") });
  assert.equal(session.state.problems.site?.code, "download-failed");
  await session.openModelFile(new File(["{}"], "mine.safetensors"));
  assert.equal(session.state.model?.file, "mine.safetensors");
});

/** A session with a finished run. */
async function finished(own: Answers<PageCalls> = {}) {
  const { worker, session, work } = await started(own);
  await work.tables.readOwn(new Blob(["x"]), "mine.csv");
  await work.run();
  return { worker, session, work };
}

test("several seeds are taken where the catalogue has them, and the choice is kept for other models", async () => {
  const files: string[] = [];
  const { worker, session } = await started();
  const open = worker.answers.openModel!;
  worker.answers.openModel = (request, options) => (files.push(request.model.file), open(request, options));
  await session.chooseWeights("ensemble");
  assert.deepEqual(
    [session.state.model?.id, session.state.model?.weights, session.state.model?.sha256],
    ["k562", "ensemble", "k562, 5 seeds"],
  );
  await session.openModel(catalogue.models[1]);
  assert.equal(session.state.model?.weights, "float16", "there is no other file of it");
  await session.openModel(catalogue.models[0]);
  await session.chooseWeights("float16");
  assert.deepEqual(files, ["k562-5.safetensors", "h1.safetensors", "k562-5.safetensors", "k562.safetensors"]);
});

test("a kept run is compared once there are two, at the gene that differs most", async () => {
  const { session, work } = await finished();
  await work.comparing.keepRun();
  assert.deepEqual(
    [work.comparing.state.kept.map(({ letter }) => letter), work.comparing.state.comparison],
    [["A"], undefined],
  );
  await work.comparing.keepRun();
  assert.equal(work.comparing.state.kept.length, 1, "the same run is kept once");
  await session.openModel(catalogue.models[1]);
  await work.run();
  await work.comparing.keepRun();
  assert.deepEqual(
    work.comparing.state.kept.map(({ run }) => run.model.sha256),
    ["k562", "h1"],
  );
  assert.deepEqual(work.comparing.state.comparison?.genes, ["a", "b"]);
  assert.equal(work.comparing.state.comparedGene?.details?.length, 2);
});

test("another model is run on the same table at once; both runs are kept, and the open model stays", async () => {
  const { worker, session, work } = await finished();
  await work.comparing.compareWith(catalogue.models[1]);
  const { kept, comparison, comparedGene } = work.comparing.state;
  const { run } = work.state;
  const { model } = session.state;
  assert.deepEqual(
    kept.map(({ letter, run, deviations }) => [letter, run.model.sha256, deviations]),
    [
      ["A", "k562", []],
      ["B", "h1", ["twice the depth"]],
    ],
  );
  assert.equal(kept[1].run.tables[0], run?.tables[0]);
  assert.deepEqual([comparison?.genes, comparedGene?.index, model?.id], [["a", "b"], 1, "k562"]);
  assert.deepEqual(worker.calls.slice(-5), ["gene", "keep", "compareWith", "gene", "gene"]);
});

test("there is one selection: the gene of the results is compared, and the one that is compared is theirs", async () => {
  const { work } = await finished();
  await work.selectGene(0);
  await work.comparing.compareWith(catalogue.models[1]);
  assert.equal(work.comparing.state.comparedGene?.index, 0, "not the one that differs most");
  await work.comparing.compareGene(1);
  assert.equal(work.state.selected, 1);
  await work.selectGene(0);
  assert.equal(work.comparing.state.comparedGene?.index, 0);
  await work.run();
  assert.equal(work.state.selected, 0, "a new run shows the gene that is compared, not its own first");
});

test("the gene that is compared is explained in each run by its own model, alike, once", async () => {
  const asked: unknown[] = [];
  const { work } = await finished({
    sharesOfKept: ({ kept, index, baseline, model: { file } }) => {
      asked.push([kept, index, baseline, file]);
      return [{ value: kept }, { value: index, range: [index - 1, index] }];
    },
  });
  await work.comparing.compareWith(catalogue.models[1]);
  await work.comparing.explain();
  await work.comparing.explain();
  assert.deepEqual(asked, [
    [1, 1, "zero", "k562.safetensors"],
    [2, 1, "zero", "h1.safetensors"],
  ]);
  const { comparedGene, doing } = work.comparing.state;
  assert.deepEqual(
    [comparedGene?.shares, doing.shares],
    [[1, 2].map((kept) => [{ value: kept }, { value: 1, range: [0, 1] }]), undefined],
  );
  await work.comparing.compareGene(0);
  assert.equal(work.comparing.state.comparedGene?.shares, undefined, "those of another gene are asked for anew");
  await work.comparing.explain();
  assert.deepEqual(work.comparing.state.comparedGene?.shares?.[1], [{ value: 2 }, { value: 0, range: [-1, 0] }]);
});

test("contributions of a gene that was left and chosen again are those of all runs, not of the first", async () => {
  let go = (): void => {};
  const { work } = await finished({
    sharesOfKept: async ({ kept }) => {
      await new Promise<void>((resolve) => (go = resolve));
      return [{ value: kept }];
    },
  });
  const { comparing } = work;
  await comparing.compareWith(catalogue.models[1]);
  const left = comparing.explain();
  await comparing.compareGene(0);
  await comparing.compareGene(1);
  go();
  await left;
  assert.equal(comparing.state.comparedGene?.shares, undefined);
});

test("contributions that cannot be found are told of, and asked for again once that is read", async () => {
  let calls = 0;
  const { work } = await finished({ sharesOfKept: () => (calls++, fails("no-file")()) });
  await work.comparing.compareWith(catalogue.models[1]);
  await work.comparing.explain();
  await work.comparing.explain();
  assert.deepEqual([calls, work.comparing.state.problems.shares?.code], [1, "no-file"]);
  work.comparing.dismiss("shares");
  await work.comparing.explain();
  assert.equal(calls, 2);
});

test("a run to compare with is cancelled, and the first stays kept", async () => {
  const waiting = (_: unknown, { signal }: WorkOptions): Promise<never> =>
    new Promise((_, reject) =>
      signal?.addEventListener("abort", () =>
        reject(new WorkerError({ name: "AbortError", code: "cancelled", message: "" })),
      ),
    );
  const { work } = await finished({ compareWith: waiting });
  const comparing = work.comparing.compareWith(catalogue.models[1]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.notEqual(work.comparing.state.doing.run, undefined);
  work.comparing.stop();
  await comparing;
  assert.deepEqual(
    [work.comparing.state.doing.run, work.comparing.state.kept.length, work.comparing.state.problems.run],
    [undefined, 1, undefined],
  );
});

test("a removed run comes back to its place, and its memory is given back once another is removed", async () => {
  const { worker, work } = await finished();
  await work.comparing.compareWith(catalogue.models[1]);
  const [first, second] = work.comparing.state.kept;
  await work.comparing.removeKept(first.id);
  assert.deepEqual(
    [work.comparing.state.kept, work.comparing.state.comparison, work.comparing.state.removed?.at],
    [[second], undefined, 0],
  );
  assert(!worker.calls.includes("release"));
  await work.comparing.undoRemove();
  assert.deepEqual(
    [work.comparing.state.kept, work.comparing.state.comparison?.genes.length, work.comparing.state.removed],
    [[first, second], 2, undefined],
  );
  await work.comparing.removeKept(first.id);
  await work.comparing.removeKept(second.id);
  assert.equal(worker.calls.filter((call) => call === "release").length, 1);
  assert.equal(work.comparing.state.removed?.kept, second);
});

test("letters of runs are not given twice while a removed run may come back", async () => {
  const { work } = await finished();
  await work.comparing.compareWith(catalogue.models[1]);
  await work.comparing.removeKept(work.comparing.state.kept[0].id);
  await work.comparing.keepRun();
  assert.deepEqual(
    work.comparing.state.kept.map(({ letter }) => letter),
    ["B", "C"],
  );
});

/** Saves the page as a workspace would, and brings that back on another page. */
async function broughtBack(session: Session, own: Answers<PageCalls> = {}) {
  const snapshot = await capture(session);
  const workspace = JSON.parse(JSON.stringify(await withHashes(snapshot))) as Workspace;
  const other = await started(own);
  const missing = await restore(other.session, { ...snapshot, workspace });
  const again = JSON.parse(JSON.stringify(await withHashes(await capture(other.session)))) as Workspace;
  assert.deepEqual({ ...again, date: "" }, { ...workspace, date: "" }, "saved again it is the same");
  return { ...other, missing, workspace };
}

test("kept runs come back under their letters, with the gene that was looked at and what their values differ by", async () => {
  const understand = (): Understanding =>
    understanding({ deviations: [{ mark: "x", factor: null, message: "twice the depth" }] as never });
  const { session, work } = await finished({ understand });
  await session.openFiles([csv("mine.csv")]);
  await work.run();
  await work.comparing.compareWith(catalogue.models[1]);
  const [first] = work.comparing.state.kept;
  await work.comparing.removeKept(first.id);
  await work.comparing.keepRun();
  const { comparison, kept } = work.comparing.state;
  assert.deepEqual(
    kept.map(({ letter }) => letter),
    ["B", "C"],
  );
  const differsMost = work.comparing.state.comparedGene!.index;
  await work.comparing.compareGene(1 - differsMost);
  const back = await broughtBack(session, { understand });
  assert.deepEqual(back.missing, []);
  const { state } = back.work.comparing;
  assert.deepEqual(
    state.kept.map(({ letter, run }) => [letter, run.model.sha256]),
    [
      ["B", "h1"],
      ["C", "k562"],
    ],
  );
  assert.deepEqual(
    state.kept.map(({ deviations }) => deviations.length),
    [1, 1],
  );
  assert.equal(state.comparison!.genes[state.comparedGene!.index], comparison!.genes[1 - differsMost]);
});

test("symbols and the changed signal of all genes come back, without the annotation being given again", async () => {
  const answersTo: Answers<PageCalls> = {
    readSymbols: () => [
      ["a", "GATA1"],
      ["z", "TP53"],
    ],
    changeAll: () => Float32Array.of(0.7, 0.1),
  };
  const { session, work } = await started(answersTo);
  await session.openFiles([csv("mine.csv")]);
  await session.openFiles([new File(['chr1\tx\tgene\t1\t9\t.\t+\t.\tgene_id "a";\n'], "genes.gtf")]);
  await work.run();
  await work.changeAll([{ mark: 0, cell: undefined, bins: [1, 4], to: { kind: "zero" } }]);
  work.set({ listing: { ...work.state.listing, search: "gata" } });
  const back = await broughtBack(session, { ...answersTo, readSymbols: () => assert.fail("it is not read again") });
  assert.deepEqual(back.missing, []);
  // Only the genes of the table are kept.
  assert.deepEqual([...back.work.tables.state.symbols!], [["a", "GATA1"]]);
  assert.deepEqual(back.workspace.inputs.find(({ role }) => role === "symbols")!.text, '[["a","GATA1"]]');
  assert.equal(JSON.stringify(back.work.state.everywhere?.changes), JSON.stringify(work.state.everywhere?.changes));
  assert.deepEqual([...back.work.state.everywhere!.predicted], [...Float32Array.of(0.7, 0.1)]);
  assert.deepEqual(back.work.state.listing, work.state.listing);
});

test("a page of one file has the symbols and the measured expression of its genes, judged by the whole file", async () => {
  const measured = {
    ...{ file: "tpm.csv", median: 4, auroc: 1, on: 1, known: Uint32Array.of(0, 1) },
    ...{ values: Float32Array.of(1.5, 9), labels: Uint8Array.of(0, 1) },
  };
  let compared: unknown;
  const { session, work } = await started({
    readSymbols: () => [["b", "GATA1"]],
    readExpression: () => measured,
    compareExpression: (given) => {
      compared = given;
      return { ...measured, ...given };
    },
  });
  await session.openFiles([csv("mine.csv")]);
  await session.openFiles([new File(['chr1\tx\tgene\t1\t9\t.\t+\t.\tgene_id "b";\n'], "genes.gtf")]);
  await work.run();
  await work.readMeasured({ blob: new Blob([]), file: "tpm.csv" });
  const about = exportable(work.state.run!, work).about!([1]);
  assert.deepEqual(about, {
    symbols: [["b", "GATA1"]],
    measured: [{ of: "expression", file: "tpm.csv", values: [9], labels: [1], median: 4 }],
  });
  assert.deepEqual(exportable(work.state.run!, work).about!([0]).symbols, undefined);
  const both = exportable(work.state.run!, work).about!([0, 1]);
  work.forgetMeasured();
  await work.own.takeMeasured(both.measured![0]!);
  assert.deepEqual(compared, {
    ...{ file: "tpm.csv", median: 4, values: measured.values, labels: measured.labels },
  });
  assert.equal(work.state.measured?.median, 4);
  work.forgetMeasured();
  // Values of other genes are not taken.
  await work.own.takeMeasured(about.measured![0]!);
  assert.equal(work.state.measured, undefined);
});

test("a run that memory does not allow to keep is a problem that is shown", async () => {
  const { work } = await finished({ keep: fails("kept-memory") });
  await work.comparing.compareWith(catalogue.models[1]);
  assert.deepEqual([work.comparing.state.kept.length, work.comparing.state.problems.run?.code], [0, "kept-memory"]);
});

/** A session whose model is of a change from K562 to H1. */
async function startedWithChange(own: Answers<PageCalls> = {}) {
  const pair = {
    ...catalogue,
    models: [
      { ...catalogue.models[0], id: "change", description: CHANGE_DESCRIPTION, family: "deep-diff", variant: "raw-c" },
      catalogue.models[1],
    ],
    examples: [{ ...catalogue.examples[0], id: "pair", b: { file: "examples/b.csv", bytes: 1, sha256: "" } }],
  };
  const openModel: Answer<PageCalls, "openModel"> = ({ model: { file, sha256 } }) =>
    file === "h1.safetensors"
      ? { card, file, sha256, verified: true, description: DESCRIPTION }
      : { card: changeCard, file, sha256: sha256 ?? "own", verified: true, description: CHANGE_DESCRIPTION };
  const predict: Answer<PageCalls, "predict"> = ({ preparations }) => ({
    ...(preparations.length === 1
      ? {
          model: { card, file: "", sha256: "h1", verified: true, description: DESCRIPTION },
          probability: Float32Array.of(0.2, 0.9),
        }
      : {
          model: { card: changeCard, file: "", sha256: "k562", verified: true, description: CHANGE_DESCRIPTION },
          foldChange: Float32Array.of(2, -1, 3),
        }),
    preparations: [preparations[0]!, preparations[1]!] as const,
    device: cpu,
    genes: ["a", "b", "c"],
  });
  const { worker, session } = await started({
    predict,
    catalogue: () => pair,
    openModel,
    readTable: ({ table: { file } }) => table(file),
    ...own,
  });
  return { worker, session, work: (await session.task("change")) as unknown as ChangeWork };
}

const csv = (name: string): File => new File(["gene,bin,x\n"], name);

test("a model of a change needs two tables, and says which is missing", async () => {
  const { session, work } = await startedWithChange();
  assert.equal(work.whyNot, "Add the tables of both cell types, A: K562 and B: H1.");
  await session.openFiles([csv("one.csv")]);
  assert.equal(work.tables.state.a.table?.file, "one.csv");
  assert.equal(
    work.whyNot,
    "Add the table of B: H1 too: this model predicts the change from one cell type to the other.",
  );
  await session.openFiles([csv("two.csv")]);
  assert.equal(work.tables.state.b.table?.file, "two.csv");
  assert.equal(work.whyNot, undefined);
});

test("the word on the species stays while B's table or a copy is read, and goes with other genes of A", async () => {
  const genes = new Map([["others.csv", ["x", "y"]]]);
  const { work } = await startedWithChange({
    readTable: ({ table: { file } }) => ({ ...table(file), genes: genes.get(file) ?? ["a", "b"] }),
  });
  const { tables } = work;
  const after = async (file: string, cell: "a" | "b"): Promise<string | undefined> => {
    assert(await tables.readOwn(csv(file), file, cell));
    return tables.state.species;
  };
  assert.equal(await after("one.csv", "a"), undefined);
  tables.saySpecies("mouse");
  assert.equal(await after("two.csv", "b"), "mouse", "the first table of B");
  assert.equal(await after("others.csv", "b"), "mouse", "B's genes are not those that were asked of");
  assert.equal(await after("copy.csv", "a"), "mouse", "the same genes");
  assert.equal(await after("others.csv", "a"), undefined);
});

test("two tables that are being made of signal files are asked for by the names of their samples", async () => {
  const { work } = await startedWithChange();
  const [signals, tablesOf] = [[], () => ["liver.prepared.csv", "heart.prepared.csv"]];
  work.tables.set({ preparing: { state: { signals, made: [] }, tablesOf } as unknown as PrepareSession });
  assert.equal(work.whyNot, "Add the tables of both cell types, A: liver and B: heart.");
});

test("two tables that are dropped at once are A and B in that order, unless their names say otherwise", async () => {
  const { session, work } = await startedWithChange();
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  assert.deepEqual([work.tables.state.a.table?.file, work.tables.state.b.table?.file], ["one.csv", "two.csv"]);
  await session.openFiles([csv("my-H1.csv"), csv("k562.csv")]);
  assert.deepEqual([work.tables.state.a.table?.file, work.tables.state.b.table?.file], ["k562.csv", "my-H1.csv"]);
});

test("a table whose name speaks of B is B's though A's is missing, and a third one asks where it belongs", async () => {
  const { session, work } = await startedWithChange();
  await session.openFiles([csv("H1.csv")]);
  assert.deepEqual([work.tables.state.a.table, work.tables.state.b.table?.file], [undefined, "H1.csv"]);
  await session.openFiles([csv("other.csv")]);
  await session.openFiles([csv("third.csv")]);
  assert.deepEqual([work.tables.state.a.table?.file, work.tables.state.problems.a?.code], ["other.csv", "which-table"]);
  await session.openFile(csv("third.csv"), "b");
  assert.equal(work.tables.state.b.table?.file, "third.csv");
});

test("a run of a change takes the place of the results before it, and says in which cell type genes are higher", async () => {
  const { session, work } = await startedWithChange();
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  await work.run();
  assert.deepEqual(
    work.state.run?.tables.map(({ file }) => file),
    ["one.csv", "two.csv"],
  );
  assert.equal(session.state.announcement, "Done. 2 of 3 genes are predicted higher in H1, the others in K562.");
  assert(work.isCurrent);
  await work.tables.swap();
  assert.deepEqual([work.tables.state.a.table?.file, work.tables.state.b.table?.file], ["two.csv", "one.csv"]);
  assert(!work.isCurrent, "swapped tables are another run");
  await session.openModel(session.state.catalogue!.models[1]);
  const onOff = await onOffOf(session);
  await onOff.run();
  assert.deepEqual([work.state.run, onOff.state.run?.tables[0].file], [undefined, "two.csv"]);
});

test("the still picture of a changed gene is that of its view: contributions where these are known", async () => {
  const { session, work } = await startedWithChange();
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  await work.run();
  const run = Object.assign(work.state.run!, { marks: [] });
  const shown = (along: "alpha" | "integrated-gradients"): string | undefined => {
    work.own.showAlong(along);
    return work.own.picture?.saved;
  };
  assert.equal(shown("integrated-gradients"), undefined, "not found yet");
  const found = { values: new Float32Array(), baseline: "training-mean" } as Partial<Contributions> as Contributions;
  contributionsOf.set(run, new Map([[work.state.gene!.index, found]]));
  assert.match(shown("integrated-gradients")!, /contributions/);
  assert.equal(shown("alpha"), undefined, "attention is looked at");
});

test("a change has intervals where the card can promise them, which other cell types and another coverage change", async () => {
  const conformal = { scores: [0.5, 1], floor: 0, genes: 400, data: "genes" };
  const calibrated = { ...changeCard, conformal };
  const asked: number[] = [];
  const { session, work } = await startedWithChange({
    openModel: ({ model: { file, sha256 } }) => ({
      ...{ card: calibrated, file, sha256: sha256 ?? "own", verified: true, description: CHANGE_DESCRIPTION },
    }),
    predict: ({ preparations: [a, b] }) => ({
      model: { card: calibrated, file: "", sha256: "k562", verified: true, description: CHANGE_DESCRIPTION },
      ...{ foldChange: Float32Array.of(2, -1, 3), preparations: [a!, b!], device: cpu, genes: ["a", "b", "c"] },
    }),
    sets: ({ coverage }) => {
      asked.push(coverage);
      return {
        coverage,
        of: ["up", "up|down", "up"],
        intervals: { low: new Float32Array(3), high: new Float32Array(3) },
      };
    },
  });
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  await work.run();
  assert.deepEqual([work.state.sets?.coverage, asked], [0.9, [0.9]]);
  await work.cover(0.95);
  work.set({ listing: { ...work.state.listing, filter: "unsure" } });
  await work.sayCell("another");
  assert.deepEqual([work.state.sets, work.state.listing.filter], [undefined, "all"]);
  await work.cover(0.99);
  assert.ok(!work.state.sets, "another coverage promises nothing of other cell types");
  await work.sayCell("same");
  const { cell } = captureGenes(work, new Files(session));
  const { coverage } = session.active!.looked();
  assert.deepEqual([coverage, cell, asked], [0.99, "same", [0.9, 0.95, 0.99]]);
});

test("probabilities assume the share of on that was stated of a table, in its workspace too, until it is another table", async () => {
  const calibrated = { ...calibratedCard, conformal: { scores: [0.5, 1], floor: 0, genes: 400, data: "genes" } };
  const asked: (number | undefined)[] = [];
  const model = { card: calibrated, file: "", sha256: "k562", verified: true, description: DESCRIPTION };
  const found = (shareOn: number | undefined) => {
    asked.push(shareOn);
    return { model, shareOn, device: cpu, preparations: [{}] as const, probability: Float32Array.of(0.2, 0.9) };
  };
  const { session, work } = await started({
    openModel: () => model,
    predict: ({ shareOn }) => found(shareOn),
    assume: ({ shareOn }) => found(shareOn),
    sets: ({ coverage }) => ({ coverage, of: ["on"] }),
  });
  await session.openFiles([csv("one.csv")]);
  await work.run();
  assert(work.state.sets);
  const gene = work.state.selected;
  await work.assume(0.6);
  assert.deepEqual([shareOf(work.state.run), work.state.sets], [0.6, undefined], "sets hold for the calibration’s");
  assert.equal(work.state.selected, gene);
  assert.deepEqual((await capture(session)).workspace.looked.share_on, 0.6);
  await work.assume(0.6);
  await work.run();
  assert.deepEqual(asked, [undefined, 0.6, 0.6], "the same share is not asked for twice, and stays with the table");
  await work.assume(undefined);
  assert.deepEqual([shareOf(work.state.run), work.state.sets?.coverage], [undefined, 0.9]);
  await work.assume(0.7);
  await session.openFiles([csv("two.csv")]);
  await work.run();
  assert.deepEqual([asked.at(-1), shareOf(work.state.run)], [undefined, undefined]);
});

test("a workspace keeps the explanation that was chosen along genes, of levels and of changes, and no other", async () => {
  const { session } = await started();
  for (const task of ["level", "change"] as const) {
    const work = (await session.task(task)) as unknown as AnyWork;
    const stored = () => captureGenes(work, new Files(session));
    assert.equal(stored().shown, undefined);
    work.own.showAlong("integrated-gradients");
    const before = stored();
    assert.equal(before.shown, "integrated-gradients");
    work.own.showAlong("alpha");
    work.own.choose(before);
    assert.equal(stored().shown, "integrated-gradients");
    work.own.choose({ shown: "saliency" });
    assert.equal(stored().shown, undefined);
  }
});

test("an annotation beside a table gives its genes symbols, and one that has none of them says so", async () => {
  const { session, work } = await started({
    readSymbols: ({ source }) =>
      source.file === "genes.gtf"
        ? [
            ["a", "GATA1"],
            ["z", "TP53"],
          ]
        : [["z", "TP53"]],
  });
  const gtf = (name: string) => new File(['chr1\tx\tgene\t1\t9\t.\t+\t.\tgene_id "a";\n'], name);
  await session.openFiles([new File(["gene,bin,x\n"], "mine.csv")]);
  const given = (): string | undefined => work.tables.state.symbols?.get("a");
  await session.openFiles([gtf("others.gtf")]);
  assert.equal(given(), undefined);
  assert.match(session.state.announcement, /none of its 1 genes is in the table, such as a/);
  await session.openFiles([gtf("genes.gtf")]);
  assert.equal(given(), "GATA1");
  assert.match(session.state.announcement, /genes\.gtf was read: the symbols of 1 of 2 genes/);
  assert.equal(work.tables.state.preparing, undefined);
});

test("a table that was made of signal files has the symbols of the annotation that it was made with", async () => {
  const read: string[] = [];
  const { work } = await started({
    readSymbols: ({ source }) => {
      read.push(source.file);
      if (source.file === "damaged.gtf") throw new WorkerError({ name: "InputError", code: "cut", message: "cut" });
      return source.file === "ids.bed" ? [] : [["a", "GATA1"]];
    },
  });
  const made = new File(["gene,bin,x\n"], "K562.prepared.csv");
  const given = async (name: string): Promise<string | undefined> => {
    await work.tables.takeMade(made, "a", new File([], name));
    await new Promise((later) => setTimeout(later));
    assert.equal(work.tables.state.a.table?.file, "K562.prepared.csv");
    assert.equal(work.tables.state.problems.a, undefined);
    return work.tables.state.symbols?.get("a");
  };
  assert.equal(await given("damaged.gtf"), undefined, "the table is there without symbols");
  assert.equal(await given("genes.gtf"), "GATA1");
  assert.equal(await given("ids.bed"), "GATA1", "an annotation without symbols takes none away");
  assert.deepEqual(read, ["damaged.gtf", "genes.gtf", "ids.bed"]);
});

test("a table that was made of signal keeps the assembly of that, which a table of other genes ends", async () => {
  const { work } = await started({
    readTable: ({ table: { file } }) => ({ ...table(file), genes: file === "own.csv" ? ["x"] : ["a", "b"] }),
    readSymbols: () => [],
  });
  const { tables } = work;
  const after = async (file: File, assembly?: string): Promise<string | undefined> => {
    await tables.takeMade(file, "a", new File([], "genes.bed"), [], assembly);
    return tables.state.species;
  };
  const made = new File([], "liver.prepared.csv");
  assert.equal(await after(made, "mm10"), "mm10");
  assert(await tables.readOwn(csv("own.csv"), "own.csv"));
  assert.equal(tables.state.species, undefined);
  assert(await tables.readOwn(made, "liver.prepared.csv"));
  assert.equal(tables.state.species, "mm10", "looked at again");
  assert.equal(await after(new File([], "liver.prepared.csv")), undefined, "made again of files that nobody knows");
});

test("two models of a change are compared on the same tables, at the gene whose prediction differs most", async () => {
  const compared = {
    model: { card: changeCard, file: "", sha256: "h1", verified: true, description: CHANGE_DESCRIPTION },
  };
  const { session, worker, work } = await startedWithChange({
    keep: () => ({ id: 1, memory: 10 }),
    compareWith: () => ({
      ...{ id: 2, memory: 20, deviations: ["A: twice the depth"] },
      run: { ...compared, genes: ["c", "b", "a"], foldChange: Float32Array.of(-2, -1, 2) },
    }),
    gene: ({ index, kept }) => ({ index, values: Float32Array.of(kept ?? 0) }),
  });
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  await work.run();
  await work.comparing.compareWith(session.state.catalogue!.models[0]);
  const { kept, comparison, comparedGene, keptMemory } = work.comparing.state;
  assert.deepEqual(
    kept.map(({ letter, run, deviations }) => [letter, run.tables.map(({ file }) => file), deviations]),
    [
      ["A", ["one.csv", "two.csv"], []],
      ["B", ["one.csv", "two.csv"], ["A: twice the depth"]],
    ],
  );
  assert.deepEqual([comparison?.genes, [...comparison!.difference], keptMemory], [["a", "b", "c"], [0, 0, 5], 20]);
  assert.deepEqual([...comparison!.runsHigh], [2, 0, 1], "c is higher in B in one run only");
  assert.deepEqual(
    [comparedGene?.index, comparedGene?.details?.map(({ index, values }) => [index, values[0]])],
    [
      2,
      [
        [2, 1],
        [0, 2],
      ],
    ],
  );
  assert.deepEqual(worker.calls.slice(-4), ["keep", "compareWith", "gene", "gene"]);
});

test("what the tables lack for a model of a change is said of A or of B", async () => {
  const understand: Answer<PageCalls, "understand"> = ({ cell }) =>
    cell === "b" ? understanding({ bins: { table: 2, model: 4, selectable: null }, runs: false }) : understanding();
  const { session, work } = await startedWithChange({ understand });
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  assert.equal(work.whyNot, "B: The table has 2 bins per gene; the model needs 4.");
});

test("an example pair is read as A and B and run", async () => {
  const { session, worker, work } = await startedWithChange();
  await session.tryExample(session.state.catalogue!.examples[0]);
  assert.deepEqual(
    [work.tables.state.a.table?.file, work.tables.state.b.table?.file, work.tables.state.b.table?.simulated],
    ["example.csv.gz", "b.csv", true],
  );
  assert(worker.calls.includes("predict"));
});

test("bins and scales that are accepted for B are B's alone", async () => {
  const understand = () => understanding({ bins: { table: 8, model: 4, selectable: [3, 6] } });
  const { session, work } = await startedWithChange({ understand });
  await session.openFiles([csv("one.csv"), csv("two.csv")]);
  work.tables.acceptBins(true, "b");
  assert.deepEqual([work.tables.state.a.accepted.selectBins, work.tables.state.b.accepted.selectBins], [false, true]);
  assert.match(work.whyNot!, /^A: /);
});

/** Opens a model of tracks, whatever is asked for. */
const ofTracks = {
  openModel: () => ({
    card: trackCard,
    file: "tracks",
    sha256: "tracks",
    verified: true,
    description: TRACK_DESCRIPTION,
    shape: TRACK_SHAPE,
  }),
  readSequences: ({ source }: { source: { file: string } }) => ({
    file: source.file,
    records: [{ name: "one", description: "", length: 64, lower: 0, unknown: 0, iupac: {} }],
  }),
};
const dropped = (name: string, text: string): File => new File([text], name);

test("a sequence goes to a model of tracks, dropped or pasted, and a table does not", async () => {
  const { session, worker, work } = await started(ofTracks);
  const sequences = await sequencesOf(session);
  assert.equal(sequences.state.model?.sha256, "tracks");
  assert.equal(work.whyNot, "The open model reads other data.");
  assert.equal(sequences.whyNot, "Add a sequence: a FASTA file, or bases as text.");
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
  const sequences = await sequencesOf(session);
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
  const work = await onOffOf(session);
  await session.openFiles([dropped("H3K4me3.bedgraph", "chr1\t0\t10\t1\n")]);
  assert.match(work.tables.state.problems.a?.message ?? "", /^H3K4me3\.bedgraph: .* none is open/);
});

test("a sequence and variants given to a model of tables are refused with what they are; signal and genes go to where tables are made", async () => {
  const { session, worker, work } = await started();
  for (const [name, text, what] of [
    ["a.fa", ">one\nACGT\n", /a sequence \(FASTA or 2bit\)/],
    ["v.vcf", "##fileformat=VCFv4.3\n", /variants \(VCF\)/],
  ] as const) {
    await session.openFile(dropped(name, text));
    assert.match(work.tables.state.problems.a?.message ?? "", what);
  }
  await session.openFiles([
    dropped("H3K4me3.bedgraph", "chr1\t0\t10\t1\n"),
    dropped("genes.bed", "chr1\t5\t6\tA\t0\t+\n"),
  ]);
  const { signals, annotation } = work.tables.state.preparing!.state;
  assert.deepEqual(
    [signals.map(({ name, mark }) => [name, mark]), annotation?.name],
    [[["H3K4me3.bedgraph", "H3K4me3"]], "genes.bed"],
  );
  work.tables.closePrepare();
  assert.equal(typeof work.tables.state.preparing, "undefined");
  await work.tables.prepare();
  assert.equal(work.tables.state.preparing?.state.signals.length, 1, "files are there when it is opened again");
  assert(!worker.calls.includes("readTable"));
});
