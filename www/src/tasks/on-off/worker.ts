/** Calls that the page's worker answers for models that tell on from off. */

import { Regulens } from "../../../../pkg/src/index";
import { ExplainHandlers } from "../../explain/calls";
import type { Pack } from "../../standalone/calls";
import type { Open } from "../../worker/open";
import type { Keeper } from "../shared/compare/keeper";
import { OnOffHandlers } from "./calls";
import { exportedGenes } from "./standalone/data";

/** Its calls, and what packs a finished run for a page of one file. */
export function atWork(open: Open, keeper: Keeper) {
  // Explanations are asked for next, and offline too: their engine loads once the first results are on their way.
  const loadExplanations = (): void => void Regulens.preload({ task: "change" }).catch(() => {});
  const runs = new OnOffHandlers(open, keeper, () => void setTimeout(loadExplanations));
  const explain = new ExplainHandlers(() => runs.explained());
  open.beforeNext(() => explain.stop());
  const pack: Pack = ({ chosen }, options) => exportedGenes(runs.explained(), chosen, options);
  return { calls: { ...runs, ...explain }, pack };
}
