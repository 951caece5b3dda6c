/**
 * Class optimisation: the input that maximises the score of a class, or moves a fold change furthest, as marks by bins,
 * with the loss at each step; DeepChrome's `7_viz.lua` (Singh et al. 2016).
 */

import { type Along, axisHeight, binAxis, binScale, drawAnchor, drawAxis, placeOf } from "../core/axis";
import { mix, type Theme } from "../core/colour";
import { formatCount, formatValue } from "../core/format";
import { colourBarHeight, drawColourBar, END, headHeight, type Laid, laid, MIDDLE } from "../core/layout";
import { type PanelLayout, type Rows, scaled } from "../core/layout";
import { type BinFrame, type Framed, ready, type Unframed } from "../core/options";
import { finite, isFlat, levelTicks, linear, matrixColumn, peak } from "../core/scale";
import { element, label, type Part, wrap } from "../core/svg";
import { across, ticksBeside, upName } from "../marks/axes";
import { box } from "../marks/bars";
import { stroked, through } from "../marks/line";
import { nameMargin, rowName } from "../marks/panel";

/** The input that maximises the score of a class. */
export interface ClassMapOptions extends BinFrame {
  /** The class: "on". */
  readonly called: string;
  /** Description of the input: "that the model is most sure is on". */
  readonly purest: string;
  /** Marks of the rows, for their colours; absent if `marks` are the row names. */
  readonly coloursOf?: readonly string[] | undefined;
  /** The input, clamped to 0 … 1 and divided by its maximum, [T, rows]. */
  readonly map: ArrayLike<number>;
  /** Loss before each step. */
  readonly losses: ArrayLike<number>;
  /** Settings of the optimisation, for the subtitle: "λ 0.009, 1,000 steps, seed 1". */
  readonly settings: string;
}

/** Layout of the map, with its loss below. */
type ClassMapLayout = PanelLayout & Along & { readonly loss: Rows };

const ROW = 22;
const LOSS = 56;

/** From nothing to the maximum; both ends differ from the surface's hairlines. */
function shade(value: number, theme: Theme): string {
  return mix(theme.on, theme.surface, 0.04 + 0.96 * Math.max(0, Math.min(1, value)));
}

/** The loss before each step, with its first and last value. */
function drawLoss(losses: readonly number[], { loss, ...frame }: ClassMapLayout): Part[] {
  const { left, right, theme } = frame;
  const { top, bottom } = loss;
  const heading = label(left, top - 12, "Loss, step by step", { fill: theme.ink });
  if (losses.length === 0) return [heading, label(left, top + 12, "No step was made.")];
  const [least, greatest] = [Math.min(...losses), Math.max(...losses)];
  const panel = scaled(frame, loss, [Math.min(0, least), greatest > least ? greatest : greatest + 1]);
  const x = linear([0, Math.max(1, losses.length - 1)], [left, right]);
  // At most about 200 points are distinguishable.
  const every = Math.max(1, Math.ceil(losses.length / 200));
  const points = losses
    .map((value, step) => [x(step), panel.y(value)] as const)
    .filter((_, step) => step % every === 0 || step === losses.length - 1);
  const [first, last] = [losses[0]!, losses.at(-1)!].map(formatValue);
  const steps = { at: right, text: formatCount(losses.length) };
  return [
    heading,
    upName(loss, "Loss"),
    label(right, top - 12, right - left > 380 ? `${first} at first, ${last} at the end` : `${last} at the end`, END),
    across(frame, bottom),
    stroked(through(points), theme.ink, 1.25),
    ticksBeside(panel, panel.y.domain().reverse(), formatValue),
    levelTicks([{ at: left, text: "0" }, steps], { y: bottom, room: [0, right + 24] }, theme),
    label((left + right) / 2, bottom + 33, "Steps", MIDDLE),
  ];
}

/** The layout of the map, and the picture that `classMap` draws. */
export function classMapLayout(options: ClassMapOptions): Laid<ClassMapLayout> {
  const { width, theme, marks, map, purest, coloursOf = marks, called, settings, binSize, window } = options;
  const axis = binAxis(marks.length === 0 ? 0 : Math.floor(map.length / marks.length), binSize, window);
  const subtitle = `The one input, for no gene in particular, ${purest}; ${settings}`;
  const head = { title: `Class optimisation, “${called}”`, lines: wrap(subtitle, width - 16, 11) };
  const unit = "signal, as a share of the greatest";
  const bar = { colour: (share: number) => shade(share, theme), ends: ["0", "1"] as const, unit };
  const left = nameMargin(marks, 0.38 * width);
  const right = width - 24;
  const barHeight = colourBarHeight(bar, right - left);
  const top = 39 + headHeight(head, width) + barHeight;
  const bottom = top + ROW * marks.length;
  const lossTop = bottom + axisHeight(axis, width) + 34;
  const loss = { top: lossTop, bottom: lossTop + LOSS };
  const frame = { width, theme, height: loss.bottom + 40, left, right, axis, top, bottom, loss };
  return laid(options, frame, () => {
    const x = binScale(frame);
    const rows = marks.map((mark, row) => ({ mark, values: matrixColumn(map, row, axis.bins, marks.length) }));
    const isEmpty = rows.every(({ values }) => values.every((value) => value <= 0));
    const losses = Array.from(options.losses, finite);
    const sentences = rows.map(({ mark, values }) => {
      const highest = peak(values);
      if (!highest) return `${mark} has no bins.`;
      if (highest.value <= 0) return `${mark} is empty.`;
      const most = highest.value.toFixed(2);
      return isFlat(values)
        ? `${mark} is ${most} in every bin.`
        : `${mark} is greatest at ${placeOf(axis, highest.index)}, ${most}.`;
    });
    return {
      head,
      title: `Input ${purest}`,
      summary: [
        isEmpty ? "No mark has signal anywhere: the input that is surest of this class is the empty one." : sentences,
        losses.length > 0 &&
          `The loss went from ${formatValue(losses[0]!)} to ${formatValue(losses.at(-1)!)} in ` +
            `${formatCount(losses.length)} steps.`,
      ],
      body: [
        drawColourBar(bar, top + 3 - barHeight, options, left, right - left),
        rows.map(({ mark, values }, row) => {
          const y = top + ROW * row;
          const cell = (value: number, i: number): string =>
            box(x(axis.start + i * axis.binSize), y + 1, (right - left) / values.length, ROW - 2, {
              fill: shade(value, theme),
            });
          return element("g", { "data-mark": mark }, [
            rowName(mark, left, top + ROW * (row + 0.5) + 4, theme, coloursOf[row]),
            // Crisp edges avoid seams between cells.
            element("g", { "shape-rendering": "crispEdges" }, values.map(cell)),
          ]);
        }),
        drawAnchor(frame),
        isEmpty &&
          marks.length > 0 &&
          label((left + right) / 2, (top + bottom) / 2 + 4, "empty: no signal is surest", {
            ...MIDDLE,
            fill: theme.ink,
          }),
        drawAxis(frame, bottom),
        drawLoss(losses, frame),
      ],
    };
  });
}

/**
 * The input that maximises the score of a class, marks by bins in shades of one colour, with the loss below.
 * `model.classOptimisation({ class: "on" })` returns both.
 *
 * ```js
 * const svg = classMap({
 *   called: "on", purest: "that the model is most sure is on", settings: "λ 0.009, 3 steps, seed 1",
 *   marks: ["H3K4me3", "H3K27me3"], binSize: 100,
 *   map: [0, 0.1, 1, 0, 0.4, 0.1], // [3 bins, 2 marks]
 *   losses: [0.7, 0.4, 0.3],
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function classMap(given: Framed<ClassMapOptions>): string {
  return classMapLayout(ready("classMap", given)).draw();
}

/** The map's value of each mark in one bin (from 1). */
export function readClassMap(
  { marks, map }: Unframed<ClassMapOptions>,
  bin: number,
): { readonly mark: string; readonly value: number }[] {
  return marks.map((mark, row) => ({ mark, value: finite(map[(bin - 1) * marks.length + row]) }));
}
