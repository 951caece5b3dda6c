/** Attention columns in a table of the genes of a run on one table. */

import { html } from "lit";
import { binAxis, markColour, type Theme } from "../../plots";
import { type Column, shade } from "../../ui/grid";
import { inlineStyle } from "../../ui/inline-style";
import { standInValues } from "../shared/signal";
import { cardWindow } from "../shared/windows";
import { lookedAt } from "./order";
import type { TableRun } from "./result";

/** A choice of attention columns. */
export interface AttentionChoice {
  /** The weights in them. */
  readonly weights: "α" | "β";
  readonly title: string;
}

/** The choice of these columns; undefined for variants without α. */
export function attentionChoice({ beta, rows }: TableRun): AttentionChoice | undefined {
  if (rows.length === 0) return undefined;
  return beta.length > 0
    ? { weights: "β", title: "Show columns for β of each mark and the bin with the highest α" }
    : { weights: "α", title: "Show a column for the bin with the highest α" };
}

/** Meaning of these columns. */
export function attentionLegend({ beta }: TableRun): string {
  return beta.length > 0
    ? "Under each mark: its β. Peak: the bin with the highest α of the top mark; flat if there is none."
    : "Peak: the bin with the highest α; flat if there is none.";
}

/** The bin with the highest α, and β of each mark, if the variant weights marks. */
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
      : `${mark}: not measured, ${standIns[mark]} stands in; its β is meaningless`,
    width: "2.3rem",
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
    width: "5.2rem",
    cell: (gene) => {
      const mark = run.rows[run.topRow[gene]!] ?? "";
      if (!isMeasured(mark)) return html`<span class="absent" title="${mark} was not measured">–</span>`;
      return html`<span class="mark"
        ><span class="mark-dot" style=${inlineStyle({ background: markColour(mark, theme).line })}></span
        >${lookedAt(run, axis, gene)}</span
      >`;
    },
  };
  return [peak, ...(run.beta.length > 0 ? weights : [])];
}
