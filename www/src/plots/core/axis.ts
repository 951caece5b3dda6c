/**
 * The axis along the window: positions of bins in bp from the anchor (the TSS), and the drawing of the axis.
 *
 * Bins are numbered from 1. Bin i of T bins of s bp has its centre at (i − T/2 − 0.5)·s, so that for an even T the TSS
 * lies between bins T/2 and T/2 + 1. For an odd T, or a window that is not centred, the ends of the window determine
 * the start of bin 1.
 */

import { formatPosition } from "./format";
import { type Figure, type Laid, laid, type Layout, type Panel, type Rows, type Sides } from "./layout";
import type { PlotFrame, Window } from "./options";
import { levelTicks, linear, type Scale } from "./scale";
import { label, segment, wrap } from "./svg";

/** Positions of the bins, in bp from the anchor. */
export interface BinAxis {
  /** Number of bins, T. */
  readonly bins: number;
  /** Length of a bin. */
  readonly binSize: number;
  /** Left end of bin 1. */
  readonly start: number;
  /** Right end of bin T. */
  readonly end: number;
  /** Name of position 0: `"TSS"`. */
  readonly anchor: string;
  /** Order of the bins, in words. */
  readonly order: string;
}

/**
 * The axis of `bins` bins. If the window's length differs from that of the bins, they are centred on its anchor.
 */
export function binAxis(bins: number, binSize: number, window?: Window): BinAxis {
  const length = bins * binSize;
  const start = window && window.upstream + window.downstream === length ? -window.upstream : -length / 2;
  return {
    bins,
    binSize,
    start,
    end: start + length,
    anchor: window?.anchor ?? "TSS",
    order:
      window?.strand === "transcription"
        ? "bins in the direction of transcription"
        : "bins in genomic order, not strand-flipped",
  };
}

/** Centre of a bin (from 1) in bp. */
export function binCentre(axis: BinAxis, bin: number): number {
  return axis.start + (bin - 0.5) * axis.binSize;
}

/** Ends of a bin (from 1) in bp, the right one excluded. */
export function binRange(axis: BinAxis, bin: number): readonly [start: number, end: number] {
  return [axis.start + (bin - 1) * axis.binSize, axis.start + bin * axis.binSize];
}

/**
 * The bin (from 1) that covers a position in bp; undefined outside the window. The window's right end belongs to the
 * last bin.
 */
export function binAt(axis: BinAxis, bp: number): number | undefined {
  if (!(bp >= axis.start && bp <= axis.end) || axis.bins === 0) return undefined;
  return Math.min(axis.bins, Math.floor((bp - axis.start) / axis.binSize) + 1);
}

/** The horizontal extent of the bins in the picture, in pixels. */
export interface Along extends Sides {
  readonly axis: BinAxis;
}

/** @internal Scale from base pairs to pixels. */
export function binScale({ axis, left, right }: Along): Scale {
  return linear([axis.start, axis.end], [left, right]);
}

/** A layout of stacked panels over an axis of bins. */
export interface BinsLayout<Panel = Rows> extends Layout, Along {
  readonly panels: readonly Panel[];
}

/** Makes a picture of panels with an axis of bins at the height `axisY`, drawn after them. */
export function overAxis<Panel>(
  options: PlotFrame,
  { left, right }: Sides,
  axis: BinAxis,
  panels: readonly Panel[],
  axisY: number,
  content: (frame: BinsLayout<Panel>) => Figure,
): Laid<BinsLayout<Panel>> {
  const { width, theme } = options;
  const frame = { width, theme, height: axisY + axisHeight(axis, width), left, right, axis, panels };
  return laid(options, frame, () => {
    const { body, ...said } = content(frame);
    return { ...said, body: [body, drawAxis(frame, axisY)] };
  });
}

/** The origin and order of the positions, in a sentence. */
export function positionsInWords({ anchor, order }: BinAxis): string {
  return `Positions are bin centres, counted from the ${anchor}; ${order}.`;
}

/** Position of a bin (from 0), in bp from the anchor. */
export function placeOf(axis: BinAxis, index: number): string {
  return formatPosition(binCentre(axis, index + 1));
}

/** Labelled positions at least `spacing` pixels apart, including 0 and, if possible, both ends. */
export function positionTicks(axis: BinAxis, pixels: number, spacing: number): number[] {
  const length = axis.end - axis.start;
  if (!(length > 0)) return [];
  const divides = (step: number): boolean => axis.start % step === 0 && axis.end % step === 0;
  const steps: number[] = [];
  for (let power = 1; power <= length; power *= 10) steps.push(power, 2 * power, 2.5 * power, 5 * power);
  const wide = steps.filter((step) => Number.isInteger(step) && (step / length) * pixels >= spacing);
  const first = wide[0] ?? length;
  // A step that reaches both ends reads better, unless it leaves too few ticks.
  const step = wide.find((candidate) => candidate <= 3 * first && divides(candidate)) ?? first;
  const ticks: number[] = [];
  for (let bp = Math.ceil(axis.start / step) * step; bp <= axis.end; bp += step) ticks.push(bp === 0 ? 0 : bp);
  return ticks;
}

const TICK_SIZE = 11;
const LINE_HEIGHT = 15;

/** The axis title, in lines that fit the picture. */
function axisTitle(axis: BinAxis, width: number): string[] {
  const distance = `Distance from the ${axis.anchor}`;
  const whole = wrap(`${distance}; ${axis.order}`, width - 16, TICK_SIZE);
  return whole.length === 1 ? whole : [distance, ...wrap(axis.order, width - 16, TICK_SIZE)];
}

/** Height below the axis line for ticks, labels and title; an axis without bins is not drawn. */
export function axisHeight(axis: BinAxis, width: number): number {
  return axis.bins === 0 ? 12 : 24 + LINE_HEIGHT * axisTitle(axis, width).length;
}

/** Draws the axis at a height, with ticks, labels and title; labels stay within the picture. */
export function drawAxis(frame: Along & PlotFrame, y: number): string[] {
  const { axis, left, right, width, theme } = frame;
  if (axis.bins === 0) return [];
  const x = binScale(frame);
  const kilo = axis.end - axis.start >= 2000;
  const positions = positionTicks(axis, right - left, 58);
  // The anchor's label takes precedence.
  const ticks = [...positions.filter((bp) => bp === 0), ...positions.filter((bp) => bp !== 0)].map((bp) => ({
    at: x(bp),
    text: bp === 0 ? axis.anchor : kilo ? `${bp < 0 ? "−" : "+"}${Math.abs(bp) / 1000} kb` : formatPosition(bp),
    attributes: bp === 0 ? { fill: theme.ink, "font-weight": "bold" } : undefined,
  }));
  return [
    segment(left, y, right, y, theme.lineStrong),
    levelTicks(ticks, { y, size: TICK_SIZE, room: [1, width - 1] }, theme),
    ...axisTitle(axis, width).map((line, i) =>
      label((left + right) / 2, y + 33 + LINE_HEIGHT * i, line, { "text-anchor": "middle" }),
    ),
  ];
}

/** The vertical line at the anchor, if it lies within the window. */
export function drawAnchor(panel: Along & Panel): string {
  const { axis, top, bottom, theme } = panel;
  if (axis.start > 0 || axis.end < 0) return "";
  const x = binScale(panel)(0);
  return segment(x, top, x, bottom, theme.lineStrong, { "stroke-dasharray": "2 3" });
}
