/** Stored runs of on/off models, side by side. */

import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { probabilityPairs } from "../../../explain/everywhere/drawing";
import { formatCount, formatProbability } from "../../../plots";
import { shade } from "../../../ui/grid";
import { counted, percent } from "../../../ui/words";
import { Compare } from "../../shared/compare/compare";
import type { Facet } from "../../shared/compare/facet";
import { facetOf } from "../compare";
import { ON_OFF_ANSWER } from "./answer";
import { betaOfRuns, tracksOfRuns } from "./compare-drawings";
import { isOn } from "./on";
import type { CurrentRun } from "./outcome";

const FACET: Facet = {
  ...facetOf("P(on)", formatProbability, ({ r, ...fixed }) =>
    probabilityPairs((frame) => ({ ...frame, ...fixed, r: r() })),
  ),
  asked: "P(on)",
  column: "probability",
  filters: { differ: "Called differently", high: "On in all runs", low: "Off in all runs" },
  differ: "are called differently",
  cell: (value) =>
    html`${shade(value, isOn(value) ? "var(--color-on)" : "var(--color-off)")}${formatProbability(value)}`,
  difference: (value) => value.toFixed(3),
  full: 1,
  found({ probability, genesOn, auroc }: CurrentRun) {
    const genes = probability.length;
    const on = `${formatCount(genesOn)} of ${counted(genes, "gene")} on (${percent(genes > 0 ? genesOn / genes : 0)})`;
    return `${on}${auroc === undefined ? "" : `, AUROC ${auroc.toFixed(3)}`}`;
  },
  rows: ON_OFF_ANSWER.rowsOf,
  answer: ON_OFF_ANSWER.answerOf,
  tracks: tracksOfRuns,
  beta: betaOfRuns,
};

/** The comparison. */
@customElement("regulens-compare")
export class OnOffCompare extends Compare {
  protected readonly facet = FACET;
}
