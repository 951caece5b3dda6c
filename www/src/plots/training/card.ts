/** Figures of a model card: how far its probabilities hold, and the curves of its training. */

import { formatCount, formatValue } from "../core/format";
import { drawHead, drawLegend, entry, legendHeight, MIDDLE } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { linear } from "../core/scale";
import { element, label, num, picture, segment, textElement } from "../core/svg";
import type { Theme } from "../core/colour";
import { across, axisNames, DASHED, down, grid, OVER_BARS, ticksBelow } from "../marks/axes";
import { stroked } from "../marks/line";

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
  /** Genes that they are of; "test genes" by default. */
  readonly of?: string | undefined;
}

const TICKS = [0, 0.25, 0.5, 0.75, 1];

/**
 * A point for each tenth of P(on) that has genes: its mean P(on) along, the share of its genes that is on upward, with
 * the share's 95 % interval. Where probabilities hold, intervals meet the diagonal. A point's area is its genes.
 */
export function reliability({ width, theme, bins, of = "test genes" }: ReliabilityOptions): string {
  const [left, top] = [46, 34];
  const size = Math.min(280, width - left - 18);
  const [right, bottom] = [left + size, top + size];
  const x = linear([0, 1], [left, right]);
  const y = linear([0, 1], [bottom, top]);
  const most = Math.max(1, ...bins.map(({ n }) => n));
  const genes = formatCount(bins.reduce((sum, { n }) => sum + n, 0));
  const apart = bins.filter(({ mean, low, high }) => mean < low || mean > high).length;
  const holds =
    apart === 0
      ? "each tenth's interval of the share that is on holds its mean P(on)."
      : `in ${apart} of them the interval of the share that is on does not hold the mean P(on).`;
  return picture({ width, theme }, bottom + 42, {
    title: "Reliability of the predicted probabilities",
    summary: `${genes} ${of} in ${bins.length} tenths of P(on); ${holds}`,
    body: [
      ...drawHead({ title: `P(on) and measured share, ${genes} ${of}`, isWhole: true }, { width, theme }),
      grid(TICKS, y, String, { left, right }, theme),
      across({ left, right }, bottom, theme.lineStrong),
      segment(left, bottom, right, top, theme.ink, OVER_BARS),
      ...bins.flatMap(({ n, mean, on, low, high }) => {
        const [p, share, from, to] = [mean, on, low, high].map((each) => each.toFixed(2));
        return [
          down(x(mean), { top: y(low), bottom: y(high) }, theme.on, { "stroke-width": 1.5 }),
          element("circle", { cx: x(mean), cy: y(on), r: 2 + 5 * Math.sqrt(n / most), fill: theme.on }, [
            textElement("title", {}, `P(on) ${p}: ${share} of ${formatCount(n)} are on (${from}–${to})`),
          ]),
        ];
      }),
      ticksBelow(TICKS, x, String, bottom, { width, theme }),
      ...axisNames({ left, right, top, bottom }, "Share that is on", "Mean P(on)"),
    ],
  });
}

/** The epochs of a training as its card has them. */
export interface History {
  /** "training loss", "validation AUROC". */
  readonly columns: readonly string[];
  readonly epochs: readonly number[];
  /** The values of each column; null where one is not defined. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** A history, and the epoch whose weights the model has. */
export interface TrainingCurvesOptions extends PlotFrame {
  readonly history: History;
  readonly best: number;
}

/** A column: its name, and its points [epoch, value] where it has a value. */
interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

const PANEL = 130;
const BETWEEN = 18;
/** Dashes tell curves of one panel apart without colour. */
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

/** Curves by epoch, the kept one marked; a sentence where there are none. */
export function trainingCurves({ width, theme, history, best }: TrainingCurvesOptions): string {
  const curves = curvesOf(history);
  const isLoss = ({ name }: Curve): boolean => name.includes("loss");
  const panels = [curves.filter(isLoss), curves.filter((curve) => !isLoss(curve))].filter(({ length }) => length > 0);
  const [first, last] = [history.epochs[0] ?? 0, history.epochs.at(-1) ?? 1];
  const sides = { left: 52, right: width - 16 };
  const { left, right } = sides;
  const x = linear([first, last], [left, right]);
  const body: string[] = [];
  let y = 8;
  for (const panel of panels) {
    const entries = panel.map(({ name }, at) => entry(at === 0 ? "line" : "dashes", stroke(theme, at), name));
    const top = y + legendHeight(entries, right - left) + 6;
    const bottom = top + PANEL;
    const numbers = panel.flatMap(({ points }) => points.map(([, value]) => value));
    const scale = linear([Math.min(...numbers), Math.max(...numbers)], [bottom, top]);
    scale.nice(4);
    const place = ([epoch, value]: readonly [number, number]): string => `${num(x(epoch))} ${num(scale(value))}`;
    body.push(
      ...drawLegend(entries, left, y + 10, right - left, theme),
      grid(scale.ticks(4), scale, formatValue, sides, theme),
      down(x(best), { top, bottom }, theme.lineStrong, DASHED),
      ...panel.map(({ points }, at) =>
        stroked(`M${points.map(place).join("L")}`, stroke(theme, at), 2, { "stroke-dasharray": DASHES[at] }),
      ),
      across(sides, bottom, theme.lineStrong),
    );
    y = bottom + BETWEEN;
  }
  body.push(
    ticksBelow(x.ticks(6).filter(Number.isInteger), x, formatCount, y - BETWEEN, { width, theme }),
    label((left + right) / 2, y + 18, "Epoch", MIDDLE),
  );
  return picture({ width, theme }, y + 26, {
    title: "Curves of the training",
    summary:
      `${formatCount(last)} epochs; epoch ${formatCount(best)} was kept (dashed line). ` +
      curves.map(({ name, points }) => `${name}: ${span(points)}`).join("; "),
    body,
  });
}

const span = (points: Curve["points"]): string =>
  `${formatValue(points[0]![1])} at the first epoch shown, ${formatValue(points.at(-1)![1])} at the last`;
