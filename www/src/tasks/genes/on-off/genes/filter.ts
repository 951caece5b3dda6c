/** Controls of the table of genes: a search, a choice of predictions, and the number of genes. */

import { html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatCount } from "../../../../plots";
import type { Filter, Listing } from "./order";
import { searchBox } from "../../../../ui/search-box";
import { controls, searchStyles, shared } from "../../../../ui/styles/shared";

const FILTERS: readonly { readonly filter: Filter; readonly name: string; readonly needs?: "labels" | "sets" }[] = [
  { filter: "all", name: "All" },
  { filter: "on", name: "Predicted on" },
  { filter: "off", name: "Predicted off" },
  { filter: "missed", name: "Unlike their label", needs: "labels" },
  { filter: "sure", name: "Sure", needs: "sets" },
  { filter: "unsure", name: "Cannot say", needs: "sets" },
];

/** Sends `listing` with the changed listing. */
@customElement("regulens-gene-filter")
export class GeneFilter extends LitElement {
  @property({ attribute: false }) listing!: Listing;
  @property({ attribute: false }) labelled = false;
  /** True if sets of classes are known. */
  @property({ attribute: false }) judged = false;
  @property({ attribute: false }) listed = 0;
  @property({ attribute: false }) genes = 0;
  /** Number of genes of the run of which these are a part. */
  @property({ attribute: false }) of: number | undefined;

  static override styles = [shared, controls, searchStyles];

  override render() {
    const { listing } = this;
    return html`<div class="filter">
      ${searchBox("a gene", listing.search, (search) => this.#change({ search }))}
      <label>
        <span class="visually-hidden">Which genes are listed</span>
        <select @change=${this.#choose}>
          ${FILTERS.filter(
            ({ needs }) => ({ labels: this.labelled, sets: this.judged })[needs ?? "labels"] || !needs,
          ).map(
            ({ filter, name }) => html`<option value=${filter} ?selected=${filter === listing.filter}>${name}</option>`,
          )}
        </select>
      </label>
      <p class="count small muted number" role="status">${this.#count()}</p>
    </div>`;
  }

  #count(): string {
    const { listed, genes, of } = this;
    const part = of === undefined ? "" : `, of the run’s ${formatCount(of)}`;
    return listed === genes
      ? `${formatCount(genes)} genes${part}`
      : `${formatCount(listed)} of ${formatCount(genes)} genes${part}`;
  }

  #choose = (event: Event): void => this.#change({ filter: (event.target as HTMLSelectElement).value as Filter });

  #change(change: Partial<Listing>): void {
    this.dispatchEvent(new CustomEvent("listing", { detail: { ...this.listing, ...change } }));
  }
}
