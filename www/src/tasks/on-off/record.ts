/** Record of a run, for the files that are saved of it. */

import type { Provenance } from "../../export";
import type { MeasuredGenes } from "./measured/measured";
import type { FinishedRun } from "./result";
import { preparationInWords } from "../../session/preparation";
import { standInsIn, standInsInWords } from "../../prepare/stand-ins";
import { modelName } from "../../session/state";
import { factsOf } from "../shared/figure-facts";
import { deviceRecord, modelRecord } from "../shared/run/record";
import { measuredTogether, together } from "./together";

/** Provenance of a figure of a run; `facts` are added to it. */
export function provenance(run: FinishedRun, facts: readonly string[] = []): Provenance {
  const { program, date } = run;
  const prepared = [...standInsInWords(run.table.notes), ...preparationInWords(run.preparation)];
  return {
    table: prepared.length > 0 ? `${run.table.file} (${prepared.join("; ")})` : run.table.file,
    model: modelName(run.model),
    sha256: run.model.sha256,
    program,
    date,
    facts: [...factsOf(run.model.card, [run.table], run.offScale), ...facts],
  };
}

/** All that is needed to repeat a run, and what came out in short, as JSON. */
export function runRecord(run: FinishedRun, measured?: MeasuredGenes): string {
  const { model, table, preparation, device } = run;
  const { genes, on, auroc, part, isWhole } = together(run);
  const ofMeasured = measured && measuredTogether(run, measured);
  const record = {
    program: run.program,
    date: run.date,
    model: { ...modelRecord(model), attends: model.description.attends },
    table: {
      file: table.file,
      layout: table.layout,
      genes: table.genes.length,
      bins: table.bins,
      marks: table.marks,
      notes: table.notes,
      not_measured: standInsIn(table.notes).map(({ mark, value }) => ({ mark, stands_in: Number(value) })),
    },
    preparation: { select_bins: preparation.selectBins ?? null, scale: preparation.scale ?? null },
    unlike_training: run.offScale ?? [],
    device: { ...deviceRecord(device), genes_per_second: device.measured ?? null },
    genes_on_gpu: run.genesOnGpu,
    seconds: Number(run.seconds.toFixed(3)),
    ...(part ? { part, statistics_of: isWhole ? `all ${genes} genes of the run` : `these ${genes} genes` } : {}),
    predicted_on: on,
    predicted_off: genes - on,
    auroc: auroc ?? null,
    ...(ofMeasured
      ? {
          measured: {
            file: ofMeasured.file,
            genes: ofMeasured.genes,
            on: ofMeasured.on,
            on_at_or_above: measured?.median ?? null,
            auroc: ofMeasured.auroc ?? null,
          },
        }
      : {}),
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}
