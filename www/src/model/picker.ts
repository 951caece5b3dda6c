/**
 * The models of the catalogue: cell types side by side, the variants of one below, and how their weights are stored.
 */

import type { Weights } from "./weights";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { CatalogueModel } from "../../../pkg/src/index";
import { cellOf, cellsOf, commonSimple, entryOf, fileOf, modelsOf, scoreOf, verdictOf } from "./catalogue-view";
import { factsOf } from "../tasks/index";
import type { Session } from "../session/session";
import type { CurrentModel, State } from "../session/state";
import { variantName } from "./variants";
import { bytes } from "../ui/words";
import { chipStyles } from "../ui/chip-styles";
import { controls, shared } from "../ui/shared";

/** The models of the catalogue, and the user's own file where one is open. */
@customElement("regulens-model-picker")
export class ModelPicker extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;
  /** The cell type that was looked at last, for when the user's own file is open. */
  @internal() private lastCell = "";

  static override styles = [
    shared,
    controls,
    chipStyles,
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

      .better {
        color: var(--color-good);
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
          grid-column: 2;
        }
      }
    `,
  ];

  override willUpdate(): void {
    const { catalogue } = this.state;
    const wanted = this.#wanted();
    if (wanted) this.lastCell = cellOf(wanted).id;
    else if (this.lastCell === "" && catalogue?.models[0]) this.lastCell = cellOf(catalogue.models[0]).id;
  }

  override render() {
    const { catalogue, model, isRunning: isBusy } = this.state;
    const models = catalogue?.models ?? [];
    const cells = cellsOf(models);
    const shown = modelsOf(models, this.lastCell);
    const simple = commonSimple(shown);
    const own = model && model.id === undefined ? model : undefined;
    return html`
      ${
        cells.length > 1
          ? html`<fieldset ?disabled=${isBusy}>
              <legend class="label">Cell type it learned from</legend>
              <div class="chips">
                ${cells.map(
                  ({ id, name }) =>
                    html`<label>
                      <input
                        type="radio"
                        name="cell"
                        .checked=${id === this.lastCell}
                        @change=${() => this.#chooseCell(id)}
                      />
                      <span>${name}</span>
                    </label>`,
                )}
              </div>
            </fieldset>`
          : nothing
      }
      <fieldset ?disabled=${isBusy}>
        <legend class=${cells.length > 1 ? "label" : "visually-hidden"}>Variant</legend>
        ${simple ? html`<p class="facts muted">Size, ${shown[0] && scoreOf(shown[0])?.name} on test ${shown[0] && factsOf(shown[0])?.tested}, and whether that beats the best simple predictor: ${simple.name}, ${simple.value.toFixed(3)}.</p>` : nothing}
        ${shown.map((each) => this.#choice(each, cells.length > 1, simple !== undefined))}
        ${own ? this.#ownFile(own) : nothing}
      </fieldset>
      ${this.#weights()}
    `;
  }

  /** The model of the catalogue that is open, or being opened. */
  #wanted(): CatalogueModel | undefined {
    const { catalogue, model, doing } = this.state;
    const opening = doing.model;
    const byFile =
      opening && catalogue?.models.find(({ file, int8 }) => file === opening.name || int8?.file === opening.name);
    return byFile ?? (model && entryOf(catalogue, model));
  }

  /**
   * @param isGrouped Whether its cell type is said already.
   * @param isMeasured Whether the best simple predictor is said already.
   */
  #choice(each: CatalogueModel, isGrouped: boolean, isMeasured: boolean) {
    const { state } = this;
    const file = fileOf(each, state.weights);
    const verdict = verdictOf(each, file);
    const score = scoreOf(each, file);
    const facts = [
      !isGrouped && each.cell_type ? `learned from ${each.cell_type.name} (${each.cell_type.id})` : undefined,
      each.simulated ? "trained on simulated data" : undefined,
      isMeasured ? undefined : verdict?.text,
    ].filter((fact) => fact !== undefined);
    const isNamedByVariant =
      isGrouped && variantName(each.variant) !== each.variant && factsOf(each)?.namedByVariant === true;
    return html`<label class="model" title=${each.name}>
      <input
        type="radio"
        name="model"
        .checked=${this.#wanted() === each}
        @change=${() => void this.session.openModel(each)}
      />
      <span class="name">${isNamedByVariant ? variantName(each.variant) : each.name}</span>
      <span class="size small muted number">${bytes(file.bytes)}</span>
      <span class="small number">
        ${score ? html`<span class="visually-hidden">${score.name} </span>${score.value.toFixed(3)}` : nothing}
        ${verdict && isMeasured ? html`<span class=${verdict.better ? "better" : "muted"} title=${verdict.text}>${verdict.better ? "beats it" : "below it"}</span>` : nothing}
      </span>
      ${facts.length > 0 ? html`<span class="facts muted">${facts.join(", ")}</span>` : nothing}
    </label>`;
  }

  #ownFile(model: CurrentModel) {
    return html`<label class="model">
      <input type="radio" name="model" .checked=${this.#wanted() === undefined} />
      <span class="name">${model.card.name || model.file}</span>
      <span class="facts muted"
        >Your file ${model.file}, unverified, SHA-256 <span class="mono">${model.sha256.slice(0, 12)}…</span></span
      >
    </label>`;
  }

  #weights() {
    const entry = this.#wanted();
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
      <legend class="label">Weights</legend>
      <div class="chips">${choice("float16", entry.bytes)}${choice("int8", entry.int8.bytes)}</div>
      <p class="facts muted">${int8InWords(entry)}</p>
    </fieldset>`;
  }

  /** The same variant of another cell type, or its first. */
  #chooseCell(cell: string): void {
    const variant = this.#wanted()?.variant;
    const models = modelsOf(this.state.catalogue?.models ?? [], cell);
    const chosen = models.find((each) => each.variant === variant) ?? models[0];
    if (chosen) void this.session.openModel(chosen);
  }
}

/** What int8 changes. */
function int8InWords(model: CatalogueModel): string {
  const [score, own] = [scoreOf(model), model.int8 && scoreOf(model, model.int8)];
  const scores =
    score && own
      ? `; ${score.name} on the test ${factsOf(model)?.tested} ${own.value.toFixed(4)} instead of ${score.value.toFixed(4)}`
      : `; its ${score?.name ?? "score"} was not measured`;
  return `int8 keeps each weight in 8 bits, with a scale for each row${scores}.`;
}
