/**
 * The table of predictions as `regulens predict` writes it: tab-separated with a header, one row a gene, `gene`,
 * `probability`, `logit`, of a calibrated model `probability_raw`, of an ensemble `probability_sd`, `probability_low`
 * and `probability_high`, then `beta_MARK` for each mark in the model's order, and `set` where it was asked for. A mark
 * that was not measured has no β, and a last column, `not_measured`, says in each row what stands in for it.
 */

import { cell, formatFloat32 } from "../../../export/tsv";
import { type SpreadToWrite, spreadColumns } from "../spread";
import type { Sets } from "../sureness";
import { absentInWords, isAbsent } from "../../shared/tables/not-measured";

/** Predictions to write; arrays are row-major. */
export interface Predictions extends SpreadToWrite {
  /** Names of the genes [N]. */
  readonly genes: readonly string[];
  /** Names of the marks [M], in the model's order. */
  readonly marks: readonly string[];
  /** P(on) [N]. */
  readonly probability: ArrayLike<number>;
  /** Logit [N]. */
  readonly logit: ArrayLike<number>;
  /** P(on) before the calibration [N]; undefined for a model without one. */
  readonly probabilityRaw?: ArrayLike<number> | undefined;
  /** β [N, M]; undefined for a model that does not weigh marks. */
  readonly beta?: ArrayLike<number> | undefined;
  /** Classes of each gene that cannot be excluded [N]; undefined where they were not asked for. */
  readonly sets?: Sets["of"] | undefined;
  /** The table's notes, which say what was not measured. */
  readonly notes: readonly string[];
}

/** The whole table, with a newline at its end. */
export function predictionsTsv(predictions: Predictions): string {
  const { genes, marks, probability, logit, probabilityRaw, beta, sets, notes } = predictions;
  const predicted = [
    { name: "probability", values: probability },
    { name: "logit", values: logit },
    ...(probabilityRaw ? [{ name: "probability_raw", values: probabilityRaw }] : []),
    ...spreadColumns("probability", predictions),
  ];
  const weighed = beta ? marks : [];
  const absent = absentInWords([notes]);
  const said = absent === "" ? [] : [absent];
  const isEmpty = weighed.map((mark) => isAbsent([notes], mark));
  const columns = weighed.map((mark) => `beta_${cell(mark)}`);
  const rows = [
    [
      "gene",
      ...predicted.map(({ name }) => name),
      ...columns,
      ...(sets ? ["set"] : []),
      ...said.map(() => "not_measured"),
    ].join("\t"),
  ];
  genes.forEach((gene, i) => {
    let row = [cell(gene), ...predicted.map(({ values }) => formatFloat32(values[i]))].join("\t");
    for (let mark = 0; mark < weighed.length; mark++)
      row += `\t${isEmpty[mark] ? "" : formatFloat32(beta?.[i * marks.length + mark] ?? Number.NaN)}`;
    rows.push([row, ...(sets ? [sets[i]!] : []), ...said].join("\t"));
  });
  return `${rows.join("\n")}\n`;
}
