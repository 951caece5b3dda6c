/** Methods text of a manuscript for a run of a model of genes. */

import {
  cited,
  sentences,
  modelInWords,
  fileInWords,
  preparedInWords,
  trainingInWords,
  tableInWords,
  unusedInWords,
  windowInWords,
  costsOf,
  notMeasured,
  offScaleInWords,
  transformInWords,
  deviceInWords,
  type Methods,
} from "../../shared/methods";
import { contrastOf } from "../../../../../pkg/src/index";
import { type Compared, explainedInWords } from "../../../explain/contrasts";
import { calibrationInWords, membersInWords } from "../../shared/confidence";
import { formatCount, formatValue } from "../../../plots/core/format";
import { listed, preparationInWords } from "../../../session/preparation";
import { counted } from "../../../ui/words";
import { agreementInWords, type MeasuredLevels } from "../level/measured";
import { measuredTogether, onTogether, scoreTogether } from "../together";
import { type MeasuredGenes, rule } from "../on-off/measured/measured";
import { onInWords, THRESHOLD } from "../on-off/on";
import { otherPair } from "../../shared/other-pair";
import {
  cellNamesOf,
  type ChangeRun,
  type FinishedRun,
  type GenesRun,
  type LevelRun,
  type TableRun,
  UNIT,
} from "../result";
import { numberSure, type Sets } from "../sure/sets";
import { together } from "../together";
import { WORTH_TELLING } from "../what-if";

/** Part in words: "Shown are 100 of 400 genes, those with the highest P(on), of the run"; then `whole`. */
function partInWords(run: GenesRun, whole: string): string | undefined {
  const { part, isWhole } = together(run);
  return (
    part && `Shown are ${part}${isWhole ? `; numbers of genes, scores and averages are of ${whole}` : ", of the run"}`
  );
}

/** Methods text for an on/off model. */
export function methodsOfRun(
  run: FinishedRun,
  context: {
    readonly simulated?: boolean;
    readonly measured?: MeasuredGenes | undefined;
    readonly sets?: Sets | undefined;
    /** Contrast of the contributions shown. */
    readonly contrast?: Compared | undefined;
  } = {},
): Methods {
  const { model, probability } = run;
  const { genes, on, auroc, summary } = onTogether(run);
  const { card } = model;
  const { measured, sets } = context;
  const ofMeasured = measured && measuredTogether(run, measured);
  const meant = onInWords(card);
  const text = sentences(
    `The probability that a gene is on${meant ? `, that is expressed ${meant},` : ""} was predicted with ${modelInWords(run)}`,
    ...inputInWords(run, context.simulated),
    `A gene counts as predicted on where P(on) ≥ ${THRESHOLD}: ${formatCount(on)} of ${counted(genes, "gene")}`,
    membersInWords(card),
    ...calibrationInWords(card).slice(0, 1),
    sets &&
      `Split-conformal sets at a coverage of ${sets.coverage} leave one class for ` +
        `${formatCount(numberSure(sets))} of ${counted(sets.of.length, "gene")}`,
    partInWords(run, "the whole run"),
    auroc === undefined
      ? undefined
      : `The area under the ROC curve against the table’s own labels is ${auroc.toFixed(3)}`,
    !measured || ofMeasured?.auroc === undefined
      ? undefined
      : `The area under the ROC curve against measured expression (${measured.file}; ` +
          `${counted(ofMeasured.genes, "gene")}, ${rule(measured, formatValue)}) is ${ofMeasured.auroc.toFixed(3)}`,
    context.contrast &&
      "Explanations are " +
        `${explainedInWords("log-odds of “on”", context.contrast)}; they add up to the score less that of the baseline`,
    ...attentionInWords(run),
    summary
      ? `Average attention is the mean of α over the genes predicted on, and over those predicted off`
      : undefined,
    deviceInWords(run, run.genesOnGpu, probability.length, "gene"),
  );
  return { text, works: cited(model) };
}

/** Methods text for a model of level. */
export function methodsOfLevel(
  run: LevelRun,
  context: {
    readonly simulated?: boolean | undefined;
    readonly measured?: MeasuredLevels | undefined;
    readonly sets?: Sets | undefined;
    /** Contrast of the contributions shown. */
    readonly contrast?: Compared | undefined;
  } = {},
): Methods {
  const { model } = run;
  const { card } = model;
  const { measured, sets, contrast = contrastOf(card) } = context;
  const { genes } = together(run);
  const score = scoreTogether(run, measured);
  const text = sentences(
    `The level of gene expression, ${UNIT}, was predicted with ${modelInWords(run)}`,
    ...inputInWords(run, context.simulated),
    membersInWords(card),
    sets &&
      `Split-conformal intervals hold the measured level of a share of ${sets.coverage} of genes like those of the ` +
        "calibration",
    partInWords(run, `all ${formatCount(genes)}`),
    measured &&
      score &&
      `Against measured counts (${measured.file}; ${counted(score.n, "gene")}), as ${UNIT}: ` + agreementInWords(score),
    `Explanations are ${explainedInWords(UNIT, contrast)}; they add up to the level less that of the baseline`,
    ...attentionInWords(run),
    deviceInWords(run, run.genesOnGpu, run.level.length, "gene"),
  );
  return { text, works: cited(model) };
}

/** The model's file and training, the table, and its preparation. */
function inputInWords({ model, tables: [table], marks, preparations, offScale }: TableRun, simulated?: boolean) {
  const { card } = model;
  return [
    fileInWords(model),
    trainingInWords(card),
    `The input was ${tableInWords(table, simulated)}; columns were matched to the model’s marks by name ` +
      `(${listed(marks)})${unusedInWords(table, marks)}`,
    windowInWords(card),
    notMeasured(table),
    ...costsOf(card, [table]),
    preparedInWords(preparations[0]),
    offScaleInWords(offScale?.[0]),
    transformInWords(card),
  ];
}

/** Definition of α and β, if the variant has them. */
function attentionInWords({ model, rows, beta, bins }: TableRun): string[] {
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
  return attention.length > 0 ? [attention.join("; ")] : [];
}

/** Methods text for a model of a change. */
export function methodsOfChange(
  run: ChangeRun,
  context: { readonly simulated?: boolean; readonly sets?: Sets | undefined } = {},
): Methods {
  const { model, tables, preparations, unmatched, genes, marks } = run;
  const { card } = model;
  const { sets } = context;
  const [a, b] = cellNamesOf(run);
  const prepared = (["A", "B"] as const).flatMap((name, i) => {
    const said = preparationInWords(preparations[i]!);
    return said.length > 0 ? [`of ${name}: ${said.join("; ")}`] : [];
  });
  const [onlyA, onlyB] = unmatched.map(({ length }) => length) as [number, number];
  const text = sentences(
    `The change of gene expression from A (${a}) to B (${b}) was predicted with ${modelInWords(run)}`,
    fileInWords(model),
    trainingInWords(card),
    otherPair(card, [tables[0].file, tables[1].file]),
    "The prediction is log2((count in B + 1) / (count in A + 1)): positive for a gene that is higher in B " +
      `(${b}), negative for one that is higher in A (${a})`,
    run.symmetric
      ? "The symmetric form of the model f was taken, (f(A, B) − f(B, A)) / 2: it is 0 where both cell types are the same"
      : "The model’s answer to no change, with both cell types at the middle of the two, need not be 0: beside the " +
          `prediction of a gene that answer is given where it is at least ${WORTH_TELLING} in log2`,
    `The inputs were ${tableInWords(tables[0], context.simulated)} for A and ` +
      `${tableInWords(tables[1], context.simulated)} for B; columns were matched to the model’s marks by name ` +
      `(${listed(marks)})`,
    `Genes were matched by their ids, versions aside: ${counted(genes.length, "gene is", "genes are")} in both ` +
      "tables and were " +
      `predicted${
        onlyA + onlyB > 0
          ? `; ${formatCount(onlyA)} that A alone has and ${formatCount(onlyB)} that B alone has were left out`
          : ""
      }`,
    partInWords(run, `all ${formatCount(together(run).genes)}`),
    notMeasured(tables[0], " in A"),
    notMeasured(tables[1], " in B"),
    ...costsOf(card, tables),
    windowInWords(card),
    prepared.length > 0
      ? `Before the run the tables were prepared (${prepared.join("; ")})`
      : "The tables were not rescaled, and no bins were left out",
    offScaleInWords(run.offScale?.[0], " of A"),
    offScaleInWords(run.offScale?.[1], " of B"),
    transformInWords(card),
    membersInWords(card),
    sets &&
      `Split-conformal intervals at a coverage of ${sets.coverage} leave out 0 for ` +
        `${formatCount(numberSure(sets))} of ${counted(sets.of.length, "gene")}`,
    `Explanations are ${explainedInWords("log2 fold change", contrastOf(card))}, unless a figure says another baseline`,
    deviceInWords(run, run.genesOnGpu, genes.length, "gene"),
  );
  return { text, works: cited(model) };
}
