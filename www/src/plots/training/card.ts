/** Figures of a model card: a reliability diagram, and training curves. */

import { formatCount, formatValue } from "../core/format";
import { drawLegend, entry, figure, legendHeight, MIDDLE, scaled } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { linear } from "../core/scale";
import { element, label, num, segment, textElement } from "../core/svg";
import type { Theme } from "../core/colour";
import { across, axisNames, DASHED, down, grid, OVER_BARS, ticksBelow } from "../marks/axes";
import { square } from "../marks/dots";
import { stroked } from "../marks/line";

/** Genes in one tenth of P(on). */
export interface ReliabilityPoint {
  /** Number of genes. */
  readonly n: number;
  /** Mean P(on) of these genes. */
  readonly mean: number;
  /** Fraction of these genes that are on, with its 95 % interval. */
  readonly on: number;
  readonly low: number;
  readonly high: number;
}

/** Options of a reliability diagram. */
export interface ReliabilityOptions extends PlotFrame {
  readonly bins: readonly ReliabilityPoint[];
  /** Genes counted; default "test genes". */
  readonly of?: string | undefined;
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/**
 * A point for each tenth of P(on) that has genes, its area proportional to them: mean P(on) against the fraction of
 * genes on, with its 95 % interval. For calibrated probabilities, intervals meet the diagonal.
 */
export function reliability({ width, theme, bins, of = "test genes" }: ReliabilityOptions): string {
  const options = { width, theme };
  const frame = square(options, 46, 34, [0, 1], 280);
  const { left, right, top, bottom, x, y } = frame;
  const most = Math.max(1, ...bins.map(({ n }) => n));
  const genes = formatCount(bins.reduce((sum, { n }) => sum + n, 0));
  const apart = bins.filter(({ mean, low, high }) => mean < low || mean > high).length;
  const holds =
    apart === 0
      ? "each tenth's interval of the share that is on holds its mean P(on)."
      : `in ${apart} of them the interval of the share that is on does not hold the mean P(on).`;
  return figure(options, bottom + 42, {
    head: { title: `P(on) and measured share, ${genes} ${of}` },
    title: "Reliability of the predicted probabilities",
    summary: `${genes} ${of} in ${bins.length} tenths of P(on); ${holds}`,
    body: [
      grid(frame, TICKS, String),
      across(frame, bottom),
      segment(left, bottom, right, top, theme.ink, OVER_BARS),
      bins.map(({ n, mean, on, low, high }) => {
        const [p, share, from, to] = [mean, on, low, high].map((each) => each.toFixed(2));
        return [
          down({ top: y(low), bottom: y(high), theme }, x(mean), { "stroke-width": 1.5, stroke: theme.on }),
          element("circle", { cx: x(mean), cy: y(on), r: 2 + 5 * Math.sqrt(n / most), fill: theme.on }, [
            textElement("title", {}, `P(on) ${p}: ${share} of ${formatCount(n)} are on (${from}–${to})`),
          ]),
        ];
      }),
      ticksBelow(x, TICKS, String, bottom, options),
      axisNames(frame, "Share that is on", "Mean P(on)"),
    ],
  });
}

/** The epochs of a training, as recorded in the card. */
export interface History {
  /** Names of the columns: "training loss", "validation AUROC". */
  readonly columns: readonly string[];
  readonly epochs: readonly number[];
  /** Values of each column; null if undefined. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** A history, and the epoch whose weights were kept. */
export interface TrainingCurvesOptions extends PlotFrame {
  readonly history: History;
  readonly best: number;
}

/** A column: its name, and its points [epoch, value] where it has one. */
interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

const PANEL = 130;
const BETWEEN = 18;
/** Dashes distinguish the curves of a panel without colour. */
const DASHES = [undefined, "4 3", "4 3"];

function curvesOf({ columns, epochs, values }: History): Curve[] {
  const all = columns.map((name, column) => ({
    name,
    points: epochs.flatMap((epoch, at) => {
      const value = values[column]?.[at];
      return value == null ? [] : [[epoch, value] as const];
    }),
  }));
  return all.filter(({ points }) => points.length > 1);
}

const stroke = (theme: Theme, at: number): string => [theme.on, theme.ink, theme.off][at % 3]!;

/** Curves by epoch, with the kept epoch marked; a sentence if there are none. */
export function trainingCurves(options: TrainingCurvesOptions): string {
  const { width, theme, history, best } = options;
  const curves = curvesOf(history);
  const isLoss = ({ name }: Curve): boolean => name.includes("loss");
  const panels = [curves.filter(isLoss), curves.filter((curve) => !isLoss(curve))].filter(({ length }) => length > 0);
  const [first, last] = [history.epochs[0] ?? 0, history.epochs.at(-1) ?? 1];
  const sides = { left: 52, right: width - 16, theme };
  const { left, right } = sides;
  const x = linear([first, last], [left, right]);
  let y = 8 - BETWEEN;
  const drawn = panels.map((panel) => {
    const entries = panel.map(({ name }, at) => entry(at === 0 ? "line" : "dashes", stroke(theme, at), name));
    const from = y + BETWEEN;
    const top = from + legendHeight(entries, right - left) + 6;
    y = top + PANEL;
    const numbers = panel.flatMap(({ points }) => points.map(([, value]) => value));
    const frame = scaled(sides, { top, bottom: y }, [Math.min(...numbers), Math.max(...numbers)]);
    frame.y.nice(4);
    const place = ([epoch, value]: readonly [number, number]): string => `${num(x(epoch))} ${num(frame.y(value))}`;
    return [
      drawLegend(entries, from + 10, options, left, right - left),
      grid(frame, frame.y.ticks(4), formatValue),
      down(frame, x(best), DASHED),
      panel.map(({ points }, at) =>
        stroked(`M${points.map(place).join("L")}`, stroke(theme, at), 2, { "stroke-dasharray": DASHES[at] }),
      ),
      across(frame, frame.bottom),
    ];
  });
  const span = (points: Curve["points"]): string =>
    `${formatValue(points[0]![1])} at the first epoch shown, ${formatValue(points.at(-1)![1])} at the last`;
  return figure(options, y + BETWEEN + 26, {
    title: "Curves of the training",
    summary:
      `${formatCount(last)} epochs; epoch ${formatCount(best)} was kept (dashed line). ` +
      curves.map(({ name, points }) => `${name}: ${span(points)}`).join("; "),
    body: [
      drawn,
      ticksBelow(x, x.ticks(6).filter(Number.isInteger), formatCount, y, options),
      label((left + right) / 2, y + BETWEEN + 18, "Epoch", MIDDLE),
    ],
  });
}
