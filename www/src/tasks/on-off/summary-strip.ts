/** Findings of a run, in a line of figures. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatCount, formatValue } from "../../plots";
import { preparationInWords } from "../../session/preparation";
import { duration, percent, weightsInWords } from "../../ui/words";
import { type MeasuredGenes, rule } from "./measured/measured";
import { onInWords, THRESHOLD } from "./on";
import { ofAll, together } from "../genes/together";
import { measuredTogether, onTogether } from "./together";
import {
  conditionInWords,
  COVERAGES,
  hasSets,
  numberSure,
  type SaidCell,
  type Sets,
  whyWithdrawn,
} from "../genes/sureness";
import type { FinishedRun } from "./result";
import { deviceInWords } from "../../model/device-menu";
import { stripStyles } from "../shared/results-styles";
import { controls, shared } from "../../ui/styles/shared";

/** Why a score is missing. */
const NOT_OF_A_PART = "not known of the whole run: a part that was chosen does not tell it";

const percentages = (): (readonly [number, string])[] => COVERAGES.map((each) => [each, percent(each)]);

/** A choice of one of several values. */
function choice<Value>(
  values: readonly (readonly [Value, string])[],
  chosen: Value,
  isFixed: boolean,
  choose: (value: Value) => void,
): TemplateResult {
  const change = ({ target }: Event): void => choose(values[(target as HTMLSelectElement).selectedIndex]![0]);
  return html`<select ?disabled=${isFixed} @change=${change}>
    ${values.map(([value, name]) => html`<option ?selected=${value === chosen}>${name}</option>`)}
  </select>`;
}

/** The figures of a run. */
@customElement("regulens-summary")
export class SummaryStrip extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  /** Measured expression, which goes before labels of the table. */
  @property({ attribute: false }) measured: MeasuredGenes | undefined;
  /** Classes of each gene that cannot be excluded. Sends `coverage` with another share of genes. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** Why there are no sets though the model has what they take. */
  @property({ attribute: false }) unsaid: string | undefined;
  /** True if another model or table is open by now: nothing can be asked of the run. */
  @property({ attribute: false }) isFixed = false;
  /** The user's word on the cell type of the data. Sends `cell` with another. */
  @property({ attribute: false }) cell: SaidCell;
  /** Number of seeds whose mean can be predicted in place of this one seed; `all-seeds` asks for it. */
  @property({ attribute: false }) seeds: number | undefined;

  static override styles = [
    shared,
    controls,
    stripStyles,
    css`
      dd {
        font-size: var(--text-lg);
        line-height: var(--leading-tight);
        letter-spacing: var(--tracking-tight);
      }

      dd.words {
        font-size: var(--text-base);
        letter-spacing: 0;
        line-height: var(--leading-snug);
      }

      select {
        min-height: 0;
        padding-block: 1px;
        font-size: var(--text-xs);
      }

      small button {
        display: inline;
        min-height: 0;
        padding: 0;
        font-size: inherit;
        text-decoration: underline;
      }

      .sure {
        flex-grow: 2;
      }

      dd small {
        margin-block-start: 2px;
        letter-spacing: 0;
        line-height: var(--leading-snug);
      }
    `,
  ];

  /** The number of genes with one class left; why none is said; or that several seeds can. */
  #sure() {
    const { run, sets, seeds, cell, unsaid } = this;
    const { card } = run.model;
    const withdrawn = whyWithdrawn(run, cell);
    if (!hasSets(card)) {
      if (seeds === undefined || withdrawn) return nothing;
      return html`<div>
        <dt>Sure</dt>
        <dd class="words">
          <small
            >Not said by one seed.
            <button class="quiet" @click=${() => this.#send("all-seeds")}>Predict with ${seeds} seeds</button></small
          >
        </dd>
      </div>`;
    }
    const said = withdrawn
      ? html`not said <small>${withdrawn}: the sets of the calibration do not hold</small>`
      : sets
        ? this.#count(sets)
        : unsaid
          ? html`not said <small>${unsaid}</small>`
          : html`<small>being found…</small>`;
    const ask = sets && !withdrawn;
    const coverage = (chosen: number): void => this.#send("coverage", chosen);
    const title = ask
      ? html`<label>Sure: sets of ${choice(percentages(), sets.coverage, this.isFixed, coverage)}</label>`
      : "Sure";
    return html`<div class="sure">
      <dt>${title}</dt>
      <dd class=${ask ? "number" : "words"}>
        ${said} ${withdrawn && cell !== "another" ? nothing : this.#cellChoice()}
      </dd>
    </div>`;
  }

  #count(sets: Sets) {
    const { coverage, of } = sets;
    const sure = numberSure(sets);
    return html`${formatCount(sure)}
      <small
        >of ${formatCount(of.length)} genes have one class left; ${formatCount(of.length - sure)} cannot say. About
        ${percent(coverage)} of all sets hold the measured class: misses are among those of one class.
        ${conditionInWords(this.run.model.card, this.cell)}</small
      >`;
  }

  /** The question of which cell type the data are, where the model's is known. */
  #cellChoice() {
    const name = this.run.model.card.cell_type?.name;
    if (!name) return nothing;
    const answers = [
      [undefined, "not said"],
      ["same", name],
      ["another", "another cell type"],
    ] as const;
    const select = choice(answers, this.cell, this.isFixed, (chosen) => this.#send("cell", chosen));
    return html`<small><label>Your genes are of ${select}</label></small>`;
  }

  #send(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  override render() {
    const { run } = this;
    const here = run.probability.length;
    const { part, isWhole } = together(run);
    const { genes, on, auroc, labels } = onTogether(run);
    const measured = this.measured && measuredTogether(run, this.measured);
    const prepared = preparationInWords(run.preparations[0]);
    const meant = onInWords(run.model.card);
    return html`<dl>
      <div>
        <dt>Genes</dt>
        <dd class="number">
          ${formatCount(genes)} ${part ? html`<small>${isWhole ? `${part}, are here` : `${part}`}</small>` : nothing}
        </dd>
      </div>
      <div>
        <dt>Predicted on</dt>
        <dd class="number">
          ${formatCount(on)}
          <small
            >${percent(genes > 0 ? on / genes : 0)} of
            ${isWhole ? (part ? `all ${formatCount(genes)}` : "all") : `these ${formatCount(genes)}`}, P(on) ≥
            ${THRESHOLD}</small
          >
          ${meant === undefined ? nothing : html`<small>On: expressed ${meant}</small>`}
        </dd>
      </div>
      ${
        measured
          ? html`<div>
              <dt>AUROC</dt>
              <dd class="number">
                ${measured.auroc === undefined ? "–" : measured.auroc.toFixed(3)}
                <small
                  >against ${measured.file}:
                  ${
                    measured.auroc === undefined
                      ? isWhole
                        ? "all of its genes are alike"
                        : NOT_OF_A_PART
                      : html`${formatCount(measured.genes)} genes, ${rule(this.measured!, formatValue)}`
                  }</small
                >
              </dd>
            </div>`
          : labels
            ? html`<div>
                <dt>AUROC</dt>
                <dd class="number">
                  ${auroc === undefined ? "–" : auroc.toFixed(3)}
                  <small
                    >${
                      auroc === undefined
                        ? isWhole
                          ? "all labels are equal"
                          : NOT_OF_A_PART
                        : `against the labels in the table${ofAll(run)}`
                    }</small
                  >
                </dd>
              </div>`
            : nothing
      }
      ${this.#sure()}
      <div>
        <dt>Model</dt>
        <dd class="words">
          ${run.model.card.name || run.model.file}
          <small
            >${weightsInWords(run.model.card.dtype)} weights,
            ${run.model.verified ? "verified" : html`unverified, SHA-256 ${run.model.sha256.slice(0, 12)}…`}</small
          >
        </dd>
      </div>
      <div>
        <dt>Table</dt>
        <dd class="words">
          ${run.tables[0].file} ${prepared.length > 0 ? html`<small>${prepared.join("; ")}</small>` : nothing}
        </dd>
      </div>
      <div>
        <dt>Device</dt>
        <dd class="words">
          ${deviceInWords(run.device)}
          <small class="number"
            >${duration(run.seconds)}, ${formatCount(Math.round(here / Math.max(run.seconds, 1e-3)))} genes a
            second</small
          >
          ${
            run.device.kind === "cpu" && run.device.adapter !== undefined
              ? html`<small>${run.device.reason}</small>`
              : nothing
          }
        </dd>
      </div>
    </dl>`;
  }
}
