/** The data of on/off models: a table, by dropping, choosing or pasting, or the example. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { CatalogueExample } from "../../../../../pkg/src/index";
import type { State } from "../../../session/state";
import { file, paste, table as tableIcon } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { controls } from "../../../ui/styles/shared";
import { tellNew } from "../../../ui/unseen";
import { counted } from "../../../ui/words";
import { taskOfExample } from "../../index";
import { dataStyles } from "../../shared/data-styles";
import "../../shared/paste-box";
import "../../shared/preparing";
import type { CurrentTable, TablesState } from "../../shared/tables/tables";
import { takeFiles } from "../../shared/take-files";
import "../../shared/tables/understood";
import type { AnyWork } from "../session";

/** The input of a table, with its properties. */
@customElement("regulens-table-data")
export class TableData extends LitElement {
  @property({ attribute: false }) work!: AnyWork;
  @property({ attribute: false }) tables!: TablesState;
  @property({ attribute: false }) page!: State;
  @internal() private pasting = false;

  static override styles = [
    controls,
    dataStyles,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  override updated(): void {
    const { table } = this.tables.a;
    if (!table || table.example !== undefined) return;
    const stale = this.work.hasResults ? ["The results are of the table before, until it is run."] : [];
    const heading = `${table.file} was read: ${counted(table.genes.length, "gene")}`;
    tellNew(this.renderRoot.querySelector(".loaded"), table, heading, ...stale);
  }

  override render() {
    const { work, page } = this;
    const { a, doing, problems, preparing } = this.tables;
    const { table } = a;
    return html`${progressOf(doing.a, () => work.tables.cancel("a"))}
      ${errorNotice(
        table ? `This table could not be read; ${table.file} is kept` : "This table could not be read",
        problems.a,
        () => work.tables.dismiss("a"),
      )}
      ${table ? this.#loaded(table) : doing.a || preparing ? nothing : this.#empty()}
      <regulens-preparing .tables=${work.tables} .state=${this.tables} .page=${page}></regulens-preparing>
      ${
        this.pasting
          ? html`<regulens-paste-box
              @text=${this.#readText}
              @close=${() => (this.pasting = false)}
            ></regulens-paste-box>`
          : nothing
      }
      ${
        table
          ? html`<regulens-understood .tables=${work.tables} .state=${this.tables} .page=${page}></regulens-understood>`
          : html`<regulens-table-help></regulens-table-help>`
      }`;
  }

  #empty() {
    return html`<div class="drop">
      ${tableIcon}
      <p class="lead">Drop your files here</p>
      <p class="small muted">
        A table of histone-mark signal, or several to compare; a bigWig or BAM for each mark, with a gene annotation;
        DNA as FASTA, with variants as VCF; weights; a workspace.
      </p>
      <div class="actions">${this.#actions()}</div>
    </div>`;
  }

  #loaded(table: CurrentTable) {
    const { samples } = this.work.state;
    return html`<div class="loaded">
      <p class="what">
        <span class="name">${table.file}</span><br />
        <span class="small muted"
          >${counted(table.genes.length, "gene")}${table.labels ? ", with labels" : nothing}${table.simulated ? ", simulated values" : nothing}</span
        >${samples ? html`<br /><span class="small">${counted(samples.names.length, "sample")}: ${samples.names.join(", ")}</span>` : nothing}
      </p>
      <div class="actions">${this.#actions()}</div>
    </div>`;
  }

  #actions() {
    const { isRunning: busy, catalogue, model } = this.page;
    const { table } = this.tables.a;
    const examples = (catalogue?.examples ?? []).filter(
      (example) => example.id !== table?.example && taskOfExample(example) === this.work.task,
    );
    return html`
      <label class="button">
        ${file} Choose files…
        <input type="file" multiple ?disabled=${busy} @change=${this.#chooseFile} />
      </label>
      <button ?disabled=${busy} aria-expanded=${this.pasting} @click=${() => (this.pasting = !this.pasting)}>
        ${paste} Paste…
      </button>
      ${
        this.tables.preparing
          ? nothing
          : html`<button ?disabled=${busy || !model} @click=${() => void this.work.tables.prepare()}>
              From bigWig files…
            </button>`
      }
      ${examples.map((example) => this.#exampleButton(example, examples.length > 1, busy || !model))}
    `;
  }

  #exampleButton(example: CatalogueExample, several: boolean, disabled: boolean) {
    const label = several ? `Try: ${example.name}` : "Try the example";
    return html`<button
      class=${this.tables.a.table ? "quiet" : "primary"}
      title=${example.description}
      ?disabled=${disabled}
      @click=${() => void this.work.page.tryExample(example)}
    >
      ${label}${example.simulated ? " (simulated)" : nothing}
    </button>`;
  }

  #chooseFile = (event: Event): void => {
    const chosen = takeFiles(event);
    if (chosen.length > 0) void this.work.page.openFiles(chosen);
  };

  #readText = (event: CustomEvent<string>): void => {
    this.pasting = false;
    void this.work.page.openText(event.detail);
  };
}
