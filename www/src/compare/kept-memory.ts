/** How much memory kept runs may take. */

import { type Attends, InputError, type ModelCard } from "../../../pkg/src/index";

/** Bytes of α that a run over `genes` genes will have. */
export function runBytes(genes: number, attends: Attends, { marks, bins }: Pick<ModelCard, "marks" | "bins">): number {
  const rows = { "each-mark": marks.length, "all-marks": 1, none: 0 }[attends.bins];
  return 4 * genes * rows * bins;
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
