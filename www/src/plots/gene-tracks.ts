/** One gene: for each mark its signal, and on the same axis the attention α that the mark's encoder paid to each bin. */

import { area, curveStepAfter, line } from "d3-shape";
import { scaleLinear } from "d3-scale";
import { axisHeight, type BinAxis, binAxis, binCentre, binScale, drawAnchor, drawAxis } from "./axis";
import { formatAttention, formatEquals, formatPosition, formatProbability, formatValue } from "./format";
import { drawLegend, type LegendEntry, legendHeight } from "./legend";
import { markColour } from "./marks";
import type { GeneTracksOptions } from "./options";
import { finite, isFlat, matrixColumn, matrixRow, peak, roundTop } from "./scale";
import { element, label, picture, segment } from "./svg";
import { fit, textWidth } from "./text";
import type { Theme } from "./theme";

/** Signal and attention of one mark. */
interface Track {
  readonly mark: string;
  /** Signal [T]. */
  readonly signal: readonly number[];
  /** α [T]. */
  readonly alpha: readonly number[];
  /** Top of the signal's scale. */
  readonly signalTop: number;
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface TracksLayout {
  readonly width: number;
  readonly height: number;
  /** Left and right ends of the tracks. */
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
  /** One panel a mark, from the top. */
  readonly panels: readonly { readonly mark: string; readonly top: number; readonly bottom: number }[];
  /** The line under the last panel. */
  readonly axisY: number;
}

const HEADER = 18;
const GAP = 12;
const SMALL = 10;

function tracksOf({ marks, signal, alpha }: GeneTracksOptions): { tracks: Track[]; bins: number } {
  const bins = marks.length === 0 ? 0 : Math.floor(alpha.length / marks.length);
  const tracks = marks.map((mark, row) => {
    const values = matrixColumn(signal, row, bins, marks.length);
    return { mark, signal: values, alpha: matrixRow(alpha, row, bins), signalTop: roundTop(Math.max(0, ...values)) };
  });
  return { tracks, bins };
}

/** Top of the scale that α has in every panel, so that marks can be compared. */
function alphaTop(tracks: readonly Track[], bins: number): number {
  return roundTop(Math.max(1 / Math.max(1, bins), ...tracks.flatMap((track) => track.alpha)));
}

function legendOf({ signalName, theme }: GeneTracksOptions, bins: number): LegendEntry[] {
  return [
    { sample: "area", colour: theme.off, text: `signal, ${signalName ?? "reads per bin"} (left)` },
    { sample: "line", colour: theme.ink, text: "attention α (right)" },
    { sample: "dashes", colour: theme.lineStrong, text: `uniform α, 1/${bins}` },
  ];
}

/** "predicted on, P(on) = 0.931, labelled on" */
function verdict({ probability, label: truth }: GeneTracksOptions): string {
  const known = truth === undefined ? "" : `, labelled ${truth ? "on" : "off"}`;
  const called = Number.isFinite(probability) ? `predicted ${probability >= 0.5 ? "on" : "off"}, ` : "";
  return `${called}P(on) ${formatEquals(formatProbability(probability))}${known}`;
}

/** Height of the title, the verdict and the legend, and whether the verdict stands beside the title. */
function heading(options: GeneTracksOptions, bins: number): { height: number; beside: boolean; legendY: number } {
  const beside = textWidth(options.gene, 15) * 1.08 + textWidth(verdict(options), 12) + 40 <= options.width;
  const legendY = beside ? 42 : 60;
  return { beside, legendY, height: legendY - 12 + legendHeight(legendOf(options, bins), options.width - 16) };
}

function layout(options: GeneTracksOptions, tracks: readonly Track[], bins: number): TracksLayout {
  const { width, marks, binSize, window } = options;
  const axis = binAxis(bins, binSize, window);
  const signalLabels = tracks.map((track) => textWidth(formatValue(track.signalTop), SMALL));
  const left = 16 + Math.max(12, ...signalLabels);
  const right = width - 16 - textWidth(formatAttention(alphaTop(tracks, bins)), SMALL);
  const panelHeight = width < 480 ? 44 : 54;
  let top = heading(options, bins).height + 4;
  const panels = marks.map((mark) => {
    top += HEADER + GAP;
    const panel = { mark, top: top - GAP / 2, bottom: top - GAP / 2 + panelHeight };
    top += panelHeight;
    return panel;
  });
  const axisY = top + 2;
  return { width, height: axisY + axisHeight(axis, width), left, right, axis, panels, axisY };
}

/** Where the tracks of `options` lie in the picture that `geneTracks` draws of them. */
export function geneTracksLayout(options: GeneTracksOptions): TracksLayout {
  const { tracks, bins } = tracksOf(options);
  return layout(options, tracks, bins);
}

/** Where a mark's attention peaks, or that it does not. */
function attentionText(track: Track, axis: BinAxis): string {
  const highest = peak(track.alpha);
  if (!highest) return "no bins";
  if (isFlat(track.alpha)) return `the same in every bin, α ${formatEquals(formatAttention(highest.value))}`;
  return `peaks at ${formatPosition(binCentre(axis, highest.index + 1))}, α ${formatEquals(formatAttention(highest.value))}`;
}

function signalText(track: Track, axis: BinAxis): string {
  const highest = peak(track.signal);
  if (!highest || highest.value <= 0) return "no signal";
  return `signal is at most ${formatValue(highest.value)}, at ${formatPosition(binCentre(axis, highest.index + 1))}`;
}

/** Signal, α and their scales for one mark. */
function drawTrack(track: Track, panel: TracksLayout["panels"][number], frame: TracksLayout, top: number, theme: Theme): string {
  const { left, right, axis } = frame;
  const x = binScale(axis, left, right);
  const ySignal = scaleLinear().domain([0, track.signalTop]).range([panel.bottom, panel.top]);
  const yAlpha = scaleLinear().domain([0, top]).range([panel.bottom, panel.top]);
  const colour = markColour(track.mark, theme);
  const uniform = yAlpha(1 / Math.max(1, axis.bins));

  // A step needs its last value twice: once where it begins and once where it ends.
  const steps = [...track.signal, ...track.signal.slice(-1)];
  const signal = area<number>()
    .digits(2)
    .x((_, i) => x(axis.start + i * axis.binSize))
    .y0(panel.bottom)
    .y1((value) => ySignal(Math.max(0, value)))
    .curve(curveStepAfter)(steps);
  const alpha = line<number>()
    .digits(2)
    .x((_, i) => x(binCentre(axis, i + 1)))
    .y((value) => yAlpha(value))(track.alpha as number[]);
  const highest = isFlat(track.alpha) ? undefined : peak(track.alpha);
  const silent = !track.signal.some((value) => value > 0);
  const note = attentionText(track, axis);
  const scale = { "font-size": SMALL, fill: theme.inkFaint };
  const right0 = { ...scale, "text-anchor": "start" };
  const left0 = { ...scale, "text-anchor": "end" };

  return element("g", { "data-mark": track.mark }, [
    label(left, panel.top - 8, fit(track.mark, (right - left) / 2 - 8, 12), { "font-size": 12, "font-weight": "bold", fill: colour.text }),
    label(right, panel.top - 8, note, { "text-anchor": "end", fill: theme.inkMuted }),
    signal && !silent ? element("path", { d: signal, fill: colour.area }) : "",
    silent ? label(left + 6, panel.bottom - 6, "no signal", { fill: theme.inkFaint, "font-size": SMALL }) : "",
    segment(left, uniform, right, uniform, theme.lineStrong, { "stroke-dasharray": "4 3" }),
    segment(left, panel.bottom, right, panel.bottom, theme.lineStrong, { "stroke-width": 0.75 }),
    // The halo keeps the line apart from the area behind it.
    alpha ? element("path", { d: alpha, fill: "none", stroke: theme.surface, "stroke-width": 4, "stroke-linejoin": "round", "stroke-opacity": 0.8 }) : "",
    alpha ? element("path", { d: alpha, fill: "none", stroke: theme.ink, "stroke-width": 1.5, "stroke-linejoin": "round" }) : "",
    highest
      ? element("circle", { cx: x(binCentre(axis, highest.index + 1)), cy: yAlpha(highest.value), r: 3, fill: theme.ink, stroke: theme.surface, "stroke-width": 1.5 })
      : "",
    segment(left - 4, panel.top, left, panel.top, theme.lineStrong, { "stroke-width": 0.75 }),
    segment(right, panel.top, right + 4, panel.top, theme.lineStrong, { "stroke-width": 0.75 }),
    segment(left, panel.top, left, panel.bottom, theme.lineStrong, { "stroke-width": 0.75 }),
    segment(right, panel.top, right, panel.bottom, theme.lineStrong, { "stroke-width": 0.75 }),
    silent ? "" : label(left - 7, panel.top + 4, formatValue(track.signalTop), left0),
    label(left - 7, panel.bottom, "0", left0),
    label(right + 7, panel.top + 4, formatAttention(top), right0),
    label(right + 7, panel.bottom, "0", right0),
  ]);
}

/** One panel a mark: signal as steps, bin by bin, and α as a line through the bins' centres; bp from the TSS below. */
export function geneTracks(options: GeneTracksOptions): string {
  const { gene, width, theme } = options;
  const { tracks, bins } = tracksOf(options);
  const frame = layout(options, tracks, bins);
  const { beside, legendY } = heading(options, bins);
  const top = alphaTop(tracks, bins);
  const status = verdict(options);
  const sentences = tracks.map(
    (track) => `${track.mark} attention ${attentionText(track, frame.axis).replace(/^the/, "is the")}; ${signalText(track, frame.axis)}.`,
  );
  const summary = [
    `${gene}: ${status}.`,
    ...(tracks.length === 0 ? ["There are no marks."] : sentences),
    `Positions are bin centres, counted from the ${frame.axis.anchor}; ${frame.axis.order}.`,
  ].join(" ");
  const first = frame.panels[0];

  return picture({
    width,
    height: frame.height,
    theme,
    title: `Signal and attention along ${gene}`,
    summary,
    body: [
      label(8, 22, fit(gene, (beside ? width - textWidth(status, 12) - 32 : width - 16) / 1.08, 15), {
        "font-size": 15,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      beside
        ? label(width - 8, 22, status, { "font-size": 12, "text-anchor": "end", fill: theme.ink })
        : label(8, 40, status, { "font-size": 12, fill: theme.ink }),
      ...drawLegend(legendOf(options, bins), 8, legendY, width - 16, theme),
      first ? drawAnchor(frame.axis, frame.left, frame.right, first.top, frame.axisY, theme) : "",
      ...tracks.map((track, i) => drawTrack(track, frame.panels[i], frame, top, theme)),
      ...drawAxis({ axis: frame.axis, left: frame.left, right: frame.right, y: frame.axisY, width, theme }),
    ],
  });
}

/** What the picture shows of one bin (from 1): signal and α of each mark. */
export function readTracks(options: GeneTracksOptions, bin: number): { mark: string; signal: number; alpha: number }[] {
  const { marks, signal, alpha } = options;
  const bins = marks.length === 0 ? 0 : Math.floor(alpha.length / marks.length);
  return marks.map((mark, row) => ({
    mark,
    signal: finite(signal[(bin - 1) * marks.length + row]),
    alpha: finite(alpha[row * bins + bin - 1]),
  }));
}
