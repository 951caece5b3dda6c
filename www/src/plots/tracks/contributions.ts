/**
 * Contribution of each base to a track's sum: letters if there is room, otherwise the maximum and minimum of the bases
 * under a pixel; the names and logos of matching motifs; and patterns of similar stretches.
 */

import { changeColours, type Theme } from "../core/colour";
import { formatCount, formatSigned, formatValue } from "../core/format";
import { entry, figure, headHeight, type Laid, laid, MIDDLE } from "../core/layout";
import { type PanelLayout, scaled, type Sides, signEntries } from "../core/layout";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { linear } from "../core/scale";
import { fit, label, type Part, segment, textWidth, wrap } from "../core/svg";
import { across, ticksBeside, upName } from "../marks/axes";
import { box, upright } from "../marks/bars";
import { letter, logoColumn, logoScale, type Matrix, MOST_BITS } from "../marks/letters";
import { basesInWords, drawSequenceAxis, formatBase, SEQUENCE_AXIS, sequenceSides } from "./axis";

/** Options of the plot of contributions by the bases of a stretch. */
export interface ContributionsOptions extends PlotFrame {
  readonly record: string;
  /** Name of the track. */
  readonly track: string;
  /** Method that found the contributions: "integrated gradients from 10 shuffles". */
  readonly method: string;
  /** First base, from 0. */
  readonly start: number;
  /** Codes of the bases, [n]: A 0, C 1, G 2, T 3, unknown 4. */
  readonly codes: ArrayLike<number>;
  /** Contributions in the track's unit, [n]; NaN where unknown. */
  readonly contributions: ArrayLike<number>;
  /** Bases in view: first, end excluded, from 0 in the record. They may extend beyond `codes`. */
  readonly view: readonly [number, number];
  /** Stretches that match motifs, the most important names first. */
  readonly names?: readonly NamedStretch[] | undefined;
}

const HEIGHT = 110;
/** Minimum width of a base, in pixels, to draw it as a letter. */
const LETTER = 5;
/** Number of bases named in the summary, and their minimum distance, so that not all lie in one motif. */
const NAMED = 3;
const APART = 20;

/** Contribution of a base; undefined if unknown. */
export function contributionAt(
  { start, contributions }: Pick<ContributionsOptions, "start" | "contributions">,
  base: number,
): number | undefined {
  const value = contributions[base - start];
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

/** Bases in view with their contributions, the largest first, at most one of a few neighbours. */
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

/** Maximum and minimum contribution of the bases `from` to `to` (excluded); 0 for none. */
function rangeOf(options: ContributionsOptions, from: number, to: number): { most: number; least: number } {
  let [most, least] = [0, 0];
  for (let base = from; base < to; base++) {
    const value = contributionAt(options, base) ?? 0;
    most = Math.max(most, value);
    least = Math.min(least, value);
  }
  return { most, least };
}

/** The layout of the picture that {@link baseContributions} draws. */
export function contributionsLayout(options: ContributionsOptions): Laid<PanelLayout> {
  const { width, theme, record, track, method, start, codes, view } = options;
  const [from, to] = view;
  const { left, right } = sequenceSides(width);
  const column = (right - left) / Math.max(1, to - from);
  const isLetters = column >= LETTER;
  // Stretches in view on either side of the given bases.
  const unknown = [[from, Math.min(to, start)] as const, [Math.max(from, start + codes.length), to] as const].filter(
    ([first, end]) => end > first,
  );
  const subtitle = `How much of the track’s sum each base accounts for, by ${method}`;
  const head = {
    title: `${track}: what it rests on in ${basesInWords(record, ...view)}`,
    lines: wrap(subtitle, width - 16, 11),
    legend: [
      ...(isLetters ? [] : signEntries(theme, "raises the track", "lowers it")),
      unknown.length > 0 && entry("area", theme.line, "not explained"),
    ],
  };
  const along = { view, left, right, isLetters };
  const names = placeNames(options.names ?? [], along);
  const top = 44 + headHeight(head, width);
  const bottom = top + HEIGHT;
  const axisY = bottom + names.height + 8;
  const frame = { width, theme, height: axisY + SEQUENCE_AXIS, left, right, top, bottom };
  return laid(options, frame, () => {
    const x = linear(view, [left, right]);
    const { most, least } = rangeOf(options, from, to);
    const isFlat = most === least;
    const panel = scaled(frame, frame, isFlat ? [-1, 1] : [least, most]);
    const { y } = panel;
    const { up, down } = changeColours(theme);
    const look = { fill: theme.line, "fill-opacity": 0.5 };
    const letters = (): Part[] =>
      Array.from({ length: to - from }, (_, i) => {
        const code = codes[from + i - start] ?? 4;
        const value = contributionAt(options, from + i) ?? 0;
        const at = x(from + i);
        if (code > 3) return upright(at, column, y(0), y(value), theme.lineStrong);
        return value !== 0 && letter(code, at + column * 0.04, column * 0.92, y(0), y(value), theme);
      });
    const envelope = (): Part[] =>
      Array.from({ length: Math.ceil(right - left) }, (_, i) => {
        const [first, end] = [x.invert(left + i), x.invert(left + i + 1)].map(Math.floor) as [number, number];
        const { most, least } = rangeOf(options, first, Math.max(end, first + 1));
        return upright(left + i, 1, y(0), y(most), up) + upright(left + i, 1, y(0), y(least), down);
      });
    const named = strongestBases(options).map(
      ({ base, value }) => `${"ACGTN"[codes[base - start] ?? 4]} at ${formatBase(base + 1)} (${formatSigned(value)})`,
    );
    return {
      head,
      summary: [
        `${subtitle}.`,
        named.length > 0 ? `Most: ${named.join(", ")}.` : "No base in view accounts for any of it.",
        namesInWords(names),
      ],
      body: [
        upName(frame, "Contribution"),
        unknown.map(([first, end]) => box(x(first), top, x(end) - x(first), bottom - top, look)),
        isLetters ? letters() : envelope(),
        across(frame, y(0)),
        !isFlat && ticksBeside(panel, [...[most, least].filter(Boolean), 0], formatValue),
        (isLetters ? drawLogos : drawMarks)(names, along, bottom, theme),
        drawSequenceAxis({ record, origin: 0, binSize: 1, view }, frame, axisY),
      ],
    };
  });
}

/**
 * Letters as high as each base's contribution to a track or, if they would be too narrow, the area between the maximum
 * and the minimum. `model.contributions` returns `start`, `codes` and `contributions`.
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
  return contributionsLayout(ready("baseContributions", given)).draw();
}

/** A stretch that matches a motif. */
export interface NamedStretch {
  /** The motif's name. */
  readonly name: string;
  /** First base, from 0 in the record, and end (excluded). */
  readonly start: number;
  readonly end: number;
  readonly strand: "+" | "-";
  /** Frequencies of A, C, G and T at each of its bases, in the direction of the record. */
  readonly rows: Matrix;
}

/** Horizontal layout of bases. */
interface Across extends Sides {
  readonly view: readonly [number, number];
  /** True if bases are drawn as letters. */
  readonly isLetters: boolean;
}

const SIZE = 10;
/** Maximum number of lines of names, if no logos are drawn. */
const MOST_LINES = 4;
const GAP = 6;
const MARK = 5;
const LINE = 14;
const BIT = 20;
const LOGO = LINE + MOST_BITS * BIT + 8;
/** Number of names in the summary. */
const TOLD = 6;
const LONGEST = 120;

function pixel({ view, left, right }: Across, base: number): number {
  return left + ((base - view[0]) / Math.max(1, view[1] - view[0])) * (right - left);
}

/** Name and strand: "Reb1 (−)". */
function written({ name, strand }: NamedStretch): string {
  return `${fit(name, LONGEST, SIZE)} (${strand === "+" ? "+" : "−"})`;
}

/**
 * Places the names in view, earlier ones first, so that they do not overlap: the visible ends of each stretch in
 * pixels, and the centre and line of its name, which has no line if there is no room.
 */
export function placeNames(names: readonly NamedStretch[], across: Across) {
  const { view, left, right, isLetters } = across;
  const taken: (readonly [number, number])[][] = [];
  const placed = names
    .filter(({ start, end }) => end > view[0] && start < view[1])
    .map((named) => {
      const from = pixel(across, Math.max(view[0], named.start));
      const to = pixel(across, Math.min(view[1], named.end));
      const half = textWidth(written(named), SIZE) / 2;
      const middle = Math.max(left + half, Math.min(right - half, (from + to) / 2));
      const span = isLetters
        ? ([Math.min(from, middle - half), Math.max(to, middle + half)] as const)
        : ([middle - half, middle + half] as const);
      const isFree = (line: number): boolean =>
        (taken[line] ?? []).every(([first, last]) => span[1] + GAP <= first || span[0] - GAP >= last);
      let line = 0;
      while (!isFree(line)) line++;
      const hasRoom = isLetters || line < MOST_LINES;
      if (hasRoom) (taken[line] ??= []).push(span);
      return { named, from, to, middle, line: hasRoom ? line : undefined };
    });
  const lines = taken.length;
  const height = placed.length === 0 ? 0 : isLetters ? lines * LOGO + 4 : GAP + MARK + lines * LINE + 4;
  return { placed, lines, height };
}

type PlacedNames = ReturnType<typeof placeNames>;

function nameAt({ named, middle }: PlacedNames["placed"][number], y: number, theme: Theme): string {
  return label(middle, y, written(named), { ...MIDDLE, "font-size": SIZE, fill: theme.ink });
}

/** Marks from `top` down, with their names. */
function drawMarks({ placed }: PlacedNames, _: Across, top: number, theme: Theme): Part[] {
  return placed.map((each) => {
    const { from, to, line } = each;
    const width = Math.max(2, to - from);
    return [
      box((from + to - width) / 2, top + GAP, width, MARK, { fill: theme.ink }),
      line !== undefined && nameAt(each, top + GAP + MARK + (line + 1) * LINE - 3, theme),
    ];
  });
}

/** Logos from `top` down, with their names. */
function drawLogos({ placed, lines }: PlacedNames, across: Across, top: number, theme: Theme): Part[] {
  const { view, left, right } = across;
  const column = (right - left) / Math.max(1, view[1] - view[0]);
  const footOf = (line: number): number => top + line * LOGO + LINE + MOST_BITS * BIT;
  return [
    Array.from({ length: lines }, (_, line) => logoScale(left, footOf(line), BIT, theme)),
    placed.map((each) => {
      const { named, from, to, line = 0 } = each;
      const foot = footOf(line);
      return [
        nameAt(each, top + line * LOGO + LINE - 3, theme),
        named.rows.map((row, i) => {
          const base = named.start + i;
          if (base < view[0] || base >= view[1]) return "";
          return logoColumn(row, pixel(across, base) + column * 0.04, column * 0.92, foot, BIT, theme);
        }),
        segment(from, foot, to, foot, theme.line),
      ];
    }),
  ];
}

/** A sentence with the names in view; empty if there are none. */
function namesInWords({ placed }: PlacedNames): string {
  if (placed.length === 0) return "";
  const told = placed.slice(0, TOLD).map(({ named: { name, start, end, strand } }) => {
    return `${name} at ${formatBase(start + 1)}–${formatBase(end)} (${strand === "+" ? "+" : "−"})`;
  });
  const more = placed.length - told.length;
  return `Named: ${told.join(", ")}${more > 0 ? `, and ${more} more` : ""}.`;
}

/** A pattern of similar stretches. */
export interface PatternLogo {
  /** Frequencies of A, C, G and T in each column, [columns][4]. */
  readonly rows: Matrix;
  /** Number of stretches in the pattern. */
  readonly stretches: number;
  /** True if they lower the track. */
  readonly lowers: boolean;
  /** The motif that most of them match, and the number of matches; undefined if none matches any. */
  readonly name?: { readonly motif: string; readonly count: number } | undefined;
}

/** The patterns of a region. */
export interface PatternLogosOptions extends PlotFrame {
  /** Name of the track. */
  readonly track: string;
  /** Region of the stretches: "chr4:1,001–3,000". */
  readonly place: string;
  /** Patterns, the one with most stretches first. */
  readonly patterns: readonly PatternLogo[];
}

const [LOGOS_LEFT, TOP] = [44, 56];
/** Minimum width of a pattern in pixels, and the space between two. */
const [NARROWEST, BESIDE] = [190, 20];
const WIDEST_COLUMN = 14;
const TEXT_LINE = 16;
const PATTERN_BIT = 22;
const TALL = 2 * TEXT_LINE + 6 + MOST_BITS * PATTERN_BIT;
const ROW_GAP = 20;

function subtitleOf({ width, place }: Pick<PatternLogosOptions, "width" | "place">): string[] {
  return wrap(`Stretches that look alike in ${place}; letters are as high as what they tell`, width - 16, 11);
}

/** The layout of the picture that {@link patternLogos} draws. */
export function patternLogosLayout(options: Pick<PatternLogosOptions, "width" | "place" | "patterns">) {
  const { width, patterns } = options;
  const room = sequenceSides(width).right - LOGOS_LEFT;
  // Patterns per row, and the width of one in pixels.
  const across = Math.max(1, Math.floor((room + BESIDE) / (NARROWEST + BESIDE)));
  const wide = (room + BESIDE) / across - BESIDE;
  const longest = Math.max(1, ...patterns.map(({ rows }) => rows.length));
  const top = TOP + 15 * (subtitleOf(options).length - 1);
  const lines = Math.ceil(patterns.length / across);
  const height = top + lines * TALL + Math.max(0, lines - 1) * ROW_GAP + 12;
  return { height, across, wide, column: Math.min(WIDEST_COLUMN, wide / longest), top };
}

/** Size of a pattern in words: "14 stretches", "5 stretches that lower the track". */
function counted({ stretches, lowers }: PatternLogo): string {
  return `${formatCount(stretches)} stretches${lowers ? " that lower the track" : ""}`;
}

/** Matches of a pattern in words: "12 match Reb1". */
function named({ name }: PatternLogo): string {
  return name
    ? `${formatCount(name.count)} ${name.count === 1 ? "matches" : "match"} ${name.motif}`
    : "no motif given is surely like it";
}

/** The most frequent letter of each column, N unless it is more frequent than all others together. */
export function consensusOf(rows: Matrix): string {
  return rows.map((row) => "ACGT"[row.findIndex((share) => share > 0.5)] ?? "N").join("");
}

/**
 * Each pattern as its logo, with two lines above it. `model.motifs` finds `patterns`.
 *
 * ```js
 * const rows = [[0.9, 0, 0.1, 0], [0, 0, 1, 0], [0, 0.2, 0, 0.8]]; // A, C, G and T in each column
 * const pattern = { rows, stretches: 14, lowers: false, name: { motif: "REB1", count: 12 } };
 * const svg = patternLogos({ track: "ATAC", place: "chrIV:4,001–6,000", patterns: [pattern] });
 * ```
 *
 * @category DNA: bases and motifs
 * @returns The picture as SVG.
 */
export function patternLogos(given: Framed<PatternLogosOptions>): string {
  const options = ready("patternLogos", given);
  const { theme, track, patterns } = options;
  const { height, across, wide, column, top } = patternLogosLayout(options);
  const title = `${track}: patterns in what it rests on`;
  const lines = subtitleOf(options);
  return figure(options, height, {
    head: { title, lines },
    summary: [
      `${lines.join(" ")}.`,
      patterns.map((each) => `${counted(each)}, like ${consensusOf(each.rows)}: ${named(each)}.`),
    ],
    body: patterns.map((pattern, i) => {
      const x = LOGOS_LEFT + (i % across) * (wide + BESIDE);
      const y = top + Math.floor(i / across) * (TALL + ROW_GAP);
      const foot = y + TALL;
      const count = fit(counted(pattern), wide, 11, "bold");
      return [
        label(x, y + 11, count, { "font-weight": "bold", fill: theme.ink }),
        label(x, y + 11 + TEXT_LINE, fit(named(pattern), wide, 11)),
        i % across === 0 && logoScale(LOGOS_LEFT, foot, PATTERN_BIT, theme),
        pattern.rows.map((row, at) =>
          logoColumn(row, x + (at + 0.04) * column, column * 0.92, foot, PATTERN_BIT, theme),
        ),
        segment(x, foot, x + pattern.rows.length * column, foot, theme.lineStrong),
      ];
    }),
  });
}
