/** Results of a model that says whether genes are on, as a page of one file. */

import type { Exported } from "../../../standalone/format";
import type { Exportable } from "../../../standalone/save-page";
import type { MeasuredValues } from "../../../standalone/format";
import {
  GENE_VIEWS,
  openSymbols,
  openTable,
  symbolsOfChosen,
  tableInput,
  valuesOfChosen,
} from "../../shared/tables/page";
import type { MeasuredGenes } from "../measured/measured";
import { tracksDrawing } from "../drawings";
import type { CurrentRun, OnOffWork } from "../session";

/** What of a run can be saved. */
export function exportable(run: CurrentRun, { state, tables }: OnOffWork): Exportable {
  const { selected, gene, measured } = state;
  const { genes } = run.table;
  return {
    ...{ model: run.model, names: genes, many: "genes", chosen: selected, views: GENE_VIEWS },
    inputs: [tableInput("table", run.table, run.preparation)],
    measured: [],
    about: (chosen) => ({
      ...symbolsOfChosen(genes, tables.state.symbols, chosen),
      ...(measured ? { measured: [expressionOf(measured, chosen)] } : {}),
    }),
    picture: (frame) => gene && tracksDrawing(run, gene).draw(frame),
  };
}

/** Measured expression of the chosen genes, with which of them are on by the whole of its file. */
function expressionOf({ file, values, labels, median }: MeasuredGenes, chosen: readonly number[]): MeasuredValues {
  return {
    ...{ of: "expression", file, values: valuesOfChosen(values, chosen) },
    labels: chosen.map((gene) => (labels[gene] === 0 || labels[gene] === 1 ? (labels[gene] as 0 | 1) : null)),
    ...(median === undefined ? {} : { median }),
  };
}

/** Opens what a page holds, runs it, and looks at what was looked at. */
export async function openExported(work: OnOffWork, exported: Exported): Promise<void> {
  await openTable(work.tables, exported, "table", "a");
  openSymbols(work.tables, exported);
  await work.run();
  const { selected, measured = [] } = exported.manifest;
  for (const each of measured) if (each.of === "expression") await work.takeExpression(each);
  const index = selected === undefined ? -1 : (work.state.run?.table.genes.indexOf(selected) ?? -1);
  if (index >= 0) await work.selectGene(index);
}
