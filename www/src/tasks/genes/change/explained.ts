/** One gene of a change explained: what its fold change rests on, and whether it depends on that. */

import { customElement } from "lit/decorators.js";
import { PREDICTED } from "../explained-set";
import { ExplainedGene } from "../explained-gene";
import type { ChangedGene, ChangeRun } from "../result";
import { answerOf, rowsOf } from "./answer";
import { contributionsDrawing } from "./contributions";

/** The explanation of one gene of a change. */
@customElement("regulens-changed-explained")
export class ChangedExplained extends ExplainedGene<ChangeRun, ChangedGene> {
  protected readonly predicted = "fold change";
  protected readonly falls = PREDICTED;
  protected override readonly direction = "Falls are counted in the direction of the predicted change.";
  protected readonly rowsOf = rowsOf;
  protected readonly answerOf = answerOf;
  protected readonly drawingOf = contributionsDrawing;
}
