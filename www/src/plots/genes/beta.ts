/** One gene: β, its attention over marks, in one run and in several. */

import { contrast, markColour, mix, type Theme } from "../core/colour";
import { formatAttention, formatEquals, formatProbability } from "../core/format";
import { type ColourBar, colourBarHeight, drawColourBar, END, figure, MIDDLE, type Rows, strong } from "../core/layout";
import { type BetaHeatMapOptions, type Framed, type Length, type MarkAttentionOptions } from "../core/options";
import { type PlotFrame, ready, type RunBeta } from "../core/options";
import { finite, isFlat, linear, peak, roundTop, type Scale } from "../core/scale";
import { element, fit, label, textWidth } from "../core/svg";
import { down, OVER_BARS } from "../marks/axes";
import { box, notMeasured, standInFor, wordsFor } from "../marks/bars";
import { nameMargin, rowName } from "../marks/panel";
import { bandLengths, whisker } from "../marks/spread";

const ROW = 26;
const BAR = 14;
const HEADING = "Attention over marks, β";

/** Horizontal position of a number, at least at `from`, clear of the line at the uniform weight. */
export function besideUniform(from: number, room: number, uniform: number, gap: number): number {
  return from <= uniform + 2 && from + room >= uniform - 2 ? uniform + gap : from;
}

/** The line at the uniform weight of `count` bars, with its label below. */
export function uniformWeight(
  x: Scale,
  count: number,
  rows: Rows,
  said: { readonly name: string; readonly y: number; readonly opacity: number },
  { width, theme }: PlotFrame,
): string[] {
  const at = x(1 / Math.max(1, count));
  const text = `${said.name}; dashed: uniform, 1/${count}`;
  const half = textWidth(text, 11) / 2;
  return [
    down({ ...rows, theme }, at, { ...OVER_BARS, "stroke-opacity": said.opacity, stroke: theme.ink }),
    label(Math.max(half + 4, Math.min(width - half - 4, at)), said.y, text, MIDDLE),
  ];
}

function summaryOf({ marks, standIns }: MarkAttentionOptions, values: readonly number[]): string {
  const highest = peak(values);
  if (!highest) return "There are no marks.";
  const isAll = marks.every((mark) => standInFor(standIns, mark) === undefined);
  const most = `β ${formatEquals(formatAttention(highest.value))}`;
  if (isFlat(values) && isAll) return `Attention is the same for every mark, ${most}.`;
  const [among, ofAll] = isAll ? ["", ""] : [" of the measured marks", " of all marks"];
  const weights = marks.map((mark, i) => {
    const standIn = standInFor(standIns, mark);
    return `${mark} ${standIn === undefined ? formatAttention(values[i]) : notMeasured(standIn)}`;
  });
  return (
    `${marks[highest.index]} has the highest weight of attention${among}, ${most}. ${weights.join(", ")}. ` +
    `The weights${ofAll} sum to 1.`
  );
}

function lengthsOf({ marks, beta, band }: MarkAttentionOptions): readonly Length[] {
  const words = `${marks.length} marks`;
  return [["beta", beta, marks.length, words], ...bandLengths("band", band, marks.length, words)];
}

/**
 * Bars in the model's order, each labelled with its value; a line marks the uniform weight.
 *
 * ```js
 * const svg = markAttention({ gene: "TP53", marks: ["H3K4me3", "H3K27me3"], beta: [0.7, 0.3] });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function markAttention(given: Framed<MarkAttentionOptions>): string {
  const options = ready("markAttention", given, lengthsOf);
  const { marks, beta, band, width, theme, gene, standIns } = options;
  const isMeasured = (mark: string): boolean => standInFor(standIns, mark) === undefined;
  const values = marks.map((mark, i) => (isMeasured(mark) ? Math.max(0, finite(beta[i])) : 0));
  const left = nameMargin(marks, 0.4 * width);
  const uniform = 1 / Math.max(1, marks.length);
  const ends = marks.map((mark, i) => (band && isMeasured(mark) ? [finite(band.low[i]), finite(band.high[i])] : []));
  const most = Math.max(uniform * 1.25, ...values, ...ends.flat());
  const x = linear([0, most], [left, width - 12 - textWidth("0.000", 12)]);
  // The gene is beside the heading, or below it if there is no room.
  const isBeside = textWidth(HEADING, 13, "bold") + textWidth(gene ?? "", 12) + 32 <= width;
  const top = gene && !isBeside ? 52 : 34;
  const bottom = top + ROW * marks.length;
  const ink = { "font-size": 12, fill: theme.ink };
  const bars = marks.map((mark, i) => {
    const middle = top + ROW * (i + 0.5);
    const standIn = standInFor(standIns, mark);
    const text = formatAttention(values[i]);
    const [low, high] = ends[i]!.map((end) => x(end));
    const at = besideUniform(Math.max(x(values[i]), high ?? 0) + 6, textWidth(text, 12), x(uniform), 5);
    return element("g", { "data-mark": mark }, [
      rowName(mark, left, middle + 4, theme),
      box(left, middle - BAR / 2, x(values[i]) - left, BAR, { fill: markColour(mark, theme).line }),
      low !== undefined && high !== undefined && whisker(low, high, middle, theme),
      standIn === undefined
        ? label(at, middle + 4, text, ink)
        : wordsFor(fit(notMeasured(standIn), width - left - 12, 12), left, middle + 4, 12, theme),
    ]);
  });
  const said = { name: "β", y: bottom + 18, opacity: 0.7 };
  const members = band && `mean of ${band.of}; lines: lowest to highest`;
  return figure(options, bottom + (members ? 42 : 26), {
    head: { title: HEADING },
    title: `Attention over marks${gene ? ` for ${gene}` : ""}`,
    summary: [summaryOf(options, values), band && `They are the mean of ${band.of}.`],
    body: [
      gene &&
        (isBeside
          ? label(width - 8, 20, gene, { "font-size": 12, ...END, fill: theme.ink })
          : label(8, 38, fit(gene, width - 16, 12), ink)),
      marks.length === 0
        ? label(8, 56, "There are no marks.")
        : [
            down({ top, bottom, theme }, left),
            uniformWeight(x, marks.length, { top, bottom: bottom + 5 }, said, options),
            members && label(width / 2, bottom + 34, members, MIDDLE),
          ],
      bars,
    ],
  });
}

const CELL = 28;
const HEADER = 40;
const KEY_LINE = 16;
/** Wider cells would not show more. */
const WIDEST = 120;

/** The shade of a weight, and a legible text colour on it. */
function shades(weight: number, top: number, theme: Theme): { fill: string; text: string } {
  const fill = mix(theme.on, theme.surface, Math.min(1, finite(weight) / top));
  return { fill, text: contrast(theme.ink, fill) >= contrast(theme.surface, fill) ? theme.ink : theme.surface };
}

function sentence({ letter, name, probability, beta, notMeasured = [] }: RunBeta, marks: readonly string[]): string {
  const start = `${letter}, ${name}, P(on) ${formatEquals(formatProbability(probability))}`;
  if (!beta) return `${start}: this variant has no β.`;
  const weight = (mark: string): string =>
    mark in beta ? formatAttention(beta[mark]) : notMeasured.includes(mark) ? "not measured" : "not read";
  return `${start}: ${marks.map((mark) => `${mark} ${weight(mark)}`).join(", ")}.`;
}

/**
 * β of one gene in several runs: marks from top to bottom, runs from left to right, and a key to the runs below.
 *
 * ```js
 * const k562 = { letter: "A", name: "K562", probability: 0.91, beta: { H3K4me3: 0.7, H3K27me3: 0.3 } };
 * const h1 = { letter: "B", name: "H1", probability: 0.12, beta: { H3K4me3: 0.4, H3K27me3: 0.6 } };
 * const svg = betaHeatMap({ gene: "TP53", marks: ["H3K4me3", "H3K27me3"], runs: [k562, h1] });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function betaHeatMap(given: Framed<BetaHeatMapOptions>): string {
  const options = ready("betaHeatMap", given);
  const { gene, marks, runs, width, theme } = options;
  const top = roundTop(Math.max(0, ...runs.flatMap(({ beta }) => Object.values(beta ?? {}))));
  const left = nameMargin(marks, 0.34 * width);
  const cell = Math.min(WIDEST, (width - left - 12) / Math.max(1, runs.length));
  const bar: ColourBar = {
    colour: (share) => mix(theme.on, theme.surface, share),
    ends: ["0", formatAttention(top)],
    unit: "β, the weight of attention to a mark",
  };
  const from = 44 + colourBarHeight(bar, width - 16) + HEADER;
  const bottom = from + CELL * marks.length;
  const rows = marks.map((mark, row) => {
    const y = from + CELL * row;
    const cells = runs.map(({ beta }, i) => {
      const x = left + cell * i;
      const weight = beta?.[mark];
      const at = { ...MIDDLE, "font-size": 11 };
      // A missing column is mentioned once.
      const none = beta ? "–" : row === Math.floor(marks.length / 2) && "no β";
      if (weight === undefined)
        return none && label(x + cell / 2, y + CELL / 2 + 4, none, { ...at, fill: theme.inkFaint });
      const { fill, text } = shades(weight, top, theme);
      return [
        box(x, y, cell - 2, CELL - 2, { fill }),
        label(x + cell / 2 - 1, y + CELL / 2 + 3, formatAttention(weight), { ...at, fill: text }),
      ];
    });
    return element("g", { "data-mark": mark }, [rowName(mark, left, y + CELL / 2 + 3, theme), cells]);
  });
  return figure(options, bottom + 16 + KEY_LINE * runs.length, {
    head: { title: "Attention over marks in each run, β" },
    title: `Attention over marks for ${gene} in ${runs.length} runs`,
    summary: runs.length === 0 ? "There are no runs to show β of." : runs.map((run) => sentence(run, marks)),
    body: [
      label(8, 38, fit(gene, width - 16, 12), { "font-size": 12, fill: theme.ink }),
      drawColourBar(bar, 58, options),
      label(left - 8, from - 8, "P(on)", { ...END, "font-size": 10 }),
      runs.map(({ letter, probability }, i) => {
        const middle = left + cell * (i + 0.5);
        return [
          label(middle, from - 22, letter, { ...MIDDLE, ...strong(12, theme) }),
          label(middle, from - 8, formatProbability(probability), { ...MIDDLE, "font-size": 10 }),
        ];
      }),
      rows,
      runs.map(({ letter, name }, i) =>
        label(8, bottom + 22 + KEY_LINE * i, fit(`${letter}: ${name}`, width - 16, 11)),
      ),
    ],
  });
}
