/** Choice of the storage of the open model's weights, where the catalogue offers one. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CatalogueModel } from "../../../pkg/src/index";
import { scoreOf, wantedModel } from "./catalogue-view";
import { fileOf, filesOf, type ModelFile } from "./weights";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import { factsOf } from "../tasks/index";
import { chipStyles } from "../ui/styles/chip";
import { controls, shared } from "../ui/styles/shared";
import { bytes } from "../ui/words";

/** One seed in float16 or int8, or several seeds, with what each costs. */
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
    const files = entry ? filesOf(entry) : [];
    if (!entry || files.length < 2) return nothing;
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
        <span>${nameOf(each, entry)} <span class="muted">(${bytes(each.bytes)})</span></span>
      </label>`;
    return html`<fieldset ?disabled=${isBusy}>
      <legend>Weights</legend>
      <div class="chips">${files.map(choice)}</div>
      ${entry.int8 ? html`<p class="small muted">${int8InWords(entry)}</p>` : nothing}
      ${entry.ensemble ? html`<p class="small muted">${ensembleInWords(entry)}</p>` : nothing}
    </fieldset>`;
  }
}

function nameOf({ weights }: ModelFile, { ensemble }: CatalogueModel): string {
  return weights === "ensemble" && ensemble ? `${ensemble.members} seeds` : weights;
}

/** Describes what the mean of all seeds has over one. */
function ensembleInWords(model: CatalogueModel): string {
  const { ensemble } = model;
  const [score, own] = [scoreOf(model), ensemble && scoreOf(model, ensemble)];
  const scores =
    score && own
      ? `; ${score.name} on the test ${factsOf(model.description)?.tested} ${own.value.toFixed(4)}, of one seed ` +
        score.value.toFixed(4)
      : "";
  return (
    `${ensemble?.members} seeds predict their mean, with its spread, and for ` +
    `each gene whether its class is sure${scores}.`
  );
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
