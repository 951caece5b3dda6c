/** Results of a run of a model of genes: the parts shared by all outcomes. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state as internal } from "lit/decorators.js";
import type { Change } from "../../explain/perturbation";
import type { Provenance } from "../../export";
import { type PlainError, plainOf } from "../../rpc/errors";
import type { State } from "../../session/state";
import type { View } from "../../workspace/format";
import { bringNew } from "../../ui/reveal";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { errorNotice, remarkNotices } from "../../ui/notice";
import { controls } from "../../ui/styles/shared";
import "../../workbench/layout";
import type { Workbench } from "../../workbench/layout";
import type { Tab } from "../../workbench/tabs";
import type { Comparing } from "../shared/compare/comparing";
import { compareTab } from "../shared/compare/tab";
import { unsavedNotice } from "../shared/remarks/results";
import { resultsStyles } from "../shared/results-styles";
import { comparedRuns, exportsOf, listed, remarksOf } from "./saved/exports";
import "./gene";
import type { Explaining } from "./gene";
import type { Current, GenesState } from "./outcome";
import { fileOf, predictedOf } from "./result";
import { provenance } from "./saved/record";
import type { AnyWork, GenesWork } from "./session";
import "./table";
import { factsOfPart } from "./together";

/** The listed genes, if a search or a filter excludes some; listed again when its inputs change. */
class Narrowed {
  #on: readonly unknown[] = [];
  #genes: Uint32Array | undefined;

  /** The genes that `list` keeps of `all`; undefined if it keeps all of them. */
  of(all: number, on: readonly unknown[], list: () => Uint32Array): Uint32Array | undefined {
    if (on.length === this.#on.length && on.every((each, i) => each === this.#on[i])) return this.#genes;
    const listed = list();
    this.#on = on;
    this.#genes = listed.length < all ? listed : undefined;
    return this.#genes;
  }
}

/** The view of several samples, which most visitors never need. */
const samplesPanel = () => import("./samples/panel");

/** Tabs beside the gene in the page. */
const MORE: readonly Tab[] = [
  { id: "compare", name: "Compare" },
  { id: "notes", name: "Notes" },
];

/** The results of a run. */
export abstract class GenesResults<
  Run extends Current = Current,
  Own extends GenesState<Run> = GenesState<Run>,
> extends LitElement {
  @property({ attribute: false }) session!: AnyWork & Pick<GenesWork, "cancel" | "dismiss">;
  @property({ attribute: false }) state!: Own;
  /** The open model determines the questions that can be asked about the run. */
  @property({ attribute: false }) page!: State;
  /** The user's notes beside the results. */
  @property({ attribute: false }) notes: TemplateResult | undefined;
  /** The part of the results shown in a single-file page, where no other action is possible. */
  @property({ reflect: true }) only: View | "all" | undefined;
  @internal() private failure = "";
  /** The open tab beside the gene. */
  @internal() private tab = "";
  /** The selected kind of tracks of the gene, for outcomes with several; default all. */
  @internal() protected kind: string | undefined;
  /** Reason why samples cannot be shown. */
  @internal() private unshown: PlainError | undefined;
  readonly #narrowed = new Narrowed();

  /** Explanations of a gene beside its figure. */
  protected abstract explaining(): Explaining;
  /** Sentences on the predictions and on attention, below the figures of a gene. */
  protected abstract words(run: Run): TemplateResult;
  /** Tests over all genes, beside that of one. */
  protected abstract tests(run: Run, made: Provenance): TemplateResult | typeof nothing;
  /** Summary figures of a run, in a line; `seeds` is the number of seeds of its model. */
  protected abstract summary(run: Run, seeds: number | undefined): TemplateResult;
  /** Title of the figures of all genes, and these figures. */
  protected abstract overview(run: Run): { readonly title: string; readonly figures: TemplateResult };

  static override styles = [
    controls,
    resultsStyles,
    css`
      .stack {
        display: grid;
        gap: var(--space-3);
        align-content: start;
      }

      .set {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        align-items: start;
        gap: var(--space-3);
      }

      .panel {
        padding: var(--space-4);
      }
    `,
  ];

  override updated(): void {
    if (!this.only) bringNew(this.state.run, this.renderRoot);
  }

  override render() {
    const { session, state, only } = this;
    const { outcome: of } = session;
    const { run, listing } = state;
    if (!run) return nothing;
    const { symbols } = session.tables.state;
    const [made, ofPart] = [provenance(run), provenance(run, factsOfPart(run))];
    const seeds = only ? undefined : session.seeds;
    const overview = only === "gene" ? undefined : this.overview(run);
    const list = html`<regulens-gene-table
      slot="list"
      .of=${of.table}
      .run=${run}
      .listing=${listing}
      .everywhere=${state.everywhere}
      .measured=${of.measured(state)}
      .sets=${state.sets}
      .symbols=${symbols}
      .shares=${session.shares}
      @listing=${(event: CustomEvent<GenesState["listing"]>) => session.set({ listing: event.detail })}
      .selected=${state.selected}
      @select=${this.#select}
    ></regulens-gene-table>`;
    return html`<section
      class="results"
      aria-labelledby="title"
      @failed=${(event: CustomEvent<Error>) => (this.failure = event.detail.message)}
      @perturbation=${(event: CustomEvent<GenesState["perturbation"]>) => session.set({ perturbation: event.detail })}
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
      ${this.notice()}
      <regulens-workbench
        items="genes"
        overview=${overview?.title ?? ""}
        ?unfolded=${only}
        ?alone=${this.tab === "compare" && session.comparing.state.comparison !== undefined}
        @tab=${(event: CustomEvent<string>) => (this.tab = event.detail)}
      >
        ${this.#listed(list)}
        <regulens-gene
          .of=${of.gene}
          .run=${run}
          .gene=${state.gene}
          .explaining=${this.explaining()}
          .spread=${state.spread}
          .sets=${state.sets}
          .seeds=${seeds}
          .symbols=${symbols}
          .worker=${session.page.worker}
          .provenance=${made}
          .perturbation=${state.perturbation}
          ?everywhere=${!only}
          .applying=${state.doing.everywhere}
          .more=${only ? [] : MORE}
          wide=${session.comparing.state.comparison ? "compare" : nothing}
          .kind=${this.kind}
        >
          ${this.kinds(run)}
          <div slot="why" class="small muted stack">${this.words(run)}</div>
          <div slot="test" class="stack">${this.tests(run, ofPart)}</div>
          <div slot="what-if">${this.#everywhere(run, ofPart)}</div>
          ${only ? nothing : html`<div slot="compare" class="stack">${this.#compare(run)}</div>`}
          <div slot="notes">${this.notes}</div>
        </regulens-gene>
        ${
          overview
            ? html`<div slot="strip">${this.summary(run, seeds)}</div>
                <div slot="overview" class="set">${overview.figures}</div>`
            : nothing
        }
      </regulens-workbench>
    </section>`;
  }

  /** The choice of tracks, in the slot `tracks`, for outcomes with several kinds. */
  protected kinds(_: Run): TemplateResult | typeof nothing {
    return nothing;
  }

  /** A notice above the results. */
  protected notice(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** The table of the run's genes, or the samples if there are several: one list at a time. */
  #listed(list: TemplateResult): TemplateResult {
    const { session, state, only } = this;
    const { run, samples } = state;
    if (!run || !samples || only === "gene") return list;
    if (this.unshown)
      return html`<div slot="list">
          ${errorNotice("Samples cannot be shown", this.unshown, () => (this.unshown = undefined))}
        </div>
        ${list}`;
    samplesPanel().catch((thrown: unknown) => (this.unshown = plainOf(thrown)));
    return html`<regulens-samples
      slot="list"
      .work=${session}
      .state=${samples}
      .run=${run}
      ?busy=${state.doing.run !== undefined}
      ?saved=${only}
      .symbols=${session.tables.state.symbols}
      .gene=${state.selected === undefined ? undefined : run.genes[state.selected]}
      @opened=${() => this.renderRoot.querySelector<Workbench>("regulens-workbench")?.showItem()}
      >${list}</regulens-samples
    >`;
  }

  /** A figure of all genes of a run. */
  protected figure(label: string, drawing: Drawing, made: Provenance): TemplateResult {
    return html`<div class="panel">
      <regulens-figure
        label=${label}
        table=${fileOf(this.state.run!)}
        .drawing=${drawing}
        .provenance=${made}
      ></regulens-figure>
    </div>`;
  }

  /** The genes that respond most to the same edit of all signals. */
  #everywhere(run: Run, made: Provenance): TemplateResult {
    const { session, state } = this;
    const { everywhere, problems, listing, measured, sets } = state;
    const { symbols } = session.tables.state;
    const { search, filter } = listing as typeof listing & { readonly search: string; readonly filter: string };
    const on = [run, search, filter, measured, sets, symbols];
    return html`${errorNotice("The signal of all genes could not be changed", problems.everywhere, () =>
      session.dismiss("everywhere"),
    )}
    ${
      everywhere
        ? html`<regulens-everywhere
            .everywhere=${everywhere}
            .asked=${session.outcome.asked}
            .predicted=${predictedOf(run)}
            .genes=${run.genes}
            .symbols=${symbols}
            .listed=${this.#narrowed.of(run.genes.length, on, () => listed(session, run))}
            .marks=${run.marks}
            .cells=${session.outcome.gene.cellsOf?.(run) ?? []}
            .bins=${run.bins}
            .file=${fileOf(run)}
            .provenance=${made}
            .correlations=${session.page.correlations}
            @gene=${this.#select}
            @forget=${() => session.forgetChanges()}
          ></regulens-everywhere>`
        : nothing
    }`;
  }

  /** Stored runs, and the control to store more. */
  #compare(run: Run): TemplateResult {
    const { session } = this;
    return compareTab(
      session.comparing as Comparing<Current, object>,
      run.tables.map(({ file }) => file).join(" and "),
      (controls) => comparedRuns(session, { controls }),
    );
  }

  readonly #select = (event: CustomEvent<number>): void => {
    void this.session.selectGene(event.detail);
    void this.renderRoot.querySelector<Workbench>("regulens-workbench")?.showItem();
  };
}
