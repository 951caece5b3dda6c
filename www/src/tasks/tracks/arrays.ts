/** All arrays of a record that was run as one file: tracks, measured values, attention and contributions. */

import type { Intervals, MembersSpread, WorkOptions } from "../../../../pkg/src/index";
import { type ArrayFormat, arraysFile, type NamedArray } from "../../export/arrays";
import type { Caller } from "../../rpc/rpc";
import { SPREAD } from "../shared/members";
import type { TrackCalls } from "./calls";
import { trackOf } from "./names";
import type { SequenceState } from "./session";
import { coverageDrawn } from "./sure/intervals";

/** State of the page beside the tracks themselves. */
type Known = Pick<SequenceState, "coverage" | "noIntervals" | "overlays" | "attention" | "contributions"> & {
  readonly run: NonNullable<SequenceState["run"]>;
};

/** Values of all tracks of a run. */
interface Found {
  readonly values: readonly Float32Array[];
  readonly spreads: readonly MembersSpread[];
  readonly intervals: readonly Intervals[];
}

/** Asks for all tracks of a run, and makes the file. */
export async function arraysOfTracks(
  worker: Caller<TrackCalls>,
  known: Known,
  format: ArrayFormat,
  options: WorkOptions,
): Promise<Blob> {
  const { run } = known;
  const asked = { run: run.id, tracks: Array.from(run.peaks, (_, track) => track) };
  const coverage = coverageDrawn(known);
  const found = {
    values: await worker.call("trackValues", asked, options),
    spreads: await worker.call("trackSpreads", asked, options),
    intervals: coverage === undefined ? [] : await worker.call("trackIntervals", { ...asked, coverage }, options),
  };
  return arraysFile(trackArrays(known, found), format);
}

/** The arrays of a run; starts are counted from 0, as in BED. */
export function trackArrays({ run, overlays, attention, contributions }: Known, found: Found): NamedArray[] {
  const { bins, origin, bin } = run;
  const tracks = run.peaks.length;
  const ofTracks = (name: string, values: readonly Float32Array[]): NamedArray[] =>
    values.length === 0 ? [] : [matrix(name, values, bins)];
  return [
    { name: "record", shape: [1], values: [run.record.name] },
    { name: "track", shape: [tracks], values: Array.from(run.peaks, (_, at) => trackOf(run.model.card, at).name) },
    { name: "start", shape: [bins], values: Int32Array.from({ length: bins }, (_, at) => origin + at * bin) },
    { name: "bin_size", shape: [1], values: Int32Array.of(bin) },
    ...ofTracks("predicted", found.values),
    ...SPREAD.flatMap((part) =>
      ofTracks(
        `predicted_${part}`,
        found.spreads.map((spread) => spread[part]),
      ),
    ),
    ...(["low", "high"] as const).flatMap((end) =>
      ofTracks(
        `interval_${end}`,
        found.intervals.map((interval) => interval[end]),
      ),
    ),
    ...ofTracks(
      "measured",
      overlays.map(({ values }) => values),
    ),
    ...(overlays.length > 0
      ? [{ name: "measured_file", shape: [overlays.length], values: overlays.map(({ source }) => source.file) }]
      : []),
    ...(attention ? attentionArrays(attention) : []),
    ...(contributions ? contributionArrays(run, contributions) : []),
  ];
}

/** Attention from the bin that is chosen to the bins of its window. */
function attentionArrays({ bin, start, bins, heads, layers }: NonNullable<Known["attention"]>): NamedArray[] {
  if (layers.length === 0) return [];
  const { values } = matrix("attention", layers, heads * bins);
  return [
    { name: "attention", shape: [layers.length, heads, bins], values },
    { name: "attention_bin", shape: [1], values: Int32Array.of(bin) },
    { name: "attention_start", shape: [1], values: Int32Array.of(start) },
  ];
}

/** Contributions of bases to a track's sum over the bins that were chosen. */
function contributionArrays({ model }: Known["run"], of: NonNullable<Known["contributions"]>): NamedArray[] {
  const { contributions: values, spread, start, track, codes, bins } = of;
  const shape = [values.length];
  return [
    { name: "contributions", shape, values },
    ...(spread ? SPREAD.map((part) => ({ name: `contributions_${part}`, shape, values: spread[part] })) : []),
    { name: "contributions_start", shape: [1], values: Int32Array.of(start) },
    { name: "contributions_of", shape: [2], values: Int32Array.from(bins) },
    { name: "contributions_track", shape: [1], values: [trackOf(model.card, track).name] },
    { name: "bases", shape, values: Array.from(codes, (code) => "ACGTN"[code] ?? "N") },
  ];
}

/** Rows of one length, below each other. */
function matrix(name: string, rows: readonly Float32Array[], columns: number): NamedArray & { values: Float32Array } {
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => values.set(row, at * columns));
  return { name, shape: [rows.length, columns], values };
}
