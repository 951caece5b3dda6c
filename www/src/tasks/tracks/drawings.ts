/** Drawings and readouts of the figures along a sequence: from the state of a run to the plots' functions. */

import type { MembersSpread } from "../../../../pkg/src/index";
import { columns as tsv } from "../../export/columns";
import {
  attentionMap,
  attentionMapLayout,
  baseAtPixel,
  basePlace,
  basesPicture,
  binsInWords,
  formatAttention,
  formatBase,
  formatSigned,
  formatValue,
  headAttention,
  headAttentionLayout,
  mapPixels,
  mutagenesis,
  mutagenesisLayout,
  type PlotFrame,
  positionFunctions,
  positionFunctionsLayout,
  positionValue,
  type SequenceGenes,
  type SequenceTrack,
  sequenceTracks,
  sequenceTracksLayout,
  type Stretch,
} from "../../plots/sequences";
import { intervalName } from "../../plots/core/format";
import { plainRow, slotPlaces } from "../../plots/core/hover";
import type { Sides } from "../../plots/core/layout";
import type { Theme } from "../../plots";
import type { Correlations } from "../../session/correlations";
import { bandOf, behindMean, SPREAD } from "../shared/members";
import type { SequenceState, ShownMap } from "./session";
import { type AttentionRows, trackOf, type TrackRun } from "./result";
import { intervalAt, intervalColumns } from "./sure/intervals";
import type { Drawing } from "../../ui/drawing";

/** Pixels of a bin in a picture of the bins in view. */
function cursor([from, to]: readonly [number, number], left: number, right: number, bin: number): Sides {
  const width = (right - left) / (to - from);
  return { left: left + (bin - from) * width, right: left + (bin - from + 1) * width };
}

/** Table of the bins `from` to `to` (excluded), each with its bases. */
export function sequenceTsv(
  { record, origin, binSize }: Pick<Stretch, "record" | "origin" | "binSize">,
  [from, to]: readonly [number, number],
  columns: readonly { readonly name: string; readonly values: ArrayLike<number> }[],
): string {
  return tsv(
    ["record", "start", "end", ...columns.map(({ name }) => name)],
    Array.from({ length: to - from }, (_, i) => {
      const start = origin + (from + i) * binSize;
      return [record, start, start + binSize, ...columns.map(({ values }) => values[from + i]!)];
    }),
  );
}

/** Columns `TRACK.sd`, `TRACK.low` and `TRACK.high`; empty for a single model. */
export function spreadColumns(
  name: string,
  spread: MembersSpread | undefined,
): { readonly name: string; readonly values: Float32Array }[] {
  return spread ? SPREAD.map((part) => ({ name: `${name}.${part}`, values: spread[part] })) : [];
}

/** Lowest and highest value in a bin. */
export function rangeAt(spread: MembersSpread | undefined, bin: number): readonly [number, number] | undefined {
  return spread && [spread.low[bin]!, spread.high[bin]!];
}

/** Pearson's r of each measured track with its predicted one, in view, if known. */
export function correlationsInView(
  { shown, values, overlays, view }: SequenceState,
  correlations: Correlations | undefined,
): (number | undefined)[] {
  return overlays.map(({ track, values: measured }) => {
    const predicted = shown.includes(track) ? values.get(track) : undefined;
    return predicted && correlations?.of(predicted, measured, ...view);
  });
}

/** Predicted tracks in view over measured ones, each with its r. Positions are all bins of the record. */
export function tracksDrawing(
  { shown, values, spreads, intervals, overlays, view, ownScale, bin: pinned }: SequenceState,
  run: TrackRun,
  rs: readonly (number | undefined)[] = [],
  genes?: SequenceGenes,
  marked?: readonly number[],
): Drawing {
  const { card } = run.model;
  const tracks: (SequenceTrack & { readonly spread: MembersSpread | undefined })[] = shown.flatMap((track) => {
    const predicted = values.get(track);
    if (!predicted) return [];
    const { name, assay, unit } = trackOf(card, track);
    const spread = spreads.get(track);
    const band = bandOf(spread, card);
    const under = overlays.filter((overlay) => overlay.track === track);
    // Each measured track gets a panel of its own, under the same prediction.
    return (under.length > 0 ? under : [undefined]).map((overlay) => ({
      name,
      assay,
      unit: unit ?? undefined,
      predicted,
      ...{ spread, band, interval: intervals.get(track) },
      measured: overlay && { values: overlay.values, file: overlay.file, r: rs[overlays.indexOf(overlay)] },
    }));
  });
  const stretch = { record: run.record.name, origin: run.origin, binSize: run.bin, view };
  const options = (frame: PlotFrame) => ({ ...frame, ...stretch, tracks, ownScale, pinned, genes, marked });
  const anyMeasured = tracks.some(({ measured }) => measured);
  const anySpread = tracks.some(({ spread }) => spread);
  const interval = tracks.find((track) => track.interval)?.interval;
  const intervalHead = interval ? [intervalName(interval.coverage)] : [];
  // A prediction over several measured tracks is a single column.
  const columns = tracks.flatMap(({ name, predicted, measured, spread, interval }, i) => [
    ...(tracks[i - 1]?.predicted === predicted
      ? []
      : [{ name, values: predicted }, ...spreadColumns(name, spread), ...intervalColumns(name, interval)]),
    ...(measured ? [{ name: `measured, ${measured.file}`, values: measured.values }] : []),
  ]);
  return {
    saved: "sequence-tracks",
    gene: run.record.name,
    draw: (frame) => sequenceTracks(options(frame)),
    tsv: () => sequenceTsv(stretch, view, columns),
    places: slotPlaces(
      { name: "bin", count: run.bins, view },
      (frame) => sequenceTracksLayout(options(frame)),
      (bin) => ({
        title: binsInWords(stretch, bin),
        columns: ["", "predicted", ...(anySpread ? ["SD"] : []), ...intervalHead, ...(anyMeasured ? ["measured"] : [])],
        rows: tracks.map(({ name, predicted, measured, spread, interval }) => {
          const under = measured ? formatValue(measured.values[bin]) : "–";
          const named = measured ? `${name}, over ${measured.file}` : name;
          const value = formatValue(predicted[bin]) + behindMean(rangeAt(spread, bin), formatValue);
          const sd = anySpread ? [spread ? formatValue(spread.sd[bin]!) : "–"] : [];
          const ends = intervalHead.map(() => intervalAt(interval, bin, formatValue));
          return plainRow(named, value, ...sd, ...ends, ...(anyMeasured ? [under] : []));
        }),
      }),
    ),
  };
}

/** Minimum fraction of the view for a window on the tracks' axis: a narrower one is illegible. */
const LEGIBLE = 1 / 6;

/**
 * Bins of a window's figure, counted from the window's first: those of the tracks' view, possibly beyond the window, so
 * that both share an axis. The whole window if requested, or if the two hardly overlap.
 */
export function attentionView(
  { view }: Pick<SequenceState, "view">,
  run: TrackRun,
  { start, bins }: Pick<AttentionRows, "start" | "bins">,
  whole: boolean,
): readonly [number, number] {
  const offset = Math.round((run.origin - start) / run.bin);
  const [from, to] = [view[0] + offset, view[1] + offset];
  const common = Math.min(bins, to) - Math.max(0, from);
  return whole || common < 4 || common < LEGIBLE * (to - from) ? [0, bins] : [from, to];
}

/** Attention of a layer's heads from a bin; `besides` are weights of a neighbouring picture on the same scale. */
export function headsDrawing(
  run: TrackRun,
  rows: Omit<AttentionRows, "bin">,
  layer: number,
  view: readonly [number, number],
  crop: number,
  heads: readonly number[],
  besides?: readonly Float32Array[],
): Drawing {
  const weights = rows.layers[layer] ?? new Float32Array(0);
  const { bins, start, windowBin } = rows;
  const stretch = { record: run.record.name, origin: start, binSize: run.bin, view };
  const options = (frame: PlotFrame) => ({
    ...{ ...frame, ...stretch, layer, layers: rows.layers.length, bin: windowBin, bins, crop, heads },
    ...{ weights, besides: besides?.[layer] },
  });
  const columns = Array.from({ length: rows.heads }, (_, head) => ({
    ...{ name: `head ${head + 1}`, values: weights.subarray(head * bins, (head + 1) * bins) },
  }));
  return {
    saved: "head-attention",
    gene: run.record.name,
    draw: (frame) => headAttention(options(frame)),
    tsv: () => sequenceTsv(stretch, [0, bins], columns),
    places: slotPlaces(
      { name: "bin", count: bins, view },
      (frame) => headAttentionLayout(options(frame)),
      (bin) => ({
        title: `${binsInWords(stretch, bin)}${bin === windowBin ? ", the bin itself" : ""}`,
        columns: ["", "attention"],
        rows: heads.map((head) => plainRow(`head ${head + 1}`, formatAttention(weights[head * bins + bin] ?? 0))),
      }),
    ),
  };
}

/** Cached images of maps, by content. */
const images = new WeakMap<Float32Array, Map<string, string>>();

/** The bins of a map as an image. */
function imageOf(map: ShownMap, view: readonly [number, number], top: number, theme: Theme): string | undefined {
  const known = images.get(map.values) ?? new Map<string, string>();
  images.set(map.values, known);
  const key = [...view, theme.name, theme.surface].join();
  if (known.has(key)) return known.get(key);
  const side = view[1] - view[0];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  const pixels = context.createImageData(side, side);
  pixels.data.set(mapPixels(map.values, map.bins, view, top, map.of === "change", theme));
  context.putImageData(pixels, 0, 0);
  const image = canvas.toDataURL("image/png");
  known.set(key, image);
  return image;
}

/** One head's attention from all bins to all bins. Positions are the cells in view, row by row. */
export function mapDrawing(
  run: TrackRun,
  map: ShownMap,
  view: readonly [number, number],
  layers: number,
  pinned: number | undefined,
): Drawing {
  const of = {
    bin: "",
    reference: ", reference",
    alternative: ", alternative",
    change: ", alternative less reference",
  }[map.of];
  const title = `Attention of head ${map.head + 1}${layers > 1 ? ` of layer ${map.layer + 1}` : ""}${of}`;
  const { top } = map;
  const side = view[1] - view[0];
  const stretch = { record: run.record.name, origin: map.start, binSize: run.bin, view };
  const options = (frame: PlotFrame) => ({
    ...{ ...frame, ...stretch, title, top, isChange: map.of === "change", pinned },
    image: imageOf(map, view, top, frame.theme),
  });
  return {
    saved: "attention-map",
    gene: run.record.name,
    draw: (frame) => attentionMap(options(frame)),
    places: {
      count: side * side,
      name: "cell",
      row: side,
      at: (frame, x, y) => {
        const { left, top, size } = attentionMapLayout(frame);
        const [column, row] = [Math.floor(((x - left) / size) * side), Math.floor(((y - top) / size) * side)];
        return column >= 0 && row >= 0 && column < side && row < side ? row * side + column + 1 : undefined;
      },
      read: (frame, place) => {
        const { left, size } = attentionMapLayout(frame);
        const [row, column] = [view[0] + Math.floor((place - 1) / side), view[0] + ((place - 1) % side)];
        const weight = map.values[row * map.bins + column] ?? 0;
        return {
          ...cursor(view, left, left + size, column),
          title: `From ${binsInWords(stretch, row)}`,
          columns: ["", map.of === "change" ? "change" : "attention"],
          rows: [
            plainRow(
              `to ${binsInWords(stretch, column)}`,
              map.of === "change" ? formatSigned(weight) : formatAttention(weight),
            ),
          ],
        };
      },
    },
  };
}

/** The row (from 0, in the window) of a cell of a map. */
export function rowOfPlace(view: readonly [number, number], place: number): number {
  return view[0] + Math.floor((place - 1) / (view[1] - view[0]));
}

/** The position functions of a layer. */
export function functionsDrawing(
  values: Float32Array,
  layer: number,
  layers: number,
  heads: number,
  bins: number,
  binSize: number,
): Drawing {
  const options = (frame: PlotFrame) => ({ ...frame, layer, layers, heads, bins, binSize, values });
  return {
    saved: "position-functions",
    draw: (frame) => positionFunctions(options(frame)),
    tsv: () =>
      tsv(
        ["offset", ...Array.from({ length: heads }, (_, head) => `head ${head + 1}`)],
        Array.from({ length: 2 * bins - 1 }, (_, i) => [
          i - (bins - 1),
          ...Array.from({ length: heads }, (_, head) => values[head * (2 * bins - 1) + i]),
        ]),
      ),
    places: {
      count: 2 * bins - 1,
      name: "distance",
      at: (frame, pixel) => {
        const { left, right } = positionFunctionsLayout(options(frame));
        const offset = Math.round(((pixel - left) / (right - left)) * (2 * bins - 2)) - (bins - 1);
        return Math.abs(offset) < bins ? offset + bins : undefined;
      },
      read: (frame, place) => {
        const { left, right } = positionFunctionsLayout(options(frame));
        const at = left + ((place - 1) / Math.max(1, 2 * bins - 2)) * (right - left);
        const offset = place - bins;
        return {
          left: at - 1,
          right: at + 1,
          title: `t − i = ${offset > 0 ? "+" : offset < 0 ? "−" : ""}${Math.abs(offset)} bins`,
          columns: ["", "f"],
          rows: Array.from({ length: heads }, (_, head) =>
            plainRow(`head ${head + 1}`, formatAttention(positionValue({ values, bins }, head, offset))),
          ),
        };
      },
    },
  };
}

/** The bases of a bin, with the selected one. */
export function basesDrawing(
  run: TrackRun,
  { start, text }: { readonly start: number; readonly text: string },
  chosen: number | undefined,
): Drawing {
  const options = (frame: PlotFrame) => ({ ...frame, record: run.record.name, start, bases: text, chosen });
  return {
    saved: "sequence-tracks",
    gene: `${run.record.name}-${start + 1}-bases`,
    draw: (frame) => basesPicture(options(frame)),
    places: {
      count: text.length,
      name: "base",
      at: (frame, x, y) => baseAtPixel(options(frame), x, y),
      read: (frame, place) => ({
        ...basePlace(options(frame), place),
        title: `${text[place - 1]} at ${formatBase(start + place)}`,
        columns: ["", ""],
        rows: [plainRow("Click or Enter to change it", "")],
      }),
    },
  };
}

/** Contribution of each base of a stretch to one track. */
export function mutagenesisDrawing(
  run: TrackRun,
  found: NonNullable<SequenceState["mutagenesis"]>,
  track: number,
): Drawing {
  const count = run.peaks.length;
  const { start, codes, bins, reference } = found;
  const change = Float32Array.from({ length: codes.length * 4 }, (_, i) => found.change[i * count + track]);
  const each = Float32Array.from(codes, (_, i) => found.contribution[i * count + track]);
  const { name } = trackOf(run.model.card, track);
  const options = (frame: PlotFrame) => ({
    ...{ ...frame, record: run.record.name, track: name, start, codes, change, contribution: each },
    ...{ reference: reference[track], bins: bins[1] - bins[0] },
  });
  return {
    saved: "mutagenesis",
    gene: `${run.record.name}-${start + 1}-${name}`,
    draw: (frame) => mutagenesis(options(frame)),
    tsv: () =>
      tsv(
        ["record", "position", "base", "contribution", "A", "C", "G", "T"],
        Array.from(codes, (code, i) => [
          run.record.name,
          start + i + 1,
          "ACGTN"[code] ?? "N",
          each[i],
          ...[0, 1, 2, 3].map((base) => change[4 * i + base]),
        ]),
      ),
    places: slotPlaces(
      { name: "base", count: codes.length, view: [0, codes.length] },
      (frame) => mutagenesisLayout(options(frame)),
      (i) => ({
        title: `${"ACGTN"[codes[i]] ?? "N"} at ${formatBase(start + i + 1)}`,
        columns: ["", "change"],
        rows: [
          ...[0, 1, 2, 3]
            .filter((base) => base !== codes[i])
            .map((base) => plainRow(`to ${"ACGT"[base]}`, formatSigned(change[4 * i + base]))),
          plainRow("contributes", formatSigned(each[i])),
        ],
      }),
    ),
  };
}
