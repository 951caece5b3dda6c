/**
 * The answer of one gene in an element: its line with the bars of marks, what each bin contributes, and attention with
 * its verdict. Loaded behind the first figure, and the engine that it takes after it.
 */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state as internal } from "lit/decorators.js";
import type { WorkOptions } from "../../../../pkg/src/index";
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
import { headingOf } from "../shared/genes/names";
import { lateSignal } from "./late-signal";
import type { GenesRun } from "./result";
import type { Sets } from "./sure/sets";

/** Explains a gene of a table, or of two. */
export interface AnswerSource<Runner, Tables> {
  readonly runner: Runner;
  readonly tables: Tables;
  /** The gene's position in them. */
  readonly index: number;
  /** Fires when the view is left: the model is not its own any more. */
  readonly signal: AbortSignal;
}

/** A reader's wish for few downloads, where the browser tells of it. */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

/** The next turn after a frame: what stands is drawn before what takes long. */
function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/**
 * One gene with its answer; the default slot is its signal with the attention. Sends `failed` with an `Error` if it
 * cannot be explained.
 */
export abstract class Answered<
  Run extends GenesRun,
  Gene extends { readonly index: number },
  Source extends AnswerSource<unknown, unknown>,
> extends LitElement {
  @property({ attribute: false }) run!: Run;
  @property({ attribute: false }) gene!: Gene;
  @property({ attribute: false }) source!: Source;
  @property({ attribute: false }) sets: Sets | undefined;
  @property({ attribute: false }) provenance!: Provenance;
  /** Name of the table in saved files. */
  @property() file = "";
  /** True while attention is that of changed signal, which the answer is not of. */
  @property({ type: Boolean }) changed = false;
  @internal() private found: Contributions | undefined;
  @internal() private problem: PlainError | undefined;
  @internal() private activity: Activity | undefined;
  /** True once a reader has asked for contributions, of a gene or of any before it. */
  @internal() private isAsked = false;
  #controller: AbortController | undefined;
  #drawn: { readonly by: object; readonly drawing: Drawing } | undefined;

  /** Cost of contributions that a reader is asked to agree to; undefined where they come by themselves. */
  protected readonly costs: string | undefined = savesData() ? "Loads up to 0.6 MB." : undefined;
  /** Words for the score that contributions share out. */
  protected abstract readonly score: string;
  /** The line of the gene with the bars of marks, these once contributions are found. */
  protected abstract answer(found: Contributions | undefined): TemplateResult;
  /** Contributions of the bins; the signal alone until they are found. */
  protected abstract drawing(found: Contributions | undefined): Drawing;
  /** Finds the contributions. */
  protected abstract find(source: Source, options: WorkOptions): Promise<Contributions>;

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
    if (this.hasUpdated && !this.found) this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#controller?.abort();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has("source")) return;
    this.#controller?.abort();
    this.found = this.problem = this.activity = this.#drawn = undefined;
    this.#begin();
  }

  override render() {
    const { run, gene, found, changed } = this;
    const name = headingOf(run.genes[gene.index]!, undefined);
    const by = found ?? gene;
    if (this.#drawn?.by !== by) this.#drawn = { by, drawing: this.drawing(found) };
    const together = found?.marks && togetherSentence(found, run.marks);
    const worth = worthInWords(run.model.card, "alpha");
    return html`<div class="answer">${this.answer(found)}</div>
      <div class="both">
        <div class="where">
          <regulens-figure
            part="figure"
            label=${found ? `contributions to the score of ${name}` : `signal of ${name}`}
            table=${this.file}
            .drawing=${this.#drawn.drawing}
            .provenance=${this.provenance}
          ></regulens-figure>
          ${
            found
              ? html`<p class="small muted">
                  ${changed ? "Of the signal as measured. " : nothing}${completenessSentence(found, this.score)}
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

  /** Notices in place of contributions. */
  #wait() {
    const { problem, activity, costs } = this;
    if (problem)
      return html`${errorNotice("This gene could not be explained", problem)}
        <p><button class="small" @click=${this.#again}>Try again</button></p>`;
    if (activity?.progress) return html`<regulens-progress .activity=${activity}></regulens-progress>`;
    if (activity) return html`<p class="small muted" role="status">Explaining this gene…</p>`;
    return html`<p class="small muted">
      <button class="small" @click=${this.#again}>Explain this gene</button> ${costs}
    </p>`;
  }

  readonly #again = (): void => {
    this.isAsked = true;
    this.#begin();
  };

  #begin(): void {
    if (this.costs === undefined || this.isAsked) void this.#explain();
  }

  async #explain(): Promise<void> {
    const { source } = this;
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    const { signal } = controller;
    source.signal.addEventListener("abort", () => controller.abort(), { once: true, signal });
    if (source.signal.aborted) return;
    const activity = { name: "", began: performance.now() };
    [this.problem, this.activity] = [undefined, activity];
    try {
      await drawn();
      if (signal.aborted) return;
      const found = await this.find(source, {
        signal: lateSignal(signal),
        // One gene is explained at once; the engine that explains is what takes its time.
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
