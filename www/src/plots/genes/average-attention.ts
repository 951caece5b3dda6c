/**
 * A set of genes: α of each mark against position, averaged over the genes predicted on (top) and over those predicted
 * off (bottom); figure 2a of Singh et al. 2017, "Attend and Predict".
 */

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { axisHeight, type BinAxis, binAxis, binCentre, binScale, drawAnchor, drawAxis } from "../core/axis";
import { formatAttention, formatCount, formatEquals, formatGenes, formatPosition } from "../core/format";
import { drawLegend, type LegendEntry, legendHeight } from "../core/legend";
import { markColour } from "../core/marks";
import type { AverageAttentionOptions } from "../core/options";
import { finite, isFlat, matrixRow, peak, roundTop } from "../core/scale";
import { axisName, element, label, picture, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { notMeasured } from "../core/track-parts";
import { uprightTicks } from "../core/ticks";
import type { Theme } from "../core/theme";

/** Mean α of one mark [T]. */
interface Row {
  readonly mark: string;
  readonly alpha: readonly number[];
}

/** The panel of the genes called on, or off. */
export interface AveragePanel {
  readonly called: "on" | "off";
  readonly top: number;
  readonly bottom: number;
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface AverageLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
  /** Genes on, then genes off. */
  readonly panels: readonly AveragePanel[];
  readonly axisY: number;
}

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
function measuredMarks({ marks, standIns = {} }: AverageAttentionOptions): readonly string[] {
  return marks.filter((mark) => !Object.hasOwn(standIns, mark));
}

function legendOf(options: AverageAttentionOptions, bins: number): LegendEntry[] {
  const { width, theme, standIns = {} } = options;
  const absent = Object.entries(standIns).map(
    ([mark, value]) => ({ sample: "area", colour: theme.line, text: `${mark} ${notMeasured(value)}` }) as const,
  );
  const names =
    width < NARROW
      ? measuredMarks(options).map(
          (mark) => ({ sample: "line", colour: markColour(mark, theme).line, text: mark }) as const,
        )
      : [];
  return bins > 0
    ? [...names, { sample: "dashes", colour: theme.lineStrong, text: `uniform, 1/${bins}` }, ...absent]
    : [];
}

/** Where the panels of `options` lie in the picture that `averageAttention` draws of them. */
export function averageAttentionLayout(options: AverageAttentionOptions): AverageLayout {
  const { width, marks } = options;
  const axis = axisOf(options);
  const names = Math.max(24, ...marks.map((mark) => textWidth(mark, LABEL - 1, "bold")));
  const right = width < NARROW ? width - 20 : width - 22 - Math.min(names, 0.3 * width);
  const full = width < NARROW ? 128 : 150;
  let top = 32 + legendHeight(legendOf(options, binsOf(options)), width - 16);
  const panels = (["on", "off"] as const).map((called) => {
    top += HEADER;
    const panelHeight = options[called] && axis.bins > 0 ? full : EMPTY;
    const panel = { called, top, bottom: top + panelHeight };
    top += panelHeight + 14;
    return panel;
  });
  const axisY = panels[1].bottom;
  return {
    width,
    height: axisY + (axis.bins > 0 ? axisHeight(axis, width) : 12),
    left: 56,
    right,
    axis,
    panels,
    axisY,
  };
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
  panel: AveragePanel,
  frame: AverageLayout,
  top: number,
  theme: Theme,
): string[] {
  const { axis, left, right } = frame;
  const x = binScale(axis, left, right);
  const y = scaleLinear().domain([0, top]).range([panel.bottom, panel.top]);
  if (rows.length === 0) {
    const middle = { x: (left + right) / 2, y: (panel.top + panel.bottom) / 2 };
    const text = `No gene is predicted ${panel.called}`;
    const none = label(middle.x, middle.y, text, { "text-anchor": "middle", "font-size": 12 });
    return [none, segment(left, panel.bottom, right, panel.bottom, theme.lineStrong)];
  }
  const written = y.tickFormat(4);
  const parts = [
    uprightTicks(
      y.ticks(4).map((tick) => ({ at: y(tick), text: tick === 0 ? "0" : written(tick), stroke: theme.line })),
      { x: left, outward: -1, end: right },
      theme,
    ),
  ];
  parts.push(drawAnchor(axis, left, right, panel.top, panel.bottom, theme));
  const uniform = y(1 / Math.max(1, axis.bins));
  parts.push(segment(left, uniform, right, uniform, theme.lineStrong, { "stroke-dasharray": "4 3" }));
  parts.push(segment(left, panel.bottom, right, panel.bottom, theme.lineStrong));
  const ends = rows.map(({ alpha }) => y(finite(alpha.at(-1))));
  const places = spreadLabels(ends, panel.top, panel.bottom);
  const lines = rows.map(({ mark, alpha }, i) => {
    const path = line<number>()
      .digits(2)
      .x((_, bin) => x(binCentre(axis, bin + 1)))
      .y((value) => y(value))(alpha as number[]);
    const colour = markColour(mark, theme);
    const name = label(right + 15, places[i] + 4, fit(mark, frame.width - right - 19, LABEL - 1, "bold"), {
      "font-size": LABEL - 1,
      "font-weight": "bold",
      fill: colour.text,
    });
    return element("g", { "data-mark": mark }, [
      path
        ? element("path", {
            d: path,
            fill: "none",
            stroke: colour.line,
            "stroke-width": 1.75,
            "stroke-linejoin": "round",
          })
        : "",
      ...(frame.width < NARROW
        ? []
        : [segment(right + 1, ends[i], right + 12, places[i], colour.line, { "stroke-width": 0.75 }), name]),
    ]);
  });
  return [...parts, ...lines];
}

/** Mean α against position: genes predicted on above, genes predicted off below, on the same scales. */
export function averageAttention(options: AverageAttentionOptions): string {
  const { marks, on, off, genesOn, genesOff, width, theme } = options;
  const frame = averageAttentionLayout(options);
  const bins = binsOf(options);
  const shown = measuredMarks(options);
  const sets = [
    { called: "on", genes: genesOn, values: on, colour: theme.on },
    { called: "off", genes: genesOff, values: off, colour: theme.off },
  ].map((set) => ({
    ...set,
    rows:
      set.values && bins > 0
        ? marks.flatMap((mark, row) =>
            shown.includes(mark) ? [{ mark, alpha: matrixRow(set.values ?? [], row, bins) }] : [],
          )
        : [],
  }));
  const top = roundTop(
    Math.max(1.5 / Math.max(1, frame.axis.bins), ...sets.flatMap((set) => set.rows.flatMap((row) => row.alpha))),
  );

  const sentences = sets.map(({ called, genes, rows }) => {
    if (rows.length === 0) return `No gene is predicted ${called}.`;
    const peaks = rows.map(({ mark, alpha }) => {
      const highest = peak(alpha);
      if (!highest) return `${mark} has no bins`;
      const size = `mean α ${formatEquals(formatAttention(highest.value))}`;
      if (isFlat(alpha)) return `${mark} is the same in every bin, ${size}`;
      return `${mark} peaks at ${formatPosition(binCentre(frame.axis, highest.index + 1))}, ${size}`;
    });
    return `Over ${formatGenes(genes)} predicted ${called}: ${peaks.join("; ")}.`;
  });

  const body = sets.flatMap(({ called, genes, rows, colour }, i) => {
    const panel = frame.panels[i];
    return [
      element("rect", { x: frame.left, y: panel.top - 15, width: 8, height: 8, fill: colour }),
      label(frame.left + 13, panel.top - 7, `Predicted ${called}, ${formatGenes(genes)}`, {
        "font-size": 12,
        fill: theme.ink,
      }),
      rows.length > 0 ? axisName(14, (panel.top + panel.bottom) / 2, "Mean α of a bin") : "",
      ...drawPanel(rows, panel, frame, top, theme),
    ];
  });

  return picture({
    width,
    height: frame.height,
    theme,
    title: `Mean attention along the window, ${formatCount(genesOn)} genes predicted on and ${formatCount(
      genesOff,
    )} off`,
    summary:
      `${[
        ...sentences,
        ...Object.entries(options.standIns ?? {}).map(([mark, value]) => `${mark}: ${notMeasured(value)}.`),
      ].join(" ")} ` +
      `Positions are bin centres, counted from the ${frame.axis.anchor}; ` +
      `${frame.axis.order}.`,
    body: [
      label(8, 20, "Mean attention over bins, α", { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...drawLegend(legendOf(options, bins), 8, 40, width - 16, theme),
      ...body,
      ...(frame.axis.bins > 0
        ? drawAxis({ axis: frame.axis, left: frame.left, right: frame.right, y: frame.axisY, width, theme })
        : []),
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
export function readAverage(options: AverageAttentionOptions, bin: number): AverageReading[] {
  const { marks, on, off } = options;
  const shown = measuredMarks(options);
  const at = (values: ArrayLike<number> | undefined, row: number): number | undefined =>
    values && finite(values[row * Math.floor(values.length / marks.length) + bin - 1]);
  return marks.flatMap((mark, row) => (shown.includes(mark) ? [{ mark, on: at(on, row), off: at(off, row) }] : []));
}
