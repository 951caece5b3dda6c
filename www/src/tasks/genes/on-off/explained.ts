/** One gene explained in the page: the selected explanation, sentences, a test, and the marks that carry it. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Provenance } from "../../../export";
import type { Explanations, Shown } from "../../../explain/explanations";
import type { MarkShares } from "../../../explain/mark-shares";
import type { GeneExplanation, Planted } from "../../../explain/result";
import { sharesOf } from "../../../explain/answer-words";
import { explainedSet } from "../explained-set";
import { ON_OFF_ANSWER } from "./answer";
import { isOn } from "./on";
import type { FinishedRun, GeneDetail } from "../result";
import type { Sets } from "../sure/sets";
import type { Drawing } from "../../../ui/drawing";
import {
  classDrawing,
  contributionsDrawing,
  deletionDrawing,
  geneDeletion,
  saliencyDrawing,
} from "../../../explain/drawings";
import { choiceStyles } from "../../shared/choice-styles";
import "../../../ui/figure";
import { Subscription } from "../../../ui/subscription";
import { errorNotice, withCode } from "../../../ui/notice";
import "../../../ui/progress";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { controls, shared } from "../../../ui/styles/shared";
import "../../../explain/contrast-choice";
import { type Compared, contrastsOf } from "../../../explain/contrasts";
import { completenessSentence, marksSentence, togetherSentence } from "../../../explain/contributions";
import { areasInWords, deletionSentence } from "../../../explain/deletion-words";
import { worthInWords } from "../../shared/explanation-choice";
import "../../../explain/planted";
import { verdictStyles } from "../../shared/verdict-styles";
import type { Caller } from "../../../rpc/rpc";
import { besideContributions, carriedBy, type Removal } from "./carried";
import { perturbed } from "../../../explain/perturbation";
import type { PredictGeneCalls } from "../../../explain/predict-gene";

/** The sentence; empty if the model cannot run. */
@customElement("regulens-carried")
export class CarriedSentence extends LitElement {
  @property({ attribute: false }) worker!: Caller<PredictGeneCalls>;
  @property({ attribute: false }) sha256 = "";
  /** The gene's signal as the model read it, [T, M]. */
  @property({ attribute: false }) measured!: Float32Array;
  @property({ attribute: false }) marks: readonly string[] = [];
  /** Substitute values by mark: these marks cannot be removed, since they were not measured. */
  @property({ attribute: false }) standIns: Readonly<Record<string, string>> = {};
  /** The gene’s other explanations, and its index in the run. */
  @property({ attribute: false }) explanations!: Explanations;
  @property({ attribute: false }) index = 0;
  /** P(on) from the measured signal. */
  @property({ attribute: false }) predicted = Number.NaN;
  @internal() private without: readonly Removal[] | undefined;
  /** Counts genes: results for genes no longer shown are discarded. */
  #request = 0;
  protected readonly subscription = new Subscription(this, () => this.explanations);

  static override styles = [
    shared,
    css`
      p {
        line-height: var(--leading-snug);
        min-height: 2lh;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("measured") || changed.has("sha256")) void this.#ask();
  }

  override render() {
    const { predicted, without } = this;
    if (!without) return html`<p class="small muted">Taking each mark away in turn…</p>`;
    const story = carriedBy(predicted, without);
    return story ? html`<p><strong>${story.heading}</strong> ${story.text} ${this.#beside(without)}</p>` : nothing;
  }

  #beside(without: readonly Removal[]): string {
    const { gene } = this.explanations.state;
    if (gene?.index !== this.index) return "";
    return besideContributions(this.predicted, without, gene.contributions, this.marks);
  }

  async #ask(): Promise<void> {
    const request = ++this.#request;
    const { worker, sha256, measured, marks, standIns } = this;
    this.without = undefined;
    const shape = { marks: marks.length, cells: 1 } as const;
    const bins = [1, measured.length / marks.length] as const;
    const without: Removal[] = [];
    try {
      for (const [mark, name] of marks.entries()) {
        if (Object.hasOwn(standIns, name)) continue;
        const values = perturbed(measured, shape, [{ mark, cell: undefined, bins, to: { kind: "zero" } }]);
        const { predicted: probability } = await worker.call("predictGene", { sha256, values });
        if (request !== this.#request) return;
        without.push({ mark: name, probability });
      }
      this.without = without;
    } catch {
      // The error is shown below, where the gene is explained.
      if (request === this.#request) this.without = [];
    }
  }
}

/** The deletion test of one gene. */
@customElement("regulens-gene-test")
export class GeneTest extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene!: GeneDetail;
  @property({ attribute: false }) explanations!: Explanations;
  @property({ attribute: false }) provenance!: Provenance;
  /** Gene symbols from an annotation. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** Summary of the planted truth for the run's genes. */
  @property({ attribute: false }) planted: Planted | undefined;
  #tested: { by: GeneExplanation; drawing: Drawing } | undefined;

  protected readonly subscription = new Subscription(this, () => this.explanations);

  static override styles = [
    controls,
    verdictStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("symbols")) this.#tested = undefined;
  }

  override render() {
    const { problems } = this.explanations.state;
    return html`<section aria-label="Does it matter?">
      <h4>Does the prediction depend on it?</h4>
      ${
        problems.gene?.code === "another-model"
          ? html`<p class="small muted">${withCode(`${problems.gene.message} ${problems.gene.remedy}`)}</p>`
          : errorNotice("This gene could not be explained", problems.gene, () => this.explanations.dismiss("gene"))
      }
      ${this.#test()}
    </section>`;
  }

  #test() {
    const { shown, gene: found, problems } = this.explanations.state;
    if (found?.index !== this.gene.index)
      return problems.gene ? nothing : html`<p class="small muted" role="status">Explaining this gene…</p>`;
    const name = this.run.genes[this.gene.index];
    const test = geneDeletion(this.run, found, this.symbols);
    const tested =
      this.#tested?.by === found ? this.#tested : (this.#tested = { by: found, drawing: deletionDrawing(test, name) });
    const sentence = deletionSentence(test, shown);
    return html`
      ${
        sentence
          ? html`<p class="verdict" role="status">${sentence}</p>`
          : html`<p class="small muted">Class optimisation is tested too once its inputs are found.</p>`
      }
      <regulens-figure
        label="deletion test of ${name}"
        table=${this.run.tables[0].file}
        .drawing=${tested.drawing}
        .provenance=${this.provenance}
      ></regulens-figure>
      <regulens-planted .test=${found.deletion} .file=${this.planted?.file ?? ""} .gene=${name}></regulens-planted>
      ${
        this.run.genesOnGpu > 0
          ? html`<p class="small faint">WebGPU predicted; explanations are computed on the CPU.</p>`
          : nothing
      }
    `;
  }
}

/** Shown beside the figures of contributions and of attention; otherwise empty. */
@customElement("regulens-explained-why")
export class ExplainedWhy extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene!: GeneDetail;
  @property({ attribute: false }) explanations!: Explanations;
  /** Gene symbols from an annotation. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  protected readonly subscription = new Subscription(this, () => this.explanations);

  static override styles = [shared, choiceStyles];

  override render() {
    const { run, gene, explanations, symbols } = this;
    const { shown, baseline, gene: known, problems } = explanations.state;
    const explained = known?.index === gene.index ? known : undefined;
    if (shown === "alpha" && explained) return this.#worth(explained);
    if (shown !== "integrated-gradients") return nothing;
    const found = explained?.contributions;
    // The error is shown at the figure.
    if (!found && problems.gene) return nothing;
    const { genes } = run.tables[0];
    const together = found && togetherSentence(found, run.marks);
    return html`<div class="said small">
      <regulens-contrast-choice
        .offered=${contrastsOf(run.model.card)}
        .chosen=${baseline}
        .genes=${genes}
        .symbols=${symbols}
        gene=${genes[gene.index]!}
        ?ready=${found !== undefined}
        @choose=${({ detail }: CustomEvent<Compared>) => void explanations.compareWith(detail)}
      ></regulens-contrast-choice>
      ${
        found
          ? html`<p class="muted">${completenessSentence(found)}</p>
              <p class="muted">${marksSentence(found, run.marks)}</p>
              ${together ? html`<p class="muted">${together}</p>` : nothing}`
          : nothing
      }
    </div>`;
  }

  /** Renders the deletion areas, which show the worth of attention, beside it. */
  #worth({ deletion }: GeneExplanation) {
    const areas = areasInWords(deletion, ["alpha", "integrated-gradients", "signal", "random"]);
    return html`<p class="small muted worth">
      Where the model looked is not what its score rests on. The prediction of this gene falls, as bins are removed in
      the order of each, by an area of: ${areas}.
    </p>`;
  }
}

/** A line about the selected explanation; empty if the card says nothing about it. */
@customElement("regulens-chosen")
export class Chosen extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) explanations!: Explanations;
  protected readonly subscription = new Subscription(this, () => this.explanations);

  static override styles = [
    shared,
    // Without a line it takes no room.
    css`
      :host {
        display: contents;
      }
    `,
  ];

  override render() {
    const worth = worthInWords(this.run.model.card, this.explanations.state.shown);
    return worth ? html`<p class="small">${worth}</p>` : nothing;
  }
}

const CHOICES: readonly { readonly shown: Shown; readonly question: string; readonly method: string }[] = [
  { shown: "alpha", question: "What it looked at", method: "attention α" },
  { shown: "integrated-gradients", question: "What the score rests on", method: "integrated gradients" },
  { shown: "saliency", question: "What changes the score", method: "saliency" },
  { shown: "class-optimisation", question: "What the class looks like", method: "class optimisation" },
];

/** One gene explained. The default slot holds its signal with attention. */
@customElement("regulens-explained")
export class Explained extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene!: GeneDetail;
  @property({ attribute: false }) explanations!: Explanations;
  @property({ attribute: false }) provenance!: Provenance;
  /** Gene symbols from an annotation. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** True while the signal is being edited: then only the default slot is shown, which follows the edits. */
  @property({ type: Boolean }) changing = false;
  /** Contributions of the run's marks; those of this gene are added. */
  @property({ attribute: false }) shares: MarkShares | undefined;
  /** Classes of each gene that cannot be excluded. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** The explanation whose marks have been added to `shares`. */
  #learnt: GeneExplanation | undefined;
  #drawn: { by: object; shown: Shown; drawing: Drawing } | undefined;

  protected readonly subscription = new Subscription(this, () => this.explanations);
  protected readonly ofChecks = new Subscription(this, () => this.explanations.checks);

  static override styles = [
    controls,
    choiceStyles,
    css`
      .explained {
        display: grid;
        gap: var(--space-2);
      }

      @media print {
        .compact {
          display: none;
        }
      }

      .wait {
        display: grid;
        place-content: center;
        min-height: 9rem;
        gap: var(--space-3);
        justify-items: center;
        text-align: center;
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("symbols")) this.#drawn = undefined;
    this.explanations.follow(this.run);
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    const { gene, problems, baseline } = this.explanations.state;
    const { run, shares } = this;
    shares?.follow(run, run.marks, baseline);
    if (gene && gene !== this.#learnt)
      shares?.learn(gene.index, sharesOf(run.marks, gene.contributions), gene.contributions.baseline);
    this.#learnt = gene;
    // Requested once per gene; again if its explanation was discarded.
    if (gene?.index !== this.gene.index && (changed.has("gene") || !problems.gene))
      void this.explanations.explain(this.gene.index);
  }

  override render() {
    const { shown } = this.explanations.state;
    const name = headingOf(this.run.genes[this.gene.index], this.symbols);
    const looks = this.run.rows.length > 0;
    if (this.changing) return html`<slot></slot>`;
    return html`<div class="explained">
      ${this.#answer()}
      <fieldset class="compact">
        <legend class="visually-hidden">What is shown along ${name}</legend>
        ${CHOICES.filter(({ shown }) => looks || shown !== "alpha").map(
          (choice) =>
            html`<label title=${choice.question}>
              <input
                type="radio"
                name="shown"
                .checked=${choice.shown === shown}
                @change=${() => this.explanations.show(choice.shown)}
              />
              <span class="visually-hidden">${choice.question}: </span>${choice.method}
            </label>`,
        )}
      </fieldset>
      ${
        looks
          ? nothing
          : html`<p class="small muted">
              This variant attends to no bins, so that there is no α to show or to test. All else works as for the
              others.
            </p>`
      }
      ${shown === "alpha" ? html`<slot></slot>` : this.#along(shown, name)}
    </div>`;
  }

  /** The call of the gene, and the contributions of its marks. */
  #answer() {
    const { run, gene, sets } = this;
    const found = this.#found?.contributions;
    const shares = found && { values: sharesOf(run.marks, found), baseline: found.baseline };
    return ON_OFF_ANSWER.answerOf(run, gene.index, shares, undefined, sets);
  }

  /** Explanation of this gene, if known. */
  get #found(): GeneExplanation | undefined {
    const { gene } = this.explanations.state;
    return gene?.index === this.gene.index ? gene : undefined;
  }

  #along(shown: Exclude<Shown, "alpha">, name: string) {
    if (shown === "class-optimisation") return this.#classMap(name);
    const { gene } = this.explanations.state.problems;
    // For results of another model, the test beside this one gives the reason.
    if (!this.#found && gene)
      return gene.code === "another-model"
        ? nothing
        : errorNotice("This gene could not be explained", gene, () => this.explanations.dismiss("gene"));
    return shown === "integrated-gradients" ? this.#contributions(name) : this.#saliency(name);
  }

  #saliency(name: string) {
    const found = this.#found;
    const draw = (): Drawing => saliencyDrawing(this.run, this.gene, found, this.symbols);
    return html`<p class="small muted">
        The gradient of the score at this gene: it says what a little more signal in a bin would do, not what removing
        it would.
      </p>
      ${this.#figure(found ? `saliency of ${name}` : `signal of ${name}`, found ?? this.gene, draw)}
      ${found ? nothing : this.#wait()}`;
  }

  #contributions(name: string) {
    const found = this.#found;
    const draw = (): Drawing => contributionsDrawing(this.run, this.gene, found, this.symbols);
    const label = found ? `contributions to the score of ${name}` : `signal of ${name}`;
    return html`${this.#figure(label, found?.contributions ?? this.gene, draw)} ${found ? nothing : this.#wait()}`;
  }

  #classMap(name: string) {
    const { checks } = this.explanations;
    const { maps, doing, settings, problems } = checks.state;
    if (problems.classes)
      return errorNotice("The inputs could not be found", problems.classes, () => checks.dismiss("classes"));
    if (doing.classes)
      return html`<regulens-progress
        .activity=${doing.classes}
        cancellable
        @cancel=${() => checks.cancel("classes")}
      ></regulens-progress>`;
    if (!maps) {
      return html`<div class="wait">
        <p class="small muted">
          The inputs that the model is most sure are on, and off: one for each class, the same for all genes.
        </p>
        <button @click=${() => void checks.optimise()}>Find them (2 × ${settings.steps} steps)</button>
      </div>`;
    }
    const called = isOn(this.run.probability[this.gene.index]) ? "on" : "off";
    const map = maps[called];
    if (!map) return nothing;
    const of = explainedSet(this.run);
    return html`<p class="small muted">
        ${name} is predicted ${called}. This is the input that the model is most sure is ${called}: of the class, not of
        this gene.
      </p>
      ${this.#figure(`class optimisation, ${called}`, map, () => classDrawing(of, map, of.classes[called === "on" ? 0 : 1]))}`;
  }

  #figure(label: string, by: object, draw: () => Drawing) {
    const { shown } = this.explanations.state;
    const isDrawn = this.#drawn?.by === by && this.#drawn.shown === shown;
    const drawn = isDrawn ? this.#drawn! : (this.#drawn = { by, shown, drawing: draw() });
    return html`<regulens-figure
      label=${label}
      table=${this.run.tables[0].file}
      .drawing=${drawn.drawing}
      .provenance=${this.provenance}
    ></regulens-figure>`;
  }

  #wait() {
    // Shown while the engine for explanations loads.
    const { gene } = this.explanations.state.doing;
    if (gene?.progress) return html`<regulens-progress .activity=${gene}></regulens-progress>`;
    return html`<p class="small muted" role="status">Explaining this gene…</p>`;
  }
}
