/** Layout of a picture: its sides, its panels, its legend, and the heading that all pictures have. */

import type { PlotFrame, SignalOptions } from "./options";
import { type Attributes, element, fit, flat, label, num, type Part, segment, textElement, textWidth } from "./svg";
import { changeColours, FONT_FAMILY, type Theme } from "./colour";
import { linear, type Scale } from "./scale";

/** Horizontal extent, in pixels of the picture. */
export interface Sides {
  readonly left: number;
  readonly right: number;
}

/** Vertical extent, in pixels of the picture. */
export interface Rows {
  readonly top: number;
  readonly bottom: number;
}

/** Objects with the colours of their picture. */
export type Themed = Pick<PlotFrame, "theme">;

/** A rectangular part of a picture that contains marks. */
export interface Panel extends Sides, Rows, Themed {}

/** A panel with its vertical scale. */
export interface Scaled extends Panel {
  readonly y: Scale;
}

/** Makes a panel with a vertical scale from one value to another. */
export function scaled<Frame extends Sides & Themed>(
  frame: Frame,
  { top, bottom }: Rows,
  ends: readonly [low: number, high: number],
): Frame & Scaled {
  return { ...frame, top, bottom, y: linear(ends, [bottom, top]) };
}

/** Layout of a picture's content. */
export interface Layout extends Sides, PlotFrame {
  readonly height: number;
}

/** A layout with one panel. */
export interface PanelLayout extends Layout, Rows {}

/** Title, lines and legend above a picture's content. */
export interface Head {
  readonly title: string;
  /** Size of the title; default 13. */
  readonly size?: 13 | 15;
  /** Lines under the title. */
  readonly lines?: readonly string[];
  readonly legend?: Legend;
}

/** Height of the lines and the legend. */
export function headHeight({ lines = [], legend = [] }: Head, width: number): number {
  return 15 * lines.length + legendHeight(legend, width - 16);
}

/** Draws title, lines and legend at the top of the picture. */
function drawHead(head: Head, { width, theme }: PlotFrame): string[] {
  const { title, size = 13, lines = [], legend = [] } = head;
  const first = size === 13 ? 38 : 40;
  const legendY = size === 15 ? 44 : lines.length > 0 ? 42 : 40;
  return [
    label(8, size === 13 ? 20 : 22, fit(title, width - 16, size, "bold"), strong(size, theme)),
    ...lines.map((line, i) => label(8, first + 15 * i, line)),
    ...drawLegend(legend, legendY + 15 * lines.length, { width, theme }),
  ];
}

/** Content of a picture. */
export interface Figure {
  readonly head?: Head;
  /** Title in a few words, if it differs from that of the heading. */
  readonly title?: string;
  /** Description in sentences, for a reader who cannot see the picture. */
  readonly summary: Part;
  readonly body: readonly Part[];
}

/**
 * A complete picture on the theme's surface. It contains no ids, style sheets or style attributes, so that several can
 * share a page, and a strict content security policy allows them.
 */
export function figure(
  options: PlotFrame,
  height: number,
  { head, title = head?.title ?? "", summary, body }: Figure,
): string {
  const { width, theme } = options;
  const description = flat([summary]).join(" ");
  const frame = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${num(width)} ${num(height)}`,
    // Positions are counted from the left, whatever the text direction of the page.
    direction: "ltr",
    role: "img",
    "aria-label": `${title}. ${description}`,
    "font-family": FONT_FAMILY,
    "font-size": SIZE,
    fill: theme.inkMuted,
  };
  return element("svg", frame, [
    textElement("title", {}, title),
    textElement("desc", {}, description),
    element("rect", { width, height, fill: theme.surface }),
    head && drawHead(head, options),
    body,
  ]);
}

/** A picture with a computed layout, drawn on demand: a cursor only needs the layout. */
export type Laid<Places> = Places & { readonly draw: () => string };

/** Joins the layout of a picture with its content. */
export function laid<Places extends { readonly height: number }>(
  options: PlotFrame,
  places: Places,
  content: () => Figure,
): Laid<Places> {
  return { ...places, draw: () => figure(options, places.height, content()) };
}

/** Attributes for text of titles and headings. */
export function strong(size: 12 | 13 | 15, theme: Theme): Attributes {
  return { "font-size": size, "font-weight": "bold", fill: theme.ink };
}

/** Attributes for text centred on its position. */
export const MIDDLE: Attributes = { "text-anchor": "middle" };
/** Attributes for text that ends at its position. */
export const END: Attributes = { "text-anchor": "end" };

/** One entry of a legend. */
export interface LegendEntry {
  readonly text: string;
  /** Style of the sample. */
  readonly sample: "area" | "line" | "dashes";
  readonly colour: string;
}

/** Entries of a legend; those that are false or undefined are omitted. */
export type Legend = readonly (LegendEntry | false | undefined)[];

/** Makes an entry of a legend. */
export function entry(sample: LegendEntry["sample"], colour: string, text: string): LegendEntry {
  return { sample, colour, text };
}

/** Entries for increases and for decreases. */
export function signEntries(theme: Theme, rises: string, falls: string): LegendEntry[] {
  const { up, down } = changeColours(theme);
  return [entry("area", up, rises), entry("area", down, falls)];
}

/** Base size of the text in a plot, in pixels. */
const SIZE = 11;
const SAMPLE = 16;
const GAP = 16;
/** Height of one line of a legend. */
export const LEGEND_LINE = 17;

/** Entries with their positions: x from the legend's left end, line from 0. */
function place(entries: Legend, width: number): { entry: LegendEntry; x: number; line: number }[] {
  let [x, line] = [0, 0];
  return entries.flatMap((entry) => {
    if (!entry) return [];
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
export function legendHeight(entries: Legend, width: number): number {
  return LEGEND_LINE * ((place(entries, width).at(-1)?.line ?? -1) + 1);
}

/** Draws the legend, with its first baseline at `y`. */
export function drawLegend(
  entries: Legend,
  y: number,
  { width, theme }: PlotFrame,
  left = 8,
  room = width - 16,
): string[] {
  return place(entries, room).flatMap(({ entry, x, line }) => {
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

/** Legend text of a signal: `signal, reads per bin`, `mean signal`; units that differ stand at the marks. */
export function signalText({ signalName, units }: SignalOptions): string {
  if (units) return "signal, unit beside each mark";
  if (!signalName) return "signal";
  return /\bsignal\b/.test(signalName) ? signalName : `signal, ${signalName}`;
}

/** Colour scale of a heat map: a bar with its ends and unit. */
export interface ColourBar {
  /** The colour at a fraction (0 to 1) of the bar. */
  readonly colour: (share: number) => string;
  readonly ends: readonly [string, string];
  /** Unit of the numbers, in words. */
  readonly unit: string;
}

const BAR = 110;
const STEPS = 22;

/** Horizontal offsets of a colour bar's parts, from its left end. */
function barParts({ ends }: ColourBar): { readonly bar: number; readonly last: number; readonly unit: number } {
  const bar = textWidth(ends[0], 10) + 6;
  const last = bar + BAR + 6;
  return { bar, last, unit: last + textWidth(ends[1], 10) + 12 };
}

/** Height of a colour bar including its unit, which moves below the bar if there is no room beside it. */
export function colourBarHeight(bar: ColourBar, width: number): number {
  return barParts(bar).unit + textWidth(bar.unit, SIZE) <= width ? LEGEND_LINE : 2 * LEGEND_LINE;
}

/** Draws a colour bar, with its first baseline at `y`. */
export function drawColourBar(
  bar: ColourBar,
  y: number,
  { width, theme }: PlotFrame,
  left = 8,
  room = width - 16,
): string[] {
  const at = barParts(bar);
  const end = { "font-size": 10, fill: theme.inkFaint };
  const isBeside = colourBarHeight(bar, room) === LEGEND_LINE;
  return [
    element("g", { "data-colour-bar": "" }, [
      label(left, y, bar.ends[0], end),
      label(left + at.last, y, bar.ends[1], end),
    ]),
    element(
      "g",
      // Crisp edges avoid seams between steps.
      { "shape-rendering": "crispEdges" },
      Array.from({ length: STEPS }, (_, i) =>
        element("rect", {
          x: left + at.bar + (BAR * i) / STEPS,
          y: y - 9,
          width: BAR / STEPS,
          height: 10,
          fill: bar.colour(i / (STEPS - 1)),
        }),
      ),
    ),
    isBeside
      ? label(left + at.unit, y, bar.unit, { fill: theme.inkMuted })
      : label(left, y + LEGEND_LINE, fit(bar.unit, room, SIZE), { fill: theme.inkMuted }),
  ];
}
