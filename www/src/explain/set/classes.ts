/** Class optimisation: the input that maximises the score of a class. */

import { css, html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { controls } from "../../ui/styles/shared";
import { classDrawing, settingsInWords } from "../drawings";
import { PUBLISHED } from "./explanations";
import { CheckPanel, panelStyles } from "./panel";

/** The inputs of both classes. */
@customElement("regulens-classes")
export class Classes extends CheckPanel {
  @internal() private shown: 0 | 1 = 0;
  #drawn: { readonly by: object; readonly drawing: Drawing } | undefined;

  static override styles = [
    controls,
    panelStyles,
    css`
      input[type="number"] {
        width: 6.5rem;
        padding-inline: var(--space-2);
      }
    `,
  ];

  override render() {
    const { checks, of } = this;
    const { settings, doing, problems } = checks.state;
    const busy = doing.classes !== undefined;
    const number = (name: "lambda" | "steps" | "seed", text: string, step: string, max: string) =>
      html`<label
        >${text}
        <input
          type="number"
          min=${name === "steps" ? 1 : 0}
          max=${max}
          step=${step}
          .value=${String(settings[name])}
          ?disabled=${busy}
          @change=${(event: Event) => this.#adjust(name, event)}
        />
      </label>`;
    const isPublished = settings.lambda === PUBLISHED.lambda && settings.steps === PUBLISHED.steps;
    const [high, low] = of.classes;
    return html`<div class="panel" role="group" aria-labelledby="classes">
      <h4 id="classes">Class optimisation</h4>
      <p class="small muted">
        The input ${high.purest}, and the one ${low.purest}: found by gradient descent from a random start, for each
        class, not for any one gene.
        ${isPublished ? "λ and steps are as published for DeepChrome." : `Published: ${settingsInWords(PUBLISHED)}.`}
      </p>
      <div class="choices">
        ${number("lambda", "λ, weight of ‖X‖²", "any", "100")} ${number("steps", "Steps", "1", "100000")}
        ${number("seed", "Seed", "1", "4294967295")}
        <button ?disabled=${busy} @click=${() => void checks.optimise()}>Compute both inputs</button>
      </div>
      ${progressOf(doing.classes, () => checks.cancel("classes"))}
      ${errorNotice("The inputs could not be computed", problems.classes, () => checks.dismiss("classes"))}
      ${this.#found()}
    </div>`;
  }

  #found() {
    const { of, shown } = this;
    const { name } = of.classes[shown];
    const map = this.checks.state.maps?.[name];
    if (!map) return nothing;
    const choose = (event: Event): void => {
      this.shown = (event.target as HTMLSelectElement).selectedIndex === 0 ? 0 : 1;
    };
    if (this.#drawn?.by !== map) this.#drawn = { by: map, drawing: classDrawing(of, map, of.classes[shown]) };
    return html`<div class="choices">
        <label
          >Class
          <select @change=${choose}>
            ${of.classes.map((each, i) => html`<option value=${each.name} ?selected=${i === shown}>${each.name}</option>`)}
          </select>
        </label>
      </div>
      <regulens-figure
        label="class optimisation of the class ${name}"
        table=${of.file}
        .drawing=${this.#drawn.drawing}
        .provenance=${this.provenance}
      ></regulens-figure>`;
  }

  #adjust(name: "lambda" | "steps" | "seed", event: Event): void {
    const input = event.target as HTMLInputElement;
    const { settings } = this.checks.state;
    if (input.reportValidity() && input.value !== "") this.checks.adjust({ ...settings, [name]: input.valueAsNumber });
    else input.value = String(settings[name]);
  }
}
