/**
 * Contributions to the change of one gene: for each mark the signal of A over that of B, mirrored at one line, and
 * under it what each bin of A, and of B, adds.
 */

import { binAxis, drawAnchor, drawAxis, overAxis } from "../core/axis";
import { markColour, type Theme } from "../core/colour";
import { formatSigned, formatValue } from "../core/format";
import { drawHead, headHeight } from "../core/layout";
import { linear } from "../core/scale";
import { element, fit, label, picture, textWidth } from "../core/svg";
import {
  gradientText,
  gradientTop,
  headOf,
  inWords,
  type SaliencyOptions,
  type SignedWords,
  type Track,
  tracksOf,
  USUAL_TOP,
} from "../explain/saliency";
import { across, scaleLine, THIN } from "../marks/axes";
import { hatchedBand, notMeasured } from "../marks/bars";
import {
  drawHeading,
  drawSigned,
  fittingNotes,
  type MarksLayout,
  type Note,
  signalRows,
  stackTracks,
  type TrackPanel,
} from "../marks/panel";
import { stepArea } from "../marks/line";
import type { CellNames } from "./beta-groups";

/** One gene in two cell types; `marks` are the rows of A and then those of B, `coloursOf` their marks. */
export interface ChangeContributionsOptions extends SaliencyOptions {
  readonly cells: CellNames;
  readonly coloursOf: readonly string[];
  readonly words: SignedWords;
}

const [GAP, HEADER, HALF, SPLIT, LANE, BETWEEN] = [7, 18, 14, 4, 13, 2];
const SMALL = 10;
/** The most that the name of a cell type takes, in pixels. */
const MOST_NAME = 72;

/** The rows of one mark. */
interface Pair {
  readonly mark: string;
  readonly rows: readonly [a: Track, b: Track];
  /** Top of the scale of signal that both share. */
  readonly top: number;
}

function pairsOf(options: ChangeContributionsOptions): { pairs: Pair[]; tracks: Track[]; bins: number } {
  const { tracks, bins } = tracksOf(options);
  const half = tracks.length / 2;
  const pairs = tracks.slice(0, half).map((a, i): Pair => {
    const b = tracks[half + i]!;
    return { mark: a.colourOf, rows: [a, b], top: Math.max(a.signalTop, b.signalTop) };
  });
  return { pairs, tracks, bins };
}

function lay(options: ChangeContributionsOptions, pairs: readonly Pair[], tracks: Track[], bins: number): MarksLayout {
  const { width, binSize, window, saliency, cells } = options;
  const axis = binAxis(bins, binSize, window);
  const names = Math.max(...cells.map((name) => textWidth(fit(name, MOST_NAME, SMALL), SMALL)));
  const left = 20 + names + Math.max(12, ...pairs.map(({ top }) => textWidth(formatValue(top), SMALL)));
  const right = width - 16 - textWidth(saliency ? formatSigned(gradientTop(tracks)) : USUAL_TOP, SMALL);
  const heights = pairs.map(({ mark }) => ({ mark, signal: 2 * HALF, below: 2 * LANE + BETWEEN }));
  const { panels, end } = stackTracks(heights, 30 + headHeight(headOf(options), width), GAP + HEADER, SPLIT);
  return overAxis(options, { left, right }, axis, panels, end + 8);
}

/** Where the tracks of `options` lie in the picture that `changeContributions` draws of them. */
export function changeContributionsLayout(options: ChangeContributionsOptions): MarksLayout {
  const { pairs, tracks, bins } = pairsOf(options);
  return lay(options, pairs, tracks, bins);
}

/** The signal of one cell type, and its name; the scale stands at that of A. */
function drawSignal(pair: Pair, cell: 0 | 1, panel: TrackPanel, frame: MarksLayout, theme: Theme): string[] {
  const { signal, standIn } = pair.rows[cell];
  const middle = panel.top + HALF;
  const rows = cell === 0 ? { top: panel.top, bottom: middle } : { top: middle, bottom: panel.signalBottom };
  if (standIn !== undefined) return hatchedBand(frame, rows, notMeasured(standIn), theme);
  const y = linear([0, pair.top], [middle, cell === 0 ? rows.top : rows.bottom]);
  return signal.some((value) => value > 0)
    ? [stepArea(signal, frame, middle, y, markColour(pair.mark, theme).line)]
    : [];
}

function drawPair(pair: Pair, panel: TrackPanel, frame: MarksLayout, top: number, names: CellNames, theme: Theme) {
  const middle = panel.top + HALF;
  const faint = { fill: theme.inkMuted, "font-size": SMALL };
  const ends = [formatValue(pair.top), formatValue(pair.top)] as const;
  const lanes = pair.rows.flatMap((row, cell) => {
    const from = panel.alphaTop + cell * (LANE + BETWEEN);
    // One scale for both: its numbers stand at the upper one.
    return row.standIn === undefined
      ? drawSigned(row, top, { top: from, bottom: from + LANE }, frame, theme, cell === 0)
      : [];
  });
  return [
    drawAnchor(frame, panel, theme),
    ...drawSignal(pair, 0, panel, frame, theme),
    ...drawSignal(pair, 1, panel, frame, theme),
    across(frame, middle, theme.lineStrong, THIN),
    ...scaleLine(frame.left, -1, signalRows(panel), ends, theme),
    ...names.flatMap((name, cell) => [
      label(8, middle + (cell === 0 ? -4 : 11), name, faint),
      label(8, panel.alphaTop + cell * (LANE + BETWEEN) + LANE / 2 + 4, name, faint),
    ]),
    ...lanes,
  ];
}

/** One panel a mark, on one axis; the contributions have one scale in all panels. */
export function changeContributions(options: ChangeContributionsOptions): string {
  const { gene, width, theme, saliency, band, words, cells } = options;
  const { pairs, tracks, bins } = pairsOf(options);
  const frame = lay(options, pairs, tracks, bins);
  const { axis } = frame;
  const top = gradientTop(tracks);
  const names = cells.map((name) => fit(name, MOST_NAME, SMALL)) as [string, string];
  const texts = tracks.map((track) => gradientText(track, axis, words));
  const notes = pairs.map((_, i): Note => {
    const [a, b] = [texts[i]!, texts[pairs.length + i]!];
    const both = [a, b].map((text, cell) => (text.full === "" ? "" : `${names[cell]!} ${text.brief}`));
    // The stronger one, where both have no room.
    const most = (row: Track): number => Math.max(0, ...row.gradient.map(Math.abs));
    const [ofA, ofB] = pairs[i]!.rows;
    return { full: both.filter(Boolean).join("; "), brief: both[most(ofB) > most(ofA) ? 1 : 0]! };
  });
  const headings = pairs.map(({ mark, rows: [{ unit }] }) => ({ mark, unit }));
  const fitting = fittingNotes(headings, notes, frame);
  return picture({ width, theme }, frame.height, {
    ...inWords({ gene, saliency, band, words }, tracks, texts, axis),
    body: [
      ...drawHead(headOf(options), options),
      ...pairs.map((pair, i) =>
        element("g", { "data-mark": pair.mark }, [
          ...drawHeading({ ...headings[i]!, note: fitting[i]! }, frame, frame.panels[i]!.top - 7, theme),
          ...drawPair(pair, frame.panels[i]!, frame, top, names, theme),
        ]),
      ),
      ...drawAxis(frame, frame.axisY, options),
    ],
  });
}
