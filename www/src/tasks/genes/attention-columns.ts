/** Attention columns in a table of the genes of a run on one table. */

import { html } from "lit";
import { binAxis, markColour, type Theme } from "../../plots";
import { type Column, shade } from "../../ui/grid";
import { inlineStyle } from "../../ui/inline-style";
import { standInValues } from "../shared/tables/signal";
import { cardWindow } from "../shared/tables/windows";
import { lookedAt } from "./order";
import type { TableRun } from "./result";

/** Title of the choice of these columns; undefined for variants without α. */
export function attentionInWords({ beta, rows }: TableRun): string | undefined {
  if (rows.length === 0) return undefined;
  return beta.length > 0
    ? "β of each mark, and the bin with the highest α, in columns of their own"
    : "The bin with the highest α, in a column of its own";
}

/** Meaning of these columns. */
export function attentionLegend({ beta }: TableRun): string {
  return beta.length > 0
    ? "Under each mark: its β. Peak: the bin with the highest α of the top mark; flat if there is none."
    : "Peak: the bin with the highest α; flat if there is none.";
}

/** β of each mark, if the variant weights marks, and the bin with the highest α. */
export function attentionColumns(run: TableRun, theme: Theme): Column<"top" | `beta:${number}`>[] {
  const { card } = run.model;
  const axis = binAxis(run.bins, card.bin_size, cardWindow(card));
  const marks = run.marks.length;
  const standIns = standInValues(run.tables[0]);
  const isMeasured = (mark: string): boolean => !Object.hasOwn(standIns, mark);
  const weights = run.marks.map((mark, i): Column<`beta:${number}`> => ({
    key: `beta:${i}`,
    // Narrow columns omit histone 3 and break the rest in two lines; the title and the screen reader have the full
    // name.
    name: mark.replace(/^H3(?=K)/i, "").replace(/^(K\d+)(?=\D)/i, "$1\u200b"),
    title: isMeasured(mark)
      ? `β of ${mark}: the weight that attention gives it, not its effect`
      : `${mark}: not measured, ${standIns[mark]} stands in; its β means nothing`,
    width: "2.5rem",
    colour: isMeasured(mark) ? markColour(mark, theme).line : undefined,
    cell: (gene) =>
      isMeasured(mark)
        ? html`${shade(run.beta[gene * marks + i]!, markColour(mark, theme).line)}${run.beta[gene * marks + i]!.toFixed(2)}`
        : html`<span class="absent">–</span>`,
  }));
  const peak: Column<"top"> = {
    key: "top",
    name: "Peak",
    title:
      run.beta.length > 0 ? "Peak: the bin with the highest α of the top mark" : "Peak: the bin with the highest α",
    width: "5.75rem",
    cell: (gene) => {
      const mark = run.rows[run.topRow[gene]!] ?? "";
      if (!isMeasured(mark)) return html`<span class="absent" title="${mark} was not measured">–</span>`;
      return html`<span class="mark"
        ><span class="mark-dot" style=${inlineStyle({ background: markColour(mark, theme).line })}></span
        >${lookedAt(run, axis, gene)}</span
      >`;
    },
  };
  return [...(run.beta.length > 0 ? weights : []), peak];
}
