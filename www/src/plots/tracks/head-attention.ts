/**
 * Where the heads of one layer looked from one bin: arcs to the bins that weigh most, and under them each head's row of
 * the attention map.
 */

import { scaleLinear } from "d3-scale";
import { formatAttention } from "../core/format";
import { drawLegend, legendHeight, type LegendEntry } from "../core/legend";
import { finite, roundTop } from "../core/scale";
import { basesInWords, binStart, drawSequenceAxis, SEQUENCE_AXIS } from "./axis";
import { headColour } from "./colours";
import type { HeadAttentionOptions } from "./options";
import { columnsOf, stepsArea } from "./signal";
import { element, label, num, picture, segment } from "../core/svg";
import { fit } from "../core/text";

/** Where things lie, in pixels of the picture. */
export interface HeadAttentionLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  /** The line on which the arcs stand. */
  readonly arcs: { readonly top: number; readonly bottom: number };
  readonly rows: readonly { readonly head: number; readonly top: number; readonly bottom: number }[];
  readonly axisY: number;
}

const ROW = 30;
const GAP = 8;
const ARCS = 110;
/** Arcs of each head. */
const MOST = 6;

function legendOf(
  { crop }: HeadAttentionOptions,
  { lineStrong, line }: HeadAttentionOptions["theme"],
  bins: number,
): LegendEntry[] {
  return [
    { sample: "dashes", colour: lineStrong, text: `equal attention, α = 1/${bins}` },
    ...(crop > 0 ? [{ sample: "area", colour: line, text: "bins without a prediction" } as const] : []),
  ];
}

/** Where things lie in the picture that `headAttention` draws. */
export function headAttentionLayout(options: HeadAttentionOptions): HeadAttentionLayout {
  const { width, heads, theme, bins } = options;
  const top = 36 + legendHeight(legendOf(options, theme, bins), width - 16);
  const arcs = { top, bottom: top + ARCS };
  const rows = heads.map((head, i) => ({
    head,
    top: arcs.bottom + 14 + i * (ROW + GAP),
    bottom: arcs.bottom + 14 + i * (ROW + GAP) + ROW,
  }));
  const axisY = (rows.at(-1)?.bottom ?? arcs.bottom) + 6;
  return { width, height: axisY + SEQUENCE_AXIS, left: 62, right: width - 12, arcs, rows, axisY };
}

/** The bins of one head that weigh more than an equal share, the heaviest first. */
export function heaviest(
  weights: ArrayLike<number>,
  head: number,
  bins: number,
  most: number,
): { readonly bin: number; readonly weight: number }[] {
  const row = Array.from({ length: bins }, (_, bin) => ({ bin, weight: finite(weights[head * bins + bin]) }));
  return row
    .filter(({ weight }) => weight > 1.0001 / bins)
    .sort((a, b) => b.weight - a.weight || a.bin - b.bin)
    .slice(0, most);
}

/** Arcs and rows. */
export function headAttention(options: HeadAttentionOptions): string {
  const { width, theme, heads, bins, bin, weights, view, crop, record, layer, layers } = options;
  const layout = headAttentionLayout(options);
  const { left, right, arcs } = layout;
  const [from, to] = view;
  const count = weights.length / bins;
  const x = scaleLinear().domain([from, to]).range([left, right]);
  const inView = (each: number): boolean => each >= from && each < to;
  const of = (each: number): string => basesInWords(record, binStart(options, each), binStart(options, each + 1));
  const looked = heads.map((head) => ({ head, far: heaviest(weights, head, bins, MOST) }));
  const all = [weights, ...(options.besides ? [options.besides] : [])];
  const strongest = Math.max(
    1 / bins,
    ...all.flatMap((each) => heads.flatMap((head) => heaviest(each, head, bins, 1).map(({ weight }) => weight))),
  );

  // An arc that leaves the view still shows where it goes; its height is that of the part in view.
  const span = Math.max(1, ...looked.flatMap(({ far }) => far.map((target) => Math.abs(target.bin - bin))), 1);
  const reach = Math.min(to - from, span);
  const drawArcs = looked.flatMap(({ head, far }) =>
    [...far].reverse().map((target) => {
      const [a, b] = [x(bin + 0.5), x(target.bin + 0.5)];
      const height = 10 + (ARCS - 14) * Math.min(1, Math.sqrt(Math.abs(target.bin - bin) / reach));
      const share = target.weight / strongest;
      const stroke = {
        fill: "none",
        stroke: headColour(head, count, theme),
        "stroke-width": 0.75 + 2.5 * share,
        "stroke-opacity": Math.round(100 * (0.35 + 0.6 * share)) / 100,
      };
      const clamp = (pixel: number): number => Math.max(left, Math.min(right, pixel));
      if (!inView(bin) && !inView(target.bin)) return "";
      const end = clamp(b);
      const start = clamp(a);
      if (target.bin === bin) return element("circle", { cx: start, cy: arcs.bottom, r: 2 + 4 * share, ...stroke });
      return element("path", {
        d:
          `M${num(start)},${num(arcs.bottom)}C${num(start)},${num(arcs.bottom - height * 1.3)} ` +
          `${num(end)},${num(arcs.bottom - height * 1.3)} ${num(end)},${num(arcs.bottom)}`,
        ...stroke,
      });
    }),
  );

  const rows = layout.rows.map(({ head, top, bottom }) => {
    const row = Array.from({ length: bins }, (_, i) => finite(weights[head * bins + i]));
    const shown = all.flatMap((each) =>
      Array.from({ length: bins }, (_, i) => finite(each[head * bins + i])).slice(
        Math.max(0, from),
        Math.min(bins, to),
      ),
    );
    const most = roundTop(Math.max(1.5 / bins, ...shown));
    const y = scaleLinear().domain([0, most]).range([bottom, top]).clamp(true);
    const colour = headColour(head, count, theme);
    const [first, last] = [Math.max(0, from), Math.min(bins, to)];
    return element("g", { "data-head": head + 1 }, [
      segment(left, y(1 / bins), right, y(1 / bins), theme.lineStrong, { "stroke-dasharray": "4 3" }),
      element("path", { d: stepsArea(columnsOf(row, first, last, (right - left) * 1.5), x, y, bottom), fill: colour }),
      segment(left, bottom, right, bottom, theme.lineStrong),
      label(8, bottom - 12, `head ${head + 1}`, { fill: theme.ink }),
      label(8, bottom, `α to ${formatAttention(most)}`, { "font-size": 10, fill: theme.inkFaint }),
    ]);
  });

  const beside = [
    [from, Math.min(to, crop)],
    [Math.max(from, bins - crop), to],
  ].map(([a, b]) =>
    b > a && crop > 0
      ? element("rect", {
          x: x(a),
          y: arcs.top,
          width: x(b) - x(a),
          height: layout.axisY - arcs.top,
          fill: theme.line,
          "fill-opacity": 0.5,
        })
      : "",
  );

  const sentences = looked.map(({ head, far }) => {
    const [first] = far;
    if (!first) return `Head ${head + 1} looks at all bins alike`;
    return (
      `Head ${head + 1} looks most at ${of(first.bin)}${first.bin === bin ? ", the bin itself" : ""}, weight ` +
      `${formatAttention(first.weight)}`
    );
  });
  const title = `${layers > 1 ? `Layer ${layer + 1}: where` : "Where"} ${of(bin)} looked`;
  const asked = inView(bin) ? x(bin + 0.5) : undefined;
  return picture({
    width,
    height: layout.height,
    theme,
    title,
    summary: `${sentences.join("; ")}. Attention of a bin adds up to 1 over the window's ${bins} bins.`,
    body: [
      label(8, 20, fit(title, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...drawLegend(legendOf(options, theme, bins), 8, 40, width - 16, theme),
      ...beside,
      ...drawArcs,
      segment(left, arcs.bottom, right, arcs.bottom, theme.lineStrong),
      ...rows,
      asked === undefined
        ? ""
        : segment(asked, arcs.bottom, asked, layout.axisY, theme.ink, { "stroke-dasharray": "2 3" }),
      asked === undefined ? "" : element("circle", { cx: asked, cy: arcs.bottom, r: 3, fill: theme.ink }),
      ...drawSequenceAxis(options, left, right, layout.axisY, theme),
    ],
  });
}
