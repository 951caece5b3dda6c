/**
 * Contribution of each base to a track's sum: letters where there is room for them, else the largest and the least of
 * the bases under a pixel.
 */

import { changeColours } from "../core/colour";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { formatSigned, formatValue } from "../core/format";
import { drawHead, entry, type Head, headHeight, type PanelLayout, signEntries } from "../core/layout";
import { linear } from "../core/scale";
import { axisName, picture, wrap } from "../core/svg";
import { box, upright } from "../marks/bars";
import { letter } from "../marks/letters";
import { across as acrossAt, ticksBeside } from "../marks/axes";
import { basesInWords, drawSequenceAxis, formatBase, SEQUENCE_AXIS, SEQUENCE_SIDES } from "./axis";
import { type Across, drawNames, type NamedStretch, namesInWords, placeNames } from "./motifs";

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
  /** The bases in view: the first, and the one behind the last, from 0 in the record. May reach beyond `codes`. */
  readonly view: readonly [number, number];
  /** Stretches that match motifs, those whose names matter most first. */
  readonly names?: readonly NamedStretch[] | undefined;
}

const HEIGHT = 110;
const { left: LEFT, right: RIGHT } = SEQUENCE_SIDES;
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

function headOf(options: ContributionsOptions): Head {
  const { record, track, view, width, theme } = options;
  const signs = signEntries(theme, "raises the track", "lowers it");
  const beside = entry("area", theme.line, "not explained");
  const legend = [...(acrossOf(options).isLetters ? [] : signs), ...(unknownIn(options).length > 0 ? [beside] : [])];
  return {
    title: `${track}: what it rests on in ${basesInWords(record, ...view)}`,
    lines: wrap(subtitle(options), width - 16, 11),
    legend,
  };
}

/** Stretches in view on either side of the bases that are given. */
function unknownIn({ view: [from, to], start, codes }: ContributionsOptions): (readonly [number, number])[] {
  const beside = [[from, Math.min(to, start)] as const, [Math.max(from, start + codes.length), to] as const];
  return beside.filter(([first, end]) => end > first);
}

/** Where things lie in the picture that {@link baseContributions} draws. */
export function contributionsLayout(options: ContributionsOptions): PanelLayout {
  const { width, names } = options;
  const top = 44 + headHeight(headOf(options), width);
  const bottom = top + HEIGHT;
  const height = bottom + placeNames(names ?? [], acrossOf(options)).height + 8 + SEQUENCE_AXIS;
  return { width, height, left: LEFT, right: width - RIGHT, top, bottom };
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

/** The largest and the least contribution of the bases from `from` up to but not including `to`; 0 where none is. */
function rangeOf(options: ContributionsOptions, from: number, to: number): { most: number; least: number } {
  let [most, least] = [0, 0];
  for (let base = from; base < to; base++) {
    const value = contributionAt(options, base) ?? 0;
    most = Math.max(most, value);
    least = Math.min(least, value);
  }
  return { most, least };
}

/**
 * Letters as high as what each base contributes to a track, or, where they are too narrow, what lies between the
 * largest and the least. `model.contributions` has `start`, `codes` and `contributions`.
 *
 * ```js
 * const svg = baseContributions({
 *   record: "chrIV", track: "ATAC", method: "integrated gradients from 10 shuffles",
 *   start: 4300, view: [4300, 4304],
 *   codes: [0, 2, 3, 1], contributions: [0.2, 1.4, 0.9, -0.3], // A 0, C 1, G 2, T 3
 * });
 * ```
 *
 * @category DNA: bases and motifs
 * @returns The picture as SVG.
 */
export function baseContributions(given: Framed<ContributionsOptions>): string {
  const options = ready("baseContributions", given);
  const { width, theme, record, start, codes, view } = options;
  const [from, to] = view;
  const frame = contributionsLayout(options);
  const { left, right, top, bottom, height } = frame;
  const x = linear(view, [left, right]);
  const { most, least } = rangeOf(options, from, to);
  const isFlat = most === least;
  const y = linear(isFlat ? [-1, 1] : [least, most], [bottom, top]);
  const column = (right - left) / Math.max(1, to - from);
  const { up, down } = changeColours(theme);
  const unknown = { fill: theme.line, "fill-opacity": 0.5 };
  const letters = (): string[] =>
    Array.from({ length: to - from }, (_, i) => {
      const code = codes[from + i - start] ?? 4;
      const value = contributionAt(options, from + i) ?? 0;
      const at = x(from + i);
      if (code > 3) return upright(at, column, y(0), y(value), theme.lineStrong);
      return value === 0 ? "" : letter(code, at + column * 0.04, column * 0.92, y(0), y(value), theme);
    });
  const envelope = (): string[] =>
    Array.from({ length: Math.ceil(right - left) }, (_, i) => {
      const [first, end] = [x.invert(left + i), x.invert(left + i + 1)].map(Math.floor) as [number, number];
      const { most, least } = rangeOf(options, first, Math.max(end, first + 1));
      return upright(left + i, 1, y(0), y(most), up) + upright(left + i, 1, y(0), y(least), down);
    });
  const across = acrossOf(options);
  const names = placeNames(options.names ?? [], across);
  const head = headOf(options);
  const named = strongestBases(options).map(
    ({ base, value }) => `${"ACGTN"[codes[base - start] ?? 4]} at ${formatBase(base + 1)} (${formatSigned(value)})`,
  );
  return picture({ width, theme }, height, {
    title: head.title,
    summary: [
      `${subtitle(options)}.`,
      named.length > 0 ? `Most: ${named.join(", ")}.` : "No base in view accounts for any of it.",
      namesInWords(names),
    ]
      .filter(Boolean)
      .join(" "),
    body: [
      ...drawHead(head, options),
      axisName(14, (top + bottom) / 2, "Contribution"),
      ...unknownIn(options).map(([first, end]) => box(x(first), top, x(end) - x(first), bottom - top, unknown)),
      ...(across.isLetters ? letters() : envelope()),
      acrossAt(frame, y(0), theme.lineStrong),
      isFlat ? "" : ticksBeside([...[most, least].filter(Boolean), 0], y, formatValue, left, theme),
      ...drawNames(names, across, bottom, theme),
      ...drawSequenceAxis({ record, origin: 0, binSize: 1, view }, frame, bottom + names.height + 8, theme),
    ],
  });
}
