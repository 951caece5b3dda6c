/** Stored runs of models of level, side by side. */

import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { shade } from "../../../ui/grid";
import { counted } from "../../../ui/words";
import { Compare } from "../../shared/compare/compare";
import type { KeptRun } from "../../shared/compare/comparing";
import type { Facet } from "../../shared/compare/facet";
import { facetOf, tracksOfRuns } from "../compare";
import type { GeneDetail } from "../result";
import { LEVEL_ANSWER } from "./answer";
import { commonTracksScale, levelPairs, tracksDrawing } from "./drawings";
import { formatLevel } from "../what-if";
import { type CurrentLevels, meanOf } from "./outcome";

/** Level that fills a cell: few genes exceed 2¹⁶ reads. */
const FULL = 16;

const FACET: Facet = {
  ...facetOf("level", formatLevel, ({ r, ...fixed }) =>
    levelPairs((frame) => ({ ...frame, ...fixed, title: "Level in two runs", r: r() })),
  ),
  asked: "level",
  column: "level",
  filters: {},
  cell: (value) => html`${shade(Math.max(0, Math.min(1, value / FULL)), "var(--color-on)")}${formatLevel(value)}`,
  difference: (value) => value.toFixed(2),
  found: ({ level }: CurrentLevels) =>
    `${counted(level.length, "gene")}${level.length > 0 ? `, level ${formatLevel(meanOf(level))} on average` : ""}`,
  rows: LEVEL_ANSWER.rowsOf,
  answer: LEVEL_ANSWER.answerOf,
  tracks: (kept: readonly KeptRun<CurrentLevels>[], details: readonly GeneDetail[], symbols) =>
    tracksOfRuns(kept, details, commonTracksScale, (run, detail, scale) =>
      tracksDrawing(run, detail, scale, undefined, symbols),
    ),
};

/** The comparison. */
@customElement("regulens-compare-levels")
export class LevelCompare extends Compare {
  protected readonly facet = FACET;
}
