/** The tracks that are shown as files to save: bedGraph, bigWig, TSV. */

import { html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { downloadName, saveFile } from "../../../export";
import { save } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import { trackOf } from "../names";
import type { IntervalEnd, TrackFormat, TrackRun } from "../result";
import type { SequenceSession } from "../session";
import { sequenceStyles } from "../styles";
import { coverageDrawn } from "../sure/intervals";

const ENDS: readonly IntervalEnd[] = ["low", "high"];

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
        <button class="small" ?disabled=${shown.length === 0} @click=${() => void this.#save("tsv")}>
          ${save} TSV
        </button>
      </div>
      ${errorNotice("The tracks could not be saved", problems.save, () => sequences.dismiss("save"))}`;
  }

  async #save(format: TrackFormat): Promise<void> {
    const { run, sequences } = this;
    const { shown } = sequences.state;
    const name = (extension: "tsv" | "bedgraph" | "bw", of = ""): string =>
      downloadName(run.file, "predicted", extension, run.record.name + of);
    if (format !== "bigwig") {
      const file = await sequences.tracks.file(format, shown);
      return file && saveFile(name(format), file);
    }
    // A bigWig file has one track, or an end of its interval.
    const ends = coverageDrawn(sequences.state) === undefined ? [undefined] : [undefined, ...ENDS];
    for (const track of shown)
      for (const end of ends) {
        const file = await sequences.tracks.file(format, [track], end);
        if (!file) return;
        const { name: of } = trackOf(run.model.card, track);
        saveFile(name("bw", `-${of}${end ? `.interval_${end}` : ""}`), file);
      }
  }
}
