/**
 * What a manuscript says of a run: a paragraph for its methods, and what it cites. Pure. Every fact is the run's or its
 * model card's; what neither knows is not said.
 */

import type { DeviceReport, ModelCard, TrainingRecord } from "../../../pkg/src/index";
import { formatCount } from "../plots/core/format";
import type { ChangeRun } from "../tasks/change/result";
import type { FinishedRun } from "../tasks/on-off/result";
import type { OpenedModel, Preparation, ReadTable } from "../session/opened";
import type { TrackRun } from "../tasks/tracks/result";
import { regulensWork, type Work, worksOf } from "./bibtex";
import { briefCell } from "../tasks/shared/cells";
import { listed, preparationInWords } from "../session/preparation";
import { standInsIn } from "../prepare/stand-ins";
import { variantName } from "./variants";
import { counted, weightsInWords } from "../ui/words";

/** What a manuscript needs. */
export interface Methods {
  /** Sentences, one paragraph. */
  readonly text: string;
  readonly works: readonly Work[];
}

/** What is cited, as a `.bib` file. */
export function bibliography({ works }: Methods): string {
  return `${works.map(({ bibtex }) => bibtex).join("\n\n")}\n`;
}

/** A run of any family, and what is known of it besides. */
export type Subject =
  | { readonly kind: "genes"; readonly run: FinishedRun; readonly simulated: boolean }
  | { readonly kind: "changes"; readonly run: ChangeRun; readonly simulated: boolean }
  | { readonly kind: "tracks"; readonly run: TrackRun; readonly context: TrackContext };

/** What a manuscript says of a run. */
export function methodsOf(subject: Subject): Methods {
  if (subject.kind === "genes") return methodsOfRun(subject.run, subject);
  return subject.kind === "changes"
    ? methodsOfChange(subject.run, subject)
    : methodsOfTracks(subject.run, subject.context);
}

/** A run of a model that says whether genes are on. */
export function methodsOfRun(run: FinishedRun, context: { readonly simulated?: boolean } = {}): Methods {
  const { model, table, marks, rows, beta, bins, summary, auroc, genesOn, probability } = run;
  const { card } = model;
  const works = cited(run, card);
  const attention = [
    ...(rows.length > 0
      ? [
          `α, the attention over the ${bins} bins${model.attends.bins === "each-mark" ? " of each mark" : " for all marks together"}, adds up to 1 over the bins`,
        ]
      : []),
    ...(beta.length > 0 ? ["β, the attention over marks, adds up to 1 over the marks"] : []),
  ];
  const text = sentences(
    `Whether genes are expressed was predicted with ${modelInWords(run, works)}`,
    fileInWords(model),
    trainingInWords(card),
    `The input was ${tableInWords(table, context.simulated)}; columns were matched to the model’s marks by name (${listed(marks)})${unusedInWords(table, marks)}`,
    windowInWords(card),
    notMeasured(table),
    preparedInWords(run.preparation),
    transformInWords(card),
    `A gene counts as predicted on where P(on) ≥ 0.5: ${formatCount(genesOn)} of ${counted(probability.length, "gene")}`,
    auroc === undefined
      ? undefined
      : `The area under the ROC curve against the table’s own labels is ${auroc.toFixed(3)}`,
    attention.length > 0 ? attention.join("; ") : undefined,
    summary
      ? `Average attention is the mean of α over the genes predicted on, and over those predicted off`
      : undefined,
    deviceInWords(run, run.genesOnGpu, probability.length, "gene"),
  );
  return { text, works };
}

/** A run of a model of the change between two cell types. */
export function methodsOfChange(run: ChangeRun, context: { readonly simulated?: boolean } = {}): Methods {
  const { model, tables, preparations, unmatched, genes, marks } = run;
  const { card } = model;
  const works = cited(run, card);
  const [a, b] = [briefCell(card, "a"), briefCell(card, "b")];
  const prepared = (["A", "B"] as const).flatMap((name, i) =>
    preparationInWords(preparations[i]!).length > 0
      ? [`of ${name}: ${preparationInWords(preparations[i]!).join("; ")}`]
      : [],
  );
  const alone = unmatched[0].length + unmatched[1].length;
  const text = sentences(
    `The change of gene expression from A (${a}) to B (${b}) was predicted with ${modelInWords(run, works)}`,
    fileInWords(model),
    trainingInWords(card),
    `The prediction is log2((count in B + 1) / (count in A + 1)): positive for a gene that is higher in B (${b}), negative for one that is higher in A (${a})`,
    `The inputs were ${tableInWords(tables[0], context.simulated)} for A and ${tableInWords(tables[1], context.simulated)} for B; columns were matched to the model’s marks by name (${listed(marks)})`,
    `Genes were matched by their ids, versions aside: ${counted(genes.length, "gene is", "genes are")} in both tables and were predicted${alone > 0 ? `; ${formatCount(unmatched[0].length)} that A alone has and ${formatCount(unmatched[1].length)} that B alone has were left out` : ""}`,
    notMeasured(tables[0], " in A"),
    notMeasured(tables[1], " in B"),
    windowInWords(card),
    prepared.length > 0
      ? `Before the run the tables were prepared (${prepared.join("; ")})`
      : "The tables were not rescaled, and no bins were left out",
    transformInWords(card),
    deviceInWords(run, run.genesOnGpu, genes.length, "gene"),
  );
  return { text, works };
}

/** What was laid along a prediction of tracks, for its methods. */
export interface TrackContext {
  readonly simulated?: boolean;
  /** Measured tracks, and how their bases became bins. */
  readonly measured?: readonly { readonly file: string; readonly track: string; readonly value: "sum" | "mean" }[];
  /** A variant that was tried, as it is written. */
  readonly variant?: string | undefined;
  /** A stretch whose bases were replaced, from 1, both ends included. */
  readonly stretch?: readonly [number, number] | undefined;
}

/** A run of a model of tracks along a sequence. */
export function methodsOfTracks(
  run: TrackRun,
  { simulated, measured = [], variant, stretch }: TrackContext = {},
): Methods {
  const { model, record, file, windows, origin, bin, bins, padded, peaks } = run;
  const { card, shape } = model;
  const works = cited(run, card);
  const length = card.sequence?.length ?? shape?.length;
  const buffer = card.sequence?.buffer ?? 0;
  const text = sentences(
    `Tracks along the sequence were predicted with ${modelInWords(run, works)}`,
    fileInWords(model),
    trainingInWords(card),
    `The input was ${record.name} of ${file}${simulated ? " (simulated)" : ""}, ${counted(record.length, "base")}, read as the forward strand; predictions were not averaged over both strands or over shifts`,
    record.unknown > 0
      ? `${counted(record.unknown, "base is", "bases are")} unknown and count a quarter as A, C, G and T`
      : undefined,
    length === undefined
      ? undefined
      : `The model looks at ${counted(length, "base")} at a time: ${windows.length === 1 ? "one window" : `${formatCount(windows.length)} overlapping windows`} ${windows.length === 1 ? "covers" : "cover"} the sequence${buffer > 0 ? `, of each of which the first and last ${formatCount(buffer)} bases are read but not predicted` : ""}`,
    padded > 0
      ? `${counted(padded, "unknown base was", "unknown bases were")} put around the sequence to fill the window`
      : undefined,
    `It gives ${counted(peaks.length, "track")} in ${counted(bins, "bin")} of ${bin} bp, from base ${formatCount(origin + 1)}`,
    shape && shape.layers > 0
      ? `Attention is that of ${counted(shape.layers, "layer")} of ${counted(shape.heads, "head")} over the ${formatCount(shape.bins)} bins of a window; each head’s adds up to 1 over them`
      : undefined,
    measured.length > 0
      ? `Measured tracks beside the prediction: ${measured.map((each) => `${each.file} (${each.value} over each bin) under ${each.track}`).join("; ")}`
      : undefined,
    variant
      ? `The effect of ${variant} is the prediction of the changed sequence less that of the sequence as given, over the same window`
      : undefined,
    stretch
      ? `For mutagenesis every base from ${formatCount(stretch[0])} to ${formatCount(stretch[1])} was replaced by each of the three others`
      : undefined,
    deviceInWords(run, run.windowsOnGpu, windows.length, "window"),
  );
  return { text, works };
}

function cited({ program }: { readonly program: string }, card: ModelCard): Work[] {
  return [...worksOf(card), regulensWork(program)];
}

/** Sentences with their stops; what is undefined is left out. */
function sentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

const FAMILIES: Readonly<Record<string, string>> = {
  "attentive-chrome": "AttentiveChrome",
  "deep-diff": "DeepDiff",
  basenji: "Basenji",
};

function modelInWords(
  { model, program }: { readonly model: OpenedModel; readonly program: string },
  works: readonly Work[],
): string {
  const { card } = model;
  const papers = works.slice(0, -1).map(({ brief }) => brief);
  return `the model “${card.name || model.file}” (${FAMILIES[card.family] ?? card.family}, variant ${variantName(card.variant)}${papers.length > 0 ? `; ${papers.join("; ")}` : ""}) in ${program}`;
}

function fileInWords({ file, sha256, verified, card }: OpenedModel): string {
  return `Its weights (${file}, ${counted(card.parameters, "parameter")} stored as ${weightsInWords(card.dtype)}) have the SHA-256 ${sha256}${verified ? "" : "; the file is not one that the site lists"}`;
}

function trainingInWords(card: ModelCard): string {
  const { training, cell_type: a, cell_type_b: b } = card;
  const cells =
    a && b ? `the change from ${a.name} (${a.id}) to ${b.name} (${b.id})` : a ? `${a.name} (${a.id})` : undefined;
  const facts = [
    cells && `on ${cells}`,
    training?.data && `with ${training.data}`,
    card.assembly && `assembly ${card.assembly}`,
    splitInWords(training),
  ].filter((fact) => fact !== undefined && fact !== "");
  const simulated = card.simulated ? " The data it was trained on are simulated." : "";
  return facts.length > 0
    ? `It was trained ${facts.join(", ")}.${simulated}`
    : `Its card does not say on what it was trained.${simulated}`;
}

function splitInWords(training: TrainingRecord | null | undefined): string | undefined {
  return training?.split ? `split as ${training.split}` : undefined;
}

function tableInWords({ file, genes }: ReadTable, simulated = false): string {
  return `${file}${simulated ? " (simulated)" : ""} with ${counted(genes.length, "gene")}`;
}

/**
 * Columns that the model does not read, and marks without a column; names are compared as the engine does, without
 * regard to case.
 */
function unusedInWords({ marks: columns }: ReadTable, marks: readonly string[]): string {
  const has = (names: readonly string[], name: string): boolean =>
    names.some((other) => other.toLowerCase() === name.toLowerCase());
  const unused = columns.filter((column) => !has(marks, column));
  const missing = marks.filter((mark) => !has(columns, mark));
  const told = (names: readonly string[], what: string): string =>
    names.length > 0 ? `; ${listed(names)} ${names.length === 1 ? "was" : "were"} ${what}` : "";
  return told(unused, "not used") + told(missing, "missing from the table");
}

/** Marks for which a value stands in, and which. */
function notMeasured({ notes }: ReadTable, where = ""): string | undefined {
  const found = standInsIn(notes).map(({ mark, value }) => `${mark} (${value} in its place, in all bins)`);
  return found.length > 0 ? `Not measured${where}: ${listed(found)}` : undefined;
}

function windowInWords({ window: { anchor, upstream, downstream }, bins, bin_size, strand }: ModelCard): string {
  const counting = strand === "genomic" ? "; bin 1 has the lowest coordinate whatever the gene’s strand" : "";
  return `The model reads ${bins} bins of ${bin_size} bp, from −${formatCount(upstream)} to +${formatCount(downstream)} bp around the ${anchor || "TSS"}${counting}`;
}

function preparedInWords(preparation: Preparation): string {
  const prepared = preparationInWords(preparation);
  return prepared.length > 0
    ? `Before the run the table was prepared: ${prepared.join("; ")}`
    : "The table was not rescaled, and no bins were left out";
}

function transformInWords({ transform: { kind, scale } }: ModelCard): string {
  const scaled = scale
    ? `${kind === "log1p" ? ", then" : ""} multiplied by ${scale.map((factor) => Number(factor.toPrecision(3))).join(", ")} by mark`
    : "";
  if (kind === "log1p") return `The model takes ln(1 + x) of each value${scaled}`;
  return scale ? `Each value is${scaled}` : "The model takes values as they are";
}

function deviceInWords(
  { device, date }: { readonly device: DeviceReport; readonly date: string },
  onGpu: number,
  all: number,
  one: string,
): string {
  const cpu = `the CPU (WebAssembly${device.simd ? `, ${device.simd === "relaxed" ? "relaxed " : ""}SIMD` : ""}${device.workers && device.workers > 1 ? `, ${device.workers} workers` : ""})`;
  const gpu = `WebGPU (${device.adapter ?? "adapter not named"}${device.software ? ", in software" : ""})`;
  const both = onGpu > 0 && onGpu < all;
  const where = both
    ? `${gpu} for ${formatCount(onGpu)} of ${counted(all, one)} and on the CPU for the others`
    : device.kind === "webgpu" || (onGpu > 0 && onGpu === all)
      ? gpu
      : cpu;
  const checked =
    device.kind === "webgpu" && device.check
      ? `; on a known case GPU and CPU differed by at most ${device.check.maxDifference.toExponential(1)}`
      : "";
  return `It was computed in the browser on ${where} on ${date.slice(0, 10)}${checked}`;
}
