/**
 * Predicted tracks along a sequence, each drawn over the measured one if it is known; figure 9 of Angus and Eyuboglu
 * 2018.
 */

import { trackColours } from "../core/colour";
import { formatCorrelation, formatCount, formatValue, intervalName } from "../core/format";
import { END, entry, type Figure, headHeight, type Laid, type Rows, scaled } from "../core/layout";
import { type Framed, ready, type SequenceTrack, type SequenceTracksOptions } from "../core/options";
import { roundTop } from "../core/scale";
import { element, fit, label, textWidth } from "../core/svg";
import { across, ticksBeside } from "../marks/axes";
import { stepsArea, stepsLine } from "../marks/line";
import { bandEntry, bandLengths, drawStepsBand, intervalEntry } from "../marks/spread";
import { binsInWords, sequenceSides } from "./axis";
import { overGenes, type SequenceLayout } from "./genes";

/** Name of a track, with its assay if that adds information: "ATAC of K562, ATAC". */
export function nameAndAssay({ name, assay }: { readonly name: string; readonly assay: string }): string {
  return `${name}${assay && assay !== name ? `, ${assay}` : ""}`;
}

const HEADER = 18;
/** Height of each further line above a track. */
const SECOND = 14;
const GAP = 10;

/**
 * Heading of a track: its name at the left of the first line, and its agreement with the measured track at the right;
 * its unit and the measured file follow the name, or move to lines below if they are too long.
 */
function headOf({ name, assay, unit, measured }: SequenceTrack, { ownScale, view, width }: SequenceTracksOptions) {
  const r = measured?.r;
  const scale = measured && ownScale ? `to ${formatValue(roundTop(highestOf(measured.values, view)))}` : "";
  const agrees = r === undefined ? "" : Number.isNaN(r) ? "r not defined" : `r = ${formatCorrelation(r)}`;
  const about = [agrees, scale].filter(Boolean).join(", ");
  const named = nameAndAssay({ name, assay });
  // Measured values are named by their file: it may not be the quantity that the model predicts.
  const parts = [unit ?? "", measured ? `over ${measured.file}` : ""].filter(Boolean);
  const more = parts.join(", ");
  const { left, right } = sequenceSides(width);
  const all = right - left;
  // Reserves the width for a correlation that is still being computed, so that nothing moves when it arrives.
  const longest = [measured ? (Number.isNaN(r) ? agrees : "r = −0.000") : "", scale].filter(Boolean).join(", ");
  const room = all - (longest ? textWidth(longest, 11) + 16 : 0);
  const head = { name: fit(named, room, 12), about };
  const isBehind = more === "" || textWidth(named, 12) + 8 + textWidth(more, 11) <= room;
  const lines = isBehind ? [] : textWidth(more, 11) <= all ? [more] : parts;
  return { ...head, behind: isBehind ? more : "", below: lines.map((line) => fit(line, all, 11)) };
}

/** The maximum in view. */
export function highestOf(values: ArrayLike<number> | undefined, [from, to]: readonly [number, number]): number {
  let most = 0;
  for (let i = from; values && i < to; i++) if (values[i] > most && Number.isFinite(values[i])) most = values[i];
  return most;
}

/** Triangles that point down at positions in view, at most one per pixel, and their number. */
function drawMarked(
  { marked = [], view, binSize, origin, theme }: SequenceTracksOptions,
  { left, right, tracks, axisY }: SequenceLayout,
): { readonly count: number; readonly drawn: string } {
  const [from, to] = view;
  const tip = tracks[0]?.top ?? axisY;
  const pixels = marked.map((base) => left + (right - left) * (((base + 0.5 - origin) / binSize - from) / (to - from)));
  const inView = pixels.filter((x) => x >= left && x <= right);
  const d = [...new Set(inView.map(Math.round))].map((x) => `M${x} ${tip}l-3.5 -6h7z`).join("");
  return { count: inView.length, drawn: d && element("path", { d, fill: theme.ink }) };
}

function drawTrack(
  { name, predicted, band, interval, measured }: SequenceTrack,
  head: ReturnType<typeof headOf>,
  { top, bottom }: Rows,
  frame: SequenceLayout,
  ownScale = false,
): string {
  const { left, right, view, theme } = frame;
  const colours = trackColours(theme);
  const upper = Math.max(...[predicted, band?.high, interval?.high].map((each) => highestOf(each, view)));
  const under = highestOf(measured?.values, view);
  const highest = roundTop(ownScale ? upper : Math.max(upper, under));
  const panel = scaled(frame, { top, bottom }, [0, highest]);
  panel.y.clamp(true);
  const own = { ...panel, y: panel.y.copy().domain([0, ownScale ? roundTop(under) : highest]) };
  const line = top - 6 - SECOND * head.below.length;
  const muted = { fill: theme.inkMuted };
  // Zoomed out, a pixel has several bins: its band spans their bands, as its line has their maximum.
  return element("g", { "data-track": name }, [
    label(left, line, head.name, { "font-size": 12, fill: theme.ink }),
    head.behind && label(left + textWidth(head.name, 12) + 8, line, head.behind, muted),
    head.below.map((text, row) => label(left, line + SECOND * (row + 1), text, muted)),
    head.about && label(right, line, head.about, { ...END, ...muted }),
    across(frame, top, { stroke: theme.line }),
    measured && stepsArea(own, measured.values, colours.measured),
    interval && drawStepsBand(panel, interval, "interval"),
    band && drawStepsBand(panel, band, "members"),
    stepsLine(panel, predicted, colours.predicted, 1.5),
    across(frame, bottom),
    ticksBeside(panel, [highest, 0], formatValue),
  ]);
}

function sentence({ name, predicted, measured }: SequenceTrack, options: SequenceTracksOptions): string {
  const [from, to] = options.view;
  let peak = from;
  for (let bin = from; bin < to; bin++) if (predicted[bin] > predicted[peak]) peak = bin;
  const isKnown = measured?.r !== undefined && !Number.isNaN(measured.r);
  const r = isKnown ? `, Pearson’s r with ${measured.file} in view ${measured.r!.toFixed(3)}` : "";
  const most = formatValue(Math.max(0, predicted[peak] ?? 0));
  return `${name} peaks at ${binsInWords(options, peak)}, predicted ${most}${r}`;
}

/** The layout of the tracks, and the picture that `sequenceTracks` draws. */
export function sequenceTracksLayout(options: SequenceTracksOptions): Laid<SequenceLayout> {
  const { width, theme, tracks, view, binSize, pinned = Number.NaN, ownScale } = options;
  const [from, to] = view;
  const colours = trackColours(theme);
  const band = tracks.find((track) => track.band)?.band;
  // All tracks of a picture have intervals of the same coverage.
  const interval = tracks.find((track) => track.interval)?.interval;
  const legend = [
    entry("line", colours.predicted, band ? `predicted, mean of ${band.of}` : "predicted"),
    band && bandEntry(band, theme),
    interval && intervalEntry(interval, theme),
    tracks.some((track) => track.measured) && entry("area", colours.measured, "measured, by file"),
  ];
  const head = { title: binsInWords(options, ...view), legend };
  const heads = tracks.map((track) => headOf(track, options));
  // Tracks are lower if there are many.
  const height = tracks.length > 8 ? 32 : tracks.length > 4 ? 44 : tracks.length > 1 ? 56 : 64;
  let y = 30 + headHeight(head, width);
  const places = heads.map(({ below }) => {
    const top = y + HEADER + SECOND * below.length;
    y = top + height + GAP;
    return { top, bottom: top + height };
  });
  const content = (frame: SequenceLayout): Figure => {
    const columns = (to - from) / Math.max(1, (frame.right - frame.left) * 1.5);
    const { count, drawn } = drawMarked(options, frame);
    return {
      head,
      title: `Predicted tracks along ${head.title}`,
      summary: [
        `${formatCount(to - from)} bins of ${binSize} bp.`,
        `${tracks.map((track) => sentence(track, options)).join("; ")}.`,
        band && `Mean and range of ${band.of}.`,
        interval && `${intervalName(interval.coverage)} of each bin.`,
        columns > 1 && `A column of the picture shows the highest of ${Math.ceil(columns)} bins.`,
        count > 0 && `${formatCount(count)} marked ${count === 1 ? "place" : "places"}.`,
      ],
      body: [tracks.map((track, i) => drawTrack(track, heads[i]!, places[i]!, frame, ownScale)), drawn],
    };
  };
  return overGenes(options, sequenceSides(width), places, y, content, pinned + 0.5);
}

/**
 * Predicted tracks as lines, over measured ones as areas, with genes below. `model.predict` returns `record`, `origin`,
 * `binSize` and the values, [bins, tracks].
 *
 * ```js
 * const svg = sequenceTracks({
 *   record: "chrIV", origin: 4096, binSize: 128, view: [0, 4],
 *   tracks: [{ name: "ATAC", assay: "ATAC", predicted: [4, 60, 35, 3] }],
 * });
 * ```
 *
 * @category DNA: tracks and variants
 * @returns The picture as SVG.
 */
export function sequenceTracks(given: Framed<SequenceTracksOptions>): string {
  const options = ready("sequenceTracks", given, ({ tracks }) =>
    tracks.flatMap(({ name, predicted, band, interval }, i) =>
      [["band", band] as const, ["interval", interval] as const].flatMap(([of, ends]) =>
        bandLengths(`tracks[${i}].${of}`, ends, predicted.length, `the bins of ${name}`),
      ),
    ),
  );
  return sequenceTracksLayout(options).draw();
}
