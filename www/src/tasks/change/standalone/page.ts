/** Results of a model that predicts the change between two cell types, as a page of one file. */

import type { Exported } from "../../../standalone/format";
import { textBlock } from "../../../standalone/blocks";
import { decimal } from "../../../standalone/data";
import type { MeasuredValues, WholeOfPart } from "../../../standalone/format";
import type { Exportable } from "../../../standalone/save-page";
import { WHOLE_BLOCK, wholeText } from "../../../standalone/whole";
import { geneNames } from "../../shared/genes/names";
import { partIn } from "../../shared/tables/part";
import {
  GENE_VIEWS,
  openSymbols,
  openTable,
  symbolsOfChosen,
  tableInput,
  valuesOfChosen,
} from "../../shared/tables/page";
import { tracksDrawing } from "../drawings";
import { listChanges, ruleInWords } from "../genes/order";
import { together } from "../../genes/together";
import { storedWeights } from "../weights";
import type { MeasuredCounts } from "../result";
import type { ChangeWork, CurrentChange } from "../session";

/** Returns the parts of a run that can be saved. */
export function exportable(run: CurrentChange, work: ChangeWork): Exportable {
  const { tables, preparations } = run;
  const { gene, measured = {}, listing, everywhere, threshold } = work.state;
  const names = geneNames(run.genes, work.tables.state.symbols);
  const all = { ...run, measured: measured.foldChange, moved: everywhere?.moved };
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
    rule: (taken) => ruleInWords(listing, taken >= listChanges(all, listing, names).length),
    whole: (chosen, rule) => wholeOfPart(run, work, threshold, chosen, rule),
    picture: (frame) => gene && tracksDrawing(run, gene, undefined).draw(frame),
  };
}

/** Statistics of the whole run, where `chosen` is a part of it. */
async function wholeOfPart(
  run: CurrentChange,
  { page, state }: ChangeWork,
  threshold: number | undefined,
  chosen: readonly number[],
  rule: string,
): Promise<WholeOfPart | undefined> {
  const { genes, predicted, part, isWhole, whole } = together(run);
  const said = whole?.said;
  // Nothing can be said of a part of which the whole is not known.
  if (chosen.length === genes || !isWhole) return undefined;
  const earlier = part && (partIn(run.tables[0]) ?? partIn(run.tables[1]))?.chosen;
  const truth = state.measured?.foldChange;
  const by = truth ? "measured" : "predicted";
  const { worker } = page;
  const [r, weights] = said
    ? [said.pearson, said.weights]
    : await Promise.all([
        truth && worker.call("correlation", { x: run.foldChange.slice(), y: truth.slice() }),
        run.columns.length > 0
          ? worker.call("weightsOfChange", { by, threshold }).then((found) => storedWeights(found, by))
          : undefined,
      ]);
  return {
    run: {
      ...{ genes, chosen: [rule, earlier].filter(Boolean).join(" of "), block: WHOLE_BLOCK },
      ...(r === undefined || Number.isNaN(r) ? {} : { pearson: r }),
      ...(weights ? { weights } : {}),
    },
    block: await textBlock(WHOLE_BLOCK, wholeText("fold_change", predicted)),
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
