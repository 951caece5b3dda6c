/** The genes that all kept runs share: the number of each run, the largest difference first. */

import { css, html, LitElement } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { formatCount } from "../../../plots/core/format";
import {
  type Comparison,
  type ComparisonFilter,
  type ComparisonKey,
  type ComparisonListing,
  FIRST_COMPARISON,
  listComparison,
  valueIn,
  type KeptRun,
} from "./comparison";
import { runName } from "../result";
import type { Facet } from "./facet";
import { geneCell, geneTitle } from "../gene-cell";
import { type GeneNames, geneNames, type Symbols } from "../../shared/genes/names";
import { type Column, shade } from "../../../ui/grid";
import "../../../ui/grid";
import { searchBox } from "../../../ui/search-box";
import { controls, searchStyles, stacked } from "../../../ui/styles/shared";

/** The table of shared genes. Sends `select` with a gene's position among them. */
@customElement("regulens-compare-table")
export class CompareTable extends LitElement {
  @property({ attribute: false }) facet!: Facet;
  @property({ attribute: false }) kept: readonly KeptRun[] = [];
  @property({ attribute: false }) comparison!: Comparison;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  @property({ attribute: false }) selected: number | undefined;
  @internal() private listing: ComparisonListing = FIRST_COMPARISON;
  #order: Uint32Array = new Uint32Array(0);

  static override styles = [
    controls,
    searchStyles,
    stacked,
    css`
      button {
        display: inline-flex;
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { sort } = this.listing;
    // The run by which it sorts may have been removed.
    if (sort?.key.startsWith("run:") && Number(sort.key.slice(4)) >= this.kept.length)
      this.listing = { ...this.listing, sort: FIRST_COMPARISON.sort };
    if (["comparison", "listing", "symbols"].some((each) => changed.has(each)))
      this.#order = listComparison(this.comparison, this.listing, this.#names);
  }

  override render() {
    const { listing, facet } = this;
    const [listed, genes] = [this.#order.length, this.comparison.genes.length];
    const filters = Object.entries({ all: "All shared genes", ...facet.filters });
    return html`<div class="filter">
        ${searchBox("a shared gene", listing.search, (search) => this.#change({ search }))}
        <label>
          <span class="visually-hidden">Shared genes listed</span>
          <select @change=${this.#choose}>
            ${filters.map(
              ([filter, name]) => html`<option value=${filter} ?selected=${filter === listing.filter}>${name}</option>`,
            )}
          </select>
        </label>
        <p class="count small muted number" role="status">
          ${listed === genes ? formatCount(genes) : `${formatCount(listed)} of ${formatCount(genes)}`} genes
        </p>
      </div>
      <regulens-grid
        label="Shared genes"
        .columns=${this.#columns()}
        .order=${this.#order}
        .selected=${this.selected}
        .sort=${listing.sort}
        @sort=${(event: CustomEvent<ComparisonKey>) => this.#sort(event.detail)}
        @select=${(event: CustomEvent<number>) =>
          this.dispatchEvent(new CustomEvent("select", { detail: event.detail }))}
      >
        No gene is listed. <button class="quiet" @click=${() => (this.listing = FIRST_COMPARISON)}>List all</button>
      </regulens-grid>`;
  }

  get #names(): GeneNames {
    return geneNames(this.comparison.genes, this.symbols);
  }

  #columns(): Column<ComparisonKey>[] {
    const { kept, comparison, facet } = this;
    const { difference } = comparison;
    const names = this.#names;
    const full = facet.full ?? difference.reduce((most, each) => Math.max(most, each), Number.MIN_VALUE);
    const ofRuns = kept.map(({ letter, run }, i): Column<ComparisonKey> => ({
      key: `run:${i}`,
      name: letter,
      title: `${facet.asked} in run ${letter}: ${runName(run)}`,
      width: kept.length > 2 ? "3.6rem" : "4.2rem",
      cell: (gene) => facet.cell(valueIn(comparison, i, gene)),
    }));
    // The difference before the runs: on a narrow page it is in view.
    return [
      {
        key: "gene",
        name: "Gene",
        title: "Gene",
        width: `minmax(${kept.length > 2 ? 7 : 8.5}rem, 1fr)`,
        cell: (gene) => geneCell(names, gene),
        text: (gene) => geneTitle(names, gene),
      },
      {
        key: "difference",
        name: "Difference",
        title: `Difference: the largest ${facet.asked} minus the smallest`,
        width: "6.25rem",
        cell: (gene) =>
          html`${shade(difference[gene] / full, "var(--color-ink-muted)")}${facet.difference(difference[gene])}`,
      },
      ...ofRuns,
    ];
  }

  #choose = (event: Event): void =>
    this.#change({ filter: (event.target as HTMLSelectElement).value as ComparisonFilter });

  #sort(key: ComparisonKey): void {
    const { sort } = this.listing;
    // Numbers from the largest, names from A; a second click turns it round.
    this.#change({ sort: { key, descending: sort?.key === key ? !sort.descending : key !== "gene" } });
  }

  #change(change: Partial<ComparisonListing>): void {
    this.listing = { ...this.listing, ...change };
  }
}
