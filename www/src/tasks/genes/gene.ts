/** One gene of a run: signal with α, β, contributions to its prediction, and predictions from an edited signal. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { WhatIf } from "../../explain/perturb";
import type { GenePrediction, PredictGeneCalls } from "../../explain/predict-gene";
import type { Provenance } from "../../export";
import type { Activity } from "../../rpc/working";
import type { Caller } from "../../rpc/rpc";
import { identityOf } from "../../session/identity";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { controls } from "../../ui/styles/shared";
import "../../workbench/item";
import type { Tab } from "../../workbench/tabs";
import { choiceStyles } from "../shared/choice-styles";
import { headingOf, type Symbols } from "../shared/genes/names";
import { geneStyles } from "../shared/genes/styles";
import type { Perturbation } from "../shared/tables/task";
import type { AnswerSource } from "./answered";
import { fileOf, type GenesRun, type GeneSpread, type OneGene, predictedOf } from "./result";
import { type Confidence, confidenceInWords } from "./sure/confidence";
import type { Sets } from "./sure/sets";
import { spreadIn } from "./sure/spread";

const TABS: readonly Tab[] = [
  { id: "why", name: "Why" },
  { id: "test", name: "Test" },
  { id: "what-if", name: "What if" },
];

/** Figures of a gene: signal with attention, and figures of β, with captions. */
export interface GeneDrawings {
  readonly tracks: Drawing;
  readonly weights: readonly (readonly [label: string, drawing: Drawing | undefined])[];
}

/** An outcome, for the view of one gene. */
export interface GeneOf<Run extends GenesRun = GenesRun, Gene extends OneGene = OneGene> {
  /** Input of the model for the gene, [T, columns]. */
  valuesOf(gene: Gene): Float32Array;
  /** Names of A and B, if the reader can choose one; absent for a single cell type. */
  cellsOf?(run: Run): readonly string[];
  /** Prediction in words, with its confidence if another figure than attention is shown; undefined without either. */
  said(run: Run, gene: Gene, confidence: string | undefined): string | undefined;
  /** Formats a prediction beside its confidence. */
  format(value: number): string;
  /** Effect of an edited signal in words. */
  changed(now: GenePrediction, before: number): TemplateResult;
  /** Figures of the gene, with its edited signal if any; `kind` selects tracks, default all. */
  draw(
    run: Run,
    gene: Gene,
    what: WhatIf | undefined,
    symbols: Symbols | undefined,
    confidence: Confidence,
    kind?: string,
  ): GeneDrawings;
}

/** Explanations of a gene in the page: parts of its view that redraw themselves. */
export interface Explaining {
  /** Its answer with the selected figure; `tracks` is its signal with attention. */
  along(view: GeneView, tracks: TemplateResult): TemplateResult;
  /** Content of the tabs "Why" and "Test". */
  why(view: GeneView): TemplateResult;
  test(view: GeneView): TemplateResult;
}

/** The view of one gene. */
@customElement("regulens-gene")
export class GeneView extends LitElement {
  @property({ attribute: false }) of!: GeneOf;
  @property({ attribute: false }) run!: GenesRun;
  @property({ attribute: false }) gene: OneGene | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  /** Without it, the gene stands alone, with questions below the figure. */
  @property({ attribute: false }) explaining: Explaining | undefined;
  /** Source of its answer, in an element. */
  @property({ attribute: false }) source: AnswerSource | undefined;
  /** Without it, the signal cannot be edited. */
  @property({ attribute: false }) worker: Caller<PredictGeneCalls> | undefined;
  /** Prediction sets: classes, or signs with intervals, that cannot be excluded. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** Number of seeds, of which the run's model is one. */
  @property({ attribute: false }) seeds: number | undefined;
  /** Spread of a gene's attention over ensemble members. */
  @property({ attribute: false }) spread: GeneSpread | undefined;
  /** Gene symbols from an annotation. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** The selected kind of tracks, for outcomes with several; default all. */
  @property({ attribute: false }) kind: string | undefined;
  @property({ attribute: false }) perturbation: Perturbation | undefined;
  /** True if the same edit can be applied to all genes; `applying` is set meanwhile. */
  @property({ type: Boolean }) everywhere = false;
  @property({ attribute: false }) applying: Activity | undefined;
  /** Tabs whose content is supplied by slots of their names. */
  @property({ attribute: false }) more: readonly Tab[] = [];
  /** The tab that takes the figure’s room too. */
  @property() wide: string | undefined;
  /** The open tab. */
  @internal() private tab = "why";
  /** The edited signal, and its prediction. */
  @internal() private what: WhatIf | undefined;
  /** The selected bins. */
  @internal() private brush: readonly [number, number] | undefined;
  #drawings: GeneDrawings | undefined;

  static override styles = [controls, geneStyles, choiceStyles];

  /** True while the signal is being edited, on its own tracks. */
  get isChanging(): boolean {
    return this.tab === "what-if";
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const isAnother = changed.has("gene") || changed.has("run");
    if (isAnother) this.what = this.brush = undefined;
    if (!isAnother && !["what", "symbols", "sets", "seeds", "spread", "kind"].some((each) => changed.has(each))) return;
    const { of, run, gene, what, symbols, sets, seeds } = this;
    const spread = gene && spreadIn(this.spread, gene.index);
    this.#drawings = gene && of.draw(run, gene, what, symbols, { sets, seeds, spread }, this.kind);
  }

  override render() {
    const { gene, run, more, explaining } = this;
    const name = gene && headingOf(run.genes[gene.index], this.symbols);
    const isThere = name !== undefined && this.#drawings !== undefined;
    return html`<regulens-item
      name=${name === undefined ? "Gene" : `Gene ${name}`}
      .tabs=${explaining && isThere ? [...TABS, ...more] : more}
      wide=${this.wide ?? nothing}
      @tab=${this.#open}
    >
      ${isThere ? this.#shown(gene!, name) : html`<p class="empty muted">Choose a gene in the table.</p>`}
      ${more.map(({ id }) => html`<slot name=${id} slot=${id}></slot>`)}
    </regulens-item>`;
  }

  /** The figures of a gene, and its tabs. */
  #shown(gene: OneGene, name: string) {
    const { of, run, sets, seeds, explaining } = this;
    // Figures other than attention do not show it.
    const confidence = explaining && confidenceInWords(run, gene.index, { sets, seeds }, (value) => of.format(value));
    const predicted = of.said(run, gene, confidence);
    const said = predicted ? html`<p class="small" part="no-change">${predicted}</p>` : nothing;
    const [perturb, weights] = [this.#perturb(gene), this.#weights(name)];
    const tracks = html`<slot name="tracks"></slot
      ><regulens-figure
        part="figure"
        label="signal and attention of ${name}"
        table=${fileOf(run)}
        ?brushable=${this.worker !== undefined}
        .brush=${this.brush}
        .drawing=${this.#drawings!.tracks}
        .provenance=${this.provenance}
        @brush=${(event: CustomEvent<readonly [number, number]>) => (this.brush = event.detail)}
      ></regulens-figure>`;
    const heading = html`<h3 class="visually-hidden">${name}</h3>`;
    if (!explaining)
      return html`<div class="stack">
        ${heading} ${this.source ? this.#answered(tracks) : tracks} ${said} ${perturb} ${weights}
      </div>`;
    return html`<div class="stack">${heading} ${explaining.along(this, tracks)}</div>
      <div class="stack" slot="why">${said} ${explaining.why(this)} ${weights} <slot name="why"></slot></div>
      <div class="stack" slot="test">${explaining.test(this)} <slot name="test"></slot></div>
      <div class="stack" slot="what-if">${perturb} <slot name="what-if"></slot></div>`;
  }

  #open = ({ detail }: CustomEvent<string>): void => {
    this.tab = detail;
    this.dispatchEvent(new CustomEvent("tab", { bubbles: true, detail }));
  };

  /** Attention within the answer, whose element is defined once it has loaded. */
  #answered(tracks: TemplateResult) {
    return html`<regulens-answered
      exportparts="figure"
      .run=${this.run}
      .gene=${this.gene}
      .source=${this.source}
      .sets=${this.sets}
      .provenance=${this.provenance}
      .changed=${this.what !== undefined}
      >${tracks}</regulens-answered
    >`;
  }

  #weights(name: string) {
    return this.#drawings!.weights.map(([label, drawing]) =>
      drawing
        ? html`<regulens-figure
            part="figure"
            label="${label} ${name}"
            table=${fileOf(this.run)}
            .drawing=${drawing}
            .provenance=${this.provenance}
          ></regulens-figure>`
        : nothing,
    );
  }

  #perturb(gene: OneGene) {
    const { of, run } = this;
    if (!this.worker) return nothing;
    return html`<regulens-perturb
      .worker=${this.worker}
      .sha256=${identityOf(run.model)}
      .gene=${run.genes[gene.index]}
      .measured=${of.valuesOf(gene)}
      .marks=${run.marks}
      .cells=${of.cellsOf?.(run) ?? []}
      .brush=${this.brush}
      .kept=${this.perturbation}
      .applying=${this.applying}
      .genes=${this.everywhere ? run.genes.length : 1}
      .predicted=${predictedOf(run)[gene.index]}
      .outcome=${of.changed}
      @what-if=${(event: CustomEvent<WhatIf | undefined>) => (this.what = event.detail)}
      @brush=${(event: CustomEvent<readonly [number, number] | undefined>) => (this.brush = event.detail)}
    ></regulens-perturb>`;
  }
}
