/** The answer of a gene between two cell types. */

import { html } from "lit";
import { type ChangeModel, contrastOf } from "../../../../../pkg/src/index";
import { answerInWords, signedRow } from "../../../explain/answer-words";
import "../../../explain/answer";
import { type Contributions, contributionsOf } from "../../../explain/result";
import type { ExplainedBy } from "../explained-gene";
import { cellNamesOf, type ChangedGene, type ChangeRun } from "../result";
import { bandOf, membersOf, SPREAD } from "../sure/spread";
import { formatFold } from "../what-if";
import { type BinColumn, byBin } from "../../../export/columns";
import { comparedWith, explainedInWords } from "../../../explain/contrasts";
import type { PlotFrame } from "../../../plots";
import { changeContributions, changeContributionsLayout } from "../../../plots/changing";
import { binPlaces } from "../../../plots/core/hover";
import { attributionWords, readSaliency } from "../../../plots/explaining";
import type { Drawing } from "../../../ui/drawing";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { signalOf } from "../../shared/tables/signal";
import { windowOf } from "../../shared/tables/windows";

/**
 * A picture of contributions, A's and B's for each mark; without them only the signal, in its final position.
 */
export function contributionsDrawing(
  run: ChangeRun,
  { index, values }: ChangedGene,
  found: Contributions | undefined,
  symbols?: Symbols,
): Drawing {
  const contributions = found?.values;
  const spread = found?.spread?.values;
  const gene = run.genes[index]!;
  const cells = cellNamesOf(run);
  const rows = cells.flatMap((cell) => run.marks.map((mark) => `${mark}, ${cell}`));
  const standIns = Object.fromEntries(
    cells.flatMap((cell, i) =>
      Object.entries(signalOf(run.tables[i as 0 | 1], run.preparations[i as 0 | 1], run.marks).standIns ?? {}).map(
        ([mark, value]) => [`${mark}, ${cell}`, value] as const,
      ),
    ),
  );
  const fixed = {
    gene: headingOf(gene, symbols),
    marks: rows,
    cells,
    coloursOf: [...run.marks, ...run.marks],
    binSize: run.model.card.bin_size,
    window: windowOf(run),
    signal: values,
    saliency: contributions,
    band: bandOf(spread, run.model.card),
    standIns,
    words: attributionWords(
      "log2 fold change",
      "integrated gradients",
      comparedWith(found?.baseline ?? contrastOf(run.model.card)),
    ),
  };
  const options = (frame: PlotFrame) => ({ ...frame, ...fixed });
  const names = ["A", "B"].flatMap((cell) => run.marks.map((mark) => `${cell}_${mark}`));
  const shown = (what: string, i: number, of: ArrayLike<number>): BinColumn => [
    what,
    (bin) => (Object.hasOwn(standIns, rows[i]!) ? Number.NaN : of[bin * rows.length + i]!),
  ];
  return {
    facts: found && [explainedInWords("log2 fold change", found.baseline)],
    saved: contributions ? "contributions" : "tracks",
    gene,
    draw: (frame) => changeContributions(options(frame)),
    ...(contributions && {
      tsv: () =>
        byBin(run.bins, [
          ...names.map((name, i) => shown(name, i, contributions)),
          ...(fixed.band && spread
            ? names.flatMap((name, i) => SPREAD.map((end) => shown(`${name}_${end}`, i, spread[end])))
            : []),
        ]),
    }),
    places: binPlaces(
      run.bins,
      (frame) => changeContributionsLayout(options(frame)),
      ["", "signal", "contribution"],
      (bin) => readSaliency(fixed, bin).map(signedRow),
    ),
  };
}

/** The predicted change of a gene, and the contributions of both cell types' marks. */
export const CHANGE_ANSWER: ExplainedBy<ChangeRun, ChangedGene, ChangeModel> = {
  score: "Log2 fold change",
  predicted: "fold change",
  falls: "the log2 fold change",
  direction: "Falls are counted in the direction of the predicted change.",
  // Its page stands still meanwhile.
  costs: "Takes some seconds.",
  rowsOf: (run) => cellNamesOf(run).flatMap((cell) => run.marks.map((mark) => `${mark}, ${cell}`)),
  answerOf(run, index, shares, most) {
    const cells = cellNamesOf(run);
    const change = run.foldChange[index]!;
    const about = [`log2 fold change ${formatFold(change)}`];
    return html`<regulens-answer
      line=${answerInWords(`Higher in ${cells[change > 0 ? 1 : 0]}`, about, shares?.values, shares?.baseline)}
      .shares=${shares?.values ?? []}
      .cells=${cells}
      .members=${membersOf(run.model.card)}
      .most=${most}
      unit="log2 fold change"
    ></regulens-answer>`;
  },
  drawingOf: contributionsDrawing,
  find: async ({ runner, tables: [a, b], prepared, index }, options) =>
    contributionsOf(await runner.attributions(a!, b!, { ...options, prepared, genes: [index] })),
};
