/** The bases of a short stretch, letter by letter, in as many lines as the width asks for. */

import type { PlotFrame } from "../core/options";
import { basesInWords, formatBase } from "./axis";
import { baseColour } from "./colours";
import { element, label, picture } from "../core/svg";

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

/** Letters in lines, each line with the position of its first base. */
export function basesPicture(options: BasesOptions): string {
  const { width, theme, record, start, bases, chosen } = options;
  const { left, column, line, height } = basesLayout(options);
  const place = basesInWords(record, start, start + bases.length);
  const letters = [...bases].map((base, i) => {
    const [x, y] = [left + ((i % line) + 0.5) * column, TOP + Math.floor(i / line) * LINE];
    const frame =
      chosen === start + i
        ? element("rect", {
            x: x - column / 2,
            y: y + 1,
            width: column,
            height: LINE - 3,
            rx: 3,
            fill: theme.line,
            stroke: theme.ink,
          })
        : "";
    return (
      frame +
      (frame && "\n") +
      label(x, y + 15, base, {
        "text-anchor": "middle",
        "font-size": 12,
        "font-weight": "bold",
        fill: baseColour("ACGT".indexOf(base), theme),
      })
    );
  });
  const starts = Array.from({ length: Math.ceil(bases.length / line) }, (_, row) =>
    label(left - 8, TOP + row * LINE + 15, formatBase(start + row * line + 1), {
      "text-anchor": "end",
      fill: theme.inkFaint,
    }),
  );
  return picture({
    width,
    height,
    theme,
    title: `Bases of ${place}`,
    summary: `${bases}${
      chosen !== undefined && chosen >= start && chosen < start + bases.length
        ? `; chosen is ${bases[chosen - start]} at ${formatBase(chosen + 1)}`
        : ""
    }.`,
    body: [
      label(8, 20, `Bases of ${place}`, { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...starts,
      ...letters,
    ],
  });
}
