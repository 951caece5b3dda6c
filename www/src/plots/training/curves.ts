/** The curves of a training, as its card keeps them: losses above, other metrics on validation data below. */

import { scaleLinear } from "d3-scale";
import { formatCount, formatValue } from "../core/format";
import { drawLegend, legendHeight, type LegendEntry } from "../core/legend";
import type { PlotFrame } from "../core/options";
import { element, label, num, picture, segment } from "../core/svg";
import { levelTicks, uprightTicks } from "../core/ticks";
import type { Theme } from "../core/theme";

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
  const [left, right] = [52, width - 16];
  const x = scaleLinear().domain([first, last]).range([left, right]);
  const body: string[] = [];
  let y = 8;
  for (const panel of panels) {
    const entries: LegendEntry[] = panel.map(({ name }, at) => ({
      text: name,
      sample: at === 0 ? "line" : "dashes",
      colour: stroke(theme, at),
    }));
    body.push(...drawLegend(entries, left, y + 10, right - left, theme));
    const top = y + legendHeight(entries, right - left) + 6;
    const bottom = top + PANEL;
    const numbers = panel.flatMap(({ points }) => points.map(([, value]) => value));
    const scale = scaleLinear()
      .domain([Math.min(...numbers), Math.max(...numbers)])
      .nice(4)
      .range([bottom, top]);
    const ticks = scale.ticks(4).map((tick) => ({ at: scale(tick), text: formatValue(tick), stroke: theme.line }));
    body.push(
      uprightTicks(ticks, { x: left, outward: -1, end: right }, theme),
      segment(x(best), top, x(best), bottom, theme.lineStrong, { "stroke-dasharray": "4 3" }),
      ...panel.map(({ points }, at) =>
        element("path", {
          d: `M${points.map(([epoch, value]) => `${num(x(epoch))} ${num(scale(value))}`).join("L")}`,
          fill: "none",
          stroke: stroke(theme, at),
          "stroke-width": 2,
          "stroke-dasharray": DASHES[at],
        }),
      ),
      segment(left, bottom, right, bottom, theme.lineStrong),
    );
    y = bottom + BETWEEN;
  }
  const ticks = x.ticks(6).filter(Number.isInteger);
  body.push(
    levelTicks(
      ticks.map((tick) => ({ at: x(tick), text: formatCount(tick) })),
      { y: y - BETWEEN, room: [0, width] },
      theme,
    ),
    label((left + right) / 2, y + 18, "Epoch", { "text-anchor": "middle" }),
  );
  return picture({
    width,
    height: y + 26,
    theme,
    title: "Curves of the training",
    summary:
      `${formatCount(last)} epochs; epoch ${formatCount(best)} was kept (dashed line). ` +
      curves.map(({ name, points }) => `${name}: ${span(points)}`).join("; "),
    body,
  });
}

const span = (points: Curve["points"]): string =>
  `${formatValue(points[0]![1])} at the first epoch shown, ${formatValue(points.at(-1)![1])} at the last`;
