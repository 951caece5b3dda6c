/** The answer of a gene for models of level. */

import { html } from "lit";
import { answerInWords } from "../../../explain/answer-words";
import "../../../explain/answer";
import { findInTable } from "../contributions-known";
import type { ExplainedBy } from "../explained-gene";
import { type GeneDetail, type LevelRun, UNIT } from "../result";
import { membersOf } from "../sure/spread";
import { contributionsDrawing } from "./drawings";
import { formatLevel } from "../what-if";

/** The predicted level of a gene, and the contributions of its marks to it. */
export const LEVEL_ANSWER: ExplainedBy<LevelRun, GeneDetail> = {
  score: "Level",
  predicted: "level",
  falls: "the level",
  rowsOf: ({ marks }) => marks,
  answerOf: (run, index, shares, most) =>
    html`<regulens-answer
      line=${answerInWords(`Level ${formatLevel(run.level[index]!)}`, [UNIT], shares?.values, shares?.baseline)}
      .shares=${shares?.values ?? []}
      .members=${membersOf(run.model.card)}
      .most=${most}
      unit=${UNIT}
    ></regulens-answer>`,
  drawingOf: contributionsDrawing,
  find: findInTable,
};
