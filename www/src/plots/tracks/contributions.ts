/**
 * Contribution of each base to a track's sum: letters where there is room for them, else the largest and the least of
 * the bases under a pixel.
 */

import { scaleLinear } from "d3-scale";
import { changeColours } from "../core/changes";
import { formatSigned, formatValue } from "../core/format";
import { drawLegend, type LegendEntry, legendHeight } from "../core/legend";
import type { PlotFrame } from "../core/options";
import { axisName, element, label, picture, segment } from "../core/svg";
import { fit, wrap } from "../core/text";
import { basesInWords, drawSequenceAxis, formatBase, SEQUENCE_AXIS } from "./axis";
import { baseColour } from "./colours";
import { letter } from "./letters";
import { type Across, drawNames, type NamedStretch, namesInWords, type PlacedNames, placeNames } from "./names-under";
import { uprightTicks } from "../core/ticks";

/** Options of the plot of contributions by the bases of a stretch. */
export interface ContributionsOptions extends PlotFrame {
  readonly record: string;
  /** Name of the track. */
  readonly track: string;
  /** Method that found the contributions: "integrated gradients from 10 shuffles". */
  readonly method: string;
  /** First base, from 0. */
  readonly start: number;
  /** A 0, C 1, G 2, T 3, unknown 4, [n]. */
  readonly codes: ArrayLike<number>;
  /** In the track's unit, [n]; NaN where nothing is known. */
  readonly contributions: ArrayLike<number>;
  /** The bases in view: the first, and the one behind the last, from 0 in the record. */
  readonly view: readonly [number, number];
  /** Stretches that match motifs, those whose names matter most first. */
  readonly names?: readonly NamedStretch[] | undefined;
}

/** Where things lie, in pixels of the picture. */
export interface ContributionsLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const HEIGHT = 110;
const [LEFT, RIGHT] = [76, 16];
/** Pixels of a base from which on it is a letter. */
const LETTER = 5;
/** Bases that are named in the summary, and how far apart they are at least: not all of one motif. */
const NAMED = 3;
const APART = 20;

function subtitle({ method }: ContributionsOptions): string {
  return `How much of the track’s sum each base accounts for, by ${method}`;
}

function acrossOf({ width, view }: ContributionsOptions): Across {
  const [left, right] = [LEFT, width - RIGHT];
  return { view, left, right, isLetters: (right - left) / Math.max(1, view[1] - view[0]) >= LETTER };
}

function namesOf(options: ContributionsOptions): PlacedNames {
  return placeNames(options.names ?? [], acrossOf(options));
}

function legendOf(options: ContributionsOptions): LegendEntry[] {
  const { up, down } = changeColours(options.theme);
  if (acrossOf(options).isLetters) return [];
  return [
    { sample: "area", colour: up, text: "raises the track" },
    { sample: "area", colour: down, text: "lowers it" },
  ];
}

/** Where things lie in the picture that {@link baseContributions} draws. */
export function contributionsLayout(options: ContributionsOptions): ContributionsLayout {
  const { width } = options;
  const lines = wrap(subtitle(options), width - 16, 11).length;
  const top = 44 + 15 * lines + legendHeight(legendOf(options), width - 16);
  const bottom = top + HEIGHT;
  const { height } = namesOf(options);
  return { width, height: bottom + height + 8 + SEQUENCE_AXIS, left: LEFT, right: width - RIGHT, top, bottom };
}

/** The base (from 0 in the record) at a pixel; undefined beside them. */
export function baseOfContributions(options: ContributionsOptions, pixel: number): number | undefined {
  const { left, right } = contributionsLayout(options);
  const [from, to] = options.view;
  if (!(pixel >= left && pixel <= right)) return undefined;
  return Math.min(to - 1, from + Math.floor(((pixel - left) / (right - left)) * (to - from)));
}

/** Contribution of a base; undefined where it is not known. */
export function contributionAt(
  { start, contributions }: Pick<ContributionsOptions, "start" | "contributions">,
  base: number,
): number | undefined {
  const value = contributions[base - start];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Bases in view with what they account for, the largest first, at most one of a few neighbours. */
export function strongestBases(
  options: Pick<ContributionsOptions, "start" | "contributions" | "view">,
): { readonly base: number; readonly value: number }[] {
  const known = [];
  for (let base = options.view[0]; base < options.view[1]; base++) {
    const value = contributionAt(options, base);
    if (value !== undefined && value !== 0) known.push({ base, value });
  }
  known.sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.base - b.base);
  const named: typeof known = [];
  for (const each of known) {
    if (named.length === NAMED) break;
    if (named.every(({ base }) => Math.abs(base - each.base) >= APART)) named.push(each);
  }
  return named;
}

/** Letters, or what lies between the largest and the least. */
export function baseContributions(options: ContributionsOptions): string {
  const { width, theme, record, track, start, codes, view } = options;
  const { left, right, top, bottom, height } = contributionsLayout(options);
  const [from, to] = view;
  const x = scaleLinear().domain([from, to]).range([left, right]);
  let [most, least] = [0, 0];
  for (let base = from; base < to; base++) {
    const value = contributionAt(options, base) ?? 0;
    most = Math.max(most, value);
    least = Math.min(least, value);
  }
  const isFlat = most === least;
  const y = scaleLinear()
    .domain(isFlat ? [-1, 1] : [least, most])
    .range([bottom, top]);
  const column = (right - left) / Math.max(1, to - from);
  const { up, down } = changeColours(theme);
  const bar = (at: number, wide: number, value: number, fill: string): string =>
    value === 0
      ? ""
      : element("rect", {
          x: at,
          y: Math.min(y(0), y(value)),
          width: wide,
          height: Math.abs(y(value) - y(0)),
          fill,
        });
  const letters = (): string[] =>
    Array.from({ length: to - from }, (_, i) => {
      const [base, code] = [from + i, codes[from + i - start] ?? 4];
      const value = contributionAt(options, base);
      if (value === undefined || value === 0) return "";
      const at = x(base);
      return code > 3
        ? bar(at, column, value, theme.lineStrong)
        : letter(code, at + column * 0.04, column * 0.92, y(0), y(value), baseColour(code, theme));
    });
  const envelope = (): string[] =>
    Array.from({ length: Math.ceil(right - left) }, (_, pixel) => {
      const [first, end] = [x.invert(left + pixel), x.invert(left + pixel + 1)].map(Math.floor) as [number, number];
      let [high, low] = [0, 0];
      for (let base = first; base < Math.max(end, first + 1); base++) {
        const value = contributionAt(options, base) ?? 0;
        high = Math.max(high, value);
        low = Math.min(low, value);
      }
      return bar(left + pixel, 1, high, up) + bar(left + pixel, 1, low, down);
    });
  const across = acrossOf(options);
  const names = namesOf(options);
  const lines = wrap(subtitle(options), width - 16, 11);
  const title = `${track}: what it rests on in ${basesInWords(record, from, to)}`;
  const named = strongestBases(options).map(
    ({ base, value }) => `${"ACGTN"[codes[base - start] ?? 4]} at ${formatBase(base + 1)} (${formatSigned(value)})`,
  );
  return picture({
    width,
    height,
    theme,
    title,
    summary: [
      `${subtitle(options)}.`,
      named.length > 0 ? `Most: ${named.join(", ")}.` : "No base in view accounts for any of it.",
      namesInWords(names),
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
    body: [
      label(8, 20, fit(title, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...lines.map((line, i) => label(8, 38 + 15 * i, line)),
      ...drawLegend(legendOf(options), 8, 42 + 15 * lines.length, width - 16, theme),
      axisName(14, (top + bottom) / 2, "Contribution"),
      ...(across.isLetters ? letters() : envelope()),
      segment(left, y(0), right, y(0), theme.lineStrong),
      ...(isFlat
        ? []
        : [
            uprightTicks(
              [
                ...(most > 0 ? [{ at: top, text: formatValue(most) }] : []),
                ...(least < 0 ? [{ at: bottom, text: formatSigned(least) }] : []),
                { at: y(0), text: "0" },
              ],
              { x: left, outward: -1 },
              theme,
            ),
          ]),
      ...drawNames(names, across, bottom, theme),
      ...drawSequenceAxis({ record, origin: 0, binSize: 1, view }, left, right, bottom + names.height + 8, theme),
    ],
  });
}
