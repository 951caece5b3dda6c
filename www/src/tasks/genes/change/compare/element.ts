/** Kept runs of models of a change between two cell types, side by side. */

import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { formatCount } from "../../../../plots/core/format";
import { shade } from "../../../../ui/grid";
import { Compare } from "../../../shared/compare/compare";
import type { Facet } from "../../../shared/compare/facet";
import { cellNamesOf, formatFold } from "../drawings";
import { runName, tablesInWords } from "../../result";
import type { CurrentChange } from "../session";
import { provenanceOf, scatterOf, tracksOfRuns } from "./drawings";

const FACET: Facet = {
  asked: "log2 FC",
  column: "log2_fold_change",
  filters: { differ: "Another direction", high: "Higher in B in all runs", low: "Higher in A in all runs" },
  cell: (value) =>
    html`${shade(
      Math.min(1, Math.abs(value) / 4),
      value > 0 ? "var(--color-on)" : "var(--color-off)",
    )}${formatFold(value)}`,
  difference: (value) => value.toFixed(2),
  on: tablesInWords,
  found(run: CurrentChange) {
    const up = run.foldChange.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    return (
      `${formatCount(up)} of ${formatCount(run.genes.length)} genes higher in ${cellNamesOf(run)[1]}, by however ` +
      "little"
    );
  },
  file: ({ tables }: CurrentChange) => tables[0].file,
  named: runName,
  provenance: provenanceOf,
  scatter: scatterOf,
  tracks: tracksOfRuns,
};

/** The comparison. */
@customElement("regulens-compare-changes")
export class ChangeCompare extends Compare {
  protected readonly facet = FACET;
}
