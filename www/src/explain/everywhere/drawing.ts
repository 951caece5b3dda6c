/** P(on) of all genes, as measured and with their signal changed. */

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

/** P(on) before and after, and what `change` made of it. */
export function everywhereDrawing({ genes, before, after, r }: GenesBefore, change: string): Drawing {
  const options = (frame: PlotFrame) => ({
    ...{
      ...frame,
      x: before,
      y: after,
      r: r(),
      of: "two signals" as const,
      xName: "signal as measured",
      yName: change,
    },
  });
  return {
    saved: "what-if",
    draw: (frame) => probabilityScatter(options(frame)),
    tsv: () =>
      tsv(
        ["gene", "probability", "probability_changed"],
        genes.map((gene, i) => [gene, before[i]!, after[i]!]),
      ),
    places: {
      count: genes.length,
      name: "gene",
      at: (frame, x, y) => {
        const found = geneAtPixel(options(frame), probabilityScatterLayout(options(frame)), x, y);
        return found === undefined ? undefined : found + 1;
      },
      read: (frame, place) => {
        const { left, size } = probabilityScatterLayout(options(frame));
        const middle = left + size * before[place - 1]!;
        const row = (name: string, value: number) => ({ name, isMark: false, values: [formatProbability(value)] });
        return {
          ...{ left: middle - 2, right: middle + 2, title: genes[place - 1]! },
          columns: ["Signal", "P(on)"],
          rows: [row("as measured", before[place - 1]!), row("changed", after[place - 1]!)],
        };
      },
    },
  };
}
