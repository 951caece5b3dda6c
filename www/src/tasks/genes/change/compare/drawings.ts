/** Figures of a comparison: one gene, or all shared genes, in several runs of models of a change. */

import type { Provenance } from "../../../../export";
import type { PlotFrame } from "../../../../plots";
import { changeAtPixel, changeScatter, changeScatterLayout } from "../../../../plots/changing";
import type { Drawing } from "../../../../ui/drawing";
import type { Comparison } from "../../../shared/compare/comparison";
import type { KeptRun } from "../../../shared/compare/comparing";
import { lettered } from "../../../shared/compare/provenance";
import { type Pair, scatterPlaces, valuesIn } from "../../../shared/compare/scatter";
import { commonTracksScale, formatFold, tracksDrawing } from "../drawings";
import { headingOf, type Symbols } from "../../../shared/genes/names";
import { provenance } from "../../record";
import type { ChangedGene } from "../result";
import { runName } from "../../result";
import type { CurrentChange } from "../session";

/** Kept runs of this task. */
type Runs = readonly KeptRun<CurrentChange>[];

/** Provenance of a figure of several runs. */
export function provenanceOf(kept: Runs): Provenance {
  return lettered(
    kept,
    kept.map(({ run }) => provenance(run)),
  );
}

/** The tracks of one gene in each run, with β, on the same scales. */
export function tracksOfRuns(kept: Runs, details: readonly ChangedGene[], symbols?: Symbols): Drawing[] {
  const scale = commonTracksScale(
    kept.map(({ run }) => run),
    details,
  );
  return kept.map(({ letter, run }, i) => {
    const drawing = tracksDrawing(run, details[i]!, undefined, scale, symbols);
    return { ...drawing, gene: `${drawing.gene}.${letter}` };
  });
}

/** The change of all shared genes in one run against that in another, with Pearson's r. */
export function scatterOf(
  kept: Runs,
  comparison: Comparison,
  pair: Pair,
  r: () => number | undefined,
  gene: number | undefined,
  symbols?: Symbols,
): Drawing {
  const name = (run: number): string => `${kept[run]!.letter}: ${runName(kept[run]!.run)}`;
  const [x, y] = [valuesIn(comparison, pair[0]), valuesIn(comparison, pair[1])];
  const selected = gene === undefined ? undefined : { index: gene, name: headingOf(comparison.genes[gene]!, symbols) };
  const axes = { x: name(pair[0]), y: name(pair[1]), of: "two runs" } as const;
  const options = (frame: PlotFrame) => ({ ...frame, measured: x, predicted: y, r: r(), axes, selected });
  return {
    saved: "scatter",
    draw: (frame) => changeScatter(options(frame)),
    places: scatterPlaces(kept, comparison, pair, {
      symbols,
      asked: "log2 fold change",
      format: formatFold,
      at: (frame, pixelX, pixelY) => changeAtPixel(options(frame), changeScatterLayout(options(frame)), pixelX, pixelY),
      across: (frame, value) => {
        const { left, size, extent } = changeScatterLayout(options(frame));
        return left + (size * (value + extent)) / (2 * extent);
      },
    }),
  };
}
