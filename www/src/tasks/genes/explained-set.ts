/** The genes of a run as a set for explanations. */

import { contrastOf } from "../../../../pkg/src/index";
import { comparedWith, setTo } from "../../explain/contrasts";
import type { ExplainedSet } from "../../explain/set/set";
import { CELLS } from "../shared/cells";
import { standInValues } from "../shared/tables/signal";
import { windowOf } from "../shared/tables/windows";
import { cellNamesOf, type ChangeRun, fileOf, type FinishedRun } from "./result";
import { together } from "./together";

/** The quantity that decreases in the deletion test of a change. */
export const PREDICTED = "the log2 fold change";

/** Makes the set; `isMeasured` is true if labels or changes of the genes were measured. */
export function explainedSet(run: FinishedRun | ChangeRun, isMeasured = false): ExplainedSet {
  const { marks, bins, genes, model } = run;
  return {
    ...{ run, file: fileOf(run), genes, part: together(run).part, bins, marks },
    binSize: model.card.bin_size,
    window: windowOf(run),
    replacement: setTo(contrastOf(model.card)),
    baseline: comparedWith(contrastOf(model.card)),
    ...("probability" in run ? ofOne(run) : ofBoth(run, isMeasured)),
  };
}

/** Parts of a set that differ between outcomes. */
type Own = Pick<
  ExplainedSet,
  "rows" | "coloursOf" | "columns" | "together" | "standIns" | "score" | "predicted" | "tables" | "classes" | "methods"
>;

function ofOne({ marks, tables: [table] }: FinishedRun): Own {
  const ofClass = (name: "on" | "off") => ({
    ...{ name, called: `predicted ${name}`, purest: `that the model is most sure is ${name}` },
    labelled: table.labels && `labelled ${name}`,
  });
  return {
    ...{ rows: marks, coloursOf: marks, columns: marks, standIns: standInValues(table) },
    together: { rows: ["all marks"], columns: ["all_marks"] },
    score: "log-odds of “on”",
    tables: [{ name: table.file, file: table.file, unseen: table.marks.filter((mark) => !marks.includes(mark)) }],
    classes: [ofClass("on"), ofClass("off")],
    methods: ["integrated-gradients", "gradient-x-input", "saliency", "occlusion-of-bins", "occlusion"],
  };
}

function ofBoth(run: ChangeRun, isMeasured: boolean): Own {
  const { marks, tables } = run;
  const cells = cellNamesOf(run);
  const ofClass = (name: "up" | "down", higherIn: string) => ({
    ...{ name, called: `predicted higher in ${higherIn}` },
    purest: `that moves the predicted log2 fold change furthest ${name}, to higher in ${higherIn}`,
    labelled: isMeasured ? `measured higher in ${higherIn}` : undefined,
  });
  const standIns = cells.flatMap((cell, i) =>
    Object.entries(standInValues(tables[i as 0 | 1])).map(([mark, value]) => [`${mark}, ${cell}`, value] as const),
  );
  return {
    rows: cells.flatMap((cell) => marks.map((mark) => `${mark}, ${cell}`)),
    coloursOf: [...marks, ...marks],
    columns: ["A", "B"].flatMap((cell) => marks.map((mark) => `${cell}_${mark}`)),
    together: { rows: cells.map((cell) => `all marks, ${cell}`), columns: ["A_all_marks", "B_all_marks"] },
    standIns: Object.fromEntries(standIns),
    score: "log2 fold change",
    predicted: PREDICTED,
    tables: CELLS.map((cell, i) => ({
      ...{ cell, name: cells[i]!, file: tables[i]!.file },
      unseen: tables[i]!.marks.filter((mark) => !marks.includes(mark)),
    })),
    classes: [ofClass("up", cells[1]), ofClass("down", cells[0])],
    methods: ["integrated-gradients", "gradient-x-input", "occlusion-of-bins", "occlusion"],
  };
}
