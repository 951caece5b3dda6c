/** Controls of a table of genes: a search, a choice of predictions, and the number of genes. */

import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatCount } from "../../plots";
import { searchBox } from "../../ui/search-box";
import { controls, searchStyles } from "../../ui/styles/shared";

/** Parts of a listing that the controls change. */
interface Chosen {
  readonly filter: string;
  readonly search: string;
}

/** A choice of genes, and its name. */
export interface NamedFilter<Filter extends string = string> {
  readonly filter: Filter;
  readonly name: string;
}

/** Sends `listing` with what is to be listed; more controls stand in its default slot. */
@customElement("regulens-gene-filter")
export class GeneFilter extends LitElement {
  @property({ attribute: false }) listing!: Chosen;
  @property({ attribute: false }) filters: readonly NamedFilter[] = [];
  @property({ attribute: false }) listed = 0;
  @property({ attribute: false }) genes = 0;
  /** Number of genes of the run of which these are a part. */
  @property({ attribute: false }) of: number | undefined;

  static override styles = [controls, searchStyles];

  override render() {
    const { listing } = this;
    return html`<div class="filter">
      ${searchBox("a gene", listing.search, (search) => this.#change({ search }))}
      ${this.filters.length > 0 ? this.#filters() : nothing}
      <slot></slot>
      <p class="count small muted number" role="status">${this.#count()}</p>
    </div>`;
  }

  #filters() {
    return html`<label>
      <span class="visually-hidden">Which genes are listed</span>
      <select @change=${this.#choose}>
        ${this.filters.map(
          ({ filter, name }) =>
            html`<option value=${filter} ?selected=${filter === this.listing.filter}>${name}</option>`,
        )}
      </select>
    </label>`;
  }

  #count(): string {
    const { listed, genes, of } = this;
    const part = of === undefined ? "" : `, of the run’s ${formatCount(of)}`;
    return listed === genes
      ? `${formatCount(genes)} genes${part}`
      : `${formatCount(listed)} of ${formatCount(genes)} genes${part}`;
  }

  #choose = (event: Event): void => this.#change({ filter: (event.target as HTMLSelectElement).value });

  #change(detail: Partial<Chosen>): void {
    this.dispatchEvent(new CustomEvent("listing", { detail }));
  }
}
