/** Figures of a set of genes: bars by one number of each gene, and two numbers of each on equal scales. */

import { formatCorrelation, formatValue } from "../core/format";
import { type Head, headHeight, type Laid, laid, MIDDLE, type PanelLayout } from "../core/layout";
import type { PlotFrame } from "../core/options";
import { levelTicks, linear } from "../core/scale";
import { fit, label, num, type Part, segment, textWidth } from "../core/svg";
import { across, axisNames, DASHED, divide, grid, nothing, ticksBelow } from "./axes";
import { box } from "./bars";
import { drawChosen, drawDots, knownPairs, type Pairs, placeIn, type Square, square } from "./dots";

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

/** Widths that a bar may have: what most bars can be read by. */
const WIDTHS = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** The least of them with which `most` bars cover an extent. */
export function barWidth(extent: number, most: number): number {
  return WIDTHS.find((width) => extent / width <= most) ?? WIDTHS.at(-1)!;
}

/** Bars of a width, numbered from `first` on, that of zero being bar 0; values beyond them are in the outermost. */
export function countBars(values: readonly number[], width: number, first: number, count: number): GeneBar[] {
  const genes = new Array<number>(count).fill(0);
  for (const value of values) genes[Math.max(0, Math.min(count - 1, Math.floor(value / width) - first))]! += 1;
  const end = (i: number): number => Number(((first + i) * width).toFixed(6));
  return genes.map((of, i) => ({ from: end(i), to: end(i + 1), genes: of }));
}

/** Words of bars, and how they are drawn. */
interface Bars<Bar extends GeneBar> {
  readonly title: string;
  readonly head: Head;
  readonly bars: readonly Bar[];
  /** Pixels of the bars' height. */
  readonly tall: number;
  /** Sentences that name the fullest bar, the first of equals. */
  summary(fullest: GeneBar): string;
  /** Name of the number. */
  readonly axis: string;
  format(value: number): string;
  /** Numbers that are written; some round ones if they are not given. */
  readonly ticks?: readonly number[];
  /** Parts of a bar from one number of genes to another. */
  parts(bar: Bar): readonly (readonly [low: number, high: number, fill: string])[];
  /** A value that divides the bars, and what lies on either side. */
  readonly divided?: { readonly at: number; sides(half: number): readonly string[] };
}

/** Bars by a number that is predicted, with a hairline of surface between them; words where no gene has any. */
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

/** Words of pairs, how they are drawn, and a gene that stands out. */
interface Scatter extends Pairs {
  readonly title: string;
  readonly head: Head;
  /** Where the square begins, and the values at its ends. */
  readonly left: number;
  readonly ends: readonly [low: number, high: number];
  readonly summary: Part;
  /** Words where no gene has both numbers. */
  readonly none: string;
  readonly names: readonly [across: string, up: string];
  readonly selected: { readonly index: number; readonly name: string } | undefined;
  /** Numbers that are written; some round ones if they are not given. */
  readonly ticks?: readonly number[];
  format(value: number): string;
  /** Genes of one colour each; all of them if they are not given. */
  readonly groups?: readonly (readonly [genes: readonly number[], colour: string])[];
  /** Lines under the dots, if not the one on which both numbers are equal. */
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

/** Ends of a scale that are round numbers. */
export function niceEnds(low: number, high: number): readonly [low: number, high: number] {
  return linear([low, high], [0, 1]).nice(4).domain() as [number, number];
}

/** "Predicted against measured: r = 0.812", and no r where there is none. */
export function withCorrelation(heading: string, r: number | undefined, between = ": "): string {
  return r === undefined || Number.isNaN(r) ? heading : `${heading}${between}r = ${formatCorrelation(r)}`;
}

/** "Pearson's r is 0.812.", and nothing where there is none. */
export function correlationSaid(r: number | undefined): string {
  return r === undefined || Number.isNaN(r) ? "" : `Pearson's r is ${formatCorrelation(r)}.`;
}
