/** A legend: samples with their meaning, in as many lines as the width asks for. */

import { element, label, segment } from "./svg";
import { textWidth } from "./text";
import type { Theme } from "./theme";

/** One entry. */
export interface LegendEntry {
  readonly text: string;
  /** How the sample looks. */
  readonly sample: "area" | "line" | "dashes";
  readonly colour: string;
}

const SIZE = 11;
const SAMPLE = 16;
const GAP = 16;
/** Height of one line of a legend. */
export const LEGEND_LINE = 17;

/** Entries with their places; x from the legend's left end, line from 0. */
function place(entries: readonly LegendEntry[], width: number): { entry: LegendEntry; x: number; line: number }[] {
  let x = 0;
  let line = 0;
  return entries.map((entry) => {
    const length = SAMPLE + 6 + textWidth(entry.text, SIZE);
    if (x > 0 && x + length > width) {
      x = 0;
      line += 1;
    }
    const placed = { entry, x, line };
    x += length + GAP;
    return placed;
  });
}

/** Height of the legend. */
export function legendHeight(entries: readonly LegendEntry[], width: number): number {
  return LEGEND_LINE * ((place(entries, width).at(-1)?.line ?? -1) + 1);
}

/** The legend, its first line's baseline at `y`. */
export function drawLegend(
  entries: readonly LegendEntry[],
  left: number,
  y: number,
  width: number,
  theme: Theme,
): string[] {
  return place(entries, width).flatMap(({ entry, x, line }) => {
    const base = y + line * LEGEND_LINE;
    const from = left + x;
    const sample =
      entry.sample === "area"
        ? element("rect", { x: from, y: base - 8, width: SAMPLE, height: 8, fill: entry.colour })
        : segment(from, base - 4, from + SAMPLE, base - 4, entry.colour, {
            "stroke-width": entry.sample === "line" ? 1.75 : 1,
            "stroke-dasharray": entry.sample === "dashes" ? "4 3" : undefined,
          });
    return [sample, label(from + SAMPLE + 6, base, entry.text, { fill: theme.inkMuted })];
  });
}
