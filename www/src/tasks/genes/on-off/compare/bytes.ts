/** Memory that a run takes. */

import type { Attends, ModelCard } from "../../../../../../pkg/src/index";

/** Bytes of α that a run over `genes` genes will have. */
export function runBytes(genes: number, attends: Attends, { marks, bins }: Pick<ModelCard, "marks" | "bins">): number {
  const rows = { "each-mark": marks.length, "all-marks": 1, none: 0 }[attends.bins];
  return 4 * genes * rows * bins;
}
