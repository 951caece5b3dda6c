/** One gene of a run: signal with α, β, what its prediction rests on, and what would be predicted of another signal. */

import { identityOf } from "../../session/identity";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state as internal } from "lit/decorators.js";
import type { Provenance } from "../../export";
import type { Caller } from "../../rpc/rpc";
import { type GenesRun, predictedOf } from "./result";
import { type Confidence, confidenceInWords } from "./sure/confidence";
import type { Sets } from "./sure/sets";
import { spreadIn } from "./sure/spread";
import type { GeneSpread } from "./outcome";
import type { GenePrediction, PredictGeneCalls } from "../../explain/predict-gene";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import type { Planted } from "../../explain/result";
import type { WhatIf } from "../../explain/perturb";
import "../../explain/perturb";
import type { ExplainCalls } from "../../explain/calls";
import type { MarkShares } from "../../explain/mark-shares";
import { type Compared, contrastsOf, otherGene } from "../../explain/contrasts";
import { completenessSentence } from "../../explain/contributions";
import { contrastOf } from "../../../../pkg/src/index";
import { contributionsKnown } from "./contributions-known";
import { type Shown, SHOWN, shownOf } from "./order";
import type { Activity } from "../../rpc/working";
import { choiceStyles } from "../shared/choice-styles";
import { worthInWords } from "../shared/explanation-choice";
import { headingOf, type Symbols } from "../shared/genes/names";
import type { Perturbation } from "../shared/tables/task";
import { geneStyles } from "../shared/genes/styles";
import { controls } from "../../ui/styles/shared";
import "../../workbench/item";
import type { Tab } from "../../workbench/tabs";

const TABS: readonly Tab[] = [
  { id: "why", name: "Why" },
  { id: "test", name: "Test" },
  { id: "what-if", name: "What if" },
];

/** Figures of a gene: signal with attention, and those of β, each with what it is of. */
export interface GeneDrawings {
  readonly tracks: Drawing;
  readonly weights: readonly (readonly [label: string, drawing: Drawing])[];
}

/** The view of one gene. Sends `show` with what to show along it. */
export abstract class GeneView<
  Run extends GenesRun,
  Gene extends { readonly index: number },
  Source extends object = object,
> extends LitElement {
  @property({ attribute: false }) run!: Run;
  @property({ attribute: false }) gene: Gene | undefined;
  /** Without it nothing is asked of another signal. */
  @property({ attribute: false }) worker:
    Caller<PredictGeneCalls & Pick<ExplainCalls, "contributionsOfGene" | "testGene">> | undefined;
  /** In an element, the source of its answer. */
  @property({ attribute: false }) source: Source | undefined;
  /** Contributions of the run's marks, which learn those of the gene. */
  @property({ attribute: false }) shares: MarkShares | undefined;
  /** The inputs of both classes, where they are found: its test takes them too. */
  @property({ attribute: false }) maps: object | undefined;
  /** Known facts about what was planted in the run's genes. */
  @property({ attribute: false }) planted: Planted | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  @property({ attribute: false }) file = "";
  /** Intervals of the predictions, and the signs that they leave. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** Number of seeds of which the run's model is one. */
  @property({ attribute: false }) seeds: number | undefined;
  /** Spread of the attention of a gene over the members of an ensemble. */
  @property({ attribute: false }) spread: GeneSpread | undefined;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  @property({ attribute: false }) perturbation: Perturbation | undefined;
  /** True if the signal of all genes can be changed alike; `applying` tells where it is being changed. */
  @property({ type: Boolean }) everywhere = false;
  @property({ attribute: false }) applying: Activity | undefined;
  /** Tabs whose content is around it, in slots of their names. */
  @property({ attribute: false }) more: readonly Tab[] = [];
  /** The tab that takes the figure’s room too. */
  @property() wide: string | undefined;
  /** True if it stands by itself: then what is asked of the gene stands below the figure. */
  @property({ attribute: false }) isAlone = true;
  /** The choice of what is shown along it. */
  @property({ attribute: false }) chosen: Shown | undefined;
  /** The tab that is open. */
  @internal() private tab = "why";
  @internal() protected what: WhatIf | undefined;
  @internal() private brush: readonly [number, number] | undefined;
  /** The baseline that genes are compared with where their predictions are shared out. */
  @internal() protected baseline: Compared = "zero";
  #drawings: GeneDrawings | undefined;

  /** Quantity that is predicted: "fold change". */
  protected abstract readonly predicted: string;
  /** The score that is shared out, as a sentence begins with it: "Log2 fold change". */
  protected abstract readonly score: string;
  /** Input of the model for the gene, [T, columns]. */
  protected abstract valuesOf(gene: Gene): Float32Array;
  /** Names of A and B where one of them is to be chosen; none of one cell type. */
  protected abstract cells(): readonly string[];
  /** A prediction, with confidence in it where other figures than that of attention are shown; undefined without. */
  protected abstract said(gene: Gene, confidence: string | undefined): string | undefined;
  /** Text form of a prediction. */
  protected abstract format(value: number): string;
  /** Effect of changed signal in words. */
  protected abstract readonly outcome: (now: GenePrediction, before: number) => TemplateResult;
  /** Figures of the gene, of changed signal where there is some. */
  protected abstract draw(gene: Gene, what: WhatIf | undefined, confidence: Confidence): GeneDrawings;
  /** Its prediction explained: contributions, its answer alone, or the test of them. */
  protected abstract explained(shown: "contributions" | "answer" | "test"): TemplateResult;
  /** In an element, its answer with the attention in it. */
  protected abstract answered(tracks: TemplateResult): TemplateResult;

  static override styles = [controls, geneStyles, choiceStyles];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const isAnother = changed.has("gene") || changed.has("run");
    if (isAnother) this.what = this.brush = undefined;
    const own = contrastOf(this.run.model.card);
    // A gene that others were compared with is not compared with itself.
    const isItself = this.gene && otherGene(this.baseline) === this.run.genes[this.gene.index];
    if (changed.has("run") || isItself) this.baseline = own;
    if (!isAnother && !["what", "symbols", "sets", "seeds", "spread", "kind"].some((each) => changed.has(each))) return;
    const { gene, what, sets, seeds } = this;
    const spread = gene && spreadIn(this.spread, gene.index);
    this.#drawings = gene && this.draw(gene, what, { sets, seeds, spread });
  }

  override render() {
    const { gene, run, sets, seeds, more, isAlone } = this;
    const name = gene && headingOf(run.genes[gene.index]!, this.symbols);
    if (!gene || name === undefined || !this.#drawings)
      return html`<regulens-item name="Gene" .tabs=${more}>
        <p class="empty muted">Choose a gene in the table.</p>
        ${this.#slots()}
      </regulens-item>`;
    // The signal is changed on its own tracks, which follow.
    // Other figures than that of attention do not have it.
    const confidence = isAlone
      ? undefined
      : confidenceInWords(run, gene.index, { sets, seeds }, (value) => this.format(value));
    const predicted = this.said(gene, confidence);
    const still = predicted ? html`<p class="small" part="no-change">${predicted}</p>` : nothing;
    const asks = !isAlone && this.tab !== "what-if";
    const shown = asks ? shownOf(run, this.chosen) : "alpha";
    const worth = asks ? worthInWords(run.model.card, shown) : undefined;
    const isContributions = shown === "integrated-gradients";
    // By itself it has a worker that predicts, and explains nothing.
    const rests = isAlone ? nothing : this.explained(isContributions ? "contributions" : "answer");
    const [perturb, weights] = [this.#perturb(), this.#weights(name)];
    const tracks = html`<slot name="tracks"></slot
      ><regulens-figure
        part="figure"
        label="signal and attention of ${name}"
        table=${this.file}
        ?brushable=${this.worker !== undefined}
        .brush=${this.brush}
        .drawing=${this.#drawings.tracks}
        .provenance=${this.provenance}
        @brush=${(event: CustomEvent<readonly [number, number]>) => (this.brush = event.detail)}
      ></regulens-figure>`;
    return html`<regulens-item
      name="Gene ${name}"
      .tabs=${isAlone ? [] : [...TABS, ...more]}
      wide=${this.wide ?? nothing}
      @tab=${this.#open}
    >
      <div class="stack">
        <h3 class="visually-hidden">${name}</h3>
        ${rests} ${isContributions ? nothing : this.source ? this.answered(tracks) : tracks}
        ${isAlone ? [still, perturb, weights] : nothing}
      </div>
      ${
        isAlone
          ? nothing
          : html`<div class="stack" slot="why">
                ${still} ${asks ? this.#choice(shown, name) : nothing} ${this.#said()}
                ${worth ? html`<p class="small chosen">${worth}</p>` : nothing} ${weights}
                <slot name="why"></slot>
              </div>
              <div class="stack" slot="test">${this.explained("test")} <slot name="test"></slot></div>
              <div class="stack" slot="what-if">${perturb} <slot name="what-if"></slot></div>
              ${this.#slots()}`
      }
    </regulens-item>`;
  }

  /** Choice of what to show along the gene. */
  #choice(shown: Shown, name: string) {
    return html`<fieldset class="compact">
      <legend class="visually-hidden">What is shown along ${name}</legend>
      ${SHOWN.map((each) => {
        const [question, method] =
          each === "alpha"
            ? ["What it looked at", "attention α"]
            : [`What the ${this.predicted} rests on`, "integrated gradients"];
        return html`<label title=${question}>
          <input
            type="radio"
            name="shown"
            .checked=${each === shown}
            @change=${() => this.dispatchEvent(new CustomEvent<Shown>("show", { detail: each }))}
          />
          <span class="visually-hidden">${question}: </span>${method}
        </label>`;
      })}
    </fieldset>`;
  }

  #open = ({ detail }: CustomEvent<string>): void => {
    this.tab = detail;
    this.dispatchEvent(new CustomEvent("tab", { bubbles: true, detail }));
  };

  #slots() {
    return this.more.map(({ id }) => html`<slot name=${id} slot=${id}></slot>`);
  }

  #weights(name: string) {
    const figure = (label: string, drawing: Drawing) =>
      html`<regulens-figure
        part="figure"
        label=${label}
        table=${this.file}
        .drawing=${drawing}
        .provenance=${this.provenance}
      ></regulens-figure>`;
    return this.#drawings!.weights.map(([label, drawing]) => figure(`${label} ${name}`, drawing));
  }

  /** The question that contributions answer, and what they say in a sentence. */
  #said() {
    const { run, gene, baseline } = this;
    const found = contributionsKnown(run, gene!.index, baseline);
    return html`<div class="said small muted">
      <regulens-contrast-choice
        .offered=${contrastsOf(run.model.card)}
        .chosen=${baseline}
        .genes=${run.genes}
        .symbols=${this.symbols}
        gene=${run.genes[gene!.index]!}
        ?ready=${found !== undefined}
        @choose=${({ detail }: CustomEvent<Compared>) => (this.baseline = detail)}
      ></regulens-contrast-choice>
      ${found ? html`<p>${completenessSentence(found, this.score)}</p>` : nothing}
    </div>`;
  }

  #perturb() {
    const { run, gene } = this;
    if (!this.worker) return nothing;
    return html`<regulens-perturb
      .worker=${this.worker}
      .sha256=${identityOf(run.model)}
      .gene=${gene && run.genes[gene.index]}
      .measured=${gene && this.valuesOf(gene)}
      .marks=${run.marks}
      .cells=${this.cells()}
      .brush=${this.brush}
      .kept=${this.perturbation}
      .applying=${this.applying}
      .genes=${this.everywhere ? run.genes.length : 1}
      .predicted=${predictedOf(run)[gene?.index ?? 0]}
      .outcome=${this.outcome}
      @what-if=${(event: CustomEvent<WhatIf | undefined>) => (this.what = event.detail)}
      @brush=${(event: CustomEvent<readonly [number, number] | undefined>) => (this.brush = event.detail)}
    ></regulens-perturb>`;
  }
}
