/** One gene of a run of levels explained: what its level rests on, and whether it depends on that. */

import { customElement } from "lit/decorators.js";
import { ExplainedGene } from "../explained-gene";
import type { GeneDetail, LevelRun } from "../result";
import { answerOf } from "./answer";
import { contributionsDrawing } from "./drawings";

/** The explanation of one gene. */
@customElement("regulens-level-explained")
export class LevelExplained extends ExplainedGene<LevelRun, GeneDetail> {
  protected readonly predicted = "level";
  protected readonly falls = "the level";
  protected readonly answerOf = answerOf;
  protected readonly drawingOf = contributionsDrawing;

  protected rowsOf({ marks }: LevelRun): readonly string[] {
    return marks;
  }
}
