/**
 * Tables of predictions as `regulens predict` writes them: tab-separated with a header, one row per gene: `gene`, the
 * prediction, `beta_COLUMN` for each mark or column of β, and further columns of the outcome. A mark that was not
 * measured has no β, and the last column, `not_measured`, gives its substitute value in each row.
 */

import type { Intervals } from "../../../../../pkg/src/index";
import { cell, formatFloat32 } from "../../../export/tsv";
import { standInsIn } from "../../shared/stand-ins";
import { type SpreadToWrite, spreadColumns } from "../sure/spread";
import type { Sets } from "../sure/sets";

/** A column of numbers, [N]. */
interface Column {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** On/off predictions to write; arrays are row-major. */
export interface Predictions extends SpreadToWrite {
  /** Names of the genes, [N]. */
  readonly genes: readonly string[];
  /** Names of the marks, in the model's order, [M]. */
  readonly marks: readonly string[];
  /** P(on), [N]. */
  readonly probability: ArrayLike<number>;
  /** Logit, [N]. */
  readonly logit: ArrayLike<number>;
  /** P(on) before calibration, [N]; undefined for a model without one. */
  readonly probabilityRaw?: ArrayLike<number> | undefined;
  /** β, [N, M]; undefined for a model that does not weight marks. */
  readonly beta?: ArrayLike<number> | undefined;
  /** Prediction set of each gene, [N]; undefined if not requested. */
  readonly sets?: Sets["of"] | undefined;
  /** The table's notes, which list marks that were not measured. */
  readonly notes: readonly string[];
}

/**
 * `probability`, `logit`; for a calibrated model `probability_raw`; for an ensemble `probability_sd`, `probability_low`
 * and `probability_high`; after β, `set` if requested.
 */
export function predictionsTsv(predictions: Predictions): string {
  const { genes, marks, probability, logit, probabilityRaw, beta, sets, notes } = predictions;
  const predicted = [
    { name: "probability", values: probability },
    { name: "logit", values: logit },
    ...(probabilityRaw ? [{ name: "probability_raw", values: probabilityRaw }] : []),
    ...spreadColumns("probability", predictions),
  ];
  const added = sets ? [{ name: "set", cell: (gene: number) => sets[gene]! }] : [];
  return tableOf(genes, predicted, { columns: beta ? marks : [], beta: beta ?? [] }, added, [notes]);
}

/** Predicted levels, to be written; arrays are row-major. */
export interface Levels extends Pick<Predictions, "genes" | "marks" | "notes">, SpreadToWrite {
  /** log2(count + 1), [N]. */
  readonly level: ArrayLike<number>;
  /** β, [N, M], or empty. */
  readonly beta: ArrayLike<number>;
  /** Interval of each level; undefined if not requested. */
  readonly intervals?: Intervals | undefined;
}

/**
 * `level`, for an ensemble with `_sd`, `_low` and `_high`; `interval_low` and `interval_high` if intervals were
 * requested.
 */
export function levelsTsv(levels: Levels): string {
  const { genes, marks, level, beta, notes } = levels;
  const predicted = [
    { name: "level", values: level },
    ...spreadColumns("level", levels),
    ...intervalColumns(levels.intervals),
  ];
  return tableOf(genes, predicted, { columns: beta.length > 0 ? marks : [], beta }, [], [notes]);
}

function intervalColumns(intervals: Intervals | undefined): Column[] {
  if (!intervals) return [];
  return [
    { name: "interval_low", values: intervals.low },
    { name: "interval_high", values: intervals.high },
  ];
}

/** Predicted changes, to be written; arrays are row-major. */
export interface Changes extends SpreadToWrite {
  /** Names of the genes, [N]. */
  readonly genes: readonly string[];
  /** Names of β's columns. */
  readonly columns: readonly string[];
  /** Predicted log2((B + 1) / (A + 1)), [N]. */
  readonly foldChange: ArrayLike<number>;
  /** β, [N, columns]. */
  readonly beta: ArrayLike<number>;
  /** Predicted log2(count + 1) in A and B, [N, 2], or empty. */
  readonly expression: ArrayLike<number>;
  /** Interval of each change; undefined if not requested. */
  readonly intervals?: Intervals | undefined;
}

/**
 * `log2_fold_change`, for an ensemble with `_sd`, `_low` and `_high`; `interval_low` and `interval_high` if intervals
 * were requested; after β, `log2_count_A` and `log2_count_B` if the variant predicts them. `notes` are those of A's
 * table and of B's.
 */
export function changesTsv(changes: Changes, notes: NotesOf): string {
  const { genes, foldChange, expression, intervals } = changes;
  const predicted = [
    { name: "log2_fold_change", values: foldChange },
    ...spreadColumns("log2_fold_change", changes),
    ...intervalColumns(intervals),
  ];
  const counts = expression.length > 0 ? ["A", "B"] : [];
  const added = counts.map((name, i) => ({
    name: `log2_count_${name}`,
    cell: (gene: number) => formatFloat32(expression[2 * gene + i]!),
  }));
  return tableOf(genes, predicted, changes, added, notes);
}

/** The whole table, with a final newline. */
function tableOf(
  genes: readonly string[],
  predicted: readonly Column[],
  { columns, beta }: Pick<Changes, "columns" | "beta">,
  added: readonly { readonly name: string; cell(gene: number): string }[],
  notes: NotesOf,
): string {
  const absent = absentInWords(notes);
  const said = absent === "" ? [] : [absent];
  const isEmpty = columns.map((column) => isAbsent(notes, column));
  const names = [...predicted.map(({ name }) => name), ...columns.map((column) => `beta_${cell(column)}`)];
  const rows = [["gene", ...names, ...added.map(({ name }) => name), ...said.map(() => "not_measured")].join("\t")];
  genes.forEach((gene, i) => {
    let row = [cell(gene), ...predicted.map(({ values }) => formatFloat32(values[i]!))].join("\t");
    for (let column = 0; column < columns.length; column++)
      row += `\t${isEmpty[column] ? "" : formatFloat32(beta[i * columns.length + column]!)}`;
    rows.push([row, ...added.map((each) => each.cell(i)), ...said].join("\t"));
  });
  return `${rows.join("\n")}\n`;
}

/** The notes of the only table, or of A's and of B's. */
type NotesOf = readonly [readonly string[]] | readonly [readonly string[], readonly string[]];

/** True for a column of β, `MARK` or `A_MARK`, of a mark that was not measured: its weight is meaningless. */
function isAbsent(notes: NotesOf, column: string): boolean {
  const marks = notes.map((each) => new Set(standInsIn(each).map(({ mark }) => mark.toLowerCase())));
  if (marks.length === 1) return marks[0]!.has(column.toLowerCase());
  const [, group, mark] = /^([^_]*)_(.*)$/.exec(column.toLowerCase()) ?? [];
  if (group === undefined || mark === undefined) return false;
  // A difference involves both tables.
  return marks.some((absent, i) => (group === "diff" || group.endsWith("ab"[i]!)) && absent.has(mark));
}

/** Substituted marks in words: `H3K9me3 (1.38 stands in)`; empty if all were measured. */
function absentInWords(notes: NotesOf): string {
  return notes
    .flatMap((each, i) => {
      const of = notes.length > 1 ? ` in ${"AB"[i]}` : "";
      return standInsIn(each).map(({ mark, value }) => `${cell(mark)}${of} (${value} stands in)`);
    })
    .join("; ");
}
