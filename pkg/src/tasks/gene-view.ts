/** One gene of a run: its signal and what the model made of it, cut out of the arrays of all genes. */

import { geneNumber, oneOf } from "../arguments.js";
import type { ModelCard } from "../card.js";
import type { EnginePrepared } from "../engine/engine.js";
import { InputError } from "../errors.js";
import type { Attributions } from "../explain/attributions.js";
import type { ChangeResult } from "./change.js";
import { ALL_MARKS, type TableResult } from "./on-off.js";
import type { Spread, SpreadOfGene } from "./spread.js";

/** One mark of a gene. */
export interface MarkOfGene {
  /** [T] */
  signal: Float32Array;
  /** Attention over bins, [T]; absent where the model has none for this mark. */
  alpha: Float32Array | undefined;
  /** Attention to the mark; absent where the model weighs no marks. */
  beta: number | undefined;
  /** Contribution of each bin, [T]; of a method that has one number a mark [1]; absent where none were given. */
  contributions: Float32Array | undefined;
}

/** One gene of a run. T bins, M marks in the model's order; arrays are row-major. */
export interface GeneView extends SpreadOfGene {
  /** Its position in the run. */
  readonly position: number;
  /** Its name. */
  readonly gene: string;
  readonly marks: readonly string[];
  /** T. */
  readonly bins: number;
  /** Bases of a bin. */
  readonly binSize: number;
  /** Where the bins lie, as plots take it. */
  readonly window: (NonNullable<ModelCard["window"]> & { readonly strand?: "genomic" | "transcription" }) | undefined;
  /** Values as the model saw them, [T, M]; of a change [T, 2 M], A's marks and then B's of each bin. */
  readonly signal: Float32Array;
  /** Attention over bins, [rows, T]. */
  readonly alpha: Float32Array;
  /** Names of α's rows. */
  readonly rows: readonly string[];
  /** Attention over marks, [M]; of a change [columns]. Absent where there is none. */
  readonly beta: Float32Array | undefined;
  /** Attributions of the gene, of the shape that their method has; absent where none were given. */
  readonly contributions: Float32Array | undefined;
}

/** One gene of a run on one table. */
export interface GeneOfTable extends GeneView {
  /** One mark. @throws InputError where there is no such mark. */
  of(mark: string): MarkOfGene;
}

/** One gene of a run that says which are on. `geneTracks` of `regulens/plots` takes it as it is. */
export interface GeneOnOff extends GeneOfTable {
  /** P(on), calibrated where the model's card has a calibration. */
  readonly probability: number;
  /** The same before the calibration; absent where there is none. */
  readonly probabilityRaw?: number | undefined;
  readonly logit: number;
  /** True if it is on by the table's label; absent where it has none. */
  readonly label: boolean | undefined;
}

/** One gene of a run that says how much genes are expressed. */
export interface GeneLevel extends GeneOfTable {
  /** Predicted log2(count + 1). */
  readonly level: number;
}

/** One gene of a run that says how genes change. */
export interface GeneChange extends GeneView {
  /** Predicted log2((B + 1) / (A + 1)). */
  readonly foldChange: number;
  /** Names of β's columns. */
  readonly columns: readonly string[];
  /** One mark in a cell type. @throws InputError where there is no such mark or cell type. */
  of(mark: string, cell: "a" | "b"): MarkOfGene;
}

/** Options for a view of one gene. */
export interface GeneViewOptions {
  /** Attributions of the run's genes, this one among them: then the view has its contributions. */
  attributions?: Attributions | undefined;
}

/** @internal A run, as far as a view needs it. */
type Run = Pick<TableResult, "genes" | "marks" | "rows" | "bins" | "alpha" | "beta" | keyof Spread>;

/** @internal The gene of a run on one table, with its marks and without what is predicted of it. */
export function viewOfTable(
  card: ModelCard,
  prepared: EnginePrepared,
  result: TableResult,
  gene: number | string,
  { attributions }: GeneViewOptions,
): GeneOfTable {
  const view = viewOf(card, prepared, result, gene, attributions);
  const { marks, rows } = view;
  return {
    ...view,
    of: (mark) => {
      const column = marks.indexOf(oneOf("mark", mark, marks, "no-such-mark"));
      const row = rows[0] === ALL_MARKS ? 0 : rows.indexOf(mark);
      return markOf(view, column, marks.length, row, column);
    },
  };
}

/** @internal The view of a change. */
export function viewChange(
  card: ModelCard,
  prepared: EnginePrepared,
  result: ChangeResult,
  gene: number | string,
  { attributions }: GeneViewOptions,
): GeneChange {
  const view = viewOf(card, prepared, result, gene, attributions);
  const { position, marks, rows } = view;
  const { columns } = result;
  return {
    ...view,
    columns,
    foldChange: result.foldChange[position]!,
    of: (mark, cell) => {
      const isB = oneOf("cell type", cell, ["a", "b"], "no-such-cell") === "b";
      const column = marks.indexOf(oneOf("mark", mark, marks, "no-such-mark")) + (isB ? marks.length : 0);
      const name = `${isB ? "B" : "A"}_${mark}`;
      return markOf(view, column, 2 * marks.length, rows.indexOf(name), columns.indexOf(name));
    },
  };
}

function viewOf(
  card: ModelCard,
  prepared: EnginePrepared,
  { genes, marks, rows, bins, alpha, beta, members, sd, low, high }: Run,
  gene: number | string,
  attributions: Attributions | undefined,
): GeneView {
  const position = geneNumber(gene, genes);
  if (prepared.genes !== genes.length)
    throw new InputError(`found a table of ${prepared.genes} genes; expected that of the run, of ${genes.length}.`, {
      code: "value-count",
      remedy: "Give the table that the run was of.",
    });
  const ofGene = (values: Float32Array, all: number, at: number): Float32Array =>
    values.slice((at * values.length) / all, ((at + 1) * values.length) / all);
  const { strand, window } = card;
  return {
    ...{ position, gene: genes[position]!, marks, bins, binSize: card.bin_size, rows },
    window: window && { ...window, ...(strand && { strand: strand as "genomic" | "transcription" }) },
    signal: prepared.values(position, position + 1),
    alpha: ofGene(alpha, genes.length, position),
    beta: beta.length > 0 ? ofGene(beta, genes.length, position) : undefined,
    ...(members && {
      members: ofGene(members, genes.length, position),
      ...{ sd: sd?.[position], low: low?.[position], high: high?.[position] },
    }),
    contributions: attributions && ofGene(attributions.values, attributions.genes.length, explained(position)),
  };

  function explained(position: number): number {
    const at = attributions!.genes.indexOf(position);
    if (at >= 0) return at;
    throw new InputError(`found attributions of other genes; expected those of ${genes[position]} among them.`, {
      code: "no-such-gene",
      remedy: `Explain it too: { genes: [${position}] }.`,
    });
  }
}

/** A column of a view's signal, a row of its α and a column of its β. */
function markOf(view: GeneView, column: number, columns: number, row: number, weight: number): MarkOfGene {
  const { bins, alpha, beta, contributions } = view;
  const columnOf = (values: Float32Array): Float32Array =>
    Float32Array.from({ length: values.length / columns }, (_, bin) => values[bin * columns + column]!);
  return {
    signal: columnOf(view.signal),
    alpha: row < 0 ? undefined : alpha.slice(row * bins, (row + 1) * bins),
    beta: weight < 0 ? undefined : beta?.[weight],
    // By occlusion of bins all marks have one number together.
    contributions: contributions && contributions.length % columns === 0 ? columnOf(contributions) : undefined,
  };
}
