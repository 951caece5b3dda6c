/** Contribution of each bin of either signal to a gene's fold change, drawn, read out and saved as a table. */

import { columns } from "../../../export/columns";
import { contrastOf } from "../../../../../pkg/src/index";
import { signedWith } from "../../../explain/answer-words";
import { comparedWith, explainedInWords } from "../../../explain/contrasts";
import type { Contributions } from "../../../explain/result";
import { binAtPixel, formatValue, type PlotFrame, readBin } from "../../../plots";
import { changeContributions, changeContributionsLayout } from "../../../plots/changing";
import { attributionWords, readSaliency } from "../../../plots/explaining";
import type { Drawing } from "../../../ui/drawing";
import { headingOf, type Symbols } from "../../shared/genes/names";
import { signalOf } from "../../shared/tables/signal";
import { atBin, windowOf } from "../../shared/tables/windows";
import { bandOf, SPREAD, spreadAt } from "../sure/spread";
import { cellNamesOf, type ChangedGene, type ChangeRun } from "../result";

/**
 * A picture of contributions, those of A and of B at each mark; without them the signal alone, where it will stand.
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
  const shown = (row: string, value: number): number => (Object.hasOwn(standIns, row) ? Number.NaN : value);
  return {
    facts: found && [explainedInWords("log2 fold change", found.baseline)],
    saved: contributions ? "contributions" : "tracks",
    gene,
    draw: (frame) => changeContributions(options(frame)),
    ...(contributions && {
      tsv: () =>
        columns(
          ["bin", ...names, ...(fixed.band ? names.flatMap((name) => SPREAD.map((end) => `${name}_${end}`)) : [])],
          Array.from({ length: run.bins }, (_, bin) => [
            bin + 1,
            ...rows.map((row, i) => shown(row, contributions[bin * rows.length + i]!)),
            ...(fixed.band && spread
              ? rows.flatMap((row, i) => spreadAt(spread, bin * rows.length + i).map((value) => shown(row, value)))
              : []),
          ]),
        ),
    }),
    places: {
      count: run.bins,
      name: "bin",
      at: (frame, pixel) => binAtPixel(changeContributionsLayout(options(frame)), pixel)?.bin,
      read: (frame, place) =>
        atBin(readBin(changeContributionsLayout(options(frame)), place), ["", "signal", "contribution"], (bin) =>
          readSaliency(options(frame), bin).map(({ mark, signal, gradient, range }) => ({
            name: mark,
            isMark: true,
            values:
              signal === undefined
                ? ["not measured", "–"]
                : [formatValue(signal), gradient === undefined ? "…" : signedWith(gradient, range)],
          })),
        ),
    },
  };
}
