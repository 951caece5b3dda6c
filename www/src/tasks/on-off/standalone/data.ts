/**
 * Chosen genes of a run, as blocks of a one-file page: as the model saw them, so that the same is predicted of them.
 */

import type { WorkOptions } from "../../../../../pkg/src/index";
import type { ExplainedRun } from "../../../explain/calls";
import { gathered, tableBlock } from "../../../standalone/blocks";
import type { ExportedData } from "../../../standalone/format";
import { makeBlock } from "../../../standalone/write";

/** The chosen genes of a run on one table. */
export async function exportedGenes(
  { runner, table, preparation }: ExplainedRun,
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  const prepared = runner.prepare(table, preparation);
  try {
    const values = gathered(prepared, chosen);
    const labels = table.labels && chosen.map((gene) => table.labels?.[gene] ?? 0);
    const genes = {
      names: chosen.map((gene) => table.genes[gene]),
      marks: runner.card.marks,
      bins: runner.card.bins,
      values,
      labels,
    };
    return {
      weights: await makeBlock("weights", runner.bytes),
      inputs: [{ role: "table", block: await tableBlock("table", genes, options), items: chosen.length }],
    };
  } finally {
    prepared.free();
  }
}
