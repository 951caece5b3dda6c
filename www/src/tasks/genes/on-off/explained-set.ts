/** The genes of a run on one table, as a set to explain. */

import { contrastOf } from "../../../../../pkg/src/index";
import { comparedWith, setTo } from "../../../explain/contrasts";
import type { ExplainedSet } from "../../../explain/set/set";
import { standInValues } from "../../shared/tables/signal";
import { windowOf } from "../../shared/tables/windows";
import type { FinishedRun } from "./result";
import { together } from "../together";

export function explainedSet(run: FinishedRun): ExplainedSet {
  const { marks, bins, model } = run;
  const [table] = run.tables;
  return {
    ...{ run, file: table.file, genes: run.genes, part: together(run).part, bins },
    ...{ rows: marks, coloursOf: marks, columns: marks },
    together: { rows: ["all marks"], columns: ["all_marks"] },
    binSize: model.card.bin_size,
    window: windowOf(run),
    standIns: standInValues(table),
    score: "log-odds of “on”",
    replacement: setTo(contrastOf(model.card)),
    baseline: comparedWith(contrastOf(model.card)),
    marks,
    tables: [{ name: table.file, file: table.file, unseen: table.marks.filter((mark) => !marks.includes(mark)) }],
    classes: [
      {
        ...{ name: "on", called: "predicted on", purest: "that the model is most sure is on" },
        labelled: table.labels && "labelled on",
      },
      {
        ...{ name: "off", called: "predicted off", purest: "that the model is most sure is off" },
        labelled: table.labels && "labelled off",
      },
    ],
    methods: ["integrated-gradients", "gradient-x-input", "saliency", "occlusion-of-bins", "occlusion"],
  };
}
