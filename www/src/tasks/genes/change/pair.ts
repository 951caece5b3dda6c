/**
 * Step 2 for a model of a change: the tables of two cell types, their assignment to A and B, and their properties.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { type Cell, cellTitle, pairNames } from "../../shared/cells";
import { otherPair } from "../../shared/other-pair";
import type { State } from "../../../session/state";
import { tellNew } from "../../../ui/unseen";
import { counted } from "../../../ui/words";
import { file, swap } from "../../../ui/icons";
import { errorNotice } from "../../../ui/notice";
import "../../../ui/progress";
import { controls } from "../../../ui/styles/shared";
import { taskOfExample } from "../../index";
import { takeFiles } from "../../shared/take-files";
import "../../shared/tables/understood";
import "../samples/pairing";
import type { Exchange } from "../samples/pairs";
import type { SamplesState } from "../samples/session";
import { pairFiles, type Tables, type TablesState } from "../../shared/tables/tables";
import type { Page } from "../../../session/page";

/** The tables of A and B. Sends `exchange`, an `Exchange`, to assign other tables to samples. */
@customElement("regulens-pair")
export class Pair extends LitElement {
  @property({ attribute: false }) tables!: Tables;
  @property({ attribute: false }) state!: TablesState;
  @property({ attribute: false }) page!: Page;
  @property({ attribute: false }) pageState!: State;
  /** Samples side by side, which include these tables. */
  @property({ attribute: false }) samples: SamplesState | undefined;
  /** True once the model has run on tables. */
  @property({ type: Boolean }) hasRun = false;
  /** Drop target that a dragged file is over. */
  @internal() private over: Cell | undefined;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }

      .slots {
        display: grid;
        gap: var(--space-3);
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
      }

      .slot {
        display: grid;
        align-content: start;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-4);
        border: 1.5px dashed var(--color-line-strong);
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
      }

      .slot.there {
        border-style: solid;
        border-color: var(--color-line);
      }

      .slot.over {
        border-color: var(--color-accent);
        background: var(--color-accent-soft);
      }

      .slot p {
        overflow-wrap: anywhere;
        line-height: var(--leading-snug);
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
    `,
  ];

  override updated(): void {
    const slots = this.renderRoot.querySelectorAll<HTMLElement>(".slot");
    (["a", "b"] as const).forEach((cell, i) => {
      const { table } = this.state[cell];
      const heading =
        table && `${table.file} was read as ${cell.toUpperCase()}: ${counted(table.genes.length, "gene")}`;
      if (heading && table.example === undefined) tellNew(slots[i] ?? null, table, heading);
    });
  }

  override render() {
    const { state, tables, pageState, samples, hasRun } = this;
    const { model, catalogue, isRunning: busy } = pageState;
    const [table, tableB] = [state.a.table, state.b.table];
    if (!model) return nothing;
    const files = pairFiles(state, model.card);
    const higher = pairNames(model.card, files ?? ["", ""])[1];
    const unlike = files && otherPair(model.card, files);
    const examples = (catalogue?.examples ?? []).filter(
      (example) => taskOfExample(example) === "change" && example.id !== table?.example,
    );
    return html`
      <p class="small muted">
        Two tables of the same genes. The model predicts log2((B + 1) / (A + 1)): positive for a gene that is higher in
        ${higher}. Drop both at once, or one on each; those of several samples at once to compare these.
      </p>
      ${unlike === undefined ? nothing : html`<p class="small" data-unlike>${unlike}.</p>`}
      ${
        samples
          ? html`<p class="small">${counted(samples.names.length, "sample")}: ${samples.names.join(", ")}</p>
              ${hasRun ? nothing : this.#pairing(samples)}`
          : nothing
      }
      <div class="slots">${this.#slot("a")}${this.#slot("b")}</div>
      <div class="actions">
        ${
          state.preparing
            ? nothing
            : html`<button class="quiet" ?disabled=${busy} @click=${() => void tables.prepare()}>
                From bigWig files…
              </button>`
        }
        <button class="quiet" ?disabled=${busy || (!table && !tableB)} @click=${() => void tables.swap()}>
          ${swap} Swap A and B
        </button>
        ${examples.map(
          (example) =>
            html`<button
              class=${table || tableB ? "quiet" : "primary"}
              title=${example.description}
              ?disabled=${busy}
              @click=${() => void this.page.tryExample(example)}
            >
              ${
                examples.length > 1 ? `Try: ${example.name}` : "Try the example pair"
              }${example.simulated ? " (simulated)" : nothing}
            </button>`,
        )}
      </div>
      ${(["a", "b"] as const).map(
        (cell) =>
          html`<regulens-understood
            .tables=${tables}
            .state=${state}
            .page=${pageState}
            .cell=${cell}
          ></regulens-understood>`,
      )}
      ${table || tableB ? nothing : html`<regulens-table-help></regulens-table-help>`}
    `;
  }

  /** Shown in the results too. */
  #pairing(samples: SamplesState) {
    const { pageState } = this;
    return html`<regulens-pairing
      .state=${samples}
      .card=${pageState.model!.card}
      ?busy=${pageState.isRunning}
      @exchange=${({ detail }: CustomEvent<Exchange>) => this.dispatchEvent(new CustomEvent("exchange", { detail }))}
    ></regulens-pairing>`;
  }

  #slot(cell: Cell) {
    const { state, tables, pageState } = this;
    const { table } = state[cell];
    const { [cell]: reading } = state.doing;
    const { [cell]: problem } = state.problems;
    const { card } = pageState.model!;
    const name = cellTitle(card, cell, pairFiles(state, card));
    return html`<section
      class="slot ${table ? "there" : ""} ${this.over === cell ? "over" : ""}"
      aria-label="Table of ${name}"
      @dragover=${(event: DragEvent) => this.#hold(event, cell)}
      @dragleave=${() => (this.over = undefined)}
      @drop=${(event: DragEvent) => this.#drop(event, cell)}
    >
      <h3>${name}</h3>
      ${
        reading
          ? html`<regulens-progress
              .activity=${reading}
              cancellable
              @cancel=${() => tables.cancel(cell)}
            ></regulens-progress>`
          : table
            ? html`<p>
                ${table.file}<br /><span class="small muted"
                  >${counted(table.genes.length, "gene")}${table.simulated ? ", simulated values" : nothing}</span
                >
              </p>`
            : html`<p class="small muted">Drop its table of histone-mark signal here. It stays on this machine.</p>`
      }
      ${errorNotice(
        table ? "This table could not be read; the one before is kept" : "This table could not be read",
        problem,
        () => tables.dismiss(cell),
      )}
      <div class="actions">
        <label class="button">
          ${file} Choose ${cell.toUpperCase()}…
          <input
            type="file"
            multiple
            ?disabled=${pageState.isRunning}
            @change=${(event: Event) => this.#chooseFile(event, cell)}
          />
        </label>
      </div>
    </section>`;
  }

  /** A single file goes where it was chosen or dropped; two files become both tables. */
  #open(files: readonly File[], cell: Cell): void {
    void this.page.openFiles(files, files.length > 1 ? undefined : cell);
  }

  #chooseFile(event: Event, cell: Cell): void {
    const files = takeFiles(event);
    this.#open(files, cell);
  }

  #hold(event: DragEvent, cell: Cell): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = cell;
  }

  #drop(event: DragEvent, cell: Cell): void {
    event.preventDefault();
    this.over = undefined;
    if (!this.pageState.isRunning) this.#open([...(event.dataTransfer?.files ?? [])], cell);
  }
}
