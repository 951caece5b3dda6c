/**
 * What is shown of a finished run, made of what the package answers: by the page's worker, and by an element in another
 * page.
 */

import type {
  ChangeResult,
  Lens,
  Result,
  Table,
  TrackLens,
  TrackShape,
  Tracks,
  Sequences,
} from "../../../../pkg/src/index";
import type { ChangeRun, GenePrediction } from "../change/protocol";
import { asRead } from "../../worker/handed";
import type { FinishedRun, OpenedModel, Preparation } from "../../worker/protocol";
import type { TrackRun } from "../tracks/protocol";
import { attended } from "./views";

/** An opened model as it is shown. */
export function openedModel(lens: Lens | TrackLens, file: string): OpenedModel {
  const about =
    "shape" in lens
      ? { attends: { bins: "none", marks: false } as const, shape: lens.shape }
      : { attends: lens.attends };
  return { card: lens.card, file, sha256: lens.sha256, verified: lens.verified, ...about };
}

/** A run of a model of one cell type. */
export function finishedRun(
  model: OpenedModel,
  table: Table,
  preparation: Preparation,
  result: Result,
  program: string,
): FinishedRun {
  const { marks, rows, bins, probability, logit, alpha, beta, auroc, summary, device, genesOnGpu, seconds } = result;
  return {
    ...{
      model,
      table: asRead(table),
      preparation,
      device,
      genesOnGpu,
      seconds,
      date: new Date().toISOString(),
      program,
    },
    ...{ marks, rows, bins, probability, logit, beta },
    ...attended(result.genes.length, bins, alpha, beta),
    genesOn: probability.reduce((on, value) => on + (value >= 0.5 ? 1 : 0), 0),
    ...{ summary, auroc },
  };
}

/** A run of a model of a change. */
export function changeRun(
  model: OpenedModel,
  tables: readonly [Table, Table],
  preparations: readonly [Preparation, Preparation],
  result: ChangeResult,
  program: string,
): ChangeRun {
  const {
    genes,
    unmatched,
    marks,
    rows,
    columns,
    auxiliary,
    bins,
    foldChange,
    expression,
    beta,
    auxiliaryBeta,
    device,
    genesOnGpu,
    seconds,
  } = result;
  return {
    ...{
      model,
      tables: [asRead(tables[0]), asRead(tables[1])],
      preparations,
      device,
      genesOnGpu,
      seconds,
      date: new Date().toISOString(),
      program,
    },
    ...{ genes, unmatched, marks, rows, columns, auxiliary, bins, foldChange, expression, beta, auxiliaryBeta },
  };
}

/** A run of a model of tracks along one record. */
export function trackRun(
  model: OpenedModel,
  { tracks: count }: TrackShape,
  sequences: Sequences,
  index: number,
  tracks: Tracks,
  program: string,
): TrackRun {
  const { origin, bin, bins, windows, padded, device, windowsOnGpu, seconds, values } = tracks;
  const peaks = new Float32Array(count);
  for (let i = 0; i < values.length; i++) peaks[i % count] = Math.max(peaks[i % count], values[i]);
  return {
    model,
    file: sequences.file,
    index,
    record: sequences.records[index],
    origin,
    bin,
    bins,
    windows,
    padded,
    peaks,
    device,
    windowsOnGpu,
    seconds,
    date: new Date().toISOString(),
    program,
  };
}

/** What a model makes of one gene's values [T, columns], on the CPU. */
export async function genePrediction(lens: Lens, values: Float32Array): Promise<GenePrediction> {
  const began = performance.now();
  const { probability, foldChange, expression, alpha, beta, auxiliaryAlpha, auxiliaryBeta } =
    await lens.predictValues(values);
  return {
    probability: probability[0],
    foldChange: foldChange[0],
    expression,
    alpha,
    beta,
    auxiliaryAlpha,
    auxiliaryBeta,
    milliseconds: performance.now() - began,
  };
}
