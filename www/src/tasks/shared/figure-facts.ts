/** Facts in the small print of a figure besides the model and its data. */

import type { ModelCard } from "../../../../pkg/src/index";
import type { ReadTable } from "../../session/opened";

/** Bin size, and what a reader of the figure must not overlook. */
export function factsOf(
  { bin_size, simulated }: Pick<ModelCard, "bin_size" | "simulated">,
  data: readonly Pick<ReadTable, "simulated">[],
  offScale: readonly string[] = [],
): string[] {
  return [
    ...(bin_size > 0 ? [`bins of ${bin_size} bp`] : []),
    ...(data.some((each) => each.simulated) ? ["simulated data"] : []),
    ...(simulated ? ["model trained on simulated data"] : []),
    ...(offScale.length > 0 ? ["values unlike the training data"] : []),
  ];
}
