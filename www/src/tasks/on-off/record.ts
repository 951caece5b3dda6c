/** What a run was, for the files that are saved of it. */

import type { Provenance } from "../../export";
import type { FinishedRun } from "./result";
import { preparationInWords } from "../../session/preparation";
import { standInsInWords } from "../../prepare/stand-ins";
import { modelName } from "../../session/state";
import { factsOf } from "../shared/figure-facts";

/** What a figure of a run says of its making. */
export function provenance(run: FinishedRun): Provenance {
  const { program, date } = run;
  const prepared = [...standInsInWords(run.table.notes), ...preparationInWords(run.preparation)];
  return {
    table: prepared.length > 0 ? `${run.table.file} (${prepared.join("; ")})` : run.table.file,
    model: modelName(run.model),
    sha256: run.model.sha256,
    program,
    date,
    facts: factsOf(run.model.card, [run.table], run.offScale),
  };
}

/** All that is needed to repeat a run, and what came out in short, as JSON. */
export function runRecord(run: FinishedRun): string {
  const { model, table, preparation, device } = run;
  const record = {
    program: run.program,
    date: run.date,
    model: {
      name: model.card.name,
      file: model.file,
      sha256: model.sha256,
      verified: model.verified,
      family: model.card.family,
      variant: model.card.variant,
      weights: model.card.dtype,
      attends: model.description.attends,
    },
    table: {
      file: table.file,
      layout: table.layout,
      genes: table.genes.length,
      bins: table.bins,
      marks: table.marks,
      notes: table.notes,
    },
    preparation: { select_bins: preparation.selectBins ?? null, scale: preparation.scale ?? null },
    unlike_training: run.offScale ?? [],
    device: {
      kind: device.kind,
      simd: device.simd ?? null,
      workers: device.workers ?? null,
      adapter: device.adapter ?? null,
      software: device.software,
      reason: device.reason,
      check: device.check ?? null,
      genes_per_second: device.measured ?? null,
    },
    genes_on_gpu: run.genesOnGpu,
    seconds: Number(run.seconds.toFixed(3)),
    predicted_on: run.genesOn,
    predicted_off: run.probability.length - run.genesOn,
    auroc: run.auroc ?? null,
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}
