/** Prediction sets of a run in an element, and a note if they are withdrawn. */

import type { AttentionSpread, ChangeModel, LevelModel, ModelCard, OnOffModel } from "../../../../../pkg/src/index";
import { plainOf } from "../../../rpc/errors";
import type { GenesRun, GeneSpread } from "../result";
import { findSets, FIRST_COVERAGE, hasSets, type Sets, whyWithdrawn } from "./sets";
import { membersOf } from "./spread";

/** The sets, if the model has conformal scores, and notes for the reader. */
export interface JudgedRun {
  readonly sets?: Sets | undefined;
  readonly notes: readonly { readonly heading: string; readonly text: string }[];
}

/**
 * Computes them at the requested coverage, or at the page's default. `unlike` are notes on values that differ from
 * training.
 *
 * @throws InputError if the model does not support the requested coverage.
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
 * Computes the spread of a displayed gene's attention, by index in its run; undefined for a single model, or if the
 * engine for it fails to load: the gene is shown without it.
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
  return { heading: "Which genes are sure is not said", text };
}
