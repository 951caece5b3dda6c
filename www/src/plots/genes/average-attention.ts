/**
 * A set of genes: α of each mark against position, averaged over genes predicted on (top) and over genes predicted off
 * (bottom); figure 2a of Singh et al. 2017, "Attend and Predict".
 */

import { type Along, binAxis, type BinAxis, type BinsLayout, drawAnchor } from "../core/axis";
import { overAxis, placeOf, positionsInWords } from "../core/axis";
import { markColour } from "../core/colour";
import { formatAttention, formatCount, formatEquals, formatGenes } from "../core/format";
import { entry, headHeight, type Laid, type Scaled, scaled, strong } from "../core/layout";
import { type AverageAttentionOptions, type Framed, type PlotFrame, type Unframed } from "../core/options";
import { type Length, lengthOf, ready } from "../core/options";
import { finite, isFlat, matrixRow, peak, roundTop } from "../core/scale";
import { element, fit, label, type Part, segment, textWidth } from "../core/svg";
import { across, DASHED, grid, nothing, THIN, upName } from "../marks/axes";
import { box, notMeasured, standInFor } from "../marks/bars";
import { curve } from "../marks/line";

/** Mean α of one mark [T]. */
interface Row {
  readonly mark: string;
  readonly alpha: readonly number[];
}

const HEADER = 22;
/** Minimum distance between the names beside the lines. */
const LABEL = 13;
/** Height of a panel without genes. */
const EMPTY = 44;
/** Below this width, the names move to the legend, to leave room for the lines. */
const NARROW = 560;

function binsOf({ marks, on, off }: AverageAttentionOptions): number {
  const values = on ?? off;
  return values && marks.length > 0 ? Math.floor(values.length / marks.length) : 0;
}

/** Marks with a meaningful α, i.e. those that were measured. */
function measuredMarks({ marks, standIns }: Unframed<AverageAttentionOptions>): readonly string[] {
  return marks.filter((mark) => standInFor(standIns, mark) === undefined);
}

function notMeasuredMarks({ standIns = {} }: AverageAttentionOptions, separator: string): string[] {
  return Object.entries(standIns).map(([mark, value]) => `${mark}${separator} ${notMeasured(value)}`);
}

/** Heights for labels close to `wanted`, at least `LABEL` apart, within the panel; in the order given. */
export function spreadLabels(wanted: readonly number[], top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  const blockOf = (sum: number, size: number) => {
    const half = ((size - 1) * LABEL) / 2;
    const middle = Math.max(top + half, Math.min(bottom - half, sum / size));
    return { sum, size, from: middle - half, to: middle + half };
  };
  // Labels that touch form a block centred on their wanted heights; blocks that touch merge.
  const blocks: ReturnType<typeof blockOf>[] = [];
  for (const i of order) {
    let block = blockOf(wanted[i], 1);
    let above = blocks.at(-1);
    while (above && block.from - above.to < LABEL) {
      block = blockOf(above.sum + block.sum, above.size + block.size);
      blocks.pop();
      above = blocks.at(-1);
    }
    blocks.push(block);
  }
  const places = blocks.flatMap(({ from, size }) => Array.from({ length: size }, (_, i) => from + i * LABEL));
  return wanted.map((_, i) => places[order.indexOf(i)]);
}

/** One panel: one line per mark, named at its right end. */
function drawPanel(rows: readonly Row[], panel: Along & PlotFrame & Scaled): Part[] {
  const { axis, right, width, theme, y } = panel;
  const written = y.tickFormat(4);
  const ends = rows.map(({ alpha }) => y(finite(alpha.at(-1))));
  const places = spreadLabels(ends, panel.top, panel.bottom);
  return [
    grid(panel, y.ticks(4), (tick) => (tick === 0 ? "0" : written(tick))),
    drawAnchor(panel),
    across(panel, y(1 / Math.max(1, axis.bins)), DASHED),
    across(panel, panel.bottom),
    rows.map(({ mark, alpha }, i) => {
      const colour = markColour(mark, theme);
      const name = fit(mark, width - right - 19, LABEL - 1, "bold");
      return element("g", { "data-mark": mark }, [
        curve(panel, alpha, colour.line, 1.75),
        width >= NARROW && [
          segment(right + 1, ends[i], right + 12, places[i], colour.line, THIN),
          label(right + 15, places[i] + 4, name, { ...strong(12, theme), fill: colour.text }),
        ],
      ]);
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

/** The layout of the panels, and the picture that `averageAttention` draws. */
export function averageAttentionLayout(options: AverageAttentionOptions): Laid<BinsLayout> {
  const { marks, width, theme, genesOn, genesOff, binSize, window } = options;
  const bins = binsOf(options);
  // The window of a set without predictions is still drawn: as the options specify, or empty.
  const inWindow = window ? Math.round((window.upstream + window.downstream) / binSize) : 0;
  const axis = binAxis(bins || inWindow, binSize, window);
  const shown = measuredMarks(options);
  const legend = [
    ...(width < NARROW ? shown : []).map((mark) => entry("line", markColour(mark, theme).line, mark)),
    entry("dashes", theme.lineStrong, `uniform, 1/${bins}`),
    ...notMeasuredMarks(options, "").map((text) => entry("area", theme.line, text)),
  ];
  const head = { title: "Mean attention over bins, α", legend: bins > 0 ? legend : [] };
  const names = Math.max(24, ...marks.map((mark) => textWidth(mark, LABEL - 1, "bold")));
  const right = width < NARROW ? width - 20 : width - 22 - Math.min(names, 0.3 * width);
  const full = width < NARROW ? 128 : 150;
  let end = 32 - 14 + headHeight(head, width);
  const sets = (["on", "off"] as const).map((called) => {
    const values = options[called];
    const top = end + 14 + HEADER;
    end = top + (values && axis.bins > 0 ? full : EMPTY);
    const rows = marks.flatMap((mark, row): Row[] =>
      values && bins > 0 && shown.includes(mark) ? [{ mark, alpha: matrixRow(values, row, bins) }] : [],
    );
    return { called, top, bottom: end, rows, genes: called === "on" ? genesOn : genesOff };
  });
  return overAxis(options, { left: 56, right }, axis, sets, end, (frame) => {
    const greatest = sets.flatMap(({ rows }) => rows.flatMap(({ alpha }) => alpha));
    const most = roundTop(Math.max(1.5 / Math.max(1, axis.bins), ...greatest));
    return {
      head,
      title:
        `Mean attention along the window, ${formatCount(genesOn)} genes predicted on and ` +
        `${formatCount(genesOff)} off`,
      summary: [
        sets.map(({ called, genes, rows }) =>
          rows.length === 0
            ? `No gene is predicted ${called}.`
            : `Over ${formatGenes(genes)} predicted ${called}: ${rows.map((row) => peakInWords(row, axis)).join("; ")}.`,
        ),
        notMeasuredMarks(options, ":").map((text) => `${text}.`),
        positionsInWords(axis),
      ],
      body: sets.map(({ called, genes, rows, ...place }) => {
        const panel = scaled(frame, place, [0, most]);
        const heading = `Predicted ${called}, ${formatGenes(genes)}`;
        return [
          box(frame.left, place.top - 15, 8, 8, { fill: theme[called] }),
          label(frame.left + 13, place.top - 7, heading, { "font-size": 12, fill: theme.ink }),
          rows.length > 0
            ? [upName(panel, "Mean α of a bin"), drawPanel(rows, panel)]
            : [nothing(panel, `No gene is predicted ${called}`), across(panel, panel.bottom)],
        ];
      }),
    };
  });
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
  return averageAttentionLayout(ready("averageAttention", given, lengthsOf)).draw();
}

/** Means of one bin (from 1) for each mark, as the picture shows them; undefined for a set without genes. */
export function readAverage(options: Unframed<AverageAttentionOptions>, bin: number) {
  const { marks, on, off } = options;
  const shown = measuredMarks(options);
  const at = (values: ArrayLike<number> | undefined, row: number): number | undefined =>
    values && finite(values[row * Math.floor(values.length / marks.length) + bin - 1]);
  return marks.flatMap((mark, row) => (shown.includes(mark) ? [{ mark, on: at(on, row), off: at(off, row) }] : []));
}
