/** The answer of a gene that is on or off, in an element. */

import { customElement } from "lit/decorators.js";
import type { OnOffModel, Table, WorkOptions } from "../../../../../pkg/src/index";
import { sharesOf } from "../../../explain/answer-words";
import { contributionsDrawing } from "../../../explain/drawings";
import { type Contributions, contributionsOf } from "../../../explain/result";
import { Answered, type AnswerSource } from "../answered";
import type { FinishedRun, GeneDetail } from "../result";
import { sureInWords } from "../sure/sets";
import { membersOf } from "../sure/spread";
import { answerOf } from "./answer";

/** The parts of a view of a gene that explain it. */
export type OnOffSource = AnswerSource<OnOffModel, readonly [Table]>;

/** Contributions of bins and of whole marks, against the model's own contrast. */
@customElement("regulens-answered")
export class OnOffAnswered extends Answered<FinishedRun, GeneDetail, OnOffSource> {
  protected override readonly score = "Log-odds of on";

  protected override answer(found: Contributions | undefined) {
    const { run, gene, sets } = this;
    return answerOf(run.probability[gene.index]!, run.model.card, {
      sure: sets && sureInWords(sets, gene.index),
      shares: found && { values: sharesOf(run.marks, found), baseline: found.baseline },
      members: membersOf(run.model.card),
    });
  }

  protected override drawing(found: Contributions | undefined) {
    return contributionsDrawing(this.run, this.gene, found && { contributions: found });
  }

  protected override async find({ runner, tables: [table], index }: OnOffSource, options: WorkOptions) {
    const of = { ...options, genes: [index] };
    const byBin = await runner.attributions(table, of);
    return contributionsOf(byBin, await runner.attributions(table, { ...of, method: "shapley" }));
  }
}
