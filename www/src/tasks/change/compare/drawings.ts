/** What the figures of a comparison draw: one gene, or all shared genes, in several runs of models of a change. */

import type { Provenance } from "../../../export";
import type { PlotFrame } from "../../../plots";
import { changeAtPixel, changeScatter, changeScatterLayout, knownGenes } from "../../../plots/changing";
import type { Drawing } from "../../../ui/drawing";
import { type Comparison, valueIn } from "../../shared/compare/comparison";
import type { KeptRun } from "../../shared/compare/comparing";
import { lettered } from "../../shared/compare/provenance";
import { commonTracksScale, formatFold, tracksDrawing } from "../drawings";
import { changeProvenance } from "../record";
import type { ChangedGene } from "../result";
import { type CurrentChange, pairName } from "../session";

/** Kept runs of this task. */
type Runs = readonly KeptRun<CurrentChange>[];

/** What a figure of several runs says of its making. */
export function provenanceOf(kept: Runs): Provenance {
  return lettered(
    kept,
    kept.map(({ run }) => changeProvenance(run)),
  );
}

/** The tracks of one gene in each run, with β, on the same scales. */
export function tracksOfRuns(kept: Runs, details: readonly ChangedGene[]): Drawing[] {
  const scale = commonTracksScale(
    kept.map(({ run }) => run),
    details,
  );
  return kept.map(({ letter, run }, i) => {
    const drawing = tracksDrawing(run, details[i]!, undefined, scale);
    return { ...drawing, gene: `${drawing.gene}.${letter}` };
  });
}

/** The change of all shared genes in one run against that in another. */
export function scatterOf(
  kept: Runs,
  comparison: Comparison,
  [across, up]: readonly [number, number],
  gene: number | undefined,
): Drawing {
  const values = (run: number): Float32Array =>
    Float32Array.from(comparison.genes, (_, at) => valueIn(comparison, run, at));
  const name = (run: number): string => `${kept[run]!.letter}: ${pairName(kept[run]!.run)}`;
  const [x, y] = [values(across), values(up)];
  const selected = gene === undefined ? undefined : { index: gene, name: comparison.genes[gene]! };
  const axes = { x: name(across), y: name(up) };
  const options = (frame: PlotFrame) => ({ ...frame, measured: x, predicted: y, axes, selected });
  const known = knownGenes({ measured: x, predicted: y });
  return {
    saved: "scatter",
    draw: (frame) => changeScatter(options(frame)),
    places: {
      count: x.length,
      name: "gene",
      at: (frame, pixelX, pixelY) => {
        const found = changeAtPixel(options(frame), changeScatterLayout(options(frame)), pixelX, pixelY);
        return found === undefined ? undefined : found + 1;
      },
      read: (frame, place) => {
        if (!known.includes(place - 1)) return undefined;
        const { left, size, extent } = changeScatterLayout(options(frame));
        const middle = left + (size * (x[place - 1]! + extent)) / (2 * extent);
        const row = (run: number, value: number) => ({
          name: kept[run]!.letter,
          isMark: false,
          values: [formatFold(value)],
        });
        return {
          left: middle - 2,
          right: middle + 2,
          title: comparison.genes[place - 1]!,
          columns: ["Run", "log2 fold change"],
          rows: [row(across, x[place - 1]!), row(up, y[place - 1]!)],
        };
      },
    },
  };
}
