/** The bases of a short stretch, letter by letter, and what each contributes to a track. */

import { changeColours, mix } from "../core/colour";
import { formatCount, formatSigned, formatValue } from "../core/format";
import { type Framed, type MutagenesisOptions, type PlotFrame, ready } from "../core/options";
import {
  type ColourBar,
  colourBarHeight,
  drawColourBar,
  drawHead,
  END,
  entry,
  type Head,
  headHeight,
  type Layout,
  MIDDLE,
  type Rows,
  signEntries,
  strong,
} from "../core/layout";
import { finite, levelTicks } from "../core/scale";
import { axisName, element, label, picture } from "../core/svg";
import { baseColour, letter } from "../marks/letters";
import { box } from "../marks/bars";
import { across, ticksBeside } from "../marks/axes";
import { basesInWords, formatBase } from "./axis";

/** A stretch of a sequence. */
export interface BasesOptions extends PlotFrame {
  readonly record: string;
  /** First base, from 0. */
  readonly start: number;
  /** The bases in upper case. */
  readonly bases: string;
  /** The base that is chosen, from 0 in the record. */
  readonly chosen?: number | undefined;
}

const LINE = 22;
const TOP = 32;
/** Bases of a line come in tens. */
const TEN = 10;

/** Where the letters stand, in pixels of the picture. */
function basesLayout({ width, bases }: Pick<BasesOptions, "width" | "bases">): {
  readonly left: number;
  readonly column: number;
  readonly line: number;
  readonly height: number;
} {
  const left = 78;
  const line = Math.max(TEN, Math.floor((width - left - 12) / (12.5 * TEN)) * TEN);
  return {
    left,
    column: Math.min(18, (width - left - 12) / line),
    line,
    height: TOP + LINE * Math.max(1, Math.ceil(bases.length / line)) + 4,
  };
}

/** The place (from 1) of the base at a pixel; undefined beside them. */
export function baseAtPixel(options: Pick<BasesOptions, "width" | "bases">, x: number, y: number): number | undefined {
  const { left, column, line } = basesLayout(options);
  const [i, row] = [Math.floor((x - left) / column), Math.floor((y - TOP) / LINE)];
  const place = row * line + i + 1;
  return i >= 0 && i < line && row >= 0 && place <= options.bases.length ? place : undefined;
}

/** Left and right of the base at a place (from 1), in pixels. */
export function basePlace(
  options: Pick<BasesOptions, "width" | "bases">,
  place: number,
): { readonly left: number; readonly right: number } {
  const { left, column, line } = basesLayout(options);
  const x = left + ((place - 1) % line) * column;
  return { left: x, right: x + column };
}

/**
 * Letters in lines, each line with the position of its first base.
 *
 * ```js
 * const svg = basesPicture({ record: "chrIV", start: 4300, bases: "ACGTTGCA", chosen: 4302 });
 * ```
 *
 * @category DNA: bases and motifs
 * @returns The picture as SVG.
 */
export function basesPicture(given: Framed<BasesOptions>): string {
  const options = ready("basesPicture", given);
  const { width, theme, record, start, bases, chosen } = options;
  const { left, column, line, height } = basesLayout(options);
  const title = `Bases of ${basesInWords(record, start, start + bases.length)}`;
  const letters = [...bases].flatMap((base, i) => {
    const [x, y] = [left + ((i % line) + 0.5) * column, TOP + Math.floor(i / line) * LINE];
    const frame = { rx: 3, fill: theme.line, stroke: theme.ink };
    const look = { ...MIDDLE, ...strong(12, theme), fill: baseColour("ACGT".indexOf(base), theme) };
    return [
      chosen === start + i ? box(x - column / 2, y + 1, column, LINE - 3, frame) : "",
      label(x, y + 15, base, look),
    ];
  });
  const starts = Array.from({ length: Math.ceil(bases.length / line) }, (_, row) =>
    label(left - 8, TOP + row * LINE + 15, formatBase(start + row * line + 1), { ...END, fill: theme.inkFaint }),
  );
  const isChosen = chosen !== undefined && chosen >= start && chosen < start + bases.length;
  const about = isChosen ? `; chosen is ${bases[chosen - start]} at ${formatBase(chosen + 1)}` : "";
  return picture({ width, theme }, height, {
    title,
    summary: `${bases}${about}.`,
    body: [label(8, 20, title, strong(13, theme)), ...starts, ...letters],
  });
}

const BASES = "ACGT";
const LETTERS = 96;
const CELL = 16;

/** Where things lie, in pixels of the picture. */
export interface MutagenesisLayout extends Layout {
  /** Width of a base's column. */
  readonly column: number;
  readonly letters: Rows;
  readonly cells: Rows;
}

/** The greatest change by any base. */
function greatestOf({ codes, change }: MutagenesisOptions): number {
  let greatest = 0;
  for (let i = 0; i < codes.length * 4; i++) greatest = Math.max(greatest, Math.abs(finite(change[i])));
  return greatest;
}

function barOf(options: MutagenesisOptions): ColourBar {
  const { theme, bins } = options;
  const { up, down } = changeColours(theme);
  const greatest = greatestOf(options);
  return {
    colour: (share) => mix(share < 0.5 ? down : up, theme.surface, Math.abs(2 * share - 1)),
    ends: [formatSigned(-greatest), formatSigned(greatest)],
    unit: `change of the sum over ${formatCount(bins)} ${bins === 1 ? "bin" : "bins"}, by each base`,
  };
}

function headOf({ theme, track, record, start, codes }: MutagenesisOptions): Head {
  return {
    title: `${track}: what each base of ${basesInWords(record, start, start + codes.length)} contributes`,
    legend: [...signEntries(theme, "raises the track", "lowers it"), entry("area", theme.line, "the reference base")],
  };
}

/** Where things lie in the picture that `mutagenesis` draws. */
export function mutagenesisLayout(options: MutagenesisOptions): MutagenesisLayout {
  const { width, codes } = options;
  const left = 76;
  const legend = headHeight(headOf(options), width) + colourBarHeight(barOf(options), width - 16);
  const letters = { top: 40 + legend, bottom: 40 + legend + LETTERS };
  const cells = { top: letters.bottom + 14, bottom: letters.bottom + 14 + 4 * CELL };
  const column = (width - left - 12) / Math.max(1, codes.length);
  const right = left + column * codes.length;
  return { width, height: cells.bottom + 40, left, right, column, letters, cells };
}

/** The bases that contribute most, in words. */
function strongest({ codes, start }: MutagenesisOptions, contributions: readonly number[]): string[] {
  return contributions
    .map((value, i) => ({ value, i }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.i - b.i)
    .slice(0, 3)
    .filter(({ value }) => value !== 0)
    .map(({ value, i }) => `${BASES[codes[i]]} at ${formatBase(start + i + 1)} (${formatSigned(value)})`);
}

/**
 * Letters, and under them a table of what each other base in their place changes. `model.mutagenesis` has the changes.
 *
 * ```js
 * const svg = mutagenesis({
 *   record: "chrIV", track: "ATAC", start: 4300, codes: [0, 2], reference: 95, bins: 8,
 *   contribution: [0.4, 2.1], // [2 bases]
 *   change: [0, -0.3, -0.5, -0.4, -2, -2.2, 0, -2.1], // [2 bases, A C G T]
 * });
 * ```
 *
 * @category DNA: bases and motifs
 * @returns The picture as SVG.
 */
export function mutagenesis(given: Framed<MutagenesisOptions>): string {
  const options = ready("mutagenesis", given);
  const { width, theme, record, start, codes, change, reference, bins } = options;
  const { left, right, column, letters, cells, height } = mutagenesisLayout(options);
  const each = Array.from(options.contribution, finite);
  const [most, least] = [Math.max(0, ...each), Math.min(0, ...each)];
  const range = most - least || 1;
  const zero = letters.top + (most / range) * LETTERS;
  const y = (value: number): number => zero - (value / range) * LETTERS;
  const greatest = greatestOf(options);
  const bar = barOf(options);
  const head = headOf(options);
  const { up, down } = changeColours(theme);
  const shade = (value: number): string =>
    mix(value > 0 ? up : down, theme.surface, greatest > 0 ? Math.abs(value) / greatest : 0);
  const drawn = Array.from(codes, (code, i) => {
    const x = left + i * column;
    const tall = each[i]!;
    const boxes = [0, 1, 2, 3].map((base) => {
      const fill = base === code ? theme.line : shade(finite(change[4 * i + base]));
      return box(x, cells.top + base * CELL, column, CELL, { fill });
    });
    const isLetter = tall !== 0 && code <= 3;
    const sign = isLetter ? letter(code, x + column * 0.04, column * 0.92, y(0), y(tall), theme) : "";
    return element("g", { "data-base": i + 1 }, [sign, ...boxes]);
  });
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => step * column >= 64) ?? codes.length;
  const places = Array.from(codes, (_, i) => ({ at: left + (i + 0.5) * column, base: start + i + 1 }))
    .filter(({ base }) => base % every === 0)
    .map(({ at, base }) => ({ at, text: formatBase(base) }));
  const named = strongest(options, each);
  return picture({ width, theme }, height, {
    title: head.title,
    summary:
      `A letter is as high as the sum over ${formatCount(bins)} bins, ${formatValue(reference)} as it is, falls in ` +
      "the mean when another base stands there; a letter below the line makes it lower. " +
      `${named.length > 0 ? `Most: ${named.join(", ")}.` : "No base changes it."} Under them the change by each ` +
      `base; the strongest colour is ${formatValue(greatest)}.`,
    body: [
      ...drawHead(head, options),
      ...drawColourBar(bar, 8, 40 + headHeight(head, width), width - 16, theme),
      axisName(14, (letters.top + letters.bottom) / 2, "Contribution"),
      axisName(14, (cells.top + cells.bottom) / 2, "Changed to"),
      ...drawn,
      across({ left, right }, zero, theme.lineStrong),
      ticksBeside([...[most, least].filter(Boolean), 0], y, formatSigned, left, theme),
      ...[...BASES].map((base, i) => {
        const look = { ...END, fill: baseColour(i, theme), "font-weight": "bold" };
        return label(left - 8, cells.top + (i + 0.5) * CELL + 4, base, look);
      }),
      box(left, cells.top, right - left, 4 * CELL, { fill: "none", stroke: theme.lineStrong }),
      levelTicks(places, { y: cells.bottom, room: [left - 30, right + 10] }, theme),
      label((left + right) / 2, cells.bottom + 33, `Base of ${record}`, MIDDLE),
    ],
  });
}
