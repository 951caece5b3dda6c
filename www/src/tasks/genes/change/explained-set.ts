/** The genes of a run on two tables, as a set to explain. */

import { contrastOf } from "../../../../../pkg/src/index";
import { comparedWith, setTo } from "../../../explain/contrasts";
import type { ExplainedSet } from "../../../explain/set/set";
import { standInValues } from "../../shared/tables/signal";
import { windowOf } from "../../shared/tables/windows";
import { cellNamesOf } from "./drawings";
import { CELLS } from "../../shared/cells";
import type { ChangeRun } from "./result";
import { together } from "../together";

/** The quantity that falls in the deletion test of a change. */
export const PREDICTED = "the log2 fold change";

/** `isMeasured`: whether it was measured which genes change, and how. */
export function explainedSet(run: ChangeRun, file: string, isMeasured: boolean): ExplainedSet {
  const { marks, bins, genes, model, tables } = run;
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
    ...{ run, file, genes, part: together(run).part, bins },
    rows: cells.flatMap((cell) => marks.map((mark) => `${mark}, ${cell}`)),
    coloursOf: [...marks, ...marks],
    columns: ["A", "B"].flatMap((cell) => marks.map((mark) => `${cell}_${mark}`)),
    together: { rows: cells.map((cell) => `all marks, ${cell}`), columns: ["A_all_marks", "B_all_marks"] },
    binSize: model.card.bin_size,
    window: windowOf(run),
    standIns: Object.fromEntries(standIns),
    score: "log2 fold change",
    replacement: setTo(contrastOf(model.card)),
    baseline: comparedWith(contrastOf(model.card)),
    predicted: PREDICTED,
    marks,
    tables: CELLS.map((cell, i) => ({
      ...{ cell, name: cells[i]!, file: tables[i]!.file },
      unseen: tables[i]!.marks.filter((mark) => !marks.includes(mark)),
    })),
    classes: [ofClass("up", cells[1]), ofClass("down", cells[0])],
    methods: ["integrated-gradients", "gradient-x-input", "occlusion-of-bins", "occlusion"],
  };
}
