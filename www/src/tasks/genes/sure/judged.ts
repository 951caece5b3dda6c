/** Sets of a run in an element, which has no work that finds them, and a note where they are withdrawn. */

import type { AttentionSpread, ChangeModel, LevelModel, ModelCard, OnOffModel } from "../../../../../pkg/src/index";
import { plainOf } from "../../../rpc/errors";
import type { GenesRun, GeneSpread } from "../result";
import { findSets, FIRST_COVERAGE, hasSets, type Sets, whyWithdrawn } from "./sets";
import { membersOf } from "./spread";

/** The sets, where the model has what they take, and notes for the reader. */
export interface JudgedRun {
  readonly sets?: Sets | undefined;
  readonly notes: readonly { readonly heading: string; readonly text: string }[];
}

/**
 * Finds them at the coverage that was asked for, or at the first of the page. `unlike` are notes on values unlike those
 * of training.
 *
 * @throws InputError where the coverage that was asked for cannot be had of the model.
 */
export async function judgedRun(
  runner: OnOffModel | LevelModel | ChangeModel,
  run: GenesRun,
  { coverage, signal }: { readonly coverage: number | undefined; readonly signal: AbortSignal },
  unlike: JudgedRun["notes"],
): Promise<JudgedRun> {
  if (!hasSets(run.model.card) && coverage === undefined) return { notes: [] };
  const why = whyWithdrawn({ ...run, offScale: [unlike.map(({ text }) => text)] });
  if (why) return { notes: [notSaid(why)] };
  try {
    return { sets: await findSets(runner, run, { coverage: coverage ?? FIRST_COVERAGE, signal }), notes: [] };
  } catch (thrown) {
    if (coverage !== undefined) throw thrown;
    return { notes: [notSaid(plainOf(thrown).message)] };
  }
}

/**
 * Finds the spread of the attention of a gene that is `shown` at a place in its run; undefined for a single model, and
 * where the engine for it does not come: the gene is shown without.
 */
export async function spreadShown(
  card: ModelCard,
  find: () => Promise<AttentionSpread | undefined>,
  shown: number,
): Promise<GeneSpread | undefined> {
  if (membersOf(card) === undefined) return undefined;
  const found = await find().catch(() => undefined);
  return found && { index: shown, alpha: found.alpha, beta: found.beta };
}

function notSaid(text: string) {
  return { heading: "No confidence is available", text };
}
