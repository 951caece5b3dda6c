/** Contributions to predictions of genes: computed in a table, and cached. Imports no elements. */

import type { Compared } from "../../explain/contrasts";
import type { LevelModel, OnOffModel, WorkOptions } from "../../../../pkg/src/index";
import { type Contributions, contributionsOf as asContributions } from "../../explain/result";
import type { AnswerSource } from "./answered";

/** By run, and by index of the gene in it. */
export const contributionsOf = new WeakMap<object, Map<number, Contributions>>();

/** The contributions last computed for a gene of a run: those that its view shows. */
export function contributionsShown(run: object, index: number): Contributions | undefined {
  return contributionsOf.get(run)?.get(index);
}

/** Cached contributions to the prediction of a run's gene, relative to a baseline. */
export function contributionsKnown(run: object, index: number, baseline: Compared): Contributions | undefined {
  const found = contributionsShown(run, index);
  return found?.baseline === baseline ? found : undefined;
}

/** Computes contributions of bins and of whole marks for a gene of one table. */
export async function findInTable(
  { runner, tables, index }: AnswerSource<OnOffModel | LevelModel>,
  options: WorkOptions,
): Promise<Contributions> {
  const of = { ...options, genes: [index] };
  const byBin = await runner.attributions(tables[0]!, of);
  return asContributions(byBin, await runner.attributions(tables[0]!, { ...of, method: "shapley" }));
}
