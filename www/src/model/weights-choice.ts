/** Choice between one seed of the open model and several, where the catalogue offers both. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CatalogueEnsemble, CatalogueModel } from "../../../pkg/src/index";
import { scoreOf, wantedModel } from "./catalogue-view";
import { fileOf, filesOf, type ModelFile } from "./weights";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import { factsOf } from "../tasks/index";
import { chipStyles } from "../ui/styles/chip";
import { controls, shared } from "../ui/styles/shared";
import { bytes } from "../ui/words";

/** One seed or several, with what each costs. */
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
    const ensemble = entry?.ensemble;
    if (!entry || !ensemble) return nothing;
    const { isRunning: isBusy, model } = this.state;
    const open = model?.weights ?? fileOf(entry, this.state.weights).weights;
    const choice = (each: ModelFile) =>
      html`<label>
        <input
          type="radio"
          name="weights"
          .checked=${each.weights === open}
          @change=${() => void this.session.chooseWeights(each.weights)}
        />
        <span>${nameOf(each, ensemble)} <span class="muted">(${bytes(each.bytes)})</span></span>
      </label>`;
    return html`<fieldset ?disabled=${isBusy}>
      <legend>Weights</legend>
      <div class="chips">${filesOf(entry).map(choice)}</div>
      <p class="small muted">${ensembleInWords(entry, ensemble)}</p>
    </fieldset>`;
  }
}

function nameOf({ weights }: ModelFile, ensemble: CatalogueEnsemble): string {
  return weights === "ensemble" ? `${ensemble.members} seeds` : "one seed";
}

/** Describes what the mean of all seeds has over one. */
function ensembleInWords(model: CatalogueModel, ensemble: CatalogueEnsemble): string {
  const [score, own] = [scoreOf(model), scoreOf(model, ensemble)];
  const scores =
    score && own
      ? `; ${score.name} on the test ${factsOf(model.description)?.tested} ${own.value.toFixed(4)}, of one seed ` +
        score.value.toFixed(4)
      : "";
  return (
    `${ensemble.members} seeds predict their mean, with its spread, and for ` +
    `each gene whether its class is sure${scores}.`
  );
}
