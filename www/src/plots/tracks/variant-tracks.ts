/**
 * Two overlaid series of a track, and their difference below: with the reference and the alternative of a variant, or
 * from two models.
 */

import { changeColours, trackColours } from "../core/colour";
import { formatSigned, formatValue } from "../core/format";
import { END, entry, type Figure, headHeight, type Laid, type Rows, scaled, signEntries } from "../core/layout";
import { type ComparedTracksOptions, type Framed, ready, type SequenceFrame } from "../core/options";
import type { VariantTrack, VariantTracksOptions } from "../core/options";
import { finite, roundTop } from "../core/scale";
import { element, fit, label, textWidth } from "../core/svg";
import { across, ticksBeside } from "../marks/axes";
import { signedSteps, stepsArea, stepsLine, type Viewed } from "../marks/line";
import { binsInWords } from "./axis";
import { overGenes, type SequenceLayout } from "./genes";
import { highestOf, nameAndAssay } from "./tracks";

const HEADER = 18;
const TRACK = 40;
const DIFFERENCE = 30;
const GAP = 12;

/** A track's panel, and the panel of its difference. */
interface TrackRows extends Rows {
  readonly difference: Rows;
}

/** Texts of a picture, and the names of its two series. */
interface Said {
  readonly title: string;
  readonly names: readonly [reference: string, alternative: string, up: string, down: string];
  /** Base of the variant, from 0, if the series are the alleles of one. */
  readonly position?: number;
  /** True if their units differ: each is then drawn on its own scale, without a difference. */
  readonly areUnlike?: boolean;
}

type Series = SequenceFrame & { readonly tracks: readonly VariantTrack[] };

/** The layout of the picture that `variantTracks` draws. */
export function variantTracksLayout(options: VariantTracksOptions): Laid<SequenceLayout> {
  const { variant, position } = options;
  const names = ["reference", "alternative", "rises", "falls"] as const;
  return lay(options, { title: `What ${variant} changes`, names, position });
}

/** The layout of the picture that `comparedTracks` draws. */
export function comparedTracksLayout(options: ComparedTracksOptions): Laid<SequenceLayout> {
  const { record, origin, binSize, view, width, theme, unit, genes, areUnlike = false } = options;
  const [reference, alternative] = options.values;
  const track = { name: "Prediction", assay: "", unit, reference, alternative };
  const series = { record, origin, binSize, view, width, theme, genes, tracks: [track] };
  const names = [...options.names, "more in B", "less in B"] as const;
  return lay(series, { title: `${record} in two models`, names, areUnlike });
}

/** Alternative minus reference in a bin; 0 if either has no value. */
function differenceAt(reference: ArrayLike<number>, alternative: ArrayLike<number>, bin: number): number {
  return finite(alternative[bin] - reference[bin]);
}

/** The bins in view between the first and the last value: one model may predict fewer than another. */
function known(values: ArrayLike<number>, [from, to]: readonly [number, number]): [number, number] {
  let [first, end] = [from, to];
  while (first < end && !Number.isFinite(values[first])) first++;
  while (end > first && !Number.isFinite(values[end - 1])) end--;
  return [first, end];
}

/** The largest difference of a track, its position, and the change of the track's sum. */
export function changeOf(
  { reference, alternative }: Pick<VariantTrack, "reference" | "alternative">,
  [from, to]: readonly [number, number],
): { readonly bin: number; readonly greatest: number; readonly sum: number } {
  let [bin, greatest, sum] = [from, 0, 0];
  for (let i = from; i < to; i++) {
    const difference = differenceAt(reference, alternative, i);
    sum += difference;
    if (Math.abs(difference) > Math.abs(greatest)) [bin, greatest] = [i, difference];
  }
  return { bin, greatest, sum };
}

/**
 * Tracks with the reference and the alternative, and their difference below. `model.variant` returns both, [bins,
 * tracks].
 *
 * ```js
 * const svg = variantTracks({
 *   variant: "chrIV:4,301 A>G", position: 4300, record: "chrIV", origin: 4096, binSize: 128, view: [0, 4],
 *   tracks: [{ name: "ATAC", assay: "ATAC", reference: [4, 60, 35, 3], alternative: [4, 22, 31, 3] }],
 * });
 * ```
 *
 * @category DNA: tracks and variants
 * @returns The picture as SVG.
 */
export function variantTracks(given: Framed<VariantTracksOptions>): string {
  return variantTracksLayout(ready("variantTracks", given)).draw();
}

/**
 * One track as predicted by two models, and the difference below.
 *
 * ```js
 * const svg = comparedTracks({
 *   record: "chrIV", origin: 4096, binSize: 128, view: [0, 4], names: ["A: Basenji", "B: attention"],
 *   values: [[4, 60, 35, 3], [5, 52, 38, 3]], // [4 bins] each
 * });
 * ```
 *
 * @category DNA: tracks and variants
 * @returns The picture as SVG.
 */
export function comparedTracks(given: Framed<ComparedTracksOptions>): string {
  return comparedTracksLayout(ready("comparedTracks", given)).draw();
}

function drawTrack(track: VariantTrack, rows: TrackRows, options: Series, said: Said, frame: SequenceLayout): string {
  const { left, right, view, theme } = frame;
  const { reference, alternative, name, unit } = track;
  const { measured, predicted } = trackColours(theme);
  const own = [highestOf(reference, view), highestOf(alternative, view)];
  const tops = (said.areUnlike ? own : own.map(() => Math.max(...own))).map(roundTop) as [number, number];
  const [first, second] = tops.map((top): Viewed => scaled(frame, rows, [0, top])) as [Viewed, Viewed];
  for (const { y } of [first, second]) y.clamp(true);
  const { greatest, bin } = changeOf(track, view);
  const about = said.areUnlike
    ? `scales to ${formatValue(tops[0])} and ${formatValue(tops[1])}`
    : greatest === 0
      ? `no ${said.position === undefined ? "difference" : "change"}`
      : `${formatSigned(greatest)} at ${binsInWords(options, bin)}`;
  const named = `${nameAndAssay(track)}${unit ? `, ${unit}` : ""}`;
  const ink = { "font-size": 12, fill: theme.ink };
  // The difference around zero: increases, and decreases.
  const reach = roundTop(Math.abs(greatest));
  const below = scaled(frame, rows.difference, [-reach, reach]);
  const difference = Float32Array.from(reference, (_, at) => differenceAt(reference, alternative, at));
  return element("g", { "data-track": name }, [
    label(left, rows.top - 6, fit(named, right - left - textWidth(about, 11) - 16, 12), ink),
    label(right, rows.top - 6, about, END),
    stepsArea(first, reference, measured, known(reference, view)),
    stepsLine(second, alternative, predicted, 1.25, known(alternative, view), {}),
    across(frame, rows.bottom),
    !said.areUnlike && [
      ticksBeside(first, [tops[0]], formatValue),
      signedSteps(below, difference, changeColours(theme)),
      across(below, below.y(0)),
      ticksBeside(below, [reach, -reach, 0], formatSigned),
    ],
  ]);
}

function sentence(track: VariantTrack, options: Series, { areUnlike, position }: Said): string {
  if (areUnlike) return "Each is on its own scale, since their units differ";
  const { bin, greatest, sum } = changeOf(track, options.view);
  const verb = position === undefined ? "differ" : "change";
  if (greatest === 0) return `${track.name} does not ${verb}`;
  const most = `${verb}s most at ${binsInWords(options, bin)}, by ${formatSigned(greatest)}`;
  return `${track.name} ${most}${position === undefined ? "" : `; its sum in view by ${formatSigned(sum)}`}`;
}

function lay(options: Series, said: Said): Laid<SequenceLayout> {
  const { width, theme, tracks, origin, binSize } = options;
  const { title, position, names, areUnlike } = said;
  const { predicted, measured } = trackColours(theme);
  const both = [entry("area", measured, names[0]), entry("line", predicted, names[1])];
  const head = { title, legend: areUnlike ? both : [...both, ...signEntries(theme, names[2], names[3])] };
  let y = 30 + headHeight(head, width);
  const places = tracks.map((): TrackRows => {
    const top = y + HEADER;
    const bottom = top + TRACK;
    const from = bottom + (areUnlike ? 0 : 4);
    const difference = { top: from, bottom: from + (areUnlike ? 0 : DIFFERENCE) };
    y = difference.bottom + GAP;
    return { top, bottom, difference };
  });
  const content = (frame: SequenceLayout): Figure => ({
    head,
    summary: [
      position === undefined && `${names[0]}; ${names[1]}.`,
      `${tracks.map((track) => sentence(track, options, said)).join("; ")}.`,
    ],
    body: tracks.map((track, i) => drawTrack(track, places[i]!, options, said, frame)),
  });
  const sides = { left: 56, right: width - 12 };
  return overGenes(options, sides, places, y, content, ((position ?? Number.NaN) + 0.5 - origin) / binSize);
}
