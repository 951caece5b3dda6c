/** One gene of a run: its signal and predictions, extracted from the arrays of all genes. */

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
  /** Signal, [T]. */
  signal: Float32Array;
  /** Attention over bins, [T]; undefined if the model has none for this mark. */
  alpha: Float32Array | undefined;
  /** Attention to the mark; undefined if the model does not weight marks. */
  beta: number | undefined;
  /** Contribution of each bin, [T], or [1] for a method with one number per mark; undefined if none were given. */
  contributions: Float32Array | undefined;
}

/** One gene of a run. T bins, M marks in the model's order; arrays are row-major. */
export interface GeneView extends SpreadOfGene {
  /** Index of the gene in the run. */
  readonly position: number;
  /** Name of the gene. */
  readonly gene: string;
  readonly marks: readonly string[];
  /** Number of bins, T. */
  readonly bins: number;
  /** Bases per bin. */
  readonly binSize: number;
  /** Position of the bins, in the form that plots take. */
  readonly window: (NonNullable<ModelCard["window"]> & { readonly strand?: "genomic" | "transcription" }) | undefined;
  /** Values as the model read them, [T, M]; for a change [T, 2 M], A's marks and then B's in each bin. */
  readonly signal: Float32Array;
  /** Attention over bins, [rows, T]. */
  readonly alpha: Float32Array;
  /** Names of α's rows. */
  readonly rows: readonly string[];
  /** Attention over marks, [M], or [columns] for a change. Undefined if there is none. */
  readonly beta: Float32Array | undefined;
  /** Attributions of the gene, in the shape of their method; undefined if none were given. */
  readonly contributions: Float32Array | undefined;
}

/** One gene of a run on one table. */
export interface GeneOfTable extends GeneView {
  /** Returns one mark. @throws InputError if there is no such mark. */
  of(mark: string): MarkOfGene;
}

/** One gene of an on/off run. `geneTracks` of `regulens/plots` takes it as is. */
export interface GeneOnOff extends GeneOfTable {
  /** P(on), calibrated if the card has a calibration. */
  readonly probability: number;
  /** P(on) before calibration; undefined without a calibration. */
  readonly probabilityRaw?: number | undefined;
  readonly logit: number;
  /** True if the table's label is on; undefined without labels. */
  readonly label: boolean | undefined;
}

/** One gene of a run that predicts levels. */
export interface GeneLevel extends GeneOfTable {
  /** Predicted log2(count + 1). */
  readonly level: number;
}

/** One gene of a run that predicts changes. */
export interface GeneChange extends GeneView {
  /** Predicted log2((B + 1) / (A + 1)). */
  readonly foldChange: number;
  /** Names of β's columns. */
  readonly columns: readonly string[];
  /** Returns one mark in one cell type. @throws InputError if there is no such mark or cell type. */
  of(mark: string, cell: "a" | "b"): MarkOfGene;
}

/** Options for a view of one gene. */
export interface GeneViewOptions {
  /** Attributions that include this gene: the view then has its contributions. */
  attributions?: Attributions | undefined;
}

/** @internal The fields of a run that a view needs. */
type Run = Pick<TableResult, "genes" | "marks" | "rows" | "bins" | "alpha" | "beta" | keyof Spread>;

/** @internal The gene of a run on one table, with its marks, without its prediction. */
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

/** Extracts a column of a view's signal, a row of its α and a weight of its β. */
function markOf(view: GeneView, column: number, columns: number, row: number, weight: number): MarkOfGene {
  const { bins, alpha, beta, contributions } = view;
  const columnOf = (values: Float32Array): Float32Array =>
    Float32Array.from({ length: values.length / columns }, (_, bin) => values[bin * columns + column]!);
  return {
    signal: columnOf(view.signal),
    alpha: row < 0 ? undefined : alpha.slice(row * bins, (row + 1) * bins),
    beta: weight < 0 ? undefined : beta?.[weight],
    // Occlusion of bins gives all marks a single number.
    contributions: contributions && contributions.length % columns === 0 ? columnOf(contributions) : undefined,
  };
}
