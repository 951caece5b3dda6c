/** Themes, colours and options that all plots share. */

import { markColour as markColourOf, type MarkColour } from "../core/marks";
import type { Theme } from "../core/theme";

export type { MarkColour } from "../core/marks";
export type { BinFrame, PlotFrame, SignalOptions, Window } from "../core/options";
export { dark, light, type Theme } from "../core/theme";
export type { Framed } from "../framed";

/**
 * The colours of a mark in all plots: the same name always gets the same ones.
 *
 * ```js
 * const { line, text } = markColour("H3K4me3", light); // "#bf3c10" of lines and swatches, and that of its name
 * ```
 *
 * @category Themes and colours
 * @returns Shades of lines, areas and text.
 */
export function markColour(mark: string, theme: Theme): MarkColour {
  return markColourOf(mark, theme);
}
