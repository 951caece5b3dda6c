/** Results of a model that predicts the change between two cell types, as a page of one file. */

import type { Exported } from "../../../standalone/format";
import type { Exportable } from "../../../standalone/save-page";
import { decimal } from "../../../standalone/data";
import type { MeasuredValues } from "../../../standalone/format";
import {
  GENE_VIEWS,
  openSymbols,
  openTable,
  symbolsOfChosen,
  tableInput,
  valuesOfChosen,
} from "../../shared/tables/page";
import { tracksDrawing } from "../drawings";
import type { MeasuredCounts } from "../result";
import type { ChangeWork, CurrentChange } from "../session";

/** What of a run can be saved. */
export function exportable(run: CurrentChange, work: ChangeWork): Exportable {
  const { tables, preparations } = run;
  const { gene, measured = {} } = work.state;
  const countsOf = (of: "counts-a" | "counts-b", given: MeasuredCounts | undefined, chosen: readonly number[]) =>
    given ? [{ of, file: given.file, values: valuesOfChosen(given.counts, chosen) }] : [];
  return {
    ...{ model: run.model, names: run.genes, many: "genes", chosen: gene?.index, views: GENE_VIEWS },
    inputs: [tableInput("table", tables[0], preparations[0]), tableInput("table-b", tables[1], preparations[1])],
    measured: [],
    about: (chosen) => {
      const counts = [...countsOf("counts-a", measured.a, chosen), ...countsOf("counts-b", measured.b, chosen)];
      const symbols = symbolsOfChosen(run.genes, work.tables.state.symbols, chosen);
      return { ...symbols, ...(counts.length > 0 ? { measured: counts } : {}) };
    },
    picture: (frame) => gene && tracksDrawing(run, gene, undefined).draw(frame),
  };
}

/** Opens what a page holds, runs it, and looks at what was looked at. */
export async function openExported(work: ChangeWork, exported: Exported): Promise<void> {
  await openTable(work.tables, exported, "table", "a");
  await openTable(work.tables, exported, "table-b", "b");
  openSymbols(work.tables, exported);
  await work.run();
  const { selected, measured = [] } = exported.manifest;
  const { genes = [] } = work.state.run ?? {};
  for (const each of measured)
    if (each.of !== "expression") await work.readCounts(countsText(genes, each), each.of === "counts-a" ? "a" : "b");
  const index = selected === undefined ? -1 : (work.state.run?.genes.indexOf(selected) ?? -1);
  if (index >= 0) work.selectGene(index);
}

/** Counts of genes as the file that they were read from had them. */
function countsText(genes: readonly string[], { file, values }: MeasuredValues) {
  const cell = (gene: string): string => (/[,\t"]/.test(gene) ? `"${gene.replaceAll('"', '""')}"` : gene);
  const rows = genes.flatMap((gene, i) => (values[i] == null ? [] : [`${cell(gene)},${decimal(values[i])}\n`]));
  return { blob: new Blob(["gene,count\n", ...rows]), file };
}
