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
import type { TrackFormat, TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";

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
        <button class="small" ?disabled=${shown.length === 0} @click=${() => void this.#save("bigwig")}>
          ${save} bigWig${shown.length > 1 ? "s" : ""}
        </button>
        ${
          members
            ? html`<button
                class="small"
                aria-label="bigWigs of spread"
                title="Three bigWigs a track: the standard deviation, the lowest and the highest of ${members} in each bin"
                ?disabled=${shown.length === 0}
                @click=${() => void this.#save("bigwig", SPREAD)}
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

  async #save(format: TrackFormat, parts: readonly (SpreadPart | undefined)[] = [undefined]): Promise<void> {
    const { run, sequences } = this;
    const { shown } = sequences.state;
    // A bigWig file has one track, or one part of its spread.
    for (const tracks of format === "bigwig" ? shown.map((track) => [track]) : [shown])
      for (const part of parts) {
        const file = await sequences.tracks.file(format, tracks, part);
        if (!file) return;
        saveFile(savedName(run, format, tracks[0]!, part), file);
      }
  }
}
