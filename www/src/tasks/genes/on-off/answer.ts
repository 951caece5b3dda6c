/** The answer of a gene that is on or off. */

import { html, type TemplateResult } from "lit";
import type { ModelCard } from "../../../../../pkg/src/card";
import { answerInWords, type Contributed } from "../../../explain/answer-words";
import "../../../explain/answer";
import { formatProbability } from "../../../plots/core/format";
import { isOn, onInWords } from "./on";

/** Facts beside the call of a gene. */
interface Beside {
  /** "sure", where sets of the run tell. */
  readonly sure?: string | undefined;
  /** Contributions of its marks, once they are known. */
  readonly shares?: Contributed | undefined;
  /** The members of an ensemble whose mean the bars are: "5 seeds". */
  readonly members?: string | undefined;
  /** The size that fills a bar, where several answers stand beside each other. */
  readonly most?: number | undefined;
}

/** The call of a gene by its P(on), with what "on" means to the model, and the contributions of its marks to it. */
export function answerOf(
  probability: number,
  card: Pick<ModelCard, "training" | "cell_type">,
  { sure, shares, members, most }: Beside,
): TemplateResult {
  const about = [`P ${formatProbability(probability)}`, sure];
  const [call, meant] = [isOn(probability) ? "On" : "Off", onInWords(card)];
  return html`<regulens-answer
    line=${answerInWords(call, about, shares?.values, shares?.baseline)}
    .term=${meant === undefined ? undefined : { word: call, meaning: `On: expressed ${meant}.` }}
    .shares=${shares?.values ?? []}
    .members=${members}
    .most=${most}
    unit="log-odds of on"
  ></regulens-answer>`;
}
