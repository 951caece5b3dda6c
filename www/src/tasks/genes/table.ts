/** All genes of a run: sorted, filtered, searched. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { briefName, type MarkShare, mostOf, rangesInWords } from "../../explain/answer-words";
import { comparedWith } from "../../explain/contrasts";
import { type Everywhere, formatSigned } from "../../explain/everywhere/everywhere";
import type { MarkShares } from "../../explain/mark-shares";
import { formatCount, markColour } from "../../plots";
import { formatSigned as formatShare } from "../../plots/core/format";
import type { AttentionChoice } from "./attention-columns";
import { geneCell, geneTitle } from "./gene-cell";
import { geneNames, type Symbols } from "../shared/genes/names";
import { partIn } from "./tables/part";
import type { Column, Grid } from "../../ui/grid";
import "../../ui/grid";
import { inlineStyle } from "../../ui/inline-style";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { controls, searchStyles, stacked } from "../../ui/styles/shared";
import { Subscription } from "../../ui/subscription";
import { PlotTheme } from "../../ui/theme/theme";
import { type AnyListing, type Beside, type Lists, nextSort } from "./order";
import type { GenesRun } from "./result";
import type { Sets } from "./sure/sets";
import { searchBox } from "../../ui/search-box";

/** Parts of a listing that the controls change. */
interface Chosen {
  readonly filter: string;
  readonly search: string;
}

/** A filter of genes, and its name. */
export interface NamedFilter<Filter extends string = string> {
  readonly filter: Filter;
  readonly name: string;
}

/** Sends `listing` with the new listing; its default slot holds further controls. */
@customElement("regulens-gene-filter")
export class GeneFilter extends LitElement {
  @property({ attribute: false }) listing!: Chosen;
  @property({ attribute: false }) filters: readonly NamedFilter[] = [];
  @property({ attribute: false }) listed = 0;
  @property({ attribute: false }) genes = 0;
  /** Number of genes of the whole run, if these are a part. */
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
      <span class="visually-hidden">Genes listed</span>
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

/** An outcome, for the table of genes. */
export interface TableOf<Run extends GenesRun = GenesRun, Measured extends object = object> {
  readonly lists: Lists<Run, Measured>;
  /** Available filters. */
  filters(run: Run, beside: Beside<Measured>): readonly NamedFilter[];
  /** Columns after that of the names. */
  columns(run: Run, beside: Beside<Measured>, table: GeneTable): readonly Column<string>[];
  /** Meaning of the columns; undefined if they are self-explanatory. */
  legend(run: Run, hasAttention: boolean): TemplateResult | string | undefined;
  /** The choice of attention columns; undefined if there are none. */
  attention(run: Run): AttentionChoice | undefined;
}

/** A table of genes. Sends `select` with a gene's index, and `listing` with the new listing. */
@customElement("regulens-gene-table")
export class GeneTable extends LitElement {
  @property({ attribute: false }) of!: TableOf;
  @property({ attribute: false }) run!: GenesRun;
  /** Index of the selected gene. */
  @property({ attribute: false }) selected: number | undefined;
  @property({ attribute: false }) listing: AnyListing | undefined;
  /** Predictions of all genes after the same edit of their signal. */
  @property({ attribute: false }) everywhere: Everywhere | undefined;
  /** Measured values of the genes. */
  @property({ attribute: false }) measured: object | undefined;
  /** Prediction sets: classes, or signs with intervals, that cannot be excluded. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** Gene symbols from an annotation. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** Contributions of marks; without them there is no column for them. */
  @property({ attribute: false }) shares: MarkShares | undefined;
  /** The user's choice of columns: true for β and α instead of the answer; undefined to follow the list. */
  @internal() private isWeighed: boolean | undefined;
  readonly plots = new PlotTheme(this);
  protected readonly subscription = new Subscription(this, () => this.shares);
  #order: Uint32Array = new Uint32Array(0);
  /** True if the sort column differs from the session's. */
  #isNews = false;
  #columns: readonly Column<string>[] = [];
  /** The genes in view, and those whose marks were requested last. */
  #inView: readonly number[] = [];
  #seen = "";

  static override styles = [
    controls,
    stacked,
    css`
      button[aria-pressed="true"] {
        background: var(--color-surface-selected);
      }

      .legend {
        font-size: var(--text-xs);
        line-height: var(--leading-snug);
      }
    `,
  ];

  get #beside(): Beside {
    const { everywhere, measured, sets, shares } = this;
    return { moved: everywhere?.moved, measured, sets, shares: shares?.state.known };
  }

  /** The listing; by default the initial one. */
  get #listing(): AnyListing {
    return this.listing ?? this.of.lists.first;
  }

  /** The column that sorts. */
  get sortedBy(): string | undefined {
    return this.#listing.sort?.key;
  }

  /** True if attention columns replace the answer. */
  get hasAttention(): boolean {
    const { key = "" } = this.#listing.sort ?? {};
    const isSorted = key === "top" || key.startsWith("beta:");
    return this.of.attention(this.run) !== undefined && (this.isWeighed ?? isSorted);
  }

  /** True if there is a column for contributions of marks. */
  get hasShares(): boolean {
    return !this.hasAttention && (this.shares?.state.isAsked ?? false);
  }

  /**
   * The two largest contributions of marks for each gene, with their signs: side by side, or stacked where names of
   * cell types make them long, since a number that is cut would be misread.
   */
  sharesColumn(score: string, width: string, isStacked = false): Column<string>[] {
    const { shares, hasShares } = this;
    if (!shares || !hasShares) return [];
    const {
      known,
      baseline,
      doing: { shares: all, seen },
    } = shares.state;
    const doing = all ?? seen;
    const cell = ({ mark, value }: MarkShare) => {
      const { text } = markColour(mark.split(",")[0]!, this.plots.theme);
      const name = briefName(mark).replace(",", "");
      // Darker than in figures: it must be legible on the background of the selected row too.
      const color = `color-mix(in srgb, ${text} 80%, var(--color-ink))`;
      return html`<span><span style=${inlineStyle({ color })}>${name}</span> ${formatShare(value)}</span>`;
    };
    return [
      {
        key: "shares",
        name: "Marks",
        title:
          `The marks that contribute most to the ${score}, against ${comparedWith(baseline)}; sorted by the size of ` +
          "the first mark's contribution",
        width,
        isText: true,
        cell: (gene) => {
          const found = known.get(gene);
          return found
            ? html`<span
                class="mark shares ${isStacked ? "stacked" : ""}"
                title=${rangesInWords(mostOf(found)) ?? nothing}
                >${mostOf(found).map(cell)}</span
              >`
            : html`<span class="absent">${doing ? "…" : "–"}</span>`;
        },
      },
    ];
  }

  /** The choice of attention columns, and the request for the contributions of all listed genes. */
  #more() {
    const { hasAttention, shares } = this;
    const attention = this.of.attention(this.run);
    const { known, doing } = shares?.state ?? {};
    const isMissing = known && !doing?.shares && this.#order.some((gene) => !known.has(gene));
    return html`${
      doing?.seen
        ? html`<button
            class="quiet small"
            title="Ends the search for the marks that contribute most to the genes in view"
            @click=${() => shares?.endSeeing()}
          >
            Stop
          </button>`
        : nothing
    }
    ${
      isMissing
        ? html`<button
            class="quiet small"
            title="Finds which marks contribute most to each gene that is listed; it can be cancelled"
            @click=${() => {
              this.isWeighed = false;
              void shares?.find(this.#order);
            }}
          >
            Marks for all genes
          </button>`
        : nothing
    }
    ${
      attention === undefined
        ? nothing
        : html`<button
            class="quiet small"
            aria-pressed=${hasAttention}
            title=${attention.title}
            @click=${() => (this.isWeighed = !hasAttention)}
          >
            ${attention.weights}
          </button>`
    }`;
  }

  /** The genes that are listed, in order. */
  get listed(): Uint32Array {
    return this.#order;
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector<Grid>("regulens-grid")?.focus(options);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const { of, run } = this;
    const names = geneNames(run.genes, this.symbols);
    const beside = this.#beside;
    const list = (): Uint32Array => of.lists.list(run, this.#listing, beside, names);
    const isUnmeasured = changed.has("measured") && this.#listing.filter === "missed";
    if (isUnmeasured && !of.filters(run, beside).some(({ filter }) => filter === "missed"))
      this.listing = { ...this.#listing, filter: "all" };
    this.#columns = [
      {
        key: "gene",
        name: "Gene",
        title: "Gene",
        width: "minmax(6.5rem, 1fr)",
        cell: (gene) => geneCell(names, gene),
        text: (gene) => geneTitle(names, gene),
      },
      ...of.columns(run, beside, this),
    ];
    // Another run may have other columns; the search still applies.
    const { sort } = this.#listing;
    if (sort && !this.#columns.some(({ key }) => key === sort.key)) {
      this.listing = { ...this.#listing, sort: of.lists.first.sort };
      // Contributions are discarded with their run: saved tables are listed as here.
      this.#isNews = sort.key === "shares";
    }
    if (["run", "listing", "everywhere", "measured", "symbols", "sets"].some((each) => changed.has(each)))
      this.#order = list();
    // Contributions arrive one by one: genes are sorted by them once all requested ones have arrived.
    else if (sort?.key === "shares" && !this.shares?.state.doing.shares) {
      const order = list();
      if (order.some((gene, i) => gene !== this.#order[i])) this.#order = order;
    }
  }

  override updated(): void {
    // If sorted by them, each result would bring other genes into view.
    const isSorted = this.#listing.sort?.key === "shares";
    if (this.#inView.length > 0 && !this.hasAttention && !isSorted) {
      const { known, doing } = this.shares?.state ?? {};
      const wanted = known && this.#inView.filter((gene) => !known.has(gene)).join();
      // Requests in progress are not restarted.
      if (wanted && (!doing?.seen || !`,${this.#seen},`.endsWith(`,${wanted},`))) {
        this.#seen = wanted;
        void this.shares?.see(this.#inView);
      }
    }
    if (!this.#isNews) return;
    this.#isNews = false;
    this.#tell();
  }

  override render() {
    const { of, run, shares } = this;
    const listing = this.#listing;
    const legend = of.legend(run, this.hasAttention);
    return html`<regulens-gene-filter
        .listing=${listing}
        .filters=${of.filters(run, this.#beside)}
        .listed=${this.#order.length}
        .genes=${run.genes.length}
        .of=${run.tables.map(partIn).find((part) => part !== undefined)?.of}
        @listing=${(event: CustomEvent<Partial<AnyListing>>) => this.#change(event.detail)}
        >${this.#more()}</regulens-gene-filter
      >
      ${progressOf(shares?.state.doing.shares, () => {
        shares?.endSeeing();
        shares?.cancel("shares");
      })}
      ${errorNotice("Contributions could not be computed", shares?.state.problems.shares, () => shares?.dismiss("shares"))}
      <p class="legend muted" ?hidden=${legend === undefined}>${legend}</p>
      <regulens-grid
        label="Genes"
        .columns=${this.#columns}
        .order=${this.#order}
        .of=${run}
        .selected=${this.selected}
        .sort=${listing.sort}
        @sort=${({ detail }: CustomEvent<string>) => this.#change({ sort: nextSort(listing.sort, detail) })}
        @seen=${({ detail }: CustomEvent<readonly number[]>) => {
          this.#inView = detail;
          this.requestUpdate();
        }}
        @select=${({ detail }: CustomEvent<number>) => this.dispatchEvent(new CustomEvent("select", { detail }))}
      >
        No gene is listed. <button class="quiet" @click=${() => this.#change(of.lists.first)}>List all</button>
      </regulens-grid>`;
  }

  #change(change: Partial<AnyListing>): void {
    this.listing = { ...this.#listing, ...change };
    this.#tell();
  }

  #tell(): void {
    this.dispatchEvent(new CustomEvent("listing", { detail: this.listing }));
  }
}

/** The change of predictions after an edit of all signals; no column without one. */
export function movedColumn(
  { moved }: Pick<Beside, "moved">,
  asked: string,
  digits: number,
  width: string,
): Column<"moved">[] {
  if (!moved) return [];
  return [
    {
      key: "moved",
      name: `Δ ${asked}`,
      title: `Δ ${asked}: its change when the signal of all genes is changed`,
      width,
      cell: (gene) => formatSigned(moved[gene]!, digits),
    },
  ];
}

/** Columns of measured values, and of the differences from predictions. */
export function measuredColumns(
  predicted: Float32Array,
  measured: Float32Array,
  format: (value: number) => string,
  title: string,
): Column<"measured" | "error">[] {
  const known = (gene: number, text: (value: number) => string) =>
    Number.isNaN(measured[gene]) ? html`<span class="absent">–</span>` : text(measured[gene]!);
  return [
    { key: "measured", name: "Measured", title, width: "4.9rem", cell: (gene) => known(gene, format) },
    {
      key: "error",
      name: "Error",
      title: "How far the prediction is from the measurement",
      width: "3.8rem",
      cell: (gene) => known(gene, (value) => Math.abs(value - predicted[gene]!).toFixed(2)),
    },
  ];
}
