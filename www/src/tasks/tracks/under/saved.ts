/** The tracks that are shown as files to save: bedGraph, bigWig, TSV. */

import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { saveFile } from "../../../export";
import { save } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import { membersOf, SPREAD, type SpreadPart } from "../../shared/members";
import { savedName } from "../names";
import type { IntervalEnd, TrackFormat, TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import { coverageDrawn } from "../sure/intervals";

/** A part of what is known of a track: the prediction itself where neither is given. */
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

  /** The predictions, and the ends of their intervals where these are drawn. */
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
