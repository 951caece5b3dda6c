/** Calls that the page's worker answers for models of genes. */

import { Regulens } from "../../../../../pkg/src/index";
import { ExplainHandlers } from "../../../explain/calls";
import type { Pack } from "../../../standalone/calls";
import type { Open } from "../../../worker/open";
import type { Keeper } from "../../shared/compare/keeper";
import { ArrayHandlers } from "./arrays";
import { CalibrationHandlers } from "./calibration";
import { GeneHandlers } from "./calls";
import { exportedGenes } from "./exported";
import { MeasuredHandlers } from "./measured";
import { SampleHandlers } from "./samples";
import { attentionSpreadOf } from "./spread";

/** Their calls, and what packs a finished run for a page of one file. */
export function atWork(open: Open, keeper: Keeper) {
  // Explanations are asked for next, and offline too: their engine loads once the first results are on their way.
  const loadExplanations = (): void => void Regulens.preload({ task: "change" }).catch(() => {});
  const runs = new GeneHandlers(open, keeper, () => void setTimeout(loadExplanations));
  const measured = new MeasuredHandlers(open, () => runs.needRun());
  const explain = new ExplainHandlers(
    () => runs.explained(),
    () => measured.foldChange(),
  );
  const calibration = new CalibrationHandlers(
    () => runs.explained(),
    () => runs.needRun().judged,
  );
  const arrays = new ArrayHandlers(
    () => runs.needRun(),
    (options) => explain.contributionsOfAll(options),
    (options) => attentionSpreadOf(runs.explained(), options),
  );
  open.beforeNext(() => explain.stop());
  const pack: Pack = ({ chosen }, options) => exportedGenes(runs.explained(), chosen, options);
  const samples = new SampleHandlers(open);
  return { calls: { ...runs, ...measured, ...explain, ...arrays, ...samples, ...calibration }, pack };
}
