/** Results of a model that says whether genes are on, as a page of one file. */

import type { Exported } from "../../../standalone/format";
import type { MeasuredValues } from "../../../standalone/format";
import type { Exportable } from "../../../standalone/save-page";
import { geneNames } from "../../shared/genes/names";
import { exportableGenes, openGenes, symbolsOfChosen, valuesOfChosen, wholeOfPart } from "../../genes/page";
import type { MeasuredGenes } from "../measured/measured";
import { type Compared, explainedInWords } from "../../../explain/contrasts";
import { contributionsDrawing } from "../../../explain/drawings";
import { notMeasured, offScaleInWords } from "../../../model/methods";
import { formatCount } from "../../../plots/core/format";
import { counted } from "../../../ui/words";
import { captionOf } from "../../shared/caption";
import { tracksDrawing } from "../drawings";
import { onInWords } from "../on";
import { listGenes, ruleInWords } from "../genes/order";
import { measuredTogether, onTogether } from "../together";
import type { CurrentRun, OnOffWork } from "../session";

/** Parts of a run that can be saved. */
export function exportable(run: CurrentRun, { state, tables, explanations }: OnOffWork): Exportable {
  const { selected, gene, measured, listing, sets } = state;
  const { shown, gene: explained } = explanations.state;
  const { symbols } = tables.state;
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
    caption: () => caption(run, measured, explained?.contributions.baseline, tables),
    // The picture of the live page, for readers without scripts.
    picture: (frame) =>
      gene &&
      (shown === "integrated-gradients" && explained?.index === gene.index
        ? contributionsDrawing(run, gene, explained, symbols)
        : tracksDrawing(run, gene, undefined, undefined, symbols, { sets })
      ).draw(frame),
  };
}

/** What a stranger must know of the page. */
function caption(
  run: CurrentRun,
  measured: MeasuredGenes | undefined,
  contrast: Compared | undefined,
  tables: OnOffWork["tables"],
): Promise<string> {
  const { genes, on, auroc } = onTogether(run);
  const [table] = run.tables;
  const meant = onInWords(run.model.card);
  const scored = measured ? measuredTogether(run, measured).auroc : auroc;
  return captionOf(
    run,
    [
      `Probability that genes are on${meant ? `, that is expressed ${meant}` : ""}, predicted from histone marks`,
      `Of all ${counted(genes, "gene")} of the run, ${formatCount(on)} are predicted on` +
        `${scored === undefined ? "" : `; AUROC ${scored.toFixed(3)} against ${measured?.file ?? "the labels of the table"}`}`,
      contrast && `Explanations are ${explainedInWords("log-odds of “on”", contrast)}`,
      notMeasured(table),
      offScaleInWords(run.offScale?.[0]),
    ],
    [{ file: table.file, source: tables.sourceOf(table) }],
  );
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
