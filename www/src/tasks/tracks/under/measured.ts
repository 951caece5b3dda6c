/** Measured tracks under the predicted ones: their assignment, and the summary of their bins. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import { tellNew } from "../../../ui/unseen";
import { type IntervalEnd, savedName, type TrackFormat, trackOf, type TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import { saveFile } from "../../../export";
import { save } from "../../../ui/icons";
import { membersOf, SPREAD, type SpreadPart } from "../../shared/members";
import { coverageDrawn } from "../sure/intervals";

/** A part of the data of a track: the prediction itself by default. */
interface Part {
  readonly part?: SpreadPart;
  readonly end?: IntervalEnd;
}

const WITH_ENDS: readonly Part[] = [{}, { end: "low" }, { end: "high" }];
const ALONE: readonly Part[] = [{}];
const OF_SPREAD: readonly Part[] = SPREAD.map((part) => ({ part }));

/** Buttons that save the tracks. */
@customElement("regulens-saved-tracks")
export class SavedTracks extends LitElement {
  @property({ attribute: false }) sequences!: SequenceSession;
  @property({ attribute: false }) run!: TrackRun;
  protected readonly subscription = new Subscription(this, () => this.sequences);

  static override styles = [controls, sequenceStyles];

  override render() {
    const { run, sequences } = this;
    const { shown, problems } = sequences.state;
    const members = membersOf(run.model.card);
    return html`<div class="row">
        <span class="small muted"
          >Save the ${shown.length === 1 ? "track" : `${shown.length} tracks`} shown,
          ${run.region ? "all that is predicted" : "whole record"}:</span
        >
        <button class="small" ?disabled=${shown.length === 0} @click=${() => void this.#save("bedgraph")}>
          ${save} bedGraph
        </button>
        <button class="small" ?disabled=${shown.length === 0} @click=${() => void this.#save("bigwig", this.#drawn)}>
          ${save} bigWig${shown.length * this.#drawn.length > 1 ? "s" : ""}
        </button>
        ${
          members
            ? html`<button
                class="small"
                aria-label="bigWigs of spread"
                title="Three bigWigs a track: the standard deviation, the lowest and the highest of ${members} in each bin"
                ?disabled=${shown.length === 0}
                @click=${() => void this.#save("bigwig", OF_SPREAD)}
              >
                ${save} spread
              </button>`
            : nothing
        }
        <button class="small" ?disabled=${shown.length === 0} @click=${() => void this.#save("tsv")}>
          ${save} TSV
        </button>
      </div>
      ${errorNotice("The tracks could not be saved", problems.save, () => sequences.dismiss("save"))}`;
  }

  /** The predictions, and the ends of their intervals if shown. */
  get #drawn(): readonly Part[] {
    return coverageDrawn(this.sequences.state) === undefined ? ALONE : WITH_ENDS;
  }

  async #save(format: TrackFormat, parts = ALONE): Promise<void> {
    const { run, sequences } = this;
    const { shown } = sequences.state;
    const pressed = { run: run.id, coverage: coverageDrawn(sequences.state) };
    if (format !== "bigwig") {
      const file = await sequences.tracks.file(format, shown, pressed);
      return file && saveFile(savedName(run, format, shown[0]!), file);
    }
    // A bigWig file has one track, a part of its spread, or an end of its interval.
    for (const track of shown)
      for (const one of parts) {
        const file = await sequences.tracks.file(format, [track], { ...pressed, ...one });
        if (!file) return;
        saveFile(savedName(run, format, track, one.part ?? (one.end && `interval_${one.end}`)), file);
      }
  }
}

/** Measured tracks; empty if there are none. */
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
