/** Description of a run of a model of a change, for the files that are saved of it. */

import type { Provenance } from "../../export";
import type { ChangeRun } from "./result";
import { preparationInWords } from "../../session/preparation";
import { standInsIn, standInsInWords } from "../../prepare/stand-ins";
import { modelName } from "../../session/state";
import { factsOf } from "../shared/figure-facts";
import { deviceRecord, modelRecord } from "../shared/run/record";
import { together } from "./together";

/** Provenance of a figure of a run; `facts` are further statements. */
export function changeProvenance(run: ChangeRun, facts: readonly string[] = []): Provenance {
  const table = (i: 0 | 1): string => {
    const prepared = [...standInsInWords(run.tables[i].notes), ...preparationInWords(run.preparations[i])];
    return `${i === 0 ? "A" : "B"}: ${run.tables[i].file}${prepared.length > 0 ? ` (${prepared.join("; ")})` : ""}`;
  };
  return {
    table: `${table(0)}, ${table(1)}`,
    model: modelName(run.model),
    sha256: run.model.sha256,
    program: run.program,
    date: run.date,
    facts: [
      ...(run.symmetric ? ["symmetric form, (f(A, B) − f(B, A)) / 2"] : []),
      ...factsOf(run.model.card, run.tables, run.offScale?.flat()),
      ...facts,
    ],
  };
}

/** All that is needed to repeat a run, and what came out in short, as JSON. */
export function changeRecord(run: ChangeRun): string {
  const { model, device } = run;
  const { genes, foldChange, part, isWhole } = together(run);
  const table = (i: 0 | 1) => {
    const { file, layout, genes, bins, marks, notes } = run.tables[i];
    const { selectBins, scale } = run.preparations[i];
    return {
      file,
      layout,
      genes: genes.length,
      bins,
      marks,
      notes,
      not_measured: standInsIn(notes).map(({ mark, value }) => ({ mark, stands_in: Number(value) })),
      preparation: { select_bins: selectBins ?? null, scale: scale ?? null },
      unlike_training: run.offScale?.[i] ?? [],
      unmatched: run.unmatched[i].length,
    };
  };
  const record = {
    program: run.program,
    date: run.date,
    model: { ...modelRecord(model), attends: model.description.attends },
    prediction: "log2((B + 1) / (A + 1))",
    form: run.symmetric ? "symmetric: (f(A, B) - f(B, A)) / 2" : "as published: f(A, B)",
    a: { cell_type: model.card.cell_type ?? null, table: table(0) },
    b: { cell_type: model.card.cell_type_b ?? null, table: table(1) },
    device: { ...deviceRecord(device), genes_per_second: device.measured ?? null },
    genes: run.genes.length,
    genes_on_gpu: run.genesOnGpu,
    seconds: Number(run.seconds.toFixed(3)),
    ...(part ? { part, statistics_of: isWhole ? `all ${genes} genes of the run` : `these ${genes} genes` } : {}),
    predicted_higher_in_b: foldChange.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0),
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}
