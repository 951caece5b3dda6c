/** Components of the choice of a model and of its card: loaded when either is opened. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CatalogueEnsemble, CatalogueModel } from "../../../pkg/src/index";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import { factsOf } from "../tasks/index";
import { chipStyles } from "../ui/styles/chip";
import { controls } from "../ui/styles/shared";
import { bytes } from "../ui/words";
import "./card";
import { scoreOf, wantedModel } from "./catalogue-view";
import "./picker";
import { fileOf, filesOf, type ModelFile } from "./weights";

const choiceStyles = [
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

/** The published or the symmetric form, with an explanation of both. */
@customElement("regulens-form-choice")
export class FormChoice extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;

  static override styles = choiceStyles;

  override render() {
    const { model, isRunning, doing } = this.state;
    if (model?.description.task !== "change") return nothing;
    const choice = (symmetric: boolean, name: string, formula: string) =>
      html`<label>
        <input
          type="radio"
          name="form"
          .checked=${(model.symmetric ?? false) === symmetric}
          @change=${() => void this.session.chooseForm(symmetric)}
        />
        <span>${name} <span class="muted">${formula}</span></span>
      </label>`;
    return html`<fieldset ?disabled=${isRunning || doing.model !== undefined}>
      <legend>Form of the change</legend>
      <div class="chips">
        ${choice(false, "as published", "f(A, B)")} ${choice(true, "symmetric", "(f(A, B) − f(B, A)) / 2")}
      </div>
      <p class="small muted">
        The symmetric form is 0 where both cell types are the same, and turns its sign where they are exchanged.
        ${formsInWords(model.card.symmetric)}
      </p>
    </fieldset>`;
  }
}

/** The scores of both forms, which decide the default. */
function formsInWords(found: NonNullable<State["model"]>["card"]["symmetric"]): string {
  if (!found) return "Its card does not say which is better.";
  const { seeds, validation, validation_symmetric: symmetric, standard_error: error, no_change: still } = found;
  return (
    `Pearson’s r on validation genes, the mean of ${seeds} seeds: ${validation.toFixed(3)} as published, ` +
    `${symmetric.toFixed(3)} symmetric (difference ± ${error.toFixed(3)}): ` +
    `${found.default ? "the symmetric form is the default" : "the published form is the default"}. ` +
    `On test genes: ${found.test.toFixed(3)} and ${found.test_symmetric.toFixed(3)}. ` +
    `Where nothing changes the published form says ±${still.toFixed(2)} (median).`
  );
}

/** One seed or several, with the costs of each. */
@customElement("regulens-weights-choice")
export class WeightsChoice extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;

  static override styles = choiceStyles;

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

/** Describes the advantage of the mean of all seeds over one. */
export function ensembleInWords(model: CatalogueModel, ensemble: CatalogueEnsemble): string {
  const [score, own] = [scoreOf(model), scoreOf(model, ensemble)];
  const tested = factsOf(model.description)?.tested;
  const scores =
    score && own
      ? `; ${score.name} on the test ${tested} ${own.value.toFixed(4)}, of one seed ` + score.value.toFixed(4)
      : "";
  return (
    `${ensemble.members} seeds predict their mean, with its spread` +
    `${tested === "sequences" ? "" : ", and for each gene whether its class is sure"}${scores}.`
  );
}
