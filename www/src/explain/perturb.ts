/**
 * Edits the signal of one gene: sets a mark or a region to zero or to the other cell type's values, or scales it, with
 * the prediction updated at once.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { formatCount } from "../plots/core/format";
import {
  type Change,
  type History,
  inWords,
  make,
  perturbed,
  takeBack,
  type To,
  UNCHANGED,
  undo,
} from "./perturbation";
import type { PredictGeneCalls } from "./predict-gene";
import type { Caller } from "../rpc/rpc";
import type { GenePrediction } from "./predict-gene";
import { type PlainError, plainOf } from "../rpc/errors";
import type { Perturbation } from "../tasks/shared/tables/task";
import { close, undo as undoIcon } from "../ui/icons";
import type { Activity } from "../rpc/working";
import { errorNotice } from "../ui/notice";
import "../ui/progress";
import { controls } from "../ui/styles/shared";
import { verdictStyles } from "../tasks/shared/verdict-styles";

/** An edited signal, and its prediction. */
export interface WhatIf {
  /** Edited values, [T, columns]. */
  readonly values: Float32Array;
  readonly prediction: GenePrediction;
}

/** Maximum factor of a slider. */
const MOST = 4;

/**
 * Sends `perturbation` with the edits (composed), and `what-if` with a {@link WhatIf} or, without edits, undefined;
 * `brush` with the selected bins; and `apply` (composed) with edits for all genes, or `apply-cancel`.
 */
@customElement("regulens-perturb")
export class Perturb extends LitElement {
  @property({ attribute: false }) worker!: Caller<PredictGeneCalls>;
  @property({ attribute: false }) sha256 = "";
  @property() gene = "";
  /** The gene's signal as the model read it, [T, columns]. */
  @property({ attribute: false }) measured!: Float32Array;
  @property({ attribute: false }) marks: readonly string[] = [];
  /** Names of A and B; empty for a model of one cell type. */
  @property({ attribute: false }) cells: readonly string[] = [];
  /** The selected bins, from 1; undefined for all. */
  @property({ attribute: false }) brush: readonly [number, number] | undefined;
  /** Prediction from the measured signal: P(on), or the log2 fold change. */
  @property({ attribute: false }) predicted = Number.NaN;
  /** Puts a prediction into words, compared with that of the measured signal. */
  @property({ attribute: false }) outcome!: (now: GenePrediction, before: number) => TemplateResult;
  /** Progress of applying edits to all genes. */
  @property({ attribute: false }) applying: Activity | undefined;
  /** Number of genes. */
  @property({ type: Number }) genes = 1;
  /** Earlier edits, restored if they belong to this gene and this model. */
  @property({ attribute: false }) kept: Perturbation | undefined;
  @internal() private mark: number | undefined = 0;
  @internal() private cell: 0 | 1 | undefined = 0;
  @internal() private history: History = UNCHANGED;
  @internal() private found: GenePrediction | undefined;
  @internal() private problem: PlainError | undefined;
  /** Counts requests: only the latest answer is used. */
  #request = 0;
  #asking = false;
  #pending: Float32Array | undefined;

  static override styles = [
    controls,
    verdictStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        padding-block-start: var(--space-4);
        border-block-start: var(--rule-above, var(--border));
      }

      h4 {
        font-size: var(--text-base);
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-2) var(--space-4);
      }

      label {
        display: grid;
        gap: 2px;
        color: var(--color-ink-muted);
        font-size: var(--text-xs);
      }

      input[type="number"] {
        width: 5.2rem;
        padding-inline: var(--space-2);
        line-height: 1;
      }

      .slider {
        flex: 1 1 8rem;
        max-width: 22rem;
      }

      .slider input {
        width: 100%;
        min-height: var(--control-height);
        accent-color: var(--color-accent);
        margin: 0;
      }

      .together {
        display: flex;
      }

      .outcome small {
        color: var(--color-ink-muted);
        font-size: var(--text-xs);
      }

      /* Hides controls on paper; the picture says that the signal is changed. */
      @media print {
        section {
          display: none;
        }
      }

      li {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        font-size: var(--text-sm);
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("measured") || changed.has("sha256")) {
      this.history = UNCHANGED;
      this.found = this.problem = this.#pending = undefined;
      this.#request++;
    }
    const { kept } = this;
    // Earlier edits arrive once more until the surroundings have received the latest one.
    const isNews = ["kept", "gene", "measured", "sha256"].some((name) => changed.has(name));
    const isOther = isNews && kept !== undefined && kept.changes !== this.history.changes && kept.changes.length > 0;
    if (isOther && kept.gene === this.gene && kept.sha256 === this.sha256)
      this.#become({ changes: kept.changes, past: [[]] }, false);
    if (this.mark !== undefined && this.mark >= this.marks.length) this.mark = 0;
  }

  override render() {
    const { marks, cells, history } = this;
    const bins = this.#bins;
    const [first, last] = this.brush ?? [1, bins];
    const factor = this.#factor;
    const isPair = cells.length > 1;
    return html`<section role="group" aria-labelledby="title">
      <h4 id="title">What if the signal were different?</h4>
      <p class="small muted">
        Choose a mark, and bins by dragging along the tracks or by number; the prediction and the attention follow at
        once. It tells what this model would say, not what a cell would do.
      </p>
      <div class="row">
        <label
          >Mark
          <select @change=${(event: Event) => (this.mark = optional(event))}>
            ${marks.map((mark, i) => html`<option value=${i} ?selected=${this.mark === i}>${mark}</option>`)}
            <option value="" ?selected=${this.mark === undefined}>all marks</option>
          </select>
        </label>
        ${
          isPair
            ? html`<label
                >Cell type
                <select @change=${(event: Event) => (this.cell = optional(event) as 0 | 1 | undefined)}>
                  ${cells.map((name, i) => html`<option value=${i} ?selected=${this.cell === i}>${name}</option>`)}
                  <option value="" ?selected=${this.cell === undefined}>both</option>
                </select>
              </label>`
            : nothing
        }
        <label
          >First bin
          <input
            type="number"
            min="1"
            max=${bins}
            .value=${String(first)}
            @change=${(event: Event) => this.#setBins(numberOf(event, first), last)}
        /></label>
        <label
          >Last bin
          <input
            type="number"
            min="1"
            max=${bins}
            .value=${String(last)}
            @change=${(event: Event) => this.#setBins(first, numberOf(event, last))}
        /></label>
        <button class="quiet" ?disabled=${!this.brush} @click=${() => this.#brushTo(undefined)}>All bins</button>
      </div>
      <div class="row">
        <button @click=${() => this.#make({ kind: "zero" })}>Set to zero</button>
        ${
          isPair
            ? html`<button @click=${() => this.#make({ kind: "other" })}>
                  ${this.cell === undefined ? "Swap A and B" : `Set to that of ${cells[1 - this.cell]}`}
                </button>
                <button @click=${() => this.#make({ kind: "middle" })}>Set to the middle of both</button>`
            : nothing
        }
        <label class="slider"
          ><span>Scale, × <output>${factor.toFixed(1)}</output></span>
          <input
            type="range"
            min="0"
            max=${MOST}
            step="0.1"
            aria-label="Scale by"
            .value=${String(factor)}
            @input=${(event: Event) => this.#make({ kind: "scale", factor: numberOf(event, 1) })}
          />
        </label>
        <span class="together">
          <button class="quiet" ?disabled=${history.past.length === 0} @click=${() => this.#become(undo(history))}>
            ${undoIcon} Undo
          </button>
          <button
            class="quiet"
            ?disabled=${history.changes.length === 0}
            @click=${() => this.#become({ changes: [], past: [...history.past, history.changes] })}
          >
            Reset
          </button>
        </span>
      </div>
      ${
        history.changes.length > 0
          ? html`<ul aria-label="Changes of the signal">
              ${history.changes.map(
                (change) =>
                  html`<li>
                    <span>${inWords(change, marks, bins, cells)}</span>
                    <button
                      class="quiet small"
                      aria-label="Take back: ${inWords(change, marks, bins, cells)}"
                      @click=${() => this.#become(takeBack(history, change))}
                    >
                      ${close}
                    </button>
                  </li>`,
              )}
            </ul>`
          : nothing
      }
      <div role="status">
        ${this.found ? html`<p class="outcome verdict">${this.#outcome(this.found)}</p>` : nothing}
      </div>
      ${this.genes > 1 ? this.#everywhere() : nothing}
      ${errorNotice("This could not be predicted", this.problem, () => (this.problem = undefined))}
    </section>`;
  }

  /** The controls for all genes. */
  #everywhere() {
    if (this.applying)
      return html`<regulens-progress
        .activity=${this.applying}
        cancellable
        @cancel=${() => this.#tell("apply-cancel", undefined)}
      ></regulens-progress>`;
    const all = `all ${formatCount(this.genes)} genes`;
    return html`<div class="row">
      <button @click=${this.#apply}>
        ${this.history.changes.length > 0 ? `Apply to ${all}` : `Remove it from ${all}`}
      </button>
      <p class="small muted">Which genes respond most: a Δ in the list, and a table to save.</p>
    </div>`;
  }

  /** Applies the edits to all genes; without edits, the selected mark and bins are set in all of them. */
  #apply = (): void => {
    if (this.history.changes.length === 0) this.#make({ kind: "zero" });
    this.#tell("apply", this.history.changes);
  };

  #tell<Detail>(name: string, detail: Detail): void {
    this.dispatchEvent(new CustomEvent<Detail>(name, { detail, bubbles: true, composed: true }));
  }

  get #bins(): number {
    return this.measured.length / (this.marks.length * this.#cells);
  }

  get #cells(): 1 | 2 {
    return this.cells.length > 1 ? 2 : 1;
  }

  /** Current factor of the selected mark and bins. */
  get #factor(): number {
    const [first, last] = this.brush ?? [1, this.#bins];
    const of = this.history.changes.find(
      ({ mark, cell, bins }) => mark === this.mark && cell === this.#cell && bins[0] === first && bins[1] === last,
    );
    return of?.to.kind === "scale" ? of.to.factor : of?.to.kind === "zero" ? 0 : 1;
  }

  get #cell(): 0 | 1 | undefined {
    return this.#cells === 2 ? this.cell : undefined;
  }

  #outcome(prediction: GenePrediction) {
    const { milliseconds } = prediction;
    const time = milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0);
    return html`${this.outcome(prediction, this.predicted)} <small class="number">(${time} ms on the CPU)</small>`;
  }

  #setBins(from: number, to: number): void {
    const within = (bin: number): number => Math.max(1, Math.min(this.#bins, Math.round(bin)));
    const [a, b] = [within(from), within(to)];
    this.#brushTo([Math.min(a, b), Math.max(a, b)]);
  }

  #brushTo(brush: readonly [number, number] | undefined): void {
    const whole = brush?.[0] === 1 && brush[1] === this.#bins;
    this.brush = whole ? undefined : brush;
    this.dispatchEvent(new CustomEvent("brush", { detail: this.brush }));
  }

  #make(to: To): void {
    const change: Change = { mark: this.mark, cell: this.#cell, bins: this.brush ?? [1, this.#bins], to };
    this.#become(make(this.history, change));
  }

  #become(history: History, isNews = true): void {
    this.history = history;
    const { gene, sha256 } = this;
    if (isNews)
      this.dispatchEvent(
        new CustomEvent<Perturbation>("perturbation", {
          detail: { gene, sha256, changes: history.changes },
          bubbles: true,
          composed: true,
        }),
      );
    if (history.changes.length === 0) {
      this.#request++;
      this.#pending = this.found = undefined;
      this.dispatchEvent(new CustomEvent("what-if", { detail: undefined }));
      return;
    }
    this.#pending = perturbed(this.measured, { marks: this.marks.length, cells: this.#cells }, history.changes);
    if (!this.#asking) void this.#ask();
  }

  /**
   * Requests the pending prediction; while the worker answers, a slider may move, and only its latest position is
   * requested next.
   */
  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      for (let values = this.#pending; values; values = this.#pending) {
        this.#pending = undefined;
        const request = ++this.#request;
        try {
          const prediction = await this.worker.call("predictGene", { sha256: this.sha256, values });
          if (request !== this.#request) continue;
          this.found = prediction;
          this.problem = undefined;
          this.dispatchEvent(new CustomEvent("what-if", { detail: { values, prediction } }));
        } catch (thrown) {
          this.problem = plainOf(thrown);
        }
      }
    } finally {
      this.#asking = false;
    }
  }
}

/** Returns the selected number; undefined for all. */
function optional(event: Event): number | undefined {
  const { value } = event.target as HTMLSelectElement;
  return value === "" ? undefined : Number(value);
}

/** The number in a field; `otherwise` if it is empty. */
function numberOf(event: Event, otherwise: number): number {
  const value = (event.target as HTMLInputElement).valueAsNumber;
  return Number.isFinite(value) ? value : otherwise;
}
