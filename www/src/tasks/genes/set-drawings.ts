/** Figures of all genes of a run, for any prediction: a histogram, and predictions against measurements. */

import { columns as tsv } from "../../export/columns";
import type { Saved } from "../../export/names";
import type { PlotFrame } from "../../plots";
import { formatCount } from "../../plots/core/format";
import { plainRow, slotPlaces } from "../../plots/core/hover";
import type { GeneBar, HistogramLayout } from "../../plots/marks/set";
import { dotPlaces, knownPairs, type PairsPlot } from "../../plots/marks/dots";
import type { Drawing } from "../../ui/drawing";
import { headingOf, type Symbols } from "../shared/genes/names";

/** Name and format of the prediction; `column` is its name in saved tables. */
interface Predicted {
  readonly name: string;
  readonly column: string;
  format(value: number): string;
}

/** Histogram of predictions. */
export function barsDrawing(
  saved: Saved,
  bars: readonly GeneBar[],
  draw: (frame: PlotFrame) => string,
  layout: (frame: PlotFrame) => HistogramLayout,
  { name, format }: Omit<Predicted, "column">,
): Drawing {
  return {
    saved,
    draw,
    tsv: () =>
      tsv(
        ["from", "to", "genes"],
        bars.map(({ from, to, genes }) => [from, to, genes]),
      ),
    places: slotPlaces({ name: "bar", count: Math.max(1, bars.length), view: [0, bars.length] }, layout, (slot) => ({
      title: `${name} from ${format(bars[slot]!.from)} to ${format(bars[slot]!.to)}`,
      columns: ["", "genes"],
      rows: [plainRow("all", formatCount(bars[slot]!.genes))],
    })),
  };
}

/** Predicted against measured, gene by gene. */
export function againstMeasured(
  genes: readonly string[],
  predicted: Float32Array,
  measured: Float32Array,
  { name, column, format }: Predicted,
  plot: PairsPlot,
  symbols: Symbols | undefined,
): Drawing {
  const pairs = { x: measured, y: predicted };
  const known = knownPairs(pairs);
  return {
    saved: "predicted-measured",
    draw: (frame) => plot.draw(frame),
    tsv: () =>
      tsv(
        ["gene", `measured_${column}`, `predicted_${column}`],
        known.map((gene) => [genes[gene]!, measured[gene]!, predicted[gene]!]),
      ),
    places: dotPlaces(plot, pairs, known, (gene) => ({
      title: headingOf(genes[gene]!, symbols),
      columns: ["", name],
      rows: [plainRow("measured", format(measured[gene]!)), plainRow("predicted", format(predicted[gene]!))],
    })),
  };
}

/** The gene highlighted in a scatter plot, with its name; undefined without one. */
export function selectedOf(genes: readonly string[], selected: number | undefined, symbols: Symbols | undefined) {
  return selected === undefined ? {} : { selected: { index: selected, name: headingOf(genes[selected]!, symbols) } };
}
