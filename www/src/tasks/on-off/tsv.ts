/**
 * The table of predictions as `regulens predict` writes it: tab-separated with a header, one row a gene, `gene`,
 * `probability`, `logit`, then `beta_MARK` for each mark in the model's order.
 */

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

/**
 * The shortest decimal number that reads back as the same float32 (the value is rounded to float32 first). What is not
 * a number is written as Rust and Python read it: `NaN`, `inf`, `-inf`.
 */
export function formatFloat32(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return "NaN";
  if (!Number.isFinite(single)) return single > 0 ? "inf" : "-inf";
  if (Object.is(single, -0)) return "-0";
  // Nine digits always suffice for float32; fewer often do.
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(single.toPrecision(digits));
    if (Math.fround(decimal) === single) return String(decimal);
  }
  return String(Number(single.toPrecision(9)));
}

/** A name as one cell: what would end a cell or a row becomes a space. */
export function cell(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ");
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
