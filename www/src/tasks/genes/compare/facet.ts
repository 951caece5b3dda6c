/** The view of kept runs: what differs from outcome to outcome, and the figures that are the same for all. */

import type { TemplateResult } from "lit";
import type { Provenance } from "../../../export";
import { plainRow } from "../../../plots/core/hover";
import { dotPlaces, type PairsPlot } from "../../../plots/marks/dots";
import type { Drawing } from "../../../ui/drawing";
import { lettered } from "../../shared/lettered";
import { headingOf, type Symbols } from "../../shared/genes/names";
import type { AnswerOf } from "../answered";
import { runName } from "../result";
import { provenance } from "../saved/record";
import { type Comparison, type ComparisonFilter, valueIn, valuesIn, type KeptRun } from "./comparison";

/** A gene in each kept run, on the same scales. */
interface Picture {
  readonly name: string;
  tracks(kept: readonly KeptRun[], details: readonly unknown[], symbols: Symbols | undefined): Drawing[];
}

/** Parts that are an outcome's own. Its methods take the outcome's runs. */
export interface Facet {
  /** Quantity compared, "P(on)", short enough for little room; in full, where that is another. */
  readonly asked: string;
  readonly name?: string;
  /** Its column in saved tables. */
  readonly column: string;
  /** Filters besides all shared genes, by their names for a person; none where no gene is called high or low. */
  readonly filters: Readonly<Partial<Record<Exclude<ComparisonFilter, "all">, string>>>;
  /** Sentence end on genes that `differ` lists: "are called differently". */
  readonly differ?: string;
  /** A number as text, in a table with its colours, and a difference as text. */
  format(value: number): string;
  cell(value: number): TemplateResult;
  difference(value: number): string;
  /** The difference that fills the bar under it; by default the greatest. */
  readonly full?: number;
  /** The result of a run, in words. */
  found(run: unknown): string;
  /** Two runs against each other, a dot a shared gene. */
  pairs(pairs: Pairs): PairsPlot;
  readonly answer: Pick<AnswerOf, "rowsOf" | "answerOf">;
  /** Pictures of signal and attention, of which one is shown at a time. */
  pictures(kept: readonly KeptRun[]): readonly Picture[];
  /** β of a gene in each run, where the tracks do not have it; undefined where no run has any. */
  beta?(kept: readonly KeptRun[], comparison: Comparison, gene: number, symbols?: Symbols): Drawing | undefined;
}

/** Provenance of a figure of several runs. */
export function provenanceOf(kept: readonly KeptRun[]): Provenance {
  return lettered(
    kept,
    kept.map(({ run }) => provenance(run)),
  );
}

/** The tracks of one gene in each run, on the same scales. */
export function tracksOfRuns<Run, Detail, Scale>(
  kept: readonly Pick<KeptRun<Run>, "run" | "letter">[],
  details: readonly Detail[],
  scaleOf: (runs: readonly Run[], details: readonly Detail[]) => Scale,
  draw: (run: Run, detail: Detail, scale: Scale) => Drawing,
): Drawing[] {
  const runs = kept.map(({ run }) => run);
  const scale = scaleOf(runs, details);
  return runs.map((run, i) => {
    const drawing = draw(run, details[i]!, scale);
    return { ...drawing, gene: `${drawing.gene}.${kept[i]!.letter}` };
  });
}

/** Predictions for all shared genes in one run, across, and in another, upwards. */
interface Pairs {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly xName: string;
  readonly yName: string;
  readonly selected: { readonly index: number; readonly name: string } | undefined;
  /** Pearson's r, once it is known. */
  r(): number | undefined;
}

/** Two of the kept runs against each other, with Pearson's r; its places are the shared genes. */
export function scatterOf(
  facet: Facet,
  kept: readonly KeptRun[],
  comparison: Comparison,
  pair: readonly [number, number],
  r: () => number | undefined,
  gene: number | undefined,
  symbols?: Symbols,
): Drawing {
  const { asked, name = asked, format } = facet;
  const named = (run: number): string => `${kept[run]!.letter}: ${runName(kept[run]!.run)}`;
  const pairs = { x: valuesIn(comparison, pair[0]), y: valuesIn(comparison, pair[1]) };
  const drawn = facet.pairs({
    ...{ ...pairs, r, xName: named(pair[0]), yName: named(pair[1]) },
    selected: gene === undefined ? undefined : { index: gene, name: headingOf(comparison.genes[gene]!, symbols) },
  });
  return {
    saved: "scatter",
    draw: drawn.draw,
    places: dotPlaces(drawn, pairs, [...comparison.genes.keys()], (at) => ({
      title: headingOf(comparison.genes[at]!, symbols),
      columns: ["Run", name],
      rows: pair.map((run) => plainRow(kept[run]!.letter, format(valueIn(comparison, run, at)))),
    })),
  };
}
