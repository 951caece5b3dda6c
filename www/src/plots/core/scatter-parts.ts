/** Parts that scatters of genes share. */

import { element, label, num } from "./svg";
import { fit, textWidth } from "./text";
import type { Theme } from "./theme";

type Point = readonly [number, number];

/**
 * Dots as one path, smaller where there are many `genes`; dots that fall on the same half pixel are one. Empty without
 * a point.
 */
export function drawDots(points: readonly Point[], genes: number, colour: string): string {
  if (points.length === 0) return "";
  const rounded = (value: number): number => Math.round(2 * value) / 2;
  const d = [...new Set(points.map(([x, y]) => `M${num(rounded(x))},${num(rounded(y))}h0`))].join("");
  return element("path", {
    d,
    fill: "none",
    stroke: colour,
    "stroke-width": genes > 2000 ? 2.5 : 4,
    "stroke-linecap": "round",
    "stroke-opacity": 0.75,
  });
}

/** A ring around the dot of a gene, and its name on the side that has the room; the square begins at `left`. */
export function drawChosen(
  [cx, cy]: Point,
  gene: string,
  { left, size }: { readonly left: number; readonly size: number },
  theme: Theme,
): string[] {
  const name = fit(gene, size / 2, 11);
  const isRight = cx > left + size / 2;
  return [
    element("circle", { cx, cy, r: 6, fill: "none", stroke: theme.ink, "stroke-width": 1.75 }),
    // The ground keeps dots out of the name.
    element("rect", {
      x: isRight ? cx - 12 - textWidth(name, 11) : cx + 9,
      y: cy - 8,
      width: textWidth(name, 11) + 4,
      height: 16,
      fill: theme.surface,
      "fill-opacity": 0.85,
    }),
    label(isRight ? cx - 10 : cx + 10, cy + 4, name, { "text-anchor": isRight ? "end" : "start", fill: theme.ink }),
  ];
}
