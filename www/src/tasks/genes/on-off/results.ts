/** The results of a run: figures of the set, the table of genes, one gene; and what can be saved. */

import { html, nothing } from "lit";
import { customElement, state as internal } from "lit/decorators.js";
import type { ExplainedSet } from "../../../explain/set/set";
import type { Provenance } from "../../../export";
import type { Drawing } from "../../../ui/drawing";
import { explainedSet } from "../explained-set";
import type { GeneView } from "../gene";
import { GenesResults } from "../results";
import { provenance } from "../saved/record";
import { sureFact } from "../sure/fact";
import { factsOfAll } from "../together";
import { ALPHA, BETA, noEffect } from "../../shared/attention-words";
import { standInValues } from "../../shared/tables/signal";
import type { FinishedRun, GeneDetail } from "../result";
import { overviewDrawings } from "./drawings";
import type { CurrentRun, OnOffState } from "./outcome";
import type { OnOffWork } from "./session";
import "./summary-strip";

/** Actions on results: a script of its own, which is fetched while the first are still to come. */
const afterARun = import("./after-a-run");

/** The results of a run, or what there will be. */
@customElement("regulens-results")
export class Results extends GenesResults<CurrentRun, OnOffState> {
  declare session: OnOffWork;
  @internal() private cannotExplain = false;
  #drawn: { run: CurrentRun; set: ExplainedSet; average: Drawing | undefined; histogram: Drawing } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    afterARun.catch(() => (this.cannotExplain = true));
  }

  override willUpdate(): void {
    const { run } = this.state;
    if (run && this.#drawn?.run !== run) this.#drawn = { run, set: explainedSet(run), ...overviewDrawings(run) };
  }

  protected override notice() {
    return this.cannotExplain
      ? html`<regulens-notice tone="warning" heading="Explanations and comparisons are missing"
          ><p>
            The part of the page that explains predictions and compares runs could not be loaded. Reload the page; if it
            happens again, check that the whole site is served.
          </p></regulens-notice
        >`
      : nothing;
  }

  protected explaining() {
    const { state, session } = this;
    const { explanations } = session.own;
    const { symbols } = session.tables.state;
    // The views of runs on one table have genes of these.
    const of = (view: GeneView) => [view.run as FinishedRun, view.gene as GeneDetail] as const;
    return {
      along(view: GeneView, tracks: unknown) {
        const [run, gene] = of(view);
        return html`<regulens-explained
          .run=${run}
          .gene=${gene}
          .explanations=${explanations}
          .provenance=${view.provenance}
          .symbols=${symbols}
          .shares=${session.shares}
          .sets=${state.sets}
          ?changing=${view.isChanging}
          >${tracks}</regulens-explained
        >`;
      },
      why(view: GeneView) {
        const [run, gene] = of(view);
        return html`<regulens-explained-why
            .run=${run}
            .gene=${gene}
            .explanations=${explanations}
            .symbols=${symbols}
          ></regulens-explained-why>
          <regulens-chosen .run=${run} .explanations=${explanations}></regulens-chosen>
          <regulens-carried
            .worker=${session.page.worker}
            .sha256=${run.model.sha256}
            .measured=${gene.signal}
            .marks=${run.marks}
            .standIns=${standInValues(run.tables[0])}
            .explanations=${explanations}
            .index=${gene.index}
            .predicted=${run.probability[gene.index]}
          ></regulens-carried>`;
      },
      test: (view: GeneView) =>
        html`<regulens-gene-test
          .run=${view.run}
          .gene=${view.gene}
          .explanations=${explanations}
          .planted=${state.planted}
          .provenance=${view.provenance}
          .symbols=${symbols}
        ></regulens-gene-test>`,
    };
  }

  /** Explains what α and β are, and what they are not. */
  protected words({ rows, beta, model }: CurrentRun) {
    const { attends, without } = model.description;
    const along = attends.bins === "each-mark" ? "a mark’s" : "the";
    return html`${
      rows.length > 0
        ? html`<p><strong>α</strong> is ${ALPHA} of ${along} window; it adds up to 1 over the bins.</p>`
        : nothing
    }
    ${beta.length > 0 ? html`<p><strong>β</strong> is ${BETA}; it adds up to 1 over the marks.</p>` : nothing}
    ${without ? html`<p>${without}</p>` : nothing}
    ${rows.length > 0 ? html`<p>${noEffect(beta.length > 0, "a gene on")}</p>` : nothing}`;
  }

  protected tests(run: CurrentRun, made: Provenance) {
    const { state, session, only } = this;
    return html`${
      only === "gene"
        ? nothing
        : html`<regulens-analyses
            .of=${this.#drawn!.set}
            .checks=${session.checks}
            .set=${session.setExplanations}
            .planted=${state.planted}
            ?fixed=${only !== undefined}
            .provenance=${made}
          ></regulens-analyses>`
    }
    ${
      only && !state.measured && !state.reliability
        ? nothing
        : html`<regulens-measured
            .isFixed=${only !== undefined}
            .work=${session}
            .run=${run}
            .measured=${state.measured}
            .reliability=${state.reliability}
            .provenance=${made}
          ></regulens-measured>`
    }`;
  }

  protected summary(run: CurrentRun, seeds: number | undefined) {
    const { measured, reliability } = this.state;
    return html`<regulens-summary
      .run=${run}
      .measured=${measured}
      .reliability=${reliability}
      .sure=${sureFact(this.session, seeds)}
      .seeds=${seeds}
    ></regulens-summary>`;
  }

  protected overview(run: CurrentRun) {
    const { average, histogram } = this.#drawn!;
    const made = provenance(run, factsOfAll(run));
    return {
      title: average ? "average attention and how probable genes are" : "how probable genes are",
      figures: html`${average ? this.figure("average attention", average, made) : nothing}
      ${this.figure("distribution of probabilities", histogram, made)}`,
    };
  }
}
