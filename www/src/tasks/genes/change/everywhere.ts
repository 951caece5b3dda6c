/** The log2 fold change of genes, as measured and with their signal changed. */

import type { GenesBefore } from "../../../explain/everywhere/drawing";
import { columns as tsv } from "../../../export/columns";
import type { PlotFrame } from "../../../plots";
import { changeAtPixel, changeScatter, changeScatterLayout } from "../../../plots/changing";
import type { Drawing } from "../../../ui/drawing";
import { formatFold } from "./drawings";

/** The log2 fold change before and after, [N] each, and what `change` made of it. */
export function changedEverywhere({ genes, before, after, r }: GenesBefore, change: string): Drawing {
  const axes = { x: "log2 FC, signal as measured", y: `log2 FC, ${change}`, of: "two signals" } as const;
  const options = (frame: PlotFrame) => ({ ...frame, measured: before, predicted: after, r: r(), axes });
  return {
    saved: "what-if",
    draw: (frame) => changeScatter(options(frame)),
    tsv: () =>
      tsv(
        ["gene", "log2_fold_change", "log2_fold_change_changed"],
        genes.map((gene, i) => [gene, before[i]!, after[i]!]),
      ),
    places: {
      count: genes.length,
      name: "gene",
      at: (frame, x, y) => {
        const found = changeAtPixel(options(frame), changeScatterLayout(options(frame)), x, y);
        return found === undefined ? undefined : found + 1;
      },
      read: (frame, place) => {
        const { left, size, extent } = changeScatterLayout(options(frame));
        const middle = left + (size * (before[place - 1]! + extent)) / (2 * extent);
        const row = (name: string, value: number) => ({ name, isMark: false, values: [formatFold(value)] });
        return {
          ...{ left: middle - 2, right: middle + 2, title: genes[place - 1]! },
          columns: ["Signal", "log2 FC"],
          rows: [row("as measured", before[place - 1]!), row("changed", after[place - 1]!)],
        };
      },
    },
  };
}
