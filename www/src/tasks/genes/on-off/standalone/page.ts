/** Results of a model that says whether genes are on, as a page of one file. */

import type { Exported } from "../../../../standalone/format";
import type { MeasuredValues } from "../../../../standalone/format";
import type { Exportable } from "../../../../standalone/save-page";
import { geneNames } from "../../../shared/genes/names";
import { exportableGenes, openGenes, symbolsOfChosen, valuesOfChosen, wholeOfPart } from "../../page";
import type { MeasuredGenes } from "../measured/measured";
import { tracksDrawing } from "../drawings";
import { listGenes, ruleInWords } from "../genes/order";
import { measuredTogether, onTogether } from "../together";
import type { CurrentRun, OnOffWork } from "../session";

/** Parts of a run that can be saved. */
export function exportable(run: CurrentRun, { state, tables }: OnOffWork): Exportable {
  const { selected, gene, measured, listing, sets } = state;
  const { genes } = run.tables[0];
  const names = geneNames(genes, tables.state.symbols);
  const listed = (): Uint32Array => listGenes(run, listing, state.everywhere?.moved, names, measured, sets);
  return {
    ...exportableGenes(run, selected),
    about: (chosen) => ({
      ...symbolsOfChosen(genes, tables.state.symbols, chosen),
      ...(measured ? { measured: [expressionOf(measured, chosen)] } : {}),
    }),
    rule: (taken) => ruleInWords(listing, run.marks, taken >= listed().length),
    whole: (chosen, rule) => {
      const { labels } = onTogether(run);
      return wholeOfPart(run, chosen, rule, "probability", async () => figuresOf(run, measured), labels);
    },
    picture: (frame) => gene && tracksDrawing(run, gene, undefined, undefined, undefined, { sets }).draw(frame),
  };
}

/** Figures of the whole run. */
function figuresOf(run: CurrentRun, measured: MeasuredGenes | undefined) {
  const { auroc, summary } = onTogether(run);
  return {
    ...(auroc === undefined ? {} : { auroc }),
    ...(summary && {
      attention: {
        ...(summary.on && { on: [...summary.on] }),
        ...(summary.off && { off: [...summary.off] }),
        ...{ genes_on: summary.genesOn, genes_off: summary.genesOff },
      },
    }),
    ...(measured && { measured: measuredTogether(run, measured) }),
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
export function openExported(work: OnOffWork, exported: Exported): Promise<void> {
  return openGenes(work, exported, async (each) => {
    if (each.of === "expression") await work.takeExpression(each);
  });
}
