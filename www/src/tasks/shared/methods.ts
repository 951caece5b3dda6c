/**
 * Text on a run for a manuscript: a paragraph for its methods, and the works that it cites. Pure. Every fact is the
 * run's or its model card's; what neither knows is not said.
 */

import type { CitedWork, DeviceReport, ModelCard, TrainingRecord } from "../../../../pkg/src/index";
import { formatCount } from "../../plots/core/format";
import type { OpenedModel, Preparation, ReadTable } from "../../session/opened";
import { listed, preparationInWords } from "../../session/preparation";
import { costsInWords, standInsIn } from "./stand-ins";
import { cellsInWords } from "./cells";
import { cardWindow } from "./windows";
import { counted, weightsInWords } from "../../ui/words";

/** Methods paragraph of a manuscript, and its citations. */
export interface Methods {
  /** Sentences, one paragraph. */
  readonly text: string;
  readonly works: readonly CitedWork[];
}

/** The cited works, as a `.bib` file. */
export function bibliography({ works }: Methods): string {
  return `${works.map(({ bibtex }) => bibtex).join("\n\n")}\n`;
}

/** Works that a run rests on: the papers behind its model, and this program. */
export function cited({ description: { works, program } }: OpenedModel): CitedWork[] {
  return [...works, program];
}

/** Sentences with their stops; what is undefined is left out. */
export function sentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

export function modelInWords({ model, program }: { readonly model: OpenedModel; readonly program: string }): string {
  const { card, file, description } = model;
  const papers = description.works.map(({ brief }) => `; ${brief}`).join("");
  return (
    `the model “${card.name || file}” (${description.family.title}, variant ${description.variant.title}${papers}) ` +
    `in ${program}`
  );
}

export function fileInWords({ file, sha256, verified, card }: OpenedModel): string {
  return (
    `Its weights (${file}, ${counted(card.parameters, "parameter")} stored as ${weightsInWords(card.dtype)}) have ` +
    `the SHA-256 ${sha256}${verified ? "" : "; the file is not one that the site lists"}`
  );
}

export function trainingInWords(card: ModelCard): string {
  const { training } = card;
  const cells = cellsInWords(card, "the change ");
  const facts = [
    cells && `on ${cells}`,
    training?.data && `with ${training.data}`,
    card.assembly && `assembly ${card.assembly}`,
    splitInWords(training),
  ].filter((fact) => fact !== undefined && fact !== "");
  const simulated = card.simulated ? " The data it was trained on are simulated." : "";
  return facts.length > 0
    ? `It was trained ${facts.join(", ")}.${simulated}`
    : `Its card does not state its training data.${simulated}`;
}

function splitInWords(training: TrainingRecord | null | undefined): string | undefined {
  return training?.split ? `split as ${training.split}` : undefined;
}

export function tableInWords({ file, genes }: ReadTable, simulated = false): string {
  return `${file}${simulated ? " (simulated)" : ""} with ${counted(genes.length, "gene")}`;
}

/**
 * Columns that the model does not read, and marks without a column; names are compared as the engine does, without
 * regard to case.
 */
export function unusedInWords({ marks: columns }: ReadTable, marks: readonly string[]): string {
  const has = (names: readonly string[], name: string): boolean =>
    names.some((other) => other.toLowerCase() === name.toLowerCase());
  const unused = columns.filter((column) => !has(marks, column));
  const missing = marks.filter((mark) => !has(columns, mark));
  const told = (names: readonly string[], what: string): string =>
    names.length > 0 ? `; ${listed(names)} ${names.length === 1 ? "was" : "were"} ${what}` : "";
  return told(unused, "not used") + told(missing, "missing from the table");
}

/** Marks for which a value stands in, and which. */
export function notMeasured({ notes }: ReadTable, where = ""): string | undefined {
  const found = standInsIn(notes).map(({ mark, value }) => `${mark} (${value} in its place, in all bins)`);
  return found.length > 0 ? `Not measured${where}: ${listed(found)}` : undefined;
}

/** The cost to the model of marks that were not measured, where the only table, or A's and B's, lack any. */
export function costsOf(card: ModelCard, tables: readonly ReadTable[]): string[] {
  return costsInWords(
    card,
    tables.map(({ notes }) => standInsIn(notes).map(({ mark }) => mark)),
  );
}

export function windowInWords(card: ModelCard): string {
  const { bins, bin_size, strand } = card;
  const { anchor, upstream, downstream } = cardWindow(card);
  const counting = strand === "genomic" ? "has the lowest coordinate whatever" : "is the furthest upstream on";
  return (
    `The model reads ${bins} bins of ${bin_size} bp, from −${formatCount(upstream)} to +${formatCount(downstream)} ` +
    `bp around the ${anchor}; bin 1 ${counting} the gene’s strand`
  );
}

export function preparedInWords(preparation: Preparation): string {
  const prepared = preparationInWords(preparation);
  return prepared.length > 0
    ? `Before the run the table was prepared: ${prepared.join("; ")}`
    : "The table was not rescaled, and no bins were left out";
}

/** Says how the values that were run differ from those of training; undefined if they do not. */
export function offScaleInWords(differences: readonly string[] = [], where = ""): string | undefined {
  return differences.length > 0
    ? `The values${where} differ from those the model was trained on: ${differences.join("; ")}`
    : undefined;
}

export function transformInWords({ transform: { kind, scale } }: ModelCard): string {
  const scaled = scale
    ? `${kind === "log1p" ? ", then" : ""} multiplied by ` +
      `${scale.map((factor) => Number(factor.toPrecision(3))).join(", ")} by mark`
    : "";
  if (kind === "log1p") return `The model takes ln(1 + x) of each value${scaled}`;
  return scale ? `Each value is${scaled}` : "The model takes values as they are";
}

export function deviceInWords(
  { device, date }: { readonly device: DeviceReport; readonly date: string },
  onGpu: number,
  all: number,
  one: string,
): string {
  const cpu =
    "the CPU " +
    `(WebAssembly${
      device.simd ? `, ${device.simd === "relaxed" ? "relaxed " : ""}SIMD` : ""
    }${device.workers && device.workers > 1 ? `, ${device.workers} workers` : ""})`;
  const gpu = `WebGPU (${device.adapter ?? "adapter not named"}${device.software ? ", in software" : ""})`;
  const both = onGpu > 0 && onGpu < all;
  const where = both
    ? `${gpu} for ${formatCount(onGpu)} of ${counted(all, one)} and on the CPU for the others`
    : device.kind === "webgpu" || (onGpu > 0 && onGpu === all)
      ? gpu
      : cpu;
  const checked =
    device.kind === "webgpu" && device.check
      ? `; in a self-test GPU and CPU differed by at most ${device.check.maxDifference.toExponential(1)}`
      : "";
  return `It was computed in the browser on ${where} on ${date.slice(0, 10)}${checked}`;
}
