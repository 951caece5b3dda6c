/** Stored runs of models of a change, side by side. */

import { html } from "lit";
import { formatCount } from "../../../plots/core/format";
import { shade } from "../../../ui/grid";
import "../compare/compare";
import { FACETS } from "../compare/comparing";
import type { KeptRun } from "../compare/comparison";
import { tracksOfRuns } from "../compare/facet";
import { type ChangedGene, cellNamesOf } from "../result";
import { CHANGE_ANSWER } from "./answer";
import { changePairs, commonTracksScale, kindsOf, tracksDrawing } from "./drawings";
import { formatFold } from "../what-if";
import type { CurrentChange } from "./outcome";

FACETS.change = {
  name: "log2 fold change",
  format: formatFold,
  pairs({ x, y, xName, yName, selected, r }) {
    const axes = { x: xName, y: yName, of: "two runs" } as const;
    return changePairs((frame) => ({ ...frame, measured: x, predicted: y, r: r(), axes, selected }));
  },
  asked: "log2 FC",
  column: "log2_fold_change",
  filters: { differ: "Different direction", high: "Higher in B in all runs", low: "Higher in A in all runs" },
  differ: "change in different directions",
  cell: (value) =>
    html`${shade(
      Math.min(1, Math.abs(value) / 4),
      value > 0 ? "var(--color-on)" : "var(--color-off)",
    )}${formatFold(value)}`,
  difference: (value) => value.toFixed(2),
  found(run: CurrentChange) {
    const up = run.foldChange.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    return (
      `${formatCount(up)} of ${formatCount(run.genes.length)} genes higher in ${cellNamesOf(run)[1]}, by however ` +
      "little"
    );
  },
  answer: CHANGE_ANSWER,
  pictures: ([first]) =>
    kindsOf(first!.run as CurrentChange).map(([kind, name]) => ({
      name: `Attention: ${name}`,
      tracks: (kept: readonly KeptRun<CurrentChange>[], details: readonly ChangedGene[], symbols) =>
        tracksOfRuns(kept, details, commonTracksScale, (run, detail, scale) =>
          tracksDrawing(run, detail, undefined, scale, symbols, undefined, kind),
        ),
    })),
};
