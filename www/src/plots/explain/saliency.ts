/**
 * One gene: the signal of each mark, and on the same axis a signed value per bin: the gradient of the score (upwards if
 * more signal raises it), or the bin's contribution to the score. With two cell types, a mark has the signal of A
 * mirrored over that of B, and below it the contributions of each bin in A and in B.
 */

import { binAxis, type BinAxis, drawAnchor, overAxis, placeOf, positionsInWords } from "../core/axis";
import type { CellNames } from "../change/beta-groups";
import { markColour } from "../core/colour";
import { formatSigned, formatValue } from "../core/format";
import { entry, headHeight, type Laid, scaled, signalText, signEntries } from "../core/layout";
import {
  type BinFrame,
  type Framed,
  type MembersBand,
  ready,
  type SignalOptions,
  type Unframed,
} from "../core/options";
import { farthest, finite, leastReads, matrixColumn, roundTop } from "../core/scale";
import { fit, label, type Part, textWidth, wrap } from "../core/svg";
import { across, scaleLine, THIN } from "../marks/axes";
import { hatchedBand, notMeasured, standInFor } from "../marks/bars";
import { stepArea } from "../marks/line";
import { drawMarks, drawSignal, drawSigned, type MarksLayout, type Note } from "../marks/panel";
import { type Noted, stackTracks, type TrackHeights, type TrackPanel } from "../marks/panel";
import { columnOf, rangesEntry, signsInWords } from "../marks/spread";

/** One gene: its signal, and the sensitivity of the score to it. */
export interface SaliencyOptions extends BinFrame, SignalOptions {
  /** Name of the gene. */
  readonly gene: string;
  /** Signal as given to the model, [T, M]. */
  readonly signal: ArrayLike<number>;
  /**
   * ∂ score(on) / ∂ signal, [T, M]; or contributions to the score, if `words` describe those. Undefined while they are
   * being computed: the signal is then drawn in its final position over empty scales.
   */
  readonly saliency: ArrayLike<number> | undefined;
  /** Spread of the values over ensemble members, [T, M]. */
  readonly band?: MembersBand | undefined;
  /** Marks that give the rows their colours, if `marks` are names of rows. */
  readonly coloursOf?: readonly string[] | undefined;
  /** Wording for the values; by default for a gradient. */
  readonly words?: SignedWords | undefined;
}

/** Wording for a picture of signed values. */
export interface SignedWords {
  /** Subject of the picture: "Saliency". */
  readonly title: string;
  readonly subtitle: string;
  /** Meaning of bars above zero, and below. */
  readonly up: string;
  readonly down: string;
  /** Adjective for the bin named for each mark: "strongest". */
  readonly strongest: string;
  /** Text for a mark whose values are all zero, and for a picture of such marks only. */
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
 * The wording of {@link saliencyTracks} for contributions, which sum to a difference of scores.
 *
 * ```js
 * const words = attributionWords("log-odds of on", "integrated gradients", "each mark's mean");
 * const gene = { gene: "TP53", marks: ["H3K4me3"], binSize: 100, signal: [0, 8, 2] };
 * const svg = saliencyTracks({ ...gene, saliency: [0.1, 1.3, -0.2], words });
 * ```
 *
 * @category Explanations and their tests
 * @returns Title, legend and summary.
 */
export function attributionWords(score: string, method: string, baseline: string): SignedWords {
  return {
    title: "Contributions",
    subtitle: `What each bin adds to the ${score}, compared with ${baseline} (${method})`,
    up: "adds to it",
    down: "takes from it",
    strongest: "most",
    zero: "it adds nothing",
    allZero: "No bin of any mark adds anything.",
    summary: `What each bin adds to the ${score}, compared with ${baseline}, by ${method}.`,
  };
}

const SMALL = 10;
/** A typical label at the top of the scale, to reserve its width. */
const USUAL_TOP = "+0.25";

/** Signal and gradient of each row, and the top of their shared scale; zero if all gradients are zero. */
function tracksOf({ marks, signal, saliency, band, coloursOf = marks, units = {}, standIns }: SaliencyOptions) {
  const bins = marks.length === 0 ? 0 : Math.floor((saliency ?? signal).length / marks.length);
  const tracks = marks.map((mark, row) => {
    const values = matrixColumn(signal, row, bins, marks.length);
    const standIn = standInFor(standIns, mark);
    return {
      ...{ mark, colourOf: coloursOf[row] ?? mark, standIn, unit: standIn === undefined ? units[mark] : undefined },
      ...{ signal: values, signalTop: roundTop(Math.max(leastReads(values), ...values)) },
      // Empty while it is being computed.
      gradient: saliency ? matrixColumn(saliency, row, bins, marks.length) : [],
      ends: saliency && columnOf(band, row, bins, marks.length),
    };
  });
  const sizes = tracks.flatMap(({ gradient, ends, standIn }) =>
    standIn === undefined ? [gradient, ends?.low ?? [], ends?.high ?? []].flat().map(Math.abs) : [],
  );
  const greatest = Math.max(0, ...sizes);
  return { tracks, bins, top: greatest > 0 ? roundTop(greatest) : 0 };
}

type Track = ReturnType<typeof tracksOf>["tracks"][number];

/** The rows with the text above each. */
function heldOf(options: SaliencyOptions) {
  const { tracks, bins, top } = tracksOf(options);
  const axis = binAxis(bins, options.binSize, options.window);
  return { tracks, top, axis, texts: tracks.map((track) => gradientText(track, axis, options.words ?? GRADIENT)) };
}

/** Bin with a mark's strongest gradient, or the text for zero gradients. */
function gradientText({ gradient, standIn, signal }: Track, axis: BinAxis, words: SignedWords): Note {
  const same = (text: string): Note => ({ full: text, brief: text });
  if (standIn !== undefined) return same(notMeasured(standIn));
  if (signal.length === 0) return same("no bins");
  if (gradient.length === 0) return same("");
  const strongest = farthest(gradient);
  const value = gradient[strongest];
  if (value === 0) return { full: `zero in every bin: ${words.zero}`, brief: "zero everywhere" };
  const brief = `${placeOf(axis, strongest)}, ${formatSigned(value)}`;
  const zeros = gradient.filter((each) => each === 0).length;
  const rest = zeros > 0 ? `; zero in ${zeros} of ${gradient.length} bins` : "";
  return { full: `${words.strongest} at ${brief}${rest}`, brief };
}

function drawTrack(track: Track, panel: TrackPanel, frame: MarksLayout, top: number): Part[] {
  const { signal: values, signalTop, gradient, standIn, colourOf } = track;
  const { theme, left } = frame;
  if (standIn !== undefined) return hatchedBand({ ...frame, ...panel }, notMeasured(standIn));
  const { lower } = panel;
  const isZero = gradient.length > 0 && gradient.every((value) => value === 0);
  return [
    drawAnchor({ ...frame, ...panel }),
    drawSignal(frame, panel.signal, { values, top: signalTop }, markColour(colourOf, theme).line),
    drawSigned(frame, lower, track, top),
    isZero && label(left + 6, (lower.top + lower.bottom) / 2 - 5, "zero", { fill: theme.inkFaint }),
  ];
}

/** A mark's panel: heights, heading, and its drawing function. */
interface Lane extends TrackHeights, Noted {
  /** Top of the signal's scale. */
  readonly top: number;
  draw(panel: TrackPanel, frame: MarksLayout): readonly Part[];
}

/** A picture of `lanes`, with `above` pixels over each, and `beside` pixels to the left for numbers. */
function lay(
  options: SaliencyOptions,
  { tracks, top, texts, axis }: ReturnType<typeof heldOf>,
  lanes: readonly Lane[],
  { beside, above, split, header }: Readonly<Record<"beside" | "above" | "split" | "header", number>>,
): Laid<MarksLayout> {
  const { gene, width, theme, saliency, band, words = GRADIENT } = options;
  const legend = [
    entry("area", theme.off, signalText(options)),
    ...signEntries(theme, words.up, words.down),
    saliency && band && rangesEntry(band, theme),
  ];
  const head = { title: gene, size: 15, lines: wrap(words.subtitle, width - 16, 11), legend } as const;
  const left = beside + Math.max(12, ...lanes.map((lane) => textWidth(formatValue(lane.top), SMALL)));
  const right = width - 16 - textWidth(saliency ? formatSigned(top) : USUAL_TOP, SMALL);
  const { panels, end } = stackTracks(lanes, 30 + headHeight(head, width), above, split);
  return overAxis(options, { left, right }, axis, panels, end + 8, (frame) => {
    const said =
      tracks.length === 0
        ? "There are no marks."
        : top === 0
          ? words.allZero
          : tracks.map(({ mark }, i) => `${mark}: ${texts[i]!.full}.`);
    return {
      head,
      title: `${saliency ? words.title : "Signal"} along ${gene}`,
      summary: saliency
        ? [said, words.summary, band && signsInWords(band), positionsInWords(axis)]
        : `Still computing: ${words.title.toLowerCase()}.`,
      body: drawMarks(lanes, frame, header, (panel, i) => lanes[i]!.draw(panel, frame)),
    };
  });
}

/** The layout of the tracks, and the picture that `saliencyTracks` draws. */
export function saliencyLayout(options: SaliencyOptions): Laid<MarksLayout> {
  const held = heldOf(options);
  // Beside a list the picture is narrow, and stays in view together with its text.
  const [above, signal, below] = options.width < 480 ? [27, 24, 30] : [32, 34, 50];
  const lanes = held.tracks.map((track, i): Lane => ({
    ...{ mark: track.mark, colourOf: track.colourOf, unit: track.unit, signal, below, top: track.signalTop },
    note: track.standIn === undefined ? held.texts[i]! : { full: "", brief: "" },
    draw: (panel, frame) => drawTrack(track, panel, frame, held.top),
  }));
  return lay(options, held, lanes, { beside: 16, above, split: 6, header: 9 });
}

/**
 * One panel per mark: its signal, and below it the gradient as bars from zero, on one scale in all panels.
 * `model.saliency` returns the gradient; with `words`, contributions of `model.attributions` replace it.
 *
 * ```js
 * const svg = saliencyTracks({
 *   gene: "TP53", marks: ["H3K4me3", "H3K27me3"], binSize: 100,
 *   signal: [0, 3, 8, 1, 2, 2], // [3 bins, 2 marks], as the saliency
 *   saliency: [0.01, -0.02, 0.4, -0.1, 0.05, 0],
 * });
 * ```
 *
 * @category Explanations and their tests
 * @returns The picture as SVG.
 */
export function saliencyTracks(given: Framed<SaliencyOptions>): string {
  return saliencyLayout(ready("saliencyTracks", given)).draw();
}

/** Signal and gradient of one mark in one bin, with the range over members; undefined if it was not measured. */
export type SaliencyReading = ReturnType<typeof readSaliency>[number];

/** Returns the values of one bin (from 1) for each mark, as the picture shows them. */
export function readSaliency(options: Unframed<SaliencyOptions>, bin: number) {
  const { marks, signal, saliency, band, standIns } = options;
  return marks.map((mark, row) => {
    if (standInFor(standIns, mark) !== undefined) return { mark, signal: undefined, gradient: undefined };
    const at = (bin - 1) * marks.length + row;
    const range = saliency && band && ([finite(band.low[at]), finite(band.high[at])] as const);
    return { mark, signal: finite(signal[at]), gradient: saliency && finite(saliency[at]), range };
  });
}

/** One gene in two cell types; `marks` are the rows of A and then of B, `coloursOf` their marks. */
export interface ChangeContributionsOptions extends SaliencyOptions {
  readonly cells: CellNames;
  readonly coloursOf: readonly string[];
  readonly words: SignedWords;
}

const [HALF, LANE, BETWEEN] = [14, 13, 2];
/** Maximum width of a cell type's name, in pixels. */
const MOST_NAME = 72;

/** The layout of the tracks, and the picture that `changeContributions` draws. */
export function changeContributionsLayout(options: ChangeContributionsOptions): Laid<MarksLayout> {
  const held = heldOf(options);
  const half = held.tracks.length / 2;
  const cells = options.cells.map((name) => fit(name, MOST_NAME, SMALL));
  const names = Math.max(...cells.map((name) => textWidth(name, SMALL)));
  const lanes = held.tracks.slice(0, half).map((a, i): Lane => {
    const rows = [a, held.tracks[half + i]!];
    const brief = rows.map((_, cell) => held.texts[half * cell + i]!.brief);
    const both = brief.map((text, cell) => text && `${cells[cell]} ${text}`);
    const [most, ofB] = rows.map(({ gradient }) => Math.max(0, ...gradient.map(Math.abs))) as [number, number];
    const top = Math.max(...rows.map(({ signalTop }) => signalTop));
    return {
      ...{ mark: a.colourOf, unit: a.unit, signal: 2 * HALF, below: 2 * LANE + BETWEEN, top },
      // The stronger of both, if there is no room for both.
      note: { full: both.filter(Boolean).join("; "), brief: both[ofB > most ? 1 : 0]! },
      draw: (panel, frame) => drawPair(rows, panel, frame, [top, held.top], cells),
    };
  });
  return lay(options, held, lanes, { beside: 20 + names, above: 25, split: 4, header: 7 });
}

/** The mirrored signals of both cell types, and their bins' contributions on one scale. */
function drawPair(
  tracks: readonly Track[],
  panel: TrackPanel,
  frame: MarksLayout,
  [signalTop, top]: readonly [number, number],
  names: readonly string[],
): Part[] {
  const both = scaled(frame, panel.signal, [-signalTop, signalTop]);
  const middle = both.y(0);
  const faint = { fill: frame.theme.inkMuted, "font-size": SMALL };
  const laneAt = (cell: number): number => panel.lower.top + cell * (LANE + BETWEEN);
  return [
    drawAnchor({ ...frame, ...panel }),
    tracks.map(({ signal, standIn, colourOf }, cell) => {
      const half = cell === 0 ? { ...both, bottom: middle } : { ...both, top: middle };
      if (standIn !== undefined) return hatchedBand(half, notMeasured(standIn));
      const fill = markColour(colourOf, frame.theme).line;
      return signal.some((value) => value > 0) && stepArea(both, signal, fill, cell === 0 ? 1 : -1);
    }),
    across(frame, middle, THIN),
    scaleLine(both, "left", (value) => formatValue(Math.abs(value))),
    names.map((name, cell) => [
      label(8, middle + (cell === 0 ? -4 : 11), name, faint),
      label(8, laneAt(cell) + LANE / 2 + 4, name, faint),
    ]),
    tracks.map((track, cell) => {
      const rows = { top: laneAt(cell), bottom: laneAt(cell) + LANE };
      // Numbers appear at the upper one.
      return track.standIn === undefined && drawSigned(frame, rows, track, top, cell === 0);
    }),
  ];
}

/** One panel per mark, on one axis; the contributions share one scale. */
export function changeContributions(options: ChangeContributionsOptions): string {
  return changeContributionsLayout(options).draw();
}
