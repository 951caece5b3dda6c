/** Genes by samples as a saved table. */

import { cell, formatFloat32 } from "../../../export/tsv";
import { type GeneNames } from "../../shared/genes/names";
import { differenceIn, type Pair, type SampleMatrix, valueIn } from "./matrix";
import type { Sampled } from "./sampled";

/** Lines of a table of samples before its header, which say what it is. */
export interface SamplesAbout {
  /** The model, with the SHA-256 of its file. */
  readonly model: string;
  readonly program: string;
  readonly date: string;
  /** The files of each sample, [S]. */
  readonly files: readonly string[];
  readonly of: Sampled;
}

/**
 * The listed genes in their order: the value in each sample, empty where it lacks the gene; their range; the difference
 * of two samples; the symbol, where any is known.
 */
export function samplesTsv(
  matrix: SampleMatrix,
  { listed, order, pair }: { readonly listed: Uint32Array; readonly order: readonly number[]; readonly pair: Pair },
  about: SamplesAbout,
  { names }: GeneNames,
): string {
  const named = order.map((sample) => cell(matrix.samples[sample]!));
  const [from, to] = pair.map((sample) => cell(matrix.samples[sample]!));
  const isNamed = names.some(({ symbol }) => symbol !== undefined);
  const number = (value: number): string => (Number.isNaN(value) ? "" : formatFloat32(value));
  const { value, column } = about.of;
  const lines = [
    `# ${value} by ${cell(about.model)}; ${about.program}, ${about.date}`,
    ...order.map((sample) => `# ${cell(matrix.samples[sample]!)}: ${cell(about.files[sample]!)}`),
    `# ${column.name} ${column.note}`,
    ["gene", ...named, "range", `${column.name} ${to} - ${from}`, ...(isNamed ? ["symbol"] : [])].join("\t"),
  ];
  for (const gene of listed)
    lines.push(
      [
        cell(matrix.genes[gene]!),
        ...order.map((sample) => number(valueIn(matrix, gene, sample))),
        number(matrix.range[gene]!),
        number(differenceIn(matrix, gene, pair)),
        ...(isNamed ? [cell(names[gene]?.symbol ?? "")] : []),
      ].join("\t"),
    );
  return `${lines.join("\n")}\n`;
}
