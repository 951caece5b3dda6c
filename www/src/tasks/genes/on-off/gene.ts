/** One gene: its signal with the attention on the same axis, and beside it what is asked of the prediction. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Provenance } from "../../../export";
import type { FinishedRun, GeneDetail } from "../result";
import type { PredictGeneCalls } from "../../../explain/predict-gene";
import type { Caller } from "../../../rpc/rpc";
import { commonTracksScale, markDrawing, tracksDrawing } from "./drawings";
import { probabilityInWords } from "../what-if";
import { confidenceInWords } from "../sure/confidence";
import { formatEquals, formatProbability } from "../../../plots/core/format";
import { type Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import type { Explanations } from "../../../explain/explanations";
import type { MarkShares } from "../../../explain/mark-shares";
import { type Sets, sureInWords } from "../sure/sets";
import { spreadIn } from "../sure/spread";
import type { GeneSpread } from "../outcome";
import type { Planted } from "../../../explain/result";
import type { WhatIf } from "../../../explain/perturb";
import type { OnOffSource } from "./answered";
import type { Activity } from "../../../rpc/working";
import { ALPHA, BETA, noEffect } from "../../shared/attention-words";
import type { Perturbation } from "../../shared/tables/task";
import { geneStyles } from "../../shared/genes/styles";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { standInValues } from "../../shared/tables/signal";
import { shared } from "../../../ui/styles/shared";
import "../../../workbench/item";
import type { Tab } from "../../../workbench/tabs";

/** One gene. */
@customElement("regulens-gene")
export class GeneView extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene: GeneDetail | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  /** Classes of each gene that cannot be excluded. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** Number of seeds of which the run's model is one. */
  @property({ attribute: false }) seeds: number | undefined;
  /** Spread of the attention of a gene over the members of an ensemble. */
  @property({ attribute: false }) spread: GeneSpread | undefined;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** Other explanations than attention; without them attention alone is shown. */
  @property({ attribute: false }) explanations: Explanations | undefined;
  /** In an element, the source of its answer. */
  @property({ attribute: false }) source: OnOffSource | undefined;
  /** Contributions of the run's marks, which learn those of the gene. */
  @property({ attribute: false }) shares: MarkShares | undefined;
  /** File of what was planted in the run's genes, and the number of genes for which it is known. */
  @property({ attribute: false }) planted: Planted | undefined;
  /** Without it nothing is asked of another signal. */
  @property({ attribute: false }) worker: Caller<PredictGeneCalls> | undefined;
  @property({ attribute: false }) perturbation: Perturbation | undefined;
  /** True if the signal of all genes can be changed alike; `applying` is set while it is being changed. */
  @property({ type: Boolean }) everywhere = false;
  @property({ attribute: false }) applying: Activity | undefined;
  /** Tabs whose content is around it, in slots of their names. */
  @property({ attribute: false }) more: readonly Tab[] = [];
  /** The tab that takes the figure’s room too. */
  @property() wide: string | undefined;
  /** The tab that is open. */
  @internal() private tab = "why";
  /** Changed signal, and the prediction from it. */
  @internal() private what: WhatIf | undefined;
  /** The bins that are chosen. */
  @internal() private brush: readonly [number, number] | undefined;
  #tracks: Drawing | undefined;
  #marks: Drawing | undefined;

  static override styles = [shared, geneStyles];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const isAnother = changed.has("gene") || changed.has("run");
    if (isAnother) this.what = this.brush = undefined;
    if (!isAnother && !["what", "symbols", "sets", "seeds", "spread"].some((each) => changed.has(each))) return;
    const { gene, run, what, symbols, sets, seeds } = this;
    const confidence = { sets, seeds, spread: gene && spreadIn(this.spread, gene.index) };
    // Changed signal is drawn on the scales of the original signal.
    const seen = gene && what ? { index: gene.index, signal: what.values, alpha: what.prediction.alpha } : gene;
    const drawn = what && { probability: what.prediction.predicted, beta: what.prediction.beta };
    this.#tracks =
      gene &&
      seen &&
      tracksDrawing(run, seen, what && commonTracksScale([run, run], [gene, seen]), drawn, symbols, confidence);
    this.#marks = gene && markDrawing(run, gene.index, drawn, symbols, confidence);
  }

  override render() {
    const { gene, more, wide } = this;
    const name = gene && headingOf(this.run.genes[gene.index], this.symbols);
    const isThere = name !== undefined && this.#tracks !== undefined;
    return html`<regulens-item
      name=${name === undefined ? "Gene" : `Gene ${name}`}
      .tabs=${[...(isThere ? this.#tabs : []), ...more]}
      wide=${wide ?? nothing}
      @tab=${this.#open}
    >
      ${
        isThere
          ? [this.#figure(name, this.#tracks!), this.#questions(name)]
          : html`<p class="empty muted">Choose a gene in the table.</p>`
      }
      ${more.map(({ id }) => html`<slot name=${id} slot=${id}></slot>`)}
    </regulens-item>`;
  }

  #open = ({ detail }: CustomEvent<string>): void => {
    this.tab = detail;
    this.dispatchEvent(new CustomEvent("tab", { bubbles: true, detail }));
  };

  get #tabs(): Tab[] {
    if (!this.explanations) return [];
    return [
      { id: "why", name: "Why" },
      { id: "test", name: "Test" },
      { id: "what-if", name: "What if" },
    ];
  }

  #figure(name: string, drawing: Drawing) {
    const tracks = html`<regulens-figure
      part="figure"
      label="signal and attention of ${name}"
      table=${this.run.tables[0].file}
      ?brushable=${this.worker !== undefined}
      .brush=${this.brush}
      .drawing=${drawing}
      .provenance=${this.provenance}
      @brush=${(event: CustomEvent<readonly [number, number]>) => (this.brush = event.detail)}
    ></regulens-figure>`;
    return html`<div class="stack">
      <h3 class="visually-hidden">${name}</h3>
      ${
        this.explanations
          ? html`<regulens-explained
              .run=${this.run}
              .gene=${this.gene}
              .explanations=${this.explanations}
              .provenance=${this.provenance}
              .symbols=${this.symbols}
              .shares=${this.shares}
              .sure=${this.sets && this.gene ? sureInWords(this.sets, this.gene.index) : undefined}
              ?changing=${this.tab === "what-if"}
              >${tracks}</regulens-explained
            >`
          : [this.source ? this.#answered(tracks) : tracks, this.#perturb(), this.#weights(name)]
      }
    </div>`;
  }

  /** The attention within the answer, whose element is defined once it is there. */
  #answered(tracks: TemplateResult) {
    return html`<regulens-answered
      exportparts="figure"
      .run=${this.run}
      .gene=${this.gene}
      .source=${this.source}
      .sets=${this.sets}
      .provenance=${this.provenance}
      .file=${this.run.tables[0].file}
      .changed=${this.what !== undefined}
      >${tracks}</regulens-answered
    >`;
  }

  /** The questions about the gene, a tab each. */
  #questions(name: string) {
    const { run, gene, explanations, provenance } = this;
    if (!explanations) return nothing;
    return html`<div class="stack" slot="why">
        ${this.#confidence()}
        <regulens-explained-why
          .run=${run}
          .gene=${gene}
          .explanations=${explanations}
          .symbols=${this.symbols}
        ></regulens-explained-why>
        <regulens-chosen .run=${run} .explanations=${explanations}></regulens-chosen>
        <regulens-carried
          .worker=${this.worker}
          .sha256=${run.model.sha256}
          .measured=${gene?.signal}
          .marks=${run.marks}
          .standIns=${standInValues(run.tables[0])}
          .explanations=${explanations}
          .index=${gene?.index ?? 0}
          .predicted=${run.probability[gene?.index ?? 0]}
        ></regulens-carried>
        ${this.#weights(name)} ${weightsInWords(run)}
      </div>
      <div class="stack" slot="test">
        <regulens-gene-test
          .run=${run}
          .gene=${gene}
          .explanations=${explanations}
          .planted=${this.planted}
          .provenance=${provenance}
          .symbols=${this.symbols}
        ></regulens-gene-test>
        <slot name="test"></slot>
      </div>
      <div class="stack" slot="what-if">${this.#perturb()} <slot name="what-if"></slot></div>`;
  }

  /** The prediction with the confidence in it, which other figures than that of attention do not have. */
  #confidence() {
    const { run, gene, sets, seeds } = this;
    const index = gene?.index ?? 0;
    const said = confidenceInWords(run, index, { sets, seeds }, (value) => value.toFixed(2));
    return said
      ? html`<p class="small">P(on) ${formatEquals(formatProbability(run.probability[index]!))} (${said})</p>`
      : nothing;
  }

  #weights(name: string) {
    return this.#marks
      ? html`<regulens-figure
          part="figure"
          label="attention to the marks of ${name}"
          table=${this.run.tables[0].file}
          .drawing=${this.#marks}
          .provenance=${this.provenance}
        ></regulens-figure>`
      : nothing;
  }

  #perturb() {
    if (!this.worker) return nothing;
    return html`<regulens-perturb
      .worker=${this.worker}
      .sha256=${this.run.model.sha256}
      .gene=${this.gene && this.run.genes[this.gene.index]}
      .measured=${this.gene?.signal}
      .marks=${this.run.marks}
      .brush=${this.brush}
      .kept=${this.perturbation}
      .applying=${this.applying}
      .genes=${this.everywhere ? this.run.probability.length : 1}
      .predicted=${this.run.probability[this.gene?.index ?? 0]}
      .outcome=${probabilityInWords}
      @what-if=${(event: CustomEvent<WhatIf | undefined>) => (this.what = event.detail)}
      @brush=${(event: CustomEvent<readonly [number, number] | undefined>) => (this.brush = event.detail)}
    ></regulens-perturb>`;
  }
}

/** Explains what α and β are, and what they are not. */
function weightsInWords({ rows, beta, model }: FinishedRun) {
  const { attends, without } = model.description;
  const along = attends.bins === "each-mark" ? "a mark’s" : "the";
  return html`<div class="small muted">
    ${
      rows.length > 0
        ? html`<p><strong>α</strong> is ${ALPHA} of ${along} window; it adds up to 1 over the bins.</p>`
        : nothing
    }
    ${beta.length > 0 ? html`<p><strong>β</strong> is ${BETA}; it adds up to 1 over the marks.</p>` : nothing}
    ${without ? html`<p>${without}</p>` : nothing}
    ${rows.length > 0 ? html`<p>${noEffect(beta.length > 0, "a gene on")}</p>` : nothing}
  </div>`;
}
