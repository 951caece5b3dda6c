/**
 * Two series of a track over each other, and under them their difference: along the window around a variant as it is
 * and as it would be, or as two models predict it.
 */

import { scaleLinear } from "d3-scale";
import { formatSigned, formatValue } from "../core/format";
import { drawLegend, legendHeight, type LegendEntry } from "../core/legend";
import { finite, roundTop } from "../core/scale";
import { basesInWords, binStart, drawSequenceAxis, SEQUENCE_AXIS } from "./axis";
import { changeColours } from "../core/changes";
import { trackColours } from "./colours";
import type { PlotFrame } from "../core/options";
import { genesInWords } from "./genes";
import { drawGenesUnder, type GenesUnder, layGenesUnder } from "./genes-under";
import type { ComparedTracksOptions, SequenceGenes, Stretch, VariantTrack, VariantTracksOptions } from "./options";
import { columnsOf, stepsArea, stepsPath } from "./signal";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { uprightTicks } from "../core/ticks";

const HEADER = 18;
const TRACK = 40;
const DIFFERENCE = 30;
const GAP = 12;

/** Where things lie, in pixels of the picture. */
export interface VariantTracksLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly tracks: readonly {
    readonly top: number;
    readonly bottom: number;
    readonly differenceTop: number;
    readonly differenceBottom: number;
  }[];
  /** The genes below their heading, where there are any. */
  readonly genes?: GenesUnder | undefined;
  readonly axisY: number;
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

type Series = PlotFrame &
  Stretch & { readonly tracks: readonly VariantTrack[]; readonly genes?: SequenceGenes | undefined };

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

function legendOf({ theme }: PlotFrame, { names, areUnlike }: Said): LegendEntry[] {
  const { predicted, measured } = trackColours(theme);
  const { up, down } = changeColours(theme);
  const both: LegendEntry[] = [
    { sample: "area", colour: measured, text: names[0] },
    { sample: "line", colour: predicted, text: names[1] },
  ];
  if (areUnlike) return both;
  return [...both, { sample: "area", colour: up, text: names[2] }, { sample: "area", colour: down, text: names[3] }];
}

/** Where things lie in the picture that `variantTracks` draws. */
export function variantTracksLayout(options: VariantTracksOptions): VariantTracksLayout {
  return lay(options, saidOfVariant(options));
}

/** Where things lie in the picture that `comparedTracks` draws. */
export function comparedTracksLayout(options: ComparedTracksOptions): VariantTracksLayout {
  return lay(seriesOf(options), saidOfModels(options));
}

/** The track of two models as one with two series. */
function seriesOf(options: ComparedTracksOptions): Series {
  const [reference, alternative] = options.values;
  const { record, origin, binSize, view, width, theme, unit, genes } = options;
  const track = { name: "Prediction", assay: "", unit, reference, alternative };
  return { record, origin, binSize, view, width, theme, genes, tracks: [track] };
}

function lay(options: Series, said: Said): VariantTracksLayout {
  const { width, tracks } = options;
  let top = 30 + legendHeight(legendOf(options, said), width - 16);
  const places = tracks.map(() => {
    top += HEADER;
    const differenceTop = top + TRACK + (said.areUnlike ? 0 : 4);
    const differenceBottom = differenceTop + (said.areUnlike ? 0 : DIFFERENCE);
    const place = { top, bottom: top + TRACK, differenceTop, differenceBottom };
    top = place.differenceBottom + GAP;
    return place;
  });
  const [left, right] = [56, width - 12];
  const { genes, axisY } = layGenesUnder(options.genes, options, left, right, top);
  return { width, height: axisY + SEQUENCE_AXIS, left, right, tracks: places, genes, axisY };
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

/** Tracks with the reference and the alternative, and under each their difference. */
export function variantTracks(options: VariantTracksOptions): string {
  return draw(options, saidOfVariant(options));
}

/** One track as two models predict it, and under it the difference. */
export function comparedTracks(options: ComparedTracksOptions): string {
  return draw(seriesOf(options), saidOfModels(options));
}

function draw(options: Series, said: Said): string {
  const { width, theme, tracks, view, record, origin, binSize } = options;
  const { title, position, verb } = said;
  const layout = lay(options, said);
  const { left, right } = layout;
  const [from, to] = view;
  const x = scaleLinear().domain([from, to]).range([left, right]);
  const colours = trackColours(theme);
  const { up, down } = changeColours(theme);
  const pixels = (right - left) * 1.5;
  const changes = tracks.map((track) => changeOf(track, view));

  const drawn = tracks.map((track, i) => {
    const { top, bottom, differenceTop, differenceBottom } = layout.tracks[i];
    const [ofReference, ofAlternative] = [track.reference, track.alternative].map((values) => {
      let most = 0;
      for (let bin = from; bin < to; bin++) most = Math.max(most, finite(values[bin]));
      return most;
    });
    const highest = said.areUnlike
      ? ([roundTop(ofReference), roundTop(ofAlternative)] as const)
      : ([roundTop(Math.max(ofReference, ofAlternative))] as const);
    const [y, ofOther] = [highest[0], highest[1] ?? highest[0]].map((most) =>
      scaleLinear().domain([0, most]).range([bottom, top]).clamp(true),
    );
    const { greatest, bin } = changes[i];
    const reach = roundTop(Math.abs(greatest));
    const difference = Float32Array.from({ length: track.reference.length }, (_, at) =>
      differenceAt(track.reference, track.alternative, at),
    );
    const d = scaleLinear().domain([-reach, reach]).range([differenceBottom, differenceTop]);
    const columns = columnsOf(difference, from, to, pixels);
    const part = (sign: number) => ({
      ...columns,
      values: columns.values.map((value) => (value * sign > 0 ? value : 0)),
    });
    const most_ = said.areUnlike
      ? `scales to ${formatValue(highest[0])} and ${formatValue(highest[1] ?? 0)}`
      : greatest === 0
        ? said.none[0]
        : `${formatSigned(greatest)} at ${basesInWords(record, binStart(options, bin), binStart(options, bin + 1))}`;
    return element("g", { "data-track": track.name }, [
      label(
        left,
        top - 6,
        fit(
          `${track.name}${track.assay && track.assay !== track.name ? `, ${track.assay}` : ""}${
            track.unit ? `, ${track.unit}` : ""
          }`,
          right - left - textWidth(most_, 11) - 16,
          12,
        ),
        { "font-size": 12, fill: theme.ink },
      ),
      label(right, top - 6, most_, { "text-anchor": "end" }),
      element("path", {
        d: stepsArea(columnsOf(track.reference, ...known(track.reference, view), pixels), x, y, bottom),
        fill: colours.measured,
      }),
      element("path", {
        d: stepsPath(columnsOf(track.alternative, ...known(track.alternative, view), pixels), x, ofOther),
        fill: "none",
        stroke: colours.predicted,
        "stroke-width": 1.25,
      }),
      segment(left, bottom, right, bottom, theme.lineStrong),
      ...(said.areUnlike
        ? []
        : [
            uprightTicks([{ at: top, text: formatValue(highest[0]) }], { x: left, outward: -1 }, theme),
            element("path", { d: stepsArea(part(1), x, d, d(0)), fill: up }),
            element("path", { d: stepsArea(part(-1), x, d, d(0)), fill: down }),
            segment(left, d(0), right, d(0), theme.lineStrong),
            uprightTicks(
              [reach, -reach, 0].map((value) => ({ at: d(value), text: value === 0 ? "0" : formatSigned(value) })),
              { x: left, outward: -1 },
              theme,
            ),
          ]),
    ]);
  });

  const at = ((position ?? Number.NaN) + 0.5 - origin) / binSize;
  const mark =
    at >= from && at <= to
      ? segment(x(at), layout.tracks[0]?.top ?? 0, x(at), layout.axisY, theme.ink, { "stroke-dasharray": "2 3" })
      : "";
  const sentences = tracks.map((track, i) => {
    const { bin, greatest, sum } = changes[i];
    if (said.areUnlike) return "Each is on its own scale, since their units differ";
    if (greatest === 0) return `${track.name} ${said.none[1]}`;
    return (
      `${track.name} ${verb} most at ${basesInWords(record, binStart(options, bin), binStart(options, bin + 1))}, ` +
      `by ${formatSigned(greatest)}${said.sums ? `; its sum in view by ${formatSigned(sum)}` : ""}`
    );
  });
  return picture({
    width,
    height: layout.height,
    theme,
    title,
    summary:
      tracks.length === 0
        ? "No track is chosen to be shown."
        : `${said.sums ? "" : `${said.names[0]}; ${said.names[1]}. `}${sentences.join("; ")}.${
            layout.genes ? ` ${genesInWords(layout.genes.shown)}` : ""
          }`,
    body: [
      label(8, 20, fit(title, width - 16, 13, "bold"), {
        "font-size": 13,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      ...drawLegend(legendOf(options, said), 8, 40, width - 16, theme),
      ...drawn,
      ...drawGenesUnder(options.genes, layout.genes, options, left, right, theme),
      mark,
      ...drawSequenceAxis(options, left, right, layout.axisY, theme),
    ],
  });
}
