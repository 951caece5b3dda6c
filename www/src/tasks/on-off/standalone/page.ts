/** Results of a model that says whether genes are on, as a page of one file. */

import type { Exported } from "../../../standalone/format";
import { textBlock } from "../../../standalone/blocks";
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
import type { MeasuredGenes } from "../measured/measured";
import { tracksDrawing } from "../drawings";
import { listGenes, ruleInWords } from "../genes/order";
import { together } from "../../genes/together";
import { measuredTogether, onTogether } from "../together";
import type { CurrentRun, OnOffWork } from "../session";

/** Parts of a run that can be saved. */
export function exportable(run: CurrentRun, { state, tables }: OnOffWork): Exportable {
  const { selected, gene, measured, listing } = state;
  const { genes } = run.tables[0];
  const names = geneNames(genes, tables.state.symbols);
  const listed = (): Uint32Array => listGenes(run, listing, state.everywhere?.moved, names, measured);
  return {
    ...{ model: run.model, names: genes, many: "genes", chosen: selected, views: GENE_VIEWS },
    inputs: [tableInput("table", run.tables[0], run.preparations[0])],
    measured: [],
    about: (chosen) => ({
      ...symbolsOfChosen(genes, tables.state.symbols, chosen),
      ...(measured ? { measured: [expressionOf(measured, chosen)] } : {}),
    }),
    rule: (taken) => ruleInWords(listing, run.marks, taken >= listed().length),
    whole: (chosen, rule) => wholeOfPart(run, measured, chosen, rule),
    picture: (frame) => gene && tracksDrawing(run, gene).draw(frame),
  };
}

/** Figures of the whole run, where `chosen` is a part of it. */
async function wholeOfPart(
  run: CurrentRun,
  measured: MeasuredGenes | undefined,
  chosen: readonly number[],
  rule: string,
): Promise<WholeOfPart | undefined> {
  const { predicted, part, isWhole } = together(run);
  const { genes, auroc, summary, labels } = onTogether(run);
  // Nothing can be said of a part of which the whole is not known.
  if (chosen.length === genes || !isWhole) return undefined;
  const earlier = part && partIn(run.tables[0])?.chosen;
  return {
    run: {
      ...{ genes, chosen: [rule, earlier].filter(Boolean).join(" of "), block: WHOLE_BLOCK },
      ...(auroc === undefined ? {} : { auroc }),
      ...(summary && {
        attention: {
          ...(summary.on && { on: [...summary.on] }),
          ...(summary.off && { off: [...summary.off] }),
          ...{ genes_on: summary.genesOn, genes_off: summary.genesOff },
        },
      }),
      ...(measured && { measured: measuredTogether(run, measured) }),
    },
    block: await textBlock(WHOLE_BLOCK, wholeText("probability", predicted, labels)),
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
  const index = selected === undefined ? -1 : (work.state.run?.genes.indexOf(selected) ?? -1);
  if (index >= 0) await work.selectGene(index);
}
