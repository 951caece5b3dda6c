/** The answer of a gene whose level is predicted. */

import { html, type TemplateResult } from "lit";
import { answerInWords, type Contributed } from "../../../explain/answer-words";
import "../../../explain/answer";
import { type LevelRun, UNIT } from "../result";
import { membersOf } from "../sure/spread";
import { formatLevel } from "./levels";

/** The predicted level of a gene, and the contributions of its marks to it; `most` fills a bar. */
export function answerOf(run: LevelRun, index: number, shares: Contributed | undefined, most?: number): TemplateResult {
  const call = `Level ${formatLevel(run.level[index]!)}`;
  return html`<regulens-answer
    line=${answerInWords(call, [UNIT], shares?.values, shares?.baseline)}
    .shares=${shares?.values ?? []}
    .members=${membersOf(run.model.card)}
    .most=${most}
    unit=${UNIT}
  ></regulens-answer>`;
}
