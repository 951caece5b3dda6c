/** The view of all genes of a table for on/off models; loaded on first use. */

import { loaded } from "../../shared/view/job";
import type { FinishedRun } from "../result";
import { predictionsTsv } from "../saved/tsv";
import { type SetOf, setScene } from "../set";
import { averageDrawing, histogramDrawing } from "./drawings";
import { ON_OFF_TABLE } from "./table";

const SET: SetOf<FinishedRun> = {
  table: ON_OFF_TABLE,
  predictions: (run, sets, [notes]) =>
    predictionsTsv({ ...run, sets: sets?.of, notes: notes!, beta: run.beta.length > 0 ? run.beta : undefined }),
  figures: (run) => [
    ["average attention", averageDrawing(run)],
    ["distribution of P(on)", histogramDrawing(run)],
  ],
  result: ({ model, device, genes, marks, probability, beta, auroc }) => ({
    ...{ kind: "set", model: loaded(model), device, genes, marks, probability, beta, auroc },
  }),
};

export const scene = setScene.bind(undefined, SET);
