/** The results of a run: figures of the set, the table of genes, one gene; and what can be saved. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { exportsOf, listed, remarksOf } from "./exports";
import { provenance } from "../record";
import type { Provenance } from "../../../export";
import type { Change } from "../../../explain/perturbation";
import type { ExplainedSet } from "../../../explain/set/set";
import type { StandaloneView } from "../../../standalone/format";
import type { State } from "../../../session/state";
import type { CurrentRun, OnOffState, OnOffWork } from "./session";
import { bringNew } from "../../../ui/bring-title";
import { overviewDrawings } from "./drawings";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { explainedSet } from "./explained-set";
import "./genes/table";
import "./genes/view";
import { errorNotice, remarkNotices } from "../../../ui/notice";
import { compareTab } from "../../shared/compare/tab";
import { Narrowed } from "../../shared/genes/narrowed";
import { unsavedNotice } from "../../shared/remarks/results";
import { resultsStyles } from "../../shared/results-styles";
import { controls, shared } from "../../../ui/styles/shared";
import "../../../workbench/layout";
import type { Workbench } from "../../../workbench/layout";
import type { Tab } from "../../../workbench/tabs";
import "./summary-strip";
import { sureFact } from "../sure-fact";
import { factsOfAll, factsOfPart } from "../together";

/** Actions on results: a script of its own, which is fetched while the first are still to come. */
const afterARun = import("./after-a-run");

/** Tabs beside the gene in the page. */
const MORE: readonly Tab[] = [
  { id: "compare", name: "Compare" },
  { id: "notes", name: "Notes" },
];

/** Quantity that is predicted for each gene where the signal of all is changed. */
const PROBABILITY = { name: "P(on)", column: "probability", digits: 3 } as const;

/** The results of a run, or what there will be. */
@customElement("regulens-results")
export class Results extends LitElement {
  @property({ attribute: false }) session!: OnOffWork;
  @property({ attribute: false }) state!: OnOffState;
  /** What can be asked of the run depends on the open model. */
  @property({ attribute: false }) page!: State;
  /** Notes that the user writes beside the results. */
  @property({ attribute: false }) notes: TemplateResult | undefined;
  /** In a page of one file, what of the results is shown; nothing else can be done there. */
  @property({ reflect: true }) only: StandaloneView | "all" | undefined;
  @internal() private failure = "";
  @internal() private cannotExplain = false;
  #drawn: { run: CurrentRun; set: ExplainedSet; average: Drawing | undefined; histogram: Drawing } | undefined;

  readonly #narrowed = new Narrowed();

  static override styles = [
    shared,
    controls,
    resultsStyles,
    css`
      .compare {
        display: grid;
        gap: var(--space-3);
      }

      .set {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
        gap: var(--space-3);
      }

      .set .panel {
        padding: var(--space-4);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    afterARun.catch(() => (this.cannotExplain = true));
  }

  override willUpdate(): void {
    const { run } = this.state;
    if (run && this.#drawn?.run !== run) this.#drawn = { run, set: explainedSet(run), ...overviewDrawings(run) };
  }

  override updated(): void {
    if (!this.only) bringNew(this.state.run, this.renderRoot);
  }

  override render() {
    const { run } = this.state;
    return run && this.#drawn ? this.#full(run, this.#drawn) : nothing;
  }

  #full(run: CurrentRun, { average, histogram }: { average: Drawing | undefined; histogram: Drawing }) {
    const { state, session, only } = this;
    const made = provenance(run);
    const ofPart = provenance(run, factsOfPart(run));
    const file = run.tables[0].file;
    const seeds = only ? undefined : session.seeds;
    return html`<section
      class="results"
      aria-labelledby="title"
      @failed=${(event: CustomEvent<Error>) => (this.failure = event.detail.message)}
      @perturbation=${(event: CustomEvent<OnOffState["perturbation"]>) => session.view({ perturbation: event.detail })}
      @apply=${(event: CustomEvent<readonly Change[]>) => void session.changeAll(event.detail)}
      @apply-cancel=${() => session.cancel("everywhere")}
      @truth-wanted=${() => void session.recallTruth(true)}
      @truth=${(event: CustomEvent<File>) => void session.page.openFiles([event.detail])}
    >
      <div class="head">
        <h2 id="title" tabindex="-1">Results</h2>
        ${only ? exportsOf(session, true) : nothing}
      </div>
      ${only ? remarkNotices(remarksOf(session)) : nothing} ${unsavedNotice(this.failure, () => (this.failure = ""))}
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
      <regulens-workbench
        items="genes"
        overview=${only === "gene" ? "" : average ? "average attention and how probable genes are" : "how probable genes are"}
        ?marked=${run.beta.length > 0}
        ?unfolded=${only}
      >
        <regulens-gene-table
          slot="list"
          .run=${run}
          .listing=${state.listing}
          .everywhere=${state.everywhere}
          .measured=${state.measured}
          .sets=${state.sets}
          .symbols=${session.tables.state.symbols}
          @listing=${(event: CustomEvent<OnOffState["listing"]>) => session.view({ listing: event.detail })}
          .selected=${state.selected}
          @select=${this.#select}
        ></regulens-gene-table>
        <regulens-gene
          .run=${run}
          .gene=${state.gene}
          .sets=${state.sets}
          .seeds=${seeds}
          .symbols=${session.tables.state.symbols}
          .provenance=${made}
          .explanations=${session.explanations}
          .planted=${state.planted}
          .worker=${session.page.worker}
          .perturbation=${state.perturbation}
          ?everywhere=${!only}
          .applying=${state.doing.everywhere}
          .more=${only ? [] : MORE}
          wide=${session.comparing.state.comparison ? "compare" : nothing}
        >
          ${
            only === "gene"
              ? nothing
              : html`<regulens-analyses
                  slot="test"
                  .of=${this.#drawn!.set}
                  .checks=${session.explanations}
                  .set=${session.setExplanations}
                  .planted=${state.planted}
                  ?fixed=${only !== undefined}
                  .provenance=${ofPart}
                ></regulens-analyses>`
          }
          ${
            only && !state.measured
              ? nothing
              : html`<regulens-measured
                  slot="test"
                  .isFixed=${only !== undefined}
                  .work=${session}
                  .run=${run}
                  .measured=${state.measured}
                  .provenance=${ofPart}
                ></regulens-measured>`
          }
          <div slot="what-if">
            ${errorNotice("The signal of all genes could not be changed", state.problems.everywhere, () =>
              session.dismiss("everywhere"),
            )}
            ${this.#everywhere(run, ofPart, file)}
          </div>
          ${only ? nothing : html`<div slot="compare" class="compare">${this.#compare()}</div>`}
          <div slot="notes">${this.notes}</div>
        </regulens-gene>
        ${
          only === "gene"
            ? nothing
            : html`<regulens-summary
                  slot="strip"
                  .run=${run}
                  .measured=${state.measured}
                  .sure=${sureFact(session, seeds)}
                  .seeds=${seeds}
                ></regulens-summary>
                <div slot="overview" class="set">
                  ${this.#overview(run, provenance(run, factsOfAll(run)), average, histogram)}
                </div>`
        }
      </regulens-workbench>
    </section>`;
  }

  /** Figures of all genes together. */
  #overview(run: CurrentRun, made: Provenance, average: Drawing | undefined, histogram: Drawing) {
    const figure = (label: string, drawing: Drawing) =>
      html`<div class="panel">
        <regulens-figure
          label=${label}
          table=${run.tables[0].file}
          .drawing=${drawing}
          .provenance=${made}
        ></regulens-figure>
      </div>`;
    return html`${average ? figure("average attention", average) : nothing}
    ${figure("distribution of probabilities", histogram)}`;
  }

  /** The genes that are listed, where they are not all. */
  #listed(run: CurrentRun): Uint32Array | undefined {
    const { listing, measured, sets } = this.state;
    const on = [run, listing.search, listing.filter, measured, sets, this.session.tables.state.symbols];
    return this.#narrowed.of(run.genes.length, on, () => listed(this.session, run));
  }

  /** Which genes respond most, where the signal of all was changed alike. */
  #everywhere(run: CurrentRun, made: Provenance, file: string) {
    const { everywhere } = this.state;
    if (!everywhere) return nothing;
    return html`<regulens-everywhere
      .everywhere=${everywhere}
      .asked=${PROBABILITY}
      .predicted=${run.probability}
      .genes=${run.genes}
      .symbols=${this.session.tables.state.symbols}
      .listed=${this.#listed(run)}
      .marks=${run.marks}
      .bins=${run.bins}
      .file=${file}
      .provenance=${made}
      .correlations=${this.session.page.correlations}
      @gene=${this.#select}
      @forget=${() => this.session.forgetChanges()}
    ></regulens-everywhere>`;
  }

  /** Runs that are kept, and how to keep more. */
  #compare() {
    const { comparing } = this.session;
    return compareTab(
      comparing,
      this.state.run?.tables[0].file ?? "",
      html`<regulens-compare
        .comparing=${comparing}
        .state=${comparing.state}
        .symbols=${this.session.tables.state.symbols}
      ></regulens-compare>`,
    );
  }

  #select = (event: CustomEvent<number>): void => {
    void this.session.selectGene(event.detail);
    void this.renderRoot.querySelector<Workbench>("regulens-workbench")?.showItem();
  };
}
