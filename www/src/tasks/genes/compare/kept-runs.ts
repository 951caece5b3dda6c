/** The runs that are kept: what each is, its letter, and taking it away. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { modelName } from "../../../session/state";
import { deviceInWords, bytes, counted } from "../../../ui/words";
import type { Comparing, ComparingState } from "./comparing";
import type { KeptRun } from "./comparison";
import { tablesInWords } from "../result";
import type { Facet } from "./facet";
import { KEPT_LIMIT } from "./keeper";
import { help, helpStyles } from "../../../ui/help";
import { remove, undo } from "../../../ui/icons";
import { controls, stacked } from "../../../ui/styles/shared";

/** The runs that are kept. */
@customElement("regulens-kept-runs")
export class KeptRuns extends LitElement {
  @property({ attribute: false }) comparing!: Comparing;
  @property({ attribute: false }) state!: ComparingState;
  @property({ attribute: false }) facet!: Facet;

  static override styles = [
    controls,
    stacked,
    helpStyles,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr));
        gap: var(--space-3);
      }

      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--space-1) var(--space-3);
        align-items: start;
        padding: var(--space-2) var(--space-3);
        border: var(--border);
        border-radius: var(--radius-md);
        background: var(--color-surface);
      }

      .letter {
        display: grid;
        place-content: center;
        width: 1.75rem;
        height: 1.75rem;
        border-radius: var(--radius-full);
        background: var(--color-accent-soft);
        color: var(--color-accent);
        font-weight: var(--weight-strong);
      }

      .name {
        font-weight: var(--weight-medium);
      }

      p {
        line-height: var(--leading-snug);
        overflow-wrap: anywhere;
      }

      /* Many runs take the height of two: a line each for what two runs say in full, then one line a run. */
      .many p {
        overflow: hidden;
        white-space: nowrap;
        text-overflow: ellipsis;
      }

      .most {
        gap: var(--space-1) var(--space-3);
      }

      .most li {
        padding-block: 0;
        align-items: center;
      }

      .most .found {
        display: none;
      }

      .found {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-2);
      }

      .differs {
        color: var(--color-warning);
      }

      .below {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-4);
      }
    `,
  ];

  override render() {
    const { kept, keptMemory, removed } = this.state;
    const held = `${bytes(keptMemory)} of at most ${bytes(KEPT_LIMIT)} in this tab.`;
    const many = `${kept.length > 2 ? "many" : ""} ${kept.length > 4 ? "most" : ""}`;
    return html`<ul class=${many} aria-label="Kept runs">
        ${kept.map((each) => this.#run(each))}
      </ul>
      <div class="below small muted">
        <span class="number">${counted(kept.length, "kept run")} and their tables hold ${held}</span>
        ${
          removed
            ? html`<span
                >Run ${removed.kept.letter} was removed.
                <button class="quiet small" @click=${() => void this.comparing.undoRemove()}>${undo} Undo</button></span
              >`
            : nothing
        }
      </div>`;
  }

  #run({ id, letter, run, deviations }: KeptRun) {
    const { without } = run.model.description;
    const { facet } = this;
    const found = `${facet.found(run)}; ${deviceInWords(run.device)}`;
    return html`<li
      title=${this.state.kept.length > 2 ? `${modelName(run.model)} on ${tablesInWords(run)}: ${found}` : nothing}
    >
      <span class="letter" aria-hidden="true">${letter}</span>
      <div class="small">
        <p>
          <span class="visually-hidden">Run ${letter}: </span><span class="name">${modelName(run.model)}</span>
          <span class="muted">on ${tablesInWords(run)}</span>
        </p>
        <div class="found muted number">
          <p>${found}</p>
          ${without ? help("what this model lacks", without) : nothing}
        </div>
        ${
          deviations.length > 0
            ? html`<details class="differs">
                <summary>The values differ from those it was trained on</summary>
                ${deviations.map((text) => html`<p>${text}</p>`)}
              </details>`
            : nothing
        }
      </div>
      <button
        class="quiet small"
        aria-label="Remove run ${letter}"
        title="Remove run ${letter}"
        @click=${() => void this.comparing.removeKept(id)}
      >
        ${remove}
      </button>
    </li>`;
  }
}
