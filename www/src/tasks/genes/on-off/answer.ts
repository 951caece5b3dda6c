/** The answer of a gene for on/off models. */

import { html } from "lit";
import { answerInWords } from "../../../explain/answer-words";
import "../../../explain/answer";
import { contributionsDrawing } from "../../../explain/drawings";
import { formatProbability } from "../../../plots/core/format";
import type { AnswerOf } from "../answered";
import { findInTable } from "../contributions-known";
import type { FinishedRun, GeneDetail } from "../result";
import { sureInWords } from "../sure/sets";
import { membersOf } from "../sure/spread";
import { isOn, onInWords } from "./on";

/** The call of a gene by P(on), with the model's definition of "on", and the contributions of its marks. */
export const ON_OFF_ANSWER: AnswerOf<FinishedRun, GeneDetail> = {
  score: "Log-odds of on",
  rowsOf: ({ marks }) => marks,
  answerOf({ probability, model: { card } }, index, shares, most, sets) {
    const about = [`P ${formatProbability(probability[index]!)}`, sets && sureInWords(sets, index)];
    const [call, meant] = [isOn(probability[index]!) ? "On" : "Off", onInWords(card)];
    return html`<regulens-answer
      line=${answerInWords(call, about, shares?.values, shares?.baseline)}
      .term=${meant === undefined ? undefined : { word: call, meaning: `On: expressed ${meant}.` }}
      .shares=${shares?.values ?? []}
      .members=${membersOf(card)}
      .most=${most}
      unit="log-odds of on"
    ></regulens-answer>`;
  },
  drawingOf: (run, gene, found, symbols) => contributionsDrawing(run, gene, found && { contributions: found }, symbols),
  find: findInTable,
};
