/**
 * The part of a picture that has the names of motifs: a mark and a name under each stretch, or where bases are letters
 * the logo that matched.
 */

import { label, element, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { uprightTicks } from "../core/ticks";
import type { Theme } from "../core/theme";
import { formatBase } from "./axis";
import { logoColumn, type Matrix, MOST_BITS } from "./logo";

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
export interface Across {
  readonly view: readonly [number, number];
  readonly left: number;
  readonly right: number;
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
  return label(middle, y, written(named), { "text-anchor": "middle", "font-size": SIZE, fill: theme.ink });
}

function drawMarks(placed: readonly Placed[], top: number, theme: Theme): string[] {
  const y = top + GAP;
  return placed.flatMap((each) => {
    const { from, to, line } = each;
    const width = Math.max(2, to - from);
    const mark = element("rect", { x: (from + to - width) / 2, y, width, height: MARK, fill: theme.ink });
    if (line === undefined) return [mark];
    return [mark, nameAt(each, y + MARK + (line + 1) * LINE - 3, theme)];
  });
}

function drawLogos(placed: readonly Placed[], lines: number, across: Across, top: number, theme: Theme): string[] {
  const { view, left, right } = across;
  const column = (right - left) / Math.max(1, view[1] - view[0]);
  const footOf = (line: number): number => top + line * LOGO + LINE + MOST_BITS * BIT;
  const scales = Array.from({ length: lines }, (_, line) =>
    uprightTicks(
      [
        { at: footOf(line) - MOST_BITS * BIT, text: `${MOST_BITS} bits` },
        { at: footOf(line), text: "0" },
      ],
      { x: left, outward: -1, size: SIZE },
      theme,
    ),
  );
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
