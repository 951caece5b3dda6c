/** All genes of a run: sorted, filtered, searched. Only the rows in view are drawn, so 20,000 scroll as 20 do. */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state as internal } from "lit/decorators.js";
import { inlineStyle } from "./inline-style";
import { binAxis, binCentre, formatPosition, formatProbability, markColour } from "../plots";
import { FIRST_LISTING, type Listing, listGenes, nextSort, type SortKey } from "../state/gene-order";
import { type RowWindow, scrollToRow, visibleRows } from "../state/windowing";
import type { FinishedRun } from "../worker/protocol";
import "./gene-filter";
import { geneTableStyles } from "./gene-table-styles";
import { markStyles } from "./mark-name";
import { controls, shared } from "./shared";
import { PlotTheme } from "./theme-context";

/** A column: what it is called, how it sorts, what a gene has in it. */
interface Column {
  readonly key: SortKey;
  readonly name: string;
  /** The name in full, for a screen reader and a tooltip. */
  readonly title: string;
  readonly width: string;
  readonly mark?: string;
  cell(gene: number): TemplateResult | string;
}

/** The table of genes. Sends `select` with a gene's position. */
@customElement("regulens-gene-table")
export class GeneTable extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  /** The gene that is looked at. */
  @property({ attribute: false }) selected: number | undefined;
  @internal() private listing: Listing = FIRST_LISTING;
  /** The row of the keyboard's cursor. */
  @internal() private active = 0;
  @internal() private rows: RowWindow = { first: 0, last: 0 };
  @query(".grid") private grid!: HTMLElement;
  #order: Uint32Array = new Uint32Array(0);
  #columns: readonly Column[] = [];
  #plots = new PlotTheme(this);
  #resized = new ResizeObserver(() => this.#look());

  static override styles = [shared, controls, markStyles, geneTableStyles];

  override disconnectedCallback(): void {
    this.#resized.disconnect();
    super.disconnectedCallback();
  }

  override firstUpdated(): void {
    this.#resized.observe(this.grid);
    this.#look();
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("run")) {
      // Another run may have other columns; what was searched for still stands.
      const { sort } = this.listing;
      if (sort?.key === "label" && !this.run.table.labels) this.listing = { ...this.listing, sort: FIRST_LISTING.sort };
    }
    if (changed.has("run") || changed.has("listing")) {
      this.#order = listGenes(this.run, this.listing);
      this.active = 0;
      if (this.grid) this.grid.scrollTop = 0;
      this.#look();
    }
    this.#columns = this.#makeColumns();
  }

  override render() {
    const count = this.#order.length;
    const { first, last } = this.rows;
    const shown = Array.from(this.#order.subarray(first, last));
    const template = this.#columns.map(({ width }) => width).join(" ");
    return html`<regulens-gene-filter
        .listing=${this.listing}
        .labelled=${this.run.table.labels !== undefined}
        .listed=${count}
        .genes=${this.run.probability.length}
        @listing=${(event: CustomEvent<Listing>) => (this.listing = event.detail)}
      ></regulens-gene-filter>
      <p class="legend muted">
        ${this.run.beta.length > 0 ? "Under each mark: its β. Looked at: where the α of the mark with the highest β is highest." : "Looked at: where α is highest."}
      </p>
      <div
        class="grid"
        role="grid"
        tabindex="0"
        aria-label="Genes"
        aria-rowcount=${count + 1}
        aria-colcount=${this.#columns.length}
        aria-activedescendant=${count > 0 ? `row-${this.active}` : nothing}
        @scroll=${this.#look}
        @keydown=${this.#key}
      >
        <div class="head row" role="row" aria-rowindex="1" style=${inlineStyle({ "grid-template-columns": template })}>
          ${this.#columns.map((column) => this.#head(column))}
        </div>
        <div class="body" role="rowgroup" style=${inlineStyle({ height: `${count * this.#rowHeight}px` })}>
          ${shown.map((gene, i) => this.#row(gene, first + i, template))}
        </div>
        ${count === 0 ? html`<p class="none">No gene is listed. <button class="quiet" @click=${() => (this.listing = FIRST_LISTING)}>List all</button></p>` : nothing}
      </div>`;
  }

  #head({ key, name, title, mark }: Column) {
    const { sort } = this.listing;
    const sorted = sort?.key === key ? (sort.descending ? "descending" : "ascending") : "none";
    const colour = mark ? markColour(mark, this.#plots.theme).line : "transparent";
    return html`<div role="columnheader" aria-sort=${sorted} aria-label=${title} class=${key === "gene" ? "" : "value"} style=${inlineStyle({ "border-block-end-color": colour })}>
      <button class="quiet" tabindex="-1" title=${title} @click=${() => this.#sort(key)}>
        <span>${name}</span><span class="arrow" aria-hidden="true">${sorted === "none" ? "" : sorted === "descending" ? "▼" : "▲"}</span>
      </button>
    </div>`;
  }

  #row(gene: number, position: number, template: string) {
    const classes = ["row", gene === this.selected ? "selected" : "", position === this.active ? "active" : ""].join(" ");
    return html`<div
      class=${classes}
      id="row-${position}"
      role="row"
      aria-rowindex=${position + 2}
      aria-selected=${gene === this.selected}
      style=${inlineStyle({ "grid-template-columns": template, transform: `translateY(${position * this.#rowHeight}px)` })}
      @click=${() => this.#choose(position)}
    >
      ${this.#columns.map(({ key, cell }) => html`<div role="gridcell" class=${key === "gene" ? "name" : "value"}>${cell(gene)}</div>`)}
    </div>`;
  }

  #makeColumns(): Column[] {
    const { run } = this;
    const { genes, labels } = run.table;
    const { window, bin_size } = run.model.card;
    const axis = binAxis(run.bins, bin_size, { anchor: window.anchor, upstream: window.upstream, downstream: window.downstream });
    const marks = run.marks.length;
    const shade = (share: number, colour: string): TemplateResult =>
      html`<span class="shade" style=${inlineStyle({ width: `${100 * Math.max(0, Math.min(1, share))}%`, background: colour })}></span>`;
    const columns: Column[] = [
      { key: "gene", name: "Gene", title: "Gene", width: "minmax(8.5rem, 1fr)", cell: (gene) => genes[gene] },
      {
        key: "probability",
        name: "P(on)",
        title: "P(on), the probability that the gene is on",
        width: "4.2rem",
        cell: (gene) => html`${shade(run.probability[gene], run.probability[gene] >= 0.5 ? "var(--color-on)" : "var(--color-off)")}${formatProbability(run.probability[gene])}`,
      },
    ];
    if (labels) columns.push({ key: "label", name: "Label", title: "Label in the table", width: "3rem", cell: (gene) => (labels[gene] === 1 ? "on" : "off") });
    if (run.beta.length > 0) {
      run.marks.forEach((mark, i) => {
        columns.push({
          key: `beta:${i}`,
          // Histone 3 goes without saying in a narrow column; the title and the screen reader have it in full.
          name: mark.replace(/^H3(?=K)/i, ""),
          title: `β of ${mark}: how much it was attended to`,
          width: "3.8rem",
          mark,
          cell: (gene) => html`${shade(run.beta[gene * marks + i], markColour(mark, this.#plots.theme).line)}${run.beta[gene * marks + i].toFixed(2)}`,
        });
      });
    }
    columns.push({
      key: "top",
      name: "Looked at",
      title: "Looked at: the bin with the highest α of the mark with the highest β",
      width: "5.75rem",
      cell: (gene) =>
        html`<span class="mark"
          ><span class="mark-dot" style=${inlineStyle({ background: markColour(run.marks[run.topMark[gene]] ?? "", this.#plots.theme).line })}></span>${formatPosition(binCentre(axis, run.topBin[gene] + 1))}</span
        >`,
    });
    return columns;
  }

  #sort(key: SortKey): void {
    this.listing = { ...this.listing, sort: nextSort(this.listing.sort, key) };
  }

  #choose(position: number): void {
    this.active = position;
    const gene = this.#order[position];
    if (gene !== undefined) this.dispatchEvent(new CustomEvent("select", { detail: gene }));
  }

  #key = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(this.#viewHeight / this.#rowHeight) - 1);
    const moves: Record<string, number | undefined> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.#order.length - 1,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.active = Math.max(0, Math.min(this.#order.length - 1, to));
      this.grid.scrollTop = scrollToRow(this.active, this.grid.scrollTop, this.#viewHeight, this.#rowHeight);
      this.#look();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#choose(this.active);
    }
  };

  /** Draws what has come into view. */
  #look = (): void => {
    if (!this.grid) return;
    const { first, last } = visibleRows(this.grid.scrollTop, this.#viewHeight, this.#rowHeight, this.#order.length);
    if (first !== this.rows.first || last !== this.rows.last) this.rows = { first, last };
  };

  /** Height of a row in pixels: the token's 2.25 rem at the reader's own text size. */
  get #rowHeight(): number {
    return 2.25 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  /** Height of the rows' part of the grid: all but the head, which stays in view. */
  get #viewHeight(): number {
    return this.grid.clientHeight - this.#rowHeight;
  }
}
