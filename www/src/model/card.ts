/** The card of the open model: its scores, its training data, its input, and its file. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { ModelCard } from "../../../pkg/src/index";
import { formatCount } from "../plots";
import { trainingCurves } from "../plots/training/card";
import type { CurrentModel } from "../session/state";
import { cellsInWords } from "../tasks/shared/cells";
import { contrastSection } from "../tasks/shared/contrast-section";
import { choiceSection } from "../tasks/shared/explanation-choice";
import type { TaskSession } from "../tasks/shared/task";
import { weightsInWords } from "../ui/words";
import { check, close, warning } from "../ui/icons";
import { markStyles } from "../ui/mark-name";
import { confidenceSection } from "../tasks/shared/confidence";
import { transferSection } from "../tasks/shared/transfer";
import { controls } from "../ui/styles/shared";
import { tableStyles } from "../ui/styles/table";
import { PlotTheme } from "../ui/theme/theme";

/** Width of the curves; they shrink if there is less room. */
const CURVES = 520;

/** The card of a model. Sends `close`. The default slot holds the choice of its file. */
@customElement("regulens-model-card")
export class ModelCardView extends LitElement {
  @property({ attribute: false }) model!: CurrentModel;
  /** The task of the model. */
  @property({ attribute: false }) task: TaskSession | undefined;
  #plots = new PlotTheme(this);

  static override styles = [
    controls,
    tableStyles,
    markStyles,
    css`
      article {
        padding: var(--space-5);
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-5);
      }

      figure {
        margin: var(--space-3) 0 0;
        max-width: 32.5rem;

        &.narrow {
          max-width: 22.5rem;
        }

        & svg {
          display: block;
          width: 100%;
          height: auto;
        }
      }

      /* Five columns of scores on a telephone. */
      @media (max-width: 30rem) {
        article {
          padding: var(--space-4);
        }

        table {
          font-size: var(--text-xs);
        }

        th,
        td {
          padding-inline-end: var(--space-1);
        }

        tbody th {
          overflow-wrap: anywhere;
        }
      }

      header {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: var(--space-3);
        align-items: start;
      }

      .verdict {
        display: flex;
        gap: var(--space-2);
        align-items: flex-start;
      }

      .verdict svg {
        flex: none;
        color: var(--color-good);
      }

      .verdict.unverified svg {
        color: var(--color-warning);
      }

      section {
        display: grid;
        gap: var(--space-2);
      }

      /* Six columns are wider than a telephone. */
      .wide {
        min-width: 0;
        overflow-x: auto;
      }

      section:has(.wide) {
        grid-template-columns: minmax(0, 1fr);
      }

      td,
      thead th:not(:first-child) {
        text-align: end;
        font-variant-numeric: tabular-nums;
      }

      tr.own th,
      tr.own td {
        font-weight: var(--weight-strong);
      }

      dl {
        display: grid;
        grid-template-columns: minmax(6.5rem, auto) minmax(0, 1fr);
        gap: var(--space-2) var(--space-4);
        font-size: var(--text-sm);
      }

      dt {
        color: var(--color-ink-muted);
      }

      dd {
        overflow-wrap: anywhere;
      }

      .marks {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-3);
      }
    `,
  ];

  override render() {
    const { card, verified, file } = this.model;
    const { family, variant } = this.model.description;
    const cells = cellsInWords(card);
    return html`<article>
      <header>
        <div>
          <h2>${card.name || file}</h2>
          <p class="muted">
            ${family.title}, ${variant.title} (<code>${family.id} --variant ${variant.id}</code
            >)${cells ? `, ${cells}` : nothing}
          </p>
        </div>
        <button
          class="quiet"
          aria-label="Close the model card"
          @click=${() => this.dispatchEvent(new CustomEvent("close"))}
        >
          ${close}
        </button>
      </header>
      <p class="verdict small ${verified ? "" : "unverified"}">
        ${verified ? check : warning}
        <span>
          ${
            verified
              ? "Verified: the file is the one that this site lists, by its SHA-256."
              : "Unverified: the file is your own. Compare its SHA-256 below with the one its author gives."
          }
          ${card.simulated ? html`<strong>It was trained on simulated data.</strong>` : nothing}
        </span>
      </p>
      ${
        this.task?.card.scores(this.model) ??
        html`<section>
          <h3>How well it does</h3>
          <p class="small muted">The card gives no test figures.</p>
        </section>`
      }
      ${transferSection(card)} ${confidenceSection(card, this.#plots.theme)} ${choiceSection(card)}
      ${contrastSection(card)}
      <section>
        <h3>What it reads</h3>
        ${this.task?.card.reads(this.model, this.#plots.theme) ?? nothing}
      </section>
      ${this.#training(card)}
      <section>
        <h3>The file</h3>
        <dl>
          <dt>Name</dt>
          <dd>${file}</dd>
          <dt>Weights</dt>
          <dd>${formatCount(card.parameters)} parameters, stored as ${weightsInWords(card.dtype)}</dd>
          <dt>SHA-256</dt>
          <dd class="mono">${this.model.sha256}</dd>
          ${
            card.source
              ? html`<dt>Source</dt>
                  <dd>${card.source}</dd>`
              : nothing
          }
        </dl>
        <slot></slot>
      </section>
      ${
        card.notes?.length
          ? html`<section>
              <h3>Notes</h3>
              ${card.notes.map((note) => html`<p class="small">${note}</p>`)}
            </section>`
          : nothing
      }
      ${
        card.citation?.length
          ? html`<section>
              <h3>${card.citation.length > 1 ? "Cite" : "Please cite"}</h3>
              ${card.citation.map((text) => html`<p class="small">${text}</p>`)}
            </section>`
          : nothing
      }
    </article>`;
  }

  #training({ training }: ModelCard) {
    if (!training) return nothing;
    const recipe = Object.entries(training.recipe ?? {}).map(
      ([name, value]) =>
        `${name.replaceAll("_", " ")} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
    );
    return html`<section>
      <h3>How it was trained</h3>
      <dl>
        ${
          training.data
            ? html`<dt>Data</dt>
                <dd>${training.data}</dd>`
            : nothing
        }
        ${
          training.split
            ? html`<dt>Split</dt>
                <dd>${training.split}</dd>`
            : nothing
        }
        ${
          training.genes
            ? html`<dt>Genes</dt>
                <dd>${formatCount(training.genes)}</dd>`
            : nothing
        }
        ${
          recipe.length > 0
            ? html`<dt>Recipe</dt>
                <dd>${recipe.join(", ")}</dd>`
            : nothing
        }
        ${
          training.epochs
            ? html`<dt>Epochs</dt>
                <dd>
                  ${training.epochs}${training.best_epoch ? `, the best was ${training.best_epoch}` : nothing}; seed
                  ${training.seed}
                </dd>`
            : nothing
        }
        ${
          training.command
            ? html`<dt>Command</dt>
                <dd><code>regulens train ${training.command}</code></dd>`
            : nothing
        }
        ${
          training.date
            ? html`<dt>Date</dt>
                <dd>${training.date}${training.program ? `, ${training.program}` : nothing}</dd>`
            : nothing
        }
      </dl>
      ${
        training.history && training.history.epochs.length > 1
          ? html`<figure>
              ${unsafeHTML(
                trainingCurves({
                  width: CURVES,
                  theme: this.#plots.theme,
                  history: training.history,
                  best: training.best_epoch ?? 0,
                }),
              )}
            </figure>`
          : nothing
      }
    </section>`;
  }
}
