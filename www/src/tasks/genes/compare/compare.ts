/**
 * The kept runs side by side: what came of them in a line, the genes they share, and beside these one gene in all runs,
 * a part at a time.
 */

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { largestOf } from "../../../explain/answer-words";
import { downloadName, type Provenance, saveFile } from "../../../export";
import { formatCount } from "../../../plots";
import { type Comparison, comparisonTsv, unsharedTsv, valueIn, valuesIn, type KeptRun } from "./comparison";
import type { Comparing, ComparingState } from "./comparing";
import { type Facet, provenanceOf, scatterOf } from "./facet";
import { runName } from "../result";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { choiceStyles } from "../../shared/choice-styles";
import { worthInWords } from "../../shared/explanation-choice";
import { listed } from "../../../session/preparation";
import { counted } from "../../../ui/words";
import { bringTitle } from "../../../ui/reveal";
import "../../shared/compare-menu";
import "./table";
import type { Drawing } from "../../../ui/drawing";
import "../../../ui/figure";
import { save } from "../../../ui/icons";
import "./kept-runs";
import { errorNotice } from "../../../ui/notice";
import { progressOf } from "../../../ui/progress";
import { unsavedNotice } from "../../shared/remarks/results";
import { resultsStyles } from "../../shared/results-styles";
import { controls } from "../../../ui/styles/shared";
import { Subscription } from "../../../ui/subscription";
import { tellNew } from "../../../ui/unseen";

/** The comparison, or what is missing for one; nothing where no run is kept. */
@customElement("regulens-compare")
export class Compare extends LitElement {
  @property({ attribute: false }) comparing!: Comparing;
  @property({ attribute: false }) state!: ComparingState;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** Controls that keep more runs, for the head. */
  @property({ attribute: false }) controls: TemplateResult | undefined;
  /** Parts that are the outcome's own; absent until its elements are loaded. */
  @property({ attribute: false }) facet: Facet | undefined;
  /** The two runs shown side by side; in the scatter, the x-axis and the y-axis. */
  @internal() private pair: readonly [number, number] = [0, 1];
  /** The part that is shown of the gene, or of all genes: its marks, the place of a picture of attention, all genes. */
  @internal() private view: "marks" | "all" | number = "marks";
  /** The place that is read in all tracks at once. */
  @internal() private place: number | undefined;
  @internal() private failure = "";
  @internal() private seen = false;
  #tracks: readonly Drawing[] | undefined;
  #beta: Drawing | undefined;
  #scatter: Drawing | undefined;
  /** Pearson's r of the runs of the scatter, once it is known. */
  #r: number | undefined;
  protected readonly subscription = new Subscription(this, () => this.comparing?.page.correlations);
  #drawn: readonly unknown[] = [];
  readonly #look = new IntersectionObserver((entries) => {
    this.seen = entries.at(-1)?.isIntersecting ?? false;
  });

  static override styles = [
    controls,
    resultsStyles,
    choiceStyles,
    css`
      :host {
        container-type: inline-size;
      }

      .compare {
        display: grid;
        gap: var(--space-2);
      }

      .pair {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }

      .panel {
        min-width: 0;
        padding: var(--space-3);
      }

      .columns,
      .gene,
      .list,
      .tracks {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
      }

      .tracks {
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        align-items: start;
      }

      /* Names and answers take the same height in each, so that bars and tracks stand on one line. */
      .tracks > .panel {
        display: grid;
        grid-row: span 2;
        grid-template-rows: subgrid;
        gap: 0;
      }

      .gene {
        gap: var(--space-2);
      }

      .gene .head {
        justify-content: space-between;
      }

      /* A square as wide as the panel would be higher than the window. */
      .all regulens-figure {
        max-width: 32rem;
      }

      .tracks h4 {
        font-size: var(--text-sm);
        font-weight: var(--weight-medium);
        line-height: var(--leading-snug);
        overflow-wrap: anywhere;
        margin-block-end: var(--space-1);
      }

      @container (min-width: 50rem) {
        .columns {
          grid-template-columns: minmax(26rem, 3fr) minmax(0, 7fr);
          align-items: start;
        }

        /* In view beside a gene that is taller than the window. */
        .list {
          --table-height: clamp(16rem, calc(100vh - var(--bar-height, 0px) - 15rem), 56rem);
          position: sticky;
          inset-block-start: calc(var(--bar-height, 0px) + var(--space-3));
        }

        /* Room for the worth of attention. */
        .told {
          --table-height: clamp(16rem, calc(100vh - var(--bar-height, 0px) - 26rem), 56rem);
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#look.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#look.disconnect();
  }

  /** A run that was added to a comparison brings it into view, one that is back does not. */
  override updated(changed: PropertyValues<this>): void {
    // Nothing is computed unseen.
    if (this.seen) void this.comparing.explain();
    const before = changed.get("state");
    const { comparison, kept, removed } = this.state;
    const isMore = before !== undefined && kept.length > before.kept.length && removed === before.removed;
    if (isMore && comparison) return void bringTitle(this.renderRoot);
    const latest = kept.at(-1);
    if (isMore && latest)
      tellNew(this.renderRoot.querySelector("section"), latest, `Run ${latest.letter} is kept: ${runName(latest.run)}`);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { state, facet, symbols } = this;
    if (!facet) return;
    const { kept, comparison, comparedGene } = state;
    if (this.pair.some((run) => run >= kept.length)) this.pair = [0, 1];
    // One that is new takes the place of the second.
    const before = changed.get("state")?.kept.length;
    if (before !== undefined && before > 1 && kept.length > before) this.pair = [this.pair[0], kept.length - 1];
    const [x, y] = this.pair.map((run) => comparison && valuesIn(comparison, run));
    const r = x && y && this.comparing.page.correlations.of(x, y);
    if (!Object.is(r, this.#r) && this.#scatter) this.#scatter = { ...this.#scatter };
    this.#r = r;
    const drawn = [facet, kept, comparison, comparedGene, this.pair, symbols, this.view];
    if (drawn.every((each, i) => each === this.#drawn[i])) return;
    if (this.#drawn[3] !== comparedGene) this.place = undefined;
    this.#drawn = drawn;
    const details = comparedGene?.details;
    const at = typeof this.view === "number" ? this.view : undefined;
    this.#tracks = details && at !== undefined ? facet.pictures(kept)[at]?.tracks(kept, details, symbols) : undefined;
    this.#beta = comparison && comparedGene && facet.beta?.(kept, comparison, comparedGene.index, symbols);
    this.#scatter =
      comparison && comparison.genes.length > 0
        ? scatterOf(facet, kept, comparison, this.pair, () => this.#r, comparedGene?.index, symbols)
        : undefined;
  }

  override render() {
    const { facet } = this;
    const { kept, removed, comparison } = this.state;
    if (!facet || (kept.length === 0 && !removed)) return nothing;
    return html`<section
      class="compare"
      aria-labelledby="title"
      @failed=${(event: CustomEvent<Error>) => (this.failure = event.detail.message)}
    >
      <div class="head">
        <h2 id="title" tabindex="-1">Compare</h2>
        ${this.controls ?? nothing}
        ${
          comparison && comparison.genes.length > 0
            ? html`<button @click=${() => this.#saveShared(comparison)}>${save} Shared genes (TSV)</button>`
            : nothing
        }
        ${
          comparison?.unshared.some((genes) => genes > 0)
            ? html`<button class="quiet" @click=${this.#saveUnshared}>${save} Genes not in all (TSV)</button>`
            : nothing
        }
      </div>
      ${unsavedNotice(this.failure, () => (this.failure = ""))}
      ${
        comparison && comparison.genes.length > 0
          ? html`<p data-result>${this.#result(facet, kept, comparison)}</p>`
          : nothing
      }
      <regulens-kept-runs .comparing=${this.comparing} .state=${this.state} .facet=${facet}></regulens-kept-runs>
      ${comparison ? this.#comparison(facet, kept, comparison) : this.#more()}
    </section>`;
  }

  #more() {
    const { kept } = this.state;
    if (kept.length === 0) return nothing;
    return html`<p class="small muted">
      Run ${kept[0].letter} is kept. Run another model or table and keep that too, or choose “Compare with…” beside the
      results.
    </p>`;
  }

  #comparison(facet: Facet, kept: readonly KeptRun[], comparison: Comparison) {
    const { genes } = comparison;
    const { comparing } = this;
    if (genes.length === 0) {
      const examples = kept.map(
        ({ letter, run }) => `${letter} has ${comparing.task.compared(run).genes[0] ?? "no gene"}`,
      );
      return html`<regulens-notice tone="warning" heading="No gene is in all of these runs"
        ><p>
          Genes are matched by their names: ${listed(examples)}. Remove a run, or give its table the same names.
        </p></regulens-notice
      >`;
    }
    const { comparedGene } = this.state;
    const parts: readonly (readonly [typeof this.view, string])[] = [
      ["marks", "Marks"],
      ...facet.pictures(kept).map(({ name }, at) => [at, name] as const),
      ["all", "All genes"],
    ];
    return html`<div class="columns">
      <div class="list ${typeof this.view === "number" ? "told" : ""}">
        <regulens-compare-table
          class="panel"
          .facet=${facet}
          .kept=${kept}
          .comparison=${comparison}
          .symbols=${this.symbols}
          .selected=${comparedGene?.index}
          @select=${(event: CustomEvent<number>) => void comparing.compareGene(event.detail)}
        ></regulens-compare-table>
        <p class="small muted">${this.#matched(kept, comparison)}</p>
        ${typeof this.view === "number" ? this.#worth(kept) : nothing}
      </div>
      <div class="gene">
        <div class="head">
          <h3>
            ${
              this.view === "all"
                ? `${counted(genes.length, "shared gene")} in two runs`
                : comparedGene && `${headingOf(genes[comparedGene.index]!, this.symbols)} in ${this.#shownRuns}`
            }
          </h3>
          ${kept.length > 2 ? this.#pairChoice(kept) : nothing}
          <fieldset class="compact">
            <legend class="visually-hidden">Shown of the runs</legend>
            ${parts.map(
              ([part, name]) =>
                html`<label
                  ><input
                    type="radio"
                    name="part"
                    .checked=${part === this.view}
                    @change=${() => (this.view = part)}
                  />${name}</label
                >`,
            )}
          </fieldset>
        </div>
        ${this.view === "all" ? this.#all(facet, kept) : this.#gene(facet, kept, comparison)}
      </div>
    </div>`;
  }

  /** The result in a line: how many genes the runs call differently, and the one that differs most. */
  #result(facet: Facet, kept: readonly KeptRun[], comparison: Comparison): string {
    const { genes, difference, runsHigh } = comparison;
    const most = difference.reduce((best, value, gene) => (value > difference[best]! ? gene : best), 0);
    const told = kept.map(({ letter }, run) => `${facet.format(valueIn(comparison, run, most))} in run ${letter}`);
    const name = headingOf(genes[most]!, this.symbols);
    const said = `${name} differs most: ${facet.asked} ${listed(told)}.`;
    if (facet.differ === undefined) return said;
    const differ = runsHigh.filter((high) => high > 0 && high < kept.length).length;
    return `${formatCount(differ)} of ${counted(genes.length, "shared gene")} ${facet.differ}; ${said}`;
  }

  /** The gene that is looked at, in each run as its own view answers: its call, its marks, then attention. */
  #gene(facet: Facet, kept: readonly KeptRun[], { genes, positions }: Comparison) {
    const { comparing } = this;
    const { comparedGene, doing, problems } = this.state;
    if (!comparedGene) return nothing;
    const { index, shares } = comparedGene;
    const name = headingOf(genes[index]!, this.symbols);
    const made = provenanceOf(kept);
    const baseline = comparing.contrast!;
    const named = shares?.map((values, i) =>
      facet.answer.rowsOf(kept[i]!.run).map((mark, row) => ({ mark, ...values[row]! })),
    );
    const most = named && largestOf(named.flat());
    return html`${doing.shares?.progress ? progressOf(doing.shares) : nothing}
      ${errorNotice("The contributions of marks could not be computed", problems.shares, () =>
        comparing.dismiss("shares"),
      )}
      <div class="tracks">
        ${this.pair
          .map((i) => [i, kept[i]!] as const)
          .map(
            ([i, { letter, run }]) =>
              html`<div class="panel">
                <h4>${letter}: ${runName(run)}</h4>
                ${
                  this.view === "marks"
                    ? facet.answer.answerOf(run, positions[i]![index]!, named && { values: named[i]!, baseline }, most)
                    : nothing
                }
                ${
                  this.#tracks
                    ? html`<regulens-figure
                        label="signal and attention of ${name} in run ${letter}"
                        table=${run.tables[0].file}
                        .drawing=${this.#tracks[i]}
                        .provenance=${made}
                        .place=${this.#isLinked(i) ? this.place : undefined}
                        @place=${(event: CustomEvent<number | undefined>) =>
                          this.#isLinked(i) && (this.place = event.detail)}
                      ></regulens-figure>`
                    : nothing
                }
              </div>`,
          )}
      </div>
      ${this.view === "marks" && facet.beta ? this.#weights(name, made) : nothing}`;
  }

  /** The worth of the attention that is shown, as the card of each model has it. */
  #worth(kept: readonly KeptRun[]) {
    return this.pair.map((i) => {
      const { letter, run } = kept[i]!;
      const worth = worthInWords(run.model.card, "alpha");
      return worth && html`<p class="small muted worth">Attention of ${letter}. ${worth}</p>`;
    });
  }

  /** β of the gene in each run. */
  #weights(name: string, made: Provenance) {
    if (!this.#beta) return html`<p class="small muted">None of these variants has a β.</p>`;
    return html`<div class="panel">
      <regulens-figure
        label="β of ${name} in each run"
        table=${this.#fileName}
        .drawing=${this.#beta}
        .provenance=${made}
      ></regulens-figure>
    </div>`;
  }

  /** All shared genes in two runs. */
  #all(facet: Facet, kept: readonly KeptRun[]) {
    const { comparing } = this;
    return html`<div class="panel all">
      <regulens-figure
        label="${facet.asked} in two runs"
        table=${this.#fileName}
        .drawing=${this.#scatter}
        .provenance=${provenanceOf(kept)}
        @choose=${(event: CustomEvent<number>) => void comparing.compareGene(event.detail - 1)}
      ></regulens-figure>
    </div>`;
  }

  /** Describes the matching of genes: the number of shared genes, and of those that are not. */
  #matched(kept: readonly KeptRun[], { genes, unshared, repeated }: Comparison): string {
    const alone = kept.flatMap(({ letter }, i) =>
      unshared[i] > 0 ? [`${formatCount(unshared[i])} of ${letter}`] : [],
    );
    const others = alone.length > 0 ? `not in all: ${listed(alone)}` : "no run has other genes";
    const twice =
      repeated > 0
        ? ` ${counted(repeated, "name occurs", "names occur")} more than once in a table; the first is used.`
        : "";
    return (
      `${counted(genes.length, "gene is", "genes are")} in all runs, matched by name; ${others}. Scales are the ` +
      `same in all pictures of a gene.${twice}`
    );
  }

  #pairChoice(kept: readonly KeptRun[]) {
    const choice = (at: 0 | 1, name: string) =>
      html`<label class="small"
        >${name}
        <select @change=${(event: Event) => this.#choosePair(at, Number((event.target as HTMLSelectElement).value))}>
          ${kept.map(({ letter }, i) => html`<option value=${i} ?selected=${this.pair[at] === i}>${letter}</option>`)}
        </select></label
      >`;
    const [first, second] = this.view === "all" ? ["x-axis", "y-axis"] : ["First", "Second"];
    return html`<div class="pair">${choice(0, first)} ${choice(1, second)}</div>`;
  }

  /** "each run", or the two of several. */
  get #shownRuns(): string {
    const { kept } = this.state;
    if (kept.length < 3) return "each run";
    return `runs ${listed(this.pair.map((run) => kept[run]!.letter))}`;
  }

  #choosePair(at: 0 | 1, run: number): void {
    const other = this.pair[1 - at] === run ? this.pair[at] : this.pair[1 - at];
    this.pair = at === 0 ? [run, other] : [other, run];
  }

  /** Returns true if a run's bins are those of the first, so that its tracks are read together with them. */
  #isLinked(run: number): boolean {
    const [first, other] = [this.state.kept[0].run, this.state.kept[run].run];
    return first.bins === other.bins && first.model.card.bin_size === other.model.card.bin_size;
  }

  /** Saved files are named by the first run's table. */
  get #fileName(): string {
    return this.state.kept[0]?.run.tables[0].file ?? "";
  }

  get #names(): string[] {
    return this.state.kept.map(({ letter, run }) => `${letter}: ${runName(run)}, SHA-256 ${run.model.sha256}`);
  }

  #saveShared(comparison: Comparison): void {
    const table = comparisonTsv(comparison, this.#names, this.facet!.column);
    saveFile(downloadName(this.#fileName, "comparison", "tsv"), table);
  }

  #saveUnshared = (): void => {
    const runs = this.state.kept.map(({ run }) => this.comparing.task.compared(run));
    saveFile(downloadName(this.#fileName, "not-shared", "tsv"), unsharedTsv(runs, this.#names));
  };
}
