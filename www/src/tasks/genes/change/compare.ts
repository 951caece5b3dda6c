/** Stored runs of models of a change, side by side. */

import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { formatCount } from "../../../plots/core/format";
import { shade } from "../../../ui/grid";
import { Compare } from "../../shared/compare/compare";
import type { KeptRun } from "../../shared/compare/comparing";
import type { Facet } from "../../shared/compare/facet";
import { facetOf, tracksOfRuns } from "../compare";
import { type ChangedGene, cellNamesOf } from "../result";
import { CHANGE_ANSWER } from "./answer";
import { cellsOf, changePairs, commonTracksScale, tracksDrawing } from "./drawings";
import { formatFold } from "../what-if";
import { kindsOf } from "./kinds";
import type { CurrentChange } from "./outcome";

const FACET: Facet = {
  ...facetOf("log2 fold change", formatFold, ({ x, y, xName, yName, selected, r }) => {
    const axes = { x: xName, y: yName, of: "two runs" } as const;
    return changePairs((frame) => ({ ...frame, measured: x, predicted: y, r: r(), axes, selected }));
  }),
  asked: "log2 FC",
  column: "log2_fold_change",
  filters: { differ: "Another direction", high: "Higher in B in all runs", low: "Higher in A in all runs" },
  differ: "change in another direction",
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
  rows: CHANGE_ANSWER.rowsOf,
  answer: CHANGE_ANSWER.answerOf,
  attention: ([first]) =>
    kindsOf(cellsOf((first as KeptRun<CurrentChange>).run)).map(([, name]) => `Attention: ${name}`),
  tracks: (kept: readonly KeptRun<CurrentChange>[], details: readonly ChangedGene[], symbols, at) =>
    tracksOfRuns(kept, details, commonTracksScale, (run, detail, scale) =>
      tracksDrawing(run, detail, undefined, scale, symbols, undefined, kindsOf(["A", "B"])[at]![0]),
    ),
};

/** The comparison. */
@customElement("regulens-compare-changes")
export class ChangeCompare extends Compare {
  protected readonly facet = FACET;
}
