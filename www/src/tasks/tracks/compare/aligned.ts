/** Aligns the bins of two models along the same record. Pure. */

import type { ModelCard } from "../../../../../pkg/src/card";
import type { TracksResult } from "../../../../../pkg/src/index";
import { trackOf, type TrackRun } from "../result";

/** Another model's prediction for the record of a run. */
export interface OtherRun extends TrackRun {
  /** Id of the run that it is compared with. */
  readonly of: number;
}

type Bins = Pick<TrackRun, "origin" | "bin" | "bins">;

/** The bins of a result. */
export function binsOf({ origin, binSize, bins }: Pick<TracksResult, "origin" | "binSize" | "bins">): Bins {
  return { origin, bin: binSize, bins };
}

/**
 * Offset in bins of `other` relative to `shown`; undefined if their bins do not coincide.
 */
export function shiftOf(shown: Bins, other: Bins): number | undefined {
  const shift = (other.origin - shown.origin) / shown.bin;
  return shown.bin === other.bin && Number.isInteger(shift) ? shift : undefined;
}

/** Values of `other` in the bins of `shown`; NaN where missing. */
export function inBinsOf(shown: Bins, other: Bins, values: Float32Array): Float32Array {
  const shift = shiftOf(shown, other) ?? Number.NaN;
  return Float32Array.from({ length: shown.bins }, (_, bin) => values[bin - shift] ?? Number.NaN);
}

/** The other model's counterpart of a track: of the same name, else of the same assay, else the first. */
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
