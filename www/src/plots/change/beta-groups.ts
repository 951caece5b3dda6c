/**
 * Weights of the marks, encoder group by encoder group: of one gene, or of the genes that rise and of those that fall.
 */

import { scaleLinear } from "d3-scale";
import { formatAttention } from "../core/format";
import { type CellNames, groupName, groupsOf } from "./groups";
import { drawLegend, type LegendEntry, legendHeight } from "../core/legend";
import { markColour } from "../core/marks";
import type { PlotFrame } from "../core/options";
import { finite, roundTop } from "../core/scale";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth, wrap } from "../core/text";

/** One bar of a row. */
export interface WeightBar {
  readonly value: number;
  /** Standard deviation, drawn as a whisker to both sides. */
  readonly deviation?: number | undefined;
}

/** A set of bars, one a column. */
export interface WeightSeries {
  readonly name: string;
  /** Colour of its bars: the mark's own, or ink or grey as in the paper's figure. */
  readonly colour: "mark" | "ink" | "grey";
  /** By column; undefined where there is none, text where words stand in its place. */
  readonly bars: readonly (WeightBar | string | undefined)[];
}

/** Weights of marks by group. */
export interface BetaGroupsOptions extends PlotFrame {
  readonly heading: string;
  /** Text under the heading, in sentences. */
  readonly notes: readonly string[];
  /** Names of β's columns: `A_MARK`, `diff_MARK`, … */
  readonly columns: readonly string[];
  readonly cells: CellNames;
  readonly series: readonly WeightSeries[];
  /** Over how many columns the weights sum to 1. */
  readonly sumsOver: number;
}

function isBar(bar: WeightSeries["bars"][number]): bar is WeightBar {
  return typeof bar === "object";
}

function inWords(bar: WeightSeries["bars"][number]): string {
  return isBar(bar) ? formatAttention(finite(bar.value)) : (bar ?? "none");
}

const BAR = 9;
const LINE = 15;

/**
 * Bars in the columns' order under the name of their group, each labelled with its value; a line stands where all would
 * weigh the same.
 */
export function betaGroups({
  heading,
  notes,
  columns,
  cells,
  series,
  sumsOver,
  width,
  theme,
}: BetaGroupsOptions): string {
  const groups = groupsOf(columns);
  const marks = [...new Set(groups.flatMap(({ rows }) => rows.map(({ mark }) => mark)))];
  const lines = notes.flatMap((note) => wrap(note, width - 16, 11));
  const colours = { mark: theme.ink, ink: theme.ink, grey: theme.off };
  const legend: LegendEntry[] =
    series.length > 1
      ? series.map(({ name, colour }) => ({ sample: "area", colour: colours[colour], text: name }))
      : [];
  const uniform = 1 / Math.max(1, sumsOver);
  const reach = ({ value, deviation = 0 }: WeightBar): number => finite(value) + finite(deviation);
  const top = roundTop(
    Math.max(uniform * 1.25, ...series.flatMap(({ bars }) => bars.map((bar) => (isBar(bar) ? reach(bar) : 0)))),
  );
  const left = 16 + Math.min(0.36 * width, Math.max(24, ...marks.map((mark) => textWidth(mark, 12, "bold"))));
  const right = width - 16 - textWidth("0.000", 11);
  const x = scaleLinear().domain([0, top]).range([left, right]);
  /** Where text of this width stands that wants to begin at `from`: not on the line at the uniform weight. */
  const beside = (from: number, room: number): number =>
    from <= x(uniform) + 2 && from + room >= x(uniform) - 2 ? x(uniform) + 4 : from;
  const row = Math.max(18, series.length * (BAR + 2) + 7);

  let y = 20 + LINE * lines.length + 8;
  const legendY = y + 9;
  y += legendHeight(legend, width - 16);
  const first = y;
  const drawn: string[] = [];
  for (const { group, rows } of groups) {
    drawn.push(label(8, y + 19, groupName(group, cells), { "font-size": 12, "font-weight": "bold", fill: theme.ink }));
    y += 26;
    drawn.push(segment(left, y, left, y + row * rows.length, theme.lineStrong));
    for (const { mark, index } of rows) {
      const middle = y + row / 2;
      drawn.push(
        label(left - 8, middle + 4, fit(mark, left - 16, 12, "bold"), {
          "text-anchor": "end",
          "font-size": 12,
          "font-weight": "bold",
          fill: markColour(mark, theme).text,
        }),
      );
      series.forEach(({ colour, bars }, i) => {
        const bar = bars[index];
        if (bar === undefined) return;
        const at = middle + (i - (series.length - 1) / 2) * (BAR + 2);
        if (!isBar(bar)) {
          const words = fit(bar, width - left - 14, 10);
          drawn.push(
            element("rect", {
              x: left + 3,
              y: at - 5.5,
              width: textWidth(words, 10) + 4,
              height: 11,
              fill: theme.surface,
            }),
            label(left + 6, at + 3.5, words, { "font-size": 10 }),
          );
          return;
        }
        const end = x(Math.max(0, finite(bar.value)));
        const [low, high] = [x(Math.max(0, bar.value - finite(bar.deviation))), x(Math.min(top, reach(bar)))];
        const text = formatAttention(finite(bar.value));
        drawn.push(
          element("rect", {
            x: left,
            y: at - BAR / 2,
            width: Math.max(0, end - left),
            height: BAR,
            fill: colour === "mark" ? markColour(mark, theme).line : colours[colour],
          }),
          // Within the bar a whisker is cut out of it.
          bar.deviation ? segment(low, at, end, at, theme.surface, { "stroke-width": 1 }) : "",
          bar.deviation ? segment(end, at, high, at, theme.inkMuted, { "stroke-width": 1 }) : "",
          bar.deviation ? segment(high, at - 3, high, at + 3, theme.inkMuted, { "stroke-width": 1 }) : "",
          label(beside(Math.max(end, bar.deviation ? high : 0) + 5, textWidth(text, 10)), at + 3.5, text, {
            "font-size": 10,
            fill: theme.ink,
          }),
        );
      });
      y += row;
    }
  }
  const equal = `Mean β; dashed: uniform, 1/${sumsOver}`;
  const half = textWidth(equal, 11) / 2;
  const sentence = ({ group, rows }: (typeof groups)[number]): string =>
    `${groupName(group, cells)}: ${rows
      .map(
        ({ mark, index }) =>
          `${mark} ${series
            .map(({ name, bars }) => `${series.length > 1 ? `${name} ` : ""}${inWords(bars[index])}`)
            .join(", ")}`,
      )
      .join("; ")}.`;
  return picture({
    width,
    height: y + 30,
    theme,
    title: heading,
    summary: [...notes, ...(groups.length === 0 ? ["There are no weights."] : groups.map(sentence))].join(" "),
    body: [
      label(8, 20, fit(heading, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...lines.map((line, i) => label(8, 37 + LINE * i, line)),
      ...drawLegend(legend, 8, legendY, width - 16, theme),
      ...(groups.length === 0
        ? [label(8, first + 20, "There are no weights.")]
        : [
            segment(x(uniform), first + 26, x(uniform), y + 4, theme.ink, {
              "stroke-dasharray": "4 3",
              "stroke-opacity": 0.6,
            }),
            label(Math.max(half + 4, Math.min(width - half - 4, x(uniform))), y + 19, equal, {
              "text-anchor": "middle",
            }),
          ]),
      ...drawn,
    ],
  });
}
