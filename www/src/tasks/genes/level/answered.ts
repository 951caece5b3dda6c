/** The answer of a gene whose level is predicted, in an element. */

import { customElement } from "lit/decorators.js";
import type { LevelModel, Table, WorkOptions } from "../../../../../pkg/src/index";
import { sharesOf } from "../../../explain/answer-words";
import { type Contributions, contributionsOf } from "../../../explain/result";
import { Answered, type AnswerSource } from "../answered";
import type { GeneDetail, LevelRun } from "../result";
import { answerOf } from "./answer";
import { contributionsDrawing } from "./drawings";

/** The parts of a view of a gene that explain it. */
export type LevelSource = AnswerSource<LevelModel, readonly [Table]>;

/** Contributions of bins and of whole marks, against the model's own contrast. */
@customElement("regulens-level-answered")
export class LevelAnswered extends Answered<LevelRun, GeneDetail, LevelSource> {
  protected override readonly score = "Level";

  protected override answer(found: Contributions | undefined) {
    const { run, gene } = this;
    return answerOf(run, gene.index, found && { values: sharesOf(run.marks, found), baseline: found.baseline });
  }

  protected override drawing(found: Contributions | undefined) {
    return contributionsDrawing(this.run, this.gene, found);
  }

  protected override async find({ runner, tables: [table], index }: LevelSource, options: WorkOptions) {
    const of = { ...options, genes: [index] };
    const byBin = await runner.attributions(table, of);
    return contributionsOf(byBin, await runner.attributions(table, { ...of, method: "shapley" }));
  }
}
