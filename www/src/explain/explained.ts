/** One gene explained: where the model looked, or what changes its score. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Provenance } from "../export";
import type { Explanations, Shown } from "./explanations";
import type { MarkShares } from "./mark-shares";
import type { GeneExplanation } from "./result";
import { sharesOf } from "./answer-words";
import { explainedSet } from "../tasks/genes/explained-set";
import { ON_OFF_ANSWER } from "../tasks/genes/on-off/answer";
import { isOn } from "../tasks/genes/on-off/on";
import type { FinishedRun, GeneDetail } from "../tasks/genes/result";
import type { Sets } from "../tasks/genes/sure/sets";
import type { Drawing } from "../ui/drawing";
import { classDrawing, contributionsDrawing, saliencyDrawing } from "./drawings";
import { choiceStyles } from "../tasks/shared/choice-styles";
import "../ui/figure";
import { Subscription } from "../ui/subscription";
import { errorNotice } from "../ui/notice";
import "../ui/progress";
import { headingOf, type Symbols } from "../tasks/shared/genes/names";
import { controls } from "../ui/styles/shared";

const CHOICES: readonly { readonly shown: Shown; readonly question: string; readonly method: string }[] = [
  { shown: "alpha", question: "What it looked at", method: "attention α" },
  { shown: "integrated-gradients", question: "What the score rests on", method: "integrated gradients" },
  { shown: "saliency", question: "What changes the score", method: "saliency" },
  { shown: "class-optimisation", question: "What the class looks like", method: "class optimisation" },
];

/** One gene explained. The default slot is its signal with the attention. */
@customElement("regulens-explained")
export class Explained extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  @property({ attribute: false }) gene!: GeneDetail;
  @property({ attribute: false }) explanations!: Explanations;
  @property({ attribute: false }) provenance!: Provenance;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** True while the signal is being changed: then only the default slot is shown, which follows the changes. */
  @property({ type: Boolean }) changing = false;
  /** Contributions of the run's marks, which learn those of the gene. */
  @property({ attribute: false }) shares: MarkShares | undefined;
  /** Classes of each gene that cannot be excluded. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** The explanation that the contributions of all marks have. */
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
    // Asked once for each gene; again when its explanation was dropped.
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

  /** The call of the gene, and what its marks contribute to it. */
  #answer() {
    const { run, gene, sets } = this;
    const found = this.#found?.contributions;
    const shares = found && { values: sharesOf(run.marks, found), baseline: found.baseline };
    return ON_OFF_ANSWER.answerOf(run, gene.index, shares, undefined, sets);
  }

  /** Explanation of this gene, where there is one. */
  get #found(): GeneExplanation | undefined {
    const { gene } = this.explanations.state;
    return gene?.index === this.gene.index ? gene : undefined;
  }

  #along(shown: Exclude<Shown, "alpha">, name: string) {
    if (shown === "class-optimisation") return this.#classMap(name);
    const { gene } = this.explanations.state.problems;
    // For results of another model the test beside this says why there is nothing.
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
    // Told of while the engine comes that explains.
    const { gene } = this.explanations.state.doing;
    if (gene?.progress) return html`<regulens-progress .activity=${gene}></regulens-progress>`;
    return html`<p class="small muted" role="status">Explaining this gene…</p>`;
  }
}
