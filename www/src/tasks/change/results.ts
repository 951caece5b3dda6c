/**
 * The results of a model of a change: figures of the set, measured counts beside it, the table of genes, one gene; and
 * what can be saved.
 */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { downloadName, saveFile } from "../../export";
import { columns as tsv } from "../../export/columns";
import type { StandaloneView } from "../../standalone/format";
import { formatCount } from "../../plots/core/format";
import { changeCorrelation } from "../../plots/changing";
import { driving, foldChangeOf, reachedBy } from "./order";
import type { Change } from "../../explain/perturbation";
import "../../explain/everywhere-panel";
import { changeProvenance, changeRecord } from "./record";
import { preparationInWords } from "../../session/preparation";
import type { State } from "../../session/state";
import type { TablesState } from "../shared/tables";
import { CHANGED_MOST, type ChangeState, type ChangeWork, type CurrentChange, PUBLISHED_THRESHOLD } from "./session";
import { exportable } from "./standalone";
import { methodsOfChange } from "./methods";
import { counted, duration } from "../../ui/words";
import type { Cell } from "../shared/cells";
import type { ChangedGene, Measured } from "./result";
import { type PlainError, plainOf } from "../../rpc/errors";
import { bringNew } from "../../ui/bring-title";
import { cellsOf } from "./gene";
import { cellNamesOf, drivingDrawing, geneAtPlace, type Grouping, histogramDrawing, scatterDrawing } from "./drawings";
import type { ChangeTable } from "./table";
import "./table";
import { deviceInWords } from "../../model/device-menu";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { file as fileIcon, save } from "../../ui/icons";
import "../../model/methods-dialog";
import { errorNotice } from "../../ui/notice";
import { bringChosen, oneColumnStyles, underBack } from "../shared/one-column";
import { simulatedNotice, takeOverNotice, unsavedNotice } from "../shared/result-notices";
import { genesStyles, resultsStyles, stripStyles } from "../shared/results-styles";
import { standInNotice } from "../shared/stand-in-notice";
import { mixedUnitsNotice, offScaleNotice } from "../shared/values-notice";
import { controls, shared } from "../../ui/shared";
import { takeFiles } from "../shared/take-files";

/** What is asked of the genes where the signal of all is changed. */
const FOLD_CHANGE = { name: "The log2 fold change", column: "log2_fold_change", digits: 2 } as const;

/** The results of a model of a change. */
@customElement("regulens-change")
export class ChangeResults extends LitElement {
  @property({ attribute: false }) session!: ChangeWork;
  @property({ attribute: false }) state!: ChangeState;
  @property({ attribute: false }) tables!: TablesState;
  @property({ attribute: false }) page!: State;
  /** In a page of one file, what of the results is shown; nothing else can be done there. */
  @property({ reflect: true }) only: StandaloneView | "all" | undefined;
  @internal() private gene: ChangedGene | undefined;
  #selected: number | undefined;
  #measured: Measured | undefined;
  /** |log2 fold change| above which genes are grouped. */
  #threshold = 0;
  @internal() private problem: PlainError | undefined;
  @internal() private failure = "";
  #run: CurrentChange | undefined;
  #histogram: Drawing | undefined;
  #driving: Drawing | undefined;
  #scatter: Drawing | undefined;
  /** Measured log2 fold change of the run's genes, where counts of both were given. */
  #truth: Float32Array | undefined;

  static override styles = [
    shared,
    controls,
    resultsStyles,
    stripStyles,
    genesStyles,
    oneColumnStyles,
    css`
      dd.large {
        font-size: var(--text-lg);
      }

      .panel {
        padding: var(--space-4);
      }

      .stack {
        display: grid;
        gap: var(--space-3);
        align-content: start;
      }

      .set {
        display: grid;
        gap: var(--space-4);
        align-items: start;
      }

      .set,
      .genes {
        grid-template-columns: minmax(0, 1fr);
      }

      :host([only="gene"]) :is(dl, .set, .genes ~ .panel),
      :host([only]) .elsewhere {
        display: none;
      }

      .set > * {
        min-width: 0;
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }

      input[type="number"] {
        width: 5rem;
        padding-inline: var(--space-2);
        line-height: 1;
      }

      .counts {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3);
        border: 1.5px dashed var(--color-line-strong);
        border-radius: var(--radius-md);
        background: var(--color-surface-sunken);
      }

      @media (min-width: 64rem) {
        .set {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          align-items: stretch;
        }

        .genes {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
      }
    `,
  ];

  override willUpdate(): void {
    const { run, selected, measured } = this.state;
    if (!run) return;
    const isAnother = run !== this.#run;
    if (isAnother) {
      this.#run = run;
      this.#histogram = histogramDrawing(run);
      this.gene = this.problem = undefined;
      this.session.recallCounts().catch((thrown: unknown) => (this.problem = plainOf(thrown)));
    }
    if (isAnother || measured !== this.#measured) this.#adopt(measured);
    if (isAnother || selected !== this.#selected) {
      this.#selected = selected;
      this.#scatter = undefined;
      if (selected !== undefined) void this.#fetch(selected);
    }
    const grouping = this.#grouping(run);
    const threshold = this.state.threshold ?? reachedBy(CHANGED_MOST, grouping.foldChange);
    if (!this.#driving || threshold !== this.#threshold) this.#driving = drivingDrawing(run, grouping, threshold);
    this.#threshold = threshold;
    if (this.#truth && !this.#scatter) this.#scatter = scatterDrawing(run, this.#truth, selected);
  }

  override updated(): void {
    if (!this.only) bringNew(this.state.run, this.renderRoot);
  }

  override render() {
    const { state } = this;
    const { run } = state;
    if (!run || !this.#histogram || !this.#driving) return nothing;
    const made = changeProvenance(run);
    const file = this.#file(run);
    const [a, b] = cellNamesOf(run);
    const { without } = run.model.description;
    const simulated = run.tables.some((table) => table.simulated);
    return html`<section
      class="results"
      aria-labelledby="title"
      @failed=${(event: CustomEvent<Error>) => (this.failure = event.detail.message)}
      @perturbation=${(event: CustomEvent<ChangeState["perturbation"]>) => this.session.view({ perturbation: event.detail })}
      @apply=${(event: CustomEvent<readonly Change[]>) => void this.session.changeAll(event.detail)}
      @apply-cancel=${() => this.session.cancel("everywhere")}
    >
      <div class="head">
        <h2 id="title" tabindex="-1">Results</h2>
        <button @click=${() => void this.#savePredictions(file)}>${save} Predictions (TSV)</button>
        <button
          class="quiet"
          @click=${() => saveFile(downloadName(file, "predictions", "tsv").replace(/\.tsv$/, ".json"), new Blob([changeRecord(run)], { type: "application/json" }))}
        >
          ${save} Run record (JSON)
        </button>
        <regulens-save-page
          class="elsewhere"
          .page=${this.session.page}
          .of=${() => exportable(run, this.gene)}
          .listed=${this.#listed}
        ></regulens-save-page>
        <regulens-methods .file=${file} .methods=${() => methodsOfChange(run, { simulated })}></regulens-methods>
      </div>
      ${
        this.session.isCurrent || this.page.isRunning
          ? nothing
          : html`<regulens-notice tone="info" heading="These results are of an earlier run">
              <p>
                They are of ${run.model.card.name || run.model.file} on ${run.tables[0].file} and ${run.tables[1].file}.
                Run again to renew them.
              </p>
            </regulens-notice>`
      }
      ${takeOverNotice(run.device, run.genesOnGpu)} ${run.tables.map(({ notes }, i) => standInNotice(notes, "AB"[i]))}
      ${run.tables.map((table, i) => [offScaleNotice(run.offScale?.[i], "AB"[i]), mixedUnitsNotice(table, "AB"[i])])}
      ${simulatedNotice(simulated)} ${unsavedNotice(this.failure, () => (this.failure = ""))}
      ${this.#summary(run, a, b)} ${this.#unmatched(run, file)}
      <div class="small muted stack">
        <p>
          The predicted log2 fold change is log2((${b} + 1) / (${a} + 1)):
          <strong>positive for a gene that is higher in ${b}</strong>, negative for one that is higher in ${a}. The
          tracks show A − B, ${a} minus ${b}, as the model reads it.
        </p>
        ${without ? html`<p>${without}</p>` : nothing}
        <p>α and β tell what this model used to predict, not what switches a gene.</p>
      </div>
      <div class="set">
        <div class="panel">
          <regulens-figure
            label="distribution of predicted changes"
            table=${file}
            .drawing=${this.#histogram}
            .provenance=${made}
          ></regulens-figure>
        </div>
        <div class="panel stack">${this.#counts(run, made, file)}</div>
      </div>
      <div class="genes">
        <div class="panel">
          <regulens-change-table
            .run=${run}
            .measured=${this.#truth}
            .listing=${state.listing}
            .everywhere=${state.everywhere}
            @listing=${(event: CustomEvent<ChangeState["listing"]>) => this.session.view({ listing: event.detail })}
            .selected=${state.selected}
            @select=${this.#select}
          ></regulens-change-table>
        </div>
        ${underBack(
          this.renderRoot,
          html`<regulens-changed-gene
            .run=${run}
            .gene=${this.gene}
            .worker=${this.session.page.worker}
            .provenance=${made}
            .file=${file}
            .perturbation=${state.perturbation}
            ?everywhere=${this.only === undefined}
            .applying=${state.doing.everywhere}
          ></regulens-changed-gene>`,
        )}
      </div>
      ${errorNotice("The signal of all genes could not be changed", state.problems.everywhere, () => this.session.dismiss("everywhere"))}
      ${
        state.everywhere
          ? html`<regulens-everywhere
              .everywhere=${state.everywhere}
              .asked=${FOLD_CHANGE}
              .predicted=${run.foldChange}
              .genes=${run.genes}
              .marks=${run.marks}
              .cells=${cellsOf(run)}
              .bins=${run.bins}
              .file=${file}
              .provenance=${made}
              @gene=${this.#select}
              @forget=${() => this.session.forgetChanges()}
            ></regulens-everywhere>`
          : nothing
      }
      <div class="panel stack">${this.#drivingMarks(run, made, file, a, b)}</div>
    </section>`;
  }

  #summary(run: CurrentChange, a: string, b: string) {
    const up = run.foldChange.reduce((sum, value) => sum + (value > 1 ? 1 : 0), 0);
    const down = run.foldChange.reduce((sum, value) => sum + (value < -1 ? 1 : 0), 0);
    const r = this.#truth && changeCorrelation({ predicted: run.foldChange, measured: this.#truth });
    const table = (i: 0 | 1) =>
      html`<div>
        <dt>${i === 0 ? "A" : "B"}, ${i === 0 ? a : b}</dt>
        <dd>
          ${run.tables[i].file}
          <small
            >${[counted(run.tables[i].genes.length, "gene"), ...preparationInWords(run.preparations[i])].join("; ")}</small
          >
        </dd>
      </div>`;
    return html`<dl>
      <div>
        <dt>Genes in both</dt>
        <dd class="large number">${formatCount(run.genes.length)}</dd>
      </div>
      <div>
        <dt>Higher in ${b}</dt>
        <dd class="large number">${formatCount(up)} <small>more than twofold</small></dd>
      </div>
      <div>
        <dt>Higher in ${a}</dt>
        <dd class="large number">${formatCount(down)} <small>more than twofold</small></dd>
      </div>
      ${
        r === undefined
          ? nothing
          : html`<div>
              <dt>Pearson’s r</dt>
              <dd class="large number">${r.toFixed(3)} <small>against the measured counts</small></dd>
            </div>`
      }
      ${table(0)} ${table(1)}
      <div>
        <dt>Device</dt>
        <dd>
          ${deviceInWords(run.device)}
          <small class="number"
            >${duration(run.seconds)}, ${formatCount(Math.round(run.genes.length / Math.max(run.seconds, 1e-3)))} genes
            a second</small
          >
        </dd>
      </div>
    </dl>`;
  }

  #unmatched({ unmatched, tables }: CurrentChange, file: string) {
    const [a, b] = unmatched;
    if (a.length + b.length === 0) return nothing;
    const some = (genes: readonly string[]): string =>
      `${genes.slice(0, 3).join(", ")}${genes.length > 3 ? ", …" : ""}`;
    const rows = [...a.map((gene) => ["A", tables[0].file, gene]), ...b.map((gene) => ["B", tables[1].file, gene])];
    return html`<regulens-notice tone="info" heading="${counted(a.length + b.length, "gene")} in one table only">
      <p>
        Genes are matched by their ids, versions aside.
        ${a.length > 0 ? html`${tables[0].file} alone has ${formatCount(a.length)} (${some(a)}). ` : nothing}${b.length > 0 ? html`${tables[1].file} alone has ${formatCount(b.length)} (${some(b)}). ` : nothing}They
        are left out.
      </p>
      <button
        class="small"
        @click=${() => saveFile(downloadName(file, "unmatched", "tsv"), tsv(["only_in", "file", "gene"], rows))}
      >
        ${save} Unmatched genes (TSV)
      </button>
    </regulens-notice>`;
  }

  #counts(run: CurrentChange, made: ReturnType<typeof changeProvenance>, file: string) {
    const slot = (cell: Cell, name: string) => {
      const given = this.#measured?.[cell];
      const known = given?.counts.reduce((sum, count) => sum + (Number.isNaN(count) ? 0 : 1), 0) ?? 0;
      return html`<div class="counts" @dragover=${hold} @drop=${(event: DragEvent) => this.#dropCounts(event, cell)}>
        <p class="small">
          <strong>${cell.toUpperCase()}, ${name}</strong
          >${given ? html`: ${given.file}, counts of ${formatCount(known)} of ${formatCount(run.genes.length)} genes` : ": no counts yet"}
        </p>
        <label class="button small">
          ${fileIcon} Choose the counts of ${cell.toUpperCase()}…
          <input
            type="file"
            @change=${(event: Event) => {
              const [chosen] = takeFiles(event);
              if (chosen) void this.#readCounts(chosen, cell);
            }}
          />
        </label>
      </div>`;
    };
    const [a, b] = cellNamesOf(run);
    return html`<h3>Predicted against measured</h3>
      ${
        this.#truth && this.#scatter
          ? html`<regulens-figure
              label="predicted against measured change"
              table=${file}
              .drawing=${this.#scatter}
              .provenance=${made}
              @choose=${(event: CustomEvent<number>) => {
                const gene = this.#truth && geneAtPlace(run, this.#truth, event.detail);
                if (gene !== undefined) this.session.selectGene(gene);
              }}
            ></regulens-figure>`
          : html`<p class="small muted">
              Give a table of measured counts of each cell type, rows <code>gene,count</code>, to see how well the
              change is predicted.
            </p>`
      }
      ${errorNotice("These counts could not be read", this.problem, () => (this.problem = undefined))} ${slot("a", a)}
      ${slot("b", b)}`;
  }

  /** As the paper has it, genes are grouped by the measured change, where counts of both cell types were given. */
  #grouping(run: CurrentChange): Grouping {
    return this.#truth
      ? { foldChange: this.#truth, how: "measured" }
      : { foldChange: run.foldChange, how: "predicted" };
  }

  #drivingMarks(run: CurrentChange, made: ReturnType<typeof changeProvenance>, file: string, a: string, b: string) {
    const { foldChange, how } = this.#grouping(run);
    const { up, down } = driving(foldChange, run.beta, run.columns.length, this.#threshold);
    const isChosen = this.state.threshold !== undefined;
    return html`<h3>Marks attended to in genes that go up, and in genes that go down</h3>
      <div class="row">
        <label class="small" for="threshold">Genes ${how} to change by more than</label>
        <input
          id="threshold"
          type="number"
          min="0"
          max="100"
          step="0.01"
          .value=${String(this.#threshold)}
          @change=${this.#setThreshold}
        />
        <span class="small muted"
          >log2${isChosen ? "" : ": the tenth of the genes that change most"}; ${PUBLISHED_THRESHOLD} in the paper’s
          figure 5. ${formatCount(up)} up in ${b}, ${formatCount(down)} down in ${b} (higher in ${a}).</span
        >
        ${
          isChosen
            ? html`<button class="small" @click=${() => this.session.view({ threshold: undefined })}>
                The tenth that change most
              </button>`
            : nothing
        }
      </div>
      ${
        up + down === 0
          ? html`<p class="small">
              No gene is ${how} to change that much: the greatest ${how} change is
              ${foldChange.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0).toFixed(1)}.
              Lower the threshold to see means.
            </p>`
          : html`<regulens-figure
              label="mean attention to the marks of genes up and down"
              table=${file}
              .drawing=${this.#driving!}
              .provenance=${made}
            ></regulens-figure>`
      }`;
  }

  #setThreshold = (event: Event): void => {
    const value = (event.target as HTMLInputElement).valueAsNumber;
    if (Number.isFinite(value) && value >= 0) this.session.view({ threshold: value });
  };

  #select = (event: CustomEvent<number>): void => {
    this.session.selectGene(event.detail);
    bringChosen(this.renderRoot);
  };

  /** What files that are saved of both tables are called by. */
  #file({ tables }: CurrentChange): string {
    const stem = (name: string): string => name.replace(/\.gz$/i, "").replace(/\.(csv|tsv|txt|tab)$/i, "");
    return `${stem(tables[0].file)}-${stem(tables[1].file)}.csv`;
  }

  async #fetch(index: number): Promise<void> {
    const run = this.#run;
    try {
      const gene = await this.session.page.worker.call("changedGene", { index });
      // Another gene may have been chosen meanwhile, or another run finished.
      if (this.#selected === index && this.#run === run) this.gene = gene;
    } catch (thrown) {
      this.problem = plainOf(thrown);
    }
  }

  async #readCounts(file: File, cell: Cell): Promise<void> {
    this.problem = undefined;
    try {
      await this.session.readCounts({ blob: file, file: file.name }, cell);
    } catch (thrown) {
      this.problem = plainOf(thrown);
    }
  }

  #adopt(measured: Measured | undefined): void {
    this.#measured = measured;
    const { a, b } = measured ?? {};
    this.#truth = a && b && foldChangeOf(a.counts, b.counts);
    // Both depend on the measured change.
    this.#scatter = this.#driving = undefined;
  }

  #dropCounts(event: DragEvent, cell: Cell): void {
    event.preventDefault();
    const chosen = event.dataTransfer?.files[0];
    if (chosen) void this.#readCounts(chosen, cell);
  }

  async #savePredictions(file: string): Promise<void> {
    try {
      saveFile(downloadName(file, "predictions", "tsv"), await this.session.page.worker.call("changesFile", {}));
    } catch (thrown) {
      this.problem = plainOf(thrown);
    }
  }

  /** The genes that the table lists, in its order. */
  readonly #listed = (): ArrayLike<number> =>
    this.renderRoot.querySelector<ChangeTable>("regulens-change-table")?.listed ?? [];
}

function hold(event: DragEvent): void {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
}
