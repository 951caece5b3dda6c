/** Figures of levels: drawn, read out and saved as a table. */

import { contributionsDrawing as signedDrawing } from "../../../explain/drawings";
import { type GenesBefore, movedDrawing } from "../../../explain/everywhere/drawing";
import type { Contributions } from "../../../explain/result";
import type { PlotFrame } from "../../../plots";
import {
  levelBars,
  levelHistogram,
  levelHistogramLayout,
  levelScatter,
  type LevelScatterOptions,
  levelScatterLayout,
} from "../../../plots/genes/level";
import type { PairsPlot } from "../../../plots/marks/dots";
import type { Drawing } from "../../../ui/drawing";
import type { Symbols } from "../../shared/genes/names";
import { type Changed, type SaidOfGene, tracksOf } from "../attention-drawings";
import type { GeneOf } from "../gene";
import { type GeneDetail, type LevelRun, UNIT } from "../result";
import { againstMeasured, barsDrawing, selectedOf } from "../set-drawings";
import { type Confidence, confidenceInWords } from "../sure/confidence";
import { together } from "../together";
import type { MeasuredLevels } from "./measured";
import { formatLevel, levelInWords } from "../what-if";

/** Prediction in words: "predicted level 5.21 (90 % interval 2.10 to 8.32)". */
function saidOf(run: LevelRun, index: number, changed?: Changed, confidence: Confidence = {}): SaidOfGene {
  const sure = changed ? undefined : confidenceInWords(run, index, confidence, formatLevel);
  const level = formatLevel(changed?.predicted ?? run.level[index]!);
  return { probability: Number.NaN, predicted: `predicted level ${level}${sure ? ` (${sure})` : ""}` };
}

const figures = tracksOf<LevelRun>(saidOf);
export const { commonTracksScale, tracksDrawing } = figures;

/** The view of a gene whose level is predicted. */
export const LEVEL_GENE: GeneOf<LevelRun, GeneDetail> = {
  draw: figures.draw,
  valuesOf: ({ signal }) => signal,
  said: ({ level }, { index }, confidence) => confidence && `Level ${formatLevel(level[index]!)} (${confidence})`,
  format: formatLevel,
  changed: levelInWords,
};

/** Contribution of each bin to the level of a gene; only the signal until it is known. */
export function contributionsDrawing(
  run: LevelRun,
  gene: GeneDetail,
  found: Contributions | undefined,
  symbols?: Symbols,
): Drawing {
  return signedDrawing(run, gene, found && { contributions: found }, symbols, UNIT);
}

/** Distribution of the predicted levels. */
export function histogramDrawing({ level }: Pick<LevelRun, "level">): Drawing {
  const options = (frame: PlotFrame) => ({ ...frame, level });
  return barsDrawing(
    "level",
    levelBars(level),
    (frame) => levelHistogram(options(frame)),
    (frame) => levelHistogramLayout(options(frame)),
    { name: "Level", format: formatLevel },
  );
}

/** Two levels of each gene. */
export function levelPairs(options: (frame: PlotFrame) => LevelScatterOptions): PairsPlot {
  return {
    draw: (frame) => levelScatter(options(frame)),
    square: (frame) => levelScatterLayout(options(frame)),
  };
}

/** Predicted against measured, gene by gene. */
export function scatterDrawing(
  run: LevelRun,
  { values: x, score }: MeasuredLevels,
  selected: number | undefined,
  symbols?: Symbols,
): Drawing {
  const { genes, level } = run;
  // For selected genes, it would reflect the selection.
  const r = together(run).part ? Number.NaN : (score?.pearson ?? Number.NaN);
  const plot = levelPairs((frame) => ({
    ...{ ...frame, x, y: level, r, ...selectedOf(genes, selected, symbols) },
    ...{ title: "Predicted against measured", xName: `measured ${UNIT}`, yName: `predicted ${UNIT}` },
  }));
  return againstMeasured(genes, level, x, { name: "level", column: "level", format: formatLevel }, plot, symbols);
}

/** Levels of genes from their signal as measured and as edited, and the effect of `change`. */
export function changedEverywhere(genes: GenesBefore, change: string): Drawing {
  const { before: x, after: y, r } = genes;
  const names = { title: "Level, before and after", xName: "level, signal as measured", yName: `level, ${change}` };
  const plot = levelPairs((frame) => ({ ...frame, ...names, x, y, r: r() }));
  return movedDrawing(genes, { asked: "level", column: "level", format: formatLevel }, plot);
}
