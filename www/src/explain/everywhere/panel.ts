/** Lists the genes that respond most to the same edit of all signals. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { downloadName, type Provenance, saveFile } from "../../export";
import { columns as tsv } from "../../export/columns";
import { formatCount } from "../../plots/core/format";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import type { Correlations } from "../../session/correlations";
import { geneNames, inFull, type Symbols } from "../../tasks/shared/genes/names";
import { save } from "../../ui/icons";
import { controls, rowStyles } from "../../ui/styles/shared";
import { Subscription } from "../../ui/subscription";
import { bringOrTell } from "../../ui/unseen";
import { counted } from "../../ui/words";
import { type Everywhere, formatSigned, movedMost } from "./everywhere";
import { everywhereDrawing, type GenesBefore } from "./drawing";
import { inWords } from "../perturbation";

/** Number of genes that are named. */
const NAMED = 8;

/** Quantity predicted for the genes: its name in words and in files, and its decimals. */
export interface Asked {
  readonly name: string;
  readonly column: "probability" | "level" | "log2_fold_change";
  readonly digits: number;
  /** The figure of the genes before and after; default: that of P(on). */
  readonly drawing?: ((genes: GenesBefore, change: string) => Drawing) | undefined;
}

/** Sends `gene` with the index of a gene to show, and `forget`. */
@customElement("regulens-everywhere")
export class EverywherePanel extends LitElement {
  @property({ attribute: false }) everywhere!: Everywhere;
  @property({ attribute: false }) asked!: Asked;
  /** Predictions from the measured signal, [N]. */
  @property({ attribute: false }) predicted!: Float32Array;
  @property({ attribute: false }) genes: readonly string[] = [];
  /** Symbols of the genes, if known. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** Indices of the listed genes, to which the summary is restricted; undefined for all. */
  @property({ attribute: false }) listed: Uint32Array | undefined;
  @property({ attribute: false }) marks: readonly string[] = [];
  /** Names of A and B; empty for a model of one cell type. */
  @property({ attribute: false }) cells: readonly string[] = [];
  @property({ type: Number }) bins = 0;
  @property() file = "";
  @property({ attribute: false }) provenance!: Provenance;
  @property({ attribute: false }) correlations: Correlations | undefined;
  protected readonly subscription = new Subscription(this, () => this.correlations);
  #drawing: Drawing | undefined;
  /** Predictions before and after, for the listed genes, and Pearson's r, once it is known. */
  #before: Float32Array = new Float32Array();
  #after: Float32Array = new Float32Array();
  #r: number | undefined;
  /** The listed genes in the order of the table, and their shifts. */
  #chosen: readonly number[] = [];
  #moved: Float32Array = new Float32Array();

  static override styles = [
    controls,
    rowStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-4);
        scroll-margin-block: calc(var(--bar-height, 0px) + var(--space-3)) var(--space-3);
      }

      .row h3 {
        margin-inline-end: auto;
        overflow-wrap: anywhere;
      }

      ol {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-2);
      }

      li button {
        max-width: 20rem;
        overflow: hidden;
        text-overflow: ellipsis;
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("everywhere") || changed.has("listed")) this.#choose();
    const r = this.correlations?.of(this.#before, this.#after);
    if (!Object.is(r, this.#r) && this.#drawing) this.#drawing = { ...this.#drawing };
    this.#r = r;
  }

  /** Selects the listed genes. */
  #choose(): void {
    const { predicted, everywhere, asked } = this;
    this.#chosen = [...(this.listed ?? this.genes.keys())].sort((a, b) => a - b);
    const of = (values: Float32Array): Float32Array => Float32Array.from(this.#chosen, (gene) => values[gene]!);
    this.#moved = of(everywhere.moved);
    const genes = this.#chosen.map((gene) => this.genes[gene]!);
    [this.#before, this.#after] = [of(predicted), of(everywhere.predicted)];
    const draw = asked.drawing ?? everywhereDrawing;
    this.#drawing = draw({ genes, before: this.#before, after: this.#after, r: () => this.#r }, this.#words);
  }

  override updated(): void {
    bringOrTell(this.renderRoot.querySelector("section"), this.everywhere, this.#heading, `${this.#inShort}.`);
  }

  get #words(): string {
    const { everywhere, marks, bins, cells } = this;
    return everywhere.changes.map((change) => inWords(change, marks, bins, cells)).join("; ");
  }

  get #heading(): string {
    const all = counted(this.genes.length, "gene");
    return (
      `${this.#words}, in ` +
      `${this.listed ? `the ${formatCount(this.#chosen.length)} listed of ${all}` : `all ${all}`}`
    );
  }

  /** Summary of the outcome. */
  get #inShort(): string {
    const { asked } = this;
    const [rise, fall] = [(value: number) => value > 0, (value: number) => value < 0];
    const [up, down] = [rise, fall].map((is) => formatCount(this.#moved.filter(is).length));
    return `${asked.name} rises in ${up} and falls in ${down} of them`;
  }

  override render() {
    const { asked, file } = this;
    const { names } = geneNames(this.genes, this.symbols);
    return html`<section class="panel" aria-labelledby="title">
      <div class="row">
        <h3 id="title">${this.#heading}</h3>
        <button
          class="small"
          @click=${() =>
            saveFile(downloadName(file, "what-if", "tsv", this.listed ? "listed" : undefined), this.#tsv())}
        >
          ${save} ${this.listed ? "Listed" : "All"} genes (TSV)
        </button>
        <button class="quiet small" @click=${() => this.dispatchEvent(new CustomEvent("forget"))}>Take it away</button>
      </div>
      <p class="small muted">
        ${this.#inShort}; the list of genes shows the change, Δ, as a column; searching or filtering there narrows what
        is shown here. This is what the model would predict, computed on the CPU, not what a cell would do.
      </p>
      <div>
        <p class="small">Most:</p>
        <ol>
          ${movedMost(this.#moved, NAMED).map((at) => {
            const gene = this.#chosen[at]!;
            const name = names[gene]!;
            return html`<li>
              <button class="small" title=${inFull(name)} @click=${() => this.#look(gene)}>
                ${name.symbol ?? name.id}
                <span class="number">${formatSigned(this.#moved[at]!, asked.digits)}</span>
              </button>
            </li>`;
          })}
        </ol>
      </div>
      ${
        this.#drawing
          ? html`<regulens-figure
              label="${asked.name} of ${this.listed ? "listed" : "all"} genes before and after"
              table=${file}
              .drawing=${this.#drawing}
              @choose=${(event: CustomEvent<number>) => this.#look(this.#chosen[event.detail - 1]!)}
              .provenance=${this.provenance}
            ></regulens-figure>`
          : nothing
      }
    </section>`;
  }

  #look(gene: number): void {
    this.dispatchEvent(new CustomEvent("gene", { detail: gene }));
  }

  #tsv() {
    const { asked, genes, predicted: before, everywhere } = this;
    const { predicted, moved } = everywhere;
    return tsv(
      ["gene", asked.column, `${asked.column}_changed`, "change"],
      this.#chosen.map((gene) => [genes[gene]!, before[gene]!, predicted[gene]!, moved[gene]!]),
    );
  }
}
