/**
 * Attention of the heads of one layer: from one bin, as learned functions of distance (figure 8 of Angus and Eyuboglu
 * 2018), and from every bin to every bin for one head. A canvas draws the pixels of that map; this module draws its
 * frame.
 */

import { changeColours, headColour, mix, parseHex, type Theme, trackColours } from "../core/colour";
import { formatAttention, formatCount } from "../core/format";
import { type ColourBar, colourBarHeight, drawColourBar, entry, figure, headHeight, LEGEND_LINE } from "../core/layout";
import { type Laid, laid, type Layout } from "../core/layout";
import { type PanelLayout, type Rows, scaled } from "../core/layout";
import type { AttentionMapOptions, Framed, HeadAttentionOptions } from "../core/options";
import { type PositionFunctionsOptions, ready } from "../core/options";
import { finite, linear, matrixRow, roundTop, type Scale, uprightTicks } from "../core/scale";
import { element, fit, label, segment } from "../core/svg";
import { across, axisNames, DASHED, DOTTED, down, grid, ticksBelow, upName } from "../marks/axes";
import { box } from "../marks/bars";
import { drawArc, stepsArea, stroked, through } from "../marks/line";
import { binsInWords, binStart, drawSequenceAxis, formatBase, SEQUENCE_AXIS, sequenceSides } from "./axis";

const ROW = 24;
const GAP = 3;
const ARCS = 60;
/** Maximum number of arcs per head. */
const MOST = 6;

/** The bins of one head with more than the uniform weight, heaviest first. */
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

/** Draws a head's row of weights. */
function drawRow(
  options: HeadAttentionOptions,
  { head, ...rows }: Rows & { readonly head: number },
  x: Scale,
  colour: string,
): string {
  const { bins, weights, besides, view, theme } = options;
  const inWindow = [Math.max(0, view[0]), Math.min(bins, view[1])] as const;
  // Only the window: there is no attention outside it.
  const [left, right] = inWindow.map(x) as [number, number];
  const own = [weights, ...(besides ? [besides] : [])].map((each) => matrixRow(each, head, bins));
  const most = roundTop(Math.max(1.5 / bins, ...own.flatMap((row) => row.slice(...inWindow))));
  const panel = scaled({ left, right, theme, view: inWindow }, rows, [0, most]);
  panel.y.clamp(true);
  return element("g", { "data-head": head + 1 }, [
    across(panel, panel.y(1 / bins), DASHED),
    stepsArea(panel, own[0]!, colour),
    across(panel, panel.bottom),
    label(8, panel.bottom - 12, `head ${head + 1}`, { fill: theme.ink }),
    label(8, panel.bottom, `α to ${formatAttention(most)}`, { "font-size": 10, fill: theme.inkFaint }),
  ]);
}

/** The layout of the picture that `headAttention` draws. */
export function headAttentionLayout(options: HeadAttentionOptions): Laid<Layout> {
  const { width, theme, heads, bins, bin, weights, besides, view, crop, layer, layers } = options;
  const head = {
    title: `${layers > 1 ? `Layer ${layer + 1}: where` : "Where"} ${binsInWords(options, bin)} looked`,
    legend: [
      entry("dashes", theme.lineStrong, `equal attention, α = 1/${bins}`),
      crop > 0 && entry("area", theme.line, "bins without a prediction"),
    ],
  };
  const top = 30 + headHeight(head, width);
  const line = top + ARCS;
  const rows = heads.map((head, i) => {
    const from = line + 10 + i * (ROW + GAP);
    return { head, top: from, bottom: from + ROW };
  });
  const axisY = (rows.at(-1)?.bottom ?? line) + 6;
  const { left, right } = sequenceSides(width);
  const frame = { width, theme, height: axisY + SEQUENCE_AXIS, left, right };
  return laid(options, frame, () => {
    const [from, to] = view;
    const x = linear(view, [left, right]);
    const isInView = (each: number): boolean => each >= from && each < to;
    const colourOf = (head: number): string => headColour(head, weights.length / bins, theme);
    const looked = heads.map((head) => ({ head, far: heaviest(weights, head, bins, MOST) }));
    const all = [weights, ...(besides ? [besides] : [])];
    const first = all.flatMap((each) => heads.flatMap((head) => heaviest(each, head, bins, 1)));
    const strongest = Math.max(1 / bins, ...first.map(({ weight }) => weight));
    // An arc that leaves the view still shows its direction; its height is that of the part in view.
    const span = Math.max(1, ...looked.flatMap(({ far }) => far.map((target) => Math.abs(target.bin - bin))));
    const clamp = (pixel: number): number => Math.max(left, Math.min(right, pixel));
    const beside = [
      [Math.max(0, from), Math.min(to, crop)],
      [Math.max(from, bins - crop), Math.min(bins, to)],
    ] as const;
    const look = { fill: theme.line, "fill-opacity": 0.5 };
    const asked = x(bin + 0.5);
    const sentences = looked.map(({ head, far: [most] }) => {
      if (!most) return `Head ${head + 1} looks at all bins alike`;
      const place = `${binsInWords(options, most.bin)}${most.bin === bin ? ", the bin itself" : ""}`;
      return `Head ${head + 1} looks most at ${place}, weight ${formatAttention(most.weight)}`;
    });
    return {
      head,
      summary: `${sentences.join("; ")}. Attention of a bin adds up to 1 over the window's ${bins} bins.`,
      body: [
        beside.map(([a, b]) => b > a && crop > 0 && box(x(a), top, x(b) - x(a), axisY - top, look)),
        looked.map(({ head, far }) =>
          far.toReversed().map((target) => {
            if (!isInView(bin) && !isInView(target.bin)) return "";
            const reach = Math.sqrt(Math.abs(target.bin - bin) / Math.min(to - from, span));
            const height = target.bin === bin ? 0 : 10 + (ARCS - 14) * Math.min(1, reach);
            const ends = [clamp(asked), clamp(x(target.bin + 0.5))] as const;
            return drawArc(ends, line, height, target.weight / strongest, colourOf(head));
          }),
        ),
        across(frame, line),
        rows.map((row) => drawRow(options, row, x, colourOf(row.head))),
        isInView(bin) && [
          down({ top: line, bottom: axisY, theme }, asked, { ...DOTTED, stroke: theme.ink }),
          element("circle", { cx: asked, cy: line, r: 3, fill: theme.ink }),
        ],
        drawSequenceAxis(options, frame, axisY),
      ],
    };
  });
}

/**
 * Attention of one layer's heads from one bin: arcs, and one row of weights per head. `model.attention` returns the
 * weights of a window, [heads, bins, bins] for each layer.
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
  return headAttentionLayout(ready("headAttention", given)).draw();
}

const HEIGHT = 190;

/** f of one head at t − i = `offset`. */
export function positionValue(
  { values, bins }: Pick<PositionFunctionsOptions, "values" | "bins">,
  head: number,
  offset: number,
): number {
  return finite(values[head * (2 * bins - 1) + offset + bins - 1]);
}

/** An offset with its sign: "+1,200", "−3", "0". */
function signed(offset: number): string {
  return `${offset > 0 ? "+" : offset < 0 ? "−" : ""}${formatCount(Math.abs(offset))}`;
}

/** The layout of the lines, and the picture that `positionFunctions` draws. */
export function positionFunctionsLayout(options: PositionFunctionsOptions): Laid<PanelLayout> {
  const { width, theme, heads, bins, binSize, layer, layers } = options;
  const each = Array.from({ length: heads }, (_, head) => ({ head, colour: headColour(head, heads, theme) }));
  const head = {
    title: `Position functions${layers > 1 ? `, layer ${layer + 1}` : ""}`,
    legend: each.map(({ head, colour }) => entry("line", colour, `head ${head + 1}`)),
  };
  const top = 36 + headHeight(head, width);
  const bottom = top + HEIGHT;
  const [left, right] = [50, width - 14];
  const frame = { width, theme, left, right, top, bottom, height: bottom + 42 };
  return laid(options, frame, () => {
    const panel = scaled(frame, frame, [0, 1]);
    const x = linear([-(bins - 1), bins - 1], [left, right]);
    // As many points as can be distinguished; the middle, where f is 0, is always among them.
    const step = Math.max(1, Math.floor((2 * bins - 1) / ((right - left) * 2)));
    const offsets = Array.from({ length: Math.floor((bins - 1) / step) }, (_, i) => (i + 1) * step);
    const all = [...offsets.map((offset) => -offset).reverse(), 0, ...offsets];
    const peaks = each.map(({ head }) => {
      const of = (offset: number): number => positionValue(options, head, offset);
      const best = all.reduce((most, offset) => (of(offset) > of(most) ? offset : most), 0);
      return `head ${head + 1} weighs most at ${signed(best)} bins`;
    });
    return {
      head,
      summary:
        `f against the distance t − i in bins of ${binSize} bp, from the query bin i to the key bin t: ` +
        `${peaks.join("; ")}. f is 0 at a distance of 0.`,
      body: [
        grid(panel, [0, 0.5, 1], String, theme.lineStrong),
        down(panel, x(0), DOTTED),
        each.map(({ head, colour }) => {
          const points = all.map((offset) => [x(offset), panel.y(positionValue(options, head, offset))] as const);
          return stroked(through(points), colour, 1.5, { "stroke-linejoin": "round", "data-head": head + 1 });
        }),
        ticksBelow(x, x.ticks(width < 480 ? 5 : 9), signed, bottom, options),
        axisNames(frame, "Weight f", `Distance t − i in bins of ${binSize} bp`),
      ],
    };
  });
}

/**
 * The learned functions f of the distance t − i, in bins, one line per head. `model.positionFunctions()` returns those
 * of each layer.
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
  return positionFunctionsLayout(ready("positionFunctions", given)).draw();
}

/** Maximum width of a map. */
const LARGEST = 640;

/** The square of bins in the picture that `attentionMap` draws. */
export function attentionMapLayout({ width }: Pick<AttentionMapOptions, "width">) {
  const [left, top] = [62, 58];
  const size = Math.min(LARGEST, width - left - 14);
  return { left, top, size };
}

/** Colour from nothing (0) to the maximum (255); for a difference, from the largest decrease to increase. */
function mapColour(level: number, theme: Theme, isChange: boolean): string {
  const { up, down } = changeColours(theme);
  const share = isChange ? (level - 127.5) / 127.5 : level / 255;
  const strongest = isChange ? (share < 0 ? down : up) : trackColours(theme).predicted;
  return mix(strongest, theme.surface, Math.abs(share));
}

/**
 * The weight of the darkest colour in a map: all but one in 500 weights are below it.
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
 * Pixels of the bins `from` to `to` (excluded) of a map [bins, bins]. The colour follows the square root of a weight,
 * so that small weights are visible; a difference (`isChange`) has a linear scale.
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
  const colours = Array.from({ length: 256 }, (_, level) => parseHex(mapColour(level, theme, isChange)));
  const side = to - from;
  const pixels = new Uint8ClampedArray(4 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const share = (values[(from + row) * bins + from + column] ?? 0) / top;
      const level = isChange
        ? 127.5 + 127.5 * Math.max(-1, Math.min(1, share))
        : 255 * Math.sqrt(Math.max(0, Math.min(1, share)));
      pixels.set([...colours[Math.round(level)]!, 255], 4 * (row * side + column));
    }
  }
  return pixels;
}

/**
 * Axes, title and scale around the attention from every bin to every bin. A canvas with the pixels of {@link mapPixels}
 * provides its `image`: `canvas.toDataURL()`.
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
  const { left, top, size } = attentionMapLayout(options);
  const [from, to] = view;
  const [right, bottom] = [left + size, top + size];
  const y = linear(view, [top, bottom]);
  const rows = [from, to, Math.round((from + to) / 2)].map((bin) => {
    const base = binStart(options, bin) + (bin === to ? 0 : 1);
    return { at: y(bin), text: formatBase(base) };
  });
  const at = y((pinned ?? Number.NaN) + 0.5);
  const shown = formatAttention(most);
  const kind = isChange ? "change of attention" : "attention";
  const room = width - left - 8;
  const [bar] = [`${kind}; rows: query, columns: key`, kind, ""]
    .map((unit): ColourBar => ({
      colour: (share) => mapColour(255 * share, theme, isChange),
      ends: isChange ? [`−${shown}`, `+${shown}`] : ["0", `${shown} or more`],
      unit,
    }))
    .filter((each) => each.unit === "" || colourBarHeight(each, room) === LEGEND_LINE);
  const pixels = {
    ...{ x: left, y: top, width: size, height: size, preserveAspectRatio: "none" },
    ...{ "image-rendering": "pixelated", href: image },
  };
  const weight = `${isChange ? "a change" : "a weight"} of ${shown}${isChange ? "" : " or more"}`;
  return figure(options, bottom + SEQUENCE_AXIS, {
    head: { title },
    summary:
      `Rows are query bins, columns key bins, both along ${binsInWords(options, from, to)}; the darkest colour ` +
      `stands for ${weight}.`,
    body: [
      drawColourBar(bar!, 43, options, left, room),
      image !== undefined && element("image", pixels),
      box(left, top, size, size, { fill: "none", stroke: theme.lineStrong }),
      uprightTicks(rows, { x: left, outward: -1 }, theme),
      upName({ top, bottom }, fit(`Base of ${record}, query`, size, 11), 11),
      at >= top && at <= bottom && segment(left - 5, at, left, at, theme.ink, { "stroke-width": 2 }),
      drawSequenceAxis(options, { left, right, theme }, bottom),
    ],
  });
}
