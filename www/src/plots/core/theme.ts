/**
 * The two colour themes of the plots. A plot takes its theme as an argument and writes the colours into the SVG itself,
 * so an exported file looks the same wherever it is opened. The values are those of `src/styles/tokens.css`.
 */

/** The colours one plot is drawn with; each is a `#rrggbb` string. */
export interface Theme {
  /** `"light"` or `"dark"`; mark colours have one shade for each. */
  readonly name: "light" | "dark";
  /** The ground a plot is drawn on (`--color-surface`). */
  readonly surface: string;
  /** Titles and the α line (`--color-ink`). */
  readonly ink: string;
  /** Axis titles and notes (`--color-ink-muted`). */
  readonly inkMuted: string;
  /** Tick labels (`--color-ink-faint`). */
  readonly inkFaint: string;
  /** Hairlines: baselines and grids (`--color-line`). */
  readonly line: string;
  /** Lines that must be seen: axes, the TSS, references (`--color-line-strong`). */
  readonly lineStrong: string;
  /** Genes on (`--color-on`). */
  readonly on: string;
  /** Genes off (`--color-off`). */
  readonly off: string;
}

/**
 * For a light page, and for print.
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
 * For a dark page.
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

/** Typefaces of figures: what journals ask for, then their free metric equivalents. */
export const FONT_FAMILY = "Helvetica Neue, Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif";
