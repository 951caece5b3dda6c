/** The results of a run: figures of the set, the table of genes, one gene; and saving. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { ExplainedSet } from "../../../explain/set/set";
import type { Provenance } from "../../../export";
import type { Drawing } from "../../../ui/drawing";
import { explainedSet } from "../explained-set";
import type { GeneView } from "../gene";
import { GenesResults } from "../results";
import { provenance } from "../saved/record";
import { sureFact, sureStyles } from "../sure/fact";
import { factsOfAll, measuredTogether, ofAll, onTogether, together } from "../together";
import { ALPHA, BETA, noEffect } from "../../shared/explanation-choice";
import { standInValues } from "../../shared/tables/signal";
import type { FinishedRun, GeneDetail } from "../result";
import { overviewDrawings } from "./drawings";
import type { CurrentRun, OnOffState } from "./outcome";
import type { OnOffWork } from "./session";
import { formatCount, formatValue } from "../../../plots";
import { preparationInWords } from "../../../session/preparation";
import { percent, weightsInWords } from "../../../ui/words";
import { type MeasuredGenes, rule, scoresInWords } from "./measured/measured";
import { onInWords, THRESHOLD } from "./on";
import { oneOf } from "../../shared/seeds";
import { deviceFact } from "../../shared/run/device";
import { stripStyles } from "../../shared/results-styles";
import { controls } from "../../../ui/styles/shared";

/** Why a score is missing. */
const NOT_OF_A_PART = "not known of the whole run: a part that was chosen does not tell it";

/** The figures of a run. */
@customElement("regulens-summary")
export class SummaryStrip extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  /** Measured expression, which takes precedence over the table's labels. */
  @property({ attribute: false }) measured: MeasuredGenes | undefined;
  /** Calibration of the probabilities by these labels. */
  @property({ attribute: false }) reliability: OnOffState["reliability"];
  /** The number of confident genes. */
  @property({ attribute: false }) sure: ReturnType<typeof sureFact> = nothing;
  /** Number of seeds, of which the run's model is one. */
  @property({ attribute: false }) seeds: number | undefined;

  static override styles = [
    controls,
    stripStyles,
    sureStyles,
    css`
      .genes {
        flex: 1 1 4.5rem;
      }

      .predicted {
        flex: 4 1 20rem;
      }

      .labelled {
        flex: 1 1 14rem;
      }

      .model {
        flex: 1 1 12rem;
      }

      /* Lines of small print, whose first has a large number. */
      dd {
        font-size: var(--text-md);
        line-height: 1;
      }

      dd.words {
        font-size: var(--text-sm);
        line-height: var(--leading-snug);
      }
    `,
  ];

  override render() {
    const { run } = this;
    const here = run.probability.length;
    const { part, isWhole } = together(run);
    const { genes, on, auroc, labels } = onTogether(run);
    const measured = this.measured && measuredTogether(run, this.measured);
    const prepared = preparationInWords(run.preparations[0]);
    const meant = onInWords(run.model.card);
    const { reliability } = this;
    const scores =
      reliability && "found" in reliability ? html`<small>${scoresInWords(reliability.found)}</small>` : nothing;
    return html`<dl>
      <div class="genes">
        <dt>Genes</dt>
        <dd class="number">
          ${formatCount(genes)} ${part ? html`<small>${isWhole ? `${part}, are here` : `${part}`}</small>` : nothing}
        </dd>
      </div>
      <div class="predicted">
        <dt>Predicted on</dt>
        <dd class="number">
          ${formatCount(on)}
          <small
            >${percent(genes > 0 ? on / genes : 0)} of
            ${isWhole ? (part ? `all ${formatCount(genes)}` : "all") : `these ${formatCount(genes)}`}, P(on) ≥
            ${THRESHOLD}${this.seeds === undefined ? nothing : `, by ${oneOf(this.seeds)}`}</small
          >
          ${meant === undefined ? nothing : html`<small>On: expressed ${meant}.</small>`}
        </dd>
      </div>
      ${
        measured
          ? html`<div class="labelled">
              <dt>AUROC</dt>
              <dd class="number">
                ${measured.auroc === undefined ? "–" : measured.auroc.toFixed(3)}
                <small
                  >against ${measured.file}:
                  ${
                    measured.auroc === undefined
                      ? isWhole
                        ? "all of its genes are alike"
                        : NOT_OF_A_PART
                      : html`${formatCount(measured.genes)} genes, ${rule(this.measured!, formatValue)}`
                  }</small
                >
                ${scores}
              </dd>
            </div>`
          : labels
            ? html`<div class="labelled">
                <dt>AUROC</dt>
                <dd class="number">
                  ${auroc === undefined ? "–" : auroc.toFixed(3)}
                  <small
                    >${
                      auroc === undefined
                        ? isWhole
                          ? "all labels are equal"
                          : NOT_OF_A_PART
                        : `against the labels in the table${ofAll(run)}`
                    }</small
                  >
                  ${scores}
                </dd>
              </div>`
            : nothing
      }
      ${this.sure}
      <div class="model">
        <dt>Model</dt>
        <dd class="words">
          ${run.model.card.name || run.model.file}
          <small
            >${weightsInWords(run.model.card.dtype)} weights,
            ${run.model.verified ? "verified" : html`unverified, SHA-256 ${run.model.sha256.slice(0, 12)}…`}</small
          >
        </dd>
      </div>
      <div>
        <dt>Table</dt>
        <dd class="words">
          ${run.tables[0].file} ${prepared.length > 0 ? html`<small>${prepared.join("; ")}</small>` : nothing}
        </dd>
      </div>
      ${deviceFact(run, here)}
    </dl>`;
  }
}

/** Actions on results: a separate script, fetched before the first results arrive. */
const afterARun = import("./after-a-run");

/** The results of a run, or a preview of them. */
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
    // Views of runs on one table have genes of this type.
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

  /** Explains the meaning and the limits of α and β. */
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
