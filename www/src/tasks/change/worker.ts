/** Worker calls of the page for models of a change. */

import type { Pack } from "../../standalone/calls";
import type { Open } from "../../worker/open";
import type { Keeper } from "../shared/compare/keeper";
import { ChangeHandlers } from "./calls";
import { exportedGenes } from "./standalone/data";

/** Its calls, and what packs a finished run for a page of one file. */
export function atWork(open: Open, keeper: Keeper) {
  const runs = new ChangeHandlers(open, keeper);
  open.beforeNext(() => runs.stop());
  const pack: Pack = ({ chosen }, options) => exportedGenes(runs.exported(), chosen, options);
  return { calls: { ...runs }, pack };
}
