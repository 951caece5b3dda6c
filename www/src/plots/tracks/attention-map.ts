/** One head's attention of every bin to every bin. A canvas draws the bins; this draws what stands around them. */

import { changeColours, mix, parseHex, type Theme, trackColours } from "../core/colour";
import { type AttentionMapOptions, type Framed, ready } from "../core/options";
import { formatAttention } from "../core/format";
import { drawHead, END } from "../core/layout";
import { axisName, element, fit, label, picture, segment, textWidth } from "../core/svg";
import { uprightTicks } from "../core/scale";
import { box } from "../marks/bars";
import type { Square } from "../marks/dots";
import { binsInWords, binStart, drawSequenceAxis, formatBase, SEQUENCE_AXIS } from "./axis";

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
