/** Several runs on the genes that they share. Pure; 20,000 genes take some milliseconds. */

import { formatFloat32 } from "../../../export/tsv";
import type { FinishedRun } from "../result";

/** What is compared of a run. */
type Run = Pick<FinishedRun, "probability"> & { readonly table: Pick<FinishedRun["table"], "genes"> };

/** Two or more runs on the genes that all of them have. R runs, S genes. */
export interface Comparison {
  /** Names of the shared genes, in the first run's order, [S]. */
  readonly genes: readonly string[];
  /** For each run the position of each shared gene in it, [R][S]. */
  readonly positions: readonly Uint32Array[];
  /** The largest P(on) less the smallest, [S]. */
  readonly difference: Float32Array;
  /** In how many of the runs a shared gene is predicted on, [S]. */
  readonly runsOn: Uint8Array;
  /** For each run how many of its genes are not in all others, [R]. */
  readonly unshared: readonly number[];
  /** How many names stand more than once in one run; the first counts. */
  readonly repeated: number;
}

/** The positions of each run's genes by name; the first of a name counts. */
function places({ table: { genes } }: Run): Map<string, number> {
  const found = new Map<string, number>();
  genes.forEach((gene, at) => found.has(gene) || found.set(gene, at));
  return found;
}

/** Matches genes by name. */
export function compareRuns(runs: readonly Run[]): Comparison {
  const byName = runs.map(places);
  const genes = [...(byName[0]?.keys() ?? [])].filter((gene) => byName.every((run) => run.has(gene)));
  const positions = byName.map((run) => Uint32Array.from(genes, (gene) => run.get(gene)!));
  const difference = new Float32Array(genes.length);
  const runsOn = new Uint8Array(genes.length);
  for (let gene = 0; gene < genes.length; gene++) {
    const values = runs.map(({ probability }, run) => probability[positions[run][gene]]);
    difference[gene] = Math.max(...values) - Math.min(...values);
    runsOn[gene] = values.filter((value) => value >= 0.5).length;
  }
  return {
    genes,
    positions,
    difference,
    runsOn,
    unshared: byName.map((run) => run.size - genes.length),
    repeated: runs.reduce((sum, { table }, run) => sum + table.genes.length - byName[run].size, 0),
  };
}

/** P(on) of a shared gene in each run. */
export function probabilities(runs: readonly Run[], { positions }: Comparison, gene: number): number[] {
  return runs.map(({ probability }, run) => probability[positions[run][gene]]);
}

/** What the table of shared genes sorts by: `run:1` is P(on) of the second run. */
export type ComparisonKey = "gene" | "difference" | `run:${number}`;

/** Which shared genes are listed; `differ` are those on in one run and off in another. */
export type ComparisonFilter = "all" | "differ" | "on" | "off";

/** What the table of shared genes lists. */
export interface ComparisonListing {
  readonly sort: { readonly key: ComparisonKey; readonly descending: boolean } | undefined;
  readonly filter: ComparisonFilter;
  /** Part of a gene's name, in any case. */
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
  runs: readonly Run[],
  comparison: Comparison,
  { sort, filter, search }: ComparisonListing,
): Uint32Array {
  const { genes, runsOn, difference, positions } = comparison;
  const wanted = search.trim().toLowerCase();
  const passes = {
    all: () => true,
    differ: (on: number) => on > 0 && on < runs.length,
    on: (on: number) => on === runs.length,
    off: (on: number) => on === 0,
  }[filter];
  const listed = Uint32Array.from(genes.keys()).filter(
    (gene) => passes(runsOn[gene]) && (!wanted || genes[gene].toLowerCase().includes(wanted)),
  );
  if (!sort) return listed;
  const { key, descending } = sort;
  const run = Number(key.slice("run:".length));
  const compare =
    key === "gene"
      ? (a: number, b: number) => (genes[a] < genes[b] ? -1 : genes[a] > genes[b] ? 1 : 0)
      : key === "difference"
        ? (a: number, b: number) => difference[a] - difference[b]
        : (a: number, b: number) => runs[run].probability[positions[run][a]] - runs[run].probability[positions[run][b]];
  return listed.sort(descending ? (a, b) => compare(b, a) || a - b : (a, b) => compare(a, b) || a - b);
}

/** A name as one cell. */
function cell(text: string): string {
  return text.replace(/[\t\r\n]+/g, " ");
}

/** The shared genes as a table: a line a run that says what it is, then one row a gene. */
export function comparisonTsv(runs: readonly Run[], names: readonly string[], comparison: Comparison): string {
  const about = names.map((name, run) => `# probability_${run + 1}: ${cell(name)}`);
  const head = ["gene", ...runs.map((_, run) => `probability_${run + 1}`), "difference"].join("\t");
  const rows = comparison.genes.map((gene, at) =>
    [
      cell(gene),
      ...probabilities(runs, comparison, at).map(formatFloat32),
      formatFloat32(comparison.difference[at]),
    ].join("\t"),
  );
  return [...about, head, ...rows, ""].join("\n");
}

/** The genes that not all runs have: in which they are. */
export function unsharedTsv(runs: readonly Run[], names: readonly string[]): string {
  const byName = runs.map(places);
  const genes = [...new Set(byName.flatMap((run) => [...run.keys()]))].filter(
    (gene) => !byName.every((run) => run.has(gene)),
  );
  const about = names.map((name, run) => `# in_${run + 1}: ${cell(name)}`);
  const rows = genes.map((gene) => [cell(gene), ...byName.map((run) => (run.has(gene) ? 1 : 0))].join("\t"));
  return [...about, ["gene", ...runs.map((_, run) => `in_${run + 1}`)].join("\t"), ...rows, ""].join("\n");
}
