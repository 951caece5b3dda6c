/**
 * The table of predicted changes as `regulens predict` writes it: tab-separated with a header, one row a gene, `gene`,
 * `log2_fold_change`, of an ensemble `log2_fold_change_sd`, `log2_fold_change_low` and `log2_fold_change_high`,
 * `interval_low` and `interval_high` where intervals were asked for, `beta_COLUMN` for each column of β, then
 * `log2_count_A` and `log2_count_B` where the variant predicts them. A mark that was not measured has no β, and a last
 * column, `not_measured`, says in each row what stands in for it.
 */

import type { Intervals } from "../../../../../pkg/src/index";
import { cell, formatFloat32 } from "../../../export/tsv";
import { type SpreadToWrite, spreadColumns } from "../spread";
import { absentInWords, isAbsent, type NotesOf } from "../../shared/tables/not-measured";

/** Values to write; arrays are row-major. */
export interface Changes extends SpreadToWrite {
  /** Names of the genes [N]. */
  readonly genes: readonly string[];
  /** Names of β's columns. */
  readonly columns: readonly string[];
  /** Predicted log2((B + 1) / (A + 1)) [N]. */
  readonly foldChange: ArrayLike<number>;
  /** [N, columns] */
  readonly beta: ArrayLike<number>;
  /** Predicted log2(count + 1) in A and B [N, 2], or empty. */
  readonly expression: ArrayLike<number>;
  /** Interval of each change; undefined where none were asked for. */
  readonly intervals?: Intervals | undefined;
}

/** The whole table, with a newline at its end; `notes` are those of A's table and of B's. */
export function changesTsv(changes: Changes, notes: NotesOf): string {
  const { genes, columns, foldChange, beta, expression, intervals } = changes;
  const predicted = [
    { name: "log2_fold_change", values: foldChange },
    ...spreadColumns("log2_fold_change", changes),
    ...(intervals
      ? [
          { name: "interval_low", values: intervals.low },
          { name: "interval_high", values: intervals.high },
        ]
      : []),
  ];
  const counts = expression.length > 0 ? ["log2_count_A", "log2_count_B"] : [];
  const absent = absentInWords(notes);
  const said = absent === "" ? [] : [absent];
  const isEmpty = columns.map((column) => isAbsent(notes, column));
  const weights = columns.map((column) => `beta_${cell(column)}`);
  const rows = [
    ["gene", ...predicted.map(({ name }) => name), ...weights, ...counts, ...said.map(() => "not_measured")].join("\t"),
  ];
  genes.forEach((gene, i) => {
    const weighed = columns.map((_, j) => (isEmpty[j] ? "" : formatFloat32(beta[i * columns.length + j]!)));
    const expressed = counts.map((_, condition) => formatFloat32(expression[2 * i + condition]!));
    rows.push(
      [cell(gene), ...predicted.map(({ values }) => formatFloat32(values[i]!)), ...weighed, ...expressed, ...said].join(
        "\t",
      ),
    );
  });
  return `${rows.join("\n")}\n`;
}
