/**
 * The answer of one gene in an element: its line with the bars of marks, each bin's contribution, and attention with
 * its verdict. Loaded after the first figure, followed by its engine.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import type { Prepared, Table, TableModel, WorkOptions } from "../../../../pkg/src/index";
import { type Contributed, sharesOf } from "../../explain/answer-words";
import type { Behind } from "../shared/view/job";
import { completenessSentence, togetherSentence } from "../../explain/contributions";
import type { Contributions } from "../../explain/result";
import type { Provenance } from "../../export";
import { type PlainError, plainOf } from "../../rpc/errors";
import type { Activity } from "../../rpc/working";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { errorNotice } from "../../ui/notice";
import "../../ui/progress";
import { controls } from "../../ui/styles/shared";
import { worthInWords } from "../shared/explanation-choice";
import { headingOf, type Symbols } from "../shared/genes/names";
import { fileOf, type GenesRun, type OneGene } from "./result";
import type { Sets } from "./sure/sets";

/** Milliseconds within which the next gene can share the engine being loaded. */
const GRACE = 500;

/** A signal that fires some time after another, so that requests in between share what is being loaded. */
export function lateSignal(signal: AbortSignal, milliseconds = GRACE): AbortSignal {
  const late = new AbortController();
  signal.addEventListener("abort", () => setTimeout(() => late.abort(), milliseconds), { once: true });
  return late.signal;
}

/** An outcome, for the answer of one gene and its explanation. */
export interface AnswerOf<
  Run extends GenesRun = GenesRun,
  Gene extends OneGene = OneGene,
  Runner extends TableModel = TableModel,
> {
  /** The attributed score, as a sentence starts with it: "Log2 fold change". */
  readonly score: string;
  /** In a view by itself, the cost of contributions, which readers must accept; absent if there is none. */
  readonly costs?: string;
  /** Names of the contributions: one row per mark; for two cell types those of A, then of B. */
  rowsOf(run: Run): readonly string[];
  /** The answer line, with bars once the marks' contributions are known; `most` fills a bar. */
  answerOf(run: Run, index: number, shares: Contributed | undefined, most?: number, sets?: Sets): TemplateResult;
  /** Contributions of the bins; only the signal until they are known. */
  drawingOf(run: Run, gene: Gene, found: Contributions | undefined, symbols?: Symbols): Drawing;
  /** Computes the contributions relative to the model's default contrast. */
  find(source: AnswerSource<Runner>, options: WorkOptions): Promise<Contributions>;
}

/** Explains a gene of one table, or of two. */
export interface AnswerSource<Runner extends TableModel = TableModel> extends Behind<AnswerOf> {
  readonly runner: Runner;
  readonly tables: readonly Table[];
  /** Genes present in both tables. */
  readonly prepared: Prepared;
  /** Index of the gene among them. */
  readonly index: number;
}

/** Returns true if the browser reports that the reader wants reduced data usage. */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

/** Resolves after the next frame, so that content is drawn before long work starts. */
function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/**
 * One gene with its answer; the default slot holds its signal with attention. Sends `failed` with an `Error` if it
 * cannot be explained.
 */
@customElement("regulens-answered")
export class Answered extends LitElement {
  @property({ attribute: false }) run!: GenesRun;
  @property({ attribute: false }) gene!: OneGene;
  @property({ attribute: false }) source!: AnswerSource;
  @property({ attribute: false }) sets: Sets | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  /** True while attention belongs to an edited signal, to which the answer does not apply. */
  @property({ type: Boolean }) changed = false;
  @internal() private of: AnswerOf | undefined;
  @internal() private found: Contributions | undefined;
  @internal() private problem: PlainError | undefined;
  @internal() private activity: Activity | undefined;
  /** True once the reader has requested contributions, for this gene or an earlier one. */
  @internal() private isAsked = false;
  #controller: AbortController | undefined;
  #drawn: { readonly by: object; readonly drawing: Drawing } | undefined;

  /** Cost of contributions to accept; undefined if they are computed without asking. */
  get #costs(): string | undefined {
    return this.of?.costs ?? (savesData() ? "Loads up to 0.6 MB." : undefined);
  }

  static override styles = [
    controls,
    css`
      :host,
      .where,
      .attention {
        display: grid;
        gap: var(--space-2);
        grid-template-columns: minmax(0, 1fr);
        align-content: start;
      }

      /* As much as is kept for it until it is there. */
      .answer {
        min-height: 6rem;
      }

      .where:empty {
        min-height: 34rem;
      }

      .both {
        display: grid;
        gap: var(--space-4);
        align-items: start;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
      }

      @media print {
        .answer {
          min-height: 0;
        }

        button,
        regulens-notice,
        regulens-progress,
        [role="status"] {
          display: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    // It was moved to another place of the page.
    if (this.of && !this.found) this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#controller?.abort();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("source")) return;
    this.#controller?.abort();
    this.of = this.found = this.problem = this.activity = this.#drawn = undefined;
    const { source } = this;
    void source.loaded.then((of) => {
      if (this.source !== source) return;
      this.of = of;
      this.#begin();
    });
  }

  override render() {
    const { of, run, gene, sets, found, changed } = this;
    if (!of)
      return html`<div class="answer"></div>
        <div class="both">
          <div class="where"></div>
          <div class="attention"><slot></slot></div>
        </div>`;
    const name = headingOf(run.genes[gene.index]!, undefined);
    const by = found ?? gene;
    if (this.#drawn?.by !== by) this.#drawn = { by, drawing: of.drawingOf(run, gene, found) };
    const together = found?.marks && togetherSentence(found, run.marks);
    const worth = worthInWords(run.model.card, "alpha");
    const shares = found && { values: sharesOf(of.rowsOf(run), found), baseline: found.baseline };
    return html`<div class="answer">${of.answerOf(run, gene.index, shares, undefined, sets)}</div>
      <div class="both">
        <div class="where">
          <regulens-figure
            part="figure"
            label=${found ? `contributions to the score of ${name}` : `signal of ${name}`}
            table=${fileOf(run)}
            .drawing=${this.#drawn.drawing}
            .provenance=${this.provenance}
          ></regulens-figure>
          ${
            found
              ? html`<p class="small muted">
                  ${changed ? "Of the signal as measured. " : nothing}${completenessSentence(found, of.score)}
                  ${together || nothing}
                </p>`
              : this.#wait()
          }
        </div>
        <div class="attention">
          <slot></slot>
          ${worth ? html`<p class="small muted worth">${worth}</p>` : nothing}
        </div>
      </div>`;
  }

  /** Notices shown instead of contributions. */
  #wait() {
    const { problem, activity } = this;
    if (problem)
      return html`${errorNotice("This gene could not be explained", problem)}
        <p><button class="small" @click=${this.#again}>Try again</button></p>`;
    if (activity?.progress) return html`<regulens-progress .activity=${activity}></regulens-progress>`;
    if (activity) return html`<p class="small muted" role="status">Explaining this gene…</p>`;
    return html`<p class="small muted">
      <button class="small" @click=${this.#again}>Explain this gene</button> ${this.#costs}
    </p>`;
  }

  readonly #again = (): void => {
    this.isAsked = true;
    this.#begin();
  };

  #begin(): void {
    if (this.#costs === undefined || this.isAsked) void this.#explain();
  }

  async #explain(): Promise<void> {
    const { of, source } = this;
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    const { signal } = controller;
    source.signal.addEventListener("abort", () => controller.abort(), { once: true, signal });
    if (!of || source.signal.aborted) return;
    const activity = { name: "", began: performance.now() };
    [this.problem, this.activity] = [undefined, activity];
    try {
      await drawn();
      if (signal.aborted) return;
      const found = await of.find(source, {
        signal: lateSignal(signal),
        // One gene is explained at once; loading the engine is what takes time.
        onProgress: (progress) => {
          if (!signal.aborted)
            this.activity = { ...activity, progress: progress.stage === "engine" ? progress : undefined };
        },
      });
      if (!signal.aborted) this.found = found;
    } catch (thrown) {
      if (signal.aborted) return;
      this.problem = plainOf(thrown);
      this.dispatchEvent(new CustomEvent("failed", { bubbles: true, composed: true, detail: thrown }));
    } finally {
      if (this.#controller === controller) this.activity = undefined;
    }
  }
}
