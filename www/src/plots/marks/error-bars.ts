/** Error bars of one prediction: the range of an ensemble's members, and an interval, on a line of their own. */

import { drawLegend, entry, LEGEND_LINE, type LegendEntry, legendHeight } from "../core/layout";
import type { ErrorBars, PlotFrame } from "../core/options";
import { finite, linear } from "../core/scale";
import { element, label } from "../core/svg";
import { textWidth } from "../core/text";
import type { Theme } from "../core/theme";
import { levelTicks } from "../core/ticks";
import { across, down, THIN } from "./axes";
import { box } from "./bars";

/** The prediction, and the axis that it lies on. */
export interface Predicted {
  readonly name: string;
  readonly value: number;
  readonly ends: readonly [number, number];
  /** Numbers of the axis with their texts. */
  readonly ticks: readonly (readonly [value: number, text: string])[];
}

/** Width of pictures from which on the legend stands beside the axis. */
const ROOMY = 430;
const AXIS = 160;
/** From the axis to the baseline of its numbers, and the room that these take. */
const [GAP, NUMBERS] = [16, 9];

function entriesOf({ low, interval }: ErrorBars, theme: Theme): LegendEntry[] {
  return [
    ...(interval ? [entry("line", theme.on, `${Math.round(100 * interval.coverage)} % interval`)] : []),
    ...(low === undefined ? [] : [entry("line", theme.ink, "lowest to highest")]),
  ];
}

/** Places of the axis and of the legend, from the left. */
function places({ name }: Predicted, width: number) {
  const left = 8 + textWidth(name, 11) + 18;
  const right = left + AXIS;
  const legend = width < ROOMY ? 8 : right + 28;
  return { left, right, legend, room: width - 8 - legend };
}

/** Height of the line with its legend; 0 without error bars. */
export function errorBarsHeight(bars: ErrorBars, predicted: Predicted, { width, theme }: PlotFrame): number {
  const entries = entriesOf(bars, theme);
  if (entries.length === 0) return 0;
  const own = legendHeight(entries, places(predicted, width).room);
  return NUMBERS + 4 + (width < ROOMY ? LEGEND_LINE + own : own);
}

/** The line, its baseline at `y`. */
export function drawErrorBars(bars: ErrorBars, predicted: Predicted, y: number, { width, theme }: PlotFrame): string[] {
  const entries = entriesOf(bars, theme);
  if (entries.length === 0) return [];
  const { name, value, ends, ticks } = predicted;
  const { low, high, interval } = bars;
  const { left, right, legend, room } = places(predicted, width);
  const scale = linear(ends, [left, right]).clamp(true);
  const x = (of: number): number => scale(finite(of));
  const middle = y - 4;
  const rows = { top: middle - 4, bottom: middle + 4 };
  const frame = { fill: "none", stroke: theme.on, "stroke-width": 1.5 };
  const numbers = ticks.map(([of, text]) => ({ at: x(of), text }));
  return [
    element("g", { "data-error-bars": "" }, [
      label(8, y, name, { fill: theme.ink }),
      across({ left, right }, middle, theme.lineStrong, THIN),
      levelTicks(numbers, { y: middle, size: 10, gap: GAP, room: [left - 18, right + 28] }, theme),
      interval ? box(x(interval.low), middle - 5, x(interval.high) - x(interval.low), 10, frame) : "",
      ...(low === undefined || high === undefined
        ? []
        : [
            across({ left: x(low), right: x(high) }, middle, theme.ink),
            ...[low, high].map((at) => down(x(at), rows, theme.ink)),
          ]),
      element("circle", { cx: x(value), cy: middle, r: 3, fill: theme.ink, stroke: theme.surface }),
    ]),
    ...drawLegend(entries, legend, width < ROOMY ? y + LEGEND_LINE + NUMBERS : y, room, theme),
  ];
}
