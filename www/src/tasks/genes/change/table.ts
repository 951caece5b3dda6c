/** All genes of a run of a model of a change. */

import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { markColour } from "../../../plots";
import type { GeneNames } from "../../shared/genes/names";
import type { Column } from "../../../ui/grid";
import { inlineStyle } from "../../../ui/inline-style";
import { percent } from "../../../ui/words";
import { formatSigned } from "../../../explain/everywhere/everywhere";
import { confidenceInWords } from "../sure/confidence";
import type { NamedFilter } from "../filter";
import { type ChangeFilter, type ChangeKey, FIRST_CHANGES, listChanges, topColumn } from "../order";
import { TWOFOLD } from "../twofold";
import { cellNamesOf, type ChangeRun } from "../result";
import { isSure, type Sets, sureInWords } from "../sure/sets";
import { ListedGenes, movedColumn } from "../table";
import { formatFold, isMeasured } from "./drawings";

const JUDGED: readonly NamedFilter<ChangeFilter>[] = [
  { filter: "sure", name: "Sure of the sign" },
  { filter: "unsure", name: "Cannot say the sign" },
];

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

/** The table of genes; `measured` are log2 fold changes, NaN where there is none. */
@customElement("regulens-change-table")
export class ChangeTable extends ListedGenes<ChangeRun, ChangeKey, ChangeFilter, Float32Array> {
  /** The greatest |log2 fold change|, which fills a bar. */
  #most = 1;

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("run"))
      this.#most = this.run.foldChange.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    if (changed.has("measured") && !this.measured && this.listing.filter === "missed")
      this.listing = { ...this.listing, filter: "all" };
    super.willUpdate(changed);
  }

  constructor() {
    super(FIRST_CHANGES);
  }

  protected get filters(): readonly NamedFilter<ChangeFilter>[] {
    const [a, b] = cellNamesOf(this.run);
    return [
      { filter: "all", name: "All" },
      { filter: "up", name: `Higher in ${b}, above +${TWOFOLD}` },
      { filter: "down", name: `Higher in ${a}, below −${TWOFOLD}` },
      { filter: "little", name: "Less than twofold" },
      ...(this.measured ? [{ filter: "missed", name: "Direction missed" } as const] : []),
      ...(this.sets ? JUDGED : []),
    ];
  }

  protected list(names: GeneNames): Uint32Array {
    const { run, measured, everywhere, listing, sets, shares } = this;
    const known = shares?.state.known;
    return listChanges({ ...run, measured, moved: everywhere?.moved, sets, shares: known }, listing, names);
  }

  protected legend() {
    const [a, b] = cellNamesOf(this.run);
    return html`log2 FC: log2((${b} + 1) / (${a} + 1)), positive for a gene that is higher in ${b}.`;
  }

  protected get attention(): string | undefined {
    return this.run.columns.length > 0 ? "The mark with the highest β, in a column of its own" : undefined;
  }

  protected get isAttentionFirst(): boolean {
    return this.listing.sort?.key === "top";
  }

  protected makeColumns(): readonly Column<ChangeKey>[] {
    const { run, measured, sets } = this;
    const { theme } = this.plots;
    const [a, b] = cellNamesOf(run);
    const { columns, expression, beta } = run;
    const expressed = (key: "a" | "b", name: string, cell: 0 | 1): Column<ChangeKey> => ({
      ...{ key, name, title: `Predicted log2(count + 1) in ${name}`, width: "3.2rem" },
      cell: (gene) => expression[2 * gene + cell]!.toFixed(1),
    });
    const ofMeasured: readonly Column<ChangeKey>[] = measured
      ? [
          {
            key: "measured",
            name: "Measured",
            title: "Measured log2 fold change",
            width: "4.8rem",
            cell: (gene) => (Number.isNaN(measured[gene]) ? "–" : formatFold(measured[gene]!)),
          },
          {
            key: "error",
            name: "Off by",
            title: "How far the prediction is from the measurement",
            width: "3.8rem",
            cell: (gene) =>
              Number.isNaN(measured[gene]) ? "–" : Math.abs(measured[gene]! - run.foldChange[gene]!).toFixed(2),
          },
        ]
      : [];
    const ofSets: readonly Column<ChangeKey>[] = sets
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
    const top: Column<ChangeKey> = {
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
        cell: (gene) => this.#bar(run.foldChange[gene]!),
        ...((sets || run.low) && {
          text: (gene) =>
            `${formatFold(run.foldChange[gene]!)} (${confidenceInWords(run, gene, { sets }, formatFold)})`,
        }),
      },
      ...ofSets,
      ...movedColumn(this.everywhere, "log2 FC", 2, "5.2rem"),
      ...ofMeasured,
      ...this.sharesColumn("log2 fold change", "14.5rem"),
      // Beside the marks there is no room for them.
      ...(expression.length > 0 && !this.hasShares ? [expressed("a", a, 0), expressed("b", b, 1)] : []),
      ...(this.hasAttention ? [top] : []),
    ];
  }

  /** The number over a bar that grows from the middle: to the right for a gene that is higher in B. */
  #bar(value: number) {
    const share = (50 * Math.min(1, Math.abs(value) / this.#most)).toFixed(1);
    const { theme } = this.plots;
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
}
