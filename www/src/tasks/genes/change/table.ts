/** All genes of a run of a model of a change. */

import { html } from "lit";
import { markColour, type Theme } from "../../../plots";
import type { Column } from "../../../ui/grid";
import { inlineStyle } from "../../../ui/inline-style";
import { percent } from "../../../ui/words";
import { formatSigned } from "../../../explain/everywhere/everywhere";
import { confidenceInWords } from "../sure/confidence";
import { JUDGED, knownIn, listsOf, SURE } from "../order";
import { formatFold, TWOFOLD } from "../what-if";
import { cellNamesOf, type ChangeRun } from "../result";
import { isSure, type Sets, sureInWords } from "../sure/sets";
import { measuredColumns, movedColumn, type NamedFilter, type TableOf } from "../table";
import { isMeasured } from "./drawings";

/** Fields of a run that the table lists. */
type Listed = Pick<ChangeRun, "genes" | "foldChange" | "expression" | "beta" | "columns">;

const BY_SETS: readonly NamedFilter[] = [
  { filter: "sure", name: "Confident sign" },
  { filter: "unsure", name: "Uncertain sign" },
];

/** A column in words: "H3K4me1 of A−B". */
function columnInWords(column: string): string {
  const [group = "", ...mark] = column.split("_");
  const of: Record<string, string> = { diff: "A−B", auxA: "aux. A", auxB: "aux. B" };
  return `${mark.join("_").replace(/^H3(?=K)/i, "")} ${of[group] ?? group}`;
}

/** An interval in words: "−0.4 to +1.2". */
function intervalOf({ intervals }: Sets, gene: number): string {
  return intervals ? `${formatSigned(intervals.low[gene]!, 1)} to ${formatSigned(intervals.high[gene]!, 1)}` : "";
}

/** A number over a bar from the middle: to the right for genes higher in B. */
function bar(value: number, most: number, theme: Theme) {
  const share = (50 * Math.min(1, Math.abs(value) / most)).toFixed(1);
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

/** The column of β with the highest weight in a gene. */
export function topColumn(beta: Float32Array, columns: number, gene: number): number {
  let best = 0;
  for (let column = 1; column < columns; column++)
    if (beta[gene * columns + column]! > beta[gene * columns + best]!) best = column;
  return best;
}

/** Lists of genes, from the largest increase to the largest decrease; measured values are changes. */
export const CHANGE_LISTS = listsOf<Listed, Float32Array>({
  first: "change",
  keys: {
    change: ["log2 fold change", (run) => (gene) => run.foldChange[gene]!],
    measured: ["measured log2 fold change", (_, { measured }) => knownIn(measured)],
    error: [
      "error",
      (run, { measured }) =>
        (gene) =>
          Math.abs(run.foldChange[gene]! - knownIn(measured)(gene)),
    ],
    sure: [(descending) => `those ${descending ? "with a confident sign" : "with an uncertain sign"} first`, SURE],
    a: ["prediction in A", (run) => (gene) => run.expression[2 * gene]!],
    b: ["prediction in B", (run) => (gene) => run.expression[2 * gene + 1]!],
    top: [
      () => "those sorted by the mark with the highest β",
      (run) => (gene) => topColumn(run.beta, run.columns.length, gene),
    ],
  },
  filters: {
    up: ["predicted higher in B by more than twofold", (run) => (gene) => run.foldChange[gene]! > TWOFOLD],
    down: ["predicted higher in A by more than twofold", (run) => (gene) => run.foldChange[gene]! < -TWOFOLD],
    little: ["predicted to change less than twofold", (run) => (gene) => Math.abs(run.foldChange[gene]!) <= TWOFOLD],
    missed: [
      "predicted in the wrong direction",
      (run, { measured }) =>
        (gene) => {
          const known = knownIn(measured)(gene);
          return Math.abs(known) > TWOFOLD && Math.sign(known) !== Math.sign(run.foldChange[gene]!);
        },
    ],
    sure: ["with a confident sign", JUDGED.sure],
    unsure: ["with an uncertain sign", JUDGED.unsure],
  },
});

/** The table of genes; `measured` are log2 fold changes, NaN if unknown. */
export const CHANGE_TABLE: TableOf<ChangeRun, Float32Array> = {
  lists: CHANGE_LISTS,
  filters(run, { measured, sets }) {
    const [a, b] = cellNamesOf(run);
    return [
      { filter: "all", name: "All" },
      { filter: "up", name: `Higher in ${b}, above +${TWOFOLD}` },
      { filter: "down", name: `Higher in ${a}, below −${TWOFOLD}` },
      { filter: "little", name: "Less than twofold" },
      ...(measured ? [{ filter: "missed", name: "Wrong direction" }] : []),
      ...(sets ? BY_SETS : []),
    ];
  },
  legend(run) {
    const [a, b] = cellNamesOf(run);
    return html`log2 FC: log2((${b} + 1) / (${a} + 1)), positive for a gene that is higher in ${b}.`;
  },
  attention: ({ columns }) =>
    columns.length > 0 ? { weights: "β", title: "Show a column for the mark with the highest β" } : undefined,
  columns(run, beside, table) {
    const { measured, sets } = beside;
    const { theme } = table.plots;
    const [a, b] = cellNamesOf(run);
    const { columns, expression, beta, foldChange } = run;
    // This value fills a bar.
    const most = foldChange.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    const expressed = (key: "a" | "b", name: string, cell: 0 | 1): Column<string> => ({
      ...{ key, name, title: `Predicted log2(count + 1) in ${name}`, width: "3.2rem" },
      cell: (gene) => expression[2 * gene + cell]!.toFixed(1),
    });
    const ofSets: readonly Column<string>[] = sets
      ? [
          {
            key: "sure",
            name: `${percent(sets.coverage)} interval`,
            title: `Interval of ${percent(sets.coverage)} of the log2 fold change; faint where it holds 0`,
            width: "6.4rem",
            cell: (gene) => {
              const text = intervalOf(sets, gene);
              return isSure(sets, gene) ? text : html`<span class="absent">${text}</span>`;
            },
            text: (gene) => `${intervalOf(sets, gene)}, ${sureInWords(sets, gene)}`,
          },
        ]
      : [];
    const top: Column<string> = {
      key: "top",
      name: "Highest β",
      title: "The mark and encoder group with the highest β",
      width: "7.4rem",
      isText: true,
      cell: (gene) => {
        const column = columns[topColumn(beta, columns.length, gene)] ?? "";
        const mark = column.split("_").slice(1).join("_");
        if (!isMeasured(run, column))
          return html`<span class="absent" title="${columnInWords(column)}: not measured">–</span>`;
        return html`<span class="mark"
          ><span class="mark-dot" style=${inlineStyle({ background: markColour(mark, theme).line })}></span
          >${columnInWords(column)}</span
        >`;
      },
    };
    return [
      {
        key: "change",
        name: "log2 FC",
        title: `Predicted log2 fold change, positive for a gene that is higher in ${b}`,
        width: "4.2rem",
        cell: (gene) => bar(foldChange[gene]!, most, theme),
        ...((sets || run.low) && {
          text: (gene) => `${formatFold(foldChange[gene]!)} (${confidenceInWords(run, gene, { sets }, formatFold)})`,
        }),
      },
      ...ofSets,
      ...movedColumn(beside, "log2 FC", 2, "5.2rem"),
      ...(measured ? measuredColumns(foldChange, measured, formatFold, "Measured log2 fold change") : []),
      ...table.sharesColumn("log2 fold change", "minmax(8.5rem, 1fr)", true),
      // There is no room for them beside the marks.
      ...(expression.length > 0 && !table.hasShares ? [expressed("a", a, 0), expressed("b", b, 1)] : []),
      ...(table.hasAttention ? [top] : []),
    ];
  },
};
