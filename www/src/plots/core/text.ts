/**
 * Width of text, estimated without a DOM. Advance widths are Helvetica's (Adobe AFM, thousandths of an em), made a
 * little wider because the reader's machine may fall back to a wider face.
 */

/** Advance widths of U+0020 … U+007E. */
const ASCII = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

/** DejaVu Sans, the widest fallback in the stack, is about this much wider than Helvetica. */
const SLACK = 1.14;

/** Bold text is wider by about this factor, in DejaVu more than in Helvetica. */
const BOLD = 1.13;

/** Weight of the text that is measured. */
export type Weight = "normal" | "bold";

/** Width of `text` in pixels at `size` pixels, from above. */
export function textWidth(text: string, size: number, weight: Weight = "normal"): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    // Beyond ASCII: signs and Greek are as wide as a digit or so, East Asian characters fill the em.
    thousandths += ASCII[code - 0x20] ?? (code < 0x2e80 ? 600 : 1000);
  }
  return (thousandths / 1000) * size * SLACK * (weight === "bold" ? BOLD : 1);
}

/** `text`, cut with an ellipsis where it would be wider than `width`. */
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
