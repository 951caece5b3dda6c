/** Tables of two-table samples: the assignment to A and B, and its correction where names do not determine it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { type Cell, cellName, CELLS } from "../../shared/cells";
import { otherPair } from "../../shared/other-pair";
import { controls } from "../../../ui/styles/shared";
import { areTold, type Exchange, type Place, placesOf } from "./pairs";
import type { SamplesState } from "./session";

/** A and B of each sample. Sends `exchange`, an `Exchange`, when another table is selected for a place. */
@customElement("regulens-pairing")
export class Pairing extends LitElement {
  @property({ attribute: false }) state!: SamplesState;
  /** Cell types of the model. */
  @property({ attribute: false }) card!: Parameters<typeof cellName>[0];
  /** True while a model runs. */
  @property({ type: Boolean }) busy = false;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }

      ul {
        display: grid;
        gap: var(--space-2);
      }

      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2) var(--space-3);
      }

      label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        min-width: 0;
      }

      select {
        min-width: 0;
        max-width: min(100%, 18rem);
      }
    `,
  ];

  override render() {
    const { samples, names } = this.state;
    const { card } = this;
    const isTold = areTold(
      card,
      samples.map(({ sources }) => sources),
    );
    const isOther = samples.some(({ sources: [one, other] }) => otherPair(card, [one?.file ?? "", other?.file ?? ""]));
    const [a, b] = CELLS.map((cell) => cellName(isOther ? {} : card, cell));
    return html`<details class="small" ?open=${!isTold}>
      <summary>
        Tables of each sample, ${a} and
        ${b}${isTold ? nothing : ": their names do not tell which belong together; choose here"}
      </summary>
      <ul>
        ${samples.map(({ sources }, sample) => {
          const [one = "", other = ""] = sources.map(({ file }) => file);
          const unlike = otherPair(card, [one, other]);
          return html`<li>
            <strong>${names[sample]}</strong>${unlike ? html`. ${unlike}.` : nothing}
            <div class="choices">${CELLS.map((cell, at) => this.#choice(cell, { sample, cell: at }))}</div>
          </li>`;
        })}
      </ul>
      <p class="muted">A table that is chosen changes places with the one that was there.</p>
    </details>`;
  }

  #choice(cell: Cell, place: Place) {
    const places = placesOf(this.state.samples);
    const name = `${cell.toUpperCase()} of ${this.state.names[place.sample]}`;
    return html`<label>
      ${cell.toUpperCase()}
      <select
        aria-label=${name}
        ?disabled=${this.busy}
        @change=${(event: Event) => this.#choose(place, places[(event.target as HTMLSelectElement).selectedIndex]!)}
      >
        ${places.map(
          ({ file, sample, cell: at }) =>
            html`<option .selected=${live(sample === place.sample && at === place.cell)}>${file}</option>`,
        )}
      </select></label
    >`;
  }

  #choose(one: Place, { sample, cell }: Place): void {
    const detail: Exchange = [one, { sample, cell }];
    this.dispatchEvent(new CustomEvent("exchange", { detail }));
  }
}
