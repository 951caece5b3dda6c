/**
 * Attention of the heads of one layer: where they looked from one bin, what they learned of the distance (figure 8 of
 * Angus and Eyuboglu 2018), and one head's attention of every bin to every bin. A canvas draws the bins of that map;
 * here is what stands around them.
 */

import { formatAttention, formatCount } from "../core/format";
import {
  type AttentionMapOptions,
  type Framed,
  type HeadAttentionOptions,
  type PositionFunctionsOptions,
  ready,
} from "../core/options";
import { drawHead, END, entry, type Head, headHeight, type Layout, type PanelLayout, type Rows } from "../core/layout";
import { finite, linear, matrixRow, roundTop, type Scale, uprightTicks } from "../core/scale";
import { axisName, element, fit, label, picture, segment, textWidth } from "../core/svg";
import { changeColours, headColour, mix, parseHex, type Theme, trackColours } from "../core/colour";
import { columnsOf, drawArc, stepsArea, stroked, through } from "../marks/line";
import { across, axisNames, DASHED, DOTTED, down, grid, ticksBelow } from "../marks/axes";
import { box } from "../marks/bars";
import { binsInWords, binStart, drawSequenceAxis, formatBase, SEQUENCE_AXIS, SEQUENCE_SIDES } from "./axis";
import type { Square } from "../marks/dots";

/** Where arcs and rows lie. */
export interface HeadAttentionLayout extends Layout {
  /** The arcs stand on the bottom line. */
  readonly arcs: Rows;
  readonly rows: readonly (Rows & { readonly head: number })[];
  readonly axisY: number;
}

const { left: LEFT, right: RIGHT } = SEQUENCE_SIDES;
const ROW = 24;
const GAP = 3;
const ARCS = 60;
/** Arcs of each head. */
const MOST = 6;

function headOf(options: HeadAttentionOptions): Head {
  const { crop, theme, bins, bin, layer, layers } = options;
  const equal = entry("dashes", theme.lineStrong, `equal attention, α = 1/${bins}`);
  const cropped = entry("area", theme.line, "bins without a prediction");
  return {
    title: `${layers > 1 ? `Layer ${layer + 1}: where` : "Where"} ${binsInWords(options, bin)} looked`,
    legend: crop > 0 ? [equal, cropped] : [equal],
  };
}

/** Where things lie in the picture that `headAttention` draws. */
export function headAttentionLayout(options: HeadAttentionOptions): HeadAttentionLayout {
  const { width, heads } = options;
  const top = 30 + headHeight(headOf(options), width);
  const arcs = { top, bottom: top + ARCS };
  const rows = heads.map((head, i) => {
    const top = arcs.bottom + 10 + i * (ROW + GAP);
    return { head, top, bottom: top + ROW };
  });
  const axisY = (rows.at(-1)?.bottom ?? arcs.bottom) + 6;
  return { width, height: axisY + SEQUENCE_AXIS, left: LEFT, right: width - RIGHT, arcs, rows, axisY };
}

/** The bins of one head that weigh more than an equal share, the heaviest first. */
function heaviest(
  weights: ArrayLike<number>,
  head: number,
  bins: number,
  most: number,
): { readonly bin: number; readonly weight: number }[] {
  return matrixRow(weights, head, bins)
    .map((weight, bin) => ({ bin, weight }))
    .filter(({ weight }) => weight > 1.0001 / bins)
    .sort((a, b) => b.weight - a.weight || a.bin - b.bin)
    .slice(0, most);
}

/** A head's row of weights. */
function drawRow(
  options: HeadAttentionOptions,
  { head, top, bottom }: HeadAttentionLayout["rows"][number],
  x: Scale,
  colour: string,
): string {
  const { bins, weights, besides, view, theme } = options;
  const [first, last] = [Math.max(0, view[0]), Math.min(bins, view[1])];
  // The window alone: beside it there is no attention.
  const [left, right] = [x(first), x(last)];
  const rows = [weights, ...(besides ? [besides] : [])].map((each) => matrixRow(each, head, bins));
  const most = roundTop(Math.max(1.5 / bins, ...rows.flatMap((row) => row.slice(first, last))));
  const y = linear([0, most], [bottom, top]).clamp(true);
  return element("g", { "data-head": head + 1 }, [
    across({ left, right }, y(1 / bins), theme.lineStrong, DASHED),
    stepsArea(columnsOf(rows[0]!, [first, last], { left, right }), x, y, bottom, colour),
    across({ left, right }, bottom, theme.lineStrong),
    label(8, bottom - 12, `head ${head + 1}`, { fill: theme.ink }),
    label(8, bottom, `α to ${formatAttention(most)}`, { "font-size": 10, fill: theme.inkFaint }),
  ]);
}

/**
 * Where the heads of one layer attend from one bin: arcs, and a row of weights a head. `model.attention` has the
 * weights of a window, [heads, bins, bins] of each layer.
 *
 * ```js
 * const svg = headAttention({
 *   record: "chrIV", origin: 4096, binSize: 128, view: [0, 4], layer: 0, layers: 2, bin: 1, bins: 4, crop: 0,
 *   heads: [0, 1], weights: [0.1, 0.2, 0.6, 0.1, 0.3, 0.3, 0.2, 0.2], // [2 heads, 4 bins]
 * });
 * ```
 *
 * @category DNA: attention
 * @returns The picture as SVG.
 */
export function headAttention(given: Framed<HeadAttentionOptions>): string {
  const options = ready("headAttention", given);
  const { width, theme, heads, bins, bin, weights, besides, view, crop } = options;
  const layout = headAttentionLayout(options);
  const { left, right, arcs, axisY } = layout;
  const [from, to] = view;
  const x = linear(view, [left, right]);
  const isInView = (each: number): boolean => each >= from && each < to;
  const colourOf = (head: number): string => headColour(head, weights.length / bins, theme);
  const looked = heads.map((head) => ({ head, far: heaviest(weights, head, bins, MOST) }));
  const all = [weights, ...(besides ? [besides] : [])];
  const first = all.flatMap((each) => heads.flatMap((head) => heaviest(each, head, bins, 1)));
  const strongest = Math.max(1 / bins, ...first.map(({ weight }) => weight));
  // An arc that leaves the view still shows where it goes; its height is that of the part in view.
  const span = Math.max(1, ...looked.flatMap(({ far }) => far.map((target) => Math.abs(target.bin - bin))));
  const clamp = (pixel: number): number => Math.max(left, Math.min(right, pixel));
  const drawnArcs = looked.flatMap(({ head, far }) =>
    [...far].reverse().map((target) => {
      if (!isInView(bin) && !isInView(target.bin)) return "";
      const reach = Math.sqrt(Math.abs(target.bin - bin) / Math.min(to - from, span));
      const height = target.bin === bin ? 0 : 10 + (ARCS - 14) * Math.min(1, reach);
      const ends = [clamp(x(bin + 0.5)), clamp(x(target.bin + 0.5))] as const;
      return drawArc(ends, arcs.bottom, height, target.weight / strongest, colourOf(head));
    }),
  );
  const cropped = { fill: theme.line, "fill-opacity": 0.5 };
  const beside = [
    [Math.max(0, from), Math.min(to, crop)],
    [Math.max(from, bins - crop), Math.min(bins, to)],
  ].map(([a, b]) => (b! > a! && crop > 0 ? box(x(a!), arcs.top, x(b!) - x(a!), axisY - arcs.top, cropped) : ""));
  const sentences = looked.map(({ head, far: [most] }) => {
    if (!most) return `Head ${head + 1} looks at all bins alike`;
    const place = `${binsInWords(options, most.bin)}${most.bin === bin ? ", the bin itself" : ""}`;
    return `Head ${head + 1} looks most at ${place}, weight ${formatAttention(most.weight)}`;
  });
  const asked = x(bin + 0.5);
  const head = headOf(options);
  return picture({ width, theme }, layout.height, {
    title: head.title,
    summary: `${sentences.join("; ")}. Attention of a bin adds up to 1 over the window's ${bins} bins.`,
    body: [
      ...drawHead(head, options),
      ...beside,
      ...drawnArcs,
      across(layout, arcs.bottom, theme.lineStrong),
      ...layout.rows.map((row) => drawRow(options, row, x, colourOf(row.head))),
      ...(isInView(bin)
        ? [
            down(asked, { top: arcs.bottom, bottom: axisY }, theme.ink, DOTTED),
            element("circle", { cx: asked, cy: arcs.bottom, r: 3, fill: theme.ink }),
          ]
        : []),
      ...drawSequenceAxis(options, layout, axisY, theme),
    ],
  });
}

const HEIGHT = 190;

function functionsHead({ heads, theme, layer, layers }: PositionFunctionsOptions): Head {
  return {
    title: `Position functions${layers > 1 ? `, layer ${layer + 1}` : ""}`,
    legend: Array.from({ length: heads }, (_, head) =>
      entry("line", headColour(head, heads, theme), `head ${head + 1}`),
    ),
  };
}

/** Where the lines lie. */
export function positionFunctionsLayout(options: PositionFunctionsOptions): Omit<PanelLayout, "width"> {
  const top = 36 + headHeight(functionsHead(options), options.width);
  const bottom = top + HEIGHT;
  return { left: 50, right: options.width - 14, top, bottom, height: bottom + 42 };
}

/** f of one head at t − i = `offset`. */
export function positionValue(
  { values, bins }: Pick<PositionFunctionsOptions, "values" | "bins">,
  head: number,
  offset: number,
): number {
  return finite(values[head * (2 * bins - 1) + offset + bins - 1]);
}

/** "+1,200", "−3", "0" */
function signed(offset: number): string {
  return `${offset > 0 ? "+" : offset < 0 ? "−" : ""}${formatCount(Math.abs(offset))}`;
}

/**
 * The learned functions f of the distance t − i, in bins, a line a head. `model.positionFunctions()` has those of each
 * layer.
 *
 * ```js
 * const svg = positionFunctions({
 *   layer: 0, layers: 2, heads: 1, bins: 3, binSize: 128,
 *   values: [0.1, 0.4, 1, 0.5, 0.2], // [1 head, 2 × 3 − 1 distances]
 * });
 * ```
 *
 * @category DNA: attention
 * @returns The picture as SVG.
 */
export function positionFunctions(given: Framed<PositionFunctionsOptions>): string {
  const options = ready("positionFunctions", given);
  const { width, theme, heads, bins, binSize } = options;
  const frame = positionFunctionsLayout(options);
  const { left, right, top, bottom, height } = frame;
  const x = linear([-(bins - 1), bins - 1], [left, right]);
  const y = linear([0, 1], [bottom, top]);
  // As many points as can be distinguished; the middle, where f is 0, is always among them.
  const step = Math.max(1, Math.floor((2 * bins - 1) / ((right - left) * 2)));
  const offsets = Array.from({ length: Math.floor((bins - 1) / step) }, (_, i) => (i + 1) * step);
  const all = [...offsets.map((offset) => -offset).reverse(), 0, ...offsets];
  const lines = Array.from({ length: heads }, (_, head) => {
    const points = all.map((offset) => [x(offset), y(positionValue(options, head, offset))] as const);
    const look = { "stroke-linejoin": "round", "data-head": head + 1 };
    return stroked(through(points), headColour(head, heads, theme), 1.5, look);
  });
  const peaks = Array.from({ length: heads }, (_, head) => {
    const of = (offset: number): number => positionValue(options, head, offset);
    const best = all.reduce((most, offset) => (of(offset) > of(most) ? offset : most), 0);
    return `head ${head + 1} weighs most at ${signed(best)} bins`;
  });
  const head = functionsHead(options);
  return picture({ width, theme }, height, {
    title: head.title,
    summary:
      `f against the distance t − i in bins of ${binSize} bp, from the query bin i to the key bin t: ` +
      `${peaks.join("; ")}. f is 0 at a distance of 0.`,
    body: [
      ...drawHead(head, options),
      grid([0, 0.5, 1], y, String, frame, theme, theme.lineStrong),
      down(x(0), { top, bottom }, theme.lineStrong, DOTTED),
      ...lines,
      ticksBelow(x.ticks(width < 480 ? 5 : 9), x, signed, bottom, options),
      ...axisNames(frame, "Weight f", `Distance t − i in bins of ${binSize} bp`),
    ],
  });
}

/** Where the bins lie: a square. */
export interface AttentionMapLayout extends Omit<Square, "ends"> {
  readonly width: number;
  readonly height: number;
}

/** The widest that a map is drawn. */
const LARGEST = 640;

/** Where the bins lie in the picture that `attentionMap` draws. */
export function attentionMapLayout({ width }: Pick<AttentionMapOptions, "width">): AttentionMapLayout {
  const left = 62;
  const size = Math.min(LARGEST, width - left - 14);
  const top = 58;
  return { width, height: top + size + SEQUENCE_AXIS, left, top, size };
}

/**
 * Colours from nothing to the most, 256 of them, [256, 3]; of a difference from the greatest fall to the greatest rise.
 */
function mapColours(theme: Theme, isChange: boolean): Uint8Array {
  const { up, down } = changeColours(theme);
  const { predicted } = trackColours(theme);
  const colours = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const share = isChange ? (i - 127.5) / 127.5 : i / 255;
    colours.set(parseHex(mix(isChange ? (share < 0 ? down : up) : predicted, theme.surface, Math.abs(share))), 3 * i);
  }
  return colours;
}

/**
 * The weight that the darkest colour of a map stands for: all but one in 500 are below it.
 *
 * ```js
 * const top = mapTop([0.7, 0.3, 0.2, 0.8]); // 0.7: all but the greatest are at most so high
 * ```
 *
 * @category DNA: attention
 * @returns A weight above 0.
 */
export function mapTop(values: ArrayLike<number>): number {
  const step = Math.max(1, Math.floor(values.length / 50_000));
  const some: number[] = [];
  for (let i = 0; i < values.length; i += step) some.push(Math.abs(values[i]));
  some.sort((a, b) => a - b);
  return some[Math.floor(0.998 * (some.length - 1))] || some.at(-1) || 1;
}

/**
 * The bins from `from` up to but not including `to` of a map [bins, bins] as pixels. A weight's square root gives its
 * colour, so that small ones can be seen too; a difference (`isChange`) has a linear scale.
 *
 * ```js
 * const weights = [0.7, 0.3, 0.2, 0.8]; // of one head, [2 bins, 2 bins]
 * const pixels = mapPixels(weights, 2, [0, 2], mapTop(weights), false, light); // for `new ImageData(pixels, 2)`
 * ```
 *
 * @category DNA: attention
 * @returns Red, green, blue and opacity of each pixel, [to − from, to − from, 4].
 */
export function mapPixels(
  values: ArrayLike<number>,
  bins: number,
  [from, to]: readonly [number, number],
  top: number,
  isChange: boolean,
  theme: Theme,
): Uint8ClampedArray {
  const colours = mapColours(theme, isChange);
  const side = to - from;
  const pixels = new Uint8ClampedArray(4 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const share = (values[(from + row) * bins + from + column] ?? 0) / top;
      const level = isChange
        ? 127.5 + 127.5 * Math.max(-1, Math.min(1, share))
        : 255 * Math.sqrt(Math.max(0, Math.min(1, share)));
      const at = 3 * Math.round(level);
      pixels.set([colours[at], colours[at + 1], colours[at + 2], 255], 4 * (row * side + column));
    }
  }
  return pixels;
}

/** Steps of the scale of colours, and how wide each is. */
const [STEPS, STEP] = [24, 5];

/** The scale of colours over a map, with its ends and what they are of. */
function drawScale({ width, theme, top: most, isChange }: AttentionMapOptions, left: number): string[] {
  const colours = mapColours(theme, isChange);
  const hex = (i: number): string =>
    `#${[0, 1, 2].map((c) => colours[3 * i + c]!.toString(16).padStart(2, "0")).join("")}`;
  const weight = formatAttention(most);
  const [first, last] = isChange ? [`−${weight}`, `+${weight}`] : ["0", `${weight} or more`];
  const end = { "font-size": 10, fill: theme.inkFaint };
  const unitAt = left + STEPS * STEP + 24 + textWidth(last!, 10);
  const kind = isChange ? "change of attention" : "attention";
  const units = [`${kind}; rows: query, columns: key`, kind];
  return [
    element("g", { "data-colour-bar": "" }, [
      label(left - 6, 43, first!, { ...END, ...end }),
      label(left + STEPS * STEP + 6, 43, last!, end),
    ]),
    ...Array.from({ length: STEPS }, (_, i) =>
      box(left + i * STEP, 34, STEP + 0.5, 9, { fill: hex(Math.round((255 * i) / (STEPS - 1))) }),
    ),
    label(unitAt, 43, units.find((text) => unitAt + textWidth(text, 11) + 8 <= width) ?? "", { fill: theme.inkMuted }),
  ];
}

/**
 * Axes, title and scale around the attention of every bin to every bin. A canvas with the pixels of {@link mapPixels}
 * makes its `image`: `canvas.toDataURL()`.
 *
 * ```js
 * const svg = attentionMap({
 *   title: "Layer 1, head 1", record: "chrIV", origin: 4096, binSize: 128, view: [0, 4], isChange: false,
 *   top: 0.8, image: "data:image/png;base64,…",
 * });
 * ```
 *
 * @category DNA: attention
 * @returns The picture as SVG.
 */
export function attentionMap(given: Framed<AttentionMapOptions>): string {
  const options = ready("attentionMap", given);
  const { width, theme, title, view, record, top: most, isChange, image, pinned } = options;
  const { left, top, size, height } = attentionMapLayout(options);
  const [from, to] = view;
  const [right, bottom] = [left + size, top + size];
  const place = (bin: number): number => top + ((bin - from) / (to - from)) * size;
  const rows = [from, to, Math.round((from + to) / 2)].map((bin) => {
    const base = binStart(options, bin) + (bin === to ? 0 : 1);
    return { at: place(bin), text: formatBase(base) };
  });
  const at = pinned !== undefined && pinned >= from && pinned < to ? place(pinned + 0.5) : undefined;
  const pixels = {
    ...{ x: left, y: top, width: size, height: size, preserveAspectRatio: "none" },
    ...{ "image-rendering": "pixelated", href: image },
  };
  const weight = `${isChange ? "a change" : "a weight"} of ${formatAttention(most)}${isChange ? "" : " or more"}`;
  return picture({ width, theme }, height, {
    title,
    summary:
      `Rows are query bins, columns key bins, both along ${binsInWords(options, from, to)}; the darkest colour ` +
      `stands for ${weight}.`,
    body: [
      ...drawHead({ title }, options),
      ...drawScale(options, left),
      image === undefined ? "" : element("image", pixels),
      box(left, top, size, size, { fill: "none", stroke: theme.lineStrong }),
      uprightTicks(rows, { x: left, outward: -1 }, theme),
      axisName(11, top + size / 2, fit(`Base of ${record}, query`, size, 11)),
      at === undefined ? "" : segment(left - 5, at, left, at, theme.ink, { "stroke-width": 2 }),
      ...drawSequenceAxis(options, { left, right }, bottom, theme),
    ],
  });
}
