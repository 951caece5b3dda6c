/** Predictions for all genes, as measured and with their signal changed. */

import { columns as tsv } from "../../export/columns";
import {
  formatProbability,
  geneAtPixel,
  type PlotFrame,
  probabilityScatter,
  probabilityScatterLayout,
} from "../../plots";
import type { Drawing } from "../../ui/drawing";

/** Predictions of genes before and after their signal is changed, [N] each. */
export interface GenesBefore {
  readonly genes: readonly string[];
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Pearson's r of the two, once it is known. */
  r(): number | undefined;
}

/** A plot of two numbers for each gene: drawn, the gene near a pixel, and the pixel of a number across. */
export interface PairsPlot {
  draw(frame: PlotFrame): string;
  at(frame: PlotFrame, x: number, y: number): number | undefined;
  across(frame: PlotFrame, value: number): number;
}

/** P(on) twice. */
export function probabilityPairs(
  options: (frame: PlotFrame) => Parameters<typeof probabilityScatterLayout>[0],
): PairsPlot {
  return {
    draw: (frame) => probabilityScatter(options(frame)),
    at: (frame, x, y) => geneAtPixel(options(frame), probabilityScatterLayout(options(frame)), x, y),
    across: (frame, value) => {
      const { left, size } = probabilityScatterLayout(options(frame));
      return left + size * value;
    },
  };
}

/** Predictions before and after; `asked` is their name, and `column` that in a saved table. */
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
    places: {
      count: genes.length,
      name: "gene",
      at: (frame, x, y) => {
        const found = plot.at(frame, x, y);
        return found === undefined ? undefined : found + 1;
      },
      read: (frame, place) => {
        const middle = plot.across(frame, before[place - 1]!);
        const row = (name: string, value: number) => ({ name, isMark: false, values: [format(value)] });
        return {
          ...{ left: middle - 2, right: middle + 2, title: genes[place - 1]! },
          columns: ["Signal", asked],
          rows: [row("as measured", before[place - 1]!), row("changed", after[place - 1]!)],
        };
      },
    },
  };
}

/** P(on) before and after, and what `change` made of it. */
export function everywhereDrawing(genes: GenesBefore, change: string): Drawing {
  const { before: x, after: y, r } = genes;
  const named = { of: "two signals", xName: "signal as measured", yName: change } as const;
  const plot = probabilityPairs((frame) => ({ ...frame, ...named, x, y, r: r() }));
  return movedDrawing(genes, { asked: "P(on)", column: "probability", format: formatProbability }, plot);
}
