/** All genes of a run of a model of a change: ranked, filtered, searched. */

import { css, html, LitElement } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { markColour } from "../../../../plots";
import { formatCount } from "../../../../plots/core/format";
import {
  type ChangeFilter,
  type ChangeKey,
  type ChangeListing,
  FIRST_CHANGES,
  listChanges,
  nextChangeSort,
  topColumn,
  TWOFOLD,
} from "./order";
import { type Everywhere, formatSigned } from "../../../../explain/everywhere/everywhere";
import type { ChangeRun } from "../result";
import { cellNamesOf, formatFold, isMeasured } from "../drawings";
import { geneCell, geneTitle } from "../../../shared/genes/cell";
import { type GeneNames, geneNames, type Symbols } from "../../../shared/genes/names";
import { confidenceInWords } from "../../confidence";
import { isSure, type Sets, sureInWords } from "../../sureness";
import { percent } from "../../../../ui/words";
import { partIn } from "../../../shared/tables/part";
import type { Column, Grid } from "../../../../ui/grid";
import "../../../../ui/grid";
import { inlineStyle } from "../../../../ui/inline-style";
import { searchBox } from "../../../../ui/search-box";
import { controls, searchStyles, shared } from "../../../../ui/styles/shared";
import { PlotTheme } from "../../../../ui/theme/context";

/** "H3K4me1 of A−B" */
function columnInWords(column: string): string {
  const [group = "", ...mark] = column.split("_");
  const of: Record<string, string> = { diff: "A−B", auxA: "aux. A", auxB: "aux. B" };
  return `${mark.join("_").replace(/^H3(?=K)/i, "")} ${of[group] ?? group}`;
}

/** "−0.4 to +1.2" */
function intervalOf({ intervals }: Sets, gene: number): string {
  return intervals ? `${formatSigned(intervals.low[gene]!, 1)} to ${formatSigned(intervals.high[gene]!, 1)}` : "";
}

/** The table of genes. Sends `select` with a gene's position, and `listing` with what it is to list. */
@customElement("regulens-change-table")
export class ChangeTable extends LitElement {
  @property({ attribute: false }) run!: ChangeRun;
  /** Measured log2 fold change, NaN where there is none. */
  @property({ attribute: false }) measured: Float32Array | undefined;
  @property({ attribute: false }) selected: number | undefined;
  @property({ attribute: false }) listing: ChangeListing = FIRST_CHANGES;
  /** Predictions for all genes, their signal changed alike. */
  @property({ attribute: false }) everywhere: Everywhere | undefined;
  /** Intervals of the changes, and the signs that they leave. */
  @property({ attribute: false }) sets: Sets | undefined;
  /** The symbols that an annotation gives the genes. */
  @property({ attribute: false }) symbols: Symbols | undefined;
  /** True if β has a column; until somebody chooses, where nothing else stands beside the change. */
  @internal() private isWeighed: boolean | undefined;
  #order: Uint32Array = new Uint32Array(0);
  #columns: readonly Column<ChangeKey>[] = [];
  /** The greatest |log2 fold change|, which fills a bar. */
  #most = 1;
  #plots = new PlotTheme(this);

  static override styles = [
    shared,
    controls,
    searchStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }

      .absent {
        color: var(--color-ink-faint);
      }

      button[aria-pressed="true"] {
        background: var(--color-surface-selected);
      }

      .legend {
        font-size: var(--text-xs);
        line-height: var(--leading-snug);
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
    if (changed.has("run"))
      this.#most = this.run.foldChange.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    if (changed.has("measured") && !this.measured && this.listing.filter === "missed")
      this.listing = { ...this.listing, filter: "all" };
    this.#columns = this.#makeColumns();
    const { sort } = this.listing;
    if (sort && !this.#columns.some(({ key }) => key === sort.key))
      this.listing = { ...this.listing, sort: FIRST_CHANGES.sort };
    if (["run", "listing", "measured", "everywhere", "symbols", "sets"].some((each) => changed.has(each))) {
      const { run, measured, everywhere, listing, sets } = this;
      this.#order = listChanges({ ...run, measured, moved: everywhere?.moved, sets }, listing, this.#names);
    }
  }

  override render() {
    const { listing, run } = this;
    const [a, b] = cellNamesOf(run);
    const listed = this.#order.length;
    const all = run.genes.length;
    const part = partIn(run.tables[0]) ?? partIn(run.tables[1]);
    const filters: readonly { filter: ChangeFilter; name: string }[] = [
      { filter: "all", name: "All" },
      { filter: "up", name: `Higher in ${b}, above +${TWOFOLD}` },
      { filter: "down", name: `Higher in ${a}, below −${TWOFOLD}` },
      { filter: "little", name: "Less than twofold" },
      ...(this.measured ? [{ filter: "missed", name: "Direction missed" } as const] : []),
      ...(this.sets
        ? ([
            { filter: "sure", name: "Sure of the sign" },
            { filter: "unsure", name: "Cannot say the sign" },
          ] as const)
        : []),
    ];
    return html`<div class="filter">
        ${searchBox("a gene", listing.search, (search) => this.#change({ search }))}
        <label>
          <span class="visually-hidden">Which genes are listed</span>
          <select
            @change=${(event: Event) =>
              this.#change({ filter: (event.target as HTMLSelectElement).value as ChangeFilter })}
          >
            ${filters.map(
              ({ filter, name }) =>
                html`<option value=${filter} ?selected=${filter === listing.filter}>${name}</option>`,
            )}
          </select>
        </label>
        <button
          class="quiet small"
          aria-pressed=${this.#hasBeta}
          title="The mark with the highest β, in a column of its own"
          @click=${() => (this.isWeighed = !this.#hasBeta)}
        >
          β
        </button>
        <p class="count small muted number" role="status">
          ${listed === all ? `${formatCount(all)} genes` : `${formatCount(listed)} of ${formatCount(all)} genes`}${
            part ? `, of the run’s ${formatCount(part.of)}` : ""
          }
        </p>
      </div>
      <p class="legend muted">log2 FC: log2((${b} + 1) / (${a} + 1)), positive for a gene that is higher in ${b}.</p>
      <regulens-grid
        label="Genes"
        .columns=${this.#columns}
        .order=${this.#order}
        .of=${run}
        .selected=${this.selected}
        .sort=${listing.sort}
        @sort=${(event: CustomEvent<ChangeKey>) => this.#change({ sort: nextChangeSort(listing.sort, event.detail) })}
        @select=${(event: CustomEvent<number>) =>
          this.dispatchEvent(new CustomEvent("select", { detail: event.detail }))}
      >
        No gene is listed. <button class="quiet" @click=${() => this.#change(FIRST_CHANGES)}>List all</button>
      </regulens-grid>`;
  }

  /** All columns at once are wider than a list beside its figure. */
  get #hasBeta(): boolean {
    const { run, measured, everywhere, listing } = this;
    const isAlone = !measured && !everywhere && !this.sets && run.expression.length === 0;
    return this.isWeighed ?? (isAlone || listing.sort?.key === "top");
  }

  get #names(): GeneNames {
    return geneNames(this.run.genes, this.symbols);
  }

  #makeColumns(): Column<ChangeKey>[] {
    const { run, measured, everywhere, sets } = this;
    const { theme } = this.#plots;
    const [a, b] = cellNamesOf(run);
    const { columns, expression, beta } = run;
    const names = this.#names;
    const number = (value: number | undefined): string =>
      value === undefined || Number.isNaN(value) ? "–" : formatFold(value);
    return [
      {
        key: "gene",
        name: "Gene",
        title: "Gene",
        width: "minmax(8.2rem, 1fr)",
        cell: (gene) => geneCell(names, gene),
        text: (gene) => geneTitle(names, gene),
      },
      {
        key: "change",
        name: "log2 FC",
        title: `Predicted log2 fold change, positive for a gene that is higher in ${b}`,
        width: "4.2rem",
        cell: (gene) => this.#bar(run.foldChange[gene]!),
        ...((sets || run.low) && {
          text: (gene) =>
            `${formatFold(run.foldChange[gene]!)} (${confidenceInWords(run, gene, { sets }, formatFold)})`,
        }),
      },
      ...(sets
        ? ([
            {
              key: "sure",
              name: `${percent(sets.coverage)} interval`,
              title: `Interval of ${percent(sets.coverage)} of the log2 fold change; faint where it holds 0`,
              width: "6.4rem",
              cell: (gene: number) => {
                const text = intervalOf(sets, gene);
                return isSure(sets, gene) ? text : html`<span class="absent">${text}</span>`;
              },
              text: (gene: number) => `${intervalOf(sets, gene)}, ${sureInWords(sets, gene)}`,
            },
          ] as const)
        : []),
      ...(everywhere
        ? ([
            {
              key: "moved",
              name: "Δ log2 FC",
              title: "Δ log2 FC: how much it moves where the signal of all genes is changed",
              width: "5.2rem",
              cell: (gene: number) => formatSigned(everywhere.moved[gene]!, 2),
            },
          ] as const)
        : []),
      ...(measured
        ? ([
            {
              key: "measured",
              name: "Measured",
              title: "Measured log2 fold change",
              width: "4.8rem",
              cell: (gene: number) => number(measured[gene]),
            },
            {
              key: "error",
              name: "Off by",
              title: "How far the prediction is from the measurement",
              width: "3.8rem",
              cell: (gene: number) =>
                Number.isNaN(measured[gene]) ? "–" : Math.abs(measured[gene]! - run.foldChange[gene]!).toFixed(2),
            },
          ] as const)
        : []),
      ...(expression.length > 0
        ? ([
            {
              key: "a",
              name: a,
              title: `Predicted log2(count + 1) in ${a}`,
              width: "3.2rem",
              cell: (gene: number) => expression[2 * gene]!.toFixed(1),
            },
            {
              key: "b",
              name: b,
              title: `Predicted log2(count + 1) in ${b}`,
              width: "3.2rem",
              cell: (gene: number) => expression[2 * gene + 1]!.toFixed(1),
            },
          ] as const)
        : []),
      ...(this.#hasBeta
        ? ([
            {
              key: "top",
              name: "Highest β",
              title: "The mark and encoder group with the highest β",
              width: "6.4rem",
              cell: (gene: number) => {
                const column = columns[topColumn(beta, columns.length, gene)] ?? "";
                const mark = column.split("_").slice(1).join("_");
                if (!isMeasured(run, column))
                  return html`<span class="absent" title="${columnInWords(column)}: not measured">–</span>`;
                return html`<span class="mark"
                  ><span class="mark-dot" style=${inlineStyle({ background: markColour(mark, theme).line })}></span
                  >${columnInWords(column)}</span
                >`;
              },
            },
          ] as const)
        : []),
    ];
  }

  /** The number over a bar that grows from the middle: to the right for a gene that is higher in B. */
  #bar(value: number) {
    const share = (50 * Math.min(1, Math.abs(value) / this.#most)).toFixed(1);
    const { theme } = this.#plots;
    return html`<span
        class="shade"
        style=${inlineStyle({
          width: `${share}%`,
          "margin-inline-start": value >= 0 ? "50%" : `${50 - Number(share)}%`,
          background: value >= 0 ? theme.on : theme.off,
        })}
      ></span
      >${formatFold(value)}`;
  }

  #change(change: Partial<ChangeListing>): void {
    this.listing = { ...this.listing, ...change };
    this.dispatchEvent(new CustomEvent("listing", { detail: this.listing }));
  }
}
