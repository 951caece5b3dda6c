/** The worker's calls for models of genes. */

import { Regulens, type WorkOptions } from "../../../../../pkg/src/index";
import { type ExplainedRun, ExplainHandlers } from "../../../explain/calls";
import type { Pack } from "../../../standalone/calls";
import type { ExportedData } from "../../../standalone/format";
import { makeBlock } from "../../../standalone/write";
import type { Open } from "../../shared/open";
import type { Keeper } from "../../shared/compare/keeper";
import { ArrayHandlers } from "./arrays";
import { GeneHandlers } from "./calls";
import { attentionSpreadOf, CalibrationHandlers, MeasuredHandlers } from "./measured";
import { packedTables } from "./held";
import { SampleHandlers } from "./samples";

/** The calls, and the functions that pack a finished run for a single-file page. */
export function atWork(open: Open, keeper: Keeper) {
  // Explanations usually follow, also offline: their engine loads while the first results are on their way.
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

/** The chosen genes of a run. */
async function exportedGenes(
  run: ExplainedRun,
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  const { runner, tables } = run;
  const names = chosen.map((gene) => run.genes[gene]!);
  const prepared = "prepared" in run ? run.prepared : runner.prepare(tables[0], run.preparations[0]);
  try {
    return {
      weights: await makeBlock("weights", runner.bytes),
      inputs: await packedTables({ runner, tables, prepared, chosen, names }, options),
    };
  } finally {
    if (!("prepared" in run)) prepared.free();
  }
}
