/**
 * One gene in two cell types: for each mark the signal of A, of B and their difference, each with the α of its
 * encoders, on one axis.
 */

import { line } from "d3-shape";
import { scaleLinear } from "d3-scale";
import { axisHeight, type BinAxis, binAxis, binCentre, binScale, drawAnchor, drawAxis } from "../core/axis";
import { drawErrorBars, errorBarsHeight, type Predicted } from "../core/error-bars";
import { formatAttention, formatPosition, formatSigned, formatValue } from "../core/format";
import { type CellNames, groupName } from "./groups";
import { drawLegend, type LegendEntry, legendHeight, signalText } from "../core/legend";
import { markColour } from "../core/marks";
import type { BinFrame, ErrorBars } from "../core/options";
import { finite, isEvenWeight, matrixColumn, matrixRow, peak, roundTop } from "../core/scale";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth, wrap } from "../core/text";
import type { Theme } from "../core/theme";
import { hatchedBand, notMeasured, scaleLine, stepArea, weightText } from "../core/track-parts";

/** One gene in two cell types. */
export interface ChangeTracksOptions extends BinFrame, ErrorBars {
  readonly gene: string;
  readonly cells: CellNames;
  /** Input of the model, [T, 2M]: A's marks and then B's of each bin. */
  readonly values: ArrayLike<number>;
  /** Input before a change of the signal, drawn as an outline; absent where nothing was changed. */
  readonly before?: ArrayLike<number> | undefined;
  /** [rows, T], and what each row is about: `A_MARK`, `B_MARK`, `diff_MARK`. */
  readonly alpha: ArrayLike<number>;
  readonly rows: readonly string[];
  /** [auxiliary, T] of auxiliary encoders, drawn dashed. */
  readonly auxiliaryAlpha: ArrayLike<number>;
  readonly auxiliary: readonly string[];
  /** β [columns], and what each column is about: `A_MARK`, `B_MARK`, `diff_MARK`; it stands at its track. */
  readonly beta?: ArrayLike<number> | undefined;
  readonly columns?: readonly string[] | undefined;
  /** Scales that hold for several pictures; each has its own without. */
  readonly scale?: ChangeScale | undefined;
  /** Prediction, in a few words. */
  readonly verdict: string;
  /** Predicted log2 fold change, where it has error bars. */
  readonly foldChange?: number | undefined;
  /** Quantity in each bin: `"reads per bin"`; without it the legend says signal alone. */
  readonly signalName?: string | undefined;
  /** The same in a sentence, where it is not one for all marks of A and B. */
  readonly unitsInWords?: string | undefined;
  /** By mark that was not measured in A or in B, the value that stands in for it: nothing is drawn of it. */
  readonly standIns?: { readonly [Cell in "A" | "B"]?: Readonly<Record<string, string>> } | undefined;
  /** A region that stands out, from 1, both ends included. */
  readonly region?: readonly [number, number] | undefined;
}

/** The tops of the scales of a picture. */
export interface ChangeScale {
  /** By mark, of A and B. */
  readonly signal: Readonly<Record<string, number>>;
  /** By mark, of the difference. */
  readonly difference: Readonly<Record<string, number>>;
  readonly alpha: number;
}

/** The difference, or a cell type's signal. */
type Kind = "A" | "B" | "diff";
const KINDS: readonly Kind[] = ["A", "B", "diff"];

interface Strip {
  readonly mark: string;
  readonly kind: Kind;
  /** Why nothing is drawn, where the mark was not measured. */
  readonly absent: string | undefined;
  readonly values: readonly number[];
  readonly before: readonly number[] | undefined;
  /** Top of the signal's scale; the difference goes from −top to top. */
  readonly top: number;
  readonly alpha: readonly number[] | undefined;
  readonly auxiliary: readonly number[] | undefined;
  readonly weight: number | undefined;
  /** Pixels: top and bottom of the signal, bottom of α. */
  readonly from: number;
  readonly to: number;
  readonly alphaTo: number;
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface ChangeTracksLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
  readonly axisY: number;
}

const HEADER = 20;
const GAP = 8;
const [SIGNAL, ALPHA, BETWEEN] = [20, 15, 12];
/** The most that the name of a strip takes, in pixels and as a share of the picture. */
const [MOST_NAME, NAME_SHARE] = [96, 0.17];
/** Pixels of a bar of β whose weight is 1, and its height. */
const [WEIGHT, THIN] = [28, 4];
/** Below α, whose scale stands on the other side than those of the signals around it. */
const BELOW_ALPHA = 7;
/**
 * The scale's least top where the signal counts reads, and that of α in uniform weights, as for the tracks of one cell
 * type.
 */
const [LEAST_READS, LEAST_ALPHA] = [5, 3];

function rowOf(rows: readonly string[], name: string, values: ArrayLike<number>, bins: number): number[] | undefined {
  const at = rows.indexOf(name);
  return at < 0 ? undefined : matrixRow(values, at, bins);
}

/** Why a strip is empty: that its mark was not measured, in A, in B, or for a difference in either. */
function absentIn({ standIns = {} }: ChangeTracksOptions, mark: string, kind: Kind): string | undefined {
  const of = (cell: "A" | "B"): string | undefined => {
    const values = standIns[cell] ?? {};
    return Object.hasOwn(values, mark) ? values[mark] : undefined;
  };
  if (kind !== "diff") {
    const value = of(kind);
    return value === undefined ? undefined : notMeasured(value);
  }
  const cells = (["A", "B"] as const).filter((cell) => of(cell) !== undefined);
  return cells.length === 0 ? undefined : `not measured in ${cells.join(" and ")}: no difference`;
}

interface Laid extends ChangeTracksLayout {
  /** Names beside the strips, by kind. */
  readonly names: Readonly<Record<Kind, string>>;
  readonly strips: readonly Strip[];
  readonly alphaTop: number;
  readonly legend: readonly LegendEntry[];
  readonly barsY: number;
  readonly legendY: number;
  readonly verdict: readonly string[];
}

/** Says which cell types A and B are, so that a saved figure can be read by itself. */
function cellsInWords([a, b]: CellNames): string {
  return `A is ${a}, B is ${b}`;
}

/** The log2 fold change on its axis, with 0 in the middle. */
function predictedOf({ foldChange = 0, low = 0, high = 0, interval }: ChangeTracksOptions): Predicted {
  const all = [foldChange, low, high, interval?.low ?? 0, interval?.high ?? 0];
  const most = roundTop(Math.max(...all.map((value) => Math.abs(finite(value)))));
  const texts = [formatSigned(-most), formatSigned(most)] as const;
  return { name: "log2 FC", value: foldChange, ends: [-most, most], texts, tick: 0 };
}

function lay(options: ChangeTracksOptions): Laid {
  const { marks, values, before, alpha, rows, auxiliary, auxiliaryAlpha, width, binSize, window, theme } = options;
  const { beta = [], columns: weighed = [], scale } = options;
  const columns = 2 * marks.length;
  const bins = columns === 0 ? 0 : Math.floor(values.length / columns);
  const axis = binAxis(bins, binSize, window);
  const verdictLines = [
    [cellsInWords(options.cells), options.verdict].filter(Boolean).join("; "),
    options.unitsInWords ?? "",
  ].flatMap((text) => (text === "" ? [] : wrap(text, width - 16, 12)));
  const legend: LegendEntry[] = [
    { sample: "area", colour: theme.off, text: signalText({ signalName: options.signalName }) },
    ...(rows.length > 0 ? [{ sample: "line", colour: theme.ink, text: "attention α" } as const] : []),
    ...(rows.length + auxiliary.length > 0
      ? [{ sample: "dashes", colour: theme.lineStrong, text: `uniform, 1/${bins}` } as const]
      : []),
    ...(auxiliary.length > 0 ? [{ sample: "dashes", colour: theme.ink, text: "auxiliary α" } as const] : []),
    ...(before ? [{ sample: "line", colour: theme.inkFaint, text: "signal as measured" } as const] : []),
  ];
  const barsY = 24 + 17 * verdictLines.length + 18;
  const legendY = barsY + errorBarsHeight(options, predictedOf(options), width, theme);
  let y = legendY - 12 + legendHeight(legend, width - 16);
  const signalOf = (from: ArrayLike<number>, kind: Kind, mark: number): number[] => {
    const of = (cell: number): number[] => matrixColumn(from, cell * marks.length + mark, bins, columns);
    return kind === "A" ? of(0) : kind === "B" ? of(1) : of(0).map((value, bin) => value - of(1)[bin]!);
  };
  const strips: Strip[] = marks.flatMap((mark, at) => {
    y += GAP + HEADER;
    const both = [
      ...signalOf(values, "A", at),
      ...signalOf(values, "B", at),
      ...(before ? [...signalOf(before, "A", at), ...signalOf(before, "B", at)] : []),
    ];
    const least = both.every(Number.isInteger) ? LEAST_READS : 0;
    const differences = [values, ...(before ? [before] : [])].flatMap((each) =>
      signalOf(each, "diff", at).map(Math.abs),
    );
    return KINDS.map((kind): Strip => {
      const absent = absentIn(options, mark, kind);
      const ownAlpha = absent === undefined ? rowOf(rows, `${kind}_${mark}`, alpha, bins) : undefined;
      const ownAuxiliary =
        absent === undefined ? rowOf(auxiliary, `aux${kind}_${mark}`, auxiliaryAlpha, bins) : undefined;
      const weight = absent === undefined ? beta[weighed.indexOf(`${kind}_${mark}`)] : undefined;
      const from = y;
      const to = from + SIGNAL;
      const alphaTo = to + (ownAlpha || ownAuxiliary || weight !== undefined ? 3 + ALPHA : 0);
      y = alphaTo + (alphaTo > to ? BELOW_ALPHA : BETWEEN);
      const isDifference = kind === "diff";
      const top =
        scale?.[isDifference ? "difference" : "signal"][mark] ??
        roundTop(Math.max(least, ...(isDifference ? differences : both)));
      return {
        mark,
        kind,
        absent,
        values: signalOf(values, kind, at),
        before: before && signalOf(before, kind, at),
        top,
        alpha: ownAlpha,
        auxiliary: ownAuxiliary,
        weight,
        from,
        to,
        alphaTo,
      };
    });
  });
  const alphaTop =
    scale?.alpha ??
    roundTop(
      Math.max(
        LEAST_ALPHA / Math.max(1, bins),
        ...strips.flatMap((strip) => [...(strip.alpha ?? []), ...(strip.auxiliary ?? [])]),
      ),
    );
  const names = stripNames(options.cells, Math.min(MOST_NAME, NAME_SHARE * width));
  const nameWidth = Math.max(...KINDS.map((kind) => textWidth(names[kind], 11)));
  const left = Math.max(
    46,
    ...strips.map(
      ({ top, kind }) => 20 + nameWidth + textWidth(kind === "diff" ? formatSigned(-top) : formatValue(top), 10),
    ),
    // β, then the letter of α.
    ...strips.map(({ weight }) => (weight === undefined ? 0 : 28 + textWidth(weightText(weight), 11))),
  );
  const right = width - 16 - textWidth(formatAttention(alphaTop), 10);
  const axisY = y + 4;
  return {
    width,
    height: axisY + axisHeight(axis, width),
    left,
    right,
    axis,
    axisY,
    names,
    strips,
    alphaTop,
    legend,
    barsY,
    legendY,
    verdict: verdictLines,
  };
}

/** Where the tracks of `options` lie in the picture that `changeTracks` draws of them. */
export function changeTracksLayout(options: ChangeTracksOptions): ChangeTracksLayout {
  return lay(options);
}

/** The scales that fit each of several pictures. */
export function commonChangeScale(pictures: readonly ChangeTracksOptions[]): ChangeScale {
  const laid = pictures.map(lay);
  const tops = (isDifference: boolean): Record<string, number> => {
    const found: Record<string, number> = {};
    for (const { mark, kind, top } of laid.flatMap(({ strips }) => strips))
      if ((kind === "diff") === isDifference) found[mark] = Math.max(found[mark] ?? 0, top);
    return found;
  };
  return { signal: tops(false), difference: tops(true), alpha: Math.max(...laid.map(({ alphaTop }) => alphaTop)) };
}

/** "A, K562", "B, H1" and "A − B", each no wider than there is room. */
function stripNames(cells: CellNames, room: number): Readonly<Record<Kind, string>> {
  const name = (kind: Kind): string => fit(groupName(kind, cells), room, 11);
  return { A: name("A"), B: name("B"), diff: name("diff") };
}

const SHORT: Readonly<Record<Kind, string>> = { A: "A", B: "B", diff: "A−B" };

function drawSignal(
  { kind, absent, values, before, top, from, to, mark }: Strip,
  { axis, left, right }: Laid,
  theme: Theme,
): string[] {
  const colour = markColour(mark, theme).line;
  const isDifference = kind === "diff";
  if (absent !== undefined) return hatchedBand(left, right, from, to, absent, theme);
  const y = scaleLinear()
    .domain([isDifference ? -top : 0, top])
    .range([to, from]);
  const zero = y(0);
  const area = (of: readonly number[], fill: string, sign: 1 | -1): string =>
    of.some((value) => sign * value > 0)
      ? stepArea(
          of.map((value) => Math.max(0, sign * value)),
          axis,
          left,
          right,
          zero,
          (value) => y(sign * value),
          fill,
        )
      : "";
  const x = binScale(axis, left, right);
  const outline =
    before && before.some((value, bin) => value !== values[bin])
      ? line<number>()
          .digits(2)
          .x((_, bin) => x(binCentre(axis, bin + 1)))
          .y((value) => y(finite(value)))([...before])
      : null;
  return [
    area(values, colour, 1),
    isDifference ? area(values, markColour(mark, theme).line, -1) : "",
    outline ? element("path", { d: outline, fill: "none", stroke: theme.inkFaint, "stroke-width": 1 }) : "",
    segment(left, zero, right, zero, theme.lineStrong, { "stroke-width": 0.75 }),
    ...scaleLine(left, -1, from, to, formatValue(top), isDifference ? formatSigned(-top) : "0", theme),
  ];
}

function drawAlpha(strip: Strip, { axis, left, right, alphaTop }: Laid, theme: Theme): string[] {
  const { alpha, auxiliary, alphaTo } = strip;
  if (!alpha && !auxiliary) return [];
  const x = binScale(axis, left, right);
  const y = scaleLinear()
    .domain([0, alphaTop])
    .range([alphaTo, alphaTo - ALPHA]);
  const curve = (values: readonly number[]): string =>
    line<number>()
      .digits(2)
      .x((_, bin) => x(binCentre(axis, bin + 1)))
      .y(y)([...values]) ?? "";
  const uniform = y(1 / Math.max(1, axis.bins));
  return [
    segment(left, uniform, right, uniform, theme.lineStrong, { "stroke-dasharray": "4 3" }),
    segment(left, alphaTo, right, alphaTo, theme.lineStrong, { "stroke-width": 0.75 }),
    ...scaleLine(right, 1, alphaTo - ALPHA, alphaTo, formatAttention(alphaTop), "0", theme),
    alpha
      ? element("path", {
          d: curve(alpha),
          fill: "none",
          stroke: theme.ink,
          "stroke-width": 1.2,
          "stroke-linejoin": "round",
        })
      : "",
    auxiliary
      ? element("path", {
          d: curve(auxiliary),
          fill: "none",
          stroke: theme.ink,
          "stroke-width": 1,
          "stroke-dasharray": "3 2",
        })
      : "",
    label(left - 7, alphaTo - 4, "α", { "text-anchor": "end", "font-size": 11, fill: theme.inkMuted }),
  ];
}

/** β of a strip, under its name. */
function drawWeight({ weight, mark, to, alphaTo }: Strip, theme: Theme): string[] {
  if (weight === undefined) return [];
  return [
    element("rect", {
      x: 8,
      y: to - THIN / 2,
      width: WEIGHT * weight,
      height: THIN,
      fill: markColour(mark, theme).line,
      "data-beta": "",
    }),
    label(8, alphaTo - 4, weightText(weight), { "font-size": 11, fill: theme.ink }),
  ];
}

/** Where α of a strip peaks; in few words. */
function peakOf({ kind, alpha }: Strip, axis: BinAxis): string {
  const highest = alpha && peak(alpha);
  if (!highest) return "";
  const even = isEvenWeight(highest.value, alpha.length);
  return `${SHORT[kind]} ${even ? "even" : formatPosition(binCentre(axis, highest.index + 1))}`;
}

/** Three tracks a mark: A, B and A − B; A and B share a scale, and α has one in all tracks. */
export function changeTracks(options: ChangeTracksOptions): string {
  const { gene, marks, cells, width, theme, region } = options;
  const frame = lay(options);
  const { strips, axis, left, right, legend, legendY } = frame;
  const x = binScale(axis, left, right);
  const sentences = marks.map((mark) => {
    const own = strips.filter((strip) => strip.mark === mark);
    const greatest = (strip: Strip): string =>
      strip.absent ?? formatValue(peak(strip.values.map(Math.abs))?.value ?? 0);
    const attention = own.map((strip) => peakOf(strip, axis)).filter(Boolean);
    const weights = own.flatMap(({ kind, weight }) =>
      weight === undefined ? [] : [`${SHORT[kind]} ${weight.toFixed(2)}`],
    );
    return (
      `${mark}: greatest signal in A ${greatest(own[0]!)}, in B ${greatest(own[1]!)}, greatest difference ` +
      `${greatest(own[2]!)}${attention.length > 0 ? `; α peaks at ${attention.join(", ")}` : ""}` +
      `${weights.length > 0 ? `; β is ${weights.join(", ")}` : ""}.`
    );
  });
  const first = strips[0];
  const last = strips.at(-1);
  return picture({
    width,
    height: frame.height,
    theme,
    title: `Signal and attention along ${gene} in two cell types`,
    summary: [
      `${cellsInWords(cells)}. ${options.verdict}.`,
      ...(marks.length === 0 ? ["There are no marks."] : sentences),
      `Positions are bin centres, counted from the ${axis.anchor}; ${axis.order}.`,
    ].join(" "),
    body: [
      label(8, 22, fit(gene, width - 16, 15, "bold"), { "font-size": 15, "font-weight": "bold", fill: theme.ink }),
      ...frame.verdict.map((text, i) => label(8, 41 + 17 * i, text, { "font-size": 12, fill: theme.ink })),
      ...drawErrorBars(options, predictedOf(options), frame.barsY, width, theme),
      ...drawLegend(legend, 8, legendY, width - 16, theme),
      region && first && last
        ? element("rect", {
            x: x(axis.start + (region[0] - 1) * axis.binSize),
            y: first.from - 4,
            width: Math.max(
              1,
              x(axis.start + region[1] * axis.binSize) - x(axis.start + (region[0] - 1) * axis.binSize),
            ),
            height: last.alphaTo - first.from + 8,
            fill: theme.on,
            "fill-opacity": 0.12,
          })
        : "",
      ...strips.flatMap((strip, i) => {
        const attention = strips
          .slice(i, i + 3)
          .map((each) => peakOf(each, axis))
          .filter(Boolean)
          .join(", ");
        const note = attention === "" ? "" : `α peaks: ${attention}`;
        return [
          ...(strip.kind === "A"
            ? [
                label(8, strip.from - 8, strip.mark, {
                  "font-size": 12,
                  "font-weight": "bold",
                  fill: markColour(strip.mark, theme).text,
                }),
                textWidth(strip.mark, 12, "bold") + textWidth(note, 11) + 30 < width
                  ? label(width - 16, strip.from - 8, note, { "text-anchor": "end" })
                  : "",
              ]
            : []),
          label(8, (strip.from + strip.to) / 2 + 4, frame.names[strip.kind], { "font-size": 11, fill: theme.ink }),
          strip.absent === undefined ? drawAnchor(axis, left, right, strip.from, strip.alphaTo, theme) : "",
          ...drawSignal(strip, frame, theme),
          ...drawAlpha(strip, frame, theme),
          ...drawWeight(strip, theme),
        ];
      }),
      ...drawAxis({ axis, left, right, y: frame.axisY, width, theme }),
    ],
  });
}

/** Signal and α of one track in one bin. */
export interface ChangeReading {
  readonly mark: string;
  /** The signal of A and of B; undefined where the mark was not measured. */
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** α by group, where there is any: `A`, `B`, `diff`. */
  readonly alpha: Readonly<Partial<Record<Kind, number>>>;
}

/** Returns the values that the picture shows in one bin (from 1), mark by mark. */
export function readChange(options: ChangeTracksOptions, bin: number): ChangeReading[] {
  const { marks, values, rows, alpha } = options;
  const columns = 2 * marks.length;
  const bins = Math.floor(values.length / columns);
  return marks.map((mark, at) => {
    const of = (kind: Kind): number | undefined => {
      const row = rows.indexOf(`${kind}_${mark}`);
      return row < 0 || absentIn(options, mark, kind) !== undefined ? undefined : finite(alpha[row * bins + bin - 1]);
    };
    const signalOf = (kind: "A" | "B", column: number): number | undefined =>
      absentIn(options, mark, kind) === undefined ? finite(values[(bin - 1) * columns + column]) : undefined;
    const found = KINDS.map((kind) => [kind, of(kind)] as const).filter(([, value]) => value !== undefined);
    return {
      mark,
      a: signalOf("A", at),
      b: signalOf("B", marks.length + at),
      alpha: Object.fromEntries(found),
    };
  });
}
