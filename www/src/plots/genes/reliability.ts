/** Probabilities beside measured shares: the reliability diagram of a calibrated model. */

import { scaleLinear } from "d3-scale";
import { formatCount } from "../core/format";
import type { PlotFrame } from "../core/options";
import { axisName, element, label, picture, segment, textElement } from "../core/svg";
import { levelTicks, uprightTicks } from "../core/ticks";

/** Genes of a tenth of the probability. */
export interface ReliabilityPoint {
  /** Number of genes. */
  readonly n: number;
  /** Their mean P(on). */
  readonly mean: number;
  /** The share of them that is on, with its 95 % interval. */
  readonly on: number;
  readonly low: number;
  readonly high: number;
}

/** Options of a reliability diagram. */
export interface ReliabilityOptions extends PlotFrame {
  readonly bins: readonly ReliabilityPoint[];
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/**
 * A point for each tenth of P(on) that has genes: its mean P(on) along, the share of its genes that is on upward, with
 * the share's 95 % interval. Where probabilities hold, intervals meet the diagonal. A point's area is its genes.
 */
export function reliability({ width, theme, bins }: ReliabilityOptions): string {
  const [left, top] = [46, 34];
  const size = Math.min(280, width - left - 18);
  const bottom = top + size;
  const x = scaleLinear()
    .domain([0, 1])
    .range([left, left + size]);
  const y = scaleLinear().domain([0, 1]).range([bottom, top]);
  const most = Math.max(1, ...bins.map(({ n }) => n));
  const genes = bins.reduce((sum, { n }) => sum + n, 0);
  const apart = bins.filter(({ mean, low, high }) => mean < low || mean > high).length;
  const text = (share: number): string => share.toFixed(2);
  return picture({
    width,
    height: bottom + 42,
    theme,
    title: "Reliability of the predicted probabilities",
    summary:
      `${formatCount(genes)} test genes in ${bins.length} tenths of P(on); ` +
      (apart === 0
        ? "each tenth's interval of the share that is on holds its mean P(on)."
        : `in ${apart} of them the interval of the share that is on does not hold the mean P(on).`),
    body: [
      label(8, 20, `P(on) and measured share, ${formatCount(genes)} test genes`, {
        "font-size": 13,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      uprightTicks(
        TICKS.map((tick) => ({ at: y(tick), text: String(tick), stroke: theme.line })),
        { x: left, outward: -1, end: left + size },
        theme,
      ),
      segment(left, bottom, left + size, bottom, theme.lineStrong),
      segment(left, bottom, left + size, top, theme.ink, { "stroke-dasharray": "4 3", "stroke-opacity": 0.7 }),
      ...bins.flatMap(({ n, mean, on, low, high }) => [
        segment(x(mean), y(low), x(mean), y(high), theme.on, { "stroke-width": 1.5 }),
        element("circle", { cx: x(mean), cy: y(on), r: 2 + 5 * Math.sqrt(n / most), fill: theme.on }, [
          textElement(
            "title",
            {},
            `P(on) ${text(mean)}: ${text(on)} of ${formatCount(n)} are on (${text(low)}–${text(high)})`,
          ),
        ]),
      ]),
      levelTicks(
        TICKS.map((p) => ({ at: x(p), text: String(p) })),
        { y: bottom, room: [0, width] },
        theme,
      ),
      axisName(14, (top + bottom) / 2, "Share that is on"),
      label(left + size / 2, bottom + 33, "Mean P(on)", { "text-anchor": "middle" }),
    ],
  });
}
