/** Findings of a run, in a line of figures. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatCount, formatValue } from "../../../plots";
import { preparationInWords } from "../../../session/preparation";
import { percent, weightsInWords } from "../../../ui/words";
import { type MeasuredGenes, rule, scoresInWords } from "./measured/measured";
import { onInWords, THRESHOLD } from "./on";
import type { OnOffState } from "./outcome";
import { ofAll, together } from "../together";
import { measuredTogether, onTogether } from "./together";
import { oneOf } from "../../shared/seeds";
import { type sureFact, sureStyles } from "../sure/fact";
import type { FinishedRun } from "../result";
import { deviceFact } from "../../shared/run/device";
import { stripStyles } from "../../shared/results-styles";
import { controls } from "../../../ui/styles/shared";

/** Why a score is missing. */
const NOT_OF_A_PART = "not known of the whole run: a part that was chosen does not tell it";

/** The figures of a run. */
@customElement("regulens-summary")
export class SummaryStrip extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  /** Measured expression, which goes before labels of the table. */
  @property({ attribute: false }) measured: MeasuredGenes | undefined;
  /** Agreement of the probabilities with these. */
  @property({ attribute: false }) reliability: OnOffState["reliability"];
  /** The figure of the genes that the model is sure of. */
  @property({ attribute: false }) sure: ReturnType<typeof sureFact> = nothing;
  /** Number of seeds of which the run's model is one. */
  @property({ attribute: false }) seeds: number | undefined;

  static override styles = [
    controls,
    stripStyles,
    sureStyles,
    css`
      .genes {
        flex: 1 1 4.5rem;
      }

      .predicted {
        flex: 4 1 20rem;
      }

      .labelled {
        flex: 1 1 14rem;
      }

      .model {
        flex: 1 1 12rem;
      }

      /* Lines of small print, whose first has a large number. */
      dd {
        font-size: var(--text-md);
        line-height: 1;
      }

      dd.words {
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
      }
    `,
  ];

  override render() {
    const { run } = this;
    const here = run.probability.length;
    const { part, isWhole } = together(run);
    const { genes, on, auroc, labels } = onTogether(run);
    const measured = this.measured && measuredTogether(run, this.measured);
    const prepared = preparationInWords(run.preparations[0]);
    const meant = onInWords(run.model.card);
    const { reliability } = this;
    const scores =
      reliability && "found" in reliability ? html`<small>${scoresInWords(reliability.found)}</small>` : nothing;
    return html`<dl>
      <div class="genes">
        <dt>Genes</dt>
        <dd class="number">
          ${formatCount(genes)} ${part ? html`<small>${isWhole ? `${part}, are here` : `${part}`}</small>` : nothing}
        </dd>
      </div>
      <div class="predicted">
        <dt>Predicted on</dt>
        <dd class="number">
          ${formatCount(on)}
          <small
            >${percent(genes > 0 ? on / genes : 0)} of
            ${isWhole ? (part ? `all ${formatCount(genes)}` : "all") : `these ${formatCount(genes)}`}, P(on) ≥
            ${THRESHOLD}${this.seeds === undefined ? nothing : `, by ${oneOf(this.seeds)}`}</small
          >
          ${meant === undefined ? nothing : html`<small>On: expressed ${meant}.</small>`}
        </dd>
      </div>
      ${
        measured
          ? html`<div class="labelled">
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
                ${scores}
              </dd>
            </div>`
          : labels
            ? html`<div class="labelled">
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
                  ${scores}
                </dd>
              </div>`
            : nothing
      }
      ${this.sure}
      <div class="model">
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
      ${deviceFact(run, here)}
    </dl>`;
  }
}
