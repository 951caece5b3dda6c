/**
 * Effect of each base of a stretch on one track: letters as high as the track falls without them, over the change by
 * every other base.
 */

import { formatCount, formatSigned, formatValue } from "../core/format";
import { mix } from "../core/colour";
import {
  type ColourBar,
  colourBarHeight,
  drawColourBar,
  drawLegend,
  type LegendEntry,
  legendHeight,
} from "../core/legend";
import { finite } from "../core/scale";
import { formatBase } from "./axis";
import { changeColours } from "../core/changes";
import { baseColour } from "./colours";
import { letter } from "./letters";
import type { MutagenesisOptions } from "./options";
import { axisName, element, label, picture, segment } from "../core/svg";
import { fit } from "../core/text";
import { levelTicks, uprightTicks } from "../core/ticks";

const BASES = "ACGT";
const LETTERS = 96;
const CELL = 16;

/** Where things lie, in pixels of the picture. */
export interface MutagenesisLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  /** Width of a base's column. */
  readonly column: number;
  readonly letters: { readonly top: number; readonly bottom: number };
  readonly cells: { readonly top: number; readonly bottom: number };
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

function legendOf({ theme }: MutagenesisOptions): LegendEntry[] {
  const { up, down } = changeColours(theme);
  return [
    { sample: "area", colour: up, text: "raises the track" },
    { sample: "area", colour: down, text: "lowers it" },
    { sample: "area", colour: theme.line, text: "the reference base" },
  ];
}

/** Where things lie in the picture that `mutagenesis` draws. */
export function mutagenesisLayout(options: MutagenesisOptions): MutagenesisLayout {
  const { width, codes } = options;
  const left = 76;
  const legend = legendHeight(legendOf(options), width - 16) + colourBarHeight(barOf(options), width - 16);
  const letters = { top: 40 + legend, bottom: 40 + legend + LETTERS };
  const cells = { top: letters.bottom + 14, bottom: letters.bottom + 14 + 4 * CELL };
  return {
    width,
    height: cells.bottom + 40,
    left,
    column: (width - left - 12) / Math.max(1, codes.length),
    letters,
    cells,
  };
}

/** Letters and a table of changes. */
export function mutagenesis(options: MutagenesisOptions): string {
  const { width, theme, record, track, start, codes, change, reference, bins } = options;
  const { left, column, letters, cells, height } = mutagenesisLayout(options);
  const right = left + column * codes.length;
  const each = Array.from(options.contribution, finite);
  const most = Math.max(0, ...each);
  const least = Math.min(0, ...each);
  const range = most - least || 1;
  const zero = letters.top + (most / range) * LETTERS;
  const y = (value: number): number => zero - (value / range) * LETTERS;
  const { up, down } = changeColours(theme);
  const greatest = greatestOf(options);
  const bar = barOf(options);
  const legend = legendOf(options);

  const drawn = Array.from(codes, (code, i) => {
    const x = left + i * column;
    const tall = each[i];
    const sign =
      tall === 0 || code > 3
        ? ""
        : letter(code, x + column * 0.04, column * 0.92, y(0), y(tall), baseColour(code, theme));
    const boxes = [0, 1, 2, 3].map((base) => {
      const value = finite(change[4 * i + base]);
      const fill =
        base === code
          ? theme.line
          : mix(value > 0 ? up : down, theme.surface, greatest > 0 ? Math.abs(value) / greatest : 0);
      return element("rect", { x, y: cells.top + base * CELL, width: column, height: CELL, fill });
    });
    return element("g", { "data-base": i + 1 }, [sign, ...boxes]);
  });

  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => step * column >= 64) ?? codes.length;
  const ticks = Array.from(codes, (_, i) => i).filter((i) => (start + i + 1) % every === 0);
  const order = each
    .map((value, i) => ({ value, i }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.i - b.i);
  const named = order
    .slice(0, 3)
    .filter(({ value }) => value !== 0)
    .map(({ value, i }) => `${BASES[codes[i]]} at ${formatBase(start + i + 1)} (${formatSigned(value)})`);
  const place = `${record}:${formatBase(start + 1)}–${formatBase(start + codes.length)}`;
  const title = `${track}: what each base of ${place} contributes`;
  return picture({
    width,
    height,
    theme,
    title,
    summary:
      `A letter is as high as the sum over ${formatCount(bins)} bins, ${formatValue(reference)} as it is, falls in ` +
      "the mean when another base stands there; a letter below the line makes it lower. " +
      `${named.length > 0 ? `Most: ${named.join(", ")}.` : "No base changes it."} Under them the change by each ` +
      `base; the strongest colour is ${formatValue(greatest)}.`,
    body: [
      label(8, 20, fit(title, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...drawLegend(legend, 8, 40, width - 16, theme),
      ...drawColourBar(bar, 8, 40 + legendHeight(legend, width - 16), width - 16, theme),
      axisName(14, (letters.top + letters.bottom) / 2, "Contribution"),
      axisName(14, (cells.top + cells.bottom) / 2, "Changed to"),
      ...drawn,
      segment(left, zero, right, zero, theme.lineStrong),
      uprightTicks(
        [
          ...(most > 0 ? [{ at: letters.top, text: formatSigned(most) }] : []),
          ...(least < 0 ? [{ at: letters.bottom, text: formatSigned(least) }] : []),
          { at: zero, text: "0" },
        ],
        { x: left, outward: -1 },
        theme,
      ),
      ...[...BASES].map((base, i) =>
        label(left - 8, cells.top + (i + 0.5) * CELL + 4, base, {
          "text-anchor": "end",
          fill: baseColour(i, theme),
          "font-weight": "bold",
        }),
      ),
      element("rect", {
        x: left,
        y: cells.top,
        width: right - left,
        height: 4 * CELL,
        fill: "none",
        stroke: theme.lineStrong,
      }),
      levelTicks(
        ticks.map((i) => ({ at: left + (i + 0.5) * column, text: formatBase(start + i + 1) })),
        { y: cells.bottom, room: [left - 30, right + 10] },
        theme,
      ),
      label((left + right) / 2, cells.bottom + 33, `Base of ${record}`, { "text-anchor": "middle" }),
    ],
  });
}
