/** Contributions that were found of genes of runs: they cost nothing again. Without the element that finds them. */

import type { Compared } from "../../explain/contrasts";
import type { Contributions } from "../../explain/result";

/** By the run, and by the position of a gene in it. */
export const contributionsOf = new WeakMap<object, Map<number, Contributions>>();

/** Contributions of a gene of a run that were found last: those that its view shows. */
export function contributionsShown(run: object, index: number): Contributions | undefined {
  return contributionsOf.get(run)?.get(index);
}

/** Known contributions to what is predicted of a gene of a run against a baseline. */
export function contributionsKnown(run: object, index: number, baseline: Compared): Contributions | undefined {
  const found = contributionsShown(run, index);
  return found?.baseline === baseline ? found : undefined;
}
