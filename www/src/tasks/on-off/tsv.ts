/**
 * The table of predictions as `regulens predict` writes it: tab-separated with a header, one row a gene, `gene`,
 * `probability`, `logit`, then `beta_MARK` for each mark in the model's order.
 */

import { cell, formatFloat32 } from "../../export/tsv";

/** What is written; arrays are row-major. */
export interface Predictions {
  /** Names of the genes [N]. */
  readonly genes: readonly string[];
  /** Names of the marks [M], in the model's order. */
  readonly marks: readonly string[];
  /** P(on) [N]. */
  readonly probability: ArrayLike<number>;
  /** Logit [N]. */
  readonly logit: ArrayLike<number>;
  /** β [N, M]; undefined for a model that does not weigh marks. */
  readonly beta?: ArrayLike<number> | undefined;
}

/** The whole table, with a newline at its end. */
export function predictionsTsv({ genes, marks, probability, logit, beta }: Predictions): string {
  const weighed = beta ? marks : [];
  const rows = [["gene", "probability", "logit", ...weighed.map((mark) => `beta_${cell(mark)}`)].join("\t")];
  genes.forEach((gene, i) => {
    let row = `${cell(gene)}\t${formatFloat32(probability[i])}\t${formatFloat32(logit[i])}`;
    for (let mark = 0; mark < weighed.length; mark++)
      row += `\t${formatFloat32(beta?.[i * marks.length + mark] ?? Number.NaN)}`;
    rows.push(row);
  });
  return `${rows.join("\n")}\n`;
}
