/** Results of runs of models of genes. N genes, M marks in the model's order, T bins. */

import type {
  Attends,
  ChangeResult,
  EngineAttentionSpread,
  Explanation,
  LevelResult,
  ModelCard,
  OnOffResult,
  Table,
  TableResult,
} from "../../../../pkg/src/index";
import type { View } from "../../session/address";
import { asRead, type Made, madeNow, type OpenedModel, type Preparation, type ReadTable } from "../../session/opened";
import { preparationInWords } from "../../session/preparation";
import { modelName } from "../../session/state";
import { pairNames } from "../shared/cells";
import { isOn } from "./on-off/on";

/**
 * For each gene the row of α with the highest β, its bin with the highest α, and that α; empty without α.
 *
 * Without β, the highest α of all rows decides; in a tie the first counts.
 *
 * @param alpha [N, rows, T], or empty
 * @param beta [N, M], or empty
 */
export function attended(
  genes: number,
  bins: number,
  alpha: Float32Array,
  beta: Float32Array,
): { topRow: Uint8Array; topBin: Uint16Array; topAlpha: Float32Array } {
  if (alpha.length === 0)
    return { topRow: new Uint8Array(0), topBin: new Uint16Array(0), topAlpha: new Float32Array(0) };
  const rows = alpha.length / (genes * bins);
  const topRow = new Uint8Array(genes);
  const topBin = new Uint16Array(genes);
  const topAlpha = new Float32Array(genes);
  for (let gene = 0; gene < genes; gene++) {
    const start = gene * rows * bins;
    const best = beta.length > 0 && rows > 1 ? highest(beta, gene * rows, (gene + 1) * rows) : undefined;
    const position =
      best === undefined
        ? highest(alpha, start, start + rows * bins)
        : best * bins + highest(alpha, start + best * bins, start + (best + 1) * bins);
    topRow[gene] = Math.floor(position / bins);
    topBin[gene] = position % bins;
    topAlpha[gene] = alpha[start + position];
  }
  return { topRow, topBin, topAlpha };
}

/** Index of the maximum of `values` from `start` to `end` (excluded), relative to `start`. */
function highest(values: Float32Array, start: number, end: number): number {
  let best = start;
  for (let i = start + 1; i < end; i++) if (values[i] > values[best]) best = i;
  return best - start;
}

/**
 * One gene's signal as the model reads it, [T, M].
 *
 * @param raw The gene's values as in the table, [table bins, columns].
 * @param columns For each of the model's marks, its column in the table, [M].
 * @param marks The model's marks, [M].
 */
export function geneSignal(
  raw: Float32Array,
  tableColumns: number,
  columns: readonly number[],
  marks: readonly string[],
  preparation: Preparation,
): Float32Array {
  const [first, last] = preparation.selectBins ?? [1, raw.length / tableColumns];
  const bins = last - first + 1;
  const factors = marks.map((mark) => preparation.scale?.[mark] ?? 1);
  const signal = new Float32Array(bins * marks.length);
  for (let bin = 0; bin < bins; bin++) {
    for (let mark = 0; mark < marks.length; mark++) {
      signal[bin * marks.length + mark] = raw[(first - 1 + bin) * tableColumns + columns[mark]] * factors[mark];
    }
  }
  return signal;
}

/**
 * A finished run on one table: its settings, and its result except for attention over bins, which stays in the worker.
 */
export interface TableRun extends Made, Readonly<Omit<TableResult, "alpha" | "model" | "input">> {
  readonly tables: readonly [ReadTable];
  readonly preparations: readonly [Preparation];
  /** Remaining differences between the prepared values and those of training, in sentences. */
  readonly offScale?: readonly [readonly string[]] | undefined;
  /** The bin, from 0, with the highest α of the mark with the highest β, [N]; empty without α. */
  readonly topBin: Uint16Array;
  /** The α of that bin, [N]; empty without α. */
  readonly topAlpha: Float32Array;
  /** Index of that mark among `rows`, [N]; empty without α. */
  readonly topRow: Uint8Array;
}

/** A finished run of an on/off model. */
export interface FinishedRun extends TableRun, Readonly<Omit<OnOffResult, keyof TableResult | "labels">> {
  /** Number of genes predicted on. */
  readonly genesOn: number;
}

/** Unit of levels. */
export const UNIT = "log2(count + 1)";

/** A finished run of a model of level. */
export interface LevelRun extends TableRun, Readonly<Omit<LevelResult, keyof TableResult>> {}

/** A finished run on the tables of two cell types, A and B, also without attention over bins. */
export interface ChangeRun extends Made, Readonly<Omit<ChangeResult, "alpha" | "auxiliaryAlpha" | "model" | "input">> {
  readonly tables: readonly [ReadTable, ReadTable];
  readonly preparations: readonly [Preparation, Preparation];
  /** Remaining differences between each table's prepared values and those of training, in sentences. */
  readonly offScale?: readonly [readonly string[], readonly string[]] | undefined;
}

/** A run of any outcome. */
export type GenesRun = FinishedRun | LevelRun | ChangeRun;

/** A run of a model on a table. */
export function finishedRun(
  model: OpenedModel,
  table: Table,
  preparation: Preparation,
  { labels, ...result }: OnOffResult,
  program: string,
): FinishedRun {
  return {
    ...tableRun(model, table, preparation, result, program),
    genesOn: result.probability.reduce((on, value) => on + (isOn(value) ? 1 : 0), 0),
  };
}

/** Fields of a run on a table, for any prediction. */
export function tableRun<Result extends TableResult>(
  model: OpenedModel,
  table: Table,
  preparation: Preparation,
  { alpha, model: _model, input, ...result }: Result,
  program: string,
) {
  const { genes, bins, beta } = result;
  return {
    ...result,
    ...madeNow(model, program),
    ...attended(genes.length, bins, alpha, beta),
    tables: [asRead(table)] as const,
    preparations: [preparation] as const,
  };
}

/** A run of a model on the tables of both cell types. */
export function changeRun(
  model: OpenedModel,
  [a, b]: readonly [Table, Table],
  preparations: readonly [Preparation, Preparation],
  { alpha, auxiliaryAlpha, model: _model, input, ...result }: ChangeResult,
  program: string,
): ChangeRun {
  return { ...result, ...madeNow(model, program), tables: [asRead(a), asRead(b)], preparations };
}

/** Data shown for one gene of a run on one table, for any prediction. */
export interface GeneDetail {
  readonly index: number;
  /** Signal as the model read it, [T, M]: from the table, with bins selected and values scaled. */
  readonly signal: Float32Array;
  /** Attention over bins, [rows, T]. */
  readonly alpha: Float32Array;
}

/** Data shown for one gene of a run on two tables. */
export interface ChangedGene {
  readonly index: number;
  /** Input of the model, [T, 2M]: for each bin A's marks, then B's. */
  readonly values: Float32Array;
  /** Attention over bins, [rows, T]. */
  readonly alpha: Float32Array;
  /** Attention over bins of auxiliary encoders, [auxiliary, T]. */
  readonly auxiliaryAlpha: Float32Array;
  /** The model's log2 fold change for no change; undefined for the symmetric form, and for stored runs. */
  readonly noChange?: number | undefined;
}

/** Data shown for one gene of any run. */
export type OneGene = GeneDetail | ChangedGene;

/** Spread of the attention of a run's gene, by index. */
export interface GeneSpread extends EngineAttentionSpread {
  readonly index: number;
}

/** An explanation that can be shown along a gene. */
export type Along = (Explanation & View) | "alpha";

/** Measured counts of a run's genes in one cell type. */
export interface MeasuredCounts {
  readonly file: string;
  /** Counts, [N]; NaN for genes that the file lacks. */
  readonly counts: Float32Array;
}

/** Measured counts of both cell types, if files were opened. */
export interface Measured {
  readonly a?: MeasuredCounts | undefined;
  readonly b?: MeasuredCounts | undefined;
  /** Measured log2 fold changes, [N], if both cell types have counts; NaN if either is missing. */
  readonly foldChange?: Float32Array | undefined;
}

/** Change by which genes are grouped. */
export type Grouping = "measured" | "predicted";

/** Groups of genes over which the weights of marks are averaged. */
export interface GroupsRequest {
  readonly by: Grouping;
  /** |log2 fold change| above which genes go up or down; default: the value that one gene in ten exceeds. */
  readonly threshold?: number | undefined;
}

/** P(on), the level, or the log2 fold change, [N]. */
export function predictedOf(
  run: Pick<FinishedRun, "probability"> | Pick<LevelRun, "level"> | Pick<ChangeRun, "foldChange">,
): Float32Array {
  return "probability" in run ? run.probability : "level" in run ? run.level : run.foldChange;
}

/** Scores whose difference between samples is taken, [N]: log-odds before calibration, or the predictions. */
export function scoresOf(
  run: Pick<FinishedRun, "logit" | "probability"> | Pick<LevelRun, "level"> | Pick<ChangeRun, "foldChange">,
): Float32Array {
  return "logit" in run ? run.logit : predictedOf(run);
}

/** Names of A and B. */
export function cellNamesOf({ model: { card }, tables }: Pick<ChangeRun, "model" | "tables">) {
  return pairNames(card, [tables[0].file, tables[1].file]);
}

/** Base name of saved files for all tables of a run. */
export function fileOf({ tables }: Pick<GenesRun, "tables">): string {
  const [{ file }, b] = tables;
  const stem = (name: string): string => name.replace(/\.gz$/i, "").replace(/\.(csv|tsv|txt|tab)$/i, "");
  return b ? `${stem(file)}-${stem(b.file)}.csv` : file;
}

/** Name of a run: "LSTM-α,β, K562 on my.csv", "Raw: d, K562 → H1 on a.csv and b.csv". */
export function runName(run: {
  readonly model: OpenedModel;
  readonly tables: readonly { readonly file: string }[];
}): string {
  return `${modelName(run.model)} on ${run.tables.map(({ file }) => file).join(" and ")}`;
}

/** Tables of a run in words: "a.csv (bins 51–150 of each gene) and b.csv". */
export function tablesInWords({ tables, preparations }: Pick<GenesRun, "tables" | "preparations">): string {
  const said = tables.map(({ file }, i) => {
    const prepared = preparationInWords(preparations[i]!);
    return `${file}${prepared.length > 0 ? ` (${prepared.join("; ")})` : ""}`;
  });
  return said.join(" and ");
}

/** Size of α in bytes, for a run on one table of `genes` genes. */
export function runBytes(genes: number, attends: Attends, { marks, bins }: Pick<ModelCard, "marks" | "bins">): number {
  const rows = { "each-mark": marks.length, "all-marks": 1, none: 0 }[attends.bins];
  return 4 * genes * rows * bins;
}
