/** Step 2: a table by dropping, choosing, pasting, or the example; then what was understood of it. */

import { html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { CatalogueExample } from "../../../../pkg/src/index";
import type { Session } from "../../session/session";
import type { State } from "../../session/state";
import { isOfChange, isOfTracks } from "../../../../pkg/src/card";
import type { SequenceSession } from "../tracks/session";
import { counted } from "../../ui/words";
import { taskOfExample } from "../index";
import { dataStyles } from "./data-styles";
import { file, paste, table as tableIcon } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import "./paste-box";
import "../../ui/progress";
import { controls, shared } from "../../ui/shared";
import { stepHeading, stepStyles } from "../../ui/step-heading";
import "./table-help";
import { takeFiles } from "./take-files";
import "./understood";

/** Step 2. */
@customElement("regulens-data-step")
export class DataStep extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) state!: State;
  /** For a model of tracks, once it is there. */
  @property({ attribute: false }) sequences: SequenceSession | undefined;
  @internal() private pasting = false;
  @internal() private cannotPrepare = false;

  static override styles = [shared, controls, stepStyles, dataStyles];

  override render() {
    const { table, reading, problems, model } = this.state;
    if (model && isOfTracks(model.card)) {
      return html`<section class="panel" aria-labelledby="title">
        <div id="title">${stepHeading(2, "Data")}</div>
        ${this.sequences ? html`<regulens-sequence-data .session=${this.session} .state=${this.state} .sequences=${this.sequences}></regulens-sequence-data>` : nothing}
      </section>`;
    }
    if (model && isOfChange(model.card)) {
      return html`<section class="panel" aria-labelledby="title">
        <div id="title">${stepHeading(2, "Data")}</div>
        ${this.#preparing()}
        <regulens-pair .session=${this.session} .state=${this.state}></regulens-pair>
      </section>`;
    }
    return html`<section class="panel" aria-labelledby="title">
      <div id="title">${stepHeading(2, "Data")}</div>
      ${
        reading
          ? html`<regulens-progress
              .activity=${reading}
              cancellable
              @cancel=${() => this.session.cancel("reading")}
            ></regulens-progress>`
          : nothing
      }
      ${errorNotice(table ? `This table could not be read; ${table.file} is kept` : "This table could not be read", problems.data, () => this.session.dismiss("data"))}
      ${table ? this.#loaded() : reading || this.state.preparing ? nothing : this.#empty()} ${this.#preparing()}
      ${this.pasting ? html`<regulens-paste-box @text=${this.#readText} @close=${() => (this.pasting = false)}></regulens-paste-box>` : nothing}
      ${table ? html`<regulens-understood .session=${this.session} .state=${this.state}></regulens-understood>` : html`<regulens-table-help></regulens-table-help>`}
    </section>`;
  }

  #empty() {
    return html`<div class="drop">
      ${tableIcon}
      <p class="lead">Drop a table of histone-mark signal here</p>
      <p class="small muted">
        Comma- or tab-separated, plain or gzipped; or one bigWig a mark and a gene annotation. It stays on this machine.
      </p>
      <div class="actions">${this.#actions()}</div>
    </div>`;
  }

  #preparing() {
    const { preparing, model } = this.state;
    if (!preparing || !model) return nothing;
    // Most visitors never need it.
    import("../../prepare/panel").catch(() => (this.cannotPrepare = true));
    return this.cannotPrepare
      ? html`<regulens-notice tone="danger" heading="What makes tables could not be loaded"
          ><p>Reload the page; if it happens again, check that the whole site is served.</p></regulens-notice
        >`
      : html`<regulens-prepare
          .session=${this.session}
          .state=${this.state}
          .preparing=${preparing}
        ></regulens-prepare>`;
  }

  #loaded() {
    const { table } = this.state;
    if (!table) return nothing;
    return html`<div class="loaded">
      <p class="what">
        <span class="name">${table.file}</span><br />
        <span class="small muted"
          >${counted(table.genes.length, "gene")}${table.labels ? ", with labels" : nothing}${table.simulated ? ", simulated values" : nothing}</span
        >
      </p>
      <div class="actions">${this.#actions()}</div>
    </div>`;
  }

  #actions() {
    const { running, catalogue, table, model } = this.state;
    const busy = running !== undefined;
    const examples = (catalogue?.examples ?? []).filter(
      (example) => example.id !== table?.example && taskOfExample(example) === "on-off",
    );
    return html`
      <label class="button">
        ${file} Choose a file…
        <input type="file" multiple ?disabled=${busy} @change=${this.#chooseFile} />
      </label>
      <button ?disabled=${busy} aria-expanded=${this.pasting} @click=${() => (this.pasting = !this.pasting)}>
        ${paste} Paste…
      </button>
      ${this.state.preparing ? nothing : html`<button ?disabled=${busy || !model} @click=${() => void this.session.prepare()}>From bigWig files…</button>`}
      ${examples.map((example) => this.#exampleButton(example, examples.length > 1, busy || !model))}
    `;
  }

  #exampleButton(example: CatalogueExample, several: boolean, disabled: boolean) {
    const label = several ? `Try: ${example.name}` : "Try the example";
    return html`<button
      class=${this.state.table ? "quiet" : "primary"}
      title=${example.description}
      ?disabled=${disabled}
      @click=${() => void this.session.tryExample(example)}
    >
      ${label}${example.simulated ? " (simulated)" : nothing}
    </button>`;
  }

  #chooseFile = (event: Event): void => {
    const chosen = takeFiles(event);
    if (chosen.length > 0) void this.session.openFiles(chosen);
  };

  #readText = (event: CustomEvent<string>): void => {
    this.pasting = false;
    void this.session.openText(event.detail);
  };
}
