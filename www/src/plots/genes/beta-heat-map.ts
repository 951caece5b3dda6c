/**
 * One gene in several runs: β, marks by runs, each cell shaded and labelled; figure 2c of Singh et al. 2017, "Attend
 * and Predict".
 */

import { contrast, mix } from "../core/colour";
import { formatAttention, formatEquals, formatProbability } from "../core/format";
import { type ColourBar, colourBarHeight, drawColourBar } from "../core/legend";
import { markColour } from "../core/marks";
import type { BetaHeatMapOptions, RunBeta } from "../core/options";
import { finite, roundTop } from "../core/scale";
import { element, label, picture } from "../core/svg";
import { fit, textWidth } from "../core/text";
import type { Theme } from "../core/theme";

const ROW = 28;
const HEADER = 40;
const KEY_LINE = 16;
/** Wider cells would say no more. */
const WIDEST = 120;

/** The shade of a weight, and the text that can be read on it. */
function shades(weight: number, top: number, theme: Theme): { fill: string; text: string } {
  const fill = mix(theme.on, theme.surface, Math.min(1, finite(weight) / top));
  return { fill, text: contrast(theme.ink, fill) >= contrast(theme.surface, fill) ? theme.ink : theme.surface };
}

function sentence({ letter, name, probability, beta, notMeasured = [] }: RunBeta, marks: readonly string[]): string {
  const start = `${letter}, ${name}, P(on) ${formatEquals(formatProbability(probability))}`;
  if (!beta) return `${start}: this variant has no β.`;
  return `${start}: ${marks
    .map(
      (mark) =>
        `${mark} ${
          mark in beta ? formatAttention(beta[mark]) : notMeasured.includes(mark) ? "not measured" : "not read"
        }`,
    )
    .join(", ")}.`;
}

/** Marks from the top, runs from the left, and a key to the runs below. */
export function betaHeatMap({ gene, marks, runs, width, theme }: BetaHeatMapOptions): string {
  const top = roundTop(Math.max(0, ...runs.flatMap(({ beta }) => Object.values(beta ?? {}))));
  const left = 16 + Math.min(0.34 * width, Math.max(24, ...marks.map((mark) => textWidth(mark, 12, "bold"))));
  const cell = Math.min(WIDEST, (width - left - 12) / Math.max(1, runs.length));
  const bar: ColourBar = {
    colour: (share) => mix(theme.on, theme.surface, share),
    ends: ["0", formatAttention(top)],
    unit: "β, the weight of attention to a mark",
  };
  const from = 44 + colourBarHeight(bar, width - 16) + HEADER;
  const bottom = from + ROW * marks.length;
  const heads = runs.flatMap(({ letter, probability }, i) => {
    const middle = left + cell * (i + 0.5);
    const centred = { "text-anchor": "middle" };
    return [
      label(middle, from - 22, letter, { ...centred, "font-size": 12, "font-weight": "bold", fill: theme.ink }),
      label(middle, from - 8, formatProbability(probability), { ...centred, "font-size": 10 }),
    ];
  });
  const rows = marks.map((mark, row) => {
    const y = from + ROW * row;
    const cells = runs.flatMap(({ beta }, i) => {
      const x = left + cell * i;
      const weight = beta?.[mark];
      const at = { "text-anchor": "middle", "font-size": 11 };
      // A missing column is mentioned once.
      const none = beta ? "–" : row === Math.floor(marks.length / 2) ? "no β" : "";
      if (weight === undefined)
        return none ? [label(x + cell / 2, y + ROW / 2 + 4, none, { ...at, fill: theme.inkFaint })] : [];
      const { fill, text } = shades(weight, top, theme);
      return [
        element("rect", { x, y, width: cell - 2, height: ROW - 2, fill }),
        label(x + cell / 2 - 1, y + ROW / 2 + 3, formatAttention(weight), { ...at, fill: text }),
      ];
    });
    const name = label(left - 8, y + ROW / 2 + 3, fit(mark, left - 16, 12, "bold"), {
      "text-anchor": "end",
      "font-size": 12,
      "font-weight": "bold",
      fill: markColour(mark, theme).text,
    });
    return element("g", { "data-mark": mark }, [name, ...cells]);
  });
  const key = runs.map(({ letter, name }, i) =>
    label(8, bottom + 22 + KEY_LINE * i, fit(`${letter}: ${name}`, width - 16, 11)),
  );
  return picture({
    width,
    height: bottom + 16 + KEY_LINE * runs.length,
    theme,
    title: `Attention over marks for ${gene} in ${runs.length} runs`,
    summary: runs.map((run) => sentence(run, marks)).join(" ") || "There are no runs to show β of.",
    body: [
      label(8, 20, "Attention over marks in each run, β", { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      label(8, 38, fit(gene, width - 16, 12), { "font-size": 12, fill: theme.ink }),
      ...drawColourBar(bar, 8, 58, width - 16, theme),
      label(left - 8, from - 8, "P(on)", { "text-anchor": "end", "font-size": 10 }),
      ...heads,
      ...rows,
      ...key,
    ],
  });
}
