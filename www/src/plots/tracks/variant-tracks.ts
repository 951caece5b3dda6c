/**
 * Two series of a track over each other, and under them their difference: along the window around a variant as it is
 * and as it would be, or as two models predict it.
 */

import { changeColours, trackColours } from "../core/colour";
import {
  type ComparedTracksOptions,
  type Framed,
  type PlotFrame,
  ready,
  type SequenceFrame,
  type VariantTrack,
  type VariantTracksOptions,
} from "../core/options";
import { formatSigned, formatValue } from "../core/format";
import { drawHead, END, entry, type Head, headHeight, type Layout, type Rows, signEntries } from "../core/layout";
import { finite, linear, roundTop, type Scale } from "../core/scale";
import { element, fit, label, picture, textWidth } from "../core/svg";
import { columnsOf, stepsArea, stepsPath, stroked } from "../marks/line";
import { across, ticksBeside } from "../marks/axes";
import { binsInWords } from "./axis";
import { drawUnder, genesInWords, overGenes, type SequenceLayout } from "./genes";
import { highestOf, nameAndAssay } from "./tracks";

const HEADER = 18;
const TRACK = 40;
const DIFFERENCE = 30;
const GAP = 12;

/** A track's panel, and that of its difference. */
interface TrackRows extends Rows {
  readonly differenceTop: number;
  readonly differenceBottom: number;
}

/** Text of a picture: the names of its two series, and the wording for their difference. */
interface Said {
  readonly title: string;
  readonly names: readonly [reference: string, alternative: string, up: string, down: string];
  /** "changes": "ATAC changes most at …". */
  readonly verb: string;
  /** Text for a track without a difference. */
  readonly none: readonly [brief: string, full: string];
  /** Base of a variant, from 0. */
  readonly position?: number | undefined;
  /** True if the summary gives the difference of the sums in view. */
  readonly sums: boolean;
  /** True if the two are of different units: each is then drawn on its own scale, and there is no difference. */
  readonly areUnlike: boolean;
}

type Series = SequenceFrame & { readonly tracks: readonly VariantTrack[] };

function saidOfVariant({ variant, position }: VariantTracksOptions): Said {
  return {
    title: `What ${variant} changes`,
    names: ["reference", "alternative", "rises", "falls"],
    verb: "changes",
    none: ["no change", "does not change"],
    position,
    sums: true,
    areUnlike: false,
  };
}

function saidOfModels({ record, names: [a, b], areUnlike = false }: ComparedTracksOptions): Said {
  return {
    title: `${record} in two models`,
    names: [a, b, "more in B", "less in B"],
    verb: "differs",
    none: ["no difference", "does not differ"],
    sums: false,
    areUnlike,
  };
}

function headOf({ theme }: PlotFrame, { title, names, areUnlike }: Said): Head {
  const { predicted, measured } = trackColours(theme);
  const both = [entry("area", measured, names[0]), entry("line", predicted, names[1])];
  return { title, legend: areUnlike ? both : [...both, ...signEntries(theme, names[2], names[3])] };
}

/** Where things lie in the picture that `variantTracks` draws. */
export function variantTracksLayout(options: VariantTracksOptions): SequenceLayout<TrackRows> {
  return lay(options, saidOfVariant(options));
}

/** Where things lie in the picture that `comparedTracks` draws. */
export function comparedTracksLayout(options: ComparedTracksOptions): SequenceLayout<TrackRows> {
  return lay(seriesOf(options), saidOfModels(options));
}

/** The track of two models as one with two series. */
function seriesOf(options: ComparedTracksOptions): Series {
  const [reference, alternative] = options.values;
  const { record, origin, binSize, view, width, theme, unit, genes } = options;
  const track = { name: "Prediction", assay: "", unit, reference, alternative };
  return { record, origin, binSize, view, width, theme, genes, tracks: [track] };
}

function lay(options: Series, said: Said): SequenceLayout<TrackRows> {
  const { width, tracks } = options;
  let y = 30 + headHeight(headOf(options, said), width);
  const places = tracks.map((): TrackRows => {
    const top = y + HEADER;
    const bottom = top + TRACK;
    const differenceTop = bottom + (said.areUnlike ? 0 : 4);
    const differenceBottom = differenceTop + (said.areUnlike ? 0 : DIFFERENCE);
    y = differenceBottom + GAP;
    return { top, bottom, differenceTop, differenceBottom };
  });
  return overGenes(options, { left: 56, right: width - 12 }, places, y);
}

/** Alternative minus reference in a bin; 0 where either has no value. */
function differenceAt(reference: ArrayLike<number>, alternative: ArrayLike<number>, bin: number): number {
  return finite(alternative[bin] - reference[bin]);
}

/** The bins in view between the first and the last that have a value: a model may predict fewer than another. */
function known(values: ArrayLike<number>, [from, to]: readonly [number, number]): [number, number] {
  let [first, end] = [from, to];
  while (first < end && !Number.isFinite(values[first])) first++;
  while (end > first && !Number.isFinite(values[end - 1])) end--;
  return [first, end];
}

/** The greatest difference of a track, where it is, and what the track's sum changes by. */
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
 * Tracks with the reference and the alternative, and under each their difference. `model.variant` has both,
 * [bins, tracks].
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
  const options = ready("variantTracks", given);
  return draw(options, saidOfVariant(options));
}

/**
 * One track as two models predict it, and under it the difference.
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
  const options = ready("comparedTracks", given);
  return draw(seriesOf(options), saidOfModels(options));
}

function drawTrack(track: VariantTrack, rows: TrackRows, options: Series, said: Said, frame: Layout): string {
  const { view, theme } = options;
  const { top, bottom, differenceTop, differenceBottom } = rows;
  const { left, right } = frame;
  const { reference, alternative, name, unit } = track;
  const x = linear(view, [left, right]);
  const columns = (values: ArrayLike<number>) => columnsOf(values, known(values, view), frame);
  const own = [highestOf(reference, view), highestOf(alternative, view)];
  const tops = (said.areUnlike ? own : own.map(() => Math.max(...own))).map(roundTop) as [number, number];
  const [y, ofOther] = tops.map((most) => linear([0, most], [bottom, top]).clamp(true)) as [Scale, Scale];
  const { greatest, bin } = changeOf(track, view);
  const about = said.areUnlike
    ? `scales to ${formatValue(tops[0])} and ${formatValue(tops[1])}`
    : greatest === 0
      ? said.none[0]
      : `${formatSigned(greatest)} at ${binsInWords(options, bin)}`;
  const named = `${nameAndAssay(track)}${unit ? `, ${unit}` : ""}`;
  const ink = { "font-size": 12, fill: theme.ink };
  return element("g", { "data-track": name }, [
    label(left, top - 6, fit(named, right - left - textWidth(about, 11) - 16, 12), ink),
    label(right, top - 6, about, END),
    stepsArea(columns(reference), x, y, bottom, trackColours(theme).measured),
    stroked(stepsPath(columns(alternative), x, ofOther), trackColours(theme).predicted, 1.25, {}),
    across(frame, bottom, theme.lineStrong),
    ...(said.areUnlike
      ? []
      : [
          ticksBeside([tops[0]], y, formatValue, left, theme),
          ...drawDifference(track, greatest, { top: differenceTop, bottom: differenceBottom }, options, frame),
        ]),
  ]);
}

/** The difference around zero: what rises, and what falls. */
function drawDifference(
  { reference, alternative }: VariantTrack,
  greatest: number,
  { top, bottom }: Rows,
  { view, theme }: Series,
  frame: Layout,
): string[] {
  const { left, right } = frame;
  const x = linear(view, [left, right]);
  const reach = roundTop(Math.abs(greatest));
  const y = linear([-reach, reach], [bottom, top]);
  const difference = Float32Array.from(reference, (_, bin) => differenceAt(reference, alternative, bin));
  const { values, edges } = columnsOf(difference, view, frame);
  const { up, down } = changeColours(theme);
  const part = (sign: number, fill: string): string =>
    stepsArea({ edges, values: values.map((value) => (value * sign > 0 ? value : 0)) }, x, y, y(0), fill);
  return [
    part(1, up),
    part(-1, down),
    across(frame, y(0), theme.lineStrong),
    ticksBeside([reach, -reach, 0], y, formatSigned, left, theme),
  ];
}

function sentence(track: VariantTrack, options: Series, { areUnlike, none, verb, sums }: Said): string {
  if (areUnlike) return "Each is on its own scale, since their units differ";
  const { bin, greatest, sum } = changeOf(track, options.view);
  if (greatest === 0) return `${track.name} ${none[1]}`;
  const most = `${verb} most at ${binsInWords(options, bin)}, by ${formatSigned(greatest)}`;
  return `${track.name} ${most}${sums ? `; its sum in view by ${formatSigned(sum)}` : ""}`;
}

function draw(options: Series, said: Said): string {
  const { width, theme, tracks, origin, binSize } = options;
  const { title, position = Number.NaN, names, sums } = said;
  const layout = lay(options, said);
  const { genes } = layout;
  const sentences = [
    ...(sums ? [] : [`${names[0]}; ${names[1]}.`]),
    `${tracks.map((track) => sentence(track, options, said)).join("; ")}.`,
    ...(genes ? [genesInWords(genes.shown)] : []),
  ];
  return picture({ width, theme }, layout.height, {
    title,
    summary: tracks.length === 0 ? "No track is chosen to be shown." : sentences.join(" "),
    body: [
      ...drawHead(headOf(options, said), options),
      ...tracks.map((track, i) => drawTrack(track, layout.tracks[i]!, options, said, layout)),
      ...drawUnder(options, layout, (position + 0.5 - origin) / binSize),
    ],
  });
}
