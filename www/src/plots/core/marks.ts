/**
 * One colour for each histone mark, the same in every plot, table and session, whatever the other marks are.
 *
 * The marks of the published models follow the custom of the field (promoters red, enhancers amber, transcribed green,
 * Polycomb blue, heterochromatin purple) in shades that also differ for colour-blind readers; a test simulates that.
 * Any other name gets a hue from its letters.
 */

import { contrast, mix, oklch } from "./colour";
import type { Theme } from "./theme";

/** The shades of a mark in one theme. */
export interface MarkColour {
  /** For lines, bars and swatches: 3:1 or more on the surface. */
  readonly line: string;
  /** For areas that a line is drawn on: paler than `line`. */
  readonly area: string;
  /** For the mark's name: 4.5:1 or more on the surface. */
  readonly text: string;
}

/** Chosen line colours, light and dark, by the mark's name in lower case without punctuation. */
const CHOSEN: Readonly<Record<string, { readonly light: string; readonly dark: string }>> = {
  h3k4me3: { light: "#bf3c10", dark: "#f0703a" },
  h3k4me1: { light: "#d87c00", dark: "#ffd24a" },
  h3k36me3: { light: "#00a37c", dark: "#72dfb6" },
  h3k27me3: { light: "#083a9c", dark: "#4580f7" },
  h3k9me3: { light: "#9a5598", dark: "#d48fdc" },
  h3k27ac: { light: "#8c7a12", dark: "#b7c04a" },
  h3k4me2: { light: "#c4697c", dark: "#ffadb9" },
  h3k9ac: { light: "#7d4a1e", dark: "#cf9a6b" },
  h3k79me2: { light: "#4f8a14", dark: "#9bd45a" },
  h4k20me1: { light: "#1d8fa0", dark: "#62d2e2" },
  h2az: { light: "#6a5acd", dark: "#b3a7ff" },
};

/** The name by which two spellings of a mark are one. */
function key(mark: string): string {
  return mark.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return value;
}

/** A colour from a name: 36 hues at two chromas, of one lightness that is legible in the theme. */
function hashed(name: string, theme: Theme): string {
  const value = hash(name);
  const hue = (value % 36) * 10;
  const chroma = (value >>> 16) % 2 === 0 ? 0.12 : 0.07;
  return theme.name === "light" ? oklch(0.54, chroma, hue) : oklch(0.78, chroma, hue);
}

/** `colour` moved towards the theme's ink until text in it can be read on the surface. */
function legible(colour: string, theme: Theme): string {
  for (let share = 1; share > 0; share -= 0.05) {
    const shade = mix(colour, theme.ink, share);
    if (contrast(shade, theme.surface) >= 4.5) return shade;
  }
  return theme.ink;
}

/** The colours of a mark. The same name always gets the same ones; what is about all marks together has no hue. */
export function markColour(mark: string, theme: Theme): MarkColour {
  const name = key(mark);
  if (name === "allmarks")
    return { line: theme.inkMuted, area: mix(theme.inkMuted, theme.surface, 0.3), text: theme.ink };
  const chosen = Object.hasOwn(CHOSEN, name) ? CHOSEN[name] : undefined;
  // A name without a single letter or digit still has its own hue.
  const line = chosen ? chosen[theme.name] : hashed(name || mark, theme);
  return { line, area: mix(line, theme.surface, 0.3), text: legible(line, theme) };
}
