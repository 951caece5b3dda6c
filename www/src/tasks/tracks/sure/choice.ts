/** The choice of the coverage of intervals of tracks, with their guarantee, or the reason for none. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { formatCoverage } from "../../../plots/core/format";
import { help } from "../../../ui/help";
import { controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import type { TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import { coveragesWith } from "../../shared/coverages";
import { coverageDrawn, hasIntervals, promiseInWords, TRACK_COVERAGES, whyWithdrawn } from "./intervals";

/**
 * A select with its note; empty for an uncalibrated model. It has the attribute `noted` if it has a note, and `open` if
 * its help is open.
 */
@customElement("regulens-track-intervals")
export class TrackIntervals extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  protected readonly subscription = new Subscription(this, () => this.sequences);

  static override styles = [
    controls,
    sequenceStyles,
    css`
      /* As high as the title that it stands beside. */
      select,
      summary {
        min-height: 24px;
        padding-block: 1px;
        padding-inline: var(--space-2);
        font-size: var(--text-xs);
      }
    `,
  ];

  override updated(): void {
    const { run, sequences } = this;
    const isNoted = (whyWithdrawn(run) ?? sequences.state.noIntervals) !== undefined;
    this.toggleAttribute("noted", isNoted);
    if (!this.renderRoot.querySelector("details[open]")) this.removeAttribute("open");
  }

  override render() {
    const { run, sequences } = this;
    const { state } = sequences;
    const { card, sha256 } = run.model;
    if (!hasIntervals(card)) return nothing;
    const why = whyWithdrawn(run);
    const drawn = coverageDrawn(state);
    const note = why ?? state.noIntervals;
    return html`<div class="row small" @toggle=${{ handleEvent: this.#toggled, capture: true }}>
      ${why === undefined ? this.#choice(state.coverage, state.model?.sha256 !== sha256) : html`<span>Interval</span>`}
      <span role="status">${note === undefined ? nothing : `Not drawn. ${note.replace(/\.?$/, ".")}`}</span>
      ${drawn === undefined ? nothing : help("what the interval promises", promiseInWords(drawn, card))}
    </div>`;
  }

  /** Open help takes lines of its own. */
  #toggled = ({ target }: Event): void => {
    this.toggleAttribute("open", (target as HTMLDetailsElement).open);
  };

  /** A run whose model was replaced is read-only. */
  #choice(chosen: number | undefined, isFixed: boolean) {
    const all = [undefined, ...(chosen === undefined ? TRACK_COVERAGES : coveragesWith(chosen, TRACK_COVERAGES))];
    const change = ({ target }: Event): void =>
      void this.sequences.tracks.cover(all[(target as HTMLSelectElement).selectedIndex]);
    return html`<label class="row"
      >Interval
      <select ?disabled=${isFixed} @change=${change}>
        ${all.map(
          (each) =>
            html`<option .selected=${live(each === chosen)}>
              ${each === undefined ? "not drawn" : formatCoverage(each)}
            </option>`,
        )}
      </select></label
    >`;
  }
}
