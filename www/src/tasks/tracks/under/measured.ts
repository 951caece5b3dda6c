/** Measured tracks under the predicted ones: under which each lies, and which value of a bin it shows. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import { tellNew } from "../../../ui/unseen";
import { trackOf } from "../names";
import type { TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";

/** Measured tracks; nothing where none lies there. */
@customElement("regulens-measured-tracks")
export class MeasuredTracks extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  protected readonly subscription = new Subscription(this, () => this.sequences);

  static override styles = [
    controls,
    sequenceStyles,
    css`
      .row {
        gap: var(--space-1) var(--space-2);
      }

      select {
        padding-inline: var(--space-2);
      }
    `,
  ];

  override updated(): void {
    for (const { file, source } of this.sequences.state.overlays)
      if ("blob" in source) tellNew(this.renderRoot.querySelector(".row"), source, `${file} lies under the prediction`);
  }

  override render() {
    const { run, sequences } = this;
    const { overlays, ownScale, shown, doing, problems } = sequences.state;
    return html`${progressOf(doing.measured, () => sequences.cancel("measured"))}
    ${errorNotice("This track could not be laid under the prediction", problems.measured, () =>
      sequences.dismiss("measured"),
    )}
    ${overlays.map((overlay, i) => {
      const { track, file, value } = overlay;
      const move = (event: Event): void =>
        sequences.tracks.moveMeasured(overlay, Number((event.target as HTMLSelectElement).value));
      return html`<div class="row small">
        <span>${file} under</span>
        <select aria-label="Predicted track over ${file}" @change=${move}>
          ${[...new Set([...shown, track])].map(
            (each) =>
              html`<option value=${each} ?selected=${each === track}>${trackOf(run.model.card, each).name}</option>`,
          )}
        </select>
        <select
          aria-label="Value of a bin of ${file}"
          @change=${(event: Event) =>
            void sequences.tracks.chooseValue(overlay, (event.target as HTMLSelectElement).value as "sum" | "mean")}
        >
          <option value="sum" ?selected=${value === "sum"}>sum per bin</option>
          <option value="mean" ?selected=${value === "mean"}>mean per bin</option>
        </select>
        <button class="quiet small" @click=${() => sequences.tracks.removeMeasured(overlay)}>Remove</button>
        ${
          i === overlays.length - 1
            ? html`<label class="row"
                ><input
                  type="checkbox"
                  .checked=${ownScale}
                  @change=${(event: Event) => sequences.set({ ownScale: (event.target as HTMLInputElement).checked })}
                />
                Own scale</label
              >`
            : nothing
        }
      </div>`;
    })}`;
  }
}
