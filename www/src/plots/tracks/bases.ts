/** The bases of a short stretch, letter by letter, and their contributions to a track. */

import { changeColours, mix } from "../core/colour";
import { formatCount, formatSigned, formatValue } from "../core/format";
import { type ColourBar, colourBarHeight, drawColourBar, END, entry, figure, headHeight } from "../core/layout";
import { type Laid, laid, type Layout, MIDDLE, scaled, type Sides, signEntries, strong } from "../core/layout";
import { type Framed, type MutagenesisOptions, type PlotFrame, ready } from "../core/options";
import { finite, levelTicks } from "../core/scale";
import { element, label } from "../core/svg";
import { across, ticksBeside, upName } from "../marks/axes";
import { box } from "../marks/bars";
import { baseColour, letter } from "../marks/letters";
import { basesInWords, formatBase } from "./axis";

/** A stretch of a sequence. */
export interface BasesOptions extends PlotFrame {
  readonly record: string;
  /** First base, from 0. */
  readonly start: number;
  /** The bases in upper case. */
  readonly bases: string;
  /** The selected base, from 0 in the record. */
  readonly chosen?: number | undefined;
}

const LINE = 22;
const TOP = 32;
/** Lines hold multiples of ten bases. */
const TEN = 10;

/** Layout of the letters, in pixels of the picture. */
function basesLayout({ width, bases }: Pick<BasesOptions, "width" | "bases">) {
  const left = 78;
  const line = Math.max(TEN, Math.floor((width - left - 12) / (12.5 * TEN)) * TEN);
  return {
    left,
    column: Math.min(18, (width - left - 12) / line),
    line,
    height: TOP + LINE * Math.max(1, Math.ceil(bases.length / line)) + 4,
  };
}

/** The position (from 1) of the base at a pixel; undefined outside the letters. */
export function baseAtPixel(options: Pick<BasesOptions, "width" | "bases">, x: number, y: number): number | undefined {
  const { left, column, line } = basesLayout(options);
  const [i, row] = [Math.floor((x - left) / column), Math.floor((y - TOP) / LINE)];
  const place = row * line + i + 1;
  return i >= 0 && i < line && row >= 0 && place <= options.bases.length ? place : undefined;
}

/** Left and right sides of the base at a position (from 1), in pixels. */
export function basePlace(options: Pick<BasesOptions, "width" | "bases">, place: number): Sides {
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
  const { theme, record, start, bases, chosen } = options;
  const { left, column, line, height } = basesLayout(options);
  const title = `Bases of ${basesInWords(record, start, start + bases.length)}`;
  const isChosen = chosen !== undefined && chosen >= start && chosen < start + bases.length;
  const frame = { rx: 3, fill: theme.line, stroke: theme.ink };
  return figure(options, height, {
    head: { title },
    summary: `${bases}${isChosen ? `; chosen is ${bases[chosen - start]} at ${formatBase(chosen + 1)}` : ""}.`,
    body: [
      Array.from({ length: Math.ceil(bases.length / line) }, (_, row) =>
        label(left - 8, TOP + row * LINE + 15, formatBase(start + row * line + 1), { ...END, fill: theme.inkFaint }),
      ),
      [...bases].map((base, i) => {
        const [x, y] = [left + ((i % line) + 0.5) * column, TOP + Math.floor(i / line) * LINE];
        const look = { ...MIDDLE, ...strong(12, theme), fill: baseColour("ACGT".indexOf(base), theme) };
        return [
          chosen === start + i && box(x - column / 2, y + 1, column, LINE - 3, frame),
          label(x, y + 15, base, look),
        ];
      }),
    ],
  });
}

const BASES = "ACGT";
const LETTERS = 96;
const CELL = 16;

/** The bases that contribute most, in words. */
function strongest({ codes, start }: MutagenesisOptions, contributions: readonly number[]): string[] {
  return contributions
    .map((value, i) => ({ value, i }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.i - b.i)
    .slice(0, 3)
    .filter(({ value }) => value !== 0)
    .map(({ value, i }) => `${BASES[codes[i]]} at ${formatBase(start + i + 1)} (${formatSigned(value)})`);
}

/** The layout of the picture that `mutagenesis` draws. */
export function mutagenesisLayout(options: MutagenesisOptions): Laid<Layout> {
  const { width, theme, record, track, start, codes, change, bins, reference } = options;
  const { up, down } = changeColours(theme);
  let greatest = 0;
  for (let i = 0; i < codes.length * 4; i++) greatest = Math.max(greatest, Math.abs(finite(change[i])));
  const bar: ColourBar = {
    colour: (share) => mix(share < 0.5 ? down : up, theme.surface, Math.abs(2 * share - 1)),
    ends: [formatSigned(-greatest), formatSigned(greatest)],
    unit: `change of the sum over ${formatCount(bins)} ${bins === 1 ? "bin" : "bins"}, by each base`,
  };
  const head = {
    title: `${track}: what each base of ${basesInWords(record, start, start + codes.length)} contributes`,
    legend: [...signEntries(theme, "raises the track", "lowers it"), entry("area", theme.line, "the reference base")],
  };
  const left = 76;
  const barY = 40 + headHeight(head, width);
  const top = barY + colourBarHeight(bar, width - 16);
  const cellsTop = top + LETTERS + 14;
  const bottom = cellsTop + 4 * CELL;
  const column = (width - left - 12) / Math.max(1, codes.length);
  const right = left + column * codes.length;
  const frame = { width, theme, height: bottom + 40, left, right };
  return laid(options, frame, () => {
    const each = Array.from(options.contribution, finite);
    const [most, least] = [Math.max(0, ...each), Math.min(0, ...each)];
    const panel = scaled(frame, { top, bottom: top + LETTERS }, [most === least ? -1 : least, most]);
    const { y } = panel;
    const shade = (value: number): string => bar.colour(0.5 + (greatest > 0 ? value / greatest / 2 : 0));
    const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => step * column >= 64) ?? codes.length;
    const places = Array.from(codes, (_, i) => ({ at: left + (i + 0.5) * column, base: start + i + 1 }))
      .filter(({ base }) => base % every === 0)
      .map(({ at, base }) => ({ at, text: formatBase(base) }));
    const named = strongest(options, each);
    return {
      head,
      summary:
        `A letter is as high as the sum over ${formatCount(bins)} bins, ${formatValue(reference)} as it is, falls in ` +
        "the mean when another base stands there; a letter below the line makes it lower. " +
        `${named.length > 0 ? `Most: ${named.join(", ")}.` : "No base changes it."} Under them the change by each ` +
        `base; the strongest colour is ${formatValue(greatest)}.`,
      body: [
        drawColourBar(bar, barY, options),
        upName(panel, "Contribution"),
        upName({ top: cellsTop, bottom }, "Changed to"),
        Array.from(codes, (code, i) => {
          const x = left + i * column;
          const tall = each[i]!;
          return element("g", { "data-base": i + 1 }, [
            tall !== 0 && code <= 3 && letter(code, x + column * 0.04, column * 0.92, y(0), y(tall), theme),
            [0, 1, 2, 3].map((base) => {
              const fill = base === code ? theme.line : shade(finite(change[4 * i + base]));
              return box(x, cellsTop + base * CELL, column, CELL, { fill });
            }),
          ]);
        }),
        across(frame, y(0)),
        ticksBeside(panel, [...[most, least].filter(Boolean), 0], formatSigned),
        [...BASES].map((base, i) => {
          const look = { ...END, fill: baseColour(i, theme), "font-weight": "bold" };
          return label(left - 8, cellsTop + (i + 0.5) * CELL + 4, base, look);
        }),
        box(left, cellsTop, right - left, 4 * CELL, { fill: "none", stroke: theme.lineStrong }),
        levelTicks(places, { y: bottom, room: [left - 30, right + 10] }, theme),
        label((left + right) / 2, bottom + 33, `Base of ${record}`, MIDDLE),
      ],
    };
  });
}

/**
 * Letters, and below them a table of the changes by each substitution. `model.mutagenesis` returns the changes.
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
  return mutagenesisLayout(ready("mutagenesis", given)).draw();
}
