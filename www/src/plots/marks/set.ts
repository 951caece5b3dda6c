/** Figures of a set of genes: histograms of one number per gene, and scatter plots of two. */

import { formatCorrelation, formatValue } from "../core/format";
import { type Head, headHeight, type Laid, laid, MIDDLE, type PanelLayout } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { levelTicks, linear } from "../core/scale";
import { fit, label, num, type Part, segment, textWidth } from "../core/svg";
import { across, axisNames, DASHED, divide, grid, nothing, ticksBelow } from "./axes";
import { box } from "./bars";
import { drawChosen, drawDots, knownPairs, type Pairs, placeIn, type Square, square } from "./dots";

/** A bar: values from `from` to `to` (excluded), and the number of genes with them. */
export interface GeneBar {
  readonly from: number;
  readonly to: number;
  readonly genes: number;
}

/** Layout of bars, side by side from the left. */
export interface HistogramLayout<Bar extends GeneBar = GeneBar> extends PanelLayout {
  readonly bars: readonly Bar[];
}

/** Allowed widths of bars, all easily read. */
const WIDTHS = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** The smallest allowed width with which `most` bars cover an extent. */
export function barWidth(extent: number, most: number): number {
  return WIDTHS.find((width) => extent / width <= most) ?? WIDTHS.at(-1)!;
}

/** Bars of one width, numbered from `first`; bar 0 starts at zero. The outermost bars include all values beyond. */
export function countBars(values: readonly number[], width: number, first: number, count: number): GeneBar[] {
  const genes = new Array<number>(count).fill(0);
  for (const value of values) genes[Math.max(0, Math.min(count - 1, Math.floor(value / width) - first))]! += 1;
  const end = (i: number): number => Number(((first + i) * width).toFixed(6));
  return genes.map((of, i) => ({ from: end(i), to: end(i + 1), genes: of }));
}

/** Texts of a histogram, and its drawing. */
interface Bars<Bar extends GeneBar> {
  readonly title: string;
  readonly head: Head;
  readonly bars: readonly Bar[];
  /** Height of the bars' panel in pixels. */
  readonly tall: number;
  /** Sentences about the fullest bar, the first if several tie. */
  summary(fullest: GeneBar): string;
  /** Name of the number on the axis. */
  readonly axis: string;
  format(value: number): string;
  /** Labelled numbers; default: some round ones. */
  readonly ticks?: readonly number[];
  /** Parts of a bar, each with its range of gene counts and its colour. */
  parts(bar: Bar): readonly (readonly [low: number, high: number, fill: string])[];
  /** A value that divides the bars, and labels for both sides. */
  readonly divided?: { readonly at: number; sides(half: number): readonly string[] };
}

/** A histogram of a predicted number, with hairlines between the bars; words if no gene has a value. */
export function histogram<Bar extends GeneBar>(options: PlotFrame, of: Bars<Bar>): Laid<HistogramLayout<Bar>> {
  const { width, theme } = options;
  const { bars, divided, head } = of;
  const most = Math.max(1, ...bars.map(({ genes }) => genes));
  const left = 34 + Math.max(14, textWidth(formatValue(most), 10));
  const top = (divided ? 56 : 40) + headHeight(head, width);
  const bottom = top + Math.round(of.tall);
  const frame = { width, theme, height: bottom + 42, left, right: width - 18, top, bottom, bars };
  return laid(options, frame, () => {
    const x = linear([bars[0]?.from ?? 0, bars.at(-1)?.to ?? 1], [left, frame.right]);
    const y = linear([0, most], [bottom, top]).nice(4);
    const room = frame.right - left;
    const gap = Math.min(1, room / bars.length / 6);
    const highest = Math.max(...bars.map(({ genes }) => genes));
    const fullest = highest > 0 && bars.find(({ genes }) => genes === highest);
    return {
      head,
      title: of.title,
      summary: fullest ? of.summary(fullest) : "There are no predictions to show.",
      body: [
        fullest && [
          grid({ ...frame, y }, y.ticks(4).filter(Number.isInteger), formatValue),
          bars.map((bar) => {
            const [at, wide] = [x(bar.from) + gap / 2, x(bar.to) - x(bar.from) - gap];
            return of
              .parts(bar)
              .map(([low, high, fill]) => high > low && box(at, y(high), wide, y(low) - y(high), { fill }));
          }),
        ],
        across(frame, bottom),
        !fullest && nothing(frame, "No predictions"),
        fullest && divided && divide(frame, x(divided.at), divided.sides(room / 2 - 14)),
        ticksBelow(
          x,
          of.ticks ?? (fullest ? x.ticks(Math.max(3, Math.floor(room / 70))) : []),
          of.format,
          bottom,
          options,
        ),
        axisNames(frame, "Genes", fit(of.axis, room, 11)),
      ],
    };
  });
}

/** Texts of a scatter plot, its drawing, and a highlighted gene. */
interface Scatter extends Pairs {
  readonly title: string;
  readonly head: Head;
  /** Left side of the square, and the values at its ends. */
  readonly left: number;
  readonly ends: readonly [low: number, high: number];
  readonly summary: Part;
  /** Text if no gene has both numbers. */
  readonly none: string;
  readonly names: readonly [across: string, up: string];
  readonly selected: { readonly index: number; readonly name: string } | undefined;
  /** Labelled numbers; default: some round ones. */
  readonly ticks?: readonly number[];
  format(value: number): string;
  /** Groups of genes by colour; default: all genes in one group. */
  readonly groups?: readonly (readonly [genes: readonly number[], colour: string])[];
  /** Lines under the dots; default: the line of equality. */
  guides?(square: Square): Part;
}

/** Dots of genes on equal scales. */
export function scatter(options: PlotFrame, of: Scatter): Laid<Square> {
  const { theme } = options;
  const frame = square(options, of.left, (of.head.legend ? 40 : 34) + headHeight(of.head, options.width), of.ends);
  return laid(options, frame, () => {
    const { left, right, top, bottom, size, x } = frame;
    const zero = of.guides ? theme.line : theme.lineStrong;
    const ticks = of.ticks ?? x.ticks(5);
    const below = ticks.map((tick) => ({ at: x(tick), text: of.format(tick), stroke: tick === 0 ? zero : theme.line }));
    const turned = { ...MIDDLE, transform: `translate(14 ${num(top + size / 2)}) rotate(-90)` };
    const known = knownPairs(of);
    const placed = placeIn(frame, of);
    const { groups = [[known, theme.on]], selected } = of;
    const dots = groups.map(([genes, colour]) => drawDots(genes.map(placed), known.length, colour));
    return {
      ...{ title: of.title, head: of.head, summary: of.summary },
      body: [
        grid(frame, ticks, of.format, zero),
        levelTicks(below, { y: bottom, end: top, size: 10, gap: 15, room: [0, options.width] }, theme),
        of.guides?.(frame) ?? segment(left, bottom, right, top, theme.lineStrong, DASHED),
        known.length > 0 ? dots : nothing({ left, right, top, bottom: bottom - 24 }, of.none),
        selected && known.includes(selected.index) && drawChosen(placed(selected.index), selected.name, frame),
        label(left + size / 2, bottom + 33, fit(of.names[0], size, 11), MIDDLE),
        label(0, 0, fit(of.names[1], size, 11), turned),
      ],
    };
  });
}

/** Round ends of a scale. */
export function niceEnds(low: number, high: number): readonly [low: number, high: number] {
  return linear([low, high], [0, 1]).nice(4).domain() as [number, number];
}

/** Heading with the correlation, "Predicted against measured: r = 0.812"; without r if it is undefined. */
export function withCorrelation(heading: string, r: number | undefined, between = ": "): string {
  return r === undefined || Number.isNaN(r) ? heading : `${heading}${between}r = ${formatCorrelation(r)}`;
}

/** Sentence "Pearson's r is 0.812."; empty if r is undefined. */
export function correlationSaid(r: number | undefined): string {
  return r === undefined || Number.isNaN(r) ? "" : `Pearson's r is ${formatCorrelation(r)}.`;
}
