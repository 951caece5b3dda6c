/**
 * Predicted tracks along a sequence, each over what was measured where that is known; figure 9 of Angus and Eyuboglu
 * 2018.
 */

import { scaleLinear } from "d3-scale";
import { formatCount, formatValue } from "../core/format";
import { drawLegend, legendHeight, type LegendEntry } from "../core/legend";
import { roundTop } from "../core/scale";
import { basesInWords, binStart, drawSequenceAxis, SEQUENCE_AXIS } from "./axis";
import { trackColours } from "./colours";
import { genesInWords } from "./genes";
import { drawGenesUnder, type GenesUnder, layGenesUnder } from "./genes-under";
import type { SequenceTrack, SequenceTracksOptions } from "./options";
import { columnsOf, stepsArea, stepsPath } from "./signal";
import { element, label, picture, segment } from "../core/svg";
import { fit, textWidth } from "../core/text";
import { uprightTicks } from "../core/ticks";

/** Where the tracks lie, in pixels of the picture. */
export interface SequenceTracksLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly tracks: readonly { readonly top: number; readonly bottom: number }[];
  /** The genes below their heading, where there are any. */
  readonly genes?: GenesUnder | undefined;
  readonly axisY: number;
}

/** The sides of the tracks. */
const LEFT = 46;
const RIGHT = 12;

const HEADER = 18;
/** Pixels of each further line over a track. */
const SECOND = 14;
const GAP = 10;

/** A track's height: less where there are many. */
function heightOf(count: number): number {
  return count > 8 ? 32 : count > 4 ? 44 : 64;
}

function legendOf({ tracks, theme }: SequenceTracksOptions): LegendEntry[] {
  const { predicted, measured } = trackColours(theme);
  const known = tracks.some((track) => track.measured);
  return [
    { sample: "line", colour: predicted, text: "predicted" },
    ...(known ? [{ sample: "area", colour: measured, text: "measured, by file" } as const] : []),
  ];
}

/** Heading over a track. */
interface Head {
  /** Its name, at the left of the first line, and how well it agrees with what was measured, at the right. */
  readonly name: string;
  readonly about: string;
  /** Its unit and the file that was measured: behind the name, or in lines below where they are too long. */
  readonly behind: string;
  readonly below: readonly string[];
}

function headOf(
  { name, assay, unit, measured }: SequenceTrack,
  { ownScale, view, width }: SequenceTracksOptions,
): Head {
  const r = measured?.r;
  const scale = measured && ownScale ? `to ${formatValue(roundTop(highestOf(measured.values, view)))}` : "";
  const agrees = r === undefined ? "" : Number.isNaN(r) ? "r not defined" : `r = ${r.toFixed(3).replace("-", "−")}`;
  const about = [agrees, scale].filter(Boolean).join(", ");
  const named = `${name}${assay && assay !== name ? `, ${assay}` : ""}`;
  // Measured values are named by their file: nobody knows that they are what the model predicts.
  const parts = [unit ?? "", measured ? `over ${measured.file}` : ""].filter(Boolean);
  const more = parts.join(", ");
  const all = width - RIGHT - LEFT;
  // As much for an r that is still to come: nothing moves when it has.
  const longest = [...(measured ? [Number.isNaN(r) ? agrees : "r = −0.000"] : []), ...(scale ? [scale] : [])].join(
    ", ",
  );
  const room = all - (longest ? textWidth(longest, 11) + 16 : 0);
  const head = { name: fit(named, room, 12), about };
  if (more === "" || textWidth(named, 12) + 8 + textWidth(more, 11) <= room)
    return { ...head, behind: more, below: [] };
  const lines = textWidth(more, 11) <= all ? [more] : parts;
  return { ...head, behind: "", below: lines.map((line) => fit(line, all, 11)) };
}

/** The greatest value in view. */
function highestOf(values: ArrayLike<number> | undefined, [from, to]: readonly [number, number]): number {
  let most = 0;
  for (let i = from; values && i < to; i++) if (values[i] > most && Number.isFinite(values[i])) most = values[i];
  return most;
}

/** Where the tracks lie in the picture that `sequenceTracks` draws. */
export function sequenceTracksLayout(options: SequenceTracksOptions): SequenceTracksLayout {
  const { width, tracks } = options;
  const [left, right] = [LEFT, width - RIGHT];
  const height = heightOf(tracks.length);
  let top = 30 + legendHeight(legendOf(options), width - 16);
  const places = tracks.map((track) => {
    top += HEADER + SECOND * headOf(track, options).below.length;
    const place = { top, bottom: top + height };
    top += height + GAP;
    return place;
  });
  const { genes, axisY } = layGenesUnder(options.genes, options, left, right, top);
  return { width, height: axisY + SEQUENCE_AXIS, left, right, tracks: places, genes, axisY };
}

/** Marks of places in view, one a pixel: triangles that point down at the first track. */
function drawMarked(
  { marked = [], view, binSize, origin, theme }: SequenceTracksOptions,
  layout: SequenceTracksLayout,
) {
  const { left, right } = layout;
  const [from, to] = view;
  const tip = layout.tracks[0]?.top ?? layout.axisY;
  const pixels = marked.map((base) => left + (right - left) * (((base + 0.5 - origin) / binSize - from) / (to - from)));
  const inView = pixels.filter((x) => x >= left && x <= right);
  const triangles = [...new Set(inView.map(Math.round))].map((x) => `M${x} ${tip}l-3.5 -6h7z`);
  return {
    count: inView.length,
    drawn: triangles.length === 0 ? "" : element("path", { d: triangles.join(""), fill: theme.ink }),
  };
}

/** Predicted tracks as lines, over measured ones as areas. */
export function sequenceTracks(options: SequenceTracksOptions): string {
  const { width, theme, tracks, record, view, binSize, ownScale, pinned } = options;
  const layout = sequenceTracksLayout(options);
  const { left, right } = layout;
  const [from, to] = view;
  const colours = trackColours(theme);
  const x = scaleLinear().domain([from, to]).range([left, right]);
  const pixels = (right - left) * 1.5;
  const place = basesInWords(record, binStart(options, from), binStart(options, to));

  const drawn = tracks.map((track, i) => {
    const { top, bottom } = layout.tracks[i];
    const most = {
      predicted: highestOf(track.predicted, view),
      measured: highestOf(track.measured?.values, view),
    };
    const highest = roundTop(ownScale ? most.predicted : Math.max(most.predicted, most.measured));
    const y = scaleLinear().domain([0, highest]).range([bottom, top]).clamp(true);
    const own = scaleLinear()
      .domain([0, ownScale ? roundTop(most.measured) : highest])
      .range([bottom, top])
      .clamp(true);
    const head = headOf(track, options);
    const line = top - 6 - SECOND * head.below.length;
    return element("g", { "data-track": track.name }, [
      label(left, line, head.name, { "font-size": 12, fill: theme.ink }),
      head.behind ? label(left + textWidth(head.name, 12) + 8, line, head.behind, { fill: theme.inkMuted }) : "",
      ...head.below.map((text, row) => label(left, line + SECOND * (row + 1), text, { fill: theme.inkMuted })),
      head.about ? label(right, line, head.about, { "text-anchor": "end", fill: theme.inkMuted }) : "",
      segment(left, top, right, top, theme.line),
      track.measured
        ? element("path", {
            d: stepsArea(columnsOf(track.measured.values, from, to, pixels), x, own, bottom),
            fill: colours.measured,
          })
        : "",
      element("path", {
        d: stepsPath(columnsOf(track.predicted, from, to, pixels), x, y),
        fill: "none",
        stroke: colours.predicted,
        "stroke-width": 1.5,
        "stroke-linejoin": "round",
      }),
      segment(left, bottom, right, bottom, theme.lineStrong),
      uprightTicks(
        [
          { at: top, text: formatValue(highest) },
          { at: bottom, text: "0" },
        ],
        { x: left, outward: -1 },
        theme,
      ),
    ]);
  });

  const marks = drawMarked(options, layout);
  const shown = pinned !== undefined && pinned >= from && pinned < to ? x(pinned + 0.5) : undefined;
  const columns = (to - from) / Math.max(1, pixels);
  const sentences = tracks.map((track) => {
    let peak = from;
    for (let bin = from; bin < to; bin++) if (track.predicted[bin] > track.predicted[peak]) peak = bin;
    const known = track.measured?.r !== undefined && !Number.isNaN(track.measured.r);
    const r = known ? `, Pearson’s r with ${track.measured!.file} in view ${track.measured!.r!.toFixed(3)}` : "";
    return (
      `${track.name} peaks at ${basesInWords(record, binStart(options, peak), binStart(options, peak + 1))}, ` +
      `predicted ${formatValue(Math.max(0, track.predicted[peak] ?? 0))}${r}`
    );
  });
  return picture({
    width,
    height: layout.height,
    theme,
    title: `Predicted tracks along ${place}`,
    summary:
      tracks.length === 0
        ? "No track is chosen to be shown."
        : `${formatCount(to - from)} bins of ${binSize} bp. ` +
          `${sentences.join("; ")}.${
            columns > 1 ? ` A column of the picture shows the highest of ${Math.ceil(columns)} bins.` : ""
          }${marks.count > 0 ? ` ${formatCount(marks.count)} marked ${marks.count === 1 ? "place" : "places"}.` : ""}${
            layout.genes ? ` ${genesInWords(layout.genes.shown)}` : ""
          }`,
    body: [
      label(8, 20, fit(place, width - 16, 13, "bold"), { "font-size": 13, "font-weight": "bold", fill: theme.ink }),
      ...drawLegend(legendOf(options), 8, 40, width - 16, theme),
      ...drawn,
      marks.drawn,
      ...drawGenesUnder(options.genes, layout.genes, options, left, right, theme),
      shown === undefined
        ? ""
        : segment(shown, layout.tracks[0]?.top ?? 0, shown, layout.axisY, theme.ink, { "stroke-dasharray": "2 3" }),
      ...drawSequenceAxis(options, left, right, layout.axisY, theme),
    ],
  });
}
