/** Contributions that were found of genes of runs: they cost nothing again. Without the element that finds them. */

import type { Compared } from "../../explain/contrasts";
import type { Contributions } from "../../explain/result";

/** By the run, and by the position of a gene in it. */
export const contributionsOf = new WeakMap<object, Map<number, Contributions>>();

/** Known contributions to what is predicted of a gene of a run against a baseline. */
export function contributionsKnown(run: object, index: number, baseline: Compared): Contributions | undefined {
  const found = contributionsOf.get(run)?.get(index);
  return found?.baseline === baseline ? found : undefined;
}
