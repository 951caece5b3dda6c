/** Choice of the storage of the open model's weights, where the catalogue offers one. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CatalogueModel } from "../../../pkg/src/index";
import { scoreOf, wantedModel } from "./catalogue-view";
import type { Weights } from "./weights";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import { factsOf } from "../tasks/index";
import { chipStyles } from "../ui/styles/chip";
import { controls, shared } from "../ui/styles/shared";
import { bytes } from "../ui/words";

/** float16 or int8, with what the latter costs. */
@customElement("regulens-weights-choice")
export class WeightsChoice extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;

  static override styles = [
    shared,
    controls,
    chipStyles,
    css`
      fieldset {
        display: grid;
        gap: var(--space-2);
      }

      legend {
        padding: 0 0 var(--space-1);
        font-weight: var(--weight-strong);
      }
    `,
  ];

  override render() {
    const entry = wantedModel(this.state);
    if (!entry?.int8) return nothing;
    const { weights, isRunning: isBusy } = this.state;
    const choice = (each: Weights, size: number) =>
      html`<label>
        <input
          type="radio"
          name="weights"
          .checked=${each === weights}
          @change=${() => void this.session.chooseWeights(each)}
        />
        <span>${each} <span class="muted">(${bytes(size)})</span></span>
      </label>`;
    return html`<fieldset ?disabled=${isBusy}>
      <legend>Weights</legend>
      <div class="chips">${choice("float16", entry.bytes)}${choice("int8", entry.int8.bytes)}</div>
      <p class="small muted">${int8InWords(entry)}</p>
    </fieldset>`;
  }
}

/** Describes the effect of int8. */
function int8InWords(model: CatalogueModel): string {
  const [score, own] = [scoreOf(model), model.int8 && scoreOf(model, model.int8)];
  const scores =
    score && own
      ? `; ${score.name} on the test ${factsOf(model.description)?.tested} ${own.value.toFixed(4)} instead of ` +
        `${score.value.toFixed(4)}`
      : `; its ${score?.name ?? "score"} was not measured`;
  return `int8 keeps each weight in 8 bits, with a scale for each row${scores}.`;
}
