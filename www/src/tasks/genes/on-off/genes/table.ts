/** All genes of a run: sorted, filtered, searched. */

import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { binAxis, formatProbability, formatValue, markColour } from "../../../../plots";
import { FIRST_LISTING, type Listing, listGenes, nextSort, type SortKey } from "./order";
import { type Everywhere, formatSigned } from "../../../../explain/everywhere/everywhere";
import type { MeasuredGenes } from "../measured/measured";
import { rangeInWords } from "../../spread";
import { isSure, type Sets, sureInWords } from "../../sureness";
import { percent } from "../../../../ui/words";
import { lookedAt } from "./looked-at";
import { isOn } from "../on";
import type { FinishedRun } from "../result";
import { partIn } from "../../../shared/tables/part";
import { standInValues } from "../../../shared/tables/signal";
import { cardWindow } from "../../../shared/tables/windows";
import { geneCell, geneTitle } from "../../../shared/genes/cell";
import { type GeneNames, geneNames, type Symbols } from "../../../shared/genes/names";
import "./filter";
import { type Column, type Grid, shade } from "../../../../ui/grid";
import "../../../../ui/grid";
import { inlineStyle } from "../../../../ui/inline-style";
import { controls, shared } from "../../../../ui/styles/shared";
import { PlotTheme } from "../../../../ui/theme/context";

/** The table of genes. Sends `select` with a gene's position, and `listing` with what it is to list. */
@customElement("regulens-gene-table")
export class GeneTable extends LitElement {
  @property({ attribute: false }) run!: FinishedRun;
  /** The gene that is looked at. */
  @property({ attribute: false }) selected: number | undefined;
  @property({ attribute: false }) listing: Listing = FIRST_LISTING;
  /** Predictions of all genes, with their signal changed alike. */
  @property({ attribute: false }) everywhere: Everywhere | undefined;
  /** Measured expression of the genes. */
  @property({ attribute: false }) measured: MeasuredGenes | undefined;
  /** Classes of each gene that cannot be excluded. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  #order: Uint32Array = new Uint32Array(0);
  #columns: readonly Column<SortKey>[] = [];
  #plots = new PlotTheme(this);

  static override styles = [
    shared,
    controls,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }

      .legend {
        font-size: var(--text-xs);
        line-height: var(--leading-snug);
      }

      button {
        display: inline-flex;
      }
    `,
  ];

  /** The genes that are listed, in order. */
  get listed(): Uint32Array {
    return this.#order;
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<Grid>("regulens-grid")?.focus(options);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    this.#columns = this.#makeColumns();
    // Another run may have other columns; what was searched for still stands.
    const { sort } = this.listing;
    if (sort && !this.#columns.some(({ key }) => key === sort.key))
      this.listing = { ...this.listing, sort: FIRST_LISTING.sort };
    if (["run", "listing", "everywhere", "measured", "symbols", "sets"].some((each) => changed.has(each)))
      this.#order = listGenes(
        ...([this.run, this.listing, this.everywhere?.moved, this.#names, this.measured, this.sets] as const),
      );
  }

  override render() {
    return html`<regulens-gene-filter
        .listing=${this.listing}
        .labelled=${this.run.tables[0].labels !== undefined || this.measured !== undefined}
        .judged=${this.sets !== undefined}
        .listed=${this.#order.length}
        .genes=${this.run.probability.length}
        .of=${partIn(this.run.tables[0])?.of}
        @listing=${(event: CustomEvent<Listing>) => this.#list(event.detail)}
      ></regulens-gene-filter>
      <p class="legend muted" ?hidden=${this.run.rows.length === 0}>
        ${
          this.run.beta.length > 0
            ? "Under each mark: its β. Peak: the bin with the highest α of the top mark; flat if there is none."
            : "Peak: the bin with the highest α; flat if there is none."
        }
      </p>
      <regulens-grid
        label="Genes"
        .columns=${this.#columns}
        .order=${this.#order}
        .of=${this.run}
        .selected=${this.selected}
        .sort=${this.listing.sort}
        @sort=${(event: CustomEvent<SortKey>) => this.#sort(event.detail)}
        @select=${(event: CustomEvent<number>) =>
          this.dispatchEvent(new CustomEvent("select", { detail: event.detail }))}
      >
        No gene is listed. <button class="quiet" @click=${() => this.#list(FIRST_LISTING)}>List all</button>
      </regulens-grid>`;
  }

  get #names(): GeneNames {
    return geneNames(this.run.genes, this.symbols);
  }

  #makeColumns(): Column<SortKey>[] {
    const { run } = this;
    const { labels } = run.tables[0];
    const names = this.#names;
    const { card } = run.model;
    const axis = binAxis(run.bins, card.bin_size, cardWindow(card));
    const marks = run.marks.length;
    const standIns = standInValues(run.tables[0]);
    const isMeasured = (mark: string): boolean => !Object.hasOwn(standIns, mark);
    const columns: Column<SortKey>[] = [
      {
        key: "gene",
        name: "Gene",
        title: "Gene",
        width: "minmax(8.2rem, 1fr)",
        cell: (gene) => geneCell(names, gene),
        text: (gene) => geneTitle(names, gene),
      },
      {
        key: "probability",
        name: "P(on)",
        title: "P(on), the probability that the gene is on",
        width: "3.7rem",
        cell: (gene) =>
          html`${shade(
            run.probability[gene],
            isOn(run.probability[gene]) ? "var(--color-on)" : "var(--color-off)",
          )}${formatProbability(run.probability[gene])}`,
        // A title alone: the column is narrow.
        ...(run.low && {
          text: (gene) =>
            `${formatProbability(run.probability[gene])} (${rangeInWords(run, gene, (value) => value.toFixed(2))})`,
        }),
      },
    ];
    const { everywhere, sets } = this;
    if (sets)
      columns.push({
        key: "sure",
        name: "Sure",
        title: `Sure: the one class that is left in sets of ${percent(sets.coverage)}; “?” where neither can be excluded`,
        width: "3.2rem",
        cell: (gene) => (isSure(sets, gene) ? sets.of[gene]! : html`<span class="absent">?</span>`),
        text: (gene) => sureInWords(sets, gene),
      });
    if (everywhere)
      columns.push({
        key: "moved",
        name: "Δ P(on)",
        title: "Δ P(on): how much it moves where the signal of all genes is changed",
        width: "4.6rem",
        cell: (gene) => formatSigned(everywhere.moved[gene]!, 3),
      });
    const { measured } = this;
    if (measured)
      columns.push({
        key: "measured",
        name: "Measured",
        title: `Measured expression, of ${measured.file}`,
        width: "4.9rem",
        cell: (gene) =>
          Number.isNaN(measured.values[gene])
            ? html`<span class="absent">–</span>`
            : formatValue(measured.values[gene]),
      });
    if (run.beta.length > 0) {
      run.marks.forEach((mark, i) => {
        columns.push({
          key: `beta:${i}`,
          // Histone 3 goes without saying in a narrow column, which breaks the rest in two lines; the title and the
          // screen reader have it in full.
          name: mark.replace(/^H3(?=K)/i, "").replace(/^(K\d+)(?=\D)/i, "$1\u200b"),
          title: isMeasured(mark)
            ? `β of ${mark}: the weight that attention gives it, not its effect`
            : `${mark}: not measured, ${standIns[mark]} stands in; its β means nothing`,
          width: "2.5rem",
          colour: isMeasured(mark) ? markColour(mark, this.#plots.theme).line : undefined,
          cell: (gene) =>
            isMeasured(mark)
              ? html`${shade(
                  run.beta[gene * marks + i],
                  markColour(mark, this.#plots.theme).line,
                )}${run.beta[gene * marks + i].toFixed(2)}`
              : html`<span class="absent">–</span>`,
        });
      });
    }
    if (run.rows.length > 0) {
      columns.push({
        key: "top",
        name: "Peak",
        title:
          run.beta.length > 0 ? "Peak: the bin with the highest α of the top mark" : "Peak: the bin with the highest α",
        width: "5.75rem",
        cell: (gene) => {
          const mark = run.rows[run.topRow[gene]] ?? "";
          if (!isMeasured(mark)) return html`<span class="absent" title="${mark} was not measured">–</span>`;
          return html`<span class="mark"
            ><span
              class="mark-dot"
              style=${inlineStyle({ background: markColour(mark, this.#plots.theme).line })}
            ></span
            >${lookedAt(run, axis, gene)}</span
          >`;
        },
      });
    }
    // Last: what is there beside the marks is had by scrolling, if there is no room for all.
    if (labels)
      columns.push({
        key: "label",
        name: "Label",
        title: "Label in the table",
        width: "3rem",
        cell: (gene) => (labels[gene] === 1 ? "on" : "off"),
      });
    return columns;
  }

  #sort(key: SortKey): void {
    this.#list({ ...this.listing, sort: nextSort(this.listing.sort, key) });
  }

  #list(listing: Listing): void {
    this.listing = listing;
    this.dispatchEvent(new CustomEvent("listing", { detail: listing }));
  }
}
