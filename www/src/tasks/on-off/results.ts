/** The results of a run: figures of the set, the table of genes, one gene; and what can be saved. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { downloadName, saveFile } from "../../export";
import { provenance, runRecord } from "./record";
import type { Provenance } from "../../export";
import type { Change } from "../../explain/perturbation";
import type { StandaloneView } from "../../standalone/format";
import type { State } from "../../session/state";
import type { TablesState } from "../shared/tables";
import { type CurrentRun, MOST_KEPT, type OnOffState, type OnOffWork } from "./session";
import { exportable } from "./standalone";
import { bringNew } from "../../ui/bring-title";
import { averageDrawing, histogramDrawing } from "./drawings";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import type { GeneTable } from "./gene-table";
import "./gene-table";
import "./gene-view";
import { chevron, pin, save } from "../../ui/icons";
import { errorNotice } from "../../ui/notice";
import { bringChosen, oneColumnStyles, underBack } from "../shared/one-column";
import { simulatedNotice, takeOverNotice, unsavedNotice } from "../shared/result-notices";
import { genesStyles, resultsStyles } from "../shared/results-styles";
import { standInNotice } from "../shared/stand-in-notice";
import { mixedUnitsNotice, offScaleNotice } from "../shared/values-notice";
import "../../ui/progress";
import { controls, shared } from "../../ui/shared";
import "./summary-strip";

/** What is done with results: a script of its own, which is fetched while the first are still to come. */
const afterARun = import("./after-a-run");

/** What is asked of the genes where the signal of all is changed. */
const PROBABILITY = { name: "P(on)", column: "probability", digits: 3 } as const;

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
    oneColumnStyles,
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
    return run && this.#drawn ? this.#full(run, this.#drawn) : nothing;
  }

  #full(run: CurrentRun, { average, histogram }: { average: Drawing | undefined; histogram: Drawing }) {
    const { state } = this;
    const made = provenance(run);
    const file = run.table.file;
    const { attends, without } = run.model.description;
    const recordName = downloadName(file, "predictions", "tsv").replace(/\.tsv$/, ".json");
    return html`<section
      class="results"
      aria-labelledby="title"
      @failed=${(event: CustomEvent<Error>) => (this.failure = event.detail.message)}
      @perturbation=${(event: CustomEvent<OnOffState["perturbation"]>) => this.session.view({ perturbation: event.detail })}
      @apply=${(event: CustomEvent<readonly Change[]>) => void this.session.changeAll(event.detail)}
      @apply-cancel=${() => this.session.cancel("everywhere")}
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
        <regulens-methods .file=${file} .methods=${() => this.#methods(run)}></regulens-methods>

        ${this.#keepButton()} ${this.#keptLink()}
        ${state.doing.compare ? nothing : html`<regulens-compare-menu .session=${this.session} .state=${state}></regulens-compare-menu>`}
      </div>
      ${state.doing.compare ? html`<regulens-progress .activity=${state.doing.compare} cancellable @cancel=${() => this.session.cancel("compare")}></regulens-progress>` : nothing}
      ${errorNotice("The runs could not be compared", state.problems.compare, () => this.session.dismiss("compare"))}
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
      ${standInNotice(run.table.notes)} ${offScaleNotice(run.offScale)} ${mixedUnitsNotice(run.table)}
      ${unsavedNotice(this.failure, () => (this.failure = ""))}
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
            .everywhere=${state.everywhere}
            @listing=${(event: CustomEvent<OnOffState["listing"]>) => this.session.view({ listing: event.detail })}
            .selected=${state.selected}
            @select=${this.#select}
          ></regulens-gene-table>
        </div>
        ${underBack(
          this.renderRoot,
          html`<regulens-gene
            .run=${run}
            .gene=${state.gene}
            .provenance=${made}
            .explanations=${this.session.explanations}
            .worker=${this.session.page.worker}
            .perturbation=${state.perturbation}
            ?everywhere=${this.only === undefined}
            .applying=${state.doing.everywhere}
          ></regulens-gene>`,
        )}
      </div>
      ${errorNotice("The signal of all genes could not be changed", state.problems.everywhere, () => this.session.dismiss("everywhere"))}
      ${this.#everywhere(run, made, file)}
      <regulens-analyses .run=${run} .explanations=${this.session.explanations} .provenance=${made}></regulens-analyses>
    </section>`;
  }

  async #methods(run: CurrentRun) {
    const { methodsOfRun } = await import("./methods");
    return methodsOfRun(run, { simulated: run.table.simulated });
  }

  /** Which genes respond most, where the signal of all was changed alike. */
  #everywhere(run: CurrentRun, made: Provenance, file: string) {
    const { everywhere } = this.state;
    if (!everywhere) return nothing;
    return html`<regulens-everywhere
      .everywhere=${everywhere}
      .asked=${PROBABILITY}
      .predicted=${run.probability}
      .genes=${run.table.genes}
      .marks=${run.marks}
      .bins=${run.bins}
      .file=${file}
      .provenance=${made}
      @gene=${this.#select}
      @forget=${() => this.session.forgetChanges()}
    ></regulens-everywhere>`;
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

  /** Where the kept runs stand, below all else. */
  #keptLink() {
    const { kept } = this.state;
    if (kept.length === 0) return nothing;
    return html`<button class="quiet elsewhere" @click=${() => this.session.showKept()}>
      ${kept.length === 1 ? "1 kept run" : `Compare ${kept.length} kept runs`} ${chevron}
    </button>`;
  }

  #select = (event: CustomEvent<number>): void => {
    void this.session.selectGene(event.detail);
    bringChosen(this.renderRoot);
  };

  async #savePredictions(file: string): Promise<void> {
    const predictions = await this.session.predictionsFile();
    if (predictions) saveFile(downloadName(file, "predictions", "tsv"), predictions);
  }

  /** The genes that the table lists, in its order. */
  readonly #listed = (): ArrayLike<number> =>
    this.renderRoot.querySelector<GeneTable>("regulens-gene-table")?.listed ?? [];
}
