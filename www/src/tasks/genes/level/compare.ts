/** Stored runs of models of level, side by side. */

import { html } from "lit";
import { shade } from "../../../ui/grid";
import { counted } from "../../../ui/words";
import "../compare/compare";
import { FACETS } from "../compare/comparing";
import type { KeptRun } from "../compare/comparison";
import { tracksOfRuns } from "../compare/facet";
import type { Symbols } from "../../shared/genes/names";
import type { GeneDetail } from "../result";
import { LEVEL_ANSWER } from "./answer";
import { commonTracksScale, levelPairs, tracksDrawing } from "./drawings";
import { formatLevel } from "../what-if";
import { type CurrentLevels, meanOf } from "./outcome";

/** Level that fills a cell: few genes exceed 2¹⁶ reads. */
const FULL = 16;

function tracks(kept: readonly KeptRun<CurrentLevels>[], details: readonly GeneDetail[], symbols?: Symbols) {
  return tracksOfRuns(kept, details, commonTracksScale, (run, detail, scale) =>
    tracksDrawing(run, detail, scale, undefined, symbols),
  );
}

FACETS.level = {
  format: formatLevel,
  pairs: ({ r, ...fixed }) => levelPairs((frame) => ({ ...frame, ...fixed, title: "Level in two runs", r: r() })),
  asked: "level",
  column: "level",
  filters: {},
  cell: (value) => html`${shade(Math.max(0, Math.min(1, value / FULL)), "var(--color-on)")}${formatLevel(value)}`,
  difference: (value) => value.toFixed(2),
  found: ({ level }: CurrentLevels) =>
    `${counted(level.length, "gene")}${level.length > 0 ? `, level ${formatLevel(meanOf(level))} on average` : ""}`,
  answer: LEVEL_ANSWER,
  pictures: () => [{ name: "Attention", tracks }],
};
