/** The results of a run: figures of the set, the table of genes, one gene; and what can be saved. */

import { html, nothing, type TemplateResult } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import type { Asked } from "../../../explain/everywhere/panel";
import type { ExplainedSet } from "../../../explain/set/set";
import type { Provenance } from "../../../export";
import type { Drawing } from "../../../ui/drawing";
import { explainedSet } from "../explained-set";
import { provenance } from "../saved/record";
import { GenesResults, MORE } from "../results";
import { sureFact } from "../sure/fact";
import { factsOfAll, factsOfPart } from "../together";
import { overviewDrawings } from "./drawings";
import "./gene";
import type { CurrentRun, OnOffState } from "./outcome";
import type { OnOffWork } from "./session";
import "./summary-strip";
import "./table";

/** Actions on results: a script of its own, which is fetched while the first are still to come. */
const afterARun = import("./after-a-run");

/** The results of a run, or what there will be. */
@customElement("regulens-results")
export class Results extends GenesResults {
  declare session: OnOffWork;
  declare state: OnOffState;
  @internal() private cannotExplain = false;
  #drawn: { run: CurrentRun; set: ExplainedSet; average: Drawing | undefined; histogram: Drawing } | undefined;
  protected readonly asked: Asked = { name: "P(on)", column: "probability", digits: 3 };

  protected cellsOf(): readonly string[] {
    return [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    afterARun.catch(() => (this.cannotExplain = true));
  }

  override willUpdate(): void {
    const { run } = this.state;
    if (run && this.#drawn?.run !== run) this.#drawn = { run, set: explainedSet(run), ...overviewDrawings(run) };
  }

  override render() {
    const { run } = this.state;
    return run && this.#drawn ? this.#full(run, this.#drawn) : nothing;
  }

  #full(run: CurrentRun, { average, histogram }: { average: Drawing | undefined; histogram: Drawing }) {
    const { state, session, only } = this;
    const made = provenance(run);
    const ofPart = provenance(run, factsOfPart(run));
    const seeds = only ? undefined : session.seeds;
    const isBare = this.cannotExplain
      ? html`<regulens-notice tone="warning" heading="Explanations and comparisons are missing"
          ><p>
            The part of the page that explains predictions and compares runs could not be loaded. Reload the page; if it
            happens again, check that the whole site is served.
          </p></regulens-notice
        >`
      : nothing;
    const list = html`<regulens-gene-table
      slot="list"
      .run=${run}
      .listing=${state.listing}
      .everywhere=${state.everywhere}
      .measured=${state.measured}
      .sets=${state.sets}
      .symbols=${session.tables.state.symbols}
      .shares=${session.shares}
      @listing=${(event: CustomEvent<OnOffState["listing"]>) => session.set({ listing: event.detail })}
      .selected=${state.selected}
      @select=${this.select}
    ></regulens-gene-table>`;
    const parts = html`<regulens-gene
        .run=${run}
        .gene=${state.gene}
        .spread=${state.spread}
        .sets=${state.sets}
        .seeds=${seeds}
        .symbols=${session.tables.state.symbols}
        .provenance=${made}
        .explanations=${session.own.explanations}
        .shares=${session.shares}
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
                .checks=${session.checks}
                .set=${session.setExplanations}
                .planted=${state.planted}
                ?fixed=${only !== undefined}
                .provenance=${ofPart}
              ></regulens-analyses>`
        }
        ${
          only && !state.measured && !state.reliability
            ? nothing
            : html`<regulens-measured
                slot="test"
                .isFixed=${only !== undefined}
                .work=${session}
                .run=${run}
                .measured=${state.measured}
                .reliability=${state.reliability}
                .provenance=${ofPart}
              ></regulens-measured>`
        }
        <div slot="what-if">${this.everywhere(run, ofPart)}</div>
        ${only ? nothing : html`<div slot="compare" class="compare">${this.compare(run)}</div>`}
        <div slot="notes">${this.notes}</div>
      </regulens-gene>
      ${
        only === "gene"
          ? nothing
          : html`<regulens-summary
                slot="strip"
                .run=${run}
                .measured=${state.measured}
                .reliability=${state.reliability}
                .sure=${sureFact(session, seeds)}
                .seeds=${seeds}
              ></regulens-summary>
              <div slot="overview" class="set">
                ${this.#overview(average, histogram, provenance(run, factsOfAll(run)))}
              </div>`
      } `;
    const figures = average ? "average attention and how probable genes are" : "how probable genes are";
    return this.framed(figures, list, parts, isBare);
  }

  /** Figures of all genes together. */
  #overview(average: Drawing | undefined, histogram: Drawing, made: Provenance): TemplateResult {
    return html`${average ? this.figure("average attention", average, made) : nothing}
    ${this.figure("distribution of probabilities", histogram, made)}`;
  }
}
