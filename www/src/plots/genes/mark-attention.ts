/** One gene: β, the weight that the model's attention gives each mark. */

import { scaleLinear } from "d3-scale";
import { formatAttention, formatEquals } from "../core/format";
import { markColour } from "../core/marks";
import type { MarkAttentionOptions } from "../core/options";
import { finite, isFlat, peak } from "../core/scale";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { notMeasured } from "../core/track-parts";

const ROW = 26;
const BAR = 14;
const HEADING = "Attention over marks, β";

/** Bars in the model's order, each labelled with its value; a line stands where all marks would weigh the same. */
export function markAttention({ marks, beta, width, theme, gene, standIns = {} }: MarkAttentionOptions): string {
  const isMeasured = (mark: string): boolean => !Object.hasOwn(standIns, mark);
  const values = marks.map((mark, i) => (isMeasured(mark) ? Math.max(0, finite(beta[i])) : 0));
  const highest = peak(values);
  const of = gene ? ` for ${gene}` : "";
  const title = `Attention over marks${of}`;
  const weights = marks.map(
    (mark, i) => `${mark} ${isMeasured(mark) ? formatAttention(values[i]) : notMeasured(standIns[mark])}`,
  );
  const [among, ofAll] = marks.every(isMeasured) ? ["", ""] : [" of the measured marks", " of all marks"];
  const summary = !highest
    ? "There are no marks."
    : isFlat(values) && marks.every(isMeasured)
      ? `Attention is the same for every mark, β ${formatEquals(formatAttention(highest.value))}.`
      : `${marks[highest.index]} has the highest weight of attention${among}, β ` +
        `${formatEquals(formatAttention(highest.value))}. ${weights.join(", ")}. The weights${ofAll} sum to 1.`;

  const left = 16 + Math.min(0.4 * width, Math.max(24, ...marks.map((mark) => textWidth(mark, 12, "bold"))));
  const right = width - 12 - textWidth("0.000", 12);
  const uniform = 1 / Math.max(1, marks.length);
  const x = scaleLinear()
    .domain([0, Math.max(uniform * 1.25, highest?.value ?? 0)])
    .range([left, right]);
  /** Where a number of this width stands that wants to begin at `from`: not on the line at the uniform weight. */
  const place = (from: number, room: number): number =>
    from <= x(uniform) + 2 && from + room >= x(uniform) - 2 ? x(uniform) + 5 : from;
  // The gene is beside the heading, or below it if there is no room.
  const beside = textWidth(HEADING, 13, "bold") + textWidth(gene ?? "", 12) + 32 <= width;
  const top = gene && !beside ? 52 : 34;
  const bottom = top + ROW * marks.length;
  const equal = `β; dashed: uniform, 1/${marks.length}`;
  const half = textWidth(equal, 11) / 2;

  const bars = marks.map((mark, i) => {
    const middle = top + ROW * (i + 0.5);
    const colour = markColour(mark, theme);
    const text = isMeasured(mark)
      ? formatAttention(values[i])
      : fit(notMeasured(standIns[mark]), width - left - 12, 12);
    return element("g", { "data-mark": mark }, [
      label(left - 8, middle + 4, fit(mark, left - 16, 12, "bold"), {
        "text-anchor": "end",
        "font-size": 12,
        "font-weight": "bold",
        fill: colour.text,
      }),
      element("rect", { x: left, y: middle - BAR / 2, width: x(values[i]) - left, height: BAR, fill: colour.line }),
      isMeasured(mark)
        ? label(place(x(values[i]) + 6, textWidth(text, 12)), middle + 4, text, { "font-size": 12, fill: theme.ink })
        : [
            element("rect", {
              x: left + 3,
              y: middle - 8,
              width: textWidth(text, 12) + 6,
              height: 16,
              fill: theme.surface,
            }),
            label(left + 6, middle + 4, text, { "font-size": 12 }),
          ].join("\n"),
    ]);
  });

  return picture({
    width,
    height: bottom + 26,
    theme,
    title,
    summary,
    body: [
      label(8, 20, HEADING, { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      !gene
        ? ""
        : beside
          ? label(width - 8, 20, gene, { "font-size": 12, "text-anchor": "end", fill: theme.ink })
          : label(8, 38, fit(gene, width - 16, 12), { "font-size": 12, fill: theme.ink }),
      ...(marks.length === 0
        ? [label(8, 56, "There are no marks.")]
        : [
            segment(left, top, left, bottom, theme.lineStrong),
            segment(x(uniform), top, x(uniform), bottom + 5, theme.ink, {
              "stroke-dasharray": "4 3",
              "stroke-opacity": 0.7,
            }),
            label(Math.max(half + 4, Math.min(width - half - 4, x(uniform))), bottom + 18, equal, {
              "text-anchor": "middle",
            }),
          ]),
      ...bars,
    ],
  });
}
