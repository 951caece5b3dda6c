/** All genes of a run of a model of level. */

import { html } from "lit";
import { customElement } from "lit/decorators.js";
import { type Column, shade } from "../../../ui/grid";
import { percent } from "../../../ui/words";
import type { GeneNames } from "../../shared/genes/names";
import { attentionColumns, attentionInWords, attentionLegend, isOfAttention } from "../attention-columns";
import type { NamedFilter } from "../filter";
import { FIRST_LEVELS, type LevelKey, listLevels } from "./order";
import { type LevelRun, UNIT } from "../result";
import { rangeInWords } from "../sure/spread";
import { ListedGenes, movedColumn } from "../table";
import { formatLevel } from "./levels";
import type { MeasuredLevels } from "./measured";

/** The table of genes. */
@customElement("regulens-level-table")
export class LevelTable extends ListedGenes<LevelRun, LevelKey, "all", MeasuredLevels> {
  /** Level that fills a cell. */
  #most = 1;

  constructor() {
    super(FIRST_LEVELS);
  }

  protected get filters(): readonly NamedFilter<"all">[] {
    return [];
  }

  protected list(names: GeneNames): Uint32Array {
    const { run, listing, everywhere, measured, sets, shares } = this;
    const beside = { measured: measured?.values, moved: everywhere?.moved, sets, shares: shares?.state.known };
    return listLevels(run, listing, beside, names);
  }

  protected get attention(): string | undefined {
    return attentionInWords(this.run);
  }

  protected get isAttentionFirst(): boolean {
    return isOfAttention(this.listing.sort?.key);
  }

  protected legend(): string {
    return this.hasAttention ? attentionLegend(this.run) : `Level: ${UNIT}, as predicted.`;
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has("run")) this.#most = this.run.level.reduce((most, value) => Math.max(most, value), 1);
    super.willUpdate(changed);
  }

  protected makeColumns(): readonly Column<LevelKey>[] {
    const { run, sets, measured } = this;
    const { level } = run;
    const absent = html`<span class="absent">–</span>`;
    const columns: Column<LevelKey>[] = [
      {
        key: "level",
        name: "Level",
        title: `Predicted level, ${UNIT}`,
        width: "4.2rem",
        cell: (gene) =>
          html`${shade(Math.max(0, level[gene]!) / this.#most, "var(--color-on)")}${formatLevel(level[gene]!)}`,
        ...(run.low && { text: (gene) => `${formatLevel(level[gene]!)} (${rangeInWords(run, gene, formatLevel)})` }),
      },
    ];
    const intervals = sets?.intervals;
    if (intervals)
      columns.push({
        key: "interval",
        name: `${percent(sets.coverage)} interval`,
        title: `Interval of ${percent(sets.coverage)} of the level; sorted by its width`,
        width: "6.8rem",
        cell: (gene) => `${formatLevel(intervals.low[gene]!)} to ${formatLevel(intervals.high[gene]!)}`,
      });
    columns.push(...movedColumn(this.everywhere, "level", 2, "4.6rem"));
    if (measured)
      columns.push(
        {
          key: "measured",
          name: "Measured",
          title: `Measured ${UNIT}, of ${measured.file}`,
          width: "4.9rem",
          cell: (gene) => (Number.isNaN(measured.values[gene]) ? absent : formatLevel(measured.values[gene]!)),
        },
        {
          key: "error",
          name: "Off by",
          title: "How far the prediction is from the measurement",
          width: "3.8rem",
          cell: (gene) =>
            Number.isNaN(measured.values[gene]) ? absent : Math.abs(measured.values[gene]! - level[gene]!).toFixed(2),
        },
      );
    columns.push(...this.sharesColumn("level", "13.5rem"));
    if (this.hasAttention) columns.push(...attentionColumns(run, this.plots.theme));
    return columns;
  }
}
