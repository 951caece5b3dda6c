/** A set of genes: how their predicted log2 fold changes are distributed. */

import { scaleLinear } from "d3-scale";
import { formatCount, formatGenes, formatSigned, formatValue } from "../core/format";
import type { PlotFrame } from "../core/options";
import { axisName, element, label, picture, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { levelTicks, uprightTicks } from "../core/ticks";

/** Predicted changes of a set of genes. */
export interface ChangeHistogramOptions extends PlotFrame {
  /** log2 fold change [N]; positive for a gene that is higher in B. */
  readonly foldChange: ArrayLike<number>;
  /** Names of the cell types A and B. */
  readonly cells: readonly [string, string];
}

/** One bar. */
export interface ChangeBar {
  readonly from: number;
  readonly to: number;
  readonly genes: number;
}

/** Where things lie, in pixels of the picture. */
export interface ChangeHistogramLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
  readonly bars: readonly ChangeBar[];
}

/** Widths that a bar may have: what most bars can be read by. */
const WIDTHS = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];
const MOST = 48;

/** Bars of one round width, zero between two of them. Genes without a finite value are in none. */
export function changeBars(foldChange: ArrayLike<number>): ChangeBar[] {
  const values = Array.from(foldChange).filter(Number.isFinite);
  if (values.length === 0) return [];
  const extent = Math.max(
    0.5,
    ...[Math.abs(values.reduce((a, b) => Math.min(a, b), 0)), Math.abs(values.reduce((a, b) => Math.max(a, b), 0))],
  );
  const width = WIDTHS.find((each) => (2 * extent) / each <= MOST) ?? WIDTHS[WIDTHS.length - 1]!;
  const half = Math.ceil(extent / width - 1e-9);
  const genes = new Array<number>(2 * half).fill(0);
  for (const value of values) genes[Math.max(0, Math.min(2 * half - 1, Math.floor(value / width) + half))]! += 1;
  return genes.map((count, i) => ({
    from: Number(((i - half) * width).toFixed(6)),
    to: Number(((i - half + 1) * width).toFixed(6)),
    genes: count,
  }));
}

/** Where the bars of `options` lie in the picture that `changeHistogram` draws of them. */
export function changeHistogramLayout({ width, foldChange }: ChangeHistogramOptions): ChangeHistogramLayout {
  const bars = changeBars(foldChange);
  const most = Math.max(1, ...bars.map(({ genes }) => genes));
  const top = 60;
  const bottom = top + Math.round(Math.max(170, Math.min(280, 0.55 * width)));
  return {
    left: 34 + Math.max(14, textWidth(formatValue(most), 10)),
    right: width - 18,
    top,
    bottom,
    height: bottom + 46,
    bars,
  };
}

/** Bars by predicted change: those higher in B to the right of zero. */
export function changeHistogram(options: ChangeHistogramOptions): string {
  const { width, theme, foldChange, cells } = options;
  const { left, right, top, bottom, height, bars } = changeHistogramLayout(options);
  const all = bars.reduce((sum, { genes }) => sum + genes, 0);
  const values = Array.from(foldChange).filter(Number.isFinite);
  const [down, up] = [values.filter((value) => value < 0).length, values.filter((value) => value > 0).length];
  const most = Math.max(1, ...bars.map(({ genes }) => genes));
  const extent = bars.at(-1)?.to ?? 1;
  const x = scaleLinear().domain([-extent, extent]).range([left, right]);
  const y = scaleLinear().domain([0, most]).nice(4).range([bottom, top]);
  const fullest = bars.reduce<ChangeBar | undefined>(
    (best, bar) => (best && best.genes >= bar.genes ? best : bar),
    undefined,
  );
  const gap = bars.length > 0 ? Math.min(1, (right - left) / bars.length / 6) : 0;
  const half = (right - left) / 2 - 14;
  return picture({
    width,
    height,
    theme,
    title: "Distribution of the predicted log2 fold change",
    summary: fullest
      ? `Of ${formatGenes(all)}, ${formatCount(up)} are predicted higher in ${cells[1]} and ${formatCount(down)} ` +
        `higher in ${cells[0]}. Most common is a log2 fold change from ${formatSigned(fullest.from)} to ` +
        `${formatSigned(fullest.to)}, with ${formatGenes(fullest.genes)}.`
      : "There are no predictions to show.",
    body: [
      label(8, 20, fit(`Predicted log2 fold change, ${formatGenes(all)}`, width - 16, 13, "bold"), {
        "font-size": 13,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      ...(all === 0
        ? [
            label((left + right) / 2, (top + bottom) / 2, "No predictions", {
              "text-anchor": "middle",
              "font-size": 12,
            }),
          ]
        : [
            uprightTicks(
              y
                .ticks(4)
                .filter((tick) => Number.isInteger(tick) && tick > 0)
                .map((tick) => ({ at: y(tick), text: formatValue(tick), stroke: theme.line })),
              { x: left, outward: -1, end: right },
              theme,
            ),
            ...bars.map(({ from, to, genes }) =>
              genes === 0
                ? ""
                : element("rect", {
                    x: x(from) + gap / 2,
                    y: y(genes),
                    width: x(to) - x(from) - gap,
                    height: bottom - y(genes),
                    fill: from >= 0 ? theme.on : theme.off,
                  }),
            ),
            segment(x(0), top - 18, x(0), bottom, theme.ink, { "stroke-dasharray": "4 3", "stroke-opacity": 0.7 }),
            label(x(0) - 7, top - 9, fit(`${formatCount(down)} higher in ${cells[0]}`, half, 11), {
              "text-anchor": "end",
              fill: theme.ink,
            }),
            label(x(0) + 7, top - 9, fit(`${formatCount(up)} higher in ${cells[1]}`, half, 11), { fill: theme.ink }),
            levelTicks(
              x
                .ticks(Math.max(3, Math.floor((right - left) / 70)))
                .map((tick) => ({ at: x(tick), text: formatSigned(tick) })),
              { y: bottom, room: [0, width] },
              theme,
            ),
          ]),
      segment(left, bottom, right, bottom, theme.lineStrong),
      axisName(14, (top + bottom) / 2, "Genes"),
      label((left + right) / 2, bottom + 35, fit("Predicted log2((B + 1) / (A + 1))", right - left, 11), {
        "text-anchor": "middle",
      }),
    ],
  });
}
