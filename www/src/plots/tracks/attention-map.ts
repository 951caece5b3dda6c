/** One head's attention of every bin to every bin. A canvas draws the bins; this draws what stands around them. */

import { formatAttention } from "../core/format";
import { mix, parseHex } from "../core/colour";
import { basesInWords, binStart, drawSequenceAxis, formatBase, SEQUENCE_AXIS } from "./axis";
import { changeColours } from "../core/changes";
import { trackColours } from "./colours";
import type { AttentionMapOptions } from "./options";
import { axisName, element, label, picture, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { uprightTicks } from "../core/ticks";
import type { Theme } from "../core/theme";

/** Where the bins lie, in pixels of the picture: a square. */
export interface AttentionMapLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly size: number;
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

/** The weight that the darkest colour stands for: all but one in 500 are below it. */
export function mapTop(values: ArrayLike<number>): number {
  const step = Math.max(1, Math.floor(values.length / 50_000));
  const some: number[] = [];
  for (let i = 0; i < values.length; i += step) some.push(Math.abs(values[i]));
  some.sort((a, b) => a - b);
  return some[Math.floor(0.998 * (some.length - 1))] || some.at(-1) || 1;
}

/**
 * The bins from `from` up to but not including `to` of a map [bins, bins] as pixels, four bytes each. A weight's square
 * root gives its colour, so that what is small is seen too; a difference stands on a straight scale.
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

/** Axes, title and scale around the bins. */
export function attentionMap(options: AttentionMapOptions): string {
  const { width, theme, title, view, record, top: most, isChange, image, pinned } = options;
  const { left, top, size, height } = attentionMapLayout(options);
  const [from, to] = view;
  const colours = mapColours(theme, isChange);
  const hex = (i: number): string =>
    `#${[0, 1, 2].map((c) => colours[3 * i + c].toString(16).padStart(2, "0")).join("")}`;
  const steps = 24;
  const scale = Array.from({ length: steps }, (_, i) =>
    element("rect", { x: left + i * 5, y: 34, width: 5.5, height: 9, fill: hex(Math.round((255 * i) / (steps - 1))) }),
  );
  const ends = isChange
    ? [`−${formatAttention(most)}`, `+${formatAttention(most)}`]
    : ["0", `${formatAttention(most)} or more`];
  const unitAt = left + steps * 5 + 24 + textWidth(ends[1], 10);
  const kind = isChange ? "change of attention" : "attention";
  const unit =
    [`${kind}; rows: query, columns: key`, kind].find((text) => unitAt + textWidth(text, 11) + 8 <= width) ?? "";
  const place = (bin: number): number => top + ((bin - from) / (to - from)) * size;
  const rows = uprightTicks(
    [from, to, Math.round((from + to) / 2)].map((bin) => ({
      at: place(bin),
      text: formatBase(binStart(options, bin) + (bin === to ? 0 : 1)),
    })),
    { x: left, outward: -1 },
    theme,
  );
  const at = pinned !== undefined && pinned >= from && pinned < to ? place(pinned + 0.5) : undefined;
  return picture({
    width,
    height,
    theme,
    title,
    summary:
      "Rows are query bins, columns key bins, both along " +
      `${basesInWords(record, binStart(options, from), binStart(options, to))}; the darkest colour stands for ` +
      `${isChange ? "a change of" : "a weight of"} ${formatAttention(most)}${isChange ? "" : " or more"}.`,
    body: [
      label(8, 20, fit(title, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      element("g", { "data-colour-bar": "" }, [
        label(left - 6, 43, ends[0]!, { "text-anchor": "end", "font-size": 10, fill: theme.inkFaint }),
        label(left + steps * 5 + 6, 43, ends[1]!, { "font-size": 10, fill: theme.inkFaint }),
      ]),
      ...scale,
      label(unitAt, 43, unit, { fill: theme.inkMuted }),
      image === undefined
        ? ""
        : element("image", {
            x: left,
            y: top,
            width: size,
            height: size,
            preserveAspectRatio: "none",
            "image-rendering": "pixelated",
            href: image,
          }),
      element("rect", { x: left, y: top, width: size, height: size, fill: "none", stroke: theme.lineStrong }),
      rows,
      axisName(11, top + size / 2, fit(`Base of ${record}, query`, size, 11)),
      at === undefined ? "" : segment(left - 5, at, left, at, theme.ink, { "stroke-width": 2 }),
      ...drawSequenceAxis(options, left, left + size, top + size, theme),
    ],
  });
}
