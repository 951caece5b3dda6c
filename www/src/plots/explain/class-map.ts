/**
 * Class optimisation: the input that a model calls most surely on (or off), or that moves a fold change furthest, marks
 * by bins, and how the loss fell on the way; DeepChrome's `7_viz.lua` (Singh et al. 2016).
 */

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axisHeight, type BinAxis, binAxis, binCentre, binScale, drawAnchor, drawAxis } from "../core/axis";
import { mix } from "../core/colour";
import { formatCount, formatPosition, formatValue } from "../core/format";
import { markColour } from "../core/marks";
import type { BinFrame } from "../core/options";
import { finite, isFlat, matrixColumn, peak } from "../core/scale";
import { type ColourBar, colourBarHeight, drawColourBar } from "../core/legend";
import { axisName, element, label, picture, segment } from "../core/svg";
import { fit, textWidth, wrap } from "../core/text";
import { levelTicks, uprightTicks } from "../core/ticks";
import type { Theme } from "../core/theme";

/** The input that a class is most sure of. */
export interface ClassMapOptions extends BinFrame {
  /** The class: "on". */
  readonly called: string;
  /** Description of the input: "that the model is most sure is on". */
  readonly purest: string;
  /** The marks of the rows, for their colours; absent where they are called by them. */
  readonly coloursOf?: readonly string[] | undefined;
  /** The input, clamped to 0 … 1 and divided by its greatest value, [T, rows]. */
  readonly map: ArrayLike<number>;
  /** Loss before each step. */
  readonly losses: ArrayLike<number>;
  /** Settings of the optimisation, for the subtitle: "λ 0.009, 1,000 steps, seed 1". */
  readonly settings: string;
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface ClassMapLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
  readonly top: number;
  readonly bottom: number;
  readonly loss: { readonly top: number; readonly bottom: number };
}

const ROW = 22;
const LOSS = 56;

function subtitle({ purest, settings }: ClassMapOptions): string {
  return `The one input, for no gene in particular, ${purest}; ${settings}`;
}

/** Where the map of `options` lies in the picture that `classMap` draws of it. */
export function classMapLayout(options: ClassMapOptions): ClassMapLayout {
  const { width, theme, marks, map, binSize, window } = options;
  const axis = binAxis(marks.length === 0 ? 0 : Math.floor(map.length / marks.length), binSize, window);
  const left = 16 + Math.min(0.38 * width, Math.max(24, ...marks.map((mark) => textWidth(mark, 12, "bold"))));
  const bar = colourBarHeight(barOf(theme), width - 24 - left);
  const top = 30 + 15 * wrap(subtitle(options), width - 16, 11).length + 9 + bar;
  const bottom = top + ROW * marks.length;
  const lossTop = bottom + axisHeight(axis, width) + 34;
  return {
    width,
    height: lossTop + LOSS + 40,
    left,
    right: width - 24,
    axis,
    top,
    bottom,
    loss: { top: lossTop, bottom: lossTop + LOSS },
  };
}

/** From nothing to the most; both ends differ from the surface's hairlines. */
function shade(value: number, theme: Theme): string {
  return mix(theme.on, theme.surface, 0.04 + 0.96 * Math.max(0, Math.min(1, value)));
}

/** Colour scale of the shades. */
function barOf(theme: Theme): ColourBar {
  const ends = ["0", "1"] as const;
  return { colour: (share) => shade(share, theme), ends, unit: "signal, as a share of the greatest" };
}

/** The loss before each step, with its first and last value. */
function drawLoss(losses: readonly number[], { left, right, loss }: ClassMapLayout, theme: Theme): string[] {
  const heading = label(left, loss.top - 12, "Loss, step by step", { fill: theme.ink });
  if (losses.length === 0) return [heading, label(left, loss.top + 12, "No step was made.")];
  const [least, greatest] = [Math.min(...losses), Math.max(...losses)];
  const x = scaleLinear()
    .domain([0, Math.max(1, losses.length - 1)])
    .range([left, right]);
  const y = scaleLinear()
    .domain([Math.min(0, least), greatest > least ? greatest : greatest + 1])
    .range([loss.bottom, loss.top]);
  // The eye distinguishes about 200 points.
  const every = Math.max(1, Math.ceil(losses.length / 200));
  const points = losses
    .map((value, step) => [step, value] as const)
    .filter(([step]) => step % every === 0 || step === losses.length - 1);
  const path = line<readonly [number, number]>()
    .digits(2)
    .x(([step]) => x(step))
    .y(([, value]) => y(value))(points as [number, number][]);
  const last = formatValue(losses[losses.length - 1]);
  const ends = right - left > 380 ? `${formatValue(losses[0])} at first, ${last} at the end` : `${last} at the end`;
  return [
    heading,
    axisName(14, (loss.top + loss.bottom) / 2, "Loss"),
    label(right, loss.top - 12, ends, { "text-anchor": "end" }),
    segment(left, loss.bottom, right, loss.bottom, theme.lineStrong),
    element("path", {
      d: path ?? "",
      fill: "none",
      stroke: theme.ink,
      "stroke-width": 1.25,
      "stroke-linejoin": "round",
    }),
    uprightTicks(
      [...y.domain()].reverse().map((value) => ({ at: y(value), text: formatValue(value) })),
      { x: left, outward: -1 },
      theme,
    ),
    levelTicks(
      [
        { at: left, text: "0" },
        { at: right, text: formatCount(losses.length) },
      ],
      { y: loss.bottom, room: [0, right + 24] },
      theme,
    ),
    label((left + right) / 2, loss.bottom + 33, "Steps", { "text-anchor": "middle" }),
  ];
}

/** Marks by bins in shades of one colour, and under it the loss. */
export function classMap(options: ClassMapOptions): string {
  const { width, theme, marks, map, called, purest, coloursOf = marks } = options;
  const frame = classMapLayout(options);
  const { axis, left, right, top, bottom } = frame;
  const x = binScale(axis, left, right);
  const bar = barOf(theme);
  const rows = marks.map((mark, row) => ({ mark, values: matrixColumn(map, row, axis.bins, marks.length) }));
  const empty = rows.every(({ values }) => values.every((value) => value <= 0));
  const losses = Array.from(options.losses, finite);
  const sentences = rows.map(({ mark, values }) => {
    const highest = peak(values);
    if (!highest) return `${mark} has no bins.`;
    if (highest.value <= 0) return `${mark} is empty.`;
    if (isFlat(values)) return `${mark} is ${highest.value.toFixed(2)} in every bin.`;
    return `${mark} is greatest at ${formatPosition(binCentre(axis, highest.index + 1))}, ${highest.value.toFixed(2)}.`;
  });
  const summary = empty
    ? "No mark has signal anywhere: the input that is surest of this class is the empty one."
    : sentences.join(" ");
  const fell =
    losses.length === 0
      ? ""
      : ` The loss went from ${formatValue(losses[0])} to ${formatValue(losses[losses.length - 1])} in ` +
        `${formatCount(losses.length)} steps.`;
  const lines = wrap(subtitle(options), width - 16, 11);
  return picture({
    width,
    height: frame.height,
    theme,
    title: `Input ${purest}`,
    summary: `${summary}${fell}`,
    body: [
      label(8, 20, `Class optimisation, “${called}”`, { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...lines.map((text, i) => label(8, 38 + 15 * i, text)),
      ...drawColourBar(bar, left, top + 3 - colourBarHeight(bar, right - left), right - left, theme),
      ...rows.map(({ mark, values }, row) =>
        element("g", { "data-mark": mark }, [
          label(left - 8, top + ROW * (row + 0.5) + 4, fit(mark, left - 16, 12, "bold"), {
            "text-anchor": "end",
            "font-size": 12,
            "font-weight": "bold",
            fill: markColour(coloursOf[row]!, theme).text,
          }),
          // Crisp edges leave no seam between cells.
          element(
            "g",
            { "shape-rendering": "crispEdges" },
            values.map((value, i) =>
              element("rect", {
                x: x(axis.start + i * axis.binSize),
                y: top + ROW * row + 1,
                width: (right - left) / values.length,
                height: ROW - 2,
                fill: shade(value, theme),
              }),
            ),
          ),
        ]),
      ),
      drawAnchor(axis, left, right, top, bottom, theme),
      ...(empty && marks.length > 0
        ? [
            label((left + right) / 2, (top + bottom) / 2 + 4, "empty: no signal is surest", {
              "text-anchor": "middle",
              fill: theme.ink,
            }),
          ]
        : []),
      ...drawAxis({ axis, left, right, y: bottom, width, theme }),
      ...drawLoss(losses, frame, theme),
    ],
  });
}

/** The map's value of each mark in one bin (from 1). */
export function readClassMap(
  { marks, map }: ClassMapOptions,
  bin: number,
): { readonly mark: string; readonly value: number }[] {
  return marks.map((mark, row) => ({ mark, value: finite(map[(bin - 1) * marks.length + row]) }));
}
