/**
 * One gene in two cell types: for each mark the signals of A and B and their difference, with the α of each encoder, on
 * one axis.
 */

import { binAxis, type BinAxis, binRange, binScale, type BinsLayout, drawAnchor } from "../core/axis";
import { overAxis, placeOf, positionsInWords } from "../core/axis";
import { markColour, type Theme } from "../core/colour";
import { formatAttention, formatSigned, formatValue } from "../core/format";
import { drawLegend, END, entry, type Laid, type Legend, legendHeight } from "../core/layout";
import { scaled, signalText, strong } from "../core/layout";
import { type BinFrame, type ErrorBars, type Framed, type Length, lengthOf } from "../core/options";
import { type MembersBand, ready, type Unframed } from "../core/options";
import { finite, isEvenWeight, leastAlpha, leastReads, matrixColumn, matrixRow, peak, roundTop } from "../core/scale";
import { fit, label, type Part, textWidth, wrap } from "../core/svg";
import { across, DASHED, scaleLine, THIN } from "../marks/axes";
import { box, hatchedBand, notMeasured, standInFor } from "../marks/bars";
import { curve, stepArea } from "../marks/line";
import { weightBar, weightText } from "../marks/panel";
import { bandEntry, bandLengths, drawBand, errorBars, type Predicted, rowOf } from "../marks/spread";
import { type CellNames, groupName } from "./beta-groups";

/** One gene in two cell types. */
export interface ChangeTracksOptions extends BinFrame, ErrorBars {
  readonly gene: string;
  readonly cells: CellNames;
  /** Input of the model, [T, 2M]: for each bin A's marks, then B's. */
  readonly values: ArrayLike<number>;
  /** Input before the signal was edited, drawn as an outline; absent if it was not edited. */
  readonly before?: ArrayLike<number> | undefined;
  /** α, [rows, T], and the name of each row: `A_MARK`, `B_MARK`, `diff_MARK`. */
  readonly alpha: ArrayLike<number>;
  readonly rows: readonly string[];
  /** Spread of α over ensemble members, [rows, T]. */
  readonly alphaBand?: MembersBand | undefined;
  /** α of auxiliary encoders, [auxiliary, T], drawn dashed. */
  readonly auxiliaryAlpha: ArrayLike<number>;
  readonly auxiliary: readonly string[];
  /** β, [columns], and the name of each column: `A_MARK`, `B_MARK`, `diff_MARK`; shown at the track. */
  readonly beta?: ArrayLike<number> | undefined;
  readonly columns?: readonly string[] | undefined;
  /** Strips of each mark; by default A, B and their difference. */
  readonly kinds?: readonly ChangeKind[] | undefined;
  /** Scales shared by several pictures; by default each has its own. */
  readonly scale?: ChangeScale | undefined;
  /** Prediction, in a few words. */
  readonly verdict: string;
  /** Predicted log2 fold change; needed for error bars. */
  readonly foldChange?: number | undefined;
  /** Quantity in each bin: `"reads per bin"`; by default the legend only says signal. */
  readonly signalName?: string | undefined;
  /** Sentence on the quantities, if they differ between marks or cell types. */
  readonly unitsInWords?: string | undefined;
  /** Substitute values of the marks that were not measured in A or in B, in words; these marks are not drawn. */
  readonly standIns?: { readonly [Cell in "A" | "B"]?: Readonly<Record<string, string>> } | undefined;
  /** A region to highlight, bins from 1, both ends included. */
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
export type ChangeKind = "A" | "B" | "diff";
type Kind = ChangeKind;
const KINDS: readonly Kind[] = ["A", "B", "diff"];

type Strip = ReturnType<typeof stripsOf>["strips"][number];

const HEADER = 20;
const GAP = 8;
const [SIGNAL, ALPHA, BETWEEN] = [20, 15, 12];
/** Maximum width of a strip's name, in pixels and as a fraction of the picture. */
const [MOST_NAME, NAME_SHARE] = [96, 0.17];
/** Length in pixels of a bar for β = 1, and its height. */
const [WEIGHT, THIN_BAR] = [28, 4];
/** Space below α, whose scale is on the other side from those of the signals around it. */
const BELOW_ALPHA = 7;
/** Reason why a strip is empty: its mark was not measured in A, in B, or for a difference in either. */
function absentIn(
  { standIns = {} }: Pick<ChangeTracksOptions, "standIns">,
  mark: string,
  kind: Kind,
): string | undefined {
  if (kind !== "diff") {
    const value = standInFor(standIns[kind], mark);
    return value === undefined ? undefined : notMeasured(value);
  }
  const cells = (["A", "B"] as const).filter((cell) => standInFor(standIns[cell], mark) !== undefined);
  return cells.length === 0 ? undefined : `not measured in ${cells.join(" and ")}: no difference`;
}

interface Frame extends BinsLayout<Strip> {
  readonly alphaTop: number;
}

/** Names cell types A and B in words, so that a saved figure is self-contained. */
function cellsInWords([a, b]: CellNames): string {
  return `A is ${a}, B is ${b}`;
}

/** Signal of a mark, [T], for each kind of strip. */
function signalOf(values: ArrayLike<number>, mark: number, marks: number, bins: number): Record<Kind, number[]> {
  const [A, B] = [0, marks].map((first) => matrixColumn(values, first + mark, bins, 2 * marks)) as [number[], number[]];
  return { A, B, diff: A.map((value, bin) => value - B[bin]!) };
}

function legendOf(options: ChangeTracksOptions, bins: number): Legend {
  const { rows, auxiliary, alphaBand, before, signalName, theme } = options;
  return [
    entry("area", theme.off, signalText({ signalName })),
    rows.length > 0 && entry("line", theme.ink, `attention α${alphaBand ? `, mean of ${alphaBand.of}` : ""}`),
    rows.length > 0 && alphaBand && bandEntry(alphaBand, theme),
    rows.length + auxiliary.length > 0 && entry("dashes", theme.lineStrong, `uniform, 1/${bins}`),
    auxiliary.length > 0 && entry("dashes", theme.ink, "auxiliary α"),
    before && entry("line", theme.inkFaint, "signal as measured"),
  ];
}

/** The strips of a mark from `y` down, and the bottom of the last. */
function stripsOf(options: ChangeTracksOptions, at: number, bins: number, y: number) {
  const { marks, values, before, rows, auxiliary, alphaBand, beta = [], columns = [] } = options;
  const { scale, kinds = KINDS } = options;
  const mark = marks[at]!;
  const named = (names: readonly string[], name: string, of: ArrayLike<number>): number[] | undefined =>
    names.includes(name) ? matrixRow(of, names.indexOf(name), bins) : undefined;
  const own = signalOf(values, at, marks.length, bins);
  const earlier = before && signalOf(before, at, marks.length, bins);
  const each = earlier ? [own, earlier] : [own];
  const both = each.flatMap(({ A, B }) => [...A, ...B]);
  const ownTops = {
    signal: Math.max(leastReads(both), ...both),
    difference: Math.max(leastReads(both), ...each.flatMap(({ diff }) => diff.map(Math.abs))),
  };
  let end = y;
  const strips = kinds.map((kind) => {
    // Reason for an empty strip, if the mark was not measured.
    const absent = absentIn(options, mark, kind);
    const row = `${kind}_${mark}`;
    const held = absent === undefined && {
      alpha: named(rows, row, options.alpha),
      ends: rows.includes(row) ? rowOf(alphaBand, rows.indexOf(row), bins) : undefined,
      auxiliary: named(auxiliary, `aux${kind}_${mark}`, options.auxiliaryAlpha),
      weight: beta[columns.indexOf(row)],
    };
    const { alpha, ends, auxiliary: dashed, weight } = held || {};
    const signal = { top: end, bottom: end + SIGNAL };
    const bottom = signal.bottom + (alpha || dashed || weight !== undefined ? 3 + ALPHA : 0);
    end = bottom + (bottom > signal.bottom ? BELOW_ALPHA : BETWEEN);
    const of = kind === "diff" ? "difference" : "signal";
    // Top of the signal's scale; the difference ranges from −most to most.
    const most = scale?.[of][mark] ?? roundTop(ownTops[of]);
    return {
      ...{ mark, kind, absent, values: own[kind], before: earlier?.[kind], most },
      ...{ alpha, ends, auxiliary: dashed, weight, top: signal.top, bottom, signal },
    };
  });
  return { strips, end };
}

/** The log2 fold change on its axis, with 0 in the middle. */
function predictedOf({ foldChange = 0, low = 0, high = 0, interval }: ChangeTracksOptions): Predicted {
  const all = [foldChange, low, high, interval?.low ?? 0, interval?.high ?? 0];
  const most = roundTop(Math.max(...all.map((value) => Math.abs(finite(value)))));
  const ticks = [-most, 0, most].map((value) => [value, formatSigned(value)] as const);
  return { name: "log2 FC", value: foldChange, ends: [-most, most], ticks };
}

/** The layout of the tracks, and the picture that `changeTracks` draws. */
export function changeTracksLayout(options: ChangeTracksOptions): Laid<Frame> {
  const { gene, marks, values, width, theme, binSize, window, scale, cells, unitsInWords = "" } = options;
  const bins = marks.length === 0 ? 0 : Math.floor(values.length / (2 * marks.length));
  const axis = binAxis(bins, binSize, window);
  const verdict = [[cellsInWords(cells), options.verdict].filter(Boolean).join("; "), unitsInWords]
    .filter(Boolean)
    .flatMap((text) => wrap(text, width - 16, 12));
  const legend = legendOf(options, bins);
  const bars = errorBars(options, predictedOf(options), 42 + 17 * verdict.length, options);
  let y = bars.end - 12 + legendHeight(legend, width - 16);
  const ofMarks = marks.map((_, at) => {
    const { strips, end } = stripsOf(options, at, bins, y + GAP + HEADER);
    y = end;
    return strips;
  });
  const strips = ofMarks.flat();
  const weights = strips.flatMap(({ alpha = [], ends, auxiliary = [] }) => [alpha, ends?.high ?? [], auxiliary].flat());
  const alphaTop = scale?.alpha ?? roundTop(Math.max(leastAlpha(bins), ...weights));
  const room = Math.min(MOST_NAME, NAME_SHARE * width);
  const nameOf = (kind: Kind): string => fit(groupName(kind, cells), room, 11);
  const nameWidth = Math.max(...KINDS.map((kind) => textWidth(nameOf(kind), 11)));
  const left = Math.max(
    46,
    ...strips.map(({ most, kind }) => 20 + nameWidth + textWidth(formatValue(kind === "diff" ? -most : most), 10)),
    // Width of β, next to the letter of α.
    ...strips.map(({ weight }) => (weight === undefined ? 0 : 28 + textWidth(weightText(weight), 11))),
  );
  const right = width - 16 - textWidth(formatAttention(alphaTop), 10);
  const laid = overAxis(options, { left, right }, axis, strips, y + 4, (bare) => {
    const frame = { ...bare, alphaTop };
    return {
      title: `Signal and attention along ${gene} in two cell types`,
      summary: [
        `${cellsInWords(cells)}. ${options.verdict}.`,
        marks.length === 0 ? "There are no marks." : ofMarks.map((of) => sentence(of, axis)),
        positionsInWords(axis),
      ],
      body: [
        label(8, 22, fit(gene, width - 16, 15, "bold"), strong(15, theme)),
        verdict.map((text, i) => label(8, 41 + 17 * i, text, { "font-size": 12, fill: theme.ink })),
        bars.drawn,
        drawLegend(legend, bars.end, options),
        drawRegion(options, frame),
        ofMarks.map((of) => [
          drawName(of, frame),
          of.map((strip) => [
            label(8, (strip.top + strip.signal.bottom) / 2 + 4, nameOf(strip.kind), {
              "font-size": 11,
              fill: theme.ink,
            }),
            strip.absent === undefined && drawAnchor({ ...frame, ...strip }),
            drawSignal(strip, frame),
            drawAlpha(strip, frame),
            drawWeight(strip, theme),
          ]),
        ]),
      ],
    };
  });
  return { ...laid, alphaTop };
}

/**
 * Scales that fit all of several genes, per mark, so that their pictures are comparable.
 *
 * ```js
 * const shared = { marks: ["H3K4me3"], binSize: 100, verdict: "", auxiliary: [], auxiliaryAlpha: [] };
 * const attention = { rows: ["A_H3K4me3", "B_H3K4me3"], alpha: [0.5, 0.5, 0.4, 0.6] }; // [2 rows, 2 bins]
 * const scale = commonChangeScale([
 *   { ...shared, ...attention, gene: "TP53", cells: ["K562", "H1"], values: [0, 1, 4, 9] },
 *   { ...shared, ...attention, gene: "PAX5", cells: ["K562", "H1"], values: [3, 3, 1, 0] },
 * ]); // for changeTracks of each
 * ```
 *
 * @category Genes: change between cell types
 * @returns Tops of the scales.
 */
export function commonChangeScale(genes: readonly Framed<ChangeTracksOptions>[]): ChangeScale {
  const laid = genes.map((options) => changeTracksLayout(ready("commonChangeScale", options, lengthsOf)));
  const [signal, difference]: Record<string, number>[] = [{}, {}];
  for (const { mark, kind, most } of laid.flatMap(({ panels }) => panels)) {
    const tops = kind === "diff" ? difference! : signal!;
    tops[mark] = Math.max(tops[mark] ?? 0, most);
  }
  return { signal: signal!, difference: difference!, alpha: Math.max(...laid.map(({ alphaTop }) => alphaTop)) };
}

const SHORT: Readonly<Record<Kind, string>> = { A: "A", B: "B", diff: "A−B" };

function drawSignal(strip: Strip, frame: Frame): Part {
  const { kind, absent, values, before, most, signal, mark } = strip;
  if (absent !== undefined) return hatchedBand({ ...frame, ...signal }, absent);
  const fill = markColour(mark, frame.theme).line;
  const panel = scaled(frame, signal, [kind === "diff" ? -most : 0, most]);
  const area = (sign: 1 | -1): Part => {
    const some = values.map((value) => Math.max(0, sign * value));
    return some.some((value) => value > 0) && stepArea(panel, some, fill, sign);
  };
  const isChanged = before?.some((value, bin) => value !== values[bin]);
  return [
    area(1),
    kind === "diff" && area(-1),
    before && isChanged && curve(panel, before.map(finite), frame.theme.inkFaint, 1, {}),
    across(panel, panel.y(0), THIN),
    scaleLine(panel, "left", formatValue),
  ];
}

function drawAlpha({ alpha, ends, auxiliary, bottom }: Strip, frame: Frame): Part {
  if (!alpha && !auxiliary) return [];
  const { axis, left, alphaTop, theme } = frame;
  const panel = scaled(frame, { top: bottom - ALPHA, bottom }, [0, alphaTop]);
  return [
    across(panel, panel.y(1 / Math.max(1, axis.bins)), DASHED),
    across(panel, bottom, THIN),
    scaleLine(panel, "right", formatAttention),
    ends && drawBand(panel, ends),
    alpha && curve(panel, alpha, theme.ink, 1.2),
    auxiliary && curve(panel, auxiliary, theme.ink, 1, { "stroke-dasharray": "3 2" }),
    label(left - 7, bottom - 4, "α", { ...END, "font-size": 11, fill: theme.inkMuted }),
  ];
}

/** β of a strip, under its name. */
function drawWeight({ weight, mark, signal, bottom }: Strip, theme: Theme): Part {
  return (
    weight !== undefined && [
      weightBar(mark, 8, signal.bottom - THIN_BAR / 2, WEIGHT * weight, THIN_BAR, theme),
      label(8, bottom - 4, weightText(weight), { "font-size": 11, fill: theme.ink }),
    ]
  );
}

/** The mark of three strips, and where their α peaks. */
function drawName(strips: readonly Strip[], { axis, width, theme }: Frame): Part {
  const [{ mark, top }] = strips as [Strip];
  const peaks = peaksOf(strips, axis);
  const note = peaks === "" ? "" : `α peaks: ${peaks}`;
  const hasRoom = textWidth(mark, 12, "bold") + textWidth(note, 11) + 30 < width;
  return [
    label(8, top - 8, mark, { ...strong(12, theme), fill: markColour(mark, theme).text }),
    hasRoom && label(width - 16, top - 8, note, END),
  ];
}

/** Peaks of α by strip, in few words: "A +150 bp, B even". */
function peaksOf(strips: readonly Strip[], axis: BinAxis): string {
  const peaks = strips.flatMap(({ kind, alpha }) => {
    const highest = alpha && peak(alpha);
    if (!highest) return [];
    return [`${SHORT[kind]} ${isEvenWeight(highest.value, alpha.length) ? "even" : placeOf(axis, highest.index)}`];
  });
  return peaks.join(", ");
}

function sentence(strips: readonly Strip[], axis: BinAxis): string {
  const greatest = strips.map(({ kind, absent, values }, i) => {
    const value = absent ?? formatValue(peak(values.map(Math.abs))?.value ?? 0);
    return kind === "diff"
      ? `greatest difference ${value}`
      : `${i === 0 ? "greatest signal in" : "in"} ${kind} ${value}`;
  });
  const weights = strips.flatMap(({ kind, weight }) =>
    weight === undefined ? [] : [`${SHORT[kind]} ${weight.toFixed(2)}`],
  );
  const [peaks, beta] = [peaksOf(strips, axis), weights.join(", ")];
  return (
    `${strips[0]!.mark}: ${greatest.join(", ")}` + `${peaks && `; α peaks at ${peaks}`}${beta && `; β is ${beta}`}.`
  );
}

/** Highlights a region of bins across all strips. */
function drawRegion({ region, theme }: ChangeTracksOptions, frame: Frame): string {
  const [first, last] = [frame.panels[0], frame.panels.at(-1)];
  if (!region || !first || !last) return "";
  const x = binScale(frame);
  const [from, to] = [x(binRange(frame.axis, region[0])[0]), x(binRange(frame.axis, region[1])[1])];
  const look = { fill: theme.on, "fill-opacity": 0.12 };
  return box(from, first.top - 4, Math.max(1, to - from), last.bottom - first.top + 8, look);
}

function lengthsOf(options: ChangeTracksOptions): readonly Length[] {
  const { marks, values, alpha, alphaBand, rows, auxiliaryAlpha, auxiliary, beta, columns } = options;
  const bins = Math.floor(values.length / Math.max(1, 2 * marks.length));
  return [
    ["values", values, 2 * marks.length * bins, `${bins} bins of ${marks.length} marks in two cell types`],
    ["alpha", alpha, ...lengthOf(rows, bins)],
    ...bandLengths("alphaBand", alphaBand, ...lengthOf(rows, bins)),
    ["auxiliaryAlpha", auxiliaryAlpha, ...lengthOf(auxiliary, bins)],
    ["beta", columns && beta, columns?.length ?? 0, `${columns?.length} columns`],
  ];
}

/**
 * Three tracks per mark: A, B and A − B; A and B share a scale, and α has one scale in all tracks. `values` takes the
 * `signal` of `model.gene(tableA, tableB, result, gene)`.
 *
 * ```js
 * const svg = changeTracks({
 *   gene: "TP53", cells: ["K562", "H1"], marks: ["H3K4me3"], binSize: 100, verdict: "up in H1, +1.2",
 *   values: [0, 1, 4, 9, 1, 2], // [3 bins, 2 cell types × 1 mark]
 *   rows: ["A_H3K4me3", "B_H3K4me3"], alpha: [0.1, 0.8, 0.1, 0.3, 0.4, 0.3], // [2 rows, 3 bins]
 *   auxiliary: [], auxiliaryAlpha: [],
 * });
 * ```
 *
 * @category Genes: change between cell types
 * @returns The picture as SVG.
 */
export function changeTracks(given: Framed<ChangeTracksOptions>): string {
  return changeTracksLayout(ready("changeTracks", given, lengthsOf)).draw();
}

/**
 * Values of one bin (from 1) for each mark, as the picture shows them: the signals of A and B, undefined if not
 * measured, and α by group, if there is any.
 */
export function readChange(options: Unframed<ChangeTracksOptions>, bin: number) {
  const { marks, values, rows, alpha } = options;
  const columns = 2 * marks.length;
  const bins = Math.floor(values.length / columns);
  return marks.map((mark, at) => {
    const measured = KINDS.filter((kind) => absentIn(options, mark, kind) === undefined);
    const signal = (kind: Kind, column: number): number | undefined =>
      measured.includes(kind) ? finite(values[(bin - 1) * columns + column]) : undefined;
    const weights = measured.flatMap((kind) => {
      const row = rows.indexOf(`${kind}_${mark}`);
      return row < 0 ? [] : [[kind, finite(alpha[row * bins + bin - 1])] as const];
    });
    const of: Partial<Record<Kind, number>> = Object.fromEntries(weights);
    return { mark, a: signal("A", at), b: signal("B", marks.length + at), alpha: of };
  });
}
