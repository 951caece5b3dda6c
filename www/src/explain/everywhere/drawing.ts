/** Predictions for all genes, from their signal as measured and as edited. */

import { columns as tsv } from "../../export/columns";
import {
  formatProbability,
  type PlotFrame,
  type ProbabilityScatterOptions,
  probabilityScatter,
  probabilityScatterLayout,
} from "../../plots";
import { plainRow } from "../../plots/core/hover";
import { dotPlaces, type PairsPlot } from "../../plots/marks/dots";
import type { Drawing } from "../../ui/drawing";

/** Predictions of genes before and after an edit of their signal, [N] each. */
export interface GenesBefore {
  readonly genes: readonly string[];
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Pearson's r, once it is known. */
  r(): number | undefined;
}

/** A scatter plot of P(on) before and after. */
export function probabilityPairs(options: (frame: PlotFrame) => ProbabilityScatterOptions): PairsPlot {
  return {
    draw: (frame) => probabilityScatter(options(frame)),
    square: (frame) => probabilityScatterLayout(options(frame)),
  };
}

/** Predictions before and after; `asked` is their name, `column` their name in a saved table. */
export function movedDrawing(
  { genes, before, after }: GenesBefore,
  { asked, column, format }: { readonly asked: string; readonly column: string; format(value: number): string },
  plot: PairsPlot,
): Drawing {
  return {
    saved: "what-if",
    draw: (frame) => plot.draw(frame),
    tsv: () =>
      tsv(
        ["gene", column, `${column}_changed`],
        genes.map((gene, i) => [gene, before[i]!, after[i]!]),
      ),
    places: dotPlaces(plot, { x: before, y: after }, [...genes.keys()], (gene) => ({
      title: genes[gene]!,
      columns: ["Signal", asked],
      rows: [plainRow("as measured", format(before[gene]!)), plainRow("changed", format(after[gene]!))],
    })),
  };
}

/** P(on) before and after `change`. */
export function everywhereDrawing(genes: GenesBefore, change: string): Drawing {
  const { before: x, after: y, r } = genes;
  const named = { of: "two signals", xName: "signal as measured", yName: change } as const;
  const plot = probabilityPairs((frame) => ({ ...frame, ...named, x, y, r: r() }));
  return movedDrawing(genes, { asked: "P(on)", column: "probability", format: formatProbability }, plot);
}
