/** Several runs on the genes that they share. Pure; 20,000 genes take some milliseconds. */

import type { GenesRun } from "../result";
import { formatFloat32 } from "../../../export/columns";
import { type GeneNames, geneNames, searchOf } from "../../shared/genes/names";

/** A run that is kept to be compared. */
export interface KeptRun<Run = GenesRun> {
  /** Identifier in the worker. */
  readonly id: number;
  /** Letter in the comparison: "A". */
  readonly letter: string;
  readonly run: Run;
  /** Differences between the values and those that its model was trained on, where nobody has seen them yet. */
  readonly deviations: readonly string[];
}

/** Values of a run to compare: a number for each gene, [N]. */
export interface Compared {
  readonly genes: readonly string[];
  readonly values: Float32Array;
}

/** Two or more runs on the genes that all of them have. R runs, S genes. */
export interface Comparison {
  /** Names of the shared genes, in the first run's order, [S]. */
  readonly genes: readonly string[];
  /** For each run the position of each shared gene in it, [R][S]. */
  readonly positions: readonly Uint32Array[];
  /** The numbers of each run, [R][N of the run]. */
  readonly values: readonly Float32Array[];
  /** The largest number less the smallest, [S]. */
  readonly difference: Float32Array;
  /** In how many of the runs a shared gene is called high: on, or higher in B, [S]. */
  readonly runsHigh: Uint8Array;
  /** For each run how many of its genes are not in all others, [R]. */
  readonly unshared: readonly number[];
  /** Number of further occurrences of names that stand more than once in one run; the first counts. */
  readonly repeated: number;
}

/** The positions of each run's genes by name; the first of a name counts. */
function places({ genes }: Compared): Map<string, number> {
  const found = new Map<string, number>();
  genes.forEach((gene, at) => found.has(gene) || found.set(gene, at));
  return found;
}

/** Matches genes by name. */
export function compareRuns(runs: readonly Compared[], isHigh: (value: number) => boolean): Comparison {
  const byName = runs.map(places);
  const genes = [...(byName[0]?.keys() ?? [])].filter((gene) => byName.every((run) => run.has(gene)));
  const positions = byName.map((run) => Uint32Array.from(genes, (gene) => run.get(gene)!));
  const difference = new Float32Array(genes.length);
  const runsHigh = new Uint8Array(genes.length);
  for (let gene = 0; gene < genes.length; gene++) {
    const values = runs.map(({ values }, run) => values[positions[run][gene]]);
    difference[gene] = Math.max(...values) - Math.min(...values);
    runsHigh[gene] = values.filter(isHigh).length;
  }
  return {
    genes,
    positions,
    values: runs.map(({ values }) => values),
    difference,
    runsHigh,
    unshared: byName.map((run) => run.size - genes.length),
    repeated: runs.reduce((sum, each, run) => sum + each.genes.length - byName[run].size, 0),
  };
}

/** The number of a shared gene in one run. */
export function valueIn({ values, positions }: Comparison, run: number, gene: number): number {
  return values[run][positions[run][gene]];
}

/** Sort key of the table of shared genes: `run:1` is the number of the second run. */
export type ComparisonKey = "gene" | "difference" | `run:${number}`;

/** Which shared genes are listed; `differ` are those that one run calls high and another low. */
export type ComparisonFilter = "all" | "differ" | "high" | "low";

/** Sort order, filter and search of the table of shared genes. */
export interface ComparisonListing {
  readonly sort: { readonly key: ComparisonKey; readonly descending: boolean } | undefined;
  readonly filter: ComparisonFilter;
  /** Part of a gene's symbol or id, in any case. */
  readonly search: string;
}

/** Genes from the largest difference to the smallest. */
export const FIRST_COMPARISON: ComparisonListing = {
  sort: { key: "difference", descending: true },
  filter: "all",
  search: "",
};

/** Positions of the listed genes among the shared ones, in order. Equal ones keep the first run's order. */
export function listComparison(
  comparison: Comparison,
  { sort, filter, search }: ComparisonListing,
  { keys, texts }: GeneNames = geneNames(comparison.genes),
): Uint32Array {
  const { genes, runsHigh, difference, values } = comparison;
  const isWanted = searchOf(search);
  const passes = {
    all: () => true,
    differ: (high: number) => high > 0 && high < values.length,
    high: (high: number) => high === values.length,
    low: (high: number) => high === 0,
  }[filter];
  const listed = Uint32Array.from(genes.keys()).filter(
    (gene) => passes(runsHigh[gene]) && (!isWanted || isWanted(texts[gene])),
  );
  if (!sort) return listed;
  const { key, descending } = sort;
  const run = Number(key.slice("run:".length));
  const compare =
    key === "gene"
      ? (a: number, b: number) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0)
      : key === "difference"
        ? (a: number, b: number) => difference[a] - difference[b]
        : (a: number, b: number) => valueIn(comparison, run, a) - valueIn(comparison, run, b);
  return listed.sort(descending ? (a, b) => compare(b, a) || a - b : (a, b) => compare(a, b) || a - b);
}

/** A name as one cell. */
function cell(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ");
}

/** The shared genes as a table: a line a run that says what it is, then one row a gene; `column` is of one run. */
export function comparisonTsv(comparison: Comparison, names: readonly string[], column: string): string {
  const about = names.map((name, run) => `# ${column}_${run + 1}: ${cell(name)}`);
  const head = ["gene", ...names.map((_, run) => `${column}_${run + 1}`), "difference"].join("\t");
  const rows = comparison.genes.map((gene, at) =>
    [
      cell(gene),
      ...names.map((_, run) => formatFloat32(valueIn(comparison, run, at))),
      formatFloat32(comparison.difference[at]),
    ].join("\t"),
  );
  return [...about, head, ...rows, ""].join("\n");
}

/** The genes that not all runs have: in which they are. */
export function unsharedTsv(runs: readonly Compared[], names: readonly string[]): string {
  const byName = runs.map(places);
  const genes = [...new Set(byName.flatMap((run) => [...run.keys()]))].filter(
    (gene) => !byName.every((run) => run.has(gene)),
  );
  const about = names.map((name, run) => `# in_${run + 1}: ${cell(name)}`);
  const rows = genes.map((gene) => [cell(gene), ...byName.map((run) => (run.has(gene) ? 1 : 0))].join("\t"));
  return [...about, ["gene", ...runs.map((_, run) => `in_${run + 1}`)].join("\t"), ...rows, ""].join("\n");
}

/** Two runs, by their positions among the kept ones: across, and upwards. */
export type Pair = readonly [across: number, up: number];

/** The numbers of all shared genes in each run of a comparison, as far as they were asked for. */
const numbers = new WeakMap<Comparison, Map<number, Float32Array>>();

/** The numbers of all shared genes in one run; of one comparison always the same array. */
export function valuesIn(comparison: Comparison, run: number): Float32Array {
  const known = numbers.get(comparison) ?? new Map<number, Float32Array>();
  numbers.set(comparison, known);
  const values = known.get(run) ?? Float32Array.from(comparison.genes, (_, gene) => valueIn(comparison, run, gene));
  known.set(run, values);
  return values;
}
