/** Genes by samples as a saved table. */

import { cell, formatFloat32 } from "../../../export/tsv";
import type { GeneNames } from "../../shared/genes/names";
import { differenceIn, type Pair, type SampleMatrix, valueIn } from "./matrix";
import type { Sampled } from "./sampled";
import { formatSigned } from "../../../explain/everywhere/everywhere";
import { formatCount } from "../../../plots/core/format";

/** The difference of two samples in a sentence: number of genes, and the most different one. */
export function resultInWords(
  matrix: SampleMatrix,
  pair: Pair,
  { call, high, score }: Pick<Sampled, "call" | "high" | "score">,
  { names }: GeneNames,
): string {
  const [from, to] = pair;
  let [up, down, shared, most] = [0, 0, 0, -1];
  for (let gene = 0; gene < matrix.genes.length; gene++) {
    const difference = differenceIn(matrix, gene, pair);
    if (Number.isNaN(difference)) continue;
    shared += 1;
    const isHigh = (sample: number): boolean => call(valueIn(matrix, gene, sample)) === 1;
    if (high === undefined ? difference > 0 : isHigh(to) && !isHigh(from)) up += 1;
    if (high === undefined ? difference < 0 : isHigh(from) && !isHigh(to)) down += 1;
    if (most < 0 || Math.abs(difference) > Math.abs(differenceIn(matrix, most, pair))) most = gene;
  }
  const [before, after] = [matrix.samples[from]!, matrix.samples[to]!];
  if (shared === 0) return `${before} and ${after} have no gene in common.`;
  const of = `${formatCount(up)} of ${formatCount(shared)} genes`;
  const counts =
    high === undefined
      ? `${of} are higher in ${after}, ${formatCount(down)} in ${before}`
      : `${of} are ${high} in ${after} alone, ${formatCount(down)} in ${before} alone`;
  const { symbol, id } = names[most]!;
  const largest = differenceIn(matrix, most, pair);
  return largest === 0
    ? `${counts}; none differs.`
    : `${counts}; ${symbol ?? id} differs most, by ${formatSigned(largest, 2)} (${score}).`;
}

/** Comment lines before the header of a samples table. */
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
 * The listed genes in order: the value in each sample, empty if missing; the range; the difference of two samples; the
 * symbol, if any is known.
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
