/** Chosen genes of prepared tables, as blocks of a page of one file. */

import type { Prepared, Table, TableModel, WorkOptions } from "../../../../../pkg/src/index";
import { gathered, tableBlock } from "../../../standalone/blocks";
import type { ExportedData } from "../../../standalone/format";
import { ROLES } from "../saved/roles";

/** Genes to pack. */
interface ChosenOf {
  readonly runner: Pick<TableModel, "card">;
  /** One, or A's and B's. */
  readonly tables: readonly Pick<Table, "labels">[];
  readonly prepared: Prepared;
  /** Positions of the genes in what was prepared, and their names. */
  readonly chosen: readonly number[];
  readonly names: readonly string[];
}

/** A block for each table; of two tables both have A's names: they are the genes that both have. */
export function packedTables(
  { runner, tables, prepared, chosen, names }: ChosenOf,
  options: WorkOptions,
  idOf: (role: (typeof ROLES)[number]) => string = (role) => role,
): Promise<ExportedData["inputs"]> {
  const { marks, bins } = runner.card;
  const all = gathered(prepared, chosen);
  const valuesOf = (cell: number): Float32Array => {
    const values = new Float32Array(all.length / tables.length);
    for (let row = 0; row * marks.length < values.length; row++) {
      const at = (tables.length * row + cell) * marks.length;
      values.set(all.subarray(at, at + marks.length), row * marks.length);
    }
    return values;
  };
  const known = tables.length > 1 ? undefined : tables[0]?.labels;
  const labels = known && chosen.map((gene) => known[gene] ?? 0);
  return Promise.all(
    ROLES.slice(0, tables.length).map(async (role, cell) => ({
      ...{ role, items: chosen.length },
      block: await tableBlock(idOf(role), { names, marks, bins, values: valuesOf(cell), labels }, options),
    })),
  );
}
