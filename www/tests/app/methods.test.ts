import assert from "node:assert/strict";
import { test } from "node:test";
import type { CatalogueModel, DeviceReport, ModelCard } from "../../../pkg/src/index";
import { creditsInWords } from "../../src/model/step";
import { bibliography } from "../../src/tasks/shared/methods";
import { provenance, runRecord } from "../../src/tasks/genes/saved/record";
import { methodsOfChange, methodsOfLevel, methodsOfRun } from "../../src/tasks/genes/saved/methods";
import { contributionsForMethods } from "../../src/tasks/tracks/explained/contributions-words";
import { methodsOfTracks } from "../../src/tasks/tracks/methods";
import { modelName } from "../../src/session/state";
import { captionOf, hashesOf } from "../../src/tasks/shared/caption";
import { onInWords } from "../../src/tasks/genes/on-off/on";
import type { ChangeRun, FinishedRun, LevelRun } from "../../src/tasks/genes/result";
import type { OpenedModel, ReadTable } from "../../src/session/opened";
import type { TrackRun } from "../../src/tasks/tracks/result";
import { CHANGE_DESCRIPTION, DESCRIPTION, TRACK_DESCRIPTION } from "../fakes/descriptions";
import { calibratedCard, card, changeCard, MARKS, SHA256 } from "../fakes/engine";
import { TRACK_SHAPE, trackCard } from "../fakes/tracks";

const cpu: DeviceReport = { kind: "cpu", software: false, reason: "", simd: "relaxed", workers: 2 };
const gpu: DeviceReport = {
  kind: "webgpu",
  adapter: "Some GPU",
  software: false,
  reason: "",
  check: { maxDifference: 0.0000012 },
};
const opened = (change: Partial<OpenedModel> = {}): OpenedModel => ({
  card,
  file: "m.safetensors",
  sha256: SHA256,
  verified: true,
  description: DESCRIPTION,
  ...change,
});
const table = (file: string, change: Partial<ReadTable> = {}): ReadTable => ({
  file,
  layout: "headed",
  genes: ["a", "b"],
  marks: MARKS,
  bins: 4,
  notes: [],
  labels: undefined,
  ...change,
});
const about = { device: cpu, seconds: 1, date: "2026-11-21T01:02:03Z", program: "Regulens 0.1.0" };

function run(change: Partial<FinishedRun> = {}): FinishedRun {
  return {
    ...about,
    ...{
      model: opened(),
      tables: [table("mine.csv")],
      preparations: [{}],
      genes: table("mine.csv").genes,
      genesOnGpu: 0,
      marks: MARKS,
      rows: MARKS,
      bins: 4,
      topBin: new Uint16Array(2),
      topAlpha: new Float32Array(2),
      topRow: new Uint8Array(2),
    },
    ...{
      probability: Float32Array.of(0.9, 0.1),
      logit: Float32Array.of(2, -2),
      beta: new Float32Array(4),
      genesOn: 1,
      summary: undefined,
      auroc: undefined,
    },
    ...change,
  } as FinishedRun;
}

function changeRun(change: Partial<ChangeRun> = {}): ChangeRun {
  return {
    ...about,
    ...{
      model: opened({
        card: { ...changeCard, cell_type: { id: "E123", name: "K562" }, cell_type_b: { id: "E003", name: "H1" } },
        description: CHANGE_DESCRIPTION,
      }),
      tables: [table("A.csv"), table("B.csv")],
    },
    ...{
      preparations: [{}, {}],
      genesOnGpu: 0,
      genes: ["a", "b"],
      unmatched: [["c"], []],
      marks: MARKS,
      rows: [],
      columns: [],
      auxiliary: [],
      bins: 4,
    },
    ...change,
  } as unknown as ChangeRun;
}

const trackRun = (change: Partial<TrackRun> = {}): TrackRun =>
  ({
    ...about,
    ...{
      model: opened({ card: trackCard, description: TRACK_DESCRIPTION, shape: TRACK_SHAPE }),
      file: "g.fa",
      index: 0,
      record: { name: "chrI", description: "", length: 100, lower: 0, unknown: 3, iupac: {} },
      origin: 8,
      bin: 8,
      bins: 12,
    },
    ...{ windows: [{ start: 0 }, { start: 48 }], padded: 0, peaks: new Float32Array(2), windowsOnGpu: 0 },
    ...change,
  }) as unknown as TrackRun;

test("the page names the families of its models and the papers behind the open one, as the engine describes them", () => {
  const models = [DESCRIPTION, DESCRIPTION, CHANGE_DESCRIPTION].map((description) => ({ description }));
  const catalogue = { format_version: 1, models: models as unknown as CatalogueModel[], examples: [] };
  const end = "Predictions are for research; they are not a diagnosis.";
  assert.equal(
    creditsInWords({ catalogue, model: undefined }),
    `AttentiveChrome and DeepDiff in Rust, on WebGPU and WebAssembly. ${end}`,
  );
  assert.equal(
    creditsInWords({ catalogue, model: opened() }),
    "AttentiveChrome and DeepDiff in Rust, on WebGPU and WebAssembly. " +
      `The open model’s papers: Singh et al. 2017 and Singh et al. 2016. ${end}`,
  );
});

test("the methods of a run name the model, the hash of its weights, the version, the device and what was read", () => {
  const { text } = methodsOfRun(run());
  for (const fact of [
    "“Fake” (AttentiveChrome, variant LSTM-α,β; Singh et al. 2017; Singh et al. 2016) in Regulens 0.1.0",
    SHA256,
    "stored as float32",
    "mine.csv with 2 genes",
    "4 bins of 100 bp, from −200 to +200 bp around the TSS",
    "1 of 2 genes",
    "the CPU (WebAssembly, relaxed SIMD, 2 workers) on 2026-11-21",
  ])
    assert(text.includes(fact), `${fact} in ${text}`);
  assert(text.includes("The table was not rescaled"));
});

test("nothing is said that neither the card nor the run knows", () => {
  const { text } = methodsOfRun(run({ rows: [], beta: new Float32Array(0) }));
  assert(text.includes("Its card does not state its training data."));
  for (const absent of [
    "undefined",
    "null",
    "NaN",
    "α, the",
    "β, the",
    "ROC",
    "Average attention",
    "not one that the site lists",
    "not used",
    "assembly",
  ])
    assert(!text.includes(absent), `${absent} in ${text}`);
});

test("what the card says of training, and what was done to the table, are told", () => {
  const trained: ModelCard = {
    ...card,
    training: {
      ...{ data: "Roadmap counts", split: "200, 200, 200", genes: 0, recipe: {}, seed: 1 },
      ...{ epochs: 1, best_epoch: 1, program: "regulens 0.1.0" },
    },
    cell_type: { id: "E123", name: "K562" },
    assembly: "hg19",
    transform: { kind: "log1p" },
    simulated: true,
  };
  const { text } = methodsOfRun(
    run({
      model: opened({ card: trained, verified: false }),
      preparations: [{ selectBins: [51, 150], scale: { H3K4me3: 0.5 } }],
      auroc: 0.94321,
      tables: [table("t.csv", { marks: ["h3k4me3", "H3K27me3", "Input"] })],
    }),
    { simulated: true },
  );
  for (const fact of [
    "on K562 (E123), with Roadmap counts, assembly hg19, split as 200, 200, 200",
    "The data it was trained on are simulated.",
    "not one that the site lists",
    "bins 51–150 of each gene; H3K4me3 × 0.5",
    "0.943",
    "t.csv (simulated)",
    "; Input was not used",
    "ln(1 + x)",
  ])
    assert(text.includes(fact), `${fact} in ${text}`);
});

test("a mark that the table does not have is told", () => {
  assert(
    methodsOfRun(run({ tables: [table("t.csv", { marks: ["H3K4me3"] })] })).text.includes(
      "; H3K27me3 was missing from the table",
    ),
  );
});

test("a caption is drafted that says what is shown, the model, the data with their hashes, and the date", async () => {
  const source = { blob: new Blob(["abc"]), file: "mine.csv" };
  const shown = ["Probability that genes are on", undefined, "Not measured: H3K27me3"];
  const text = await captionOf(run(), shown, [
    { file: "mine.csv", source },
    { file: "gone.csv", source: undefined },
  ]);
  assert.equal(
    text,
    "Probability that genes are on. Not measured: H3K27me3. " +
      `Model: ${modelName(run().model)} (SHA-256 ${SHA256}). Data: mine.csv (SHA-256 ` +
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad), gone.csv; predicted on 2026-11-21.",
  );
  const [hash] = await hashesOf([source]);
  assert.equal(JSON.parse(runRecord(run(), undefined, undefined, [hash])).table.sha256, hash);
  assert.equal(JSON.parse(runRecord(run())).table.sha256, null);
});

test("on is defined where it is first said, in the methods and in the results", () => {
  const label = "count at or above 1202, the median of 19795 genes of Cell1.expr.csv.gz; 115 of 200 genes on";
  const trained = {
    ...card,
    cell_type: { id: "E123", name: "K562" },
    training: { recipe: { label } },
  } as unknown as ModelCard;
  const said = "at or above the median of 19,795 genes of K562 (a count of 1,202)";
  assert.equal(onInWords(trained), said);
  assert.equal(
    onInWords({ ...trained, training: { recipe: { label: "as its labels say" } } } as unknown as ModelCard),
    "as its labels say",
  );
  assert.equal(onInWords(card), undefined);
  const { text } = methodsOfRun(run({ model: opened({ card: trained }) }));
  assert(text.startsWith(`The probability that a gene is on, that is expressed ${said}, was predicted with `), text);
});

test("the explanation that is drawn is in the methods, with its baseline and unit", () => {
  const explained =
    "Explanations are contributions by integrated gradients, in log-odds of “on”, against a gene without signal";
  assert(methodsOfRun(run(), { contrast: "zero" }).text.includes(explained));
  assert(!methodsOfRun(run()).text.includes("Explanations"));
  assert(methodsOfChange(changeRun()).text.includes("by integrated gradients, in log2 fold change, against "));
});

test("methods have the order of an answer: contributions come before attention", () => {
  const [explained, alpha] = ["Explanations are contributions", "α, the attention over the 4 bins"];
  const level = { ...run(), level: Float32Array.of(1, 2) } as unknown as LevelRun;
  const found = { method: "integrated-gradients", shuffles: 2, track: 0, bins: [0, 8] } as never;
  const contributions = contributionsForMethods(found, trackCard);
  for (const [text, ...parts] of [
    [methodsOfRun(run(), { contrast: "zero" }).text, explained, alpha],
    [methodsOfLevel(level).text, explained, alpha],
    [methodsOfTracks(trackRun(), { contributions }).text, "Explanations of bases are", "Attention is that of"],
  ] as const) {
    const [first, then] = parts.map((part) => text.indexOf(part)) as [number, number];
    assert(first > 0 && then > first, text);
  }
});

test("methods say when the answer to no change stands beside a prediction; the symmetric form has none", () => {
  const rule = "it is given where it is at least 0.1 in log2.";
  assert(methodsOfChange(changeRun({ symmetric: false })).text.includes(rule));
  assert(!methodsOfChange(changeRun({ symmetric: true })).text.includes(rule));
});

test("a mark for which a value stands in is said, with the value", () => {
  const notes = ["H3K27me3: not measured; 0.43 stands in for it in all bins: its mean in training"];
  assert(
    methodsOfRun(run({ tables: [table("t.csv", { notes })] })).text.includes(
      "Not measured: H3K27me3 (0.43 in its place, in all bins).",
    ),
  );
  assert(
    methodsOfChange(changeRun({ tables: [table("A.csv"), table("B.csv", { notes })] })).text.includes(
      "Not measured in B: H3K27me3 (0.43",
    ),
  );
});

test("what a missing mark costs the model is said in the methods, and the record has the mark", () => {
  const notes = ["H3K27me3: not measured; 0.43 stands in for it in all bins: its mean in training"];
  const before = run({ tables: [table("t.csv", { notes })] });
  const { marks } = before.model.card;
  const found = {
    ...{ data: "test genes of K562", genes: 200, score: 0.948 },
    scores: marks.map((mark) => (mark === "H3K27me3" ? 0.931 : 0.9)),
    changed_calls: marks.map((mark) => (mark === "H3K27me3" ? 7 : 50)),
  };
  const made = { ...before, model: { ...before.model, card: { ...before.model.card, missing_marks: found } } };
  assert(
    methodsOfRun(made).text.includes(
      "Without H3K27me3 the model gave 7 of 200 test genes of K562 a different on/off call, and its AUROC was 0.931 " +
        "(0.948 with all marks).",
    ),
  );
  const level = { ...made, model: { ...made.model, card: { ...made.model.card, task: "level" as const } } };
  assert(
    methodsOfRun(level).text.includes(
      "Without H3K27me3 the model gave 7 of 200 test genes of K562 a level that differs twofold or more, and its " +
        "Pearson’s r was 0.931 (0.948 with all marks).",
    ),
  );
  assert.deepEqual(JSON.parse(runRecord(made)).table.not_measured, [{ mark: "H3K27me3", stands_in: 0.43 }]);
  assert(methodsOfRun(before).text.includes("What this costs the model was not measured"));
});

test("values unlike those of training are said, in the methods and in the record", () => {
  const offScale = ["all marks are about 25 times of what the model was trained on"];
  assert(
    methodsOfRun(run({ offScale: [offScale] })).text.includes(
      "The values differ from those the model was trained on: all marks are about 25 times",
    ),
  );
  assert.deepEqual(JSON.parse(runRecord(run({ offScale: [offScale] }))).unlike_training, offScale);
  assert.deepEqual(JSON.parse(runRecord(run())).unlike_training, []);
  const both = changeRun({ offScale: [[], offScale] });
  assert(methodsOfChange(both).text.includes("The values of B differ from"));
  assert(!methodsOfChange(both).text.includes("The values of A"));
  assert.deepEqual(
    JSON.parse(runRecord({ ...both, foldChange: new Float32Array(1) })).b.table.unlike_training,
    offScale,
  );
});

test("the methods and the record have the coverage, and of how many genes the class or the sign is sure", () => {
  const classes = { coverage: 0.9, of: ["on", "on|off"] } as const;
  assert.match(
    methodsOfRun(run(), { sets: classes }).text,
    /Split-conformal sets at a coverage of 0\.9 leave one class for 1 of 2 genes/,
  );
  assert.deepEqual(JSON.parse(runRecord(run(), undefined, classes)).sets, { coverage: 0.9, of_one_class: 1 });
  const intervals = { low: Float32Array.of(1, -1), high: Float32Array.of(2, 1) };
  const signs = { coverage: 0.95, of: ["up", "up|down"], intervals } as const;
  const change = { ...changeRun(), foldChange: Float32Array.of(1.5, 0) };
  assert.match(
    methodsOfChange(change, { sets: signs }).text,
    /Split-conformal intervals at a coverage of 0\.95 leave out 0 for 1 of 2 genes/,
  );
  assert.deepEqual(JSON.parse(runRecord(change, undefined, signs)).intervals, { coverage: 0.95, without_0: 1 });
  assert.equal(JSON.parse(runRecord(change)).intervals, undefined);
});

test("the methods, the record and figures have the share of on that was stated, and nothing of one that was not", () => {
  const calibration = calibratedCard.calibration!;
  const calibrated = run({ model: opened({ card: { ...card, calibration } }) });
  const stated = { ...calibrated, shareOn: 0.615 };
  assert.match(methodsOfRun(calibrated).text, /50 % of them are on, which the probabilities assume\./);
  const { text } = methodsOfRun(stated);
  assert.match(text, /50 % of them are on\. Probabilities assume that a share of 0\.615 .* the calibration’s is 0\.5:/);
  assert.match(text, /\(Saerens, Latinne and Decaestecker, 2002\)/);
  const shareIn = (of: typeof stated | typeof calibrated) => JSON.parse(runRecord(of)).share_on;
  assert.deepEqual([shareIn(calibrated), shareIn(stated)], [undefined, { assumed: 0.615, calibration: 0.5 }]);
  const factsOf = (of: typeof stated | typeof calibrated) => provenance(of).facts!.filter((fact) => /share/.test(fact));
  assert.deepEqual([factsOf(calibrated).length, factsOf(stated).length], [0, 1]);
});

test("a run that two devices shared says which genes were whose", () => {
  assert(
    methodsOfRun(run({ device: gpu, genesOnGpu: 2 })).text.includes(
      "on WebGPU (Some GPU) on 2026-11-21; in a self-test GPU and CPU differed by at most 1.2e-6.",
    ),
  );
  assert(
    methodsOfRun(run({ device: cpu, genesOnGpu: 1 })).text.includes("for 1 of 2 genes and on the CPU for the others"),
  );
});

test("the methods of a change say which direction is positive, and which genes were left out", () => {
  const { text, works } = methodsOfChange(changeRun({ preparations: [{}, { scale: { H3K4me3: 2 } }] }));
  for (const fact of [
    "from A (K562) to B (H1)",
    "log2((count in B + 1) / (count in A + 1)): positive for a gene that is higher in B (H1)",
    "A.csv with 2 genes for A and B.csv with 2 genes for B",
    "2 genes are in both tables",
    "1 that A alone has and 0 that B alone has were left out",
    "of B: H3K4me3 × 2",
  ])
    assert(text.includes(fact), `${fact} in ${text}`);
  assert.deepEqual(
    works.map(({ key }) => key),
    ["sekhon2018deepdiff", "regulens"],
  );
  assert(!methodsOfChange(changeRun({ unmatched: [[], []] })).text.includes("left out were"));
});

test("the methods of tracks say strand, windows, padding, attention, and what was laid beside the prediction", () => {
  const { text, works } = methodsOfTracks(trackRun({ padded: 5 }), {
    measured: [{ file: "m.bw", track: "As", value: "mean" }],
    variant: "chrI:12 A>G",
    scored: { file: "v.vcf", variants: 1200 },
    stretch: [4, 9],
    simulated: true,
  });
  for (const fact of [
    "chrI of g.fa (simulated), 100 bases, read as the forward strand",
    "not averaged over both strands",
    "3 bases are unknown",
    "64 bases at a time: 2 overlapping windows cover the sequence, of each of which the first and last 8 bases",
    "5 unknown bases were added around",
    "2 tracks in 12 bins of 8 bp, from base 9",
    "1 layer of 2 heads over the 8 bins",
    "m.bw (mean over each bin) under As",
    "The effect of chrI:12 A>G",
    "1,200 variants of v.vcf were scored",
    "the bins of the variant and 2 on either side",
    "every base from 4 to 9",
  ])
    assert(text.includes(fact), `${fact} in ${text}`);
  assert.deepEqual(
    works.map(({ key }) => key),
    ["angus2018regulatory", "kelley2018sequential", "regulens"],
  );
  assert(!/undefined|variant of|mutagenesis|Measured/.test(methodsOfTracks(trackRun()).text));
});

test("the bibliography has the entry of each work", () => {
  const { works } = methodsOfRun(run());
  const [first, second, program] = bibliography({ text: "", works }).split("\n\n");
  assert.deepEqual([first, second, program], [works[0]?.bibtex, works[1]?.bibtex, `${works[2]?.bibtex}\n`]);
});
