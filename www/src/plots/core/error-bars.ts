/** Error bars of one prediction: the range of an ensemble's members, and an interval, on a line of their own. */

import { scaleLinear } from "d3-scale";
import { drawLegend, LEGEND_LINE, type LegendEntry, legendHeight } from "./legend";
import type { ErrorBars } from "./options";
import { finite } from "./scale";
import { element, label, segment } from "./svg";
import { textWidth } from "./text";
import type { Theme } from "./theme";

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
    ...(interval
      ? [{ sample: "line", colour: theme.on, text: `${Math.round(100 * interval.coverage)} % interval` } as const]
      : []),
    ...(low === undefined ? [] : [{ sample: "line", colour: theme.ink, text: "lowest to highest" } as const]),
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
export function errorBarsHeight(bars: ErrorBars, predicted: Predicted, width: number, theme: Theme): number {
  const entries = entriesOf(bars, theme);
  if (entries.length === 0) return 0;
  const own = legendHeight(entries, places(predicted, width).room);
  return 4 + (width < ROOMY ? LEGEND_LINE + own : own);
}

/** The line, its baseline at `y`. */
export function drawErrorBars(bars: ErrorBars, predicted: Predicted, y: number, width: number, theme: Theme): string[] {
  const entries = entriesOf(bars, theme);
  if (entries.length === 0) return [];
  const { name, value, ends, texts, tick } = predicted;
  const { low, high, interval } = bars;
  const { left, right, legend, room } = places(predicted, width);
  const scale = scaleLinear().domain(ends).range([left, right]).clamp(true);
  const x = (of: number): number => scale(finite(of));
  const middle = y - 4;
  const upright = (at: number, half: number, stroke: string): string =>
    segment(at, middle - half, at, middle + half, stroke);
  const end = { "font-size": SMALL, fill: theme.inkFaint };
  return [
    element("g", { "data-error-bars": "" }, [
      label(8, y, name, { fill: theme.ink }),
      label(left - 5, y, texts[0], { ...end, "text-anchor": "end" }),
      label(right + 5, y, texts[1], end),
      segment(left, middle, right, middle, theme.lineStrong, { "stroke-width": 0.75 }),
      ...[left, x(tick), right].map((at) => upright(at, 4, theme.lineStrong)),
      interval
        ? element("rect", {
            ...{ x: x(interval.low), y: middle - 5, width: x(interval.high) - x(interval.low), height: 10 },
            ...{ fill: "none", stroke: theme.on, "stroke-width": 1.5 },
          })
        : "",
      ...(low === undefined || high === undefined
        ? []
        : [
            segment(x(low), middle, x(high), middle, theme.ink),
            ...[low, high].map((at) => upright(x(at), 4, theme.ink)),
          ]),
      element("circle", { cx: x(value), cy: middle, r: 3, fill: theme.ink, stroke: theme.surface }),
    ]),
    ...drawLegend(entries, legend, width < ROOMY ? y + LEGEND_LINE : y, room, theme),
  ];
}
