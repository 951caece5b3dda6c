/**
 * A set of genes: α of each mark against position, averaged over the genes predicted on (top) and over those predicted
 * off (bottom); figure 2a of Singh et al. 2017, "Attend and Predict".
 */

import {
  axisHeight,
  type BinAxis,
  type BinsLayout,
  binAxis,
  drawAnchor,
  drawAxis,
  placeOf,
  positionsInWords,
} from "../core/axis";
import {
  type AverageAttentionOptions,
  type Framed,
  type Length,
  lengthOf,
  ready,
  type Unframed,
} from "../core/options";
import { formatAttention, formatCount, formatEquals, formatGenes } from "../core/format";
import { drawHead, entry, type Head, headHeight, type LegendEntry, MIDDLE, type Rows, strong } from "../core/layout";
import { markColour, type Theme } from "../core/colour";
import { finite, isFlat, linear, matrixRow, peak, roundTop } from "../core/scale";
import { axisName, element, fit, label, picture, segment, textWidth } from "../core/svg";
import { across, DASHED, grid, THIN } from "../marks/axes";
import { box, notMeasured, standInFor } from "../marks/bars";
import { centred, stroked, through } from "../marks/line";

/** Mean α of one mark [T]. */
interface Row {
  readonly mark: string;
  readonly alpha: readonly number[];
}

/** Where the panels lie: of the genes called on, then of those called off. */
export type AverageLayout = BinsLayout<Rows & { readonly called: "on" | "off" }>;

const HEADER = 22;
/** Least distance between the names beside the lines. */
const LABEL = 13;
/** Height of a panel without a gene. */
const EMPTY = 44;
/** Below this width the names stand in the legend, so that the lines keep the room. */
const NARROW = 560;

function binsOf({ marks, on, off }: AverageAttentionOptions): number {
  const values = on ?? off;
  return values && marks.length > 0 ? Math.floor(values.length / marks.length) : 0;
}

/** The window of a set without predictions is still drawn: as the options say, or empty. */
function axisOf(options: AverageAttentionOptions): BinAxis {
  const { binSize, window } = options;
  const bins = binsOf(options) || (window ? Math.round((window.upstream + window.downstream) / binSize) : 0);
  return binAxis(bins, binSize, window);
}

/** Marks whose α means something: those that were measured. */
function measuredMarks({ marks, standIns }: Unframed<AverageAttentionOptions>): readonly string[] {
  return marks.filter((mark) => standInFor(standIns, mark) === undefined);
}

function notMeasuredMarks({ standIns = {} }: AverageAttentionOptions, separator: string): string[] {
  return Object.entries(standIns).map(([mark, value]) => `${mark}${separator} ${notMeasured(value)}`);
}

function headOf(options: AverageAttentionOptions): Head {
  const { width, theme } = options;
  const bins = binsOf(options);
  const named = width < NARROW ? measuredMarks(options) : [];
  const legend: LegendEntry[] = [
    ...named.map((mark) => entry("line", markColour(mark, theme).line, mark)),
    entry("dashes", theme.lineStrong, `uniform, 1/${bins}`),
    ...notMeasuredMarks(options, "").map((text) => entry("area", theme.line, text)),
  ];
  return { title: "Mean attention over bins, α", legend: bins > 0 ? legend : [] };
}

/** Where the panels of `options` lie in the picture that `averageAttention` draws of them. */
export function averageAttentionLayout(options: AverageAttentionOptions): AverageLayout {
  const { width, marks } = options;
  const axis = axisOf(options);
  const names = Math.max(24, ...marks.map((mark) => textWidth(mark, LABEL - 1, "bold")));
  const right = width < NARROW ? width - 20 : width - 22 - Math.min(names, 0.3 * width);
  const full = width < NARROW ? 128 : 150;
  let y = 32 + headHeight(headOf(options), width);
  const panels = (["on", "off"] as const).map((called) => {
    const top = y + HEADER;
    const bottom = top + (options[called] && axis.bins > 0 ? full : EMPTY);
    y = bottom + 14;
    return { called, top, bottom };
  });
  const axisY = panels[1].bottom;
  const height = axisY + (axis.bins > 0 ? axisHeight(axis, width) : 12);
  return { width, height, left: 56, right, axis, panels, axisY };
}

/** Heights for labels that want to be at `wanted`, at least `LABEL` apart and within the panel; in the order given. */
export function spreadLabels(wanted: readonly number[], top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const spaced = order.map((i) => wanted[i]);
  // Labels that touch form a block around the middle of what they want; blocks that touch merge.
  let blocks = spaced.map((y) => ({ middle: y, size: 1, sum: y }));
  const half = (size: number): number => ((size - 1) * LABEL) / 2;
  const hold = (middle: number, size: number): number =>
    Math.max(top + half(size), Math.min(bottom - half(size), middle));
  blocks = blocks.map((block) => ({ ...block, middle: hold(block.middle, 1) }));
  for (let i = 0; i + 1 < blocks.length;) {
    const [above, below] = [blocks[i], blocks[i + 1]];
    if (below.middle - half(below.size) - (above.middle + half(above.size)) >= LABEL) {
      i += 1;
      continue;
    }
    const size = above.size + below.size;
    const sum = above.sum + below.sum;
    blocks.splice(i, 2, { middle: hold(sum / size, size), size, sum });
    i = Math.max(0, i - 1);
  }
  const places = blocks.flatMap(({ middle, size }) =>
    Array.from({ length: size }, (_, i) => middle - half(size) + i * LABEL),
  );
  const result: number[] = [];
  order.forEach((index, i) => {
    result[index] = places[i];
  });
  return result;
}

/** One panel: a line a mark, named at its right end. */
function drawPanel(
  rows: readonly Row[],
  panel: AverageLayout["panels"][number],
  frame: AverageLayout,
  top: number,
  theme: Theme,
): string[] {
  const { axis, left, right, width } = frame;
  const ground = across(frame, panel.bottom, theme.lineStrong);
  if (rows.length === 0) {
    const text = `No gene is predicted ${panel.called}`;
    return [label((left + right) / 2, (panel.top + panel.bottom) / 2, text, { ...MIDDLE, "font-size": 12 }), ground];
  }
  const y = linear([0, top], [panel.bottom, panel.top]);
  const written = y.tickFormat(4);
  const ends = rows.map(({ alpha }) => y(finite(alpha.at(-1))));
  const places = spreadLabels(ends, panel.top, panel.bottom);
  return [
    grid(y.ticks(4), y, (tick) => (tick === 0 ? "0" : written(tick)), frame, theme),
    drawAnchor(frame, panel, theme),
    across(frame, y(1 / Math.max(1, axis.bins)), theme.lineStrong, DASHED),
    ground,
    ...rows.map(({ mark, alpha }, i) => {
      const colour = markColour(mark, theme);
      const name = fit(mark, width - right - 19, LABEL - 1, "bold");
      const named = [
        segment(right + 1, ends[i], right + 12, places[i], colour.line, THIN),
        label(right + 15, places[i] + 4, name, { ...strong(12, theme), fill: colour.text }),
      ];
      const line = stroked(through(centred(alpha, frame, y)), colour.line, 1.75);
      return element("g", { "data-mark": mark }, [line, ...(width < NARROW ? [] : named)]);
    }),
  ];
}

function peakInWords({ mark, alpha }: Row, axis: BinAxis): string {
  const highest = peak(alpha);
  if (!highest) return `${mark} has no bins`;
  const size = `mean α ${formatEquals(formatAttention(highest.value))}`;
  return isFlat(alpha)
    ? `${mark} is the same in every bin, ${size}`
    : `${mark} peaks at ${placeOf(axis, highest.index)}, ${size}`;
}

function lengthsOf({ marks, on, off }: AverageAttentionOptions): readonly Length[] {
  const bins = Math.floor((on ?? off ?? []).length / Math.max(1, marks.length));
  return [
    ["on", on, ...lengthOf(marks, bins)],
    ["off", off, ...lengthOf(marks, bins)],
  ];
}

/**
 * Mean α against position: genes predicted on above, genes predicted off below, on the same scales. `result.summary`
 * has the means of a run.
 *
 * ```js
 * const svg = averageAttention({
 *   marks: ["H3K4me3", "H3K27me3"], binSize: 100, genesOn: 210, genesOff: 190,
 *   on: [0.1, 0.8, 0.1, 0.3, 0.4, 0.3], // [2 marks, 3 bins]
 *   off: [0.3, 0.4, 0.3, 0.2, 0.6, 0.2],
 * });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function averageAttention(given: Framed<AverageAttentionOptions>): string {
  const options = ready("averageAttention", given, lengthsOf);
  const { marks, on, off, genesOn, genesOff, width, theme } = options;
  const frame = averageAttentionLayout(options);
  const { axis } = frame;
  const bins = binsOf(options);
  const shown = measuredMarks(options);
  const sets = [
    { called: "on", genes: genesOn, values: on, colour: theme.on },
    { called: "off", genes: genesOff, values: off, colour: theme.off },
  ].map(({ values, ...set }) => ({
    ...set,
    rows: marks.flatMap((mark, row): Row[] =>
      values && bins > 0 && shown.includes(mark) ? [{ mark, alpha: matrixRow(values, row, bins) }] : [],
    ),
  }));
  const greatest = sets.flatMap((set) => set.rows.flatMap((row) => row.alpha));
  const top = roundTop(Math.max(1.5 / Math.max(1, axis.bins), ...greatest));
  const sentences = sets.map(({ called, genes, rows }) =>
    rows.length === 0
      ? `No gene is predicted ${called}.`
      : `Over ${formatGenes(genes)} predicted ${called}: ${rows.map((row) => peakInWords(row, axis)).join("; ")}.`,
  );
  return picture({ width, theme }, frame.height, {
    title:
      `Mean attention along the window, ${formatCount(genesOn)} genes predicted on and ` +
      `${formatCount(genesOff)} off`,
    summary: [...sentences, ...notMeasuredMarks(options, ":").map((text) => `${text}.`), positionsInWords(axis)].join(
      " ",
    ),
    body: [
      ...drawHead(headOf(options), options),
      ...sets.flatMap(({ called, genes, rows, colour }, i) => {
        const panel = frame.panels[i];
        const heading = `Predicted ${called}, ${formatGenes(genes)}`;
        return [
          box(frame.left, panel.top - 15, 8, 8, { fill: colour }),
          label(frame.left + 13, panel.top - 7, heading, { "font-size": 12, fill: theme.ink }),
          rows.length > 0 ? axisName(14, (panel.top + panel.bottom) / 2, "Mean α of a bin") : "",
          ...drawPanel(rows, panel, frame, top, theme),
        ];
      }),
      ...(axis.bins > 0 ? drawAxis(frame, frame.axisY, options) : []),
    ],
  });
}

/** Mean α of one mark in one bin over both sets; undefined where a set has no gene. */
export interface AverageReading {
  readonly mark: string;
  readonly on: number | undefined;
  readonly off: number | undefined;
}

/** Returns the values that the picture shows in one bin (from 1), mark by mark. */
export function readAverage(options: Unframed<AverageAttentionOptions>, bin: number): AverageReading[] {
  const { marks, on, off } = options;
  const shown = measuredMarks(options);
  const at = (values: ArrayLike<number> | undefined, row: number): number | undefined =>
    values && finite(values[row * Math.floor(values.length / marks.length) + bin - 1]);
  return marks.flatMap((mark, row) => (shown.includes(mark) ? [{ mark, on: at(on, row), off: at(off, row) }] : []));
}
