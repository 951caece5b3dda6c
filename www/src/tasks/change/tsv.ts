/**
 * The table of predicted changes as `regulens predict` writes it: tab-separated with a header, one row a gene, `gene`,
 * `log2_fold_change`, `beta_COLUMN` for each column of β, then `log2_count_A` and `log2_count_B` where the variant
 * predicts them. A mark that was not measured has no β, and a last column, `not_measured`, says in each row what stands
 * in for it.
 */

import { cell, formatFloat32 } from "../../export/tsv";
import { absentInWords, isAbsent, type NotesOf } from "../shared/tables/not-measured";

/** Values to write; arrays are row-major. */
export interface Changes {
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
}

/** The whole table, with a newline at its end; `notes` are those of A's table and of B's. */
export function changesTsv({ genes, columns, foldChange, beta, expression }: Changes, notes: NotesOf): string {
  const counts = expression.length > 0 ? ["log2_count_A", "log2_count_B"] : [];
  const absent = absentInWords(notes);
  const said = absent === "" ? [] : [absent];
  const isEmpty = columns.map((column) => isAbsent(notes, column));
  const weights = columns.map((column) => `beta_${cell(column)}`);
  const rows = [["gene", "log2_fold_change", ...weights, ...counts, ...said.map(() => "not_measured")].join("\t")];
  genes.forEach((gene, i) => {
    const weighed = columns.map((_, j) => (isEmpty[j] ? "" : formatFloat32(beta[i * columns.length + j]!)));
    const expressed = counts.map((_, condition) => formatFloat32(expression[2 * i + condition]!));
    rows.push([cell(gene), formatFloat32(foldChange[i]!), ...weighed, ...expressed, ...said].join("\t"));
  });
  return `${rows.join("\n")}\n`;
}
