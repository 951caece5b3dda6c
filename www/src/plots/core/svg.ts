/** Writing SVG as text: elements, numbers, and the frame that every plot shares. */

import type { PlotFrame } from "./options";
import { FONT_FAMILY } from "./theme";

/** Attributes of an element; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A coordinate with at most two decimals, so that a picture is the same text on every machine. */
export function num(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? "0" : String(rounded);
}

/** Text as it may stand in XML; characters that XML cannot hold at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

/** Text that `escapeXml` wrote, as it was. */
export function unescapeXml(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");
}

function open(name: string, attributes: Attributes): string {
  let tag = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) tag += ` ${key}="${typeof value === "number" ? num(value) : escapeXml(value)}"`;
  }
  return tag;
}

/** An element around other elements, one a line. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const inside = children.filter((child) => child !== "");
  return inside.length === 0
    ? `${open(name, attributes)}/>`
    : `${open(name, attributes)}>\n${inside.join("\n")}\n</${name}>`;
}

/** An element around text. */
export function textElement(name: string, attributes: Attributes, text: string): string {
  return `${open(name, attributes)}>${escapeXml(text)}</${name}>`;
}

/** Text with its baseline at (x, y). */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return textElement("text", { x, y, ...attributes }, text);
}

/** The name of an upright axis, read from below: its baseline at `x`, its middle at `y`. */
export function axisName(x: number, y: number, text: string, attributes: Attributes = {}): string {
  const turned = { transform: `rotate(-90 ${num(x)} ${num(y)})`, "text-anchor": "middle" };
  return textElement("text", { x, y, ...turned, ...attributes }, text);
}

/** A straight line. */
export function segment(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: string,
  attributes: Attributes = {},
): string {
  return element("line", { x1, y1, x2, y2, stroke, ...attributes });
}

/** Content of a picture. */
export interface Picture {
  /** Title of the picture, in a few words. */
  readonly title: string;
  /** Description of the picture, in sentences, for a reader who cannot see it. */
  readonly summary: string;
  readonly body: readonly string[];
}

/** Base size of the text in a plot, in pixels. */
const FONT_SIZE = 11;

/**
 * A complete picture on the theme's surface. It holds no ids, no style sheet and no style attribute: several can stand
 * on one page, and a strict content security policy has nothing to refuse.
 */
export function picture({ width, theme }: PlotFrame, height: number, { title, summary, body }: Picture): string {
  const frame = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${num(width)} ${num(height)}`,
    // Positions are counted from the left, whichever way the page around reads.
    direction: "ltr",
    role: "img",
    "aria-label": `${title}. ${summary}`,
    "font-family": FONT_FAMILY,
    "font-size": FONT_SIZE,
    fill: theme.inkMuted,
  };
  return element("svg", frame, [
    textElement("title", {}, title),
    textElement("desc", {}, summary),
    element("rect", { width, height, fill: theme.surface }),
    ...body,
  ]);
}
