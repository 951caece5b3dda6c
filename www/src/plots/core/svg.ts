/** Writes SVG as text: elements, numbers, and text widths without a DOM. */

/** Attributes of an element; undefined ones are omitted. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A coordinate with at most two decimals, so that a picture is identical on every machine. */
export function num(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return rounded === 0 ? "0" : String(rounded);
}

/** Text escaped for XML; characters that XML does not allow become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

/** The inverse of `escapeXml`. */
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

/** Text, or nested lists of it; empty, false and undefined parts are omitted. */
export type Part = string | false | undefined | readonly Part[];

/** The texts of parts, one after another. */
export function flat(parts: readonly Part[]): string[] {
  return (parts as readonly unknown[]).flat(Infinity).filter(Boolean) as string[];
}

/** An element around other elements, one per line. */
export function element(name: string, attributes: Attributes, children: readonly Part[] = []): string {
  const inside = flat(children);
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

/**
 * Advance widths of U+0020 … U+007E in Helvetica (Adobe AFM, thousandths of an em); text is assumed a little wider,
 * because the reader's machine may fall back to a wider face.
 */
const ASCII = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

/** Approximate ratio of the widths of DejaVu Sans, the widest fallback in the stack, and of Helvetica. */
const SLACK = 1.14;

/** Approximate ratio of the widths of bold and normal text, in DejaVu more than in Helvetica. */
const BOLD = 1.13;

/** Weight of the text that is measured. */
export type Weight = "normal" | "bold";

/** Upper bound for the width of `text` in pixels at a size in pixels. */
export function textWidth(text: string, size: number, weight: Weight = "normal"): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    // Beyond ASCII: symbols and Greek are about as wide as a digit, East Asian characters fill the em.
    thousandths += ASCII[code - 0x20] ?? (code < 0x2e80 ? 600 : 1000);
  }
  return (thousandths / 1000) * size * SLACK * (weight === "bold" ? BOLD : 1);
}

/** `text`, truncated with an ellipsis if it is wider than `width`. */
export function fit(text: string, width: number, size: number, weight: Weight = "normal"): string {
  if (textWidth(text, size, weight) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, size, weight) > width) characters.pop();
  return `${characters.join("")}…`;
}

/** `text` in lines no wider than `width`, broken at spaces. */
export function wrap(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
