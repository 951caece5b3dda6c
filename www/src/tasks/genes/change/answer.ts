/** The answer of a gene between two cell types. */

import { html, type TemplateResult } from "lit";
import { answerInWords, type Contributed } from "../../../explain/answer-words";
import "../../../explain/answer";
import { cellNamesOf, type ChangeRun } from "../result";
import { membersOf } from "../sure/spread";
import { formatFold } from "./drawings";

/** Names of the contributions: a row for each mark of A, and then of B. */
export function rowsOf(run: ChangeRun): string[] {
  return cellNamesOf(run).flatMap((cell) => run.marks.map((mark) => `${mark}, ${cell}`));
}

/** The predicted change of a gene, and the contributions of the marks of both cell types to it; `most` fills a bar. */
export function answerOf(
  run: ChangeRun,
  index: number,
  shares: Contributed | undefined,
  most?: number,
): TemplateResult {
  const cells = cellNamesOf(run);
  const change = run.foldChange[index]!;
  const about = [`log2 fold change ${formatFold(change)}`];
  return html`<regulens-answer
    line=${answerInWords(`Higher in ${cells[change > 0 ? 1 : 0]}`, about, shares?.values, shares?.baseline)}
    .shares=${shares?.values ?? []}
    .cells=${cells}
    .members=${membersOf(run.model.card)}
    .most=${most}
    unit="log2 fold change"
  ></regulens-answer>`;
}
