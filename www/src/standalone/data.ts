/** Chosen genes, sequences and measured values as text, for the blocks of a single-file page. */

import { decode } from "../../../pkg/src/index";
import { formatFloat32 } from "../export/tsv";

/** Genes of a table, as the model read them. */
export interface ChosenGenes {
  readonly names: readonly string[];
  readonly marks: readonly string[];
  readonly bins: number;
  /** Values, [genes, T, marks]. */
  readonly values: Float32Array;
  /** Labels, 1 = on, [genes]. */
  readonly labels?: ArrayLike<number> | undefined;
}

/** A table with a header of marks, gene by gene: `gene,bin,MARK,…[,label]`. Float32 values are preserved. */
export function* tableText({ names, marks, bins, values, labels }: ChosenGenes): Generator<string> {
  yield `gene,bin,${marks.join(",")}${labels ? ",label" : ""}\n`;
  for (const [gene, name] of names.entries()) {
    const cell = /[,\t]/.test(name) ? `"${name}"` : name;
    const label = labels ? `,${labels[gene] === 1 ? 1 : 0}` : "";
    let rows = "";
    for (let bin = 0; bin < bins; bin++) {
      const at = (gene * bins + bin) * marks.length;
      rows += `${cell},${bin + 1}`;
      for (let mark = 0; mark < marks.length; mark++) rows += `,${decimal(values[at + mark])}`;
      rows += `${label}\n`;
    }
    yield rows;
  }
}

/** A float32 as Rust prints it: the shortest decimal that reads back, never with an exponent. */
export function decimal(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return Object.is(value, -0) ? "-0" : String(value);
  const text = formatFloat32(value);
  const [, sign, whole, fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const [digits, point] = [whole + fraction, whole.length + Number(exponent)];
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return (
    sign + (point >= digits.length ? digits.padEnd(point, "0") : `${digits.slice(0, point)}.${digits.slice(point)}`)
  );
}

/** Bases per line of FASTA. */
const LINE = 80;

/** A record of FASTA. Anything other than A, C, G or T is N. */
export function fastaText(name: string, description: string, codes: Uint8Array): string {
  const bases = decode(codes);
  let text = `>${[name, description].filter(Boolean).join(" ")}\n`;
  for (let at = 0; at < bases.length; at += LINE) text += `${bases.slice(at, at + LINE)}\n`;
  return text;
}

/** Number of bases whose values are requested at a time. */
const STRETCH = 1 << 18;

/**
 * Measured values of a record, or of its bases `first` to `last` (excluded), as bedGraph at single-base resolution:
 * equal neighbours share a row, bases without a value have none.
 */
export function bedGraphText(
  record: string,
  last: number,
  bases: (start: number, count: number) => Float32Array,
  first = 0,
): string {
  let text = "";
  let [start, value] = [first, 0];
  const end = (at: number): void => {
    if (value !== 0) text += `${record}\t${start}\t${at}\t${decimal(value)}\n`;
  };
  for (let from = first; from < last; from += STRETCH) {
    bases(from, Math.min(STRETCH, last - from)).forEach((each, i) => {
      if (each === value) return;
      end(from + i);
      [start, value] = [from + i, each];
    });
  }
  end(last);
  return text;
}
