/**
 * One gene: the signal of each mark and, on the same axis, the attention α of the mark's encoder over bins.
 */

import { binAxis, type BinAxis, drawAnchor, overAxis, placeOf, positionsInWords } from "../core/axis";
import { markColour } from "../core/colour";
import { formatAttention, formatEquals, formatProbability, formatValue } from "../core/format";
import { drawLegend, END, entry, type Laid, type Legend, legendHeight } from "../core/layout";
import { scaled, signalText as unitText, strong } from "../core/layout";
import { type Framed, type GeneTracksOptions, type Length, lengthOf, ready, type TracksScale } from "../core/options";
import { isEvenWeight, isFlat, leastAlpha, leastReads, matrixColumn, matrixRow } from "../core/scale";
import { peak, roundTop, THRESHOLD } from "../core/scale";
import { element, fit, label, type Part, textWidth } from "../core/svg";
import { across, DASHED, scaleLine, THIN } from "../marks/axes";
import { hatchedBand, notMeasured, standInFor } from "../marks/bars";
import { centred, stroked, through, under } from "../marks/line";
import { drawMarks, drawSignal, type MarksLayout, type Note, stackTracks, type TrackPanel } from "../marks/panel";
import { bandEntry, bandLengths, drawBand, errorBars, rowOf } from "../marks/spread";

/** Height of a panel's name, including the space above it. */
const HEADER = 19;
const GAP = 13;
/** Space between signal and α. */
const SPLIT = 6;
const SMALL = 10;

/** Data of the tracks, without their frame. */
export type TracksData = Pick<
  GeneTracksOptions,
  "marks" | "rows" | "signal" | "alpha" | "alphaBand" | "beta" | "units" | "standIns"
>;

/**
 * One track per mark, with its signal, α and β, or its substitute value if it was not measured; one track per row of α
 * that belongs to no single mark; and the tops of their scales.
 */
function tracksOf(data: TracksData, given?: TracksScale) {
  const { marks, rows = marks, signal, alpha, alphaBand, beta, units = {}, standIns } = data;
  const bins = marks.length === 0 ? 0 : Math.floor(signal.length / marks.length);
  const columns = marks.map((_, row) => matrixColumn(signal, row, bins, marks.length));
  const least = leastReads(columns.filter((_, row) => standInFor(standIns, marks[row]) === undefined).flat());
  const byMark = rows.length === marks.length && rows.every((row, i) => row === marks[i]);
  const attentionOf = (row: number | undefined) => ({
    alpha: row === undefined ? undefined : matrixRow(alpha, row, bins),
    ends: row === undefined ? undefined : rowOf(alphaBand, row, bins),
  });
  const ofMarks = marks.map((mark, row) => {
    const standIn = standInFor(standIns, mark);
    const isMeasured = standIn === undefined;
    const top = given?.signal[mark] ?? roundTop(Math.max(least, ...columns[row]));
    return {
      ...{ mark, standIn, unit: isMeasured ? units[mark] : undefined, weight: isMeasured ? beta?.[row] : undefined },
      signal: isMeasured ? { values: columns[row], top } : undefined,
      ...attentionOf(isMeasured && byMark ? row : undefined),
    };
  });
  const bare = { standIn: undefined, unit: undefined, weight: undefined, signal: undefined };
  const others = byMark ? [] : rows.map((mark, row) => ({ mark, ...bare, ...attentionOf(row) }));
  const tracks = [...ofMarks, ...others];
  const weights = tracks.flatMap(({ alpha = [], ends }) => [...alpha, ...(ends?.high ?? [])]);
  const scale: TracksScale = {
    signal: Object.fromEntries(tracks.flatMap(({ mark, signal }) => (signal ? [[mark, signal.top]] : []))),
    alpha: given?.alpha ?? roundTop(Math.max(leastAlpha(bins), ...weights)),
  };
  return { tracks, bins, scale };
}

type Track = ReturnType<typeof tracksOf>["tracks"][number];

/** The scales of a picture on its own. */
export function tracksScale(data: TracksData): TracksScale {
  return tracksOf(data).scale;
}

/** Scales that fit all of several pictures, per mark. */
export function greatestScale(scales: readonly TracksScale[]): TracksScale {
  const signal: Record<string, number> = {};
  for (const scale of scales)
    for (const [mark, top] of Object.entries(scale.signal)) signal[mark] = Math.max(signal[mark] ?? 0, top);
  return { signal, alpha: Math.max(0, ...scales.map(({ alpha }) => alpha)) };
}

/**
 * Scales that fit all of several genes, per mark, so that their pictures are comparable.
 *
 * ```js
 * const shared = { marks: ["H3K4me3"], binSize: 100, alpha: [0.2, 0.8] };
 * const tp53 = { ...shared, gene: "TP53", probability: 0.9, signal: [2, 9] };
 * const pax5 = { ...shared, gene: "PAX5", probability: 0.2, signal: [1, 0] };
 * const scale = commonScale([tp53, pax5]);
 * const svg = geneTracks({ ...pax5, scale });
 * ```
 *
 * @category Genes: on or off
 * @returns Tops of the scales.
 */
export function commonScale(genes: readonly Framed<GeneTracksOptions>[]): TracksScale {
  return greatestScale(genes.map((options) => tracksScale(ready("commonScale", options, lengthsOf))));
}

function legendOf(options: GeneTracksOptions, bins: number): Legend {
  const { theme, marks, rows = marks, alphaBand } = options;
  const signal = entry("area", theme.off, unitText(options));
  if (rows.length === 0) return [signal];
  return [
    signal,
    entry("line", theme.ink, `attention α${alphaBand ? `, mean of ${alphaBand.of}` : ""}`),
    alphaBand && bandEntry(alphaBand, theme),
    entry("dashes", theme.lineStrong, `uniform, 1/${bins}`),
  ];
}

/** Prediction in words: "predicted on, P(on) = 0.931 (0.88–0.96 in 5 seeds), labelled on". */
function verdict({ probability, predicted, range, label: truth, width }: GeneTracksOptions): string {
  if (predicted !== undefined) return predicted;
  const known = truth === undefined ? "" : `, labelled ${truth ? "on" : "off"}`;
  const called = Number.isFinite(probability) ? `predicted ${probability >= THRESHOLD ? "on" : "off"}, ` : "";
  const text = `P(on) ${formatEquals(formatProbability(probability))}${range ? ` (${range})` : ""}`;
  const texts = [called + text + known, text + known, text];
  // On a phone, a range leaves no room for P(on) in words, or possibly for the label.
  return (range ? texts.find((each) => textWidth(each, 12) <= width - 16) : texts[0]) ?? text;
}

function isEven(alpha: readonly number[]): boolean {
  return isEvenWeight(Math.max(...alpha), alpha.length);
}

/** Position of the peak of a mark's attention, or a text if it is even. */
function attentionText(alpha: readonly number[], axis: BinAxis): Note {
  const highest = peak(alpha);
  if (!highest) return { full: "has no bins", brief: "no bins" };
  const weight = formatAttention(highest.value);
  const equals = `α ${formatEquals(weight)}`;
  if (isFlat(alpha)) return { full: `is the same in every bin, ${equals}`, brief: equals };
  if (isEven(alpha)) return { full: `is spread evenly, α at most ${weight}`, brief: `α at most ${weight}` };
  const brief = `${placeOf(axis, highest.index)}, ${equals}`;
  return { full: `peaks at ${brief}`, brief };
}

function signalText(values: readonly number[], axis: BinAxis): string {
  const highest = peak(values);
  if (!highest || highest.value <= 0) return "no signal";
  return `signal is at most ${formatValue(highest.value)}, at ${placeOf(axis, highest.index)}`;
}

/** α as a line through the bins' centres, with its peak marked. */
function drawAlpha({ alpha, ends }: Track, { mark, lower }: TrackPanel, frame: MarksLayout, top: number): Part {
  if (!alpha) return [];
  const { theme, left, axis } = frame;
  const panel = scaled(frame, lower, [0, top]);
  const points = centred(panel, alpha);
  const [cx, cy] = (!isEven(alpha) && points[peak(alpha)?.index ?? -1]) || [];
  return [
    element("path", { d: under(points, panel.bottom), fill: markColour(mark, theme).area }),
    ends && drawBand(panel, ends),
    across(panel, panel.y(1 / Math.max(1, axis.bins)), DASHED),
    across(panel, panel.bottom, THIN),
    stroked(through(points), theme.ink, 1.25),
    cx !== undefined && element("circle", { cx, cy, r: 2.75, fill: theme.ink, stroke: theme.surface }),
    label(left - 7, (lower.top + lower.bottom) / 2 + 4, "α", { ...END, "font-size": 12, fill: theme.inkMuted }),
    scaleLine(panel, "right", formatAttention),
  ];
}

function drawTrack(track: Track, panel: TrackPanel, frame: MarksLayout, top: number): Part[] {
  const { mark, signal, standIn } = track;
  if (standIn !== undefined) return hatchedBand({ ...frame, ...panel }, notMeasured(standIn));
  return [
    drawAnchor({ ...frame, ...panel }),
    signal && drawSignal(frame, panel.signal, signal, markColour(mark, frame.theme).line),
    drawAlpha(track, panel, frame, top),
  ];
}

function sentence({ mark, signal, alpha, standIn, weight }: Track, axis: BinAxis): string {
  if (standIn !== undefined) return `${mark}: ${notMeasured(standIn)}.`;
  const parts = [
    alpha && `attention ${attentionText(alpha, axis).full}`,
    signal && signalText(signal.values, axis),
    weight !== undefined && `β is ${weight.toFixed(2)}`,
  ];
  return `${mark} ${parts.filter(Boolean).join("; ")}.`;
}

/** Note beside a mark's name. */
function noteOf({ signal, alpha, standIn }: Track, axis: BinAxis): Note {
  if (standIn !== undefined) return { full: "", brief: "" };
  if (alpha) {
    const { full, brief } = attentionText(alpha, axis);
    return { full: full.replace(/^is /, ""), brief };
  }
  const full = signal ? signalText(signal.values, axis) : "";
  return { full, brief: full.replace("signal is ", "") };
}

/** The layout of the tracks, and the picture that `geneTracks` draws. */
export function geneTracksLayout(options: GeneTracksOptions): Laid<MarksLayout> {
  const { gene, width, theme, binSize, window, probability: value } = options;
  const { tracks, bins, scale } = tracksOf(options, options.scale);
  const axis = binAxis(bins, binSize, window);
  // The prediction is beside the title, or below it.
  const status = verdict(options);
  const isBeside = textWidth(gene, 15, "bold") + textWidth(status, 12) + 40 <= width;
  const numbers = [0, THRESHOLD, 1].map((tick) => [tick, formatValue(tick)] as const);
  const bars = errorBars(options, { name: "P(on)", value, ends: [0, 1], ticks: numbers }, isBeside ? 42 : 60, options);
  const legend = legendOf(options, bins);
  const [signalHeight, alphaHeight] = width < 480 ? [30, 23] : [42, 32];
  const heights = tracks.map(({ mark, signal, alpha, standIn }) => ({
    mark,
    signal: signal || standIn !== undefined ? signalHeight : 0,
    // Alone, it gets the height of a signal.
    below: alpha ? (signal ? alphaHeight : signalHeight) : 0,
  }));
  const from = bars.end - 12 + legendHeight(legend, width - 16);
  const { panels, end } = stackTracks(heights, from, GAP + HEADER, SPLIT);
  const tops = tracks.map(({ signal }) => (signal ? textWidth(formatValue(signal.top), SMALL) : 0));
  const left = 16 + Math.max(12, ...tops);
  const right = width - 16 - textWidth(formatAttention(scale.alpha), SMALL);
  return overAxis(options, { left, right }, axis, panels, end + 8, (frame) => {
    const ink = { "font-size": 12, fill: theme.ink };
    return {
      title: `Signal${tracks.some(({ alpha }) => alpha) ? " and attention" : ""} along ${gene}`,
      summary: [
        `${gene}: ${verdict({ ...options, width: Number.POSITIVE_INFINITY })}.`,
        tracks.length === 0 ? "There are no marks." : tracks.map((track) => sentence(track, axis)),
        positionsInWords(axis),
      ],
      body: [
        label(8, 22, fit(gene, width - (isBeside ? textWidth(status, 12) + 32 : 16), 15, "bold"), strong(15, theme)),
        isBeside
          ? label(width - 8, 22, status, { "font-size": 12, ...END, fill: theme.ink })
          : label(8, 40, status, ink),
        bars.drawn,
        drawLegend(legend, bars.end, options),
        drawMarks(
          tracks.map((track) => ({ ...track, note: noteOf(track, axis) })),
          frame,
          9,
          (panel, i) => drawTrack(tracks[i], panel, frame, scale.alpha),
        ),
      ],
    };
  });
}

function lengthsOf({ marks, signal, alpha, alphaBand, rows = marks, beta }: GeneTracksOptions): readonly Length[] {
  const bins = Math.floor(signal.length / Math.max(1, marks.length));
  return [
    ["signal", signal, marks.length * bins, `${bins} bins of ${marks.length} marks`],
    ["alpha", alpha, ...lengthOf(rows, bins)],
    ...bandLengths("alphaBand", alphaBand, ...lengthOf(rows, bins)),
    ["beta", beta, marks.length, `${marks.length} marks`],
  ];
}

/**
 * One panel per mark: its signal in each bin, and below it its α on the same axis, in bp from the TSS; α has one scale
 * in all panels. An α for all marks together gets a panel of its own at the bottom; without α, only signal is drawn.
 * `model.gene(table, result, gene)` returns these options for a gene of a run.
 *
 * ```js
 * const svg = geneTracks({
 *   gene: "TP53", marks: ["H3K4me3", "H3K27me3"], binSize: 100, probability: 0.91,
 *   signal: [0, 3, 8, 1, 2, 2], // [3 bins, 2 marks]
 *   alpha: [0.1, 0.8, 0.1, 0.3, 0.4, 0.3], // [2 marks, 3 bins]
 * });
 * ```
 *
 * @category Genes: on or off
 * @returns The picture as SVG.
 */
export function geneTracks(given: Framed<GeneTracksOptions>): string {
  return geneTracksLayout(ready("geneTracks", given, lengthsOf)).draw();
}

/** Signal and α of one bin (from 1), track by track, as the picture shows them, and the range of α over members. */
export function readTracks(options: TracksData, bin: number) {
  return tracksOf(options).tracks.map(({ mark, signal, alpha, ends }) => ({
    ...{ mark, signal: signal?.values[bin - 1], alpha: alpha?.[bin - 1] },
    ...(ends && { range: [ends.low[bin - 1]!, ends.high[bin - 1]!] as const }),
  }));
}
