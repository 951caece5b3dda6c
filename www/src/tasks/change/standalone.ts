/** Results of a model that predicts the change between two cell types, as a page of one file. */

import type { Exported } from "../../standalone/format";
import type { Exportable } from "../../standalone/save-page";
import { GENE_VIEWS, openTable, tableInput } from "../shared/tables/page";
import { tracksDrawing } from "./drawings";
import type { ChangedGene } from "./result";
import type { ChangeWork, CurrentChange } from "./session";

/** What of a run can be saved; `gene` is the one that is looked at. */
export function exportable(run: CurrentChange, gene: ChangedGene | undefined): Exportable {
  const { tables, preparations } = run;
  return {
    ...{ model: run.model, names: run.genes, many: "genes", chosen: gene?.index, views: GENE_VIEWS },
    inputs: [tableInput("table", tables[0], preparations[0]), tableInput("table-b", tables[1], preparations[1])],
    measured: [],
    picture: (frame) => gene && tracksDrawing(run, gene, undefined).draw(frame),
  };
}

/** Opens what a page holds, runs it, and looks at what was looked at. */
export async function openExported(work: ChangeWork, exported: Exported): Promise<void> {
  await openTable(work.tables, exported, "table", "a");
  await openTable(work.tables, exported, "table-b", "b");
  await work.run();
  const { selected } = exported.manifest;
  const index = selected === undefined ? -1 : (work.state.run?.genes.indexOf(selected) ?? -1);
  if (index >= 0) work.selectGene(index);
}
