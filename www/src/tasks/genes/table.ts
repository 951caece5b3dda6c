/** All genes of a run: sorted, filtered, searched. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property, state as internal } from "lit/decorators.js";
import { briefName, type MarkShare, mostOf, rangesInWords } from "../../explain/answer-words";
import { comparedWith } from "../../explain/contrasts";
import { type Everywhere, formatSigned } from "../../explain/everywhere/everywhere";
import type { MarkShares } from "../../explain/mark-shares";
import { markColour } from "../../plots";
import { formatSigned as formatShare } from "../../plots/core/format";
import { geneCell, geneTitle } from "../shared/genes/cell";
import { type GeneNames, geneNames, type Symbols } from "../shared/genes/names";
import { partIn } from "../shared/tables/part";
import type { Column, Grid } from "../../ui/grid";
import "../../ui/grid";
import { inlineStyle } from "../../ui/inline-style";
import { errorNotice } from "../../ui/notice";
import { progressOf } from "../../ui/progress";
import { controls, stacked } from "../../ui/styles/shared";
import { Subscription } from "../../ui/subscription";
import { PlotTheme } from "../../ui/theme/theme";
import "./filter";
import type { NamedFilter } from "./filter";
import { type ListingBy, nextSort } from "./order";
import type { GenesRun } from "./result";
import type { Sets } from "./sure/sets";

/** A table of genes. Sends `select` with a gene's position, and `listing` with what it is to list. */
export abstract class ListedGenes<
  Run extends GenesRun,
  Key extends string,
  Filter extends string,
  Measured extends object,
> extends LitElement {
  @property({ attribute: false }) run!: Run;
  /** The gene that is looked at. */
  @property({ attribute: false }) selected: number | undefined;
  @property({ attribute: false }) listing: ListingBy<Key, Filter>;
  /** Predictions of all genes, with their signal changed alike. */
  @property({ attribute: false }) everywhere: Everywhere | undefined;
  /** Measured values of the genes. */
  @property({ attribute: false }) measured: Measured | undefined;
  /** Classes, or signs with intervals, that cannot be excluded. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** Contributions of marks; without them there is no column for them. */
  @property({ attribute: false }) shares: MarkShares | undefined;
  /** The user's choice of columns: true for β and α in place of the answer; until there is one, as the list needs. */
  @internal() private isWeighed: boolean | undefined;
  protected readonly plots = new PlotTheme(this);
  #order: Uint32Array = new Uint32Array(0);
  /** True if another column sorts than the session was told. */
  #isNews = false;
  #columns: readonly Column<Key>[] = [];
  /** The genes in view, and those of them whose marks were asked for last. */
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

  /** @param first The listing that it begins with. */
  constructor(private readonly first: ListingBy<Key, Filter>) {
    super();
    this.listing = first;
    new Subscription(this, () => this.shares);
  }

  /** Filters that there are. */
  protected abstract get filters(): readonly NamedFilter<Filter>[];

  /** Columns behind that of the names. */
  protected abstract makeColumns(): readonly Column<Key>[];

  /** Positions of the listed genes, in order. */
  protected abstract list(names: GeneNames): Uint32Array;

  /** Meaning of the columns; nothing where they speak for themselves. */
  protected abstract legend(): TemplateResult | string | undefined;

  /** Title of the choice of the columns of attention; nothing where there are none. */
  protected abstract get attention(): string | undefined;

  /** True if attention has its columns while nobody has chosen. */
  protected abstract get isAttentionFirst(): boolean;

  /** True if attention has its columns in place of the answer. */
  protected get hasAttention(): boolean {
    return this.attention !== undefined && (this.isWeighed ?? this.isAttentionFirst);
  }

  /** True if the contributions of marks have a column. */
  protected get hasShares(): boolean {
    return !this.hasAttention && (this.shares?.state.isAsked ?? false);
  }

  /** The two marks that contribute most to each gene, with their signs. */
  protected sharesColumn(score: string, width: string): Column<Key>[] {
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
      // Darker than in figures: it is read on the ground of the row that is chosen, too.
      const color = `color-mix(in srgb, ${text} 80%, var(--color-ink))`;
      return html`<span><span style=${inlineStyle({ color })}>${name}</span> ${formatShare(value)}</span>`;
    };
    return [
      {
        key: "shares" as Key,
        name: "Marks",
        title:
          `The marks that contribute most to the ${score}, against ${comparedWith(baseline)}; sorted by the size of ` +
          "the first mark's contribution",
        width,
        isText: true,
        cell: (gene) => {
          const found = known.get(gene);
          return found
            ? html`<span class="mark shares" title=${rangesInWords(mostOf(found)) ?? nothing}
                >${mostOf(found).map(cell)}</span
              >`
            : html`<span class="absent">${doing ? "…" : "–"}</span>`;
        },
      },
    ];
  }

  /** Choice of the columns of attention, and the request for the contributions of all that is listed. */
  #more() {
    const { attention, hasAttention, shares } = this;
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
            Marks of all
          </button>`
        : nothing
    }
    ${
      attention === undefined
        ? nothing
        : html`<button
            class="quiet small"
            aria-pressed=${hasAttention}
            title=${attention}
            @click=${() => (this.isWeighed = !hasAttention)}
          >
            β
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
    const names = geneNames(this.run.genes, this.symbols);
    this.#columns = [
      {
        key: "gene" as Key,
        name: "Gene",
        title: "Gene",
        width: "minmax(8.2rem, 1fr)",
        cell: (gene) => geneCell(names, gene),
        text: (gene) => geneTitle(names, gene),
      },
      ...this.makeColumns(),
    ];
    // Another run may have other columns; what was searched for still stands.
    const { sort } = this.listing;
    if (sort && !this.#columns.some(({ key }) => key === sort.key)) {
      this.listing = { ...this.listing, sort: this.first.sort };
      // Contributions are forgotten with their run: what is saved is listed as it is here.
      this.#isNews = sort.key === ("shares" as Key);
    }
    if (["run", "listing", "everywhere", "measured", "symbols", "sets"].some((each) => changed.has(each)))
      this.#order = this.list(names);
    // Contributions come one by one: genes take their places by them once all that were asked for are there.
    else if (sort?.key === ("shares" as Key) && !this.shares?.state.doing.shares) {
      const order = this.list(names);
      if (order.some((gene, i) => gene !== this.#order[i])) this.#order = order;
    }
  }

  override updated(): void {
    // Sorted by them, each that is found would bring others into view.
    const isSorted = this.listing.sort?.key === ("shares" as Key);
    if (this.#inView.length > 0 && !this.hasAttention && !isSorted) {
      const { known, doing } = this.shares?.state ?? {};
      const wanted = known && this.#inView.filter((gene) => !known.has(gene)).join();
      // Those that are being found are not begun anew.
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
    const { run, listing, shares } = this;
    const legend = this.legend();
    return html`<regulens-gene-filter
        .listing=${listing}
        .filters=${this.filters}
        .listed=${this.#order.length}
        .genes=${run.genes.length}
        .of=${run.tables.map(partIn).find((part) => part !== undefined)?.of}
        @listing=${(event: CustomEvent<Partial<ListingBy<Key, Filter>>>) => this.#change(event.detail)}
        >${this.#more()}</regulens-gene-filter
      >
      ${progressOf(shares?.state.doing.shares, () => {
        shares?.endSeeing();
        shares?.cancel("shares");
      })}
      ${errorNotice("Contributions could not be found", shares?.state.problems.shares, () => shares?.dismiss("shares"))}
      <p class="legend muted" ?hidden=${legend === undefined}>${legend}</p>
      <regulens-grid
        label="Genes"
        .columns=${this.#columns}
        .order=${this.#order}
        .of=${run}
        .selected=${this.selected}
        .sort=${listing.sort}
        @sort=${({ detail }: CustomEvent<Key>) => this.#change({ sort: nextSort<Key>(listing.sort, detail) })}
        @seen=${({ detail }: CustomEvent<readonly number[]>) => {
          this.#inView = detail;
          this.requestUpdate();
        }}
        @select=${({ detail }: CustomEvent<number>) => this.dispatchEvent(new CustomEvent("select", { detail }))}
      >
        No gene is listed. <button class="quiet" @click=${() => this.#change(this.first)}>List all</button>
      </regulens-grid>`;
  }

  #change(change: Partial<ListingBy<Key, Filter>>): void {
    this.listing = { ...this.listing, ...change };
    this.#tell();
  }

  #tell(): void {
    this.dispatchEvent(new CustomEvent("listing", { detail: this.listing }));
  }
}

/** The column of how much predictions move where the signal of all genes is changed; none where it is not. */
export function movedColumn(
  everywhere: Everywhere | undefined,
  asked: string,
  digits: number,
  width: string,
): Column<"moved">[] {
  if (!everywhere) return [];
  return [
    {
      key: "moved",
      name: `Δ ${asked}`,
      title: `Δ ${asked}: how much it moves where the signal of all genes is changed`,
      width,
      cell: (gene) => formatSigned(everywhere.moved[gene]!, digits),
    },
  ];
}
