/** Methods text of a manuscript for a run that predicts the change between two cell types. */

import {
  cited,
  sentences,
  modelInWords,
  fileInWords,
  trainingInWords,
  tableInWords,
  windowInWords,
  costsOf,
  notMeasured,
  offScaleInWords,
  transformInWords,
  deviceInWords,
  type Methods,
} from "../../../model/methods";
import { formatCount } from "../../../plots/core/format";
import { listed, preparationInWords } from "../../../session/preparation";
import { counted } from "../../../ui/words";
import { membersInWords } from "../../../model/confidence";
import { numberSure, type Sets } from "../sureness";
import { otherPair, pairNames } from "../../shared/cells";
import type { ChangeRun } from "./result";
import { explainedInWords } from "../../../explain/contrasts";
import { contrastOf } from "../../../../../pkg/src/index";
import { together } from "../together";

/** A run of a model of the change between two cell types. */
export function methodsOfChange(
  run: ChangeRun,
  context: { readonly simulated?: boolean; readonly sets?: Sets | undefined } = {},
): Methods {
  const { model, tables, preparations, unmatched, genes, marks } = run;
  const { card } = model;
  const { sets } = context;
  const works = cited(model);
  const { genes: all, part, isWhole } = together(run);
  const [a, b] = pairNames(card, [tables[0].file, tables[1].file]);
  const prepared = (["A", "B"] as const).flatMap((name, i) =>
    preparationInWords(preparations[i]!).length > 0
      ? [`of ${name}: ${preparationInWords(preparations[i]!).join("; ")}`]
      : [],
  );
  const alone = unmatched[0].length + unmatched[1].length;
  const text = sentences(
    `The change of gene expression from A (${a}) to B (${b}) was predicted with ${modelInWords(run)}`,
    fileInWords(model),
    trainingInWords(card),
    otherPair(card, [tables[0].file, tables[1].file]),
    "The prediction is log2((count in B + 1) / (count in A + 1)): positive for a gene that is higher in B " +
      `(${b}), negative for one that is higher in A (${a})`,
    run.symmetric
      ? "The symmetric form of the model f was taken, (f(A, B) − f(B, A)) / 2: it is 0 where both cell types are the same"
      : undefined,
    `The inputs were ${tableInWords(tables[0], context.simulated)} for A and ` +
      `${tableInWords(tables[1], context.simulated)} for B; columns were matched to the model’s marks by name ` +
      `(${listed(marks)})`,
    `Genes were matched by their ids, versions aside: ${counted(genes.length, "gene is", "genes are")} in both ` +
      "tables and were " +
      `predicted${
        alone > 0
          ? `; ${formatCount(unmatched[0].length)} that A alone has and ${formatCount(unmatched[1].length)} that B alone has were left out`
          : ""
      }`,
    part &&
      `Shown are ${part}${isWhole ? `; numbers of genes, scores and averages are of all ${formatCount(all)}` : ", of the run"}`,
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
  return { text, works };
}
