/** Which bins of a run are in view. Pure. */

import type { Locus } from "../places/locus";
import type { TrackRun } from "../result";
import type { SequenceState } from "../session-state";

/** Fewest bins in view. */
const CLOSEST = 8;

/** A view of whole bins within the record, not closer than a few. */
export function within(from: number, to: number, bins: number): readonly [number, number] {
  const size = Math.min(bins, Math.max(CLOSEST, Math.round(to - from)));
  const first = Math.max(0, Math.min(bins - size, Math.round(from)));
  return [first, first + size];
}

/** The bins of bases that are counted from 1: the first, and the one after the last. */
export function binsOf(
  { origin, bin }: TrackRun,
  [first, last]: NonNullable<Locus["bases"]>,
): readonly [number, number] {
  const of = (base: number): number => Math.floor((base - 1 - origin) / bin);
  return [of(first), of(last) + 1];
}

/** The view of a place; none for a single base, of which all is shown, and for a place that is not predicted. */
export function viewOf(run: TrackRun, bases: NonNullable<Locus["bases"]>): readonly [number, number] | undefined {
  const [from, to] = binsOf(run, bases);
  return bases[0] === bases[1] || to <= 0 || from >= run.bins ? undefined : within(from, to, run.bins);
}

/** The bin in view with the highest value of the first track that is shown. */
export function strongestBin(
  { shown, values }: SequenceState,
  [from, to]: readonly [number, number],
): number | undefined {
  const first = shown[0] === undefined ? undefined : values.get(shown[0])?.subarray(from, to);
  return first && from + first.reduce((best, value, bin) => (value > first[best]! ? bin : best), 0);
}
