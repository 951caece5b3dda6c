/** Which genes respond most where the signal of all is changed alike. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { downloadName, type Provenance, saveFile } from "../../export";
import { columns as tsv } from "../../export/columns";
import { formatCount } from "../../plots/core/format";
import type { Drawing } from "../../ui/drawing";
import "../../ui/figure";
import { save } from "../../ui/icons";
import { controls, shared } from "../../ui/styles/shared";
import { tellNew } from "../../ui/unseen";
import { counted } from "../../ui/words";
import { type Everywhere, formatSigned, movedMost } from "./everywhere";
import { everywhereDrawing } from "./drawing";
import { inWords } from "../perturbation";

/** Genes that are named. */
const NAMED = 8;

/** What is asked of the genes: its name in words and in files, and its decimals. */
export interface Asked {
  readonly name: string;
  readonly column: "probability" | "log2_fold_change";
  readonly digits: number;
}

/** Sends `gene` with the position of one that is to be looked at, and `forget`. */
@customElement("regulens-everywhere")
export class EverywherePanel extends LitElement {
  @property({ attribute: false }) everywhere!: Everywhere;
  @property({ attribute: false }) asked!: Asked;
  /** What is predicted of the signal as it was measured, [N]. */
  @property({ attribute: false }) predicted!: Float32Array;
  @property({ attribute: false }) genes: readonly string[] = [];
  @property({ attribute: false }) marks: readonly string[] = [];
  /** What A and B are called; nothing for a model of one cell type. */
  @property({ attribute: false }) cells: readonly string[] = [];
  @property({ type: Number }) bins = 0;
  @property() file = "";
  @property({ attribute: false }) provenance!: Provenance;
  #drawing: Drawing | undefined;

  static override styles = [
    shared,
    controls,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-4);
      }

      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
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
    if (!changed.has("everywhere")) return;
    const { genes, predicted, everywhere, asked } = this;
    this.#drawing =
      asked.column === "probability"
        ? everywhereDrawing(genes, [predicted, everywhere.predicted], this.#words)
        : undefined;
  }

  override updated(): void {
    tellNew(this.renderRoot.querySelector("section"), this.everywhere, this.#heading, `${this.#inShort}.`);
  }

  get #words(): string {
    const { everywhere, marks, bins, cells } = this;
    return everywhere.changes.map((change) => inWords(change, marks, bins, cells)).join("; ");
  }

  get #heading(): string {
    return `${this.#words}, in all ${counted(this.genes.length, "gene")}`;
  }

  /** What came of it. */
  get #inShort(): string {
    const { asked, everywhere } = this;
    const [rise, fall] = [(value: number) => value > 0, (value: number) => value < 0];
    const [up, down] = [rise, fall].map((is) => formatCount(everywhere.moved.filter(is).length));
    return `${asked.name} rises in ${up} and falls in ${down} of them`;
  }

  override render() {
    const { asked, genes, everywhere, file } = this;
    const { moved } = everywhere;
    return html`<section class="panel" aria-labelledby="title">
      <div class="row">
        <h3 id="title">${this.#heading}</h3>
        <button class="small" @click=${() => saveFile(downloadName(file, "what-if", "tsv"), this.#tsv())}>
          ${save} All genes (TSV)
        </button>
        <button class="quiet small" @click=${() => this.dispatchEvent(new CustomEvent("forget"))}>Take it away</button>
      </div>
      <p class="small muted">
        ${this.#inShort}; the list of genes has Δ, the change, as a column. It tells what this model would say, computed
        on the CPU, not what a cell would do.
      </p>
      <div>
        <p class="small">Most:</p>
        <ol>
          ${movedMost(moved, NAMED).map(
            (gene) =>
              html`<li>
                <button class="small" title=${genes[gene]} @click=${() => this.#look(gene)}>
                  ${genes[gene]} <span class="number">${formatSigned(moved[gene]!, asked.digits)}</span>
                </button>
              </li>`,
          )}
        </ol>
      </div>
      ${
        this.#drawing
          ? html`<regulens-figure
              label="${asked.name} of all genes before and after"
              table=${file}
              .drawing=${this.#drawing}
              @choose=${(event: CustomEvent<number>) => this.#look(event.detail - 1)}
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
      genes.map((gene, i) => [gene, before[i]!, predicted[i]!, moved[i]!]),
    );
  }
}
