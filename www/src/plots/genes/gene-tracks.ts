/**
 * One gene: for each mark its signal, and on the same axis the attention α that the mark's encoder paid to each bin.
 */

import { area, line } from "d3-shape";
import { scaleLinear } from "d3-scale";
import { axisHeight, type BinAxis, binAxis, binCentre, binScale, drawAnchor, drawAxis } from "../core/axis";
import { drawErrorBars, errorBarsHeight, type Predicted } from "../core/error-bars";
import { formatAttention, formatEquals, formatPosition, formatProbability, formatValue } from "../core/format";
import { drawLegend, type LegendEntry, legendHeight, signalText as unitText } from "../core/legend";
import { markColour } from "../core/marks";
import type { GeneTracksOptions, TracksScale } from "../core/options";
import { finite, isEvenWeight, isFlat, matrixColumn, matrixRow, peak, roundTop } from "../core/scale";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { THRESHOLD } from "../core/threshold";
import { drawHeading, hatchedBand, headingWidth, notMeasured, scaleLine, stepArea } from "../core/track-parts";
import type { Theme } from "../core/theme";

/** Signal and attention of one mark, or either of them: a variant may have one α for all marks together, or none. */
interface Track {
  readonly mark: string;
  /** The unit, where it stands at the mark. */
  readonly unit?: string | undefined;
  /** Value that stands in for it, where it was not measured; then it has nothing else. */
  readonly standIn?: string | undefined;
  /** Its β. */
  readonly weight?: number | undefined;
  readonly signal?: Signal;
  /** α [T]. */
  readonly alpha?: readonly number[];
}

interface Signal {
  /** [T] */
  readonly values: readonly number[];
  /** Top of its scale. */
  readonly top: number;
}

/**
 * The panel of one mark: its signal above, its α below, in pixels from the picture's top. What it lacks has no height.
 */
export interface TrackPanel {
  readonly mark: string;
  /** Top of the signal's scale. */
  readonly top: number;
  /** Zero of the signal. */
  readonly signalBottom: number;
  /** Top of the scale of α. */
  readonly alphaTop: number;
  /** Zero of α. */
  readonly bottom: number;
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface TracksLayout {
  readonly width: number;
  readonly height: number;
  /** Left and right ends of the tracks. */
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
  /** One panel a track, from the top. */
  readonly panels: readonly TrackPanel[];
  /** The line under the last panel. */
  readonly axisY: number;
}

/** Height of a panel's name, and of the space above it. */
const HEADER = 19;
const GAP = 13;
/** Between signal and α. */
const SPLIT = 6;
const SMALL = 10;
/** Where the signal counts reads, the scale's least top: one or two stray reads must not look like a peak. */
const LEAST_READS = 5;
/** The least top of α's scale, in uniform weights: attention that favours nothing is to look like nothing. */
const LEAST_ALPHA = 3;

/** Data of the tracks, without their frame. */
export type TracksData = Pick<GeneTracksOptions, "marks" | "rows" | "signal" | "alpha" | "beta" | "units" | "standIns">;

function binsOf({ marks, signal }: TracksData): number {
  return marks.length === 0 ? 0 : Math.floor(signal.length / marks.length);
}

/** Returns true if each mark has its own row of α. */
function hasAlphaByMark({ marks, rows = marks }: TracksData): boolean {
  return rows.length === marks.length && rows.every((row, i) => row === marks[i]);
}

/** A track for each mark, and one for each row of α that is not about one mark. */
function tracksOf(options: TracksData, scale?: TracksScale): { tracks: Track[]; bins: number } {
  const { marks, rows = marks, signal, alpha, beta, units = {}, standIns = {} } = options;
  const bins = binsOf(options);
  const columns = marks.map((_, row) => matrixColumn(signal, row, bins, marks.length));
  const measured = columns.filter((_, row) => !Object.hasOwn(standIns, marks[row]));
  const least = measured.every((column) => column.every(Number.isInteger)) ? LEAST_READS : 0;
  const byMark = hasAlphaByMark(options);
  const ofMarks = marks.map((mark, row): Track => {
    if (Object.hasOwn(standIns, mark)) return { mark, standIn: standIns[mark] };
    return {
      mark,
      unit: units[mark],
      weight: beta?.[row],
      signal: { values: columns[row], top: scale?.signal[mark] ?? roundTop(Math.max(least, ...columns[row])) },
      ...(byMark ? { alpha: matrixRow(alpha, row, bins) } : {}),
    };
  });
  const others = byMark ? [] : rows.map((mark, row) => ({ mark, alpha: matrixRow(alpha, row, bins) }));
  return { tracks: [...ofMarks, ...others], bins };
}

/** Top of the scale that α has in every panel, so that marks can be compared. */
function alphaTop(tracks: readonly Track[], bins: number, scale: TracksScale | undefined): number {
  return (
    scale?.alpha ?? roundTop(Math.max(LEAST_ALPHA / Math.max(1, bins), ...tracks.flatMap((track) => track.alpha ?? [])))
  );
}

/** The scales that a picture has by itself. */
export function tracksScale(data: TracksData): TracksScale {
  const { tracks, bins } = tracksOf(data);
  return {
    signal: Object.fromEntries(tracks.flatMap(({ mark, signal }) => (signal ? [[mark, signal.top]] : []))),
    alpha: alphaTop(tracks, bins, undefined),
  };
}

/** Scales that fit all of several pictures, mark by mark. */
export function commonScale(scales: readonly TracksScale[]): TracksScale {
  const signal: Record<string, number> = {};
  for (const scale of scales)
    for (const [mark, top] of Object.entries(scale.signal)) signal[mark] = Math.max(signal[mark] ?? 0, top);
  return { signal, alpha: Math.max(0, ...scales.map(({ alpha }) => alpha)) };
}

function legendOf(options: GeneTracksOptions, bins: number): LegendEntry[] {
  const { theme, marks, rows = marks } = options;
  const signal = { sample: "area", colour: theme.off, text: unitText(options) } as const;
  if (rows.length === 0) return [signal];
  return [
    signal,
    { sample: "line", colour: theme.ink, text: "attention α" },
    { sample: "dashes", colour: theme.lineStrong, text: `uniform, 1/${bins}` },
  ];
}

/** "predicted on, P(on) = 0.931 (0.88–0.96 in 5 seeds), labelled on" */
function verdict({ probability, range, label: truth, width }: GeneTracksOptions): string {
  const known = truth === undefined ? "" : `, labelled ${truth ? "on" : "off"}`;
  const called = Number.isFinite(probability) ? `predicted ${probability >= THRESHOLD ? "on" : "off"}, ` : "";
  const text = `P(on) ${formatEquals(formatProbability(probability))}${range ? ` (${range})` : ""}`;
  const texts = [called + text + known, text + known, text];
  // On a telephone a range leaves no room for what P(on) says already, nor perhaps for the label.
  return (range ? texts.find((each) => textWidth(each, 12) <= width - 16) : texts[0]) ?? text;
}

/** P(on) on its axis. */
function predictedOf({ probability }: GeneTracksOptions): Predicted {
  return { name: "P(on)", value: probability, ends: [0, 1], texts: ["0", "1"], tick: THRESHOLD };
}

/** Places of the title, the verdict, error bars and the legend, and whether the verdict stands beside the title. */
function heading(options: GeneTracksOptions, bins: number) {
  const beside = textWidth(options.gene, 15, "bold") + textWidth(verdict(options), 12) + 40 <= options.width;
  const barsY = beside ? 42 : 60;
  const legendY = barsY + errorBarsHeight(options, predictedOf(options), options.width, options.theme);
  return { beside, barsY, legendY, height: legendY - 12 + legendHeight(legendOf(options, bins), options.width - 16) };
}

function layout(options: GeneTracksOptions, tracks: readonly Track[], bins: number): TracksLayout {
  const { width, binSize, window, scale } = options;
  const axis = binAxis(bins, binSize, window);
  const signalLabels = tracks.map(({ signal }) => (signal ? textWidth(formatValue(signal.top), SMALL) : 0));
  const left = 16 + Math.max(12, ...signalLabels);
  const right = width - 16 - textWidth(formatAttention(alphaTop(tracks, bins, scale)), SMALL);
  const [signalHeight, alphaHeight] = width < 480 ? [34, 26] : [42, 32];
  let y = heading(options, bins).height;
  const panels = tracks.map(({ mark, signal, alpha, standIn }) => {
    const top = y + GAP + HEADER;
    const signalBottom = top + (signal || standIn !== undefined ? signalHeight : 0);
    const alphaTop = signalBottom + (signal && alpha ? SPLIT : 0);
    // Alone it has the room of a signal.
    y = alphaTop + (alpha ? (signal ? alphaHeight : signalHeight) : 0);
    return { mark, top, signalBottom, alphaTop, bottom: y };
  });
  const axisY = y + 8;
  return { width, height: axisY + axisHeight(axis, width), left, right, axis, panels, axisY };
}

/** Where the tracks of `options` lie in the picture that `geneTracks` draws of them. */
export function geneTracksLayout(options: GeneTracksOptions): TracksLayout {
  const { tracks, bins } = tracksOf(options, options.scale);
  return layout(options, tracks, bins);
}

function isEven(alpha: readonly number[]): boolean {
  return isEvenWeight(Math.max(...alpha), alpha.length);
}

/** Where a mark's attention peaks, or that it does not; in a sentence, and in few words where room is short. */
function attentionText(alpha: readonly number[], axis: BinAxis): { readonly full: string; readonly brief: string } {
  const highest = peak(alpha);
  if (!highest) return { full: "has no bins", brief: "no bins" };
  const weight = formatAttention(highest.value);
  if (isFlat(alpha))
    return { full: `is the same in every bin, α ${formatEquals(weight)}`, brief: `α ${formatEquals(weight)}` };
  if (isEven(alpha)) return { full: `is spread evenly, α at most ${weight}`, brief: `α at most ${weight}` };
  const place = formatPosition(binCentre(axis, highest.index + 1));
  return { full: `peaks at ${place}, α ${formatEquals(weight)}`, brief: `${place}, α ${formatEquals(weight)}` };
}

function signalText({ values }: Signal, axis: BinAxis): string {
  const highest = peak(values);
  if (!highest || highest.value <= 0) return "no signal";
  return `signal is at most ${formatValue(highest.value)}, at ${formatPosition(binCentre(axis, highest.index + 1))}`;
}

/** Signal as steps, each as wide as its bin. */
function drawSignal(
  { values, top }: Signal,
  panel: TrackPanel,
  { left, right, axis }: TracksLayout,
  theme: Theme,
): string[] {
  const silent = !values.some((value) => value > 0);
  const y = scaleLinear().domain([0, top]).range([panel.signalBottom, panel.top]);
  return [
    silent
      ? label(left + 6, panel.signalBottom - 6, "no signal", { fill: theme.inkFaint })
      : stepArea(values, axis, left, right, panel.signalBottom, y, markColour(panel.mark, theme).line),
    segment(left, panel.signalBottom, right, panel.signalBottom, theme.lineStrong, { "stroke-width": 0.75 }),
    ...(silent ? [] : scaleLine(left, -1, panel.top, panel.signalBottom, formatValue(top), "0", theme)),
  ];
}

/** α as a line through the bins' centres, with its peak marked. */
function drawAlpha(
  alpha: readonly number[],
  panel: TrackPanel,
  { left, right, axis }: TracksLayout,
  top: number,
  theme: Theme,
): string[] {
  const x = binScale(axis, left, right);
  const y = scaleLinear().domain([0, top]).range([panel.bottom, panel.alphaTop]);
  const centre = (_: number, i: number): number => x(binCentre(axis, i + 1));
  const ground = area<number>().digits(2).x(centre).y0(panel.bottom).y1(y)([...alpha]);
  const curve = line<number>().digits(2).x(centre).y(y)([...alpha]);
  const highest = isEven(alpha) ? undefined : peak(alpha);
  const uniform = y(1 / Math.max(1, axis.bins));
  return [
    element("path", { d: ground ?? "", fill: markColour(panel.mark, theme).area }),
    segment(left, uniform, right, uniform, theme.lineStrong, { "stroke-dasharray": "4 3" }),
    segment(left, panel.bottom, right, panel.bottom, theme.lineStrong, { "stroke-width": 0.75 }),
    element("path", {
      d: curve ?? "",
      fill: "none",
      stroke: theme.ink,
      "stroke-width": 1.25,
      "stroke-linejoin": "round",
    }),
    highest
      ? element("circle", {
          cx: centre(0, highest.index),
          cy: y(highest.value),
          r: 2.75,
          fill: theme.ink,
          stroke: theme.surface,
        })
      : "",
    label(left - 7, (panel.alphaTop + panel.bottom) / 2 + 4, "α", {
      "text-anchor": "end",
      "font-size": 12,
      fill: theme.inkMuted,
    }),
    ...scaleLine(right, 1, panel.alphaTop, panel.bottom, formatAttention(top), "0", theme),
  ];
}

/** Note beside each mark's name: the sentence where all of them have room for it, else the few words. */
function notesOf(tracks: readonly Track[], { left, right, axis }: TracksLayout): string[] {
  const texts = tracks.map(({ signal, alpha, standIn }) => {
    if (standIn !== undefined) return { full: "", brief: "" };
    if (alpha) return attentionText(alpha, axis);
    const text = signal ? signalText(signal, axis) : "";
    return { full: text, brief: text.replace("signal is ", "") };
  });
  const full = texts.map((text) => text.full.replace(/^is /, ""));
  const roomy = tracks.every(
    ({ mark, unit, weight }, i) => headingWidth({ mark, unit, weight, note: full[i] }) <= right - left,
  );
  return roomy ? full : texts.map((text) => text.brief);
}

/** The panel of one mark, with its name and what its attention does. */
function drawTrack(
  track: Track,
  panel: TrackPanel,
  note: string,
  frame: TracksLayout,
  top: number,
  theme: Theme,
): string {
  const { left, right, axis } = frame;
  const { mark, unit, weight, standIn } = track;
  return element("g", { "data-mark": mark }, [
    ...drawHeading({ mark, unit, weight, note }, left, right, panel.top - 9, theme),
    ...(standIn === undefined ? [] : hatchedBand(left, right, panel.top, panel.bottom, notMeasured(standIn), theme)),
    standIn === undefined ? drawAnchor(axis, left, right, panel.top, panel.bottom, theme) : "",
    ...(track.signal ? drawSignal(track.signal, panel, frame, theme) : []),
    ...(track.alpha ? drawAlpha(track.alpha, panel, frame, top, theme) : []),
  ]);
}

/**
 * One panel a mark: its signal, bin by bin, and under it its α on the same axis, bp from the TSS; α has one scale in
 * all panels. Where one α is for all marks together it has a panel of its own, below; where there is none, there is
 * signal alone.
 */
export function geneTracks(options: GeneTracksOptions): string {
  const { gene, width, theme, scale } = options;
  const { tracks, bins } = tracksOf(options, scale);
  const frame = layout(options, tracks, bins);
  const { beside, barsY, legendY } = heading(options, bins);
  const top = alphaTop(tracks, bins, scale);
  const status = verdict(options);
  const notes = notesOf(tracks, frame);
  const sentences = tracks.map(({ mark, signal, alpha, standIn, weight }) => {
    if (standIn !== undefined) return `${mark}: ${notMeasured(standIn)}.`;
    const parts = [
      alpha ? `attention ${attentionText(alpha, frame.axis).full}` : "",
      signal ? signalText(signal, frame.axis) : "",
      weight === undefined ? "" : `β is ${weight.toFixed(2)}`,
    ];
    return `${mark} ${parts.filter(Boolean).join("; ")}.`;
  });
  const summary = [
    `${gene}: ${verdict({ ...options, width: Number.POSITIVE_INFINITY })}.`,
    ...(tracks.length === 0 ? ["There are no marks."] : sentences),
    `Positions are bin centres, counted from the ${frame.axis.anchor}; ${frame.axis.order}.`,
  ].join(" ");

  return picture({
    width,
    height: frame.height,
    theme,
    title: `Signal${tracks.some(({ alpha }) => alpha) ? " and attention" : ""} along ${gene}`,
    summary,
    body: [
      label(8, 22, fit(gene, beside ? width - textWidth(status, 12) - 32 : width - 16, 15, "bold"), {
        "font-size": 15,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      beside
        ? label(width - 8, 22, status, { "font-size": 12, "text-anchor": "end", fill: theme.ink })
        : label(8, 40, status, { "font-size": 12, fill: theme.ink }),
      ...drawErrorBars(options, predictedOf(options), barsY, width, theme),
      ...drawLegend(legendOf(options, bins), 8, legendY, width - 16, theme),
      ...tracks.map((track, i) => drawTrack(track, frame.panels[i], notes[i], frame, top, theme)),
      ...drawAxis({ axis: frame.axis, left: frame.left, right: frame.right, y: frame.axisY, width, theme }),
    ],
  });
}

/** Signal and α of one track in one bin, where it has them. */
export interface TrackReading {
  readonly mark: string;
  readonly signal: number | undefined;
  readonly alpha: number | undefined;
}

/** Returns the values that the picture shows in one bin (from 1), track by track. */
export function readTracks(options: GeneTracksOptions, bin: number): TrackReading[] {
  const { marks, rows = marks, signal, alpha, standIns = {} } = options;
  const bins = binsOf(options);
  const byMark = hasAlphaByMark(options);
  const signalOf = (row: number): number => finite(signal[(bin - 1) * marks.length + row]);
  const alphaOf = (row: number): number => finite(alpha[row * bins + bin - 1]);
  const ofMarks = marks.map((mark, row) =>
    Object.hasOwn(standIns, mark)
      ? { mark, signal: undefined, alpha: undefined }
      : { mark, signal: signalOf(row), alpha: byMark ? alphaOf(row) : undefined },
  );
  return byMark
    ? ofMarks
    : [...ofMarks, ...rows.map((mark, row) => ({ mark, signal: undefined, alpha: alphaOf(row) }))];
}
