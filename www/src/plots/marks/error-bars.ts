/** Error bars of one prediction: the range of an ensemble's members, and an interval, on a line of their own. */

import { drawLegend, END, entry, LEGEND_LINE, type LegendEntry, legendHeight } from "../core/layout";
import type { ErrorBars, PlotFrame } from "../core/options";
import { finite, linear } from "../core/scale";
import { element, label } from "../core/svg";
import { textWidth } from "../core/text";
import type { Theme } from "../core/theme";
import { across, down, THIN } from "./axes";
import { box } from "./bars";

/** The prediction, and the axis that it lies on. */
export interface Predicted {
  readonly name: string;
  readonly value: number;
  readonly ends: readonly [number, number];
  /** The ends in words. */
  readonly texts: readonly [string, string];
  /** Value that stands out on the axis. */
  readonly tick: number;
}

const SMALL = 10;
/** Width of pictures from which on the legend stands beside the axis. */
const ROOMY = 430;
const AXIS = 160;

function entriesOf({ low, interval }: ErrorBars, theme: Theme): LegendEntry[] {
  return [
    ...(interval ? [entry("line", theme.on, `${Math.round(100 * interval.coverage)} % interval`)] : []),
    ...(low === undefined ? [] : [entry("line", theme.ink, "lowest to highest")]),
  ];
}

/** Places of the axis and of the legend, from the left. */
function places({ name, texts }: Predicted, width: number) {
  const left = 8 + textWidth(name, 11) + 8 + textWidth(texts[0], SMALL) + 5;
  const right = left + AXIS;
  const legend = width < ROOMY ? 8 : right + 5 + textWidth(texts[1], SMALL) + 20;
  return { left, right, legend, room: width - 8 - legend };
}

/** Height of the line with its legend; 0 without error bars. */
export function errorBarsHeight(bars: ErrorBars, predicted: Predicted, { width, theme }: PlotFrame): number {
  const entries = entriesOf(bars, theme);
  if (entries.length === 0) return 0;
  const own = legendHeight(entries, places(predicted, width).room);
  return 4 + (width < ROOMY ? LEGEND_LINE + own : own);
}

/** The line, its baseline at `y`. */
export function drawErrorBars(bars: ErrorBars, predicted: Predicted, y: number, { width, theme }: PlotFrame): string[] {
  const entries = entriesOf(bars, theme);
  if (entries.length === 0) return [];
  const { name, value, ends, texts, tick } = predicted;
  const { low, high, interval } = bars;
  const { left, right, legend, room } = places(predicted, width);
  const scale = linear(ends, [left, right]).clamp(true);
  const x = (of: number): number => scale(finite(of));
  const middle = y - 4;
  const end = { "font-size": SMALL, fill: theme.inkFaint };
  const rows = { top: middle - 4, bottom: middle + 4 };
  const frame = { fill: "none", stroke: theme.on, "stroke-width": 1.5 };
  return [
    element("g", { "data-error-bars": "" }, [
      label(8, y, name, { fill: theme.ink }),
      label(left - 5, y, texts[0], { ...end, ...END }),
      label(right + 5, y, texts[1], end),
      across({ left, right }, middle, theme.lineStrong, THIN),
      ...[left, x(tick), right].map((at) => down(at, rows, theme.lineStrong)),
      interval ? box(x(interval.low), middle - 5, x(interval.high) - x(interval.low), 10, frame) : "",
      ...(low === undefined || high === undefined
        ? []
        : [
            across({ left: x(low), right: x(high) }, middle, theme.ink),
            ...[low, high].map((at) => down(x(at), rows, theme.ink)),
          ]),
      element("circle", { cx: x(value), cy: middle, r: 3, fill: theme.ink, stroke: theme.surface }),
    ]),
    ...drawLegend(entries, legend, width < ROOMY ? y + LEGEND_LINE : y, room, theme),
  ];
}
