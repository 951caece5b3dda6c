/** The answer of a gene between two cell types, in an element. */

import { customElement } from "lit/decorators.js";
import type { ChangeModel, Prepared, Table, WorkOptions } from "../../../../../pkg/src/index";
import { sharesOf } from "../../../explain/answer-words";
import { type Contributions, contributionsOf } from "../../../explain/result";
import { Answered, type AnswerSource } from "../answered";
import type { ChangedGene, ChangeRun } from "../result";
import { answerOf, rowsOf } from "./answer";
import { contributionsDrawing } from "./contributions";

/** The parts of a view of a gene that explain it. */
export interface ChangeSource extends AnswerSource<ChangeModel, readonly [Table, Table]> {
  readonly prepared: Prepared;
}

/** Contributions of the bins of both cell types, against the model's own contrast. */
@customElement("regulens-changed-answered")
export class ChangedAnswered extends Answered<ChangeRun, ChangedGene, ChangeSource> {
  protected override readonly score = "Log2 fold change";
  // Its page stands still meanwhile.
  protected override readonly costs = "Takes some seconds.";

  protected override answer(found: Contributions | undefined) {
    const { run, gene } = this;
    return answerOf(run, gene.index, found && { values: sharesOf(rowsOf(run), found), baseline: found.baseline });
  }

  protected override drawing(found: Contributions | undefined) {
    return contributionsDrawing(this.run, this.gene, found);
  }

  protected override async find({ runner, tables, prepared, index }: ChangeSource, options: WorkOptions) {
    return contributionsOf(await runner.attributions(...tables, { ...options, prepared, genes: [index] }));
  }
}
