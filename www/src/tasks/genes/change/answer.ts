/** The answer of a gene between two cell types. */

import { html } from "lit";
import type { ChangeModel } from "../../../../../pkg/src/index";
import { answerInWords } from "../../../explain/answer-words";
import "../../../explain/answer";
import { contributionsOf } from "../../../explain/result";
import type { ExplainedBy } from "../explained-gene";
import { type ChangedGene, cellNamesOf, type ChangeRun } from "../result";
import { membersOf } from "../sure/spread";
import { contributionsDrawing } from "./contributions";
import { formatFold } from "./drawings";

/** The predicted change of a gene, and the contributions of the marks of both cell types to it. */
export const CHANGE_ANSWER: ExplainedBy<ChangeRun, ChangedGene, ChangeModel> = {
  score: "Log2 fold change",
  predicted: "fold change",
  falls: "the log2 fold change",
  direction: "Falls are counted in the direction of the predicted change.",
  // Its page stands still meanwhile.
  costs: "Takes some seconds.",
  rowsOf: (run) => cellNamesOf(run).flatMap((cell) => run.marks.map((mark) => `${mark}, ${cell}`)),
  answerOf(run, index, shares, most) {
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
  },
  drawingOf: contributionsDrawing,
  find: async ({ runner, tables: [a, b], prepared, index }, options) =>
    contributionsOf(await runner.attributions(a!, b!, { ...options, prepared, genes: [index] })),
};
