/** The reliability diagram of a run's genes, with the numbers behind it. */

import type { Reliability } from "../../../../../../pkg/src/index";
import { columns as tsv } from "../../../../export/columns";
import type { PlotFrame } from "../../../../plots";
import { reliability } from "../../../../plots/training/card";
import type { Drawing } from "../../../../ui/drawing";

/** The reliability diagram of a run's genes. */
export function reliabilityDrawing({ bins }: Reliability): Drawing {
  return {
    saved: "reliability",
    draw: (frame: PlotFrame) => reliability({ ...frame, bins, of: "labelled genes" }),
    tsv: () =>
      tsv(
        ["mean_probability", "share_on", "share_on_low", "share_on_high", "genes"],
        bins.map(({ mean, on, low, high, n }) => [mean, on, low, high, n]),
      ),
  };
}
