/** The models of the catalogue, by task and training data: the recommended one, and others. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { CatalogueModel } from "../../../pkg/src/index";
import {
  cellOf,
  cellsOf,
  isNamedByVariant,
  modelsOf,
  recommendedOf,
  scoreInWords,
  scoreOf,
  simplestOf,
  tasksOf,
  wantedModel,
} from "./catalogue-view";
import { fileOf } from "./weights";
import { factsOf, factsOfTask } from "../tasks/index";
import type { Session } from "../session/session";
import type { CurrentModel, State } from "../session/state";
import { bytes } from "../ui/words";
import { chipStyles } from "../ui/styles/chip";
import { tagStyles } from "../ui/styles/pill";
import { controls } from "../ui/styles/shared";

/** The models of the catalogue, and the user's own file if one is open. */
@customElement("regulens-model-picker")
export class ModelPicker extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;
  /** The last selected model of the catalogue, for use while the user's own file is open. */
  @internal() private last: CatalogueModel | undefined;

  static override styles = [
    controls,
    chipStyles,
    tagStyles,
    css`
      :host,
      fieldset {
        display: grid;
        gap: var(--space-2);
      }

      :host {
        container-type: inline-size;
      }

      legend.label {
        padding: 0 0 var(--space-1);
        color: var(--color-ink-muted);
        font-size: var(--text-xs);
      }

      .model {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto auto;
        gap: 1px var(--space-3);
        align-items: baseline;
        padding: var(--space-2) var(--space-3);
        border: var(--border);
        border-radius: var(--radius-md);
        cursor: pointer;
        transition: background-color var(--duration-fast) var(--ease);
      }

      .model:hover {
        background: var(--color-surface-hover);
      }

      .model:has(input:checked) {
        border-color: var(--color-accent);
        background: var(--color-accent-soft);
      }

      .model:has(input:focus-visible) {
        outline: var(--focus-ring);
        outline-offset: var(--focus-offset);
      }

      .model input {
        outline: none;
        align-self: center;
      }

      .name {
        font-weight: var(--weight-medium);
      }

      .model .facts {
        grid-column: 2 / -1;
      }

      .facts {
        font-size: var(--text-xs);
        line-height: var(--leading-snug);
        overflow-wrap: anywhere;
      }

      .id {
        color: var(--color-ink-muted);
        font-size: var(--text-xs);
        font-weight: var(--weight-normal);
      }

      summary {
        width: fit-content;
        padding-block: var(--space-1);
        color: var(--color-accent);
        font-size: var(--text-sm);
        font-weight: var(--weight-medium);
        cursor: pointer;
      }

      .others {
        display: grid;
        gap: var(--space-1);
        padding-block-start: var(--space-1);
      }

      /* Where a name and its figures do not fit beside each other. */
      @container (max-width: 24rem) {
        .model {
          grid-template-columns: auto minmax(0, 1fr) auto;
        }

        .model .name {
          grid-column: 2 / -1;
        }

        .model .size {
          grid-area: 2 / 2;
        }

        .model .mark {
          grid-area: 2 / 3;
        }
      }
    `,
  ];

  override willUpdate(): void {
    const { catalogue } = this.state;
    this.last = wantedModel(this.state) ?? this.last ?? catalogue?.models[0];
  }

  override render() {
    const { catalogue, model, isRunning: isBusy } = this.state;
    const models = catalogue?.models ?? [];
    const own = model && model.id === undefined ? model : undefined;
    const { last } = this;
    if (!last) return own ? this.#ownFile(own) : nothing;
    const tasks = tasksOf(models);
    const task = tasks.find(({ models }) => models.includes(last));
    const cells = cellsOf(task?.models ?? []);
    const shown = modelsOf(models, cellOf(last).id);
    const first = recommendedOf(shown);
    const others = shown.filter((each) => each !== first);
    return html`
      <fieldset ?disabled=${isBusy}>
        <legend class="label">What to predict</legend>
        <div class="chips">
          ${tasks.map(({ task: each, models }) =>
            this.#radio("task", factsOfTask(each).title, each === task?.task, recommendedOf(models) ?? models[0]),
          )}
        </div>
        <p class="facts muted">${task ? html`It ${factsOfTask(task.task).does}.` : nothing}</p>
      </fieldset>
      ${
        cells.length > 1
          ? html`<fieldset ?disabled=${isBusy}>
              <legend class="label">Training cell type</legend>
              <div class="chips">
                ${cells.map(({ id, name }) => this.#radio("cell", name, id === cellOf(last).id, this.#alike(id)))}
              </div>
            </fieldset>`
          : nothing
      }
      <fieldset ?disabled=${isBusy}>
        <legend class=${cells.length > 1 ? "label" : "visually-hidden"}>Variant</legend>
        ${this.#scored(shown, first)} ${own ? this.#ownFile(own) : nothing}
        ${first ? this.#choice(first, true) : nothing}
        ${
          others.length > 0
            ? html`<details ?open=${first === undefined || others.includes(last)}>
                <summary>Other variants (${others.length})</summary>
                <div class="others">${others.map((each) => this.#choice(each, false))}</div>
              </details>`
            : nothing
        }
      </fieldset>
    `;
  }

  /** Scores beside the models, the best simple predictor on the same data, and the reason for the recommendation. */
  #scored(shown: readonly CatalogueModel[], first: CatalogueModel | undefined) {
    const facts = first && factsOf(first.description);
    const score = first && scoreOf(first);
    if (!facts || !score) return nothing;
    const simple = simplestOf(first);
    return html`<p class="facts muted">
      ${score.name} is on test data; differences within the interval in a model’s card tell nothing.
      ${simple ? html`The best simple predictor for ${first.name}: ${simple.name}, ${simple.value.toFixed(3)}. ` : nothing}
      ${shown.length > 1 ? html`Recommended: ${facts.recommendedFor}.` : nothing}
    </p>`;
  }

  #radio(group: string, name: string, isChosen: boolean, opens: CatalogueModel | undefined) {
    return html`<label>
      <input
        type="radio"
        name=${group}
        .checked=${isChosen}
        @change=${() => opens && void this.session.openModel(opens)}
      />
      <span>${name}</span>
    </label>`;
  }

  #choice(each: CatalogueModel, isRecommended: boolean) {
    const facts = each.simulated ? "trained on simulated data" : "";
    const { variant } = each.description;
    const file = fileOf(each, this.state.weights);
    const score = scoreOf(each, file);
    const recommendedFor = factsOf(each.description)?.recommendedFor ?? "";
    return html`<label class="model" title=${`${each.name}: variant ${variant.id}`}>
      <input
        type="radio"
        name="model"
        .checked=${wantedModel(this.state) === each}
        @change=${() => void this.session.openModel(each)}
      />
      <span class="name"
        >${isNamedByVariant(each) ? html`${variant.title} <code class="id">${variant.id}</code>` : each.name}</span
      >
      <span class="mark small"
        >${isRecommended ? html`<span class="tag" title=${recommendedFor}>recommended</span>` : nothing}</span
      >
      <span class="size small muted number" title=${bytes(file.bytes)}>${score ? scoreInWords(score) : nothing}</span>
      ${facts ? html`<span class="facts muted">${facts}</span>` : nothing}
    </label>`;
  }

  #ownFile(model: CurrentModel) {
    return html`<label class="model">
      <input type="radio" name="model" .checked=${wantedModel(this.state) === undefined} />
      <span class="name">${model.card.name || model.file}</span>
      <span class="facts muted"
        >Your file ${model.file}, ${model.verified ? "verified" : "unverified"}, SHA-256
        <span class="mono">${model.sha256.slice(0, 12)}…</span></span
      >
    </label>`;
  }

  /** The same variant for another cell type, or that cell type's recommended model. */
  #alike(cell: string): CatalogueModel | undefined {
    const models = modelsOf(this.state.catalogue?.models ?? [], cell);
    return models.find((each) => each.variant === this.last?.variant) ?? recommendedOf(models) ?? models[0];
  }
}
