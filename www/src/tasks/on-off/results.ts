/** The results of a run: figures of the set, the table of genes, one gene; and what can be saved. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { downloadName, saveFile } from "../../export";
import { provenance, runRecord } from "./record";
import type { StandaloneView } from "../../standalone/format";
import { withoutInWords } from "../../model/variants";
import type { State } from "../../session/state";
import type { TablesState } from "../shared/tables";
import { methodsOfRun } from "./methods";
import { type CurrentRun, MOST_KEPT, type OnOffState, type OnOffWork } from "./session";
import { exportable } from "./standalone";
import { bringNew } from "../../ui/bring-title";
import "../shared/coming";
import { averageDrawing, histogramDrawing } from "./drawings";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import type { GeneTable } from "./gene-table";
import "./gene-table";
import "./gene-view";
import { pin, save } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import { simulatedNotice, takeOverNotice, unsavedNotice } from "../shared/result-notices";
import { genesStyles, resultsStyles } from "../shared/results-styles";
import { standInNotice } from "../shared/stand-in-notice";
import "../../ui/progress";
import { controls, shared } from "../../ui/shared";
import "./summary-strip";

/** What is done with results: a script of its own, which is fetched while the first are still to come. */
const afterARun = import("./after-a-run");

/** The results of a run, or what there will be. */
@customElement("regulens-results")
export class Results extends LitElement {
  @property({ attribute: false }) session!: OnOffWork;
  @property({ attribute: false }) state!: OnOffState;
  @property({ attribute: false }) tables!: TablesState;
  @property({ attribute: false }) page!: State;
  /** In a page of one file, what of the results is shown; nothing else can be done there. */
  @property({ reflect: true }) only: StandaloneView | "all" | undefined;
  @internal() private failure = "";
  @internal() private cannotExplain = false;
  #drawn: { run: CurrentRun; average: Drawing | undefined; histogram: Drawing } | undefined;

  static override styles = [
    shared,
    controls,
    resultsStyles,
    genesStyles,
    css`
      .guide {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr));
        gap: var(--space-1) var(--space-5);
        padding-inline: var(--space-1);
      }

      .guide strong {
        color: var(--color-ink);
        font-weight: var(--weight-strong);
      }

      .set {
        display: grid;
        gap: var(--space-4);
        align-items: start;
      }

      :host([only="gene"]) :is(regulens-summary, .set, regulens-analyses),
      :host([only]) .elsewhere {
        display: none;
      }

      .set .panel,
      .genes > .panel {
        padding: var(--space-4);
      }

      @media (min-width: 64rem) {
        .set {
          grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
          align-items: stretch;
        }

        .set.one {
          grid-template-columns: minmax(0, 1fr);
        }

        .genes {
          grid-template-columns: minmax(0, 27fr) minmax(0, 20fr);
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    afterARun.catch(() => (this.cannotExplain = true));
  }

  override willUpdate(): void {
    const { run } = this.state;
    if (run && this.#drawn?.run !== run)
      this.#drawn = { run, average: averageDrawing(run), histogram: histogramDrawing(run) };
  }

  override updated(): void {
    if (!this.only) bringNew(this.state.run, this.renderRoot);
  }

  override render() {
    const { run } = this.state;
    return run && this.#drawn ? this.#full(run, this.#drawn) : html`<regulens-coming></regulens-coming>`;
  }

  #full(run: CurrentRun, { average, histogram }: { average: Drawing | undefined; histogram: Drawing }) {
    const { state } = this;
    const made = provenance(run);
    const file = run.table.file;
    const { card, attends } = run.model;
    const without = withoutInWords(card.variant, attends);
    const recordName = downloadName(file, "predictions", "tsv").replace(/\.tsv$/, ".json");
    return html`<section
      class="results"
      aria-labelledby="title"
      @failed=${(event: CustomEvent<Error>) => (this.failure = event.detail.message)}
      @perturbation=${(event: CustomEvent<OnOffState["perturbation"]>) => this.session.view({ perturbation: event.detail })}
    >
      <div class="head">
        <h2 id="title" tabindex="-1">Results</h2>
        <button @click=${() => void this.#savePredictions(file)}>${save} Predictions (TSV)</button>
        <button
          class="quiet"
          @click=${() => saveFile(recordName, new Blob([runRecord(run)], { type: "application/json" }))}
        >
          ${save} Run record (JSON)
        </button>
        <regulens-save-page
          class="elsewhere"
          .page=${this.session.page}
          .of=${() => exportable(run, state)}
          .listed=${this.#listed}
        ></regulens-save-page>
        <regulens-methods
          .file=${file}
          .methods=${() => methodsOfRun(run, { simulated: run.table.simulated })}
        ></regulens-methods>
        ${this.#keepButton()}
        ${state.doing.compare ? nothing : html`<regulens-compare-menu .session=${this.session} .state=${state}></regulens-compare-menu>`}
      </div>
      ${state.doing.compare ? html`<regulens-progress .activity=${state.doing.compare} cancellable @cancel=${() => this.session.cancel("compare")}></regulens-progress>` : nothing}
      ${errorNotice("This run could not be kept to compare", state.problems.compare, () => this.session.dismiss("compare"))}
      ${
        this.session.isCurrent || this.page.isRunning
          ? nothing
          : html`<regulens-notice tone="info" heading="These results are of an earlier run">
              <p>
                They are of ${run.model.card.name || run.model.file} on ${file}.
                ${this.tables.a.table ? "Run again to renew them." : nothing}
              </p>
            </regulens-notice>`
      }
      ${takeOverNotice(run.device, run.genesOnGpu)} ${simulatedNotice(run.table.simulated)}
      ${standInNotice(run.table.notes)} ${unsavedNotice(this.failure, () => (this.failure = ""))}
      ${
        this.cannotExplain
          ? html`<regulens-notice tone="warning" heading="Explanations and comparisons are missing"
              ><p>
                The part of the page that explains predictions and compares runs could not be loaded. Reload the page;
                if it happens again, check that the whole site is served.
              </p></regulens-notice
            >`
          : nothing
      }
      <regulens-summary .run=${run}></regulens-summary>
      <div class="guide small muted">
        ${
          run.rows.length > 0
            ? html`<p>
                <strong>α</strong> says where along ${attends.bins === "each-mark" ? "a mark's" : "the"} window the
                model looked; it adds up to 1 over the bins.
              </p>`
            : nothing
        }
        ${run.beta.length > 0 ? html`<p><strong>β</strong> says how much each mark counted; it adds up to 1 over the marks.</p>` : nothing}
        ${without ? html`<p>${without}</p>` : nothing}
        ${run.rows.length > 0 ? html`<p>${run.beta.length > 0 ? "Both tell" : "It tells"} what this model used to predict, not what switches a gene on.</p>` : nothing}
      </div>
      <div class="set ${average ? "" : "one"}">
        ${average ? html`<div class="panel"><regulens-figure label="average attention" table=${file} .drawing=${average} .provenance=${made}></regulens-figure></div>` : nothing}
        <div class="panel">
          <regulens-figure
            label="distribution of probabilities"
            table=${file}
            .drawing=${histogram}
            .provenance=${made}
          ></regulens-figure>
        </div>
      </div>
      <div class="genes">
        <div class="panel">
          <regulens-gene-table
            .run=${run}
            .listing=${state.listing}
            @listing=${(event: CustomEvent<OnOffState["listing"]>) => this.session.view({ listing: event.detail })}
            .selected=${state.selected}
            @select=${(event: CustomEvent<number>) => void this.session.selectGene(event.detail)}
          ></regulens-gene-table>
        </div>
        <regulens-gene
          .run=${run}
          .gene=${state.gene}
          .provenance=${made}
          .explanations=${this.session.explanations}
          .worker=${this.session.page.worker}
          .perturbation=${state.perturbation}
        ></regulens-gene>
      </div>
      <regulens-analyses .run=${run} .explanations=${this.session.explanations} .provenance=${made}></regulens-analyses>
    </section>`;
  }

  #keepButton() {
    const { run, kept } = this.state;
    const already = kept.find((each) => each.run === run);
    if (already) return html`<button class="quiet elsewhere" disabled>${pin} Kept as ${already.letter}</button>`;
    const isFull = kept.length >= MOST_KEPT;
    return html`<button
      class="quiet elsewhere"
      ?disabled=${isFull}
      title=${isFull ? `At most ${MOST_KEPT} runs are kept; remove one first.` : "Then run another model or table"}
      @click=${() => void this.session.keepRun()}
    >
      ${pin} Keep this run to compare
    </button>`;
  }

  async #savePredictions(file: string): Promise<void> {
    const predictions = await this.session.predictionsFile();
    if (predictions) saveFile(downloadName(file, "predictions", "tsv"), predictions);
  }

  /** The genes that the table lists, in its order. */
  readonly #listed = (): ArrayLike<number> =>
    this.renderRoot.querySelector<GeneTable>("regulens-gene-table")?.listed ?? [];
}
