/** What a variant changes along the window around it: each track as it is and as it would be, and their difference. */

import { scaleLinear } from "d3-scale";
import { formatSigned, formatValue } from "../core/format";
import { drawLegend, legendHeight, type LegendEntry } from "../core/legend";
import { finite, roundTop } from "../core/scale";
import { basesInWords, binStart, drawSequenceAxis, SEQUENCE_AXIS } from "./axis";
import { changeColours } from "../core/changes";
import { trackColours } from "./colours";
import type { VariantTrack, VariantTracksOptions } from "./options";
import { columnsOf, stepsArea, stepsPath } from "./signal";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";

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
  readonly axisY: number;
}

function legendOf({ theme }: VariantTracksOptions): LegendEntry[] {
  const { predicted, measured } = trackColours(theme);
  const { up, down } = changeColours(theme);
  return [
    { sample: "area", colour: measured, text: "reference" },
    { sample: "line", colour: predicted, text: "alternative" },
    { sample: "area", colour: up, text: "rises" },
    { sample: "area", colour: down, text: "falls" },
  ];
}

/** Where things lie in the picture that `variantTracks` draws. */
export function variantTracksLayout(options: VariantTracksOptions): VariantTracksLayout {
  const { width, tracks } = options;
  let top = 30 + legendHeight(legendOf(options), width - 16);
  const places = tracks.map(() => {
    top += HEADER;
    const differenceTop = top + TRACK + 4;
    const place = { top, bottom: top + TRACK, differenceTop, differenceBottom: differenceTop + DIFFERENCE };
    top = place.differenceBottom + GAP;
    return place;
  });
  return { width, height: top + SEQUENCE_AXIS, left: 56, right: width - 12, tracks: places, axisY: top };
}

/** The greatest difference of a track, where it is, and what the track's sum changes by. */
export function changeOf(
  { reference, alternative }: Pick<VariantTrack, "reference" | "alternative">,
  [from, to]: readonly [number, number],
): { readonly bin: number; readonly greatest: number; readonly sum: number } {
  let [bin, greatest, sum] = [from, 0, 0];
  for (let i = from; i < to; i++) {
    const difference = finite(alternative[i]) - finite(reference[i]);
    sum += difference;
    if (Math.abs(difference) > Math.abs(greatest)) [bin, greatest] = [i, difference];
  }
  return { bin, greatest, sum };
}

/** Tracks with the reference and the alternative, and under each their difference. */
export function variantTracks(options: VariantTracksOptions): string {
  const { width, theme, tracks, view, record, variant, position, origin, binSize } = options;
  const layout = variantTracksLayout(options);
  const { left, right } = layout;
  const [from, to] = view;
  const x = scaleLinear().domain([from, to]).range([left, right]);
  const colours = trackColours(theme);
  const { up, down } = changeColours(theme);
  const pixels = (right - left) * 1.5;
  const changes = tracks.map((track) => changeOf(track, view));

  const drawn = tracks.map((track, i) => {
    const { top, bottom, differenceTop, differenceBottom } = layout.tracks[i];
    let most = 0;
    for (let bin = from; bin < to; bin++)
      most = Math.max(most, finite(track.reference[bin]), finite(track.alternative[bin]));
    const highest = roundTop(most);
    const y = scaleLinear().domain([0, highest]).range([bottom, top]).clamp(true);
    const { greatest, bin } = changes[i];
    const reach = roundTop(Math.abs(greatest));
    const difference = Float32Array.from(
      { length: track.reference.length },
      (_, at) => finite(track.alternative[at]) - finite(track.reference[at]),
    );
    const d = scaleLinear().domain([-reach, reach]).range([differenceBottom, differenceTop]);
    const columns = columnsOf(difference, from, to, pixels);
    const part = (sign: number) => ({
      ...columns,
      values: columns.values.map((value) => (value * sign > 0 ? value : 0)),
    });
    const most_ =
      greatest === 0
        ? "no change"
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
        d: stepsArea(columnsOf(track.reference, from, to, pixels), x, y, bottom),
        fill: colours.measured,
      }),
      element("path", {
        d: stepsPath(columnsOf(track.alternative, from, to, pixels), x, y),
        fill: "none",
        stroke: colours.predicted,
        "stroke-width": 1.25,
      }),
      segment(left, bottom, right, bottom, theme.lineStrong),
      label(left - 6, top + 8, formatValue(highest), { "text-anchor": "end", "font-size": 10, fill: theme.inkFaint }),
      element("path", { d: stepsArea(part(1), x, d, d(0)), fill: up }),
      element("path", { d: stepsArea(part(-1), x, d, d(0)), fill: down }),
      segment(left, d(0), right, d(0), theme.lineStrong),
      label(left - 6, differenceTop + 8, formatSigned(reach), {
        "text-anchor": "end",
        "font-size": 10,
        fill: theme.inkFaint,
      }),
      label(left - 6, differenceBottom, formatSigned(-reach), {
        "text-anchor": "end",
        "font-size": 10,
        fill: theme.inkFaint,
      }),
    ]);
  });

  const at = (position + 0.5 - origin) / binSize;
  const mark =
    at >= from && at <= to
      ? segment(x(at), layout.tracks[0]?.top ?? 0, x(at), layout.axisY, theme.ink, { "stroke-dasharray": "2 3" })
      : "";
  const sentences = tracks.map((track, i) => {
    const { bin, greatest, sum } = changes[i];
    if (greatest === 0) return `${track.name} does not change`;
    return (
      `${track.name} changes most at ${basesInWords(record, binStart(options, bin), binStart(options, bin + 1))}, ` +
      `by ${formatSigned(greatest)}; its sum in view by ${formatSigned(sum)}`
    );
  });
  return picture({
    width,
    height: layout.height,
    theme,
    title: `What ${variant} changes`,
    summary: tracks.length === 0 ? "No track is chosen to be shown." : `${sentences.join("; ")}.`,
    body: [
      label(8, 20, fit(`What ${variant} changes`, width - 16, 13, "bold"), {
        "font-size": 13,
        "font-weight": "bold",
        fill: theme.ink,
      }),
      ...drawLegend(legendOf(options), 8, 40, width - 16, theme),
      ...drawn,
      mark,
      ...drawSequenceAxis(options, left, right, layout.axisY, theme),
    ],
  });
}
