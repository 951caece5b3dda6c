/**
 * One gene in two cell types: A, B and their difference with α, β by encoder group, and what would be predicted of
 * another signal.
 */

import { identityOf } from "../../../session/identity";
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Provenance } from "../../../export";
import type { PredictGeneCalls } from "../../../explain/predict-gene";
import type { Caller } from "../../../rpc/rpc";
import { cellNamesOf, type ChangedGene, type ChangeRun } from "../result";
import { confidenceInWords } from "../sure/confidence";
import { formatFold, tracksDrawing, weightsDrawing } from "./drawings";
import type { Sets } from "../sure/sets";
import { spreadIn } from "../sure/spread";
import type { GeneSpread } from "../outcome";
import { changeInWords, predictionInWords } from "../what-if";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import type { Planted } from "../../../explain/result";
import type { WhatIf } from "../../../explain/perturb";
import "../../../explain/perturb";
import type { ExplainCalls } from "../../../explain/calls";
import type { MarkShares } from "../../../explain/mark-shares";
import { type Compared, contrastsOf, otherGene } from "../../../explain/contrasts";
import { completenessSentence } from "../../../explain/contributions";
import { contrastOf } from "../../../../../pkg/src/index";
import type { ChangeSource } from "./answered";
import { contributionsKnown } from "./known";
import { type Shown, SHOWN, shownOf } from "../order";
import type { Activity } from "../../../session/working";
import { choiceStyles } from "../../shared/choice-styles";
import { worthInWords } from "../../shared/explanation-choice";
import { headingOf, type Symbols } from "../../shared/genes/names";
import type { Perturbation } from "../../shared/tables/task";
import { geneStyles } from "../../shared/genes/styles";
import { controls } from "../../../ui/styles/shared";
import "../../../workbench/item";
import type { Tab } from "../../../workbench/tabs";

/** Names of A and B where one of them is to be chosen. */
export function cellsOf(run: ChangeRun): readonly string[] {
  return cellNamesOf(run).map((name, i) => (name === "AB"[i] ? name : `${"AB"[i]}, ${name}`));
}

const CHOICES: Readonly<Record<Shown, readonly [question: string, method: string]>> = {
  alpha: ["What it looked at", "attention α"],
  "integrated-gradients": ["What the fold change rests on", "integrated gradients"],
};

const TABS: readonly Tab[] = [
  { id: "why", name: "Why" },
  { id: "test", name: "Test" },
  { id: "what-if", name: "What if" },
];

/** One gene in two cell types. Sends `show` with what to show along it. */
@customElement("regulens-changed-gene")
export class ChangedGeneView extends LitElement {
  @property({ attribute: false }) run!: ChangeRun;
  @property({ attribute: false }) gene: ChangedGene | undefined;
  /** Without it nothing is asked of another signal. */
  @property({ attribute: false }) worker:
    Caller<PredictGeneCalls & Pick<ExplainCalls, "contributionsOfGene" | "testGene">> | undefined;
  /** In an element, the source of its answer. */
  @property({ attribute: false }) source: ChangeSource | undefined;
  /** Contributions of the run's marks, which learn those of the gene. */
  @property({ attribute: false }) shares: MarkShares | undefined;
  /** The inputs of both classes, where they are found: its test takes them too. */
  @property({ attribute: false }) maps: object | undefined;
  /** Known facts about what was planted in the run's genes. */
  @property({ attribute: false }) planted: Planted | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  @property({ attribute: false }) file = "";
  /** Intervals of the changes, and the signs that they leave. */
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
  @internal() private what: WhatIf | undefined;
  @internal() private brush: readonly [number, number] | undefined;
  /** The baseline that genes are compared with where their fold changes are shared out. */
  @internal() private baseline: Compared = "midpoint";
  #tracks: Drawing | undefined;
  #marks: Drawing | undefined;
  #auxiliary: Drawing | undefined;

  static override styles = [controls, geneStyles, choiceStyles];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const isAnother = changed.has("gene") || changed.has("run");
    if (isAnother) this.what = this.brush = undefined;
    const own = contrastOf(this.run.model.card);
    // A gene that others were compared with is not compared with itself.
    const isItself = this.gene && otherGene(this.baseline) === this.run.genes[this.gene.index];
    if (changed.has("run") || isItself) this.baseline = own;
    if (!isAnother && !["what", "symbols", "sets", "seeds", "spread"].some((each) => changed.has(each))) return;
    const { gene, run, what, symbols, sets, seeds } = this;
    const spread = gene && spreadIn(this.spread, gene.index);
    this.#tracks = gene && tracksDrawing(run, gene, what, undefined, symbols, { sets, seeds, spread });
    this.#marks = gene && weightsDrawing(run, gene.index, what, { symbols, spread });
    this.#auxiliary = gene && weightsDrawing(run, gene.index, what, { symbols, auxiliary: true });
  }

  override render() {
    const { gene, run, sets, seeds, more, isAlone } = this;
    const name = gene && headingOf(run.genes[gene.index]!, this.symbols);
    if (name === undefined || !this.#tracks)
      return html`<regulens-item name="Gene" .tabs=${more}>
        <p class="empty muted">Choose a gene in the table.</p>
        ${this.#slots()}
      </regulens-item>`;
    // The signal is changed on its own tracks, which follow.
    const { index, noChange } = gene!;
    // Other figures than that of attention do not have it.
    const confidence = isAlone ? undefined : confidenceInWords(run, index, { sets, seeds }, formatFold);
    const predicted = predictionInWords(run.foldChange[index]!, noChange, confidence);
    const still = predicted ? html`<p class="small" part="no-change">${predicted}</p>` : nothing;
    const asks = !isAlone && this.tab !== "what-if";
    const shown = asks ? shownOf(run, this.chosen) : "alpha";
    const worth = asks ? worthInWords(run.model.card, shown) : undefined;
    const isContributions = shown === "integrated-gradients";
    // By itself it has a worker that predicts, and explains nothing.
    const rests = isAlone ? nothing : this.#explained(isContributions ? "contributions" : "answer");
    const [perturb, weights] = [this.#perturb(), this.#weights(name)];
    const tracks = html`<regulens-figure
      part="figure"
      label="signal and attention of ${name}"
      table=${this.file}
      ?brushable=${this.worker !== undefined}
      .brush=${this.brush}
      .drawing=${this.#tracks}
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
        ${rests} ${isContributions ? nothing : this.source ? this.#answered(tracks) : tracks}
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
              <div class="stack" slot="test">${this.#explained("test")} <slot name="test"></slot></div>
              <div class="stack" slot="what-if">${perturb} <slot name="what-if"></slot></div>
              ${this.#slots()}`
      }
    </regulens-item>`;
  }

  /** The attention within the answer, whose element is defined once it is there. */
  #answered(tracks: TemplateResult) {
    return html`<regulens-changed-answered
      exportparts="figure"
      .run=${this.run}
      .gene=${this.gene}
      .source=${this.source}
      .provenance=${this.provenance}
      .file=${this.file}
      .changed=${this.what !== undefined}
      >${tracks}</regulens-changed-answered
    >`;
  }

  /** Choice of what to show along the gene. */
  #choice(shown: Shown, name: string) {
    return html`<fieldset class="compact">
      <legend class="visually-hidden">What is shown along ${name}</legend>
      ${SHOWN.map((each) => {
        const [question, method] = CHOICES[each];
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
    return html`${this.#marks ? figure(`attention to the marks of ${name}`, this.#marks) : nothing}
    ${this.#auxiliary ? figure(`attention of the auxiliary tasks for ${name}`, this.#auxiliary) : nothing}`;
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
      ${found ? html`<p>${completenessSentence(found, "Log2 fold change")}</p>` : nothing}
    </div>`;
  }

  #explained(shown: "contributions" | "answer" | "test") {
    return html`<regulens-changed-explained
      shown=${shown}
      .run=${this.run}
      .gene=${this.gene!}
      .baseline=${this.baseline}
      .shares=${this.shares}
      .worker=${this.worker}
      @explained=${() => this.requestUpdate()}
      .maps=${this.maps}
      .planted=${this.planted}
      .file=${this.file}
      .symbols=${this.symbols}
      .provenance=${this.provenance}
    ></regulens-changed-explained>`;
  }

  #perturb() {
    const { run, gene } = this;
    if (!this.worker) return nothing;
    return html`<regulens-perturb
      .worker=${this.worker}
      .sha256=${identityOf(run.model)}
      .gene=${gene && run.genes[gene.index]}
      .measured=${gene?.values}
      .marks=${run.marks}
      .cells=${cellsOf(run)}
      .brush=${this.brush}
      .kept=${this.perturbation}
      .applying=${this.applying}
      .genes=${this.everywhere ? run.genes.length : 1}
      .predicted=${run.foldChange[gene?.index ?? 0]}
      .outcome=${changeInWords}
      @what-if=${(event: CustomEvent<WhatIf | undefined>) => (this.what = event.detail)}
      @brush=${(event: CustomEvent<readonly [number, number] | undefined>) => (this.brush = event.detail)}
    ></regulens-perturb>`;
  }
}
