/** Positions of a file's variants along a record, to mark on its tracks. */

import type { SequenceSession } from "../session";
import type { TrackRun } from "../result";

const NONE: readonly number[] = [];

const known = new WeakMap<Int32Array, Map<number, readonly number[]>>();

/** Positions of the variants on a run's record, from 0, sorted; empty if there are none. */
export function variantsOn(
  { state, scored }: Pick<SequenceSession, "state" | "scored">,
  run: TrackRun,
): readonly number[] {
  const rows = state.variants?.rows ?? [];
  // Sequences outside the run are unknown here.
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
