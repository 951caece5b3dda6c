/** All genes of a run of a model that says which are on. */

import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { binAxis, formatProbability, formatValue, markColour } from "../../../plots";
import type { GeneNames } from "../../shared/genes/names";
import { standInValues } from "../../shared/tables/signal";
import { cardWindow } from "../../shared/tables/windows";
import { type Column, shade } from "../../../ui/grid";
import { inlineStyle } from "../../../ui/inline-style";
import { percent } from "../../../ui/words";
import type { NamedFilter } from "../filter";
import { type Filter, FIRST_LISTING, listGenes, lookedAt, type SortKey } from "../order";
import type { FinishedRun } from "../result";
import { rangeInWords } from "../sure/spread";
import { isSure, sureInWords } from "../sure/sets";
import { ListedGenes, movedColumn } from "../table";
import type { MeasuredGenes } from "./measured/measured";
import { isOn } from "./on";

const FILTERS: readonly NamedFilter<Filter>[] = [
  { filter: "all", name: "All" },
  { filter: "on", name: "Predicted on" },
  { filter: "off", name: "Predicted off" },
];
const MISSED: NamedFilter<Filter> = { filter: "missed", name: "Unlike their label" };
const JUDGED: readonly NamedFilter<Filter>[] = [
  { filter: "sure", name: "Sure" },
  { filter: "unsure", name: "Cannot say" },
];

/** The table of genes. */
@customElement("regulens-gene-table")
export class GeneTable extends ListedGenes<FinishedRun, SortKey, Filter, MeasuredGenes> {
  constructor() {
    super(FIRST_LISTING);
  }

  protected get filters(): readonly NamedFilter<Filter>[] {
    const isLabelled = this.run.tables[0].labels !== undefined || this.measured !== undefined;
    return [...FILTERS, ...(isLabelled ? [MISSED] : []), ...(this.sets ? JUDGED : [])];
  }

  protected list(names: GeneNames): Uint32Array {
    const { run, listing, everywhere, measured, sets, shares } = this;
    return listGenes(run, listing, everywhere?.moved, names, measured, sets, shares?.state.known);
  }

  protected get attention(): string | undefined {
    const { beta, rows } = this.run;
    if (rows.length === 0) return undefined;
    return beta.length > 0
      ? "β of each mark, and the bin with the highest α, in columns of their own"
      : "The bin with the highest α, in a column of its own";
  }

  protected get isAttentionFirst(): boolean {
    const { key = "" } = this.listing.sort ?? {};
    return key === "top" || key.startsWith("beta:");
  }

  protected legend(): string | undefined {
    if (!this.hasAttention) return undefined;
    return this.run.beta.length > 0
      ? "Under each mark: its β. Peak: the bin with the highest α of the top mark; flat if there is none."
      : "Peak: the bin with the highest α; flat if there is none.";
  }

  protected makeColumns(): readonly Column<SortKey>[] {
    const { run, sets, measured } = this;
    const { labels } = run.tables[0];
    const { card } = run.model;
    const axis = binAxis(run.bins, card.bin_size, cardWindow(card));
    const marks = run.marks.length;
    const standIns = standInValues(run.tables[0]);
    const isMeasured = (mark: string): boolean => !Object.hasOwn(standIns, mark);
    const columns: Column<SortKey>[] = [
      {
        key: "probability",
        name: "P(on)",
        title: "P(on), the probability that the gene is on; at or above a half it is predicted on",
        width: "4.4rem",
        cell: (gene) =>
          html`${shade(
              run.probability[gene],
              isOn(run.probability[gene]) ? "var(--color-on)" : "var(--color-off)",
            )}<span class="called">${isOn(run.probability[gene]!) ? "on" : "off"}</span> ${formatProbability(
              run.probability[gene],
            )}`,
        // A title alone: the column is narrow.
        ...(run.low && {
          text: (gene) =>
            `${formatProbability(run.probability[gene])} (${rangeInWords(run, gene, (value) => value.toFixed(2))})`,
        }),
      },
    ];
    if (sets)
      columns.push({
        key: "sure",
        name: "Sure",
        title: `Sure: the one class that is left in sets of ${percent(sets.coverage)}; “?” where neither can be excluded`,
        width: "3.2rem",
        cell: (gene) => (isSure(sets, gene) ? sets.of[gene]! : html`<span class="absent">?</span>`),
        text: (gene) => sureInWords(sets, gene),
      });
    columns.push(...movedColumn(this.everywhere, "P(on)", 3, "4.6rem"));
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
    columns.push(...this.sharesColumn("log-odds of on", "12rem"));
    if (this.hasAttention && run.beta.length > 0) {
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
          colour: isMeasured(mark) ? markColour(mark, this.plots.theme).line : undefined,
          cell: (gene) =>
            isMeasured(mark)
              ? html`${shade(
                  run.beta[gene * marks + i],
                  markColour(mark, this.plots.theme).line,
                )}${run.beta[gene * marks + i].toFixed(2)}`
              : html`<span class="absent">–</span>`,
        });
      });
    }
    if (this.hasAttention) {
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
            ><span class="mark-dot" style=${inlineStyle({ background: markColour(mark, this.plots.theme).line })}></span
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
        width: "3.6rem",
        cell: (gene) => (labels[gene] === 1 ? "on" : "off"),
      });
    return columns;
  }
}
