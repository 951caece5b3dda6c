/**
 * Colours: the two themes, arithmetic on `#rrggbb`, and the colours of changes, tracks, heads and histone marks. A plot
 * takes its theme as an argument and writes colours into the SVG itself, so that an exported file looks the same
 * everywhere. The values of the themes are those of `src/styles/tokens.css`.
 */

/** Red, green and blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Reads `#rrggbb`. */
export function parseHex(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Writes `#rrggbb`; channels are rounded and clamped to 0…255. */
function toHex(rgb: Rgb): string {
  const channel = (value: number): string =>
    Math.max(0, Math.min(255, Math.round(value)))
      .toString(16)
      .padStart(2, "0");
  return `#${rgb.map(channel).join("")}`;
}

/** Mixes a fraction `share` of `colour` into `ground`: an opaque equivalent of opacity. */
export function mix(colour: string, ground: string, share: number): string {
  const [r, g, b] = parseHex(colour);
  const [r0, g0, b0] = parseHex(ground);
  return toHex([r0 + (r - r0) * share, g0 + (g - g0) * share, b0 + (b - b0) * share]);
}

/** An sRGB channel (0 to 255) as linear light (0 to 1); IEC 61966-2-1. */
export function toLinear(channel: number): number {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/** Linear light (0 to 1) as an sRGB channel (0 to 255). */
function fromLinear(light: number): number {
  return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
}

/** WCAG 2.2 contrast ratio of two colours, 1 to 21. */
export function contrast(first: string, second: string): number {
  const luminance = (colour: string): number => {
    const [r, g, b] = parseHex(colour);
    return 0.2126 * toLinear(r) + 0.7152 * toLinear(g) + 0.0722 * toLinear(b);
  };
  const [a, b] = [luminance(first), luminance(second)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/**
 * A colour by OKLCH lightness (0 to 1), chroma and hue in degrees; Ottosson 2020, "A perceptual color space for image
 * processing".
 */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return toHex([
    fromLinear(Math.max(0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
    fromLinear(Math.max(0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
    fromLinear(Math.max(0, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)),
  ]);
}

/**
 * The two colours of a change, the same in every picture: magenta for increases, green for decreases. A test checks
 * that they differ from the colours of all known marks, and from each other for colour-blind readers.
 */
export function changeColours({ name }: Pick<Theme, "name">): { readonly up: string; readonly down: string } {
  return name === "light" ? { up: "#e32fb0", down: "#004d1f" } : { up: "#d83ab4", down: "#00a03c" };
}

/** The shades of a mark in one theme. */
export interface MarkColour {
  /** For lines, bars and swatches: 3:1 or more on the surface. */
  readonly line: string;
  /** For areas under a line: paler than `line`. */
  readonly area: string;
  /** For the mark's name: 4.5:1 or more on the surface. */
  readonly text: string;
}

/**
 * Chosen line colours, light and dark, by the mark's name in lower case without punctuation. The marks of the published
 * models follow the convention of the field (promoters red, enhancers amber, transcribed green, Polycomb blue,
 * heterochromatin purple) in shades that colour-blind readers can distinguish, which a test simulates. Any other name
 * gets a hue hashed from its letters.
 */
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

/** A mark's name reduced so that its spellings coincide. */
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

/** A colour hashed from a name: one of 36 hues at two chromas, with a legible lightness in the theme. */
function hashed(name: string, theme: Theme): string {
  const value = hash(name);
  const hue = (value % 36) * 10;
  const chroma = (value >>> 16) % 2 === 0 ? 0.12 : 0.07;
  return theme.name === "light" ? oklch(0.54, chroma, hue) : oklch(0.78, chroma, hue);
}

/** `colour` moved towards the theme's ink until text in it is legible on the surface. */
function legible(colour: string, theme: Theme): string {
  for (let share = 1; share > 0; share -= 0.05) {
    const shade = mix(colour, theme.ink, share);
    if (contrast(shade, theme.surface) >= 4.5) return shade;
  }
  return theme.ink;
}

/**
 * The colours of a mark in all plots: a name always gets the same colours. Values of all marks together have no hue.
 *
 * ```js
 * const { line, text } = markColour("H3K4me3", light); // "#bf3c10" of lines and swatches, and that of its name
 * ```
 *
 * @category Themes and colours
 * @returns Shades of lines, areas and text.
 */
export function markColour(mark: string, theme: Theme): MarkColour {
  const name = key(mark);
  if (name === "allmarks")
    return { line: theme.inkMuted, area: mix(theme.inkMuted, theme.surface, 0.3), text: theme.ink };
  const chosen = Object.hasOwn(CHOSEN, name) ? CHOSEN[name] : undefined;
  // A name without letters or digits still gets its own hue.
  const line = chosen ? chosen[theme.name] : hashed(name || mark, theme);
  return { line, area: mix(line, theme.surface, 0.3), text: legible(line, theme) };
}

/**
 * Colours of tracks: on light ground predicted dark blue and measured light blue; on dark ground reversed, so that the
 * prediction stands out on both.
 */
export function trackColours({ name }: Theme): { readonly predicted: string; readonly measured: string } {
  return name === "light"
    ? { predicted: "#1f3a93", measured: "#9ec5f4" }
    : { predicted: "#a9c3ff", measured: "#2d5583" };
}

/**
 * A colour for each of `count` heads: hues around the circle, with a lightness that is legible in the theme and differs
 * between neighbours.
 */
export function headColour(head: number, count: number, { name }: Theme): string {
  const hue = 20 + (360 * head) / Math.max(5, count);
  const step = head % 2 === 0 ? 0 : 0.09;
  return name === "light" ? oklch(0.5 + step * 0.6, 0.15, hue) : oklch(0.82 - step, 0.12, hue);
}

/** The colours of a plot; each is a `#rrggbb` string. */
export interface Theme {
  /** `"light"` or `"dark"`; mark colours have one shade for each. */
  readonly name: "light" | "dark";
  /** The background of a plot (`--color-surface`). */
  readonly surface: string;
  /** Titles and the α line (`--color-ink`). */
  readonly ink: string;
  /** Axis titles and notes (`--color-ink-muted`). */
  readonly inkMuted: string;
  /** Tick labels (`--color-ink-faint`). */
  readonly inkFaint: string;
  /** Hairlines: baselines and grids (`--color-line`). */
  readonly line: string;
  /** Important lines: axes, the TSS, references (`--color-line-strong`). */
  readonly lineStrong: string;
  /** Genes on (`--color-on`). */
  readonly on: string;
  /** Genes off (`--color-off`). */
  readonly off: string;
}

/**
 * The theme for light pages and for print.
 *
 * @category Themes and colours
 */
export const light: Theme = {
  name: "light",
  surface: "#ffffff",
  ink: "#171b21",
  inkMuted: "#4d5661",
  inkFaint: "#5f6975",
  line: "#dde1e6",
  lineStrong: "#808995",
  on: "#3a4cc0",
  off: "#808995",
};

/**
 * The theme for dark pages.
 *
 * @category Themes and colours
 */
export const dark: Theme = {
  name: "dark",
  surface: "#161a20",
  ink: "#e9ecf0",
  inkMuted: "#aab3be",
  inkFaint: "#8f99a5",
  line: "#2b323b",
  lineStrong: "#727c88",
  on: "#a3b0ff",
  off: "#7d8794",
};

/** Typefaces of figures: those that journals require, then their free metric equivalents. */
export const FONT_FAMILY = "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif";
