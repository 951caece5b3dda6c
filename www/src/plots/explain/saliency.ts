/**
 * One gene: for each mark its signal, and on the same axis a signed value of each bin: the gradient of the score, up
 * where more signal raises it, or what the bin adds to the score.
 */

import { scaleLinear } from "d3-scale";
import { axisHeight, type BinAxis, binAxis, binCentre, drawAnchor, drawAxis } from "../core/axis";
import { changeColours } from "../core/changes";
import { formatPosition, formatSigned, formatValue } from "../core/format";
import { drawLegend, type LegendEntry, legendHeight, signalText } from "../core/legend";
import { markColour } from "../core/marks";
import type { BinFrame, SignalOptions } from "../core/options";
import { finite, matrixColumn, roundTop } from "../core/scale";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth, wrap } from "../core/text";
import {
  drawHeading,
  hatchedBand,
  headingWidth,
  notMeasured,
  scaleLine,
  signedBars,
  stepArea,
} from "../core/track-parts";
import type { Theme } from "../core/theme";

/** One gene: its signal, and how the score answers to it. */
export interface SaliencyOptions extends BinFrame, SignalOptions {
  /** Name of the gene. */
  readonly gene: string;
  /** Signal [T, M], as the model was given it. */
  readonly signal: ArrayLike<number>;
  /**
   * ∂ score(on) / ∂ signal, [T, M]; or what each value adds to the score, where `words` say so. Absent while it is
   * still computed: then the signal stands where it will stand, over empty scales.
   */
  readonly saliency: ArrayLike<number> | undefined;
  /** The marks whose colours the rows have, where `marks` are names of rows. */
  readonly coloursOf?: readonly string[] | undefined;
  /** Wording for the values; a gradient by default. */
  readonly words?: SignedWords | undefined;
}

/** Wording for a picture of signed values. */
export interface SignedWords {
  /** "Saliency": of what the picture is, along a gene. */
  readonly title: string;
  readonly subtitle: string;
  /** Bars above zero, and below. */
  readonly up: string;
  readonly down: string;
  /** "strongest": which bin of a mark is told. */
  readonly strongest: string;
  /** Text for a mark with nothing but zeros, and for a picture where no mark has anything else. */
  readonly zero: string;
  readonly allZero: string;
  /** Description of the values, in the summary. */
  readonly summary: string;
}

const GRADIENT: SignedWords = {
  title: "Saliency",
  subtitle: "Saliency: how the score for “on” answers to one more unit of signal in a bin (gradient, signed)",
  up: "more signal raises the score",
  down: "more signal lowers it",
  strongest: "strongest",
  zero: "the score does not answer to it",
  allZero: "The gradient is zero in every bin of every mark.",
  summary: "Change of the score for one more unit of signal.",
};

/**
 * Wording of values that sum to a difference of scores: "log-odds of on", "integrated gradients", "each mark's mean".
 */
export function attributionWords(score: string, method: string, baseline: string): SignedWords {
  return {
    title: "Contributions",
    subtitle: `What each bin adds to the ${score}, compared with ${baseline} (${method})`,
    up: `adds to the ${score}`,
    down: "takes from it",
    strongest: "most",
    zero: "it adds nothing",
    allZero: "No bin of any mark adds anything.",
    summary: `What each bin adds to the ${score}, compared with ${baseline}, by ${method}.`,
  };
}

/** Signal and gradient of one mark. */
interface Track {
  readonly mark: string;
  /** The mark whose colour it has. */
  readonly colourOf: string;
  /** The unit, where it stands at the mark. */
  readonly unit: string | undefined;
  /** Value that stands in for it, where it was not measured; then neither signal nor gradient is drawn. */
  readonly standIn: string | undefined;
  readonly signal: readonly number[];
  readonly signalTop: number;
  /** Empty while it is still computed. */
  readonly gradient: readonly number[];
}

/** Where things lie, in pixels of the picture; for reading values off it. */
export interface SaliencyLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly axis: BinAxis;
  /** One panel a mark; `alphaTop` and `bottom` are the ends of the gradient's scale, whose zero is midway. */
  readonly panels: readonly {
    readonly mark: string;
    readonly top: number;
    readonly signalBottom: number;
    readonly alphaTop: number;
    readonly bottom: number;
  }[];
  readonly axisY: number;
}

const HEADER = 19;
const GAP = 13;
const SPLIT = 6;
const SMALL = 10;
/** More rows than these, as two cell types have, are drawn lower, so that they stay in view together. */
const MANY = 8;
/** About as wide as what will stand at the top of the scale. */
const USUAL_TOP = "+0.25";

function tracksOf(options: SaliencyOptions): { tracks: Track[]; bins: number } {
  const { marks, signal, saliency, coloursOf = marks, units = {}, standIns = {} } = options;
  const bins = marks.length === 0 ? 0 : Math.floor((saliency ?? signal).length / marks.length);
  const tracks = marks.map((mark, row) => {
    const values = matrixColumn(signal, row, bins, marks.length);
    return {
      mark,
      colourOf: coloursOf[row] ?? mark,
      unit: Object.hasOwn(standIns, mark) ? undefined : units[mark],
      standIn: Object.hasOwn(standIns, mark) ? standIns[mark] : undefined,
      signal: values,
      signalTop: roundTop(Math.max(values.every(Number.isInteger) ? 5 : 0, ...values)),
      gradient: saliency ? matrixColumn(saliency, row, bins, marks.length) : [],
    };
  });
  return { tracks, bins };
}

/** Top of the scale that all marks share; zero where every gradient is. */
function gradientTop(tracks: readonly Track[]): number {
  const greatest = Math.max(
    0,
    ...tracks.flatMap(({ gradient, standIn }) => (standIn === undefined ? gradient.map(Math.abs) : [])),
  );
  return greatest > 0 ? roundTop(greatest) : 0;
}

function wordsOf({ words = GRADIENT }: SaliencyOptions): SignedWords {
  return words;
}

function legendOf(options: SaliencyOptions): LegendEntry[] {
  const { up, down } = changeColours(options.theme);
  return [
    { sample: "area", colour: options.theme.off, text: signalText(options) },
    { sample: "area", colour: up, text: wordsOf(options).up },
    { sample: "area", colour: down, text: wordsOf(options).down },
  ];
}

function layout(options: SaliencyOptions, tracks: readonly Track[], bins: number): SaliencyLayout {
  const { width, marks, binSize, window } = options;
  const axis = binAxis(bins, binSize, window);
  const left = 16 + Math.max(12, ...tracks.map((track) => textWidth(formatValue(track.signalTop), SMALL)));
  const right = width - 16 - textWidth(options.saliency ? formatSigned(gradientTop(tracks)) : USUAL_TOP, SMALL);
  const [gap, signalHeight, gradientHeight] =
    marks.length > MANY ? [9, 16, 24] : width < 480 ? [GAP, 28, 40] : [GAP, 34, 50];
  let y =
    30 + 15 * wrap(wordsOf(options).subtitle, width - 16, 11).length + legendHeight(legendOf(options), width - 16);
  const panels = marks.map((mark) => {
    const top = y + gap + HEADER;
    const signalBottom = top + signalHeight;
    const alphaTop = signalBottom + SPLIT;
    y = alphaTop + gradientHeight;
    return { mark, top, signalBottom, alphaTop, bottom: y };
  });
  const axisY = y + 8;
  return { width, height: axisY + axisHeight(axis, width), left, right, axis, panels, axisY };
}

/** Where the tracks of `options` lie in the picture that `saliencyTracks` draws of them. */
export function saliencyLayout(options: SaliencyOptions): SaliencyLayout {
  const { tracks, bins } = tracksOf(options);
  return layout(options, tracks, bins);
}

/** Where a mark's gradient is strongest, or that it is zero; in a sentence, and in few words where room is short. */
function gradientText(
  { gradient, standIn }: Track,
  axis: BinAxis,
  bins: number,
  { strongest: most, zero }: SignedWords,
): { readonly full: string; readonly brief: string } {
  if (standIn !== undefined) return { full: notMeasured(standIn), brief: notMeasured(standIn) };
  if (bins === 0) return { full: "no bins", brief: "no bins" };
  if (gradient.length === 0) return { full: "", brief: "" };
  let strongest = 0;
  gradient.forEach((value, bin) => {
    if (Math.abs(value) > Math.abs(gradient[strongest])) strongest = bin;
  });
  const value = gradient[strongest];
  if (value === 0) return { full: `zero in every bin: ${zero}`, brief: "zero everywhere" };
  const place = formatPosition(binCentre(axis, strongest + 1));
  const zeros = gradient.filter((each) => each === 0).length;
  const rest = zeros > 0 ? `; zero in ${zeros} of ${gradient.length} bins` : "";
  return { full: `${most} at ${place}, ${formatSigned(value)}${rest}`, brief: `${place}, ${formatSigned(value)}` };
}

function drawTrack(
  track: Track,
  panel: SaliencyLayout["panels"][number],
  note: string,
  frame: SaliencyLayout,
  top: number,
  theme: Theme,
): string {
  const { left, right, axis } = frame;
  const y = scaleLinear()
    .domain([-(top || 1), top || 1])
    .range([panel.bottom, panel.alphaTop]);
  const signal = scaleLinear().domain([0, track.signalTop]).range([panel.signalBottom, panel.top]);
  const isZero = track.gradient.length > 0 && track.gradient.every((value) => value === 0);
  const { mark, unit, standIn } = track;
  const heading = { mark, colourOf: track.colourOf, unit, note: standIn === undefined ? note : "" };
  const named = drawHeading(heading, left, right, panel.top - 9, theme);
  if (standIn !== undefined)
    return element("g", { "data-mark": mark }, [
      ...named,
      ...hatchedBand(left, right, panel.top, panel.bottom, notMeasured(standIn), theme),
    ]);
  const { up, down } = changeColours(theme);
  return element("g", { "data-mark": track.mark }, [
    ...named,
    drawAnchor(axis, left, right, panel.top, panel.bottom, theme),
    ...(track.signal.some((value) => value > 0)
      ? [
          stepArea(track.signal, axis, left, right, panel.signalBottom, signal, markColour(track.colourOf, theme).line),
          ...scaleLine(left, -1, panel.top, panel.signalBottom, formatValue(track.signalTop), "0", theme),
        ]
      : [label(left + 6, panel.signalBottom - 6, "no signal", { fill: theme.inkFaint })]),
    segment(left, panel.signalBottom, right, panel.signalBottom, theme.lineStrong, { "stroke-width": 0.75 }),
    signedBars(track.gradient, 1, frame, y, up),
    signedBars(track.gradient, -1, frame, y, down),
    segment(left, y(0), right, y(0), theme.lineStrong, { "stroke-width": 0.75 }),
    isZero ? label(left + 6, y(0) - 5, "zero", { fill: theme.inkFaint }) : "",
    ...(top > 0 ? scaleLine(right, 1, panel.alphaTop, panel.bottom, formatSigned(top), formatSigned(-top), theme) : []),
  ]);
}

/**
 * One panel a mark: its signal, and under it the gradient as bars around zero; the gradient has one scale in all
 * panels.
 */
export function saliencyTracks(options: SaliencyOptions): string {
  const { gene, width, theme } = options;
  const { tracks, bins } = tracksOf(options);
  const frame = layout(options, tracks, bins);
  const top = gradientTop(tracks);
  const words = wordsOf(options);
  const texts = tracks.map((track) => gradientText(track, frame.axis, bins, words));
  const roomy = tracks.every(
    ({ mark, unit }, i) => headingWidth({ mark, unit, note: texts[i].full }) <= frame.right - frame.left,
  );
  const lines = wrap(words.subtitle, width - 16, 11);
  const isThere = options.saliency !== undefined;
  const zero = tracks.length > 0 && top === 0 ? words.allZero : "";
  const ofMarks =
    tracks.length === 0
      ? ["There are no marks."]
      : zero
        ? [zero]
        : tracks.map(({ mark }, i) => `${mark}: ${texts[i].full}.`);
  const read = `${words.summary} Positions are bin centres, counted from the ${frame.axis.anchor}; ${frame.axis.order}.`;
  return picture({
    width,
    height: frame.height,
    theme,
    title: `${isThere ? words.title : "Signal"} along ${gene}`,
    summary: isThere ? [...ofMarks, read].join(" ") : `Still computing: ${words.title.toLowerCase()}.`,
    body: [
      label(8, 22, fit(gene, width - 16, 15, "bold"), { "font-size": 15, "font-weight": "bold", fill: theme.ink }),
      ...lines.map((line, i) => label(8, 40 + 15 * i, line)),
      ...drawLegend(legendOf(options), 8, 44 + 15 * lines.length, width - 16, theme),
      ...tracks.map((track, i) =>
        drawTrack(track, frame.panels[i], roomy ? texts[i].full : texts[i].brief, frame, top, theme),
      ),
      ...drawAxis({ axis: frame.axis, left: frame.left, right: frame.right, y: frame.axisY, width, theme }),
    ],
  });
}

/** Signal and gradient of one mark in one bin; neither of a mark that was not measured. */
export interface SaliencyReading {
  readonly mark: string;
  readonly signal: number | undefined;
  readonly gradient: number | undefined;
}

/** Returns the values that the picture shows in one bin (from 1), mark by mark. */
export function readSaliency(
  { marks, signal, saliency, standIns = {} }: SaliencyOptions,
  bin: number,
): SaliencyReading[] {
  return marks.map((mark, row) => {
    if (Object.hasOwn(standIns, mark)) return { mark, signal: undefined, gradient: undefined };
    const at = (bin - 1) * marks.length + row;
    return { mark, signal: finite(signal[at]), gradient: saliency && finite(saliency[at]) };
  });
}
