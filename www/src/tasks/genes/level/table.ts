/** All genes of a run of a model of level. */

import { html } from "lit";
import { type Column, shade } from "../../../ui/grid";
import { percent } from "../../../ui/words";
import { attentionColumns, attentionChoice, attentionLegend } from "../attention-columns";
import { type LevelRun, UNIT } from "../result";
import { rangeInWords } from "../sure/spread";
import { measuredColumns, movedColumn, type TableOf } from "../table";
import { formatLevel } from "../what-if";
import type { MeasuredLevels } from "./measured";
import { knownIn, type ListingBy, listsOf, PEAK } from "../order";

/** Sort key of a column of levels; `interval` sorts by the width of intervals. */
export type LevelKey =
  "gene" | "level" | "interval" | "moved" | "measured" | "error" | "shares" | "top" | `beta:${number}`;

/** Listing of levels, of which none is called high or low. */
export type LevelListing = ListingBy<LevelKey, "all">;

/** Which genes are listed, from the highest level to the lowest. */
export const LEVEL_LISTS = listsOf<LevelRun, { readonly values: Float32Array }>({
  first: "level",
  keys: {
    level: ["level", (run) => (gene) => run.level[gene]!],
    interval: [
      (descending) => `those with the ${descending ? "widest" : "narrowest"} intervals`,
      (_, { sets }) => {
        const { low, high } = sets?.intervals ?? {};
        return (gene) => (low && high ? high[gene]! - low[gene]! : Number.NaN);
      },
    ],
    measured: ["measured level", (_, { measured }) => knownIn(measured?.values)],
    error: [
      "error",
      (run, { measured }) =>
        (gene) =>
          Math.abs(run.level[gene]! - knownIn(measured?.values)(gene)),
    ],
    top: PEAK,
  },
});

/** The table of genes. */
export const LEVEL_TABLE: TableOf<LevelRun, MeasuredLevels> = {
  lists: LEVEL_LISTS,
  filters: () => [],
  attention: attentionChoice,
  legend: (run, hasAttention) => (hasAttention ? attentionLegend(run) : `Level: ${UNIT}, as predicted.`),
  columns(run, beside, table) {
    const { sets, measured } = beside;
    const { level } = run;
    // This level fills a cell.
    const most = level.reduce((most, value) => Math.max(most, value), 1);
    const intervals = sets?.intervals;
    const levels: Column<string> = {
      key: "level",
      name: "Level",
      title: `Predicted level, ${UNIT}`,
      width: "4.2rem",
      cell: (gene) => html`${shade(Math.max(0, level[gene]!) / most, "var(--color-on)")}${formatLevel(level[gene]!)}`,
      ...(run.low && { text: (gene) => `${formatLevel(level[gene]!)} (${rangeInWords(run, gene, formatLevel)})` }),
    };
    const interval: Column<string> | undefined = intervals && {
      key: "interval",
      name: `${percent(sets.coverage)} interval`,
      title: `Interval of ${percent(sets.coverage)} of the level; sorted by its width`,
      width: "6.8rem",
      cell: (gene) => `${formatLevel(intervals.low[gene]!)} to ${formatLevel(intervals.high[gene]!)}`,
    };
    return [
      levels,
      ...(interval ? [interval] : []),
      ...movedColumn(beside, "level", 2, "4.6rem"),
      ...(measured
        ? measuredColumns(level, measured.values, formatLevel, `Measured ${UNIT}, of ${measured.file}`)
        : []),
      ...table.sharesColumn("level", "13.5rem"),
      ...(table.hasAttention ? attentionColumns(run, table.plots.theme) : []),
    ];
  },
};
