/** Places of the variants of a file along a record, to be marked on its tracks. */

import type { SequenceSession } from "../session";
import type { TrackRun } from "../result";

const NONE: readonly number[] = [];

const known = new WeakMap<Int32Array, Map<number, readonly number[]>>();

/** Positions of the variants on the record of a run, counted from 0 and sorted; empty where there are none. */
export function variantsOn(
  { state, scored }: Pick<SequenceSession, "state" | "scored">,
  run: TrackRun,
): readonly number[] {
  const rows = state.variants?.rows ?? [];
  // Nothing is known here of sequences outside the run.
  if (rows.length === 0 || state.sequences?.records[run.index] !== run.record) return NONE;
  const { records } = scored;
  const byRecord = known.get(records) ?? new Map<number, readonly number[]>();
  known.set(records, byRecord);
  const found =
    byRecord.get(run.index) ??
    rows.flatMap(({ position }, row) => (records[row] === run.index ? [position] : [])).sort((a, b) => a - b);
  byRecord.set(run.index, found);
  return found;
}
