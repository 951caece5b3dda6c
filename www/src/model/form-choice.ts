/** The choice between the two forms of a change. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Session } from "../session/session";
import type { State } from "../session/state";
import { chipStyles } from "../ui/styles/chip";
import { controls, shared } from "../ui/styles/shared";

/** As published, or symmetric, with what either does. */
@customElement("regulens-form-choice")
export class FormChoice extends LitElement {
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

/** The scores of both forms, and the default that they decide. */
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
