/** Results of a model that predicts the change between two cell types, as a page of one file. */

import type { Exported } from "../../../../standalone/format";
import { decimal } from "../../../../standalone/data";
import type { MeasuredValues } from "../../../../standalone/format";
import type { Exportable } from "../../../../standalone/save-page";
import { geneNames } from "../../../shared/genes/names";
import { exportableGenes, openGenes, symbolsOfChosen, valuesOfChosen, wholeOfPart } from "../../page";
import { tracksDrawing } from "../drawings";
import { listChanges, ruleInWords } from "../genes/order";
import { together } from "../../together";
import { storedWeights } from "../weights";
import type { MeasuredCounts } from "../result";
import type { ChangeWork, CurrentChange } from "../session";

/** Returns the parts of a run that can be saved. */
export function exportable(run: CurrentChange, work: ChangeWork): Exportable {
  const { gene, measured = {}, listing, everywhere, sets } = work.state;
  const names = geneNames(run.genes, work.tables.state.symbols);
  const all = { ...run, measured: measured.foldChange, moved: everywhere?.moved, sets };
  const countsOf = (of: "counts-a" | "counts-b", given: MeasuredCounts | undefined, chosen: readonly number[]) =>
    given ? [{ of, file: given.file, values: valuesOfChosen(given.counts, chosen) }] : [];
  return {
    ...exportableGenes(run, gene?.index),
    about: (chosen) => {
      const counts = [...countsOf("counts-a", measured.a, chosen), ...countsOf("counts-b", measured.b, chosen)];
      const symbols = symbolsOfChosen(run.genes, work.tables.state.symbols, chosen);
      return { ...symbols, ...(counts.length > 0 ? { measured: counts } : {}) };
    },
    rule: (taken) => ruleInWords(listing, taken >= listChanges(all, listing, names).length),
    whole: (chosen, rule) => wholeOfPart(run, chosen, rule, "fold_change", () => figuresOf(run, work)),
    picture: (frame) => gene && tracksDrawing(run, gene, undefined, undefined, undefined, { sets }).draw(frame),
  };
}

/** Statistics of the whole run. */
async function figuresOf(run: CurrentChange, { page, state }: ChangeWork) {
  const said = together(run).whole?.said;
  const truth = state.measured?.foldChange;
  const by = truth ? "measured" : "predicted";
  const { worker } = page;
  const [r, weights] = said
    ? [said.pearson, said.weights]
    : await Promise.all([
        truth && worker.call("correlation", { x: run.foldChange.slice(), y: truth.slice() }),
        run.columns.length > 0
          ? worker.call("weightsOfChange", { by, threshold: state.threshold }).then((found) => storedWeights(found, by))
          : undefined,
      ]);
  return { ...(r === undefined || Number.isNaN(r) ? {} : { pearson: r }), ...(weights ? { weights } : {}) };
}

/** Opens what a page holds, runs it, and looks at what was looked at. */
export function openExported(work: ChangeWork, exported: Exported): Promise<void> {
  return openGenes(work, exported, async (each, genes) => {
    if (each.of !== "expression") await work.readCounts(countsText(genes, each), each.of === "counts-a" ? "a" : "b");
  });
}

/** Counts of genes as the file that they were read from had them. */
function countsText(genes: readonly string[], { file, values }: MeasuredValues) {
  const cell = (gene: string): string => (/[,\t"]/.test(gene) ? `"${gene.replaceAll('"', '""')}"` : gene);
  const rows = genes.flatMap((gene, i) => (values[i] == null ? [] : [`${cell(gene)},${decimal(values[i])}\n`]));
  return { blob: new Blob(["gene,count\n", ...rows]), file };
}
