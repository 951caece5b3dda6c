/** What differs from task to task where kept runs are shown. */

import type { TemplateResult } from "lit";
import type { Provenance } from "../../../export";
import type { Drawing } from "../../../ui/drawing";
import type { Symbols } from "../genes/names";
import type { Comparison, ComparisonFilter } from "./comparison";
import type { KeptRun } from "./comparing";

/** How a task shows its runs. Its methods take its own runs. */
export interface Facet {
  /** What is compared: "P(on)"; where there is little room; and its column in saved tables. */
  readonly asked: string;
  readonly column: string;
  /** What is listed but all shared genes. */
  readonly filters: Readonly<Record<Exclude<ComparisonFilter, "all">, string>>;
  /** A number in a table: with its colours, and a difference as text. */
  cell(value: number): TemplateResult;
  difference(value: number): string;
  /** The difference that fills the bar under it; by default the greatest. */
  readonly full?: number | undefined;
  /** What a run is of, and what came of it. */
  on(run: unknown): string;
  found(run: unknown): string;
  /** The name that saved files have of a run. */
  file(run: unknown): string;
  /** The run for a person. */
  named(run: unknown): string;
  provenance(kept: readonly KeptRun[]): Provenance;
  /** Two runs against each other, a dot a shared gene, with Pearson's r; its places are the shared genes. */
  scatter(
    kept: readonly KeptRun[],
    comparison: Comparison,
    pair: readonly [number, number],
    r: () => number | undefined,
    gene: number | undefined,
    symbols?: Symbols,
  ): Drawing;
  /** A gene in each run, on the same scales. */
  tracks(kept: readonly KeptRun[], details: readonly unknown[], symbols?: Symbols): Drawing[];
  /** β of a gene in each run, where the tracks do not have it; undefined where no run has any. */
  beta?(kept: readonly KeptRun[], comparison: Comparison, gene: number, symbols?: Symbols): Drawing | undefined;
}
