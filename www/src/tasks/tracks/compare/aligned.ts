/** Bins of two models along the same record. Pure. */

import type { ModelCard } from "../../../../../pkg/src/card";
import type { TracksResult } from "../../../../../pkg/src/index";
import { trackOf, type TrackRun } from "../result";

/** Prediction of another model for the record of a run. */
export interface OtherRun extends TrackRun {
  /** The run that it is compared with. */
  readonly of: number;
}

type Bins = Pick<TrackRun, "origin" | "bin" | "bins">;

/** The bins of a result. */
export function binsOf({ origin, binSize, bins }: Pick<TracksResult, "origin" | "binSize" | "bins">): Bins {
  return { origin, bin: binSize, bins };
}

/**
 * Number of bins after those of `shown` at which the bins of `other` begin; undefined where they are not the same bins.
 */
export function shiftOf(shown: Bins, other: Bins): number | undefined {
  const shift = (other.origin - shown.origin) / shown.bin;
  return shown.bin === other.bin && Number.isInteger(shift) ? shift : undefined;
}

/** Values of `other` in the bins of `shown`; NaN where it has none. */
export function inBinsOf(shown: Bins, other: Bins, values: Float32Array): Float32Array {
  const shift = shiftOf(shown, other) ?? Number.NaN;
  return Float32Array.from({ length: shown.bins }, (_, bin) => values[bin - shift] ?? Number.NaN);
}

/** The track of another model to compare with a track: of the same name, else of the same assay, else the first. */
export function counterpart(
  card: Pick<ModelCard, "tracks">,
  track: number,
  other: Pick<ModelCard, "tracks">,
  tracks: number,
): number {
  const wanted = trackOf(card, track);
  const all = Array.from({ length: tracks }, (_, each) => trackOf(other, each));
  const found = [
    all.findIndex(({ name }) => name === wanted.name),
    all.findIndex(({ assay }) => assay !== "" && assay === wanted.assay),
  ];
  return found.find((each) => each >= 0) ?? 0;
}
