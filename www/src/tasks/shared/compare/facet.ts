/** Parts of the view of kept runs that differ from task to task. */

import type { TemplateResult } from "lit";
import type { Contributed } from "../../../explain/answer-words";
import type { Provenance } from "../../../export";
import type { Drawing } from "../../../ui/drawing";
import type { Symbols } from "../genes/names";
import type { Comparison, ComparisonFilter } from "./comparison";
import type { KeptRun } from "./comparing";

/** View of a task's runs. Its methods take its own runs. */
export interface Facet {
  /** Quantity compared, "P(on)", short enough for little room; and its column in saved tables. */
  readonly asked: string;
  readonly column: string;
  /** Filters besides all shared genes, by their names for a person; none where no gene is called high or low. */
  readonly filters: Readonly<Partial<Record<Exclude<ComparisonFilter, "all">, string>>>;
  /** Sentence end on genes that `differ` lists: "are called differently". */
  readonly differ?: string | undefined;
  /** A number as text, in a table with its colours, and a difference as text. */
  format(value: number): string;
  cell(value: number): TemplateResult;
  difference(value: number): string;
  /** The difference that fills the bar under it; by default the greatest. */
  readonly full?: number | undefined;
  /** Data of a run, and its result, in words. */
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
  /** Names of the contributions to a prediction of a run: its marks, of two cell types those of A before those of B. */
  rows(run: unknown): readonly string[];
  /** The answer of a gene at a place in a run, with its bars on a scale that `most` fills. */
  answer(run: unknown, at: number, shares: Contributed | undefined, most: number | undefined): TemplateResult;
  /** Names of the pictures of signal and attention, of which one is shown at a time. */
  attention(kept: readonly KeptRun[]): readonly string[];
  /** A gene in each run, on the same scales; `at` is the place of the picture among these names. */
  tracks(kept: readonly KeptRun[], details: readonly unknown[], symbols: Symbols | undefined, at: number): Drawing[];
  /** β of a gene in each run, where the tracks do not have it; undefined where no run has any. */
  beta?(kept: readonly KeptRun[], comparison: Comparison, gene: number, symbols?: Symbols): Drawing | undefined;
}
