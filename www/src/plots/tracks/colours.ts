/**
 * Colours of the plots along a sequence: predicted and measured as in figure 9 of Angus and Eyuboglu 2018, a hue a
 * head, a colour a base.
 */

import { oklch } from "../core/colour";
import type { Theme } from "../core/theme";

/**
 * Predicted dark blue, measured light blue; on a dark ground the other way round, so that the prediction stands out on
 * both.
 */
export function trackColours({ name }: Theme): { readonly predicted: string; readonly measured: string } {
  return name === "light"
    ? { predicted: "#1f3a93", measured: "#9ec5f4" }
    : { predicted: "#a9c3ff", measured: "#2d5583" };
}

/**
 * A colour for each of `count` heads: hues around the circle, of a lightness that is legible in the theme; neighbours
 * differ in it.
 */
export function headColour(head: number, count: number, { name }: Theme): string {
  const hue = 20 + (360 * head) / Math.max(5, count);
  const step = head % 2 === 0 ? 0 : 0.09;
  return name === "light" ? oklch(0.5 + step * 0.6, 0.15, hue) : oklch(0.82 - step, 0.12, hue);
}

/** A, C, G and T as sequence logos have them, in shades that can be read. */
export function baseColour(code: number, theme: Theme): string {
  const [light, dark] = [
    ["#17803d", "#1f4fc4", "#a86200", "#c22f2f"],
    ["#5fd38b", "#86aaff", "#f2b84b", "#ff8b84"],
  ];
  return (theme.name === "light" ? light : dark)[code] ?? theme.inkFaint;
}
