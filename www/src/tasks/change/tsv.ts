/**
 * The table of predicted changes as `regulens predict` writes it: tab-separated with a header, one row a gene, `gene`,
 * `log2_fold_change`, `beta_COLUMN` for each column of β, then `log2_count_A` and `log2_count_B` where the variant
 * predicts them.
 */

import { cell, formatFloat32 } from "../../export/tsv";

/** What is written; arrays are row-major. */
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

/** The whole table, with a newline at its end. */
export function changesTsv({ genes, columns, foldChange, beta, expression }: Changes): string {
  const counts = expression.length > 0 ? ["log2_count_A", "log2_count_B"] : [];
  const rows = [["gene", "log2_fold_change", ...columns.map((column) => `beta_${cell(column)}`), ...counts].join("\t")];
  genes.forEach((gene, i) => {
    const values = [
      foldChange[i],
      ...columns.map((_, column) => beta[i * columns.length + column]),
      ...counts.map((_, condition) => expression[2 * i + condition]),
    ];
    rows.push([cell(gene), ...values.map(formatFloat32)].join("\t"));
  });
  return `${rows.join("\n")}\n`;
}
