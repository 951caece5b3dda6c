/** Chosen genes of both tables, as blocks of a one-file page: as the model saw them, so that the same is predicted. */

import type { ChangeModel, Prepared, WorkOptions } from "../../../../../pkg/src/index";
import { gathered, tableBlock } from "../../../standalone/blocks";
import type { ChosenGenes } from "../../../standalone/data";
import type { ExportedData } from "../../../standalone/format";
import { makeBlock } from "../../../standalone/write";

/**
 * The chosen genes of a run on the tables of two cell types. Both have A's names: they are the genes that both have.
 */
export async function exportedGenes(
  { runner, prepared, genes }: { runner: ChangeModel; prepared: Prepared; genes: readonly string[] },
  chosen: readonly number[],
  options: WorkOptions,
): Promise<ExportedData> {
  const { marks, bins } = runner.card;
  const both = gathered(prepared, chosen);
  const names = chosen.map((gene) => genes[gene]);
  const of = (cell: 0 | 1): ChosenGenes => {
    const values = new Float32Array(both.length / 2);
    for (let row = 0; row * marks.length < values.length; row++) {
      const at = (2 * row + cell) * marks.length;
      values.set(both.subarray(at, at + marks.length), row * marks.length);
    }
    return { names, marks, bins, values };
  };
  const [a, b] = await Promise.all([tableBlock("table", of(0), options), tableBlock("table-b", of(1), options)]);
  return {
    weights: await makeBlock("weights", runner.bytes),
    inputs: [
      { role: "table", block: a, items: chosen.length },
      { role: "table-b", block: b, items: chosen.length },
    ],
  };
}
