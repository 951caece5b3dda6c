/** Methods text for a manuscript on a run that tells whether genes are on. */

import {
  offScaleInWords,
  preparedInWords,
  cited,
  sentences,
  modelInWords,
  fileInWords,
  trainingInWords,
  tableInWords,
  unusedInWords,
  windowInWords,
  costsOf,
  notMeasured,
  transformInWords,
  deviceInWords,
  type Methods,
} from "../../../model/methods";
import { formatCount, formatValue } from "../../../plots/core/format";
import { listed } from "../../../session/preparation";
import { counted } from "../../../ui/words";
import { type MeasuredGenes, rule } from "./measured/measured";
import { calibrationInWords, membersInWords } from "../../../model/confidence";
import { numberSure, type Sets } from "../sureness";
import { onInWords, THRESHOLD } from "./on";
import type { FinishedRun } from "./result";
import { measuredTogether, onTogether } from "./together";
import { together } from "../together";
import { type Compared, explainedInWords } from "../../../explain/contrasts";

/** A run of a model that says whether genes are on. */
export function methodsOfRun(
  run: FinishedRun,
  context: {
    readonly simulated?: boolean;
    readonly measured?: MeasuredGenes | undefined;
    readonly sets?: Sets | undefined;
    /** Contrast of the contributions that are shown. */
    readonly contrast?: Compared | undefined;
  } = {},
): Methods {
  const { model, tables, marks, rows, beta, bins, probability } = run;
  const [table] = tables;
  const { part, isWhole } = together(run);
  const { genes, on, auroc, summary } = onTogether(run);
  const { card } = model;
  const { measured, sets } = context;
  const ofMeasured = measured && measuredTogether(run, measured);
  const works = cited(model);
  const meant = onInWords(card);
  const attention = [
    ...(rows.length > 0
      ? [
          `α, the attention over the ${bins} ` +
            `bins${model.description.attends.bins === "each-mark" ? " of each mark" : " for all marks together"}, ` +
            "adds up to 1 over the bins",
        ]
      : []),
    ...(beta.length > 0 ? ["β, the attention over marks, adds up to 1 over the marks"] : []),
  ];
  const text = sentences(
    `The probability that a gene is on${meant ? `, that is expressed ${meant},` : ""} was predicted with ${modelInWords(run)}`,
    fileInWords(model),
    trainingInWords(card),
    `The input was ${tableInWords(table, context.simulated)}; columns were matched to the model’s marks by name ` +
      `(${listed(marks)})${unusedInWords(table, marks)}`,
    windowInWords(card),
    notMeasured(table),
    ...costsOf(card, [table]),
    preparedInWords(run.preparations[0]),
    offScaleInWords(run.offScale?.[0]),
    transformInWords(card),
    `A gene counts as predicted on where P(on) ≥ ${THRESHOLD}: ${formatCount(on)} of ${counted(genes, "gene")}`,
    membersInWords(card),
    ...calibrationInWords(card).slice(0, 1),
    sets &&
      `Split-conformal sets at a coverage of ${sets.coverage} leave one class for ` +
        `${formatCount(numberSure(sets))} of ${counted(sets.of.length, "gene")}`,
    part &&
      `Shown are ${part}${isWhole ? "; numbers of genes, scores and averages are of the whole run" : ", of the run"}`,
    auroc === undefined
      ? undefined
      : `The area under the ROC curve against the table’s own labels is ${auroc.toFixed(3)}`,
    !measured || ofMeasured?.auroc === undefined
      ? undefined
      : `The area under the ROC curve against measured expression (${measured.file}; ` +
          `${counted(ofMeasured.genes, "gene")}, ${rule(measured, formatValue)}) is ${ofMeasured.auroc.toFixed(3)}`,
    attention.length > 0 ? attention.join("; ") : undefined,
    context.contrast &&
      "Explanations are " +
        `${explainedInWords("log-odds of “on”", context.contrast)}; they add up to the score less that of the baseline`,
    summary
      ? `Average attention is the mean of α over the genes predicted on, and over those predicted off`
      : undefined,
    deviceInWords(run, run.genesOnGpu, probability.length, "gene"),
  );
  return { text, works };
}
