/** Memory limit of runs that are kept to be compared. */

import { InputError } from "../../../../../pkg/src/index";

/** Bytes that kept runs may hold together: what a tab of a machine with little memory can spare. */
export const KEPT_LIMIT = 400e6;

/** Letters of kept runs: one more than are kept at most, for one that is removed and can be put back. */
export const LETTERS = [..."ABCDEFGHI"] as const;

/** A run that the worker keeps to compare it with others. */
export interface Kept {
  /** Identifier of the run in later calls. */
  readonly id: number;
  /** Bytes that all kept runs hold in the worker: their attention and their tables. */
  readonly memory: number;
}

/** A model that was run on the data of the finished run, and kept. */
export interface ComparedRun<Run> extends Kept {
  readonly run: Run;
  /** Differences between the data's values and those that this model was trained on, for a user. */
  readonly deviations: readonly string[];
}

/** Refuses to keep `bytes` more where `held` are held already and at most `limit` may be. */
export function refuseOverLimit(bytes: number, held: number, limit: number): void {
  if (held + bytes <= limit) return;
  const megabytes = (value: number): string => `${Math.ceil(value / 1e6)} MB`;
  throw new InputError(
    `Keeping this run takes ${megabytes(bytes)}, and kept runs hold ${megabytes(held)} of at most ${megabytes(limit)}.`,
    {
      code: "kept-memory",
      remedy: held > 0 ? "Remove a kept run first." : "Compare on fewer genes.",
    },
  );
}
