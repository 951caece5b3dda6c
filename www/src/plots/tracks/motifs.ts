/** Motifs: the names and logos of those that a stretch matches, and patterns of stretches that look alike. */

import { formatCount } from "../core/format";
import { type Framed, type PlotFrame, ready } from "../core/options";
import { drawHead, MIDDLE, type Sides } from "../core/layout";
import { fit, label, picture, segment, textWidth, wrap } from "../core/svg";
import type { Theme } from "../core/colour";
import { box } from "../marks/bars";
import { logoColumn, logoScale, type Matrix, MOST_BITS } from "../marks/letters";
import { formatBase } from "./axis";

/** A stretch that matches a motif. */
export interface NamedStretch {
  /** The motif's name. */
  readonly name: string;
  /** Its first base, from 0 in the record, and the one behind its last. */
  readonly start: number;
  readonly end: number;
  readonly strand: "+" | "-";
  /** Frequencies of A, C, G and T at each of its bases, as the record reads. */
  readonly rows: Matrix;
}

/** Where bases lie in the picture. */
export interface Across extends Sides {
  readonly view: readonly [number, number];
  /** True if bases are drawn as letters. */
  readonly isLetters: boolean;
}

/** A stretch with its place. */
interface Placed {
  readonly named: NamedStretch;
  /** Ends of the stretch in pixels, as far as it is in view. */
  readonly from: number;
  readonly to: number;
  /** The middle of its name. */
  readonly middle: number;
  /** The line of its name, from 0; undefined where there is no room for it. */
  readonly line: number | undefined;
}

/** Names that have a place. */
export interface PlacedNames {
  readonly placed: readonly Placed[];
  readonly lines: number;
  readonly height: number;
}

const SIZE = 10;
/** Lines of names at most, where no logos are drawn. */
const MOST_LINES = 4;
const GAP = 6;
const MARK = 5;
const LINE = 14;
const BIT = 20;
const LOGO = LINE + MOST_BITS * BIT + 8;
/** Names that the summary says. */
const TOLD = 6;
const LONGEST = 120;

function pixel({ view, left, right }: Across, base: number): number {
  return left + ((base - view[0]) / Math.max(1, view[1] - view[0])) * (right - left);
}

/** "Reb1 (−)" */
function written({ name, strand }: NamedStretch): string {
  return `${fit(name, LONGEST, SIZE)} (${strand === "+" ? "+" : "−"})`;
}

/** Gives those in view a place, the first of them before the others: names do not overlap. */
export function placeNames(names: readonly NamedStretch[], across: Across): PlacedNames {
  const { view, left, right, isLetters } = across;
  const taken: (readonly [number, number])[][] = [];
  const placed = names
    .filter(({ start, end }) => end > view[0] && start < view[1])
    .map((named): Placed => {
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
      if (!isLetters && line >= MOST_LINES) return { named, from, to, middle, line: undefined };
      (taken[line] ??= []).push(span);
      return { named, from, to, middle, line };
    });
  const lines = taken.length;
  const height = placed.length === 0 ? 0 : isLetters ? lines * LOGO + 4 : GAP + MARK + lines * LINE + 4;
  return { placed, lines, height };
}

/** Marks and names that begin at `top`; logos where bases are letters. */
export function drawNames({ placed, lines }: PlacedNames, across: Across, top: number, theme: Theme): string[] {
  return across.isLetters ? drawLogos(placed, lines, across, top, theme) : drawMarks(placed, top, theme);
}

function nameAt({ named, middle }: Placed, y: number, theme: Theme): string {
  return label(middle, y, written(named), { ...MIDDLE, "font-size": SIZE, fill: theme.ink });
}

function drawMarks(placed: readonly Placed[], top: number, theme: Theme): string[] {
  const y = top + GAP;
  return placed.flatMap((each) => {
    const { from, to, line } = each;
    const width = Math.max(2, to - from);
    const mark = box((from + to - width) / 2, y, width, MARK, { fill: theme.ink });
    if (line === undefined) return [mark];
    return [mark, nameAt(each, y + MARK + (line + 1) * LINE - 3, theme)];
  });
}

function drawLogos(placed: readonly Placed[], lines: number, across: Across, top: number, theme: Theme): string[] {
  const { view, left, right } = across;
  const column = (right - left) / Math.max(1, view[1] - view[0]);
  const footOf = (line: number): number => top + line * LOGO + LINE + MOST_BITS * BIT;
  const scales = Array.from({ length: lines }, (_, line) => logoScale(left, footOf(line), BIT, theme));
  const logos = placed.flatMap((each) => {
    const { named, from, to, line = 0 } = each;
    const foot = footOf(line);
    const columns = named.rows.flatMap((row, i) => {
      const base = named.start + i;
      if (base < view[0] || base >= view[1]) return [];
      return logoColumn(row, pixel(across, base) + column * 0.04, column * 0.92, foot, BIT, theme);
    });
    return [nameAt(each, top + line * LOGO + LINE - 3, theme), ...columns, segment(from, foot, to, foot, theme.line)];
  });
  return [...scales, ...logos];
}

/** The names in view in a sentence; empty where there are none. */
export function namesInWords({ placed }: PlacedNames): string {
  if (placed.length === 0) return "";
  const told = placed
    .slice(0, TOLD)
    .map(
      ({ named: { name, start, end, strand } }) =>
        `${name} at ${formatBase(start + 1)}–${formatBase(end)} (${strand === "+" ? "+" : "−"})`,
    );
  const more = placed.length - told.length;
  return `Named: ${told.join(", ")}${more > 0 ? `, and ${more} more` : ""}.`;
}

/** Stretches that look alike. */
export interface PatternLogo {
  /** [columns][4]: how often A, C, G and T stand in each column. */
  readonly rows: Matrix;
  /** Number of stretches in the pattern. */
  readonly stretches: number;
  /** True if they lower the track. */
  readonly lowers: boolean;
  /** The motif that most of them match, and how many do; undefined where none matches any. */
  readonly name?: { readonly motif: string; readonly count: number } | undefined;
}

/** The patterns of a place. */
export interface PatternLogosOptions extends PlotFrame {
  /** Name of the track. */
  readonly track: string;
  /** Where the stretches are from: "chr4:1,001–3,000". */
  readonly place: string;
  /** Those of most stretches first. */
  readonly patterns: readonly PatternLogo[];
}

const [LEFT, RIGHT, TOP] = [44, 12, 56];
/** Pixels that a pattern takes at least, and those between two. */
const [NARROWEST, BESIDE] = [190, 20];
const WIDEST_COLUMN = 14;
const TEXT_LINE = 16;
const PATTERN_BIT = 22;
const TALL = 2 * TEXT_LINE + 6 + MOST_BITS * PATTERN_BIT;
const ROW_GAP = 20;

function subtitleOf({ width, place }: Pick<PatternLogosOptions, "width" | "place">): string[] {
  return wrap(`Stretches that look alike in ${place}; letters are as high as what they tell`, width - 16, 11);
}

/** Where things lie in the picture that {@link patternLogos} draws. */
export function patternLogosLayout(options: Pick<PatternLogosOptions, "width" | "place" | "patterns">): {
  readonly height: number;
  /** Patterns in a row. */
  readonly across: number;
  /** Pixels of a pattern, and of one of its columns. */
  readonly wide: number;
  readonly column: number;
  readonly top: number;
} {
  const { width, patterns } = options;
  const room = width - LEFT - RIGHT;
  const across = Math.max(1, Math.floor((room + BESIDE) / (NARROWEST + BESIDE)));
  const wide = (room + BESIDE) / across - BESIDE;
  const longest = Math.max(1, ...patterns.map(({ rows }) => rows.length));
  const top = TOP + 15 * (subtitleOf(options).length - 1);
  const lines = Math.ceil(patterns.length / across);
  const height = top + lines * TALL + Math.max(0, lines - 1) * ROW_GAP + 12;
  return { height, across, wide, column: Math.min(WIDEST_COLUMN, wide / longest), top };
}

/** "14 stretches", "5 stretches that lower the track" */
function counted({ stretches, lowers }: PatternLogo): string {
  return `${formatCount(stretches)} stretches${lowers ? " that lower the track" : ""}`;
}

/** "12 match Reb1" */
function named({ name }: PatternLogo): string {
  return name
    ? `${formatCount(name.count)} ${name.count === 1 ? "matches" : "match"} ${name.motif}`
    : "no motif given is surely like it";
}

/** The most frequent letter of each column, N where none is more frequent than all others together. */
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
  const { width, theme, track, patterns } = options;
  const { height, across, wide, column, top } = patternLogosLayout(options);
  const title = `${track}: patterns in what it rests on`;
  const lines = subtitleOf(options);
  const drawn = patterns.flatMap((pattern, i) => {
    const x = LEFT + (i % across) * (wide + BESIDE);
    const y = top + Math.floor(i / across) * (TALL + ROW_GAP);
    const foot = y + TALL;
    const count = fit(counted(pattern), wide, 11, "bold");
    return [
      label(x, y + 11, count, { "font-weight": "bold", fill: theme.ink }),
      label(x, y + 11 + TEXT_LINE, fit(named(pattern), wide, 11)),
      i % across === 0 ? logoScale(LEFT, foot, PATTERN_BIT, theme) : "",
      ...pattern.rows.flatMap((row, at) =>
        logoColumn(row, x + (at + 0.04) * column, column * 0.92, foot, PATTERN_BIT, theme),
      ),
      segment(x, foot, x + pattern.rows.length * column, foot, theme.lineStrong),
    ];
  });
  const sentence = (each: PatternLogo): string => `${counted(each)}, like ${consensusOf(each.rows)}: ${named(each)}.`;
  return picture({ width, theme }, height, {
    title,
    summary: [`${lines.join(" ")}.`, ...patterns.map(sentence)].join(" "),
    body: [...drawHead({ title, lines }, options), ...drawn],
  });
}
