/**
 * Weights of marks by group of encoders in a model of a change: for one gene, or averaged over the genes that rise and
 * over those that fall.
 */

import { formatAttention } from "../core/format";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { drawLegend, entry, figure, headHeight, strong } from "../core/layout";
import { markColour, type Theme } from "../core/colour";
import { finite, linear, roundTop, type Scale } from "../core/scale";
import { fit, label, type Part, segment, textWidth, wrap } from "../core/svg";
import { besideUniform, uniformWeight } from "../genes/beta";
import { box, wordsFor } from "../marks/bars";
import { nameMargin, rowName } from "../marks/panel";
import { down } from "../marks/axes";

/** Names of the cell types: `["K562", "H1"]`, or `["A", "B"]`. */
export type CellNames = readonly [string, string];

/** Columns such as `A_MARK` and `diff_MARK`, grouped by encoder in order, with their indices. */
function groupsOf(columns: readonly string[]) {
  const groups = new Map<string, { mark: string; index: number }[]>();
  columns.forEach((column, index) => {
    const [group = "", ...mark] = column.split("_");
    groups.set(group, [...(groups.get(group) ?? []), { mark: mark.join("_"), index }]);
  });
  return [...groups].map(([group, rows]) => ({ group, rows }));
}

/** Name of a group: "A, K562"; "A − B"; "auxiliary, B, H1". */
export function groupName(group: string, [a, b]: CellNames): string {
  const named = (letter: string, name: string): string => (name === letter ? letter : `${letter}, ${name}`);
  const names: Record<string, string> = {
    A: named("A", a),
    B: named("B", b),
    diff: "A − B",
    auxA: `auxiliary, ${named("A", a)}`,
    auxB: `auxiliary, ${named("B", b)}`,
  };
  return names[group] ?? group;
}

/** One bar of a row. */
export interface WeightBar {
  readonly value: number;
  /** Standard deviation, drawn as a whisker on both sides. */
  readonly deviation?: number | undefined;
  /** Lowest and highest value over ensemble members, drawn as a whisker instead of the deviation. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/** A set of bars, one per column. */
export interface WeightSeries {
  readonly name: string;
  /** Colour of its bars: the mark's own, or ink or grey as in the paper's figure. */
  readonly colour: "mark" | "ink" | "grey";
  /** One entry per column; undefined for no bar, a string for text instead of a bar. */
  readonly bars: readonly (WeightBar | string | undefined)[];
}

/** Weights of marks by group. */
export interface BetaGroupsOptions extends PlotFrame {
  readonly heading: string;
  /** Sentences under the heading. */
  readonly notes: readonly string[];
  /** Names of β's columns: `A_MARK`, `diff_MARK`, … */
  readonly columns: readonly string[];
  readonly cells: CellNames;
  readonly series: readonly WeightSeries[];
  /** Number of columns over which the weights sum to 1. */
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

/** A bar with its whisker and its value, around the height `y`. */
function drawBar(bar: WeightBar, fill: string, y: number, x: Scale, uniform: number, theme: Theme): Part[] {
  const [left, top] = [x.range()[0]!, x.domain()[1]!];
  const value = finite(bar.value);
  const [from, to] = whiskerOf(bar);
  const hasWhisker = from !== to;
  const end = x(Math.max(0, value));
  const [low, high] = [x(Math.max(0, from)), x(Math.min(top, to))];
  const text = formatAttention(value);
  const whisker = { "stroke-width": 1 };
  const at = besideUniform(Math.max(end, hasWhisker ? high : 0) + 5, textWidth(text, 10), uniform, 4);
  return [
    box(left, y - BAR / 2, Math.max(0, end - left), BAR, { fill }),
    hasWhisker && [
      // Within the bar, the whisker is drawn in the surface colour.
      segment(low, y, end, y, theme.surface, whisker),
      segment(end, y, high, y, theme.inkMuted, whisker),
      segment(high, y - 3, high, y + 3, theme.inkMuted, whisker),
    ],
    label(at, y + 3.5, text, { "font-size": 10, fill: theme.ink }),
  ];
}

/** Ends of a bar's whisker; both are the value if it has none. */
function whiskerOf({ value, deviation = 0, range }: WeightBar): readonly [from: number, to: number] {
  const [at, half] = [finite(value), finite(deviation)];
  return range ? [finite(range[0]), finite(range[1])] : [at - half, at + half];
}

/**
 * Bars in the columns' order under the names of their groups, each labelled with its value; a line marks the uniform
 * weight. `model.weightsByDirection(result)` returns the means of genes that go up and down.
 *
 * ```js
 * const svg = betaGroups({
 *   heading: "Marks of genes that go up", notes: ["Mean β of 40 genes."], cells: ["K562", "H1"], sumsOver: 2,
 *   columns: ["A_H3K4me3", "B_H3K4me3"],
 *   series: [{ name: "up", colour: "mark", bars: [{ value: 0.7, deviation: 0.1 }, { value: 0.3 }] }],
 * });
 * ```
 *
 * @category Genes: change between cell types
 * @returns The picture as SVG.
 */
export function betaGroups(given: Framed<BetaGroupsOptions>): string {
  const options = ready("betaGroups", given);
  const { heading, notes, columns, cells, series, sumsOver, width, theme } = options;
  const groups = groupsOf(columns);
  const marks = [...new Set(groups.flatMap(({ rows }) => rows.map(({ mark }) => mark)))];
  const lines = notes.flatMap((note) => wrap(note, width - 16, 11));
  const colours = { mark: theme.ink, ink: theme.ink, grey: theme.off };
  const legend = series.length > 1 ? series.map(({ name, colour }) => entry("area", colours[colour], name)) : [];
  const uniform = 1 / Math.max(1, sumsOver);
  const reaches = series.flatMap(({ bars }) => bars.map((bar) => (isBar(bar) ? whiskerOf(bar)[1] : 0)));
  const left = nameMargin(marks, 0.36 * width);
  const top = roundTop(Math.max(uniform * 1.25, ...reaches));
  const x = linear([0, top], [left, width - 16 - textWidth("0.000", 11)]);
  const row = Math.max(18, series.length * (BAR + 2) + 7);
  const first = 28 + headHeight({ title: heading, lines, legend }, width);
  let y = first;
  const drawn = groups.map(({ group, rows }): Part[] => {
    const from = y + 26;
    y = from + row * rows.length;
    return [
      label(8, from - 7, groupName(group, cells), strong(12, theme)),
      down({ top: from, bottom: y, theme }, left),
      rows.map(({ mark, index }, at) => {
        const middle = from + row * (at + 0.5);
        return [
          rowName(mark, left, middle + 4, theme),
          series.map(({ colour, bars }, i) => {
            const bar = bars[index];
            const line = middle + (i - (series.length - 1) / 2) * (BAR + 2);
            const fill = colour === "mark" ? markColour(mark, theme).line : colours[colour];
            if (isBar(bar)) return drawBar(bar, fill, line, x, x(uniform), theme);
            return bar !== undefined && wordsFor(fit(bar, width - left - 14, 10), left, line + 3.5, 10, theme);
          }),
        ];
      }),
    ];
  });
  const said = { name: "Mean β", y: y + 19, opacity: 0.6 };
  const sentences = groups.map(({ group, rows }) => {
    const weights = rows.map(({ mark, index }) => {
      const each = series.map(({ name, bars }) => `${series.length > 1 ? `${name} ` : ""}${inWords(bars[index])}`);
      return `${mark} ${each.join(", ")}`;
    });
    return `${groupName(group, cells)}: ${weights.join("; ")}.`;
  });
  return figure(options, y + 30, {
    title: heading,
    summary: [notes, groups.length === 0 ? "There are no weights." : sentences],
    body: [
      label(8, 20, fit(heading, width - 16, 13, "bold"), strong(13, theme)),
      lines.map((line, i) => label(8, 37 + LINE * i, line)),
      drawLegend(legend, 37 + LINE * lines.length, options),
      groups.length === 0
        ? label(8, first + 20, "There are no weights.")
        : uniformWeight(x, sumsOver, { top: first + 26, bottom: y + 4 }, said, options),
      drawn,
    ],
  });
}
