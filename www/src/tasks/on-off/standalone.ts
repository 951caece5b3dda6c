/** Results of a model that says whether genes are on, as a page of one file. */

import type { Exported } from "../../standalone/format";
import type { Exportable } from "../../standalone/save-page";
import { GENE_VIEWS, openTable, tableInput } from "../shared/tables/page";
import { tracksDrawing } from "./drawings";
import type { CurrentRun, OnOffState, OnOffWork } from "./session";

/** What of a run can be saved. */
export function exportable(run: CurrentRun, { selected, gene }: OnOffState): Exportable {
  return {
    ...{ model: run.model, names: run.table.genes, many: "genes", chosen: selected, views: GENE_VIEWS },
    inputs: [tableInput("table", run.table, run.preparation)],
    measured: [],
    picture: (frame) => gene && tracksDrawing(run, gene).draw(frame),
  };
}

/** Opens what a page holds, runs it, and looks at what was looked at. */
export async function openExported(work: OnOffWork, exported: Exported): Promise<void> {
  await openTable(work.tables, exported, "table", "a");
  await work.run();
  const { selected } = exported.manifest;
  const index = selected === undefined ? -1 : (work.state.run?.table.genes.indexOf(selected) ?? -1);
  if (index >= 0) await work.selectGene(index);
}
