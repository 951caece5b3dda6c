/**
 * The results of a model of tracks: what was run, the tracks, where the heads looked, and what a changed base changes.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { exportable } from "./standalone";
import { methodsOfTracks } from "./methods";
import { customElement, property, state as internal } from "lit/decorators.js";
import { downloadName, saveFile } from "../../export";
import type { StandaloneView } from "../../standalone/format";
import { formatCount } from "../../plots/core/format";
import { basesCounted, trackContext, trackRecord } from "./words";
import type { SequenceSession } from "./session";
import type { Page } from "../../session/page";
import type { State } from "../../session/state";
import { duration, weightsInWords } from "../../ui/words";
import type { ReadSequences, TrackRun } from "./result";
import { besides, type RecordListing } from "./record-order";
import { bringTitle } from "../../ui/bring-title";
import { deviceInWords } from "../../model/device-menu";
import { Following } from "../../ui/following";
import { left, right, save } from "../../ui/icons";
import "../../model/methods-dialog";
import "../../ui/notice";
import { bringChosen, oneColumnStyles, underBack } from "../shared/one-column";
import { simulatedNotice, takeOverNotice, unsavedNotice } from "../shared/result-notices";
import { genesStyles, resultsStyles, stripStyles } from "../shared/results-styles";
import "./attention";
import "./along";
import "./record-list";
import "./variants";
import { sequenceStyles } from "./styles";
import { controls, shared } from "../../ui/shared";

/** The results of a model of tracks. */
@customElement("regulens-sequences")
export class SequenceResults extends LitElement {
  @property({ attribute: false }) session!: Page;
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) sequences: SequenceSession | undefined;
  /** In a page of one file, what of the results is shown; nothing else can be done there. */
  @property({ reflect: true }) only: StandaloneView | "all" | undefined;
  @internal() private failure = "";
  protected readonly following = new Following(this, () => this.sequences);
  #shown: string | undefined;

  static override styles = [
    shared,
    controls,
    sequenceStyles,
    resultsStyles,
    stripStyles,
    genesStyles,
    oneColumnStyles,
    css`
      .results > * {
        min-width: 0;
      }

      @media (min-width: 64rem) {
        .genes {
          /* The list in full; what is left is for the tracks. */
          grid-template-columns: minmax(23rem, 3fr) minmax(0, 7fr);
        }
      }

      :host([only="attention"]) .panel:not(:has(> regulens-sequence-attention)),
      :host([only]) .elsewhere {
        display: none;
      }
    `,
  ];

  override updated(): void {
    const { run } = this.sequences?.state ?? {};
    if (!run || run.date === this.#shown) return;
    this.#shown = run.date;
    // The first results, and those of another record, come into view; a reader who chose it here is there already.
    if (!(this.renderRoot as ShadowRoot).activeElement) bringTitle(this.renderRoot);
  }

  override render() {
    const { sequences } = this;
    if (!sequences) return nothing;
    const { run, announcement, doing } = sequences.state;
    const said = html`<div class="visually-hidden" role="status" aria-live="polite">${announcement}</div>`;
    if (!run) return said;
    const example = this.state.catalogue?.examples.find(({ id }) => id === sequences.state.example);
    return html`<section
      class="results"
      aria-labelledby="title"
      @failed=${(event: CustomEvent<Error>) => (this.failure = event.detail.message)}
    >
      ${said}
      <div class="head">
        <h2 id="title" tabindex="-1">Results</h2>
        <button
          class="quiet"
          @click=${() => saveFile(downloadName(run.file, "predicted", "tsv", run.record.name).replace(/\.tsv$/, ".json"), new Blob([trackRecord(run)], { type: "application/json" }))}
        >
          ${save} Run record (JSON)
        </button>
        <regulens-save-page
          class="elsewhere"
          .page=${this.session}
          .of=${() => exportable(sequences.state, run)}
        ></regulens-save-page>
        <regulens-methods
          .file=${run.file}
          .methods=${() => methodsOfTracks(run, trackContext(sequences.state, run, example?.simulated ?? false))}
        ></regulens-methods>
      </div>
      ${
        sequences.isCurrent || doing.run
          ? nothing
          : html`<regulens-notice tone="info" heading="These results are of an earlier run"
              ><p>
                They are of ${run.model.card.name || run.model.file} on ${run.record.name} of ${run.file}. Run again to
                renew them.
              </p></regulens-notice
            >`
      }
      ${takeOverNotice(run.device, run.windowsOnGpu)}
      ${
        run.padded > 0
          ? html`<regulens-notice tone="info" heading="The sequence was padded"
              ><p>
                ${run.record.name} is shorter than the model’s window: ${basesCounted(run.padded)} that are unknown were
                put around it. Predictions near its ends rest on them.
              </p></regulens-notice
            >`
          : nothing
      }
      ${simulatedNotice(example?.simulated)} ${unsavedNotice(this.failure, () => (this.failure = ""))}
      ${this.#summary(run)} ${this.#withRecords(sequences, run, this.#panels(sequences, run))}
    </section>`;
  }

  #panels(sequences: SequenceSession, run: TrackRun) {
    return html`<div class="panel">
        <regulens-sequence-tracks .sequences=${sequences} .run=${run}></regulens-sequence-tracks>
      </div>
      <div class="panel">
        <regulens-sequence-attention .sequences=${sequences} .run=${run}></regulens-sequence-attention>
      </div>
      <div class="panel">
        <regulens-sequence-variants .sequences=${sequences} .run=${run}></regulens-sequence-variants>
      </div>`;
  }

  /** Beside what is shown of a record, the list of them all, where there are several. */
  #withRecords(sequences: SequenceSession, run: TrackRun, panels: TemplateResult) {
    const { sequences: read, listing } = sequences.state;
    if (!read || read.records.length < 2 || this.only) return panels;
    const choose = (index: number): void => {
      void sequences.chooseRecord(index);
      bringChosen(this.renderRoot);
    };
    return html`<div class="genes">
      <div class="panel">
        <regulens-record-list
          .sequences=${read}
          .listed=${sequences.listed}
          .listing=${listing}
          .open=${sequences.open}
          .shape=${run.model.shape}
          @listing=${(event: CustomEvent<RecordListing>) => sequences.list(event.detail)}
          @select=${(event: CustomEvent<number>) => choose(event.detail)}
        ></regulens-record-list>
      </div>
      ${underBack(this.renderRoot, html`<div class="results">${this.#steps(sequences, read)} ${panels}</div>`, "records")}
    </div>`;
  }

  /** From one record to the next, as they are listed. */
  #steps(sequences: SequenceSession, { records }: ReadSequences) {
    const { listed, open } = sequences;
    const { before, after } = besides(listed, sequences.state.index);
    const button = (to: number | undefined, content: TemplateResult) =>
      html`<button
        class="small"
        ?disabled=${to === undefined}
        title=${to === undefined ? nothing : records[to]!.name}
        @click=${() => to !== undefined && void sequences.chooseRecord(to)}
      >
        ${content}
      </button>`;
    const at = open === undefined ? -1 : listed.indexOf(open);
    const place = at < 0 ? nothing : `, ${formatCount(at + 1)} of ${formatCount(listed.length)}`;
    return html`<div class="row" role="group" aria-label="Records">
      ${button(before, html`${left} Previous record`)} ${button(after, html`Next record ${right}`)}
      <span class="small muted number">${open === undefined ? nothing : records[open]!.name}${place}</span>
    </div>`;
  }

  #summary(run: TrackRun) {
    const { card } = run.model;
    const windows = run.windows.length;
    return html`<dl>
      <div>
        <dt>Record</dt>
        <dd>${run.record.name} <small>${run.file}</small></dd>
      </div>
      <div>
        <dt>Bases</dt>
        <dd class="number">
          ${formatCount(run.record.length)}
          <small>${windows === 1 ? "one window" : `${formatCount(windows)} windows`}</small>
        </dd>
      </div>
      <div>
        <dt>Bins</dt>
        <dd class="number">${formatCount(run.bins)} <small>of ${run.bin} bp</small></dd>
      </div>
      <div>
        <dt>Tracks</dt>
        <dd class="number">${formatCount(run.peaks.length)}</dd>
      </div>
      <div>
        <dt>Model</dt>
        <dd>
          ${card.name || run.model.file}
          <small
            >${weightsInWords(card.dtype)} weights,
            ${run.model.verified ? "verified" : html`unverified, SHA-256 ${run.model.sha256.slice(0, 12)}…`}</small
          >
        </dd>
      </div>
      <div>
        <dt>Device</dt>
        <dd>
          ${deviceInWords(run.device)} <small class="number">${duration(run.seconds)}</small>
          ${run.device.kind === "cpu" && run.device.adapter !== undefined ? html`<small>${run.device.reason}</small>` : nothing}
        </dd>
      </div>
    </dl>`;
  }
}
