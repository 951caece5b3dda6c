/**
 * Chosen genes of a run, as blocks of a one-file page: as the model saw them, so that the same is predicted of them.
 */

import type { WorkOptions } from "../../../../../pkg/src/index";
import type { ExplainedRun } from "../../../explain/calls";
import { gathered, tableBlock } from "../../../standalone/blocks";
import type { ExportedData } from "../../../standalone/format";
import { makeBlock } from "../../../standalone/write";

/** The chosen genes of a run. Of two tables, both have A's names: they are the genes that both have. */
export async function exportedGenes(
  run: ExplainedRun,
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  const { runner, tables } = run;
  const { marks, bins } = runner.card;
  const names = chosen.map((gene) => run.genes[gene]!);
  const prepared = "prepared" in run ? run.prepared : runner.prepare(tables[0], run.preparations[0]);
  try {
    const all = gathered(prepared, chosen);
    const valuesOf = (cell: number): Float32Array => {
      const values = new Float32Array(all.length / tables.length);
      for (let row = 0; row * marks.length < values.length; row++) {
        const at = (tables.length * row + cell) * marks.length;
        values.set(all.subarray(at, at + marks.length), row * marks.length);
      }
      return values;
    };
    const known = "prepared" in run ? undefined : tables[0].labels;
    const labels = known && chosen.map((gene) => known[gene] ?? 0);
    const roles = (["table", "table-b"] as const).slice(0, tables.length);
    return {
      weights: await makeBlock("weights", runner.bytes),
      inputs: await Promise.all(
        roles.map(async (role, cell) => ({
          ...{ role, items: chosen.length },
          block: await tableBlock(role, { names, marks, bins, values: valuesOf(cell), labels }, options),
        })),
      ),
    };
  } finally {
    if (!("prepared" in run)) prepared.free();
  }
}
