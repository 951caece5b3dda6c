/** The rule by which genes are predicted on. */

import type { ModelCard } from "../../../../../pkg/src/card";
import { formatCount } from "../../../plots/core/format";
import { THRESHOLD } from "../../../../../pkg/src/constants";

export { THRESHOLD };

/**
 * Definition of "on" in a model's training data: "at or above the median of 19,795 genes of K562 (a count of 1,202)";
 * undefined if its card lacks it.
 */
export function onInWords({ training, cell_type }: Pick<ModelCard, "training" | "cell_type">): string | undefined {
  const label = training?.recipe?.["label"];
  if (label === undefined || label === null) return undefined;
  const [, count, genes] = /^count at or above ([\d.]+), the median of (\d+) genes/.exec(String(label)) ?? [];
  if (count === undefined || genes === undefined) return String(label).split(";")[0];
  const of = cell_type ? ` of ${cell_type.name}` : "";
  return `at or above the median of ${formatCount(Number(genes))} genes${of} (a count of ${formatCount(Number(count))})`;
}

/** Returns true if a gene with this probability is predicted on. */
export function isOn(probability: number): boolean {
  return probability >= THRESHOLD;
}
