/** A histogram of genes: where its bars lie, on which scales, and how they are drawn. */

import { formatValue } from "../core/format";
import type { PanelLayout } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { linear, type Scale } from "../core/scale";
import { textWidth } from "../core/text";
import { box } from "./bars";

/** A bar: values from `from` up to `to`, and how many genes have them. */
export interface GeneBar {
  readonly from: number;
  readonly to: number;
  readonly genes: number;
}

/** Where the bars lie, side by side from the left. */
export interface HistogramLayout<Bar extends GeneBar = GeneBar> extends PanelLayout {
  readonly bars: readonly Bar[];
}

function mostOf(bars: readonly GeneBar[]): number {
  return Math.max(1, ...bars.map(({ genes }) => genes));
}

/** The fullest bar, the first of equals; undefined without any. */
export function fullestOf(bars: readonly GeneBar[]): GeneBar | undefined {
  const most = Math.max(...bars.map(({ genes }) => genes));
  return bars.find(({ genes }) => genes === most);
}

/** Bars `tall` pixels high from `top` on, with room for the greatest number on the left and `below` for the axis. */
export function histogramLayout<Bar extends GeneBar>(
  { width }: PlotFrame,
  bars: readonly Bar[],
  top: number,
  tall: number,
  below: number,
): HistogramLayout<Bar> {
  const left = 34 + Math.max(14, textWidth(formatValue(mostOf(bars)), 10));
  const bottom = top + Math.round(tall);
  return { width, height: bottom + below, left, right: width - 18, top, bottom, bars };
}

/** Pixels for values and for numbers of genes. */
export function histogramScales({ left, right, top, bottom, bars }: HistogramLayout): { x: Scale; y: Scale } {
  return {
    x: linear([bars[0]?.from ?? 0, bars.at(-1)?.to ?? 1], [left, right]),
    y: linear([0, mostOf(bars)], [bottom, top]).nice(4),
  };
}

/** The bars, each of parts from one number of genes to another, with a hairline of surface between them. */
export function drawBars<Bar extends GeneBar>(
  layout: HistogramLayout<Bar>,
  parts: (bar: Bar) => readonly (readonly [low: number, high: number, fill: string])[],
): string[] {
  const { left, right, bars } = layout;
  const { x, y } = histogramScales(layout);
  const gap = Math.min(1, (right - left) / bars.length / 6);
  return bars.flatMap((bar) => {
    const [at, width] = [x(bar.from) + gap / 2, x(bar.to) - x(bar.from) - gap];
    return parts(bar).map(([low, high, fill]) =>
      high > low ? box(at, y(high), width, y(low) - y(high), { fill }) : "",
    );
  });
}
