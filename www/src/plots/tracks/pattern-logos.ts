/** Stretches that look alike, put together: the logo of each pattern, how many there are, and what motif they match. */

import { formatCount } from "../core/format";
import type { PlotFrame } from "../core/options";
import { label, picture, segment } from "../core/svg";
import { fit, wrap } from "../core/text";
import { logoColumn, type Matrix, MOST_BITS } from "./logo";
import { uprightTicks } from "../core/ticks";

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
const [NARROWEST, GAP] = [190, 20];
const WIDEST_COLUMN = 14;
const LINE = 16;
const BIT = 22;
const TALL = 2 * LINE + 6 + MOST_BITS * BIT;
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
  const across = Math.max(1, Math.floor((room + GAP) / (NARROWEST + GAP)));
  const wide = (room + GAP) / across - GAP;
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

/** Each pattern as its logo, with two lines above it. */
export function patternLogos(options: PatternLogosOptions): string {
  const { width, theme, track, patterns } = options;
  const { height, across, wide, column, top } = patternLogosLayout(options);
  const title = `${track}: patterns in what it rests on`;
  const subtitle = subtitleOf(options);
  const drawn = patterns.flatMap((pattern, i) => {
    const x = LEFT + (i % across) * (wide + GAP);
    const y = top + Math.floor(i / across) * (TALL + ROW_GAP);
    const foot = y + TALL;
    const end = x + pattern.rows.length * column;
    const scale = uprightTicks(
      [
        { at: foot - MOST_BITS * BIT, text: `${MOST_BITS} bits` },
        { at: foot, text: "0" },
      ],
      { x: LEFT, outward: -1 },
      theme,
    );
    return [
      label(x, y + 11, fit(counted(pattern), wide, 11, "bold"), { "font-weight": "bold", fill: theme.ink }),
      label(x, y + 11 + LINE, fit(named(pattern), wide, 11)),
      ...(i % across === 0 ? [scale] : []),
      ...pattern.rows.flatMap((row, at) => logoColumn(row, x + (at + 0.04) * column, column * 0.92, foot, BIT, theme)),
      segment(x, foot, end, foot, theme.lineStrong),
    ];
  });
  return picture({
    width,
    height,
    theme,
    title,
    summary: [
      `${subtitle.join(" ")}.`,
      ...patterns.map((pattern) => `${counted(pattern)}, like ${consensusOf(pattern.rows)}: ${named(pattern)}.`),
    ].join(" "),
    body: [
      label(8, 20, fit(title, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...subtitle.map((line, i) => label(8, 38 + 15 * i, line)),
      ...drawn,
    ],
  });
}
